"""プランの出来事: every monitoring and request keeps its day, so that a list as of an earlier day stays as it was."""

from collections.abc import Iterator
from datetime import date

import pytest

from agenda.services.cases import ask_for_ending, raise_urgent, record_monitoring
from agenda.services.plan_events import events_of, withdraw_event
from agenda.services.plans import list_due
from agenda.tables import Client, Plan
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import DueReason, PlanEventKind
from meetings_app.db.engine import Database
from tests.office_builder import TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def client_of(bureau: Bureau, plan: Plan) -> Client:
    return bureau.session.get_one(Client, plan.client_id)


def due(bureau: Bureau, on: date) -> list[tuple[DueReason, date | None]]:
    rows = list_due(session=bureau.session, committee_id=bureau.support.id, on=on)
    return [(row.reason, row.deadline) for row in rows]


def test_a_later_monitoring_does_not_undo_an_earlier_one(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 4, 1), monitoring_month_end=date(2014, 4, 30))
    record_monitoring(**bureau.given, plan=plan, monitored_on=date(2014, 4, 20))
    assert due(bureau, date(2014, 5, 1)) == []
    record_monitoring(**bureau.given, plan=plan, monitored_on=date(2014, 5, 15))
    assert due(bureau, date(2014, 5, 1)) == []
    assert plan.monitored_on == date(2014, 5, 15)


def test_a_request_made_again_leaves_the_earlier_list_as_it_was(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 4, 1))
    ask_for_ending(**bureau.given, plan=plan, asked_on=date(2014, 4, 10))
    before = due(bureau, date(2014, 4, 15))
    ask_for_ending(**bureau.given, plan=plan, asked_on=date(2014, 5, 10))
    assert due(bureau, date(2014, 4, 15)) == before == [(DueReason.ENDING, date(2014, 4, 24))]
    assert due(bureau, TODAY) == [(DueReason.ENDING, date(2014, 5, 24))]


def test_what_was_recorded_by_mistake_is_withdrawn_with_its_reason(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 4, 1))
    raise_urgent(**bureau.given, plan=plan, raised_on=date(2014, 4, 10))
    raise_urgent(**bureau.given, plan=plan, raised_on=date(2014, 5, 10))
    latest, earlier = events_of(bureau.session, plan.client_id)
    assert (latest.kind, latest.happened_on) == (PlanEventKind.URGENT, date(2014, 5, 10))
    given = {**bureau.given, "client": client_of(bureau, plan)}
    with pytest.raises(Refused, match="取り消す理由を入れてください"):
        withdraw_event(**given, event_id=latest.event_id, why=" ")
    withdraw_event(**given, event_id=latest.event_id, why="別のケースのことだった。")
    assert plan.urgent_raised_on == date(2014, 4, 10)
    withdraw_event(**given, event_id=earlier.event_id, why="別のケースのことだった。")
    assert (plan.urgent_raised_on, due(bureau, TODAY)) == (None, [])
    assert "急ぐ事情の取消し" in bureau.actions()
    with pytest.raises(NotFound):
        withdraw_event(**given, event_id=earlier.event_id, why="もう一度。")


def test_another_cases_record_is_not_found(bureau: Bureau) -> None:
    plan, other = bureau.case(1, met_on=date(2014, 4, 1)), bureau.case(2, met_on=date(2014, 4, 1))
    raise_urgent(**bureau.given, plan=plan, raised_on=date(2014, 4, 10))
    (event,) = events_of(bureau.session, plan.client_id)
    with pytest.raises(NotFound):
        withdraw_event(
            **bureau.given, client=client_of(bureau, other), event_id=event.event_id, why="試しに。"
        )
