"""議題と参加者: the agenda of a meeting, who takes part in each item, and calling the meeting."""

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.agenda_changes import move_item, set_planned_minutes, take_up_plan
from agenda.services.agenda_settings import LONGEST_ITEM
from agenda.services.arranging import coming_meetings
from agenda.services.assembly import add_item, drop_item
from agenda.services.items import get_item
from agenda.services.readiness import readiness
from agenda.services.visibility import find_meeting
from agenda.web import participant_pages, preparing_pages
from agenda.web.agenda_views import agenda_page
from agenda.web.participant_views import convene_rows
from agenda.web.preparing_pages import coming_choices
from calendars.services import convene, invitation_gaps
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Purpose, Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.page import Page, render, see_other

READERS = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER)
LEADERS = (Role.SECRETARIAT, Role.CHAIR)
DEFAULT_MINUTES = 15
"""Planned for a matter without a plan where nothing is typed."""


@get("/meetings/{meeting_id:str}", opt=allow(*READERS), sync_to_thread=True)
def show_agenda(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """議題; 会計 goes on to the attendance, which is what they may see."""
    if actor.role is Role.ACCOUNTING:
        with db.read() as session:
            find_meeting(session, actor, meeting_id)
        return see_other(request, f"/meetings/{meeting_id}/attendance")
    return _agenda_page(request, db, clock, actor, meeting_id, Form.filled(request), [])


@post("/meetings/{meeting_id:str}/items", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def add_to_agenda(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題を加える: a plan (due, put off, or 臨時), or a matter without a plan."""
    _ = translator(request)
    try:
        with form.reading():
            plan_id = form.opt_identifier("plan_id", _("プラン"))
            title = form.opt_text("title", _("議題の名前"), longest=200)
            purpose = form.opt_choice("purpose", _("目的"), Purpose) or Purpose.ADJUST
            minutes = form.opt_integer("minutes", _("予定時間"), low=1, high=LONGEST_ITEM)
            if plan_id is None and title is None and not form.error("title"):
                form.fail("title", _("プランを選ぶか、議題の名前を入力してください。"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            if plan_id is not None:
                take_up_plan(
                    session=session,
                    actor=actor,
                    clock=clock,
                    meeting=meeting,
                    plan_id=plan_id,
                    minutes=minutes,
                )
            else:
                add_item(
                    session=session,
                    actor=actor,
                    clock=clock,
                    meeting=meeting,
                    title=title or "",
                    purpose=purpose,
                    minutes=minutes or DEFAULT_MINUTES,
                )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "plan_id")
        return _agenda_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("議題に加えました。参加者を決めてください。")
    return see_other(request, f"/meetings/{meeting_id}", ("success", done))


@post("/meetings/{meeting_id:str}/items/{item_id:str}/move", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def move(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題の順を変える."""
    _ = translator(request)
    way = form.one_of("way", _("向き"), ("up", "down"))
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        view = get_item(session, item_id, meeting.id)
        move_item(session=session, actor=actor, clock=clock, meeting=meeting, view=view, up=way == "up")
    return see_other(request, f"/meetings/{meeting_id}")


@get("/meetings/{meeting_id:str}/items/{item_id:str}", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_item(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
) -> Page:
    """一つの議題の画面: its planned time, and taking it off the agenda."""
    return _item_page(request, db, clock, actor, meeting_id, item_id, None, [])


@post("/meetings/{meeting_id:str}/items/{item_id:str}/drop", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def drop(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題から外す, with a reason."""
    _ = translator(request)
    try:
        with form.reading():
            why = form.text("why", _("外す理由"), longest=500, lines=True)
            push_to = form.opt_identifier("push_to", _("回す先"))
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            view = get_item(session, item_id, meeting.id)
            drop_item(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                view=view,
                why=why,
                push_to=push_to,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "why")
        return _item_page(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    done = _("議題から外しました。見送りの一覧に残っています。")
    if push_to is not None:
        done = _("議題から外し、選んだ会議の議題に入れました。")
    return see_other(request, f"/meetings/{meeting_id}", ("success", done))


@post(
    "/meetings/{meeting_id:str}/items/{item_id:str}/minutes", opt=allow(Role.SECRETARIAT), sync_to_thread=True
)
def change_minutes(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    item_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """予定時間を変える."""
    _ = translator(request)
    try:
        minutes = form.integer("minutes", _("予定時間"), low=1, high=LONGEST_ITEM)
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            view = get_item(session, item_id, meeting.id)
            set_planned_minutes(
                session=session, actor=actor, clock=clock, meeting=meeting, view=view, minutes=minutes
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "minutes")
        return _item_page(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    return see_other(request, f"/meetings/{meeting_id}", ("success", _("予定時間を変えました。")))


# ---- 招集


@get("/meetings/{meeting_id:str}/convene", opt=allow(*LEADERS), sync_to_thread=True)
def show_convening(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """招集の確認: whom it calls, before anything leaves the house."""
    return _convene_page(request, db, clock, actor, meeting_id, [])


@post("/meetings/{meeting_id:str}/convene", opt=allow(*LEADERS), sync_to_thread=True)
def convene_meeting(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """招集する (第5条第1項)."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            convene(session=session, actor=actor, clock=clock, meeting=meeting)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _convene_page(request, db, clock, actor, meeting_id, errors, status=422)
    done = _("招集しました。案内を取り出して、参加者に送ってください。")
    return see_other(request, f"/meetings/{meeting_id}", ("success", done))


route_handlers: list[ControllerRouterHandler] = [
    show_agenda,
    add_to_agenda,
    move,
    show_item,
    drop,
    change_minutes,
    show_convening,
    convene_meeting,
    *participant_pages.route_handlers,
    *preparing_pages.route_handlers,
]


def _agenda_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    form: Form,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "agenda")
        page = agenda_page(session, actor, clock, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "agenda/meeting_agenda.html",
        title=frame_title(_, frame),
        status=status,
        frame=frame,
        agenda=page,
        form=form,
        errors=errors,
        errors_by_field=by_field(errors),
        plans=[(plan.plan_id, f"No.{plan.case} プラン{plan.plan}") for plan in page.plan_choices],
        purposes=[(purpose.value, _(purpose)) for purpose in Purpose],
    )


def _item_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    meeting_id: str,
    item_id: str,
    form: Form | None,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    _ = translator(request)
    with db.read() as session:
        frame = meeting_frame(session, actor, clock, meeting_id, "agenda")
        view = get_item(session, item_id, frame.meeting_id)
        title, minutes = view.title, view.item.planned_minutes
        is_plan = view.plan is not None
        coming = coming_meetings(session, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "agenda/item.html",
        title=title,
        status=status,
        frame=frame,
        item_id=item_id,
        is_plan=is_plan,
        coming=coming_choices(_, coming),
        form=form or Form.filled(request, minutes=minutes),
        minutes=minutes,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _convene_page(
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
        meeting = find_meeting(session, actor, meeting_id)
        people = convene_rows(session, actor, meeting)
        gaps = invitation_gaps(session, meeting)
        ready = readiness(session, meeting)
    return render(
        request,
        "agenda/convene.html",
        title=_("{meeting}を招集する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        people=people,
        gaps=gaps,
        ready=ready,
        errors=errors,
    )
