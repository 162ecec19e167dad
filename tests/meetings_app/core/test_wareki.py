from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
from meetings_app.core.wareki import (
    era_year,
    fiscal_year,
    fiscal_year_period,
    format_wareki,
    parse_date,
    short_wareki,
)

# First and last day of each era as the edicts set them, and the western year before its year 1.
BOUNDARIES = [
    ("明治", "M", (1873, 1, 1), (1912, 7, 29), 1867),
    ("大正", "T", (1912, 7, 30), (1926, 12, 24), 1911),
    ("昭和", "S", (1926, 12, 25), (1989, 1, 7), 1925),
    ("平成", "H", (1989, 1, 8), (2019, 4, 30), 1988),
    ("令和", "R", (2019, 5, 1), (2100, 12, 31), 2018),
]
days = st.dates(min_value=date(1873, 1, 1), max_value=date(2117, 12, 31))


@pytest.mark.parametrize(("name", "letter", "first", "last", "before"), BOUNDARIES)
def test_every_day_from_1873_to_2100(
    name: str, letter: str, first: tuple[int, int, int], last: tuple[int, int, int], before: int
) -> None:
    day, end = date(*first), date(*last)
    while day <= end:
        year = day.year - before
        assert era_year(day) == (name, year)
        assert format_wareki(day) == f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
        assert short_wareki(day) == f"{letter}{year}.{day.month}.{day.day}"
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1873, 1, 1), "明治6年1月1日（水）"),
        (date(1912, 7, 29), "明治45年7月29日（月）"),
        (date(1912, 7, 30), "大正元年7月30日（火）"),
        (date(1926, 12, 24), "大正15年12月24日（金）"),
        (date(1926, 12, 25), "昭和元年12月25日（土）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(2014, 3, 25), "平成26年3月25日（火）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2026, 12, 4), "令和8年12月4日（金）"),
    ],
)
def test_format_at_the_boundaries(day: date, text: str) -> None:
    assert format_wareki(day, weekday=True) == text
    assert format_wareki(day) == text[:-3]


def test_short_form() -> None:
    assert short_wareki(date(2026, 4, 1)) == "R8.4.1"
    assert short_wareki(date(2019, 5, 1)) == "R1.5.1"


def test_days_before_the_gregorian_calendar_are_refused() -> None:
    for write in (format_wareki, short_wareki, era_year):
        with pytest.raises(Refused, match="明治6年1月1日以後"):
            write(date(1872, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "平成26年3月25日",
        "H26.3.25",
        "H26/3/25",
        "H26-3-25",
        "h26.03.25",
        "H26年 3月 25日",
        "　平成 26 年 3 月 25 日 ",
        "Ｈ２６．３．２５",
        "平成２６年３月２５日（火）",
        "平成26年3月25日(火)",
        "2014-03-25",
        "2014−3−25",
        "2014/3/25",
        "２０１４／３／２５",
        "2014.3.25",
        "2014年3月25日",
        "\ufeff2014-03-25",
    ],
)
def test_parse_the_same_day(text: str) -> None:
    assert parse_date(text) == date(2014, 3, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("令和8年12月4日", date(2026, 12, 4)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("平成28年2月29日", date(2016, 2, 29)),
    ],
)
def test_parse(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("平成31年5月1日", "平成31年4月30日までです。「令和元年」"),
        ("昭和64年1月8日", "昭和64年1月7日までです。「平成元年」"),
        ("平成元年1月7日", "平成元年1月8日からです。「昭和64年」"),
        ("令和元年4月30日", "令和元年5月1日からです。「平成31年」"),
        ("明治45年7月30日", "「大正元年」"),
        ("令和0年5月1日", "「令和元年」と書いて"),
        ("R0.5.1", "「令和元年」と書いて"),
        ("平成26年2月30日", "実在する日付"),
        ("平成27年2月29日", "実在する日付"),
        ("2014-13-01", "実在する日付"),
        ("2014-02-30", "実在する日付"),
        ("明治5年12月2日", "明治6年1月1日以後"),
        ("1868-10-23", "明治6年1月1日以後"),
        ("平成26年3月25日（水）", "火曜日"),
        ("26.3.25", "「平成26年3月25日」"),
        ("3月25日", "「平成26年3月25日」"),
        ("H26年3.25", "「平成26年3月25日」"),
        ("2014-3/25", "「平成26年3月25日」"),
        ("平成二十六年三月二十五日", "「平成26年3月25日」"),
        ("X26.3.25", "「平成26年3月25日」"),
        ("平成26年3月下旬", "「平成26年3月25日」"),
        ("平成26年3月25日まで", "「平成26年3月25日」"),
        ("٢٠١٤-03-25", "「平成26年3月25日」"),
        ("20140325", "「平成26年3月25日」"),
        ("", "「平成26年3月25日」"),
    ],
)
def test_refusals_say_what_is_accepted(text: str, advice: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_date(text)
    assert advice in refusal.value.message
    assert refusal.value.message.endswith("ください。")


@given(days)
@settings(max_examples=200)
def test_round_trip(day: date) -> None:
    assert parse_date(format_wareki(day)) == day
    assert parse_date(format_wareki(day, weekday=True)) == day
    assert parse_date(short_wareki(day)) == day
    assert parse_date(day.isoformat()) == day


@given(st.text(max_size=20))
@settings(max_examples=200)
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        day = parse_date(text)
    except Refused:
        return
    assert parse_date(format_wareki(day)) == day


def test_fiscal_year() -> None:
    assert fiscal_year(date(2014, 3, 31)) == 2013
    assert fiscal_year(date(2014, 4, 1)) == 2014
    assert fiscal_year(date(2014, 12, 31)) == 2014
    assert fiscal_year(date(2015, 1, 1)) == 2014
    assert fiscal_year_period(2013) == Period(date(2013, 4, 1), date(2014, 4, 1))
