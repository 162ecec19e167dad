"""Dates as registers give them (「H25年12月下旬」, 「H26年3月」), with how exactly they say it."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from meetings_app.core.errors import Refused
from meetings_app.core.terms import Precision
from meetings_app.core.wareki import (
    ERA_OR_YEAR,
    ERAS,
    check_era,
    era_on,
    era_year_text,
    format_wareki,
    squeeze,
    western_year,
)

ACCEPTED = (
    "「H26年3月25日」「平成26年3月下旬」「H26年3月末日」「H26年3月」「2014-03-25」のように書いてください。"
)

_PARTS = {
    "上旬": Precision.EARLY,
    "中旬": Precision.MIDDLE,
    "下旬": Precision.LATE,
    "末日": Precision.MONTH_END,
    "末": Precision.MONTH_END,
}
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{ERA_OR_YEAR}年)?(?P<month>[0-9]{{1,2}})月(?:(?P<day>[0-9]{{1,2}})日|(?P<part>上旬|中旬|下旬|末日?))?",
        rf"{ERA_OR_YEAR}(?P<sep>[./-])(?P<month>[0-9]{{1,2}})(?:(?P=sep)(?P<day>[0-9]{{1,2}}))?",
    )
)
_ERA_MARKS = "|".join(mark for era in ERAS for mark in (era.name, era.letter))
_BLANK = re.compile(rf"-*|(?:{_ERA_MARKS})?(?:年月日?|[./][./])|月日")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """精度付きの日付: the text as written, what it says, and how exactly.

    `year` is western; `day` is given only with Precision.DAY. `year_assumed` marks a year that
    the text leaves out and that was supplied from the context.
    """

    raw: str
    year: int
    month: int
    day: int | None
    precision: Precision
    year_assumed: bool = False

    @property
    def first_day(self) -> date:
        """Return the first day that the precision allows."""
        start = {Precision.MIDDLE: 11, Precision.LATE: 21, Precision.MONTH_END: self._month_length}
        return date(self.year, self.month, self.day or start.get(self.precision, 1))

    @property
    def last_day(self) -> date:
        """Return the last day that the precision allows.

        下旬, 末日 and month-only mean the month's last day.
        """
        end = {Precision.EARLY: 10, Precision.MIDDLE: 20}
        return date(self.year, self.month, self.day or end.get(self.precision, self._month_length))

    @property
    def has_stray_spaces(self) -> bool:
        """Return whether white space stands in or around the text."""
        return any(sign.isspace() for sign in self.raw)

    @property
    def _month_length(self) -> int:
        return calendar.monthrange(self.year, self.month)[1]


def is_blank_date(text: str) -> bool:
    """Return whether `text` says nothing: empty, a dash, or an unfilled form such as 「H 年 月 日」."""
    return _BLANK.fullmatch(squeeze(text).upper()) is not None


def read_partial_date(text: str, context: date | None = None) -> PartialDate | None:
    """Return what `text` says, or None where it says nothing.

    A text without a year (「10月末日」) is read only with `context`: the first such month from the month of
    `context` on, with `year_assumed` set. Raises Refused for what cannot be read and for days
    that do not exist.
    """
    if is_blank_date(text):
        return None
    squeezed = squeeze(text).upper()
    found = next((match for p in _PATTERNS if (match := p.fullmatch(squeezed))), None)
    if found is None:
        raise Refused(f"「{text.strip()}」を日付として読めません。{ACCEPTED}")
    marks = found.groupdict()
    result = _build(text, marks, context)
    if marks["era"]:
        check_era(marks["era"], result.first_day, result.last_day)
    else:
        era_on(result.last_day)
    return result


def _build(text: str, marks: dict[str, str | None], context: date | None) -> PartialDate:
    month = int(marks["month"] or 0)
    day = int(marks["day"]) if marks["day"] else None
    assumed = not (marks["era"] or marks["year"])
    year = _year(text, marks, month, context)
    precision = Precision.DAY if marks["day"] else _PARTS.get(marks.get("part") or "", Precision.MONTH)
    _check_exists(text, year, month, day)
    return PartialDate(text, year, month, day, precision, assumed)


def _year(text: str, marks: dict[str, str | None], month: int, context: date | None) -> int:
    if marks["era"]:
        return western_year(marks["era"], marks["era_year"] or "")
    if marks["year"]:
        return int(marks["year"])
    if context is None:
        raise Refused(f"「{text.strip()}」には年がないため読めません。年を付けて{ACCEPTED}")
    return context.year if month >= context.month else context.year + 1


def _check_exists(text: str, year: int, month: int, day: int | None) -> None:
    try:
        date(year, month, 1 if day is None else day)
    except ValueError:
        raise Refused(
            f"「{text.strip()}」という日はありません。月と日を確かめ、実在する日付を{ACCEPTED}"
        ) from None


def format_loosely(day: date | None, precision: Precision | None) -> str:
    """Return a day as exactly as it is on record: 「平成26年3月25日」, 「平成26年3月下旬」, 「平成26年3月」; "" for none."""
    if day is None:
        return ""
    if precision is None or precision is Precision.DAY:
        return format_wareki(day)
    part = "" if precision is Precision.MONTH else str(precision)
    return f"{era_year_text(day)}{day.month}月{part}"
