"""相談者一覧の規則: which cases are open on a day, which are new, and how a level changed.

Only facts dated on or before the day count. A case with neither a first contact nor a plan counts as open long ago:
better listed than lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from agenda.rules.due import PlanFacts, drafted_by, is_confirmed, is_evaluated, is_known
from agenda.rules.monthly import monthly_table
from meetings_app.core.effective import holds
from meetings_app.core.terms import EvaluationOutcome
from meetings_app.core.wareki import fiscal_year_period

LEVELS = range(6)
"""レベル 0 to 5; what each means is the office's own agreement."""

ENDS = (EvaluationOutcome.ENDED, EvaluationOutcome.SUSPENDED)
"""Evaluations after which a case is no longer open, unless a later plan follows."""


class CaseStage(StrEnum):
    """段階: how far the last plan of a case is."""

    NO_PLAN = "プラン未作成"
    DRAFT = "作成中"
    RUNNING = "支援中"
    REPLAN = "再プラン待ち"


class LevelChange(StrEnum):
    """レベルの変化 since the last meeting. Whether up is better or worse is the office's own agreement."""

    UP = "上がった"
    DOWN = "下がった"
    SAME = "同じ"
    UNKNOWN = "比べられない"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """ケースの記録: first contact, a day of closing without a plan, and the plans, in any order."""

    case: int
    first_contact_on: date | None = None
    closed_on: date | None = None
    plans: tuple[PlanFacts, ...] = ()

    def plans_known(self, on: date) -> list[PlanFacts]:
        """Return the plans that exist on a day, in order of their numbers."""
        return sorted((plan for plan in self.plans if is_known(plan, on)), key=lambda plan: plan.plan)


def is_open_case(case: CaseFacts, on: date) -> bool:
    """続いているケースか: begun by the day, and ended neither by an evaluation nor by a closing."""
    if case.closed_on is not None and case.closed_on <= on:
        return False
    known = case.plans_known(on)
    if known:
        return not (is_evaluated(known[-1], on) and known[-1].outcome in ENDS)
    if case.first_contact_on is not None:
        return case.first_contact_on <= on
    return not case.plans


def is_new_case(case: CaseFacts, on: date, last_meeting: date | None) -> bool:
    """新規か: its first contact or its first plan came after the last meeting. Without any meeting all are new."""
    if last_meeting is None:
        return True
    first_plan = [drafted_by(plan) for plan in case.plans_known(on) if plan.plan == 1]
    contact = [case.first_contact_on] if case.first_contact_on is not None else []
    return any(last_meeting < day <= on for day in (*contact, *first_plan))


def stage_on(case: CaseFacts, on: date) -> tuple[int | None, CaseStage]:
    """段階: return the number of the last plan (None: none yet) and how far it is on a day."""
    known = case.plans_known(on)
    if not known:
        return None, CaseStage.NO_PLAN
    last = known[-1]
    if is_evaluated(last, on):
        return last.plan, CaseStage.REPLAN
    return last.plan, CaseStage.RUNNING if is_confirmed(last, on) else CaseStage.DRAFT


def level_change(level: int | None, before: int | None) -> LevelChange:
    """変化: compare a level with the one at the last meeting."""
    if level is None or before is None:
        return LevelChange.UNKNOWN
    if level == before:
        return LevelChange.SAME
    return LevelChange.UP if level > before else LevelChange.DOWN


def list_order(
    case: int, change: LevelChange, level: int | None, *, is_new: bool
) -> tuple[bool, int, int, int]:
    """並び順: new cases on top, then those whose level changed, the higher level first, then by case number."""
    return (not is_new, [*LevelChange].index(change), -1 if level is None else -level, case)


def new_cases_in(cases: Iterable[CaseFacts], fiscal_year: int, on: date) -> int:
    """新規相談: count the cases whose first contact, or where none is recorded first plan's meeting, fell in the year."""
    year = fiscal_year_period(fiscal_year)
    return sum(
        begun is not None and begun <= on and holds(year, begun) for begun in (_begun(case) for case in cases)
    )


def plans_in(plans: Sequence[PlanFacts], fiscal_year: int, on: date) -> int:
    """プラン作成: count the plans that meetings of the year had confirmed by a day, as the monthly table does."""
    table = monthly_table((plan for plan in plans if is_confirmed(plan, on)), fiscal_year)
    return sum(row.plan_1 + row.plan_2 + row.plan_3 + row.later for row in table)


def _begun(case: CaseFacts) -> date | None:
    if case.first_contact_on is not None:
        return case.first_contact_on
    return next((plan.meeting for plan in case.plans if plan.plan == 1), None)
