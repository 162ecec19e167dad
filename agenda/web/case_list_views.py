"""ケースの一覧, as a finished view."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from agenda.rules.due import Due
from agenda.services.case_search import ASSIGNED, PROVIDER, Found, find_cases
from agenda.services.clients import assigned_names, names_kept
from agenda.services.plans import CaseView, list_cases, list_due
from agenda.tables import Plan
from agenda.web.plan_views import loose_day, stage_of
from meetings_app.core.actor import Actor
from meetings_app.db.engine import Database
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, mark, translator_for

MOST_SUGGESTED = 8
"""Cases in the list under the field of the page's head."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the list; `matched` says by what it was found where the line does not show it."""

    case: str
    href: str
    initials: str
    name: str
    plan: str
    stage: str
    period: str
    iso: str
    reason: str
    days: int | None
    due: bool
    assigned: str
    consented: bool
    matched: str = ""


@dataclass(frozen=True, slots=True)
class CaseList:
    """一覧: the cases that fit, how many there are in all, and how many of those are being supported."""

    lines: tuple[CaseLine, ...]
    total: int
    supported: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One case in the list under the field of the page's head."""

    href: str
    case: str
    initials: str
    matched: str


def build_cases(
    db: Database, actor: Actor, on: date, locale: Locale, query: str = "", *, only_open: bool = False
) -> CaseList:
    """Return the list of cases: all, those being supported, or those that answer a query."""
    with db.read() as session:
        cases = list_cases(session, actor.committee_id, on)
        dues = list_due(session=session, committee_id=actor.committee_id, on=on)
        people = assigned_names(session, [view.client for view in cases])
        writer = _LineWriter(
            on,
            locale,
            dues,
            {client_id: person.name for client_id, person in people.items()},
            named=names_kept(session),
        )
        supported = [view for view in cases if is_supported(view, on)]
        if query:
            lines = writer.found(cases, find_cases(session, actor.committee_id, query))
        else:
            lines = [writer.line(view) for view in (supported if only_open else cases)]
        return CaseList(tuple(lines), len(cases), len(supported))


def suggest_cases(db: Database, actor: Actor, query: str, locale: Locale) -> tuple[list[Suggestion], int]:
    """Return the first cases that answer what is being typed, and how many more there are."""
    with db.read() as session:
        found = find_cases(session, actor.committee_id, query)
    shown = [
        Suggestion(
            f"/plans/{one.client_id}",
            f"No.{one.case}",
            " ".join(part for part in (one.initials, one.name) if part),
            matched_text(one, locale),
        )
        for one in found[:MOST_SUGGESTED]
    ]
    return shown, len(found) - len(shown)


def matched_text(found: Found, locale: Locale) -> str:
    """Return by what a case was found, "" where the case itself says it."""
    _ = translator_for(locale)
    label = {ASSIGNED: mark("担当 {name}"), PROVIDER: mark("提供者 {name}")}.get(found.by)
    return say(_(label), name=found.matched) if label else ""


def is_supported(view: CaseView, on: date) -> bool:
    """Return whether a case goes on: it has a plan that is not evaluated, and was not closed."""
    closed = view.client.closed_on is not None and view.client.closed_on <= on
    return not closed and _running_plan(view.plans, on) is not None


def _is_written(plan: Plan, on: date) -> bool:
    """Return whether a plan is there on the day: drafted by then or, undated, the day before its meeting."""
    drafted = plan.drafted_on or (plan.met_on - timedelta(days=1) if plan.met_on else on)
    return drafted <= on


def _running_plan(plans: Sequence[Plan], on: date) -> Plan | None:
    """Return the latest plan that is not evaluated on the day; a draft counts."""
    open_plans = [plan for plan in plans if plan.evaluated_on is None or plan.evaluated_on > on]
    return open_plans[-1] if open_plans else None


@dataclass(frozen=True, slots=True)
class _LineWriter:
    on: date
    locale: Locale
    dues: Sequence[Due]
    people: dict[str, str]
    named: bool

    def found(self, cases: Sequence[CaseView], hits: Sequence[Found]) -> list[CaseLine]:
        by_id = {view.client.id: view for view in cases}
        return [self.line(by_id[hit.client_id], matched_text(hit, self.locale)) for hit in hits]

    def line(self, view: CaseView, matched: str = "") -> CaseLine:
        _ = translator_for(self.locale)
        client = view.client
        known = [plan for plan in view.plans if _is_written(plan, self.on)]
        last = _running_plan(known, self.on) or (known[-1] if known else None)
        due = next((due for due in self.dues if due.case == client.case_number), None)
        return CaseLine(
            case=f"No.{client.case_number}",
            href=f"/plans/{client.id}",
            initials=client.initials,
            name=client.name if self.named else "",
            plan=say(_("プラン{n}"), n=last.number) if last else "",
            stage=self._stage(view, last),
            period=loose_day(last.period_end, last.period_end_precision, self.locale) if last else "",
            iso=last.period_end.isoformat() if last and last.period_end else "",
            reason=_(due.reason) if due else "",
            days=due.days_left if due else None,
            due=due is not None,
            assigned=self.people.get(client.id, ""),
            consented=view.consented,
            matched=matched,
        )

    def _stage(self, view: CaseView, last: Plan | None) -> str:
        _ = translator_for(self.locale)
        if view.client.closed_on is not None and view.client.closed_on <= self.on:
            return _("終了")
        return _(stage_of(last, self.on)) if last else _("プラン未作成")
