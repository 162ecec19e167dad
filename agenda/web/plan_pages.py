"""プランを直す: goal, period and services of one plan on one page, its evaluation on another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.rules.service_codes import IN_FORCE
from agenda.services.cases import get_plan
from agenda.services.clients import client_of
from agenda.services.plan_details import (
    LONGEST_CONTENT,
    LONGEST_EVALUATION,
    LONGEST_FOLLOW_UP,
    LONGEST_NAME,
    MOST_SERVICES,
    Evaluation,
    PlanContent,
    ServiceEntry,
    edit_evaluation,
    edit_plan,
    must_fill,
    needs_reason,
    plan_day,
    services_of,
    set_services,
)
from agenda.services.plans import get_case
from agenda.services.providers import LONGEST_NAME as LONGEST_PROVIDER
from agenda.services.providers import providers_of
from agenda.services.service_codes import codes_on
from agenda.tables import Plan
from agenda.web.case_frame import EDITORS, LONGEST_VERSION, Asked, loose_date
from agenda.web.case_views import KIND_LABELS
from agenda.web.plan_views import typed as typed_text
from agenda.web.plan_views import typed_loosely
from meetings_app.core.clock import today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.services.correction_trail import LONGEST_REASON
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import Translator, format_day, locale_of, translator
from meetings_app.web.page import Page, render, see_other

EMPTY_ROWS, MORE_ROWS = 2, 5
"""Empty rows of the services table that stand ready, and how many 「行を増やす」 adds."""

FREE = "kind:"
YES, NO = "yes", "no"
_ROW = ("what", "name", "provider", "content", "order")


@dataclass(frozen=True, slots=True)
class Row:
    """支援内容の一行 of the form: its number in the field names, and what stands in its fields."""

    number: int
    what: str
    name: str
    provider: str
    content: str
    order: str
    drop: bool
    error: str


@get("/plans/{client_id:str}/plans/{plan_id:str}", opt=EDITORS, sync_to_thread=True)
def show_plan(
    request: WebRequest,
    client_id: FromPath[str],
    plan_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
) -> Page:
    """プランを直す画面."""
    return _plan_page(Asked(request, db, clock, actor, client_id), plan_id, None, [], 200)


@post("/plans/{client_id:str}/plans/{plan_id:str}", opt=EDITORS, sync_to_thread=True)
def change_plan(
    request: WebRequest,
    client_id: FromPath[str],
    plan_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """プランを直す: goal, period and services together; 「行を増やす」 only shows the form again with more rows."""
    asked = Asked(request, db, clock, actor, client_id)
    if form.checked("more"):
        return _plan_page(asked, plan_id, form, [], 200)
    _ = translator(request)
    try:
        with form.reading():
            content = _content(form, _, today(clock))
            form.integer("rows", _("支援内容の行の数"), low=0, high=MOST_SERVICES + MORE_ROWS)
            entries = _entries(form, _)
            reason = form.opt_text("reason", _("直す理由"), longest=LONGEST_REASON, lines=True) or ""
            version = form.integer("version", _("画面の版"), low=1, high=LONGEST_VERSION)
        with db.write() as session:
            client = client_of(session, actor, client_id, today(clock))
            plan = get_plan(session, client, plan_id, version)
            edit_plan(session=session, actor=actor, clock=clock, plan=plan, content=content, reason=reason)
            set_services(session=session, actor=actor, clock=clock, plan=plan, entries=entries, reason=reason)
            number = plan.number
    except Conflict as conflict:
        return _plan_page(asked, plan_id, form, [_stale(conflict, _, _plan_path(asked, plan_id))], 409)
    except Refused as refusal:
        errors = shown_errors(refusal, request, _place(refusal))
        return _plan_page(asked, plan_id, form, errors, 422)
    return see_other(request, asked.href, ("success", say(_("プラン{n}を記録しました。"), n=number)))


def _stale(conflict: Conflict, translate: Translator, path: str) -> ShownError:
    return ShownError("", translate(conflict.message), path)


def _place(refusal: Refused) -> str:
    """Return the field that a service's own sentence is about."""
    if "直す理由" in refusal.message:
        return "reason"
    fields = {
        "期間の始まり": "period_start",
        "作成の日": "drafted_on",
        "「期間の終わり」": "period_end",
        "目標": "goal",
    }
    return next((field for words, field in fields.items() if words in refusal.message), "")


def _plan_path(asked: Asked, plan_id: str) -> str:
    return f"{asked.href}/plans/{plan_id}"


def _content(form: Form, translate: Translator, on: date) -> PlanContent:
    _ = translate
    return PlanContent(
        goal=form.opt_text("goal", _("目標"), longest=2000, lines=True) or "",
        drafted_on=form.opt_day("drafted_on", _("作成の日")),
        period_start=form.opt_day("period_start", _("期間の始まり")),
        period_end=loose_date(form, "period_end", _("期間の終わり"), on),
        monitoring=loose_date(form, "monitoring", _("次のモニタリングの月"), on),
    )


def _entries(form: Form, translate: Translator) -> list[ServiceEntry]:
    """Return the rows that are filled in, by the order that was typed; rows of one order stay as they stand."""
    _ = translate
    found = []
    for number in _numbers(form):
        if form.checked(f"drop_{number}") or not _filled(form, number):
            continue
        place = form.opt_integer(f"order_{number}", _in_row(_("順"), number, _), low=0, high=999)
        found.append((number if place is None else place, number, _entry(form, number, _)))
    return [entry for _place, _number, entry in sorted(found, key=lambda row: row[:2])]


def _numbers(form: Form) -> range:
    """Return the numbers of the rows that a form brought: from 1 to what it says, never beyond the bound."""
    said = form.raw("rows")
    return range(
        1, 1 + min(int(said), MOST_SERVICES + MORE_ROWS) if said.isdecimal() and len(said) < 4 else 1
    )


def _filled(form: Form, number: int) -> bool:
    return any(form.raw(f"{part}_{number}").strip() for part in ("what", "name", "provider", "content"))


def _entry(form: Form, number: int, translate: Translator) -> ServiceEntry:
    _ = translate
    what = form.opt_text(f"what_{number}", _in_row(_("支援の種類"), number, _), longest=40) or ""
    if not what and not form.error(f"what_{number}"):
        form.fail(f"what_{number}", say(_("{n}行目の支援の種類を選んでください。"), n=number))
    name = form.opt_text(f"name_{number}", _in_row(_("支援の名前"), number, _), longest=LONGEST_NAME) or ""
    kind, code = ServiceKind.OTHER, what
    if what.startswith(FREE):
        code = ""
        if what.removeprefix(FREE) in set(ServiceKind):
            kind = ServiceKind(what.removeprefix(FREE))
        else:
            form.fail(
                f"what_{number}", say(_("{n}行目の支援の種類を、一覧から選び直してください。"), n=number)
            )
        if not name and not form.error(f"name_{number}"):
            form.fail(f"name_{number}", say(_("{n}行目の「支援の名前」を入れてください。"), n=number))
    return ServiceEntry(
        kind=kind,
        code=code,
        name=name,
        provider=form.opt_text(
            f"provider_{number}", _in_row(_("提供者"), number, _), longest=LONGEST_PROVIDER
        )
        or "",
        content=form.opt_text(f"content_{number}", _in_row(_("内容"), number, _), longest=LONGEST_CONTENT)
        or "",
    )


def _in_row(label: str, number: int, translate: Translator) -> str:
    _ = translate
    return say(_("{n}行目の{label}"), n=number, label=label)


def _plan_page(
    asked: Asked, plan_id: str, form: Form | None, errors: Sequence[ShownError], status: int
) -> Page:
    _, locale = translator(asked.request), locale_of(asked.request)
    on = today(asked.clock)
    with asked.db.read() as session:
        view = get_case(session, asked.client_id, asked.actor.committee_id, on)
        plan = _find(view.plans, plan_id)
        day = plan_day(plan, on)
        entries = codes_on(session, asked.actor.committee_id, day)
        lines = services_of(session, [plan.id])[plan.id]
        known = {entry.code for entry in entries}
        left = [
            (line.code, f"{line.kind} {line.name}") for line in lines if line.code and line.code not in known
        ]
        providers = [row.name for row in providers_of(session, asked.actor.committee_id)]
        typed = form or Form.filled(
            asked.request,
            goal=plan.goal,
            drafted_on=typed_text(plan.drafted_on, locale),
            period_start=typed_text(plan.period_start, locale),
            period_end=typed_loosely(plan.period_end, plan.period_end_precision),
            monitoring=typed_loosely(plan.monitoring_month_end, plan.monitoring_precision),
            version=plan.version,
            rows=len(lines),
            **{
                f"{part}_{line.position}": value
                for line in lines
                for part, value in (
                    ("what", line.code or f"{FREE}{line.kind}"),
                    ("name", "" if line.code else line.name),
                    ("provider", line.provider),
                    ("content", line.content),
                )
            },
        )
        number, reasoned, must = plan.number, needs_reason(plan), must_fill(plan)
        case = f"No.{view.client.case_number}"
    more = MORE_ROWS if form is not None and form.checked("more") else 0
    wrong = by_field(errors)
    return render(
        asked.request,
        "agenda/plan_edit.html",
        title=say(_("{case} プラン{n}を直す"), case=case, n=number),
        status=status,
        case=case,
        href=asked.href,
        action=_plan_path(asked, plan_id),
        typed=typed,
        rows=_rows(typed, more, wrong),
        most=MOST_SERVICES,
        coded=[*((entry.code, f"{entry.kind} {entry.name}") for entry in entries), *left],
        free=[(f"{FREE}{kind}", f"{kind} {_(label)}") for kind, label in KIND_LABELS.items()],
        named_on=format_day(day, locale),
        before_law=day < IN_FORCE,
        must=must,
        providers=providers,
        reasoned=reasoned,
        errors=errors,
        wrong=wrong,
    )  # fmt: skip


def _find(plans: Sequence[Plan], plan_id: str) -> Plan:
    for plan in plans:
        if plan.id == plan_id:
            return plan
    raise NotFound("このプランは見つかりません。ケースの画面から選び直してください。")


def _rows(typed: Form, more: int, wrong: dict[str, str]) -> list[Row]:
    """Return the rows as typed, with empty ones after them, up to the bound."""
    last = max((number for number in _numbers(typed) if _filled(typed, number)), default=0)
    count = min(MOST_SERVICES, max(last + EMPTY_ROWS, len(_numbers(typed))) + more)
    return [_row(typed, number, wrong) for number in range(1, max(count, last) + 1)]


def _row(typed: Form, number: int, wrong: dict[str, str]) -> Row:
    raw = {part: typed.raw(f"{part}_{number}") for part in _ROW}
    error = next((wrong[name] for part in _ROW if (name := f"{part}_{number}") in wrong), "")
    return Row(
        number=number,
        what=raw["what"],
        name=raw["name"],
        provider=raw["provider"],
        content=raw["content"],
        order=raw["order"] or str(number),
        drop=typed.checked(f"drop_{number}"),
        error=error,
    )


# ---- the evaluation


@get("/plans/{client_id:str}/plans/{plan_id:str}/evaluation", opt=EDITORS, sync_to_thread=True)
def show_evaluation(
    request: WebRequest,
    client_id: FromPath[str],
    plan_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
) -> Page:
    """評価の内容の画面."""
    return _evaluation_page(Asked(request, db, clock, actor, client_id), plan_id, None, [], 200)


@post("/plans/{client_id:str}/plans/{plan_id:str}/evaluation", opt=EDITORS, sync_to_thread=True)
def change_evaluation(
    request: WebRequest,
    client_id: FromPath[str],
    plan_id: FromPath[str],
    db: GivenDb,
    clock: GivenClock,
    actor: GivenActor,
    form: GivenForm,
) -> Page:
    """評価の内容を記録する: what was achieved, what changes were seen, follow-up."""
    _ = translator(request)
    asked = Asked(request, db, clock, actor, client_id)
    try:
        with form.reading():
            evaluation = _evaluation(form, _)
            reason = form.opt_text("reason", _("直す理由"), longest=LONGEST_REASON, lines=True) or ""
            version = form.integer("version", _("画面の版"), low=1, high=LONGEST_VERSION)
        with db.write() as session:
            plan = get_plan(session, client_of(session, actor, client_id, today(clock)), plan_id, version)
            edit_evaluation(
                session=session, actor=actor, clock=clock, plan=plan, evaluation=evaluation, reason=reason
            )
            number = plan.number
    except Conflict as conflict:
        path = f"{_plan_path(asked, plan_id)}/evaluation"
        return _evaluation_page(asked, plan_id, form, [_stale(conflict, _, path)], 409)
    except Refused as refusal:
        errors = shown_errors(refusal, request, "reason")
        return _evaluation_page(asked, plan_id, form, errors, 422)
    done = say(_("プラン{n}の評価の内容を記録しました。"), n=number)
    return see_other(request, asked.href, ("success", done))


def _evaluation(form: Form, translate: Translator) -> Evaluation:
    _ = translate
    follow_up = form.opt_one_of("follow_up", _("フォロー"), (YES, NO))
    return Evaluation(
        achieved=form.opt_text("achieved", _("達成したこと"), longest=LONGEST_EVALUATION, lines=True) or "",
        changes=form.opt_text("changes", _("見られた変化"), longest=LONGEST_EVALUATION, lines=True) or "",
        follow_up={None: None, YES: True, NO: False}[follow_up],
        follow_up_note=form.opt_text("follow_up_note", _("フォローの内容"), longest=LONGEST_FOLLOW_UP) or "",
    )


def _evaluation_page(
    asked: Asked, plan_id: str, form: Form | None, errors: Sequence[ShownError], status: int
) -> Page:
    _ = translator(asked.request)
    with asked.db.read() as session:
        view = get_case(session, asked.client_id, asked.actor.committee_id, today(asked.clock))
        plan = _find(view.plans, plan_id)
        stored = Form.filled(
            asked.request,
            achieved=plan.evaluation_achieved,
            changes=plan.evaluation_changes,
            follow_up={None: "", True: YES, False: NO}[plan.follow_up],
            follow_up_note=plan.follow_up_note,
            version=plan.version,
        )
        case, number, reasoned = f"No.{view.client.case_number}", plan.number, plan.evaluated_on is not None
    return render(
        asked.request,
        "agenda/plan_evaluation.html",
        title=say(_("{case} プラン{n}の評価の内容"), case=case, n=number),
        status=status,
        case=case,
        href=asked.href,
        action=f"{_plan_path(asked, plan_id)}/evaluation",
        typed=form or stored,
        reasoned=reasoned,
        yes=YES,
        no=NO,
        errors=errors,
        wrong=by_field(errors),
    )


route_handlers: list[ControllerRouterHandler] = [show_plan, change_plan, show_evaluation, change_evaluation]
