"""Every database, empty or full, comes to the newest schema whole, and the schema is what the models say."""

import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect, text

from meetings_app.core.errors import Refused
from meetings_app.db.all_tables import metadata
from meetings_app.db.engine import Database
from meetings_app.db.migrate import current_revision, migrate
from tests.rows import OWN_TABLE, Row, fill, read_all

FIRST = "0001"
PROCESSES = 4
ROOT = Path(__file__).parents[3]

MIGRATE = """
import sys
from meetings_app.db.engine import open_database
from meetings_app.db.migrate import migrate

database = open_database(sys.argv[1])
migrate(database)
database.dispose()
"""


def newest() -> str | None:
    return ScriptDirectory(str(ROOT / "meetings_app/db/migrations")).get_current_head()


def tables(database: Database) -> set[str]:
    with database.read() as session:
        return set(inspect(session.connection()).get_table_names())


def downgrade(database: Database, revision: str) -> None:
    with (
        as_file(files("meetings_app.db") / "migrations") as scripts,
        database.write() as session,
    ):
        config = Config()
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = session.connection()
        command.downgrade(config, revision)


def checks_in_models() -> set[tuple[str, str]]:
    return {
        (table.name, str(constraint.name))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def checks_in_database(connection: Connection) -> list[tuple[str, str]]:
    inspector = inspect(connection)
    return [
        (table, str(check["name"]))
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    ]


def test_an_empty_database_comes_to_the_newest_schema(empty_database: Database) -> None:
    assert current_revision(empty_database) is None
    migrate(empty_database)
    assert current_revision(empty_database) == newest()
    assert tables(empty_database) == set(metadata.tables) | {OWN_TABLE}


def test_migrating_again_changes_nothing(any_database: Database) -> None:
    rows = fill(any_database)
    migrate(any_database)
    assert read_all(any_database) == {table: [row] for table, row in rows.items()}


def test_the_schema_is_what_the_models_say(any_database: Database) -> None:
    with any_database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_checks_are_those_of_the_models_each_under_its_own_name(any_database: Database) -> None:
    """Alembic does not compare CHECK constraints."""
    with any_database.read() as session:
        found = checks_in_database(session.connection())
    assert sorted(found) == sorted(checks_in_models())


def test_filled_tables_keep_every_row_on_the_way_from_the_first_schema(empty_database: Database) -> None:
    migrate(empty_database, FIRST)
    rows = fill(empty_database)
    assert set(rows) == tables(empty_database) - {OWN_TABLE}
    migrate(empty_database)
    after = read_all(empty_database)
    for table, row in rows.items():
        assert [_common(found, row) for found in after[table]] == [row]


def _common(found: Row, before: Row) -> Row:
    return {column: found[column] for column in before}


def test_the_way_down_and_up_again(any_database: Database) -> None:
    downgrade(any_database, "base")
    assert tables(any_database) <= {OWN_TABLE}
    migrate(any_database)
    assert tables(any_database) == set(metadata.tables) | {OWN_TABLE}
    fill(any_database)


def test_processes_that_start_at_the_same_moment_migrate_once(empty_database: Database) -> None:
    url = empty_database.engine.url.render_as_string(hide_password=False)
    command_line = [sys.executable, "-c", MIGRATE, url]
    starts = [subprocess.Popen(command_line, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(PROCESSES)]
    complaints = [start.communicate(timeout=120)[1].decode() for start in starts]
    assert [start.returncode for start in starts] == [0] * PROCESSES, complaints
    assert current_revision(empty_database) == newest()
    fill(empty_database)


def test_data_of_a_newer_version_is_refused_and_left_as_it_is(any_database: Database) -> None:
    with any_database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="より新しい版のプログラムで作られています。プログラムを新しい版にして"):
        migrate(any_database)
    assert current_revision(any_database) == "9999"


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: Connection) -> None:
        raise Refused("データの対応関係が壊れています。")

    monkeypatch.setattr("meetings_app.db.migrate._check_foreign_keys", fail)
    with pytest.raises(Refused):
        migrate(empty_database)
    assert tables(empty_database) == set()


def test_dangling_rows_stop_a_migration(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            connection.exec_driver_sql(
                "INSERT INTO residence (id, person_id, district, valid_from)"
                " VALUES ('1', 'nobody', '釧路', '2026-04-01')"
            )
    with pytest.raises(
        Refused, match="データの対応関係が壊れています（residence）。控え（backup）から戻すか"
    ):
        migrate(database)
