"""A whole local Bluesky network for the live tests: PostgreSQL, Redis, PLC, PDS and AppView on loopback ports.

Everything lives in a temporary folder and ends with `stop()`; the npm packages stay in `.live/bluesky` beside the
sources (or in QUIETFEED_LIVE_DIR) and are used again. Each process runs under `timeout`, and the node network ends
with its stdin, so that nothing outlives a test run that was killed.
"""

import contextlib
import glob
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
LIFETIME = "1800"
"""Seconds after which a server ends by itself, whatever became of the tests."""
START_SECONDS = 120.0


class CannotStart(Exception):
    """A piece that the network needs is missing or does not come up; says which, and what to install."""


def install_folder() -> Path:
    """Where the npm packages are kept between runs."""
    return Path(os.environ.get("QUIETFEED_LIVE_DIR") or REPOSITORY / ".live" / "bluesky").absolute()


def install(folder: Path) -> None:
    """Bring the npm packages there, unless they are."""
    if shutil.which("npm") is None and not (folder / "node_modules" / ".package-lock.json").exists():
        raise CannotStart("npm is missing: install nodejs and npm")
    done = subprocess.run(
        ["sh", str(HERE / "bluesky" / "install.sh"), str(folder)], capture_output=True, text=True, timeout=900
    )
    if done.returncode:
        raise CannotStart(f"npm could not install the Bluesky network:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def binary(name: str, package: str) -> str:
    """The path of a server's program; PostgreSQL's are not on PATH on Debian."""
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4]))
    path = found[-1] if found else shutil.which(name)
    if path is None:
        raise CannotStart(f"{name} is missing: install {package}")
    return path


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def await_port(port: int, process: subprocess.Popen[Any], what: str, log: Path, seconds: float = 30.0) -> None:
    """Return once something listens there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise CannotStart(f"{what} does not come up:\n{log.read_text(errors='replace')[-2000:]}")


def stop_process(process: subprocess.Popen[Any], how: signal.Signals) -> None:
    """End a process that we started, and wait for it."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


class BlueskyNetwork:
    """The running network. `pds` and `appview` are URLs, `appview_did` the AppView's service DID."""

    def __init__(self, rate_limits: bool = False) -> None:
        self.rate_limits = rate_limits
        self.pds = self.appview = self.appview_did = ""
        self._stack = contextlib.ExitStack()
        self._lines: queue.Queue[str] = queue.Queue()
        self._node: subprocess.Popen[str] | None = None
        self._settling = threading.Lock()

    def __enter__(self) -> "BlueskyNetwork":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Install what is missing and bring everything up; raises CannotStart with a clear word."""
        folder = install_folder()
        install(folder)
        self.folder = Path(tempfile.mkdtemp(prefix="quietfeed-live-"))
        self.folder.chmod(0o755)
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        postgres, redis = self._start_postgres(), self._start_redis()
        self._start_node(folder, postgres, redis)

    def stop(self) -> None:
        """End every process, newest first, and remove the folder."""
        self._stack.close()

    def settle(self, seconds: float = 60.0) -> None:
        """Return once the AppView has indexed everything that was written so far."""
        assert self._node is not None
        assert self._node.stdin is not None
        with self._settling:
            for _ in range(10):
                self._node.stdin.write("settle\n")
                self._node.stdin.flush()
                if self._answer(("SETTLED", "UNSETTLED"), seconds) == "SETTLED":
                    return
        raise CannotStart("the AppView does not catch up with the PDS")

    def _start_postgres(self) -> int:
        """A cluster of its own, run as an unprivileged user since PostgreSQL refuses root."""
        data, log, port = self.folder / "postgres", self.folder / "postgres.log", free_ports(1)[0]
        data.mkdir(mode=0o700)
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            who = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(data, "postgres", "postgres")
        made = subprocess.run(
            [binary("initdb", "postgresql"), "-D", data, "-U", "quietfeed", "-A", "trust", "-N", "--no-instructions"],
            capture_output=True, text=True, timeout=120, cwd="/", **who,
        )  # fmt: skip
        if made.returncode:
            raise CannotStart(f"initdb failed: {made.stderr[-2000:]}")
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": data, "fsync": "off",
                    "full_page_writes": "off", "synchronous_commit": "off", "max_connections": 200}  # fmt: skip
        command = [binary("postgres", "postgresql"), "-D", data]
        command += [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["timeout", LIFETIME, *command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", **who
            )
        self._stack.callback(stop_process, process, signal.SIGINT)  # SIGINT: without waiting for clients
        await_port(port, process, "PostgreSQL", log)
        return port

    def _start_redis(self) -> int:
        port, log = free_ports(1)[0], self.folder / "redis.log"
        command = ["timeout", LIFETIME, binary("redis-server", "redis-server"), "--port", str(port)]
        command += ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder)
        self._stack.callback(stop_process, process, signal.SIGTERM)
        await_port(port, process, "Redis", log)
        return port

    def _start_node(self, folder: Path, postgres: int, redis: int) -> None:
        for name in ("loopback.mjs", "start.mjs"):  # ES modules look for packages from where they stand
            shutil.copyfile(HERE / "bluesky" / name, folder / name)
        names = ("PLC", "PDS", "APPVIEW", "OZONE", "CHAT", "INTROSPECT")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "DB_POSTGRES_URL": f"postgresql://quietfeed@127.0.0.1:{postgres}/postgres",
            "DB_POSTGRES_SCHEMA": "quietfeed",
            "REDIS_HOST": f"127.0.0.1:{redis}",
            "LOG_ENABLED": "false",
            "NODE_OPTIONS": "--dns-result-order=ipv4first",
            **({"PDS_RATE_LIMITS": "1"} if self.rate_limits else {}),
            **{f"{name}_PORT": str(port) for name, port in zip(names, free_ports(len(names)), strict=True)},
        }
        node = folder / "n22" / "node_modules" / ".bin" / "node"
        log = self.folder / "node.log"
        with log.open("wb") as out:
            self._node = subprocess.Popen(
                ["timeout", LIFETIME, node, "--import", "./loopback.mjs", "start.mjs"], cwd=folder, env=environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True,
            )  # fmt: skip
        self._stack.callback(stop_process, self._node, signal.SIGTERM)
        threading.Thread(target=self._read, daemon=True).start()
        try:
            ready = json.loads(self._answer(("READY",), START_SECONDS).removeprefix("READY "))
        except CannotStart as fault:
            raise CannotStart(f"{fault}\n{log.read_text(errors='replace')[-2000:]}") from fault
        self.pds, self.appview, self.appview_did = ready["pds"], ready["appview"], ready["appviewDid"]

    def _read(self) -> None:
        assert self._node is not None
        assert self._node.stdout is not None
        for line in self._node.stdout:
            self._lines.put(line.strip())
        self._lines.put("ENDED")

    def _answer(self, words: tuple[str, ...], seconds: float) -> str:
        until = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise CannotStart(f"the Bluesky network does not say {words[0]} in {seconds:.0f} s") from None
            if line == "ENDED":
                raise CannotStart("the Bluesky network ended")
            if line.startswith(words):
                return line
