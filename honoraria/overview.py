"""支給のあらまし: how far the payments of several meetings are, for lists and desks; the sheets are in services."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from honoraria.tables import (
    AssessmentRecord,
    CorrectionEntry,
    Declination,
    IndividualDecision,
    PayLine,
    Payment,
    PayRun,
)
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import Decision, LineOutcome, MeetingStatus, PaymentStatus, RunStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.tables import Attendance

SETTLED = (PaymentStatus.PAID, PaymentStatus.DECLINED, PaymentStatus.STOPPED)


class PayState(StrEnum):
    """支給の段階 of one meeting or one sheet of corrections."""

    UNCONFIRMED = "出席の確認前"
    UNASSESSED = "判定前"
    DRAFT = "下書き"
    CHECKED = "確認済み"
    APPROVED = "承認済み"
    TO_PAY = "確定・支払待ち"
    PAID = "支払済み"


STATES = {
    RunStatus.DRAFT: PayState.DRAFT,
    RunStatus.CHECKED: PayState.CHECKED,
    RunStatus.APPROVED: PayState.APPROVED,
    RunStatus.FINALISED: PayState.TO_PAY,
}


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """要判断: one line that waits for a named person, with the reason in words.

    `number` and `day` are of the meeting that was attended; `meeting_id` is the one whose sheet the line is on,
    None for a sheet of corrections alone. `run_id` None: there is no sheet yet.
    """

    number: int
    day: date
    person: str
    reason: str
    run_id: str | None
    meeting_id: str | None


@dataclass(frozen=True, slots=True)
class PayProgress:
    """支給の進み: of one closed meeting, or (`meeting_id` None) of one sheet of corrections alone.

    `open` counts 要判断 that nobody has settled. `payees` and `net` (yen) are known once the sheet is final.
    """

    meeting_id: str | None
    number: int
    day: date
    run_id: str | None
    sheet: int | None
    state: PayState
    open: int
    checked_by_id: str | None = None
    payees: int | None = None
    net: int | None = None


@dataclass(frozen=True, slots=True)
class MeetingPay:
    """会議の支給: how far the payments of one meeting are; `lines` counts attendances that were assessed.

    `final_people` have a line on the final sheet; empty before.
    """

    run_id: str | None
    state: PayState
    open: int
    lines: int
    final_people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OwnPayment:
    """自分の支給: one final line of one person, in yen; `is_correction`: it is a difference."""

    run_id: str
    meeting_id: str
    number: int
    day: date
    outcome: LineOutcome
    honorarium: int
    travel: int
    withheld: int
    net: int
    is_correction: bool


# ---- lists


def pay_progress(session: Session, committee_id: str) -> list[PayProgress]:
    """Return how far every closed meeting and every sheet of a body is, the latest first."""
    meetings = session.exec(
        select(Meeting, PayRun)
        .join(PayRun, col(PayRun.meeting_id) == Meeting.id, isouter=True)
        .where(Meeting.committee_id == committee_id, Meeting.status == MeetingStatus.CLOSED)
    ).all()
    alone = session.exec(
        select(PayRun).where(PayRun.committee_id == committee_id, col(PayRun.meeting_id).is_(None))
    ).all()
    runs = [run for _, run in meetings if run is not None] + list(alone)
    questions = Counter(one.run_id or str(one.meeting_id) for one in open_questions(session, committee_id))
    owed = _owed(session, [run.id for run in runs if run.status is RunStatus.FINALISED])
    found = [_of_meeting(meeting, run, questions, owed) for meeting, run in meetings]
    found += [_of_corrections(run, questions, owed) for run in alone]
    return sorted(found, key=lambda one: (one.day, one.sheet or 0), reverse=True)


def _of_meeting(
    meeting: Meeting, run: PayRun | None, questions: Mapping[str, int], owed: Mapping[str, "_Owed"]
) -> PayProgress:
    if run is not None:
        return _progress(run, _day(meeting), meeting.number, questions, owed)
    confirmed = meeting.attendance_confirmed_at is not None
    state = PayState.UNASSESSED if confirmed else PayState.UNCONFIRMED
    return PayProgress(
        meeting.id, meeting.number, _day(meeting), None, None, state, questions.get(meeting.id, 0)
    )


def _of_corrections(run: PayRun, questions: Mapping[str, int], owed: Mapping[str, "_Owed"]) -> PayProgress:
    return _progress(run, run.created_at.astimezone(TOKYO).date(), 0, questions, owed)


def _progress(
    run: PayRun, day: date, number: int, questions: Mapping[str, int], owed: Mapping[str, "_Owed"]
) -> PayProgress:
    state, paying = STATES[run.status], owed.get(run.id)
    if state is PayState.TO_PAY and (paying is None or not paying.left):
        state = PayState.PAID
    return PayProgress(
        meeting_id=run.meeting_id,
        number=number,
        day=day,
        run_id=run.id,
        sheet=run.number,
        state=state,
        open=questions.get(run.id, 0),
        checked_by_id=run.checked_by_id,
        payees=paying.payees if paying else (0 if state is PayState.PAID else None),
        net=paying.net if paying else (0 if state is PayState.PAID else None),
    )


@dataclass(frozen=True, slots=True)
class _Owed:
    """What final sheets owe: how many persons get something (or pay back), the sum in yen, and who is left."""

    payees: int
    net: int
    left: frozenset[str]


def _owed(session: Session, run_ids: Iterable[str]) -> dict[str, _Owed]:
    wanted = list(run_ids)
    sums = session.exec(
        select(PayLine.run_id, PayLine.person_id, func.sum(PayLine.net))
        .where(col(PayLine.run_id).in_(wanted))
        .group_by(col(PayLine.run_id), col(PayLine.person_id))
    ).all()
    done = set(
        session.exec(
            select(Payment.run_id, Payment.person_id).where(
                col(Payment.run_id).in_(wanted), col(Payment.status).in_(SETTLED)
            )
        ).all()
    )
    by_run: dict[str, dict[str, int]] = {}
    for run_id, person_id, net in sums:
        if net:
            by_run.setdefault(run_id, {})[person_id] = int(net)
    return {
        run_id: _Owed(
            len(people),
            sum(people.values()),
            frozenset(person for person in people if (run_id, person) not in done),
        )
        for run_id, people in by_run.items()
    }


def open_questions(session: Session, committee_id: str, meeting_id: str | None = None) -> list[OpenQuestion]:
    """Return every 要判断 of a body (or of one meeting) that nobody has settled, the oldest meeting first."""
    rows = session.exec(
        select(AssessmentRecord, Meeting, Person, CorrectionEntry)
        .join(Meeting, col(AssessmentRecord.meeting_id) == Meeting.id)
        .join(Attendance, col(AssessmentRecord.attendance_id) == Attendance.id)
        .join(Person, col(Attendance.person_id) == Person.id)
        .join(CorrectionEntry, col(CorrectionEntry.assessment_id) == AssessmentRecord.id, isouter=True)
        .where(
            Meeting.committee_id == committee_id,
            AssessmentRecord.decision == Decision.JUDGEMENT,
            _is_on_a_sheet(),
            ~_is_decided(),
            ~_is_declined(),
            *([Meeting.id == meeting_id] if meeting_id else []),
        )
        .order_by(col(Meeting.starts_at), col(Person.kana))
    ).all()
    runs = session.exec(select(PayRun).where(PayRun.committee_id == committee_id)).all() if rows else []
    by_id = {run.id: run for run in runs}
    by_meeting = {run.meeting_id: run for run in runs if run.meeting_id}
    asked = [
        (row, meeting, person, by_id[entry.run_id] if entry else by_meeting.get(meeting.id))
        for row, meeting, person, entry in rows
    ]
    return [
        OpenQuestion(
            number=meeting.number,
            day=_day(meeting),
            person=person.name,
            reason=row.reason,
            run_id=run.id if run else None,
            meeting_id=run.meeting_id if run else meeting.id,
        )
        for row, meeting, person, run in asked
        if run is None or run.status is not RunStatus.FINALISED
    ]


def _is_on_a_sheet() -> ColumnElement[bool]:
    """Say that an assessment is the latest of its meeting's own sheet, or was taken into a sheet as a correction."""
    later = aliased(AssessmentRecord)
    superseded = exists().where(
        col(later.attendance_id) == AssessmentRecord.attendance_id,
        col(later.revision) > AssessmentRecord.revision,
        ~col(later.for_correction),
    )
    own = ~col(AssessmentRecord.for_correction) & ~superseded
    return or_(own, col(CorrectionEntry.id).is_not(None))


def _is_decided() -> ColumnElement[bool]:
    return exists().where(col(IndividualDecision.assessment_id) == AssessmentRecord.id)


def _is_declined() -> ColumnElement[bool]:
    later = aliased(Declination)
    newer = exists().where(
        col(later.attendance_id) == Declination.attendance_id, col(later.revision) > Declination.revision
    )
    return exists().where(
        col(Declination.attendance_id) == AssessmentRecord.attendance_id,
        ~col(Declination.withdrawn),
        ~newer,
    )


# ---- one meeting


def pay_of_meeting(session: Session, meeting: Meeting) -> MeetingPay:
    """Return how far the payments of one meeting are."""
    run = session.exec(select(PayRun).where(PayRun.meeting_id == meeting.id)).first()
    lines = session.exec(
        select(func.count(func.distinct(AssessmentRecord.attendance_id))).where(
            AssessmentRecord.meeting_id == meeting.id
        )
    ).one()
    questions = len(open_questions(session, meeting.committee_id, meeting.id)) if lines else 0
    if run is None:
        confirmed = meeting.attendance_confirmed_at is not None
        state = PayState.UNASSESSED if confirmed else PayState.UNCONFIRMED
        return MeetingPay(None, state, questions, lines)
    if run.status is not RunStatus.FINALISED:
        return MeetingPay(run.id, STATES[run.status], questions, lines)
    owed = _owed(session, [run.id]).get(run.id)
    people = session.exec(
        select(PayLine.person_id).where(PayLine.run_id == run.id, PayLine.outcome != LineOutcome.NONE)
    ).all()
    state = PayState.TO_PAY if owed and owed.left else PayState.PAID
    return MeetingPay(run.id, state, 0, lines, frozenset(people))


# ---- one person


def payments_of_person(
    session: Session, committee_id: str, person_id: str, most: int | None = None
) -> list[OwnPayment]:
    """Return the final lines of one person in a body, the latest first, at most `most`; absences are no line."""
    rows = session.exec(
        select(PayLine, Meeting)
        .join(AssessmentRecord, col(PayLine.assessment_id) == AssessmentRecord.id)
        .join(Meeting, col(AssessmentRecord.meeting_id) == Meeting.id)
        .join(PayRun, col(PayLine.run_id) == PayRun.id)
        .where(
            PayLine.committee_id == committee_id,
            PayLine.person_id == person_id,
            or_(col(PayLine.outcome) != LineOutcome.NONE, col(PayLine.corrects_id).is_not(None)),
        )
        .order_by(col(Meeting.starts_at).desc(), col(PayRun.number).desc())
        .limit(most)
    ).all()
    return [
        OwnPayment(
            line.run_id,
            meeting.id,
            meeting.number,
            _day(meeting),
            line.outcome,
            line.honorarium,
            line.travel,
            line.withheld,
            line.net,
            line.corrects_id is not None,
        )
        for line, meeting in rows
    ]


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
