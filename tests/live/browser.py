"""A desk as a process, and Chromium before it: what goes wrong on a page is noted, and its faults are looked for."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.live.daemon import PROGRAM, Daemon

NAMES = ("chromium", "chromium-browser", "google-chrome")
TOKEN = "a-token-for-the-tests-of-the-desk"
ELSEWHERE = "rebound.test"
"""A name that leads the browser to this machine, as the owner of a name may have it lead anywhere."""
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
GRAVE = ("serious", "critical")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Without one the tests are skipped, but not in CI, where nothing is."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        words = "no Chromium here; on Debian: apt install chromium"
        pytest.fail(words, pytrace=False) if os.environ.get("CI") == "true" else pytest.skip(words)
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses to run as root with one
        options.append(f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1")
        with playwright.chromium.launch(executable_path=found, args=options) as browser:
            yield browser


@dataclass(frozen=True)
class Served:
    """A desk that runs on a folder."""

    folder: Path
    address: str
    """Without a `/` at its end."""
    daemon: Daemon

    @property
    def entry(self) -> str:
        """The address with the token."""
        return f"{self.address}/?token={TOKEN}"

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.address.rpartition(":")[2].partition("/")[0])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What programs that are started here know of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIETFEED_", "DATABASE_"))}
    return kept | {"QUIETFEED_STATE_DIR": str(folder / "state"), "QUIETFEED_DESK_TOKEN": TOKEN} | more


def playground(folder: Path) -> Path:
    """The folder that `quietfeed demo --keep` makes."""
    subprocess.run(
        [*PROGRAM, "demo", "--keep", str(folder)], check=True, capture_output=True, env=environment(folder.parent)
    )
    return folder


@contextmanager
def desk(folder: Path, *words: str, **more: str) -> Iterator[Served]:
    """`quietfeed desk` in that folder, at any port unless told otherwise; it must end well when it is told to."""
    process = subprocess.Popen(
        [*PROGRAM, "desk", "--port", "0", *words], env=environment(folder, **more), cwd=folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    daemon = Daemon(process)
    try:
        address = daemon.said(r"^The desk is at ").removeprefix("The desk is at ").partition("/?token=")[0]
        yield Served(folder, address, daemon)
        daemon.ends()
    finally:
        daemon.kill()


@dataclass
class Look:
    """One page of the browser, and what went wrong in it."""

    page: Page
    home: str
    """Where everything it asks for has to be."""
    wrong: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=lambda: {200, 303})
    """The statuses of good answers."""

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: said.type in ("error", "warning") and self._note("console", said.text))
        self.page.on("pageerror", lambda fault: self._note("error", str(fault)))
        self.page.on("dialog", lambda one: (self._note("dialog", one.message), one.dismiss()))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)
        self.page.on("response", lambda got: got.status in self.expected or self._note(str(got.status), got.url))

    def _note(self, what: str, words: str) -> None:
        self.wrong.append(f"{what}: {words} (on {self.page.url})")

    def _asked(self, asked: Request) -> None:
        if not asked.url.startswith(self.home):
            self._note("asked elsewhere", asked.url)

    def _failed(self, asked: Request) -> None:
        if asked.failure != "net::ERR_ABORTED":  # the browser went on to another page meanwhile
            self._note("failed", f"{asked.url}: {asked.failure}")

    def open(self, path: str) -> Page:
        """Go to a page of the desk, and wait until nothing more comes."""
        self.page.goto(self.home + path)
        return self.settled()

    def settled(self) -> Page:
        """The page, once nothing more comes: what takes its place by and by has come."""
        self.page.wait_for_function("!document.querySelector('[hx-trigger*=load][hx-swap^=outerHTML]')")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def good(self) -> None:
        """Nothing went wrong so far."""
        assert self.wrong == []

    def grave_faults(self) -> list[str]:
        """What axe finds on the page that keeps people out."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {one['help']}: " + "; ".join(node["html"][:200] for node in one["nodes"][:3])
            for one in found
            if one["impact"] in GRAVE
        ]

    def overhang(self) -> int:
        """By how many pixels the page is wider than what shows it."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def come_in(context: BrowserContext, served: Served) -> Look:
    """A page of somebody who opened the address that the desk printed."""
    look = Look(context.new_page(), served.address)
    look.page.goto(served.entry)
    look.page.wait_for_url(f"{served.address}/")
    look.page.wait_for_load_state("networkidle")
    return look


class Elsewhere:
    """A web server of somebody else's on this machine, as a context: it shows `pages`, by their path."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages = dict(pages)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Pages,), {"of": self}))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> "Elsewhere":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Pages(BaseHTTPRequestHandler):
    of: Elsewhere

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        body = self.of.pages.get(self.path.partition("?")[0], "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
