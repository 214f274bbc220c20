"""Takes the pictures of the docs anew, of the demo's page and of its desk: `make screenshot`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from bot.cli import demo
from bot.demo import world
from tests.live.browser import chromium, come_in, desk, playground

DOCS = Path(__file__).parents[2] / "docs"
SHOWN = quote(world.build(demo.START).account("growthhive@market.test").id)
MOVED = quote("reply spammer|when|reply_share|at_least|0.85")
DESK = {"desk-accounts": "/accounts", "desk-account": f"/account?id={SHOWN}", "desk-rules": f"/rules?move={MOVED}"}
SIZE = {"width": 1280, "height": 800}
LARGEST = 200_000
"""Bytes of one picture: each is in every copy of the repository."""


def taken(page: Page, name: str) -> None:
    """One picture. Raises SystemExit where it is too large."""
    path = DOCS / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path} has {path.stat().st_size:,} bytes: show less")


def take(browser: Browser, folder: Path) -> None:
    """All of them, of the demo in that folder."""
    with browser.new_page(viewport={"width": 780, "height": 1060}) as page:
        page.goto((folder / "report.html").as_uri())
        taken(page, "report")
    with desk(folder) as served, browser.new_context(viewport=SIZE) as context:
        look = come_in(context, served)
        for name, path in DESK.items():
            page = look.open(path)
            taken(page, name)


def main() -> None:
    """Take all of them."""
    with TemporaryDirectory() as name, chromium() as browser:
        take(browser, playground(Path(name) / "playground"))


if __name__ == "__main__":
    main()
