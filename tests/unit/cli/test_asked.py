"""`mute`, `list`, `pause`, `resume` against a server: the owner asks, and it is so."""

import json

import pytest

from tests.unit.cli.test_actions import DROPPERS, owner  # noqa: F401  the fixture of one owner

PERSON = "person1@friends.test"


def listed(owner):  # noqa: F811
    return {
        own.title: [owner.stub.network.accounts[one]["acct"] for one in own.members]
        for own in owner.stub.network.lists.values()
    }


def test_mute_and_list_do_what_is_asked_and_undo_takes_it_back(owner):  # noqa: F811
    owner("confirm", "--i-have-read-the-report")
    code, out, _ = owner("mute", PERSON, "--for", "60d")
    assert (code, owner.muted) == (0, sorted([*DROPPERS, PERSON]))
    assert "muted until" in out
    code, out, _ = owner("list", DROPPERS[0])
    assert (code, listed(owner)) == (0, {"Quieted": [DROPPERS[0]]})
    assert DROPPERS[0] not in owner.muted, "the list entry takes the mute's place"
    code, out, _ = owner("undo", PERSON, DROPPERS[0])
    assert (code, out.count("that you asked for")) == (0, 2)
    assert (owner.muted, listed(owner)["Quieted"]) == (DROPPERS[1:], [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mute", PERSON, "--for", "soon"], "write it as 12h, 3d or 2w"),
        (["mute", "nobody@friends.test"], "nobody@friends.test"),
        (["pause", "a while"], "write it as 12h, 3d or 2w"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(owner, words, said):  # noqa: F811
    code, _, err = owner(*words)
    assert code == 2
    assert said in err
    assert owner.muted == DROPPERS


def test_in_dry_run_it_is_only_planned(owner):  # noqa: F811
    code, out, _ = owner("mute", PERSON)
    assert (code, owner.muted) == (0, DROPPERS)
    assert "This is a dry run: nothing was changed" in out


def test_a_kept_account_is_left_alone_and_the_way_out_is_named(owner):  # noqa: F811
    owner("keep", PERSON)
    code, out, _ = owner("mute", PERSON)
    assert (code, owner.muted) == (1, DROPPERS)
    assert "you keep it" in out


def test_a_pause_shows_in_status_until_it_is_over(owner):  # noqa: F811
    code, out, _ = owner("pause", "3d")
    assert code == 0
    assert "nobody is touched until" in out
    assert "nobody is touched" in owner("status")[1]
    assert json.loads(owner("status", "--json")[1])["profiles"][0]["paused_until"]
    assert "the pause is over" in owner("resume")[1]
    assert "There was no pause" in owner("resume")[1]
    assert json.loads(owner("status", "--json")[1])["profiles"][0]["paused_until"] is None
