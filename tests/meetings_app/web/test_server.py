import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meetings_app.core.errors import Refused
from meetings_app.db.engine import sqlite_url
from meetings_app.settings import Settings
from meetings_app.web.server import address_of, claim_port, serve

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from pathlib import Path
from meetings_app.db.engine import sqlite_url
from meetings_app.settings import Settings
from meetings_app.web.server import serve
folder = Path(sys.argv[1])
serve(Settings(folder, sqlite_url(folder)), port=0, on_ready=lambda address: print(address, flush=True))
print("stopped", flush=True)
"""


@contextmanager
def running(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_server_answers_and_leaves_nothing_behind(tmp_path: Path, told: signal.Signals) -> None:
    with running(tmp_path) as (process, address):
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
            assert answer.read() == b"ok"
        process.send_signal(told)
        output, errors = process.communicate(timeout=15)
        assert (process.returncode, output, errors) == (0, "stopped\n", "")
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
        port = int(address.rpartition(":")[2])
        assert claim_port("127.0.0.1", port) == port


def test_a_taken_port_is_refused_in_words(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refused, match=f"ポート {port} は使えません"):
            serve(Settings(tmp_path, sqlite_url(tmp_path)), port=port)


def test_port_zero_takes_a_free_one() -> None:
    assert claim_port("127.0.0.1", 0) > 1023


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 - a name, nothing is bound
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host: str, address: str) -> None:
    assert address_of(host, 8000) == address
