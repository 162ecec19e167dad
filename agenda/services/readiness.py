"""招集の前に: what the 委員長 has still to settle about a meeting that is being prepared."""

from dataclasses import dataclass

from sqlmodel import Session

from agenda.services.arranging import length_minutes
from agenda.services.confirmation import confirmation_of
from agenda.services.conflicts import open_conflicts
from agenda.services.items import items_of
from meetings_app.tables.meetings import Meeting


@dataclass(frozen=True, slots=True)
class Readiness:
    """招集の前に: whether the agenda is confirmed as it stands, and how many conflicts are undecided.

    `over_minutes` says by how much the planned minutes exceed the meeting.
    """

    confirmed: bool
    open_conflicts: int
    over_minutes: int


def readiness(session: Session, meeting: Meeting) -> Readiness:
    """Return what the 委員長 has still to decide before a meeting is called."""
    state = confirmation_of(session, meeting)
    planned = sum(view.item.planned_minutes for view in items_of(session, meeting.id))
    return Readiness(
        confirmed=state is not None and state.holds,
        open_conflicts=len(open_conflicts(session, meeting)),
        over_minutes=max(0, planned - length_minutes(meeting)),
    )
