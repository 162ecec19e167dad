"""在席の食い違い: what is told where the attendance no longer agrees with who was there for an outcome."""

from collections.abc import Iterator

import pytest

from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry
from minutes.services.attendance import get_attendance, recuse
from minutes.services.restamping import StampDifference, stamp_differences
from tests.office_builder import Bureau, minute

TITLE = "地域の課題について"


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def decided(bureau: Bureau) -> Meeting:
    """An open meeting whose item ended at 10:30 with the chair and 丹頂 there; 柏木 came at 10:40."""
    for name in ("丹頂", "柏木"):
        bureau.member(name)
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "丹頂", "柏木")
    bureau.come(meeting, "委員長", "丹頂")
    bureau.come(meeting, "柏木", after=40)
    (view,) = bureau.items(meeting)
    bureau.record(meeting, view)
    return meeting


def stay(
    bureau: Bureau, meeting: Meeting, name: str, *, comes: int | None = None, leaves: int | None = None
) -> None:
    """Correct the only stay of somebody, in minutes from the start."""
    (row,) = get_attendance(bureau.session, meeting.id, bureau.people[name]).stays
    row.arrived_at = row.arrived_at if comes is None else minute(meeting, comes)
    row.left_at = row.left_at if leaves is None else minute(meeting, leaves)
    bureau.session.add(row)
    bureau.session.flush()


def differing(bureau: Bureau, meeting: Meeting) -> list[StampDifference]:
    return stamp_differences(bureau.session, meeting)


def test_nothing_is_told_while_both_agree(bureau: Bureau) -> None:
    assert differing(bureau, decided(bureau)) == []


@pytest.mark.parametrize(
    ("comes", "leaves", "told"),
    [
        (0, 29, True),
        (0, 30, False),
        (30, None, False),
        (31, None, True),
    ],
)
def test_one_who_was_there_by_the_stamp_and_not_by_the_stays(
    bureau: Bureau, comes: int, leaves: int | None, told: bool
) -> None:
    meeting = decided(bureau)
    stay(bureau, meeting, "丹頂", comes=comes, leaves=leaves)
    assert differing(bureau, meeting) == ([StampDifference(TITLE, ("丹頂",))] if told else [])


@pytest.mark.parametrize(
    ("comes", "leaves", "told"),
    [
        (29, None, True),
        (29, 31, True),
        (30, None, False),
        (10, 30, False),
    ],
)
def test_one_who_was_there_by_the_stays_and_not_by_the_stamp(
    bureau: Bureau, comes: int, leaves: int | None, told: bool
) -> None:
    meeting = decided(bureau)
    stay(bureau, meeting, "柏木", comes=comes, leaves=leaves)
    assert differing(bureau, meeting) == ([StampDifference(TITLE, ("柏木",))] if told else [])


def test_who_stands_aside_is_not_looked_for(bureau: Bureau) -> None:
    meeting = decided(bureau)
    (view,) = bureau.items(meeting)
    recuse(
        **bureau.given,
        meeting=meeting,
        item_id=view.item.id,
        person_id=bureau.people["柏木"],
        reason="勤め先の支援",
    )
    stay(bureau, meeting, "柏木", comes=5)
    assert differing(bureau, meeting) == []


def test_an_outcome_recorded_again_agrees(bureau: Bureau) -> None:
    meeting = decided(bureau)
    stay(bureau, meeting, "丹頂", leaves=20)
    (view,) = bureau.items(meeting)
    bureau.record(meeting, view)
    assert differing(bureau, meeting), "the same outcome once more is no new decision"
    bureau.record(meeting, view, None)
    assert differing(bureau, meeting) == []
    bureau.record(meeting, view)
    assert differing(bureau, meeting) == []


def test_a_meeting_entered_afterwards_has_none(bureau: Bureau) -> None:
    meeting = decided(bureau)
    stay(bureau, meeting, "丹頂", leaves=20)
    bureau.session.add(
        AfterwardsEntry(
            meeting_id=meeting.id, source="紙の記録", entered_by="事務局 太郎", begun_at=meeting.starts_at
        )
    )
    bureau.session.flush()
    assert differing(bureau, meeting) == []
