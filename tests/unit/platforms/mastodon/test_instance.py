"""What a server says of itself, and what is known to be lacking by its name and its version."""

from typing import Any

import pytest

from bot.model import Step
from bot.platforms.base import Server, Unreachable
from bot.platforms.mastodon.connection import Refused, ScopeMissing
from bot.platforms.mastodon.instance import channel, describe, domain, fetch, max_characters
from bot.platforms.mastodon.login import LEAST, MARKS, PICTURES
from tests.unit.platforms.mastodon.told import Several, Told

V1, V2 = "/api/v1/instance", "/api/v2/instance"
ALL = f"{LEAST} {MARKS} {PICTURES}"
EXCLUSIVE = [{"id": "1", "title": "Friends", "exclusive": False}]
PLAIN = [{"id": "1", "title": "Friends"}]


def software(name: object, version: object = "1.0") -> dict[str, Any]:
    return {"software": {"name": name, "version": version}}


def described(version: object = "4.5.2", name: object = "mastodon", lists: Any = EXCLUSIVE, scope: Any = ALL) -> Server:
    answers = {"/nodeinfo/2.0": software(name), "/api/v1/lists": lists, "/oauth/token/info": {"scope": scope}}
    return describe(Told(answers), {"version": version})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({V2: {"domain": "a"}, V1: {"uri": "b"}}, {"domain": "a"}),
        ({V1: {"uri": "b"}}, {"uri": "b"}),
        ({V2: {}, V1: {"uri": "b"}}, {"uri": "b"}),
        ({V2: [], V1: 7}, {}),
        ({}, {}),
    ],
)
def test_the_newer_word_of_a_server_is_taken_before_the_older(answers: dict[str, Any], found: dict[str, Any]) -> None:
    assert fetch(Told(answers)) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        ({"account_domain": "a.test", "domain": "b.test", "uri": "c.test"}, "a.test"),
        ({"domain": "b.test", "uri": "c.test"}, "b.test"),
        ({"domain": "not a host", "uri": "https://C.test/"}, "c.test"),
        ({"uri": "http://c.test:3000"}, "c.test:3000"),
        ({"uri": "https://c.test/path"}, "home.test"),
        ({"domain": None}, "home.test"),
        ({}, "home.test"),
    ],
)
def test_handles_end_in_the_domain_that_the_server_names_else_in_its_address(raw: dict[str, Any], host: str) -> None:
    assert domain(raw, "home.test") == host


@pytest.mark.parametrize(
    ("raw", "most"),
    [
        ({"configuration": {"statuses": {"max_characters": 5000}}}, 5000),
        ({"configuration": {"statuses": {"max_characters": 5000}}, "max_toot_chars": 700}, 5000),
        ({"max_toot_chars": 700}, 700),
        ({"configuration": {}, "max_toot_chars": 700}, 700),
        ({"configuration": [], "max_toot_chars": 100}, 100),
        ({"max_toot_chars": 99}, 500),
        ({"max_toot_chars": "many"}, 500),
        ({}, 500),
    ],
)
def test_a_post_is_as_long_as_the_server_says_where_that_can_be(raw: dict[str, Any], most: int) -> None:
    assert max_characters(raw) == most


LISTS_HIDE, LISTS, HIDING, MUTES = "do not hide their members", "no lists", "cannot hide the reposts", "has no mutes"


@pytest.mark.parametrize(
    ("version", "name", "lists", "lacks"),
    [
        ("4.5.2", "mastodon", EXCLUSIVE, {}),
        ("4.5.2", "mastodon", [], {}),
        ("4.5.2", "mastodon", PLAIN, {Step.LIST: LISTS_HIDE}),
        ("4.5.2", "mastodon", PLAIN + EXCLUSIVE, {}),
        ("4.2.0", "mastodon", [], {}),
        ("4.1.9", "mastodon", [], {Step.LIST: LISTS_HIDE}),
        ("4.1.9", "Mastodon", EXCLUSIVE, {Step.LIST: LISTS_HIDE}),
        ("4.1.9", "", [], {Step.LIST: LISTS_HIDE}),
        ("2.7.2 (compatible; Akkoma 3.15)", "", [], {}),
        ("2.7.2 (compatible; Akkoma 3.15)", "akkoma", [], {}),
        ("0.20.0", "gotosocial", [], {}),
        ("glitch", "mastodon", [], {}),
        ("4.5.2", "mastodon", Refused("no", 404), {Step.LIST: LISTS}),
        ("4.5.2", "mastodon", ScopeMissing("the login lacks a permission"), {Step.LIST: "lacks a permission"}),
        ("2.96", "snac", [], {Step.HIDE_REPOSTS: HIDING, Step.LIST: LISTS, Step.MUTE: MUTES}),
        ("takahe/0.11.0", "Takahē", [], {Step.HIDE_REPOSTS: HIDING, Step.LIST: LISTS}),
        ("takahē 0.11.0", "", [], {Step.HIDE_REPOSTS: HIDING, Step.LIST: LISTS}),
    ],
)
def test_what_a_server_lacks_is_told_for_each_step(version: str, name: str, lists: Any, lacks: dict[Step, str]) -> None:
    found = described(version, name, lists).lacks
    assert set(found) == set(lacks)
    assert all(words in found[step] for step, words in lacks.items())


@pytest.mark.parametrize(
    ("version", "name", "ends"),
    [
        ("3.3.0", "mastodon", True),
        ("3.2.9", "mastodon", False),
        ("2.9.0", "", False),
        ("10.0.1", "mastodon", True),
        ("2.7.2 (compatible; Pleroma)", "pleroma", True),
        ("unknown", "mastodon", True),
        ("3.1234", "mastodon", True),
    ],
)
def test_a_server_whose_mutes_have_no_end_is_told_as_such(version: str, name: str, ends: bool) -> None:
    assert any("mutes do not end" in note for note in described(version, name).notes) is not ends


@pytest.mark.parametrize(
    ("version", "name", "called"),
    [
        ("4.5.2", "mastodon", "mastodon 4.5.2"),
        ("4.5.2", "", "4.5.2"),
        ("GoToSocial 0.20", "gotosocial", "GoToSocial 0.20"),
        (None, "snac", "snac of unknown version"),
        ("x" * 200, "", "x" * 80),
        ("4.5.2", "<b>odd</b>" + "x" * 90, "boddb" + "x" * 35 + " 4.5.2"),
    ],
)
def test_a_server_is_called_by_its_name_and_its_version(version: Any, name: str, called: str) -> None:
    found = described(version, name)
    assert (found.software, found.url, found.clock_offset) == (called, "https://home.test", 1.5)


def without(*scopes: str) -> str:
    return " ".join(scope for scope in ALL.split() if scope not in scopes)


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (ALL, []),
        (ALL.split(), []),
        ("read write", []),
        (f"read write:mutes write:lists write:follows write:statuses {MARKS} {PICTURES}", []),
        (without("read:lists", "write:mutes"), ["read:lists, write:mutes; log in again"]),
        (without(MARKS), ["private notes (write:accounts)"]),
        (without(PICTURES), ["upload pictures (write:media)"]),
        (without(MARKS, PICTURES), ["private notes", "upload pictures"]),
        (without("read:lists", MARKS), ["read:lists"]),
        ("", []),
        ([], []),
        (None, []),
        ([7], []),
    ],
)
def test_permissions_that_the_login_lacks_are_told(scope: Any, told: list[str]) -> None:
    notes = described(scope=scope).notes
    assert len(notes) == len(told)
    assert all(words in note for words, note in zip(told, notes, strict=True))


@pytest.mark.parametrize("fault", [Refused("no", 404), ScopeMissing("no"), Unreachable("no")])
def test_a_server_that_does_not_tell_what_was_given_is_not_complained_of(fault: Exception) -> None:
    answers = {"/nodeinfo/2.0": software("mastodon"), "/api/v1/lists": [], "/oauth/token/info": fault}
    assert describe(Told(answers), {"version": "4.5.2"}).notes == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "private", "called"),
    [
        ([software("mastodon", "3.0.0")], True, "mastodon 3.0.0"),
        ([software("mastodon", "2.9.9")], False, "mastodon 2.9.9"),
        ([software("GoToSocial", "0.20.0")], True, "GoToSocial 0.20.0"),
        ([software("gotosocial", "0.19.9")], False, "gotosocial 0.19.9"),
        ([software("gotosocial", "1.0")], True, "gotosocial 1.0"),
        ([software("mastodon", None)], False, "mastodon"),
        ([software("snac", "9.9")], False, "snac 9.9"),
        ([Refused("no", 404), software("mastodon", "4.5")], True, "mastodon 4.5"),
        ([ScopeMissing("no")], False, "2.75"),
        ([{"software": "mastodon"}], False, "2.75"),
    ],
)
def test_letters_are_known_to_be_private_by_name_and_version(told: list[Any], private: bool, called: str) -> None:
    connection = Told({"/nodeinfo/2.0": Several(*told)})
    found = channel(connection, {"version": "2.75"})  # type: ignore[arg-type]
    assert (found.private, found.software, found.server) == (private, called, "https://home.test")
    assert len(connection.asked) == (1 if isinstance(told[0], dict) and called != "2.75" else 2)
