"""訂正: what later facts would change about lines that are stored or paid, and differences taken into a next sheet.

Nothing that was decided is touched: a proposal says what would come out now, a person takes it into a sheet as a
difference linked to the original line, or decides against it with a reason.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from honoraria.rules.changes import changes
from honoraria.services.assessments import FactsOfMeeting, NewAssessment, new_record
from honoraria.services.day_travel import declined_among
from honoraria.services.run_audit import audit_run
from honoraria.services.runs import refuse_not_draft
from honoraria.services.sheet_contents import before_of, chain_of, meeting_label, waived_lines
from honoraria.services.staleness import differs, policy_of
from honoraria.services.taking_back import why_not_yet
from honoraria.tables import (
    AssessmentRecord,
    CorrectionDismissal,
    CorrectionEntry,
    PayLine,
    PayRun,
)
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Decision, PaymentStatus, RunStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.services.attendance import attendance_of
from minutes.tables import Attendance


@dataclass(frozen=True, slots=True)
class Proposal:
    """訂正の候補: a line that would come out otherwise by what is on record now.

    `is_final`: the line was paid out of a final sheet, so that a difference is to be taken into a next one;
    otherwise the draft `run_id` can be assessed again. Amounts in yen, None while open. `waiting` says in Japanese
    why it cannot be taken yet, empty where it can; `taken_in` is the number of the sheet it is already on.
    """

    attendance_id: str
    meeting_id: str
    person_id: str
    name: str
    meeting: str
    day: date
    is_final: bool
    run_id: str
    was: Decision
    honorarium_was: int | None
    travel_was: int | None
    now: Decision
    honorarium_now: int | None
    travel_now: int | None
    what_changed: tuple[str, ...]
    reason: str
    waiting: str = ""
    taken_in: int | None = None

    @property
    def is_moot(self) -> bool:
        """Whether a correction would change no yen, because nothing was paid for the line."""
        same = (self.honorarium_was, self.travel_was) == (self.honorarium_now, self.travel_now)
        return self.is_final and same and self.now is not Decision.JUDGEMENT


def proposals(session: Session, committee_id: str, person_id: str | None = None) -> list[Proposal]:
    """訂正の候補: return every stored line that would come out otherwise now, the oldest meeting first."""
    wanted = (
        select(PayRun, Meeting)
        .join(Meeting, col(PayRun.meeting_id) == Meeting.id)
        .where(PayRun.committee_id == committee_id)
        .order_by(col(Meeting.starts_at))
    )
    if person_id is not None:
        attended = select(Attendance.meeting_id).where(Attendance.person_id == person_id)
        wanted = wanted.where(col(Meeting.id).in_(attended))
    runs = session.exec(wanted).all()
    return [found for run, meeting in runs for found in _of_meeting(session, run, meeting, person_id)]


def take_correction(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, attendance_id: str
) -> CorrectionEntry:
    """訂正を取り込む: assess the attendance anew and put the difference on a sheet that is not final yet.

    Raises Refused where nothing differs, where it is on a sheet already, and where more would be taken back than
    was paid.
    """
    refuse_not_draft(run)
    found = _proposal(session, run.committee_id, attendance_id)
    if found.taken_in is not None:
        if found.taken_in == run.number:
            return _entry(session, attendance_id)
        raise Refused(f"この訂正は支給調書第{found.taken_in}号に取り込み済みです。")
    if not found.is_final:
        raise Refused("元の支給調書がまだ確定していません。その支給調書で判定し直してください。")
    if found.waiting:
        raise Refused(found.waiting)
    meeting = session.get_one(Meeting, found.meeting_id)
    new = _assessed_now(session, meeting, attendance_id, _latest(session, attendance_id))
    stored = new_record(
        new, clock.now(), revision=_latest(session, attendance_id).revision + 1, for_correction=True
    )
    session.add(stored)
    session.flush()
    entry = CorrectionEntry(
        run_id=run.id,
        line_id=chain_of(session, attendance_id)[-1].id,
        assessment_id=stored.id,
        taken_by=actor.name,
        taken_at=clock.now(),
    )
    session.add(entry)
    session.flush()
    audit_run(session, actor, clock, "訂正の取込み", run, attendance=attendance_id, meeting=found.meeting)
    return entry


def drop_correction(*, session: Session, actor: Actor, clock: Clock, run: PayRun, attendance_id: str) -> None:
    """訂正の取込みをやめる while the sheet is a draft; the proposal stands again."""
    refuse_not_draft(run)
    entry = _entry(session, attendance_id)
    if entry.run_id != run.id:
        raise NotFound("この訂正は、この支給調書にありません。画面を読み直してください。")
    session.delete(entry)
    session.flush()
    audit_run(session, actor, clock, "訂正の取込みの取消し", run, attendance=attendance_id)


def dismiss_correction(
    *, session: Session, actor: Actor, clock: Clock, committee_id: str, attendance_id: str, reason: str
) -> None:
    """訂正しないと決める, with the reason; it holds until the facts change again."""
    found = _proposal(session, committee_id, attendance_id)
    if found.taken_in is not None:
        raise Refused("この訂正は支給調書に取り込まれています。取り込みをやめてから見送ってください。")
    if not reason.strip():
        raise Refused("訂正しない理由を入れてください。")
    meeting = session.get_one(Meeting, found.meeting_id)
    new = _assessed_now(session, meeting, attendance_id, _latest(session, attendance_id))
    session.add(
        CorrectionDismissal(
            attendance_id=attendance_id,
            inputs_sha256=_hash(new),
            reason=reason.strip(),
            dismissed_by=actor.name,
            dismissed_at=clock.now(),
        )
    )
    session.flush()
    audit_run(
        session,
        actor,
        clock,
        "訂正の見送り",
        session.get_one(PayRun, found.run_id),
        attendance=attendance_id,
        reason=reason.strip(),
    )


# ---- proposals


@dataclass(frozen=True, slots=True)
class _OnRecord:
    """記録: what is stored about a meeting's attendances, each by the attendance's id."""

    latest: Mapping[str, AssessmentRecord]
    paid: Mapping[str, AssessmentRecord]
    entries: Mapping[str, CorrectionEntry]
    declined: frozenset[str]


def _of_meeting(session: Session, run: PayRun, meeting: Meeting, person_id: str | None) -> Iterable[Proposal]:
    facts = FactsOfMeeting(session, meeting)
    stored = _on_record(session, [view.attendance.id for view in facts.attendance])
    for view in facts.attendance:
        attendance_id = view.attendance.id
        if person_id is not None and view.person.id != person_id:
            continue
        if attendance_id not in stored.latest or attendance_id in stored.declined:
            continue
        # What the last final line rests on, else the latest result.
        basis = stored.paid.get(attendance_id) or stored.latest[attendance_id]
        new = facts.assess(view, policy_of(basis) if run.status is RunStatus.FINALISED else None)
        if differs(basis, new.result.value) and not _dismissed(session, new):
            found = _tell(session, run, meeting, basis, new, stored.entries.get(attendance_id))
            if not found.is_moot:
                yield found


def _on_record(session: Session, attendance_ids: Collection[str]) -> _OnRecord:
    records = session.exec(
        select(AssessmentRecord)
        .where(col(AssessmentRecord.attendance_id).in_(attendance_ids))
        .order_by(col(AssessmentRecord.revision))
    ).all()
    lines = session.exec(select(PayLine).where(col(PayLine.attendance_id).in_(attendance_ids))).all()
    by_id = {record.id: record for record in records}
    corrected = {line.corrects_id for line in lines}
    return _OnRecord(
        latest={record.attendance_id: record for record in records},
        paid={line.attendance_id: by_id[line.assessment_id] for line in lines if line.id not in corrected},
        entries=_entries(session, by_id),
        declined=declined_among(session, attendance_ids) | _payments_declined(session, lines),
    )


def _entries(session: Session, records: Mapping[str, AssessmentRecord]) -> dict[str, CorrectionEntry]:
    """Return the corrections that are taken into a sheet and not final yet."""
    rows = session.exec(
        select(CorrectionEntry)
        .join(PayRun, col(CorrectionEntry.run_id) == PayRun.id)
        .where(col(CorrectionEntry.assessment_id).in_(records), PayRun.status != RunStatus.FINALISED)
    ).all()
    return {records[row.assessment_id].attendance_id: row for row in rows}


def _payments_declined(session: Session, lines: Sequence[PayLine]) -> frozenset[str]:
    """Return the attendances whose own payment was declined after its sheet was final."""
    declined = waived_lines(session, lines, PaymentStatus.DECLINED)
    return frozenset(line.attendance_id for line in lines if line.corrects_id is None and line.id in declined)


def _tell(
    session: Session,
    run: PayRun,
    meeting: Meeting,
    basis: AssessmentRecord,
    new: NewAssessment,
    entry: CorrectionEntry | None,
) -> Proposal:
    value, attendance_id = new.result.value, new.view.attendance.id
    before = before_of(session, attendance_id)
    person = session.get_one(Person, new.view.attendance.person_id)
    return Proposal(
        attendance_id=attendance_id,
        meeting_id=meeting.id,
        person_id=person.id,
        name=person.name,
        meeting=meeting_label(meeting),
        day=meeting.starts_at.astimezone(TOKYO).date(),
        is_final=run.status is RunStatus.FINALISED,
        run_id=run.id,
        was=basis.decision,
        honorarium_was=before.honorarium if before else basis.honorarium,
        travel_was=before.travel if before else basis.travel,
        now=value.decision,
        honorarium_now=0 if value.decision is Decision.NONE else value.honorarium,
        travel_now=0 if value.decision is Decision.NONE else value.travel,
        what_changed=changes(json.loads(basis.inputs), json.loads(new.inputs)),
        reason=value.reason,
        waiting=why_not_yet(session, attendance_id, before, value.honorarium, value.travel),
        taken_in=session.get_one(PayRun, entry.run_id).number if entry else None,
    )


def _assessed_now(
    session: Session, meeting: Meeting, attendance_id: str, basis: AssessmentRecord
) -> NewAssessment:
    view = next(one for one in attendance_of(session, meeting.id) if one.attendance.id == attendance_id)
    return FactsOfMeeting(session, meeting).assess(view, policy_of(basis))


def _proposal(session: Session, committee_id: str, attendance_id: str) -> Proposal:
    for found in proposals(session, committee_id):
        if found.attendance_id == attendance_id:
            return found
    raise Refused("この行に訂正の候補はありません。画面を読み直してください。")


def _find_latest(session: Session, attendance_id: str) -> AssessmentRecord | None:
    return session.exec(
        select(AssessmentRecord)
        .where(AssessmentRecord.attendance_id == attendance_id)
        .order_by(col(AssessmentRecord.revision).desc())
        .limit(1)
    ).first()


def _latest(session: Session, attendance_id: str) -> AssessmentRecord:
    stored = _find_latest(session, attendance_id)
    if stored is None:
        raise NotFound("この出席の判定は見つかりません。画面を読み直してください。")
    return stored


def _find_entry(session: Session, attendance_id: str) -> CorrectionEntry | None:
    """Return the correction of an attendance that is taken into a sheet and not final yet."""
    return session.exec(
        select(CorrectionEntry)
        .join(AssessmentRecord, col(CorrectionEntry.assessment_id) == AssessmentRecord.id)
        .join(PayRun, col(CorrectionEntry.run_id) == PayRun.id)
        .where(AssessmentRecord.attendance_id == attendance_id, PayRun.status != RunStatus.FINALISED)
    ).first()


def _entry(session: Session, attendance_id: str) -> CorrectionEntry:
    entry = _find_entry(session, attendance_id)
    if entry is None:
        raise NotFound("この訂正は支給調書に取り込まれていません。画面を読み直してください。")
    return entry


def _dismissed(session: Session, new: NewAssessment) -> bool:
    row = session.exec(
        select(CorrectionDismissal.id).where(
            CorrectionDismissal.attendance_id == new.view.attendance.id,
            CorrectionDismissal.inputs_sha256 == _hash(new),
        )
    ).first()
    return row is not None


def _hash(new: NewAssessment) -> str:
    return hashlib.sha256(f"{new.rulebook_sha256}{new.inputs}".encode()).hexdigest()
