"""期間の集計: half-years, sums that hold nothing new, and editions one beside the other."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings_app.core.terms import IssueCategory
from minutes.rules.regional import PublishedTable, places, summarise, suppress
from minutes.rules.regional_periods import (
    HalfYear,
    combine,
    combine_counts,
    half_year_of,
    half_years_between,
    show_only_where,
)

TOWNS = ("釧路市", "釧路町")


def table(issues: list[tuple[IssueCategory, str]], threshold: int = 3) -> PublishedTable:
    return suppress(summarise(issues, TOWNS, threshold))


issues = st.lists(st.tuples(st.sampled_from(list(IssueCategory)[:3]), st.sampled_from(TOWNS)), max_size=40)


@pytest.mark.parametrize(
    ("day", "half"),
    [
        (date(2013, 3, 31), HalfYear(2012, 2)),
        (date(2013, 4, 1), HalfYear(2013, 1)),
        (date(2013, 9, 30), HalfYear(2013, 1)),
        (date(2013, 10, 1), HalfYear(2013, 2)),
        (date(2013, 12, 31), HalfYear(2013, 2)),
        (date(2014, 1, 1), HalfYear(2013, 2)),
    ],
)
def test_the_half_years_of_the_fiscal_year(day: date, half: HalfYear) -> None:
    assert half_year_of(day) == half


def test_first_and_last_days() -> None:
    assert (HalfYear(2013, 1).first_day, HalfYear(2013, 1).last_day) == (date(2013, 4, 1), date(2013, 9, 30))
    assert (HalfYear(2013, 2).first_day, HalfYear(2013, 2).last_day) == (date(2013, 10, 1), date(2014, 3, 31))


def test_half_years_follow_one_another() -> None:
    assert half_years_between(date(2013, 5, 1), date(2014, 5, 1)) == (
        HalfYear(2013, 1),
        HalfYear(2013, 2),
        HalfYear(2014, 1),
    )


def test_what_is_hidden_in_one_half_is_hidden_in_the_year() -> None:
    housing = IssueCategory.HOUSING
    first = table([(housing, "釧路市")] * 10 + [(housing, "釧路町")] * 10)
    second = table([(housing, "釧路市")] * 10 + [(housing, "釧路町")] * 2)
    year = combine([first, second])
    row = year.categories.index(housing)
    assert first.cells[row] == (10, 10)
    assert second.cells[row][1] is None
    assert year.cells[row][1] is None  # 12 would tell the 2
    assert year.grand_total in (None, 32)


def test_what_every_part_shows_is_added_up() -> None:
    work = [(IssueCategory.WORK, "釧路市")] * 5
    year = combine([table(work), table(work)])
    assert year.cells[year.categories.index(IssueCategory.WORK)] == (10, 0)
    assert year.grand_total == 10


@settings(max_examples=40)
@given(issues, issues)
def test_the_sum_says_nothing_that_its_parts_do_not_say(
    first: list[tuple[IssueCategory, str]], second: list[tuple[IssueCategory, str]]
) -> None:
    parts = (table(first), table(second))
    year = combine(parts)
    for place in places(len(year.categories), len(TOWNS)):
        known = [part.at(place) for part in parts]
        assert year.at(place) == (None if None in known else sum(number or 0 for number in known))


@settings(max_examples=40)
@given(issues)
def test_the_edition_for_outside_shows_nothing_that_the_inner_one_hides(
    raised: list[tuple[IssueCategory, str]],
) -> None:
    inside, outside = table(raised, 3), table(raised, 10)
    shown = show_only_where(outside, inside)
    for place in places(len(shown.categories), len(TOWNS)):
        if shown.at(place) is not None:
            assert shown.at(place) == outside.at(place) == inside.at(place)


def test_counts_are_hidden_where_one_part_is_small() -> None:
    assert combine_counts([5, 4], 3) == 9
    assert combine_counts([5, 2], 3) is None
    assert combine_counts([5, 0], 3) == 5
    assert combine_counts([], 3) == 0


def test_tables_that_do_not_fit_are_no_sum() -> None:
    with pytest.raises(ValueError, match="nothing to combine"):
        combine([])
    with pytest.raises(ValueError, match="cannot be combined"):
        combine([table([], 3), table([], 10)])
    other = suppress(summarise([], ("白糠町",), 3))
    with pytest.raises(ValueError, match="cannot be compared"):
        show_only_where(table([]), other)
