"""その日の旅費: a daily amount is paid once a day, in whatever order the meetings of a day are assessed (第7条第3項②)."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from honoraria.tables import AssessmentRecord, Declination, IndividualDecision, PayLine
from meetings_app.core.clock import tokyo
from meetings_app.tables.meetings import Meeting
from minutes.tables import Attendance


def meetings_with_travel(session: Session, person_id: str, on: date) -> frozenset[str]:
    """Return the meetings of a day, of either body, whose line of this person carries 旅費 as it stands now.

    What final sheets pay counts first, corrections included; otherwise what was declined, decided or computed.
    """
    return travel_meetings_of(session, [person_id], on)[person_id]


def travel_meetings_of(session: Session, person_ids: Collection[str], on: date) -> dict[str, frozenset[str]]:
    """Return the meetings of a day that carry 旅費 as it stands now, for each of these people."""
    begin = tokyo(on, 0)
    rows = session.exec(
        select(Attendance.id, Attendance.person_id, Attendance.meeting_id)
        .join(Meeting, col(Attendance.meeting_id) == Meeting.id)
        .where(
            col(Attendance.person_id).in_(person_ids),
            Meeting.starts_at >= begin,
            Meeting.starts_at < begin + timedelta(days=1),
        )
    ).all()
    travel = travel_now(session, [attendance_id for attendance_id, _, _ in rows])
    found: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    for attendance_id, person_id, meeting_id in rows:
        if travel[attendance_id] > 0:
            found[person_id].add(meeting_id)
    return {person_id: frozenset(meetings) for person_id, meetings in found.items()}


def travel_now(session: Session, attendance_ids: Collection[str]) -> dict[str, int]:
    """Return the 旅費 of attendances as it stands now, in yen; 0 while a person has to decide."""
    paid = session.exec(
        select(PayLine.attendance_id, func.sum(PayLine.travel))
        .where(col(PayLine.attendance_id).in_(attendance_ids))
        .group_by(col(PayLine.attendance_id))
    ).all()
    # Sums come as Decimal from PostgreSQL.
    travel = {attendance_id: int(amount) for attendance_id, amount in paid}
    unpaid = [attendance_id for attendance_id in attendance_ids if attendance_id not in travel]
    travel |= _assessed_travel(session, unpaid) if unpaid else {}
    return {attendance_id: travel.get(attendance_id, 0) for attendance_id in attendance_ids}


def _assessed_travel(session: Session, attendance_ids: Collection[str]) -> dict[str, int]:
    """Return what was decided or computed, by the latest assessment; nothing where the person declined."""
    rows = session.exec(
        select(AssessmentRecord.attendance_id, AssessmentRecord.id, AssessmentRecord.travel)
        .where(col(AssessmentRecord.attendance_id).in_(attendance_ids))
        .order_by(col(AssessmentRecord.revision))
    ).all()
    latest = {attendance_id: (assessment_id, travel) for attendance_id, assessment_id, travel in rows}
    decided = _decided_travel(session, [assessment_id for assessment_id, _ in latest.values()])
    declined = declined_among(session, attendance_ids)
    return {
        attendance_id: decided.get(assessment_id, travel or 0)
        for attendance_id, (assessment_id, travel) in latest.items()
        if attendance_id not in declined
    }


def _decided_travel(session: Session, assessment_ids: Collection[str]) -> dict[str, int]:
    rows = session.exec(
        select(IndividualDecision.assessment_id, IndividualDecision.travel)
        .where(col(IndividualDecision.assessment_id).in_(assessment_ids))
        .order_by(col(IndividualDecision.revision))
    ).all()
    return dict(rows)


def declined_among(session: Session, attendance_ids: Collection[str]) -> frozenset[str]:
    """Return the attendances whose payment the person declined and did not take that back."""
    rows = session.exec(
        select(Declination.attendance_id, Declination.withdrawn)
        .where(col(Declination.attendance_id).in_(attendance_ids))
        .order_by(col(Declination.revision))
    ).all()
    return frozenset(attendance_id for attendance_id, withdrawn in dict(rows).items() if not withdrawn)


def is_declined(session: Session, attendance_id: str) -> bool:
    """Return whether the person declined the payment of this attendance and did not take that back."""
    return attendance_id in declined_among(session, [attendance_id])
