"""源泉徴収: the office's four choices, by hand; and a month or a day taxed once, however it is split."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.withholding import (
    Rate,
    Taxed,
    TaxTables,
    WithholdingPolicy,
    percent,
    policy_text,
    tax_on,
    withhold,
)
from meetings_app.core.errors import Refused
from meetings_app.core.terms import WithholdingMode

NONE, FEE = WithholdingMode.NONE, WithholdingMode.FEE
MONTHLY, DAILY = WithholdingMode.MONTHLY, WithholdingMode.DAILY

START, CHANGE, END = date(2013, 1, 1), date(2026, 1, 1), date(2038, 1, 1)
ONE_DAY = timedelta(days=1)
MARCH = date(2026, 3, 25)

RATES = (
    Rate(FEE, START, END, 10210, 1000001, "所得税法第205条第1号"),
    Rate(MONTHLY, START, CHANGE, 3063, 88000, "所得税法第185条"),
    Rate(MONTHLY, CHANGE, END, 3063, 105000, "所得税法第185条"),
)
# Made-up entries: the point is that the office typed them and that they are no straight proportion.
TYPED = {5000: 160, 9000: 300, 10000: 330, 14000: 470, 15000: 500}


def from_daily_table(taxable: int, on: date) -> int | None:
    return TYPED.get(taxable) if on >= START else None


TABLES = TaxTables(RATES, from_daily_table)


def tax(
    mode: WithholdingMode,
    honorarium: int,
    travel: int = 0,
    *,
    includes_travel: bool = False,
    on: date = MARCH,
) -> int:
    policy = WithholdingPolicy(mode, includes_travel)
    return tax_on(policy, policy.taxable(honorarium, travel), on, TABLES)


# --- amounts ---


@pytest.mark.parametrize(("mode", "expected"), [(FEE, 510), (MONTHLY, 153), (NONE, 0), (DAILY, 160)], ids=str)
def test_five_thousand_yen(mode: WithholdingMode, expected: int) -> None:
    assert tax(mode, 5000) == expected


@pytest.mark.parametrize(
    ("mode", "includes_travel", "expected"),
    [
        (FEE, True, 918),  # 9,000 × 10.21 % = 918.9
        (FEE, False, 510),
        (MONTHLY, True, 275),  # 9,000 × 3.063 % = 275.67
        (MONTHLY, False, 153),
        (NONE, True, 0),
        (NONE, False, 0),
        (DAILY, True, 300),
        (DAILY, False, 160),
    ],
)
def test_travel_is_in_the_base_only_where_the_office_says_so(
    mode: WithholdingMode, includes_travel: bool, expected: int
) -> None:
    assert tax(mode, 5000, 4000, includes_travel=includes_travel) == expected


@pytest.mark.parametrize(
    ("mode", "total", "expected"),
    [
        (FEE, 1, 0),
        (FEE, 9, 0),  # 0.9189
        (FEE, 10, 1),  # 1.021
        (FEE, 100000, 10210),
        (FEE, 99999, 10209),  # 10,209.8979
        (MONTHLY, 32, 0),  # 0.98016
        (MONTHLY, 33, 1),  # 1.01079
        (MONTHLY, 10000, 306),  # 306.3
        (MONTHLY, 35000, 1072),  # 1,072.05
        (MONTHLY, 100000, 3063),
    ],
)
def test_fractions_of_a_yen_are_cut_off(mode: WithholdingMode, total: int, expected: int) -> None:
    assert tax(mode, total) == expected


@pytest.mark.parametrize("mode", WithholdingMode)
def test_nothing_paid_nothing_withheld(mode: WithholdingMode) -> None:
    """Not even the daily table is asked for a day on which nothing was paid."""
    assert tax(mode, 0) == 0


# --- rates by date ---


@pytest.mark.parametrize(
    ("on", "highest", "expected"),
    [
        (CHANGE - ONE_DAY, 87999, 2695),  # 2,695.409…
        (CHANGE, 104999, 3216),  # 3,216.119…
        (CHANGE + ONE_DAY, 104999, 3216),
        (END - ONE_DAY, 104999, 3216),
        (START, 87999, 2695),
    ],
)
def test_the_monthly_limit_by_date(on: date, highest: int, expected: int) -> None:
    assert tax(MONTHLY, highest, on=on) == expected
    for beyond in (highest + 1, highest + 2):
        with pytest.raises(Refused) as refused:
            tax(MONTHLY, beyond, on=on)
        assert "給与乙欄 月額" in refused.value.message
        assert f"{highest + 1:,}円" in refused.value.message
        assert refused.value.message.endswith("ください。")


def test_the_fee_rate_ends_above_a_million_yen() -> None:
    assert tax(FEE, 1000000) == 102100
    with pytest.raises(Refused, match="報酬・料金"):
        tax(FEE, 1000001)


@pytest.mark.parametrize("mode", [FEE, MONTHLY])
@pytest.mark.parametrize("on", [START - ONE_DAY, END, END + ONE_DAY, date(1990, 4, 1), date(2050, 4, 1)])
def test_days_without_a_rate_are_refused_by_mode_and_day(mode: WithholdingMode, on: date) -> None:
    with pytest.raises(Refused) as refused:
        tax(mode, 5000, on=on)
    assert mode.value in refused.value.message
    assert refused.value.message.endswith("ください。")


@pytest.mark.parametrize("mode", [FEE, MONTHLY])
@pytest.mark.parametrize("on", [START, START + ONE_DAY, CHANGE - ONE_DAY, CHANGE, END - ONE_DAY])
def test_days_with_a_rate(mode: WithholdingMode, on: date) -> None:
    assert tax(mode, 5000, on=on) == {FEE: 510, MONTHLY: 153}[mode]


@pytest.mark.parametrize("on", [START - ONE_DAY, START, END])
def test_no_rate_is_needed_where_nothing_is_withheld(on: date) -> None:
    assert tax(NONE, 5000, 4000, includes_travel=True, on=on) == 0


# --- the daily table ---


def test_an_amount_not_typed_in_is_refused_with_amount_and_what_to_do() -> None:
    with pytest.raises(Refused) as refused:
        tax(DAILY, 7000)
    assert "7,000円" in refused.value.message
    assert "日額" in refused.value.message
    assert refused.value.message.endswith("ください。")


def test_the_table_is_asked_for_the_days_total_and_the_meetings_day() -> None:
    asked: list[tuple[int, date]] = []

    def table(taxable: int, on: date) -> int | None:
        asked.append((taxable, on))
        return {9000: 300, 5000: 160}[taxable]

    policy = WithholdingPolicy(DAILY, includes_travel=True)
    withheld, _ = withhold(policy, 4000, Taxed(5000, 160), MARCH, TaxTables(RATES, table))
    assert withheld == 140
    assert (9000, MARCH) in asked
    assert {day for _, day in asked} == {MARCH}


def test_a_typed_zero_is_an_answer() -> None:
    policy = WithholdingPolicy(DAILY)
    assert tax_on(policy, 2000, MARCH, TaxTables(RATES, lambda _taxable, _on: 0)) == 0


# --- spans ---


def test_a_month_a_day_or_the_attendance_alone() -> None:
    first, last, next_month = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)
    monthly, daily, fee = WithholdingPolicy(MONTHLY), WithholdingPolicy(DAILY), WithholdingPolicy(FEE)
    assert monthly.span(first, "a") == monthly.span(last, "b")
    assert monthly.span(last, "a") != monthly.span(next_month, "a")
    assert monthly.span(first, "a") != monthly.span(date(2025, 3, 1), "a")
    assert daily.span(first, "a") == daily.span(first, "b")
    assert daily.span(first, "a") != daily.span(last, "a")
    assert fee.span(first, "a") == fee.span(first, "a")
    assert fee.span(first, "a") != fee.span(first, "b")


@pytest.mark.parametrize(
    ("nth", "expected"),
    [(1, 153), (2, 153), (3, 153), (4, 153), (5, 153), (6, 153), (7, 154), (8, 153)],
)
def test_each_meeting_of_a_month_withholds_the_difference(nth: int, expected: int) -> None:
    """153.15 a meeting: the fractions add up to a yen by the seventh (7 × 153.15 = 1,072.05)."""
    before = {1: 0, 2: 153, 3: 306, 4: 459, 5: 612, 6: 765, 7: 918, 8: 1072}
    withheld, step = withhold(
        WithholdingPolicy(MONTHLY), 5000, Taxed(5000 * (nth - 1), before[nth]), MARCH, TABLES
    )
    assert withheld == expected
    assert step.result == expected


def test_what_is_taken_back_gives_its_tax_back() -> None:
    withheld, _ = withhold(WithholdingPolicy(MONTHLY), -5000, Taxed(10000, 306), MARCH, TABLES)
    assert withheld == -153
    withheld, _ = withhold(WithholdingPolicy(FEE), -5000, Taxed(5000, 510), MARCH, TABLES)
    assert withheld == -510
    withheld, _ = withhold(WithholdingPolicy(DAILY), -5000, Taxed(15000, 500), MARCH, TABLES)
    assert withheld == -170


def test_the_step_cites_its_source_and_says_what_was_counted() -> None:
    _, step = withhold(WithholdingPolicy(MONTHLY), 5000, Taxed(5000, 153), MARCH, TABLES)
    assert "所得税法第185条" in step.citations
    for said in ("3.063％", "10,000円", "153円"):
        assert said in step.note


@pytest.mark.parametrize("mode", WithholdingMode)
def test_a_line_without_base_needs_neither_rate_nor_table(mode: WithholdingMode) -> None:
    """A 不支給 line on a day without a rate, or without an entry, keeps nobody waiting."""
    withheld, step = withhold(WithholdingPolicy(mode), 0, Taxed(), START - ONE_DAY, TABLES)
    assert withheld == 0
    assert step.result == 0


# --- words ---


def test_the_rate_in_words() -> None:
    assert percent(WithholdingPolicy(FEE), MARCH, TABLES) == "10.21％"
    assert percent(WithholdingPolicy(MONTHLY), MARCH, TABLES) == "3.063％"


def test_the_choice_in_words() -> None:
    assert "源泉なし" in policy_text(WithholdingPolicy(NONE))
    assert "旅費は含めない" in policy_text(WithholdingPolicy(MONTHLY))
    including = policy_text(WithholdingPolicy(FEE, includes_travel=True))
    assert including.startswith("報酬・料金")
    assert "旅費" in including
    assert "含めない" not in including
    unset = policy_text(None)
    assert not any(mode.value in unset for mode in WithholdingMode)


# --- a span computed once, however it is split ---

AMOUNTS = st.integers(0, 9000)
LINES = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=5)
"""Lines of one span: (what is paid first, what holds after a correction)."""


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], int]:
    """Draw the changes of a span's base in any order, each correction after its line, and the final total."""
    lines = draw(LINES)
    corrected = [draw(st.booleans()) for _ in lines]
    order = draw(st.permutations([i for i, twice in enumerate(corrected) for _ in range(1 + twice)]))
    seen: set[int] = set()
    changes = []
    for index in order:
        first, then = lines[index]
        changes.append(then - first if index in seen else first)
        seen.add(index)
    finally_paid = [then if twice else first for (first, then), twice in zip(lines, corrected, strict=True)]
    return changes, sum(finally_paid)


def run_through(policy: WithholdingPolicy, changes: list[int], tables: TaxTables) -> list[Taxed]:
    states, so_far = [], Taxed()
    for change in changes:
        withheld, step = withhold(policy, change, so_far, MARCH, tables)
        assert step.result == withheld
        so_far = Taxed(so_far.taxable + change, so_far.withheld + withheld)
        states.append(so_far)
    return states


@given(histories())
@settings(max_examples=150, deadline=None)
def test_a_month_is_taxed_as_if_computed_once(history: tuple[list[int], int]) -> None:
    """After every line, corrections included, what was withheld is 3.063 % of the total so far, cut off."""
    changes, total = history
    states = run_through(WithholdingPolicy(MONTHLY), changes, TABLES)
    for state in states:
        assert state.withheld == state.taxable * 3063 // 100000
    assert states[-1] == Taxed(total, total * 3063 // 100000)


@given(histories(), st.dictionaries(st.integers(1, 45000), st.integers(0, 20000), max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_day_is_taxed_as_if_computed_once(history: tuple[list[int], int], odd: dict[int, int]) -> None:
    """Whatever the table says, the day's lines come to its entry for the day's total."""

    def table(taxable: int, _on: date) -> int:
        return odd.get(taxable, taxable // 30)

    changes, total = history
    states = run_through(WithholdingPolicy(DAILY), changes, TaxTables(RATES, table))
    for state in states:
        assert state.withheld == (table(state.taxable, MARCH) if state.taxable else 0)
    assert states[-1].taxable == total


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.data())
@settings(max_examples=80, deadline=None)
def test_the_order_of_meetings_changes_no_total(amounts: list[int], data: st.DataObject) -> None:
    policy = WithholdingPolicy(MONTHLY)
    shuffled = data.draw(st.permutations(amounts))
    assert run_through(policy, amounts, TABLES)[-1] == run_through(policy, shuffled, TABLES)[-1]


@given(st.integers(0, 1000000), st.integers(0, 4000), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_fee_withholds_whole_yen_and_less_than_it_pays(
    honorarium: int, travel: int, includes_travel: bool
) -> None:
    policy = WithholdingPolicy(FEE, includes_travel)
    base = min(policy.taxable(honorarium, travel), 1000000)
    assert policy.taxable(honorarium, travel) == honorarium + (travel if includes_travel else 0)
    assert tax_on(policy, base, MARCH, TABLES) == base * 1021 // 10000
