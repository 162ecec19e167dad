"""和暦: Japanese calendar dates from 明治6年 (1873) on, written and read.

Japan took the Gregorian calendar on 1873-01-01; earlier dates belong to a lunar calendar and are not handled.
The day on which an era changed belongs to the new era (the edicts of 1912, 1926, 1989 and 2019).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Era:
    """元号: `year_one` is the western year of 元年, `first_day` the first day written with this era here."""

    name: str
    letter: str
    year_one: int
    first_day: date


ERAS = (
    Era("明治", "M", 1868, date(1873, 1, 1)),
    Era("大正", "T", 1912, date(1912, 7, 30)),
    Era("昭和", "S", 1926, date(1926, 12, 25)),
    Era("平成", "H", 1989, date(1989, 1, 8)),
    Era("令和", "R", 2019, date(2019, 5, 1)),
)
"""Oldest first. A new era is one more line."""

ACCEPTED = "「平成26年3月25日」「H26.3.25」「2014-03-25」のように書いてください。"

_WEEKDAYS = "月火水木金土日"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_ERA_MARKS = "|".join(mark for era in ERAS for mark in (era.name, era.letter))
ERA_OR_YEAR = rf"(?:(?P<era>{_ERA_MARKS})(?P<era_year>元|[0-9]{{1,2}})|(?P<year>[0-9]{{4}}))"
"""Pattern of a year, in squeezed upper-case text: an era with its year, or four figures."""
_FULL_DATE = re.compile(
    ERA_OR_YEAR
    + r"(?:年(?P<m1>[0-9]{1,2})月(?P<d1>[0-9]{1,2})日"
    + r"|(?P<sep>[./-])(?P<m2>[0-9]{1,2})(?P=sep)(?P<d2>[0-9]{1,2}))"
    + r"(?:\((?P<weekday>[月火水木金土日])\))?"
)


def era_on(day: date) -> Era:
    """Return the era `day` is written with.

    Raises Refused before 1873-01-01.
    """
    for era in reversed(ERAS):
        if era.first_day <= day:
            return era
    raise Refused(
        "明治5年（1872年）以前の日付は旧暦のため扱えません。明治6年1月1日以後の日付を入力してください。"
    )


def era_year(day: date) -> tuple[str, int]:
    """Return the era's name and the year in it: 2014-03-25 → ("平成", 26).

    Raises Refused before 1873-01-01.
    """
    era = era_on(day)
    return era.name, day.year - era.year_one + 1


def format_wareki(day: date, *, weekday: bool = False) -> str:
    """Return `day` as 「平成26年3月25日」, year 1 as 元年; with `weekday` 「（火）」 is appended.

    Raises Refused before 1873-01-01.
    """
    text = f"{era_year_text(day)}{day.month}月{day.day}日"
    return f"{text}（{_WEEKDAYS[day.weekday()]}）" if weekday else text


def short_wareki(day: date) -> str:
    """Return `day` as 「R8.4.1」, year 1 as the figure 1.

    Raises Refused before 1873-01-01.
    """
    era = era_on(day)
    return f"{era.letter}{day.year - era.year_one + 1}.{day.month}.{day.day}"


def spell_time(at: time) -> str:
    """Return a time of day as official papers write it: 「午後1時30分」, 「正午」, 「午前0時」."""
    if (at.hour, at.minute) == (12, 0):
        return "正午"
    half, hour = ("午前", at.hour) if at.hour < 12 else ("午後", at.hour - 12)
    return f"{half}{hour}時{at.minute}分" if at.minute else f"{half}{hour}時"


def squeeze(text: str) -> str:
    """Return `text` with full-width figures and signs made half-width, and without any white space.

    Only for reading: what a person wrote is kept beside it.
    """
    narrow = unicodedata.normalize("NFKC", text).replace("\ufeff", "").translate(_DASHES)
    return "".join(narrow.split())


def western_year(era_mark: str, year_text: str) -> int:
    """Return the western year of an era's name or letter and a year (「元」 or figures): ("H", "26") → 2014.

    Raises Refused for year 0 and KeyError for an unknown era.
    """
    era = era_of(era_mark)
    year = 1 if year_text == "元" else int(year_text)
    if year == 0:
        raise Refused(f"{era.name}0年という年はありません。1年目は「{era.name}元年」と書いてください。")
    return era.year_one + year - 1


def era_of(mark: str) -> Era:
    """Return the era with this name or letter.

    Raises KeyError for any other mark.
    """
    for era in ERAS:
        if mark in (era.name, era.letter):
            return era
    raise KeyError(mark)


def last_day_of(era: Era) -> date | None:
    """Return the last day written with `era`, None for the current one."""
    following = [e.first_day for e in ERAS if e.first_day > era.first_day]
    return date.fromordinal(following[0].toordinal() - 1) if following else None


def check_era(mark: str, first: date, last: date) -> None:
    """Refuse a span (first and last day) that has no day in the era it was written with.

    Raises Refused, naming the right way to write it.
    """
    era = era_of(mark)
    end = last_day_of(era)
    right = era_year_text(last if last < era.first_day else first)
    if last < era.first_day:
        raise Refused(
            f"{era.name}は{format_wareki(era.first_day)}からです。「{right}」と書き直してください。"
        )
    if end is not None and first > end:
        raise Refused(f"{era.name}は{format_wareki(end)}までです。「{right}」と書き直してください。")


def era_year_text(day: date) -> str:
    """Return the year of `day` as 「平成26年」, year 1 as 「令和元年」.

    Raises Refused before 1873-01-01.
    """
    name, year = era_year(day)
    return f"{name}{'元' if year == 1 else year}年"


def parse_date(text: str) -> date:
    """Return the date written in `text`: 和暦 or western, of either width, stray spaces ignored.

    Accepts 「平成26年3月25日」「H26.3.25」「令和元年5月1日」「2014-03-25」「2014/3/25」「2014年3月25日」,
    each also with the weekday in brackets. Raises Refused for anything else: a day that does not exist,
    an era on a day that is not its own, year 0, a wrong weekday.
    """
    found = _FULL_DATE.fullmatch(squeeze(text).upper())
    if found is None:
        raise Refused(f"「{text.strip()}」を日付として読めません。{ACCEPTED}")
    day = _day(text, found)
    if found["era"]:
        check_era(found["era"], day, day)
    else:
        era_on(day)
    _check_weekday(day, found["weekday"])
    return day


def _day(text: str, found: re.Match[str]) -> date:
    year = western_year(found["era"], found["era_year"]) if found["era"] else int(found["year"])
    try:
        return date(year, int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"]))
    except ValueError:
        raise Refused(
            f"「{text.strip()}」という日はありません。月と日を確かめ、実在する日付を{ACCEPTED}"
        ) from None


def _check_weekday(day: date, weekday: str | None) -> None:
    actual = _WEEKDAYS[day.weekday()]
    if weekday is not None and weekday != actual:
        raise Refused(
            f"{format_wareki(day)}は{actual}曜日で、（{weekday}）と合いません。日付か曜日を直してください。"
        )


def fiscal_year(day: date) -> int:
    """年度: return the western year in which the fiscal year (April to March) of `day` began."""
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_period(year: int) -> Period:
    """Return the fiscal year `year` as a half-open period, 1 April to 1 April."""
    return Period(date(year, 4, 1), date(year + 1, 4, 1))
