"""期限の規則の性質: order does not matter, asking changes nothing, and no later fact reaches an earlier list."""

import csv
import random
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import agenda
from agenda.rules.due import DueSettings, PlanFacts, due_plans
from agenda.rules.monthly import monthly_table
from agenda.rules.register import RegisterReading, facts_of, read_register
from agenda.rules.register_entry import RegisterEntry
from meetings_app.core.terms import DueReason, EvaluationOutcome, MonitoringRule
from tests.agenda.rules.plan_facts import plan_facts, registers, some_day

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
with SAMPLE.open(encoding="utf-8", newline="") as _file:
    HEADING, *ROWS = list(csv.reader(_file))
LIMITED = DueSettings(first_plan_limit_days=14)
ONE_DAY = timedelta(days=1)

in_the_year = st.dates(min_value=date(2013, 4, 1), max_value=date(2014, 6, 30))
chance = st.randoms(use_true_random=False)


# --- order, and asking twice ----------------------------------------------------------------------------------------


@given(registers(), some_day, st.none() | some_day, chance)
@settings(max_examples=100, deadline=None)
def test_the_order_of_plans_does_not_matter(
    plans: list[PlanFacts], on: date, next_meeting: date | None, chance: random.Random
) -> None:
    shuffled = list(plans)
    chance.shuffle(shuffled)
    assert due_plans(shuffled, on, LIMITED, next_meeting) == due_plans(plans, on, LIMITED, next_meeting)


@given(registers(), some_day)
@settings(max_examples=60, deadline=None)
def test_asking_twice_gives_the_same_and_changes_nothing(plans: list[PlanFacts], on: date) -> None:
    before = deepcopy(plans)
    assert due_plans(plans, on, LIMITED) == due_plans(iter(plans), on, LIMITED)
    assert plans == before


@given(registers(), registers(), some_day)
@settings(max_examples=60, deadline=None)
def test_another_case_changes_nothing_for_a_case(
    plans: list[PlanFacts], others: list[PlanFacts], on: date
) -> None:
    elsewhere = [replace(plan, case=plan.case + 10) for plan in others]
    both = due_plans([*elsewhere, *plans], on, LIMITED)
    assert [due for due in both if due.case <= 10] == due_plans(plans, on, LIMITED)


# --- no later fact reaches an earlier list --------------------------------------------------------------------------


@st.composite
def later_days(draw: st.DrawFn, on: date) -> date:
    return on + timedelta(days=draw(st.integers(1, 400)))


@st.composite
def with_other_later_facts(draw: st.DrawFn, plan: PlanFacts, on: date) -> PlanFacts:
    """Draw the plan with every fact dated after `on` moved, taken away or added, and those until then untouched.

    The days that make a plan known keep to two rules. One without a dated drafting counts as drafted the day
    before its meeting, so a meeting tomorrow stays tomorrow and a later one stays later; and a drafting that
    lies ahead stays ahead.
    """

    def other(day: date | None) -> date | None:
        return day if day is not None and day <= on else draw(st.none() | later_days(on))

    evaluated = other(plan.evaluated_on)
    outcome = plan.outcome if evaluated == plan.evaluated_on else None
    return replace(
        plan,
        meeting=draw(other_meetings(plan, on)),
        drafted_on=plan.drafted_on
        if plan.drafted_on is None or plan.drafted_on <= on
        else draw(later_days(on)),
        first_contact_on=other(plan.first_contact_on),
        evaluated_on=evaluated,
        outcome=outcome if outcome or not evaluated else draw(st.sampled_from(EvaluationOutcome)),
        monitored_on=(
            *(day for day in plan.monitored_on if day <= on),
            *draw(st.lists(later_days(on), max_size=2)),
        ),
        ending_asked_on=other(plan.ending_asked_on),
        ending_settled_on=other(plan.ending_settled_on),
        urgent_raised_on=other(plan.urgent_raised_on),
        urgent_settled_on=other(plan.urgent_settled_on),
        carried_over_on=other(plan.carried_over_on),
        carried_over_settled_on=other(plan.carried_over_settled_on),
    )


def other_meetings(plan: PlanFacts, on: date) -> st.SearchStrategy[date | None]:
    """The days that the plan's meeting could have as far as anybody knew on `on`."""
    if plan.meeting is not None and plan.meeting <= on:
        return st.just(plan.meeting)
    if plan.drafted_on is not None:
        return st.none() | later_days(on)
    if plan.meeting is None or plan.meeting == on + ONE_DAY:
        return st.just(plan.meeting)
    return later_days(on + ONE_DAY)


@given(registers(), some_day, st.data())
@settings(max_examples=120, deadline=None)
def test_facts_dated_later_change_nothing(plans: list[PlanFacts], on: date, data: st.DataObject) -> None:
    changed = [data.draw(with_other_later_facts(plan, on)) for plan in plans]
    assert due_plans(changed, on, LIMITED) == due_plans(plans, on, LIMITED)


@given(registers(), some_day, st.data())
@settings(max_examples=100, deadline=None)
def test_plans_begun_later_change_nothing(plans: list[PlanFacts], on: date, data: st.DataObject) -> None:
    new = data.draw(plan_facts(case=1, plan=9))
    new = replace(new, meeting=data.draw(later_days(on + ONE_DAY)), drafted_on=None)
    new = replace(new, evaluated_on=new.meeting, outcome=EvaluationOutcome.REPLAN)
    assert due_plans([*plans, new], on, LIMITED) == due_plans(plans, on, LIMITED)


@given(in_the_year, st.data())
@settings(max_examples=12, deadline=None)
def test_later_facts_of_the_real_register_change_nothing(on: date, data: st.DataObject) -> None:
    plans = facts_of(read_register([HEADING, *ROWS]).entries)
    changed = [data.draw(with_other_later_facts(plan, on)) for plan in plans]
    assert due_plans(changed, on, LIMITED) == due_plans(plans, on, LIMITED)


# --- the order of a register's rows ---------------------------------------------------------------------------------


def blocks() -> list[list[list[str]]]:
    """The sample's rows by case: a row that says 同上 stays under its case."""
    found: list[list[list[str]]] = []
    for row in ROWS:
        if row[1] == "同上":
            found[-1].append(row)
        else:
            found.append([row])
    return found


def written_out() -> list[list[str]]:
    """The sample's rows with number and initials in place of 同上, so that each stands for itself."""
    return [[block[0][0], block[0][1], *row[2:]] for block in blocks() for row in block]


def by_plan(reading: RegisterReading) -> dict[tuple[int, int], RegisterEntry]:
    """The entries without what only says where or how they were written."""
    assert len(reading.entries) == 30
    return {(entry.case, entry.plan): replace(entry, row=0, raw={}) for entry in reading.entries}


@given(chance, in_the_year)
@settings(max_examples=40, deadline=None)
def test_whole_cases_in_any_order_are_the_same_register(chance: random.Random, on: date) -> None:
    shuffled = blocks()
    chance.shuffle(shuffled)
    straight = read_register([HEADING, *ROWS])
    reading = read_register([HEADING, *(row for block in shuffled for row in block)])
    assert by_plan(reading) == by_plan(straight)
    facts = facts_of(reading.entries)
    assert set(facts) == set(facts_of(straight.entries))
    assert due_plans(facts, on, LIMITED) == due_plans(facts_of(straight.entries), on, LIMITED)
    assert monthly_table(facts, 2013) == monthly_table(facts_of(straight.entries), 2013)


@given(chance)
@settings(max_examples=40, deadline=None)
def test_rows_that_stand_for_themselves_may_come_in_any_order(chance: random.Random) -> None:
    shuffled = written_out()
    chance.shuffle(shuffled)
    reading = read_register([HEADING, *shuffled])
    assert by_plan(reading) == by_plan(read_register([HEADING, *ROWS]))
    raw = {(entry.case, entry.plan): dict(entry.raw) for entry in reading.entries}
    assert raw == {
        (int(row[0]), int(row[2][-1])): dict(zip(HEADING, row, strict=True)) for row in written_out()
    }


# --- the office's rule on monitoring ---------------------------------------------------------------------------------


def _monitorings(plans: list[PlanFacts], on: date, rule: MonitoringRule) -> set[tuple[int, int]]:
    listed = due_plans(plans, on, replace(LIMITED, monitoring=rule))
    return {(due.case, due.plan) for due in listed if DueReason.MONITORING in (due.reason, *due.also)}


@given(registers(), some_day)
@settings(max_examples=80, deadline=None)
def test_monitoring_is_never_listed_where_the_office_wants_none(plans: list[PlanFacts], on: date) -> None:
    assert _monitorings(plans, on, MonitoringRule.OFF) == set()


@given(registers(), some_day)
@settings(max_examples=80, deadline=None)
def test_by_month_exactly_what_has_reached_the_first_day_is_listed(plans: list[PlanFacts], on: date) -> None:
    everything = _monitorings(plans, on, MonitoringRule.HORIZON)
    within_42 = {
        (plan.case, plan.plan)
        for plan in plans
        if plan.monitoring_due and (plan.monitoring_due - on).days <= LIMITED.horizon_days
    }
    begun = {
        (plan.case, plan.plan)
        for plan in plans
        if plan.monitoring_due and plan.monitoring_due.replace(day=1) <= on
    }
    assert everything <= within_42
    assert _monitorings(plans, on, MonitoringRule.MONTH) == everything & begun  # a month fits in the horizon


@given(registers(), some_day, st.sampled_from(MonitoringRule))
@settings(max_examples=80, deadline=None)
def test_the_rule_on_monitoring_touches_no_other_reason(
    plans: list[PlanFacts], on: date, rule: MonitoringRule
) -> None:
    def others(settled: MonitoringRule) -> list[tuple[int, int, DueReason]]:
        return [
            (due.case, due.plan, reason)
            for due in due_plans(plans, on, replace(LIMITED, monitoring=settled))
            for reason in (due.reason, *due.also)
            if reason is not DueReason.MONITORING
        ]

    assert sorted(others(rule)) == sorted(others(MonitoringRule.HORIZON))
