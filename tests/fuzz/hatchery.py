"""Starts servers quickly: a process that has everything imported forks one for each line it reads.

Run by `tests.fuzz.server`. Each server is the product's own (`meetings_app.web.server.serve`, with its worker
process), in a process group of its own, so that the two can be killed together. A line holds the data folder and
the port; the answer is the server's process id, and `up ID` once it answers. A line `reap ID` waits until that
process has ended and answers with its exit code.
"""

import gc
import json
import os
import sys
import traceback
from pathlib import Path

from meetings_app.app import wire
from meetings_app.db.engine import sqlite_url
from meetings_app.settings import Settings
from meetings_app.web.server import serve


def main() -> None:
    """Fork a server for each line until the input ends."""
    wire(https=False)  # what is imported and worked out on the way need not be again after the fork
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        if "reap" in order:
            _, status = os.waitpid(order["reap"], 0)
            _say({"ended": os.waitstatus_to_exitcode(status)})
        else:
            _start(Path(order["folder"]), order["port"])


def _start(folder: Path, port: int) -> None:
    pid = os.fork()
    if pid:
        _say({"started": pid})
        return
    status = 1
    try:
        os.setsid()
        serve(Settings(folder, sqlite_url(folder)), port=port, on_ready=_ready)
        status = 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(status)


def _ready(address: str) -> None:
    _say({"up": address, "pid": os.getpid()})


def _say(what: dict[str, object]) -> None:
    # One write: a server that is killed in the middle of it must not leave half a line.
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main()
