"""An office with an open meeting, served by a process of its own that can be killed and started again."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page
from sqlmodel import col, delete, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import SystemClock
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.db.engine import Database, open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.services.accounts import add_user, start_session
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.users import User, UserSession
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.cookies import Cookies
from minutes.live_tables import RecordField
from minutes.services.field_history import FieldNow, fields_of
from tests.office_builder import TODAY, Bureau
from tests.web_support import PASSWORD, password_hash

SECRETARIAT, CHAIR, OTHER = "jimukyoku", "iincho", "jimukyoku2"
ACCOUNTS = {SECRETARIAT: Role.SECRETARIAT, CHAIR: Role.CHAIR, OTHER: Role.SECRETARIAT}


@dataclass
class LiveOffice:
    """事務局 with open meetings of two items each, one for every test; `address` while it is served."""

    data: Path
    waiting: list[tuple[str, list[str]]]
    meeting_id: str = ""
    items: list[str] = field(default_factory=list)
    address: str = ""
    port: int = 0
    _process: subprocess.Popen[str] | None = None

    @property
    def database(self) -> Database:
        """Open the data beside the server, as a second process does."""
        return open_database(sqlite_url(self.data))

    def next_meeting(self) -> None:
        """Go on with a meeting in which nobody has written yet."""
        self.meeting_id, self.items = self.waiting.pop()

    def start(self) -> None:
        """Serve, on the port of the first time."""
        command = [sys.executable, "-m", "meetings_app", "serve"]
        command += ["--data", str(self.data), "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.address, self.port = found[0], int(found[1])
                return
        raise AssertionError("the server never said where it serves")

    def kill(self) -> None:
        """Kill the server and its worker at once: nothing is tidied up."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate(timeout=30)
            self._process = None

    def sign_in(self, context: BrowserContext, login: str) -> None:
        """Give a browser a session, without the slow check of the password."""
        database = self.database
        with database.write() as session:
            user_id = session.exec(select(User.id).where(User.login == login)).one()
            token = start_session(session=session, clock=SystemClock(), user_id=user_id)
        database.dispose()
        name = Cookies(https=False).name(SESSION_COOKIE)
        context.add_cookies([{"name": name, "value": token, "url": self.address}])

    def end_sessions(self, login: str) -> None:
        """End every session of an account, as when its time runs out."""
        database = self.database
        with database.write() as session:
            user_id = session.exec(select(User.id).where(User.login == login)).one()
            session.exec(delete(UserSession).where(col(UserSession.user_id) == user_id))
        database.dispose()

    def set_status(self, status: MeetingStatus) -> None:
        """Put the meeting into another stage."""
        database = self.database
        with database.write() as session:
            meeting = session.get_one(Meeting, self.meeting_id)
            meeting.status = status
            meeting.closed_at = meeting.ends_at if status is MeetingStatus.CLOSED else None
        database.dispose()

    def stands(self, name: str, item: int = 0) -> FieldNow:
        """Return what the server holds in a field."""
        database = self.database
        with database.read() as session:
            item_id = self.items[item]
            found = fields_of(session, [item_id])[item_id][RecordField(name)]
        database.dispose()
        return found

    def path(self, item: int = 0) -> str:
        """Return the address of the live screen with an item open."""
        return f"{self.address}/meetings/{self.meeting_id}/live?item={self.items[item]}"


def build(data: Path, meetings: int) -> LiveOffice:
    """Set up the office in `data`, with so many meetings."""
    data.mkdir()
    database = open_database(sqlite_url(data))
    migrate(database)
    with database.write() as session:
        bureau = Bureau(session)
        made = [_opened(bureau, number) for number in range(meetings)]
        for login, role in ACCOUNTS.items():
            _add_account(bureau, login, role)
    database.dispose()
    return LiveOffice(data, made)


def _opened(bureau: Bureau, number: int) -> tuple[str, list[str]]:
    meeting = bureau.meeting(TODAY + timedelta(days=number))
    bureau.item(meeting, bureau.case(number + 1))
    bureau.matter(meeting)
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    return meeting.id, [view.item.id for view in bureau.items(meeting)]


def _add_account(bureau: Bureau, login: str, role: Role) -> None:
    add_user(
        session=bureau.session,
        actor=Actor(name="tests", role=Role.SECRETARIAT, committee_id=bureau.support.id),
        clock=bureau.clock,
        login=login,
        display_name=login,
        role=role,
        committee_id=bureau.support.id,
        person_id=bureau.people["委員長"] if role is Role.CHAIR else None,
        password_hash=password_hash(),
    )


def live_field(page: Page, office: LiveOffice, name: str, item: int = 0) -> Locator:
    """Return a field of the live screen."""
    return page.locator(f'[data-live-field][data-item="{office.items[item]}"][data-field="{name}"]')


def log_in(page: Page, login: str) -> None:
    """Fill in the login page that is open."""
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
