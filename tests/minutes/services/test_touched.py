"""どの会議に関わるか: which meetings' screens are drawn anew after a change."""

from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from agenda.tables import AgendaItem, Plan
from meetings_app.core.terms import Role
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.meetings import Meeting
from minutes.services.touched import ELSEWHERE, touched_meetings
from minutes.tables import Attendance, RegionalIssue
from tests.agenda.web.demo import open_demo
from tests.minutes.web.test_running_pages import COMING, HELD, meeting_id
from tests.web_support import Web


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def touched(web: Web, *changes: tuple[str, str]) -> set[int]:
    """Return the numbers of the touched meetings among the one held and the one to come."""
    by_id = {meeting_id(web, number): number for number in (HELD, COMING)}
    with web.db.read() as session:
        return {by_id[found] for found in touched_meetings(session, frozenset(changes), list(by_id))}


def first(session: Session, query: object) -> str:
    return str(session.exec(query).first())  # type: ignore[call-overload]


def test_a_meeting_and_its_minutes_touch_that_meeting_alone(demo: Web) -> None:
    assert touched(demo, ("meeting", meeting_id(demo, HELD))) == {HELD}
    assert touched(demo, ("minutes", meeting_id(demo, COMING))) == {COMING}
    assert touched(demo, ("meeting", "0" * 32)) == set()


def test_an_item_its_plan_and_its_case_touch_the_meeting_they_are_on(demo: Web) -> None:
    with demo.db.read() as session:
        item, plan, client = session.exec(
            select(AgendaItem.id, Plan.id, Plan.client_id)
            .join(Plan, col(AgendaItem.plan_id) == Plan.id)
            .where(AgendaItem.meeting_id == meeting_id(demo, HELD))
        ).first() or ("", "", "")
    assert touched(demo, ("agenda_item", item)) == {HELD}
    assert HELD in touched(demo, ("plan", plan))
    assert HELD in touched(demo, ("client", client))
    assert touched(demo, ("plan", "0" * 32), ("client", "0" * 32), ("agenda_item", "0" * 32)) == set()


def test_a_regional_issue_touches_the_meeting_that_raised_it(demo: Web) -> None:
    with demo.db.read() as session:
        raised = session.exec(
            select(RegionalIssue.id)
            .join(AgendaItem, col(RegionalIssue.item_id) == AgendaItem.id)
            .where(AgendaItem.meeting_id == meeting_id(demo, HELD))
        ).first()
    assert raised
    assert touched(demo, ("regional_issue", raised)) == {HELD}


def test_a_person_touches_where_they_sit_and_a_stranger_nothing(demo: Web) -> None:
    with demo.db.read() as session:
        there = session.exec(
            select(Attendance.person_id).where(Attendance.meeting_id == meeting_id(demo, HELD))
        ).first()
    assert there
    assert HELD in touched(demo, ("person", there))
    assert touched(demo, ("person", "0" * 32)) == set()


def test_terms_offices_and_the_body_touch_the_meetings_of_the_body(demo: Web) -> None:
    with demo.db.read() as session:
        term = first(session, select(Appointment.id).where(Appointment.committee_id == demo.committee_id))
        office = first(
            session, select(OfficeHolding.id).where(OfficeHolding.committee_id == demo.committee_id)
        )
        other = first(session, select(Committee.id).where(Committee.id != demo.committee_id))
    assert touched(demo, ("appointment", term)) == {HELD, COMING}
    assert touched(demo, ("office_holding", office)) == {HELD, COMING}
    assert touched(demo, ("committee", demo.committee_id)) == {HELD, COMING}
    assert touched(demo, ("committee", other)) == set()


def test_what_is_unknown_touches_all_and_what_is_elsewhere_nothing(demo: Web) -> None:
    assert touched(demo, ("a thing of tomorrow", "x")) == {HELD, COMING}
    assert touched(demo, *((subject, "x") for subject in ELSEWHERE)) == set()


def test_only_the_meetings_asked_about_are_named(demo: Web) -> None:
    with demo.db.read() as session:
        held = session.get_one(Meeting, meeting_id(demo, HELD))
        changes = frozenset({("meeting", held.id), ("committee", held.committee_id), ("new", "x")})
        assert touched_meetings(session, changes, []) == frozenset()


def test_a_change_through_a_service_is_told_with_its_subject(demo: Web) -> None:
    told: list[frozenset[tuple[str, str]]] = []
    with demo.client(Role.SECRETARIAT) as client:
        from meetings_app.services.audit import changes_in

        with demo.db.telling(lambda info: told.append(changes_in(info))):
            client.post(f"/meetings/{meeting_id(demo)}/convene")
    assert ("meeting", meeting_id(demo)) in frozenset().union(*told)
