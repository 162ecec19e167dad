"""Counting and hiding: nothing hidden can be worked out, proved by enumeration on small tables."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings_app.core.errors import Refused
from meetings_app.core.terms import MUNICIPALITIES, IssueCategory
from minutes.rules.regional import (
    GRAND,
    Interval,
    Place,
    PublishedTable,
    RegionalSummary,
    audit,
    bounds,
    headline,
    places,
    summarise,
    suppress,
)

HOUSING, WORK, TRANSPORT = IssueCategory.HOUSING, IssueCategory.WORK, IssueCategory.TRANSPORT
CATEGORIES = tuple(IssueCategory)


def table(*rows: tuple[int, ...], threshold: int = 10) -> RegionalSummary:
    return RegionalSummary(CATEGORIES[: len(rows)], MUNICIPALITIES[: len(rows[0])], rows, threshold)


def values(summary: RegionalSummary) -> dict[Place, int]:
    rows, columns = len(summary.categories), len(summary.municipalities)
    found: dict[Place, int] = {(i, j): summary.counts[i][j] for i in range(rows) for j in range(columns)}
    found |= {(i, None): sum(summary.counts[i]) for i in range(rows)}
    found |= {(None, j): sum(row[j] for row in summary.counts) for j in range(columns)}
    found[GRAND] = sum(sum(row) for row in summary.counts)
    return found


def hide(summary: RegionalSummary, hidden: set[Place]) -> PublishedTable:
    """A publication with exactly these numbers hidden, wise or not."""
    shown = {place: None if place in hidden else value for place, value in values(summary).items()}
    rows, columns = range(len(summary.categories)), range(len(summary.municipalities))
    return PublishedTable(
        summary.categories,
        summary.municipalities,
        tuple(tuple(shown[i, j] for j in columns) for i in rows),
        tuple(shown[i, None] for i in rows),
        tuple(shown[None, j] for j in columns),
        shown[GRAND],
        summary.threshold,
    )


# Counting


def test_issues_are_counted_with_zero_cells_and_totals() -> None:
    issues = [(HOUSING, "釧路市"), (HOUSING, "釧路市"), (HOUSING, "釧路町"), (WORK, "釧路町")]
    summary = summarise(issues, ("釧路市", "釧路町", "厚岸町"), 10)
    assert summary.categories == CATEGORIES
    assert summary.counts[0] == (2, 1, 0)
    assert summary.counts[1] == (0, 1, 0)
    assert set(summary.counts[2:]) == {(0, 0, 0)}
    assert summary.row_totals == (3, 1) + (0,) * 12
    assert summary.column_totals == (2, 2, 0)
    assert summary.grand_total == 4
    assert summary.threshold == 10


@pytest.mark.parametrize(
    ("municipalities", "threshold", "said"),
    [
        (("釧路町",), 10, "圏域にない市町村の課題があります（釧路市）"),
        ((), 10, "設定を直してください"),
        (("釧路市", "釧路市"), 10, "設定を直してください"),
        (("釧路市", "計"), 10, "設定を直してください"),
        (("釧路市",), 1, "2以上にしてください"),
    ],
)
def test_unsound_summaries_are_refused(municipalities: tuple[str, ...], threshold: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        summarise([(HOUSING, "釧路市")], municipalities, threshold)


def test_threshold_that_hides_nothing_is_refused_for_publication() -> None:
    with pytest.raises(Refused, match="2以上にしてください"):
        suppress(table((5,)), 1)


# Hiding, worked out by hand


def test_nothing_small_nothing_hidden() -> None:
    published = suppress(table((10, 0), (0, 25)))
    assert published.hidden == ()
    assert published.cells == ((10, 0), (0, 25))
    assert (published.row_totals, published.column_totals, published.grand_total) == ((10, 25), (10, 25), 35)


def test_one_small_cell_is_hidden_with_the_cheapest_rectangle() -> None:
    # Raising the 5 by 5 lowers one cell of its column and one of its row and raises the fourth corner.
    # Corners: 20+50+40=110, 20+30+55=105, 25+30+40=95, 25+45+55=125: the third is the least.
    published = suppress(table((20, 50, 30), (5, 40, 55), (25, 30, 45)))
    assert published.cells == ((20, 50, 30), (None, None, 55), (None, None, 45))
    assert published.row_totals == (100, 100, 100)
    assert published.column_totals == (50, 120, 130)
    assert published.grand_total == 300


def test_corner_too_small_to_give_way_is_not_enough() -> None:
    # The 3 has to be able to reach 10, so its companions must be able to fall by 7: 10 can (to 3).
    published = suppress(table((3, 10), (10, 40)))
    assert published.cells == ((None, None), (None, None))
    assert bounds(published) is not None
    assert (bounds(published) or {})[0, 0] == Interval(1, 12)


def test_totals_are_hidden_where_cells_do_not_suffice() -> None:
    # A single number in its row and column: its totals tell it, and the whole would tell the totals.
    published = suppress(table((4, 0), (0, 30)))
    assert published.cells == ((None, 0), (0, 30))
    assert published.row_totals == (None, 30)
    assert published.column_totals == (None, 30)
    assert published.grand_total is None


def test_small_totals_are_hidden_too() -> None:
    published = suppress(table((2, 3), (0, 0)))
    assert published.cells == ((None, None), (0, 0))
    assert published.row_totals == (None, 0)
    assert published.column_totals == (None, None)
    assert published.grand_total is None


def test_empty_table_is_shown_as_it_is() -> None:
    published = suppress(table((0, 0), (0, 0)))
    assert published.hidden == ()
    assert audit(published) == []


def test_inside_readers_see_more_than_outside_readers() -> None:
    summary = table((20, 5), (30, 40))
    assert suppress(summary, 3).hidden == ()
    assert (0, 1) in suppress(summary).hidden
    assert suppress(summary, 3).threshold == 3


# The audit, on publications that are not wise


def test_lone_hidden_cell_is_found_out() -> None:
    found = audit(hide(table((5, 20), (30, 40)), {(0, 0)}))
    assert [(v.kind, v.place) for v in found] == [("exact", (0, 0))]
    assert found[0].message.startswith("「住まい・保証人」×「釧路市」の秘匿した数が計算で分かります")


def test_hidden_total_of_shown_cells_is_found_out() -> None:
    kinds = {(v.kind, v.place) for v in audit(hide(table((15, 20), (30, 40)), {(0, None)}))}
    assert kinds == {("exact", (0, None))}


def test_two_ones_whose_sum_is_known_are_found_out() -> None:
    # 1 + 1 = 2 leaves no other way, since hidden numbers are at least 1.
    found = audit(hide(table((1, 1, 20), (30, 30, 30)), {(0, 0), (0, 1), (1, 0), (1, 1)}))
    assert {(v.kind, v.place) for v in found} == {("exact", place) for place in product((0, 1), repeat=2)}


def test_number_known_to_be_small_is_found_out() -> None:
    # 4 + 5 = 9 shows that both are below 10, though neither is known.
    found = audit(hide(table((4, 5, 20), (30, 30, 30)), {(0, 0), (0, 1), (1, 0), (1, 1)}))
    assert {(v.kind, v.place) for v in found} == {("narrow", (0, 0)), ("narrow", (0, 1))}


def test_small_number_left_shown_is_found_out() -> None:
    assert ("small", (0, 0)) in {(v.kind, v.place) for v in audit(hide(table((5, 20), (30, 40)), set()))}


def test_table_at_odds_with_its_totals_is_found_out() -> None:
    wrong = PublishedTable((HOUSING,), ("釧路市",), ((12,),), (13,), (12,), 12, 10)
    assert [(v.kind, v.place) for v in audit(wrong)] == [("inconsistent", None)]
    assert bounds(wrong) is None
    impossible = PublishedTable((HOUSING, WORK), ("釧路市",), ((None,), (12,)), (None, 12), (12,), 12, 10)
    assert [v.kind for v in audit(impossible)] == ["inconsistent"]


# The audit against enumeration

CEILING = 13
"""Above every finite bound of the small tables below: no known sum in them passes 12."""


def every_table(published: PublishedTable) -> Iterator[dict[Place, int]]:
    """All tables a reader must think possible with hidden cells up to CEILING, by trying them one by one."""
    choices = [range(1, CEILING + 1) if cell is None else (cell,) for row in published.cells for cell in row]
    columns = len(published.municipalities)
    for numbers in product(*choices):
        rows = tuple(numbers[at : at + columns] for at in range(0, len(numbers), columns))
        found = values(RegionalSummary(published.categories, published.municipalities, rows, 2))
        if all(_agrees(published.at(place), number) for place, number in found.items()):
            yield found


def _agrees(shown: int | None, number: int) -> bool:
    return number >= 1 if shown is None else number == shown


def enumerated(published: PublishedTable) -> dict[Place, Interval]:
    low: dict[Place, int] = {}
    high: dict[Place, int] = {}
    for found in every_table(published):
        for place, number in found.items():
            low[place] = min(number, low.get(place, number))
            high[place] = max(number, high.get(place, number))
    return {place: Interval(low[place], None if high[place] >= CEILING else high[place]) for place in low}


def tables(rows: int, columns: int, most: int, threshold: int) -> st.SearchStrategy[RegionalSummary]:
    row = st.tuples(*[st.integers(0, most)] * columns)
    return st.tuples(*[row] * rows).map(lambda counts: table(*counts, threshold=threshold))


@settings(max_examples=60, deadline=None)
@given(tables(2, 2, 2, 2), st.sets(st.sampled_from(list(places(2, 2))), min_size=2))
def test_bounds_equal_enumeration_for_any_pattern(summary: RegionalSummary, pattern: set[Place]) -> None:
    truth = values(summary)
    published = hide(summary, {place for place in pattern if truth[place]})
    assert bounds(published) == enumerated(published)


@settings(max_examples=40, deadline=None)
@given(tables(2, 3, 2, 2), st.sets(st.sampled_from(list(places(2, 3))), max_size=4))
def test_bounds_equal_enumeration_for_wider_tables(summary: RegionalSummary, pattern: set[Place]) -> None:
    truth = values(summary)
    cells = sorted(place for place in pattern if truth[place] and None not in place)[:3]
    totals = {place for place in pattern if truth[place] and None in place}
    published = hide(summary, {*cells, *totals})
    assert bounds(published) == enumerated(published)


@settings(max_examples=40, deadline=None)
@given(tables(2, 2, 4, 3))
def test_no_hidden_number_of_a_small_table_is_determined(summary: RegionalSummary) -> None:
    published = suppress(summary)
    seen: dict[Place, set[int]] = {place: set() for place in published.hidden}
    for found in every_table(published):
        for place in seen:
            seen[place].add(found[place])
    for place, possible in seen.items():
        assert len(possible) >= 2, place
        assert max(possible) >= 3, place


# Properties of the suppression on larger tables

COUNTS = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 60))


@st.composite
def larger(draw: st.DrawFn) -> RegionalSummary:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    counts = [tuple(draw(COUNTS) for _ in range(columns)) for _ in range(rows)]
    return table(*counts, threshold=draw(st.sampled_from([3, 10])))


@settings(max_examples=120, deadline=None)
@given(larger())
def test_suppression_passes_the_audit_and_keeps_to_the_truth(summary: RegionalSummary) -> None:
    published = suppress(summary)
    assert audit(published) == []
    known = bounds(published)
    assert known is not None
    for place, value in values(summary).items():
        shown = published.at(place)
        assert shown in (None, value)
        assert not (shown is not None and 0 < shown < summary.threshold)
        assert value != 0 or shown == 0
        interval = known[place]
        assert interval.low <= value <= (value if interval.high is None else interval.high)


@settings(max_examples=40, deadline=None)
@given(larger())
def test_same_table_same_publication(summary: RegionalSummary) -> None:
    assert suppress(summary) == suppress(summary)


@settings(max_examples=40, deadline=None)
@given(larger())
def test_no_single_companion_could_be_shown_again(summary: RegionalSummary) -> None:
    """Nothing is hidden for nothing: showing any companion again would give something away."""
    published = suppress(summary)
    truth = values(summary)
    for place in published.hidden:
        if truth[place] >= summary.threshold:
            assert audit(hide(summary, set(published.hidden) - {place})) != []


def test_order_of_issues_does_not_matter() -> None:
    issues = [(HOUSING, "釧路市")] * 12 + [(WORK, "釧路町")] * 4 + [(TRANSPORT, "厚岸町")] * 15
    forth = suppress(summarise(issues, MUNICIPALITIES, 10))
    assert forth == suppress(summarise(reversed(issues), MUNICIPALITIES, 10))


def test_region_of_full_size_is_protected() -> None:
    counts = [tuple((i * 7 + j * 11 + i * j) % 23 for j in range(8)) for i in range(14)]
    published = suppress(table(*counts))
    assert audit(published) == []
    assert published.grand_total == sum(map(sum, counts))


# Words


def test_headline_tells_whole_greatest_and_hidden() -> None:
    published = suppress(table((20, 50, 30), (5, 40, 55), (25, 30, 48)))
    assert headline(published) == (
        "この期間に挙げられた地域課題は303件です。",
        "件数を示したもののうち最も多いのは、分野では「移動」（103件）、市町村では「厚岸町」（133件）です。",
        "10件未満の件数が分からないよう、分野と市町村の欄4か所を示していません。",
    )


def test_headline_is_silent_about_hidden_totals() -> None:
    assert headline(suppress(table((2, 3), (0, 0)))) == (
        "地域課題の総数は、少ない件数が推し量られないよう示していません。",
        "分野別・市町村別に示せる件数はありません。",
        "10件未満の件数が分からないよう、分野と市町村の欄2か所と合計欄4か所を示していません。",
    )


def test_headline_of_nothing_and_of_equals() -> None:
    assert headline(suppress(table((0,)))) == (
        "この期間に挙げられた地域課題はありません。",
        "分野別・市町村別に示せる件数はありません。",
        "示していない件数はありません。",
    )
    assert (
        "分野では「住まい・保証人」・「就労・中間的就労」（12件）"
        in headline(suppress(table((12, 0), (0, 12))))[1]
    )


@settings(max_examples=60, deadline=None)
@given(larger())
def test_headline_rests_on_shown_numbers_alone(summary: RegionalSummary) -> None:
    """It takes the publication only; where the whole is hidden, it names no whole."""
    published = suppress(summary)
    sentences = headline(published)
    assert len(sentences) == 3
    for sentence in sentences:
        assert sentence.endswith("。")
    if published.grand_total is None:
        assert "示していません" in sentences[0]
