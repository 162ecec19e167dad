"""支給のあらまし: stored assessments over several meetings, for lists; the lines themselves are in services."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from honoraria.tables import AssessmentRecord
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import Decision, MeetingStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.tables import Attendance


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """要判断: one line that waits for a named person, with the reason in words."""

    meeting_id: str
    number: int
    day: date
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class MeetingPay:
    """会議の支給: how many are paid, how many wait for a decision, and what is settled so far, in yen.

    `assessed` False: the meeting is closed and nothing has been assessed yet. `confirmed`: its attendance is.
    """

    meeting_id: str
    number: int
    day: date
    confirmed: bool
    assessed: bool
    paid: int
    open: int
    total: int


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """自分の支給: one line of one person; amounts in yen, None while open."""

    meeting_id: str
    number: int
    day: date
    decision: Decision
    honorarium: int | None
    travel: int | None


def open_questions(session: Session, committee_id: str) -> list[OpenQuestion]:
    """Return every 要判断 of a body, the oldest meeting first."""
    rows = session.exec(
        select(AssessmentRecord, Meeting, Person)
        .join(Meeting, col(AssessmentRecord.meeting_id) == Meeting.id)
        .join(Attendance, col(AssessmentRecord.attendance_id) == Attendance.id)
        .join(Person, col(Attendance.person_id) == Person.id)
        .where(Meeting.committee_id == committee_id, AssessmentRecord.decision == Decision.JUDGEMENT)
        .order_by(col(Meeting.starts_at), col(Person.kana))
    ).all()
    return [
        OpenQuestion(meeting.id, meeting.number, _day(meeting), person.name, row.reason)
        for row, meeting, person in rows
    ]


def pay_by_meeting(session: Session, committee_id: str) -> list[MeetingPay]:
    """Return the closed meetings of a body with the state of their payments, the latest first."""
    rows = session.exec(
        select(Meeting, AssessmentRecord)
        .join(AssessmentRecord, col(AssessmentRecord.meeting_id) == Meeting.id, isouter=True)
        .where(Meeting.committee_id == committee_id, Meeting.status == MeetingStatus.CLOSED)
        .order_by(col(Meeting.starts_at).desc())
    ).all()
    meetings = {meeting.id: meeting for meeting, _ in rows}
    lines: dict[str, list[AssessmentRecord]] = {meeting_id: [] for meeting_id in meetings}
    for meeting, line in rows:
        if line is not None:
            lines[meeting.id].append(line)
    return [_pay(meeting, lines[meeting.id]) for meeting in meetings.values()]


def _pay(meeting: Meeting, lines: list[AssessmentRecord]) -> MeetingPay:
    return MeetingPay(
        meeting_id=meeting.id,
        number=meeting.number,
        day=_day(meeting),
        confirmed=meeting.attendance_confirmed_at is not None,
        assessed=bool(lines),
        paid=sum(line.decision is Decision.PAID for line in lines),
        open=sum(line.decision is Decision.JUDGEMENT for line in lines),
        total=sum(
            (line.honorarium or 0) + (line.travel or 0) for line in lines if line.decision is Decision.PAID
        ),
    )


def payments_of_person(session: Session, committee_id: str, person_id: str, most: int) -> list[OwnPayment]:
    """Return the latest lines of one person in a body, at most `most`; 対象なし (absent) is no line."""
    rows = session.exec(
        select(AssessmentRecord, Meeting)
        .join(Meeting, col(AssessmentRecord.meeting_id) == Meeting.id)
        .join(Attendance, col(AssessmentRecord.attendance_id) == Attendance.id)
        .where(
            Meeting.committee_id == committee_id,
            Attendance.person_id == person_id,
            AssessmentRecord.decision != Decision.NONE,
        )
        .order_by(col(Meeting.starts_at).desc())
        .limit(most)
    ).all()
    return [
        OwnPayment(meeting.id, meeting.number, _day(meeting), row.decision, row.honorarium, row.travel)
        for row, meeting in rows
    ]


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
