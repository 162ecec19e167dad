"""プランの居場所: on which coming agenda a plan stands, or since which item it waits. One place at a time."""

from sqlmodel import Session, and_, col, or_, select

from agenda.tables import AgendaItem
from meetings_app.core.terms import DueReason, MeetingStatus
from meetings_app.tables.meetings import Meeting

COMING = (MeetingStatus.PREPARING, MeetingStatus.CONVENED, MeetingStatus.OPEN)
"""Stages of a meeting that may still deal with what is on its agenda."""


def placed_elsewhere(session: Session, meeting: Meeting) -> dict[str, int]:
    """Return the plans on the agenda of another coming meeting of the body, with that meeting's number."""
    rows = session.exec(
        select(col(AgendaItem.plan_id), col(Meeting.number))
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(
            Meeting.committee_id == meeting.committee_id,
            Meeting.id != meeting.id,
            col(Meeting.status).in_(COMING),
            col(AgendaItem.plan_id).is_not(None),
        )
    ).all()
    return {plan_id: number for plan_id, number in rows if plan_id is not None}


def waiting_item(session: Session, plan_id: str) -> AgendaItem | None:
    """Return the item of an earlier meeting that this plan is carried over from, if one waits.

    What a cancelled meeting had taken up waits on in its place, so that the line does not break.
    """
    taken = select(col(AgendaItem.carried_from_id)).where(col(AgendaItem.carried_from_id).is_not(None))
    cancelled = and_(
        col(Meeting.status) == MeetingStatus.CANCELLED, col(AgendaItem.carried_from_id).is_not(None)
    )
    return session.exec(
        select(AgendaItem)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(
            AgendaItem.plan_id == plan_id,
            or_(col(AgendaItem.continued_on).is_not(None), cancelled),
            col(AgendaItem.id).not_in(taken),
        )
        .order_by(col(Meeting.starts_at).desc())
    ).first()


def matter_of(session: Session, item: AgendaItem) -> DueReason | None:
    """もとの理由: return why a matter first came to a meeting. What is carried over is settled as what it was."""
    while item.reason is DueReason.CARRIED_OVER and item.carried_from_id is not None:
        item = session.get_one(AgendaItem, item.carried_from_id)
    return item.reason
