"""プラン: what is due, the cases, what is recorded on them, the register."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.register_file import MAX_BYTES
from agenda.services import cases
from agenda.services.plans import get_case
from agenda.services.register import import_register
from agenda.tables import Client
from agenda.web.due_views import SHOWN, Question, build_due
from agenda.web.import_views import build_import
from agenda.web.plan_views import build_case, build_cases, build_monthly, fiscal_year_text
from meetings_app.core.clock import today
from meetings_app.core.errors import Refused
from meetings_app.core.partial_date import PartialDate, read_partial_date
from meetings_app.core.terms import Role
from meetings_app.core.wareki import fiscal_year
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.page import Page, render, see_other

READERS = allow(Role.SECRETARIAT, Role.CHAIR, Role.CITY_OFFICER)
EDITORS = allow(Role.SECRETARIAT)
DECIDERS = allow(Role.SECRETARIAT, Role.CITY_OFFICER)

FARTHEST_DAYS = 731
FIRST_YEAR, LAST_YEAR = 1990, 2100
A_LITTLE_MORE = 64 * 1024
"""What a form adds to the file it carries."""

ENDING, URGENT = "ending", "urgent"
_PLAN_CHOICE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,9})(?:\.(plan|evaluation))?")

Act = Callable[[Any, Client, Form], None]
"""What a form on the case page does, within one change: session, client, form."""


# ---- what is due


@get("/plans/due", opt=READERS, sync_to_thread=True)
def show_due(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """期限: as of a day (?on=), so many days ahead (?horizon=), perhaps only some rows (?show=)."""
    _ = translator(request)
    errors: list[ShownError] = []
    question = Question(today(clock))
    try:
        question = _question(filters, question.on, _)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
    view = build_due(db, actor, question, locale_of(request))
    return render(
        request,
        "agenda/due.html",
        title=_("期限"),
        status=422 if errors else 200,
        due=view,
        typed=Form.filled(
            request,
            on=view.on_text if not errors else filters.raw("on"),
            horizon=view.horizon_days if not errors else filters.raw("horizon"),
        ),
        shown=question.shown,
        errors=errors,
        wrong=by_field(errors),
    )  # fmt: skip


def _question(filters: Form, on: date, translate: Callable[[str], str]) -> Question:
    _ = translate
    with filters.reading():
        day = filters.opt_day("on", _("基準日"))
        horizon = filters.opt_integer("horizon", _("範囲"), low=1, high=FARTHEST_DAYS)
        shown = filters.opt_one_of("show", _("しぼり込み"), [*SHOWN])
    return Question(day or on, horizon, shown or "")


@get("/plans/monthly", opt=READERS, sync_to_thread=True)
def show_monthly(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """月別の件数 of one fiscal year (?fiscal_year=2013)."""
    _, locale = translator(request), locale_of(request)
    present = fiscal_year(today(clock))
    errors: list[ShownError] = []
    year = present
    try:
        year = filters.opt_integer("fiscal_year", _("年度"), low=FIRST_YEAR, high=LAST_YEAR) or present
    except Refused as refusal:
        errors = shown_errors(refusal, request)
    lines, total = build_monthly(db, actor, year, locale)
    years = sorted({year, *range(present - 4, present + 1)}, reverse=True)
    return render(
        request,
        "agenda/monthly.html",
        title=_("月別の件数"),
        status=422 if errors else 200,
        lines=lines,
        total=total,
        year=fiscal_year_text(year, locale),
        years=[
            {"label": fiscal_year_text(one, locale), "href": f"/plans/monthly?fiscal_year={one}", "active": one == year}
            for one in years
        ],
        errors=errors,
    )  # fmt: skip


# ---- cases


@get("/plans", opt=READERS, sync_to_thread=True)
def show_cases(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """ケースの一覧; ?q= finds a case number or initials, ?show=open leaves those being supported."""
    _ = translator(request)
    query = filters.raw("q").strip()
    only_open = filters.raw("show") == "open" and not query
    lines, total, supported = build_cases(
        db, actor, today(clock), locale_of(request), query, only_open=only_open
    )
    return render(
        request,
        "agenda/cases.html",
        title=_("プラン"),
        lines=lines,
        query=query,
        sub=say(_("「{query}」に当たるケース {n}件"), query=query, n=len(lines))
        if query
        else say(_("ケース {n}件"), n=total),
        chips=[
            {"label": _("すべて"), "href": "/plans", "active": not only_open and not query, "count": total},
            {"label": _("続いている"), "href": "/plans?show=open", "active": only_open, "count": supported},
        ],
        total=total,
        edits=actor.role is Role.SECRETARIAT,
    )


@get("/plans/new", opt=EDITORS, sync_to_thread=True)
def show_new_case(request: WebRequest, db: GivenDb, actor: GivenActor) -> Page:
    """ケースを登録する画面, with the next free number."""
    with db.read() as session:
        number = cases.next_case_number(session, actor.committee_id)
    return _new_case_page(request, Form.filled(request, case_number=number), [])


@post("/plans/new", opt=EDITORS, sync_to_thread=True)
def register_case(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """ケースを登録する."""
    _ = translator(request)
    try:
        with form.reading():
            number = form.integer("case_number", _("ケース番号"), low=1, high=cases.LARGEST_CASE)
            initials = form.opt_text("initials", _("イニシャル"), longest=20)
            contact = form.opt_day("first_contact_on", _("初回の相談の日"))
        with db.write() as session:
            client_id = cases.add_client(
                session=session,
                actor=actor,
                clock=clock,
                case_number=number,
                initials=initials or "",
                first_contact_on=contact,
            ).id
    except Refused as refusal:
        return _new_case_page(request, form, shown_errors(refusal, request, "case_number"))
    done = say(_("No.{n} を登録しました。続けて、同意とプランを記録してください。"), n=number)
    return see_other(request, f"/plans/{client_id}", ("success", done))


def _new_case_page(request: WebRequest, form: Form, errors: list[ShownError]) -> Page:
    _ = translator(request)
    return render(
        request,
        "agenda/new_case.html",
        title=_("ケースを登録する"),
        status=422 if errors else 200,
        typed=form,
        errors=errors,
        wrong=by_field(errors),
    )


@get("/plans/{client_id:str}", opt=READERS, sync_to_thread=True)
def show_case(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor
) -> Page:
    """ケースの画面."""
    typed = Form.filled(request)
    return _case_page(request, db, clock, actor, client_id, typed, opened="", errors=[])


@post("/plans/{client_id:str}/consent", opt=EDITORS, sync_to_thread=True)
def record_consent(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """同意を記録する."""
    _ = translator(request)

    def act(session: Any, client: Client, form: Form) -> None:
        with form.reading():
            day = form.day("consent_on", _("同意の日"))
            note = form.opt_text("consent_note", _("メモ"), longest=500)
        cases.give_consent(
            session=session, actor=actor, clock=clock, client=client, given_on=day, note=note or ""
        )

    done = _("同意を記録しました。")
    return _record(request, db, clock, actor, client_id, form, act, "consent_on", done)


@post("/plans/{client_id:str}/withdrawal", opt=EDITORS, sync_to_thread=True)
def record_withdrawal(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """同意の撤回を記録する."""
    _ = translator(request)

    def act(session: Any, client: Client, form: Form) -> None:
        day = form.day("withdrawn_on", _("撤回の日"))
        cases.withdraw_consent(session=session, actor=actor, clock=clock, client=client, withdrawn_on=day)

    done = _("同意の撤回を記録しました。この日から資料に入れられません。")
    return _record(request, db, clock, actor, client_id, form, act, "withdrawn_on", done)


@post("/plans/{client_id:str}/plans", opt=EDITORS, sync_to_thread=True)
def record_plan(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """プランを加える."""
    _ = translator(request)

    def act(session: Any, client: Client, form: Form) -> None:
        with form.reading():
            goal = form.text("plan_goal", _("目標"), longest=2000, lines=True)
            drafted = form.opt_day("plan_drafted_on", _("作成の日"))
            end = _partial(form, "plan_period_end", _("期間の終わり"), today(clock))
            monitoring = _partial(form, "plan_monitoring", _("次のモニタリングの月"), today(clock))
            if end is None and not form.error("plan_period_end"):
                form.fail("plan_period_end", _("「期間の終わり」を入力してください。"))
        if end is None:
            raise TypeError("a period end that was not typed is refused above")
        cases.add_plan(
            session=session,
            actor=actor,
            clock=clock,
            client=client,
            goal=goal,
            period_end=end,
            monitoring=monitoring,
            drafted_on=drafted,
        )

    done = _("プランを加えました。会議で確認されるまで、期限の一覧に出ます。")
    return _record(request, db, clock, actor, client_id, form, act, "plan_period_end", done)


@post("/plans/{client_id:str}/monitoring", opt=EDITORS, sync_to_thread=True)
def record_monitoring(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """モニタリングを記録する."""
    _ = translator(request)

    def act(session: Any, client: Client, form: Form) -> None:
        with form.reading():
            plan_id, version, _kind = _chosen_plan(form, "monitoring_of", _("プラン"), _)
            day = form.day("monitored_on", _("モニタリングの日"))
        plan = cases.get_plan(session, client, plan_id, version)
        cases.record_monitoring(session=session, actor=actor, clock=clock, plan=plan, monitored_on=day)

    done = _("モニタリングを記録しました。")
    return _record(request, db, clock, actor, client_id, form, act, "monitored_on", done)


@post("/plans/{client_id:str}/requests", opt=EDITORS, sync_to_thread=True)
def record_request(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """終結の申出、又は急ぐ事情を記録する (第5条第5項)."""
    _ = translator(request)

    def act(session: Any, client: Client, form: Form) -> None:
        with form.reading():
            plan_id, version, _kind = _chosen_plan(form, "request_of", _("プラン"), _)
            kind = form.one_of("request_kind", _("記録すること"), (ENDING, URGENT))
            day = form.day("requested_on", _("その日"))
        plan = cases.get_plan(session, client, plan_id, version)
        if kind == ENDING:
            cases.ask_for_ending(session=session, actor=actor, clock=clock, plan=plan, asked_on=day)
        else:
            cases.raise_urgent(session=session, actor=actor, clock=clock, plan=plan, raised_on=day)

    done = _("記録しました。期限の一覧に出ます。")
    return _record(request, db, clock, actor, client_id, form, act, "requested_on", done)


@post("/plans/{client_id:str}/decisions", opt=DECIDERS, sync_to_thread=True)
def record_decision(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """支援決定・確認を記録する."""
    _ = translator(request)

    def act(session: Any, client: Client, form: Form) -> None:
        with form.reading():
            plan_id, version, kind = _chosen_plan(form, "decision_of", _("プラン"), _)
            day = form.day("decided_on", _("支援決定・確認の日"))
        plan = cases.get_plan(session, client, plan_id, version)
        cases.record_decision(
            session=session,
            actor=actor,
            clock=clock,
            plan=plan,
            decided_on=day,
            evaluation=kind == "evaluation",
        )

    done = _("支援決定・確認を記録しました。")
    return _record(request, db, clock, actor, client_id, form, act, "decided_on", done)


def _chosen_plan(form: Form, name: str, label: str, translate: Callable[[str], str]) -> tuple[str, int, str]:
    """Return id, version and kind of the plan that was chosen in a form."""
    _ = translate
    found = _PLAN_CHOICE.fullmatch(form.text(name, label) or "")
    if found is None:
        if not form.error(name):
            form.fail(name, say(_("「{label}」を一覧から選び直してください。"), label=label))
        return "", 0, ""
    return found[1], int(found[2]), found[3] or "plan"


def _partial(form: Form, name: str, label: str, context: date) -> PartialDate | None:
    """Return a date that may be loose (下旬, 末日, month only), None where nothing was typed."""
    typed = form.opt_text(name, label, longest=40)
    if typed is None:
        return None
    try:
        return read_partial_date(typed, context)
    except Refused as refusal:
        form.fail(name, f"「{label}」: {form.translate(refusal.message)}")
        return None


def _record(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    client_id: str,
    form: Form,
    act: Act,
    field: str,
    done: str,
) -> Page:
    """Carry out one form of the case page; what is wrong is shown on it again, at `field` where it is the rule's."""
    try:
        with db.write() as session:
            client = get_case(session, client_id, actor.committee_id, today(clock)).client
            act(session, client, form)
    except Refused as refusal:
        errors = shown_errors(refusal, request, field)
        return _case_page(request, db, clock, actor, client_id, form, opened=field, errors=errors)
    return see_other(request, f"/plans/{client_id}", ("success", done))


def _case_page(
    request: WebRequest,
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    client_id: str,
    typed: Form,
    *,
    opened: str,
    errors: Sequence[ShownError],
) -> Page:
    view = build_case(db, actor, client_id, today(clock), locale_of(request))
    return render(
        request,
        "agenda/case.html",
        title=view.title,
        status=422 if errors else 200,
        case=view,
        typed=typed,
        opened=opened,
        errors=errors,
        wrong=by_field(errors),
        request_kinds=(ENDING, URGENT),
    )


# ---- the register


@get("/plans/import", opt=EDITORS, sync_to_thread=True)
def show_import(request: WebRequest) -> Page:
    """台帳の取込みの画面."""
    return _import_page(request, None, [], 200)


@post("/plans/import", opt=EDITORS, sync_to_thread=True, request_max_body_size=MAX_BYTES + A_LITTLE_MORE)
def take_in_register(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """台帳を取り込む: all of it or nothing; the answer lists every oddity by row and column."""
    _ = translator(request)
    try:
        file = form.upload("register", _("台帳のファイル"))
        with db.write() as session:
            result = import_register(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=actor.committee_id,
                filename=file.filename,
                data=file.content,
            )
    except Refused as refusal:
        return _import_page(request, None, shown_errors(refusal, request, "register"), 422)
    view = build_import(result, file.filename, locale_of(request))
    return _import_page(request, view, [], 422 if result.refused else 200)


def _import_page(request: WebRequest, view: object | None, errors: Sequence[ShownError], status: int) -> Page:
    _ = translator(request)
    return render(
        request,
        "agenda/import.html",
        title=_("台帳の取込み"),
        status=status,
        result=view,
        errors=errors,
        wrong=by_field(errors),
    )


route_handlers: list[ControllerRouterHandler] = [
    show_due,
    show_monthly,
    show_cases,
    show_new_case,
    register_case,
    show_import,
    take_in_register,
    show_case,
    record_consent,
    record_withdrawal,
    record_plan,
    record_monitoring,
    record_request,
    record_decision,
]
