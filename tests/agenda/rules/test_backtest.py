"""バックテスト: what was proposed the day before each meeting, against what the meeting took."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings

import agenda
from agenda.rules.backtest import (
    BackTest,
    NoTrace,
    Score,
    Taken,
    back_test,
    known_by,
    meeting_days,
    propose,
)
from agenda.rules.due import DueSettings, PlanFacts, due_plans
from agenda.rules.register import facts_of, read_register
from meetings_app.core.terms import DueReason, EvaluationOutcome
from tests.agenda.rules.plan_facts import registers, some_day

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
DEFAULTS = DueSettings()
ENDED, REPLAN, SUSPENDED = EvaluationOutcome.ENDED, EvaluationOutcome.REPLAN, EvaluationOutcome.SUSPENDED
MEETING = date(2014, 3, 25)
EVE = date(2014, 3, 24)


def real_plans() -> list[PlanFacts]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return facts_of(read_register(list(csv.reader(file))).entries)


@pytest.fixture(scope="module")
def real() -> BackTest:
    return back_test(real_plans(), DEFAULTS)


def plan(number: int = 1, **facts: object) -> PlanFacts:
    """A plan confirmed on 2014-01-10; no end of its period is known unless one is given."""
    return replace(PlanFacts(1, number, meeting=date(2014, 1, 10)), **facts)  # type: ignore[arg-type]


def on(result: BackTest, day: date) -> tuple[list[tuple[int, int, bool]], list[tuple[int, int]]]:
    """What a meeting day took (case, plan, foreseen) and what was proposed in vain."""
    (found,) = [one for one in result.days if one.day == day]
    return [(t.case, t.plan, t.foreseen) for t in found.taken], [(s.case, s.plan) for s in found.surplus]


# --- the real register, counted by hand from its rows ---------------------------------------------------------------


def test_the_real_register_has_twenty_meeting_days() -> None:
    assert meeting_days(real_plans()) == [
        date(2013, 7, 1),
        date(2013, 7, 4),
        date(2013, 7, 11),
        date(2013, 7, 22),
        date(2013, 7, 31),
        date(2013, 8, 2),
        date(2013, 8, 22),
        date(2013, 8, 28),
        date(2013, 9, 3),
        date(2013, 9, 6),
        date(2013, 9, 27),
        date(2013, 10, 29),
        date(2013, 11, 25),
        date(2013, 12, 16),
        date(2013, 12, 20),
        date(2014, 1, 28),
        date(2014, 2, 4),
        date(2014, 2, 25),
        date(2014, 3, 25),
        date(2014, 3, 28),
    ]


def test_the_real_register_by_reason(real: BackTest) -> None:
    assert real.scores == (
        Score(DueReason.EVALUATION, taken=20, proposed=21, foreseen=9, within_horizon=21, plans=9),
        Score(DueReason.REPLAN, taken=0, proposed=0, foreseen=0, within_horizon=0, plans=0),
    )
    evaluation, replan = real.scores
    assert evaluation.recall == pytest.approx(0.45)
    assert evaluation.precision == pytest.approx(9 / 21)
    assert evaluation.precision_within_horizon == pytest.approx(1)
    assert (replan.recall, replan.precision, replan.precision_within_horizon) == (None, None, None)


@pytest.mark.parametrize(
    ("day", "taken", "surplus"),
    [
        (date(2013, 7, 1), [], []),
        (date(2013, 7, 31), [(3, 1, False), (5, 1, False), (7, 1, False)], []),
        (date(2013, 9, 3), [(8, 1, False)], []),
        (date(2013, 9, 27), [(10, 1, False)], [(2, 1)]),
        (date(2013, 10, 29), [(2, 1, True), (6, 1, False), (9, 1, False)], []),
        (date(2013, 11, 25), [], [(4, 1), (1, 1)]),
        (date(2013, 12, 16), [], [(4, 1), (1, 1)]),
        (date(2013, 12, 20), [(1, 1, True), (4, 1, True), (13, 1, False), (16, 1, False)], []),
        (date(2014, 1, 28), [], []),
        (date(2014, 2, 25), [(22, 1, False)], [(9, 2), (11, 1), (12, 1), (13, 2), (14, 1), (15, 1)]),
        (
            date(2014, 3, 25),
            [(9, 2, True), (11, 1, True), (13, 2, True), (14, 1, True), (15, 1, True)],
            [(12, 1)],
        ),
        (date(2014, 3, 28), [(4, 2, False), (12, 1, True)], []),
    ],
)
def test_the_real_register_day_by_day(
    real: BackTest, day: date, taken: list[tuple[int, int, bool]], surplus: list[tuple[int, int]]
) -> None:
    assert on(real, day) == (taken, surplus)


def test_every_miss_of_the_real_register_was_an_evaluation_long_before_its_end(real: BackTest) -> None:
    assert [(m.case, m.plan, m.outcome, m.period_end, m.reported) for m in real.misses] == [
        (3, 1, ENDED, date(2013, 9, 30), True),
        (5, 1, ENDED, date(2013, 10, 31), True),
        (7, 1, ENDED, date(2013, 10, 31), False),
        (8, 1, ENDED, date(2014, 2, 28), True),
        (10, 1, ENDED, date(2014, 3, 31), False),
        (6, 1, ENDED, date(2014, 1, 31), True),
        (9, 1, ENDED, date(2014, 2, 28), True),
        (13, 1, REPLAN, date(2014, 3, 31), False),
        (16, 1, ENDED, date(2014, 12, 16), True),
        (22, 1, ENDED, date(2014, 4, 30), True),
        (4, 2, ENDED, date(2014, 6, 30), True),
    ]
    assert {m.reason for m in real.misses} == {DueReason.EVALUATION}
    nearest = min((m.period_end - m.day).days + 1 for m in real.misses if m.period_end)
    assert nearest == 62  # No. 3: 2013-07-30 to 2013-09-30


def test_every_surplus_of_the_real_register_came_to_a_meeting_in_time(real: BackTest) -> None:
    later = {(s.day, s.case): s.taken_on for s in real.surplus}
    march, end_of_march = date(2014, 3, 25), date(2014, 3, 28)
    assert later == {
        (date(2013, 9, 27), 2): date(2013, 10, 29),
        (date(2013, 11, 25), 4): date(2013, 12, 20),
        (date(2013, 11, 25), 1): date(2013, 12, 20),
        (date(2013, 12, 16), 4): date(2013, 12, 20),
        (date(2013, 12, 16), 1): date(2013, 12, 20),
        (date(2014, 2, 25), 9): march,
        (date(2014, 2, 25), 11): march,
        (date(2014, 2, 25), 12): end_of_march,
        (date(2014, 2, 25), 13): march,
        (date(2014, 2, 25), 14): march,
        (date(2014, 2, 25), 15): march,
        (date(2014, 3, 25), 12): end_of_march,
    }
    assert all(s.within_horizon for s in real.surplus)


def test_what_the_real_register_could_not_tell(real: BackTest) -> None:
    firsts = [(u.case, u.plan) for u in real.unknowable if u.why is NoTrace.FIRST]
    assert sorted(firsts) == [(case, 1) for case in range(1, 23)]
    later = [
        (u.day, u.case, u.plan, u.why, u.evaluation_foreseen)
        for u in real.unknowable
        if u.why is not NoTrace.FIRST
    ]
    december = date(2013, 12, 20)
    assert later == [
        (date(2013, 10, 29), 9, 2, NoTrace.ANEW_AT_ONCE, False),
        (december, 4, 2, NoTrace.REPLAN_AT_ONCE, True),
        (december, 13, 2, NoTrace.REPLAN_AT_ONCE, False),
        (MEETING, 9, 3, NoTrace.REPLAN_AT_ONCE, True),
        (MEETING, 11, 2, NoTrace.REPLAN_AT_ONCE, True),
        (MEETING, 13, 3, NoTrace.REPLAN_AT_ONCE, True),
        (MEETING, 15, 2, NoTrace.REPLAN_AT_ONCE, True),
        (date(2014, 3, 28), 12, 2, NoTrace.REPLAN_AT_ONCE, True),
    ]


def test_monitoring_reports_of_the_real_register_are_counted_beside(real: BackTest) -> None:
    listed = [len(day.reports) for day in real.days]
    assert listed == [0, 0, 1, 2, 2, 0, 4, 4, 4, 3, 3, 5, 1, 1, 2, 6, 6, 5, 4, 4]
    assert real.reports == 57


def test_a_longer_horizon_finds_more_and_proposes_it_longer() -> None:
    evaluation = back_test(real_plans(), replace(DEFAULTS, horizon_days=62)).scores[0]
    assert (evaluation.taken, evaluation.foreseen) == (20, 10)  # No. 3 stood 62 days before its end
    assert evaluation.proposed > 21


# --- what counts as known the day before ----------------------------------------------------------------------------


def test_an_undated_draft_is_not_known_before_its_meeting() -> None:
    new = PlanFacts(1, 1, meeting=MEETING)
    assert [due.reason for due in due_plans([new], EVE, DEFAULTS)] == [DueReason.NEW]
    assert propose([new], MEETING, DEFAULTS) == []
    (day,) = back_test([new], DEFAULTS).days
    assert (day.taken, [u.why for u in day.unknowable]) == ((), [NoTrace.FIRST])


def test_a_draft_dated_the_day_before_is_foreseen() -> None:
    result = back_test([PlanFacts(1, 1, drafted_on=EVE, meeting=MEETING)], DEFAULTS)
    assert [(t.reason, t.foreseen) for t in result.days[0].taken] == [(DueReason.NEW, True)]
    assert result.unknowable == ()
    on_the_day = back_test([PlanFacts(1, 1, drafted_on=MEETING, meeting=MEETING)], DEFAULTS)
    assert [u.why for u in on_the_day.unknowable] == [NoTrace.FIRST]


def test_a_replan_after_an_evaluation_at_an_earlier_meeting_is_foreseen() -> None:
    first = plan(period_end=date(2014, 3, 31), evaluated_on=EVE, outcome=REPLAN)
    result = back_test([first, plan(2, meeting=MEETING)], DEFAULTS)
    assert [(t.reason, t.plan, t.foreseen) for t in result.days[-1].taken] == [(DueReason.REPLAN, 2, True)]
    assert (result.scores[-1].recall, result.scores[-1].precision) == (1, 1)


def test_a_replan_is_matched_over_a_gap_in_the_numbers() -> None:
    first = plan(evaluated_on=EVE, outcome=REPLAN)
    result = back_test([first, plan(3, meeting=MEETING)], DEFAULTS)
    assert [(t.plan, t.foreseen) for t in result.days[-1].taken] == [(3, True)]


def test_a_replan_that_stays_away_is_a_surplus_at_each_meeting() -> None:
    first = plan(evaluated_on=date(2014, 2, 4), outcome=REPLAN)
    other = PlanFacts(2, 1, meeting=MEETING)
    (surplus,) = back_test([first, other], DEFAULTS).surplus
    assert (surplus.day, surplus.plan, surplus.taken_on, surplus.within_horizon) == (MEETING, 2, None, False)
    assert surplus.explanation == (
        "期限（平成26年3月6日）を会議の日に19日過ぎており、次のプランが確認された記録がありません。"
    )


@pytest.mark.parametrize(
    ("previous", "why"),
    [
        ({"evaluated_on": MEETING, "outcome": REPLAN}, NoTrace.REPLAN_AT_ONCE),
        ({"evaluated_on": MEETING, "outcome": ENDED}, NoTrace.ANEW_AT_ONCE),
        ({"evaluated_on": MEETING, "outcome": SUSPENDED}, NoTrace.ANEW_AT_ONCE),
        ({"evaluated_on": EVE, "outcome": ENDED}, NoTrace.ANEW),
        ({"evaluated_on": EVE, "outcome": SUSPENDED}, NoTrace.ANEW),
        ({"evaluated_on": date(2014, 3, 28), "outcome": REPLAN}, NoTrace.NOT_EVALUATED),
        ({}, NoTrace.NOT_EVALUATED),
    ],
)
def test_next_plans_without_a_trace(previous: dict[str, object], why: NoTrace) -> None:
    result = back_test([replace(plan(), **previous), plan(2, meeting=MEETING)], DEFAULTS)  # type: ignore[arg-type]
    (day,) = [one for one in result.days if one.day == MEETING]
    assert [(u.plan, u.why) for u in day.unknowable] == [(2, why)]


# --- misses and surplus, and what is said of them -------------------------------------------------------------------


def the_miss(*plans: PlanFacts) -> Taken:
    (miss,) = back_test(plans, DEFAULTS).misses
    return miss


@pytest.mark.parametrize(
    ("outcome", "asked"),
    [
        (ENDED, "未決の終結の申出も記録にありません"),
        (REPLAN, "未決の急ぐ事情や継続協議も記録にありません"),
        (SUSPENDED, "未決の急ぐ事情や継続協議も記録にありません"),
    ],
)
def test_an_evaluation_beyond_the_horizon_is_explained(outcome: EvaluationOutcome, asked: str) -> None:
    facts = plan(period_end=date(2014, 5, 6), evaluated_on=MEETING, outcome=outcome)  # 43 days after the eve
    miss = the_miss(facts)
    said = f"前日の時点で期間の終わり（平成26年5月6日）まで43日あって42日の範囲の外で、{asked}"
    assert (miss.explanation, miss.reported) == (f"{said}。", False)
    listed = the_miss(replace(facts, monitoring_due=date(2014, 3, 31)))
    assert listed.explanation == f"{said}（モニタリングの報告としては載っていました）。"
    assert listed.reported
    assert back_test([replace(facts, period_end=date(2014, 5, 5))], DEFAULTS).misses == ()


def test_an_evaluation_without_a_period_or_without_a_start_is_explained() -> None:
    assert the_miss(plan(evaluated_on=MEETING, outcome=ENDED)).explanation == (
        "プランの期間が記録にないため、評価の期限が分かりませんでした。"
    )
    unconfirmed = "前日までに会議の確認を受けた記録がないため、支援中のプランと分かりませんでした。"
    for meeting in (None, MEETING, date(2014, 3, 28)):
        facts = plan(meeting=meeting, period_end=date(2014, 3, 31), evaluated_on=MEETING, outcome=ENDED)
        assert the_miss(facts).explanation == unconfirmed


def test_a_next_plan_hidden_by_a_later_number_is_a_miss() -> None:
    plans = [
        plan(period_end=date(2014, 2, 28), evaluated_on=date(2014, 2, 4), outcome=REPLAN),
        plan(2, meeting=MEETING),
        plan(3, meeting=date(2014, 2, 10)),
    ]
    miss = the_miss(*plans)
    assert (miss.reason, miss.plan) == (DueReason.REPLAN, 2)
    assert miss.explanation == (
        "番号の大きいプランが先に記録されていたため、次のプランを諮る時期と分かりませんでした。"
    )


@pytest.mark.parametrize(
    ("evaluated_on", "within", "said"),
    [
        (date(2014, 3, 28), True, "3日後の平成26年3月28日の会議で評価されました。"),
        (date(2014, 5, 5), True, "41日後の平成26年5月5日の会議で評価されました。"),
        (date(2014, 5, 6), False, "範囲を過ぎた後に、42日後の平成26年5月6日の会議で評価されました。"),
        (None, False, "評価された記録がありません。"),
    ],
)
def test_a_surplus_tells_what_became_of_it(evaluated_on: date | None, within: bool, said: str) -> None:
    outcome = ENDED if evaluated_on else None
    facts = plan(period_end=date(2014, 3, 31), evaluated_on=evaluated_on, outcome=outcome)
    result = back_test([facts, PlanFacts(2, 1, meeting=MEETING)], DEFAULTS)
    surplus = next(one for one in result.surplus if one.day == MEETING)
    assert (surplus.taken_on, surplus.within_horizon) == (evaluated_on, within)
    assert surplus.explanation == f"会議の日に期限（平成26年3月31日）まで6日あり、{said}"


def test_a_new_plan_waiting_without_a_limit_is_a_surplus_without_a_deadline() -> None:
    waiting = PlanFacts(1, 1, drafted_on=date(2014, 3, 1), meeting=date(2014, 3, 28))
    result = back_test([waiting, PlanFacts(2, 1, meeting=MEETING)], DEFAULTS)
    (surplus,) = result.surplus
    assert (surplus.reason, surplus.deadline) == (DueReason.NEW, None)
    assert surplus.explanation == "期限の定めがなく、3日後の平成26年3月28日の会議で確認されました。"
    assert [score.reason for score in result.scores] == [
        DueReason.NEW,
        DueReason.EVALUATION,
        DueReason.REPLAN,
    ]


def test_an_ending_asked_for_makes_the_early_evaluation_foreseen() -> None:
    facts = plan(period_end=date(2014, 12, 31), ending_asked_on=EVE, evaluated_on=MEETING, outcome=ENDED)
    assert [(t.reason, t.foreseen) for t in back_test([facts], DEFAULTS).days[-1].taken] == [
        (DueReason.ENDING, True)
    ]
    assert back_test([replace(facts, ending_asked_on=MEETING)], DEFAULTS).misses != ()


def test_an_urgent_change_is_taken_when_it_is_settled() -> None:
    other = PlanFacts(2, 1, meeting=MEETING)
    facts = plan(urgent_raised_on=EVE, urgent_settled_on=MEETING)
    assert on(back_test([facts, other], DEFAULTS), MEETING) == ([(1, 1, True)], [])
    later = replace(facts, urgent_settled_on=date(2014, 3, 28))
    (surplus,) = back_test([later, other], DEFAULTS).surplus
    assert (surplus.taken_on, surplus.deadline) == (date(2014, 3, 28), MEETING)


def test_nothing_on_record_gives_no_days() -> None:
    result = back_test([], DEFAULTS)
    assert (result.days, [s.taken for s in result.scores]) == ((), [0, 0])


def test_a_plan_given_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="plan 1 of case 1 is given twice"):
        back_test([plan(), plan()], DEFAULTS)


def test_the_facts_of_the_eve_may_be_given_apart() -> None:
    facts = plan(period_end=date(2014, 3, 31), evaluated_on=MEETING, outcome=ENDED)
    asked: list[date] = []

    def none_known(eve: date) -> list[PlanFacts]:
        asked.append(eve)
        return []

    assert len(back_test([facts], DEFAULTS, none_known).misses) == 1
    assert asked == [date(2014, 1, 9), EVE]


# --- properties -----------------------------------------------------------------------------------------------------


@given(registers(), some_day)
@settings(max_examples=100, deadline=None)
def test_cutting_all_later_facts_gives_the_same_proposal(plans: list[PlanFacts], day: date) -> None:
    cut = [known for one in plans if (known := known_by(one, day - timedelta(days=1))) is not None]
    assert propose(plans, day, DEFAULTS) == propose(cut, day, DEFAULTS)


@given(registers(), some_day)
@settings(max_examples=100, deadline=None)
def test_the_proposal_is_the_due_list_but_for_undated_drafts(plans: list[PlanFacts], day: date) -> None:
    eve = day - timedelta(days=1)
    drafts = {
        (one.case, one.plan)
        for one in plans
        if one.drafted_on is None
        and one.meeting == day
        and (one.evaluated_on is None or one.evaluated_on > eve)
    }
    cases = {case for case, _ in drafts}
    listed = due_plans(plans, eve, DEFAULTS, next_meeting=day)
    proposed = propose(plans, day, DEFAULTS)
    assert [due for due in proposed if due.case not in cases] == [
        due for due in listed if due.case not in cases
    ]
    assert not {(due.case, due.plan) for due in proposed if due.reason is DueReason.NEW} & drafts


@given(registers())
@settings(max_examples=60, deadline=None)
def test_every_decision_and_every_proposal_is_told_once(plans: list[PlanFacts]) -> None:
    result = back_test(plans, DEFAULTS)
    assert [day.day for day in result.days] == meeting_days(plans)
    for found in result.days:
        eve = found.day - timedelta(days=1)
        proposed = [d for d in propose(plans, found.day, DEFAULTS) if d.reason is not DueReason.MONITORING]
        foreseen = [t for t in found.taken if t.foreseen]
        assert len(foreseen) + len(found.surplus) == len(proposed)
        evaluated = [(t.case, t.plan) for t in found.taken if t.outcome is not None]
        assert sorted(evaluated) == sorted(
            (one.case, one.plan) for one in plans if one.evaluated_on == found.day
        )
        confirmed = {(one.case, one.plan) for one in plans if one.meeting == found.day}
        told = {(u.case, u.plan) for u in found.unknowable} | {
            (t.case, t.plan) for t in found.taken if t.outcome is None
        }
        assert confirmed <= told
        assert all(t.explanation.endswith("。") for t in found.taken if not t.foreseen)
        assert all(s.explanation.endswith("。") and s.taken_on != found.day for s in found.surplus)
        assert all(s.taken_on is None or s.taken_on > eve for s in found.surplus)
