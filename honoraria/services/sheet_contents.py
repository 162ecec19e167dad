"""支給調書の材料: what is on record about the lines of a sheet that is not final yet, handed to the rules."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from honoraria.rules.answers import Materials
from honoraria.rules.changes import changes
from honoraria.rules.sheet import (
    Assessed,
    Before,
    Choice,
    LineFacts,
    Question,
    Refusal,
    Ruling,
    SheetContent,
    SheetHead,
)
from honoraria.rules.withholding import Spans, Taxed, WithholdingPolicy
from honoraria.services.assessments import Line, lines_of
from honoraria.services.policies import tax_tables, withholding_on_record, withholding_policy
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
from meetings_app.core.explained import Finding, Step
from meetings_app.core.terms import District, PaymentStatus, WithholdingMode
from meetings_app.core.wareki import format_wareki
from meetings_app.rulebook.load import load_rulebook
from meetings_app.rulebook.withholding import rates_sha256
from meetings_app.services.committees import get_committee
from meetings_app.services.meetings import venue_of
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.tables import Attendance

CORRECTIONS_ALONE = "訂正"
BY_MEETING = "会議ごとに、その日に有効なもの"
"""What stands for the version of the regulation on a sheet of corrections alone."""


def compose_content(session: Session, run: PayRun) -> SheetContent:
    """Work out what a sheet says by what is on record now."""
    return materials_of(session, run).content()


def materials_of(session: Session, run: PayRun) -> Materials:
    """Return what is on record now about a sheet that is not final."""
    own = lines_of(session, run.meeting_id) if run.meeting_id else []
    facts = [_facts(session, line) for line in own]
    facts += [_correction_facts(session, entry) for entry in entries_of(session, run.id)]
    return Materials(
        _head(session, run, own),
        tuple(facts),
        withholding_policy(session),
        _spans(session, {one.person_id for one in facts}),
        tax_tables(session),
    )


def entries_of(session: Session, run_id: str) -> list[CorrectionEntry]:
    """Return the corrections taken into a sheet, in the order they were taken."""
    return list(
        session.exec(
            select(CorrectionEntry)
            .where(CorrectionEntry.run_id == run_id)
            .order_by(col(CorrectionEntry.taken_at), col(CorrectionEntry.id))
        ).all()
    )


def ruling_of(session: Session, assessment_id: str) -> IndividualDecision | None:
    """Return the 個別決定 that holds for an assessment."""
    return session.exec(
        select(IndividualDecision)
        .where(IndividualDecision.assessment_id == assessment_id)
        .order_by(col(IndividualDecision.revision).desc())
        .limit(1)
    ).first()


def declination_of(session: Session, attendance_id: str) -> Declination | None:
    """Return the 辞退 that holds for an attendance; None where there is none or it was withdrawn."""
    latest = session.exec(
        select(Declination)
        .where(Declination.attendance_id == attendance_id)
        .order_by(col(Declination.revision).desc())
        .limit(1)
    ).first()
    return None if latest is None or latest.withdrawn else latest


def chain_of(session: Session, attendance_id: str) -> list[PayLine]:
    """Return the final lines of an attendance: the first, then its corrections, each on top of the one before."""
    lines = {
        line.corrects_id: line
        for line in session.exec(select(PayLine).where(PayLine.attendance_id == attendance_id)).all()
    }
    chain: list[PayLine] = []
    while (line := lines.get(chain[-1].id if chain else None)) is not None:
        chain.append(line)
    return chain


def waived_lines(session: Session, lines: Iterable[PayLine], *statuses: PaymentStatus) -> frozenset[str]:
    """Return the lines for which nothing was paid, because the payment was declined or stopped (or just `statuses`)."""
    lines = tuple(lines)
    rows = session.exec(
        select(Payment.run_id, Payment.person_id).where(
            col(Payment.run_id).in_({line.run_id for line in lines}),
            col(Payment.status).in_(statuses or (PaymentStatus.DECLINED, PaymentStatus.STOPPED)),
        )
    ).all()
    waived = set(rows)
    return frozenset(line.id for line in lines if (line.run_id, line.person_id) in waived)


def meeting_label(meeting: Meeting) -> str:
    """Return 「第19回（平成26年3月25日）」."""
    return f"第{meeting.number}回（{format_wareki(_day(meeting))}）"


def sheet_label(run: PayRun) -> str:
    """Return how other sheets name this one: 「支給調書第3号」."""
    return f"支給調書第{run.number}号"


# ---- head


def _head(session: Session, run: PayRun, own: list[Line]) -> SheetHead:
    committee = get_committee(session, run.committee_id)
    meeting = session.get(Meeting, run.meeting_id) if run.meeting_id else None
    venue = venue_of(session, meeting) if meeting else None
    hashes = {line.record.rulebook_sha256 for line in own}
    return SheetHead(
        run_id=run.id,
        number=run.number,
        committee=committee.name,
        kind=committee.kind,
        title=f"第{meeting.number}回 {committee.kind}" if meeting else CORRECTIONS_ALONE,
        office=str(get_setting(session, "office.name") or ""),
        payer=committee.organizer_name,
        meeting_id=run.meeting_id,
        day=_day(meeting) if meeting else None,
        starts_at=(meeting.opened_at or meeting.starts_at) if meeting else None,
        ends_at=(meeting.closed_at or meeting.ends_at) if meeting else None,
        venue=venue.name if venue else "",
        venue_district=venue.district if venue else None,
        regulation=_version(own) if meeting else BY_MEETING,
        rulebook_sha256=hashes.pop() if len(hashes) == 1 else load_rulebook().sha256,
        rates_sha256=rates_sha256(),
        withholding=withholding_on_record(session),
    )


def _version(own: Iterable[Line]) -> str:
    texts = (str(step["result"]) for line in own for step in line.steps if step["label"] == "規程")
    return next(texts, "")


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()


# ---- lines


def _facts(session: Session, line: Line) -> LineFacts:
    meeting = session.get_one(Meeting, line.record.meeting_id)
    return _line_facts(session, line.record, line.attendance, line.person, meeting, None)


def _correction_facts(session: Session, entry: CorrectionEntry) -> LineFacts:
    stored = session.get_one(AssessmentRecord, entry.assessment_id)
    attendance = session.get_one(Attendance, stored.attendance_id)
    person = session.get_one(Person, attendance.person_id)
    meeting = session.get_one(Meeting, stored.meeting_id)
    before = before_of(session, attendance.id)
    return _line_facts(session, stored, attendance, person, meeting, _with_changes(session, before, stored))


def _with_changes(session: Session, before: Before | None, stored: AssessmentRecord) -> Before | None:
    """Say beside what was paid which facts have changed since."""
    if before is None:
        return None
    basis = session.get_one(AssessmentRecord, session.get_one(PayLine, before.line_id).assessment_id)
    return replace(before, changes=changes(json.loads(basis.inputs), json.loads(stored.inputs)))


def before_of(session: Session, attendance_id: str) -> Before | None:
    """Return what the final lines of an attendance come to; None where there are none.

    Lines whose payment was declined or stopped count nothing: nothing was paid for them.
    """
    chain = chain_of(session, attendance_id)
    if not chain:
        return None
    waived = waived_lines(session, chain)
    counted = [line for line in chain if line.id not in waived]
    first = session.get_one(PayRun, chain[0].run_id)
    return Before(
        line_id=chain[-1].id,
        sheet=sheet_label(first) if len(chain) == 1 else f"{sheet_label(first)}（以後の訂正を含む）",
        honorarium=sum(line.honorarium for line in counted),
        travel=sum(line.travel for line in counted),
        policy=WithholdingPolicy(chain[0].tax_mode, chain[0].tax_on_travel),
    )


def _line_facts(
    session: Session,
    stored: AssessmentRecord,
    attendance: Attendance,
    person: Person,
    meeting: Meeting,
    before: Before | None,
) -> LineFacts:
    ruling = ruling_of(session, stored.id)
    refused = declination_of(session, attendance.id)
    residence = json.loads(stored.inputs).get("residence")
    return LineFacts(
        attendance_id=attendance.id,
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        capacity=attendance.capacity,
        district=District(residence) if residence else None,
        meeting=meeting_label(meeting),
        held_on=_day(meeting),
        assessed=assessed_of(stored),
        ruling=as_ruling(ruling) if ruling else None,
        refusal=Refusal(refused.declared_on, refused.note) if refused else None,
        before=before,
    )


def assessed_of(stored: AssessmentRecord) -> Assessed:
    """Return a stored assessment as the rules take it."""
    return Assessed(
        assessment_id=stored.id,
        decision=stored.decision,
        honorarium=stored.honorarium,
        travel=stored.travel,
        reason=stored.reason,
        citations=tuple(json.loads(stored.citations)),
        steps=msgspec.json.decode(stored.steps, type=tuple[Step, ...]),
        findings=msgspec.json.decode(stored.findings, type=tuple[Finding, ...]),
        questions=tuple(_question(one) for one in json.loads(stored.questions)),
    )


def _question(stored: Mapping[str, Any]) -> Question:
    choices = tuple(
        Choice(one["label"], one["honorarium"], one["travel"], one["proposed"])
        for one in stored["alternatives"]
    )
    return Question(stored["code"], stored["sentence"], tuple(stored["citations"]), choices)


def as_ruling(row: IndividualDecision) -> Ruling:
    """Return a stored 個別決定 as the rules take it."""
    return Ruling(row.choice_label, row.honorarium, row.travel, row.reason, row.decided_by, row.decided_on)


# ---- tax so far


def _spans(session: Session, person_ids: set[str]) -> Spans:
    """Return what final sheets of every body withheld from these people, by mode and span."""
    spans: dict[tuple[str, WithholdingMode, str], Taxed] = {}
    lines = session.exec(select(PayLine).where(col(PayLine.person_id).in_(person_ids))).all()
    waived = waived_lines(session, lines)
    for line in lines:
        if line.id in waived:
            continue
        key = (line.person_id, line.tax_mode, line.tax_period)
        known = spans.get(key, Taxed())
        spans[key] = Taxed(known.taxable + line.taxable, known.withheld + line.withheld)
    return spans
