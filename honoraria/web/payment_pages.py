"""支払: bank files made from a final sheet, what came of them, and payments outside the bank."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from honoraria.services.payments import (
    cancel_payment,
    confirm_transfer,
    decline_payment,
    get_transfer_file,
    mark_returned,
    mark_unclaimed,
    order_transfer,
    pay_cash,
    payer_of,
    stop_payment,
    transfer_files_of,
)
from honoraria.services.runs import content_of, get_run
from honoraria.web.payment_views import PersonPayment, payments_page, person_payment, transfer_filename
from honoraria.web.views import Words
from honoraria.zengin.business_days import next_business_day, why_closed
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import PaymentMeans, Role
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import Translator, format_day, locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.member_views import typed_day
from meetings_app.web.page import Page, download, render, see_other

PAYS = (Role.SECRETARIAT, Role.ACCOUNTING)
LONGEST_NOTE = 300
Recorder = Callable[..., Any]
"""A service that records what became of one person's payment, told everything but session, run and person."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose sheet is asked for, and by whom."""

    request: WebRequest
    db: Database
    actor: Actor
    clock: Clock
    run_id: str

    @property
    def words(self) -> Words:
        return Words(translator(self.request), locale_of(self.request))

    @property
    def base(self) -> str:
        return f"/honoraria/runs/{self.run_id}"


# ---- the sheet's payments


@get("/honoraria/runs/{run_id:str}/payments", opt=allow(*PAYS), sync_to_thread=True)
def show_payments(
    request: WebRequest,
    run_id: FromPath[str],
    filters: GivenFilters,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """支払の画面 of a sheet; `?made=` names the bank file just made, which is then taken out at once."""
    asked = _Asked(request, db, actor, clock, run_id)
    made = filters.opt_identifier("made", translator(request)("振込データ"))
    page = _payments_page(asked, made=made)
    if made is not None:
        page.headers["Refresh"] = f"0; url={asked.base}/transfers/{made}"
    return page


@get("/honoraria/runs/{run_id:str}/transfers/new", opt=allow(*PAYS), sync_to_thread=True)
def show_new_transfer(
    request: WebRequest, run_id: FromPath[str], db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """振込データを作る画面: whom, and on which day."""
    return _transfer_page(_Asked(request, db, actor, clock, run_id), None, [])


@post("/honoraria/runs/{run_id:str}/transfers", opt=allow(*PAYS), sync_to_thread=True)
def create_transfer(
    request: WebRequest,
    run_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """振込データを作る; the same choice sent twice gives the same file."""
    asked, _ = _Asked(request, db, actor, clock, run_id), translator(request)
    try:
        with form.reading():
            people = form.identifiers("person", _("振り込む人"))
            transfer_on = form.day("transfer_on", _("振込の日"))
            if not people and not form.error("person"):
                form.fail("person", _("振り込む人を選んでください。"))
            if not form.error("transfer_on"):
                _check_open(form, transfer_on, asked)
        with db.write() as session:
            run = get_run(session, run_id, actor.committee_id)
            made_id = order_transfer(
                session=session,
                actor=actor,
                clock=clock,
                run=run,
                transfer_on=transfer_on,
                person_ids=people,
            ).id
    except Refused as refusal:
        return _transfer_page(asked, form, shown_errors(refusal, request), status=422)
    done = _("振込データを作りました。銀行に送り、振り込まれたら済みを記録してください。")
    return see_other(request, f"{asked.base}/payments?made={made_id}", ("success", done))


@get("/honoraria/runs/{run_id:str}/transfers/{file_id:str}", opt=allow(*PAYS), sync_to_thread=True)
def take_transfer(
    run_id: FromPath[str], file_id: FromPath[str], db: GivenDb, actor: GivenActor
) -> Response[bytes]:
    """振込データを取り出す: the same bytes each time."""
    with db.read() as session:
        run = get_run(session, run_id, actor.committee_id)
        made = get_transfer_file(session, run, file_id)
        name = transfer_filename(content_of(session, run).head, made, transfer_files_of(session, run))
        content = made.content
    return download(content, name, "application/octet-stream")


@post("/honoraria/runs/{run_id:str}/transfers/{file_id:str}/paid", opt=allow(*PAYS), sync_to_thread=True)
def confirm_paid(
    request: WebRequest,
    run_id: FromPath[str],
    file_id: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """振込済みとして記録する for everybody on a bank file who was not returned."""
    asked, _ = _Asked(request, db, actor, clock, run_id), translator(request)
    try:
        paid_on = form.day("paid_on", _("振り込まれた日"))
        with db.write() as session:
            run = get_run(session, run_id, actor.committee_id)
            count = confirm_transfer(
                session=session, actor=actor, clock=clock, run=run, file_id=file_id, paid_on=paid_on
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "paid_on")
        return _payments_page(asked, form=form, opened=file_id, errors=errors, status=422)
    if not count:
        return see_other(
            request, f"{asked.base}/payments", ("info", _("この振込データの済みは、もう記録されています。"))
        )
    done = asked.words.n(mark("{n}名を振込済みとして記録しました。"), count)
    return see_other(request, f"{asked.base}/payments", ("success", done))


# ---- one person


@get("/honoraria/runs/{run_id:str}/payments/{person_id:str}", opt=allow(*PAYS), sync_to_thread=True)
def show_person(
    request: WebRequest,
    run_id: FromPath[str],
    person_id: FromPath[str],
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """一人の支払: what is owed, what happened so far, and what can be recorded."""
    return _person_page(_Asked(request, db, actor, clock, run_id), person_id, None, "", [])


@post(
    "/honoraria/runs/{run_id:str}/payments/{person_id:str}/{act:str}", opt=allow(*PAYS), sync_to_thread=True
)
def record_payment(
    request: WebRequest,
    run_id: FromPath[str],
    person_id: FromPath[str],
    act: FromPath[str],
    form: GivenForm,
    db: GivenDb,
    actor: GivenActor,
    clock: GivenClock,
) -> Page:
    """現金の支払・組戻し・未受領・辞退・返納を記録する."""
    asked, _ = _Asked(request, db, actor, clock, run_id), translator(request)
    if act not in ACTS:
        raise NotFound("このページはありません。アドレスを確かめてください。")
    read, done = ACTS[act]
    try:
        with form.reading():
            recorder = read(form, _)
        with db.write() as session:
            run = get_run(session, run_id, actor.committee_id)
            recorder(session=session, actor=actor, clock=clock, run=run, person_id=person_id)
    except Conflict as conflict:
        return _person_page(asked, person_id, form, act, [ShownError("", _(conflict.message))], status=409)
    except Refused as refusal:
        return _person_page(asked, person_id, form, act, shown_errors(refusal, request), status=422)
    return see_other(request, f"{asked.base}/payments/{person_id}", ("success", _(done)))


def _read_cash(form: Form, _: Translator) -> Recorder:
    return partial(pay_cash, paid_on=form.day("cash_on", _("支払った日")))


def _read_returned(form: Form, _: Translator) -> Recorder:
    return partial(
        mark_returned,
        returned_on=form.day("returned_on", _("組戻しの日")),
        reason=form.text("returned_reason", _("組戻しの理由"), longest=LONGEST_NOTE),
        attempt=form.integer("attempt", _("版"), low=1),
    )


def _read_unclaimed(form: Form, _: Translator) -> Recorder:
    return partial(mark_unclaimed, note=form.text("unclaimed_note", _("事情"), longest=LONGEST_NOTE))


def _read_declined(form: Form, _: Translator) -> Recorder:
    return partial(
        decline_payment,
        declared_on=form.day("declined_on", _("書面の日付")),
        note=form.opt_text("declined_note", _("備考"), longest=LONGEST_NOTE) or "",
    )


def _read_stopped(form: Form, _: Translator) -> Recorder:
    return partial(
        stop_payment, reason=form.text("stopped_reason", _("支払いを止める理由"), longest=LONGEST_NOTE)
    )


def _read_cancelled(form: Form, _: Translator) -> Recorder:
    return partial(
        cancel_payment,
        attempt=form.integer("attempt", _("版"), low=1),
        reason=form.text("cancelled_reason", _("取り消す理由"), longest=LONGEST_NOTE),
    )


def _read_repaid(form: Form, _: Translator) -> Recorder:
    return partial(
        pay_cash,
        paid_on=form.day("repaid_on", _("返納を受けた日")),
        means=form.choice("repaid_means", _("受け取り方"), PaymentMeans),
    )


ACTS: dict[str, tuple[Callable[[Form, Translator], Recorder], str]] = {
    "cash": (_read_cash, mark("現金での支払いを記録しました。")),
    "returned": (
        _read_returned,
        mark("組戻しを記録しました。振込データを作り直すか、現金で支払ってください。"),
    ),
    "unclaimed": (_read_unclaimed, mark("未受領を記録しました。あとから支払えます。")),
    "declined": (_read_declined, mark("辞退を記録しました。")),
    "repaid": (_read_repaid, mark("返納を記録しました。")),
    "stopped": (
        _read_stopped,
        mark("支払いを止めました。正しい額は、訂正の候補から次の支給調書に取り込みます。"),
    ),
    "cancelled": (_read_cancelled, mark("記録を取り消しました。支払いの状況を確かめてください。")),
}
"""What can be recorded about one payment: how its form is read, and what is said afterwards."""

route_handlers: list[ControllerRouterHandler] = [
    show_payments,
    show_new_transfer,
    create_transfer,
    take_transfer,
    confirm_paid,
    show_person,
    record_payment,
]


# ---- pages


def _check_open(form: Form, day: date, asked: _Asked) -> None:
    """Refuse a day on which banks are closed, naming why and the next day on which they are open."""
    try:
        closed = why_closed(day)
    except Refused as refusal:
        form.fail("transfer_on", asked.words.translate(refusal.message))
        return
    if closed is not None:
        following = format_day(next_business_day(day), asked.words.locale, weekday=True)
        text = asked.words.say(
            mark("{reason}次の営業日は{day}です。振込の日を選び直してください。"),
            reason=closed,
            day=following,
        )
        form.fail("transfer_on", text)


def _payments_page(
    asked: _Asked,
    *,
    made: str | None = None,
    form: Form | None = None,
    opened: str = "",
    errors: list[ShownError] | None = None,
    status: int = 200,
) -> Page:
    with asked.db.read() as session:
        run = get_run(session, asked.run_id, asked.actor.committee_id)
        view = payments_page(session, run, asked.words)
        if made is not None:
            get_transfer_file(session, run, made)
    return render(
        asked.request,
        "honoraria/payments.html",
        title=f"{view.label} {asked.words.translate(mark('支払い'))}",
        status=status,
        view=view,
        made=made,
        opened=opened,
        typed=form.raw("paid_on") if form else "",
        not_due={file.file_id for file in view.waiting_files if file.transfer_on > today(asked.clock)},
        days={file.file_id: typed_day(file.transfer_on, asked.words.locale) for file in view.waiting_files},
        errors=errors or [],
        errors_by_field=by_field(errors or []),
    )


def _transfer_page(asked: _Asked, form: Form | None, errors: list[ShownError], *, status: int = 200) -> Page:
    with asked.db.read() as session:
        run = get_run(session, asked.run_id, asked.actor.committee_id)
        view = payments_page(session, run, asked.words)
        payer_missing = _payer_missing(session)
    _refuse_unready(view.is_final)
    rows = [row for row in view.rows if row.can_order]
    chosen = form.raws("person") if form else [row.person_id for row in rows if row.account]
    following = next_business_day(today(asked.clock))
    return render(
        asked.request,
        "honoraria/transfer_new.html",
        title=asked.words.translate(mark("振込データを作る")),
        status=status,
        view=view,
        rows=rows,
        chosen=chosen,
        payer_missing=payer_missing,
        typed_day=form.raw("transfer_on") if form else typed_day(following, asked.words.locale),
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _refuse_unready(is_final: bool) -> None:  # noqa: FBT001 - a fact, not a switch
    if not is_final:
        raise Refused("この支給調書はまだ確定していません。確認と承認を経て確定してから支払ってください。")


def _payer_missing(session: DbSession) -> str:
    """Return why no bank file can be made yet, in Japanese; empty where the payer's account is complete."""
    try:
        payer_of(session)
    except Refused as refusal:
        return refusal.message
    return ""


def _person_page(
    asked: _Asked,
    person_id: str,
    form: Form | None,
    opened: str,
    errors: list[ShownError],
    *,
    status: int = 200,
) -> Page:
    with asked.db.read() as session:
        run = get_run(session, asked.run_id, asked.actor.committee_id)
        view = person_payment(session, run, person_id, asked.words)
    if view is None:
        raise NotFound("この人は、この支給調書にありません。画面を読み直してください。")
    now = typed_day(today(asked.clock), asked.words.locale)
    return render(
        asked.request,
        "honoraria/payment_person.html",
        title=f"{view.row.name} {asked.words.translate(mark('支払い'))}",
        status=status,
        view=view,
        form=form or _first_form(asked.request, view, now),
        opened=opened,
        means=[{"value": one.value, "label": asked.words.translate(one)} for one in PaymentMeans],
        errors=errors,
        errors_by_field=by_field(errors),
    )


def _first_form(request: WebRequest, view: PersonPayment, now: str) -> Form:
    return Form.filled(request, cash_on=now, returned_on=now, repaid_on=now, attempt=view.attempt)
