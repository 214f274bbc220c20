"""The command line teaches, says what is wrong in a line with its remedy, and never shows a traceback."""

import contextlib
import io
import json
import os
import pty
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from bot import __version__
from bot.cli import main, parser
from bot.cli.loopback import Loopback
from bot.config import load
from bot.errors import UserError
from tests.servers.bluesky_stub import HANDLE, PASSWORD, serving
from tests.servers.mastodon_stub import Stub

REPOSITORY = Path(__file__).parents[3]
VERBS = [
    *"init login logout doctor sweep run report explain try status judge capture".split(),
    *"test-rules signals schema demo review".split(),
]
GOOD = """\
profiles:
  - {name: home, platform: mastodon, server: "https://mastodon.example.com"}
"""


@pytest.fixture
def quietfeed(tmp_path, monkeypatch, capsys):
    """Runs a verb in this process, in a folder of its own: `quietfeed("status")` -> code, out, err."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("QUIETFEED_CONFIG", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*words):
        try:
            code = main(words)
        except SystemExit as ended:  # argparse's own way out
            code = ended.code
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, shown.out, shown.err

    return run


def process(*words, cwd, before=None, **more):
    """Runs a verb in a process of its own."""
    env = {**os.environ, "QUIETFEED_STATE_DIR": str(cwd / "state"), "PYTHONPATH": str(REPOSITORY), "HOME": str(cwd)}
    for name in ("QUIETFEED_CONFIG", "DATABASE_URL", "XDG_CONFIG_HOME"):
        env.pop(name, None)
    given = {"capture_output": True, "stdin": subprocess.DEVNULL, "env": env, "cwd": cwd, "timeout": 60, **more}
    return subprocess.run([sys.executable, "-m", "bot", *words], text=True, preexec_fn=before, **given)


# -- help


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(quietfeed, verb):
    code, out, _ = quietfeed(verb, "--help")
    assert code == 0
    assert "--config FILE" in out
    summary = out.split("\n\n")[1]
    assert len(summary.split()) >= 4
    assert summary.endswith(".")


def test_the_help_lists_every_verb_and_the_first_steps(quietfeed):
    code, out, _ = quietfeed("--help")
    assert code == 0
    assert all(f"    {verb} " in out for verb in VERBS)
    assert out.index("quietfeed init") < out.index("quietfeed login") < out.index("quietfeed run")


def test_the_verbs_of_the_tests_are_those_of_the_program():
    (verbs,) = parser.build()._subparsers._group_actions
    assert set(VERBS) <= set(verbs.choices)


HEAVY = set(
    "sqlalchemy yaml rich jinja2 resvg_py mastodon requests atproto_client httpx pydantic cryptography apscheduler"
    " asyncio apprise".split()
)
STORE = {"sqlalchemy", "asyncio"}
"""The store's library brings asyncio."""
LOADS = {
    "--help": set(),
    "--version": set(),
    "run --help": set(),
    "completion bash": set(),
    "schema": {"yaml"},
    "signals": {"yaml"},
    "rules": {"yaml"},
    "test-rules": {"yaml"},
    "status": {"yaml", *STORE},
    "doctor --offline": {"yaml", *STORE},
    "report": {"yaml", *STORE},
}
"""What a verb loads of the heavy libraries where its output is no terminal."""


@pytest.mark.slow
@pytest.mark.parametrize("words", LOADS)
def test_a_verb_loads_the_libraries_that_it_needs_and_no_other(words, tmp_path):
    (tmp_path / "config.yaml").write_text(GOOD)
    code = (
        "import sys\nfrom bot.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    env = {**os.environ, "QUIETFEED_STATE_DIR": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", code, *words.split()], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    loaded = set(done.stderr.partition("LOADED")[2].split())
    assert "bot" in loaded, done.stderr
    assert loaded & HEAVY == LOADS[words]


@pytest.mark.parametrize("many", [5, 6, 100])
def test_status_tells_many_profiles_a_line_each_and_all_of_the_one_that_is_named(quietfeed, tmp_path, many):
    names = [f"owner{number}" for number in range(many)]
    (tmp_path / "config.yaml").write_text(
        "profiles:\n" + "".join(f"  - {{name: {name}, platform: memory}}\n" for name in names)
    )
    first, *lines = quietfeed("status")[1].splitlines()
    if many > 5:
        assert first.split("\t")[:2] == ["profile", "last sweep"]
        assert [line.split("\t")[:2] for line in lines] == [[name, "nothing was read yet"] for name in names]
    else:
        assert first.startswith("owner0: nothing was read yet;")
    said = quietfeed("status", "--profile", "owner4")[1]
    assert said.startswith("owner4: nothing was read yet;")
    assert "owner3" not in said
    assert len(json.loads(quietfeed("status", "--json", "--profile", "owner4")[1])["profiles"]) == 1


# -- mistakes of the owner's


@pytest.mark.parametrize("words", [(), ("swep",), ("sweep", "--jsn"), ("init", "--platform", "myspace"), ("explain",)])
def test_what_is_no_verb_or_option_is_a_mistake_and_shows_what_is(quietfeed, words):
    code, _, err = quietfeed(*words)
    assert code == 2
    assert "usage: quietfeed" in err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("swep", "sweep"), ("satus", "status"), ("help swep", "sweep"), ("report --format htm", "html")],
)
def test_a_word_close_to_the_one_that_was_typed_is_asked_for(quietfeed, typed, meant):
    code, out, err = quietfeed(*typed.split())
    assert (code, out) == (2, "")
    assert f"there is no '{typed.split()[-1]}'; did you mean '{meant}'?" in err
    assert "choose from" not in err


def test_a_word_close_to_none_is_told_with_all_that_there_are(quietfeed):
    _, _, err = quietfeed("xyzzy")
    assert "'xyzzy'" in err
    assert "'sweep'" in err


@pytest.mark.parametrize("words", ["-V", "--version"])
def test_the_version_is_told(quietfeed, words):
    assert quietfeed(words) == (0, f"quietfeed {__version__}\n", "")


def test_help_explains_a_verb_as_the_verb_itself_does(quietfeed):
    assert quietfeed("help", "try") == quietfeed("try", "--help")
    assert quietfeed("help") == quietfeed("--help")


@pytest.mark.slow
@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_on_a_terminal_the_place_of_a_fault_is_marked_in_red(tmp_path, env, coloured):
    (tmp_path / "config.yaml").write_text("profiles: [{name: home, platform: mastodn}]\n")
    ours, theirs = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "QUIETFEED_CONFIG")}
    surroundings = {**clean, "PYTHONPATH": str(REPOSITORY), "TERM": "xterm", **env}
    words = [sys.executable, "-m", "bot", "status"]
    assert subprocess.run(words, cwd=tmp_path, env=surroundings, stderr=theirs, check=False).returncode == 2
    os.close(theirs)
    told = os.read(ours, 65536).decode()
    os.close(ours)
    assert ("\033[31m^^^^^^^\033[0m" in told) is coloured
    assert "^^^^^^^" in told


READING = ("doctor", "sweep", "run", "report", "status", "login", "explain x@y.test", "capture x@y.test")


@pytest.mark.parametrize("verb", [verb for verb in READING if verb != "doctor"])
def test_without_a_config_every_verb_names_the_way_to_one(quietfeed, verb):
    code, out, err = quietfeed(*verb.split())
    assert code == 2
    assert "quietfeed init" in err
    assert out == ""


def test_a_config_that_is_named_but_not_there_is_told(quietfeed):
    for words in (("--config", "none.yaml", "status"), ("status", "--config", "none.yaml")):
        code, _, err = quietfeed(*words)
        assert code == 2
        assert "none.yaml does not exist" in err


@pytest.mark.parametrize("verb", [verb for verb in READING if verb != "doctor"])
def test_a_broken_config_shows_every_fault_with_its_place(quietfeed, verb):
    Path("config.yaml").write_text(GOOD + "dry_run: maybe\nwindow: 5 parsecs\nsweeep: {}\n")
    code, _, err = quietfeed(*verb.split())
    assert code == 2
    assert "config.yaml:3:10:" in err
    assert "config.yaml:4:9:" in err
    assert "config.yaml:5:1:" in err
    assert "did you mean 'sweep'" in err


def test_doctor_shows_the_faults_of_a_config_as_a_line_with_its_remedy(quietfeed):
    code, out, _ = quietfeed("doctor")
    assert code == 2
    assert "✗ config" in out
    assert "quietfeed init" in out
    Path("config.yaml").write_text(GOOD + "sweeep: {}\n")
    code, out, _ = quietfeed("doctor", "--json")
    assert code == 2
    assert "config.yaml:3:1:" in json.loads(out)[0]["words"]


def test_a_profile_that_is_not_there_is_told_with_the_one_that_may_be_meant(quietfeed):
    Path("config.yaml").write_text(GOOD)
    for words in (("sweep", "hme"), ("login", "hme"), ("report", "--profile", "hme")):
        code, _, err = quietfeed(*words)
        assert code == 2
        assert "did you mean home?" in err


def test_a_signal_that_is_not_there_is_told_with_the_one_that_may_be_meant(quietfeed):
    code, _, err = quietfeed("signals", "link_shre")
    assert code == 2
    assert "did you mean 'link_share'?" in err


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "31.05.2026"])
def test_a_day_that_is_none_is_told_with_its_form(quietfeed, day):
    Path("config.yaml").write_text(GOOD)
    code, _, err = quietfeed("report", "--date", day)
    assert code == 2
    assert "YYYY-MM-DD" in err


def test_before_the_first_sweep_the_report_says_so(quietfeed):
    Path("config.yaml").write_text(GOOD)
    code, _, err = quietfeed("report")
    assert code == 2
    assert "quietfeed sweep" in err
    code, out, _ = quietfeed("status")
    assert code == 0
    assert "nothing was read yet" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("login", "--bot"), "not for mastodon"),
        (("login", "--token", "--browser"), "exclude each other"),
        (("login", "sky", "--browser"), "not for bluesky"),
        (("login", "sky", "--token"), "not for bluesky"),
        (("login", "sky", "--bot"), "bot_handle"),
        (("login",), "say which"),
    ],
)
def test_options_of_login_that_do_not_fit_are_told(quietfeed, words, said):
    sky = "  - {name: sky, platform: bluesky, handle: robin.example.org, report_via: file}\n"
    Path("config.yaml").write_text(GOOD + (sky if "sky" in words or words == ("login",) else ""))
    code, _, err = quietfeed(*words)
    assert code == 2
    assert said in err


# -- a store that does not do as it should


def test_a_damaged_store_is_a_failure_and_is_left_as_it_is(quietfeed):
    Path("config.yaml").write_text(GOOD)
    Path("state").mkdir()
    Path("state/quietfeed.sqlite").write_bytes(b"this is no database at all" * 100)
    for words in (("status",), ("sweep",), ("run",), ("report",)):
        code, _, err = quietfeed(*words)
        assert code == 1
        assert "left as it is" in err
    assert Path("state/quietfeed.sqlite").read_bytes().startswith(b"this is no database")
    code, out, _ = quietfeed("doctor", "--offline")
    assert code == 1
    assert "✗ store" in out


def test_a_state_directory_that_cannot_be_made_is_a_failure(quietfeed):
    Path("config.yaml").write_text(GOOD)
    Path("state").write_text("a file")
    code, _, err = quietfeed("status")
    assert code == 1
    assert err.count("\n") == 1


def test_a_config_that_cannot_be_written_is_a_failure(quietfeed):
    Path("file").write_text("")
    code, _, err = quietfeed("init", "--platform", "mastodon", "--server", "x.example.com", "--output", "file/c.yaml")
    assert code == 1
    assert "file" in err


def _full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.slow
def test_a_full_disk_is_a_failure_in_a_line(tmp_path):
    (tmp_path / "config.yaml").write_text(GOOD)
    done = process("status", cwd=tmp_path, before=_full_disk)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "full" in done.stderr
    again = process("status", cwd=tmp_path)
    assert again.returncode == 0, "with room again it goes on by itself"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_finds_no_room_is_a_failure_in_a_line(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = process("signals", cwd=tmp_path, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Exception ignored" not in done.stderr


# -- pipes and terminals


def test_a_reader_that_goes_away_is_no_fault(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    done = process("schema", cwd=tmp_path, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_that_knows_few_letters_gets_what_it_can_show(tmp_path):
    (tmp_path / "config.yaml").write_text(GOOD)
    env = {
        **os.environ,
        "PYTHONIOENCODING": "ascii",
        "QUIETFEED_STATE_DIR": str(tmp_path),
        "PYTHONPATH": str(REPOSITORY),
    }
    done = process("doctor", "--offline", cwd=tmp_path, env=env)
    assert done.returncode == 1
    assert "? home: login" in done.stdout
    assert done.stderr == ""


def test_in_a_pipe_lines_are_plain_and_in_a_terminal_drawn(tmp_path):
    plain = process("signals", cwd=tmp_path).stdout
    assert "\x1b" not in plain
    assert "─" not in plain
    assert next(line for line in plain.splitlines() if line.startswith("link_share"))
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        drawn: list[bytes] = []
        reading = threading.Thread(target=_read_all, args=(screen, drawn), daemon=True)
        reading.start()
        process("signals", cwd=tmp_path, capture_output=False, stdout=theirs, stderr=theirs)
        os.close(theirs)
        reading.join(5)
    shown = b"".join(drawn).decode()
    assert "link_share" in shown
    assert shown.replace("\r\n", "\n") != plain


def _read_all(screen, drawn):
    with contextlib.suppress(OSError):
        while piece := screen.read(65536):
            drawn.append(piece)


def test_what_programs_read_is_json(quietfeed):
    Path("config.yaml").write_text(GOOD)
    for words in (("status", "--json"), ("signals", "--json"), ("schema",), ("doctor", "--offline", "--json")):
        code, out, _ = quietfeed(*words)
        assert code in (0, 1)
        assert json.loads(out)


# -- first steps


@pytest.mark.slow
def test_init_without_a_terminal_names_the_option_that_is_missing(tmp_path):
    done = process("init", cwd=tmp_path)
    assert done.returncode == 2
    assert "--platform" in done.stderr
    done = process("init", "--platform", "bluesky", cwd=tmp_path)
    assert "--handle" in done.stderr
    assert not (tmp_path / "config.yaml").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--platform", "mastodon", "--server", "mastodon.example.com"),
        ("--platform", "bluesky", "--handle", "@robin.example.org"),
        ("--platform", "bluesky", "--handle", "robin.example.org", "--server", "https://pds.example.org/"),
    ],
)
def test_init_writes_a_config_that_loads_and_says_what_comes_next(quietfeed, words):
    code, out, _ = quietfeed("init", *words)
    assert code == 0
    assert "next: quietfeed login" in out
    config = load(Path("config.yaml"))
    assert config.dry_run
    assert config.profiles[0].platform == words[1]
    code, _, err = quietfeed("init", *words)
    assert code == 2
    assert "--force" in err
    assert quietfeed("init", *words, "--force")[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--platform", "mastodon", "--server", "http://mastodon.example.com"),
        ("--platform", "mastodon", "--server", "two words"),
        ("--platform", "bluesky", "--handle", "two words"),
        ("--platform", "mastodon", "--server", "mastodon.example.com", "--report-at", "at dawn"),
    ],
)
def test_init_refuses_answers_that_make_no_config_and_writes_nothing(quietfeed, words):
    code, _, err = quietfeed("init", *words)
    assert code == 2
    assert "nothing was written" in err
    assert not Path("config.yaml").exists()


def asked_on_a_terminal(folder, answers):
    """Runs `init` on a terminal on which somebody types: its exit code, and all that was shown."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "HOME": str(folder)}
    env.pop("QUIETFEED_CONFIG", None)
    asked = subprocess.Popen(
        [sys.executable, "-m", "bot", "init"], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=env
    )
    os.close(theirs)
    os.write(ours, answers)
    drawn: list[bytes] = []
    with os.fdopen(ours, "rb", buffering=0) as screen:
        _read_all(screen, drawn)
    return asked.wait(20), b"".join(drawn).decode()


@pytest.mark.slow
def test_init_asks_on_a_terminal(tmp_path):
    with Stub() as stub:
        code, told = asked_on_a_terminal(tmp_path, f"\n{stub.url}/@me\n07:30\n".encode())
    assert code == 0, told
    assert f"{stub.url[7:]} is there: mastodon" in told
    config = load(tmp_path / "config.yaml")
    assert config.profiles[0].server == stub.url
    assert config.report.at == "07:30"


@pytest.mark.slow
def test_init_asks_again_until_an_answer_can_be_understood(tmp_path):
    answers = b"myspace\nMastodon\n\nhttp://mastodon.test\n@Robin@mastodon.test\nhttps://mastodon.test\nteatime\n8 pm\n"
    code, told = asked_on_a_terminal(tmp_path, answers)
    assert code == 0, told
    for said in ("'myspace' is neither mastodon nor bluesky", "is not encrypted", "'teatime' is no time of day"):
        assert said in told
    assert "mastodon.test: no connection" in told
    assert "type it again to take it all the same" in told
    assert "server: https://mastodon.test" in told
    config = load(tmp_path / "config.yaml")
    assert (config.profiles[0].server, config.report.at) == ("https://mastodon.test", "20:00")


def test_doctor_offline_needs_no_network_and_names_the_login_that_is_missing(quietfeed, monkeypatch):
    Path("config.yaml").write_text(GOOD)
    code, out, _ = quietfeed("doctor", "--offline")
    assert code == 1
    assert "✗ home: login: not logged in\n    → quietfeed login home" in out
    monkeypatch.setenv("QUIETFEED_HOME_TOKEN", "token-of-the-tests")
    code, out, _ = quietfeed("doctor", "--offline")
    assert code == 0
    assert "token-of-the-tests" not in out


@pytest.mark.parametrize(
    ("profile", "variable"),
    [
        ("platform: mastodon, server: https://quiet.test", "QUIETFEED_HOME_TOKEN"),
        ("platform: bluesky, handle: robin.example.org", "QUIETFEED_HOME_APP_PASSWORD"),
    ],
)
def test_without_a_login_the_variable_is_named_that_may_hold_one(quietfeed, profile, variable):
    Path("config.yaml").write_text(f"profiles: [{{name: home, {profile}}}]\n")
    code, _, err = quietfeed("sweep")
    assert code == 2
    assert (
        f"not logged in on https://{'quiet.test' if 'quiet' in profile else 'bsky.social'}, nor is {variable} set"
        in err
    )
    assert "quietfeed login home" in err


def test_doctor_asks_for_the_login_of_the_account_that_sends_the_report(quietfeed, monkeypatch):
    Path("config.yaml").write_text(
        "profiles:\n  - {name: sky, platform: bluesky, handle: robin.example.org, bot_handle: bot.example.org}\n"
    )
    monkeypatch.setenv("QUIETFEED_SKY_APP_PASSWORD", "password-of-the-tests")
    code, out, _ = quietfeed("doctor", "--offline")
    assert code == 1
    assert "✓ sky: login: there is one" in out
    assert "quietfeed login sky --bot" in out
    assert "password-of-the-tests" not in out


def test_credentials_that_others_can_read_are_refused_by_name(quietfeed):
    Path("config.yaml").write_text(GOOD)
    Path("state").mkdir()
    Path("state/credentials.json").write_text('{"home": {"token": "secret-token"}}')
    Path("state/credentials.json").chmod(0o644)
    for words in (("sweep",), ("run",), ("doctor", "--offline")):
        code, out, err = quietfeed(*words)
        assert code in (1, 2)
        assert "chmod 600" in out + err
        assert "secret-token" not in out + err


# -- logging in on Bluesky


@pytest.fixture
def sky(tmp_path):
    with serving() as stub:
        stub.answers["app.bsky.actor.getProfile"] = lambda query: {"did": query["actor"][0], "handle": HANDLE}
        profile = f"{{name: sky, platform: bluesky, handle: {HANDLE}, bot_handle: bot.test, server: '{stub.url}'}}"
        (tmp_path / "config.yaml").write_text(f"profiles:\n  - {profile}\n")
        yield stub


@pytest.mark.parametrize(
    ("words", "kept"), [((), {"app_password", "session"}), (("--bot",), {"bot_password", "bot_session"})]
)
def test_an_app_password_from_a_pipe_is_tried_kept_and_never_shown(quietfeed, sky, monkeypatch, words, kept):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    code, out, err = quietfeed("login", *words)
    assert code == 0, err
    assert f"sky: logged in as {HANDLE}" in out
    secrets = json.loads(Path("state/credentials.json").read_text())["sky"]
    assert set(secrets) == kept
    assert Path("state/credentials.json").stat().st_mode & 0o777 == 0o600
    assert not any(secret in out + err for secret in secrets.values())


def test_a_login_on_one_server_is_none_on_another(quietfeed, sky, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert quietfeed("login")[0] == 0
    config = Path("config.yaml").read_text()
    assert "sky: login: there is one" in quietfeed("doctor", "--offline")[1]
    Path("config.yaml").write_text(config.replace(sky.url, "https://elsewhere.example"))
    asked = len(sky.sent)
    assert "sky: login: not logged in" in quietfeed("doctor", "--offline")[1]
    assert quietfeed("sweep")[0] == 2
    assert len(sky.sent) == asked


def test_a_wrong_app_password_is_refused_and_not_kept(quietfeed, sky, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("hunter2-hunter2\n"))
    code, out, err = quietfeed("login")
    assert code == 2
    assert "app password is wrong" in err
    assert "hunter2" not in out + err
    assert not Path("state/credentials.json").exists()


# -- the page to which a login comes back


def ask(loopback, **query):
    with urlopen(f"{loopback.address}?{urlencode(query)}", timeout=5) as page:
        return page.status


def waiting(loopback, seconds=10.0):
    """Waits for the redirect in a thread; what came of it stands in the list."""
    came: list[object] = []

    def wait():
        try:
            came.append(loopback.wait(seconds))
        except UserError as fault:
            came.append(fault)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread, came


@pytest.fixture
def loopback():
    made = Loopback()
    yield made
    made.close()


def test_only_a_redirect_with_our_state_is_taken(loopback):
    thread, came = waiting(loopback)
    assert loopback.address.startswith("http://127.0.0.1:")
    for forged in ({"code": "stolen", "state": "x"}, {"code": "stolen"}, {"error": "no", "state": ""}, {"state": "ü"}):
        with pytest.raises(HTTPError):
            ask(loopback, **forged)
    assert ask(loopback, code="right", state=loopback.state) == 200
    thread.join(5)
    assert came == ["right"]


def test_a_refusal_ends_the_wait_with_a_clear_word(loopback):
    thread, came = waiting(loopback)
    ask(loopback, error="access_denied\x1b[2J", state=loopback.state)
    thread.join(5)
    assert "access_denied" in str(came[0])
    assert "\x1b" not in str(came[0])


def test_the_wait_for_the_browser_is_bounded(loopback):
    began = time.monotonic()
    with pytest.raises(UserError, match="without --browser"):
        loopback.wait(0.2)
    assert time.monotonic() - began < 3


@pytest.mark.slow
def test_somebody_who_connects_and_says_nothing_does_not_hold_the_login_up(loopback):
    thread, came = waiting(loopback, 20)
    port = int(loopback.address.rsplit(":", 1)[1].rstrip("/"))
    with socket.create_connection(("127.0.0.1", port)):
        with urlopen(f"{loopback.address}?{urlencode({'code': 'right', 'state': loopback.state})}", timeout=15) as page:
            assert page.status == 200
        thread.join(5)
    assert came == ["right"]
