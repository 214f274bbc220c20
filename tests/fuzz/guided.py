"""`python -m tests.fuzz.guided`: atheris (libFuzzer for Python) feeds each target for some seconds, guided by what of
the program each input reaches. What it finds is kept in a folder, to be fed again: `--only NAME --again FILE`."""

import argparse
import logging
import subprocess
import sys
import tempfile
import warnings
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

FOUND = Path("fuzz-findings")
HANGS = 20
"""Seconds for one input, on a busy machine."""
MEGABYTES = 2000


def main() -> int:
    """Exit code 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="for each target (default: 20)")
    parser.add_argument("--only", default="", metavar="TARGET", help="one target")
    parser.add_argument("--again", type=Path, metavar="FILE", help="feed one input that was found to --only")
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.again:
        from tests.fuzz.targets import TARGETS

        TARGETS[given.only].feed(given.again.read_bytes())
        return 0
    if find_spec("atheris") is None:
        print("atheris is not installed (there are wheels for Linux on x86-64 alone): nothing was fed by it")
        return 0
    if given.corpus:
        return _fuzz(given.only, given.corpus, given.seconds)
    from tests.fuzz.targets import TARGETS

    names = [given.only] if given.only else list(TARGETS)
    return max([_run(name, TARGETS[name].samples, given.seconds) for name in names])


def _run(name: str, samples: tuple[str, ...], seconds: int) -> int:
    """One target, in a process of its own, which libFuzzer ends. Whether anything was found."""
    FOUND.mkdir(exist_ok=True)
    before = set(FOUND.iterdir())
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples:
            content = sample.encode("utf-8", "replace")
            (Path(folder) / sha256(content).hexdigest()[:16]).write_bytes(content)
        command = [sys.executable, "-m", "tests.fuzz.guided", "--only", name, "--corpus", folder]
        done = subprocess.run(
            [*command, "--seconds", str(seconds)], capture_output=True, text=True, errors="replace", check=False
        )
    found = sorted(set(FOUND.iterdir()) - before)
    told = [line for line in done.stderr.splitlines() if line.startswith(("Done", "stat::number_of_executed"))]
    print(f"{name:10} {told[-1] if told else ''}{'' if found or not done.returncode else ' broke off'}", flush=True)
    for path in found:
        print(f"  found {path}; again: python -m tests.fuzz.guided --only {name} --again {path}")
    if found or done.returncode:
        print("\n".join(done.stderr.splitlines()[-30:]))
    return int(bool(found or done.returncode))


def _fuzz(name: str, corpus: Path, seconds: int) -> int:
    """Feed the target until the time is over; never returns where libFuzzer ends the process."""
    import atheris

    logging.disable()
    warnings.simplefilter("ignore")
    with atheris.instrument_imports(include=["bot"]):
        from tests.fuzz.targets import TARGETS
    options = [f"-max_total_time={seconds}", f"-timeout={HANGS}", f"-rss_limit_mb={MEGABYTES}", "-max_len=4096"]
    options += [f"-artifact_prefix={FOUND}/{name}-", "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *options], TARGETS[name].feed)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
