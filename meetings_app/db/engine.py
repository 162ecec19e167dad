"""Engines and sessions.

SQLite runs with isolation_level None and an explicit BEGIN: writers take the write lock at once
(BEGIN IMMEDIATE), because the driver's own transactions let two writers read the same row and lose one
update.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

BUSY_TIMEOUT_MS = 30_000


@dataclass(frozen=True)
class Database:
    """An engine with one way in for readers and one for writers."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one consistent state and changes nothing."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that holds the write lock from its first statement; the service commits."""
        with Session(self.engine.execution_options(writes=True)) as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def sqlite_url(data: Path) -> str:
    """Return the address of the database inside the data folder `data`."""
    return f"sqlite:///{data / 'meetings.sqlite3'}"


def open_database(url: str) -> Database:
    """Open SQLite or PostgreSQL; does not create or migrate anything."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(_sqlite_engine(url))
    return Database(create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True))


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "synchronous=FULL",
            "trusted_schema=OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
