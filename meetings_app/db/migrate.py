"""Bring a database to the newest schema. Runs at every start; does nothing where nothing is to be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from meetings_app.core.errors import Refused
from meetings_app.db.engine import Database, open_database


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to `revision`, in one transaction: either all migrations take effect or none.

    Raises Refused when the data was written by a newer version of the product, or when a
    foreign key does not hold afterwards.
    """
    engine = _migration_engine(database)
    try:
        with _scripts() as config, engine.execution_options(writes=True).connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                _refuse_unknown(connection, config)
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
                _check_foreign_keys(connection)
    finally:
        if engine is not database.engine:
            engine.dispose()


def known_revisions() -> frozenset[str]:
    """Return every schema revision this version of the product can read."""
    with _scripts() as config:
        return _revisions(config)


@contextmanager
def _scripts() -> Iterator[Config]:
    with as_file(files("meetings_app.db") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        yield config


def _revisions(config: Config) -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def current_revision(database: Database) -> str | None:
    """Return the schema revision the database stands at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _migration_engine(database: Database) -> Engine:
    """Return an engine of our own for SQLite, since foreign keys are off on its connections meanwhile."""
    if database.engine.dialect.name == "sqlite":
        return open_database(database.engine.url.render_as_string(hide_password=False)).engine
    return database.engine


def _refuse_unknown(connection: Connection, config: Config) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in _revisions(config):
        raise Refused(
            "このデータは、より新しい版のプログラムで作られています。プログラムを新しい版にしてから、もう一度起動してください。"
        )


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise Refused(
            f"データの対応関係が壊れています（{broken[0][0]}）。控え（backup）から戻すか、保守担当に連絡してください。"
        )
