"""A config is put in place of another at once: its mode and links stay, what it said is kept, others' changes too."""

import os
import stat

import pytest

from bot.config import replaced
from bot.errors import UserError


@pytest.fixture
def path(tmp_path):
    """A config."""
    (tmp_path / "config.yaml").write_bytes(b"old")
    return tmp_path / "config.yaml"


def test_what_it_said_is_kept_beside_it_under_a_name_that_is_free(path):
    assert replaced(path, b"old", b"new").name == "config.yaml.bak"
    assert replaced(path, b"new", b"newer").name == "config.yaml.bak2"
    said = {one.name: one.read_bytes() for one in path.parent.iterdir()}
    assert said == {"config.yaml": b"newer", "config.yaml.bak": b"old", "config.yaml.bak2": b"new"}


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_its_mode_stays_and_so_has_the_backup(path, mode):
    path.chmod(mode)
    backup = replaced(path, b"old", b"new")
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, backup)] == [mode, mode]


def test_a_file_that_was_changed_meanwhile_is_left_alone(path):
    with pytest.raises(UserError, match="was changed meanwhile, and nothing was written; run it again"):
        replaced(path, b"older", b"new")
    assert [one.read_bytes() for one in path.parent.iterdir()] == [b"old"]


def test_a_link_stays_a_link(path, tmp_path):
    (tmp_path / "linked.yaml").symlink_to(path)
    replaced(tmp_path / "linked.yaml", b"old", b"new")
    assert (tmp_path / "linked.yaml").is_symlink()
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_is_said(path):
    path.parent.chmod(0o500)
    try:
        with pytest.raises(UserError, match="cannot be written: Permission denied; check the disk and permissions"):
            replaced(path, b"old", b"new")
    finally:
        path.parent.chmod(0o700)
    assert path.read_bytes() == b"old"
