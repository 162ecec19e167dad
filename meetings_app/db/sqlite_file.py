"""A SQLite file seen from outside: what belongs to it, whether it is sound, and whether it is ours.

Uses the driver alone, since a file that somebody hands in may be anything.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from meetings_app.core.errors import Refused
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import known_revisions, migrate

MAGIC = b"SQLite format 3\x00"
COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a database: part of it until it is closed in order."""
WAIT_SECONDS = 2.0
REVISION_TABLE = "alembic_version"

Schema = dict[tuple[str, str], frozenset[str]]
"""Kind and name of everything in a schema, with the columns where it is a table."""


def connect(file: Path) -> sqlite3.Connection:
    """Open an existing file outside any transaction, trusting nothing that its schema says."""
    connection = sqlite3.connect(
        f"{file.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=WAIT_SECONDS
    )
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def files_of(database: Path) -> tuple[Path, ...]:
    """Return the database itself and the places of its companions, there or not."""
    return (database, *(database.with_name(database.name + suffix) for suffix in COMPANIONS))


def fault_in(file: Path) -> str:
    """Return in Japanese, without a full stop, what is damaged in a SQLite file; '' where it is sound."""
    try:
        with closing(connect(file)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        return "ファイルが壊れています"
    if not sound:
        return "ファイルが壊れています"
    return f"データの対応関係が壊れています（{dangling[0]}）" if dangling else ""


def holds_data(file: Path) -> bool:
    """Return whether any table of the product holds a row; True as well where nobody can tell any more."""
    if not file.exists():
        return False
    try:
        with closing(connect(file)) as connection:
            tables = {name for kind, name in _schema(connection) if kind == "table"} - {REVISION_TABLE}
            return any(
                connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone()  # noqa: S608 - its own schema
                for name in tables
            )
    except sqlite3.DatabaseError:
        return True


def refuse_foreign(file: Path) -> None:
    """Make sure that `file` has a schema that this version of the product knows. Raises Refused."""
    with closing(connect(file)) as connection:
        found = _schema(connection)
        revision = _revision(connection) if ("table", REVISION_TABLE) in found else None
    if revision is not None and revision not in known_revisions():
        raise Refused(
            "この控えは、より新しい版のプログラムで作られています。プログラムを新しい版にしてから、もう一度実行してください。"
        )
    if revision is None or not _fits(found, _schema_at(revision)):
        raise Refused(
            "この製品のデータではありません。控え（backup）で作ったファイルを指定して、もう一度実行してください。"
        )


def _revision(connection: sqlite3.Connection) -> str | None:
    rows = connection.execute(f"SELECT version_num FROM {REVISION_TABLE}").fetchall()  # noqa: S608 - a constant
    return str(rows[0][0]) if len(rows) == 1 else None


def _schema(connection: sqlite3.Connection) -> Schema:
    rows = connection.execute(
        "SELECT s.type, s.name, c.name FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c "
        "WHERE s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    found: dict[tuple[str, str], set[str]] = {}
    for kind, name, column in rows:
        found.setdefault((kind, name), set()).add(column)
    return {thing: frozenset(columns) for thing, columns in found.items()}


def _schema_at(revision: str) -> Schema:
    """Return the schema of `revision`, by building it anew."""
    with TemporaryDirectory() as folder:
        database = open_database(sqlite_url(Path(folder)))
        try:
            migrate(database, revision)
        finally:
            database.dispose()
        with closing(connect(Path(str(database.engine.url.database)))) as connection:
            return _schema(connection)


def _fits(found: Schema, expected: Schema) -> bool:
    """Return whether all we need is there, and nothing that acts on its own accord."""
    strange = {kind for kind, _name in found.keys() - expected.keys()}
    return expected.items() <= found.items() and not strange & {"trigger", "view"}
