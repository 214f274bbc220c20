"""Planted secrets: a config that holds some is refused without a word of them, and every verb is looked through.

tests/live/test_planted.py runs all verbs on good days and on bad ones.
"""

import argparse
import json
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.cli import main, parser
from tests import planted
from tests.planted import IN_CONFIG, SECRETS, leaks
from tests.servers.rogue import Rogue, plain
from tests.verbs import VERBS

HOME = "profiles:\n  - name: home\n    platform: mastodon\n    server: https://example.test\n"
WRONG = {
    "a key of a profile": HOME + f"    token: {IN_CONFIG}\n",
    "a key at the top": HOME + f"access_token: {IN_CONFIG}\n",
    "any key that is none": HOME + f"    pasword: {IN_CONFIG}\n",
    "a list in a key": HOME + f"    app_password: [{IN_CONFIG}, {IN_CONFIG}]\n",
    "a quote that is not closed": HOME + f'    token: "{IN_CONFIG}\n',
    "a bracket that is not closed": HOME + f"    token: [{IN_CONFIG}\n",
    "a map in a line": f"profiles: [{{name: home, platform: mastodn, token: {IN_CONFIG}}}]\n",
    "a colon without its blank": HOME + f"    token:{IN_CONFIG}\n",
    "a login in the server": HOME.replace("https://", f"https://ann:{IN_CONFIG}@"),
    "a login in the server of Bluesky": f"profiles: [{{name: a, platform: bluesky, handle: a.test, server: 'https://a:{IN_CONFIG}@b.test'}}]\n",
    "an address of a webhook": HOME + f"    report_also: ['json://a:{IN_CONFIG}@b.test']\n",
    "an address as a map": HOME + f"    report_also: {{mail: 'mailto://a:{IN_CONFIG}@b.test'}}\n",
    "an address of a switch": HOME + f"ping: https://hc.test/{IN_CONFIG}\n",
    "an address of a database": HOME + f"store: postgres://lab:{IN_CONFIG}@db.test/q\n",
    "a way with an address in another option": HOME + f"    report_via: 'json://a:{IN_CONFIG}@b.test'\n",
    "an alias of nothing": HOME + f"    token: *{IN_CONFIG}\n",
    "a tag": HOME + f"    token: !!python/object:{IN_CONFIG} a\n",
    "a line that is no YAML": f"token {IN_CONFIG}\n" + HOME,
    "a tab": HOME + f"\ttoken: {IN_CONFIG}\n",
    "a key twice": HOME + f"    token: {IN_CONFIG}\n    token: {IN_CONFIG}\n",
    "beside a fault": HOME.replace("name: home", f"name: 'h o m e'  # token: {IN_CONFIG}"),
    "a fault on the same line": f"profiles: [{{name: home, platfrom: mastodon, password: '{IN_CONFIG}'}}]\n",
    "an app view": f"profiles: [{{name: a, platform: bluesky, handle: a.test, appview: 'https://a:{IN_CONFIG}@b.test'}}]\n",
}  # fmt: skip


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys):
    """Runs a verb in a folder of its own, with secrets all around; what it showed."""
    monkeypatch.chdir(tmp_path)
    for name, value in planted.environment("127.0.0.1:9", tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    planted.put_in_file(tmp_path / "state")

    def run(*words):
        main(words)
        shown = capsys.readouterr()
        return shown.out + shown.err

    return run


@pytest.mark.parametrize("words", ["status", "doctor --offline", "doctor --offline --json"])
@pytest.mark.parametrize("written", WRONG.values(), ids=WRONG)
def test_a_secret_in_the_config_is_not_said_again(quietfeed, monkeypatch, written, words):
    for place in ("file", "variable"):
        if place == "file":
            Path("config.yaml").write_text(written)
        else:
            Path("config.yaml").unlink()
            monkeypatch.setenv("QUIETFEED_CONFIG_YAML", written)
        shown = quietfeed(*words.split())
        assert "config" in shown
        assert not leaks(shown, place), shown


@pytest.mark.slow
@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
@pytest.mark.parametrize("spelled", ["as it is", "percent", "base64", "json"])
def test_a_server_that_says_secrets_again_has_them_hidden(quietfeed, platform, spelled):
    secret = planted.TOKEN if platform == "mastodon" else planted.PASSWORD
    again = {
        "as it is": secret, "percent": quote(secret, safe=""), "json": secret.replace('"', '\\"'),
        "base64": b64encode(f"ann:{secret}:x".encode()).decode(),
    }[spelled]  # fmt: skip
    body = json.dumps({"error": again, "message": f"{again} is wrong"})
    with Rogue(plain(500, body.encode())) as rogue:
        who = ", handle: ann.test" if platform == "bluesky" else ""
        name = "home" if platform == "mastodon" else "sky"
        Path("config.yaml").write_text(
            f"profiles: [{{name: {name}, platform: {platform}, server: '{rogue.url}'{who}}}]\n"
        )
        shown = quietfeed("sweep")
    assert "•••" in shown
    assert not leaks(shown, "sweep"), shown


def test_a_database_that_does_not_answer_is_told_without_its_password(quietfeed, monkeypatch):
    Path("config.yaml").write_text(HOME)
    monkeypatch.setenv("DATABASE_URL", planted.database("127.0.0.1:1"))
    for words in (("status",), ("doctor", "--offline")):
        shown = quietfeed(*words)
        assert "127.0.0.1" in shown
        assert not leaks(shown, " ".join(words))


def test_all_of_a_fault_of_our_own_is_told_without_a_secret(quietfeed, monkeypatch):
    from bot.cli import look

    Path("config.yaml").write_text(HOME)

    def breaks(*_):
        raise RuntimeError(f"at {planted.TOKEN}, {quote(planted.PASSWORD)}")

    monkeypatch.setattr(look, "fares", breaks)
    for shows in ("", "1"):
        monkeypatch.setenv("QUIETFEED_TRACEBACK", shows)
        shown = quietfeed("status")
        assert "RuntimeError: at •••, •••" in shown
        assert ("Traceback" in shown) is bool(shows)
        assert not leaks(shown, "status")


@pytest.mark.slow
def test_every_verb_is_looked_through():
    choices = next(one for one in parser.build()._actions if isinstance(one, argparse._SubParsersAction)).choices
    assert set(VERBS) == set(choices), "give a new verb words in tests/verbs.py"
    for verb, lines in VERBS.items():
        for words in lines:
            assert words[0] == verb
            if verb != "help":
                parser.build().parse_args(words)
        told = choices[verb].format_help()
        if "--json" in told and verb != "demo":
            assert any("--json" in words for words in lines), verb


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_found_in_every_spelling(name):
    secret = SECRETS[name]
    for spelled in planted.spellings(secret):
        assert [leak.secret for leak in leaks(f"it says {spelled}!", "here")] == [name]
    for login in ("", "a", "ab:", "ann:"):
        assert leaks("Basic " + b64encode(f"{login}{secret}".encode()).decode(), "here")
