"""議事録を読める人: everybody who keeps it, the presider, and once approved those who were there."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from agenda.services.visibility import SEES_ALL
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import Role
from meetings_app.tables.meetings import Meeting
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import MinutesView, content_hash
from minutes.services.attendance import attendance_of
from minutes.services.minutes import minutes_status
from minutes.services.minutes_view import build_view
from minutes.tables import Minutes, MinutesStatus


def may_read_minutes(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Return whether somebody who may open the meeting may read its minutes."""
    if actor.role in SEES_ALL:
        return True
    if actor.role is Role.ACCOUNTING or actor.person_id is None:
        return False
    if actor.person_id == meeting.presider_id:
        return True
    return minutes_status(session, meeting.id) is MinutesStatus.APPROVED and any(
        view.attendance.person_id == actor.person_id and view.stays
        for view in attendance_of(session, meeting.id)
    )


def refuse_unreadable(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Raise NotFound for minutes that the actor may not read (yet)."""
    if not may_read_minutes(session, actor, meeting):
        raise NotFound("この会議の議事録は、まだ読めません。承認された後に、出席した会議のものを読めます。")


@dataclass(frozen=True, slots=True)
class MinutesOnRecord:
    """議事録 as it is to be read: what was approved, or what the record says now."""

    view: MinutesView
    status: MinutesStatus
    version: int
    document_number: str
    document_date: date | None
    next_meeting: str
    sha256: str | None
    approved_by: str | None
    approved_at: datetime | None

    @property
    def read_content(self) -> str:
        """The hash of the view as it is shown here."""
        return content_hash(self.view)


def read_minutes(session: Session, actor: Actor, meeting: Meeting) -> MinutesOnRecord:
    """Return a meeting's minutes. What was approved is read back as it was stored, never computed again.

    Raises NotFound for somebody who may not read them (yet).
    """
    refuse_unreadable(session, actor, meeting)
    minutes = session.get(Minutes, meeting.id) or Minutes(meeting_id=meeting.id)
    return MinutesOnRecord(
        view=read_canonical(minutes.content) if minutes.content else build_view(session, meeting),
        status=minutes.status,
        version=minutes.version,
        document_number=minutes.document_number,
        document_date=minutes.document_date,
        next_meeting=minutes.next_meeting,
        sha256=minutes.sha256,
        approved_by=minutes.approved_by,
        approved_at=minutes.approved_at,
    )
