"""A desk as a process, and somebody who has come in without a browser: pages are read, and forms sent."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.live.daemon import PROGRAM, Daemon
from tests.unit.desk.asked import PageSeen


@contextmanager
def desk(folder: Path, env: Mapping[str, str]) -> Iterator[httpx.Client]:
    """A browser that has come in to `quietfeed desk` in that folder."""
    process = subprocess.Popen(
        [*PROGRAM, "desk", "--port", "0"], env=env, cwd=folder, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    made = Daemon(process)
    try:
        address = made.said("^The desk is at ").removeprefix("The desk is at ")
        home = address.partition("/?")[0]
        with httpx.Client(base_url=home, headers={"origin": home}, follow_redirects=True, timeout=60) as browser:
            assert browser.get(address).status_code == 200
            yield browser
    finally:
        made.kill()


def send(browser: httpx.Client, page: httpx.Response, action: str, **chosen: str) -> PageSeen:
    """The form of a page, sent as it stands but for what is chosen in it; the page that it leads to."""
    form = PageSeen(page.text).form(action)
    return PageSeen(browser.post(form.action, data={**form.fields, **chosen}).raise_for_status().text)
