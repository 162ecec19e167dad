"""The demonstration behind a browser: replayed once for the whole suite, copied for every test."""

import atexit
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlmodel import col, select

from agenda.tables import Client, Plan
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import CommitteeKind
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.demo.replay import replay
from meetings_app.demo.story import MEETING_DAY
from meetings_app.services.committees import find_committee
from meetings_app.tables.users import User
from tests.web_support import MovingClock, Web, app_over

FILE = "meetings.sqlite3"


@cache
def _replayed_file() -> Path:
    folder = Path(mkdtemp(prefix="meetings-app-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = open_database(sqlite_url(folder))
    migrate(database)
    with database.write() as session:
        replay(session, lambda _text: None)
    database.dispose()
    return folder / FILE


def open_demo(folder: Path, *, on: date = MEETING_DAY) -> Web:
    """Return the demonstration as of the afternoon of a day (2014-03-25), with its six accounts."""
    return open_data(_replayed_file(), folder, on=on)


def open_data(file: Path, folder: Path, *, on: date = MEETING_DAY) -> Web:
    """Return a copy of a demonstration's data, which stand at the newest schema, behind a browser."""
    shutil.copy(file, folder / FILE)
    clock = MovingClock(tokyo(on, 16, 30))
    app = app_over(folder, clock)
    web = Web(app=app, db=app.state.db, clock=clock)
    with web.db.read() as session:
        web.committee_id = find_committee(session, CommitteeKind.SUPPORT).id
        for user in session.exec(select(User)).all():
            web.users[user.role] = user.id
            web.people[user.role] = user.person_id or ""
    return web


def client_id(web: Web, case: int) -> str:
    """Return the id of a case by its number."""
    with web.db.read() as session:
        return session.exec(select(Client.id).where(Client.case_number == case)).one()


def plan_of(web: Web, case: int, number: int) -> Plan:
    """Return a plan as it stands now, detached."""
    with web.db.read() as session:
        plan = session.exec(
            select(Plan)
            .join(Client, col(Plan.client_id) == Client.id)
            .where(Client.case_number == case, Plan.number == number)
        ).one()
        session.expunge(plan)
        return plan
