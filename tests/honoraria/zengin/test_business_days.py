"""銀行営業日: weekends, holidays with their names, the turn of the year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honoraria.zengin.business_days import is_business_day, next_business_day, why_closed
from meetings_app.core.errors import Refused

YEAR_END = "年末年始（12月31日から1月3日まで）"


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2025, 12, 31), YEAR_END),
        (date(2026, 1, 1), "元日"),
        (date(2026, 1, 2), YEAR_END),
        (date(2026, 1, 3), YEAR_END),
        (date(2026, 1, 4), "日曜日"),
        (date(2026, 2, 11), "建国記念の日"),
        (date(2026, 5, 3), "憲法記念日"),
        (date(2026, 5, 6), "振替休日"),
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 9, 23), "秋分の日"),
        (date(2026, 11, 21), "土曜日"),
        (date(2026, 11, 23), "勤労感謝の日"),
    ],
)
def test_closed_days_say_why(day: date, reason: str) -> None:
    assert not is_business_day(day)
    assert why_closed(day) == f"{day.year}年{day.month}月{day.day}日は{reason}のため、銀行は休みです。"


@pytest.mark.parametrize(
    "day",
    [date(2025, 12, 30), date(2026, 1, 5), date(2026, 5, 1), date(2026, 5, 7), date(2026, 9, 24)],
)
def test_open_days(day: date) -> None:
    assert is_business_day(day)
    assert why_closed(day) is None


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2025, 12, 30), date(2026, 1, 5)),
        (date(2026, 5, 1), date(2026, 5, 7)),
        (date(2026, 5, 2), date(2026, 5, 7)),
        (date(2026, 9, 18), date(2026, 9, 24)),
        (date(2026, 11, 24), date(2026, 11, 25)),
    ],
)
def test_the_next_business_day_lies_after_the_day(day: date, following: date) -> None:
    assert next_business_day(day) == following


@given(st.dates(date(2000, 1, 1), date(2098, 12, 31)))
def test_the_next_business_day_is_open_and_near(day: date) -> None:
    following = next_business_day(day)
    assert is_business_day(following)
    assert 1 <= (following - day).days <= 11
    assert following.weekday() < 5


@pytest.mark.parametrize("day", [date(1948, 12, 31), date(2100, 1, 4)])
def test_years_without_known_holidays_are_refused(day: date) -> None:
    with pytest.raises(Refused, match="1949年から2099年まで"):
        is_business_day(day)
