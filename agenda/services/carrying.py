"""持ち越し: what a meeting left undecided, or a cancelled one had on its agenda, goes to the next by itself, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from agenda.rules.due import Due
from agenda.services.items import eve_of, items_of
from agenda.services.places import placed_elsewhere, waiting_items
from agenda.services.plans import consents_on, list_due
from agenda.tables import AgendaItem, Client, Deferral, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.terms import DueReason, MeetingStatus
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting

RECEIVING = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)
"""Stages of a meeting whose agenda still takes up what is carried over by itself."""


@dataclass(frozen=True, slots=True)
class Heard:
    """諮られた会議: one meeting in the line of an item."""

    meeting_id: str
    number: int
    day: date
    cancelled: bool


def lineage(session: Session, item: AgendaItem) -> list[Heard]:
    """経過: return the meetings this matter came before, the first one first, without the item's own."""
    found: list[Heard] = []
    earlier = item.carried_from_id
    while earlier is not None:
        before, meeting = session.exec(
            select(AgendaItem, Meeting)
            .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
            .where(AgendaItem.id == earlier)
        ).one()
        cancelled = meeting.status is MeetingStatus.CANCELLED
        found.append(Heard(meeting.id, meeting.number, _day(meeting), cancelled))
        earlier = before.carried_from_id
    return found[::-1]


def went_on(session: Session, item: AgendaItem) -> Heard | None:
    """引継ぎ先: return the meeting whose agenda took the item up; None while it waits, or was settled."""
    meeting = session.exec(
        select(Meeting)
        .join(AgendaItem, col(AgendaItem.meeting_id) == Meeting.id)
        .where(AgendaItem.carried_from_id == item.id)
    ).first()
    if meeting is None:
        return None
    return Heard(meeting.id, meeting.number, _day(meeting), meeting.status is MeetingStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class WaitingMatter:
    """次の会議を待つ議題 without a plan; `why` says what it waits for. Plans that wait are on the list of what is due."""

    title: str
    since: Heard
    why: str


_PUT_OFF = "これからの会議が見送ったため、その次の会議を待っています。"
_NO_MEETING = "この後の会議がまだ予定されていません。会議を予定すると、議題に入ります。"


def waiting_matters(session: Session, committee_id: str) -> list[WaitingMatter]:
    """Return the matters without a plan that no coming agenda has taken up, the oldest first."""
    waiting = [item for item in waiting_items(session, committee_id) if item.plan_id is None]
    receiving = _receiving(session, committee_id)
    found = []
    for item in waiting:
        meeting = session.get_one(Meeting, item.meeting_id)
        since = Heard(meeting.id, meeting.number, _day(meeting), meeting.status is MeetingStatus.CANCELLED)
        put_off = any(_may_follow(meeting, coming) for coming in receiving)
        found.append(WaitingMatter(item.title, since, _PUT_OFF if put_off else _NO_MEETING))
    return found


def place_waiting(*, session: Session, actor: Actor, clock: Clock, committee_id: str) -> list[AgendaItem]:
    """持ち越しを次の会議へ: put each waiting item on the first coming agenda that may take it; return the new ones.

    One without consent, or put off by that meeting with a reason, waits on; so does everything while no meeting
    is planned. Doing it twice changes nothing.
    """
    meetings = _receiving(session, committee_id)
    waiting = waiting_items(session, committee_id)
    added: list[AgendaItem] = []
    for meeting in meetings:
        taken = {item.carried_from_id for item in added}
        ready = [item for item in waiting if item.id not in taken]
        added += _place(session, actor, clock, meeting, ready)
    return added


def _receiving(session: Session, committee_id: str) -> Sequence[Meeting]:
    return session.exec(
        select(Meeting)
        .where(Meeting.committee_id == committee_id, col(Meeting.status).in_(RECEIVING))
        .order_by(col(Meeting.starts_at), col(Meeting.number))
    ).all()


def _place(
    session: Session, actor: Actor, clock: Clock, meeting: Meeting, waiting: Sequence[AgendaItem]
) -> list[AgendaItem]:
    """Put on one meeting's agenda what waits from before it and may go there."""
    earlier = [item for item in waiting if _may_follow(session.get_one(Meeting, item.meeting_id), meeting)]
    allowed = _allowed(session, meeting, earlier)
    dues = _dues(session, meeting) if allowed else {}
    added = [_take_up(session, meeting, item, dues) for item in allowed]
    if added:
        record(
            session=session,
            actor=actor,
            clock=clock,
            action="持ち越しの受入れ",
            subject="meeting",
            subject_id=meeting.id,
            detail={"items": [item.id for item in added], "from": [item.carried_from_id for item in added]},
        )
    return added


def _may_follow(origin: Meeting, coming: Meeting) -> bool:
    """Return whether `coming` may take up what `origin` left: a cancelled meeting may be replaced by an earlier one."""
    return origin.status is MeetingStatus.CANCELLED or origin.starts_at < coming.starts_at


def _allowed(session: Session, meeting: Meeting, waiting: Sequence[AgendaItem]) -> list[AgendaItem]:
    put_off = session.exec(select(Deferral).where(Deferral.meeting_id == meeting.id)).all()
    plans = {row.plan_id for row in put_off if row.plan_id is not None}
    titles = {row.title for row in put_off if row.plan_id is None}
    here = {view.item.plan_id for view in items_of(session, meeting.id)} | set(
        placed_elsewhere(session, meeting)
    )
    open_plans = _open_plans(session, meeting, [item.plan_id for item in waiting if item.plan_id])
    return [
        item
        for item in waiting
        if (item.plan_id is None and item.title not in titles)
        or (item.plan_id in open_plans and item.plan_id not in plans and item.plan_id not in here)
    ]


def _open_plans(session: Session, meeting: Meeting, plan_ids: Sequence[str]) -> set[str]:
    """Return the plans that are not evaluated and whose consent holds on the eve."""
    rows = session.exec(select(Plan).where(col(Plan.id).in_(plan_ids))).all()
    consents = consents_on(session, [plan.client_id for plan in rows], eve_of(meeting))
    return {plan.id for plan in rows if plan.evaluation_outcome is None and plan.client_id in consents}


def _dues(session: Session, meeting: Meeting) -> dict[str, Due]:
    """Return why each plan of the body is due on the eve, by the plan's id."""
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == meeting.committee_id)
    ).all()
    ids = {(client.case_number, plan.number): plan.id for plan, client in rows}
    dues = list_due(
        session=session, committee_id=meeting.committee_id, on=eve_of(meeting), next_meeting=_day(meeting)
    )
    return {ids[due.case, due.plan]: due for due in dues if (due.case, due.plan) in ids}


def _take_up(session: Session, meeting: Meeting, waiting: AgendaItem, dues: dict[str, Due]) -> AgendaItem:
    due = dues.get(waiting.plan_id or "")
    continued = waiting.continued_on is not None or waiting.reason is DueReason.CARRIED_OVER
    fallback = DueReason.CARRIED_OVER if continued else waiting.reason
    last = session.exec(
        select(func.max(AgendaItem.position)).where(AgendaItem.meeting_id == meeting.id)
    ).one()
    item = AgendaItem(
        meeting_id=meeting.id,
        plan_id=waiting.plan_id,
        position=(last or 0) + 1,
        title=waiting.title,
        purpose=waiting.purpose,
        reason=due.reason if due else fallback,
        deadline=due.deadline if due else (_day(meeting) if continued else waiting.deadline),
        planned_minutes=waiting.planned_minutes,
        carried_from_id=waiting.id,
    )
    session.add(item)
    session.flush()
    return item


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
