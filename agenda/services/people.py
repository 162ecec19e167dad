"""人の記録 that rests on cases: who may be looked at, guests of meetings, and declared kinship with what came before."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.services.kinship import client_of_case, declare_kinship
from agenda.tables import AgendaItem, Client, KinshipDeclaration, ParticipationDecision
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import in_effect
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.wareki import format_wareki
from meetings_app.services.members import get_person
from meetings_app.services.roster import belongs_elsewhere, bodies_of
from meetings_app.tables.committees import Appointment
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person


@dataclass(frozen=True, slots=True)
class Relation:
    """続柄の申告 to one 本人; `case_number` None: to nobody but those named."""

    id: str
    case_number: int | None
    path: str
    relation: str
    declared_on: date
    valid_from: date
    valid_to: date | None


def find_person(session: Session, actor: Actor, person_id: str) -> Person:
    """Return somebody the actor's office keeps. Raises NotFound for people of another body only.

    Whoever belongs to no body is kept by the bodies whose meetings they were decided for; somebody just
    registered belongs to nobody yet.
    """
    person = get_person(session, person_id)
    bodies = bodies_of(session, actor)
    hosts = _hosts(session, person_id)
    stranger = belongs_elsewhere(session, person_id, bodies) and not hosts & {body.id for body in bodies}
    guest_elsewhere = hosts and not hosts & {body.id for body in bodies} and not _seats(session, person_id)
    if stranger or guest_elsewhere:
        raise NotFound("この人は登録されていません。名簿から選び直してください。")
    return person


def _seats(session: Session, person_id: str) -> set[str]:
    return set(session.exec(select(Appointment.committee_id).where(Appointment.person_id == person_id)).all())


def _hosts(session: Session, person_id: str) -> set[str]:
    """Return the bodies for whose meetings somebody was decided on."""
    return set(
        session.exec(
            select(Meeting.committee_id)
            .join(AgendaItem, col(AgendaItem.meeting_id) == Meeting.id)
            .join(ParticipationDecision, col(ParticipationDecision.item_id) == AgendaItem.id)
            .where(ParticipationDecision.person_id == person_id)
        ).all()
    )


def people_without_seat(session: Session, actor: Actor) -> list[Person]:
    """会議体に属さない人: guests of the actor's bodies, and people registered but not yet appointed, by kana."""
    seated = select(Appointment.person_id)
    people = session.exec(
        select(Person).where(col(Person.id).not_in(seated)).order_by(col(Person.kana), col(Person.name))
    ).all()
    own = {body.id for body in bodies_of(session, actor)}
    hosts = {person.id: _hosts(session, person.id) for person in people}
    return [person for person in people if not hosts[person.id] or hosts[person.id] & own]


def relations_of(session: Session, person_id: str, committee_id: str) -> list[Relation]:
    """続柄の申告: return everything declared to the 本人 of this body, latest first."""
    rows = session.exec(
        select(KinshipDeclaration, Client)
        .join(Client, col(KinshipDeclaration.client_id) == Client.id, isouter=True)
        .where(KinshipDeclaration.person_id == person_id)
        .order_by(col(KinshipDeclaration.valid_from).desc(), col(Client.case_number))
    ).all()
    return [
        Relation(
            row.id,
            client.case_number if client else None,
            row.path,
            row.relation,
            row.declared_on,
            row.valid_from,
            row.valid_to,
        )
        for row, client in rows
        if client is None or client.committee_id == committee_id
    ]


def relations_on(session: Session, person_id: str, committee_id: str, on: date) -> list[Relation]:
    """Return the declarations in effect on a day."""
    return in_effect(relations_of(session, person_id, committee_id), on)


def declare_relation(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    case_number: int | None,
    path: str,
    relation: str,
    declared_on: date,
    valid_from: date,
) -> KinshipDeclaration:
    """続柄の申告を記録する; it ends the one before it to the same 本人 on the day it begins.

    Raises Refused for an unknown case, and where a later declaration is on record.
    """
    client_id = None if case_number is None else client_of_case(session, actor, case_number)
    rows = session.exec(
        select(KinshipDeclaration).where(
            KinshipDeclaration.person_id == person_id, KinshipDeclaration.client_id == client_id
        )
    ).all()
    late = [row.valid_from for row in rows if row.valid_from >= valid_from]
    if late:
        raise Refused(
            f"{format_wareki(min(late))}からの申告がもう記録されています。それより後の日を始まりにしてください。"
        )
    for row in rows:
        if row.valid_to is None or row.valid_to > valid_from:
            row.valid_to = valid_from
            session.add(row)
    session.flush()
    return declare_kinship(
        session=session,
        actor=actor,
        clock=clock,
        person_id=person_id,
        client_id=client_id,
        path=path,
        relation=relation,
        declared_on=declared_on,
        valid_from=valid_from,
    )
