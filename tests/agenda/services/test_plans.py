"""期限のあるプラン on record: settings, consent, where a plan already stands, and what a meeting settles."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import agenda
from agenda.rules.due import Due
from agenda.services.plans import consents_on, get_case, list_cases, list_due, list_due_rows, monthly
from agenda.services.register import import_register
from agenda.tables import Plan
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import DueReason
from meetings_app.db.engine import Database
from meetings_app.services.meetings import cancel_meeting
from meetings_app.services.office_settings import set_setting
from tests.office_builder import TODAY, Bureau

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def due(bureau: Bureau, on: date = TODAY, horizon: int | None = None) -> list[Due]:
    return list_due(session=bureau.session, committee_id=bureau.support.id, on=on, horizon_days=horizon)


def reasons(bureau: Bureau, on: date = TODAY) -> list[DueReason]:
    return [one.reason for one in due(bureau, on)]


def test_the_horizon_comes_from_the_office_or_from_the_question(bureau: Bureau) -> None:
    bureau.case(met_on=date(2014, 4, 10), period_end=date(2014, 7, 1))  # 42 days after 2014-05-20
    assert [(one.reason, one.days_left) for one in due(bureau)] == [(DueReason.EVALUATION, 42)]
    assert due(bureau, on=date(2014, 5, 19)) == []
    assert due(bureau, horizon=41) == []
    set_setting(**bureau.given, key="due.horizon_days", value=41)
    assert due(bureau) == []
    assert len(due(bureau, horizon=42)) == 1


def test_the_first_plan_has_a_deadline_once_the_office_sets_a_limit(bureau: Bureau) -> None:
    plan = bureau.case()
    client = get_case(bureau.session, plan.client_id, bureau.support.id, TODAY).client
    client.first_contact_on = date(2014, 5, 1)
    assert [one.deadline for one in due(bureau)] == [None]
    set_setting(**bureau.given, key="due.first_plan_limit_days", value=14)
    assert [(one.deadline, one.days_left, one.overdue) for one in due(bureau)] == [
        (date(2014, 5, 15), -5, True)
    ]


def test_an_ending_has_the_offices_number_of_days(bureau: Bureau) -> None:
    bureau.case(met_on=date(2014, 4, 10), ending_asked_on=date(2014, 5, 16))
    assert [(one.reason, one.deadline) for one in due(bureau)] == [(DueReason.ENDING, date(2014, 5, 30))]
    set_setting(**bureau.given, key="due.ending_limit_days", value=3)
    assert due(bureau)[0].deadline == date(2014, 5, 19)


def test_another_bodys_plans_are_not_listed(bureau: Bureau) -> None:
    bureau.case()
    assert list_due(session=bureau.session, committee_id=bureau.regional.id, on=TODAY) == []


def test_consent_holds_from_its_first_day_until_it_is_withdrawn(bureau: Bureau) -> None:
    client = bureau.client(1, consent=(date(2014, 5, 1), date(2014, 5, 20)))
    ids = [client.id, bureau.client(2, consent=None).id]
    held = {day: consents_on(bureau.session, ids, date(2014, 5, day)) for day in (1, 19, 20)}
    assert held == {1: {client.id}, 19: {client.id}, 20: set()}
    assert consents_on(bureau.session, ids, date(2014, 4, 30)) == set()


def test_a_list_says_who_consents_and_which_meeting_has_the_plan(bureau: Bureau) -> None:
    bureau.case(1)
    bureau.plan(bureau.client(2, consent=None))
    meeting = bureau.meeting(date(2014, 5, 27))
    bureau.item(meeting, bureau.case(3))
    rows = {
        row.due.case: row
        for row in list_due_rows(session=bureau.session, committee_id=bureau.support.id, on=TODAY)
    }
    assert {case: row.consented for case, row in rows.items()} == {1: True, 2: False, 3: True}
    assert (rows[1].meeting_id, rows[2].meeting_id) == (None, None)
    assert (rows[3].meeting_id, rows[3].meeting_number) == (meeting.id, 1)
    assert rows[3].meeting_day == date(2014, 5, 27)
    cancel_meeting(**bureau.given, meeting=meeting, version=meeting.version)
    again = list_due_rows(session=bureau.session, committee_id=bureau.support.id, on=TODAY)
    assert [row.meeting_id for row in again] == [None, None, None]


def test_a_case_of_another_body_is_not_found(bureau: Bureau) -> None:
    plan = bureau.case()
    assert get_case(bureau.session, plan.client_id, bureau.support.id, TODAY).plans == (plan,)
    for client_id, body in ((plan.client_id, bureau.regional.id), ("0" * 32, bureau.support.id)):
        with pytest.raises(NotFound, match="選び直してください"):
            get_case(bureau.session, client_id, body, TODAY)


def test_cases_are_listed_by_number_with_their_plans_in_order(bureau: Bureau) -> None:
    second, first = bureau.client(12), bureau.client(3, consent=None)
    later, earlier = bureau.plan(second, 2), bureau.plan(second, 1)
    views = list_cases(bureau.session, bureau.support.id, TODAY)
    assert [(view.client.case_number, view.plans, view.consented) for view in views] == [
        (first.case_number, (), False),
        (second.case_number, (earlier, later), True),
    ]


def test_the_real_register_month_by_month(bureau: Bureau) -> None:
    import_register(
        **bureau.given, committee_id=bureau.support.id, filename=SAMPLE.name, data=SAMPLE.read_bytes()
    )
    rows = monthly(session=bureau.session, committee_id=bureau.support.id, fiscal_year=2013)
    assert [row.month for row in rows] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    assert [row.plan_1 for row in rows] == [0, 0, 0, 7, 3, 1, 1, 3, 1, 3, 3, 0]
    assert [row.plan_2 for row in rows] == [0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 3]
    assert [row.plan_3 for row in rows] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert [row.ended for row in rows] == [0, 0, 0, 3, 0, 2, 3, 0, 2, 0, 1, 2]
    assert sum(row.later for row in rows) == 0


# --- what meetings settle ---


def test_an_urgent_change_is_due_until_a_meeting_has_decided_on_it(bureau: Bureau) -> None:
    plan = bureau.case(met_on=date(2014, 4, 10), urgent_raised_on=date(2014, 5, 16))
    assert reasons(bureau) == [DueReason.URGENT]
    first = bureau.meeting(date(2014, 5, 20))
    bureau.assemble(first)
    bureau.held(first, decided=False)
    assert reasons(bureau, date(2014, 5, 21)) == [DueReason.URGENT]
    second = bureau.meeting(date(2014, 5, 27))
    bureau.assemble(second)
    bureau.held(second)
    assert reasons(bureau, date(2014, 5, 28)) == []
    assert reasons(bureau, date(2014, 5, 26)) == [DueReason.URGENT]  # as of that day nothing was decided
    plan.urgent_raised_on = date(2014, 6, 2)
    bureau.session.flush()
    assert reasons(bureau, date(2014, 6, 2)) == [DueReason.URGENT]


def test_a_monitoring_that_was_reported_is_not_due_again(bureau: Bureau) -> None:
    plan = bureau.case(met_on=date(2014, 4, 10), monitoring_month_end=date(2014, 5, 31))
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    assert [view.item.reason for view in bureau.items(meeting)] == [DueReason.MONITORING]
    bureau.held(meeting)
    assert plan.monitored_on == TODAY
    assert plan.confirmed_meeting_id is None  # a report confirms no plan
    assert reasons(bureau, date(2014, 6, 30)) == []


def test_as_of_an_earlier_day_a_later_carry_over_has_not_happened(bureau: Bureau) -> None:
    bureau.case(met_on=None, drafted_on=date(2014, 4, 1))
    for day in (date(2014, 4, 15), date(2014, 5, 13)):
        meeting = bureau.meeting(day)
        bureau.assemble(meeting)
        bureau.held(meeting, decided=False)
    asked = {day: reasons(bureau, day) for day in (date(2014, 4, 14), date(2014, 4, 30), date(2014, 5, 13))}
    assert asked == {
        date(2014, 4, 14): [DueReason.NEW],
        date(2014, 4, 30): [DueReason.CARRIED_OVER],
        date(2014, 5, 13): [DueReason.CARRIED_OVER],
    }


def test_a_plan_confirmed_by_a_meeting_is_no_longer_new(bureau: Bureau) -> None:
    plan: Plan = bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.held(meeting)
    assert (plan.met_on, plan.confirmed_meeting_id) == (TODAY, meeting.id)
    assert due(bureau, date(2014, 5, 21)) == []
