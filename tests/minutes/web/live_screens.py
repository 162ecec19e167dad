"""Screens that watch a meeting: the app's event streams, read in the same process as they are sent."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from litestar import Litestar

from meetings_app.core.terms import Role
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.locale import Locale
from meetings_app.web.security import form_token
from minutes.web.live_hub import LiveHub
from tests.web_support import Web, cookie_name

PATIENCE = 10
Event = tuple[str, dict[str, Any]]


@dataclass
class Drawings:
    """Regions as plain counts, in place of real pages: how often they were drawn, for whom, and how many at once."""

    calls: list[tuple[str, str, str]] = field(default_factory=list)
    fails: bool = False

    def render(self, app: Litestar, meeting_id: str, audience: str, locale: Locale) -> Mapping[str, str]:
        self.calls.append((meeting_id, audience, str(locale)))
        if self.fails:
            raise ZeroDivisionError
        return {"live-head": f"{audience} {app.state.live.screens(meeting_id)}"}


class Screen:
    """One open stream; `events` are what came, in order, and None after its end."""

    def __init__(self, app: Litestar, path: str, cookie: str) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._gone = asyncio.Event()
        self._rest = ""
        self._scope = _scope(app, path, cookie)
        self._task = asyncio.create_task(self._run(app))

    async def next(self, *names: str) -> dict[str, Any]:
        """Return the data of the next event of a kind; the others in between are dropped."""
        while True:
            event = await asyncio.wait_for(self.events.get(), PATIENCE)
            assert event is not None, f"the stream ended before {names}"
            if event[0] in names:
                return event[1]

    async def ended(self) -> None:
        """Wait until the stream has ended by itself."""
        await asyncio.wait_for(asyncio.shield(self._task), PATIENCE)

    def waiting(self) -> list[str]:
        """Return the kinds of the events that came and were not looked at yet."""
        return [event[0] if event else "end" for event in list(self.events._queue)]  # type: ignore[attr-defined]

    async def leave(self) -> None:
        """Close the browser's side."""
        self._gone.set()
        await self.ended()

    async def _run(self, app: Litestar) -> None:
        await app(self._scope, self._receive, self._send)  # type: ignore[arg-type]
        self.events.put_nowait(None)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            self._take(message.get("body", b"").decode())
            if not message.get("more_body", False):
                self._gone.set()  # as a server does once an answer is complete

    def _take(self, text: str) -> None:
        *frames, self._rest = (self._rest + text).split("\n\n")
        for frame in frames:
            lines = dict(line.split(": ", 1) for line in frame.split("\n"))
            self.events.put_nowait((lines["event"], json.loads(lines["data"])))


@dataclass
class Office:
    """The running app, with browsers that write and screens that watch."""

    web: Web
    hub: LiveHub
    drawings: Drawings
    screens: list[Screen] = field(default_factory=list)

    def browser(self, role: Role = Role.SECRETARIAT, token: str | None = None) -> httpx.AsyncClient:
        token = token or self.web.session_of(role)
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.web.app),  # type: ignore[arg-type]
            base_url="http://testserver",
            cookies={cookie_name(self.web.app, SESSION_COOKIE): token},
            headers={"X-CSRF-Token": form_token(token), "Accept": "application/json"},
        )

    def open(self, path: str, token: str) -> Screen:
        """Open a screen without waiting for it."""
        screen = Screen(self.web.app, path, f"{cookie_name(self.web.app, SESSION_COOKIE)}={token}")
        self.screens.append(screen)
        return screen

    async def watch(
        self, meeting_id: str, kind: str = "live", role: Role = Role.CHAIR, token: str | None = None
    ) -> Screen:
        """Open a screen and wait for the first drawing."""
        screen = self.open(f"/meetings/{meeting_id}/{kind}/stream", token or self.web.session_of(role))
        await screen.next("regions")
        return screen


@asynccontextmanager
async def running(web: Web, *, ping_seconds: float = 60) -> AsyncIterator[Office]:
    """Run the app with drawings in place of pages; every screen is closed at the end."""
    hub: LiveHub = web.app.state.live
    drawings = Drawings()
    drawn, hub.render = hub.render, drawings.render
    usual, hub.ping_seconds = hub.ping_seconds, ping_seconds
    office = Office(web, hub, drawings)
    try:
        async with web.app.lifespan():
            yield office
            for screen in office.screens:
                await screen.leave()
    finally:
        hub.render, hub.ping_seconds = drawn, usual


def _scope(app: Litestar, path: str, cookie: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"accept", b"text/event-stream"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "app": app,
        "state": {},
    }
