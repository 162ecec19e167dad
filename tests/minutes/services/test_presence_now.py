"""議題の在席 and the stamp on an outcome: who was there, aside, missing, and under whom."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from meetings_app.core.clock import FixedClock
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry, ItemRun, OutcomeStamp, Presiding
from minutes.services.attendance import leave, recuse
from minutes.services.field_history import stamps_of
from minutes.services.presence_now import (
    ExpectedPerson,
    presence_at_all,
    presence_at_end,
    presence_of_item,
)
from minutes.services.running import Outcome, record_item
from tests.office_builder import SECRETARY, Bureau, minute


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def sitting(bureau: Bureau) -> Meeting:
    """A meeting from 10:00: the adviser (required) comes at 10:05 and leaves at 10:20; a deputy is not named."""
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "副委員長1")
    bureau.decide(meeting, "助言者", required=True)
    bureau.come(meeting, "委員長", "副委員長1")
    bureau.come(meeting, "助言者", after=5)
    leave(**bureau.given, meeting=meeting, person_id=bureau.people["助言者"], at=minute(meeting, 20))
    return meeting


def names(people: tuple[ExpectedPerson, ...]) -> list[str]:
    return sorted(each.name for each in people)


@pytest.mark.parametrize(
    ("after", "present", "missing"),
    [
        (4, ["副委員長1", "委員長"], ["助言者"]),
        (5, ["副委員長1", "助言者", "委員長"], []),
        (19, ["副委員長1", "助言者", "委員長"], []),
        (20, ["副委員長1", "委員長"], ["助言者"]),
    ],
)
def test_presence_changes_with_every_arrival_and_departure(
    bureau: Bureau, after: int, present: list[str], missing: list[str]
) -> None:
    meeting = sitting(bureau)
    (view,) = bureau.items(meeting)
    now = presence_of_item(bureau.session, meeting, view, minute(meeting, after))
    assert (names(now.present), names(now.missing), now.aside) == (sorted(present), missing, ())
    assert names(now.expected) == sorted(["副委員長1", "助言者", "委員長"])
    assert now.complete is (not missing)


def test_who_leaves_with_the_items_end_was_there(bureau: Bureau) -> None:
    meeting = sitting(bureau)
    (view,) = bureau.items(meeting)
    assert presence_at_end(bureau.session, meeting, view, minute(meeting, 20)).complete
    assert not presence_at_end(bureau.session, meeting, view, minute(meeting, 5)).complete
    assert not presence_at_end(bureau.session, meeting, view, minute(meeting, 21)).complete
    assert presence_at_all(bureau.session, meeting, view).complete


def test_who_stands_aside_is_not_present_and_a_required_one_is_missing(bureau: Bureau) -> None:
    meeting = sitting(bureau)
    (view,) = bureau.items(meeting)
    for name in ("副委員長1", "助言者"):
        recuse(
            **bureau.given,
            meeting=meeting,
            item_id=view.item.id,
            person_id=bureau.people[name],
            reason="親族のため",
        )
    now = presence_of_item(bureau.session, meeting, view, minute(meeting, 10))
    assert names(now.present) == ["委員長"]
    assert names(now.aside) == sorted(["副委員長1", "助言者"])
    assert names(now.missing) == ["助言者"]


def stamped(
    bureau: Bureau, meeting: Meeting, *, after: int, begins: int | None = None, ends: int | None = None
) -> OutcomeStamp:
    (view,) = bureau.items(meeting)
    record_item(
        session=bureau.session,
        actor=SECRETARY,
        clock=FixedClock(minute(meeting, after)),
        meeting=meeting,
        view=view,
        result=Outcome("了承"),
        version=0,
        started_at=None if begins is None else minute(meeting, begins),
        ended_at=None if ends is None else minute(meeting, ends),
    )
    return stamps_of(bureau.session, [view.item.id])[view.item.id]


@pytest.mark.parametrize(
    ("after", "begins", "ends", "at", "there"),
    [
        (10, None, None, 10, True),
        (30, None, None, 30, False),
        (30, 0, 20, 20, True),
        (10, 0, 4, 4, False),
        (30, 0, None, 30, False),
    ],
)
def test_the_stamp_speaks_of_now_or_of_the_items_end(
    bureau: Bureau, after: int, begins: int | None, ends: int | None, at: int, there: bool
) -> None:
    meeting = sitting(bureau)
    stamp = stamped(bureau, meeting, after=after, begins=begins, ends=ends)
    adviser = bureau.people["助言者"]
    assert stamp.stamped_at == minute(meeting, at)
    assert (adviser in json.loads(stamp.present), adviser in json.loads(stamp.missing)) == (there, not there)


def test_an_item_put_back_on_the_table_is_stamped_now(bureau: Bureau) -> None:
    meeting = sitting(bureau)
    (view,) = bureau.items(meeting)
    bureau.session.add(ItemRun(item_id=view.item.id, started_at=minute(meeting, 25)))
    stamp = stamped(bureau, meeting, after=30, begins=0, ends=20)
    assert stamp.stamped_at == minute(meeting, 30)
    assert bureau.people["助言者"] in json.loads(stamp.missing)


@pytest.mark.parametrize(("begins", "at", "there"), [(None, 0, True), (10, 10, True), (2, 2, False)])
def test_what_is_entered_afterwards_is_never_stamped_with_the_day_of_entry(
    bureau: Bureau, begins: int | None, at: int, there: bool
) -> None:
    meeting = sitting(bureau)
    bureau.session.add(
        AfterwardsEntry(
            meeting_id=meeting.id, source="手書きの記録", entered_by="事務局", begun_at=bureau.clock.now()
        )
    )
    stamp = stamped(bureau, meeting, after=60 * 24 * 3, begins=begins)
    assert stamp.stamped_at == minute(meeting, at)
    assert (bureau.people["助言者"] in json.loads(stamp.present)) is there


@pytest.mark.parametrize(("after", "presider"), [(9, "委員長"), (10, "副委員長1"), (30, "副委員長1")])
def test_the_stamp_names_who_presided_then(bureau: Bureau, after: int, presider: str) -> None:
    meeting = sitting(bureau)
    bureau.session.add(
        Presiding(
            meeting_id=meeting.id,
            person_id=bureau.people["副委員長1"],
            from_at=meeting.starts_at + timedelta(minutes=10),
            office="副委員長",
            reason="委員長が中座したため",
            recorded_by="事務局",
        )
    )
    stamp = stamped(bureau, meeting, after=after)
    assert stamp.presider_id == bureau.people[presider]
