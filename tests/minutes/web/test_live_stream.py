"""進行画面の出来事: what reaches the open screens, what never does, and how a stream ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.services.accounts import end_session
from meetings_app.services.audit import record
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.users import User
from minutes.web import live_hub
from tests.agenda.web.demo import open_demo
from tests.minutes.web.live_screens import Drawings, Office, Screen, running
from tests.minutes.web.test_running_pages import COMING, COMING_DAY, HELD, item_id, meeting_id, opened
from tests.own_loop import run_alone
from tests.web_support import Web

SOON = 0.3
"""Seconds after which what would have come has come."""

Play = Callable[[Office], Awaitable[None]]


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting, which is open."""
    web = open_demo(tmp_path, on=COMING_DAY)
    with web.client(Role.SECRETARIAT) as client:
        opened(web, client)
    return web


def play(web: Web, scene: Play, **options: Any) -> None:
    """Run a scene in the running app."""

    async def whole() -> None:
        async with running(web, **options) as office:
            await scene(office)

    run_alone(whole())


async def write(office: Office, value: str, *, field: str = "confirmed", base: int = 0, op: str = "") -> Any:
    sent = {
        "op": op or f"{field}-{base}-{len(value)}",
        "writer": "window",
        "item": item_id(office.web),
        "field": field,
        "base": base,
        "value": value,
    }
    async with office.browser() as browser:
        return await browser.post(f"/meetings/{meeting_id(office.web)}/live/write", json=sent)


def test_a_stream_begins_with_the_time_and_everything(demo: Web) -> None:
    async def scene(office: Office) -> None:
        await write(office, "前から\nある文", op="before")
        screen = office.open(f"/meetings/{meeting_id(demo)}/live/stream", demo.session_of(Role.SECRETARIAT))
        kinds = []
        while "regions" not in kinds or "field" not in kinds:
            event = await asyncio.wait_for(screen.events.get(), 5)
            assert event is not None
            kinds.append(event[0])
            if event[0] == "hello":
                assert event[1] == {"now": 1395991800000}  # 2014-03-28 16:30 in Japan
            if event[0] == "field":
                assert (event[1]["value"], event[1]["version"]) == ("前から\nある文", 1)
            if event[0] == "regions":
                assert event[1] == {"now": 1395991800000, "regions": {"live-head": "desk 1"}}
        assert kinds[0] == "hello"
        assert screen.headers["content-type"].startswith("text/event-stream")
        assert screen.headers["cache-control"] == "no-store"
        assert screen.headers["x-accel-buffering"] == "no"
        assert "default-src 'none'" in screen.headers["content-security-policy"]
        assert screen.headers["x-content-type-options"] == "nosniff"

    play(demo, scene)


def test_a_saved_text_reaches_every_desk_and_no_projector(demo: Web) -> None:
    async def scene(office: Office) -> None:
        desks = [await office.watch(meeting_id(demo)) for _ in range(3)]
        projector = await office.watch(meeting_id(demo), "projector")
        answer = await write(office, "<b>本人の話</b>", op="op-a")
        assert answer.json()["result"] == "saved"
        for desk in desks:
            assert await desk.next("field") == {
                "item": item_id(demo),
                "field": "confirmed",
                "version": 1,
                "value": "<b>本人の話</b>",
                "author": answer.json()["author"],
                "op": "op-a",
            }
        await asyncio.sleep(SOON)
        assert "field" not in projector.waiting()

    play(demo, scene)


def test_an_outcome_is_drawn_for_everybody_and_a_text_for_nobody(demo: Web) -> None:
    async def scene(office: Office) -> None:
        desk = await office.watch(meeting_id(demo))
        projector = await office.watch(meeting_id(demo), "projector")
        await asyncio.sleep(SOON)
        before = len(office.drawings.calls)
        await write(office, "説明した。", field="explanation")
        await desk.next("field")
        await asyncio.sleep(SOON)
        assert len(office.drawings.calls) == before
        while not projector.events.empty():
            projector.events.get_nowait()
        await write(office, "yes", field="follow_up")
        await projector.next("regions")

    play(demo, scene)


def test_what_another_page_changes_is_seen_too(demo: Web) -> None:
    async def scene(office: Office) -> None:
        desk = await office.watch(meeting_id(demo))
        async with office.browser(Role.CHAIR) as browser:
            form = {"version": "0", "outcome": "了承", "discussion": "旧い画面から", "started": "13:00"}
            base = f"/meetings/{meeting_id(demo)}/items/{item_id(demo)}/record"
            saved = await browser.post(base, data=form)
        assert saved.status_code == 303
        got = [await desk.next("field") for _ in range(2)]
        assert {(event["field"], event["value"], event["op"]) for event in got} == {
            ("outcome", "了承", ""),
            ("discussion", "旧い画面から", ""),
        }
        await desk.next("regions")

    play(demo, scene)


def test_a_stream_of_one_meeting_gets_nothing_of_another(demo: Web) -> None:
    with demo.db.write() as session:
        other = Committee(kind=CommitteeKind.REGIONAL, name="別の会議体", municipality="", region="釧路")
        session.add(other)
        session.flush()
        starts = tokyo(COMING_DAY, 9)
        theirs = Meeting(
            committee_id=other.id, number=1, starts_at=starts, ends_at=starts + timedelta(hours=1)
        )
        session.add(theirs)
        session.flush()
        their_id, their_committee = theirs.id, other.id

    async def scene(office: Office) -> None:
        here = await office.watch(meeting_id(demo, HELD))
        beside = await office.watch(meeting_id(demo, HELD), "projector")
        coming = await office.watch(meeting_id(demo, COMING))
        await asyncio.sleep(SOON)
        quiet = [list(screen.waiting()) for screen in (here, beside)]
        await write(office, "この会議だけの文")
        await write(office, "no", field="follow_up")
        assert (await coming.next("field"))["value"] == "この会議だけの文"
        with demo.db.write() as session:
            actor = Actor(name="別の人", role=Role.SECRETARIAT, committee_id=their_committee)
            for subject, subject_id in (("meeting", their_id), ("committee", their_committee)):
                record(
                    session=session,
                    actor=actor,
                    clock=demo.clock,
                    action="変更",
                    subject=subject,
                    subject_id=subject_id,
                )
        await asyncio.sleep(SOON)
        assert [list(screen.waiting()) for screen in (here, beside)] == quiet
        stranger = office.open(f"/meetings/{their_id}/live/stream", demo.session_of(Role.SECRETARIAT))
        await stranger.ended()
        assert stranger.status == 404

    play(demo, scene)


def test_nothing_is_drawn_while_nobody_watches(demo: Web) -> None:
    async def scene(office: Office) -> None:
        await write(office, "yes", field="follow_up")
        await asyncio.sleep(SOON)
        assert office.drawings.calls == []
        screen = await office.watch(meeting_id(demo))
        await screen.leave()
        drawn = len(office.drawings.calls)
        await write(office, "no", field="follow_up", base=1)
        await asyncio.sleep(SOON)
        assert len(office.drawings.calls) == drawn

    play(demo, scene)


def test_many_changes_cost_few_drawings(demo: Web) -> None:
    async def scene(office: Office) -> None:
        screen = await office.watch(meeting_id(demo))
        await asyncio.sleep(SOON)
        before = len(office.drawings.calls)
        for _ in range(100):
            office.hub.touch(meeting_id(demo))
        await screen.next("regions")
        await asyncio.sleep(SOON)
        assert len(office.drawings.calls) - before <= 2

    play(demo, scene)


def test_a_drawing_that_fails_stops_nothing(demo: Web) -> None:
    async def scene(office: Office) -> None:
        screen = await office.watch(meeting_id(demo))
        office.drawings.fails = True
        await write(office, "yes", field="follow_up")
        assert (await screen.next("field"))["value"] == "yes"
        await asyncio.sleep(SOON)
        office.drawings.fails = False
        await write(office, "no", field="follow_up", base=1)
        await screen.next("regions")

    play(demo, scene)


def test_screens_are_counted_and_forgotten(demo: Web) -> None:
    async def scene(office: Office) -> None:
        first = await office.watch(meeting_id(demo))
        second = await office.watch(meeting_id(demo), "projector")
        assert office.hub.screens(meeting_id(demo)) == 2
        assert office.hub.screens(meeting_id(demo, HELD)) == 0
        await second.leave()
        assert await _head(first) == "desk 1"
        await first.leave()
        assert office.hub.screens(meeting_id(demo)) == 0
        assert not any(office.hub.channels._channels.values())

    play(demo, scene)


def test_a_stuck_reader_is_let_go_when_it_leaves(demo: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser takes nothing more and then vanishes: the stream waits in `send`, not for an event."""

    async def stuck(_screen: Screen, message: Any) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    monkeypatch.setattr(Screen, "_send", stuck)

    async def scene(office: Office) -> None:
        screen = office.open(f"/meetings/{meeting_id(demo)}/live/stream", demo.session_of(Role.CHAIR))
        while not office.hub.screens(meeting_id(demo)):
            await asyncio.sleep(0.01)
        await screen.leave()
        assert office.hub.screens(meeting_id(demo)) == 0
        assert not any(office.hub.channels._channels.values())

    play(demo, scene)


def test_too_much_waiting_ends_the_stream(demo: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_hub, "BACKLOG", 5)

    async def scene(office: Office) -> None:
        screen = await office.watch(meeting_id(demo))
        (queue,) = office.hub._rooms[meeting_id(demo)].screens
        assert [queue.put_nowait(b"event: x\ndata: {}\n\n") for _ in range(7)] == [True] * 6 + [False]
        await screen.ended()
        assert office.hub.screens(meeting_id(demo)) == 0

    play(demo, scene)


def expire(web: Web, _token: str) -> None:
    web.clock.forward(hours=13)


def log_out(web: Web, token: str) -> None:
    with web.db.write() as session:
        end_session(session=session, token=token)


def lose_the_role(web: Web, _token: str) -> None:
    with web.db.write() as session:
        session.get_one(User, web.users[Role.CHAIR]).role = Role.MEMBER


def close_the_account(web: Web, _token: str) -> None:
    with web.db.write() as session:
        session.get_one(User, web.users[Role.CHAIR]).is_active = False


def move_to_another_body(web: Web, _token: str) -> None:
    with web.db.write() as session:
        user = session.get_one(User, web.users[Role.CHAIR])
        others = select(Committee.id).where(Committee.id != user.committee_id)
        user.committee_id = session.exec(others).one()


@pytest.mark.parametrize("happens", [expire, log_out, lose_the_role, close_the_account, move_to_another_body])
def test_a_stream_ends_with_what_entitles_to_it(demo: Web, happens: Callable[[Web, str], None]) -> None:
    async def scene(office: Office) -> None:
        token = demo.session_of(Role.CHAIR)
        other = await office.watch(meeting_id(demo), "projector", Role.SECRETARIAT)
        screen = await office.watch(meeting_id(demo), token=token)
        assert "now" in await screen.next("ping")
        happens(demo, token)
        await screen.ended()
        if happens is not expire:
            await other.next("ping")
            assert office.hub.screens(meeting_id(demo)) == 1

    play(demo, scene, ping_seconds=0.1)


def test_every_stream_ends_with_the_app(demo: Web) -> None:
    async def whole() -> None:
        hub = demo.app.state.live
        hub.render = Drawings().render
        async with demo.app.lifespan():
            office = Office(demo, hub, Drawings())
            screens = [await office.watch(meeting_id(demo)) for _ in range(5)]
        for screen in screens:
            await screen.ended()

    run_alone(whole())


@pytest.mark.parametrize("kind", ["live", "projector"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.ACCOUNTING, Role.CITY_OFFICER, Role.REGIONAL])
def test_other_roles_may_not_watch(demo: Web, role: Role, kind: str) -> None:
    async def scene(office: Office) -> None:
        screen = office.open(f"/meetings/{meeting_id(demo)}/{kind}/stream", demo.session_of(role))
        await screen.ended()
        assert screen.status == 403

    play(demo, scene)


def test_without_login_a_stream_is_refused_and_leads_nowhere(demo: Web) -> None:
    async def scene(office: Office) -> None:
        screen = office.open(f"/meetings/{meeting_id(demo)}/live/stream", "nobody")
        await screen.ended()
        assert screen.status == 401
        assert screen.headers["content-type"].startswith("application/json")

    play(demo, scene)


def test_a_change_to_a_person_of_the_meeting_is_drawn(demo: Web) -> None:
    async def scene(office: Office) -> None:
        screen = await office.watch(meeting_id(demo))
        await asyncio.sleep(SOON)
        while not screen.events.empty():
            screen.events.get_nowait()
        with demo.db.write() as session:
            record(
                session=session,
                actor=demo.actor(Role.SECRETARIAT),
                clock=demo.clock,
                action="登録の変更",
                subject="person",
                subject_id=demo.people[Role.CHAIR],
            )
        await screen.next("regions")

    play(demo, scene)


async def _head(screen: Screen) -> str:
    """Return what the last of the regions that came say."""
    await asyncio.sleep(SOON)
    heads = []
    while not screen.events.empty():
        event = screen.events.get_nowait()
        if event and event[0] == "regions":
            heads.append(event[1]["regions"]["live-head"])
    return str(heads[-1])
