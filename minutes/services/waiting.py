"""待っていること: how far the minutes of each meeting are."""

from sqlmodel import Session, col, select

from meetings_app.core.terms import MeetingStatus
from meetings_app.tables.meetings import Meeting
from minutes.tables import Minutes, MinutesStatus


def minutes_of_closed_meetings(
    session: Session, committee_id: str
) -> list[tuple[Meeting, MinutesStatus | None]]:
    """Return the closed meetings of a body with the stage of their minutes, the oldest first.

    None: not begun.
    """
    rows = session.exec(
        select(Meeting, Minutes)
        .join(Minutes, col(Minutes.meeting_id) == Meeting.id, isouter=True)
        .where(Meeting.committee_id == committee_id, Meeting.status == MeetingStatus.CLOSED)
        .order_by(col(Meeting.starts_at))
    ).all()
    return [(meeting, _status(minutes)) for meeting, minutes in rows]


def _status(minutes: Minutes | None) -> MinutesStatus | None:
    return minutes.status if minutes else None
