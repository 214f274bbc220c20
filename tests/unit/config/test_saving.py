"""A config is put in place of another at once: its mode and links stay, what it said is kept, others' changes too."""

import os
import stat
from datetime import timedelta

import pytest

from bot.config import Backup, File, backups, refuse_unwritable, replaced
from bot.config.loading import FROM_ENVIRONMENT
from bot.config.yaml_reader import MOST_BYTES
from bot.errors import UserError
from bot.model import EPOCH


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
        with pytest.raises(UserError, match="cannot be written: Permission denied"):
            refuse_unwritable(path)
    finally:
        path.parent.chmod(0o700)
    assert path.read_bytes() == b"old"


def test_a_config_of_the_environment_is_known_not_to_be_written(tmp_path):
    for refuses in (refuse_unwritable, lambda path: replaced(path, b"old", b"new")):
        with pytest.raises(UserError, match="comes from the environment: change QUIETFEED_CONFIG_YAML where your host"):
            refuses(tmp_path / FROM_ENVIRONMENT)


def test_what_is_kept_beside_it_is_told_the_newest_first_and_nothing_else(path):
    assert backups(path) == []
    first, second = replaced(path, b"old", b"new"), replaced(path, b"new", b"newer")
    os.utime(first, (1, 1))
    path.with_name("config.yaml.bak1").write_bytes(b"somebody's")
    path.with_name("config.yaml.bak3").symlink_to(path)
    path.with_name("config.yaml.bak4").mkdir()
    assert [one.path for one in backups(path)] == [second, first]
    os.utime(second, (0, 0))
    assert backups(path) == [Backup(EPOCH + timedelta(seconds=1), first), Backup(EPOCH, second)]


def test_the_mark_of_a_file_is_another_as_soon_as_a_byte_is(path):
    before = File.of(path).mark
    path.write_bytes(b"old\n")
    assert File.of(path).mark != before
    path.write_bytes(b"old")
    assert File.of(path).mark == before


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff", "not UTF-8 text"), (b"#" * (MOST_BYTES + 1), "larger than"), (None, "does not exist")],
)
def test_a_file_that_is_no_config_is_said(path, content, said):
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=said):
        _ = File.of(path).text
