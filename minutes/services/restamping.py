"""結果の在席の記し直し: what is typed afterwards of attendance and times changes who was there for an outcome.

The stamp of a running meeting speaks of a moment that has passed and stays. One that was entered from paper speaks
of what has been typed so far: it follows, as one more write of the same outcome, so that the record keeps both.
"""

from sqlmodel import Session

from agenda.services.items import items_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import MeetingStatus
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry
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
