"""Libraries imported without what nothing here uses: what is refused, what is put off, and for whom."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot.imports import sparing

LIBRARY = """
try:
    import extra_of_made_up
except ImportError:
    extra_of_made_up = None
from made_up_library import heavy

def work():
    return heavy.NUMBER
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A library with an optional package and a heavy module."""
    (tmp_path / "made_up_library").mkdir()
    (tmp_path / "made_up_library" / "__init__.py").write_text(LIBRARY, "utf-8")
    (tmp_path / "made_up_library" / "heavy.py").write_text("import tabnanny\nNUMBER = 7\n", "utf-8")
    (tmp_path / "extra_of_made_up.py").write_text("THERE = True\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.usefixtures("library")
def test_a_library_does_without_the_optional_package_that_it_is_refused() -> None:
    with sparing(without=["extra_of_made_up"]):
        made = import_module("made_up_library")
    assert made.extra_of_made_up is None
    assert "extra_of_made_up" not in sys.modules


@pytest.mark.usefixtures("library")
def test_whoever_asks_later_gets_what_was_refused() -> None:
    with sparing(without=["extra_of_made_up"]):
        import_module("made_up_library")
    assert import_module("extra_of_made_up").THERE


@pytest.mark.usefixtures("library")
def test_another_thread_is_refused_nothing() -> None:
    found: list[bool] = []
    with sparing(without=["extra_of_made_up"]):
        other = threading.Thread(target=lambda: found.append(import_module("extra_of_made_up").THERE))
        other.start()
        other.join()
    assert found == [True]


@pytest.mark.usefixtures("library")
def test_what_is_put_off_runs_when_it_is_first_used() -> None:
    sys.modules.pop("tabnanny", None)
    with sparing(later=["made_up_library.heavy"]):
        made = import_module("made_up_library")
    assert "tabnanny" not in sys.modules
    assert made.work() == 7
    assert "tabnanny" in sys.modules


@pytest.mark.usefixtures("library")
def test_imports_are_as_ever_after_a_library_that_broke() -> None:
    finders = list(sys.meta_path)
    with pytest.raises(ModuleNotFoundError), sparing(without=["extra_of_made_up"]):
        import_module("extra_of_made_up")
    assert sys.meta_path == finders


UNUSED = {
    "bot.platforms.mastodon.library": "cryptography charset_normalizer chardet brotli zstandard http_ece blurhash",
    "bot.platforms.bluesky.library": "click rich pygments brotli zstandard mastodon requests",
}


@pytest.mark.parametrize("room", UNUSED)
def test_a_platforms_library_comes_without_what_nothing_here_uses(room: str) -> None:
    code = f"import {room}, sys; print(*{{name.split('.')[0] for name in sys.modules}}, file=sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert set(UNUSED[room].split()) & set(done.stdout.split()) == set()


def test_blueskys_client_does_without_the_models_of_all_calls() -> None:
    code = (
        "from bot.platforms.bluesky.client import Client, Request; import sys; Client('https://pds.test', Request());"
        "print(*(name for name in sys.modules if name.startswith('atproto_client.models.app.bsky.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert "atproto_client.models.app.bsky.feed.get_timeline" not in done.stdout.split()


DESK = {"bot.cli.desk", "bot.cli.serving"}
"""The modules of the command line that are there for the desk."""
REST = f"""
import pkgutil, sys
from importlib import import_module
import bot.cli, bot.service
for room in (bot.cli, bot.service):
    for one in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        if one.name not in {DESK}:
            import_module(one.name)
print(*sys.modules)
"""


@pytest.mark.slow
def test_every_other_verb_comes_without_what_the_desk_is_made_of() -> None:
    done = subprocess.run([sys.executable, "-c", REST], capture_output=True, text=True, check=True, cwd=Path.cwd())
    loaded = done.stdout.split()
    assert "bot.cli.daemon" in loaded
    assert [
        name for name in loaded if name.startswith("bot.desk") or name.split(".")[0] in ("starlette", "uvicorn")
    ] == []


def test_no_other_verb_asks_for_the_desk_later() -> None:
    """Not within a function either, so that the daemon's memory stays what it is."""
    rooms = Path("bot")
    asking = {
        ".".join(path.with_suffix("").parts)
        for path in rooms.rglob("*.py")
        if rooms / "desk" not in path.parents
        and re.search(
            r"^ *(from|import) (bot\.desk|bot\.cli\.desk|starlette|uvicorn)\b", path.read_text("utf-8"), re.MULTILINE
        )
    }
    assert asking <= DESK


def test_the_daemon_starts_without_what_fills_pages() -> None:
    """They are made in a short-lived process."""
    code = "import bot.cli.daemon, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert "jinja2" not in done.stdout.split()


@pytest.mark.parametrize("lacking", ["starlette", "uvicorn"])
def test_without_its_extra_the_desk_says_what_to_install(lacking: str) -> None:
    code = f"import sys; sys.modules['{lacking}'] = None; from bot.cli import main; sys.exit(main(['desk']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.returncode == 2
    assert "pip install 'quietfeed[desk]'" in done.stderr
