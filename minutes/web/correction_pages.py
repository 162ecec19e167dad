"""出席の訂正: one person's attendance put right after its confirmation, with the reason."""

from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, tokyo
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import AttendanceMode, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import Translator, translator
from meetings_app.web.meeting_frame import DbSession, MeetingFrame, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.services.attendance import get_attendance
from minutes.services.attendance_corrections import LONGEST_REASON, Presence, correct_attendance
from minutes.services.minutes import minutes_status
from minutes.tables import MinutesStatus
from minutes.web.running_views import wall_time

MODES = tuple(AttendanceMode)


@dataclass(frozen=True, slots=True)
class AttendanceToCorrect:
    """訂正する出席, as it stands on record now."""

    person_id: str
    name: str
    organisation: str
    capacity: str
    presence: Presence
    version: int
    opened: datetime
    closed: datetime
    approved: bool


@get(
    "/meetings/{meeting_id:str}/attendance/{person_id:str}/correction",
    opt=allow(Role.SECRETARIAT),
    sync_to_thread=True,
)
def show_correction(
    request: WebRequest,
    meeting_id: FromPath[str],
    person_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
) -> Page:
    """出席を訂正する画面."""
    return _page(_Asked(request, db, clock, actor, meeting_id, person_id), None, [])


@post(
    "/meetings/{meeting_id:str}/attendance/{person_id:str}/correction",
    opt=allow(Role.SECRETARIAT),
    sync_to_thread=True,
)
def save_correction(
    request: WebRequest,
    meeting_id: FromPath[str],
    person_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """出席を訂正する. Where somebody was first, the new record is shown beside what was typed."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, meeting_id, person_id)
    try:
        with form.reading():
            mode = form.choice("mode", _("出席の方法"), AttendanceMode)
            arrived = form.opt_clock_time("arrived", _("到着の時刻"))
            left = form.opt_clock_time("left", _("退席の時刻"))
            reason = form.text("reason", _("訂正の理由"), longest=LONGEST_REASON, lines=True)
            version = form.integer("version", _("版"))
            mistaken = form.checked("stamps_mistaken")
        if mode is AttendanceMode.ABSENT:
            arrived = left = None  # the page comes with the times on record: an absence has none
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            day = _opened(meeting).astimezone(TOKYO).date()
            correct_attendance(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                person_id=person_id,
                mode=mode,
                arrived_at=tokyo(day, arrived.hour, arrived.minute) if arrived else None,
                left_at=tokyo(day, left.hour, left.minute) if left else None,
                reason=reason,
                version=version,
                stamps_mistaken=mistaken,
            )
    except Conflict as conflict:
        return _page(asked, form, [ShownError("", _(conflict.message))], status=409)
    except Refused as refusal:
        return _page(asked, form, shown_errors(refusal, request), status=422)
    done = _("出席を訂正しました。支給を判定してあれば、支給の「訂正の候補」に出ます。")
    return see_other(request, f"/meetings/{meeting_id}/attendance#person-{person_id}", ("success", done))


route_handlers: list[ControllerRouterHandler] = [show_correction, save_correction]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose attendance is asked for, and by whom."""

    request: WebRequest
    db: GivenDb
    clock: Clock
    actor: Actor
    meeting_id: str
    person_id: str


def _opened(meeting: Meeting) -> datetime:
    return meeting.opened_at or meeting.starts_at


def _load(session: DbSession, asked: _Asked) -> tuple[MeetingFrame, AttendanceToCorrect]:
    """Return what the page shows. Raises Refused before the attendance is confirmed, NotFound for strangers."""
    frame = meeting_frame(session, asked.actor, asked.clock, asked.meeting_id, "attendance")
    meeting = find_meeting(session, asked.actor, asked.meeting_id)
    view = get_attendance(session, meeting.id, asked.person_id)
    if meeting.closed_at is None or meeting.attendance_confirmed_at is None:
        raise Refused("出席の訂正は、閉会して出席を確認した後に行います。先に出席を確認してください。")
    attendance = view.attendance
    return frame, AttendanceToCorrect(
        person_id=view.person.id,
        name=view.person.name,
        organisation=view.person.organisation,
        capacity=attendance.capacity,
        presence=Presence(
            attendance.mode,
            tuple((stay.arrived_at, stay.left_at) for stay in view.stays),
            attendance.absence_reason,
        ),
        version=attendance.version,
        opened=_opened(meeting),
        closed=meeting.closed_at,
        approved=minutes_status(session, meeting.id) is MinutesStatus.APPROVED,
    )


def _page(asked: _Asked, form: Form | None, errors: list[ShownError], *, status: int = 200) -> Page:
    _ = translator(asked.request)
    with asked.db.read() as session:
        frame, shown = _load(session, asked)
    return render(
        asked.request,
        "minutes/attendance_correction.html",
        title=_("{name}の出席を訂正する").replace("{name}", shown.name),
        status=status,
        frame=frame,
        frame_name=frame_title(_, frame),
        shown=shown,
        form=form or _stored_form(asked.request, shown),
        modes=_modes(_),
        longest=LONGEST_REASON,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _modes(_: Translator) -> list[dict[str, str]]:
    return [{"value": mode.value, "label": _(mode)} for mode in MODES]


def _stored_form(request: WebRequest, shown: AttendanceToCorrect) -> Form:
    """Return the form as it stands on record; several stays are kept unless times are typed."""
    arrived, left = shown.presence.stays[0] if len(shown.presence.stays) == 1 else (None, None)
    return Form.filled(
        request,
        mode=shown.presence.mode,
        arrived=wall_time(arrived) or None,
        left=wall_time(left) or None,
    )
