"""支給調書の計算: every outcome, corrections, what blocks a sheet, and sums that agree whatever was drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.compose import compose, payees, totals, withholding_text
from honoraria.rules.sheet import (
    Assessed,
    Before,
    Choice,
    LineFacts,
    Question,
    Refusal,
    Ruling,
    SheetContent,
    SheetHead,
    SheetLine,
)
from honoraria.rules.withholding import Rate, Taxed, TaxTables, WithholdingPolicy
from meetings_app.core.explained import Finding, Step
from meetings_app.core.terms import Capacity, CommitteeKind, Decision, District, LineOutcome, WithholdingMode

PAID, UNPAID, JUDGEMENT, DECLINED, NOTHING = (
    LineOutcome.PAID,
    LineOutcome.UNPAID,
    LineOutcome.JUDGEMENT,
    LineOutcome.DECLINED,
    LineOutcome.NONE,
)
NONE, FEE = WithholdingMode.NONE, WithholdingMode.FEE
MONTHLY, DAILY = WithholdingMode.MONTHLY, WithholdingMode.DAILY
MARCH = date(2026, 3, 25)

TABLES = TaxTables(
    (
        Rate(FEE, date(2013, 1, 1), date(2038, 1, 1), 10210, 1000001, "所得税法第205条第1号"),
        Rate(MONTHLY, date(2026, 1, 1), date(2038, 1, 1), 3063, 105000, "所得税法第185条"),
    ),
    lambda taxable, _on: {5000: 160, 9000: 300, 10000: 330}.get(taxable),
)

NO_TAX = WithholdingPolicy(NONE)
ON_FEE, ON_FEE_AND_TRAVEL = WithholdingPolicy(FEE), WithholdingPolicy(FEE, includes_travel=True)
BY_MONTH, BY_MONTH_AND_TRAVEL = WithholdingPolicy(MONTHLY), WithholdingPolicy(MONTHLY, includes_travel=True)
BY_DAY, BY_DAY_AND_TRAVEL = WithholdingPolicy(DAILY), WithholdingPolicy(DAILY, includes_travel=True)

Spans = Mapping[tuple[str, WithholdingMode, str], Taxed]

HEAD = SheetHead(
    run_id="run",
    number=1,
    committee="釧路市支援調整会議",
    kind=CommitteeKind.SUPPORT,
    title="第19回 支援調整会議",
    office="事務局",
    payer="会計",
    meeting_id="meeting",
    day=MARCH,
    starts_at=None,
    ends_at=None,
    venue="会議室",
    venue_district=District.KUSHIRO,
    regulation="設置規程",
    rulebook_sha256="0" * 64,
    rates_sha256="1" * 64,
    withholding="",
)

COMPUTED = Step("報酬", 5000, {}, ("第7条第3項①",), "1回につき5,000円")


def assessed(decision: Decision, honorarium: int | None, travel: int | None) -> Assessed:
    return Assessed(
        assessment_id=f"{decision}-{honorarium}-{travel}",
        decision=decision,
        honorarium=honorarium,
        travel=travel,
        reason=f"判定は{decision}。",
        citations=("第7条第1項",),
        steps=(COMPUTED,),
    )


def paid(honorarium: int = 5000, travel: int = 0) -> Assessed:
    return assessed(Decision.PAID, honorarium, travel)


def unpaid() -> Assessed:
    return assessed(Decision.UNPAID, 0, 0)


def absent() -> Assessed:
    return assessed(Decision.NONE, None, None)


QUESTION = Question("旅費", "居住地が地区外です。", ("第7条第3項②",), (Choice("支給しない", 5000, 0),))


def undecided(honorarium: int | None = None) -> Assessed:
    return replace(assessed(Decision.JUDGEMENT, honorarium, None), questions=(QUESTION,))


def facts(result: Assessed, *, who: str = "釧路花子", attendance: str = "", **more: object) -> LineFacts:
    given = LineFacts(
        attendance_id=attendance or f"{who}の出席",
        person_id=who,
        name=who,
        organisation="社会福祉協議会",
        capacity=Capacity.MEMBER,
        district=District.KUSHIRO,
        meeting="第19回 支援調整会議",
        held_on=MARCH,
        assessed=result,
    )
    return replace(given, **more)  # type: ignore[arg-type]


def ruling(honorarium: int, travel: int) -> Ruling:
    return Ruling("額を決めて支給する", honorarium, travel, "実費を確かめた", "会計担当", date(2026, 3, 27))


def sheet(
    *lines: LineFacts,
    policy: WithholdingPolicy | None = NO_TAX,
    spans: Spans | None = None,
    tables: TaxTables = TABLES,
) -> SheetContent:
    return compose(HEAD, lines, policy, spans or {}, tables)


def only(content: SheetContent) -> SheetLine:
    (line,) = content.lines
    return line


Amounts = tuple[int | None, int | None, int | None, int | None]


def amounts(line: SheetLine) -> Amounts:
    """報酬, 旅費, 源泉, 差引."""
    return line.honorarium, line.travel, line.withheld, line.net


def sums(content: SheetContent) -> Amounts:
    given = content.totals
    return given.honorarium, given.travel, given.withheld, given.net


# --- every outcome ---


@pytest.mark.parametrize(
    ("result", "policy", "outcome", "expected"),
    [
        (paid(5000, 0), NO_TAX, PAID, (5000, 0, 0, 5000)),
        (paid(5000, 0), ON_FEE, PAID, (5000, 0, 510, 4490)),
        (paid(5000, 4000), ON_FEE, PAID, (5000, 4000, 510, 8490)),
        (paid(5000, 4000), ON_FEE_AND_TRAVEL, PAID, (5000, 4000, 918, 8082)),
        (paid(5000, 0), BY_MONTH, PAID, (5000, 0, 153, 4847)),
        (paid(5000, 4000), BY_MONTH, PAID, (5000, 4000, 153, 8847)),
        (paid(5000, 4000), BY_MONTH_AND_TRAVEL, PAID, (5000, 4000, 275, 8725)),
        (paid(5000, 1000), BY_DAY, PAID, (5000, 1000, 160, 5840)),
        (unpaid(), ON_FEE, UNPAID, (0, 0, 0, 0)),
        (unpaid(), BY_DAY, UNPAID, (0, 0, 0, 0)),
    ],
)
def test_computed_lines(
    result: Assessed, policy: WithholdingPolicy, outcome: LineOutcome, expected: Amounts
) -> None:
    content = sheet(facts(result), policy=policy)
    line = only(content)
    assert line.outcome is outcome
    assert amounts(line) == expected
    assert sums(content) == expected
    assert content.blocks == ()
    assert result.reason in line.reason
    assert line.citations[: len(result.citations)] == result.citations
    assert line.steps[0] == COMPUTED
    assert line.steps[-1].result == line.net


def test_absent_is_no_amount_and_nobody_to_pay() -> None:
    content = sheet(facts(absent()), policy=ON_FEE)
    line = only(content)
    assert line.outcome is NOTHING
    assert not any(amounts(line))
    assert sums(content) == (0, 0, 0, 0)
    assert (content.totals.payable, content.totals.open_lines) == (0, 0)
    assert payees(content) == ()
    assert content.blocks == ()


def test_an_open_line_has_no_amount_and_stays_out_of_the_sums() -> None:
    content = sheet(facts(undecided()), facts(paid(), who="阿寒一郎"), policy=ON_FEE)
    line = next(one for one in content.lines if one.name == "釧路花子")
    assert line.outcome is JUDGEMENT
    assert amounts(line) == (None, None, None, None)
    assert line.questions == (QUESTION,)
    assert sums(content) == (5000, 0, 510, 4490)
    assert (content.totals.payable, content.totals.open_lines) == (1, 1)
    assert [one.name for one in payees(content)] == ["阿寒一郎"]


@pytest.mark.parametrize(
    ("policy", "withheld"),
    [(NO_TAX, 0), (ON_FEE, 510), (ON_FEE_AND_TRAVEL, None), (BY_MONTH, 153), (BY_MONTH_AND_TRAVEL, None)],
)
def test_where_only_travel_is_open_the_honorarium_is_shown_but_not_summed(
    policy: WithholdingPolicy, withheld: int | None
) -> None:
    """Tax is known where 旅費 is outside its base; 差引 is not."""
    content = sheet(facts(undecided(5000)), policy=policy)
    assert only(content).outcome is JUDGEMENT
    assert amounts(only(content)) == (5000, None, withheld, None)
    assert payees(content) == ()
    assert sums(content) == (0, 0, 0, 0)
    assert content.totals.open_lines == 1


# --- what a person settled ---


def test_a_decision_stands_beside_the_computed_result() -> None:
    decided = ruling(5000, 1000)
    content = sheet(facts(undecided(5000), ruling=decided), policy=ON_FEE)
    line = only(content)
    assert line.outcome is PAID
    assert amounts(line) == (5000, 1000, 510, 5490)
    assert line.ruling == decided
    assert line.questions == (QUESTION,)
    assert line.steps[0] == COMPUTED
    (step,) = [one for one in line.steps if "個別決定" in one.label]
    for said in ("会計担当", "実費を確かめた", "令和8年3月27日"):
        assert said in step.note or said in step.inputs.values()
    assert content.blocks == ()
    assert content.totals.open_lines == 0


def test_a_decision_for_nothing_is_unpaid() -> None:
    content = sheet(facts(undecided(), ruling=ruling(0, 0)), policy=ON_FEE)
    assert only(content).outcome is UNPAID
    assert amounts(only(content)) == (0, 0, 0, 0)
    assert "実費を確かめた" in only(content).reason
    assert content.blocks == ()


@pytest.mark.parametrize(("honorarium", "travel"), [(0, 1000), (5000, 0), (1, 0)])
def test_a_decision_for_anything_is_paid(honorarium: int, travel: int) -> None:
    line = only(sheet(facts(undecided(), ruling=ruling(honorarium, travel))))
    assert line.outcome is PAID
    assert amounts(line) == (honorarium, travel, 0, honorarium + travel)


@pytest.mark.parametrize(
    ("result", "outcome", "expected"),
    [
        (paid(5000, 0), PAID, (5000, 0, 0, 5000)),
        (unpaid(), UNPAID, (0, 0, 0, 0)),
        (absent(), NOTHING, (0, 0, 0, 0)),
    ],
)
def test_a_decision_changes_nothing_the_rule_settles(
    result: Assessed, outcome: LineOutcome, expected: Amounts
) -> None:
    """個別決定 answers 要判断 only: one left over from an earlier result never goes over what the rule says."""
    line = only(sheet(facts(result, ruling=ruling(3000, 2000))))
    assert line.outcome is outcome
    assert tuple(amount or 0 for amount in amounts(line)) == expected
    assert not any("個別決定" in step.label for step in line.steps)


def test_declined_is_paid_nothing_and_shows_what_was_computed() -> None:
    refusal = Refusal(date(2026, 3, 26), "書面あり")
    content = sheet(facts(paid(5000, 1000), refusal=refusal), policy=ON_FEE)
    line = only(content)
    assert line.outcome is DECLINED
    assert amounts(line) == (0, 0, 0, 0)
    assert line.refusal == refusal
    assert line.steps[0] == COMPUTED
    assert any("辞退" in step.label and "令和8年3月26日" in step.note for step in line.steps)
    assert "辞退" in line.reason
    assert (content.totals.payable, content.totals.open_lines) == (0, 0)
    assert content.blocks == ()


@pytest.mark.parametrize("decided", [None, ruling(5000, 0)])
def test_declining_settles_an_open_line(decided: Ruling | None) -> None:
    content = sheet(facts(undecided(), ruling=decided, refusal=Refusal(MARCH)), policy=ON_FEE)
    assert only(content).outcome is DECLINED
    assert amounts(only(content)) == (0, 0, 0, 0)
    assert content.blocks == ()


@pytest.mark.parametrize(("result", "outcome"), [(absent(), NOTHING), (unpaid(), UNPAID)])
def test_who_is_due_nothing_has_nothing_to_decline(result: Assessed, outcome: LineOutcome) -> None:
    """A 辞退 from before the facts were put right hides neither absence nor the reason of a 不支給."""
    line = only(sheet(facts(result, refusal=Refusal(MARCH))))
    assert line.outcome is outcome
    assert line.reason == result.reason
    assert line.refusal is None
    assert not any("辞退" in step.label for step in line.steps)


# --- corrections ---


def before(honorarium: int, travel: int, policy: WithholdingPolicy = ON_FEE) -> Before:
    return Before("行1", "第1号", honorarium, travel, policy)


FEE_SPANS = {("釧路花子", FEE, "釧路花子の出席"): Taxed(5000, 510)}


@pytest.mark.parametrize(
    ("result", "paid_before", "expected"),
    [
        (paid(5000, 4000), (5000, 1000), (0, 3000, 0, 3000)),
        (paid(5000, 1000), (5000, 4000), (0, -3000, 0, -3000)),
        (unpaid(), (5000, 4000), (-5000, -4000, -510, -8490)),
        (absent(), (5000, 1000), (-5000, -1000, -510, -5490)),
        (paid(5000, 0), (5000, 0), (0, 0, 0, 0)),
    ],
)
def test_a_correction_is_the_difference(
    result: Assessed, paid_before: tuple[int, int], expected: Amounts
) -> None:
    content = sheet(facts(result, before=before(*paid_before)), policy=ON_FEE, spans=FEE_SPANS)
    line = only(content)
    assert amounts(line) == expected
    assert sums(content) == expected
    assert line.correction is not None
    assert (line.correction.line_id, line.correction.sheet) == ("行1", "第1号")
    assert (line.correction.honorarium_before, line.correction.travel_before) == paid_before
    now = (line.correction.honorarium_now or 0, line.correction.travel_now or 0)
    assert now == (result.honorarium or 0, result.travel or 0)
    assert content.blocks == ()


@pytest.mark.parametrize(
    ("result", "more", "outcome"),
    [
        (absent(), {}, NOTHING),
        (unpaid(), {}, UNPAID),
        (paid(), {"refusal": Refusal(MARCH)}, DECLINED),
        (undecided(), {"ruling": ruling(0, 0)}, UNPAID),
    ],
)
def test_a_full_take_back_reaches_the_person(
    result: Assessed, more: dict[str, object], outcome: LineOutcome
) -> None:
    """Who turns out to have been absent gave nothing to attend, but has money to return: it is summed and sent."""
    given = replace(facts(result, before=before(5000, 1000)), **more)  # type: ignore[arg-type]
    content = sheet(given, policy=ON_FEE, spans=FEE_SPANS)
    assert only(content).outcome is outcome
    assert amounts(only(content)) == (-5000, -1000, -510, -5490)
    assert sums(content) == (-5000, -1000, -510, -5490)
    assert content.totals.payable == 1
    steps = only(content).steps
    assert [step.result for step in steps[-3:]] == [-6000, -510, -5490]
    assert "第1号" in steps[-3].note
    assert steps[-1].label == "差引"
    (payee,) = payees(content)
    assert (payee.honorarium, payee.travel, payee.withheld, payee.net) == (-5000, -1000, -510, -5490)


def test_what_was_unpaid_and_is_due_after_all() -> None:
    content = sheet(facts(paid(5000, 2000), before=before(0, 0)), policy=ON_FEE)
    assert only(content).outcome is PAID
    assert amounts(only(content)) == (5000, 2000, 510, 6490)


def test_an_open_correction_waits_for_a_decision() -> None:
    content = sheet(facts(undecided(), before=before(5000, 0)), policy=ON_FEE, spans=FEE_SPANS)
    assert amounts(only(content)) == (None, None, None, None)
    assert sums(content) == (0, 0, 0, 0)
    assert any("釧路花子" in block for block in content.blocks)
    assert payees(content) == ()


@pytest.mark.parametrize(("policy", "withheld"), [(ON_FEE, -102), (ON_FEE_AND_TRAVEL, None)])
def test_a_correction_with_travel_open_says_the_difference_of_the_honorarium(
    policy: WithholdingPolicy, withheld: int | None
) -> None:
    """5,000 yen instead of a decided 6,000: 510 − 612 = −102 yen of tax."""
    spans = {("釧路花子", FEE, "釧路花子の出席"): Taxed(6000, 612)}
    content = sheet(facts(undecided(5000), before=before(6000, 0, policy)), spans=spans)
    assert amounts(only(content)) == (-1000, None, withheld, None)
    assert sums(content) == (0, 0, 0, 0)


@pytest.mark.parametrize(("policy", "withheld"), [(ON_FEE, 0), (ON_FEE_AND_TRAVEL, None)])
def test_a_correction_with_nothing_but_travel_open(policy: WithholdingPolicy, withheld: int | None) -> None:
    given = facts(undecided(5000), before=before(5000, 0, policy))
    assert amounts(only(sheet(given, spans=FEE_SPANS))) == (0, None, withheld, None)


@pytest.mark.parametrize("now", [NO_TAX, BY_MONTH, BY_DAY, ON_FEE_AND_TRAVEL])
def test_a_correction_keeps_the_tax_policy_of_its_line(now: WithholdingPolicy) -> None:
    content = sheet(facts(unpaid(), before=before(5000, 4000)), policy=now, spans=FEE_SPANS)
    assert amounts(only(content)) == (-5000, -4000, -510, -8490)
    assert only(content).policy == ON_FEE


def test_a_correction_of_a_line_without_tax_gives_no_tax_back() -> None:
    given = facts(unpaid(), before=before(5000, 0, NO_TAX))
    assert amounts(only(sheet(given, policy=ON_FEE))) == (-5000, 0, 0, -5000)


def test_a_correction_of_another_month_counts_in_that_month() -> None:
    """Fifth of seven meetings of March taken back in April: 30,000 × 3.063 % = 918.9 against 1,072 withheld."""
    spans = {
        ("釧路花子", MONTHLY, BY_MONTH.span(MARCH, "")): Taxed(35000, 1072),
        ("釧路花子", MONTHLY, BY_MONTH.span(date(2026, 4, 8), "")): Taxed(5000, 153),
    }
    back = facts(unpaid(), before=before(5000, 0, BY_MONTH))
    april = facts(paid(), attendance="4月の出席", held_on=date(2026, 4, 8), meeting="第20回 支援調整会議")
    content = sheet(back, april, policy=BY_MONTH, spans=spans)
    by_id = {line.attendance_id: line for line in content.lines}
    assert amounts(by_id["釧路花子の出席"]) == (-5000, 0, -154, -4846)
    assert amounts(by_id["4月の出席"]) == (5000, 0, 153, 4847)


# --- several meetings of a person ---


def test_a_month_on_one_sheet_is_taxed_on_its_total() -> None:
    """7 × 5,000 yen: 1,072 yen in all; one line bears the yen that the fractions add up to."""
    lines = [facts(paid(), attendance=f"{n}", held_on=date(2026, 3, n)) for n in range(1, 8)]
    content = sheet(*lines, policy=BY_MONTH)
    assert sums(content) == (35000, 0, 1072, 33928)
    assert sorted(line.withheld or 0 for line in content.lines) == [153] * 6 + [154]


def test_a_day_on_one_sheet_is_taxed_on_its_total() -> None:
    content = sheet(
        facts(paid(5000, 4000), attendance="1"), facts(paid(5000, 0), attendance="2"), policy=BY_DAY
    )
    assert sums(content) == (10000, 4000, 330, 13670)


def test_spans_of_others_do_not_count() -> None:
    spans = {
        ("阿寒一郎", MONTHLY, BY_MONTH.span(MARCH, "")): Taxed(100000, 3063),
        ("釧路花子", FEE, BY_MONTH.span(MARCH, "")): Taxed(100000, 3063),
        ("釧路花子", MONTHLY, BY_MONTH.span(date(2026, 2, 1), "")): Taxed(100000, 3063),
    }
    assert amounts(only(sheet(facts(paid()), policy=BY_MONTH, spans=spans))) == (5000, 0, 153, 4847)


# --- what blocks a sheet ---


def test_an_unset_policy_blocks_with_who_must_decide_what() -> None:
    content = sheet(facts(paid()), policy=None)
    assert amounts(only(content)) == (5000, 0, None, None)
    assert sums(content) == (5000, 0, None, None)
    (block,) = content.blocks
    for said in ("源泉", "会計", "設定"):
        assert said in block
    assert block.endswith("ください。")


@pytest.mark.parametrize("result", [unpaid(), absent()])
def test_an_unset_policy_blocks_a_sheet_that_pays_nobody(result: Assessed) -> None:
    """No run can be final until the office has chosen, be there something to withhold or not."""
    content = sheet(facts(result), policy=None)
    assert len(content.blocks) == 1
    assert "源泉" in content.blocks[0]


def test_an_open_line_blocks_by_name() -> None:
    content = sheet(facts(undecided(5000)), facts(undecided(), who="阿寒一郎"), policy=ON_FEE)
    assert len(content.blocks) == 2
    for name in ("釧路花子", "阿寒一郎"):
        assert sum(name in block and "要判断" in block for block in content.blocks) == 1


def test_a_daily_amount_not_typed_in_blocks_by_name_and_amount() -> None:
    content = sheet(facts(paid(7000, 0)), facts(paid(), who="阿寒一郎"), policy=BY_DAY)
    blocked = next(line for line in content.lines if line.name == "釧路花子")
    assert amounts(blocked) == (7000, 0, None, None)
    assert amounts(next(line for line in content.lines if line.name == "阿寒一郎")) == (5000, 0, 160, 4840)
    assert sums(content) == (12000, 0, None, None)
    (block,) = content.blocks
    for said in ("釧路花子", "7,000円", "日額表"):
        assert said in block


def test_a_month_at_the_limit_blocks_by_name() -> None:
    spans = {("釧路花子", MONTHLY, BY_MONTH.span(MARCH, "")): Taxed(100000, 3063)}
    content = sheet(facts(paid()), policy=BY_MONTH, spans=spans)
    assert amounts(only(content)) == (5000, 0, None, None)
    (block,) = content.blocks
    for said in ("釧路花子", "105,000円", "給与乙欄 月額"):
        assert said in block
    assert block.endswith("ください。")
    below = sheet(facts(paid(4999, 0)), policy=BY_MONTH, spans=spans)
    assert amounts(only(below)) == (4999, 0, 153, 4846)
    assert below.blocks == ()


def test_a_month_passes_no_limit_on_the_way_to_a_total_below_it() -> None:
    """104,000 − 5,000 + 5,000 stays below 105,000 yen, whichever of the two stands first on the sheet."""
    spans = {("釧路花子", MONTHLY, BY_MONTH.span(MARCH, "")): Taxed(104000, 3185)}
    lines = (
        facts(paid(), attendance="新"),
        facts(unpaid(), attendance="旧", before=before(5000, 0, BY_MONTH)),
    )
    for ordered in (lines, lines[::-1]):
        content = sheet(*ordered, policy=BY_MONTH, spans=spans)
        assert content.blocks == ()
        assert sums(content) == (0, 0, 0, 0)
        assert [line.attendance_id for line in content.lines] == ["新", "旧"]


def test_a_first_line_gives_no_tax_back() -> None:
    """A day's 9,000 yen against 5,000 typed in as 460: the table is asked about, nothing is handed out."""
    spans = {("釧路花子", DAILY, BY_DAY.span(MARCH, "")): Taxed(5000, 460)}
    content = sheet(facts(paid(4000, 0)), policy=BY_DAY, spans=spans)
    assert amounts(only(content)) == (4000, 0, None, None)
    (block,) = content.blocks
    for said in ("釧路花子", "460円", "税額表"):
        assert said in block
    assert block.endswith("ください。")


def test_a_day_without_a_rate_blocks_by_name() -> None:
    content = sheet(facts(paid(), held_on=date(2038, 1, 1)), policy=ON_FEE)
    (block,) = content.blocks
    assert "釧路花子" in block
    assert "令和20年1月1日" in block


def test_unpaid_lines_wait_for_no_rate_and_no_entry() -> None:
    """Nor does what was typed in later change a line that pays nothing."""
    late = date(2038, 1, 1)
    assert sheet(facts(unpaid(), held_on=late), policy=ON_FEE).blocks == ()
    spans = {("釧路花子", DAILY, BY_DAY.span(MARCH, "")): Taxed(7000, 220)}
    content = sheet(facts(unpaid()), policy=BY_DAY, spans=spans)
    assert amounts(only(content)) == (0, 0, 0, 0)
    assert content.blocks == ()
    mistyped = {("釧路花子", DAILY, BY_DAY.span(MARCH, "")): Taxed(5000, 16)}
    assert amounts(only(sheet(facts(unpaid()), policy=BY_DAY, spans=mistyped))) == (0, 0, 0, 0)


def test_a_correction_of_travel_alone_touches_no_tax() -> None:
    """旅費 outside the base: neither a missing entry nor a changed one comes into a line that has no base."""
    spans = {("釧路花子", DAILY, BY_DAY.span(MARCH, "")): Taxed(7000, 220)}
    given = facts(paid(7000, 1000), before=before(7000, 0, BY_DAY))
    assert amounts(only(sheet(given, policy=BY_DAY, spans=spans))) == (0, 1000, 0, 1000)


def test_an_unset_policy_leaves_corrections_to_the_policy_of_their_line() -> None:
    content = sheet(facts(unpaid(), before=before(5000, 0)), policy=None, spans=FEE_SPANS)
    assert amounts(only(content)) == (-5000, 0, -510, -4490)


# --- order, findings, heading ---


def test_what_needs_a_decision_stands_first_and_absentees_last() -> None:
    content = sheet(
        facts(absent(), who="欠席"),
        facts(unpaid(), who="不支給"),
        facts(paid(), who="支給二"),
        facts(paid(), who="辞退", refusal=Refusal(MARCH)),
        facts(undecided(), who="要判断"),
        facts(paid(), who="支給一"),
    )
    assert [line.name for line in content.lines] == ["要判断", "支給二", "支給一", "辞退", "不支給", "欠席"]


def test_corrections_stand_after_the_meetings_own_lines_in_the_order_taken() -> None:
    content = sheet(
        facts(paid(5000, 1000), who="訂正一", before=before(5000, 0, NO_TAX)),
        facts(paid(), who="支給"),
        facts(paid(5000, 0), who="訂正二", before=before(5000, 1000, ON_FEE_AND_TRAVEL)),
        facts(unpaid(), who="不支給の訂正", before=before(0, 0, NO_TAX)),
        facts(unpaid(), who="不支給"),
        spans={("訂正二", FEE, "訂正二の出席"): Taxed(6000, 612)},
    )
    assert [line.name for line in content.lines] == ["支給", "訂正一", "訂正二", "不支給", "不支給の訂正"]


def test_findings_come_once_whoever_has_them() -> None:
    finding = Finding("以後の改正は未確認", "確かめてください。", severity="info")
    other = Finding("改正前の条文未確認", "平成26年3月まで。")
    given = [
        facts(replace(paid(), findings=(finding,)), who="一"),
        facts(replace(paid(), findings=(other, finding)), who="二"),
    ]
    content = sheet(*given)
    assert sorted(one.code for one in content.findings) == ["以後の改正は未確認", "改正前の条文未確認"]


def test_a_finding_about_each_regulation_is_kept() -> None:
    """圏域会議 rests on both regulations: one code, two sentences."""
    both = tuple(
        Finding("以後の改正は未確認", f"{name}を確かめてください。") for name in ("規程", "圏域規程")
    )
    content = sheet(facts(replace(paid(), findings=both)), facts(replace(paid(), findings=both), who="二"))
    assert content.findings == both


def test_an_empty_sheet() -> None:
    content = sheet()
    assert content.lines == ()
    assert sums(content) == (0, 0, 0, 0)
    assert payees(content) == ()


def test_the_heading_is_kept_as_given() -> None:
    assert sheet(facts(paid())).head == HEAD


def test_how_tax_is_withheld_and_who_decided() -> None:
    said = withholding_text(BY_MONTH, "会計担当", date(2026, 11, 2))
    assert said == "給与乙欄 月額、旅費は含めない（令和8年11月2日 会計担当）"


# --- payees ---


def test_a_person_with_a_meeting_and_two_corrections_is_one_payee() -> None:
    """第19回 5,000 + 1,000; 第18回 旅費 +3,000; 第17回 taken back in full. By the fee: 510, 0, −510."""
    spans = {
        ("釧路花子", FEE, "18"): Taxed(5000, 510),
        ("釧路花子", FEE, "17"): Taxed(5000, 510),
    }
    content = sheet(
        facts(paid(5000, 1000), attendance="19"),
        facts(paid(), who="阿寒一郎"),
        facts(paid(5000, 4000), attendance="18", held_on=date(2026, 2, 25), before=before(5000, 1000)),
        facts(absent(), attendance="17", held_on=date(2026, 1, 28), before=before(5000, 2000)),
        policy=ON_FEE,
        spans=spans,
    )
    hanako, ichiro = sorted(payees(content), key=lambda one: -len(one.lines))
    assert (hanako.person_id, hanako.name, hanako.organisation) == ("釧路花子", "釧路花子", "社会福祉協議会")
    assert {line.attendance_id for line in hanako.lines} == {"17", "18", "19"}
    assert (hanako.honorarium, hanako.travel, hanako.withheld, hanako.net) == (0, 2000, 0, 2000)
    assert (ichiro.honorarium, ichiro.travel, ichiro.withheld, ichiro.net) == (5000, 0, 510, 4490)
    assert sums(content) == (5000, 2000, 510, 6490)
    assert content.totals.payable == 2


def test_payable_counts_persons_not_lines_and_nobody_whose_sum_is_nothing() -> None:
    """Two lines of one person count once; what is due and what is taken back may leave nothing to move."""
    content = sheet(
        facts(paid(), attendance="新"),
        facts(unpaid(), attendance="旧", before=before(5000, 0, NO_TAX)),
        facts(paid(), who="阿寒一郎", attendance="1"),
        facts(paid(), who="阿寒一郎", attendance="2"),
        facts(unpaid(), who="音別二郎"),
    )
    assert content.totals.payable == 1


def test_an_open_line_keeps_no_settled_line_of_the_person_from_the_sums() -> None:
    """Nor does its base count for the day's tax: 5,000 yen alone is 160, on top of 5,000 it would be 170."""
    content = sheet(facts(undecided(5000), attendance="1"), facts(paid(), attendance="2"), policy=BY_DAY)
    assert sums(content) == (5000, 0, 160, 4840)
    (payee,) = payees(content)
    assert [line.attendance_id for line in payee.lines] == ["2"]


def test_two_persons_of_one_name_are_two_payees() -> None:
    twin = replace(facts(paid(), attendance="別の出席"), person_id="別人")
    content = sheet(facts(paid()), twin)
    assert [payee.person_id for payee in payees(content)] == ["釧路花子", "別人"]


# --- whatever was drawn ---

PEOPLE = ("釧路花子", "阿寒一郎", "音別二郎")
DAYS = (date(2026, 3, 4), date(2026, 3, 25), date(2026, 4, 1))
POLICIES = (NO_TAX, ON_FEE, ON_FEE_AND_TRAVEL, BY_MONTH, BY_MONTH_AND_TRAVEL, BY_DAY, BY_DAY_AND_TRAVEL)
WHOLE_DAY_TABLE = replace(TABLES, daily=lambda taxable, _on: taxable // 30 // 10 * 10)
"""Every amount typed in, in steps as the printed table has them."""

HONORARIA, TRAVELS = st.sampled_from([5000, 4999, 1, 3333]), st.sampled_from([0, 1000, 2000, 4000, 777])
RESULTS = st.one_of(
    st.builds(paid, HONORARIA, TRAVELS),
    st.just(unpaid()),
    st.just(absent()),
    st.just(undecided()),
    st.just(undecided(5000)),
)
RULINGS = st.none() | st.builds(ruling, st.integers(0, 5000), st.integers(0, 4000))
REFUSALS = st.sampled_from([None, None, None, Refusal(MARCH)])


@dataclass
class Books:
    """What final sheets came to so far, kept independently of the code under test."""

    attendances: dict[str, Before] = field(default_factory=dict)
    spans: dict[tuple[str, WithholdingMode, str], Taxed] = field(default_factory=dict)

    def enter(self, lines: Iterable[SheetLine]) -> None:
        for line in lines:
            if line.net is None or line.policy is None:
                continue
            assert line.honorarium is not None
            assert line.travel is not None
            assert line.withheld is not None
            old = self.attendances.get(line.attendance_id, Before("", "第1号", 0, 0, line.policy))
            self.attendances[line.attendance_id] = replace(
                old, honorarium=old.honorarium + line.honorarium, travel=old.travel + line.travel
            )
            key = (line.person_id, line.policy.mode, line.tax_span)
            taxed = self.spans.get(key, Taxed())
            self.spans[key] = Taxed(taxed.taxable + line.taxable, taxed.withheld + line.withheld)


@st.composite
def attendances(draw: st.DrawFn) -> list[LineFacts]:
    """Draw up to eight attendances of three persons on three days."""
    count = draw(st.integers(1, 8))
    return [
        facts(
            draw(RESULTS),
            who=draw(st.sampled_from(PEOPLE)),
            attendance=f"出席{n}",
            held_on=draw(st.sampled_from(DAYS)),
            ruling=draw(RULINGS),
            refusal=draw(REFUSALS),
        )
        for n in range(count)
    ]


@st.composite
def on_one_sheet(draw: st.DrawFn, pool: list[LineFacts], books: Books) -> list[LineFacts]:
    """Draw some of the attendances, as they are now assessed; those on an earlier sheet as corrections."""
    chosen = draw(st.lists(st.sampled_from(pool), min_size=1, unique_by=lambda one: one.attendance_id))
    return [
        replace(
            one,
            assessed=draw(RESULTS),
            ruling=draw(RULINGS),
            refusal=draw(REFUSALS),
            before=books.attendances.get(one.attendance_id),
        )
        for one in chosen
    ]


def computed_once(mode: WithholdingMode, total: int) -> int:
    if mode is DAILY:
        return total // 30 // 10 * 10
    return total * {NONE: 0, FEE: 10210, MONTHLY: 3063}[mode] // 100000


def agree(content: SheetContent) -> None:
    """What is drawn here is always taxed: tax and net are known wherever a line is settled."""
    assert all(line.net is not None for line in content.lines if line.outcome not in (JUDGEMENT, NOTHING))
    given, grouped = content.totals, payees(content)
    assert given.withheld is not None
    assert given.net == given.honorarium + given.travel - given.withheld
    assert given.net == sum(payee.net for payee in grouped)
    assert given == totals(content.lines)
    assert given.payable == sum(payee.net != 0 for payee in grouped)
    assert given.open_lines == sum(line.outcome is JUDGEMENT for line in content.lines)
    assert len({payee.person_id for payee in grouped}) == len(grouped)
    agree_by_line(content)


def agree_by_line(content: SheetContent) -> None:
    """Sums of lines, payees and totals are the same, and net is what is left of every line."""
    settled = [line for line in content.lines if line.net is not None]
    for line in settled:
        assert line.net == (line.honorarium or 0) + (line.travel or 0) - (line.withheld or 0)
    given, grouped = content.totals, payees(content)
    assert given.net == sum(line.net or 0 for line in settled)
    assert given.honorarium == sum(payee.honorarium for payee in grouped)
    assert given.travel == sum(payee.travel for payee in grouped)
    assert given.withheld == sum(payee.withheld for payee in grouped)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_any_sheets_agree_with_themselves_and_with_the_month(data: st.DataObject) -> None:
    """Over several sheets with corrections up and down, whatever is open, declined, decided or absent."""
    pool, books = data.draw(attendances()), Books()
    for _ in range(data.draw(st.integers(1, 4))):
        policy = data.draw(st.sampled_from(POLICIES))
        lines = data.draw(on_one_sheet(pool, books))
        content = sheet(*lines, policy=policy, spans=dict(books.spans), tables=WHOLE_DAY_TABLE)
        agree(content)
        books.enter(content.lines)
        for kept in books.attendances.values():
            assert kept.honorarium >= 0
            assert kept.travel >= 0
        for (_, mode, _), taxed in books.spans.items():
            assert taxed.taxable >= 0
            assert taxed.withheld == computed_once(mode, taxed.taxable)


@given(attendances(), st.sampled_from(POLICIES), st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_facts_changes_no_sum(
    pool: list[LineFacts], policy: WithholdingPolicy, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(pool))
    one, other = (sheet(*lines, policy=policy, tables=WHOLE_DAY_TABLE) for lines in (pool, shuffled))
    assert one.totals == other.totals
    assert {payee.person_id: payee.net for payee in payees(one)} == {
        payee.person_id: payee.net for payee in payees(other)
    }


@given(attendances(), st.sampled_from(POLICIES), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_two_sheets_come_to_what_one_would(
    pool: list[LineFacts], policy: WithholdingPolicy, cut: int
) -> None:
    whole, books, net = sheet(*pool, policy=policy, tables=WHOLE_DAY_TABLE), Books(), 0
    for part in (pool[:cut], pool[cut:]):
        content = sheet(*part, policy=policy, spans=dict(books.spans), tables=WHOLE_DAY_TABLE)
        books.enter(content.lines)
        net += content.totals.net or 0
    assert net == whole.totals.net
