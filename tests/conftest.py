"""Fixtures for the whole suite: databases, a clock, and how Hypothesis runs."""

import gc
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.db.engine import Database, open_database, sqlite_url
from meetings_app.db.migrate import migrate
from tests.demo_runs import DemoRun, copy_of, demo_made_once
from tests.postgresql import Cluster, find_binaries, running_cluster

IN_CI = os.environ.get("CI") == "true"
TEMPLATE = "migrated"

# Every test of a page makes a whole app: looking for garbage after each 700 new objects costs a sixth of the run.
gc.set_threshold(100_000, 50, 100)

settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if IN_CI else "desk")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 10:00 in Japan on Tuesday, 10 November 2026."""
    return FixedClock(tokyo(date(2026, 11, 10), 10))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and no rows, to be copied."""
    folder = tmp_path_factory.mktemp("migrated")
    database = open_database(sqlite_url(folder))
    migrate(database)
    database.dispose()
    return folder / "meetings.sqlite3"


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """SQLite with the newest schema, in the test's own folder, where the product keeps it."""
    shutil.copyfile(migrated_file, tmp_path / "meetings.sqlite3")
    yield from _opened(sqlite_url(tmp_path))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server for the suite; starts when the first test asks for it."""
    binaries = find_binaries()
    if binaries is None:
        missing = "PostgreSQL (initdb, postgres) is not installed: install the Debian package postgresql"
        if IN_CI:
            pytest.fail(missing)
        pytest.skip(missing)
    with running_cluster(binaries) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a PostgreSQL database with the newest schema and no rows, to be copied."""
    database = open_database(cluster.create(TEMPLATE))
    migrate(database)
    database.dispose()
    return TEMPLATE


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Each kind of database in turn, with the newest schema and no rows."""
    if request.param == "sqlite":
        yield request.getfixturevalue("database")
        return
    yield from _on_cluster(request.getfixturevalue("cluster"), request.getfixturevalue("template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each kind of database in turn, before its first migration."""
    if request.param == "sqlite":
        yield from _opened(sqlite_url(tmp_path))
        return
    yield from _on_cluster(request.getfixturevalue("cluster"), "template0")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """The demonstration, run once for all workers as the README does, without serving; each has a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return copy_of(demo_made_once(shared / "demo-made-once"), tmp_path_factory.mktemp("demo"))


def _on_cluster(cluster: Cluster, template: str) -> Iterator[Database]:
    name = f"test_{uuid.uuid4().hex}"
    url = cluster.create(name, template)
    try:
        yield from _opened(url)
    finally:
        cluster.drop(name)


def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.dispose()
