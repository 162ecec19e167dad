"""議題と参加者: the agenda of a meeting, who takes part in each item, and calling the meeting."""

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.agenda_changes import LONGEST_ITEM, move_item, set_planned_minutes, take_up_plan
from agenda.services.assembly import Skip, add_item, assemble_agenda, drop_item, get_item
from agenda.services.visibility import find_meeting
from agenda.web import participant_pages
from agenda.web.agenda_views import (
    ProposalRow,
    agenda_page,
    convene_rows,
    proposal_rows,
)
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
from meetings_app.web.locale import Translator, translator
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
            if plan_id is None and title is None:
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
        why = form.text("why", _("外す理由"), longest=500, lines=True)
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            view = get_item(session, item_id, meeting.id)
            drop_item(session=session, actor=actor, clock=clock, meeting=meeting, view=view, why=why)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "why")
        return _item_page(request, db, clock, actor, meeting_id, item_id, form, errors, status=422)
    done = _("議題から外しました。プランは見送りの一覧に残っています。")
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


# ---- 議題を組む


@get("/meetings/{meeting_id:str}/assemble", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_assembly(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """議題を組む画面: each due plan with a box, ticked unless it lacks consent."""
    return _assembly_page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/assemble", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def assemble(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題を組む: what is not ticked is put off, each with its reason."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            skips = _read_skips(form, request, proposal_rows(session, clock, meeting))
            added = assemble_agenda(session=session, actor=actor, clock=clock, meeting=meeting, skips=skips)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _assembly_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("{n}件を議題に入れ、{m}件を見送りました。").replace("{n}", str(len(added)))
    return see_other(request, f"/meetings/{meeting_id}", ("success", done.replace("{m}", str(len(skips)))))


def _read_skips(form: Form, request: WebRequest, rows: tuple[ProposalRow, ...]) -> list[Skip]:
    """Return what is put off. Only what stood on the form is: a plan due since then is asked about again."""
    _ = translator(request)
    listed, taken = set(form.raws("listed")), set(form.raws("take"))
    skips = []
    with form.reading():
        for row in rows:
            if not row.written:
                continue
            if row.key not in listed:
                form.fail(
                    f"take-{row.key}",
                    _("{plan}が新しく期限のある一覧に入りました。入れるか見送るかを決めてください。").replace(
                        "{plan}", row.title
                    ),
                )
            elif row.key not in taken:
                why = form.opt_text(f"why-{row.key}", _("見送る理由"), longest=500)
                if why is None:
                    sentence = _("{plan}を見送る理由を入力してください。").replace("{plan}", row.title)
                    form.fail(f"why-{row.key}", sentence)
                skips.append(Skip(row.case, row.plan, why or ""))
    return skips


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
    show_assembly,
    assemble,
    show_convening,
    convene_meeting,
    *participant_pages.route_handlers,
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
    return render(
        request,
        "agenda/item.html",
        title=title,
        status=status,
        frame=frame,
        item_id=item_id,
        is_plan=is_plan,
        form=form or Form.filled(request, minutes=minutes),
        minutes=minutes,
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _assembly_page(
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
        frame = meeting_frame(session, actor, clock, meeting_id, "agenda")
        rows = proposal_rows(session, clock, find_meeting(session, actor, meeting_id))
    ticked = {row.key for row in rows if row.consented} if form is None else set(form.raws("take"))
    return render(
        request,
        "agenda/assemble.html",
        title=_("議題を組む"),
        status=status,
        frame=frame,
        rows=rows,
        ticked=ticked,
        form=form or Form.filled(request, **_first_reasons(rows, _)),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _first_reasons(rows: tuple[ProposalRow, ...], _: Translator) -> dict[str, str]:
    """Return the one reason that is plain from the record; whoever puts a plan off may write another."""
    return {f"why-{row.key}": _("同意の記録がないため") for row in rows if not row.consented}


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
    return render(
        request,
        "agenda/convene.html",
        title=_("{meeting}を招集する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        people=people,
        gaps=gaps,
        errors=errors,
    )
