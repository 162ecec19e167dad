"""欄ごとの書込み: several people write at once, every text is kept, and nobody's is overwritten unseen.

Each field of an item has a version of its own. A write names the version its author had seen; where somebody
was first it is kept beside what stands until a person chooses. The browser mints a write's id, so that one sent
again is taken once and answered alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from agenda.services.items import ItemView, get_item, items_of
from agenda.services.places import matter_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.tables.base import new_id
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import (
    FieldSettlement,
    FieldWrite,
    RecordField,
    Settlement,
    WriteResult,
)
from minutes.rules.outcomes import outcomes_for
from minutes.rules.writing import (
    ANSWERS,
    FIELD_NAMES,
    LONGEST_KEY,
    LONGEST_TEXT,
    OUTCOME_FIELD,
    TEXT_FIELDS,
    Verdict,
    answer_of,
    as_typed,
    both_texts,
    first_unusable,
    judge_write,
)
from minutes.services.attendance import audit_meeting
from minutes.services.field_history import FieldNow, as_now, field_now, fields_of, writes_of
from minutes.services.outcome_stamps import stamp_outcome
from minutes.tables import ItemRecord, Minutes, MinutesStatus

Answer = Literal["saved", "same", "conflict", "settled"]


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """書込みの答え: what became of a write, with the field's version, value, author and time.

    For "saved" and "same" these are the write's own, also when it is sent again later; for "conflict" and
    "settled" they are what stands now. `yours` is the text that waits, for "conflict" alone.
    """

    result: Answer
    op: str
    item_id: str
    field: RecordField
    version: int
    value: str
    author: str
    at: datetime | None
    yours: str = ""


@dataclass(frozen=True, slots=True)
class PendingConflict:
    """競合: a text that came second and waits beside what stands, until somebody chooses."""

    write_id: str
    field: RecordField
    yours: str
    author: str
    at: datetime
    current: str
    current_author: str
    current_version: int


@dataclass(frozen=True, slots=True)
class Pen:
    """書く人: who writes on which item, in one transaction."""

    session: Session
    actor: Actor
    clock: Clock
    meeting: Meeting
    view: ItemView


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed, and on which version."""

    field: RecordField
    value: str
    base: int
    op: str
    writer: str = ""


# --- writing ---


def write_field(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    field: RecordField,
    value: str,
    base: int,
    op: str,
    writer: str,
) -> WriteAnswer:
    """欄に書く: take one text, say that it stands already, or keep it as a conflict.

    `op` is the write's id, minted by the browser; `writer` tells its windows apart. Sent again, an id is answered
    as before, also after closing. Raises Refused for an id known for something else, for a value the field cannot
    have, for anything but the texts after closing, and once the minutes are approved.
    """
    pen = Pen(session, actor, clock, meeting, view)
    typed = _Typed(field, as_typed(value), base, op, writer)
    _refuse_wrong_keys(op, base, writer)
    known = session.get(FieldWrite, op)
    if known is not None:
        return _answer_again(session, known, view.item.id, typed)
    _refuse_unfit(pen, typed)
    return _take(pen, typed)


def write_fields(pen: Pen, record_: ItemRecord, values: Mapping[RecordField, str]) -> None:
    """欄をまとめて書く: write every field that a form changed, as seen now; its own version was checked before."""
    now = fields_of(pen.session, [pen.view.item.id])[pen.view.item.id]
    for field, value in values.items():
        if as_typed(value) != now[field].value:
            typed = _Typed(field, as_typed(value), now[field].version, new_id())
            refuse_unusable(field, typed.value)
            _apply(pen, record_, typed, now[field].version)


def stamp_again(pen: Pen, record_: ItemRecord) -> FieldWrite:
    """結果の在席を記し直す: write the outcome that stands once more, with who was there as is known now."""
    now = field_now(pen.session, pen.view.item.id, RecordField.OUTCOME)
    return _apply(pen, record_, _Typed(RecordField.OUTCOME, now.value, now.version, new_id()), now.version)


def _take(pen: Pen, typed: _Typed) -> WriteAnswer:
    now = field_now(pen.session, pen.view.item.id, typed.field)
    verdict = judge_write(base=typed.base, value=typed.value, version=now.version, stands=now.value)
    if verdict is Verdict.TAKEN:
        return _saved(_save(pen, typed, now.version))
    if typed.base != now.version:
        _supersede(pen, typed)
    result = WriteResult.SAME if verdict is Verdict.SAME else WriteResult.CONFLICT
    row = _row(pen, typed, result)
    pen.session.add(row)
    pen.session.flush()
    return _answer("same", row, now) if verdict is Verdict.SAME else _conflict(row, now)


def _save(pen: Pen, typed: _Typed, version: int) -> FieldWrite:
    """Let a write take effect: its row, the item's record and, for an outcome, the stamp."""
    record_ = pen.session.get(ItemRecord, pen.view.item.id) or ItemRecord(item_id=pen.view.item.id, version=0)
    row = _apply(pen, record_, typed, version)
    record_.recorded_by = pen.actor.name
    record_.version += 1
    pen.session.flush()
    if typed.field is RecordField.OUTCOME:
        detail: dict[str, object] = {
            "item": pen.view.item.id,
            "outcome": record_.outcome,
            "version": record_.version,
        }
        audit_meeting(pen.session, pen.actor, pen.clock, "議題の記録", pen.meeting, detail)
    return row


def _apply(pen: Pen, record_: ItemRecord, typed: _Typed, version: int) -> FieldWrite:
    row = _row(pen, typed, WriteResult.SAVED, version + 1)
    _put(record_, typed.field, typed.value)
    pen.session.add_all([record_, row])
    pen.session.flush()
    if typed.field is RecordField.OUTCOME and typed.value:
        stamp_outcome(pen.session, pen.clock, pen.meeting, pen.view, record_, row.id)
    for other in _unsettled(pen.session, [pen.view.item.id], [typed.field]):
        if other.value == typed.value:  # what waited holds now: there is nothing left to choose
            _settle(pen, other, Settlement.MINE, row)
    return row


def _row(pen: Pen, typed: _Typed, result: WriteResult, version: int | None = None) -> FieldWrite:
    return FieldWrite(
        id=typed.op,
        item_id=pen.view.item.id,
        field=typed.field,
        base_version=typed.base,
        version=version,
        value=typed.value,
        result=result,
        writer=typed.writer,
        user_id=pen.actor.user_id,
        author=pen.actor.name,
        written_at=pen.clock.now(),
    )


def _supersede(pen: Pen, typed: _Typed) -> None:
    """Settle the same window's earlier conflict on the field: its author wrote on, and the new text stands for it."""
    if not typed.writer:
        return
    for row in _unsettled(pen.session, [pen.view.item.id], [typed.field]):
        if (row.writer, row.user_id) == (typed.writer, pen.actor.user_id):
            _settle(pen, row, Settlement.SUPERSEDED, None)


def _put(record_: ItemRecord, field: RecordField, value: str) -> None:
    if field in TEXT_FIELDS:
        setattr(record_, field.value, value)
    elif field is RecordField.OUTCOME:
        record_.outcome = value or None
    else:
        setattr(record_, field.value, answer_of(value))


# --- answers ---


def _answer(result: Answer, row: FieldWrite, now: FieldNow) -> WriteAnswer:
    return WriteAnswer(
        result, row.id, row.item_id, RecordField(row.field), now.version, now.value, now.author, now.at
    )


def _saved(row: FieldWrite) -> WriteAnswer:
    return _answer("saved", row, as_now(row))


def _conflict(row: FieldWrite, now: FieldNow) -> WriteAnswer:
    return WriteAnswer(
        "conflict",
        row.id,
        row.item_id,
        RecordField(row.field),
        now.version,
        now.value,
        now.author,
        now.at,
        row.value,
    )


def _answer_again(session: Session, known: FieldWrite, item_id: str, typed: _Typed) -> WriteAnswer:
    """Answer a write that was sent before: what was taken stays taken, whatever was written since."""
    if (known.item_id, known.field, known.value) != (item_id, typed.field, typed.value):
        raise Refused(
            "同じ番号の書込みが、別の内容でもう届いています。画面を読み直してから、もう一度入力してください。"
        )
    if known.result is WriteResult.SAVED:
        return _saved(known)
    if known.result is WriteResult.SAME:
        return _answer("same", known, _where_it_stood(session, known))
    now = field_now(session, item_id, typed.field)
    settled = session.get(FieldSettlement, known.id) is not None
    return _answer("settled", known, now) if settled else _conflict(known, now)


def _where_it_stood(session: Session, row: FieldWrite) -> FieldNow:
    """Return the last version that says what this write said: it stood when the write came."""
    for version in reversed(writes_of(session, row.item_id, RecordField(row.field))):
        if version.value == row.value:
            return FieldNow(version.value, version.version, version.author, version.at)
    return FieldNow(row.value, 0, "")


# --- conflicts ---


def settle_conflict(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    write_id: str,
    how: Settlement,
    value: str | None,
    base: int,
    op: str,
) -> WriteAnswer:
    """競合を決める: let what stands hold, or the other text, both, or a new one (`value`, for REWRITTEN alone).

    `base` is the version of what stood when the person chose; `op` the id of the write that puts the choice in
    place. Answers "settled" with what stands now, also for a conflict somebody settled before; "conflict" where
    somebody wrote since, with both kept. Raises NotFound for a write that is no conflict of this meeting's.
    """
    _refuse_wrong_keys(op, base, write_id)
    row = session.get(FieldWrite, write_id)
    if row is None or row.result is not WriteResult.CONFLICT:
        raise NotFound("この競合は見つかりません。画面を読み直してください。")
    pen = Pen(session, actor, clock, meeting, get_item(session, row.item_id, meeting.id))
    now = field_now(session, row.item_id, RecordField(row.field))
    known = session.get(FieldWrite, op)
    if known is not None:
        return _settled_again(session, known, row, now)
    settled = session.get(FieldSettlement, write_id) is not None
    if settled and how is not Settlement.REWRITTEN:
        return _answer("settled", row, now)
    typed = _Typed(RecordField(row.field), _chosen(how, row, now, value), base, op)
    _refuse_unfit(pen, typed)
    if base != now.version:
        return _conflict_again(pen, row, typed, now, how)
    return _put_in_place(pen, row, typed, now, None if settled else how)


def _chosen(how: Settlement, row: FieldWrite, now: FieldNow, value: str | None) -> str:
    if how is Settlement.CURRENT:
        return now.value
    if how is Settlement.MINE:
        return row.value
    if how is Settlement.SUPERSEDED or (how is Settlement.REWRITTEN and value is None):
        raise Refused("どちらの内容にするかが届いていません。二つを見比べて、もう一度選んでください。")
    if row.field not in TEXT_FIELDS:
        raise Refused(
            f"「{FIELD_NAMES[row.field]}」は、二つをつないだり書き直したりできません。どちらか一つを選んでください。"
        )
    return both_texts(now.value, row.value) if how is Settlement.BOTH else as_typed(value or "")


def _conflict_again(pen: Pen, row: FieldWrite, typed: _Typed, now: FieldNow, how: Settlement) -> WriteAnswer:
    """Keep what was chosen too late as it is: a rewritten text is a text of its own and waits beside the others."""
    if how is not Settlement.REWRITTEN or typed.value == now.value:
        return _conflict(row, now)
    rewritten = _row(pen, typed, WriteResult.CONFLICT)
    pen.session.add(rewritten)
    pen.session.flush()
    return _conflict(rewritten, now)


def _put_in_place(
    pen: Pen, row: FieldWrite, typed: _Typed, now: FieldNow, how: Settlement | None
) -> WriteAnswer:
    applied = _save(pen, typed, now.version) if typed.value != now.value else None
    if how is not None and pen.session.get(FieldSettlement, row.id) is None:
        _settle(pen, row, how, applied)
    detail: dict[str, object] = {"item": row.item_id, "field": row.field, "how": how, "write": row.id}
    audit_meeting(pen.session, pen.actor, pen.clock, "競合の決着", pen.meeting, detail)
    return _answer("settled", row, as_now(applied) if applied else now)


def _settle(pen: Pen, row: FieldWrite, how: Settlement, applied: FieldWrite | None) -> None:
    pen.session.add(
        FieldSettlement(
            write_id=row.id,
            how=how,
            applied_id=applied.id if applied else None,
            settled_by=pen.actor.name,
            settled_at=pen.clock.now(),
        )
    )
    pen.session.flush()


def _settled_again(session: Session, known: FieldWrite, row: FieldWrite, now: FieldNow) -> WriteAnswer:
    """Answer a choice that was sent before."""
    if (known.item_id, known.field) != (row.item_id, row.field):
        raise Refused(
            "同じ番号の書込みが、別の内容でもう届いています。画面を読み直してから、もう一度選んでください。"
        )
    waits = known.result is WriteResult.CONFLICT and session.get(FieldSettlement, known.id) is None
    return _conflict(known, now) if waits else _answer("settled", row, now)


def pending_conflicts(session: Session, item_ids: Sequence[str]) -> dict[str, list[PendingConflict]]:
    """未決の競合: return what waits to be chosen, per item, oldest first; items without any have an empty list."""
    result: dict[str, list[PendingConflict]] = {item_id: [] for item_id in item_ids}
    waiting = _unsettled(session, item_ids)
    now = fields_of(session, list({row.item_id for row in waiting}))
    for row in waiting:
        field = RecordField(row.field)
        stands = now[row.item_id][field]
        result[row.item_id].append(
            PendingConflict(
                row.id,
                field,
                row.value,
                row.author,
                row.written_at,
                stands.value,
                stands.author,
                stands.version,
            )
        )
    return result


def _unsettled(
    session: Session, item_ids: Sequence[str], fields: Sequence[RecordField] = tuple(RecordField)
) -> Sequence[FieldWrite]:
    return session.exec(
        select(FieldWrite)
        .join(FieldSettlement, col(FieldSettlement.write_id) == FieldWrite.id, isouter=True)
        .where(
            col(FieldWrite.item_id).in_(item_ids),
            col(FieldWrite.field).in_(fields),
            FieldWrite.result == WriteResult.CONFLICT,
            col(FieldWrite.version).is_(None),  # follows from the result, and the index knows it
            col(FieldSettlement.write_id).is_(None),
        )
        .order_by(col(FieldWrite.written_at), col(FieldWrite.id))
    ).all()


def refuse_pending(session: Session, meeting: Meeting) -> None:
    """Raise Refused while any text waits to be chosen: the minutes cannot say two things."""
    _refuse_waiting(session, meeting, RecordField, "議事録を進めてください。")


def refuse_pending_decisions(session: Session, meeting: Meeting) -> None:
    """Raise Refused while two outcomes or two answers to a check stand beside each other: closing rests on them."""
    decisions = [field for field in RecordField if field not in TEXT_FIELDS]
    _refuse_waiting(session, meeting, decisions, "閉会してください。")


def _refuse_waiting(session: Session, meeting: Meeting, fields: Iterable[RecordField], goal: str) -> None:
    views = items_of(session, meeting.id)
    waiting = pending_conflicts(session, [view.item.id for view in views])
    concerned = set(fields)
    named = [
        f"「{view.title}」の{FIELD_NAMES[field]}"
        for view in views
        for field in RecordField
        if field in concerned and any(conflict.field is field for conflict in waiting[view.item.id])
    ]
    if named:
        raise Refused(
            f"二つの内容が残っている欄があります（{'、'.join(named)}）。どちらにするかを選んでから、{goal}"
        )


# --- refusals ---


def refuse_unwritable(session: Session, meeting: Meeting) -> None:
    """Raise Refused before opening, and once the minutes are approved."""
    if meeting.status not in (MeetingStatus.OPEN, MeetingStatus.CLOSED):
        raise Refused(f"この会議は「{meeting.status}」の段階です。開会してから記録してください。")
    minutes = session.get(Minutes, meeting.id)
    if minutes is not None and minutes.status is MinutesStatus.APPROVED:
        raise Refused(
            "議事録が承認済みのため、記録は変えられません。"
            "直すことがあれば、議事録の画面で、理由を添えて「訂正」を入れてください。"
        )


def refuse_unusable(field: RecordField, value: str) -> None:
    """Raise Refused for a text that is too long or holds a sign that no document can hold."""
    name = FIELD_NAMES[field]
    if len(value) > LONGEST_TEXT:
        raise Refused(f"「{name}」が長すぎます。{LONGEST_TEXT:,}文字以内にしてください。")
    sign = first_unusable(value)
    if sign is not None:
        raise Refused(f"「{name}」に使えない文字（U+{ord(sign):04X}）があります。その文字を消してください。")


def _refuse_wrong_keys(op: str, base: int, writer: str = "") -> None:
    plain = (op + writer).isascii() and (op + writer).isprintable()
    if not plain or not 0 < len(op) <= LONGEST_KEY or len(writer) > LONGEST_KEY or not 0 <= base < 2**31:
        raise Refused("書込みの番号が正しくありません。画面を読み直して、もう一度入力してください。")


def _refuse_unfit(pen: Pen, typed: _Typed) -> None:
    """Refuse what the meeting's stage, or the field itself, does not allow."""
    refuse_unwritable(pen.session, pen.meeting)
    if pen.meeting.status is MeetingStatus.CLOSED and typed.field not in TEXT_FIELDS:
        _refuse_after_closing(typed.field)
    if typed.field in TEXT_FIELDS:
        refuse_unusable(typed.field, typed.value)
    elif typed.field == OUTCOME_FIELD:
        refuse_impossible(pen.session, pen.view, typed.value)
    elif typed.value not in ANSWERS:
        raise Refused(f"「{FIELD_NAMES[typed.field]}」は、示された答えから選び直してください。")


def _refuse_after_closing(field: RecordField) -> None:
    if field is RecordField.OUTCOME:
        raise Refused(
            "閉会後は、結果を変えられません（台帳と支給がこれによっています）。"
            "説明などの文だけを直すか、次の会議の議題にしてください。"
        )
    raise Refused(
        f"閉会後は、ここでは文だけを直せます。「{FIELD_NAMES[field]}」は「結果」の画面で直してください。"
    )


def refuse_impossible(session: Session, view: ItemView, outcome: str) -> None:
    """Raise Refused for an outcome that the item cannot have; none at all is always possible."""
    outcomes = outcomes_for(matter_of(session, view.item))
    if outcome and outcome not in outcomes:
        raise Refused(f"この議題の結果は {'・'.join(outcomes)} から選んでください。")
