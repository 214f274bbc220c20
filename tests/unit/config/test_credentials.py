"""Secrets come from the environment or a file that only the owner can read, and are never shown."""

import json
import os
import threading
from dataclasses import replace

import pytest

from bot import secrecy
from bot.config import Profile
from bot.config.credentials import Credentials, login_of
from bot.errors import Failure, UserError


def test_the_environment_goes_before_the_file(tmp_path):
    credentials = Credentials({"QUIETFEED_MY_HOME_TOKEN": " from-env\n"}, tmp_path)
    credentials.set("my-home", "token", "from-file")
    assert credentials.get("my-home", "token") == "from-env"
    assert Credentials({}, tmp_path).get("my-home", "token") == "from-file"
    assert Credentials({"QUIETFEED_MY_HOME_TOKEN": ""}, tmp_path).get("my-home", "token") == "from-file"


def test_the_environment_is_enough_where_nothing_can_be_written(tmp_path):
    credentials = Credentials({"QUIETFEED_SKY_APP_PASSWORD": "secret"}, tmp_path / "none")
    assert credentials.get("sky", "app_password") == "secret"
    assert credentials.get("sky", "session") is None
    assert not (tmp_path / "none").exists()


def test_the_file_can_be_read_by_its_owner_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        Credentials({}, tmp_path / "state").set("home", "token", "secret")
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()} == {0o600}
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert json.loads((tmp_path / "state" / "credentials.json").read_text()) == {"home": {"token": "secret"}}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_open_to_others_is_refused_with_the_remedy(tmp_path, mode):
    credentials = Credentials({}, tmp_path)
    credentials.set("home", "token", "secret")
    credentials.path.chmod(mode)
    for use in (
        lambda: credentials.get("home", "token"),
        lambda: credentials.set("home", "token", "x"),
        lambda: credentials.only_reads("home"),
    ):
        with pytest.raises(UserError, match="chmod 600"):
            use()


def test_forgetting_a_profile_leaves_the_others(tmp_path):
    credentials = Credentials({}, tmp_path)
    credentials.set("home", "token", "one")
    credentials.set("sky", "session", "two")
    credentials.forget("home")
    credentials.forget("never there")
    assert credentials.get("home", "token") is None
    assert credentials.get("sky", "session") == "two"


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"home": "secret"}', b'{"home": {"token": 1}}', b"\xff", b"[" * 9999]
)
def test_a_damaged_file_is_told_with_the_remedy_and_without_its_content(tmp_path, damage):
    credentials = Credentials({}, tmp_path)
    credentials.path.write_bytes(damage)
    credentials.path.chmod(0o600)
    with pytest.raises(UserError, match="quietfeed login") as caught:
        credentials.get("home", "token")
    assert "secret" not in str(caught.value)


def test_no_secret_shows_in_a_repr(tmp_path):
    credentials = Credentials({"QUIETFEED_HOME_TOKEN": "hunter2"}, tmp_path)
    credentials.set("sky", "session", "hunter3")
    assert "hunter" not in repr(credentials) + str(credentials)


def shown(*words: str) -> str:
    """What is left of the words wherever they are shown."""
    return secrecy.without(" ".join(words)).replace(secrecy.HIDDEN, "").strip()


def test_every_secret_that_is_read_is_shown_nowhere_from_then_on(tmp_path):
    environ = {"QUIETFEED_HOME_TOKEN": "of the environment", "QUIETFEED_CONFIG": "c.yaml", "OTHER_TOKEN": "elsewhere"}
    Credentials(environ, tmp_path)
    assert shown("of the environment", "c.yaml", "elsewhere") == "c.yaml elsewhere"
    assert shown("kept before", "kept now") == "kept before kept now"
    credentials = Credentials(environ, tmp_path)
    credentials.path.write_text('{"sky": {"session": "kept before"}, "made for": {"sky session": "ann e"}}')
    credentials.path.chmod(0o600)
    assert credentials.get("sky", "app_password") is None
    credentials.set("sky", "app_password", "kept now")
    assert shown("kept before", "kept now", "ann e") == "ann e"


def test_a_folder_that_cannot_be_made_is_a_failure_in_plain_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="cannot be written"):
        Credentials({}, tmp_path / "file" / "state").set("home", "token", "secret")


def test_nothing_is_lost_when_two_write_at_once(tmp_path):
    def write(name: str) -> None:
        for i in range(10):
            Credentials({}, tmp_path).set(name, "session", str(i))

    threads = [threading.Thread(target=write, args=(f"profile{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Credentials({}, tmp_path).get(f"profile{n}", "session") for n in range(4)] == ["9"] * 4


SKY = Profile("sky", "bluesky", "https://bsky.social", "robin.example.com", bot_handle="bot.example.com")


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"server": "https://pds.example.org"}, False),
        ({"handle": "ann.example.com"}, False),
        ({"server": "BSKY.social/"}, True),
        ({"handle": "@Robin.Example.com"}, True),
        ({"bot_handle": None}, True),
    ],
)
def test_a_secret_is_only_given_for_the_login_that_it_was_made_for(tmp_path, changed, same):
    secrets = Credentials({}, tmp_path)
    secrets.set("sky", "session", "a session", login_of(SKY))
    found = Credentials({}, tmp_path).get("sky", "session", login_of(replace(SKY, **changed)))
    assert found == ("a session" if same else None)


def test_a_secret_of_an_earlier_version_and_one_of_the_environment_are_for_whatever_login_is_meant(tmp_path):
    secrets = Credentials({"QUIETFEED_HOME_TOKEN": "a token"}, tmp_path)
    secrets.set("sky", "session", "a session")
    secrets.set("home", "token", "another", "elsewhere.example")
    assert secrets.get("sky", "session", login_of(SKY)) == "a session"
    assert secrets.get("home", "token", "example.social") == "a token"


def test_what_a_secret_was_made_for_is_no_secret_and_goes_with_it(tmp_path):
    secrets = Credentials({}, tmp_path)
    secrets.set("sky", "session", "a session", login_of(SKY))
    secrets.set("sky-2", "session", "another", login_of(SKY))
    assert shown("a session", "another", *login_of(SKY).split()) == login_of(SKY)
    secrets.forget("sky")
    assert secrets.get("sky", "session") is None
    secrets.set("sky", "session", "a new one")
    assert secrets.get("sky", "session", "whoever wherever") == "a new one"
    assert secrets.get("sky-2", "session", "whoever wherever") is None


def test_addresses_of_reports_and_of_the_switch_come_from_the_environment_or_the_file_and_are_known_to_logs(tmp_path):
    secrets = Credentials(
        {"QUIETFEED_MY_HOME_NOTIFY_PHONE": "ntfys://a", "QUIETFEED_MY_HOME_PING": " https://b/a-long-uuid "}, tmp_path
    )
    secrets.set("my-home", "notify_mail", "mailto://c")
    secrets.set("my-home", "notify_phone", "ntfys://of-the-file")
    assert secrets.get("my-home", "notify_phone") == "ntfys://a"
    assert secrets.get("my-home", "notify_mail") == "mailto://c"
    assert secrets.get("my-home", "ping") == "https://b/a-long-uuid"
    assert secrets.get("other", "notify_phone") is None
    assert shown("ntfys://a", "https://b/a-long-uuid", "a-long-uuid", "mailto://c", "ntfys://of-the-file") == ""


def test_a_profiles_secrets_are_taken_along_with_what_is_known_of_them(tmp_path):
    environ = {"QUIETFEED_ADA_PING": "https://ping.test/1", "QUIETFEED_ADA_NOTIFY_PHONE": "ntfys://ntfy.test/a"}
    credentials = Credentials(environ, tmp_path)
    credentials.set("ada", "token", "sesame", "social.test")
    credentials.set("ben", "token", "another", "social.test")
    credentials.hold_back("ada", only_reads=True)
    assert credentials.taken_along("ada") == {
        "ada": {"token": "sesame", "ping": "https://ping.test/1", "notify_phone": "ntfys://ntfy.test/a"},
        "made for": {"ada token": "social.test"},
        "only reads": {"ada": "yes"},
    }
    assert credentials.taken_along("cleo") == {"cleo": {}, "made for": {}, "only reads": {}}


@pytest.mark.parametrize(
    ("kept", "taken"),
    [
        (("app_password", "session"), {"app_password"}),
        (("session",), {"session"}),
        (("app_password", "bot_session"), {"app_password", "bot_session"}),
        (("app_password", "session", "bot_password", "bot_session"), {"app_password", "bot_password"}),
    ],
)
def test_a_session_stays_here_where_there_is_its_password(tmp_path, kept, taken):
    credentials = Credentials({}, tmp_path)
    for name in kept:
        credentials.set("ada", name, "sesame")
    assert credentials.taken_along("ada")["ada"].keys() == taken


def test_a_secret_of_the_environment_is_of_no_login_that_the_file_names(tmp_path):
    credentials = Credentials({"QUIETFEED_ADA_TOKEN": "newer"}, tmp_path)
    credentials.set("ada", "token", "sesame", "social.test")
    assert credentials.taken_along("ada") == {"ada": {"token": "newer"}, "made for": {}, "only reads": {}}


@pytest.mark.parametrize(
    ("platform", "secret", "bot", "there"),
    [
        ("mastodon", "token", False, True),
        ("mastodon", "app_password", False, False),
        ("bluesky", "app_password", False, True),
        ("bluesky", "session", False, True),
        ("bluesky", "bot_password", False, False),
        ("bluesky", "bot_password", True, True),
        ("bluesky", "bot_session", True, True),
        ("bluesky", "session", True, False),
        ("memory", "ping", False, True),
    ],
)
def test_any_secret_that_makes_a_login_on_a_platform_is_one(tmp_path, platform, secret, bot, there):
    profile = Profile("home", platform, "https://social.test", handle="a.test", bot_handle="b.test")
    kept = Credentials({}, tmp_path)
    kept.set("home", secret, "hunter2", login_of(profile, bot=bot))
    assert kept.logged_in(profile, bot=bot) is there


def test_a_login_that_was_made_for_another_handle_is_none(tmp_path):
    profile = Profile("sky", "bluesky", "https://social.test", handle="a.test")
    kept = Credentials({}, tmp_path)
    kept.set("sky", "session", "hunter2", login_of(replace(profile, handle="b.test")))
    assert not kept.logged_in(profile)
