"""Routes of this package: scheduling and the invitation's file."""

from datetime import date, datetime, time

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from calendars.services import (
    Poll,
    answer_slots,
    choose_slot,
    invitation,
    offer_slots,
    open_meetings,
    own_invitation,
    read_poll,
)
from calendars.web.views import answer_rows, is_asked, named, poll_line, poll_page
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Answer, MeetingStatus, Role
from meetings_app.services.meetings import get_meeting, venue_of
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import Translator, locale_of, translator
from meetings_app.web.page import Page, download, render, see_other

NEW_SLOTS = 3
"""How many candidate slots one form takes."""

POLLERS = (Role.SECRETARIAT, Role.CHAIR, Role.MEMBER)
LEADERS = (Role.SECRETARIAT, Role.CHAIR)


@get("/scheduling", opt=allow(*POLLERS), sync_to_thread=True)
def show_polls(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """日程調整の一覧: meetings before their opening; a 委員 sees those in which they are asked."""
    _ = translator(request)
    with db.read() as session:
        polls = [
            (meeting, read_poll(session, meeting)) for meeting in open_meetings(session, actor.committee_id)
        ]
        lines = [
            poll_line(meeting, poll, _, locale_of(request))
            for meeting, poll in polls
            if actor.role in LEADERS or is_asked(poll, actor.person_id)
        ]
        waiting = sum(
            any(person.id == actor.person_id for person in poll.waiting) for _meeting, poll in polls
        )
    return render(
        request,
        "calendars/polls.html",
        title=_("日程調整"),
        lines=lines,
        own_waiting=waiting,
        leads=actor.role in LEADERS,
    )


@get("/scheduling/{meeting_id:str}", opt=allow(*POLLERS), sync_to_thread=True)
def show_poll(
    request: WebRequest, meeting_id: FromPath[str], filters: GivenFilters, db: GivenDb, actor: GivenActor
) -> Page:
    """日程調整 of one meeting: the grid for those who lead, the own answers for a 委員."""
    person_id = filters.raw("person") if actor.role is Role.SECRETARIAT else (actor.person_id or "")
    return _poll_page(request, db, actor, meeting_id, person_id, form=None, errors=[], status=200)


@post("/scheduling/{meeting_id:str}/answers", opt=allow(*POLLERS), sync_to_thread=True)
def record_answers(
    request: WebRequest,
    meeting_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """日程に答える for oneself; the 事務局 may record anybody's answer."""
    _ = translator(request)
    for_others = actor.role is Role.SECRETARIAT
    person_id = form.raw("person") if for_others else (actor.person_id or "")
    try:
        with form.reading():
            answers = _answers(form, _)
            if for_others:
                person_id = form.identifier("person", _("回答した人"))
        with db.write() as session:
            answer_slots(
                session=session,
                actor=actor,
                clock=clock,
                meeting=get_meeting(session, meeting_id, actor.committee_id),
                person_id=person_id,
                answers=answers,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _poll_page(request, db, actor, meeting_id, person_id, form=form, errors=errors, status=422)
    return see_other(request, f"/scheduling/{meeting_id}", ("success", _("回答を記録しました。")))


@post("/scheduling/{meeting_id:str}/slots", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def add_slots(
    request: WebRequest,
    meeting_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """候補の日時を出す."""
    _ = translator(request)
    try:
        with form.reading():
            times = _times(form, _)
        with db.write() as session:
            meeting = get_meeting(session, meeting_id, actor.committee_id)
            offer_slots(session=session, actor=actor, clock=clock, meeting=meeting, times=times)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "day1")
        return _poll_page(request, db, actor, meeting_id, "", form=form, errors=errors, status=422)
    done = _("候補を{n}枠出しました。").replace("{n}", str(len(times)))
    return see_other(request, f"/scheduling/{meeting_id}", ("success", done))


@post("/scheduling/{meeting_id:str}/choice", opt=allow(*LEADERS), sync_to_thread=True)
def choose(
    request: WebRequest,
    meeting_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """候補に決める: the slot becomes the meeting's time."""
    _ = translator(request)
    try:
        slot_id = form.identifier("slot", _("候補"))
        with db.write() as session:
            meeting = get_meeting(session, meeting_id, actor.committee_id)
            choose_slot(session=session, actor=actor, clock=clock, meeting=meeting, slot_id=slot_id)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _poll_page(request, db, actor, meeting_id, "", form=None, errors=errors, status=422)
    done = _("会議の日時を決めました。招集は会議の画面で行います。")
    return see_other(request, f"/scheduling/{meeting_id}", ("success", done))


@get(
    "/meetings/{meeting_id:str}/invitation.ics",
    opt=allow(Role.SECRETARIAT, Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER),
    sync_to_thread=True,
)
def download_invitation(
    request: WebRequest, meeting_id: FromPath[str], db: GivenDb, actor: GivenActor
) -> Response[bytes]:
    """案内 (iCalendar) of a convened meeting: everybody for those who lead, oneself alone for the others."""
    _ = translator(request)
    with db.read() as session:
        meeting = get_meeting(session, meeting_id, actor.committee_id)
        leads = actor.role in LEADERS
        content = invitation(session, meeting) if leads else own_invitation(session, meeting, actor.person_id)
        method = "CANCEL" if meeting.status is MeetingStatus.CANCELLED else "REQUEST"
        name = _("第{n}回の案内").replace("{n}", str(meeting.number))
    return download(content, f"{name}.ics", f"text/calendar; method={method}")


route_handlers: list[ControllerRouterHandler] = [
    show_polls,
    show_poll,
    record_answers,
    add_slots,
    choose,
    download_invitation,
]


def _answers(form: Form, _: Translator) -> dict[str, Answer]:
    """Return the answers by slot id; unknown slots are the service's matter."""
    fields = [name for name in form.fields.texts if name.startswith("answer-")]
    chosen = {name: form.opt_choice(name, _("回答"), Answer) for name in fields}
    return {name.removeprefix("answer-"): answer for name, answer in chosen.items() if answer is not None}


def _times(form: Form, _: Translator) -> list[tuple[datetime, datetime]]:
    """Return the slots that were filled in; the first one must be."""
    times = []
    for place in range(1, NEW_SLOTS + 1):
        names = [f"{part}{place}" for part in ("day", "start", "end")]
        if place > 1 and not any(form.raw(name).strip() for name in names):
            continue
        day = form.day(names[0], _("日"))
        starts = form.clock_time(names[1], _("開始"))
        ends = form.clock_time(names[2], _("終了"))
        times.append((_moment(day, starts), _moment(day, ends)))
    return times


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TOKYO)


def _poll_page(
    request: WebRequest,
    db: GivenDb,
    actor: Actor,
    meeting_id: str,
    person_id: str,
    *,
    form: Form | None,
    errors: list[ShownError],
    status: int,
) -> Page:
    _ = translator(request)
    leads = actor.role in LEADERS
    with db.read() as session:
        meeting = get_meeting(session, meeting_id, actor.committee_id)
        poll = read_poll(session, meeting)
        if not leads and not is_asked(poll, actor.person_id):
            raise NotFound(_("この会議は見つかりません。会議の一覧から選び直してください。"))
        view = poll_page(meeting, poll, venue_of(session, meeting), _, locale_of(request))
        rows = answer_rows(poll, person_id) if _may_answer(poll, person_id) else ()
    typed = form or Form.filled(request)
    return render(
        request,
        "calendars/poll.html" if leads else "calendars/own_poll.html",
        title=view.title,
        status=status,
        view=view,
        answers=[{"row": row, "value": typed.raw(row.field) or row.value} for row in rows],
        person={"id": person_id, "name": named(view.choices, person_id)},
        own=bool(person_id) and person_id == actor.person_id,
        may_offer=actor.role is Role.SECRETARIAT,
        new_slots=[
            {name: typed.raw(f"{name}{place}") for name in ("day", "start", "end")} | {"place": place}
            for place in range(1, NEW_SLOTS + 1)
        ],
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _may_answer(poll: Poll, person_id: str) -> bool:
    return bool(person_id) and is_asked(poll, person_id)
