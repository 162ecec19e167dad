"""ケースに記録すること: what the forms on the page of one case write down."""

import re
from collections.abc import Callable

from litestar import post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from agenda.services.assessments import LONGEST_SUMMARY, add_assessment
from agenda.services.cases import (
    add_plan,
    ask_for_ending,
    get_plan,
    give_consent,
    raise_urgent,
    withdraw_consent,
)
from agenda.services.cases import record_decision as store_decision
from agenda.services.cases import record_monitoring as store_monitoring
from agenda.services.plan_events import LONGEST_WHY, withdraw_event
from agenda.tables import Client
from agenda.web.case_frame import DECIDERS, EDITORS, ENDING, URGENT, Asked, loose_date, past_day, recorded
from meetings_app.core.clock import today
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenForm, WebRequest
from meetings_app.web.heat import say
from meetings_app.web.locale import translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page

_PLAN_CHOICE = re.compile(r"([0-9a-f]{32})\.([0-9]{1,9})(?:\.(plan|evaluation))?")


@post("/plans/{client_id:str}/plans", opt=EDITORS, sync_to_thread=True)
def record_plan(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """プランを加える."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            goal = form.text("plan_goal", _("目標"), longest=2000, lines=True)
            drafted = past_day(form, "plan_drafted_on", _("作成の日"), today(clock))
            start = form.opt_day("plan_period_start", _("期間の始まり"))
            end = loose_date(form, "plan_period_end", _("期間の終わり"), today(clock))
            monitoring = loose_date(form, "plan_monitoring", _("次のモニタリングの月"), today(clock))
            if end is None and not form.error("plan_period_end"):
                form.fail("plan_period_end", _("「期間の終わり」を入力してください。"))
        if end is None:
            raise TypeError("a period end that was not typed is refused above")
        add_plan(
            session=session,
            actor=actor,
            clock=clock,
            client=client,
            goal=goal,
            period_start=start,
            period_end=end,
            monitoring=monitoring,
            drafted_on=drafted,
        )

    done = _("プランを加えました。会議で確認されるまで、期限の一覧に出ます。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "plan_period_end", done)


@post("/plans/{client_id:str}/consent", opt=EDITORS, sync_to_thread=True)
def record_consent(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """同意を記録する."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            day = form.day("consent_on", _("同意の日"))
            note = form.opt_text("consent_note", _("メモ"), longest=500)
        give_consent(session=session, actor=actor, clock=clock, client=client, given_on=day, note=note or "")

    done = _("同意を記録しました。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "consent_on", done)


@post("/plans/{client_id:str}/withdrawal", opt=EDITORS, sync_to_thread=True)
def record_withdrawal(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """同意の撤回を記録する."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        day = form.day("withdrawn_on", _("撤回の日"))
        withdraw_consent(session=session, actor=actor, clock=clock, client=client, withdrawn_on=day)

    done = _("同意の撤回を記録しました。この日から資料に入れられません。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "withdrawn_on", done)


@post("/plans/{client_id:str}/monitoring", opt=EDITORS, sync_to_thread=True)
def record_monitoring(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """モニタリングを記録する."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            plan_id, version, _kind = _chosen_plan(form, "monitoring_of", _("プラン"), _)
            day = form.day("monitored_on", _("モニタリングの日"))
        plan = get_plan(session, client, plan_id, version)
        store_monitoring(session=session, actor=actor, clock=clock, plan=plan, monitored_on=day)

    done = _("モニタリングを記録しました。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "monitored_on", done)


@post("/plans/{client_id:str}/requests", opt=EDITORS, sync_to_thread=True)
def record_request(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """終結の申出、又は急ぐ事情を記録する (第5条第5項)."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            plan_id, version, _kind = _chosen_plan(form, "request_of", _("プラン"), _)
            kind = form.one_of("request_kind", _("記録すること"), (ENDING, URGENT))
            day = form.day("requested_on", _("その日"))
        plan = get_plan(session, client, plan_id, version)
        if kind == ENDING:
            ask_for_ending(session=session, actor=actor, clock=clock, plan=plan, asked_on=day)
        else:
            raise_urgent(session=session, actor=actor, clock=clock, plan=plan, raised_on=day)

    done = _("記録しました。期限の一覧に出ます。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "requested_on", done)


@post("/plans/{client_id:str}/events/withdrawal", opt=EDITORS, sync_to_thread=True)
def take_back_event(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """モニタリング・申出の記録を取り消す that was a mistake."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            event_id = form.identifier("event_of", _("取り消す記録"))
            why = form.text("event_why", _("取り消す理由"), longest=LONGEST_WHY)
        withdraw_event(session=session, actor=actor, clock=clock, client=client, event_id=event_id, why=why)

    done = _("記録を取り消しました。理由は経過に残ります。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "event_of", done)


@post("/plans/{client_id:str}/decisions", opt=DECIDERS, sync_to_thread=True)
def record_decision(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """支援決定・確認を記録する."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            plan_id, version, kind = _chosen_plan(form, "decision_of", _("プラン"), _)
            day = form.day("decided_on", _("支援決定・確認の日"))
        plan = get_plan(session, client, plan_id, version)
        store_decision(
            session=session,
            actor=actor,
            clock=clock,
            plan=plan,
            decided_on=day,
            evaluation=kind == "evaluation",
        )

    done = _("支援決定・確認を記録しました。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "decided_on", done)


def _chosen_plan(form: Form, name: str, label: str, translate: Callable[[str], str]) -> tuple[str, int, str]:
    """Return id, version and kind of the plan that was chosen in a form."""
    _ = translate
    found = _PLAN_CHOICE.fullmatch(form.text(name, label) or "")
    if found is None:
        if not form.error(name):
            form.fail(name, say(_("「{label}」を一覧から選び直してください。"), label=label))
        return "", 0, ""
    return found[1], int(found[2]), found[3] or "plan"


@post("/plans/{client_id:str}/assessments", opt=EDITORS, sync_to_thread=True)
def record_assessment(
    request: WebRequest, client_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
    form: GivenForm,
) -> Page:  # fmt: skip
    """アセスメントの要約を記録する."""
    _ = translator(request)

    def act(session: DbSession, client: Client, form: Form) -> None:
        with form.reading():
            day = form.day("assessed_on", _("アセスメントの日"))
            summary = form.text("summary", _("要約"), longest=LONGEST_SUMMARY, lines=True)
        add_assessment(
            session=session, actor=actor, clock=clock, client=client, assessed_on=day, summary=summary
        )

    done = _("アセスメントの要約を記録しました。次の会議の個別資料に載ります。")
    return recorded(Asked(request, db, clock, actor, client_id), form, act, "assessed_on", done)


route_handlers: list[ControllerRouterHandler] = [
    record_consent,
    record_withdrawal,
    record_assessment,
    record_plan,
    record_monitoring,
    record_request,
    take_back_event,
    record_decision,
]
