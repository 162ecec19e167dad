"""Engines and sessions.

SQLite runs with isolation_level None and an explicit BEGIN: writers take the write lock at once
(BEGIN IMMEDIATE), because the driver's own transactions let two writers read the same row and lose one
update.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlmodel import Session

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 30_000
DATABASE_FILE = "meetings.sqlite3"
"""What the database of an office is called in its data folder."""

WRITER_LOCK = 7_0101
"""Advisory lock that gives PostgreSQL the same rule as SQLite: one writer at a time, nothing lost."""

Listener = Callable[[Mapping[Any, Any]], None]
"""Called with the `info` of a writer's session once its change has taken effect."""


@dataclass(frozen=True)
class Database:
    """An engine with one way in for readers and one for writers."""

    engine: Engine
    _listeners: list[Listener] = field(default_factory=list, repr=False, compare=False)
    _writer: Lock = field(default_factory=Lock, repr=False, compare=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one consistent state and changes nothing."""
        with Session(self._reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that alone may write, and commit when the block ends without an error.

        One block is one change: it takes effect as a whole or not at all, so services never commit.
        """
        with self._turn(), Session(self._writing) as session:
            yield session
            session.commit()
            noted = dict(session.info)
        self._tell(noted)

    @contextmanager
    def telling(self, listener: Listener) -> Iterator[None]:
        """Within the block, have `listener` called after every change that took effect, in the thread that made it.

        A change that failed is never told. What a listener raises is logged, since the change stands.
        """
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let this process's writers wait for each other.

        SQLite lets a waiting writer sleep, up to 100 ms at a time, and wakes nobody when the lock is free. Other
        processes still meet at its lock, and so does whoever has waited too long here.
        """
        mine = self._writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if mine:
                self._writer.release()

    def _tell(self, noted: Mapping[Any, Any]) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(noted)
            except Exception as error:
                logger.error("a listener failed after a commit: %s", type(error).__name__)  # noqa: TRY400

    @cached_property
    def _reading(self) -> Engine:
        if self.engine.dialect.name == "postgresql":
            return self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return self.engine.execution_options(reads=True)

    @cached_property
    def _writing(self) -> Engine:
        return self.engine.execution_options(writes=True)


def sqlite_url(data: Path) -> str:
    """Return the address of the database inside the data folder `data`."""
    return f"sqlite:///{data / DATABASE_FILE}"


def open_database(url: str) -> Database:
    """Open SQLite or PostgreSQL; does not create or migrate anything."""
    if make_url(url).get_backend_name() == "sqlite":
        return Database(_sqlite_engine(url))
    return Database(_postgresql_engine(url))


def _postgresql_engine(url: str) -> Engine:
    # READ COMMITTED, so that a writer sees what was committed while it waited for the lock.
    engine = create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    return engine


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
            "recursive_triggers=ON",  # INSERT OR REPLACE deletes: only so do the triggers refuse it
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if options.get('reads', False) else 'OFF'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")

    return engine
