"""試算の出発点: what is on record of a person as of a day, so that a trial can start from it. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.services.people import Relation, find_person, people_without_seat, relations_on
from honoraria.rules.facts import OnlineTravel, SameDayTravel
from honoraria.rules.public_service import StatusFact
from meetings_app.core.actor import Actor
from meetings_app.core.effective import in_effect
from meetings_app.core.terms import Capacity, CommitteeKind, District
from meetings_app.services.members import facts_on
from meetings_app.services.office_settings import get_setting
from meetings_app.services.roster import bodies_of, people_of_bodies
from meetings_app.tables.committees import Appointment


@dataclass(frozen=True, slots=True)
class PersonStart:
    """一人の事実 as of a day, for a meeting of one kind of body.

    `serving`: within a term of `capacity`, which is 第5条第4項 for somebody never appointed. `declared_no_kin`:
    declared to be kin to nobody but the 本人 of `relations`.
    """

    name: str
    capacity: Capacity
    serving: bool
    residence: District | None
    statuses: tuple[StatusFact, ...]
    declared_no_kin: bool
    relations: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class TravelPolicy:
    """旅費の方針 of the office, where the regulation is silent."""

    online: OnlineTravel
    same_day: SameDayTravel


def travel_policy(session: Session) -> TravelPolicy:
    """Return what the office has set."""
    return TravelPolicy(
        OnlineTravel(str(get_setting(session, "honoraria.online_travel"))),
        SameDayTravel(str(get_setting(session, "honoraria.same_day_travel"))),
    )


def people_to_try(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of everybody a trial can start from: the people the actor's office keeps, by kana."""
    bodies = [body.id for body in bodies_of(session, actor)]
    people = [*people_of_bodies(session, bodies), *people_without_seat(session, actor)]
    return [(person.id, person.name) for person in people]


def person_start(
    *, session: Session, actor: Actor, person_id: str, kind: CommitteeKind, on: date
) -> PersonStart:
    """Return what is on record of a person as of a day. Raises NotFound for somebody of another body."""
    person = find_person(session, actor, person_id)
    facts = facts_on(session, person.id, on)
    relations = relations_on(session, person.id, actor.committee_id, on)
    capacity, serving = _capacity(_appointments(session, actor, person.id, kind), on)
    return PersonStart(
        name=person.name,
        capacity=capacity,
        serving=serving,
        residence=facts.residence,
        statuses=tuple(
            StatusFact(
                is_public_employee=status.is_public_employee,
                service_class=status.service_class,
                working_time=status.working_time,
                occupation=status.occupation,
                needs_review=status.needs_review,
            )
            for status in facts.statuses
        ),
        declared_no_kin=any(relation.case_number is None for relation in relations),
        relations=tuple(relation for relation in relations if relation.case_number is not None),
    )


def _appointments(
    session: Session, actor: Actor, person_id: str, kind: CommitteeKind
) -> Sequence[Appointment]:
    """Return the terms that count for a body of `kind`, latest first.

    An アドバイザー委員 of the 圏域会議 is one of the 支援調整会議 and serves that term (圏域規程第4条第2項).
    """
    kinds = {body.id: body.kind for body in bodies_of(session, actor)}
    rows = session.exec(
        select(Appointment)
        .where(Appointment.person_id == person_id, col(Appointment.committee_id).in_(kinds))
        .order_by(col(Appointment.valid_from).desc())
    ).all()
    return [row for row in rows if _counts(row.capacity, kinds[row.committee_id], kind)]


def _counts(capacity: Capacity, of_kind: CommitteeKind, kind: CommitteeKind) -> bool:
    if kind is CommitteeKind.REGIONAL and capacity is Capacity.ADVISER:
        return of_kind is CommitteeKind.SUPPORT
    return of_kind is kind


def _capacity(appointments: Sequence[Appointment], on: date) -> tuple[Capacity, bool]:
    serving = in_effect(appointments, on)
    if serving:
        return serving[0].capacity, True
    return (appointments[0].capacity, False) if appointments else (Capacity.INVITEE, False)
