"""期限: what is due as of a day, putting it on a meeting's agenda, and the monthly figures."""

from collections.abc import Callable, Sequence
from datetime import date

from litestar import get, post
from litestar.types import ControllerRouterHandler

from agenda.services.due_placing import place_plans
from agenda.web.due_views import ALL, AT_MEETING, LOCKED, NOBODY, ORDERS, UNPLACED, Question, build_due
from agenda.web.plan_views import LAST_YEAR, as_of_day, build_monthly, fiscal_year_text
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import DueReason, Role
from meetings_app.core.wareki import fiscal_year
from meetings_app.db.engine import Database
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field, shown_errors
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, GivenForm, WebRequest
from meetings_app.web.locale import locale_of, translator
from meetings_app.web.page import Page, render, see_other

READERS = allow(Role.SECRETARIAT, Role.CHAIR, Role.CITY_OFFICER)

FARTHEST_DAYS = 731
FIRST_YEAR = 1990


@get("/plans/due", opt=READERS, sync_to_thread=True)
def show_due(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, filters: GivenFilters
) -> Page:
    """期限: as of a day (?on=), so many days ahead (?horizon=), perhaps only some rows, in an order (?order=).

    Rows are chosen by ?show=, ?reason= and ?assigned=.
    """
    errors: list[ShownError] = []
    question = Question(today(clock))
    try:
        question = _question(filters, question.on, translator(request))
    except Refused as refusal:
        errors = shown_errors(refusal, request)
    return _due_page(request, db, clock, actor, question, filters, errors)


@post("/plans/due", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def place_due(
    request: WebRequest, db: GivenDb, clock: GivenClock, actor: GivenActor, form: GivenForm
) -> Page:
    """選んだプランを会議に入れる, all of them or none; the button names the next meeting, the list any other."""
    _ = translator(request)
    question = Question(today(clock))
    try:
        question = _question(form, question.on, _)
        with form.reading():
            plan_ids = form.identifiers("plan", _("プラン"))
            meeting_id = form.opt_identifier("into", _("会議")) or form.identifier("meeting", _("会議"))
        with db.write() as session:
            placed = place_plans(
                session=session, actor=actor, clock=clock, meeting_id=meeting_id, plan_ids=plan_ids
            )
    except Refused as refusal:
        errors = shown_errors(refusal, request, "plan")
        return _due_page(request, db, clock, actor, question, form, errors, form.raws("plan"))
    done = _("{n}件を議題に入れました。").replace("{n}", str(len(placed)))
    return see_other(request, f"/meetings/{meeting_id}", ("success", done))


def _due_page(
    request: WebRequest,
    db: Database,
    clock: Clock,
    actor: Actor,
    question: Question,
    typed: Form,
    errors: list[ShownError],
    ticked: Sequence[str] = (),
) -> Page:
    view = build_due(db, actor, question, locale_of(request), today(clock))
    wrong = by_field(errors)
    return render(
        request,
        "agenda/due.html",
        title=translator(request)("期限"),
        status=422 if errors else 200,
        due=view,
        typed=Form.filled(
            request,
            on=typed.raw("on") if "on" in wrong else view.on_text,
            horizon=typed.raw("horizon") if "horizon" in wrong else view.horizon_days,
            meeting=typed.raw("meeting"),
        ),
        ticked=set(ticked),
        errors=errors,
        wrong=wrong,
    )


def _question(filters: Form, on: date, translate: Callable[[str], str]) -> Question:
    _ = translate
    with filters.reading():
        day = as_of_day(filters, _)
        horizon = filters.opt_integer("horizon", _("範囲"), low=1, high=FARTHEST_DAYS)
        shown = filters.raw("show")
        if not AT_MEETING.fullmatch(shown):
            shown = filters.opt_one_of("show", _("しぼり込み"), (UNPLACED, LOCKED)) or ALL
        reason = filters.opt_choice("reason", _("理由"), DueReason)
        assigned = filters.raw("assigned")
        if assigned != NOBODY:
            assigned = filters.opt_identifier("assigned", _("担当")) or ""
        order = filters.opt_one_of("order", _("順"), [*ORDERS]) or ""
    return Question(day or on, horizon, shown, reason, assigned, order)


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


route_handlers: list[ControllerRouterHandler] = [show_due, place_due, show_monthly]
