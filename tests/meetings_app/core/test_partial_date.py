from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings_app.core.errors import Refused
from meetings_app.core.partial_date import PartialDate, read_partial_date
from meetings_app.core.terms import Precision


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("H25年7月1日", Precision.DAY, date(2013, 7, 1), date(2013, 7, 1)),
        ("H25年12月 24日", Precision.DAY, date(2013, 12, 24), date(2013, 12, 24)),
        ("H26年 2月28日", Precision.DAY, date(2014, 2, 28), date(2014, 2, 28)),
        ("Ｈ２６年　３月２５日", Precision.DAY, date(2014, 3, 25), date(2014, 3, 25)),
        ("平成26年3月25日", Precision.DAY, date(2014, 3, 25), date(2014, 3, 25)),
        ("令和元年5月1日", Precision.DAY, date(2019, 5, 1), date(2019, 5, 1)),
        ("H26.3.25", Precision.DAY, date(2014, 3, 25), date(2014, 3, 25)),
        ("2014-03-25", Precision.DAY, date(2014, 3, 25), date(2014, 3, 25)),
        ("2014/3/25", Precision.DAY, date(2014, 3, 25), date(2014, 3, 25)),
        ("2014年3月25日", Precision.DAY, date(2014, 3, 25), date(2014, 3, 25)),
        ("H25年12月上旬", Precision.EARLY, date(2013, 12, 1), date(2013, 12, 10)),
        ("H25年12月中旬", Precision.MIDDLE, date(2013, 12, 11), date(2013, 12, 20)),
        ("H25年12月下旬", Precision.LATE, date(2013, 12, 21), date(2013, 12, 31)),
        ("H26年2月下旬", Precision.LATE, date(2014, 2, 21), date(2014, 2, 28)),
        ("H28年2月下旬", Precision.LATE, date(2016, 2, 21), date(2016, 2, 29)),
        ("H25年10月末日", Precision.MONTH_END, date(2013, 10, 31), date(2013, 10, 31)),
        ("H26年2月末", Precision.MONTH_END, date(2014, 2, 28), date(2014, 2, 28)),
        ("H25年9月", Precision.MONTH, date(2013, 9, 1), date(2013, 9, 30)),
        ("H25.9", Precision.MONTH, date(2013, 9, 1), date(2013, 9, 30)),
        ("2014-03", Precision.MONTH, date(2014, 3, 1), date(2014, 3, 31)),
        ("令和元年5月", Precision.MONTH, date(2019, 5, 1), date(2019, 5, 31)),
        ("平成31年4月", Precision.MONTH, date(2019, 4, 1), date(2019, 4, 30)),
        ("昭和64年1月", Precision.MONTH, date(1989, 1, 1), date(1989, 1, 31)),
        ("昭和64年1月上旬", Precision.EARLY, date(1989, 1, 1), date(1989, 1, 10)),
    ],
)
def test_reading(text: str, precision: Precision, first: date, last: date) -> None:
    partial = read_partial_date(text)
    assert partial is not None
    assert (partial.precision, partial.first_day, partial.last_day) == (precision, first, last)
    assert partial.raw == text
    assert not partial.year_assumed
    assert (partial.day is None) == (precision is not Precision.DAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "　",
        "H 年 月 日",
        "Ｈ　年　月　日",
        "平成 年 月 日",
        "年月日",
        "H 年 月",
        "-",
        "―",
        "－",
        "ー",
    ],
)
def test_blanks(text: str) -> None:
    assert read_partial_date(text) is None


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("10月末日", "年を付けて"),
        ("H26年2月30日", "実在する日付"),
        ("H26年13月", "実在する日付"),
        ("H26年3月0日", "実在する日付"),
        ("0000年3月", "実在する日付"),
        ("平成31年5月", "「令和元年」"),
        ("平成31年5月下旬", "「令和元年」"),
        ("昭和64年1月下旬", "「平成元年」"),
        ("令和元年4月末日", "「平成31年」"),
        ("令和0年5月", "「令和元年」"),
        ("1850年3月", "明治6年"),
        ("H26年 月 日", "H26年3月25日"),
        ("H26年", "H26年3月25日"),
        ("26年3月", "H26年3月25日"),
        ("H26年3月頃", "H26年3月25日"),
        ("未定", "H26年3月25日"),
        ("41723", "H26年3月25日"),
    ],
)
def test_refusals(text: str, advice: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_partial_date(text)
    assert advice in refusal.value.message
    assert refusal.value.message.endswith("ください。")


@pytest.mark.parametrize(
    ("text", "context", "last"),
    [
        ("10月末日", date(2013, 7, 11), date(2013, 10, 31)),
        ("10月末日", date(2013, 10, 31), date(2013, 10, 31)),
        ("10月末日", date(2013, 11, 1), date(2014, 10, 31)),
        ("3月25日", date(2013, 7, 11), date(2014, 3, 25)),
        ("2月", date(2015, 12, 1), date(2016, 2, 29)),
    ],
)
def test_a_missing_year_comes_from_the_context_and_is_marked(text: str, context: date, last: date) -> None:
    partial = read_partial_date(text, context)
    assert partial is not None
    assert partial.last_day == last
    assert partial.year_assumed


def test_a_written_year_beats_the_context() -> None:
    partial = read_partial_date("H25年10月末日", date(2014, 5, 1))
    assert partial == PartialDate("H25年10月末日", 2013, 10, None, Precision.MONTH_END)


def test_a_day_missing_in_the_assumed_year_is_refused() -> None:
    with pytest.raises(Refused, match="実在する日付"):
        read_partial_date("2月29日", date(2014, 12, 1))


def test_stray_spaces_are_told() -> None:
    plain, spaced = read_partial_date("H26年2月28日"), read_partial_date("H26年　2月28日")
    assert plain is not None
    assert spaced is not None
    assert not plain.has_stray_spaces
    assert spaced.has_stray_spaces


@given(
    st.integers(1990, 2018),
    st.integers(1, 12),
    st.sampled_from(["", "上旬", "中旬", "下旬", "末日", "末"]),
)
@settings(max_examples=100)
def test_the_span_lies_in_its_month(year: int, month: int, part: str) -> None:
    partial = read_partial_date(f"平成{year - 1988}年{month}月{part}")
    assert partial is not None
    assert partial.first_day <= partial.last_day
    assert {(d.year, d.month) for d in (partial.first_day, partial.last_day)} == {(year, month)}


@given(st.text(alphabet="H平成26年3月日末下旬10 .-/元", max_size=14))
@settings(max_examples=300)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        partial = read_partial_date(text)
    except Refused:
        return
    assert partial is None or partial.first_day <= partial.last_day
