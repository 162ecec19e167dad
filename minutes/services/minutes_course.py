"""会議の経過: who presided from when, breaks, times of items, and what was stamped with an outcome."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from meetings_app.core.clock import TOKYO
from meetings_app.core.wareki import format_wareki, spell_time
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.live_tables import (
    AfterwardsEntry,
    ItemRun,
    OutcomeStamp,
    Pause,
    Presiding,
)
from minutes.live_tables import ServiceChange as ServiceChangeRow
from minutes.rules.minutes_view import PresidingSpan, Recess, ServiceChange, Span
from minutes.tables import ItemRecord


@dataclass(frozen=True, slots=True)
class Stamp:
    """結果の時の在席: who presided when an outcome was recorded, and which required people were not there."""

    outcome: str
    at: datetime
    presider: str | None
    missing: tuple[str, ...]


def presiders_of(session: Session, meeting: Meeting) -> tuple[PresidingSpan, ...]:
    """Return all who presided, in order. The first presided from the opening."""
    rows = session.exec(
        select(Presiding, Person)
        .join(Person, col(Presiding.person_id) == Person.id)
        .where(Presiding.meeting_id == meeting.id)
        .order_by(col(Presiding.from_at))
    ).all()
    return tuple(
        PresidingSpan(
            name=person.name,
            office=row.office or None,
            since=row.from_at if place else None,
            reason=row.reason or None,
            decided_by=row.decided_by or None,
        )
        for place, (row, person) in enumerate(rows)
    )


def recesses_of(session: Session, meeting: Meeting) -> tuple[Recess, ...]:
    """Return the breaks of a meeting in order."""
    rows = session.exec(
        select(Pause).where(Pause.meeting_id == meeting.id).order_by(col(Pause.started_at))
    ).all()
    return tuple(Recess(row.started_at, row.ended_at, row.reason or None) for row in rows)


def spans_of(
    session: Session, item_ids: Sequence[str], records: Mapping[str, ItemRecord]
) -> dict[str, tuple[Span, ...]]:
    """Return when each item was on the table: its runs, or the times that were typed where it has none."""
    found: dict[str, list[Span]] = {item_id: [] for item_id in item_ids}
    rows = session.exec(
        select(ItemRun).where(col(ItemRun.item_id).in_(item_ids)).order_by(col(ItemRun.started_at))
    ).all()
    for row in rows:
        found[row.item_id].append(Span(row.started_at, row.ended_at))
    for item_id, spans in found.items():
        record = records.get(item_id)
        if not spans and record is not None and record.started_at is not None:
            spans.append(Span(record.started_at, record.ended_at))
    return {item_id: tuple(spans) for item_id, spans in found.items()}


def stamps_of(session: Session, item_ids: Sequence[str]) -> dict[str, Stamp]:
    """Return the last stamp of each item that has one."""
    rows = session.exec(
        select(OutcomeStamp)
        .where(col(OutcomeStamp.item_id).in_(item_ids))
        .order_by(col(OutcomeStamp.stamped_at), col(OutcomeStamp.id))
    ).all()
    latest = {row.item_id: row for row in rows}
    names = _names(session, latest.values())
    return {
        item_id: Stamp(
            outcome=row.outcome,
            at=row.stamped_at,
            presider=names.get(row.presider_id or ""),
            missing=tuple(names[person_id] for person_id in _ids(row.missing) if person_id in names),
        )
        for item_id, row in latest.items()
    }


def missing_sentence(stamp: Stamp | None) -> str | None:
    """Return the sentence on required people who were not there when the outcome was recorded."""
    if stamp is None or not stamp.missing:
        return None
    at = spell_time(stamp.at.astimezone(TOKYO).time())
    return f"結果を記録した時点（{at}）で、必要とされた{'、'.join(stamp.missing)}は在席していなかった。"


def service_changes_of(session: Session, item_ids: Sequence[str]) -> dict[str, tuple[ServiceChange, ...]]:
    """Return what was changed in the services of each item's plan, in the order it was recorded."""
    found: dict[str, list[ServiceChange]] = {item_id: [] for item_id in item_ids}
    rows = session.exec(
        select(ServiceChangeRow)
        .where(col(ServiceChangeRow.item_id).in_(item_ids))
        .order_by(col(ServiceChangeRow.recorded_at), col(ServiceChangeRow.id))
    ).all()
    for row in rows:
        found[row.item_id].append(ServiceChange(str(row.kind), row.what))
    return {item_id: tuple(changes) for item_id, changes in found.items()}


def afterwards_sentence(session: Session, meeting: Meeting) -> str | None:
    """Return the sentence on a meeting that was entered after it was held, if this one was."""
    entry = session.get(AfterwardsEntry, meeting.id)
    if entry is None:
        return None
    day = format_wareki(entry.begun_at.astimezone(TOKYO).date())
    return f"会議の後に、{entry.source}をもとに入力した（{day}から、入力者　{entry.entered_by}）。"


def _names(session: Session, rows: Collection[OutcomeStamp]) -> dict[str, str]:
    ids = {person_id for row in rows for person_id in (*_ids(row.missing), row.presider_id) if person_id}
    people = session.exec(select(Person).where(col(Person.id).in_(ids))).all()
    return {person.id: person.name for person in people}


def _ids(text: str) -> list[str]:
    found: list[str] = json.loads(text)
    return found
