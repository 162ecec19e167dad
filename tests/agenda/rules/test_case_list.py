"""相談者一覧の規則: open, new, stage, change, order, and the year's figures, as of a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.rules.case_list import (
    CaseFacts,
    CaseStage,
    LevelChange,
    is_new_case,
    is_open_case,
    level_change,
    list_order,
    new_cases_in,
    plans_in,
    stage_on,
)
from agenda.rules.due import PlanFacts
from meetings_app.core.terms import EvaluationOutcome
from tests.agenda.rules.plan_facts import maybe, plan_facts, some_day

DAY = date(2026, 11, 25)
BEFORE = DAY - timedelta(days=1)


def plan(number: int = 1, **facts: object) -> PlanFacts:
    return PlanFacts(case=7, plan=number, **facts)  # type: ignore[arg-type]


def evaluated(outcome: EvaluationOutcome, on: date = DAY, number: int = 1) -> PlanFacts:
    return plan(number, meeting=date(2026, 6, 1), evaluated_on=on, outcome=outcome)


# ---- open


def test_a_case_is_open_from_its_first_contact() -> None:
    case = CaseFacts(7, first_contact_on=DAY)
    assert not is_open_case(case, BEFORE)
    assert is_open_case(case, DAY)


def test_a_case_without_first_contact_is_open_from_its_first_plan() -> None:
    case = CaseFacts(7, plans=(plan(drafted_on=DAY),))
    assert not is_open_case(case, BEFORE)
    assert is_open_case(case, DAY)


def test_a_case_with_nothing_dated_is_listed_rather_than_lost() -> None:
    assert is_open_case(CaseFacts(7), DAY)


@pytest.mark.parametrize("outcome", [EvaluationOutcome.ENDED, EvaluationOutcome.SUSPENDED])
def test_an_ending_evaluation_ends_the_case_from_its_day(outcome: EvaluationOutcome) -> None:
    case = CaseFacts(7, plans=(evaluated(outcome),))
    assert is_open_case(case, BEFORE)
    assert not is_open_case(case, DAY)


def test_a_later_plan_keeps_the_case_open() -> None:
    case = CaseFacts(7, plans=(plan(2, drafted_on=DAY), evaluated(EvaluationOutcome.ENDED, BEFORE)))
    assert not is_open_case(case, BEFORE)
    assert is_open_case(case, DAY)


def test_a_replan_keeps_the_case_open() -> None:
    assert is_open_case(CaseFacts(7, plans=(evaluated(EvaluationOutcome.REPLAN),)), DAY)


def test_closing_without_a_plan_ends_the_case_from_its_day() -> None:
    case = CaseFacts(7, first_contact_on=date(2026, 4, 1), closed_on=DAY)
    assert is_open_case(case, BEFORE)
    assert not is_open_case(case, DAY)


# ---- new, stage, change, order


def test_new_is_what_began_after_the_last_meeting() -> None:
    case = CaseFacts(7, first_contact_on=date(2026, 10, 28))
    assert is_new_case(case, DAY, date(2026, 10, 27))
    assert not is_new_case(case, DAY, date(2026, 10, 28))
    assert is_new_case(case, DAY, None)


def test_a_first_plan_makes_an_older_case_new_and_a_second_one_does_not() -> None:
    contact, last = date(2026, 4, 1), date(2026, 10, 28)
    first = CaseFacts(7, contact, plans=(plan(1, drafted_on=date(2026, 11, 2)),))
    assert is_new_case(first, DAY, last)
    assert not is_new_case(first, date(2026, 11, 1), last)
    second = CaseFacts(7, contact, plans=(plan(1, drafted_on=contact), plan(2, drafted_on=date(2026, 11, 2))))
    assert not is_new_case(second, DAY, last)


def test_the_stage_is_that_of_the_last_plan_known() -> None:
    case = CaseFacts(
        7,
        first_contact_on=date(2026, 4, 1),
        plans=(
            plan(2, drafted_on=date(2026, 11, 20)),
            plan(
                1,
                drafted_on=date(2026, 4, 20),
                meeting=date(2026, 5, 1),
                evaluated_on=date(2026, 11, 10),
                outcome=EvaluationOutcome.REPLAN,
            ),
        ),
    )
    assert stage_on(case, date(2026, 4, 10)) == (None, CaseStage.NO_PLAN)
    assert stage_on(case, date(2026, 4, 20)) == (1, CaseStage.DRAFT)
    assert stage_on(case, date(2026, 5, 1)) == (1, CaseStage.RUNNING)
    assert stage_on(case, date(2026, 11, 10)) == (1, CaseStage.REPLAN)
    assert stage_on(case, date(2026, 11, 20)) == (2, CaseStage.DRAFT)


@pytest.mark.parametrize(
    ("level", "before", "change"),
    [
        (3, 2, LevelChange.UP),
        (0, 5, LevelChange.DOWN),
        (0, 0, LevelChange.SAME),
        (None, 2, LevelChange.UNKNOWN),
        (2, None, LevelChange.UNKNOWN),
    ],
)
def test_a_change_is_against_the_level_before(
    level: int | None, before: int | None, change: LevelChange
) -> None:
    assert level_change(level, before) is change


def test_new_ones_come_first_then_by_change_and_level() -> None:
    rows = [
        (1, LevelChange.SAME, 5, False),
        (2, LevelChange.UNKNOWN, None, False),
        (3, LevelChange.DOWN, 4, False),
        (4, LevelChange.UP, 1, False),
        (5, LevelChange.UP, 3, False),
        (6, LevelChange.UNKNOWN, None, True),
    ]
    ordered = sorted(rows, key=lambda row: list_order(row[0], row[1], row[2], is_new=row[3]))
    assert [row[0] for row in ordered] == [6, 5, 4, 3, 1, 2]


# ---- the year


def test_new_cases_count_by_first_contact_else_by_the_first_plans_meeting() -> None:
    cases = [
        CaseFacts(1, first_contact_on=date(2026, 4, 1)),
        CaseFacts(2, first_contact_on=date(2026, 3, 31), plans=(plan(1, meeting=date(2026, 5, 1)),)),
        CaseFacts(3, plans=(plan(1, meeting=date(2026, 6, 1)),)),
        CaseFacts(4, plans=(plan(2, meeting=date(2026, 6, 1)),)),
        CaseFacts(5, first_contact_on=date(2027, 3, 31)),
        CaseFacts(6, first_contact_on=date(2027, 4, 1)),
    ]
    assert new_cases_in(cases, 2026, date(2027, 12, 31)) == 3
    assert new_cases_in(cases, 2026, date(2026, 5, 31)) == 1
    assert new_cases_in(cases, 2025, date(2027, 12, 31)) == 1


def test_plans_count_from_the_day_of_their_meeting() -> None:
    plans = [plan(number, meeting=date(2026, 4 + number, 1)) for number in range(1, 6)]
    plans.append(replace(plan(6), drafted_on=date(2026, 5, 1)))
    assert plans_in(plans, 2026, date(2026, 12, 31)) == 5
    assert plans_in(plans, 2026, date(2026, 6, 1)) == 2
    assert plans_in(plans, 2025, date(2026, 12, 31)) == 0


# ---- properties


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    numbers = draw(st.lists(st.integers(1, 3), unique=True, max_size=3))
    plans = tuple(draw(plan_facts(7, number)) for number in numbers)
    return CaseFacts(7, draw(maybe), draw(maybe), plans)


@given(cases(), some_day)
@settings(max_examples=60, deadline=None)
def test_the_order_of_plans_changes_nothing(case: CaseFacts, on: date) -> None:
    backward = replace(case, plans=tuple(reversed(case.plans)))
    assert is_open_case(case, on) == is_open_case(backward, on)
    assert stage_on(case, on) == stage_on(backward, on)
    assert is_new_case(case, on, None) == is_new_case(backward, on, None)


@given(cases(), some_day, st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_a_later_closing_or_plan_never_reaches_an_earlier_list(case: CaseFacts, on: date, later: int) -> None:
    after = on + timedelta(days=later)
    open_before = replace(case, closed_on=None)
    assert is_open_case(replace(case, closed_on=after), on) == is_open_case(open_before, on)
    if case.plans:
        with_more = replace(case, plans=(*case.plans, plan(9, drafted_on=after)))
        assert is_open_case(with_more, on) == is_open_case(case, on)
        assert stage_on(with_more, on) == stage_on(case, on)
