"""期間: what services check before they store a dated fact. Periods are half-open, people say the last day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from meetings_app.core.effective import Dated
from meetings_app.core.errors import Refused
from meetings_app.core.wareki import format_wareki

D = TypeVar("D", bound=Dated)


def day_after(first: date, last: date | None) -> date | None:
    """Return the half-open end of a period given by its last day. Raises Refused where it ends before it begins."""
    if last is None:
        return None
    if last < first:
        raise Refused("最後の日が始まりの日より前です。日付を確かめてください。")
    if last == date.max:
        raise Refused("最後の日が遠すぎます。終わりの決まっていない場合は、空欄にしてください。")
    return last + timedelta(days=1)


def overlapping(rows: Sequence[D], start: date, end: date | None) -> D | None:
    """Return the first of the rows that shares a day with a period, or None."""
    for row in rows:
        ends_before = row.valid_to is not None and row.valid_to <= start
        begins_after = end is not None and end <= row.valid_from
        if not ends_before and not begins_after:
            return row
    return None


def refuse_overlap(rows: Sequence[Dated], start: date, end: date | None, what: str) -> None:
    """Raise Refused where a period shares a day with one of the rows; `what` is whose or which facts they are."""
    found = overlapping(rows, start, end)
    if found is not None:
        raise Refused(
            f"{what}が重なります（{format_wareki(found.valid_from)}から記録があります）。"
            "始まりの日か最後の日を直してください。"
        )


def first_gap(rows: Sequence[Dated], start: date, end: date | None) -> date | None:
    """Return the first day from `start` up to `end` on which none of the rows holds, or None."""
    reached = start
    for row in sorted(rows, key=lambda one: one.valid_from):
        if row.valid_from > reached:
            break
        if row.valid_to is None:
            return None
        reached = max(reached, row.valid_to)
    return None if end is not None and reached >= end else reached
