"""進行画面の出来事 from a real server: fifty screens, browsers that vanish, and a server that is told to stop."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from meetings_app.core.terms import Role
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.security import form_token
from meetings_app.web.server import STOP_SECONDS
from tests.agenda.web.demo import open_demo
from tests.minutes.web.live_wire import SERVE, Browser, Process, Stream, server
from tests.minutes.web.test_running_pages import COMING_DAY, item_id, meeting_id, opened
from tests.own_loop import run_alone
from tests.web_support import cookie_name

SCREENS = 50
PATIENCE = 30


@dataclass
class Served:
    """A served office with an open meeting."""

    process: Process
    port: int
    base: str
    item: str
    headers: dict[str, str]

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        browser = Browser(self.port, self.headers)
        try:
            yield browser
        finally:
            await browser.close()

    @asynccontextmanager
    async def watching(self, number: int) -> AsyncIterator[tuple[list[Stream], list[list[str]]]]:
        """Open screens and wait for the first event on each; yield them and the names of what each gets."""
        got: list[list[str]] = [[] for _ in range(number)]
        streams = [self._stream(names) for names in got]
        await asyncio.gather(*(stream.open() for stream in streams))
        try:
            await until(lambda: all("hello" in names for names in got))
            yield streams, got
        finally:
            await asyncio.gather(*(stream.close() for stream in streams))

    def _stream(self, names: list[str]) -> Stream:
        def note(name: str, _data: dict[str, Any], _at: float) -> None:
            names.append(name)

        return Stream(self.port, f"{self.base}/live/stream", self.headers, note)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    web = open_demo(tmp_path, on=COMING_DAY)
    with web.client(Role.SECRETARIAT) as client:
        base = opened(web, client)
    token = web.session_of(Role.SECRETARIAT)
    item = item_id(web)
    assert base == f"/meetings/{meeting_id(web)}"
    headers = {
        "Cookie": f"{cookie_name(web.app, SESSION_COOKIE)}={token}",
        "X-CSRF-Token": form_token(token),
    }
    web.db.dispose()
    with server("-c", SERVE, str(tmp_path)) as (process, port):
        yield Served(process, port, base, item, headers)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


def test_a_save_reaches_fifty_screens(served: Served) -> None:
    async def scene() -> None:
        async with served.browser() as browser, served.watching(SCREENS) as (_streams, got):
            sent = {
                "op": "a",
                "writer": "w",
                "item": served.item,
                "field": "confirmed",
                "base": 0,
                "value": "文",
            }
            status, answer = await browser.post(f"{served.base}/live/write", sent)
            assert (status, answer["result"]) == (200, "saved")
            await until(lambda: all("field" in names for names in got))

    run_alone(scene())


def test_screens_that_vanish_are_forgotten(served: Served) -> None:
    async def screens(browser: Browser) -> int:
        return int((await browser.get(f"{served.base}/live/state"))[1]["writers"])

    async def until_number(browser: Browser, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while await screens(browser) != number:
                await asyncio.sleep(0.05)

    async def scene() -> None:
        async with served.browser() as browser, served.watching(SCREENS) as (streams, _got):
            assert await screens(browser) == SCREENS
            for stream in streams[1:]:
                stream.vanish()
            await until_number(browser, 1)
            async with served.watching(3):
                assert await screens(browser) == 4
            await until_number(browser, 1)

    run_alone(scene())


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_server_stops_in_time_with_fifty_open_streams(served: Served, told: signal.Signals) -> None:
    async def scene() -> float:
        async with asyncio.timeout(PATIENCE), served.watching(SCREENS) as (streams, _got):
            begin = time.monotonic()
            served.process.send_signal(told)
            for stream in streams:
                await stream.ended()
            took = time.monotonic() - begin
            assert all(stream.ended_well for stream in streams)
            while served.process.poll() is None:
                await asyncio.sleep(0.02)
            return took

    took = run_alone(scene())
    output, errors = served.process.communicate(timeout=10)
    assert (served.process.returncode, output, errors) == (0, "stopped\n", "")
    assert took < STOP_SECONDS, took
