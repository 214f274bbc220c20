"""What the bot keeps is its owner's alone, whatever the umask and whatever stands there already."""

import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.config.credentials import Credentials
from bot.files import close_to_others, private_file, private_folder
from bot.model import SweepRecord
from bot.service.report_files import write_files
from bot.store import StoredReport, open_store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
REPORT = StoredReport("home", date(2026, 3, 2), "# a", "a", "{}", NOW, "planned")


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277, 0o777], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def rights(folder: Path) -> dict[str, int]:
    """Of the folder and all in it: the path and its mode."""
    found = [folder, *folder.rglob("*")]
    return {str(path.relative_to(folder.parent)): stat.S_IMODE(path.stat().st_mode) for path in found}


@pytest.mark.usefixtures("umask")
def test_every_folder_and_file_of_the_state_directory_is_for_its_owner_alone(tmp_path):
    state = tmp_path / "far" / "below" / "state"
    store = open_store(str(state / "quietfeed.sqlite"), exclusive=True)
    store.begin_sweep(SweepRecord("home", NOW))
    Credentials({}, state).set("home", "token", "a secret")
    write_files(REPORT, state / "reports" / "home")
    found = rights(tmp_path / "far")
    store.close()
    folders = {path: mode for path, mode in found.items() if (tmp_path / path).is_dir()}
    assert {"far/below/state/reports", "far/below/state/reports/home"} < set(folders)
    assert set(folders.values()) == {0o700}
    files = {path: mode for path, mode in found.items() if path not in folders}
    assert {Path(path).name for path in files} >= {"quietfeed.sqlite", "quietfeed.sqlite-wal", "2026-03-02.md"}
    assert set(files.values()) == {0o600}, files


def test_what_an_earlier_version_left_open_is_closed_when_a_report_is_written(tmp_path):
    reports = tmp_path / "reports"
    (reports / "home").mkdir(parents=True)
    for folder in (reports, reports / "home"):
        folder.chmod(0o777)
    write_files(REPORT, reports / "home")
    assert set(rights(reports).values()) == {0o700, 0o600}


def test_folders_of_the_owners_own_keep_their_rights(tmp_path):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o755)
    private_folder(theirs / "ours" / "too")
    private_folder(theirs)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (theirs, theirs / "ours")] == [0o755, 0o700]


def test_a_file_that_is_there_keeps_its_rights_and_one_that_should_be_new_is_refused(tmp_path):
    path = tmp_path / "file"
    path.touch(0o640)
    os.close(private_file(path, os.O_WRONLY | os.O_CREAT))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(FileExistsError):
        private_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)


def test_closing_takes_nothing_from_the_owner(tmp_path):
    tmp_path.chmod(0o500)
    close_to_others(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o500
    tmp_path.chmod(0o700)
