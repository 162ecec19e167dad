"""会議の準備: putting the agenda together, its order, the confirmation by the 委員長, and conflicts of interest."""

from collections.abc import Sequence
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.rules.fitting import Coming
from agenda.services.arranging import reorder
from agenda.services.assembly import Skip, assemble_agenda
from agenda.services.confirmation import confirm_agenda
from agenda.services.conflicts import decide_conflict
from agenda.services.decisions import Decider
from agenda.services.visibility import find_meeting
from agenda.web.preparing_views import AssemblyPage, assembly_page, confirm_page, conflicts_page
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import ConflictAnswer, Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import Translator, locale_of, translator
from meetings_app.web.meeting_frame import frame_title, meeting_frame
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, render, see_other

LEADERS = (Role.SECRETARIAT, Role.CHAIR)


# ---- 議題を組む


@get("/meetings/{meeting_id:str}/assemble", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def show_assembly(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """議題を組む画面: each due plan with a box, ticked where it has consent and the meeting has time for it."""
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
    """議題を組む: what is not ticked is put off with its reason, or goes on to another meeting."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            skips = _read_skips(form, request, assembly_page(session, clock, meeting))
            added = assemble_agenda(session=session, actor=actor, clock=clock, meeting=meeting, skips=skips)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _assembly_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    done = _("{n}件を議題に入れ、{m}件を見送りました。").replace("{n}", str(len(added)))
    return see_other(request, f"/meetings/{meeting_id}", ("success", done.replace("{m}", str(len(skips)))))


def _read_skips(form: Form, request: WebRequest, page: AssemblyPage) -> list[Skip]:
    """Return what is put off. Only what stood on the form is: a plan due since then is asked about again."""
    _ = translator(request)
    listed, taken = set(form.raws("listed")), set(form.raws("take"))
    skips = []
    with form.reading():
        for row in page.rows:
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
                if why is None and not form.error(f"why-{row.key}"):
                    sentence = _("{plan}を見送る理由を入力してください。").replace("{plan}", row.title)
                    form.fail(f"why-{row.key}", sentence)
                push_to = form.opt_identifier(f"to-{row.key}", _("回す先"))
                skips.append(Skip(row.case, row.plan, why or "", push_to))
    return skips


@post("/meetings/{meeting_id:str}/order", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def put_in_order(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """おすすめの順に並べる."""
    _ = translator(request)
    with db.write() as session:
        meeting = find_meeting(session, actor, meeting_id)
        reorder(session=session, actor=actor, clock=clock, meeting=meeting)
    return see_other(
        request, f"/meetings/{meeting_id}", ("success", _("外部の方の待ち時間が少ない順に並べました。"))
    )


# ---- 議題の確認


@get("/meetings/{meeting_id:str}/confirm", opt=allow(*LEADERS), sync_to_thread=True)
def show_confirmation(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """議題の確認の画面."""
    return _confirm_page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/confirm", opt=allow(*LEADERS), sync_to_thread=True)
def confirm(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """議題を確認する, or record that the 委員長 has."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            page = confirm_page(session, actor, clock, meeting)
            with form.reading():
                by, on = _read_decider(form, _, page.deciders, page.own_decider)
                seen = form.text("seen", _("画面の版"), longest=64)
            confirm_agenda(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                confirmed_by_id=by,
                confirmed_on=on,
                seen=seen,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request)
        return _confirm_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    return see_other(request, f"/meetings/{meeting_id}", ("success", _("議題の確認を記録しました。")))


# ---- 利益相反


@get("/meetings/{meeting_id:str}/conflicts", opt=allow(*LEADERS), sync_to_thread=True)
def show_conflicts(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, meeting_id: FromPath[str]
) -> Page:
    """利益相反のおそれの画面."""
    return _conflicts_page(request, db, clock, actor, meeting_id, None, [])


@post("/meetings/{meeting_id:str}/conflicts", opt=allow(*LEADERS), sync_to_thread=True)
def decide_on_conflict(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    meeting_id: FromPath[str],
    form: GivenForm,
) -> Page:
    """利益相反を判断する, or record the decision of the 委員長."""
    _ = translator(request)
    try:
        with db.write() as session:
            meeting = find_meeting(session, actor, meeting_id)
            page = conflicts_page(session, actor, clock, meeting)
            with form.reading():
                item_id = form.identifier("item_id", _("議題"))
                person_id = form.identifier("person_id", _("氏名"))
                answer = form.choice("answer", _("判断"), ConflictAnswer)
                reason = form.text("reason", _("判断の理由"), longest=500)
                by, on = _read_decider(form, _, page.deciders, page.own_decider)
            decide_conflict(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                item_id=item_id,
                person_id=person_id,
                answer=answer,
                reason=reason,
                decided_by_id=by,
                decided_on=on,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "answer")
        return _conflicts_page(request, db, clock, actor, meeting_id, form, errors, status=422)
    return see_other(request, f"/meetings/{meeting_id}/conflicts", ("success", _("判断を記録しました。")))


route_handlers: list[ControllerRouterHandler] = [
    show_assembly,
    assemble,
    put_in_order,
    show_confirmation,
    confirm,
    show_conflicts,
    decide_on_conflict,
]


def coming_choices(
    _: Translator, coming: Sequence[Coming | tuple[str, int, date, int]]
) -> list[tuple[str, str]]:
    """Return the meetings something can go on to, as a select shows them."""
    rows = [
        (one.meeting_id, one.number, one.day, one.free_minutes) if isinstance(one, Coming) else one
        for one in coming
    ]
    return [
        (
            meeting_id,
            _("第{n}回 {day}（残り{m}分）")
            .replace("{n}", str(number))
            .replace("{day}", format_wareki(day, weekday=True))
            .replace("{m}", str(free)),
        )
        for meeting_id, number, day, free in rows
    ]


def _read_decider(
    form: Form, _: Translator, deciders: Sequence[Decider], own: str | None
) -> tuple[str, date]:
    """Return who decided and when. The 委員長 decides in her own name."""
    allowed = [decider.person_id for decider in deciders]
    by = own or form.one_of("decided_by", _("決定した人"), allowed)
    return by, form.day("decided_on", _("決定した日"))


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
        page = assembly_page(session, clock, find_meeting(session, actor, meeting_id))
    ticked = {row.key for row in page.rows if row.consented and row.fits}
    if form is not None:
        ticked = set(form.raws("take"))
    return render(
        request,
        "agenda/assemble.html",
        title=_("議題を組む"),
        status=status,
        frame=frame,
        assembly=page,
        rows=page.rows,
        ticked=ticked,
        coming=coming_choices(_, page.coming),
        form=form or Form.filled(request, **_first_reasons(page, _)),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _first_reasons(page: AssemblyPage, _: Translator) -> dict[str, str]:
    """Return the reasons that are plain from the record; whoever puts a plan off may write another."""
    reasons = {
        f"why-{row.key}": _("同意がないか、撤回されているため") for row in page.rows if not row.consented
    }
    reasons |= {f"why-{row.key}": row.why for row in page.rows if not row.fits}
    return reasons | {f"to-{row.key}": row.push_to for row in page.rows if row.push_to}


def _confirm_page(
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
        page = confirm_page(session, actor, clock, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "agenda/confirm.html",
        title=_("{meeting}の議題を確認する").replace("{meeting}", frame_title(_, frame)),
        status=status,
        frame=frame,
        confirmation=page,
        deciders=[(one.person_id, f"{one.name}（{one.office}）") for one in page.deciders],
        form=form or Form.filled(request, decided_on=typed_day(page.today, locale_of(request))),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _conflicts_page(
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
        page = conflicts_page(session, actor, clock, find_meeting(session, actor, meeting_id))
    return render(
        request,
        "agenda/conflicts.html",
        title=_("利益相反の判断"),
        status=status,
        frame=frame,
        conflicts=page,
        asked=(form.raw("item_id"), form.raw("person_id")) if form else ("", ""),
        deciders=[(one.person_id, f"{one.name}（{one.office}）") for one in page.deciders],
        answers=[(answer.value, _(answer)) for answer in ConflictAnswer],
        form=form or Form.filled(request, decided_on=typed_day(page.today, locale_of(request))),
        errors=errors,
        errors_by_field=by_field(errors),
    )
