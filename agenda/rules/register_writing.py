"""台帳の書出し: the printed cells of a plan, as they were written as long as that is what is on record.

A cell that says something else by now is written anew, so that reading it gives the day and precision on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from agenda.rules.register import read_register
from agenda.rules.register_entry import Column, RegisterEntry
from agenda.rules.register_further import tidy
from meetings_app.core.partial_date import PartialDate, read_partial_date
from meetings_app.core.terms import EvaluationOutcome, Precision
from meetings_app.core.wareki import era_on

Said: TypeAlias = tuple[date | EvaluationOutcome | Precision | None, ...]
"""What a column says: its day, and beside it the precision or the outcome; all None: nothing."""

WORDS: Final = {
    EvaluationOutcome.ENDED: "終",
    EvaluationOutcome.REPLAN: "再",
    EvaluationOutcome.SUSPENDED: "中断",
}
_PARTS: Final = {
    Precision.EARLY: "上旬",
    Precision.MIDDLE: "中旬",
    Precision.LATE: "下旬",
    Precision.MONTH_END: "末日",
    Precision.MONTH: "",
}


@dataclass(frozen=True, slots=True)
class PlanDates:
    """プランの日付 as they are kept: each the last day that its precision allows."""

    met_on: date | None = None
    decided_on: date | None = None
    period_end: date | None = None
    period_end_precision: Precision | None = None
    monitoring_month_end: date | None = None
    monitoring_precision: Precision | None = None
    evaluated_on: date | None = None
    evaluation_outcome: EvaluationOutcome | None = None
    evaluation_decided_on: date | None = None


FIELDS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.MEETING: ("met_on",),
    Column.DECISION: ("decided_on",),
    Column.PERIOD: ("period_end", "period_end_precision"),
    Column.MONITORING: ("monitoring_month_end", "monitoring_precision"),
    Column.EVALUATION_MEETING: ("evaluated_on",),
    Column.EVALUATION: ("evaluation_decided_on", "evaluation_outcome"),
}
"""What of a plan each dated column says."""


def kept_of(entry: RegisterEntry) -> PlanDates:
    """Return what is kept of an entry; an outcome counts only with the day of the evaluating meeting."""
    evaluated = entry.outcome is not None and entry.evaluation_meeting is not None
    return PlanDates(
        met_on=_last(entry.meeting),
        decided_on=_last(entry.decision),
        period_end=_last(entry.period_end),
        period_end_precision=entry.period_end.precision if entry.period_end else None,
        monitoring_month_end=_last(entry.next_monitoring),
        monitoring_precision=entry.next_monitoring.precision if entry.next_monitoring else None,
        evaluated_on=_last(entry.evaluation_meeting),
        evaluation_outcome=entry.outcome if evaluated else None,
        evaluation_decided_on=_last(entry.evaluation_decision),
    )


def _last(partial: PartialDate | None) -> date | None:
    return None if partial is None else partial.last_day


def said_by(dates: PlanDates, column: Column) -> Said:
    """Return what a dated column says of a plan."""
    return tuple(getattr(dates, name) for name in FIELDS[column])


def printed_cells(dates: PlanDates, written: Mapping[str, str]) -> dict[Column, str]:
    """Return the dated cells of a plan: those `written` that say what is on record, the others anew."""
    cells = {column: tidy(written.get(column, "")) for column in FIELDS}
    for (
        _
    ) in FIELDS:  # a day without a year is read by the meeting before it, which may itself be written anew
        read = _read(cells)
        other = [column for column in FIELDS if said_by(read, column) != said_by(dates, column)]
        if not other:
            break
        cells |= {column: _anew(said_by(dates, column)) for column in other}
    return cells


def _read(cells: Mapping[Column, str]) -> PlanDates:
    whole = {Column.CASE: "1", Column.INITIALS: "A", Column.PLAN: "1", **cells}
    entries = read_register([list(Column), [whole[column] for column in Column]]).entries
    return kept_of(entries[0]) if entries else PlanDates()


def _anew(said: Said) -> str:
    day = next((part for part in said if isinstance(part, date)), None)
    precision = next((part for part in said if isinstance(part, Precision)), None)
    outcome = next((part for part in said if isinstance(part, EvaluationOutcome)), None)
    dated = "" if day is None else loose_day(day, precision or Precision.DAY)
    return " ".join(part for part in (WORDS.get(outcome) if outcome else "", dated) if part)


def loose_day(last: date, precision: Precision) -> str:
    """Return a day as registers write it, 「H26年3月25日」 or 「H26年3月下旬」, by the last day that is meant."""
    era = era_on(last)
    month = f"{era.letter}{last.year - era.year_one + 1}年{last.month}月"
    loose = read_partial_date(f"{month}{_PARTS.get(precision, '')}")
    fits = loose is not None and loose.last_day == last and precision is not Precision.DAY
    return loose.raw if loose is not None and fits else f"{month}{last.day}日"
