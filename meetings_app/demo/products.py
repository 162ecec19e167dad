"""見本の書類: what the demonstration writes, drawn from what is on record."""

import json
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session, select

from calendars.services import invitation
from honoraria.services import Line, lines_of
from meetings_app.core.terms import CommitteeKind
from meetings_app.demo.story import MEETING_DAY, MEETING_NUMBER
from meetings_app.services.committees import find_committee
from meetings_app.tables.meetings import Meeting
from minutes.regional_csv import regional_csv
from minutes.services.minutes import minutes_document
from minutes.services.regional import ALL, regional_report


def replayed_meeting(session: Session) -> Meeting:
    """Return the meeting that the demonstration replays."""
    committee = find_committee(session, CommitteeKind.SUPPORT)
    return session.exec(
        select(Meeting).where(Meeting.committee_id == committee.id, Meeting.number == MEETING_NUMBER)
    ).one()


def write_products(session: Session, folder: Path) -> list[Path]:
    """Write every paper into `folder` and return the files. The same record gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    meeting = replayed_meeting(session)
    regional = find_committee(session, CommitteeKind.REGIONAL)
    makers: dict[str, Callable[[], bytes]] = {
        "minutes.docx": lambda: minutes_document(session, meeting),
        "invitation.ics": lambda: invitation(session, meeting),
        "regional-summary.csv": lambda: regional_csv(
            regional_report(session, regional.id, outside=True, period=ALL, today=MEETING_DAY).table
        ),
        "assessments.json": lambda: assessments_json(lines_of(session, meeting.id)),
    }
    written = []
    for name, make in makers.items():
        path = folder / name
        path.write_bytes(make())
        written.append(path)
    return written


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
