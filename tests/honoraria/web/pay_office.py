"""支払の窓口: an office behind a browser, with meetings held and sheets made by the services, as of 2014-05-20."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import select

from honoraria.services.payments import owed_of
from honoraria.tables import PayRun
from meetings_app.core.clock import tokyo
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.users import User
from tests.honoraria.pay_desk import PayDesk
from tests.office_builder import TODAY
from tests.web_support import MovingClock, Web, open_web


@dataclass
class PayOffice:
    """The app with the ids of its people and of what `arrange` returned."""

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


def open_office(folder: Path, arrange: Callable[[PayDesk], dict[str, str]]) -> PayOffice:
    """Return an office in which `arrange` made what a test needs; its accounts are those of the office's body."""
    clock = MovingClock(tokyo(TODAY, 15))
    web = open_web(folder, clock=clock)
    with web.db.write() as session:
        desk = PayDesk(session)
        ids = arrange(desk)
        for user in session.exec(select(User)).all():
            user.committee_id = desk.bureau.support.id
            session.add(user)
        web.committee_id = desk.bureau.support.id
        people = dict(desk.bureau.people)
    return PayOffice(web, people, ids)
