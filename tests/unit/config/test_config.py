"""What the owner's file means once it is read."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.config import default_config, default_rules, find, load, read, starter, state_dir
from bot.config.saving import replaced
from bot.config.words import bundled
from bot.errors import UserError
from bot.judging.rules import Bounds, Minimum, Mode
from bot.model import Account, History, Post, Step
from bot.signals import BY_NAME
from bot.signals.links import domains

FILE = Path("config.yaml")
UNTIL = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOME = "profiles: [{name: home, platform: mastodon, server: https://mastodon.example}]\n"
SKY = "profiles: [{name: sky, platform: bluesky, handle: robin.example, report_via: file}]\n"
RULE = "rules:\n  - name: links\n    when: {link_share: {at_least: 0.9}}\n    then: mute\n"


def test_a_rule_says_what_it_bounds_what_is_done_and_for_how_long():
    text = (
        HOME
        + RULE
        + "    unless: {reply_share: {at_least: 0.1}}\n    for: 2w\n    mode: shadow\n    only: {profiles: [home]}\n"
    )
    rule = read(text, FILE).rules[0]
    assert rule.when == {"link_share": Bounds(0.9)}
    assert rule.unless == {"reply_share": Bounds(0.1)}
    assert (rule.then, rule.duration, rule.mode) == (Step.MUTE, timedelta(weeks=2), Mode.SHADOW)
    assert rule.only.profiles == ("home",)


@pytest.mark.parametrize(("written", "posts"), [("10/day", 10), ("'10/day'", 10), ("1/day", 1), ("250/day", 250)])
def test_a_quota_is_so_many_posts_a_day_and_needs_no_bounds(written, posts):
    (rule,) = read(HOME + f"rules: [{{name: loud, quota: {written}, then: mute}}]\n", FILE).rules
    assert (rule.quota, rule.when, rule.then) == (posts, {}, Step.MUTE)


@pytest.mark.parametrize("written", ["10", "0/day", "-1/day", "ten/day", "10/week", "10/days"])
def test_a_quota_that_is_none_is_refused_with_one_that_is(written):
    with pytest.raises(UserError, match="10/day"):
        read(HOME + f"rules: [{{name: loud, quota: {written}, then: mute}}]\n", FILE)


def test_what_is_left_out_keeps_its_default():
    config = read(HOME, FILE)
    assert config.dry_run
    assert config.window == timedelta(days=60)
    assert config.limits.per_day == 20
    assert config.report.time == time(8, 0)
    assert config.sweep.every == timedelta(minutes=10)
    assert config.store is None


def test_a_file_without_rules_uses_the_shipped_ones():
    assert read(HOME, FILE).rules == default_rules()


def test_a_rules_evidence_names_only_what_differs_from_the_general_one():
    text = HOME + RULE + "    evidence: {own_posts: 60}\nevidence: {days_seen: 3}\n"
    config = read(text, FILE)
    assert config.minimum == Minimum(days_seen=3)
    assert config.rules[0].minimum == Minimum(own_posts=60, days_seen=3)


def test_a_bluesky_profile_has_a_server_without_saying_so():
    assert read(SKY, FILE).profiles[0].server == "https://bsky.social"


def test_kept_handles_are_compared_without_at_and_case():
    config = read(HOME + 'trust: {keep: ["@Robin@Mastodon.Example", "sky.example"]}\n', FILE)
    assert config.trust.keep == ("robin@mastodon.example", "sky.example")


def test_the_owners_words_stand_beside_the_bundled_ones_of_the_chosen_languages():
    words = read(HOME + 'words: {languages: [de], promo_words: ["#Ad"], own_words: 2}\n', FILE).lexicon
    assert words.promo_words == (*bundled()["de"]["promo_words"], "#ad")
    assert words.own_words == 2
    assert not set(bundled()["ja"]["promo_words"]) & set(words.promo_words)


def test_the_store_lies_beside_the_config_unless_its_path_is_absolute(tmp_path):
    (tmp_path / "c.yaml").write_text(HOME + "store: data/q.sqlite\n")
    assert load(tmp_path / "c.yaml").store == str(tmp_path / "data" / "q.sqlite")


def test_the_fingerprint_changes_with_what_decides_and_with_nothing_else():
    plain = read(HOME + RULE, FILE).fingerprint
    assert read("# a comment\n" + HOME.replace("home", "work") + RULE + "dry_run: false\n", FILE).fingerprint == plain
    deciding = ("window: 30d", "trust: {mutuals: false}", "limits: {per_day: 1}", "evidence: {own_posts: 9}",
                "words: {own_words: 9}")  # fmt: skip
    changed = {read(f"{HOME}{RULE}{extra}\n", FILE).fingerprint for extra in deciding}
    assert len(changed | {plain}) == 6
    assert read(HOME + RULE.replace("0.9", "0.90"), FILE).fingerprint == plain


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            SKY + RULE.replace("mute", "list"),
            "config.yaml:5:11: on Bluesky this mutes instead: everybody can see who is on a list there",
        ),
        (HOME + RULE + RULE.removeprefix("rules:\n").replace("links", "more"), "'more' never decides: 'links' stands"),
        (RULE, "no profiles"),
        (SKY.replace(", report_via: file", ""), "without bot_handle the report cannot be sent on Bluesky"),
        (HOME + "sweep: {every: 5s, jitter: 0s}\n", "more than once a minute"),
    ],
)
def test_what_works_but_surprises_is_a_warning(text, warning):
    warnings = read(text, FILE).warnings
    assert [w for w in warnings if warning in w], warnings


def test_a_signal_that_a_platform_cannot_give_is_a_warning(monkeypatch):
    from bot.signals import BY_NAME
    from bot.signals.base import FLAG, signal

    @signal(FLAG, label="it", says=str, not_on=("bluesky",))
    def made_up(history):
        """Nothing."""

    monkeypatch.setitem(BY_NAME, "made_up", made_up)
    rule = RULE.replace("link_share: {at_least: 0.9}", "made_up: {at_least: 1}")
    assert "bluesky cannot give made_up" in read(SKY + rule, FILE).warnings[0]
    assert read(HOME + rule, FILE).warnings == ()


def test_the_example_loads_without_warnings_and_shows_the_defaults():
    config = default_config()
    assert config.warnings == ()
    plain = read(HOME, FILE)
    for part in ("dry_run", "window", "limits", "minimum", "own_feed", "sweep", "report", "list_title"):
        assert getattr(config, part) == getattr(plain, part), part


def test_the_example_carries_a_rule_for_each_kind_of_noise():
    names = {rule.name for rule in default_rules()}
    assert names >= {"link broadcaster", "self-promoter", "reply spammer", "burst dropper", "feed mirror",
                     "repost flood"}  # fmt: skip


def test_the_commented_bluesky_profile_of_the_example_loads_too():
    lines = Path("config.example.yaml").read_text().splitlines()
    start = lines.index("  # - name: sky")
    shown = [line.replace("  # ", "  ", 1) for line in lines[start : start + 12] if line.startswith("  # ")]
    sky = read("profiles:\n" + "\n".join(shown) + "\n", FILE).profiles[0]
    assert (sky.platform, sky.handle, sky.bot_handle) == ("bluesky", "robin.example.org", "robin-reports.example.org")


def test_the_config_named_on_the_command_line_goes_first(tmp_path):
    (tmp_path / "config.yaml").write_text(HOME)
    environ = {"QUIETFEED_CONFIG": "/elsewhere/c.yaml"}
    assert find("named.yaml", environ, tmp_path) == Path("named.yaml")
    assert find(None, environ, tmp_path) == Path("/elsewhere/c.yaml")
    assert find(None, {}, tmp_path) == tmp_path / "config.yaml"


def test_without_any_config_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    with pytest.raises(UserError, match="quietfeed init"):
        find(None, {}, tmp_path)


def test_the_users_config_directory_comes_last(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "quietfeed").mkdir()
    (tmp_path / "quietfeed" / "config.yaml").write_text(HOME)
    (tmp_path / "here").mkdir()
    assert find(None, {}, tmp_path / "here") == tmp_path / "quietfeed" / "config.yaml"


def test_the_state_directory_can_be_named(tmp_path):
    assert state_dir({"QUIETFEED_STATE_DIR": str(tmp_path)}) == tmp_path
    assert state_dir({}).name == "quietfeed"


def test_a_profile_is_chosen_by_name_and_a_wrong_name_is_told_the_right_ones():
    config = read(HOME, FILE)
    assert config.chosen() == config.chosen("home") == config.profiles
    with pytest.raises(UserError, match="did you mean home"):
        config.chosen("hone")
    with pytest.raises(UserError, match="quietfeed init"):
        read(RULE, FILE).chosen()


@pytest.mark.parametrize(
    ("platform", "server", "handle"),
    [
        ("mastodon", "https://mastodon.example", ""),
        ("bluesky", None, "robin.example"),
        ("bluesky", "http://localhost:2583", "robin.test"),
    ],
)
def test_a_starter_loads_with_the_shipped_rules_and_no_warning(platform, server, handle):
    config = read(starter(platform, server, handle), FILE)
    assert config.rules == default_rules()
    assert config.dry_run
    assert (config.profiles[0].platform, config.profiles[0].handle) == (platform, handle)
    assert config.warnings == ()


@given(st.text(), st.text(min_size=1))
def test_whatever_is_typed_at_init_stays_text(server, handle):
    typed = starter("bluesky", server, handle).splitlines()[:13]
    assert yaml.safe_load("\n".join(typed)) == {"dry_run": True, "profiles": [
        {"name": "home", "platform": "bluesky", "handle": handle} | ({"server": server} if server else {})
    ]}  # fmt: skip


def test_the_owners_lists_of_links_are_laid_over_what_is_measured():
    text = (
        HOME
        + 'links: {shorteners: ["https://Go.example.com/"], shims: ["https://www.example.com/out?to={url}"],'
        + ' post_pages: ["client.example.com/profile/*"], shared_sites: ["example.org/~*"]}\n'
    )
    config = read(text, FILE)
    assert config.lexicon.links.shorteners == ("go.example.com",)
    links = (
        "https://client.example.com/profile/ben",
        "https://example.com/out?to=https%3A%2F%2Fexample.org%2F~ann",
        "https://go.example.com/x",
    )
    posts = tuple(Post(str(n), "ann", UNTIL, links=(link,)) for n, link in enumerate(links))
    account = Account("ann", "ann@example.net", profile_links=("https://example.org/~ann",))
    history = History(account, posts, UNTIL, lexicon=config.lexicon)
    assert BY_NAME["link_share"](history) == pytest.approx(2 / 3)
    assert BY_NAME["shortener_share"](history) == pytest.approx(1 / 2)
    assert (domains(history).distinct, domains(history).total) == (1, 1)  # of example.org; the other is not told
    assert BY_NAME["link_share"](History(account, posts, UNTIL)) == 1
    assert config.fingerprint != read(HOME, FILE).fingerprint


def test_a_report_may_go_many_other_ways_and_a_bluesky_owner_with_one_is_not_warned():
    text = SKY.replace("report_via: file", "report_also: [phone, feed, stdout]")
    config = read(text, FILE)
    assert config.profiles[0].report_also == ("phone", "feed", "stdout")
    assert not any("report" in warning for warning in config.warnings)


def test_where_no_files_are_kept_the_config_comes_whole_from_the_environment(tmp_path):
    text = "profiles: [{name: home, platform: mastodon, server: https://quiet.test}]\n"
    environ = {"QUIETFEED_CONFIG_YAML": text, "QUIETFEED_STATE_DIR": str(tmp_path / "state")}
    (tmp_path / "config.yaml").write_text("")
    path = find(None, environ, tmp_path)
    assert (path.read_text(), path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (text, 0o600, 0o700)
    assert load(path).profiles[0].name == "home"
    before = path.stat().st_mtime_ns
    assert find(None, environ, tmp_path) == path
    assert path.stat().st_mtime_ns == before, "a daemon that watches it is not disturbed"
    find(None, environ | {"QUIETFEED_CONFIG_YAML": text + "dry_run: true\n"}, tmp_path)
    assert path.read_text().endswith("dry_run: true\n")
    assert find(None, environ | {"QUIETFEED_CONFIG": "mine.yaml"}, tmp_path) == Path("mine.yaml")
    with pytest.raises(UserError, match="change QUIETFEED_CONFIG_YAML where your host keeps it"):
        replaced(path, path.read_bytes(), b"")


def test_on_a_host_that_git_deploys_to_a_missing_config_says_what_there_is(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    with pytest.raises(UserError) as told:
        find(None, {}, tmp_path)
    assert "QUIETFEED_CONFIG_YAML" not in str(told.value)
    (tmp_path / "Procfile").write_text("worker: python -m bot run\n")
    with pytest.raises(UserError, match="put its text into QUIETFEED_CONFIG_YAML, or commit it"):
        find(None, {}, tmp_path)


def test_a_state_directory_that_cannot_be_made_for_it_is_told(tmp_path):
    (tmp_path / "state").write_text("no folder")
    environ = {"QUIETFEED_CONFIG_YAML": "a: b", "QUIETFEED_STATE_DIR": str(tmp_path / "state" / "below")}
    with pytest.raises(UserError, match="where the text of QUIETFEED_CONFIG_YAML goes"):
        find(None, environ, tmp_path)
