"""Bodies, appointments and offices: who belongs to what, in which capacity, on which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import Dated, holds, in_effect
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, CommitteeKind, Office
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.periods import first_gap
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.people import Person

ELECTED = (Office.CHAIR, Office.VICE_CHAIR)
TERM_BOUND = (Capacity.MEMBER, Capacity.ADVISER)
"""Who serves for a term (第3条第2項), and may be elected (第3条第3項)."""


@dataclass(frozen=True, slots=True)
class Seat:
    """席: one person's place in a body on a day. Several capacities of one person are several seats."""

    person_id: str
    name: str
    organisation: str
    capacity: Capacity
    offices: tuple[Office, ...]
    valid_from: date
    valid_to: date | None

    @property
    def label(self) -> str:
        """What is written beside the name: the office where there is one, else the capacity."""
        return str(self.offices[0] if self.offices else self.capacity)


def create_committee(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    kind: CommitteeKind,
    name: str,
    municipality: str,
    region: str,
) -> Committee:
    """会議体を置く: create a body under its regulation."""
    committee = Committee(
        kind=kind,
        name=name.strip(),
        municipality=municipality,
        region=region,
        organizer_name=f"{name} 事務局",
    )
    session.add(committee)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="会議体の設置",
        subject="committee",
        subject_id=committee.id,
        detail={"name": name, "kind": kind},
    )
    return committee


def get_committee(session: Session, committee_id: str) -> Committee:
    """Return the body. Raises NotFound."""
    committee = session.get(Committee, committee_id)
    if committee is None:
        raise NotFound("この会議体は登録されていません。一覧から選び直してください。")
    return committee


def find_committee(session: Session, kind: CommitteeKind) -> Committee:
    """Return the office's body of that kind. Raises NotFound where none has been created."""
    committee = session.exec(select(Committee).where(Committee.kind == kind)).first()
    if committee is None:
        raise NotFound(
            f"{kind}がまだ登録されていません。先に meetings-app init（または demo）を実行してください。"
        )
    return committee


def appoint(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    person_id: str,
    capacity: Capacity,
    valid_from: date,
    valid_to: date | None,
    predecessor_id: str | None = None,
) -> Appointment:
    """委嘱する: give somebody a place in a body for a half-open term (第3条第1項・第2項).

    A 補欠委員 (with `predecessor_id`) serves no longer than the predecessor's term.
    """
    if predecessor_id is not None:
        valid_to = _remaining_term(session, committee_id, predecessor_id, valid_from, valid_to)
    appointment = Appointment(
        committee_id=committee_id,
        person_id=person_id,
        capacity=capacity,
        valid_from=valid_from,
        valid_to=valid_to,
        predecessor_id=predecessor_id,
    )
    session.add(appointment)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="委嘱",
        subject="appointment",
        subject_id=appointment.id,
        detail={"person": person_id, "capacity": capacity, "from": valid_from, "to": valid_to},
    )
    return appointment


def _remaining_term(
    session: Session, committee_id: str, predecessor_id: str, valid_from: date, valid_to: date | None
) -> date | None:
    predecessor = session.get(Appointment, predecessor_id)
    if predecessor is None or predecessor.committee_id != committee_id:
        raise NotFound("前任者の委嘱が見つかりません。名簿から前任者を選び直してください。")
    end = predecessor.valid_to
    if end is not None and (valid_to is None or valid_to > end):
        valid_to = end
    if valid_to is not None and valid_from >= valid_to:
        raise Refused(
            "補欠委員の任期は前任者の残りの期間です（第3条第2項）。任期の始まりを前任者の任期の中にしてください。"
        )
    return valid_to


def elect(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    person_id: str,
    office: Office,
    valid_from: date,
    valid_to: date | None,
    seat: int = 1,
) -> OfficeHolding:
    """互選を記録する: one 委員長 and two 副委員長 from among the serving members (第3条第3項).

    Raises Refused for somebody who is no serving 委員 or アドバイザー委員 for the whole period.
    """
    if office in ELECTED:
        refuse_outside_terms(terms_of(session, committee_id, person_id), office, valid_from, valid_to)
    holding = OfficeHolding(
        committee_id=committee_id,
        person_id=person_id,
        office=office,
        seat=seat,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    session.add(holding)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="互選",
        subject="office_holding",
        subject_id=holding.id,
        detail={"person": person_id, "office": office, "from": valid_from},
    )
    return holding


def terms_of(session: Session, committee_id: str, person_id: str) -> list[Appointment]:
    """Return the terms of somebody as 委員 or アドバイザー委員 of a body, in no particular order."""
    return list(
        session.exec(
            select(Appointment).where(
                Appointment.committee_id == committee_id,
                Appointment.person_id == person_id,
                col(Appointment.capacity).in_(TERM_BOUND),
            )
        ).all()
    )


def refuse_outside_terms(terms: Sequence[Dated], office: Office, start: date, end: date | None) -> None:
    """Raise Refused where an elected office would be held on a day outside of every term (第3条第2項・第3項).

    Terms that follow one another without a gap carry an office on.
    """
    gap = first_gap(terms, start, end)
    if gap is None:
        return
    if gap == start:
        raise Refused(
            f"{office}になれるのは、その日に任期中の委員かアドバイザー委員です（第3条第3項）。"
            "先に委嘱を登録してください。"
        )
    raise Refused(
        f"{office}でいられるのは、委員かアドバイザー委員としての任期の間です（第3条第2項・第3項）。"
        f"任期は{format_wareki(gap - timedelta(days=1))}までです。最後の日をその日までにするか、"
        "先に次の任期の委嘱を登録してください。"
    )


def roster(session: Session, committee_id: str, on: date) -> list[Seat]:
    """名簿: return the seats of a body on a day, office holders first, then by capacity and kana."""
    rows = session.exec(
        select(Appointment, Person)
        .join(Person, col(Appointment.person_id) == Person.id)
        .where(Appointment.committee_id == committee_id)
    ).all()
    offices = offices_on(session, committee_id, on)
    seats = [
        (person.kana or person.name, _seat(appointment, person, offices))
        for appointment, person in rows
        if holds(appointment, on)
    ]
    return [seat for _, seat in sorted(seats, key=lambda pair: _seat_order(pair[1], pair[0]))]


def _seat(appointment: Appointment, person: Person, offices: dict[str, tuple[Office, ...]]) -> Seat:
    return Seat(
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        capacity=appointment.capacity,
        offices=offices.get(person.id, ()),
        valid_from=appointment.valid_from,
        valid_to=appointment.valid_to,
    )


def _seat_order(seat: Seat, kana: str) -> tuple[int, int, str]:
    office = list(Office).index(seat.offices[0]) if seat.offices else len(Office)
    return office, list(Capacity).index(seat.capacity), kana


def offices_on(session: Session, committee_id: str, on: date) -> dict[str, tuple[Office, ...]]:
    """Return the offices that each person holds in a body on a day."""
    holdings = session.exec(
        select(OfficeHolding)
        .where(OfficeHolding.committee_id == committee_id)
        .order_by(col(OfficeHolding.office), col(OfficeHolding.seat))
    ).all()
    result: dict[str, tuple[Office, ...]] = {}
    for holding in in_effect(holdings, on):
        result[holding.person_id] = (*result.get(holding.person_id, ()), holding.office)
    return result
