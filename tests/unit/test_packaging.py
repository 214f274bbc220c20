"""What is installed, started and promised outside of the sources agrees with the sources."""

import json
import re
import subprocess
import tomllib
from base64 import b64encode
from configparser import RawConfigParser
from hashlib import sha384
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot import __version__
from bot.addresses import is_address
from bot.cli.parser import build
from bot.desk.app import HTMX
from bot.errors import UserError
from tests.packages import LICENCES, relative_links
from tests.unit.test_architecture import ROOMS

REPOSITORY = Path(__file__).parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
LOCKS = (
    "requirements.txt",
    "requirements-desk.txt",
    "requirements-fleet.txt",
    "requirements-dev.txt",
    "requirements-build.txt",
    "requirements-bench.txt",
    "requirements-fuzz.txt",
    "requirements-packages.txt",
)
WANTED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-desk.txt": PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["desk"],
    "requirements-fleet.txt": PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["fleet"],
    "requirements-dev.txt": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
    "requirements-build.txt": PROJECT["dependency-groups"]["build"] + PROJECT["build-system"]["requires"],
    "requirements-bench.txt": PROJECT["dependency-groups"]["bench"],
    "requirements-fuzz.txt": PROJECT["dependency-groups"]["fuzz"],
    "requirements-packages.txt": PROJECT["dependency-groups"]["packages"],
}


def text(name: str) -> str:
    """A file at the root of the repository."""
    return (REPOSITORY / name).read_text("utf-8")


def locked(name: str) -> dict[str, str]:
    """Package -> version, as a lock says."""
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text(name), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_satisfies_what_the_project_asks_for(name: str) -> None:
    """After a change in pyproject.toml: `make lock`."""
    versions = locked(name)
    for line in WANTED[name]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), line


def test_the_locks_agree_with_each_other() -> None:
    """Tests run on the versions that people run."""
    everything = locked("requirements-dev.txt").items()
    for extra in ("requirements-desk.txt", "requirements-fleet.txt"):
        assert locked("requirements.txt").items() <= locked(extra).items() <= everything
    assert locked("requirements-build.txt").items() <= everything


def test_what_is_not_stable_yet_is_pinned_exactly() -> None:
    """A version 0.0 promises nothing of the next one."""
    lines = [line for lines in WANTED.values() for line in lines]
    unstable = {
        canonicalize_name(name) for name, version in locked("requirements-dev.txt").items() if version[:4] == "0.0."
    }
    asked = {canonicalize_name(Requirement(line).name): str(Requirement(line).specifier) for line in lines}
    assert "atproto" in unstable
    assert [name for name in unstable & asked.keys() if not asked[name].startswith("==")] == []


def test_nothing_of_quietfeed_runs_when_it_is_installed() -> None:
    """No script of a build, and no hook of ours."""
    assert not (REPOSITORY / "setup.py").exists()
    assert "hooks" not in PROJECT["tool"]["hatch"]["build"]
    assert "hooks" not in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert all("==" in line for line in PROJECT["build-system"]["requires"])


def test_what_makes_a_release_is_pinned_to_a_commit_and_knows_no_secret() -> None:
    """A tag of an action can be moved to another commit."""
    workflow = text(".github/workflows/release.yml")
    used = re.findall(r"uses: *(\S+)(.*)", workflow)
    assert used
    loose = [one for one, version in used if not re.search(r"@[0-9a-f]{40}$", one) or not re.match(r" # v\d", version)]
    assert loose == []
    assert "secrets." not in workflow


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_carries_a_hash_for_everything_and_no_address(name: str) -> None:
    """Any index will do that serves these very files."""
    entries = re.split(r"^(?=[a-z0-9])", text(name), flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(name))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|^-|@ ", text(name), re.MULTILINE)


def test_every_library_that_is_imported_is_asked_for() -> None:
    """None comes along only because another library happens to need it."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    lines = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    asked = {canonicalize_name(Requirement(line).name) for line in lines}
    carriers = packages_distributions()
    for room in ROOMS.values():
        for library in room.libraries.split():
            assert asked & {canonicalize_name(name) for name in carriers[library]}, library


def test_the_script_that_comes_along_is_the_one_that_is_named_with_its_licence() -> None:
    """A browser refuses another one, by the hash; after a new version: its hash, and its number in the licence."""
    script = (REPOSITORY / "bot" / "desk" / "static" / "htmx.min.js").read_bytes()
    assert f"sha384-{b64encode(sha384(script).digest()).decode()}" == HTMX
    named = re.match(r"htmx\.min\.js is htmx ([0-9.]+) \(https://htmx\.org\)", text("bot/desk/static/htmx-LICENSE.txt"))
    assert named
    assert named[1].encode() in script
    assert set(LICENCES) == set(PROJECT["project"]["license-files"])


def test_the_readme_leads_somewhere_wherever_it_is_shown() -> None:
    """On the package index there is no repository around it."""
    page = text("README.md")
    for one in PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        page = re.sub(one["pattern"], one["replacement"], page)
    assert relative_links(page) == []
    home = PROJECT["project"]["urls"]["Homepage"]
    assert f"]({home}/raw/v$HFPR_VERSION/docs/report.png)" in page
    assert f"]({home}/blob/v$HFPR_VERSION/CHANGELOG.md)" in page


@pytest.mark.parametrize(
    ("page", "lost"),
    [
        ("see [there](docs/a.md#b)", ["docs/a.md#b"]),
        ("![a picture](docs/a.png)", ["docs/a.png"]),
        ('<img src="docs/a.png" alt="">', ["docs/a.png"]),
        ('<source media="(a: b)" srcset="docs/a.png">', ["docs/a.png"]),
        ("[1]: docs/a.md", ["docs/a.md"]),
        ("[there](https://example.com/a.md), [mail](mailto:a@example.com), [below](#below)", []),
        ("a [x] (y) and f[0](1) of code", ["1"]),
    ],
)
def test_a_link_that_needs_the_files_around_it_is_found(page: str, lost: list[str]) -> None:
    """Markdown's and HTML's; what only looks like one is found too, rather than missed."""
    assert relative_links(page) == lost


def test_the_version_that_is_released_is_the_one_that_the_tag_names() -> None:
    """The release asks for the version, and for a changelog that speaks of it as this one does of its own."""
    steps = yaml.safe_load(text(".github/workflows/release.yml"))["jobs"]["build"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert any("bot.__version__" in command for command in commands)
    assert commands[-1] == "make packages"


def test_every_job_of_the_release_may_do_the_least() -> None:
    """Only the one that publishes gets a token of identity, and it runs nothing of ours."""
    release = yaml.safe_load(text(".github/workflows/release.yml"))
    assert release["permissions"] == {"contents": "read"}
    assert release["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert not any("run" in step for step in release["jobs"]["publish"]["steps"])


def test_a_procfile_host_starts_the_daemon() -> None:
    """The worker is `python -m bot` with a verb that exists."""
    process, command = text("Procfile").strip().split(": ", 1)
    assert process == "worker"
    assert command.startswith("python -m bot ")
    assert callable(build().parse_args(command.split()[3:]).run)


def test_the_systemd_unit_starts_the_daemon_and_does_not_repeat_an_owners_mistake() -> None:
    """Readiness, reload and watchdog are what bot/daemon.py and bot/systemd.py serve."""
    unit = RawConfigParser(strict=False, comment_prefixes="#", delimiters="=")
    unit.read(REPOSITORY / "deploy" / "quietfeed.service")
    service = unit["Service"]
    program, *verb = service["ExecStart"].split()
    assert program.endswith("/.venv/bin/quietfeed")
    assert callable(build().parse_args(verb).run)
    assert service["Type"] == "notify"
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert int(service["RestartPreventExitStatus"]) == UserError.exit_code
    assert int(service["TimeoutStopSec"]) > 5


def test_the_openrc_service_is_a_shell_script_that_starts_the_daemon() -> None:
    """It has the same place, user and home as the systemd unit."""
    script = text("deploy/quietfeed.openrc")
    assert subprocess.run(["sh", "-n"], input=script, text=True, check=False).returncode == 0
    facts = dict(re.findall(r"^(?:export )?([A-Za-z_]+)=\"?([^\"\n]*)", script, re.MULTILINE))
    assert callable(build().parse_args(facts["command_args"].split()).run)
    unit = text("deploy/quietfeed.service")
    assert f"ExecStart={facts['command']} {facts['command_args']}\n" in unit
    assert f"WorkingDirectory={facts['directory']}\n" in unit
    assert f"Environment=QUIETFEED_CONFIG={facts['QUIETFEED_CONFIG']}\n" in unit
    assert int(facts["retry"].split("/")[1]) > 5


def health_check() -> str:
    """What a shell in the container asks."""
    shell, option, asks = json.loads(re.findall(r"HEALTHCHECK .*\n +CMD (\[.*\])", text("Dockerfile"))[0])
    assert (shell, option) == ("sh", "-c")
    return str(asks)


@pytest.mark.parametrize(("code", "healthy"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_a_container_is_unhealthy_where_the_work_stands_still_and_not_for_a_warning(code: int, healthy: int) -> None:
    asks = health_check().replace("quietfeed status --check", f"(exit {code})")
    assert subprocess.run(["sh", "-c", asks], check=False).returncode == healthy


def test_the_container_starts_the_daemon_and_asks_whether_it_is_well() -> None:
    """As a user of its own, with all that it keeps in one volume."""
    last = text("Dockerfile").rpartition("\nFROM ")[2]
    facts = dict(re.findall(r"^([A-Z]+) (.+)$", last, re.MULTILINE))
    assert json.loads(facts["ENTRYPOINT"]) == ["quietfeed"]
    assert callable(build().parse_args(json.loads(facts["CMD"])).run)
    assert callable(build().parse_args(health_check().removeprefix("quietfeed ").split(" || ")[0].split()).run)
    assert facts["USER"] == "10001:10001"
    assert facts["VOLUME"] == facts["WORKDIR"] == "/data"
    assert "QUIETFEED_STATE_DIR=/data" in last
    assert "QUIETFEED_CONFIG=/data/config.yaml" in last


def test_the_container_holds_nothing_of_its_owners() -> None:
    """What goes into the image is named, all else stays out; and what the wheel is made of is among it."""
    first, *rest = [line for line in text(".dockerignore").splitlines() if line and not line.startswith("#")]
    taken = {line.removeprefix("!") for line in rest if line.startswith("!")}
    assert first == "*"
    assert {Path(name).suffix for name in taken} <= {"", ".1", ".md", ".toml", ".txt"}
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]) <= taken
    assert {"bot", "pyproject.toml", "README.md", "LICENSE"} <= taken


def test_what_compose_keeps_outlasts_the_container() -> None:
    """The volume is where the image keeps things, and PostgreSQL is waited for."""
    plain, database = (yaml.safe_load(text(name)) for name in ("compose.yaml", "compose.postgres.yaml"))
    assert plain["services"]["quietfeed"]["volumes"] == ["data:/data"]
    assert set(plain["volumes"]) == {"data"}
    assert plain["services"]["quietfeed"]["read_only"] is True
    ours = database["services"]["quietfeed"]
    assert ours["depends_on"] == {"database": {"condition": "service_healthy"}}
    address = re.sub(r"\$\{[^}]*\}", "secret", ours["environment"]["DATABASE_URL"])
    assert is_address(address)
    assert address == "postgresql://quietfeed:secret@database/quietfeed"


def test_the_changelog_speaks_of_this_version() -> None:
    """A version that nobody can read about is not released."""
    assert re.search(rf"^## .*\b{re.escape(__version__)}\b", text("CHANGELOG.md"), re.MULTILINE)


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/architecture.md",
        ".ci/run",
        ".github/workflows/release.yml",
    ],
)
def test_every_make_target_that_is_spoken_of_exists(name: str) -> None:
    """`make` alone lists them."""
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
    spoken = set(re.findall(r"(?:`|^\s*|step \d+ )make ([a-z][a-z-]+)", text(name), re.MULTILINE))
    assert spoken <= targets
    if name in {"CONTRIBUTING.md", ".ci/run"}:
        assert {"test", "test-slow", "lint", "test-live"} <= spoken


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("slow", [False, True])
def test_whatever_its_marks_a_test_is_run_by_one_make_target(live: bool, slow: bool) -> None:
    chosen = re.findall(r'pytest -m "([a-z ]+)"', text("Makefile"))
    assert len(chosen) == 3
    assert sum(eval(each, {"live": live, "slow": slow}) for each in chosen) == 1
