"""議題の在席: who of those taking part in an item is in the room at a moment, and whom it still needs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from agenda.services.items import ItemView
from agenda.services.participation import Participant, participants_of
from meetings_app.tables.meetings import Meeting
from minutes.rules.presence import Interval, there_at, there_until
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of

InRoom = Callable[[Sequence[Interval]], bool]


@dataclass(frozen=True, slots=True)
class ExpectedPerson:
    """参加者 as presence counts them: `required` says whether the item needs them."""

    person_id: str
    name: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class ItemPresence:
    """在席の状況 of one item: those taking part who are in the room, those standing aside, those it still needs.

    `expected` are all who take part by the decision that holds. `present` and `aside` share nobody; `missing` are
    the required ones not present, so that a required person who stands aside is among both `aside` and `missing`.
    """

    present: tuple[ExpectedPerson, ...]
    aside: tuple[ExpectedPerson, ...]
    missing: tuple[ExpectedPerson, ...]
    expected: tuple[ExpectedPerson, ...]

    @property
    def complete(self) -> bool:
        """Whether everybody the item needs is there."""
        return not self.missing


def presence_of_item(session: Session, meeting: Meeting, view: ItemView, at: datetime) -> ItemPresence:
    """ある時刻の在席: return who is there for an item at a moment; who leaves at that moment is gone."""
    return _presence(session, meeting, view, lambda stays: there_at(stays, at))


def presence_at_end(session: Session, meeting: Meeting, view: ItemView, ended_at: datetime) -> ItemPresence:
    """終わりの時の在席: return who was there when an item ended; who left with its end was there."""
    return _presence(session, meeting, view, lambda stays: there_until(stays, ended_at))


def presence_at_all(session: Session, meeting: Meeting, view: ItemView) -> ItemPresence:
    """時刻のない議題の在席: return who came to the meeting at all, where nothing tells when the item was."""
    return _presence(session, meeting, view, bool)


def _presence(session: Session, meeting: Meeting, view: ItemView, in_room: InRoom) -> ItemPresence:
    return presence_from(
        participants_of(session, [view.item.id])[view.item.id],
        attendance_of(session, meeting.id),
        {person_id for person_id, _ in recusals_of(session, [view.item.id])[view.item.id]},
        in_room,
    )


def presence_from(
    participants: Sequence[Participant],
    attendance: Sequence[AttendanceView],
    aside_ids: set[str],
    in_room: InRoom,
) -> ItemPresence:
    """Return who is there for an item, from what has been read already; `in_room` says who is in the room."""
    expected = tuple(
        ExpectedPerson(participant.person_id, participant.name, participant.required)
        for participant in participants
    )
    there = {each.person.id for each in attendance if in_room(each.intervals)}
    present = tuple(each for each in expected if each.person_id in there - aside_ids)
    return ItemPresence(
        present=present,
        aside=_aside(expected, attendance, aside_ids),
        missing=tuple(each for each in expected if each.required and each not in present),
        expected=expected,
    )


def _aside(
    expected: Sequence[ExpectedPerson], attendance: Sequence[AttendanceView], aside_ids: set[str]
) -> tuple[ExpectedPerson, ...]:
    """Return who stands aside: somebody in the room may do so without being named for the item."""
    known = {each.person_id: each for each in expected}
    return tuple(
        known.get(each.person.id, ExpectedPerson(each.person.id, each.person.name))
        for each in attendance
        if each.person.id in aside_ids
    )
