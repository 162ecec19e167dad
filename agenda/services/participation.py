"""参加者: proposed by the system, decided by the 委員長 with name and date (第5条第3項)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.rules.participants import Candidate, Proposal, propose_participants
from agenda.services.items import ItemView
from agenda.tables import AgendaItem, KinshipDeclaration, ParticipationDecision, Plan
from honoraria.rules.kinship import NOT_KIN
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.effective import in_effect
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, MeetingStatus, Office
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.committees import Seat, offices_on, roster
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person

DECIDERS = (Office.CHAIR, Office.VICE_CHAIR, Office.REGIONAL_CHAIR)
OUTSIDE = (Capacity.INVITEE, Capacity.CLIENT, Capacity.FAMILY)
"""Capacities that need no appointment to the body."""


@dataclass(frozen=True, slots=True)
class Choice:
    """決定 for one person: in or out, whether the item needs them, and why where it differs from the proposal."""

    person_id: str
    capacity: Capacity
    takes_part: bool = True
    required: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """参加者 of one item by the decision that holds."""

    person_id: str
    name: str
    capacity: Capacity
    required: bool
    note: str
    decided_by: str
    decided_on: date


def propose_for_item(session: Session, meeting: Meeting, view: ItemView) -> list[Proposal]:
    """参加者の案: return a proposal for everybody in the composition on the meeting's day."""
    on = meeting.starts_at.astimezone(TOKYO).date()
    kin = declared_kin(session, view.client.id, on) if view.client else {}
    before = _sat_before(session, view.plan, meeting) if view.plan else set()
    candidates = [
        Candidate(
            person_id=seat.person_id,
            name=seat.name,
            capacity=seat.capacity,
            offices=seat.offices,
            sat_before=seat.person_id in before,
            kin=kin.get(seat.person_id),
        )
        for seat in _one_seat_each(roster(session, meeting.committee_id, on))
    ]
    return propose_participants(candidates)


def declared_kin(session: Session, client_id: str, on: date) -> dict[str, str]:
    """続柄: return the declared relation to a 本人 per person, as of a day; who declared none is left out."""
    rows = session.exec(select(KinshipDeclaration).where(KinshipDeclaration.client_id == client_id)).all()
    return {row.person_id: row.relation or row.path for row in in_effect(rows, on) if row.path != NOT_KIN}


def _one_seat_each(seats: Sequence[Seat]) -> list[Seat]:
    """Keep the first seat of each person: the roster puts offices and payable capacities first."""
    kept: dict[str, Seat] = {}
    for seat in seats:
        kept.setdefault(seat.person_id, seat)
    return list(kept.values())


def _sat_before(session: Session, plan: Plan, meeting: Meeting) -> set[str]:
    """Return who took part in the case at an earlier meeting; what is decided for this one says nothing of before."""
    return set(
        session.exec(
            select(ParticipationDecision.person_id)
            .join(AgendaItem, col(ParticipationDecision.item_id) == AgendaItem.id)
            .join(Plan, col(AgendaItem.plan_id) == Plan.id)
            .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
            .where(
                Plan.client_id == plan.client_id,
                col(ParticipationDecision.takes_part),
                Meeting.starts_at < meeting.starts_at,
            )
        ).all()
    )


def decide_participants(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    item: AgendaItem,
    choices: Sequence[Choice],
    decided_by_id: str,
    decided_on: date,
) -> list[ParticipationDecision]:
    """参加者を決定する: record who takes part in an item, who decided and when (第5条第3項).

    Rows are added, never changed: a late change on the day is a new decision, and only what differs from the
    decision that holds is written. Raises Refused when the decider holds no deciding office on that day, when
    the meeting is over, or when somebody is given a capacity without belonging to the body; NotFound for another
    meeting's item.
    """
    if item.meeting_id != meeting.id:
        raise NotFound("この議題は見つかりません。会議の議題から選び直してください。")
    if meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED):
        raise Refused("会議が終わっているため、参加者は変えられません。決定の記録は履歴のとおり残します。")
    refuse_wrong_decider(session, meeting, decided_by_id, decided_on)
    _refuse_strangers(session, meeting, choices)
    held = {row.person_id: row for row in decisions_that_hold(session, [item.id])}
    added = [
        _add_decision(session, clock, item, choice, held.get(choice.person_id), decided_by_id, decided_on)
        for choice in choices
        if _differs(choice, held.get(choice.person_id))
    ]
    session.flush()
    if added:
        record(
            session=session,
            actor=actor,
            clock=clock,
            action="参加者の決定",
            subject="agenda_item",
            subject_id=item.id,
            detail={"decided_by": decided_by_id, "on": decided_on, "rows": len(added)},
        )
    return added


def _differs(choice: Choice, held: ParticipationDecision | None) -> bool:
    if held is None:
        return True
    return (held.capacity, held.takes_part, held.required) != (
        choice.capacity,
        choice.takes_part,
        choice.required,
    )


def _add_decision(
    session: Session,
    clock: Clock,
    item: AgendaItem,
    choice: Choice,
    held: ParticipationDecision | None,
    decided_by_id: str,
    decided_on: date,
) -> ParticipationDecision:
    row = ParticipationDecision(
        item_id=item.id,
        person_id=choice.person_id,
        sequence=held.sequence + 1 if held else 1,
        capacity=choice.capacity,
        takes_part=choice.takes_part,
        required=choice.required and choice.takes_part,
        note=choice.note,
        decided_by_id=decided_by_id,
        decided_on=decided_on,
        recorded_at=clock.now(),
    )
    session.add(row)
    return row


def refuse_day_to_come(on: date, clock: Clock) -> None:
    """Raise Refused for a decision dated later than today."""
    if on > today(clock):
        raise Refused(
            f"{format_wareki(on)}はまだ来ていません。決定した日を、きょうまでの日付にしてください。"
        )


def refuse_wrong_decider(session: Session, meeting: Meeting, person_id: str, on: date) -> None:
    """Raise Refused for somebody who is neither the 委員長 nor a 副委員長 acting for her on that day (第5条)."""
    held = offices_on(session, meeting.committee_id, on).get(person_id, ())
    if not set(held) & set(DECIDERS):
        name = get_person(session, person_id).name
        raise Refused(
            f"{name} は決定の日に委員長（または代理する副委員長）ではありません（第5条第3項）。"
            "決定した人と日付を確かめてください。"
        )


def _refuse_strangers(session: Session, meeting: Meeting, choices: Sequence[Choice]) -> None:
    on = meeting.starts_at.astimezone(TOKYO).date()
    belongs = {(seat.person_id, seat.capacity) for seat in roster(session, meeting.committee_id, on)}
    for choice in choices:
        outside = not choice.takes_part or choice.capacity in OUTSIDE
        if not outside and (choice.person_id, choice.capacity) not in belongs:
            name = get_person(session, choice.person_id).name
            raise Refused(
                f"{name} は会議の日に{choice.capacity}ではありません。"
                "名簿の任期を確かめるか、第5条第4項の参加者として加えてください。"
            )


def decisions_that_hold(session: Session, item_ids: Sequence[str]) -> list[ParticipationDecision]:
    """Return the last decision per item and person."""
    rows = session.exec(
        select(ParticipationDecision)
        .where(col(ParticipationDecision.item_id).in_(item_ids))
        .order_by(col(ParticipationDecision.sequence))
    ).all()
    latest = {(row.item_id, row.person_id): row for row in rows}
    return list(latest.values())


def participants_of(session: Session, item_ids: Sequence[str]) -> dict[str, list[Participant]]:
    """参加者: return who takes part in each item by the decision that holds, in the order of capacities."""
    held = [row for row in decisions_that_hold(session, item_ids) if row.takes_part]
    ids = {row.person_id for row in held} | {row.decided_by_id for row in held}
    people = {
        person.id: person for person in session.exec(select(Person).where(col(Person.id).in_(ids))).all()
    }
    result: dict[str, list[Participant]] = {item_id: [] for item_id in item_ids}
    order = list(Capacity)
    for row in sorted(held, key=lambda row: (order.index(row.capacity), people[row.person_id].kana)):
        result[row.item_id].append(
            Participant(
                person_id=row.person_id,
                name=people[row.person_id].name,
                capacity=row.capacity,
                required=row.required,
                note=row.note,
                decided_by=people[row.decided_by_id].name,
                decided_on=row.decided_on,
            )
        )
    return result
