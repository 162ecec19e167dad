"""支払の窓口: an office behind a browser, with meetings held and sheets made by the services, as of 2014-05-20."""

import atexit
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlmodel import select

from honoraria.services.payments import owed_of
from honoraria.tables import PayRun
from meetings_app.core.clock import tokyo
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.users import User
from tests.honoraria.pay_desk import PayDesk
from tests.office_builder import TODAY
from tests.web_support import MovingClock, Web, app_over, open_web

FILE = "meetings.sqlite3"
Arrange = Callable[[PayDesk], dict[str, str]]
"""Makes what a test needs, and returns the ids it asks about by name."""


@dataclass
class PayOffice:
    """The app with the ids of its people and of what was arranged."""

    web: Web
    people: dict[str, str]
    ids: dict[str, str] = field(default_factory=dict)

    def states(self, run_id: str) -> dict[str, list[str]]:
        """Every attempt's state by name."""
        with self.web.db.read() as session:
            run = session.get_one(PayRun, run_id)
            return {
                owed.payee.name: [str(row.status) for row in owed.attempts] for owed in owed_of(session, run)
            }

    def told(self) -> str:
        """Everything the audit trail says."""
        with self.web.db.read() as session:
            rows = session.exec(select(AuditEntry)).all()
            return "\n".join(f"{row.action} {row.subject_id} {row.detail}" for row in rows)


def open_office(folder: Path, arrange: Arrange) -> PayOffice:
    """Return the office that `arrange` makes, on the afternoon of 2014-05-20; its accounts are of the office's body.

    Each is made once for the suite and copied for every test.
    """
    made = _made(arrange)
    shutil.copyfile(made.web.app.state.folder / FILE, folder / FILE)
    clock = MovingClock(tokyo(TODAY, 15))
    app = app_over(folder, clock)
    web = Web(app, app.state.db, clock, made.web.committee_id, dict(made.web.users), dict(made.web.people))
    return PayOffice(web, made.people, made.ids)


@cache
def _made(arrange: Arrange) -> PayOffice:
    folder = Path(mkdtemp(prefix="meetings-app-pay-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    web = open_web(folder, clock=MovingClock(tokyo(TODAY, 15)))
    with web.db.write() as session:
        desk = PayDesk(session)
        ids = arrange(desk)
        for user in session.exec(select(User)).all():
            user.committee_id = desk.bureau.support.id
            session.add(user)
        web.committee_id = desk.bureau.support.id
        people = dict(desk.bureau.people)
    web.db.dispose()  # closing the last connection writes everything into the one file that is copied
    web.app.state.folder = folder
    return PayOffice(web, people, ids)
