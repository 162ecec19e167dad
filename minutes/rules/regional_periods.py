"""期間の集計: several periods published beside one another, so that no difference between them tells a hidden number.

A year is the sum of its half-years: whoever reads both can subtract. So only the shortest periods are protected
on their own; a longer one shows a number only where every part shows it, and then it is the sum of what is shown.
It holds nothing that its parts do not say already. An edition with a larger threshold shows a number only where
the edition with the smaller one shows it as well, for readers who have both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from minutes.rules.regional import PublishedTable

FISCAL_FIRST_MONTH = 4
SECOND_HALF_MONTH = 10


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """半期: one half of a fiscal year (April to September, October to March)."""

    fiscal_year: int
    half: int

    @property
    def first_day(self) -> date:
        """The first day of the half-year."""
        month = FISCAL_FIRST_MONTH if self.half == 1 else SECOND_HALF_MONTH
        return date(self.fiscal_year, month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the half-year."""
        return self.following.first_day - timedelta(days=1)

    @property
    def following(self) -> "HalfYear":
        """The half-year after this one."""
        return HalfYear(self.fiscal_year, 2) if self.half == 1 else HalfYear(self.fiscal_year + 1, 1)


def half_year_of(day: date) -> HalfYear:
    """Return the half-year that a day lies in."""
    if FISCAL_FIRST_MONTH <= day.month < SECOND_HALF_MONTH:
        return HalfYear(day.year, 1)
    return HalfYear(day.year if day.month >= SECOND_HALF_MONTH else day.year - 1, 2)


def half_years_between(first: date, last: date) -> tuple[HalfYear, ...]:
    """Return every half-year from the one of `first` to the one of `last`, in order."""
    found = [half_year_of(first)]
    while found[-1] < half_year_of(last):
        found.append(found[-1].following)
    return tuple(found)


def combine(parts: Sequence[PublishedTable]) -> PublishedTable:
    """足し合わせる: return the table of periods that follow one another; a number hidden in one part is hidden.

    Raises ValueError without parts and for parts of different shape or threshold.
    """
    if not parts:
        raise ValueError("there is nothing to combine")
    first = parts[0]
    shapes = {(part.categories, part.municipalities, part.threshold) for part in parts}
    if len(shapes) > 1:
        raise ValueError("tables of different shape or threshold cannot be combined")
    return _build(first, lambda read: _sum([read(part) for part in parts]))


def show_only_where(table: PublishedTable, other: PublishedTable) -> PublishedTable:
    """さらに隠す: return `table` without the numbers that `other` hides.

    Raises ValueError for tables of different shape.
    """
    if (table.categories, table.municipalities) != (other.categories, other.municipalities):
        raise ValueError("tables of different shape cannot be compared")
    return _build(table, lambda read: None if read(other) is None else read(table))


def combine_counts(parts: Sequence[int], threshold: int) -> int | None:
    """Return the sum of one count over periods, None where a part is small enough to be hidden."""
    return None if any(0 < part < threshold for part in parts) else sum(parts)


_Read = Callable[[PublishedTable], int | None]


def _build(shape: PublishedTable, number: Callable[[_Read], int | None]) -> PublishedTable:
    """Return a table whose every number is what `number` makes of the same place in other tables."""
    rows, columns = range(len(shape.categories)), range(len(shape.municipalities))
    return PublishedTable(
        categories=shape.categories,
        municipalities=shape.municipalities,
        cells=tuple(tuple(number(_reader(i, j)) for j in columns) for i in rows),
        row_totals=tuple(number(_reader(i, None)) for i in rows),
        column_totals=tuple(number(_reader(None, j)) for j in columns),
        grand_total=number(_reader(None, None)),
        threshold=shape.threshold,
    )


def _reader(row: int | None, column: int | None) -> _Read:
    return lambda table: table.at((row, column))


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
