import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agenda
from agenda.rules.due import Due, DueSettings, PlanFacts, due_plans, is_open
from agenda.rules.register import facts_of, read_register
from meetings_app.core.terms import DueReason, EvaluationOutcome, MonitoringRule

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
DEFAULTS = DueSettings()
ENDED, REPLAN, SUSPENDED = EvaluationOutcome.ENDED, EvaluationOutcome.REPLAN, EvaluationOutcome.SUSPENDED
D = date(2014, 3, 24)
Row = tuple[int, int, str, date | None, int | None, bool]


def real_plans() -> list[PlanFacts]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return facts_of(read_register(list(csv.reader(file))).entries)


def brief(rows: list[Due]) -> list[Row]:
    return [(r.case, r.plan, r.reason.value, r.deadline, r.days_left, r.overdue) for r in rows]


def due(*plans: PlanFacts, on: date = D, next_meeting: date | None = None, **changes: Any) -> list[Row]:
    return brief(due_plans(plans, on, replace(DEFAULTS, **changes), next_meeting))


def opened(**facts: object) -> PlanFacts:
    """A plan 1 confirmed on 2014-01-10 and running to the end of 2014."""
    plan = PlanFacts(1, 1, meeting=date(2014, 1, 10), period_end=date(2014, 12, 31))
    return replace(plan, **facts)  # type: ignore[arg-type]


# --- the real register -------------------------------------------------------------------------------------------


def test_the_real_register_the_day_before_the_march_meeting() -> None:
    end = date(2014, 3, 31)
    assert due(*real_plans(), on=date(2014, 3, 24)) == [
        (4, 2, "モニタリング", end, 7, False),
        (9, 2, "評価", end, 7, False),
        (11, 1, "評価", end, 7, False),
        (12, 1, "評価", end, 7, False),
        (13, 2, "評価", end, 7, False),
        (14, 1, "評価", end, 7, False),
        (15, 1, "評価", end, 7, False),
        (17, 1, "モニタリング", end, 7, False),
        (18, 1, "モニタリング", end, 7, False),
        (19, 1, "モニタリング", end, 7, False),
        (9, 3, "新規", None, None, False),
        (11, 2, "新規", None, None, False),
        (13, 3, "新規", None, None, False),
        (15, 2, "新規", None, None, False),
    ]


def test_the_real_register_the_day_before_the_december_meeting() -> None:
    assert due(*real_plans(), on=date(2013, 12, 19)) == [
        (11, 1, "モニタリング", date(2013, 11, 30), -19, False),
        (4, 1, "評価", date(2013, 12, 30), 11, False),
        (1, 1, "評価", date(2013, 12, 31), 12, False),
        (16, 1, "モニタリング", date(2013, 12, 31), 12, False),
        (4, 2, "新規", None, None, False),
        (13, 2, "新規", None, None, False),
    ]


def test_the_real_register_in_may() -> None:
    month = date(2014, 3, 31)
    assert due(*real_plans(), on=date(2014, 5, 1)) == [
        (17, 1, "モニタリング", month, -31, False),
        (18, 1, "モニタリング", month, -31, False),
        (19, 1, "モニタリング", month, -31, False),
    ]


def test_the_real_register_when_the_june_ends_come_within_six_weeks() -> None:
    end, month = date(2014, 6, 30), date(2014, 6, 30)
    assert due(*real_plans(), on=date(2014, 5, 19)) == [
        (17, 1, "評価", end, 42, False),
        (18, 1, "評価", end, 42, False),
        (19, 1, "評価", end, 42, False),
        (20, 1, "モニタリング", month, 42, False),
        (21, 1, "モニタリング", month, 42, False),
    ]


def test_the_real_register_before_its_first_meeting() -> None:
    assert due(*real_plans(), on=date(2013, 6, 29)) == []
    assert due(*real_plans(), on=date(2013, 6, 30)) == [
        (1, 1, "新規", None, None, False),
        (2, 1, "新規", None, None, False),
    ]


# --- new plans ---------------------------------------------------------------------------------------------------


def test_a_plan_counts_as_drafted_the_day_before_its_meeting() -> None:
    plan = PlanFacts(1, 1, meeting=date(2014, 3, 25))
    assert due(plan, on=date(2014, 3, 23)) == []
    assert due(plan, on=date(2014, 3, 24)) == [(1, 1, "新規", None, None, False)]
    assert due(plan, on=date(2014, 3, 25)) == []


def test_a_dated_draft_counts_from_its_date() -> None:
    plan = PlanFacts(1, 1, drafted_on=date(2014, 3, 1), meeting=date(2014, 3, 25))
    assert due(plan, on=date(2014, 2, 28)) == []
    assert due(plan, on=date(2014, 3, 1)) == [(1, 1, "新規", None, None, False)]
    assert due(plan, on=date(2014, 3, 25)) == []


def test_an_undated_draft_is_listed_rather_than_lost() -> None:
    assert due(PlanFacts(1, 1)) == [(1, 1, "新規", None, None, False)]


def test_the_limit_for_the_first_plan_runs_from_the_first_contact() -> None:
    plan = PlanFacts(1, 1, drafted_on=date(2014, 3, 5), first_contact_on=date(2014, 3, 3))
    assert due(plan, on=date(2014, 3, 10)) == [(1, 1, "新規", None, None, False)]
    limit = date(2014, 3, 17)
    assert due(plan, on=date(2014, 3, 10), first_plan_limit_days=14) == [(1, 1, "新規", limit, 7, False)]
    assert due(plan, on=date(2014, 3, 17), first_plan_limit_days=14) == [(1, 1, "新規", limit, 0, False)]
    assert due(plan, on=date(2014, 3, 18), first_plan_limit_days=14) == [(1, 1, "新規", limit, -1, True)]


def test_the_limit_needs_a_first_contact_and_binds_the_first_plan_only() -> None:
    unknown = PlanFacts(1, 1, drafted_on=date(2014, 3, 5))
    second = PlanFacts(2, 2, drafted_on=date(2014, 3, 5), first_contact_on=date(2013, 3, 5))
    assert due(unknown, second, first_plan_limit_days=14) == [
        (1, 1, "新規", None, None, False),
        (2, 2, "新規", None, None, False),
    ]


def test_without_deadline_the_oldest_come_first_after_the_dated_ones() -> None:
    rows = due(
        PlanFacts(1, 1, drafted_on=date(2014, 3, 20)),
        PlanFacts(2, 1, drafted_on=date(2014, 3, 10)),
        PlanFacts(3, 1, drafted_on=date(2014, 3, 10)),
        replace(opened(period_end=date(2014, 3, 31)), case=9),
    )
    assert [row[0] for row in rows] == [9, 2, 3, 1]


# --- evaluation --------------------------------------------------------------------------------------------------


def test_evaluation_at_the_edges_of_the_horizon() -> None:
    end = date(2014, 5, 5)  # 2014-03-24 and 42 days
    plan = opened(period_end=end)
    assert due(plan, on=date(2014, 3, 23)) == []
    assert due(plan, on=date(2014, 3, 24)) == [(1, 1, "評価", end, 42, False)]
    assert due(plan, on=end) == [(1, 1, "評価", end, 0, False)]
    assert due(plan, on=date(2014, 5, 6)) == [(1, 1, "評価", end, -1, True)]
    assert due(plan, on=date(2014, 3, 24), horizon_days=41) == []


def test_evaluation_ends_with_the_evaluation() -> None:
    end = date(2014, 3, 31)
    plan = opened(period_end=end, evaluated_on=date(2014, 3, 25), outcome=ENDED)
    assert due(plan, on=date(2014, 3, 24)) == [(1, 1, "評価", end, 7, False)]
    assert due(plan, on=date(2014, 3, 25)) == []


@pytest.mark.parametrize("outcome", [ENDED, SUSPENDED])
def test_ended_and_suspended_plans_are_finished(outcome: EvaluationOutcome) -> None:
    plan = opened(
        period_end=date(2014, 1, 31),
        monitoring_due=date(2014, 1, 31),
        urgent_raised_on=date(2014, 2, 1),
        evaluated_on=date(2014, 2, 4),
        outcome=outcome,
    )
    assert due(plan) == []


def test_a_plan_without_period_has_no_evaluation_yet() -> None:
    assert due(opened(period_end=None)) == []


def test_an_evaluation_needs_day_and_outcome() -> None:
    with pytest.raises(ValueError, match="both a day and an outcome"):
        PlanFacts(1, 1, evaluated_on=D)
    with pytest.raises(ValueError, match="both a day and an outcome"):
        PlanFacts(1, 1, outcome=ENDED)


# --- re-plans ----------------------------------------------------------------------------------------------------


def test_a_replan_is_due_by_the_end_of_the_plan_if_later_than_30_days() -> None:
    end = date(2014, 6, 30)
    plan = opened(period_end=end, evaluated_on=date(2014, 3, 24), outcome=REPLAN)
    assert due(plan, on=date(2014, 3, 23)) == []
    assert due(plan, on=date(2014, 3, 24)) == [(1, 2, "再プラン", end, 98, False)]


def test_a_replan_is_due_30_days_after_the_evaluation_if_later() -> None:
    plan = opened(period_end=date(2014, 3, 31), evaluated_on=date(2014, 3, 25), outcome=REPLAN)
    limit = date(2014, 4, 24)
    assert due(plan, on=limit) == [(1, 2, "再プラン", limit, 0, False)]
    assert due(plan, on=date(2014, 4, 25)) == [(1, 2, "再プラン", limit, -1, True)]
    assert due(plan, on=limit, replan_days=5) == [(1, 2, "再プラン", date(2014, 3, 31), -24, True)]
    assert due(replace(plan, period_end=None), on=limit) == [(1, 2, "再プラン", limit, 0, False)]


def test_the_drafted_next_plan_takes_over_the_replan_and_its_deadline() -> None:
    plan = opened(period_end=date(2014, 3, 31), evaluated_on=date(2014, 2, 25), outcome=REPLAN)
    following = PlanFacts(1, 2, drafted_on=date(2014, 3, 10), meeting=date(2014, 3, 28))
    end = date(2014, 3, 31)
    assert due(plan, following, on=date(2014, 3, 9)) == [(1, 2, "再プラン", end, 22, False)]
    assert due(plan, following, on=date(2014, 3, 10)) == [(1, 2, "再プラン", end, 21, False)]
    assert due(plan, following, on=date(2014, 3, 28)) == []


def test_a_next_plan_drafted_before_the_evaluation_is_new_until_then() -> None:
    end = date(2014, 3, 31)
    plan = opened(period_end=end, evaluated_on=date(2014, 3, 25), outcome=REPLAN)
    following = PlanFacts(1, 2, drafted_on=date(2014, 3, 20), meeting=date(2014, 3, 28))
    assert due(plan, following, on=date(2014, 3, 24)) == [
        (1, 1, "評価", end, 7, False),
        (1, 2, "新規", None, None, False),
    ]
    assert due(plan, following, on=date(2014, 3, 25)) == [(1, 2, "再プラン", date(2014, 4, 24), 30, False)]


def test_a_plan_drafted_after_an_ending_is_new() -> None:
    plan = opened(evaluated_on=date(2014, 2, 25), outcome=ENDED)
    following = PlanFacts(1, 2, drafted_on=date(2014, 3, 10))
    assert due(plan, following) == [(1, 2, "新規", None, None, False)]


def test_a_gap_in_the_numbers_does_not_hide_the_next_plan() -> None:
    plan = opened(evaluated_on=date(2014, 2, 25), outcome=REPLAN)
    assert due(plan, PlanFacts(1, 3, meeting=date(2014, 3, 20), period_end=date(2015, 3, 19))) == []


# --- monitoring --------------------------------------------------------------------------------------------------


def test_monitoring_at_the_edges_of_the_horizon_and_never_overdue() -> None:
    month = date(2014, 4, 30)
    plan = opened(monitoring_due=month)
    assert due(plan, on=date(2014, 3, 18)) == []
    assert due(plan, on=date(2014, 3, 19)) == [(1, 1, "モニタリング", month, 42, False)]
    assert due(plan, on=date(2014, 5, 10)) == [(1, 1, "モニタリング", month, -10, False)]


def test_monitoring_until_one_is_recorded_in_or_after_the_month() -> None:
    plan = opened(monitoring_due=date(2014, 4, 30))
    listed = [(1, 1, "モニタリング", date(2014, 4, 30), 0, False)]
    on = date(2014, 4, 30)
    assert due(replace(plan, monitored_on=(date(2014, 3, 31),)), on=on) == listed
    assert due(replace(plan, monitored_on=(date(2014, 4, 1),)), on=on) == []
    assert due(replace(plan, monitored_on=(date(2014, 4, 30),)), on=on) == []
    assert due(replace(plan, monitored_on=(date(2014, 5, 1),)), on=on) == listed
    assert due(replace(plan, monitored_on=(date(2014, 5, 1),)), on=date(2014, 5, 1)) == []


# --- ending, urgent change, carry-over ---------------------------------------------------------------------------


def test_an_ending_asked_for_is_due_14_days_later() -> None:
    plan = opened(ending_asked_on=date(2014, 3, 10))
    limit = date(2014, 3, 24)
    assert due(plan, on=date(2014, 3, 9)) == []
    assert due(plan, on=date(2014, 3, 10)) == [(1, 1, "終結", limit, 14, False)]
    assert due(plan, on=limit) == [(1, 1, "終結", limit, 0, False)]
    assert due(plan, on=date(2014, 3, 25)) == [(1, 1, "終結", limit, -1, True)]
    assert due(plan, on=date(2014, 3, 10), ending_limit_days=7)[0][3] == date(2014, 3, 17)


def test_urgent_and_carried_over_items_go_to_the_next_meeting() -> None:
    urgent = opened(urgent_raised_on=date(2014, 3, 24))
    carried = replace(opened(carried_over_on=date(2014, 3, 20)), case=2)
    meeting = date(2014, 3, 28)
    assert due(urgent, carried, next_meeting=meeting) == [
        (1, 1, "臨時", meeting, 4, False),
        (2, 1, "継続協議", meeting, 4, False),
    ]
    assert due(urgent, carried) == [
        (2, 1, "継続協議", None, None, False),
        (1, 1, "臨時", None, None, False),
    ]
    assert due(urgent, on=date(2014, 3, 23)) == []


@pytest.mark.parametrize("request_name", ["urgent_raised", "carried_over", "ending_asked"])
def test_a_request_stands_until_it_is_settled(request_name: str) -> None:
    settled = request_name.replace("_raised", "").replace("_asked", "") + "_settled_on"
    plan = opened(**{f"{request_name}_on": date(2014, 3, 10), settled: date(2014, 3, 20)})
    assert len(due(plan, on=date(2014, 3, 19))) == 1
    assert due(plan, on=date(2014, 3, 20)) == []
    again = replace(plan, **{f"{request_name}_on": date(2014, 3, 21)})  # type: ignore[arg-type]
    assert len(due(again, on=date(2014, 3, 21))) == 1


def test_a_draft_carried_over_keeps_its_row() -> None:
    draft = PlanFacts(1, 1, drafted_on=date(2014, 3, 1), carried_over_on=date(2014, 3, 20))
    (row,) = due_plans([draft], D, DEFAULTS, date(2014, 3, 28))
    assert (row.reason, row.deadline, row.also) == (
        DueReason.CARRIED_OVER,
        date(2014, 3, 28),
        (DueReason.NEW,),
    )


def test_one_row_per_plan_in_the_order_of_reasons() -> None:
    facts: dict[str, object] = {
        "urgent_raised_on": date(2014, 3, 20),
        "carried_over_on": date(2014, 3, 20),
        "ending_asked_on": date(2014, 3, 20),
        "period_end": date(2014, 3, 31),
        "monitoring_due": date(2014, 3, 31),
    }
    order = [
        DueReason.URGENT,
        DueReason.CARRIED_OVER,
        DueReason.ENDING,
        DueReason.EVALUATION,
        DueReason.MONITORING,
    ]
    for place, name in enumerate(facts):
        remaining = dict(list(facts.items())[place:])
        (row,) = due_plans([opened(**({"period_end": None} | remaining))], D, DEFAULTS)
        assert row.reason is order[place], name
        assert list(row.also) == order[place + 1 :]


# --- what a row says ---------------------------------------------------------------------------------------------


def test_explanations_and_citations() -> None:
    (row,) = due_plans([opened(period_end=date(2014, 3, 31))], D, DEFAULTS)
    assert row.explanation == "プランの期間が平成26年3月31日に終わるため、評価を行います。"
    assert row.citation == "第5条第5項"
    (late,) = due_plans([opened(period_end=date(2014, 3, 23))], D, DEFAULTS)
    assert late.explanation == "プランの期間が平成26年3月23日に終わったため、評価を行います。"
    (report,) = due_plans([opened(monitoring_due=date(2014, 3, 31))], D, DEFAULTS)
    assert report.citation == "第2条第2号"
    both = opened(ending_asked_on=date(2014, 3, 20), period_end=date(2014, 3, 31))
    (ending,) = due_plans([both], D, DEFAULTS)
    assert ending.explanation == (
        "平成26年3月20日に終結の申出があり、14日以内に終結を判断します。"
        "ほかに「評価」（期限 平成26年3月31日）にも当たります。"
    )


def test_a_plan_given_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="plan 1 of case 1 is given twice"):
        due_plans([opened(), opened()], D, DEFAULTS)


def test_open_on_a_date() -> None:
    plan = opened(evaluated_on=date(2014, 3, 25), outcome=ENDED)
    assert [is_open(plan, on) for on in (date(2014, 1, 9), date(2014, 1, 10), date(2014, 3, 24))] == [
        False,
        True,
        True,
    ]
    assert not is_open(plan, date(2014, 3, 25))


# --- properties --------------------------------------------------------------------------------------------------

some_day = st.dates(min_value=date(2014, 1, 1), max_value=date(2014, 6, 30))
maybe = st.none() | some_day


@st.composite
def plan_facts(draw: st.DrawFn, case: int, plan: int) -> PlanFacts:
    evaluated = draw(maybe)
    return PlanFacts(
        case,
        plan,
        meeting=draw(maybe),
        drafted_on=draw(some_day),
        first_contact_on=draw(maybe),
        period_end=draw(maybe),
        evaluated_on=evaluated,
        outcome=None if evaluated is None else draw(st.sampled_from(EvaluationOutcome)),
        monitoring_due=draw(maybe),
        monitored_on=tuple(draw(st.lists(some_day, max_size=2))),
        ending_asked_on=draw(maybe),
        ending_settled_on=draw(maybe),
        urgent_raised_on=draw(maybe),
        carried_over_on=draw(maybe),
    )


@st.composite
def registers(draw: st.DrawFn) -> list[PlanFacts]:
    numbers = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), unique=True, max_size=6))
    return [draw(plan_facts(case, plan)) for case, plan in numbers]


LIMITED = DueSettings(first_plan_limit_days=14)


@given(registers(), some_day, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_plans_does_not_matter(plans: list[PlanFacts], on: date, random: object) -> None:
    shuffled = list(plans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert due_plans(shuffled, on, LIMITED) == due_plans(plans, on, LIMITED)


def without_later_facts(plan: PlanFacts, on: date) -> PlanFacts:
    """The same plan as it was known on `on`: nothing dated after it."""

    def known(day: date | None) -> date | None:
        return day if day is not None and day <= on else None

    evaluated = known(plan.evaluated_on)
    return replace(
        plan,
        meeting=known(plan.meeting),
        first_contact_on=known(plan.first_contact_on),
        evaluated_on=evaluated,
        outcome=plan.outcome if evaluated else None,
        monitored_on=tuple(day for day in plan.monitored_on if day <= on),
        ending_asked_on=known(plan.ending_asked_on),
        ending_settled_on=known(plan.ending_settled_on),
        urgent_raised_on=known(plan.urgent_raised_on),
        carried_over_on=known(plan.carried_over_on),
    )


@given(registers(), some_day)
@settings(max_examples=150, deadline=None)
def test_later_facts_do_not_change_an_earlier_list(plans: list[PlanFacts], on: date) -> None:
    earlier = [
        without_later_facts(plan, on)
        for plan in plans
        if any(day <= on for day in (plan.drafted_on, plan.meeting, plan.evaluated_on) if day is not None)
    ]
    assert due_plans(plans, on, LIMITED) == due_plans(earlier, on, LIMITED)


@given(registers(), some_day)
@settings(max_examples=100, deadline=None)
def test_a_plan_whose_meeting_is_after_tomorrow_is_not_seen(plans: list[PlanFacts], on: date) -> None:
    later = PlanFacts(9, 1, meeting=on + timedelta(days=2), period_end=on + timedelta(days=10))
    assert due_plans([*plans, later], on, DEFAULTS) == due_plans(plans, on, DEFAULTS)


@given(registers(), some_day)
@settings(max_examples=150, deadline=None)
def test_one_row_per_plan_sorted_and_days_left_agree(plans: list[PlanFacts], on: date) -> None:
    rows = due_plans(plans, on, LIMITED, next_meeting=on + timedelta(days=7))
    assert len({(row.case, row.plan) for row in rows}) == len(rows)
    dated = [(row.deadline, row.case, row.plan) for row in rows if row.deadline is not None]
    assert dated == sorted(dated)
    assert all(row.deadline is None for row in rows[len(dated) :])
    for row in rows:
        left = None if row.deadline is None else (row.deadline - on).days
        assert row.days_left == left
        assert row.overdue == (left is not None and left < 0 and row.reason is not DueReason.MONITORING)


# --- the end of the calendar -------------------------------------------------------------------------------------


def test_no_date_is_too_late_to_ask_about() -> None:
    end = date(2014, 12, 31)
    assert due(opened(period_end=end), on=date.max) == [(1, 1, "評価", end, (end - date.max).days, True)]
    assert due(opened(period_end=date.max), on=D) == []


def test_a_deadline_stops_at_the_end_of_the_calendar() -> None:
    day = date(9999, 12, 20)
    replan = opened(period_end=date(2014, 12, 31), evaluated_on=day, outcome=REPLAN)
    assert due(replan, on=day) == [(1, 2, "再プラン", date.max, 11, False)]
    ending = opened(period_end=date.max, ending_asked_on=day)
    assert due(ending, on=day, horizon_days=0) == [(1, 1, "終結", date.max, 11, False)]


@pytest.mark.parametrize(
    ("rule", "on", "listed"),
    [
        (MonitoringRule.HORIZON, date(2014, 2, 16), False),
        (MonitoringRule.HORIZON, date(2014, 2, 17), True),
        (MonitoringRule.MONTH, date(2014, 2, 28), False),
        (MonitoringRule.MONTH, date(2014, 3, 1), True),
        (MonitoringRule.OFF, date(2014, 3, 31), False),
    ],
)
def test_monitoring_is_listed_as_the_office_has_decided(rule: MonitoringRule, on: date, listed: bool) -> None:
    plan = PlanFacts(case=1, plan=1, meeting=date(2013, 12, 1), monitoring_due=date(2014, 3, 31))
    found = due_plans([plan], on, DueSettings(horizon_days=42, monitoring=rule))
    assert [due.reason for due in found] == ([DueReason.MONITORING] if listed else [])
