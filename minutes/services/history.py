"""会議の履歴: the audit rows of a meeting, its items and its minutes, with ids turned into names."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from agenda.services.items import items_of
from meetings_app.tables.meetings import Meeting, Venue
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.people import Person

_ID = re.compile(r"[0-9a-f]{32}")
Detail = str | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """履歴の行: who did what and when; `details` are the facts kept with it, names in place of ids."""

    at: datetime
    actor: str
    action: str
    subject: str
    details: tuple[tuple[str, tuple[Detail, ...]], ...]


def meeting_history(session: Session, meeting: Meeting) -> list[HistoryRow]:
    """Return what was done to a meeting, its items and its minutes, latest first."""
    views = items_of(session, meeting.id)
    titles = {view.item.id: view.title for view in views}
    entries = _entries(session, meeting, list(titles))
    details = [_loaded(entry) for entry in entries]
    names = {**_names(session, entries, details), **titles}
    return [
        HistoryRow(
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=titles.get(entry.subject_id, ""),
            details=tuple((key, _shown(value, names)) for key, value in detail.items() if key != "meeting"),
        )
        for entry, detail in zip(entries, details, strict=True)
    ]


def _entries(session: Session, meeting: Meeting, item_ids: Sequence[str]) -> Sequence[AuditEntry]:
    """Items that were dropped are found by the meeting named in their row."""
    dropped = col(AuditEntry.detail).contains(f'"meeting": "{meeting.id}"', autoescape=True)
    return session.exec(
        select(AuditEntry)
        .where(or_(col(AuditEntry.subject_id).in_([meeting.id, *item_ids]), dropped))
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id))
    ).all()


def _loaded(entry: AuditEntry) -> Mapping[str, object]:
    detail: dict[str, object] = json.loads(entry.detail)
    return detail


def _names(
    session: Session, entries: Sequence[AuditEntry], details: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    ids = {found for entry in entries for found in _ID.findall(entry.detail)}
    people = session.exec(select(Person).where(col(Person.id).in_(ids))).all()
    venues = session.exec(select(Venue).where(col(Venue.id).in_(ids))).all()
    return {person.id: person.name for person in people} | {venue.id: venue.name for venue in venues}


def _shown(value: object, names: Mapping[str, str]) -> tuple[Detail, ...]:
    """Return a stored value as finished values: ids as names, texts of moments and days as such."""
    if isinstance(value, list):
        return tuple(part for entry in value for part in _shown(entry, names))
    if isinstance(value, str):
        return (_read(value, names),)
    if value is None or isinstance(value, bool | int):
        return (value,)
    return (str(value),)


def _read(text: str, names: Mapping[str, str]) -> Detail:
    if _ID.fullmatch(text):
        return names.get(text, "")
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text) if len(text) >= 10 else text
        except ValueError:
            continue
    return text
