"""見本の書類: what the demonstration writes, drawn from what is on record."""

import json
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session, col, select

from agenda.packet_tables import Packet
from agenda.services.items import items_of
from agenda.services.packet_making import packet_bytes
from calendars.services import invitation
from honoraria.papers.notices import notices_zip
from honoraria.papers.sheet_excel import sheet_excel
from honoraria.papers.sheet_word import sheet_word
from honoraria.papers.yearly import yearly_csv
from honoraria.rules.yearly import yearly_totals
from honoraria.services.assessments import Line, lines_of
from honoraria.services.payments import owed_of, transfer_files_of
from honoraria.services.runs import run_of, sheet_of
from honoraria.services.yearly import thresholds_of, yearly_rows
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import CommitteeKind
from meetings_app.demo.office import actor_of
from meetings_app.demo.payments import PAID_NUMBER
from meetings_app.demo.story import MEETING_DAY, MEETING_NUMBER
from meetings_app.services.committees import find_committee
from meetings_app.tables.meetings import Meeting
from minutes.regional_csv import regional_csv
from minutes.services.anonymised import anonymised_document
from minutes.services.extracts import extracts_zip
from minutes.services.minutes import minutes_document
from minutes.services.packet_material import packet_material
from minutes.services.regional import ALL, regional_report


def replayed_meeting(session: Session) -> Meeting:
    """Return the meeting that the demonstration replays."""
    return _meeting(session, MEETING_NUMBER)


def find_meeting(session: Session, number: int) -> Meeting | None:
    """Return the 支援調整会議 of that number, if there is one."""
    committee = find_committee(session, CommitteeKind.SUPPORT)
    return session.exec(
        select(Meeting).where(Meeting.committee_id == committee.id, Meeting.number == number)
    ).one_or_none()


def _meeting(session: Session, number: int) -> Meeting:
    meeting = find_meeting(session, number)
    if meeting is None:
        raise NotFound(
            f"見本の第{number}回がありません。--data で別のフォルダーを指定し、見本を作り直してください。"
        )
    return meeting


def write_products(session: Session, folder: Path) -> list[Path]:
    """Write every paper into `folder` and return the files. The same record gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    meeting = replayed_meeting(session)
    regional = find_committee(session, CommitteeKind.REGIONAL)
    secretary = actor_of(session, "jimukyoku", meeting.committee_id)
    makers: dict[str, Callable[[], bytes]] = {
        "minutes.docx": lambda: minutes_document(session, meeting),
        "minutes-anonymised.docx": lambda: anonymised_document(session, meeting),
        "extracts.zip": lambda: extracts_zip(session, secretary, meeting),
        "invitation.ics": lambda: invitation(session, meeting),
        "agenda.json": lambda: agenda_json(session, meeting),
        "packet.zip": lambda: _packet(session, meeting),
        "regional-summary.csv": lambda: regional_csv(
            regional_report(session, regional.id, outside=True, period=ALL, today=MEETING_DAY).table
        ),
        "assessments.json": lambda: assessments_json(lines_of(session, meeting.id)),
        **_payment_papers(session, meeting, ""),
        **_payment_papers(session, _meeting(session, PAID_NUMBER), f"-{PAID_NUMBER}"),
        "yearly-totals.csv": lambda: _yearly(session, [meeting.committee_id, regional.id]),
    }
    written = []
    for name, make in makers.items():
        path = folder / name
        path.write_bytes(make())
        written.append(path)
    return written


def _payment_papers(session: Session, meeting: Meeting, suffix: str) -> dict[str, Callable[[], bytes]]:
    """Return the makers of one final sheet's papers: 支給調書, 支払明細書・領収書 and 全銀 総合振込."""
    run = run_of(session, meeting.id)
    if run is None or run.sha256 is None:
        return {}
    sheet = sheet_of(session, run)
    accounts = {owed.payee.person_id: owed.account for owed in owed_of(session, run)}
    day = sheet.stage.finalised_at.astimezone(TOKYO).date() if sheet.stage.finalised_at else MEETING_DAY
    return {
        f"payment-sheet{suffix}.docx": lambda: sheet_word(sheet),
        f"payment-sheet{suffix}.xlsx": lambda: sheet_excel(sheet),
        f"payment-notices{suffix}.zip": lambda: notices_zip(sheet, issued_on=day, accounts=accounts),
        f"transfer{suffix}.txt": lambda: transfer_files_of(session, run)[0].content,
    }


def _yearly(session: Session, committee_ids: list[str]) -> bytes:
    rows = yearly_rows(session, committee_ids, MEETING_DAY.year)
    return yearly_csv(yearly_totals(rows, thresholds_of(session)))


def _packet(session: Session, meeting: Meeting) -> bytes:
    """Return the packet that was handed out, or what it would be."""
    kept = session.exec(
        select(Packet.content).where(Packet.meeting_id == meeting.id, col(Packet.content).is_not(None))
    ).first()
    return kept or packet_bytes(session, meeting, packet_material(session, meeting, rendered=True))


def agenda_json(session: Session, meeting: Meeting) -> bytes:
    """Return one object per item in order: case, plan, purpose, reason, deadline and planned minutes."""
    rows = [
        {
            "case": view.client.case_number if view.client else None,
            "plan": view.plan.number if view.plan else None,
            "title": view.title,
            "purpose": view.item.purpose,
            "reason": view.item.reason,
            "deadline": view.item.deadline.isoformat() if view.item.deadline else None,
            "minutes": view.item.planned_minutes,
        }
        for view in items_of(session, meeting.id)
    ]
    return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()


def assessments_json(lines: list[Line]) -> bytes:
    """Return one object per attendance: name, decision, yen, citations and steps."""
    rows = [
        {
            "name": line.person.name,
            "decision": line.record.decision,
            "honorarium": line.record.honorarium,
            "travel": line.record.travel,
            "citations": line.citations,
            "steps": line.steps,
        }
        for line in lines
    ]
    return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
