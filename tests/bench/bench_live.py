"""How long a save takes to reach every open screen, next to a bare echo on the same server.

Run it by hand from the root of the checkout: `python -m tests.bench.bench_live`. Pytest does not collect it.
Both servers run at once, each with its screens open, and take turns round by round, so that a busy machine slows
both alike. A save counts from just before it is sent until the last screen has it. The product checks session,
token and meeting and commits to the disk before it tells anybody; the echo does nothing of the kind.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from agenda.services.items import items_of
from meetings_app.core.terms import Role
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.security import form_token
from tests.agenda.web.demo import open_demo
from tests.minutes.web.live_wire import SERVE, Browser, Headers, Stream, server
from tests.minutes.web.test_running_pages import COMING_DAY, meeting_id, opened
from tests.web_support import cookie_name

SCREENS = 50
SAVES = 200
WRITERS = 5
ROUNDS = 4
LONGEST_SECONDS = 240
TEXTS = ("explanation", "discussion", "confirmed")

Save = Callable[["Target", int, str], Awaitable[None]]


@dataclass
class Target:
    """One server with its screens: when the last of them had which write."""

    name: str
    port: int
    stream_path: str
    headers: Headers
    save: Save
    screens: int
    times: dict[int, list[float]] = field(default_factory=lambda: {1: [], WRITERS: []})
    browsers: list[Browser] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    greeted: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    complete: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    async def open(self) -> None:
        """Open every screen, and wait until each has its first event."""
        self.browsers = [Browser(self.port, self.headers) for _ in range(WRITERS)]
        self.streams = [
            Stream(self.port, self.stream_path, self.headers, self._note) for _ in range(self.screens)
        ]
        await asyncio.gather(*(stream.open() for stream in self.streams))
        while self.greeted < self.screens:
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        """Close every screen and browser."""
        for stream in self.streams:
            await stream.close()
        for browser in self.browsers:
            await browser.close()

    async def measured(self, writer: int, op: str) -> float:
        """Save once; return the seconds until the last screen had it."""
        self.complete[op] = asyncio.get_running_loop().create_future()
        begin = perf_counter()
        await self.save(self, writer, op)
        there = await self.complete[op]
        del self.complete[op]
        return there - begin

    def _note(self, name: str, data: dict[str, Any], at: float) -> None:
        if name == "hello":
            self.greeted += 1
        op = data.get("op", "")
        if name != "field" or op not in self.complete:
            return
        self.seen[op] = self.seen.get(op, 0) + 1
        if self.seen[op] == self.screens:
            self.complete[op].set_result(at)


class Office:
    """An office with an open meeting, to be served from a folder."""

    def __init__(self, folder: Path) -> None:
        web = open_demo(folder, on=COMING_DAY)
        with web.client(Role.SECRETARIAT) as client:
            self.base = opened(web, client)
            for number in range(WRITERS):
                client.post(f"{self.base}/items", data={"title": f"議題 {number}"})
        with web.db.read() as session:
            views = items_of(session, meeting_id(web))
            self.fields = [(view.item.id, name) for view in views for name in TEXTS]
        token = web.session_of(Role.SECRETARIAT)
        self.headers = {
            "Cookie": f"{cookie_name(web.app, SESSION_COOKIE)}={token}",
            "X-CSRF-Token": form_token(token),
        }
        self.versions = [0] * len(self.fields)
        web.db.dispose()

    async def save(self, target: Target, writer: int, op: str) -> None:
        """Write one more text into the writer's own field."""
        item, name = self.fields[writer]
        value = f"{op}: {'確認されたことを、話しながら書き足していく。' * 10}"
        sent = {"op": op, "writer": f"writer-{writer}", "item": item, "field": name, "value": value}
        status, answer = await target.browsers[writer].post(
            f"{self.base}/live/write", sent | {"base": self.versions[writer]}
        )
        if status != 200:
            raise RuntimeError(f"{status}: {answer}")
        self.versions[writer] = answer["version"]


async def echo(target: Target, writer: int, op: str) -> None:
    """Have a text of the same length handed on."""
    sent = {"op": op, "value": "確認されたことを、話しながら書き足していく。" * 10}
    await target.browsers[writer].post("/write", sent)


async def round_of(target: Target, writers: int, saves: int, ops: "count[int]") -> None:
    """Save, one after the other or by several at once."""

    async def one(writer: int) -> None:
        for _ in range(saves // writers):
            seconds = await target.measured(writer, f"op-{next(ops)}")
            target.times[writers].append(seconds)

    await asyncio.gather(*(one(writer) for writer in range(writers)))


async def measure(targets: Sequence[Target], saves: int) -> None:
    """Let the servers take turns, with one writer and with several."""
    ops = count()
    for target in targets:
        await target.open()
        await round_of(target, 1, 10, ops)
        target.times[1].clear()
    for writers in (1, WRITERS):
        for _ in range(ROUNDS):
            for target in targets:
                await round_of(target, writers, saves // ROUNDS, ops)
    for target in targets:
        await target.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures how long a save takes to reach every open screen.")
    parser.add_argument("--screens", type=int, default=SCREENS, help="open screens on each server")
    parser.add_argument(
        "--saves", type=int, default=SAVES, help="saves with one writer, and again with several"
    )
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        office = Office(folder)
        _process, port = stack.enter_context(server("-c", SERVE, str(folder)))
        _process, bare_port = stack.enter_context(server("-m", "tests.bench.bare_echo"))
        product = Target(
            "product", port, f"{office.base}/live/stream", office.headers, office.save, options.screens
        )
        bare = Target("bare echo", bare_port, "/stream", {}, echo, options.screens)
        asyncio.run(_bounded(measure([product, bare], options.saves)))
    for writers in (1, WRITERS):
        _print(writers, options.screens, product, bare)


async def _bounded(work: Awaitable[None]) -> None:
    async with asyncio.timeout(LONGEST_SECONDS):
        await work


def _print(writers: int, screens: int, product: Target, bare: Target) -> None:
    print(f"{screens} screens, {writers} writing at once, {len(product.times[writers])} saves each:")
    figures = {}
    for target in (product, bare):
        ranks = quantiles(target.times[writers], n=20)
        figures[target.name] = (ranks[9], ranks[18])
        print(f"  {target.name}: p50 {ranks[9] * 1000:.1f} ms, p95 {ranks[18] * 1000:.1f} ms")
    (p50, p95), (bare50, bare95) = figures["product"], figures["bare echo"]
    print(f"  the product takes {p50 / bare50:.2f} times as long at p50, {p95 / bare95:.2f} times at p95")


if __name__ == "__main__":
    main()
