"""議題の変更: taking up a plan, changing the order and the planned time."""

from sqlmodel import Session

from agenda.rules.assembly import purpose_of
from agenda.services.agenda_reading import due_on_eve
from agenda.services.agenda_settings import LONGEST_ITEM, planned_minutes
from agenda.services.assembly import add_item
from agenda.services.items import ItemView, items_of
from agenda.tables import AgendaItem, Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import DueReason, MeetingStatus
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting


def take_up_plan(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    plan_id: str,
    minutes: int | None = None,
) -> AgendaItem:
    """プランを議題に加える: for the reason it is due, or as 臨時 where it is not (第5条第5項).

    Raises NotFound for another body's plan, Refused where it is on an agenda already or has no consent.
    """
    plan, client = _plan_of_body(session, plan_id, meeting.committee_id)
    due = due_on_eve(session, meeting).get((client.case_number, plan.number))
    reason = due.reason if due else DueReason.URGENT
    item = add_item(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        plan=plan,
        reason=reason,
        purpose=purpose_of(reason),
        minutes=minutes or planned_minutes(session)[reason],
    )
    item.deadline = due.deadline if due else None
    session.add(item)
    session.flush()
    return item


def move_item(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, up: bool
) -> None:
    """議題の順を変える by one place; at the end of the list nothing happens."""
    _refuse_over(meeting)
    order = [other.item for other in items_of(session, meeting.id)]
    place = next(place for place, item in enumerate(order) if item.id == view.item.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    _swap(session, order[place], order[other])
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議題の順の変更",
        subject="agenda_item",
        subject_id=view.item.id,
        detail={"title": view.title, "position": view.item.position},
    )


def set_planned_minutes(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, minutes: int
) -> None:
    """予定時間を変える, in whole minutes."""
    _refuse_over(meeting)
    if not 1 <= minutes <= LONGEST_ITEM:
        raise Refused(f"予定時間は1分から{LONGEST_ITEM}分までにしてください。")
    view.item.planned_minutes = minutes
    session.add(view.item)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="予定時間の変更",
        subject="agenda_item",
        subject_id=view.item.id,
        detail={"title": view.title, "minutes": minutes},
    )


def _swap(session: Session, one: AgendaItem, other: AgendaItem) -> None:
    """Exchange two places. No two items may share one even for a moment, so one steps aside first."""
    first, second = one.position, other.position
    one.position = first + second + 1_000_000
    session.add(one)
    session.flush()
    other.position = first
    session.add(other)
    session.flush()
    one.position = second
    session.add(one)
    session.flush()


def _plan_of_body(session: Session, plan_id: str, committee_id: str) -> tuple[Plan, Client]:
    plan = session.get(Plan, plan_id)
    client = session.get(Client, plan.client_id) if plan else None
    if plan is None or client is None or client.committee_id != committee_id:
        raise NotFound("このプランは見つかりません。一覧から選び直してください。")
    return plan, client


def _refuse_over(meeting: Meeting) -> None:
    if meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED):
        raise Refused("終わった会議の議題は変えられません。次の会議の議題に加えてください。")
