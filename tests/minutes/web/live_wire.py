"""The bare wire: a real server process, event streams and requests over sockets, as many as one likes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.demo_runs import environment

ROOT = Path(__file__).parents[3]
SERVE = """
import sys
from pathlib import Path
from meetings_app.db.engine import sqlite_url
from meetings_app.settings import Settings
from meetings_app.web.server import serve
folder = Path(sys.argv[1])
serve(Settings(folder, sqlite_url(folder)), port=0, on_ready=lambda address: print(address, flush=True))
print("stopped", flush=True)
"""

Process = subprocess.Popen[str]
Headers = dict[str, str]
OnEvent = Callable[[str, dict[str, Any], float], None]
"""Called with an event's name, its data and the moment it was there (perf_counter)."""


@contextmanager
def server(*arguments: str) -> Iterator[tuple[Process, int]]:
    """Run a Python program that prints its address once it serves; yield the process and its port."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.communicate(timeout=10)[1]
        yield process, int(address.rpartition(":")[2])
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=10)


class Stream:
    """One open event stream over a socket; `ended_well` once the server has ended it in due form."""

    def __init__(self, port: int, path: str, headers: Headers, on_event: OnEvent) -> None:
        self._port, self._path, self._headers, self._on_event = port, path, headers, on_event
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.status = 0
        self.ended_well = False

    async def open(self) -> "Stream":
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        wanted = self._headers | {"Host": f"127.0.0.1:{self._port}", "Accept": "text/event-stream"}
        self._writer.write(_head("GET", self._path, wanted))
        head = await reader.readuntil(b"\r\n\r\n")
        self.status = int(head.split(b" ", 2)[1])
        self._reading = asyncio.create_task(self._read(reader))
        return self

    async def ended(self) -> None:
        """Wait until the server has ended the stream."""
        assert self._reading is not None
        await self._reading

    async def close(self) -> None:
        """Let go of the connection."""
        assert self._writer is not None
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def vanish(self) -> None:
        """Break the connection off, without a word to the server."""
        assert self._writer is not None
        self._writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                frame = await reader.readuntil(b"\n\n")
            except asyncio.IncompleteReadError as end:
                self.ended_well = end.partial.endswith(b"0\r\n\r\n")
                return
            except ConnectionError:
                return
            now = perf_counter()
            name = frame.partition(b"event: ")[2].partition(b"\n")[0].decode()
            data = frame.partition(b"data: ")[2].rstrip(b"\n")
            self._on_event(name, json.loads(data or b"{}"), now)


class Browser:
    """One connection that stays open for one request after the other."""

    def __init__(self, port: int, headers: Headers) -> None:
        self._port = port
        self._headers = headers | {"Host": f"127.0.0.1:{port}", "Accept": "application/json"}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, data: dict[str, Any]) -> tuple[int, Any]:
        body = json.dumps(data).encode()
        more = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        return await self._ask(_head("POST", path, self._headers | more) + body)

    async def get(self, path: str) -> tuple[int, Any]:
        return await self._ask(_head("GET", path, self._headers))

    async def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            with suppress(ConnectionError):
                await self._streams[1].wait_closed()

    async def _ask(self, request: bytes) -> tuple[int, Any]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0] or 0)
        return int(head.split(" ", 2)[1]), json.loads(await reader.readexactly(length) or b"null")


def _head(method: str, path: str, headers: Headers) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
