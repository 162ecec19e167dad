"""One valid row for every table of whatever schema a database stands at, made from the schema itself."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    inspect,
    text,
)
from sqlalchemy.types import TypeEngine

from meetings_app.db.engine import Database

Row = dict[str, Any]

FIRST_DAY = date(2026, 4, 1)
FIRST_MOMENT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
ALLOWED = re.compile(r"\b(\w+)(?:::text)? (?:IN \(|= ANY \(ARRAY\[)'([^']+)'")
"""Finds, in a CHECK as SQLite or PostgreSQL tells it, a column and the first term it may hold."""

OWN_TABLE = "alembic_version"

FITTING: dict[str, Row] = {
    "amendment": {"before_text": "午前", "after_text": "午後"},
    "daily_tax": {"taxable": 5000},
    "plan": {"period_start": FIRST_DAY},
    "bank_account": {"bank_code": "0001", "branch_code": "001", "number": "0000001"},
    "pay_run": {"four_eyes": False},
    "pay_line": {
        "corrects_id": None,
        "prior_honorarium": 0,
        "prior_travel": 0,
        "held_on": FIRST_DAY,
        "travel_day": FIRST_DAY,
    },
}
"""What CHECK constraints over several columns ask for."""

AFTER_FINAL = ("transfer_file", "payment")
"""Tables that take rows only once the payment sheet is final, and come last for that."""


def reflect(connection: Connection) -> MetaData:
    """Return the product's tables as they stand in the database."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != OWN_TABLE)
    return found


def fill(database: Database) -> dict[str, Row]:
    """Put one valid row into every table, no column left empty; return the rows by table."""
    with database.write() as session:
        connection = session.connection()
        tables = reflect(connection).sorted_tables
        rows: dict[str, Row] = {}
        for table in sorted(
            tables, key=lambda table: AFTER_FINAL.index(table.name) if table.name in AFTER_FINAL else -1
        ):
            if table.name == AFTER_FINAL[0]:
                _finalise(connection, rows["pay_run"])
            rows[table.name] = _row(table, rows, _terms(connection, table.name))
            connection.execute(table.insert(), rows[table.name])
    return rows


def _finalise(connection: Connection, run: Row) -> None:
    run["status"] = "確定"
    connection.execute(text("UPDATE pay_run SET status = '確定'"))


def read_all(database: Database) -> dict[str, list[Row]]:
    """Return every row of every table, moments in UTC."""
    with database.read() as session:
        connection = session.connection()
        return {
            table.name: [
                {key: _in_utc(value) for key, value in row.items()}
                for row in connection.execute(table.select()).mappings()
            ]
            for table in reflect(connection).sorted_tables
        }


def _terms(connection: Connection, table: str) -> dict[str, str]:
    checks = inspect(connection).get_check_constraints(table)
    return {column: term for check in checks for column, term in ALLOWED.findall(check["sqltext"])}


def _row(table: Table, rows: dict[str, Row], terms: dict[str, str]) -> Row:
    """Fill the columns in their order: dates and moments rise, so that what ends does so after it began."""
    steps = count()
    row: Row = {}
    for column in table.columns:
        row[column.name] = _value(column, table, {**rows, table.name: row}, terms, next(steps))
    return row | {key: value for key, value in FITTING.get(table.name, {}).items() if key in row}


def _value(column: Column[Any], table: Table, rows: dict[str, Row], terms: dict[str, str], step: int) -> Any:
    for key in column.foreign_keys:
        owner, field = key.target_fullname.rsplit(".", 1)
        return rows[owner][field]
    if column.name in terms:
        return terms[column.name]
    return _plain(column.type, f"{table.name}-1"[:32], step)


def _plain(kind: TypeEngine[Any], name: str, step: int) -> Any:
    """Return a value of `kind`; `step` places it after the columns before it."""
    match kind:
        case Boolean():
            return True
        case Integer():
            return 1
        case DateTime():
            return FIRST_MOMENT + timedelta(hours=step)
        case Date():
            return FIRST_DAY + timedelta(days=step)
        case String():
            return name[: kind.length]
    return b"\x01"


def _in_utc(value: Any) -> Any:
    """Give moments the form they were filled in with: SQLite knows no time zone, PostgreSQL has its own."""
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
