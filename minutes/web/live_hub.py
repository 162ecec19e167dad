"""つなぎ目: tells every open screen of a meeting what changed, whichever page or program part changed it.

Everything here runs on the event loop and belongs to it alone; what reads the database runs in threads. A stream
holds no database session. A lost event costs nothing: every stream begins with everything there is to show.

The screens are known to this process only, and so is what they are sent: the server runs one worker.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from litestar import Litestar
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.channels.subscriber import Subscriber
from litestar.concurrency import sync_to_thread
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send

from agenda.services.items import items_of
from agenda.services.visibility import find_meeting
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.services.accounts import find_session
from meetings_app.services.audit import Changes, changes_in
from meetings_app.web.leaving import when_leaving
from meetings_app.web.locale import Locale
from meetings_app.web.meeting_frame import DbSession
from minutes.services.field_history import FieldNow, fields_of
from minutes.services.touched import touched_meetings
from minutes.web import live_events

logger = logging.getLogger(__name__)

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
"""Who may have a live screen open."""

PING_SECONDS = 15.0
"""How often every stream gives a sign of life, and its session is looked at again."""

REST_SECONDS = 0.1
"""How long a meeting is left alone after its regions were drawn, so that many changes cost one drawing."""

BACKLOG = 500
"""Events that may wait for one screen; more, and its stream ends: the browser comes back and gets everything."""

Audience = Literal["desk", "projector"]
"""画面の種類: 進行画面, with everything, and 投影画面, without personal data."""

Render = Callable[[Litestar, str, Audience, Locale], Mapping[str, str]]
"""Draws the regions of a meeting for an audience and a language; called in threads."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """見る人: which meeting a screen shows, how, and by which session."""

    meeting_id: str
    audience: Audience
    locale: Locale
    token: str

    @property
    def channel(self) -> str:
        """Where events for this meeting, audience and language go."""
        return _channel(self.meeting_id, self.audience, self.locale)


class ScreenQueue(Subscriber):
    """What waits to be sent to one screen; None ends its stream."""

    _ended = False

    def put_nowait(self, item: bytes | None) -> bool:
        """Add an event; where too many wait already, the stream ends instead."""
        if self._ended:
            return False
        if self.qsize >= BACKLOG:
            item = None
            while self.qsize:
                self._queue.get_nowait()
        self._ended = item is None
        return super().put_nowait(item)


class EventStream(ASGIStreamingResponse):
    """A stream that lets go of its screen however it ends: by itself, by the browser, by a fault."""

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(
            iterator=events,
            media_type="text/event-stream",
            # A proxy may neither keep events back nor keep them.
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._events = events

    async def send_body(self, send: Send, receive: Receive) -> None:
        """Send events until the stream ends or the browser goes away."""
        async with aclosing(self._events):
            await super().send_body(send, receive)


@dataclass(eq=False)
class _Room:
    """One meeting that somebody watches."""

    screens: dict[Subscriber, Viewer] = field(default_factory=dict)
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    stale: bool = False
    drawing: "asyncio.Task[None] | None" = None

    def kinds(self) -> set[tuple[Audience, Locale]]:
        return {(viewer.audience, viewer.locale) for viewer in self.screens.values()}


class LiveHub:
    """つなぎ目 between changes and screens; one for the app."""

    def __init__(self, render: Render) -> None:
        self.render = render
        self.ping_seconds = PING_SECONDS
        self.channels = ChannelsPlugin(
            MemoryChannelsBackend(), arbitrary_channels_allowed=True, subscriber_class=ScreenQueue
        )
        self._app: Litestar | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rooms: dict[str, _Room] = {}
        self._changes: set[tuple[str, str]] = set()
        self._sorting: asyncio.Task[None] | None = None

    # ---- for handlers, in any thread

    def screens(self, meeting_id: str) -> int:
        """画面の数: return how many screens show this meeting now."""
        room = self._rooms.get(meeting_id)
        return len(room.screens) if room else 0

    def committed(self, info: Mapping[Any, Any]) -> None:
        """Take note of a change that took effect: the database's listener."""
        changes = changes_in(info)
        if changes and self._rooms:
            self._on_loop(self._note, changes)

    def wrote(self, meeting_id: str, item_id: str, name: str, now: FieldNow, op: str) -> None:
        """Tell the screens what stands in a field now."""
        if meeting_id in self._rooms:
            self._on_loop(self._send_field, meeting_id, item_id, name, now, op)

    def touch(self, meeting_id: str) -> None:
        """Have the regions of a meeting drawn anew."""
        if meeting_id in self._rooms:
            self._on_loop(self._draw_soon, meeting_id)

    # ---- on the event loop

    @asynccontextmanager
    async def running(self, app: Litestar) -> AsyncIterator[None]:
        """Work while the app runs; every stream ends with it."""
        self._app, self._loop = app, asyncio.get_running_loop()
        beat = asyncio.create_task(self._beat())
        try:
            with self._database.telling(self.committed), when_leaving(self._end_streams):
                yield
        finally:
            self._loop = None
            await self._stop(beat)

    async def watch(self, viewer: Viewer) -> AsyncGenerator[bytes, None]:
        """見る: everything there is to show, and then what changes."""
        async with self.channels.start_subscription(viewer.channel) as queue:
            with self._seat(viewer, queue):
                yield live_events.hello(self._clock)
                if viewer.audience == "desk":
                    for frame in await sync_to_thread(self._all_fields, viewer.meeting_id):
                        yield frame
                async for frame in queue.iter_events():
                    yield frame

    @contextmanager
    def _seat(self, viewer: Viewer, queue: Subscriber) -> Iterator[None]:
        """Count a screen while it watches; everybody sees the new number."""
        room = self._rooms.setdefault(viewer.meeting_id, _Room())
        room.screens[queue] = viewer
        self._draw_soon(viewer.meeting_id)
        try:
            yield
        finally:
            del room.screens[queue]
            if not room.screens and self._rooms.get(viewer.meeting_id) is room:
                del self._rooms[viewer.meeting_id]
            self._draw_soon(viewer.meeting_id)

    def _on_loop(self, work: Callable[..., None], *arguments: Any) -> None:
        """Have something done on the event loop, from any thread; nothing where the app has stopped."""
        loop = self._loop
        with suppress(RuntimeError):  # the loop was closed a moment ago
            if loop is not None:
                loop.call_soon_threadsafe(work, *arguments)

    def _note(self, changes: Changes) -> None:
        self._changes |= changes
        if self._sorting is None and self._loop is not None:
            self._sorting = asyncio.create_task(self._sort())

    async def _sort(self) -> None:
        """Find out which meetings the changes touch, and have those drawn anew."""
        try:
            while self._changes and self._rooms:
                changes = frozenset(self._changes)
                self._changes.clear()
                for meeting_id in await sync_to_thread(self._touched, changes, frozenset(self._rooms)):
                    self._draw_soon(meeting_id)
        finally:
            self._changes.clear()
            self._sorting = None

    def _draw_soon(self, meeting_id: str) -> None:
        room = self._rooms.get(meeting_id)
        if room is None or self._loop is None:
            return
        room.stale = True
        if room.drawing is None:
            room.drawing = asyncio.create_task(self._draw(meeting_id, room))

    async def _draw(self, meeting_id: str, room: _Room) -> None:
        """Draw and send the regions; once more if something changed meanwhile, and never two at a time."""
        try:
            while room.stale and room.screens:
                room.stale = False
                await self._send_fields(meeting_id, room)
                for audience, locale in sorted(room.kinds()):
                    frame = await sync_to_thread(self._regions, meeting_id, audience, locale)
                    if frame is not None:
                        self._publish(frame, _channel(meeting_id, audience, locale))
                await asyncio.sleep(REST_SECONDS)
        finally:
            room.drawing = None

    async def _send_fields(self, meeting_id: str, room: _Room) -> None:
        """Send the fields that were written elsewhere than on a live screen."""
        for item_id, name, now in await sync_to_thread(self._fields, meeting_id):
            if now.version > room.known.get((item_id, name), 0):
                self._send_field(meeting_id, item_id, name, now, "")

    def _send_field(self, meeting_id: str, item_id: str, name: str, now: FieldNow, op: str) -> None:
        room = self._rooms.get(meeting_id)
        if room is None:
            return
        room.known[item_id, name] = max(now.version, room.known.get((item_id, name), 0))
        frame = live_events.field(item_id, name, now, op)
        for audience, locale in room.kinds():
            if audience == "desk":
                self._publish(frame, _channel(meeting_id, audience, locale))

    def _publish(self, frame: bytes, channel: str) -> None:
        if self._loop is not None:
            self.channels.publish(frame, channel)

    async def _beat(self) -> None:
        """Give every stream a sign of life, or end it where its session or role is gone."""
        while True:
            await asyncio.sleep(self.ping_seconds)
            seats = [seat for room in self._rooms.values() for seat in room.screens.items()]
            if not seats:
                continue
            entitled = await sync_to_thread(self._entitled, frozenset(viewer for _queue, viewer in seats))
            frame = live_events.ping(self._clock)
            for queue, viewer in seats:
                queue.put_nowait(frame if viewer in entitled else None)

    def _end_streams(self) -> None:
        for room in self._rooms.values():
            for queue in room.screens:
                queue.put_nowait(None)

    async def _stop(self, beat: "asyncio.Task[None]") -> None:
        rooms = list(self._rooms.values())
        self._end_streams()
        tasks = [task for task in (beat, self._sorting, *(room.drawing for room in rooms)) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._rooms.clear()

    # ---- in threads

    @property
    def _database(self) -> Database:
        database: Database = self._running_app.state.db
        return database

    @property
    def _clock(self) -> Clock:
        clock: Clock = self._running_app.state.clock
        return clock

    @property
    def _running_app(self) -> Litestar:
        if self._app is None:
            raise RuntimeError("the hub works while the app runs")
        return self._app

    def _touched(self, changes: Changes, among: frozenset[str]) -> frozenset[str]:
        with self._database.read() as session:
            return touched_meetings(session, changes, among)

    def _fields(self, meeting_id: str) -> list[tuple[str, str, FieldNow]]:
        """Return every field of the meeting that was ever written by itself."""
        with self._database.read() as session:
            found = fields_of(session, [view.item.id for view in items_of(session, meeting_id)])
        return [
            (item_id, name.value, now)
            for item_id, fields in found.items()
            for name, now in fields.items()
            if now.version
        ]

    def _all_fields(self, meeting_id: str) -> list[bytes]:
        return [live_events.field(item_id, name, now) for item_id, name, now in self._fields(meeting_id)]

    def _regions(self, meeting_id: str, audience: Audience, locale: Locale) -> bytes | None:
        """Return the regions as an event; None where drawing failed, since no screen may stop others."""
        try:
            html = self.render(self._running_app, meeting_id, audience, locale)
        except Exception as error:
            logger.error("the regions of a live screen could not be drawn: %s", type(error).__name__)  # noqa: TRY400
            return None
        return live_events.regions(self._clock, html)

    def _entitled(self, viewers: frozenset[Viewer]) -> frozenset[Viewer]:
        """Return who may go on watching; nobody where that cannot be found out."""
        try:
            with self._database.read() as session:
                return frozenset(viewer for viewer in viewers if self._may_watch(session, viewer))
        except Exception as error:
            logger.error("the sessions of live screens could not be read: %s", type(error).__name__)  # noqa: TRY400
            return frozenset()

    def _may_watch(self, session: DbSession, viewer: Viewer) -> bool:
        who = find_session(session=session, clock=self._clock, token=viewer.token)
        if who is None or who.actor.role not in LEADERS:
            return False
        try:
            find_meeting(session, who.actor, viewer.meeting_id)
        except NotFound:
            return False
        return True


def _channel(meeting_id: str, audience: Audience, locale: Locale) -> str:
    return f"{meeting_id}:{audience}:{locale}"
