"""支援決定・確認の一覧, as finished views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from agenda.rules.decision_kind import CONFIRMATION, EITHER, SUPPORT_DECISION
from agenda.services.decision_list import (
    DecisionToRecord,
    RecordedDecision,
    decisions_to_record,
    recorded_decisions,
)
from agenda.services.visibility import SEES_ALL
from agenda.web.due_views import Chip
from meetings_app.core.actor import Actor
from meetings_app.core.terms import EvaluationOutcome, Role
from meetings_app.db.engine import Database
from meetings_app.web.heat import say, since_meeting
from meetings_app.web.locale import Locale, Translator, format_day, mark, translator_for

TERMS = {
    "support": SUPPORT_DECISION,
    "confirmation": CONFIRMATION,
    "open": EITHER,
}
"""How the address names what the city is asked for."""

_MARKED = (mark("支援決定"), mark("確認"), mark("支援決定・確認"))


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """記録を待つ1件. `key` names its field: plan id, and whether it is of the evaluation; `version` the plan's."""

    key: str
    version: int
    case: str
    href: str
    what: str
    outcome: str
    term: str
    day: str
    iso: str
    meeting_href: str
    since: str
    label: str


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """記録した1件. `key`, `version` are for the form that corrects its day, `label` says which day that is."""

    key: str
    version: int
    case: str
    href: str
    what: str
    outcome: str
    term: str
    day: str
    iso: str
    decided: str
    decided_iso: str
    label: str


@dataclass(frozen=True, slots=True)
class DecisionsView:
    """支援決定・確認の画面, finished. `shown` is the filter that forms carry along."""

    sub: str
    chips: tuple[Chip, ...]
    lines: tuple[DecisionLine, ...]
    recorded: tuple[RecordedLine, ...]
    records: bool
    shown: str
    footnote: str


def build_decisions(db: Database, actor: Actor, on: date, shown: str, locale: Locale) -> DecisionsView:
    """Return what waits to be recorded and what was recorded lately; `shown` "" or a key of TERMS."""
    with db.read() as session:
        waiting = decisions_to_record(session, actor.committee_id, on)
        recorded = recorded_decisions(session, actor.committee_id, on)
    writer = _Writer(locale, opens_meetings=actor.role in SEES_ALL)
    _ = translator_for(locale)
    return DecisionsView(
        sub=say(_("記録を待つもの {n}件"), n=len(waiting)),
        chips=_chips(waiting, shown, _),
        lines=tuple(writer.waiting(one) for one in waiting if _fits(one.term, shown)),
        recorded=tuple(writer.recorded(one) for one in recorded if _fits(one.term, shown)),
        records=actor.role in (Role.SECRETARIAT, Role.CITY_OFFICER),
        shown=shown,
        footnote=say(_("{day}の記録による一覧です。"), day=format_day(on, locale, weekday=True)),
    )


def _fits(term: str, shown: str) -> bool:
    return not shown or term == TERMS[shown]


def _chips(waiting: Sequence[DecisionToRecord], shown: str, translate: Translator) -> tuple[Chip, ...]:
    _ = translate
    labels = {"": _("すべて"), **{key: _(term) for key, term in TERMS.items()}, "open": _("どちらか未定")}
    return tuple(
        Chip(
            label=label,
            href=f"/plans/decisions?{urlencode({'show': key})}" if key else "/plans/decisions",
            active=key == shown,
            count=sum(_fits(one.term, key) for one in waiting),
        )
        for key, label in labels.items()
    )


def _key(plan_id: str, *, evaluation: bool) -> str:
    return f"{plan_id}-{'evaluation' if evaluation else 'plan'}"


@dataclass(frozen=True, slots=True)
class _Writer:
    locale: Locale
    opens_meetings: bool

    def waiting(self, one: DecisionToRecord) -> DecisionLine:
        _ = translator_for(self.locale)
        awaited = one.awaited
        case = f"No.{awaited.case}"
        what = self._what(awaited.plan, evaluation=awaited.evaluation)
        return DecisionLine(
            key=_key(awaited.plan_id, evaluation=awaited.evaluation),
            version=awaited.version,
            case=case,
            href=f"/plans/{awaited.client_id}",
            what=what,
            outcome=self._outcome(awaited.outcome),
            term=_(one.term),
            day=format_day(awaited.met_on, self.locale, weekday=True),
            iso=awaited.met_on.isoformat(),
            meeting_href=f"/meetings/{one.meeting_id}" if self.opens_meetings and one.meeting_id else "",
            since=since_meeting(_, one.days),
            label=say(_("{case} {what}の{term}の日"), case=case, what=what, term=_(one.term)),
        )

    def recorded(self, one: RecordedDecision) -> RecordedLine:
        _ = translator_for(self.locale)
        case = f"No.{one.case}"
        what = self._what(one.plan, evaluation=one.evaluation)
        return RecordedLine(
            key=_key(one.plan_id, evaluation=one.evaluation),
            version=one.version,
            case=case,
            href=f"/plans/{one.client_id}",
            what=what,
            outcome=self._outcome(one.outcome),
            term=_("未定") if one.term == EITHER else _(one.term),
            day=format_day(one.met_on, self.locale, weekday=True),
            iso=one.met_on.isoformat(),
            decided=format_day(one.decided_on, self.locale, weekday=True),
            decided_iso=one.decided_on.isoformat(),
            label=say(_("{case} {what}の{term}の日"), case=case, what=what, term=_(one.term)),
        )

    def _what(self, plan: int, *, evaluation: bool) -> str:
        _ = translator_for(self.locale)
        return say(_("プラン{n}の評価") if evaluation else _("プラン{n}"), n=plan)

    def _outcome(self, outcome: EvaluationOutcome | None) -> str:
        return "" if outcome is None else str(outcome)
