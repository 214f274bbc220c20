"""A login that is lost is made anew where whoever uses it takes it from."""

from bot import logins
from bot.platforms.base import LoginNeeded, NotNow, OnlyReads, told
from bot.platforms.reading import REMEDY


def test_on_a_machine_of_its_own_it_is_made_there():
    assert told(LoginNeeded("refused"), "ada") == "refused; on this machine: `quietfeed login ada`"
    assert logins.anew("ada", "--notify phone") == "on this machine: `quietfeed login ada --notify phone`"
    assert told(NotNow("no chat", login="--bot"), "ada").endswith("on this machine: `quietfeed login ada --bot`")
    assert told(OnlyReads("it reads", REMEDY), "ada").endswith("on this machine: `quietfeed login ada`")


def test_a_fleet_has_to_be_given_it():
    logins.made_for_a_fleet()
    for fault in (LoginNeeded("refused"), NotNow("no chat", login="--bot"), OnlyReads("it reads", REMEDY)):
        words = told(fault, "ada")
        assert "`quietfeed --config ada.yaml login ada" in words
        assert words.endswith(", then `quietfeed fleet add --replace ada.yaml`")
        assert "on this machine" not in words
    assert "login ada --ping`, then" in logins.anew("ada", "--ping")
