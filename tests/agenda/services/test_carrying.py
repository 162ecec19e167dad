"""持ち越し: what a meeting leaves undecided is on the next agenda by itself, once, and says where it comes from."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from agenda.services.assembly import drop_item
from agenda.services.carrying import lineage, place_waiting, waiting_matters
from agenda.services.cases import withdraw_consent
from agenda.tables import Client
from meetings_app.core.terms import DueReason, PlanOutcome
from meetings_app.db.engine import Database
from meetings_app.services.meetings import cancel_meeting
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TODAY, Bureau

WEEK = timedelta(days=7)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def titles(bureau: Bureau, meeting: Meeting) -> list[str]:
    return [view.title for view in bureau.items(meeting)]


def hold_undecided(bureau: Bureau, meeting: Meeting) -> None:
    """Hold a meeting that comes to nothing."""
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    for view in bureau.items(meeting):
        bureau.record(meeting, view, PlanOutcome.CONTINUED)
    bureau.closed(meeting)


def place(bureau: Bureau) -> int:
    return len(place_waiting(**bureau.given, committee_id=bureau.support.id))


def test_closing_puts_the_undecided_on_the_next_agenda(bureau: Bureau) -> None:
    bureau.case(4)
    first, second = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    bureau.assemble(first)
    bureau.matter(first, "駐車場の使い方")
    hold_undecided(bureau, first)
    assert titles(bureau, second) == ["No.4 プラン1 継続協議", "駐車場の使い方"]
    plan_item, matter = (view.item for view in bureau.items(second))
    assert (plan_item.reason, plan_item.deadline) == (DueReason.CARRIED_OVER, TODAY + WEEK)
    assert (matter.reason, matter.deadline) == (DueReason.CARRIED_OVER, TODAY + WEEK)


def test_it_arrives_once(bureau: Bureau) -> None:
    bureau.case(4)
    first, second = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    bureau.assemble(first)
    hold_undecided(bureau, first)
    third = bureau.meeting(TODAY + 2 * WEEK)
    assert place(bureau) == 0
    assert (len(bureau.items(second)), bureau.items(third)) == (1, [])


def test_without_a_meeting_it_waits_for_the_one_that_is_planned(bureau: Bureau) -> None:
    first = bureau.meeting()
    bureau.matter(first, "駐車場の使い方")
    hold_undecided(bureau, first)
    assert place(bureau) == 0
    second = bureau.meeting(TODAY + WEEK)
    assert place(bureau) == 1
    assert titles(bureau, second) == ["駐車場の使い方"]


def test_a_waiting_matter_is_listed_with_what_it_waits_for(bureau: Bureau) -> None:
    first = bureau.meeting()
    bureau.matter(first, "駐車場の使い方")
    hold_undecided(bureau, first)
    (matter,) = waiting_matters(bureau.session, bureau.support.id)
    assert (matter.title, matter.since.number) == ("駐車場の使い方", 1)
    assert "この後の会議がまだ予定されていません" in matter.why
    second = bureau.meeting(TODAY + WEEK)
    place(bureau)
    assert waiting_matters(bureau.session, bureau.support.id) == []
    drop_item(**bureau.given, meeting=second, view=bureau.items(second)[0], why="担当者が出られないため。")
    (matter,) = waiting_matters(bureau.session, bureau.support.id)
    assert "見送ったため" in matter.why


def test_the_line_goes_back_to_the_first_meeting(bureau: Bureau) -> None:
    bureau.case(4)
    meetings = [bureau.meeting(TODAY + WEEK * count) for count in range(3)]
    bureau.assemble(meetings[0])
    hold_undecided(bureau, meetings[0])
    hold_undecided(bureau, meetings[1])
    (view,) = bureau.items(meetings[2])
    heard = [(one.number, one.day, one.cancelled) for one in lineage(bureau.session, view.item)]
    assert heard == [(1, date(2014, 5, 20), False), (2, date(2014, 5, 27), False)]


def test_a_cancelled_meeting_hands_on_what_it_had(bureau: Bureau) -> None:
    bureau.case(4)
    first, second = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    bureau.assemble(first)
    bureau.matter(first, "駐車場の使い方")
    cancel_meeting(**bureau.given, meeting=first, version=first.version)
    assert place(bureau) == 2
    assert titles(bureau, second) == ["No.4 プラン1 新規", "駐車場の使い方"]
    assert [one.cancelled for one in lineage(bureau.session, bureau.items(second)[1].item)] == [True]


def test_without_consent_it_waits_on(bureau: Bureau) -> None:
    plan = bureau.case(4)
    first, second = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    bureau.assemble(first)
    client = bureau.session.get_one(Client, plan.client_id)
    bureau.opened(first)
    bureau.come(first, "委員長")
    withdraw_consent(**bureau.given, client=client, withdrawn_on=TODAY)
    bureau.record(first, bureau.items(first)[0], PlanOutcome.CONTINUED)
    bureau.closed(first)
    assert bureau.items(second) == []


def test_what_a_meeting_put_off_goes_to_the_one_after(bureau: Bureau) -> None:
    first = bureau.meeting()
    bureau.matter(first, "駐車場の使い方")
    second = bureau.meeting(TODAY + WEEK)
    hold_undecided(bureau, first)
    drop_item(**bureau.given, meeting=second, view=bureau.items(second)[0], why="担当者が出られないため。")
    assert place(bureau) == 0
    third = bureau.meeting(TODAY + 2 * WEEK)
    assert place(bureau) == 1
    assert (bureau.items(second), titles(bureau, third)) == ([], ["駐車場の使い方"])


def test_a_meeting_held_earlier_instead_of_a_cancelled_one_takes_its_items_up(bureau: Bureau) -> None:
    bureau.case(4)
    first, late = bureau.meeting(), bureau.meeting(TODAY + 2 * WEEK)
    bureau.assemble(first)
    bureau.matter(first, "駐車場の使い方")
    hold_undecided(bureau, first)
    cancel_meeting(**bureau.given, meeting=late, version=late.version)
    instead, after = bureau.meeting(TODAY + WEEK), bureau.meeting(TODAY + 3 * WEEK)
    assert place(bureau) == 2
    assert titles(bureau, instead) == ["No.4 プラン1 継続協議", "駐車場の使い方"]
    hold_undecided(bureau, instead)
    assert titles(bureau, after) == ["No.4 プラン1 継続協議", "駐車場の使い方"]
    assert [[one.number for one in lineage(bureau.session, view.item)] for view in bureau.items(after)] == [
        [1, 2, 3],
        [1, 2, 3],
    ]
