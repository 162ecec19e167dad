"""議事録を読める人: everybody who keeps it, the presider, and once approved those who were there."""

from sqlmodel import Session

from agenda.services.visibility import SEES_ALL
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import Role
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import attendance_of
from minutes.services.minutes import minutes_status
from minutes.tables import MinutesStatus


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
