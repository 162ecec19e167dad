"""People and their dated facts: residence and public-service status."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import in_effect
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import District, ServiceClass, WorkingTime
from meetings_app.services.audit import record
from meetings_app.tables.base import new_id
from meetings_app.tables.people import Person, Residence, ServiceStatus


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """人の事実 on a day. `residence` None: undeclared. `statuses` empty: undeclared."""

    residence: District | None
    statuses: tuple[ServiceStatus, ...]


def add_person(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    name: str,
    kana: str = "",
    organisation: str = "",
    mailbox: str = "",
    person_id: str | None = None,
) -> Person:
    """人を登録する; `person_id` is the one that the form was given, a fresh one where none was."""
    person = Person(
        id=person_id or new_id(),
        name=name.strip(),
        kana=kana.strip(),
        organisation=organisation.strip(),
        mailbox=mailbox,
    )
    session.add(person)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="登録",
        subject="person",
        subject_id=person.id,
        detail={"name": person.name},
    )
    return person


def get_person(session: Session, person_id: str) -> Person:
    """Return a person. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("この人は登録されていません。名簿から選び直してください。")
    return person


def declare_residence(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    district: District,
    valid_from: date,
    valid_to: date | None = None,
) -> Residence:
    """居住地区の申告を記録する."""
    residence = Residence(person_id=person_id, district=district, valid_from=valid_from, valid_to=valid_to)
    session.add(residence)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="居住地区の申告",
        subject="person",
        subject_id=person_id,
        detail={"district": district, "from": valid_from},
    )
    return residence


def declare_status(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    declared_on: date,
    valid_from: date,
    valid_to: date | None = None,
    is_public_employee: bool = False,
    service_class: ServiceClass | None = None,
    working_time: WorkingTime | None = None,
    occupation: str = "",
    legal_basis: str = "",
    needs_review: bool = False,
) -> ServiceStatus:
    """公務員区分の申告を記録する (第7条第4項)."""
    status = ServiceStatus(
        person_id=person_id,
        is_public_employee=is_public_employee,
        service_class=service_class,
        working_time=working_time,
        occupation=occupation,
        legal_basis=legal_basis,
        needs_review=needs_review,
        declared_on=declared_on,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(status)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="公務員区分の申告",
        subject="person",
        subject_id=person_id,
        detail={"occupation": occupation, "from": valid_from},
    )
    return status


def facts_on(session: Session, person_id: str, on: date) -> PersonFacts:
    """Return what is known of a person on a day."""
    return facts_by_person(session, [person_id], on)[person_id]


def facts_by_person(session: Session, person_ids: Collection[str], on: date) -> dict[str, PersonFacts]:
    """Return what is known of each person on a day."""
    residences = session.exec(select(Residence).where(col(Residence.person_id).in_(person_ids))).all()
    statuses = session.exec(select(ServiceStatus).where(col(ServiceStatus.person_id).in_(person_ids))).all()
    living = {row.person_id: row.district for row in in_effect(residences, on)}
    held = sorted(in_effect(statuses, on), key=lambda status: (status.valid_from, status.id))
    return {
        person_id: PersonFacts(
            living.get(person_id), tuple(status for status in held if status.person_id == person_id)
        )
        for person_id in person_ids
    }
