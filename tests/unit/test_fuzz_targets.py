"""What a coverage-guided fuzzer feeds (`make fuzz`), fed here with its samples and with what it once found."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import odd
from tests.fuzz.targets import TARGETS

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_samples_and_what_becomes_of_them(name: str) -> None:
    random, target = Random(name), TARGETS[name]
    for sample in target.samples:
        data = sample.encode("utf-8", "replace")
        made = [odd.damaged(random, data) for _ in range(5)] + [odd.text(random, sample).encode(errors="replace")]
        for given in (data, *made):
            target.feed(given)


def test_without_atheris_it_is_said_and_is_no_failure() -> None:
    code = "import sys; from tests.fuzz import guided; guided.find_spec = lambda _: None; sys.exit(guided.main())"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "atheris is not installed" in done.stdout
