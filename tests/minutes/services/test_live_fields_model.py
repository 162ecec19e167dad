"""欄ごとの書込み against a plain model, in any order that people, windows and networks can come up with."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agenda.services.items import ItemView
from meetings_app.core.errors import Refused
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import RecordField, Settlement
from minutes.services.field_history import fields_of, writes_of
from minutes.services.live_fields import WriteAnswer, pending_conflicts, settle_conflict, write_field
from minutes.services.running import records_of
from tests.office_builder import SECRETARY, Bureau

FIELDS = (RecordField.DISCUSSION, RecordField.OUTCOME, RecordField.FOLLOW_UP)
VALUES = {
    RecordField.DISCUSSION: ("", "一", "二", "一\n二"),
    RecordField.OUTCOME: ("", "了承", "差戻し"),
    RecordField.FOLLOW_UP: ("", "yes", "no"),
}
WINDOWS = ("desk", "chair", "tablet")


@dataclass
class Column:
    """What the model knows of one field: the values that stood, and the texts that wait, by the id of their write."""

    stood: list[str] = field(default_factory=list)
    waiting: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return len(self.stood)

    @property
    def value(self) -> str:
        return self.stood[-1] if self.stood else ""

    def save(self, value: str) -> None:
        self.stood.append(value)
        self.waiting = {op: (text, window) for op, (text, window) in self.waiting.items() if text != value}


@pytest.fixture
def opened(database: Database) -> Iterator[tuple[Bureau, Meeting, ItemView]]:
    with database.write() as session:
        bureau = Bureau(session)
        meeting = bureau.meeting()
        bureau.item(meeting, bureau.case())
        bureau.opened(meeting)
        yield bureau, meeting, bureau.items(meeting)[0]


class Writing(RuleBasedStateMachine):
    """Several windows write, send again and choose in one item."""

    desk: tuple[Bureau, Meeting, ItemView]

    @initialize()
    def begin(self) -> None:
        self.bureau, self.meeting, self.view = self.desk
        self.savepoint = self.bureau.session.begin_nested()
        self.columns = {name: Column() for name in FIELDS}
        self.answers: dict[str, tuple[RecordField, str, int, str, WriteAnswer]] = {}
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()
            self.bureau.session.expire_all()

    def _op(self) -> str:
        self.count += 1
        return f"op-{self.count}"

    def _write(self, name: RecordField, value: str, base: int, op: str, window: str) -> WriteAnswer:
        return write_field(
            session=self.bureau.session,
            actor=replace(SECRETARY, name=window),
            clock=self.bureau.clock,
            meeting=self.meeting,
            view=self.view,
            field=name,
            value=value,
            base=base,
            op=op,
            writer=window,
        )

    @rule(data=st.data(), name=st.sampled_from(FIELDS), window=st.sampled_from(WINDOWS))
    def write(self, data: st.DataObject, name: RecordField, window: str) -> None:
        column, op = self.columns[name], self._op()
        value = data.draw(st.sampled_from(VALUES[name]))
        base = data.draw(st.one_of(st.just(column.version), st.integers(0, column.version + 1)))
        version = column.version
        answer = self._write(name, value, base, op, window)
        if value != column.value and base == version:
            expected = "saved"
            column.save(value)
        else:
            expected = "same" if value == column.value else "conflict"
            if base != version:
                column.waiting = {key: kept for key, kept in column.waiting.items() if kept[1] != window}
            if expected == "conflict":
                column.waiting[op] = (value, window)
        assert (answer.result, answer.version, answer.value) == (expected, column.version, column.value)
        assert answer.yours == (value if expected == "conflict" else "")
        self.answers[op] = (name, value, base, window, answer)

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(sorted(self.answers)))
        name, value, base, window, before = self.answers[op]
        column = self.columns[name]
        answer = self._write(name, value, base, op, window)
        if before.result == "saved":
            assert answer == before
        elif before.result == "same":
            assert (answer.result, answer.value) == ("same", before.value)
            assert answer.version == self._last_version(column, value)
        else:
            assert answer.result == ("conflict" if op in column.waiting else "settled")
            assert (answer.version, answer.value) == (column.version, column.value)

    def _last_version(self, column: Column, value: str) -> int:
        return max((number for number, text in enumerate(column.stood, 1) if text == value), default=0)

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def use_an_id_for_something_else(self, data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(sorted(self.answers)))
        _, value, base, window, _ = self.answers[op]
        with pytest.raises(Refused):
            self._write(RecordField.EXPLANATION, value, base, op, window)

    @precondition(lambda self: any(column.waiting for column in self.columns.values()))
    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([name for name in FIELDS if self.columns[name].waiting]))
        column = self.columns[name]
        write_id = data.draw(st.sampled_from(sorted(column.waiting)))
        hows = [Settlement.CURRENT, Settlement.MINE]
        if name is RecordField.DISCUSSION:
            hows += [Settlement.BOTH, Settlement.REWRITTEN]
        how = data.draw(st.sampled_from(hows))
        rewritten = data.draw(st.sampled_from(VALUES[name])) if how is Settlement.REWRITTEN else None
        base = data.draw(st.one_of(st.just(column.version), st.integers(0, column.version)))
        op = self._op()
        answer = settle_conflict(
            **self.bureau.given,
            meeting=self.meeting,
            write_id=write_id,
            how=how,
            value=rewritten,
            base=base,
            op=op,
        )
        text = column.waiting[write_id][0]
        if base != column.version:
            assert answer.result == "conflict"
            if rewritten is not None and rewritten != column.value:
                column.waiting[op] = (rewritten, "")
        else:
            chosen = {
                Settlement.CURRENT: column.value,
                Settlement.MINE: text,
                Settlement.BOTH: "\n".join(part for part in (column.value, text) if part),
                Settlement.REWRITTEN: rewritten or "",
            }[how]
            del column.waiting[write_id]
            if chosen != column.value:
                column.save(chosen)
            assert answer.result == "settled"
        assert (answer.version, answer.value) == (column.version, column.value)

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "columns"):
            return
        session, item_id = self.bureau.session, self.view.item.id
        now = fields_of(session, [item_id])[item_id]
        waiting = pending_conflicts(session, [item_id])[item_id]
        for name, column in self.columns.items():
            assert (now[name].version, now[name].value) == (column.version, column.value)
            history = [(row.version, row.value) for row in writes_of(session, item_id, name)]
            assert history == list(enumerate(column.stood, 1))
            texts = {conflict.write_id: conflict.yours for conflict in waiting if conflict.field is name}
            assert texts == {op: text for op, (text, _) in column.waiting.items()}
        record = records_of(session, [item_id]).get(item_id)
        saved = sum(column.version for column in self.columns.values())
        assert (record.version if record else 0) == saved


def test_writing_follows_the_model(opened: tuple[Bureau, Meeting, ItemView]) -> None:
    machine = type("WritingHere", (Writing,), {"desk": opened})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=20, stateful_step_count=25, deadline=None)
    )
