"""Yearly totals: calendar years, persons and bodies, and the flags at the day's thresholds."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.yearly import Thresholds, YearlyRow, YearlyTotal, yearly_totals
from meetings_app.core.terms import WithholdingMode

SUPPORT, REGIONAL = "釧路市支援調整会議", "釧路圏域会議"
OFF = Thresholds(None, None, None)


def row(
    person: str = "1",
    on: date = date(2026, 4, 10),
    honorarium: int = 5000,
    travel: int = 0,
    *,
    committee: str = SUPPORT,
    name: str = "丹頂 一郎",
    mode: WithholdingMode = WithholdingMode.FEE,
    taxable: int | None = None,
    withheld: int = 0,
) -> YearlyRow:
    base = honorarium if taxable is None else taxable
    net = honorarium + travel - withheld
    return YearlyRow(person, name, committee, on, honorarium, travel, withheld, net, mode, base)


def flags(rows: list[YearlyRow], thresholds: Thresholds = Thresholds()) -> tuple[str, ...]:
    """The flags of the one person's sum row."""
    return yearly_totals(rows, thresholds)[-1].flags


def test_by_year_person_and_body_with_a_sum_row_per_person() -> None:
    rows = [
        row("1", date(2026, 4, 10), 5000, 4000, withheld=510),
        row("1", date(2026, 12, 31), 5000, 4000, withheld=510),
        row("1", date(2027, 1, 1), 5000, 0, withheld=510),
        row("1", date(2026, 8, 1), 5000, 1000, committee=REGIONAL, withheld=510),
        row("2", date(2026, 8, 1), 5000, 0, name="佐藤 花子", withheld=510),
    ]
    assert yearly_totals(rows, OFF) == (
        YearlyTotal("1", "丹頂 一郎", REGIONAL, 2026, 1, 5000, 1000, 510, 5490),
        YearlyTotal("1", "丹頂 一郎", SUPPORT, 2026, 2, 10_000, 8000, 1020, 16_980),
        YearlyTotal("1", "丹頂 一郎", "計", 2026, 3, 15_000, 9000, 1530, 22_470),
        YearlyTotal("2", "佐藤 花子", SUPPORT, 2026, 1, 5000, 0, 510, 4490),
        YearlyTotal("2", "佐藤 花子", "計", 2026, 1, 5000, 0, 510, 4490),
        YearlyTotal("1", "丹頂 一郎", SUPPORT, 2027, 1, 5000, 0, 510, 4490),
        YearlyTotal("1", "丹頂 一郎", "計", 2027, 1, 5000, 0, 510, 4490),
    )


def test_nothing_paid_nothing_listed() -> None:
    assert yearly_totals([], Thresholds()) == ()


def test_two_people_of_one_name_stay_two() -> None:
    totals = yearly_totals([row("1"), row("2")], OFF)
    assert [(total.person_id, total.payments) for total in totals] == [("1", 1), ("1", 1), ("2", 1), ("2", 1)]


def test_a_person_bears_the_latest_name() -> None:
    rows = [row(on=date(2026, 9, 1), name="髙橋 光"), row(on=date(2026, 4, 1), name="佐藤 光")]
    assert {total.name for total in yearly_totals(rows, OFF)} == {"髙橋 光"}


def test_what_was_taken_back_lessens_the_year() -> None:
    total = yearly_totals([row(), row(honorarium=-5000)], Thresholds())[-1]
    assert (total.honorarium, total.net, total.payments, total.flags) == (0, 0, 2, ())


@pytest.mark.parametrize(("total", "flagged"), [(50_000, False), (50_001, True)])
def test_fees_over_fifty_thousand(total: int, flagged: bool) -> None:
    found = flags([row(honorarium=25_000), row(honorarium=total - 25_000, committee=REGIONAL)])
    expected = "報酬・料金の年計50,001円は50,000円を超える。報酬、料金等の支払調書の提出範囲に当たるかを税務署に確認する"
    assert found == ((expected,) if flagged else ())


@pytest.mark.parametrize("mode", [WithholdingMode.MONTHLY, WithholdingMode.DAILY])
@pytest.mark.parametrize(("total", "flagged"), [(500_000, False), (500_001, True)])
def test_salaries_over_half_a_million(mode: WithholdingMode, total: int, flagged: bool) -> None:
    found = flags([row(honorarium=total, mode=mode)])
    expected = "給与（乙欄）の年計500,001円は500,000円を超える。給与所得の源泉徴収票の提出範囲に当たるかを税務署に確認する"
    assert found == ((expected,) if flagged else ())


def test_travel_counts_where_it_belongs_to_the_base() -> None:
    apart = [row(honorarium=45_000, travel=9000)]
    included = [row(honorarium=45_000, travel=9000, taxable=54_000)]
    assert (len(flags(apart)), len(flags(included))) == (0, 1)


@pytest.mark.parametrize(("travel", "flagged"), [(5000, False), (5001, True)])
def test_without_withholding_all_that_was_paid_is_looked_at(travel: int, flagged: bool) -> None:
    found = flags([row(honorarium=45_000, travel=travel, mode=WithholdingMode.NONE, taxable=0)])
    assert bool(found) is flagged
    if flagged:
        assert found == (
            "源泉なしの報酬と旅費の年計50,001円は50,000円を超える。法定調書の提出が要るかを税務署に確認する",
        )


@pytest.mark.parametrize(
    ("honorarium", "flagged"), [(0, False), (5000, True), (10_000, True), (10_001, False)]
)
def test_small_committee_fees_are_judged_body_by_body(honorarium: int, flagged: bool) -> None:
    rows = [row(honorarium=honorarium), row(honorarium=20_000, committee=REGIONAL)]
    own = next(total for total in yearly_totals(rows, Thresholds()) if total.committee == SUPPORT)
    assert bool(own.flags) is flagged
    if flagged:
        assert own.flags[0].endswith("（所得税基本通達28-7）に当たるかを税務署に確認する")


def test_travel_beside_a_small_fee_is_named() -> None:
    (own, _) = yearly_totals([row(travel=1000)], Thresholds())
    (flag,) = own.flags
    assert flag == (
        "報酬の年計5,000円は10,000円以下。旅費の支給がある。"
        "少額の委員手当の扱い（所得税基本通達28-7）に当たるかを税務署に確認する"
    )


def test_checks_can_be_set_otherwise_or_off() -> None:
    rows = [row(honorarium=600_000), row(honorarium=600_000, mode=WithholdingMode.MONTHLY)]
    assert len(flags(rows)) == 2
    assert flags(rows, OFF) == ()
    assert len(flags([row()], Thresholds(fee_over=4999))) == 1


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from("12"),
        st.dates(date(2026, 12, 1), date(2027, 1, 31)),
        st.integers(-5000, 60_000),
        st.integers(0, 4000),
        committee=st.sampled_from([SUPPORT, REGIONAL]),
        mode=st.sampled_from(WithholdingMode),
        withheld=st.integers(0, 600),
    ),
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_sums_hold_whatever_the_order(rows: list[YearlyRow], random: object) -> None:
    totals = yearly_totals(rows, Thresholds())
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert yearly_totals(shuffled, Thresholds()) == totals
    for picked in ([t for t in totals if t.committee == "計"], [t for t in totals if t.committee != "計"]):
        assert sum(total.net for total in picked) == sum(one.net for one in rows)
        assert sum(total.withheld for total in picked) == sum(one.withheld for one in rows)
        assert sum(total.payments for total in picked) == len(rows)
