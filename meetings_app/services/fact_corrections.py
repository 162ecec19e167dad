"""事実の訂正: districts, statuses, terms and offices that were recorded wrongly (続柄: `agenda.services.kinship`).

What every correction shares, and how it is read back for the person's page, is in `correction_trail`.
"""

from datetime import date, timedelta

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import Dated, Period
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, District, Office
from meetings_app.core.wareki import format_wareki
from meetings_app.services.committees import ELECTED, TERM_BOUND, refuse_outside_terms, terms_of
from meetings_app.services.correction_trail import Told, correct, find_fact
from meetings_app.services.members import get_person
from meetings_app.services.periods import day_after, overlapping, refuse_overlap
from meetings_app.services.roster import DeclaredStatus, get_body, seats_of
from meetings_app.tables.committees import Appointment, OfficeHolding
from meetings_app.tables.people import Residence, ServiceStatus

ONE_DAY = timedelta(days=1)


def correct_residence(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    residence_id: str,
    district: District,
    valid_from: date,
    last_day: date | None,
    told: Told,
) -> Residence:
    """居住地区の記録を訂正する (第7条第3項②).

    Raises Refused without a reason, where nothing changes, and where it runs into another district; Conflict where
    somebody else corrected it first; NotFound for a fact of another person.
    """
    row = find_fact(session, Residence, residence_id, person_id)
    end = day_after(valid_from, last_day)
    others = session.exec(
        select(Residence).where(Residence.person_id == person_id, Residence.id != row.id)
    ).all()
    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="residence",
        row=row,
        new={"district": district, "valid_from": valid_from, "valid_to": end},
        told=told,
        check=lambda: refuse_overlap(others, valid_from, end, "居住地区の記録"),
    )


def correct_status(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    status_id: str,
    status: DeclaredStatus,
    declared_on: date,
    valid_from: date,
    last_day: date | None,
    told: Told,
) -> ServiceStatus:
    """公務員区分の記録を訂正する (第7条第4項). Several may hold at once, so no other one stands in the way.

    Raises Refused without a reason and where nothing changes; Conflict and NotFound as above.
    """
    row = find_fact(session, ServiceStatus, status_id, person_id)
    employee = status.is_public_employee
    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="status",
        row=row,
        new={
            "is_public_employee": employee,
            "service_class": status.service_class if employee else None,
            "working_time": status.working_time if employee else None,
            "occupation": status.occupation.strip(),
            "legal_basis": status.legal_basis.strip(),
            "needs_review": employee and status.needs_review,
            "declared_on": declared_on,
            "valid_from": valid_from,
            "valid_to": day_after(valid_from, last_day),
        },
        told=told,
    )


def correct_appointment(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    appointment_id: str,
    capacity: Capacity,
    valid_from: date,
    last_day: date | None,
    predecessor_id: str | None,
    told: Told,
) -> Appointment:
    """委嘱の記録を訂正する (第3条第1項・第2項); the body stays.

    Raises Refused besides for a term without end, one that runs into another or outlasts the predecessor's, and one
    that would leave an office or a 補欠委員 without a term to rest on.
    """
    row = find_fact(session, Appointment, appointment_id, person_id)
    get_body(session, actor, row.committee_id)
    end = day_after(valid_from, last_day)

    def check() -> None:
        if capacity in TERM_BOUND and end is None:
            raise Refused(
                "委員とアドバイザー委員には任期があります（第3条第2項）。任期の最後の日を入れてください。"
            )
        _refuse_second_term(session, row, capacity, valid_from, end)
        _refuse_outlasting(session, row, predecessor_id, valid_from, end)
        _refuse_short_for_successors(session, row, end)
        _refuse_short_for_offices(session, row, capacity, valid_from, end)

    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="appointment",
        row=row,
        new={
            "capacity": capacity,
            "valid_from": valid_from,
            "valid_to": end,
            "predecessor_id": predecessor_id,
        },
        told=told,
        check=check,
        names={"predecessor": _holder(session, row.predecessor_id)},
    )


def correct_office(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    person_id: str,
    holding_id: str,
    office: Office,
    valid_from: date,
    last_day: date | None,
    told: Told,
) -> OfficeHolding:
    """役職の記録を訂正する (第3条第3項): takes the first free seat of the office.

    Raises Refused besides where every seat is held in that time, and for a day outside of the person's terms.
    """
    row = find_fact(session, OfficeHolding, holding_id, person_id)
    get_body(session, actor, row.committee_id)
    end = day_after(valid_from, last_day)
    if office in ELECTED:
        terms = terms_of(session, row.committee_id, person_id)
        refuse_outside_terms(terms, office, valid_from, end)
    seat = _free_seat(session, row, office, valid_from, end)
    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="office",
        row=row,
        new={"office": office, "seat": seat, "valid_from": valid_from, "valid_to": end},
        told=told,
    )


# --- terms and offices that rest on one another ---


def _refuse_second_term(
    session: Session, row: Appointment, capacity: Capacity, start: date, end: date | None
) -> None:
    others = session.exec(
        select(Appointment).where(
            Appointment.committee_id == row.committee_id,
            Appointment.person_id == row.person_id,
            Appointment.capacity == capacity,
            Appointment.id != row.id,
        )
    ).all()
    refuse_overlap(others, start, end, f"この人の{capacity}としての任期")


def _refuse_outlasting(
    session: Session, row: Appointment, predecessor_id: str | None, start: date, end: date | None
) -> None:
    """Refuse a 補欠委員 more than what was left of the predecessor's term (第3条第2項)."""
    if predecessor_id is None:
        return
    before = session.get(Appointment, predecessor_id)
    if before is None or before.committee_id != row.committee_id or before.person_id == row.person_id:
        raise Refused("前任者の委嘱が、この会議体にありません。前任者を選び直してください。")
    outlasts = before.valid_to is not None and (end is None or end > before.valid_to)
    if start < before.valid_from or outlasts:
        raise Refused(
            "補欠委員の任期は前任者の残りの期間です（第3条第2項）。"
            f"前任者の任期（{_said(before)}）の中の日にしてください。"
        )


def _refuse_short_for_successors(session: Session, row: Appointment, end: date | None) -> None:
    successors = session.exec(select(Appointment).where(Appointment.predecessor_id == row.id)).all()
    for one in successors:
        if end is not None and (one.valid_to is None or one.valid_to > end):
            raise Refused(
                f"この任期の残りを務める補欠委員がいます（{_holder(session, one.id)}、{_said(one)}）。"
                "先に補欠委員の任期を訂正してください（第3条第2項）。"
            )


def _refuse_short_for_offices(
    session: Session, row: Appointment, capacity: Capacity, start: date, end: date | None
) -> None:
    """Refuse to take away a term on which an elected office of the person rests (第3条第3項)."""
    known = [term for term in terms_of(session, row.committee_id, row.person_id) if term.id != row.id]
    terms: list[Dated] = [*known, *([Period(start, end)] if capacity in TERM_BOUND else [])]
    for held in _elected(session, row):
        try:
            refuse_outside_terms(terms, held.office, held.valid_from, held.valid_to)
        except Refused:
            raise Refused(
                f"この任期の間に{held.office}の記録があります（{_said(held)}）。"
                "先に役職の記録を訂正してください（第3条第3項）。"
            ) from None


def _elected(session: Session, row: Appointment) -> list[OfficeHolding]:
    """Return the elected offices that rest on a term: those that share a day with it."""
    held = session.exec(
        select(OfficeHolding).where(
            OfficeHolding.committee_id == row.committee_id,
            OfficeHolding.person_id == row.person_id,
            col(OfficeHolding.office).in_(ELECTED),
        )
    ).all()
    return [one for one in held if overlapping([row], one.valid_from, one.valid_to) is not None]


def _free_seat(session: Session, row: OfficeHolding, office: Office, start: date, end: date | None) -> int:
    """Return the seat of an office that is free in a period: the one held so far, if it is the same office's."""
    others = session.exec(
        select(OfficeHolding).where(
            OfficeHolding.committee_id == row.committee_id,
            OfficeHolding.office == office,
            OfficeHolding.id != row.id,
        )
    ).all()
    own = [one for one in others if one.person_id == row.person_id]
    refuse_overlap(own, start, end, f"この人の{office}としての期間")
    seats = sorted(seats_of(office), key=lambda seat: (office is not row.office or seat != row.seat, seat))
    for seat in seats:
        if overlapping([one for one in others if one.seat == seat], start, end) is None:
            return seat
    raise Refused(
        f"その期間の{office}はもう決まっています（{office}は{len(seats)}人です）。"
        "前の人の期間を確かめ、重ならない期間にしてください。"
    )


def _holder(session: Session, appointment_id: str | None) -> str | None:
    appointment = session.get(Appointment, appointment_id) if appointment_id else None
    return get_person(session, appointment.person_id).name if appointment else None


def _said(fact: Dated) -> str:
    start = format_wareki(fact.valid_from)
    return f"{start}から" if fact.valid_to is None else f"{start}–{format_wareki(fact.valid_to - ONE_DAY)}"
