"""The reports as files in the state directory, for the owner's eyes only."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from bot.errors import Failure
from bot.files import private_folder, put_in_place
from bot.store import StoredReport

FEED = "feed.atom"
KINDS = (".md", ".txt", ".html")
"""What a report is written as."""
INDEX = "index.html"


def write_files(report: StoredReport, folder: Path) -> Path:
    """Write the report as Markdown, text and a page under `folder`; the Markdown's path. Raises Failure where the disk
    refuses."""
    path = folder / f"{report.day.isoformat()}.md"
    try:
        private_folder(folder)
        _write(path.with_suffix(".txt"), report.text)
        _write(path, report.markdown)
        if report.page:
            _write(path.with_suffix(".html"), report.page)
    except OSError as error:
        raise Failure(
            f"the report cannot be written to {folder}: {error.strerror}; check the disk and permissions"
        ) from None
    return path


def write_feed(words: str, folder: Path) -> Path:
    """Write the feed under `folder`; its path. Raises Failure as `write_files` does."""
    path = folder / FEED
    try:
        private_folder(folder)
        _write(path, words)
    except OSError as error:
        raise Failure(f"the feed cannot be written to {folder}: {error.strerror}; check the disk") from None
    return path


def write_page(page: str, path: Path) -> None:
    """Write a page for its owner alone. Raises Failure where the disk refuses."""
    try:
        private_folder(path.parent)
        _write(path, page)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}; check the disk and permissions") from None


def write_index(index: str, folder: Path) -> None:
    """Write the page that leads to the reports under `folder`. Raises Failure where the disk refuses."""
    write_page(index, folder / INDEX)


def _write(path: Path, words: str) -> None:
    with put_in_place(path) as out:
        out.write((words.rstrip("\n") + "\n").encode("utf-8", errors="replace"))


def forget_files(folder: Path, before: date) -> None:
    """Remove the files of reports of days before that one; whatever else lies there is left alone."""
    for path in folder.glob("????-??-??.*"):
        with suppress(ValueError, OSError):
            if path.suffix in KINDS and date.fromisoformat(path.stem) < before:
                path.unlink()
