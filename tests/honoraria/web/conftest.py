"""Fixtures of the payment pages: the demonstration, also as it is before its payments are assessed."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.demo import replay
from tests.agenda.web import demo as demonstration
from tests.agenda.web.demo import open_demo
from tests.honoraria.web.sheets import finalise
from tests.web_support import Web


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


@pytest.fixture
def unassessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The demonstration with the attendance of its meeting confirmed, and nobody assessed yet."""
    monkeypatch.setattr(demonstration, "_replayed_file", _unassessed_file)
    return open_demo(tmp_path)


@pytest.fixture
def final(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The demonstration with its sheet final and nobody paid: without tax, 5,000 and 2,000 for whoever was open."""
    file = _final_file()
    monkeypatch.setattr(demonstration, "_replayed_file", lambda: file)
    return open_demo(tmp_path)


@cache
def _final_file() -> Path:
    folder = Path(mkdtemp(prefix="meetings-app-final-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    web = open_demo(folder)
    finalise(web)
    web.db.dispose()
    return folder / demonstration.FILE


@cache
def _unassessed_file() -> Path:
    folder = Path(mkdtemp(prefix="meetings-app-unassessed-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = open_database(sqlite_url(folder))
    migrate(database)
    with pytest.MonkeyPatch.context() as patch, database.write() as session:
        patch.setattr(replay, "start_run", lambda **_given: None)
        replay.replay(session, lambda _text: None)
    database.dispose()
    return folder / demonstration.FILE
