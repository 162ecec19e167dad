"""The product's server as a process of its own, to be stopped and killed at will."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from meetings_app.web.server import claim_port

ROOT = Path(__file__).parents[2]
CUT_OFF = "client disconnected prematurely"


class Server:
    """A server over one data folder, always on the same port."""

    def __init__(self, hatchery: "subprocess.Popen[str]", folder: Path) -> None:
        self.folder = folder
        self.port = claim_port("127.0.0.1", 0)
        self.group: int | None = None
        self._hatchery = hatchery

    def start(self) -> None:
        """Start and wait until it answers."""
        self.group = self._order({"folder": str(self.folder), "port": self.port}, "started")
        while self._hear().get("pid") != self.group:
            pass

    def stop(self) -> int:
        """Tell it to stop (SIGTERM) and return its exit code."""
        assert self.group is not None
        os.kill(self.group, signal.SIGTERM)
        return self._reap()

    def kill(self) -> None:
        """Kill the server and its worker where they stand (SIGKILL)."""
        if self.group is not None:
            os.killpg(self.group, signal.SIGKILL)
            self._reap()

    def _reap(self) -> int:
        code = self._order({"reap": self.group}, "ended")
        self.group = None
        return code

    def _order(self, order: dict[str, Any], answer: str) -> int:
        assert self._hatchery.stdin is not None
        self._hatchery.stdin.write(json.dumps(order) + "\n")
        self._hatchery.stdin.flush()
        while answer not in (heard := self._hear()):
            pass
        return int(heard[answer])

    def _hear(self) -> dict[str, Any]:
        assert self._hatchery.stdout is not None
        line = self._hatchery.stdout.readline()
        assert line, "the process that starts servers has ended"
        heard: dict[str, Any] = json.loads(line)
        return heard


@contextmanager
def hatchery() -> Iterator["subprocess.Popen[str]"]:
    """Run the process that starts servers, with everything imported; it ends with the block."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.hatchery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield process
        finally:
            process.communicate(timeout=30)
            log.seek(0)
            _refuse_faults(log.read())


def _refuse_faults(log: str) -> None:
    """Fail where a server met a fault, other than a request that was cut off in the middle."""
    faults = [entry for entry in re.split(r"(?=^fault )", log, flags=re.MULTILINE) if entry.strip()]
    unexpected = [entry for entry in faults if CUT_OFF not in entry]
    assert not unexpected, unexpected[0]


@contextmanager
def serving(nest: "subprocess.Popen[str]", folder: Path) -> Iterator[Server]:
    """Serve a data folder; whatever still runs at the end is killed."""
    server = Server(nest, folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def copy_data(folder: Path, goal: Path) -> Path:
    """Copy a database as it lies on the disk, log and all, so that looking at it repairs nothing in place."""
    goal.mkdir(parents=True)
    for part in ("meetings.sqlite3", "meetings.sqlite3-wal"):
        if (folder / part).exists():
            shutil.copyfile(folder / part, goal / part)
    return goal
