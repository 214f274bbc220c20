"""`undo`, `keep`, `confirm` and `ledger` against a server: the owner's word is heard, shown first, and resumed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.entries import Terms
from bot.actions.executor import Executor
from bot.cli import main
from bot.clock import SimulatedClock
from bot.config import Limits, OwnFeed, Profile, default_config
from bot.config.credentials import Credentials, login_of
from bot.judging.rules import Bounds, Minimum, Rule
from bot.model import Account, Decision, Event, Step, Verdict
from bot.platforms.base import Page
from bot.platforms.mastodon import Mastodon
from bot.service.sweep import sweep
from bot.store import open_store
from tests.servers.mastodon_network import seeded
from tests.servers.mastodon_stub import Stub

DAY = timedelta(days=1)
WORD_JOINER = "\u2060"
DROPPERS = [f"dropper{number}@shop.test" for number in range(3)]


class Owner:
    """Somebody with a config, a store, and actions of two rules on three accounts."""

    def __init__(self, folder, stub, capsys):
        self.folder, self.stub, self.capsys = folder, stub, capsys
        (folder / "config.yaml").write_text(
            f'profiles:\n  - {{name: home, platform: mastodon, server: "{stub.url}"}}\n'
            f"dry_run: false\nstore: {folder / 'store.sqlite'}\n"
        )
        now = datetime.now(UTC)
        self.do("dropper0@shop.test", "links", now - 5 * DAY)
        self.do("dropper1@shop.test", "links", now)
        self.do("dropper2@shop.test", "bursts", now)
        stub.log.clear()

    def account(self, handle):
        (found,) = [i for i, raw in self.stub.network.accounts.items() if raw["acct"] == handle]
        return Account(found, handle)

    def do(self, handle, rule, at):
        clock = SimulatedClock(at)
        verdict = Verdict(self.account(handle), rule, Step.MUTE, (), {"link_share": 1.0}, duration=30 * DAY)
        with self.store() as store:
            executor = Executor(
                "home", Mastodon(self.stub.url, self.stub.network.token, clock, share=1.0), store, clock
            )
            assert executor.carry_out(Decision(verdict, Step.MUTE, until=at + 30 * DAY), Terms("f", "")) is Event.DONE

    def store(self):
        from contextlib import closing

        return closing(open_store(str(self.folder / "store.sqlite")))

    def __call__(self, *words):
        code = main(words)
        shown = self.capsys.readouterr()
        return code, shown.out, shown.err

    @property
    def muted(self):
        return sorted(self.stub.network.accounts[one]["acct"] for one in self.stub.network.mutes)

    def vetoes(self):
        with self.store() as store:
            return sorted(word.account.handle for word in store.feedback("home", "veto").values())


@pytest.fixture
def owner(tmp_path, monkeypatch, capsys):
    with Stub(seeded(datetime.now(UTC))) as stub:
        monkeypatch.chdir(tmp_path)
        for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
        monkeypatch.setenv("QUIETFEED_CONFIG", str(tmp_path / "config.yaml"))
        monkeypatch.setenv("QUIETFEED_HOME_TOKEN", stub.network.token)
        yield Owner(tmp_path, stub, capsys)


@pytest.mark.parametrize(
    ("words", "undone"),
    [
        (["dropper1@shop.test"], DROPPERS[1:2]),
        (["@Dropper1@shop.test"], DROPPERS[1:2]),
        ([f"dropper1@{WORD_JOINER}shop.test"], DROPPERS[1:2]),
        (["--since", "2d"], DROPPERS[1:]),
        (["--rule", "links"], DROPPERS[:2]),
        (["--rule", "links", "--since", "2d"], DROPPERS[1:2]),
        (["--all"], DROPPERS),
        (["acct:dropper1@shop.test"], DROPPERS[1:2]),
        (["https://shop.test/@Dropper1"], DROPPERS[1:2]),
    ],
)
def test_undo_takes_back_what_was_asked_for_and_shows_it_first(owner, words, undone):
    code, out, _ = owner("undo", *words, "--dry-run")
    assert code == 0
    assert [handle for handle in DROPPERS if handle in out] == undone
    assert not owner.stub.writes
    assert owner.muted == DROPPERS
    code, out, _ = owner("undo", *words)
    assert code == 0
    assert owner.muted == [handle for handle in DROPPERS if handle not in undone]
    assert owner.vetoes() == undone
    assert [handle for handle in DROPPERS if handle in out] == undone


def test_undo_asks_what_is_to_be_undone(owner):
    code, _, err = owner("undo")
    assert code == 2
    assert "--all" in err
    assert owner.muted == DROPPERS


def test_an_undo_that_was_interrupted_is_resumed_by_the_same_command(owner):
    owner.stub.fault("status", "dropper|unmute", times=40, number=403)
    code, _, err = owner("undo", "--all")
    assert code != 0
    assert "same command" in err
    owner.stub.faults.clear()
    code, _, _ = owner("undo", "--all")
    assert code == 0
    assert owner.muted == []
    assert owner("undo", "--all")[1] == "nothing that quietfeed did fits: nothing to undo\n"
    assert owner("undo", "dropper1@shop.test")[1].endswith("left alone from now on: quietfeed keep HANDLE\n")


def test_undo_leaves_a_mute_that_the_owner_set_anew(owner):
    mute = owner.account("dropper1@shop.test").id
    owner.stub.network.mutes[mute] = (True, None)
    code, out, _ = owner("undo", "--all")
    assert code == 0
    assert owner.muted == ["dropper1@shop.test"]
    assert owner.stub.network.mutes[mute] == (True, None)
    assert "left alone" in out


def test_undo_speaks_json(owner):
    _, out, _ = owner("undo", "--all", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(line["handle"], line["outcome"]) for line in lines] == [(handle, "undone") for handle in DROPPERS]


def test_a_kept_account_is_listed_with_its_reason_until_it_is_dropped(owner):
    for why in ("a friend", "my baker"):
        assert owner("keep", "dropper1@shop.test", "--why", why)[0] == 0
    _, out, _ = owner("keep", "--json")
    assert [(row["handle"], row["by"], row["why"]) for row in json.loads(out)] == [
        ("dropper1@shop.test", "keep", "my baker")
    ]
    assert "protected no longer" in owner("keep", "dropper1@shop.test", "--drop")[1]
    assert "was not protected" in owner("keep", "dropper1@shop.test", "--drop")[1]
    assert "nobody" in owner("keep")[1]


def test_what_was_undone_is_listed_as_taken_back_and_can_be_dropped(owner):
    owner("undo", "dropper1@shop.test")
    assert "taken back" in owner("keep")[1]
    owner("keep", "dropper1@shop.test", "--drop")
    assert owner.vetoes() == []


def test_confirm_tells_the_numbers_and_keeps_the_consent_only_when_it_is_given(owner):
    code, out, _ = owner("confirm")
    assert (code, "confirmed" in out) == (0, True)
    with owner.store() as store:
        assert store.noted("consent:home") is None
        assert json.loads(store.noted("usual:home"))["rules"] == {}
    assert "actions begin with the next sweep" in owner("confirm", "--i-have-read-the-report")[1]
    with owner.store() as store:
        assert store.noted("consent:home")


@pytest.mark.parametrize(
    ("damaged", "first_days", "says"),
    [
        (False, True, "the first days of dry run are over; actions begin with the next sweep"),
        (True, False, "the wait since the store was damaged is over; actions begin with the next sweep"),
        (True, True, "the wait since the store was damaged and the first days of dry run are over; actions begin"),
        (False, False, "nothing waited for that"),
    ],
)
def test_confirm_tells_all_that_the_owners_consent_ends(owner, damaged, first_days, says):
    with owner.store() as store:
        store.note("recovered:home", json.dumps({"holds": damaged, "told": True, "words": "", "at": ""}))
        store.note("consent:home", "" if first_days else "2026-11-01T00:00:00+00:00")
    assert f"home: {says}" in owner("confirm", "--i-have-read-the-report")[1]
    assert "home: nothing waited for that" in owner("confirm", "--i-have-read-the-report")[1]


def test_confirm_tells_what_is_still_in_the_way(owner):
    with owner.store() as store:
        store.note("only reads:home", "yes")
    out = owner("confirm", "--i-have-read-the-report")[1]
    assert "are over; the login only reads, so nothing is done; `quietfeed login home` makes one that acts too" in out


def test_the_ledger_tells_an_accounts_story(owner):
    owner("undo", "--rule", "links", "--since", "2d")
    _, out, _ = owner("ledger", "--json")
    story = [
        (line["event"], line["rule"]) for line in map(json.loads, out.splitlines()) if "dropper1" in line["handle"]
    ]
    assert story == [("planned", "links"), ("done", "links"), ("lifting", "links"), ("undone", "links")]
    assert "you undid it" in owner("ledger")[1]
    assert owner("ledger", "nobody@shop.test")[0] == 2


# -- a dry run


def plan_of(folder, url, token, now, dry):
    """What a fortnight of sweeps plans on the server, told apart from when it was planned."""
    folder.mkdir()
    clock = SimulatedClock(now)
    config = replace(
        default_config(),
        profiles=(Profile("home", "mastodon"),),
        rules=(
            Rule("links", {"link_share": Bounds(at_least=0.9)}, Step.MUTE, duration=3 * DAY),
            Rule("boosts", {"repost_share": Bounds(at_least=0.9)}, Step.HIDE_REPOSTS, duration=30 * DAY),
        ),
        minimum=Minimum(own_posts=0, days_seen=1),
        limits=Limits(first_days_dry=timedelta(), confirm_after=timedelta(), newly_followed=timedelta()),
        own_feed=OwnFeed(max_age=timedelta(hours=6)),
        dry_run=dry,
    )
    store, platform = open_store(str(folder / "store.sqlite")), Mastodon(url, token, clock, share=1.0)
    for _ in range(4):
        sweep("home", platform, store, config, clock)
        clock.wait(6 * 3600)
    plans = [
        (e.account.handle, e.rule, e.step, e.until, dict(e.readings))
        for e in store.entries("home", events={Event.PLANNED})
    ]
    store.close()
    return plans


@pytest.mark.slow
def test_a_dry_run_writes_nothing_and_plans_what_a_real_one_does(tmp_path):
    now = datetime.now(UTC).replace(microsecond=0)
    plans = []
    for dry in (True, False):
        with Stub(seeded(now)) as stub:
            plans.append(plan_of(tmp_path / str(dry), stub.url, stub.network.token, now, dry))
            assert bool(stub.writes) is not dry
    assert plans[0] == plans[1]
    assert {plan[0] for plan in plans[0]} >= set(DROPPERS)


# -- names


def sweep_once(owner):
    with owner.store() as store:
        clock = SimulatedClock(datetime.now(UTC))
        config = replace(default_config(), profiles=(Profile("home", "mastodon"),))
        sweep("home", Mastodon(owner.stub.url, owner.stub.network.token, clock, share=1.0), store, config, clock)


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["undo", "ledger"])
@pytest.mark.parametrize(("typed", "meant"), [("dropper1", "dropper1@shop.test"), ("droper1@shop.test", "dropper1@")])
def test_a_name_that_is_not_known_is_an_error_that_says_who_may_be_meant(owner, verb, typed, meant):
    sweep_once(owner)
    code, out, err = owner(verb, typed)
    assert (code, out) == (2, "")
    assert f"did you mean {meant}" in err
    assert owner.muted == DROPPERS


@pytest.mark.parametrize("verb", ["undo", "ledger", "explain", "keep", "capture"])
@pytest.mark.parametrize("typed", ["nobody@shop.test", "nobody", "a b", "https://shop.test", "*@shop.test"])
def test_a_name_that_nobody_bears_is_never_answered_as_if_it_were_known(owner, verb, typed):
    code, out, err = owner(verb, typed)
    assert (code, out) == (2, "")
    assert "log in" not in err
    assert "cannot be a handle" in err or "never showed" in err or "no account of that name is known" in err


@pytest.mark.parametrize(
    "typed",
    ["@Dropper1@Shop.test", "acct:dropper1@shop.test", "https://shop.test/@dropper1", "shop.test/users/dropper1"],
)
@pytest.mark.parametrize("verb", ["undo --dry-run", "ledger", "keep", "capture"])
def test_every_verb_understands_every_spelling(owner, verb, typed):
    sweep_once(owner)
    code, out, err = owner(*verb.split(), typed)
    assert code == 0
    assert "dropper1@shop.test" in out + err


def test_one_who_was_renamed_since_is_found_by_either_name(owner):
    sweep_once(owner)
    renamed = replace(owner.account("dropper1@shop.test"), handle="renamed@shop.test")
    with owner.store() as store:
        store.remember("home", Page((), (renamed,), None), datetime.now(UTC))
    for typed in ("dropper1@shop.test", "renamed@shop.test"):
        assert "dropper1@shop.test" in owner("undo", typed, "--dry-run")[1]
        assert "dropper1@shop.test" in owner("ledger", typed)[1]


def test_dropping_whom_the_config_keeps_says_so(owner):
    with (owner.folder / "config.yaml").open("a") as config:
        config.write("trust: {keep: [dropper1@shop.test]}\n")
    assert "still kept by the config" in owner("keep", "dropper1@shop.test", "--drop")[1]
    assert "dropper1@shop.test" in owner("keep")[1]


# -- the doctor


def test_the_doctor_says_which_kept_names_nobody_bears(owner):
    with (owner.folder / "config.yaml").open("a") as config:
        config.write("trust: {keep: [dropper1@shop.test, droper9@shop.test]}\n")
    code, out, _ = owner("doctor")
    assert code == 1
    assert "nobody is called droper9@shop.test" in out
    assert "nobody is called dropper1@shop.test" not in out


def test_the_doctor_says_what_was_refused_and_that_it_holds_accounts(owner):
    owner.stub.fault("status", "favourites", times=9, number=403)
    code, out, _ = owner("doctor")
    assert code == 1
    assert "the server refused to say whom you favourited (403)" in out


@pytest.mark.slow
def test_the_doctor_tells_what_the_server_lacks_and_the_owner_is_told_from_then_on(owner):
    from bot.service import unread

    owner.stub.fault("status", "bookmarks", times=9, number=404)
    code, out, _ = owner("doctor")
    assert code == 0
    assert "your server cannot tell whom you bookmarked; quietfeed goes on without that protection" in out
    with owner.store() as store:
        assert unread.told("home", store) == {"bookmarks lacking"}
    assert "quietfeed goes on without that protection" in (sweep_once(owner), owner("report"))[1][1]


@pytest.mark.slow
def test_a_report_is_a_file_until_a_test_message_went_well_and_the_doctor_says_so(owner):
    network = owner.stub.network
    network.software = "friendly"
    sweep_once(owner)
    code, out, err = owner("report", "--send")
    assert (code, "kept in a file" in out, "--send-test" in err) == (0, True, True)
    assert "kept in a file only" in owner("doctor")[1]
    assert owner("report", "--send-test")[0] == 0
    assert "sent to you alone, by friendly" in owner("doctor")[1]
    assert "sent to you alone" in owner("report", "--send")[1]
    letters = [s for s in network.statuses if s.author == network.owner and s.visibility == "direct" and not s.deleted]
    assert letters
    code, _, err = owner("report", "--send")
    assert (code, "it was sent before" in err) == (0, True)


def test_where_a_test_message_is_not_private_the_command_fails_and_nothing_is_left(owner):
    network = owner.stub.network
    network.software, network.direct_is, network.delete_wants_body = "snac", "private", True
    sweep_once(owner)
    code, _, err = owner("report", "--send-test")
    assert (code, "so it was deleted" in err) == (1, True)
    code, _, err = owner("report", "--send-test")
    assert (code, "not tried again" in err) == (2, True)
    assert "kept in a file" in owner("report", "--send")[1]
    assert not [s for s in network.statuses if s.visibility == "private" and not s.deleted]


def test_our_own_mute_is_none_of_the_owners_when_an_account_is_explained_afresh(owner):
    def told(handle: str) -> tuple[list[str], str | None]:
        shown = json.loads(owner("explain", handle, "--fresh", "--json")[1])
        return [words for words in shown["standing"] if words.startswith("muted")], shown["protection"]

    assert told("dropper0@shop.test") == ([], None)
    theirs = owner.account("dropper2@shop.test")
    assert owner("undo", theirs.handle)[0] == 0
    owner.stub.network.mutes[theirs.id] = (True, None)
    assert told(theirs.handle)[0] == ["muted"]


def test_a_token_is_not_sent_to_another_server_than_it_was_made_for(owner, monkeypatch):
    monkeypatch.delenv("QUIETFEED_HOME_TOKEN")
    secrets = Credentials({}, owner.folder / "state")
    secrets.set("home", "token", owner.stub.network.token, login_of(Profile("home", "mastodon", owner.stub.url)))
    assert owner("doctor")[0] == 0
    with Stub() as other:
        config = (owner.folder / "config.yaml").read_text()
        (owner.folder / "config.yaml").write_text(config.replace(owner.stub.url, other.url))
        code, _, err = owner("sweep")
        assert (code, f"not logged in on {other.url}" in err) == (2, True)
        assert "home: login: not logged in" in owner("doctor")[1].replace("✗ ", "")
        assert other.log == []
