"""承認した議事録の訂正: choosing the place, saying what shall stand there and why, approving, withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.visibility import find_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.tables.meetings import Meeting
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import DbSession, frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other
from minutes.rules.places import LONGEST_LABEL, TextPlace
from minutes.rules.writing import LONGEST_TEXT
from minutes.services.amendments import (
    LONGEST_REASON,
    amendable_places,
    approve_amendment,
    enter_amendment,
    return_amendment,
    returned_amendments,
    withdraw_amendment,
)
from minutes.services.reading import presides, reads_all, refuse_unreadable
from minutes.web.minutes_pages import APPROVERS, LEADERS
from minutes.web.minutes_views import amendment_lines

CONCERNED = (*LEADERS, Role.MEMBER)
"""A 副委員長 who presided approves with an account of the role 委員."""


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """箇所のまとまり: the places of one item (`number` None: the general part)."""

    number: int | None
    title: str
    places: tuple[TextPlace, ...]


@get("/meetings/{meeting_id:str}/minutes/amendments", opt=allow(*CONCERNED), sync_to_thread=True)
def show_amendments(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """訂正の一覧: what was corrected, and what waits for the 議長."""
    return _list_page(_Asked(request, db, clock, actor, meeting_id), [])


@get("/meetings/{meeting_id:str}/minutes/amendments/new", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_new(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    filters: GivenFilters,
) -> Page:
    """訂正を起こす画面: the places to choose from, or the one that was chosen."""
    place = filters.opt_text("place", translator(request)("箇所"), longest=LONGEST_LABEL)
    return _new_page(_Asked(request, db, clock, actor, meeting_id), place, None, [])


@post("/meetings/{meeting_id:str}/minutes/amendments", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def enter(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """訂正を起こす. Where the place changed in between, the text that holds now is shown beside what was typed."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, meeting_id)
    place = form.text("place", _("箇所"), longest=LONGEST_LABEL)
    try:
        with form.reading():
            after = form.text("after", _("訂正後"), longest=LONGEST_TEXT, lines=True)
            reason = form.text("reason", _("訂正の理由"), longest=LONGEST_REASON, lines=True)
        with db.write() as session:
            enter_amendment(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                place=place,
                before=form.raw("before"),
                after=after,
                reason=reason,
            )
    except Conflict as conflict:
        return _new_page(asked, place, form, [ShownError("", _(conflict.message))], status=409)
    except Refused as refusal:
        return _new_page(asked, place, form, shown_errors(refusal, request), status=422)
    done = _("訂正を起こしました。議長が承認すると、訂正した版ができます。")
    return see_other(request, f"/meetings/{meeting_id}/minutes/amendments", ("success", done))


@post(
    "/meetings/{meeting_id:str}/minutes/amendments/{amendment_id:str}/approve",
    opt=allow(*APPROVERS),
    sync_to_thread=True,
)
def approve(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    amendment_id: FromPath[str],
) -> Page:
    """訂正を承認する: only the 議長 may; a new edition is issued."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, meeting_id)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            refuse_unreadable(session, actor, meeting)
            edition = approve_amendment(
                session=session, actor=actor, clock=clock, meeting=meeting, amendment_id=amendment_id
            )
            number = edition.number
    except Conflict as conflict:
        return _list_page(asked, [ShownError("", _(conflict.message))], status=409)
    except Refused as refusal:
        return _list_page(asked, shown_errors(refusal, request), status=422)
    done = _("訂正を承認しました。第{n}版を出しました。").replace("{n}", str(number))
    return see_other(request, f"/meetings/{meeting_id}/minutes/amendments", ("success", done))


@post(
    "/meetings/{meeting_id:str}/minutes/amendments/{amendment_id:str}/withdraw",
    opt=allow(Role.SECRETARIAT),
    sync_to_thread=True,
)
def withdraw(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    amendment_id: FromPath[str],
) -> Page:
    """訂正を取り下げる before its approval."""
    _ = translator(request)
    try:
        with db.write() as session:
            withdraw_amendment(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                amendment_id=amendment_id,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _list_page(_Asked(request, db, clock, actor, meeting_id), errors, status=422)
    done = _("訂正を取り下げました。履歴には残ります。")
    return see_other(request, f"/meetings/{meeting_id}/minutes/amendments", ("success", done))


@post(
    "/meetings/{meeting_id:str}/minutes/amendments/{amendment_id:str}/return",
    opt=allow(*APPROVERS),
    sync_to_thread=True,
)
def give_back(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    amendment_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """訂正を差し戻す: only the 議長 may, with the reason."""
    _ = translator(request)
    asked = _Asked(request, db, clock, actor, meeting_id)
    try:
        with db.read() as session:
            refuse_unreadable(session, actor, find_meeting(session, actor, meeting_id))
        with form.reading():
            why = form.text("why", _("差し戻す理由"), longest=LONGEST_REASON, lines=True)
        with db.write() as session:
            return_amendment(
                session=session,
                actor=actor,
                clock=clock,
                meeting=find_meeting(session, actor, meeting_id),
                amendment_id=amendment_id,
                why=why,
            )
    except Refused as refusal:
        where = f"#returning-{amendment_id}"
        errors = [ShownError(error.name, error.text, where) for error in shown_errors(refusal, request)]
        return _list_page(asked, errors, status=422, form=form, returning=amendment_id)
    done = _("訂正を差し戻しました。事務局が直します。")
    return see_other(request, f"/meetings/{meeting_id}/minutes/amendments", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_amendments,
    show_new,
    enter,
    approve,
    give_back,
    withdraw,
]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, and by whom."""

    request: WebRequest
    db: GivenDb
    clock: Clock
    actor: Actor
    meeting_id: str


def _found(session: DbSession, asked: _Asked) -> Meeting:
    """Return the meeting for somebody who reads every item. Raises NotFound."""
    meeting = find_meeting(session, asked.actor, asked.meeting_id)
    if not reads_all(asked.actor, meeting):
        raise NotFound("訂正の画面は、事務局と議長が使います。議事録の画面で、訂正された内容を読めます。")
    return meeting


def _list_page(
    asked: _Asked,
    errors: list[ShownError],
    *,
    status: int = 200,
    form: Form | None = None,
    returning: str = "",
) -> Page:
    _ = translator(asked.request)
    with asked.db.read() as session:
        meeting = _found(session, asked)
        frame = meeting_frame(session, asked.actor, asked.clock, asked.meeting_id, "minutes")
        amendable_places(session, meeting)  # refuses before the approval
        lines = amendment_lines(session, meeting)
        returned = returned_amendments(session, meeting.id)
        approves = presides(asked.actor, meeting)
    return render(
        asked.request,
        "minutes/amendments.html",
        title=f"{frame_title(_, frame)} {_('議事録の訂正')}",
        status=status,
        frame=frame,
        waiting=[line for line in lines if line.approved_at is None],
        approved=[line for line in lines if line.approved_at is not None],
        returned=returned,
        form=form or Form.filled(asked.request),
        returning=returning,
        longest=LONGEST_REASON,
        approves=approves,
        enters=asked.actor.role is Role.SECRETARIAT,
        errors=errors,
    )


def _new_page(
    asked: _Asked, place: str | None, form: Form | None, errors: list[ShownError], *, status: int = 200
) -> Page:
    _ = translator(asked.request)
    with asked.db.read() as session:
        meeting = _found(session, asked)
        frame = meeting_frame(session, asked.actor, asked.clock, asked.meeting_id, "minutes")
        places = amendable_places(session, meeting)
    chosen = next((one for one in places if one.label == place), None)
    if place is not None and chosen is None:
        raise NotFound("この箇所は議事録にありません。訂正の画面で、箇所を選び直してください。")
    return render(
        asked.request,
        "minutes/amendment_new.html",
        title=_("議事録を訂正する"),
        status=status,
        frame=frame,
        frame_name=frame_title(_, frame),
        groups=_groups(places) if chosen is None else (),
        chosen=chosen,
        form=form or Form.filled(asked.request, after=chosen.text if chosen else ""),
        longest=LONGEST_REASON,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _groups(places: Sequence[TextPlace]) -> tuple[PlaceGroup, ...]:
    """Return the places by item, the general part first; an item's own title stands over its places."""
    numbers = list(dict.fromkeys(place.item for place in places))
    return tuple(
        PlaceGroup(
            number,
            next((place.text for place in places if place.item == number and number), ""),
            tuple(place for place in places if place.item == number),
        )
        for number in numbers
    )
