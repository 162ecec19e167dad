"""会議の予定: numbers, moves, cancelling and convening, with a version against stale saves."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from meetings_app.core.clock import tokyo
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.db.engine import Database
from meetings_app.services.meetings import (
    cancel_meeting,
    get_meeting,
    list_meetings,
    mark_convened,
    move_meeting,
    plan_meeting,
)
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def move(bureau: Bureau, meeting: Meeting, hours: int = 1, version: int | None = None) -> None:
    move_meeting(
        **bureau.given,
        meeting=meeting,
        starts_at=meeting.starts_at + timedelta(hours=hours),
        ends_at=meeting.ends_at + timedelta(hours=hours),
        venue_id=meeting.venue_id,
        version=meeting.version if version is None else version,
    )


def test_each_body_counts_its_own_meetings(bureau: Bureau) -> None:
    numbers = [bureau.meeting().number, bureau.meeting().number, bureau.meeting(body=bureau.regional).number]
    assert numbers == [1, 2, 1]
    given = plan_meeting(
        **bureau.given,
        committee_id=bureau.support.id,
        starts_at=tokyo(TODAY, 10),
        ends_at=tokyo(TODAY, 11),
        number=19,
    )
    assert (given.number, bureau.meeting().number) == (19, 20)


@pytest.mark.parametrize("length", [0, -1])
def test_a_meeting_ends_after_it_begins(bureau: Bureau, length: int) -> None:
    start = tokyo(TODAY, 10)
    end = start + timedelta(hours=length)
    with pytest.raises(Refused, match="終了を開始より後に"):
        plan_meeting(**bureau.given, committee_id=bureau.support.id, starts_at=start, ends_at=end)
    meeting = bureau.meeting()
    with pytest.raises(Refused, match="終了を開始より後に"):
        move_meeting(**bureau.given, meeting=meeting, starts_at=start, ends_at=end, venue_id=None, version=1)


def test_another_bodys_meeting_is_not_found(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    assert get_meeting(bureau.session, meeting.id, bureau.support.id) is meeting
    for meeting_id, body in ((meeting.id, bureau.regional.id), ("0" * 32, bureau.support.id)):
        with pytest.raises(NotFound, match="選び直してください"):
            get_meeting(bureau.session, meeting_id, body)


def test_meetings_are_listed_latest_first(bureau: Bureau) -> None:
    first, second = bureau.meeting(TODAY + timedelta(days=7)), bureau.meeting(TODAY)
    bureau.meeting(body=bureau.regional)
    assert list_meetings(bureau.session, bureau.support.id) == [first, second]


def test_a_stale_change_is_a_conflict_and_changes_nothing(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    move(bureau, meeting)
    at, version = meeting.starts_at, meeting.version
    for stale in (version - 1, version + 1):
        with pytest.raises(Conflict):
            move(bureau, meeting, version=stale)
        with pytest.raises(Conflict):
            cancel_meeting(**bureau.given, meeting=meeting, version=stale)
    assert (meeting.starts_at, meeting.version, meeting.status) == (at, version, MeetingStatus.PREPARING)


def test_the_invitation_counts_up_with_real_changes_after_convening(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    move(bureau, meeting)
    assert meeting.ics_sequence == 0  # nothing had been sent
    uid = meeting.ics_uid
    mark_convened(**bureau.given, meeting=meeting)
    before = meeting.version, len(bureau.audited())
    move(bureau, meeting, hours=0)
    assert (meeting.ics_sequence, (meeting.version, len(bureau.audited()))) == (0, before)
    move(bureau, meeting)
    assert meeting.ics_sequence == 1
    cancel_meeting(**bureau.given, meeting=meeting, version=meeting.version)
    assert (meeting.ics_sequence, meeting.ics_uid, meeting.status) == (2, uid, MeetingStatus.CANCELLED)


def test_convening_needs_a_venue_and_happens_once(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    meeting.venue_id = None
    with pytest.raises(Refused, match="会場を選んでから"):
        mark_convened(**bureau.given, meeting=meeting)
    meeting.venue_id = bureau.venue.id
    mark_convened(**bureau.given, meeting=meeting)
    assert meeting.convened_at == bureau.clock.now()
    with pytest.raises(Refused, match="「招集」の段階"):
        mark_convened(**bureau.given, meeting=meeting)


def test_a_meeting_that_was_opened_is_neither_moved_nor_cancelled(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    changes: tuple[Callable[[], object], ...] = (
        lambda: move(bureau, meeting),
        lambda: cancel_meeting(**bureau.given, meeting=meeting, version=meeting.version),
    )
    for change in changes:
        with pytest.raises(Refused, match="開会した会議"):
            change()
