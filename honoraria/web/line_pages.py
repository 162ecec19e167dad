"""支給の行: 個別決定, 辞退, assessing a line again, and corrections taken into a draft."""

from collections.abc import Callable
from dataclasses import replace

from litestar import post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from honoraria.rules.answers import ENTERED, Answer
from honoraria.rules.sheet import Ruling
from honoraria.services.corrections import drop_correction, take_correction
from honoraria.services.decisions import Read, answers_of, decide
from honoraria.services.runs import get_run
from honoraria.services.settlements import LARGEST, decline, reassess, withdraw_declination
from honoraria.tables import PayRun
from honoraria.web.closing_views import RECORDS, run_href
from honoraria.web.decision_views import FIELDS, field_id
from honoraria.web.run_pages import RefusedLine, sheet_page
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.locale import Translator, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page, see_other

LINE = "/honoraria/runs/{run_id:str}/lines/{attendance_id:str}"
SINGLE = mark("個別に決めた額")
"""What a decision is called whose amounts were typed."""

OWN_FIELDS = (*FIELDS, "note", "declared_on", "withdraw_reason")
Change = Callable[[DbSession, PayRun], object]


@post(f"{LINE}/decision", opt=allow(*RECORDS), sync_to_thread=True)
def record_decision(
    request: WebRequest,
    run_id: FromPath[str],
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """判断を記録する: an answer with its amounts, or amounts that were typed; always with a reason and a name."""
    _ = translator(request)
    read = Read(form.raw("assessment"), form.raw("known"))

    def change(session: DbSession, run: PayRun) -> None:
        ruling = _ruling(form, answers_of(session, run, attendance_id, read), _)
        decide(
            session=session,
            actor=actor,
            clock=clock,
            run=run,
            attendance_id=attendance_id,
            read=read,
            ruling=ruling,
        )

    return _changed(
        request, db, actor, clock, run_id, attendance_id, form, change, _("判断を記録しました。"), "answer"
    )


def _ruling(form: Form, found: tuple[Answer, ...], _: Translator) -> Ruling:
    """Return the decision that was typed. Raises InvalidForm."""
    by_label = {one.label: one for one in found}
    with form.reading():
        chosen = by_label.get(form.one_of("answer", _("選べる判断"), list(by_label)))
        honorarium, travel = _amounts(form, chosen, _)
        return Ruling(
            label=chosen.label if chosen and chosen.line else SINGLE,
            honorarium=honorarium,
            travel=travel,
            reason=form.text("reason", _("理由"), longest=500),
            decided_by=form.text("decided_by", _("決定した人"), longest=100),
            decided_on=form.day("decided_on", _("決定した日")),
        )


def _amounts(form: Form, chosen: Answer | None, _: Translator) -> tuple[int, int]:
    if chosen is None:
        return 0, 0
    if chosen.line is not None and chosen.label != ENTERED:
        return chosen.honorarium or 0, chosen.travel or 0
    return (
        form.integer("honorarium", _("報酬"), high=LARGEST),
        form.integer("travel", _("旅費"), high=LARGEST),
    )


@post(f"{LINE}/decline", opt=allow(*RECORDS), sync_to_thread=True)
def record_refusal(
    request: WebRequest,
    run_id: FromPath[str],
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """辞退を記録する, by the day of the person's own letter."""
    _ = translator(request)

    def change(session: DbSession, run: PayRun) -> None:
        with form.reading():
            declared_on = form.day("declared_on", _("書面の日付"))
            note = form.opt_text("note", _("備考"), longest=500) or ""
        decline(
            session=session,
            actor=actor,
            clock=clock,
            run=run,
            attendance_id=attendance_id,
            declared_on=declared_on,
            note=note,
        )

    return _changed(
        request,
        db,
        actor,
        clock,
        run_id,
        attendance_id,
        form,
        change,
        _("辞退を記録しました。"),
        "declared_on",
    )


@post(f"{LINE}/withdraw", opt=allow(*RECORDS), sync_to_thread=True)
def withdraw_refusal(
    request: WebRequest,
    run_id: FromPath[str],
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """辞退の記録を取り消す, with the reason."""
    _ = translator(request)

    def change(session: DbSession, run: PayRun) -> None:
        reason = form.text("withdraw_reason", _("取り消す理由"), longest=500)
        withdraw_declination(
            session=session, actor=actor, clock=clock, run=run, attendance_id=attendance_id, reason=reason
        )

    done = _("辞退の記録を取り消しました。")
    return _changed(request, db, actor, clock, run_id, attendance_id, form, change, done, "withdraw_reason")


@post(f"{LINE}/reassess", opt=allow(*RECORDS), sync_to_thread=True)
def assess_again(
    request: WebRequest,
    run_id: FromPath[str],
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """判定し直す one line by what is on record now."""

    def change(session: DbSession, run: PayRun) -> None:
        reassess(session=session, actor=actor, clock=clock, run=run, attendance_id=attendance_id)

    done = translator(request)("判定し直しました。前の判定は残っています。")
    return _changed(request, db, actor, clock, run_id, attendance_id, form, change, done)


@post(f"{LINE}/take", opt=allow(*RECORDS), sync_to_thread=True)
def take_in(
    request: WebRequest,
    run_id: FromPath[str],
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """訂正を取り込む into this draft."""

    def change(session: DbSession, run: PayRun) -> None:
        take_correction(session=session, actor=actor, clock=clock, run=run, attendance_id=attendance_id)

    done = translator(request)("訂正を取り込みました。差額がこの調書の行になりました。")
    return _changed(request, db, actor, clock, run_id, attendance_id, form, change, done)


@post(f"{LINE}/drop", opt=allow(*RECORDS), sync_to_thread=True)
def drop(
    request: WebRequest,
    run_id: FromPath[str],
    attendance_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """訂正の取り込みをやめる; it can be taken into another sheet."""

    def change(session: DbSession, run: PayRun) -> None:
        drop_correction(session=session, actor=actor, clock=clock, run=run, attendance_id=attendance_id)

    done = translator(request)("取り込みをやめました。訂正の候補に戻りました。")
    return _changed(request, db, actor, clock, run_id, attendance_id, form, change, done)


route_handlers: list[ControllerRouterHandler] = [
    record_decision,
    record_refusal,
    withdraw_refusal,
    assess_again,
    take_in,
    drop,
]


def _changed(
    request: WebRequest,
    db: Database,
    actor: Actor,
    clock: Clock,
    run_id: str,
    attendance_id: str,
    form: Form,
    change: Change,
    done: str,
    field: str = "",
) -> Page:
    """Make a change to a line and lead back to it, or show the sheet again with what was refused."""
    try:
        with db.write() as session:
            run = get_run(session, run_id, actor.committee_id)
            change(session, run)
            href = run_href(run.id, run.meeting_id)
    except Refused as refusal:
        errors = [_on_line(error, attendance_id) for error in shown_errors(refusal, request, field)]
        refused = RefusedLine(attendance_id, form, errors)
        return sheet_page(request, db, actor, clock, run_id, refused=refused)
    return see_other(request, f"{href}#line-{attendance_id}", ("success", done))


def _on_line(error: ShownError, attendance_id: str) -> ShownError:
    """Return an error that leads to its field in the form of its own line."""
    if error.name not in OWN_FIELDS:
        return replace(error, href=f"#line-{attendance_id}")
    return replace(error, href=f"#{field_id(error.name, attendance_id)}")
