"""議長: who may preside, by which office and why, and what is recorded of it (第5条第1項・第2項).

The regulation names the 委員長, and a 副委員長 in her place. It says nothing of a meeting from which all of them are
away: then a serving member presides, with the name of those who decided it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Office
from meetings_app.services.committees import TERM_BOUND, offices_on, roster
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import Presiding

PRESIDES = (Office.CHAIR, Office.REGIONAL_CHAIR)
DEPUTISES = (Office.VICE_CHAIR, Office.REGIONAL_VICE_CHAIR)
LONGEST_DECIDER = 200

LEFT_OPEN = (
    "規程（第5条第2項）が定めているのは、委員長の事故か、欠けたときに副委員長が代わることまでです。"
    "副委員長も出席できないときに、だれが議長となるかは定めがありません。"
)
"""What the regulation says and where it ends, in words of our own."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """役職のない議長になれる人: a serving 委員 or アドバイザー委員 without either office."""

    person_id: str
    name: str
    capacity: str


def office_to_preside(
    session: Session,
    meeting: Meeting,
    person_id: str,
    *,
    on: date,
    reason: str,
    decided_by: str,
    there: Collection[str] = (),
) -> str:
    """Return the office by which somebody presides, "" for none.

    `there` are the people known to be in the room. Raises Refused for a 副委員長 without a reason; for somebody
    without either office where nobody decided it, where one who holds an office is there, where no reason says why
    all of them are away, and for one who serves no term on the day.
    """
    held = offices_on(session, meeting.committee_id, on)
    own = held.get(person_id, ())
    if set(own) & set(PRESIDES):
        return _first(own, PRESIDES)
    if set(own) & set(DEPUTISES):
        if not reason.strip():
            raise Refused(
                "副委員長が議長となる理由（委員長の事故、または欠けていること）を入れてください（第5条第2項）。"
            )
        return _first(own, DEPUTISES)
    _refuse_without_office(session, meeting, person_id, on, reason, decided_by)
    _refuse_passed_over(session, held, person_id, there)
    return ""


def _first(held: tuple[Office, ...], wanted: tuple[Office, ...]) -> str:
    return str(next(office for office in held if office in wanted))


def _refuse_without_office(
    session: Session, meeting: Meeting, person_id: str, on: date, reason: str, decided_by: str
) -> None:
    name = get_person(session, person_id).name
    if not decided_by.strip():
        raise Refused(
            f"{name} は委員長でも副委員長でもないため、そのままでは議長になれません（第5条）。"
            "委員長も副委員長も出席できないときは、だれが決めたかを入れてください。"
            "そうでなければ、役職の記録を確かめてください。"
        )
    if len(decided_by.strip()) > LONGEST_DECIDER:
        raise Refused(f"だれが決めたかは{LONGEST_DECIDER}文字以内で入れてください。")
    if not reason.strip():
        raise Refused(
            "委員長と副委員長が出席できない理由（事故、または欠けていること）を入れてください。議事録に残ります。"
        )
    if all(seat.person_id != person_id for seat in stand_ins(session, meeting, on)):
        raise Refused(
            f"{name} は会議の日に委員でもアドバイザー委員でもありません。議長は委員の中から選んでください。"
        )


def _refuse_passed_over(
    session: Session, held: Mapping[str, tuple[Office, ...]], person_id: str, there: Collection[str]
) -> None:
    entitled = [
        get_person(session, other).name
        for other, offices in held.items()
        if other in there and other != person_id and set(offices) & {*PRESIDES, *DEPUTISES}
    ]
    if entitled:
        raise Refused(
            f"{'、'.join(entitled)} が在席しています。その中から議長を選んでください（第5条第2項）。"
        )


def stand_ins(session: Session, meeting: Meeting, on: date | None = None) -> list[StandIn]:
    """Return who may preside where nobody of 委員長 and 副委員長 is there, in the order of the roster."""
    day = on or meeting.starts_at.astimezone(TOKYO).date()
    found: dict[str, StandIn] = {}
    for seat in roster(session, meeting.committee_id, day):
        if seat.capacity in TERM_BOUND and not set(seat.offices) & {*PRESIDES, *DEPUTISES}:
            found.setdefault(seat.person_id, StandIn(seat.person_id, seat.name, str(seat.capacity)))
    return list(found.values())


def decided_by(session: Session, meeting: Meeting) -> str:
    """Return who decided on the presider of now, "" for one who presides by office or before the opening."""
    row = session.exec(
        select(Presiding)
        .where(Presiding.meeting_id == meeting.id)
        .order_by(col(Presiding.from_at).desc())
        .limit(1)
    ).first()
    return row.decided_by if row else ""


def begin_presiding(
    *,
    session: Session,
    actor: Actor,
    meeting: Meeting,
    person_id: str,
    at: datetime,
    office: str,
    reason: str,
    decided_by: str,
) -> Presiding:
    """議長となる from a moment on: the row that stays, and the meeting's own presider."""
    row = Presiding(
        meeting_id=meeting.id,
        person_id=person_id,
        from_at=at,
        office=office,
        reason=reason.strip(),
        decided_by=decided_by.strip() if not office else "",
        recorded_by=actor.name,
    )
    meeting.presider_id = person_id
    meeting.presider_reason = reason.strip()
    session.add_all([row, meeting])
    session.flush()
    return row
