"""The tests that notice most at once come first, and none is left out, however little time it takes."""

from pathlib import Path

import pytest

from tests.mutants.__main__ import TOLD, passed, quickest_first

pytestmark = pytest.mark.slow


def test_a_file_whose_tests_take_no_time_is_run_too_and_first(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_long.py").write_text("import time\n\ndef test_it():\n    time.sleep(0.05)\n", "utf-8")
    (tmp_path / "tests" / "test_quick.py").write_text("def test_it():\n    pass\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "-q"\n', "utf-8")
    done = passed(tmp_path, ["tests", *TOLD], None)
    assert quickest_first(done.stdout) == ["tests/test_quick.py", "tests/test_long.py"]
