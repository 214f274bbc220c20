"""What the bot keeps is its owner's alone, whatever the umask and whatever stands there already."""

import os
import stat
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.cli import wiring
from bot.config.credentials import Credentials
from bot.errors import UserError
from bot.files import close_to_others, private_file, private_folder, put_in_place, refuse_if_open
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


def closed(state: Path, monkeypatch) -> list[str]:
    """What is told when a verb closes the places of a state directory."""
    told: list[str] = []
    monkeypatch.setenv("QUIETFEED_STATE_DIR", str(state))
    wiring.closed_to_others(str(state / "quietfeed.sqlite"), told.append)
    return told


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777, 0o1777, 0o701], ids=oct)
def test_what_is_open_to_others_is_closed_at_the_start_with_a_word_and_once(tmp_path, monkeypatch, mode):
    state = tmp_path / "state"
    open_store(str(state / "quietfeed.sqlite")).close()
    write_files(REPORT, state / "reports" / "home")
    for path in (state, state / "reports", state / "reports" / "home", state / "quietfeed.sqlite"):
        path.chmod(mode)
    told = closed(state, monkeypatch)
    assert len(told) == 4
    assert all(f"by others on this machine (mode {mode:o}): it is yours alone from now on" in words for words in told)
    folders = [path for path in (state, *state.rglob("*")) if path.is_dir()]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert not [path for path in state.rglob("*") if path.stat().st_mode & 0o077]
    assert closed(state, monkeypatch) == []


def test_the_owners_home_keeps_its_rights_and_what_is_kept_in_it_is_closed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    tmp_path.chmod(0o755)
    open_store(str(tmp_path / "quietfeed.sqlite")).close()
    (tmp_path / "quietfeed.sqlite").chmod(0o644)
    assert len(closed(tmp_path, monkeypatch)) == 1
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
NOBODY = 65534


@needs_root
@pytest.mark.parametrize("which", ["", "reports", "quietfeed.sqlite"])
def test_what_belongs_to_somebody_else_is_refused_before_it_is_opened(tmp_path, monkeypatch, which):
    state = tmp_path / "state"
    (state / "reports").mkdir(parents=True)
    (state / "quietfeed.sqlite").write_bytes(b"never opened")
    os.chown(state / which, NOBODY, NOBODY)
    with pytest.raises(UserError, match=r"belongs to somebody else .* run quietfeed as") as refused:
        closed(state, monkeypatch)
    assert str(state / which) in str(refused.value)


@needs_root
def test_a_link_that_somebody_else_laid_is_refused(tmp_path, monkeypatch):
    (tmp_path / "ours").mkdir(mode=0o700)
    (tmp_path / "state").symlink_to("ours")
    assert closed(tmp_path / "state", monkeypatch) == []
    os.chown(tmp_path / "state", NOBODY, NOBODY, follow_symlinks=False)
    with pytest.raises(UserError, match="belongs to somebody else"):
        closed(tmp_path / "state", monkeypatch)


@needs_root
def test_secrets_that_somebody_else_put_there_are_not_taken_for_the_owners(tmp_path):
    Credentials({}, tmp_path).set("home", "token", "a secret")
    os.chown(tmp_path / "credentials.json", NOBODY, NOBODY)
    with pytest.raises(UserError, match="belongs to somebody else"):
        Credentials({}, tmp_path).get("home", "token")


def test_a_file_of_secrets_is_judged_as_it_was_opened(tmp_path):
    path = tmp_path / "secrets"
    path.touch(0o644)
    with path.open() as file:
        path.unlink()
        with pytest.raises(UserError, match=r"can be read by others on this machine \(mode 644\): run `chmod 600"):
            refuse_if_open(path, os.fstat(file.fileno()))


def test_what_is_put_in_place_never_goes_through_a_link(tmp_path):
    victim, path = tmp_path / "victim", tmp_path / "out.csv"
    victim.write_text("mine")
    for name in (path, tmp_path / ".out.csv.new"):
        name.symlink_to(victim)
    with put_in_place(path) as out:
        out.write(b"theirs")
    assert (victim.read_text(), path.read_text(), path.is_symlink()) == ("mine", "theirs", False)


def test_what_a_killed_writer_left_is_cleared_away_and_a_living_ones_is_not(tmp_path):
    killed = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True).stdout.strip()
    for pid, companion in ((killed, ""), (killed, "-wal"), (str(os.getpid()), "")):
        (tmp_path / f".out.csv.{pid}-0a1b2c3d.new{companion}").touch()
    with put_in_place(tmp_path / "out.csv") as out:
        out.write(b"whole")
    assert {file.name for file in tmp_path.iterdir()} == {"out.csv", f".out.csv.{os.getpid()}-0a1b2c3d.new"}


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
