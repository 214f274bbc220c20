"""What is wrong in the owner's file is told with its place, what is allowed, and what was probably meant."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Config, ConfigError, Fault, example, load, read
from bot.errors import UserError
from bot.signals import ALL

FILE = Path("config.yaml")
HOME = "profiles: [{name: home, platform: mastodon, server: https://mastodon.example}]\n"
RULE = "rules:\n  - name: links\n    then: mute\n    when: {link_share: {at_least: 0.9}}\n"


def faults(text: str) -> list[str]:
    """What is said of a text, one line each."""
    with pytest.raises(ConfigError) as caught:
        read(text, FILE)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lmits: {per_day: 1}", "3:1: unknown key 'lmits'; allowed: dry_run, "),
        ("lmits: {per_day: 1}", "did you mean 'limits'?"),
        ("limits: {per-day: 1}", "3:10: unknown key 'per-day'; allowed: per_sweep, per_day, "),
        ("limits: {per_day: -1}", "3:19: '-1' is out of range; allowed: a whole number from 0 to 1000"),
        ("limits: {per_day: 1.5}", "'1.5' is not whole"),
        ("limits: {per_day: 010}", "YAML reads '010' as octal"),
        ("limits: {per_day: 12:30}", "as the number 750, in base 60"),
        ("limits: {per_day: many}", "'many' is not a number"),
        ("limits: {per_day: }", "empty; allowed: a whole number"),
        ("limits: {per_day: [1]}", "a list, where a number is wanted"),
        ("limits: {followed_share_per_week: 2%}", "did you mean 0.02?"),
        ('limits: {followed_share_per_week: "0.02"}', "not a number in quotes (did you mean 0.02, without them?)"),
        ("limits:\n  followed_share_per_week: 0,02", "4:28: '0,02' is not a number (a decimal comma; did you mean"),
        ("limits: {first_days_dry: 1 month}", "'1 month' is no duration (did you mean '30d'?)"),
        ("limits: {first_days_dry: a year}", "'a year' is no duration (did you mean '365d'?)"),
        ("limits: {first_days_dry: one week}", "'one week' is no duration (did you mean '1w'?)"),
        ("report: {at: 8}", "3:14: '8' does not fit (did you mean \"08:00\", in quotes?)"),
        ("report: {at: 8 pm}", "did you mean \"20:00\", in quotes?"),
        ("report: {at: 20h}", "did you mean \"20:00\", in quotes?"),
        ("report: {at: 13 pm}", "'13 pm' does not fit; allowed: a time of day"),
        ("every: 10m", "3:1: 'every' belongs one level deeper, below `sweep:`, `report:`"),
        ("keep: [a@example.com]", "3:1: 'keep' belongs one level deeper, below `trust:`"),
        ("per_sweep: 3", "below `limits:`, `own_feed:`"),
        ("profiles: [{name: b, platform: myspace}]", "unknown word 'myspace'; allowed: mastodon or bluesky"),
        ("limits: {first_days_dry: 7}", "'7' lacks its unit (did you mean '7d'?)"),
        ("limits: {first_days_dry: soon}", "'soon' is no duration; allowed: a duration from 0d to 3650d"),
        ("limits: {first_days_dry: 999999999w}", "no duration"),
        ("limits:", "3:8: empty; allowed: a map of per_sweep"),
        ("limits: [1]", "3:9: a list, where keys are wanted: leave out the '- '"),
        ("limits: many", "3:9: no map of keys; allowed: a map of per_sweep"),
        ("report:\n  at \"08:00\"", "no map of keys (a key has a colon and a space behind it: at: …)"),
        ("limits: {per_day:3}", "3:10: 'per_day:3' lacks the space behind its colon: write per_day: 3"),
        ("limits: {followed_share_per_week: 0,02}", "3:37: a decimal comma in '0,02' (did you mean 0.02?)"),
        ("limits: {followed_share_per_week: “0.02”}", "in typographic quotes (did you mean 0.02, without them?)"),
        ("report: {at: “08:00”}", "'“08:00”' does not fit (did you mean \"08:00\", in quotes?)"),
        ("report: {at: noon}", "did you mean \"12:00\", in quotes?"),
        ('report: {at: "24:00"}', "did you mean \"00:00\", in quotes?"),
        ("“dry_run”: true", "unknown key '“dry_run”'; allowed: "),
        ("report:\n\u00a0\u00a0quiet_day: line", "a no-break space stands at 'quiet_day', as copied text has them"),
        ("limits: {first_days_dry: forever}", "'forever' is no duration (did you mean '3650d', the longest?)"),
        ("limits: {first_days_dry: 1.5d}", "'1.5d' is no duration (did you mean '36h'?)"),
        ("limits: {first_days_dry: 30D}", "'30D' is no duration (did you mean '30d'?)"),
        ("limits: {first_days_dry: 2 mos}", "'2 mos' is no duration (did you mean '60d'?)"),
        ("limits: {first_days_dry: 1y}", "'1y' is no duration (did you mean '365d'?)"),
        ("sweep: {every: 30 min}", "'30 min' is no duration (did you mean '30m'?)"),
        ("sweep: {every: hourly}", "'hourly' is no duration (did you mean '1h'?)"),
        ("sweep: {every: 5}", "'5' lacks its unit (did you mean '5m'?); allowed: a duration from 1s to 1d"),
        ("report: {timezone: Europe/Lisbn}", "is no time zone; did you mean 'Europe/Lisbon'?"),
        ("profiles: [{name: b, platform: mastodon, server: '@me@b.example'}]", "(did you mean 'https://b.example'?)"),
        ("profiles: {name: b, platform: mastodon}", "3:11: not a list; allowed: a list, each item a map of name"),
        ("profiles:\n  - {name: no, platform: mastodon}", "4:12: YAML reads 'no' as false: put it in quotes: \"no\""),
        ("rules: {name: a}", "3:8: not a list; allowed: `shipped`, or a list of rules, each on its own line"),
        ("limits: !python/object:os.system {per_day: 1}", "is not supported: remove it"),
        ("dry_run: maybe", "3:10: 'maybe' is neither true nor false"),
        ('dry_run: "no"', "'no' is neither true nor false"),
        ("list_title: on", "3:13: YAML reads 'on' as true: put it in quotes: \"on\""),
        ("list_title: no", "as false"),
        ("list_title: 12:30", "as a number in base 60 (750): put it in quotes"),
        ("list_title: 010", "as an octal number (8)"),
        ("list_title: 7", "as a number: put it in quotes"),
        ("list_title: 2026-01-01", "as a date"),
        ("list_title: ~", "as nothing"),
        ("list_title: #quiet", "empty: a # starts a comment"),
        ("list_title: {a: b}", "a map of keys, where text is wanted"),
        ('list_title: "a\\u202eb"', "characters that cannot be shown"),
        ("report: {at: 12:30}", "3:14: YAML reads '12:30' as a number in base 60 (750): put it in quotes: \"12:30\""),
        ('report: {at: "25:00"}', "'25:00' is no time of day"),
        ('report: {at: "8:00"}', "'8:00' does not fit (did you mean \"08:00\", in quotes?); allowed: a time"),
        ("report: {timezone: lisbon}", "did you mean 'Europe/Lisbon'?"),
        ("report: {timezone: ../../etc/passwd}", "is no time zone"),
        ("report: {quiet_day: off}", "YAML reads 'off' as false"),
        ("report: {quiet_day: nothin}", "unknown word 'nothin'; allowed: line or nothing; did you mean 'nothing'?"),
        ("sweep: {every: 1m, jitter: 5m}", "jitter is longer than the time between sweeps"),
        ("window: 12h", "3:9: '12h' is out of range; allowed: a duration from 1d"),
        ("words: {promo_words: sale}", "not a list; allowed: a list, each item a word"),
        ("links: {shorteners: ['*.example.com']}", "'*.example.com' does not fit; allowed: a host such as"),
        ("links: {shims: [example.com/out]}", "'example.com/out' does not fit; allowed: an address that has {url}"),
        ("links: {shared_sites: [town]}", "'town' does not fit; allowed: an address such as example.com/~*"),
        ("words: {languages: [xx]}", "unknown word 'xx'; allowed: en, de, fr, es, pt or ja"),
        ('trust: {keep: ["a\\u202eb@mastodon.example"]}', "characters that cannot be shown"),
        ("trust: {keep: [a b]}", "3:16: 'a b' does not fit; allowed: a handle"),
        ("trust: {keep: [ann@example.org, 'bob@']}", "3:33: 'bob@' cannot be a handle; allowed: a handle"),
        ("trust: {keep: ['https://example.org']}", "3:16: 'https://example.org' cannot be a handle"),
        ("trust: {keep: ['*@example.org']}", "3:16: '*@example.org' cannot be a handle"),
        ("store: postgresql://owner:hunter2@db.example/q", "set DATABASE_URL"),
        ("window: 1d\nwindow: 2d", "4:1: key 'window' stands here twice (first on line 3)"),
        ("? [a, b]\n: 1", "unknown key"),
        ("rules: []", "the list is empty"),
        ("rules: links", "unknown word 'links'; allowed: shipped, or a list of rules"),
    ],
)  # fmt: skip
def test_an_option_that_is_wrong_is_told_with_its_place_and_what_is_allowed(line, said):
    told = faults("# one\n" + HOME + line + "\n")
    assert any(said in one for one in told), told
    assert all(one.startswith("config.yaml:") for one in told)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ("{}", "no signal is bounded here"),
        ("{link_shar: {at_least: 0.9}}", "unknown signal 'link_shar'; `quietfeed signals` lists those allowed; did you "
         "mean 'link_share'?"),
        ("{link_share: 0.9}", "a bare '0.9' does not say which side; allowed: {at_least: …}"),
        ("{link_share: {}}", "no bound; allowed: at_least, at_most or both"),
        ("{link_share: {at_least: 90}}", "'90' is out of range (did you mean 0.9?); allowed: a number from 0 to 1"),
        ("{link_share: {atleast: 0.9}}", "unknown key 'atleast'; allowed: at_least, at_most; did you mean 'at_least'?"),
        ("{link_share: {at_least: 0.9, at_most: 0.1}}", "no reading can be at least 0.9 and at most 0.1"),
        ("{link_share: {at_least: .nan}}", "'.nan' is not a plain decimal number"),
        ("{own_posts: {at_least: .inf}}", "'.inf' is not a plain decimal number"),
        ("{own_posts: {at_least: -1}}", "'-1' is out of range"),
        ("{own_posts: {at_least: 1e400}}", "is not a"),
        ("link_share", "no map of keys; allowed: signals with their bounds"),
    ],
)  # fmt: skip
def test_a_bound_that_no_reading_can_meet_is_a_fault(bounds, said):
    told = faults(f"{HOME}rules:\n  - name: links\n    then: mute\n    when: {bounds}\n")
    assert len(told) == 1
    assert said in told[0], told


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("name: home\n    platform: mastodon", "a Mastodon profile needs its server"),
        ("name: home\n    platform: bluesky", "a Bluesky profile needs the handle"),
        ("name: home", "'platform' is missing; allowed: one of `mastodon`"),
        ("platform: memory", "'name' is missing"),
        ("name: no\n    platform: memory", "YAML reads 'no' as false"),
        ("name: my home\n    platform: memory", "'my home' does not fit; allowed: letters"),
        ("name: home\n    platform: mastadon", "did you mean 'mastodon'?"),
        ("name: home\n    platform: memory\n    appview: https://api.example", "is for Bluesky profiles only"),
        ("name: home\n    platform: mastodon\n    server: mastodon.example", "did you mean 'https://mastodon.example'?"),
        ("name: home\n    platform: mastodon\n    server: http://mastodon.example", "is not encrypted"),
        ("name: home\n    platform: mastodon\n    server: http://127.0.0.1.example", "is not encrypted"),
        ("name: home\n    platform: mastodon\n    server: https://mastodon.example/@robin", "is a page (did you mean "
         "'https://mastodon.example'?)"),
        ("name: home\n    platform: mastodon\n    server: https://a b.example", "is not an address"),
        ("name: home\n    platform: mastodon\n    server: ftp://mastodon.example", "is not a scheme"),
        ("name: home\n    platform: mastodon\n    server: 'https://[::'", "is not an address"),
        ("name: home\n    platform: memory\n  - name: home\n    platform: memory", "profile 'home' is there already"),
        ("name: my-home\n    platform: memory\n  - name: my_home\n    platform: memory", "is too close to 'my-home'"),
    ],
)  # fmt: skip
def test_a_profile_that_cannot_log_in_is_a_fault(profile, said):
    told = faults(f"profiles:\n  - {profile}\n")
    assert len(told) == 1, told
    assert said in told[0]


@pytest.mark.parametrize("server", ["http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:80"])
def test_plain_http_is_accepted_for_this_machine(server):
    config = read(f"profiles: [{{name: home, platform: mastodon, server: '{server}/'}}]\n", FILE)
    assert config.profiles[0].server == server


def test_two_rules_of_one_name_are_a_fault():
    assert "two rules are called 'links'" in faults(HOME + RULE + RULE.removeprefix("rules:\n"))[0]


def test_a_rule_for_unknown_profiles_or_platforms_is_a_fault():
    told = faults(HOME + RULE + "    only: {profiles: [hone], platforms: [myspace]}\n")
    assert "no profile is called 'hone'; allowed: home; did you mean 'home'?" in told[0]
    assert "unknown word 'myspace'" in told[1]


def test_every_fault_is_told_at_once_in_the_order_of_the_file():
    told = faults("dry_run: 1\nlmits: {}\nwindow: 1\nprofiles:\n  - {name: a, platform: mastodon, server: x}\n")
    assert [one.split(":")[1] for one in told] == ["1", "2", "3", "5"]


@pytest.mark.parametrize("key", ["token", "password", "app_password", "bot-password", "access_token", "client_secret"])
def test_a_secret_in_the_file_is_told_where_it_belongs_and_never_repeated(key):
    told = faults(f"profiles:\n  - name: home\n    platform: memory\n    {key}: hunter2\n")
    assert "does not belong in this file" in told[0]
    assert "quietfeed login" in told[0]
    assert "hunter2" not in "".join(told)


@pytest.mark.parametrize(
    "text",
    [
        "profiles: [{name: home, platform: mastodon, server: 'https://robin:hunter2@mastodon.example'}]\n",
        HOME + "store: postgresql://owner:hunter2@db.example/q\n",
        "profiles: [{name: home, platform: mastodon, token:hunter2}]\n",
        "profiles: [token hunter2]\n",
        HOME + "report: token hunter2\n",
        "token hunter2\n",
    ],
)
def test_an_address_with_a_password_is_not_repeated(text):
    assert "hunter2" not in "".join(faults(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dry_run:\n\ttrue: 1\n", "2:1: not valid YAML: a tab"),
        ("trust: {keep: [@robin@mastodon.example]}\n", "text that starts with @ must stand in quotes"),
        ("words: {promo_words: [#ad]}\n", "a # in it starts a comment"),
        ("list_title: a: b\n", "1:14: not valid YAML: a colon"),
        ('list_title: "a\n', "1:13: not valid YAML: a quote is opened here and not closed"),
        ("a: 1\n---\nb: 2\n", "only one document"),
        ("a: &x [*x]\n", "1:8: not valid YAML: *x stands inside of what &x names"),
        ("", "1:1: the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("hello\n", "1:1: no map of keys"),
        ("- a\n", "1:1: a list, where keys are wanted"),
        ("window: 1d\ndry_run true\nlist_title: x\n", "2:1: not valid YAML: a key without a colon"),
        ("window: 1d\ndry_run:true\n", "2:1: not valid YAML: a key without a colon and a space behind it"),
        ("window: 1d\ndry_run:\u00a0true\n", "2:1: not valid YAML: a no-break space, as copied text has them"),
        ("window:\t1d\n", "1:8: not valid YAML: a tab"),
        ("window: >= 1d\n", "a bound is written {at_least: 0.9} or {at_most: 0.1}"),
        ("window: > 1d\n", "a bound is written {at_least: 0.9}"),
        ("window: {at_least: > 1d}\n", "a bound is written {at_least: 0.9}"),
        ("a: \x00\n", "1:4: a control character"),
        ("[" * 5000, "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_told_in_plain_words(text, said):
    assert said in faults(text)[0]


def test_a_file_that_is_not_utf8_is_told_where(tmp_path):
    (tmp_path / "c.yaml").write_bytes(b"list_title: caf\xe9\n")
    with pytest.raises(ConfigError, match=r"c\.yaml:1:16: not UTF-8"):
        load(tmp_path / "c.yaml")


def test_a_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / "c.yaml").write_bytes(b"\xef\xbb\xbf" + HOME.encode())
    assert load(tmp_path / "c.yaml").profiles


def test_a_missing_file_a_directory_and_a_huge_file_are_told(tmp_path):
    (tmp_path / "huge.yaml").write_bytes(b"#" * 600_000)
    for path, said in ((tmp_path / "none.yaml", "quietfeed init"), (tmp_path, "is a directory"),
                       (tmp_path / "huge.yaml", "larger than 512 KB")):  # fmt: skip
        with pytest.raises(UserError, match=said):
            load(path)


def test_a_message_repeats_the_file_short_and_printable():
    told = faults(HOME + 'report: {quiet_day: "' + "\\e[31m" + "x" * 500 + '"}\n')[0]
    assert "\x1b" not in told
    assert len(told) < 200


def outcome(text: str) -> Config | tuple[Fault, ...]:
    """The config, or its faults."""
    try:
        return read(text, FILE)
    except ConfigError as error:
        return error.faults


PIECES = st.sampled_from(
    [*"{}[]:,-#&*!|>'\"%@`\n\t 0", "  ", ": ", "\n- ", "\n  ", "rules", "when", "no", "12:30", "~", "profiles", "\x85"]
)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_any_text_is_a_config_or_told_to_be_none(text):
    assert isinstance(outcome(text), Config) or outcome(text)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_a_damaged_example_is_read_or_told_to_be_damaged(data):
    lines = example().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.sampled_from(["", lines[at] + ":", " " + lines[at], lines[at][:-1], lines[at] + " []"]))
    found = outcome("\n".join(lines))
    assert isinstance(found, Config) or all(1 <= fault.line <= len(lines) + 1 for fault in found)


def test_every_signal_can_be_bounded():
    for signal in ALL:
        text = (
            f"{HOME}rules:\n  - name: a\n    then: report\n    when: {{{signal.name}: {{at_least: 0, at_most: 1}}}}\n"
        )
        assert signal.name in read(text, FILE).rules[0].when


def test_reading_a_config_imports_no_platform_library_and_no_pydantic():
    heavy = {"pydantic", "mastodon", "atproto", "sqlalchemy"}
    code = f"import sys, bot.config; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


ODD = [
    "2026-05-01 12:00:00.123",
    "!!int a:b",
    "!!float x",
    "!!timestamp x",
    "0" + "7" * 5000,
    "9" * 5000,
    ".nan",
    "1:2:3",
]
PLACES = [
    "profiles:\n  - {name: %s, platform: mastodon, server: https://e.test}",
    "limits: {per_day: %s}",
    "window: %s",
    "rules:\n  - {name: a, then: mute, when: {link_share: {at_least: %s}}}",
    "dry_run: %s",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", ODD, ids=lambda value: value[:12])
def test_a_value_that_yaml_reads_as_something_odd_is_a_fault_of_the_file(value, place):
    with pytest.raises(ConfigError):
        read(place % value, FILE)


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ("[ntfys://ntfy.example.com/hunter2]", "an address is a secret and does not belong in this file"),
        ("['mailto:hunter2@example.com']", "quietfeed login --notify NAME"),
        ("[file]", "goes under `report_via`"),
        ("[direct]", "goes under `report_via`"),
        ("[Phone]", "does not fit"),
        ("[phone, feed, phone]", "'phone' is named already"),
        ("phone", "not a list"),
        ("[[phone]]", "a list"),
    ],
)
def test_another_way_of_the_report_is_a_name_and_never_an_address(ways, said):
    told = "".join(faults(f"profiles:\n  - {{name: home, platform: memory, report_also: {ways}}}\n"))
    assert said in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{name: a, then: block, when: {link_share: {at_least: 0.9}}}", "quietfeed never blocks"),
        (
            "{name: a, then: Block, when: {link_share: {at_least: 0.9}}}",
            "the harshest step is 'mute'; allowed: report, ",
        ),
        ("{name: a, then: unfollow, when: {link_share: {at_least: 0.9}}}", "quietfeed never unfollows"),
        ("{name: a, then: hide, when: {link_share: {at_least: 0.9}}}", "what can be hidden are reposts"),
        ("{name: a, then: mute, link_share: {at_least: 0.9}}", "'link_share' belongs one level deeper, below `when:`"),
        ("{name: a, then: mute, when: {at_least: 0.9}}", "'at_least' bounds a signal: write it below one, such as"),
        ("{name: a, then: Mute, when: {link_share: {at_least: 0.9}}}", "unknown word 'Mute'; allowed: report, hide_re"),
        ("{name: a, then: mute_reposts, when: {link_share: {at_least: 0.9}}}", "did you mean 'hide_reposts'?"),
        ("{name: a, then: mute, for: 30, when: {link_share: {at_least: 0.9}}}", "lacks its unit (did you mean '30d'?)"),
        ("{then: mute, when: {link_share: {at_least: 0.9}}}", "3:5: 'name' is missing; allowed: a short text"),
        ("{name: a, then: mute, when: {link_share: {at_least: high}}}", "'high' is not a number; allowed: a number"),
        ("{name: a, then: mute, when: {link_share: '>= 0.9'}}", "is no bound (did you mean {at_least: 0.9}?)"),
        ("{name: a, then: mute, when: {link_share: < 0.9}}", "is no bound (did you mean {at_most: 0.9}?)"),
        ("{name: a, then: mute, when: {link_share: 0.9}}", "a bare '0.9' does not say which side; allowed: {at_least"),
        ("{name: a, then: mute, when: {link_share: {min: 0.9}}}", "unknown key 'min'; did you mean 'at_least'?"),
        ("{name: a, action: mute, when: {link_share: {at_least: 0.9}}}", "unknown key 'action'; did you mean 'then'?"),
        ("{name: a, then: mute, when: [link_share: {at_least: 0.9}]}", "a list, where keys are wanted: leave out"),
        ("{name: a, when: {link_share: {at_least: 0.9}, then: mute}}", "'then' is no signal: it belongs one level up"),
    ],
)
def test_a_rule_written_otherwise_than_it_is_meant_is_told_how(rule: str, said: str) -> None:
    assert any(said in one for one in faults(f"{HOME}rules:\n  - {rule}\n"))


@pytest.mark.parametrize("text", ["30d", "30 d", "30 days", "30days"])
def test_a_duration_may_be_written_out(text: str) -> None:
    assert read(f"{HOME}{RULE}    for: {text}\n", FILE).rules[0].duration == timedelta(days=30)


@pytest.mark.parametrize(("text", "span"), [("1 day", 1), ("2 weeks", 14), ("48 hours", 2), ("1440 minutes", 1)])
def test_every_unit_may_be_written_out(text: str, span: int) -> None:
    assert read(f"{HOME}window: {text}\n", FILE).window == timedelta(days=span)


def test_the_same_mistake_is_told_once_with_its_lines() -> None:
    rules = "".join(f"  - {{name: r{n}, then: mute, when: {{link_shar: {{at_least: 0.9}}}}}}\n" for n in range(4))
    (told,) = (line for line in faults(f"{HOME}rules:\n{rules}") if "unknown signal" in line)
    assert told.startswith("config.yaml:3:35: unknown signal 'link_shar'")
    assert told.endswith("did you mean 'link_share'? (the same on lines 4, 5 and 6)")
    two = faults(f"{HOME}limits: {{per_day: -1, per_sweep: -1}}\n")
    assert two == [
        "config.yaml:2:19: '-1' is out of range; allowed: a whole number from 0 to 1000 (the same on line 2)"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("list_title: 'mine\ndry_run: true\n", "1:13: not valid YAML: a quote is opened here and not closed"),
        (
            'list_title: "mine\nwords: {promo_words: ["sale"]}\n',
            "1:13: not valid YAML: a quote is opened here that goes on to",
        ),
    ],
)
def test_a_quote_that_is_not_closed_is_told_where_it_was_opened(text: str, said: str) -> None:
    assert said in faults(text)[0]


def test_a_signal_one_level_too_high_is_told_once() -> None:
    told = faults(f"{HOME}rules:\n  - {{name: a, then: mute, link_share: {{at_least: 0.9}}}}\n")
    assert told == ["config.yaml:3:27: 'link_share' belongs one level deeper, below `when:`"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_line_ends(end: str) -> None:
    text = f"\ufeff{HOME}{RULE}dry_run: true\n".replace("\n", end)
    assert read(text.removeprefix("\ufeff"), FILE).rules[0].name == "links"
    (told,) = faults(text.removeprefix("\ufeff").replace("true", "maybe"))
    assert told.startswith("config.yaml:6:10: 'maybe' is neither true nor false")


def test_the_network_in_memory_is_offered_to_nobody() -> None:
    assert "memory" not in "".join(
        faults("profiles: [{name: a, platform: myspac}]\nrules: [{only: {platforms: [x]}}]\n")
    )
