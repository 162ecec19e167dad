"""結果の在席の記し直し: what is typed afterwards of attendance and times changes who was there for an outcome.

The stamp of a running meeting speaks of a moment that has passed and stays. One that was entered from paper speaks
of what has been typed so far: it follows, as one more write of the same outcome, so that the record keeps both.
Where times of a running meeting were typed anew, `stamp_differences` tells what no longer agrees.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from agenda.services.items import ItemView, items_of
from agenda.services.participation import participants_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import MeetingStatus
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry, OutcomeStamp
from minutes.rules.presence import may_be_there, must_be_there
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of
from minutes.services.contradictions import standing_stamps
from minutes.services.live_fields import Pen, stamp_again
from minutes.services.outcome_stamps import is_out_of_date
from minutes.tables import ItemRecord


def restamp_outcomes(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> int:
    """Stamp outcomes of a meeting that is entered afterwards anew where who was there has changed; return how many."""
    if meeting.status is not MeetingStatus.OPEN or session.get(AfterwardsEntry, meeting.id) is None:
        return 0
    stamps = standing_stamps(session, meeting)
    changed = 0
    for view in items_of(session, meeting.id):
        record_ = session.get(ItemRecord, view.item.id)
        stamp = stamps.get(view.item.id)
        if record_ and stamp and is_out_of_date(session, clock, meeting, view, record_, stamp):
            stamp_again(Pen(session, actor, clock, meeting, view), record_)
            changed += 1
    return changed


@dataclass(frozen=True, slots=True)
class StampDifference:
    """在席の食い違い: an item, and the names of those whom its stamp and their stays tell of otherwise."""

    title: str
    names: tuple[str, ...]


def stamp_differences(session: Session, meeting: Meeting) -> list[StampDifference]:
    """在席の食い違い: return where who was there for an outcome that stands no longer agrees with the attendance.

    Pages show and take minutes: what a minute leaves open is no difference. A meeting that is entered afterwards has
    none, for its stamps follow.
    """
    if session.get(AfterwardsEntry, meeting.id) is not None:
        return []
    stamps = standing_stamps(session, meeting)
    views = [view for view in items_of(session, meeting.id) if view.item.id in stamps]
    attendance = attendance_of(session, meeting.id)
    found = [
        StampDifference(view.title, _differing(session, view, stamps[view.item.id], attendance))
        for view in views
    ]
    return [one for one in found if one.names]


def _differing(
    session: Session, view: ItemView, stamp: OutcomeStamp, attendance: Sequence[AttendanceView]
) -> tuple[str, ...]:
    item_id, at = view.item.id, stamp.stamped_at
    present = set(json.loads(stamp.present))
    aside = {person_id for person_id, _ in recusals_of(session, [item_id])[item_id]}
    taking_part = {one.person_id for one in participants_of(session, [item_id])[item_id]}
    due = taking_part - aside - set(json.loads(stamp.aside)) - present
    return tuple(
        each.person.name
        for each in attendance
        if (each.person.id in present and not may_be_there(each.intervals, at))
        or (each.person.id in due and must_be_there(each.intervals, at))
    )
