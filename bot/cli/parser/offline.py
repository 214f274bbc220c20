"""The verbs that work on captured accounts."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import json_option, one_profile, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs

CAPTURE = """\
Writes one JSON object a line. The file holds other people's posts: keep it to yourself.

With --anonymise it can be shown, in a bug report for instance. Every signal and rule is held against the original,
and an account that would read otherwise is not written.
  replaced  handles, names, ids and bios; every word, hashtag and mention, and emoji; sites, addresses and pages;
            the date: all posts are moved by the same number of weeks
  stays     weekdays and times of day; how many follow it and whom it follows, and other counts; what is a reply,
            a repost or a part of a thread; punctuation, and the script of each word; which words, links and people
            come again; sites of many people (youtube.com), shorteners (bit.ly), and what your config lists under
            links; words of advertising, where the shipped word lists or yours find them
Whoever follows the account could still know it by its times and counts.

  quietfeed capture --anonymise HANDLE --output shown.jsonl
  quietfeed capture --anonymise --from sure.jsonl.gz --output shown.jsonl"""


def judge(verbs: "Verbs") -> None:
    """`quietfeed judge`."""
    parser = verb(
        verbs,
        "judge",
        "archive:judge",
        "judge captured accounts, offline",
        "Reads files that `capture` writes (plain or gzipped, - for standard input) and needs no login.\n"
        "Without a config the shipped rules judge. With --against another config, it tells who fares otherwise than\n"
        "under that one:\n\n"
        "  quietfeed judge accounts.jsonl.gz --config new.yaml --against config.yaml",
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--against", metavar="OTHER", help="only who fares otherwise than under this config")
    json_option(parser)


def test_rules(verbs: "Verbs") -> None:
    """`quietfeed test-rules`."""
    parser = verb(
        verbs,
        "test-rules",
        "rule_tests:test_rules",
        "try the tests that stand in your rules",
        "A test is an account, and whether the rule should fire on it:\n\n"
        "  rules:\n"
        "    - name: link broadcaster\n"
        "      when: {link_share: {at_least: 0.9}, answered_people: {at_most: 0}}\n"
        "      then: mute\n"
        "      tests:\n"
        "        - says: who posts a link every few hours is caught\n"
        '          made: {posts: 60, days: 20, text: "New: %words https://shop.example/%n"}\n'
        "          expect: fires\n"
        "        - says: with answers to people it is left alone\n"
        "          made: {posts: 60, days: 20, links: 0.95, replies: 12}\n"
        "          expect: spares\n"
        "        - says: my own newspaper\n"
        "          account: accounts/paper.jsonl      # written by quietfeed capture HANDLE --output FILE\n"
        "          expect: spares\n\n"
        "In a text %n is the number of the post, %words are ten words that differ; docs/configuration.md has every\n"
        "key. Asks no server. The daemon does not work by a config whose own tests fail.\n"
        "Exit code 0: all pass; 1: one fails; 2: something cannot be read.",
    )
    parser.add_argument("rules", nargs="*", metavar="RULE", help="only the tests of these rules")
    json_option(parser)


def capture(verbs: "Verbs") -> None:
    """`quietfeed capture`."""
    parser = verb(
        verbs,
        "capture",
        "capture:capture",
        "write accounts' own feeds to a file, to judge them offline",
        CAPTURE,
    )
    parser.add_argument("handles", nargs="*", metavar="HANDLE")
    one_profile(parser)
    parser.add_argument(
        "--anonymise", action="store_true", help="replace what names, quotes or links; the rules judge it the same"
    )
    parser.add_argument(
        "--from",
        dest="files",
        action="append",
        metavar="FILE",
        help="take them from a file captured before (- for standard input), all or only each HANDLE; asks no server",
    )
    parser.add_argument("--output", metavar="FILE", default="-", help="where to (default: standard output; .gz packs)")
    parser.add_argument("--force", action="store_true", help="replace the file where there is one already")
