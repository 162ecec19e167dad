"""出席: opening a meeting, who came and left, who stood aside for an item, and the confirmation."""

from collections.abc import Collection
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, tokyo
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AttendanceMode, Role
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import mark, translator
from meetings_app.web.meeting_frame import DbSession, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.services.attendance import arrival_notes, arrive, confirm_attendance, leave, mark_absent, recuse
from minutes.services.presiding import LEFT_OPEN, LONGEST_DECIDER
from minutes.services.record_changes import withdraw_absence, withdraw_stay
from minutes.services.running import open_meeting
from minutes.web import record_pages
from minutes.web.running_views import AttendancePage, attendance_page

LEADERS = (Role.SECRETARIAT, Role.CHAIR)
ACTS = ("arrive", "leave", "absent", "withdraw_stay", "withdraw_absence")
ACTS_BY_HAND = (("arrive", mark("到着")), ("leave", mark("退席")), ("absent", mark("欠席")))
MODES = (AttendanceMode.IN_PERSON, AttendanceMode.ONLINE)


@get("/meetings/{meeting_id:str}/attendance", opt=allow(*LEADERS, Role.ACCOUNTING), sync_to_thread=True)
def show_attendance(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """出席."""
    return _page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/open", opt=allow(*LEADERS), sync_to_thread=True)
def open_it(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """開会する under the 委員長, or under a 副委員長 with the reason (第5条第1項・第2項)."""
    _ = translator(request)
    try:
        with form.reading():
            at = form.clock_time("at", _("開会の時刻"))
            presider = form.identifier("presider", _("議長"))
            reason = form.opt_text("reason", _("理由"), longest=500, lines=True)
            decided_by = form.opt_text("decided_by", _("だれが決めたか"), longest=LONGEST_DECIDER) or ""
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            page = attendance_page(session, actor, clock, meeting)
            known = [one.person_id for one in (page.stand_ins if decided_by else page.presiders)]
            refuse_stranger(form, known, presider, _("「議長」を一覧から選び直してください。"))
            day = meeting.starts_at.astimezone(TOKYO).date()
            open_meeting(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                at=tokyo(day, at.hour, at.minute),
                presider_id=presider,
                reason=reason or "",
                decided_by=decided_by,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, presider_field(refusal))
        return _page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("開会を記録しました。出席した人の到着を記録してください。")
    return see_other(request, f"/meetings/{meeting_id}/attendance", ("success", done))


@post("/meetings/{meeting_id:str}/attendance", opt=allow(*LEADERS), sync_to_thread=True)
def record_attendance(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """到着・退席・欠席を記録する, or take one such record back."""
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            _record_one(session, actor, clock, meeting, form, request)
            came = form.raw("act") == "arrive"
            notes = arrival_notes(session, meeting, form.raw("person")) if came else ()
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(request, db, clock, actor, meeting_id, form, errors, status=422)
    person = form.raw("person")
    flash = tuple(("warning", note) for note in notes)
    return see_other(request, f"/meetings/{meeting_id}/attendance#person-{person}", *flash)


@post("/meetings/{meeting_id:str}/recusals", opt=allow(*LEADERS), sync_to_thread=True)
def record_recusal(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """一つの議題からの退席を記録する, with the reason."""
    _ = translator(request)
    try:
        with form.reading():
            item_id = form.identifier("item", _("議題"))
            person_id = form.identifier("recused", _("退席する人"))
            reason = form.text("recusal_reason", _("退席の理由"), longest=200)
        with db.write() as session:
            recuse(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                item_id=item_id,
                person_id=person_id,
                reason=reason,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "recused")
        return _page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("議題からの退席を記録しました。")
    return see_other(request, f"/meetings/{meeting_id}/attendance", ("success", done))


@post("/meetings/{meeting_id:str}/attendance/confirm", opt=allow(*LEADERS), sync_to_thread=True)
def confirm(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """出席を確認する after closing (第7条第2項)."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            confirm_attendance(session=session, actor=actor, clock=clock, meeting=meeting)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _page(request, db, clock, actor, meeting_id, None, errors, status=422)
    done = _("出席を確認しました。支給を判定できます。")
    return see_other(request, f"/meetings/{meeting_id}/attendance", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_attendance,
    open_it,
    record_attendance,
    record_recusal,
    confirm,
    *record_pages.route_handlers,
]


def refuse_stranger(form: Form, known: Collection[str], person_id: str, sentence: str) -> None:
    """Refuse somebody who is not on the list of those who may preside, as a matter of the form."""
    if person_id not in known:
        form.fail("presider", sentence)


def presider_field(refusal: Refused) -> str:
    """Return the field that a service's own sentence about the presider is about."""
    if "だれが決めたか" in refusal.message:
        return "decided_by"
    return "reason" if "理由" in refusal.message else "presider"


def _record_one(
    session: DbSession, actor: Actor, clock: Clock, meeting: Meeting, form: Form, request: WebRequest
) -> None:
    """Do the one thing a button of a row asks for."""
    _ = translator(request)
    with form.reading():
        act = form.one_of("act", _("記録すること"), ACTS)
        person_id = form.identifier("person", _("人"))
        at = _moment(form, request, meeting, clock)
        mode = form.opt_choice("mode", _("出席の方法"), AttendanceMode) or AttendanceMode.IN_PERSON
        reason = form.opt_text("absence", _("欠席の理由"), longest=500) or ""
        stay_id = form.opt_identifier("stay", _("到着の記録")) or ""
    if act == "arrive":
        arrive(
            session=session, actor=actor, clock=clock, meeting=meeting, person_id=person_id, at=at, mode=mode
        )
    elif act == "leave":
        leave(session=session, actor=actor, clock=clock, meeting=meeting, person_id=person_id, at=at)
    elif act == "absent":
        mark_absent(
            session=session, actor=actor, clock=clock, meeting=meeting, person_id=person_id, reason=reason
        )
    elif act == "withdraw_stay":
        withdraw_stay(session=session, actor=actor, clock=clock, meeting=meeting, stay_id=stay_id)
    else:
        withdraw_absence(session=session, actor=actor, clock=clock, meeting=meeting, person_id=person_id)


def _moment(form: Form, request: WebRequest, meeting: Meeting, clock: Clock) -> datetime:
    """Return the time typed, on the meeting's day; now where none was."""
    _ = translator(request)
    typed = form.opt_clock_time("at", _("時刻"))
    if typed is None:
        return clock.now().replace(second=0, microsecond=0)
    day = (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()
    return tokyo(day, typed.hour, typed.minute)


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
        page = attendance_page(session, actor, clock, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "minutes/attendance.html",
        title=f"{frame_title(_, frame)} {_('出席')}",
        status=status,
        frame=frame,
        attendance=page,
        form=form or _first_form(request, page),
        errors=errors,
        errors_by_field=by_field(errors),
        presiders=[(p.person_id, f"{p.name}（{_(p.office)}）") for p in page.presiders],
        stand_ins=[(p.person_id, f"{p.name}（{_(p.capacity)}）") for p in page.stand_ins],
        left_open=_(LEFT_OPEN),
        modes=[{"value": mode.value, "label": _(mode)} for mode in MODES],
        acts=[{"value": act, "label": _(label)} for act, label in ACTS_BY_HAND],
        items=[(item.item_id, item.label) for item in page.items],
    )


def _first_form(request: WebRequest, page: AttendancePage) -> Form:
    chair = next((p.person_id for p in page.presiders if not p.is_deputy), None)
    at = page.time_now if page.is_today else page.planned_time
    return Form.filled(request, at=at, presider=chair)
