"""名簿の取り出し: everything dated that is on record of the office's people, as the Excel file holds it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from agenda.services.people import people_without_seat, relations_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import holds
from meetings_app.documents.members_excel import (
    AppointmentRow,
    MemberBook,
    OfficeRow,
    PersonRow,
    RelationRow,
    ResidenceRow,
    StatusRow,
)
from meetings_app.services.audit import record
from meetings_app.services.roster import bodies_of, people_of_bodies
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.people import Person, Residence, ServiceStatus

KEY_LENGTH = 10
"""Figures of a person's id that are written as 番号: 40 random bits, enough for the people of one office."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The people of an office by id, with the 番号 of each."""

    session: Session
    actor: Actor
    bodies: dict[str, Committee]
    people: dict[str, Person]
    keys: dict[str, str]


def export_members(*, session: Session, actor: Actor, clock: Clock) -> MemberBook:
    """名簿を取り出す: return the book and leave a trace of who took it."""
    book = member_book(session, actor)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="名簿の取り出し",
        subject="committee",
        subject_id=actor.committee_id,
        detail={"people": len(book.people)},
    )
    return book


def member_book(session: Session, actor: Actor) -> MemberBook:
    """Return everybody the actor's office keeps with every dated fact, past ones too; no bank accounts."""
    people = office_people(session, actor)
    known = _Known(
        session,
        actor,
        {body.id: body for body in bodies_of(session, actor)},
        {person.id: person for person in people},
        member_keys(people),
    )
    return MemberBook(
        people=tuple(
            PersonRow(known.keys[one.id], one.name, one.kana, one.organisation, one.mailbox) for one in people
        ),
        appointments=tuple(_appointments(known)),
        offices=tuple(_offices(known)),
        residences=tuple(_residences(known)),
        statuses=tuple(_statuses(known)),
        relations=tuple(_relations(known)),
    )


def office_people(session: Session, actor: Actor) -> list[Person]:
    """Return the members of the actor's bodies, past and present, and those without a seat, by kana."""
    seated = people_of_bodies(session, [body.id for body in bodies_of(session, actor)])
    others = people_without_seat(session, actor)
    return sorted([*seated, *others], key=lambda person: (person.kana or person.name, person.name, person.id))


def member_keys(people: Iterable[Person]) -> dict[str, str]:
    """番号: return a short stable key for every person's id; the whole id where two would be alike."""
    ids = [person.id for person in people]
    counts = Counter(one[:KEY_LENGTH] for one in ids)
    return {one: one[:KEY_LENGTH] if counts[one[:KEY_LENGTH]] == 1 else one for one in ids}


def last_day(end: date | None) -> date | None:
    """Return the last day of a half-open period."""
    return None if end is None else end - timedelta(days=1)


def _who(known: _Known, person_id: str) -> tuple[str, str]:
    return known.keys[person_id], known.people[person_id].name


def _in_order(known: _Known) -> Sequence[str]:
    return list(known.people)


def _appointments(known: _Known) -> Iterable[AppointmentRow]:
    rows = known.session.exec(
        select(Appointment)
        .where(col(Appointment.committee_id).in_(known.bodies))
        .order_by(col(Appointment.valid_from), col(Appointment.id))
    ).all()
    by_id = {row.id: row for row in rows}
    order = {person_id: place for place, person_id in enumerate(_in_order(known))}
    for row in sorted(rows, key=lambda one: order[one.person_id]):
        before = by_id.get(row.predecessor_id or "")
        yield AppointmentRow(
            *_who(known, row.person_id),
            known.bodies[row.committee_id].name,
            row.capacity,
            row.valid_from,
            last_day(row.valid_to),
            known.keys[before.person_id] if before else "",
            before.valid_from if before else None,
        )


def _offices(known: _Known) -> Iterable[OfficeRow]:
    rows = known.session.exec(
        select(OfficeHolding)
        .where(
            col(OfficeHolding.committee_id).in_(known.bodies), col(OfficeHolding.person_id).in_(known.people)
        )
        .order_by(col(OfficeHolding.valid_from), col(OfficeHolding.office), col(OfficeHolding.seat))
    ).all()
    for row in rows:
        body = known.bodies[row.committee_id].name
        yield OfficeRow(*_who(known, row.person_id), body, row.office, row.valid_from, last_day(row.valid_to))


def _residences(known: _Known) -> Iterable[ResidenceRow]:
    for person_id in _in_order(known):
        rows = known.session.exec(
            select(Residence).where(Residence.person_id == person_id).order_by(col(Residence.valid_from))
        ).all()
        for row in rows:
            yield ResidenceRow(*_who(known, person_id), row.district, row.valid_from, last_day(row.valid_to))


def _statuses(known: _Known) -> Iterable[StatusRow]:
    for person_id in _in_order(known):
        rows = known.session.exec(
            select(ServiceStatus)
            .where(ServiceStatus.person_id == person_id)
            .order_by(col(ServiceStatus.valid_from), col(ServiceStatus.declared_on), col(ServiceStatus.id))
        ).all()
        for row in rows:
            yield StatusRow(
                *_who(known, person_id),
                row.is_public_employee,
                row.service_class,
                row.working_time,
                row.occupation,
                row.legal_basis,
                row.needs_review,
                row.declared_on,
                row.valid_from,
                last_day(row.valid_to),
                together=_goes_beside(row, rows),
            )


def _goes_beside(row: ServiceStatus, rows: Sequence[ServiceStatus]) -> bool:
    """Return whether an earlier status went on when this one began."""
    return any(one.valid_from < row.valid_from and holds(one, row.valid_from) for one in rows)


def _relations(known: _Known) -> Iterable[RelationRow]:
    for person_id in _in_order(known):
        rows = relations_of(known.session, person_id, known.actor.committee_id)
        for row in sorted(rows, key=lambda one: (one.valid_from, one.case_number or 0)):
            yield RelationRow(
                *_who(known, person_id),
                row.case_number,
                row.relation,
                row.path,
                row.declared_on,
                row.valid_from,
                last_day(row.valid_to),
            )
