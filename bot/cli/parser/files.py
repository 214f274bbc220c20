"""The verbs that take data out of the store, and into it."""

from typing import TYPE_CHECKING

from bot.cli.parser.verbs import one_profile, verb

if TYPE_CHECKING:
    from bot.cli.parser.verbs import Verbs

STORES = ("backup", "copy", "recover")
WHAT = ("mutes", "lists", "follows", "ledger", "all")
EXPORT = """\
As Mastodon's own CSV, to do by hand, or on another server, what quietfeed does or would do in dry run:
  mutes     whom it mutes; in Mastodon the “Muting list”
  lists     whom it puts on which list; in Mastodon “Lists”
  follows   whose reposts it hides; in Mastodon the “Following list”, with boosts switched off

In Mastodon: Preferences > Import and export > Import, the type as above, then “Merge”. Never “Overwrite”: that
unmutes, unlists or unfollows everybody who is not in the file. What you import is yours: it has no end, and
`quietfeed undo` does not take it back. Bluesky has no such files.

For other programs:
  ledger    every decision and action, as JSON Lines: an object a line, described in docs/json.md
  all       everything that is kept of you, of all profiles, in one zip archive: posts as kept, verdicts, ledger, your
            words, reports; a README in it tells what is what. No login is in it; other people's posts are

  quietfeed export mutes --output muted_accounts.csv
  quietfeed export ledger | head -1
  quietfeed export all"""

IMPORT = """\
Reads the CSV that Mastodon writes (Preferences > Import and export > Data export: “You mute”, “Lists”, “You follow”),
and what other software writes in its place. Nothing is done to anybody.

  --as noise   they only broadcast; quiets nobody, but `try`, `tune` and `review` go by it. For mutes the default
  --as fine    you want them; protects nobody, but `try`, `tune` and `review` go by it
  --as keep    protects them for good, whatever the rules say, as `quietfeed keep` does

Judgements are kept of accounts that showed in your timeline; for `keep` your server is asked about the others. What
you said here before stays, and what quietfeed muted or listed itself is no word of yours and is left out. People are
muted for many reasons: take out the lines of those who do not just broadcast, or `quietfeed review --forget HANDLE`.

  quietfeed import muted_accounts.csv
  quietfeed import lists.csv --list Friends --as keep"""

FORGET = """\
Removes its posts, its own feed as it was at any time, what was judged of it, your judgements, and its name and words
in reports, in the store and in their files. All of it goes, or nothing: an interruption costs you the command. Stop
the daemon meanwhile. What quietfeed did to it must be undone first.

What stays names it without a word of its own: that you keep it, took something back or answered it, since that
protects it (`quietfeed keep --drop HANDLE` ends the first two); what was done to it and is over, since limits and the
record of each rule count it; and what others reposted of it or said to it, for as long as their posts are kept. Your
own copies, such as exports and backups, are yours to remove. Does it show in your timeline again, it is read again.

  quietfeed forget HANDLE --dry-run    what would go, and what would stay; nothing is changed
  quietfeed forget HANDLE              the same, and a question"""

STORE = """\
The store is what quietfeed remembers: posts, decisions, what it did, your words. It is a file (SQLite) in the state
directory, or a PostgreSQL database that DATABASE_URL names.

  backup [FILE]   copies it into a file that only you can read, while the daemon works (default: quietfeed-DATE.sqlite)
  copy            copies it to another address, a file or a database, to go on there; stop the daemon before
  recover         of a damaged file: puts it aside, and what can still be read of it in its place; `run` and `sweep` do
                  so by themselves

Each copy is compared row by row with what it was made of, and is there whole or not at all. It goes only where nothing
is. A password in an address is never printed; to keep it off the command line too, leave it out of the address and set
PGPASSWORD.

  quietfeed store backup
  quietfeed store copy --to postgresql://quietfeed@db.example.com/quietfeed     from the file to a database
  quietfeed store copy --to quietfeed.sqlite                                    and back into a file
  quietfeed store copy --from quietfeed-2026-11-30.sqlite                       a backup, to where the store belongs"""


def export(verbs: "Verbs") -> None:
    """`quietfeed export`."""
    parser = verb(
        verbs, "export", "exporting:export", "write files: Mastodon's own CSV, the ledger, or all that is kept", EXPORT
    )
    parser.add_argument("what", metavar="WHAT", choices=WHAT, help=", ".join(WHAT))
    parser.add_argument(
        "--output", metavar="FILE", help="where to (default: standard output; of all quietfeed-DATE.zip)"
    )
    parser.add_argument("--force", action="store_true", help="replace the file where there is one already")
    one_profile(parser)


def import_(verbs: "Verbs") -> None:
    """`quietfeed import`."""
    parser = verb(verbs, "import", "importing:import_", "begin with whom you muted, listed or follow already", IMPORT)
    parser.add_argument("file", metavar="FILE", help="the CSV; - for standard input")
    parser.add_argument("--as", dest="word", choices=("noise", "fine", "keep"), help="what you take them for")
    parser.add_argument("--list", metavar="TITLE", help="of lists: only who is on this one")
    one_profile(parser)


def forget(verbs: "Verbs") -> None:
    """`quietfeed forget`."""
    parser = verb(verbs, "forget", "forgetting:forget", "remove what is known of an account, for good", FORGET)
    parser.add_argument("handle", metavar="HANDLE")
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be forgotten")
    one_profile(parser)


def store(verbs: "Verbs") -> None:
    """`quietfeed store`."""
    parser = verb(verbs, "store", "storing:store", "back up, move and restore all that is remembered", STORE)
    parser.add_argument("what", metavar="WHAT", choices=STORES, help=", ".join(STORES))
    parser.add_argument("file", nargs="?", metavar="FILE", help="of a backup: where to")
    parser.add_argument("--to", metavar="URL", help="of a copy: where to (default: the store in use, with --from)")
    parser.add_argument(
        "--from", dest="source", metavar="URL", help="of a copy: what is copied (default: the store in use)"
    )
    parser.add_argument("--force", action="store_true", help="of a backup: replace the file where there is one already")
