"""会議: the list, planning a new meeting, changing its time or place, cancelling it, adding a venue."""

from dataclasses import dataclass
from datetime import date, datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.carrying import place_waiting
from agenda.services.items import items_of
from agenda.services.visibility import SEES_ALL, find_meeting, visible_items, visible_meetings
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today, tokyo
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import CommitteeKind, District, MeetingStatus, Role
from meetings_app.db.engine import Database
from meetings_app.services.committees import get_committee
from meetings_app.services.meetings import cancel_meeting, move_meeting, plan_meeting, venue_of
from meetings_app.services.minted import is_made
from meetings_app.services.venues import get_venue, list_venues, register_venue
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import MINTED, SENT_BEFORE, Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession, frame_title, meeting_frame
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, render, see_other

VIEWERS = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER)
DISTRICTS = tuple(District)

STATUS_TONES = {
    MeetingStatus.PREPARING: ("neutral", "pencil"),
    MeetingStatus.CONVENED: ("neutral", "calendar"),
    MeetingStatus.OPEN: ("ok", "ring-dot"),
    MeetingStatus.CLOSED: ("neutral", "check"),
    MeetingStatus.CANCELLED: ("off", "x"),
}
"""Colour and shape of each stage."""


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """会議の行 of the list. `items` None: this reader is not told."""

    meeting_id: str
    number: int
    day: date
    starts_at: datetime
    ends_at: datetime
    venue: str | None
    status: MeetingStatus
    tone: str
    icon: str
    items: int | None


@dataclass(frozen=True, slots=True)
class TimeAndPlace:
    """日時と会場, as typed and checked."""

    starts_at: datetime
    ends_at: datetime
    venue_id: str | None


@get("/meetings", opt=allow(*VIEWERS), sync_to_thread=True)
def show_meetings(request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor) -> Page:
    """会議の一覧: coming ones first, then those that are over."""
    _ = translator(request)
    with db.read() as session:
        lines = [_line(session, actor, meeting) for meeting in visible_meetings(session, actor)]
    coming = [line for line in lines if _is_coming(line, today(clock))]
    return render(
        request,
        "meetings.html",
        title=_("会議"),
        coming=coming[::-1],
        past=[line for line in lines if line not in coming],
        can_plan=actor.role is Role.SECRETARIAT,
        sees_actions=actor.role in (Role.SECRETARIAT, Role.CHAIR),
    )


@get("/meetings/new", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_new_meeting(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """会議を予定する画面."""
    return _form_page(request, db, actor, Form.filled(request), [])


@post("/meetings/new", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def create_meeting(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """会議を予定する."""
    _ = translator(request)
    try:
        minted = form.minted_id()
        when = _read_time_and_place(form, request)
        with db.write() as session:
            if is_made(session, Meeting, minted):
                find_meeting(session, actor, minted)
                return see_other(request, f"/meetings/{minted}", ("info", _(SENT_BEFORE)))
            _check_venue(session, when.venue_id)
            plan_meeting(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                starts_at=when.starts_at,
                ends_at=when.ends_at,
                venue_id=when.venue_id,
                meeting_id=minted,
            )
            carried = place_waiting(
                session=session, actor=actor, clock=clock, committee_id=actor.committee_id
            )
    except Refused as refusal:
        return _form_page(request, db, actor, form, shown_errors(refusal, request, "ends"), status=422)
    done = _("会議を予定しました。次に議題を組んでください。")
    if carried:
        done = _("会議を予定し、持ち越しの議題{n}件を入れました。続けて議題を組んでください。").replace(
            "{n}", str(len(carried))
        )
    return see_other(request, f"/meetings/{minted}", ("success", done))


@get("/meetings/{meeting_id:str}/edit", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_edit(request: WebRequest, db: GivenDb, actor: GivenActor, meeting_id: FromPath[str]) -> Page:
    """日時・会場を変える画面."""
    with db.read() as session:
        form = _stored_form(request, find_meeting(session, actor, meeting_id))
    return _form_page(request, db, actor, form, [], meeting_id=meeting_id)


def _stored_form(request: WebRequest, meeting: Meeting) -> Form:
    begins, ends = meeting.starts_at.astimezone(TOKYO), meeting.ends_at.astimezone(TOKYO)
    return Form.filled(
        request,
        day=typed_day(begins.date(), locale_of(request)),
        starts=f"{begins:%H:%M}",
        ends=f"{ends:%H:%M}",
        venue=meeting.venue_id,
        version=meeting.version,
    )


@post("/meetings/{meeting_id:str}/edit", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def change_meeting(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """日時・会場を変える."""
    _ = translator(request)
    try:
        when = _read_time_and_place(form, request)
        version = form.integer("version", _("版"))
        with db.write() as session:
            _check_venue(session, when.venue_id)
            move_meeting(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                starts_at=when.starts_at,
                ends_at=when.ends_at,
                venue_id=when.venue_id,
                version=version,
            )
            place_waiting(session=session, actor=actor, clock=clock, committee_id=actor.committee_id)
    except Conflict:
        return _stale_page(request, db, actor, form, meeting_id)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "ends")
        return _form_page(request, db, actor, form, errors, meeting_id=meeting_id, status=422)
    return see_other(request, f"/meetings/{meeting_id}", ("success", _("日時・会場を変えました。")))


def _stale_page(request: WebRequest, db: Database, actor: Actor, typed: Form, meeting_id: str) -> Page:
    """Show what somebody else saved meanwhile beside what was typed, which stays in the fields."""
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id)
        stored = _stored_form(request, meeting)
        venue = venue_of(session, meeting)
    place = venue.name if venue else translator(request)("まだ決めない")
    names = ("day", "starts", "ends", "venue")
    kept = Form.filled(request, version=stored.raw("version"), **{name: typed.raw(name) for name in names})
    said = f"{stored.raw('day')} {stored.raw('starts')}–{stored.raw('ends')} {place}"
    return _form_page(request, db, actor, kept, [], meeting_id=meeting_id, status=409, stored=said)


@get("/meetings/{meeting_id:str}/cancel", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_cancel(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """中止の確認."""
    return _cancel_page(request, db, clock, actor, meeting_id, [])


@post("/meetings/{meeting_id:str}/cancel", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def cancel(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """会議を中止する."""
    _ = translator(request)
    try:
        version = form.integer("version", _("版"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            convened = meeting.convened_at is not None
            cancel_meeting(session=session, actor=actor, clock=clock, meeting=meeting, version=version)
            place_waiting(session=session, actor=actor, clock=clock, committee_id=meeting.committee_id)
    except Refused as refusal:
        return _cancel_page(request, db, clock, actor, meeting_id, shown_errors(refusal, request), status=422)
    done = _("会議を中止しました。")
    if convened:
        done = _("会議を中止しました。取消しの案内を取り出して、参加者に送ってください。")
    return see_other(request, f"/meetings/{meeting_id}", ("success", done))


@post("/venues", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def create_venue(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """会場を登録する, and go on with the form it was missing in, which keeps what was typed."""
    _ = translator(request)
    meeting_id = form.opt_identifier("meeting_id", _("会議"))
    try:
        with form.reading():
            name = form.text("venue_name", _("会場の名前"), longest=200)
            district = form.choice("district", _("地区"), District)
        with db.write() as session:
            venue = register_venue(session=session, actor=actor, clock=clock, name=name, district=district)
            venue_id = venue.id
    except Refused as refusal:
        errors = shown_errors(refusal, request, "venue_name")
        return _form_page(request, db, actor, form, errors, meeting_id=meeting_id, status=422)
    kept = Form.filled(
        request,
        venue=venue_id,
        **{name: form.raw(name) for name in ("day", "starts", "ends", "version", MINTED)},
    )
    flash = ("success", _("会場を登録しました。続けて日時を決めてください。"))
    return _form_page(request, db, actor, kept, [], meeting_id=meeting_id, flash=[flash])


route_handlers: list[ControllerRouterHandler] = [
    show_meetings,
    show_new_meeting,
    create_meeting,
    show_edit,
    change_meeting,
    show_cancel,
    cancel,
    create_venue,
]


def _line(session: DbSession, actor: Actor, meeting: Meeting) -> MeetingLine:
    venue = venue_of(session, meeting)
    tone, icon = STATUS_TONES[meeting.status]
    return MeetingLine(
        meeting_id=meeting.id,
        number=meeting.number,
        day=meeting.starts_at.astimezone(TOKYO).date(),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        venue=venue.name if venue else None,
        status=meeting.status,
        tone=tone,
        icon=icon,
        items=_item_count(session, actor, meeting),
    )


def _item_count(session: DbSession, actor: Actor, meeting: Meeting) -> int | None:
    """Return how many items the reader would see; 会計 is told the number, never what they are about."""
    if actor.role in SEES_ALL or actor.role is Role.ACCOUNTING:
        return len(items_of(session, meeting.id))
    return len(visible_items(session, actor, meeting.id))


def _is_coming(line: MeetingLine, on: date) -> bool:
    over = line.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)
    return line.status is MeetingStatus.OPEN or (line.day >= on and not over)


def _read_time_and_place(form: Form, request: WebRequest) -> TimeAndPlace:
    _ = translator(request)
    with form.reading():
        day = form.day("day", _("開催日"))
        starts = form.clock_time("starts", _("開始"))
        ends = form.clock_time("ends", _("終了"))
        venue_id = form.opt_identifier("venue", _("会場"))
        if not form.errors and ends <= starts:
            form.fail("ends", _("終了の時刻が開始より前です。終了を開始より後にしてください。"))
    return TimeAndPlace(tokyo(day, starts.hour, starts.minute), tokyo(day, ends.hour, ends.minute), venue_id)


def _check_venue(session: DbSession, venue_id: str | None) -> None:
    """Refuse a venue that is not on the list, as a matter of the form."""
    if venue_id is None:
        return
    try:
        get_venue(session, venue_id)
    except NotFound as unknown:
        raise Refused(unknown.message) from None


def _form_page(
    request: WebRequest,
    db: Database,
    actor: Actor,
    form: Form,
    errors: list[ShownError],
    *,
    meeting_id: str | None = None,
    status: int = 200,
    flash: list[tuple[str, str]] | None = None,
    stored: str = "",
) -> Page:
    _ = translator(request)
    with db.read() as session:
        meeting = find_meeting(session, actor, meeting_id) if meeting_id else None
        number = meeting.number if meeting else None
        convened = meeting is not None and meeting.convened_at is not None
        regional = get_committee(session, actor.committee_id).kind is CommitteeKind.REGIONAL
        venues = [(venue.id, f"{venue.name}（{_(venue.district)}）") for venue in list_venues(session)]
    return render(
        request,
        "meeting_form.html",
        title=_("日時・会場を変える") if meeting_id else _("会議を予定する"),
        status=status,
        form=form,
        minted=form.shown_id(),
        errors=errors,
        errors_by_field=by_field(errors),
        meeting_id=meeting_id,
        number=number,
        convened=convened,
        regional=regional,
        venues=venues,
        districts=[(district.value, _(district)) for district in DISTRICTS],
        flash=flash or [],
        stored=stored,
    )


def _cancel_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "agenda")
    name = frame_title(_, frame)
    return render(
        request,
        "meeting_cancel.html",
        title=_(mark("{meeting}を中止する")).replace("{meeting}", name),
        status=status,
        frame=frame,
        errors=errors,
    )
