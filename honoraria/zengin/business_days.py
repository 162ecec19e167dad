"""銀行営業日: the days on which banks work (銀行法第15条第1項, 銀行法施行令第5条第1項)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from meetings_app.core.errors import Refused

FIRST_YEAR = 1949
LAST_YEAR = 2099
"""The years whose holidays are known; outside them nothing is said."""


def is_business_day(day: date) -> bool:
    """Return whether banks work on `day`. Raises Refused outside the years whose holidays are known."""
    return _reason(day) is None


def why_closed(day: date) -> str | None:
    """休業の理由: return a Japanese sentence saying why banks are closed on `day`, None where they work.

    Raises Refused outside the years whose holidays are known.
    """
    reason = _reason(day)
    if reason is None:
        return None
    return f"{day.year}年{day.month}月{day.day}日は{reason}のため、銀行は休みです。"


def next_business_day(day: date) -> date:
    """翌営業日: return the first day after `day` on which banks work."""
    following = day + timedelta(days=1)
    while not is_business_day(following):
        following += timedelta(days=1)
    return following


def _reason(day: date) -> str | None:
    """Return the most telling of the reasons that hold: 祝日 or 休日, 年末年始, the weekday."""
    holiday = _holidays_of(day.year).get(day)
    if holiday is not None:
        return holiday
    if (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 3):
        return "年末年始（12月31日から1月3日まで）"
    return {5: "土曜日", 6: "日曜日"}.get(day.weekday())


@cache
def _holidays_of(year: int) -> Mapping[date, str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(
            f"祝日がわかるのは{FIRST_YEAR}年から{LAST_YEAR}年までです。その間の日付を入れてください。"
        )
    import holidays  # slow to import, and few pages need it

    return dict(holidays.country_holidays("JP", years=year, language="ja"))
