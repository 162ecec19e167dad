"""プランの居場所: on which coming agenda a plan stands, or since which item it waits. One place at a time."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

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

    That is its last item, where a meeting left it undecided or was cancelled with it on the agenda.
    """
    rows = session.exec(
        select(AgendaItem, Meeting)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(AgendaItem.plan_id == plan_id)
        .order_by(col(Meeting.starts_at), col(Meeting.number))
    ).all()
    untaken = _untaken(rows)
    return untaken[-1][0] if untaken and _waits(*untaken[-1]) else None


def waiting_items(session: Session, committee_id: str) -> list[AgendaItem]:
    """持ち越しの待ち: return every item that waits for the next meeting, plan or not, the oldest first."""
    rows = session.exec(
        select(AgendaItem, Meeting)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(Meeting.committee_id == committee_id)
        .order_by(col(Meeting.starts_at), col(Meeting.number), col(AgendaItem.position))
    ).all()
    untaken = _untaken(rows)
    last = {item.plan_id or item.id: item.id for item, _ in untaken}
    return [
        item
        for item, meeting in untaken
        if _waits(item, meeting) and last[item.plan_id or item.id] == item.id
    ]


def _untaken(rows: Sequence[tuple[AgendaItem, Meeting]]) -> list[tuple[AgendaItem, Meeting]]:
    """Return the items that no other one goes on from, whatever the order of their meetings."""
    taken = {item.carried_from_id for item, _ in rows}
    return [(item, meeting) for item, meeting in rows if item.id not in taken]


def _waits(item: AgendaItem, meeting: Meeting) -> bool:
    return item.continued_on is not None or meeting.status is MeetingStatus.CANCELLED


def matter_of(session: Session, item: AgendaItem) -> DueReason | None:
    """もとの理由: return why a matter first came to a meeting. What is carried over is settled as what it was."""
    while item.reason is DueReason.CARRIED_OVER and item.carried_from_id is not None:
        item = session.get_one(AgendaItem, item.carried_from_id)
    return item.reason
