"""Nothing that two people write at the same time may be lost, on either database."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from meetings_app.db.engine import Database

WRITERS = 8
ROUNDS = 25
ROOT = Path(__file__).parents[3]

COUNT_UP = """
import sys
from sqlalchemy import text
from meetings_app.db.engine import open_database

database = open_database(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with database.write() as session:
        seen = session.execute(text("SELECT total FROM tally")).scalar_one()
        session.execute(text("UPDATE tally SET total = :new"), {"new": seen + 1})
database.dispose()
"""


@pytest.fixture
def tally(any_database: Database) -> Database:
    """A database with a counter that stands at 0."""
    with any_database.write() as session:
        session.execute(text("CREATE TABLE tally (total INTEGER NOT NULL)"))
        session.execute(text("INSERT INTO tally VALUES (0)"))
    return any_database


def count_up_and_fail(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE tally SET total = 1"))
        raise ZeroDivisionError


def total(database: Database) -> int:
    with database.read() as session:
        return int(session.execute(text("SELECT total FROM tally")).scalar_one())


def test_eight_processes_lose_no_update(tally: Database) -> None:
    url = tally.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", COUNT_UP, url, str(ROUNDS)]
    writers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(WRITERS)]
    complaints = [writer.communicate(timeout=120)[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, complaints
    assert total(tally) == WRITERS * ROUNDS


def test_a_listener_is_told_once_the_change_stands(tally: Database) -> None:
    told: list[tuple[str, int]] = []
    with tally.telling(lambda info: told.append((info["what"], total(tally)))):
        with tally.write() as session:
            session.info["what"] = "counted"
            session.execute(text("UPDATE tally SET total = 7"))
            assert told == []
        assert told == [("counted", 7)]
        with tally.read() as session:
            session.info["what"] = "looked"
    with tally.write() as session:
        session.info["what"] = "nobody listens any more"
    assert told == [("counted", 7)]


def test_a_change_that_fails_is_not_told(tally: Database) -> None:
    told: list[object] = []
    with tally.telling(told.append), pytest.raises(ZeroDivisionError):
        count_up_and_fail(tally)
    assert told == []


def test_a_listener_that_fails_undoes_nothing(tally: Database, caplog: pytest.LogCaptureFixture) -> None:
    told: list[object] = []

    def broken(_info: object) -> None:
        raise ZeroDivisionError("personal data")

    with tally.telling(broken), tally.telling(told.append), tally.write() as session:
        session.execute(text("UPDATE tally SET total = 7"))
    assert (total(tally), len(told)) == (7, 1)
    assert "ZeroDivisionError" in caplog.text
    assert "personal data" not in caplog.text


def test_a_write_that_fails_leaves_nothing(tally: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        count_up_and_fail(tally)
    assert total(tally) == 0


def test_a_write_is_committed_when_its_block_ends(tally: Database) -> None:
    with tally.write() as session:
        session.execute(text("UPDATE tally SET total = 5"))
    assert total(tally) == 5


def test_a_reader_is_not_blocked_by_a_writer(tally: Database) -> None:
    with tally.write() as writer:
        writer.execute(text("UPDATE tally SET total = 7"))
        assert total(tally) == 0
    assert total(tally) == 7


def test_a_reader_sees_one_state_throughout(tally: Database) -> None:
    with tally.read() as reader:
        before = reader.execute(text("SELECT total FROM tally")).scalar_one()
        with tally.write() as writer:
            writer.execute(text("UPDATE tally SET total = 7"))
        assert reader.execute(text("SELECT total FROM tally")).scalar_one() == before == 0


def test_a_reader_may_not_write(tally: Database) -> None:
    with tally.read() as reader, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        reader.execute(text("UPDATE tally SET total = 7"))
    with tally.write() as writer:
        writer.execute(text("UPDATE tally SET total = 8"))
    assert total(tally) == 8


def test_foreign_keys_are_enforced(any_database: Database) -> None:
    dangling = text(
        "INSERT INTO residence (id, person_id, district, valid_from) VALUES ('1', 'nobody', '釧路', '2026-04-01')"
    )
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), any_database.write() as session:
        session.execute(dangling)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_keeps_what_was_committed(database: Database, pragma: str, value: str | int) -> None:
    with database.read() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
