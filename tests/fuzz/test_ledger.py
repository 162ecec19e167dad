"""The fuzzers' own judgement: what is lost, overwritten or hidden does not pass."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from meetings_app.db.engine import Database
from minutes.live_tables import RecordField
from tests.fuzz.ledger import Ledger, problems
from tests.fuzz.office import Office, fill_office
from tests.fuzz.wires import Sent, ServiceWire


def played(database: Database) -> tuple[Office, Ledger]:
    """Two windows in one field: version 1 and 2, and a conflict that waits."""
    office, ledger = fill_office(database, 2), Ledger()
    first, second = (
        ServiceWire(database, office.meeting_id, office.item_ids, actor) for actor in office.actors
    )
    for wire, op, base, value in ((first, "a", 0, "一"), (first, "b", 1, "二"), (second, "c", 1, "三")):
        sent = Sent(op, office.item_ids[0], RecordField.CONFIRMED, base, value, f"window-{op}")
        ledger.written.append((sent, wire.write(sent)))
    return office, ledger


def test_a_whole_record_passes(database: Database) -> None:
    office, ledger = played(database)
    assert [answer.result for _, answer in ledger.written] == ["saved", "saved", "conflict"]
    assert problems(database, office.item_ids, ledger) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM field_write WHERE id = 'a'", "a: acknowledged as saved and not there"),
        ("DELETE FROM field_write WHERE id = 'a'", "versions with gaps"),
        ("DELETE FROM field_write WHERE id = 'c'", "c: acknowledged as conflict and not there"),
        ("UPDATE field_write SET value = '別' WHERE id = 'b'", "b: acknowledged as saved and not there"),
        (
            "UPDATE field_write SET base_version = 0 WHERE id = 'b'",
            "overwrote a version its author had not seen",
        ),
        ("UPDATE item_record SET confirmed = '一'", "the record says something else"),
        ("UPDATE item_record SET version = 9", "the record's version is another"),
        (
            "INSERT INTO field_settlement VALUES ('c', '続きを書いた', NULL, '誰か', '2014-05-20 01:00:00')",
            "c: superseded by nothing",
        ),
    ],
)
def test_what_is_lost_or_overwritten_is_found(database: Database, damage: str, said: str) -> None:
    office, ledger = played(database)
    with database.engine.begin() as connection:
        for trigger in connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            connection.execute(text(f"DROP TRIGGER {trigger[0]}"))  # they would keep the rows as they are
        connection.execute(text(damage))
    assert any(said in problem for problem in problems(database, office.item_ids, ledger))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda answer: answer.__class__("saved", 7, "二", ""), "acknowledged as version 7"),
        (lambda answer: answer.__class__("settled", 2, "二", ""), "said to be settled and is not"),
        (
            lambda answer: answer.__class__("conflict", 2, "二", ""),
            "a conflict that does not show both texts",
        ),
    ],
)
def test_an_answer_that_is_not_borne_out_is_found(
    database: Database, change: Callable[[object], object], said: str
) -> None:
    office, ledger = played(database)
    sent, answer = ledger.written[1]
    ledger.written[1] = (sent, change(answer))  # type: ignore[assignment]
    assert any(said in problem for problem in problems(database, office.item_ids, ledger))
