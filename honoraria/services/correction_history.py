"""訂正の記録: what was taken into which sheet, what was decided not to be corrected, and what a draft may take."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from honoraria.services.sheet_contents import meeting_label
from honoraria.tables import AssessmentRecord, CorrectionDismissal, CorrectionEntry, PayLine, PayRun
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import RunStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.tables import Attendance


@dataclass(frozen=True, slots=True)
class Taken:
    """取り込んだ訂正: which attendance, on which sheet, by whom; the difference in yen once the sheet is final."""

    attendance_id: str
    name: str
    meeting: str
    run: PayRun
    by: str
    at: datetime
    honorarium: int | None
    travel: int | None


@dataclass(frozen=True, slots=True)
class Dismissed:
    """見送った訂正: which attendance, why, by whom."""

    attendance_id: str
    name: str
    meeting: str
    reason: str
    by: str
    at: datetime


def taken_of(session: Session, committee_id: str) -> list[Taken]:
    """Return the corrections of a body that were taken into sheets, the latest first."""
    rows = session.exec(
        select(CorrectionEntry, Attendance, Person, Meeting)
        .join(AssessmentRecord, col(CorrectionEntry.assessment_id) == AssessmentRecord.id)
        .join(Attendance, col(AssessmentRecord.attendance_id) == Attendance.id)
        .join(Person, col(Attendance.person_id) == Person.id)
        .join(Meeting, col(Attendance.meeting_id) == Meeting.id)
        .where(Meeting.committee_id == committee_id)
        .order_by(col(CorrectionEntry.taken_at).desc(), col(CorrectionEntry.id))
    ).all()
    paid = session.exec(
        select(PayLine).where(col(PayLine.assessment_id).in_([entry.assessment_id for entry, *_ in rows]))
    ).all()
    lines = {line.assessment_id: line for line in paid}
    return [
        Taken(
            attendance.id,
            person.name,
            meeting_label(meeting),
            session.get_one(PayRun, entry.run_id),
            entry.taken_by,
            entry.taken_at,
            line.honorarium if (line := lines.get(entry.assessment_id)) else None,
            line.travel if line else None,
        )
        for entry, attendance, person, meeting in rows
    ]


def dismissals_of(session: Session, committee_id: str) -> list[Dismissed]:
    """Return what was decided not to be corrected, the latest first."""
    rows = session.exec(
        select(CorrectionDismissal, Person, Meeting)
        .join(Attendance, col(CorrectionDismissal.attendance_id) == Attendance.id)
        .join(Person, col(Attendance.person_id) == Person.id)
        .join(Meeting, col(Attendance.meeting_id) == Meeting.id)
        .where(Meeting.committee_id == committee_id)
        .order_by(col(CorrectionDismissal.dismissed_at).desc(), col(CorrectionDismissal.id))
    ).all()
    return [
        Dismissed(
            row.attendance_id,
            person.name,
            meeting_label(meeting),
            row.reason,
            row.dismissed_by,
            row.dismissed_at,
        )
        for row, person, meeting in rows
    ]


def draft_of_correction(session: Session, committee_id: str, attendance_id: str) -> PayRun:
    """Return the sheet that holds the correction of an attendance and is not final. Raises NotFound."""
    for taken in taken_of(session, committee_id):
        if taken.attendance_id == attendance_id and taken.run.status is not RunStatus.FINALISED:
            return taken.run
    raise NotFound("この訂正は支給調書に取り込まれていません。画面を読み直してください。")


def refuse_foreign(session: Session, committee_id: str, attendance_id: str) -> None:
    """Raise NotFound for an attendance of another body's meeting."""
    found = session.exec(
        select(Attendance.id)
        .join(Meeting, col(Attendance.meeting_id) == Meeting.id)
        .where(Attendance.id == attendance_id, Meeting.committee_id == committee_id)
    ).first()
    if found is None:
        raise NotFound("この出席は見つかりません。訂正の一覧から選び直してください。")
