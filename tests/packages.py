"""What is published is built, and installed as people install it, each time into an empty environment.

`make packages` runs it, and leaves in dist/ what it tried. The libraries come in the newest versions that
pyproject.toml allows, as they do for people; only the tools that build and install are the locked ones.
"""

import filecmp
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, build_opener

from bot import __version__

REPOSITORY = Path(__file__).parents[1]
DIST = REPOSITORY / "dist"
TOOLS = Path(sys.executable).parent
"""Where build, twine, uv and pipx are."""
MOST_SECONDS = 120
"""How long one command may take."""
LICENCES = ("LICENSE", "bot/data/DejaVuSans-LICENSE.txt", "bot/desk/static/htmx-LICENSE.txt")
"""Ours, and those of what comes along."""
TOKEN = "a-token-for-the-desk"
LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)|(?:src|srcset|href)=["']([^"'\s]+)""", re.MULTILINE)


class Wrong(Exception):
    """Something is not as it should be; in words."""


@dataclass(frozen=True)
class Installed:
    """How it is started, and where an installer put what it shares; None where it keeps nothing."""

    program: Sequence[str | Path]
    shared: Path | None = None


def relative_links(page: str) -> list[str]:
    """Where links and pictures of a Markdown page lead that would lead nowhere without the files around it."""
    found = ("".join(groups) for groups in LINK.findall(page))
    return [target for target in found if not re.match(r"[a-z]+:|#", target)]


def run(*command: str | Path, cwd: Path = REPOSITORY, environ: Mapping[str, str] = os.environ) -> str:
    """What a command prints; Wrong with all that it printed where it fails."""
    told = " ".join(str(word) for word in command)
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environ, text=True, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Wrong(f"{told}\nwas not done after {MOST_SECONDS} s") from None
    if done.returncode:
        raise Wrong(f"{told}\nended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def build(folder: Path) -> tuple[Path, Path]:
    """The source distribution and the wheel made from it, which has to be the wheel that is made from the sources."""
    shutil.rmtree(DIST, ignore_errors=True)
    tool = (sys.executable, "-m", "build", "--no-isolation", "--outdir")
    run(*tool, DIST)
    run(*tool, folder, "--wheel")
    (source,), (wheel,) = DIST.glob("*.tar.gz"), DIST.glob("*.whl")
    if not filecmp.cmp(wheel, folder / wheel.name, shallow=False):
        raise Wrong("the wheel from the source distribution is another than the one from the sources")
    return source, wheel


def check_source(source: Path) -> None:
    """It holds all that is under version control, and no more: so `make test` runs from it."""
    if not (REPOSITORY / ".git").exists():
        return
    with tarfile.open(source) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()} - {"PKG-INFO"}
    ours = {name for name in run("git", "ls-files", "-z").split("\0") if name and (REPOSITORY / name).exists()}
    if held != ours:
        raise Wrong(f"lacking in {source.name}: {sorted(ours - held)}; too much: {sorted(held - ours)}")


def check_wheel(wheel: Path) -> None:
    """Its page leads somewhere wherever it is shown, and type checkers are told that there are types."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        page = archive.read(next(name for name in names if name.endswith("/METADATA"))).decode()
    if lost := relative_links(page):
        raise Wrong(f"links of the README that lead nowhere once published: {lost}")
    if "bot/py.typed" not in names:
        raise Wrong(f"{wheel.name} lacks bot/py.typed")
    files = {str(path.relative_to(REPOSITORY)) for path in REPOSITORY.glob("bot/desk/*/*") if path.is_file()}
    if lacking := sorted(one for one in files - set(names) if not one.endswith(".pyc")):
        raise Wrong(f"{wheel.name} lacks what the desk shows: {lacking}")
    for licence in LICENCES:
        if not any(name.endswith(f".dist-info/licenses/{licence}") for name in names):
            raise Wrong(f"{wheel.name} lacks {licence}")


def by_pip(package: str | Path, folder: Path) -> Installed:
    """`pip install`, in a new virtual environment."""
    run(TOOLS / "uv", "venv", "--quiet", "--seed", "--python", sys.executable, folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package)
    return Installed([folder / "bin" / "quietfeed"], folder / "share")


def by_uv(package: Path, folder: Path) -> Installed:
    """`uv tool install`."""
    environ = os.environ | {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    run(TOOLS / "uv", "tool", "install", "--quiet", "--python", sys.executable, package, environ=environ)
    return Installed([folder / "bin" / "quietfeed"], folder / "tools" / "quietfeed" / "share")


def by_uvx(package: Path, folder: Path) -> Installed:
    """`uvx quietfeed`: nothing stays but what uv caches."""
    cached = f"UV_CACHE_DIR={run(TOOLS / 'uv', 'cache', 'dir').strip()}"
    uvx = ("tool", "run", "--quiet", "--python", sys.executable, "--from", package)
    return Installed(["env", cached, f"UV_TOOL_DIR={folder}", TOOLS / "uv", *uvx, "quietfeed"])


def by_pipx(package: Path, folder: Path) -> Installed:
    """`pipx install`, which links manual pages too."""
    places = {"PIPX_HOME": "home", "PIPX_BIN_DIR": "bin", "PIPX_MAN_DIR": "share/man"}
    environ = os.environ | {name: str(folder / place) for name, place in places.items()}
    run(TOOLS / "pipx", "install", "--quiet", "--python", sys.executable, package, environ=environ)
    return Installed([folder / "bin" / "quietfeed"], folder / "share")


def in_the_home(folder: Path) -> tuple[Path, dict[str, str]]:
    """The home folder of somebody new, away from the sources and from what this user keeps; and what is around it."""
    home = folder / "home"
    home.mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QUIETFEED", "XDG_"))}
    return home, kept | {"HOME": str(home)}


def try_it(install: Callable[[Path], Installed], folder: Path) -> None:
    """Install it, and use it as somebody new would."""
    installed, (home, environ) = install(folder / "installed"), in_the_home(folder)
    quietfeed = partial(run, *installed.program, cwd=home, environ=environ)

    said = quietfeed("--version").strip()
    if said != f"quietfeed {__version__}":
        raise Wrong(f"--version says {said!r}")
    if "Wrong?  quietfeed keep" not in quietfeed("demo"):
        raise Wrong("the demo shows no report")
    if said := without_the_desk([*installed.program, "desk"], home, environ):
        raise Wrong(f"without what the desk needs it says {said!r}")
    if "complete " not in quietfeed("completion", "bash"):
        raise Wrong("there is no completion for bash")
    if installed.shared and not (installed.shared / "man" / "man1" / "quietfeed.1").exists():
        raise Wrong("there is no manual page")
    if left := sorted(path.name for path in home.iterdir()):
        raise Wrong(f"the demo left {left} in the home folder")


def without_the_desk(command: Sequence[str | Path], home: Path, environ: Mapping[str, str]) -> str:
    """What it says where the extra is not installed; empty where that is what to install."""
    done = subprocess.run(command, cwd=home, env=environ, text=True, capture_output=True, check=False)
    return "" if done.returncode == 2 and "pip install 'quietfeed[desk]'" in done.stderr else done.stderr


def try_the_desk(wheel: Path, folder: Path) -> None:
    """Install it with its desk, and look at the demo there: with the token, and without."""
    installed, (home, environ) = by_pip(f"{wheel}[desk]", folder / "installed"), in_the_home(folder)
    run(*installed.program, "demo", "--keep", home / "playground", cwd=home, environ=environ)
    desk = subprocess.Popen(
        [*installed.program, "desk", "--port", "0"], cwd=home / "playground", text=True, stdout=subprocess.PIPE,
        env=environ | {"QUIETFEED_DESK_TOKEN": TOKEN, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert desk.stdout is not None
        found = re.search(r"(http://\S+)/\?token=", desk.stdout.readline())
        if not found:
            raise Wrong("the desk does not say where it is")
        look_at_the_desk(found[1])
    finally:
        desk.terminate()
        desk.wait(MOST_SECONDS)


def look_at_the_desk(address: str) -> None:
    """A stranger is refused; who has the token gets a cookie, and with it each page and file."""
    browser = build_opener(HTTPCookieProcessor())
    asked = [("/", 401), ("/desk.css", 401), (f"/?token={TOKEN}", 200)]
    files = ("/", "/ledger", "/state", "/desk.css", "/desk.js", "/htmx.min.js", "/icon.svg")
    for path, status in [*asked, *((path, 200) for path in files)]:
        try:
            said = browser.open(address + path, timeout=MOST_SECONDS).status
        except HTTPError as refused:
            said = refused.code
        if said != status:
            raise Wrong(f"the desk answers {said} to {path}")


def steps(source: Path, wheel: Path, folder: Path) -> dict[str, Callable[[], object]]:
    """What is tried, by what it is called."""
    ways = {
        "pip install": partial(by_pip, wheel),
        "uv tool install, from the source distribution": partial(by_uv, source),
        "uvx": partial(by_uvx, wheel),
        "pipx install": partial(by_pipx, wheel),
    }
    return {
        "twine check": partial(run, TOOLS / "twine", "check", "--strict", source, wheel),
        "the source distribution": partial(check_source, source),
        "the wheel": partial(check_wheel, wheel),
        "pip install, with the desk": partial(try_the_desk, wheel, folder / "desk"),
    } | {name: partial(try_it, way, folder / str(number)) for number, (name, way) in enumerate(ways.items())}


def went_well(name: str, do: Callable[[], object]) -> bool:
    """Take one step, and tell how it went."""
    began = monotonic()
    try:
        do()
    except Wrong as fault:
        print(f"{name}: {fault}", flush=True)
        return False
    print(f"{name}: good, {monotonic() - began:.0f} s", flush=True)
    return True


def main() -> int:
    """Build and try; 1 where something is wrong."""
    with TemporaryDirectory(prefix="quietfeed-packages-") as name:
        folder = Path(name)
        try:
            source, wheel = build(folder)
        except Wrong as fault:
            print(fault)
            return 1
        failed = [name for name, do in steps(source, wheel, folder).items() if not went_well(name, do)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
