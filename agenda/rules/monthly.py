"""月別の集計: plans made and support ended, by the month of the meeting."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agenda.rules.due import PlanFacts
from meetings_app.core.effective import holds
from meetings_app.core.terms import EvaluationOutcome
from meetings_app.core.wareki import fiscal_year_period

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class MonthlyRow:
    """One month: numbers of plans confirmed (プラン1, 2, 3) and of endings (終結).

    `later` counts plans numbered 4 and up: printed tables have no column for them, and they must neither
    vanish nor swell プラン3.
    """

    month: int
    plan_1: int
    plan_2: int
    plan_3: int
    ended: int
    later: int = 0


def monthly_table(plans: Iterable[PlanFacts], fiscal_year: int) -> list[MonthlyRow]:
    """Return twelve rows, April to March, of the fiscal year that began in the western year `fiscal_year`.

    A plan counts in the month of the meeting that confirmed it, an ending in the month of the meeting that
    evaluated the plan as 終結. 再プラン and 中断 are no endings.
    """
    made: Counter[tuple[int, int]] = Counter()
    ended: Counter[int] = Counter()
    for plan in plans:
        if plan.meeting is not None and _within(plan.meeting, fiscal_year):
            made[plan.meeting.month, min(plan.plan, 4)] += 1
        if _ended_within(plan, fiscal_year) and plan.evaluated_on is not None:
            ended[plan.evaluated_on.month] += 1
    return [
        MonthlyRow(month, made[month, 1], made[month, 2], made[month, 3], ended[month], made[month, 4])
        for month in MONTHS
    ]


def _within(day: date, fiscal_year: int) -> bool:
    return holds(fiscal_year_period(fiscal_year), day)


def _ended_within(plan: PlanFacts, fiscal_year: int) -> bool:
    ended = plan.outcome is EvaluationOutcome.ENDED
    return ended and plan.evaluated_on is not None and _within(plan.evaluated_on, fiscal_year)
