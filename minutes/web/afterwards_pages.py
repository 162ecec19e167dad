"""事後入力: a meeting held on paper, entered in its order: opening, attendance of everybody, items, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.items import items_of
from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, tokyo
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import AttendanceMode, MeetingStatus, Role
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import DbSession, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.services.afterwards import (
    LONGEST_ABSENCE,
    LONGEST_SOURCE,
    Missing,
    TypedPresence,
    afterwards_of,
    begin_afterwards,
    enter_attendance,
    may_begin_afterwards,
    missing_parts,
)
from minutes.services.attendance import AttendanceView, arrival_notes, attendance_of
from minutes.services.item_context import possible_presiders
from minutes.services.presiding import LEFT_OPEN, LONGEST_DECIDER, stand_ins
from minutes.services.running import records_of
from minutes.web.running_pages import presider_field, refuse_stranger
from minutes.web.running_views import wall_time

LEADERS = (Role.SECRETARIAT, Role.CHAIR)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """出欠の行 of the form; `several` holds the stays of somebody who came more than once: not edited here."""

    person_id: str
    name: str
    organisation: str
    capacity: str
    version: int
    mode: str
    arrived: str
    left: str
    reason: str
    several: tuple[str, ...]
    presides: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """議題の行: what is entered of it."""

    number: int
    title: str
    href: str
    times: str
    outcome: str


@dataclass(frozen=True, slots=True)
class AfterwardsPage:
    """事後入力の画面. `begun` False: the opening is to be entered; `entering` False: nothing more is."""

    can_begin: bool
    begun: bool
    entering: bool
    closed: bool
    source: str
    opened: str
    people: tuple[PersonRow, ...]
    items: tuple[ItemRow, ...]
    missing: tuple[Missing, ...]
    presiders: tuple[tuple[str, str, str], ...]
    planned_time: str

    @property
    def people_missing(self) -> bool:
        """Whether somebody's attendance is still to be entered."""
        return any(not person.mode for person in self.people)

    @property
    def known_presiders(self) -> list[str]:
        """The ids of those who may be named as 議長."""
        return [person_id for person_id, _, _ in self.presiders]


@get("/meetings/{meeting_id:str}/afterwards", opt=allow(*LEADERS), sync_to_thread=True)
def show_afterwards(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """事後入力の画面."""
    return _page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/afterwards", opt=allow(*LEADERS), sync_to_thread=True)
def begin(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """事後入力を始める: what it is entered from, when the meeting was opened and who presided."""
    _ = translator(request)
    try:
        with form.reading():
            source = form.text("source", _("何を見て入力するか"), longest=LONGEST_SOURCE)
            at = form.clock_time("at", _("開会の時刻"))
            presider = form.identifier("presider", _("議長"))
            reason = form.opt_text("reason", _("理由"), longest=500) or ""
            decided_by = form.opt_text("decided_by", _("だれが決めたか"), longest=LONGEST_DECIDER) or ""
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            known = afterwards_page(session, clock, meeting).known_presiders
            refuse_stranger(form, known, presider, _("「議長」を一覧から選び直してください。"))
            begin_afterwards(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                source=source,
                opened_at=_moment(meeting, at),
                presider_id=presider,
                reason=reason,
                decided_by=decided_by,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, _opening_field(refusal))
        return _page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("開会を記録しました。次に、全員の出欠を入れてください。")
    return see_other(request, f"/meetings/{meeting_id}/afterwards", ("success", done))


@post("/meetings/{meeting_id:str}/afterwards/attendance", opt=allow(*LEADERS), sync_to_thread=True)
def enter_everybody(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """全員の出欠を一度に記録する."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            rows = _read_people(request, form, meeting, attendance_of(session, meeting.id))
            enter_attendance(session=session, actor=actor, clock=clock, meeting=meeting, rows=rows)
    except Conflict as conflict:
        errors = [ShownError("", _(conflict.message))]
        return _page(request, db, clock, actor, meeting_id, form, errors, status=409)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("出欠を記録しました。")
    return see_other(request, f"/meetings/{meeting_id}/afterwards#items", ("success", done))


route_handlers: list[ControllerRouterHandler] = [show_afterwards, begin, enter_everybody]


def _opening_field(refusal: Refused) -> str:
    if "何を見て" in refusal.message:
        return "source"
    return "at" if "時刻" in refusal.message else presider_field(refusal)


def _moment(meeting: Meeting, typed: time) -> datetime:
    """Return a time of the meeting's day."""
    return tokyo(meeting.starts_at.astimezone(TOKYO).date(), typed.hour, typed.minute)


def _read_people(
    request: WebRequest, form: Form, meeting: Meeting, views: Sequence[AttendanceView]
) -> list[TypedPresence]:
    """Return what was typed of everybody the form has a row for."""
    _ = translator(request)
    rows = []
    with form.reading():
        for view in views:
            key = view.person.id
            if not form.raw(f"version-{key}"):
                continue
            name = view.person.name
            arrived = form.opt_clock_time(f"arrived-{key}", f"{name} {_('到着')}")
            left = form.opt_clock_time(f"left-{key}", f"{name} {_('退席')}")
            reason = form.opt_text(f"reason-{key}", f"{name} {_('欠席の理由')}", longest=LONGEST_ABSENCE)
            rows.append(
                TypedPresence(
                    person_id=key,
                    mode=form.opt_choice(f"mode-{key}", f"{name} {_('出欠')}", AttendanceMode),
                    arrived_at=_moment(meeting, arrived) if arrived else None,
                    left_at=_moment(meeting, left) if left else None,
                    absence_reason=reason or "",
                    version=form.integer(f"version-{key}", _("版"), low=1, high=10**9),
                )
            )
    return rows


def afterwards_page(session: DbSession, clock: Clock, meeting: Meeting) -> AfterwardsPage:
    """Return the page of a meeting that is entered from paper, or could be."""
    entry = afterwards_of(session, meeting.id)
    entering = entry is not None and meeting.status is MeetingStatus.OPEN
    presiders = [
        *((one.person_id, one.name, one.office) for one in possible_presiders(session, meeting)),
        *((one.person_id, one.name, one.capacity) for one in stand_ins(session, meeting)),
    ]
    return AfterwardsPage(
        can_begin=may_begin_afterwards(session, clock, meeting),
        begun=entry is not None,
        entering=entering,
        closed=meeting.status is MeetingStatus.CLOSED,
        source=entry.source if entry else "",
        opened=wall_time(meeting.opened_at),
        people=tuple(
            _person(session, meeting, view) for view in (attendance_of(session, meeting.id) if entry else ())
        ),
        items=_items(session, meeting) if entry else (),
        missing=tuple(missing_parts(session, meeting)) if entering else (),
        presiders=tuple(presiders),
        planned_time=wall_time(meeting.starts_at),
    )


def _person(session: DbSession, meeting: Meeting, view: AttendanceView) -> PersonRow:
    stay = view.stays[0] if view.stays else None
    unknown = view.attendance.mode is None
    return PersonRow(
        person_id=view.person.id,
        name=view.person.name,
        organisation=view.person.organisation,
        capacity=str(view.attendance.capacity),
        version=view.attendance.version,
        mode=str(view.attendance.mode or ""),
        arrived=wall_time(stay.arrived_at if stay else (meeting.opened_at if unknown else None)),
        left=wall_time(stay.left_at if stay else None),
        reason=view.attendance.absence_reason,
        several=tuple(f"{wall_time(one.arrived_at)}–{wall_time(one.left_at)}" for one in view.stays)
        if len(view.stays) > 1
        else (),
        presides=view.person.id == meeting.presider_id,
        notes=arrival_notes(session, meeting, view.person.id) if view.stays else (),
    )


def _items(session: DbSession, meeting: Meeting) -> tuple[ItemRow, ...]:
    views = items_of(session, meeting.id)
    records = records_of(session, [view.item.id for view in views])
    rows = []
    for number, view in enumerate(views, start=1):
        row = records.get(view.item.id)
        begun = wall_time(row.started_at) if row else ""
        rows.append(
            ItemRow(
                number=number,
                title=view.title,
                href=f"/meetings/{meeting.id}/record?item={view.item.id}",
                times=f"{begun}–{wall_time(row.ended_at) if row else ''}" if begun else "",
                outcome=(row.outcome or "") if row else "",
            )
        )
    return tuple(rows)


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "attendance")
        page = afterwards_page(session, clock, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "minutes/afterwards.html",
        title=f"{frame_title(_, frame)} {_('事後入力')}",
        status=status,
        frame=frame,
        view=page,
        form=form or _first_form(request, page),
        presiders=[(key, f"{name}（{_(label)}）") for key, name, label in page.presiders],
        left_open=_(LEFT_OPEN),
        modes=[(mode.value, _(mode)) for mode in AttendanceMode],
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _first_form(request: WebRequest, page: AfterwardsPage) -> Form:
    people = {
        f"{field}-{person.person_id}": value
        for person in page.people
        for field, value in (
            ("mode", person.mode),
            ("arrived", person.arrived),
            ("left", person.left),
            ("reason", person.reason),
        )
    }
    first = page.presiders[0][0] if page.presiders else None
    return Form.filled(request, at=page.planned_time, presider=first, **people)
