"""欄の今と経過: what stands in each field of the record, and everything that ever stood there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, and_, col, func, select

from minutes.live_tables import FieldWrite, OutcomeStamp, RecordField
from minutes.rules.writing import TEXT_FIELDS, answer_text
from minutes.tables import ItemRecord


@dataclass(frozen=True, slots=True)
class FieldNow:
    """欄の今: what stands in a field. Version 0: nothing was written there by itself yet."""

    value: str
    version: int
    author: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldVersion:
    """欄の版: one value that stood in a field, with who wrote it and when."""

    version: int
    value: str
    author: str
    at: datetime
    write_id: str


def field_now(session: Session, item_id: str, field: RecordField) -> FieldNow:
    """Return what stands in one field."""
    last = session.exec(
        select(FieldWrite)
        .where(FieldWrite.item_id == item_id, FieldWrite.field == field, col(FieldWrite.version).is_not(None))
        .order_by(col(FieldWrite.version).desc())
        .limit(1)
    ).first()
    return as_now(last) if last else _unversioned(session.get(ItemRecord, item_id), field)


def fields_of(session: Session, item_ids: Sequence[str]) -> dict[str, dict[RecordField, FieldNow]]:
    """Return what stands in every field of items, written or not."""
    records = {
        row.item_id: row
        for row in session.exec(select(ItemRecord).where(col(ItemRecord.item_id).in_(item_ids))).all()
    }
    result = {
        item_id: {field: _unversioned(records.get(item_id), field) for field in RecordField}
        for item_id in item_ids
    }
    for row in _newest_writes(session, item_ids):
        result[row.item_id][RecordField(row.field)] = as_now(row)
    return result


def writes_of(session: Session, item_id: str, field: RecordField) -> list[FieldVersion]:
    """欄の経過: return every value that stood in a field, from version 1 on without gaps."""
    rows = session.exec(
        select(FieldWrite)
        .where(FieldWrite.item_id == item_id, FieldWrite.field == field)
        .order_by(col(FieldWrite.version))
    ).all()
    return [
        FieldVersion(row.version, row.value, row.author, row.written_at, row.id)
        for row in rows
        if row.version is not None
    ]


def _newest_writes(session: Session, item_ids: Sequence[str]) -> Sequence[FieldWrite]:
    """Return the write of each field that stands: one row a field, however long its history."""
    newest = (
        select(
            col(FieldWrite.item_id), col(FieldWrite.field), func.max(col(FieldWrite.version)).label("version")
        )
        .where(col(FieldWrite.item_id).in_(item_ids), col(FieldWrite.version).is_not(None))
        .group_by(col(FieldWrite.item_id), col(FieldWrite.field))
        .subquery()
    )
    stands = and_(
        newest.c.item_id == FieldWrite.item_id,
        newest.c.field == FieldWrite.field,
        newest.c.version == FieldWrite.version,
    )
    return session.exec(select(FieldWrite).join(newest, stands)).all()


def stamps_of(session: Session, item_ids: Sequence[str]) -> dict[str, OutcomeStamp]:
    """Return who was there for the outcome that stands, per item; an item without an outcome has none."""
    stands = [row.id for row in _newest_writes(session, item_ids) if row.field is RecordField.OUTCOME]
    rows = session.exec(select(OutcomeStamp).where(col(OutcomeStamp.write_id).in_(stands))).all()
    return {row.item_id: row for row in rows}


def as_now(row: FieldWrite) -> FieldNow:
    """Return a saved write as what stands by it."""
    return FieldNow(row.value, row.version or 0, row.author, row.written_at)


def _unversioned(record_: ItemRecord | None, field: RecordField) -> FieldNow:
    """Return what the record says of a field that nobody has written by itself."""
    if record_ is None:
        return FieldNow("", 0, "")
    stored: str | bool | None = getattr(record_, field.value)
    if field in (RecordField.OUTCOME, *TEXT_FIELDS):
        value = str(stored or "")
    else:
        value = answer_text(None if stored is None else bool(stored))
    return FieldNow(value, 0, record_.recorded_by if value else "")
