"""参加者の決定を読む, and people from outside the composition who are asked for one item."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.services.items import ItemView
from agenda.services.participation import DECIDERS, OUTSIDE, Choice, decide_participants
from agenda.tables import AgendaItem, ParticipationDecision
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity
from meetings_app.services.committees import offices_on
from meetings_app.services.members import add_person
from meetings_app.tables.committees import Appointment
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """決定の記録: one row of an item's decisions, as it was made."""

    person_id: str
    name: str
    capacity: Capacity
    takes_part: bool
    required: bool
    note: str
    decided_by: str
    decided_on: date
    recorded_at: datetime
    holds: bool


@dataclass(frozen=True, slots=True)
class Decider:
    """決定者: somebody who may decide who takes part."""

    person_id: str
    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Guest:
    """参加を求める人 from outside the composition: an earlier one by id, or a new one by name."""

    capacity: Capacity
    person_id: str | None = None
    name: str = ""
    organisation: str = ""
    note: str = ""


def decision_history(session: Session, item_id: str) -> list[DecisionRow]:
    """Return every decision on an item, latest first; `holds` marks those that are in effect."""
    rows = session.exec(
        select(ParticipationDecision)
        .where(ParticipationDecision.item_id == item_id)
        .order_by(col(ParticipationDecision.recorded_at).desc(), col(ParticipationDecision.sequence).desc())
    ).all()
    names = _names(session, {row.person_id for row in rows} | {row.decided_by_id for row in rows})
    last: dict[str, int] = {}
    for row in rows:
        last[row.person_id] = max(row.sequence, last.get(row.person_id, 0))
    return [
        DecisionRow(
            person_id=row.person_id,
            name=names[row.person_id],
            capacity=row.capacity,
            takes_part=row.takes_part,
            required=row.required,
            note=row.note,
            decided_by=names[row.decided_by_id],
            decided_on=row.decided_on,
            recorded_at=row.recorded_at,
            holds=row.sequence == last[row.person_id],
        )
        for row in rows
    ]


def deciders_on(session: Session, committee_id: str, on: date) -> list[Decider]:
    """決定できる人: return the 委員長 and who may act in the chair's place on a day (第5条第2項・第3項)."""
    held = offices_on(session, committee_id, on)
    names = _names(session, set(held))
    found = [
        Decider(person_id, names[person_id], str(office))
        for person_id, offices in held.items()
        for office in offices
        if office in DECIDERS
    ]
    order = [str(office) for office in DECIDERS]
    return sorted(found, key=lambda decider: (order.index(decider.office), decider.name))


def earlier_guests(session: Session, committee_id: str) -> list[Person]:
    """Return who may be asked by 第5条第4項 without being entered anew, by name.

    Those who were asked for any item of the body's meetings, and people entered in the roster whom no body has
    appointed and no meeting has called yet.
    """
    ids = session.exec(
        select(col(ParticipationDecision.person_id))
        .join(AgendaItem, col(ParticipationDecision.item_id) == AgendaItem.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(Meeting.committee_id == committee_id, ParticipationDecision.capacity == Capacity.INVITEE)
    ).all()
    seated = select(Appointment.person_id)
    called = select(ParticipationDecision.person_id)
    entered = col(Person.id).not_in(seated) & col(Person.id).not_in(called)
    people = session.exec(select(Person).where(col(Person.id).in_(set(ids)) | entered)).all()
    return sorted(people, key=lambda person: person.kana or person.name)


def ask_guest(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    guest: Guest,
    decided_by_id: str,
    decided_on: date,
) -> str:
    """構成員でない人の参加を決める (第5条第4項), or that of the 本人 or a relative; return the person's id.

    A 本人 or relative is entered by case number, not by name. Raises Refused for a capacity that belongs to
    the composition, and where the name is missing.
    """
    if guest.capacity not in OUTSIDE:
        raise Refused("構成員は名簿から決定します。第5条第4項の人・本人・家族だけを加えられます。")
    if guest.person_id is not None and guest.capacity is not Capacity.INVITEE:
        raise Refused("以前に参加した人は、第5条第4項の人として加えます。区分を確かめてください。")
    person_id = guest.person_id or _person_for(session, actor, clock, meeting, view, guest)
    if guest.person_id is not None and all(
        person.id != guest.person_id for person in earlier_guests(session, meeting.committee_id)
    ):
        raise NotFound("この人は見つかりません。一覧から選び直すか、氏名を入れてください。")
    decide_participants(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        item=view.item,
        choices=[Choice(person_id, guest.capacity, note=guest.note.strip())],
        decided_by_id=decided_by_id,
        decided_on=decided_on,
    )
    return person_id


def _person_for(
    session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, guest: Guest
) -> str:
    """Return a person for a guest entered by name; the same 本人 or relative is not entered twice."""
    name = _guest_name(view, guest)
    if guest.capacity is not Capacity.INVITEE:
        known = _asked_before(session, meeting, guest.capacity, name)
        if known is not None:
            return known
    person = add_person(session=session, actor=actor, clock=clock, name=name, organisation=guest.organisation)
    return person.id


def _guest_name(view: ItemView, guest: Guest) -> str:
    name = guest.name.strip()
    if guest.capacity is Capacity.INVITEE:
        if not name:
            raise Refused("参加を求める人の氏名を入れてください。")
        return name
    if view.client is None:
        raise Refused("本人と家族は、ケースの議題にだけ加えられます。ケースの議題から加えてください。")
    case = f"No.{view.client.case_number}"
    if guest.capacity is Capacity.CLIENT:
        return f"本人（{case}）"
    if not name:
        raise Refused("家族は「母」「長男」のように、続柄を入れてください。氏名は入れません。")
    return f"家族（{case} {name}）"


def _asked_before(session: Session, meeting: Meeting, capacity: Capacity, name: str) -> str | None:
    """Return the person already entered under this label in the body, so that no label becomes two people."""
    return session.exec(
        select(col(ParticipationDecision.person_id))
        .join(AgendaItem, col(ParticipationDecision.item_id) == AgendaItem.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .join(Person, col(ParticipationDecision.person_id) == Person.id)
        .where(
            Meeting.committee_id == meeting.committee_id,
            ParticipationDecision.capacity == capacity,
            Person.name == name,
        )
    ).first()


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    people = session.exec(select(Person).where(col(Person.id).in_(set(ids)))).all()
    return {person.id: person.name for person in people}
