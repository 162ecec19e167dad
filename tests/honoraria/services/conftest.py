"""Fixtures of payments: a desk on each kind of database, or on SQLite alone where that says enough."""

from collections.abc import Iterator

import pytest

from meetings_app.db.engine import Database
from tests.honoraria.pay_desk import PayDesk


@pytest.fixture
def desk(any_database: Database) -> Iterator[PayDesk]:
    with any_database.write() as session:
        yield PayDesk(session)


@pytest.fixture
def quick_desk(database: Database) -> Iterator[PayDesk]:
    with database.write() as session:
        yield PayDesk(session)
