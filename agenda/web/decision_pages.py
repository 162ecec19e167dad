"""支援決定・確認の一覧: the city officer's own list, recorded in place."""

import re
from datetime import date

from litestar import get, post
from litestar.types import ControllerRouterHandler

from agenda.services.decision_list import correct_decision, record_listed_decision
from agenda.web.decision_views import TERMS, build_decisions
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.services.correction_trail import LONGEST_REASON
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.page import Page, render, see_other

READERS = allow(Role.CITY_OFFICER, Role.SECRETARIAT, Role.CHAIR)
RECORDERS = allow(Role.CITY_OFFICER, Role.SECRETARIAT)

_KEY = re.compile(r"([0-9a-f]{32})-(plan|evaluation)")


@get("/plans/decisions", opt=READERS, sync_to_thread=True)
def show_decisions(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """支援決定・確認の一覧; ?show= leaves those of one kind."""
    errors: list[ShownError] = []
    shown = ""
    try:
        shown = _shown(filters, request)
    except Refused as refusal:
        errors = shown_errors(refusal, request)
    return _page(request, db, clock, actor, shown, Form.filled(request), errors)


@post("/plans/decisions", opt=RECORDERS, sync_to_thread=True)
def record_decision(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """支援決定・確認を1件記録する."""
    _ = translator(request)
    key, shown = form.raw("key"), ""
    try:
        with form.reading():
            shown = _shown(form, request)
            plan_id, evaluation = _named(form, request)
            version = form.integer("version", _("版"))
            day = _day(form, key, request)
        with db.write() as session:
            record_listed_decision(
                session=session,
                actor=actor,
                clock=clock,
                plan_id=plan_id,
                version=version,
                evaluation=evaluation,
                decided_on=day,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, f"day-{key}" if _KEY.fullmatch(key) else "")
        return _page(request, db, clock, actor, shown, form, errors)
    return see_other(request, _address(shown), ("success", _("記録しました。")))


@post("/plans/decisions/corrections", opt=RECORDERS, sync_to_thread=True)
def mend_decision(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """記録した支援決定・確認の日を1件訂正する; what stood there stays in the trail."""
    _ = translator(request)
    key, shown = form.raw("key"), ""
    try:
        with form.reading():
            shown = _shown(form, request)
            plan_id, evaluation = _named(form, request)
            version = form.integer("version", _("版"))
            day = form.day(f"new-{key}", _("正しい日"))
            reason = form.text(f"reason-{key}", _("訂正の理由"), longest=LONGEST_REASON)
        with db.write() as session:
            correct_decision(
                session=session,
                actor=actor,
                clock=clock,
                plan_id=plan_id,
                version=version,
                evaluation=evaluation,
                decided_on=day,
                reason=reason,
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, f"new-{key}" if _KEY.fullmatch(key) else "")
        return _page(request, db, clock, actor, shown, form, errors)
    done = _("支援決定・確認の日を訂正しました。訂正の理由は、ケースの経過に残ります。")
    return see_other(request, _address(shown), ("success", done))


def _address(shown: str) -> str:
    return f"/plans/decisions?show={shown}" if shown else "/plans/decisions"


def _shown(form: Form, request: WebRequest) -> str:
    return form.opt_one_of("show", translator(request)("しぼり込み"), [*TERMS]) or ""


def _named(form: Form, request: WebRequest) -> tuple[str, bool]:
    """Return which plan is meant, and whether its evaluation is."""
    found = _KEY.fullmatch(form.raw("key"))
    if found is None:
        form.fail("key", translator(request)("記録するものを一覧から選び直してください。"))
        return "", False
    return found[1], found[2] == "evaluation"


def _day(form: Form, key: str, request: WebRequest) -> date:
    return form.day(f"day-{key}", translator(request)("決定・確認の日"))


def _page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    shown: str,
    typed: Form,
    errors: list[ShownError],
) -> Page:
    return render(
        request,
        "agenda/decisions.html",
        title=translator(request)("支援決定・確認"),
        status=422 if errors else 200,
        view=build_decisions(db, actor, today(clock), shown, locale_of(request)),
        typed=typed,
        errors=errors,
        wrong=by_field(errors),
    )


route_handlers: list[ControllerRouterHandler] = [show_decisions, record_decision, mend_decision]
