"""名簿を保つ: the bodies an office keeps, and the dated facts of their people with what came before.

A new fact of a kind that can hold only once at a time ends the one before it on the day it begins; a fact that
began on that day or later is never ended silently.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office, ServiceClass, WorkingTime
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.committees import TERM_BOUND, appoint, elect, get_committee
from meetings_app.services.members import declare_residence, declare_status, get_person
from meetings_app.services.periods import day_after, overlapping, refuse_overlap
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.people import Person, Residence, ServiceStatus

VICE_CHAIRS = 2


class _Period(Protocol):
    valid_from: date
    valid_to: date | None


P = TypeVar("P", bound=_Period)


@dataclass(frozen=True, slots=True)
class AppointmentFact:
    """委嘱の記録: one term with the body and, for a 補欠委員, the predecessor's name."""

    id: str
    body: str
    capacity: Capacity
    valid_from: date
    valid_to: date | None
    predecessor: str


@dataclass(frozen=True, slots=True)
class OfficeFact:
    """役職の記録."""

    id: str
    body: str
    office: Office
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """一人の記録: everything dated that is on record, latest first."""

    person: Person
    appointments: tuple[AppointmentFact, ...]
    offices: tuple[OfficeFact, ...]
    residences: tuple[Residence, ...]
    statuses: tuple[ServiceStatus, ...]


@dataclass(frozen=True, slots=True)
class DeclaredStatus:
    """申告された公務員区分, as the form gives it; no class for somebody who is no public employee."""

    is_public_employee: bool
    service_class: ServiceClass | None = None
    working_time: WorkingTime | None = None
    occupation: str = ""
    legal_basis: str = ""
    needs_review: bool = False


def bodies_of(session: Session, actor: Actor) -> list[Committee]:
    """事務所の会議体: the actor's own body, and the 圏域会議 of its region beside a 支援調整会議."""
    own = get_committee(session, actor.committee_id)
    if own.kind is not CommitteeKind.SUPPORT:
        return [own]
    regional = session.exec(
        select(Committee).where(Committee.kind == CommitteeKind.REGIONAL, Committee.region == own.region)
    ).all()
    return [own, *regional]


def get_body(session: Session, actor: Actor, committee_id: str) -> Committee:
    """Return one of the actor's bodies. Raises NotFound, also for a body of somebody else."""
    for body in bodies_of(session, actor):
        if body.id == committee_id:
            return body
    raise NotFound("この会議体は登録されていません。一覧から選び直してください。")


def belongs_elsewhere(session: Session, person_id: str, bodies: Iterable[Committee]) -> bool:
    """Return whether somebody sits in bodies, but in none of these."""
    homes = session.exec(select(Appointment.committee_id).where(Appointment.person_id == person_id)).all()
    return bool(homes) and not set(homes) & {body.id for body in bodies}


def people_of_bodies(session: Session, body_ids: Sequence[str]) -> list[Person]:
    """Return everybody ever appointed to these bodies, by kana."""
    members = select(Appointment.person_id).where(col(Appointment.committee_id).in_(body_ids))
    return list(
        session.exec(
            select(Person)
            .where(col(Person.id).in_(members))
            .order_by(col(Person.kana), col(Person.name), col(Person.id))
        ).all()
    )


def record_of(session: Session, person: Person, bodies: Sequence[Committee]) -> PersonRecord:
    """Return what is on record of a person within these bodies."""
    names = {body.id: body.name for body in bodies}
    return PersonRecord(
        person=person,
        appointments=tuple(_appointments(session, person.id, names)),
        offices=tuple(_offices(session, person.id, names)),
        residences=tuple(_latest_first(_residences(session, person.id))),
        statuses=tuple(_latest_first(_statuses(session, person.id))),
    )


def _appointments(session: Session, person_id: str, names: dict[str, str]) -> list[AppointmentFact]:
    rows = session.exec(
        select(Appointment).where(
            Appointment.person_id == person_id, col(Appointment.committee_id).in_(names)
        )
    ).all()
    return [
        AppointmentFact(
            row.id,
            names[row.committee_id],
            row.capacity,
            row.valid_from,
            row.valid_to,
            _predecessor(session, row),
        )
        for row in _latest_first(rows)
    ]


def _predecessor(session: Session, row: Appointment) -> str:
    before = session.get(Appointment, row.predecessor_id) if row.predecessor_id else None
    return get_person(session, before.person_id).name if before else ""


def _offices(session: Session, person_id: str, names: dict[str, str]) -> list[OfficeFact]:
    rows = session.exec(
        select(OfficeHolding).where(
            OfficeHolding.person_id == person_id, col(OfficeHolding.committee_id).in_(names)
        )
    ).all()
    return [
        OfficeFact(row.id, names[row.committee_id], row.office, row.valid_from, row.valid_to)
        for row in _latest_first(rows)
    ]


def _residences(session: Session, person_id: str) -> Sequence[Residence]:
    return session.exec(select(Residence).where(Residence.person_id == person_id)).all()


def _statuses(session: Session, person_id: str) -> Sequence[ServiceStatus]:
    return session.exec(select(ServiceStatus).where(ServiceStatus.person_id == person_id)).all()


def _latest_first(rows: Iterable[P]) -> list[P]:
    return sorted(rows, key=lambda row: row.valid_from, reverse=True)


def past_terms(session: Session, committee_ids: Sequence[str]) -> list[tuple[Appointment, Person]]:
    """前任者の候補: return the terms of 委員 and アドバイザー委員, latest first, with whose they are."""
    rows = session.exec(
        select(Appointment, Person)
        .join(Person, col(Appointment.person_id) == Person.id)
        .where(
            col(Appointment.committee_id).in_(committee_ids),
            col(Appointment.capacity).in_(TERM_BOUND),
        )
        .order_by(col(Appointment.valid_from).desc(), col(Person.kana))
    ).all()
    return [(appointment, person) for appointment, person in rows]


def change_person(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    name: str,
    kana: str,
    organisation: str,
    mailbox: str,
) -> None:
    """氏名・所属・連絡先を直す."""
    person = get_person(session, person_id)
    person.name, person.kana = name.strip(), kana.strip()
    person.organisation, person.mailbox = organisation.strip(), mailbox.strip()
    session.add(person)
    session.flush()
    record(
        session=session, actor=actor, clock=clock, action="登録の変更", subject="person", subject_id=person_id
    )


def appoint_member(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    person_id: str,
    capacity: Capacity,
    valid_from: date,
    last_day: date | None,
    predecessor_id: str | None = None,
) -> Appointment:
    """委嘱する, with the last day as people say it.

    Raises Refused for a term without an end (第3条第2項) and for one that runs into another of the same kind.
    """
    body = get_body(session, actor, committee_id)
    end = day_after(valid_from, last_day)
    if predecessor_id is not None:
        _check_predecessor(session, body, predecessor_id)
    elif capacity in TERM_BOUND and end is None:
        raise Refused(
            "委員とアドバイザー委員には任期があります（第3条第2項）。任期の最後の日を入れてください。"
        )
    rows = session.exec(
        select(Appointment).where(
            Appointment.committee_id == committee_id,
            Appointment.person_id == person_id,
            Appointment.capacity == capacity,
        )
    ).all()
    refuse_overlap(rows, valid_from, end, f"この人の{capacity}としての任期")
    return appoint(
        session=session,
        actor=actor,
        clock=clock,
        committee_id=committee_id,
        person_id=person_id,
        capacity=capacity,
        valid_from=valid_from,
        valid_to=end,
        predecessor_id=predecessor_id,
    )


def _check_predecessor(session: Session, body: Committee, predecessor_id: str) -> None:
    before = session.get(Appointment, predecessor_id)
    if before is None or before.committee_id != body.id:
        raise Refused("前任者の委嘱が、この会議体にありません。前任者を選び直してください。")


def elect_member(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    person_id: str,
    office: Office,
    valid_from: date,
    last_day: date | None,
) -> OfficeHolding:
    """互選を記録する: takes the first free seat. Raises Refused where every seat is held in that time."""
    get_body(session, actor, committee_id)
    end = day_after(valid_from, last_day)
    rows = session.exec(
        select(OfficeHolding).where(
            OfficeHolding.committee_id == committee_id, OfficeHolding.office == office
        )
    ).all()
    seats = seats_of(office)
    own = [row for row in rows if row.person_id == person_id]
    refuse_overlap(own, valid_from, end, f"この人の{office}としての期間")
    for seat in seats:
        held = [row for row in rows if row.seat == seat]
        if overlapping(held, valid_from, end) is None:
            return elect(
                session=session,
                actor=actor,
                clock=clock,
                committee_id=committee_id,
                person_id=person_id,
                office=office,
                valid_from=valid_from,
                valid_to=end,
                seat=seat,
            )
    raise Refused(
        f"その期間の{office}はもう決まっています（{office}は{len(seats)}人です）。"
        "前の人の期間を確かめ、始まりの日を後ろへずらしてください。"
    )


def seats_of(office: Office) -> range:
    """Return the seats that an office has: two for 副委員長 (第3条第3項), one for any other."""
    return range(1, (VICE_CHAIRS if office is Office.VICE_CHAIR else 1) + 1)


def change_residence(
    *, session: Session, actor: Actor, clock: Clock, person_id: str, district: District, valid_from: date
) -> Residence:
    """居住地区の申告: ends the district before it on the day this one begins (第7条第3項②)."""
    _end_earlier(session, _residences(session, person_id), valid_from, "居住地区の申告")
    return declare_residence(
        session=session,
        actor=actor,
        clock=clock,
        person_id=person_id,
        district=district,
        valid_from=valid_from,
    )


def change_status(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    statuses: Sequence[DeclaredStatus],
    declared_on: date,
    valid_from: date,
    replaces: bool,
) -> list[ServiceStatus]:
    """公務員区分の申告 (第7条第4項): `replaces` ends what held before; without it both hold together."""
    if replaces:
        _end_earlier(session, _statuses(session, person_id), valid_from, "公務員区分の申告")
    return [
        declare_status(
            session=session,
            actor=actor,
            clock=clock,
            person_id=person_id,
            declared_on=declared_on,
            valid_from=valid_from,
            is_public_employee=status.is_public_employee,
            service_class=status.service_class,
            working_time=status.working_time,
            occupation=status.occupation,
            legal_basis=status.legal_basis,
            needs_review=status.needs_review,
        )
        for status in statuses
    ]


def _end_earlier(session: Session, rows: Sequence[P], start: date, what: str) -> None:
    """End what is running on the day the new fact begins. Raises Refused where a later fact is on record."""
    late = [row for row in rows if row.valid_from >= start]
    if late:
        first = min(row.valid_from for row in late)
        raise Refused(
            f"{format_wareki(first)}からの{what}がもう記録されています。それより後の日を始まりにしてください。"
        )
    for row in rows:
        if row.valid_to is None or row.valid_to > start:
            row.valid_to = start
            session.add(row)
    session.flush()
