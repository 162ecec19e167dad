"""台帳 of a fuzz run: what each browser was told, and whether the database bears it out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from meetings_app.db.engine import Database
from minutes.live_tables import (
    FieldSettlement,
    FieldWrite,
    OutcomeStamp,
    RecordField,
    Settlement,
    WriteResult,
)
from minutes.services.field_history import fields_of, writes_of
from minutes.services.live_fields import pending_conflicts
from minutes.services.running import records_of
from tests.fuzz.wires import Answer, Choosing, Sent


@dataclass
class Ledger:
    """Every answer that reached a browser, in order of arrival; safe to fill from several threads."""

    written: list[tuple[Sent, Answer]] = field(default_factory=list)
    chosen: list[tuple[Choosing, Answer]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class _Stored:
    """What the database holds in the end."""

    writes: dict[str, FieldWrite]
    settled: dict[str, FieldSettlement]
    pending: dict[str, str]
    stamped: set[str]


def problems(database: Database, item_ids: Sequence[str], ledger: Ledger) -> list[str]:
    """Return everything that was acknowledged and is not there, overwritten unseen, or not told. Empty: zero lost."""
    with database.read() as session:
        stored = _Stored(
            writes={row.id: row for row in session.exec(select(FieldWrite)).all()},
            settled={row.write_id: row for row in session.exec(select(FieldSettlement)).all()},
            pending={
                conflict.write_id: conflict.yours
                for waiting in pending_conflicts(session, item_ids).values()
                for conflict in waiting
            },
            stamped=set(session.exec(select(OutcomeStamp.write_id)).all()),
        )
        chains = [_chain_problems(session, item_id) for item_id in item_ids]
    return [
        *ledger.faults,
        *(problem for found in chains for problem in found),
        *_write_problems(stored, ledger),
        *_conflict_problems(stored),
        *_choice_problems(stored, ledger),
        *(
            f"{row.id}: an outcome without a stamp"
            for row in stored.writes.values()
            if row.field is RecordField.OUTCOME and row.version and row.value and row.id not in stored.stamped
        ),
    ]


def _chain_problems(session: Session, item_id: str) -> list[str]:
    """The versions of every field run from 1 up, each written by somebody who saw the one before."""
    found = []
    now = fields_of(session, [item_id])[item_id]
    record = records_of(session, [item_id]).get(item_id)
    saved = 0
    for name in RecordField:
        chain = writes_of(session, item_id, name)
        saved += len(chain)
        if [row.version for row in chain] != list(range(1, len(chain) + 1)):
            found.append(f"{name}: versions with gaps: {[row.version for row in chain]}")
        if chain and (now[name].version, now[name].value) != (chain[-1].version, chain[-1].value):
            found.append(f"{name}: what stands is not the last version")
        if chain and record is not None and _as_stored(chain[-1].value, name) != getattr(record, name.value):
            found.append(f"{name}: the record says something else than the last version")
    if saved != (record.version if record else 0):
        found.append(f"{item_id}: {saved} saved writes, but the record's version is another")
    unseen = session.exec(
        select(FieldWrite.id).where(
            FieldWrite.item_id == item_id, col(FieldWrite.base_version) != col(FieldWrite.version) - 1
        )
    ).all()
    return [*found, *(f"{op}: overwrote a version its author had not seen" for op in unseen)]


def _as_stored(value: str, name: RecordField) -> object:
    if name is RecordField.OUTCOME:
        return value or None
    texts = (RecordField.EXPLANATION, RecordField.DISCUSSION, RecordField.CONFIRMED)
    return value if name in texts else {"yes": True, "no": False, "": None}[value]


def _write_problems(stored: _Stored, ledger: Ledger) -> list[str]:
    found = []
    versions: dict[str, int] = {}
    for sent, answer in ledger.written:
        row = stored.writes.get(sent.op)
        if row is None or (row.item_id, row.field, row.value) != (sent.item, sent.field, sent.value):
            found.append(f"{sent.op}: acknowledged as {answer.result} and not there")
            continue
        if answer.result == "saved" and (row.result, row.version) != (WriteResult.SAVED, answer.version):
            found.append(f"{sent.op}: acknowledged as version {answer.version}, is {row.version}")
        if answer.result == "same" and answer.value != sent.value:
            found.append(f"{sent.op}: said to stand already, but something else stood")
        if answer.result == "conflict" and (answer.yours != sent.value or answer.value == sent.value):
            found.append(f"{sent.op}: a conflict that does not show both texts")
        if answer.result == "settled" and sent.op not in stored.settled:
            found.append(f"{sent.op}: said to be settled and is not")
        if answer.result == "saved" and versions.setdefault(sent.op, answer.version) != answer.version:
            found.append(f"{sent.op}: taken twice")
    return found


def _conflict_problems(stored: _Stored) -> list[str]:
    """Every text that came second waits, or somebody chose, or the same window wrote on."""
    found = []
    for row in stored.writes.values():
        if row.result is not WriteResult.CONFLICT:
            continue
        settlement = stored.settled.get(row.id)
        if settlement is None:
            if stored.pending.get(row.id) != row.value:
                found.append(f"{row.id}: neither settled nor waiting")
        elif settlement.how is Settlement.SUPERSEDED and not _wrote_on(stored, row):
            found.append(f"{row.id}: superseded by nothing")
        elif settlement.applied_id is not None and stored.writes[settlement.applied_id].version is None:
            found.append(f"{row.id}: settled by a write that never held")
    return found


def _wrote_on(stored: _Stored, row: FieldWrite) -> bool:
    return any(
        other.id != row.id
        and (other.item_id, other.field, other.writer) == (row.item_id, row.field, row.writer)
        and other.result in (WriteResult.CONFLICT, WriteResult.SAME)
        and other.written_at >= row.written_at
        for other in stored.writes.values()
    )


def _choice_problems(stored: _Stored, ledger: Ledger) -> list[str]:
    found = []
    for chosen, answer in ledger.chosen:
        if answer.result == "settled" and chosen.write_id not in stored.settled:
            found.append(f"{chosen.write_id}: acknowledged as settled and is not")
        if answer.result == "conflict" and answer.write_id not in stored.writes:
            found.append(f"{answer.write_id}: a conflict that is nowhere")
    return found
