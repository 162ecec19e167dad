"""利益相反の判断 on record: shown before the meeting, decided by the 委員長, one person and item at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.packet_tables import ConflictDecision
from agenda.rules.conflicts import Ground, Nearness, grounds_of
from agenda.services.items import ItemView, items_of
from agenda.services.participation import (
    declared_kin,
    participants_of,
    refuse_day_to_come,
    refuse_wrong_decider,
)
from agenda.services.providers import affiliations_on, providers_of_plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, ConflictAnswer, MeetingStatus
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person


@dataclass(frozen=True, slots=True)
class ConflictView:
    """おそれのある一人: an item and a participant, what is known, and the decision that holds.

    `stale`: what is known has changed since the decision, which therefore counts no longer.
    """

    item: ItemView
    person_id: str
    name: str
    capacity: Capacity
    grounds: tuple[Ground, ...]
    decision: ConflictDecision | None
    decided_by: str
    stale: bool

    @property
    def detail(self) -> str:
        """What is known, in words."""
        return "、".join(ground.detail for ground in self.grounds)

    @property
    def is_open(self) -> bool:
        """Whether the 委員長 has still to decide."""
        return self.decision is None or self.stale

    @property
    def leaves(self) -> bool:
        """Whether the person leaves the table for the item."""
        return (
            not self.is_open and self.decision is not None and self.decision.answer is ConflictAnswer.RECUSED
        )


def conflicts_of(session: Session, meeting: Meeting) -> list[ConflictView]:
    """利益相反のおそれ: return every participant decided for an item of a case they are near to, in order."""
    views = [view for view in items_of(session, meeting.id) if view.client is not None]
    participants = participants_of(session, [view.item.id for view in views])
    held = _held(session, [view.item.id for view in views])
    names = _names(session, {row.decided_by_id for row in held.values()})
    found = []
    for view in views:
        people = {one.person_id: one.capacity for one in participants[view.item.id]}
        near = grounds_on(session, view, people, _day(meeting))
        for one in participants[view.item.id]:
            if not near[one.person_id]:
                continue
            decision = held.get((view.item.id, one.person_id))
            detail = "、".join(ground.detail for ground in near[one.person_id])
            found.append(
                ConflictView(
                    item=view,
                    person_id=one.person_id,
                    name=one.name,
                    capacity=one.capacity,
                    grounds=near[one.person_id],
                    decision=decision,
                    decided_by=names.get(decision.decided_by_id, "") if decision else "",
                    stale=decision is not None and decision.detail != detail,
                )
            )
    return found


def open_conflicts(session: Session, meeting: Meeting) -> list[ConflictView]:
    """Return those that the 委員長 has still to decide on."""
    return [conflict for conflict in conflicts_of(session, meeting) if conflict.is_open]


def grounds_on(
    session: Session, view: ItemView, people: dict[str, Capacity], on: date
) -> dict[str, tuple[Ground, ...]]:
    """Return why each of these people may be too near to the case of an item, as of a day."""
    if view.client is None:
        return dict.fromkeys(people, ())
    kin = declared_kin(session, view.client.id, on)
    works = affiliations_on(session, people, on)
    providers = [(one.id, one.name) for one in providers_of_plan(session, view.plan.id)] if view.plan else []
    organisations = {
        person.id: person.organisation
        for person in session.exec(select(Person).where(col(Person.id).in_(people))).all()
    }
    return {
        person_id: grounds_of(
            Nearness(
                capacity=capacity,
                kin=kin.get(person_id),
                works_for=tuple((one.provider_id, one.post) for one in works[person_id]),
                organisation=organisations.get(person_id, ""),
            ),
            providers,
        )
        for person_id, capacity in people.items()
    }


def decide_conflict(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    item_id: str,
    person_id: str,
    answer: ConflictAnswer,
    reason: str,
    decided_by_id: str,
    decided_on: date,
) -> ConflictDecision:
    """利益相反を判断する: the person stays for the item, or leaves the table. Rows are added, never changed.

    Raises Refused without a reason, from somebody who is not the 委員長 (or acting for her) on that day, and once
    the meeting has begun: then the 退席 is recorded at the table. NotFound where there is no such conflict.
    """
    if meeting.status not in (MeetingStatus.PREPARING, MeetingStatus.CONVENED):
        raise Refused("開会した後の退席は、記録の画面で議題ごとに記録してください。")
    if not reason.strip():
        raise Refused("判断の理由を入れてください。会議の記録に残ります。")
    conflict = next(
        (
            one
            for one in conflicts_of(session, meeting)
            if one.item.item.id == item_id and one.person_id == person_id
        ),
        None,
    )
    if conflict is None:
        raise NotFound("この利益相反のおそれは見つかりません。会議の画面を読み直してください。")
    refuse_day_to_come(decided_on, clock)
    refuse_wrong_decider(session, meeting, decided_by_id, decided_on)
    row = ConflictDecision(
        item_id=item_id,
        person_id=person_id,
        sequence=(conflict.decision.sequence if conflict.decision else 0) + 1,
        ground=conflict.grounds[0].ground,
        detail=conflict.detail,
        answer=answer,
        reason=reason.strip(),
        decided_by_id=decided_by_id,
        decided_on=decided_on,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="利益相反の判断",
        subject="agenda_item",
        subject_id=item_id,
        detail={
            "person": person_id,
            "answer": answer,
            "by": decided_by_id,
            "on": decided_on,
            "reason": reason,
        },
    )
    return row


def decided_recusals(session: Session, meeting: Meeting) -> list[ConflictView]:
    """退席と判断された人: return who leaves the table for which item by a decision that holds."""
    return [conflict for conflict in conflicts_of(session, meeting) if conflict.leaves]


def _held(session: Session, item_ids: Sequence[str]) -> dict[tuple[str, str], ConflictDecision]:
    rows = session.exec(
        select(ConflictDecision)
        .where(col(ConflictDecision.item_id).in_(item_ids))
        .order_by(col(ConflictDecision.sequence))
    ).all()
    return {(row.item_id, row.person_id): row for row in rows}


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    people = session.exec(select(Person).where(col(Person.id).in_(ids))).all()
    return {person.id: person.name for person in people}


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
