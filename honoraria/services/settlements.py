"""個別決定と辞退: what a person decides about one line of a sheet, kept beside the computed result."""

from datetime import date

from sqlmodel import Session, col, select

from honoraria.services.assessments import FactsOfMeeting, Line, lines_of, new_record
from honoraria.services.day_travel import meetings_with_travel
from honoraria.services.run_audit import audit_run
from honoraria.services.runs import refuse_not_draft
from honoraria.services.sheet_contents import declination_of, entries_of, ruling_of
from honoraria.tables import AssessmentRecord, Declination, IndividualDecision, PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.money import format_yen
from meetings_app.core.terms import Decision
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import attendance_of
from minutes.tables import Attendance

LARGEST = 1_000_000
"""No payment of this regulation comes near it: more is a slip of the hand."""


def settle(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    attendance_id: str,
    honorarium: int,
    travel: int,
    label: str = "",
    reason: str,
    decided_by: str,
    decided_on: date | None = None,
) -> IndividualDecision:
    """個別決定を記録する for a 要判断 line: amounts in yen (both zero: 不支給), a reason, and who decided.

    Settling again adds a decision that holds instead; the same decision sent twice is one.
    Raises Refused for a line that is not 要判断, impossible amounts, and a day's 旅費 that another meeting carries.
    """
    refuse_not_draft(run)
    stored = assessment_on(session, run, attendance_id)
    if stored.decision is not Decision.JUDGEMENT:
        raise Refused(
            "この行は規程で決まっているため、個別決定はできません。訂正は元の記録を直して行います。"
        )
    on = decided_on or today(clock)
    _check(honorarium, travel, reason, decided_by, on, today(clock))
    _refuse_travel_twice(session, stored, attendance_id, travel)
    known = ruling_of(session, stored.id)
    added = IndividualDecision(
        assessment_id=stored.id,
        revision=known.revision + 1 if known else 1,
        choice_label=label.strip(),
        honorarium=honorarium,
        travel=travel,
        reason=reason.strip(),
        decided_by=decided_by.strip(),
        decided_on=on,
        recorded_by=actor.name,
        recorded_at=clock.now(),
    )
    if known is not None and _same(known, added):
        return known
    session.add(added)
    session.flush()
    audit_run(
        session,
        actor,
        clock,
        "個別決定",
        run,
        attendance=attendance_id,
        honorarium=honorarium,
        travel=travel,
        by=added.decided_by,
    )
    return added


def decline(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    attendance_id: str,
    declared_on: date,
    note: str = "",
) -> Declination:
    """辞退を記録する: the person declined this payment in writing, dated `declared_on`."""
    refuse_not_draft(run)
    stored = assessment_on(session, run, attendance_id)
    if stored.for_correction:
        raise Refused("訂正の差額の行です。辞退は、もとの支給の支払いの画面で記録してください。")
    if stored.decision in (Decision.NONE, Decision.UNPAID):
        raise Refused("支給のない行です。辞退の記録は要りません。")
    if declared_on > today(clock):
        raise Refused("辞退の書面の日付が先の日です。書面の日付を確かめてください。")
    known = declination_of(session, attendance_id)
    if known is not None:
        if (known.declared_on, known.note) == (declared_on, note.strip()):
            return known
        raise Refused("この行の辞退は記録済みです。直すときは、辞退を取り消してから記録してください。")
    return _declination(session, actor, clock, run, attendance_id, declared_on, note.strip(), withdrawn=False)


def withdraw_declination(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, attendance_id: str, reason: str
) -> None:
    """辞退の記録を取り消す, with the reason."""
    refuse_not_draft(run)
    assessment_on(session, run, attendance_id)
    known = declination_of(session, attendance_id)
    if known is None:
        return
    if not reason.strip():
        raise Refused("辞退を取り消す理由を入れてください。")
    _declination(session, actor, clock, run, attendance_id, known.declared_on, reason.strip(), withdrawn=True)


def reassess(
    *, session: Session, actor: Actor, clock: Clock, run: PayRun, attendance_id: str
) -> AssessmentRecord:
    """判定し直す one line of a sheet that is not final by what is on record now; the earlier result is kept."""
    refuse_not_draft(run)
    stored = assessment_on(session, run, attendance_id)
    meeting = session.get_one(Meeting, stored.meeting_id)
    view = next(one for one in attendance_of(session, meeting.id) if one.attendance.id == attendance_id)
    if stored.for_correction:
        raise Refused("訂正の行です。取り込みをやめてから、もう一度取り込んでください。")
    new = FactsOfMeeting(session, meeting).assess(view)
    if new.inputs == stored.inputs and new.rulebook_sha256 == stored.rulebook_sha256:
        return stored
    added = new_record(new, clock.now(), revision=stored.revision + 1)
    session.add(added)
    session.flush()
    audit_run(session, actor, clock, "判定のやり直し", run, attendance=attendance_id, decision=added.decision)
    return added


def assessment_on(session: Session, run: PayRun, attendance_id: str) -> AssessmentRecord:
    """Return the assessment that a line of this sheet rests on. Raises NotFound for another sheet's."""
    own: list[Line] = lines_of(session, run.meeting_id) if run.meeting_id else []
    for line in own:
        if line.attendance.id == attendance_id:
            return line.record
    for entry in entries_of(session, run.id):
        stored = session.get_one(AssessmentRecord, entry.assessment_id)
        if stored.attendance_id == attendance_id:
            return stored
    raise NotFound("この行は、この支給調書にありません。画面を読み直してください。")


def _check(honorarium: int, travel: int, reason: str, decided_by: str, on: date, now: date) -> None:
    for name, amount in (("報酬", honorarium), ("旅費", travel)):
        if not 0 <= amount <= LARGEST:
            raise Refused(f"{name}は0円から{format_yen(LARGEST)}までの額を入れてください。")
    if not reason.strip():
        raise Refused("判断の理由を入れてください。支給調書に個別決定として印刷されます。")
    if not decided_by.strip():
        raise Refused("決定した人の氏名を入れてください。")
    if on > now:
        raise Refused("決定の日付が先の日です。決定した日を確かめてください。")


def _refuse_travel_twice(session: Session, stored: AssessmentRecord, attendance_id: str, travel: int) -> None:
    if not travel or get_setting(session, "honoraria.same_day_travel") != "once":
        return
    meeting = session.get_one(Meeting, stored.meeting_id)
    person_id = session.get_one(Attendance, attendance_id).person_id
    on = meeting.starts_at.astimezone(TOKYO).date()
    if meetings_with_travel(session, person_id, on) - {meeting.id}:
        raise Refused(
            "この日の旅費は、同じ日の別の会議で計上されています（日額、第7条第3項②）。旅費を0円にしてください。"
        )


def _same(known: IndividualDecision, added: IndividualDecision) -> bool:
    fields = ("honorarium", "travel", "reason", "decided_by", "decided_on", "choice_label")
    return all(getattr(known, one) == getattr(added, one) for one in fields)


def _declination(
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    attendance_id: str,
    declared_on: date,
    note: str,
    *,
    withdrawn: bool,
) -> Declination:
    last = session.exec(
        select(Declination.revision)
        .where(Declination.attendance_id == attendance_id)
        .order_by(col(Declination.revision).desc())
        .limit(1)
    ).first()
    added = Declination(
        attendance_id=attendance_id,
        revision=(last or 0) + 1,
        withdrawn=withdrawn,
        declared_on=declared_on,
        note=note,
        recorded_by=actor.name,
        recorded_at=clock.now(),
    )
    session.add(added)
    session.flush()
    action = "辞退の取消し" if withdrawn else "辞退"
    audit_run(session, actor, clock, action, run, attendance=attendance_id, on=declared_on)
    return added
