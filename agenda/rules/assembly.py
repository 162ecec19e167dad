"""議題の組立て: which due plans go on an agenda, in what order, for which purpose and how long."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from agenda.rules.due import Due
from meetings_app.core.terms import DueReason, Purpose

MINUTES = {
    DueReason.NEW: 15,
    DueReason.REPLAN: 15,
    DueReason.EVALUATION: 10,
    DueReason.ENDING: 10,
    DueReason.MONITORING: 5,
    DueReason.URGENT: 15,
    DueReason.CARRIED_OVER: 10,
}
"""予定時間 in minutes by reason: where the office starts from; each item can be changed."""

JUDGES = (DueReason.EVALUATION, DueReason.ENDING)
"""Reasons whose outcome is an evaluation (終結・再プラン・中断)."""


@dataclass(frozen=True, slots=True)
class ProposedItem:
    """議題の案: one plan with its place in the order, starting at 1."""

    position: int
    case: int
    plan: int
    purpose: Purpose
    reason: DueReason
    deadline: date | None
    minutes: int


def purpose_of(reason: DueReason) -> Purpose:
    """Return the purpose an item serves: evaluating what was done, or fitting the plan (第2条第1号・第2号)."""
    evaluates = reason in (*JUDGES, DueReason.MONITORING)
    return Purpose.EVALUATE if evaluates else Purpose.ADJUST


def propose_items(dues: Iterable[Due], minutes: Mapping[DueReason, int] = MINUTES) -> list[ProposedItem]:
    """Return the agenda: case by case, the case with the earliest deadline first, its plans in order.

    An evaluation and the new plan of the same case stand next to each other. `minutes` are those planned per
    reason.
    """
    listed = list(dues)
    earliest = {
        case: min((due.deadline for due in listed if due.case == case and due.deadline), default=date.max)
        for case in {due.case for due in listed}
    }
    ordered = sorted(listed, key=lambda due: (earliest[due.case], due.case, due.plan))
    return [
        ProposedItem(
            position=position,
            case=due.case,
            plan=due.plan,
            purpose=purpose_of(due.reason),
            reason=due.reason,
            deadline=due.deadline,
            minutes=minutes[due.reason],
        )
        for position, due in enumerate(ordered, start=1)
    ]


def item_title(case: int, plan: int, reason: DueReason | None) -> str:
    """Return what an item is called: 「No.9 プラン2 評価」."""
    return " ".join(part for part in (f"No.{case}", f"プラン{plan}", str(reason or "")) if part)
