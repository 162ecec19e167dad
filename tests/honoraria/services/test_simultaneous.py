"""同時の操作: fifty people do the same thing at once, and it happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlmodel import Session, func, select

from honoraria.services.frozen import sha256
from honoraria.services.payments import order_transfer, pay_cash
from honoraria.services.runs import approve_run, check_run, content_of, finalise_run, start_run
from honoraria.tables import PayLine, Payment, PayRun, TransferFile
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, Refused
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.office import AuditEntry
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk

AT_ONCE = 50


class Crowd:
    """Runs one service fifty times at once, each in a session of its own, and counts what came of it."""

    def __init__(self, database: Database, desk_actors: list[Actor], clock: Clock) -> None:
        self.database, self.actors, self.clock = database, desk_actors, clock

    def __call__(self, do: Callable[[Session, Actor], object]) -> int:
        """Return how many were told that it was done; the others were refused, none failed otherwise."""
        gate = Barrier(AT_ONCE)

        def one(number: int) -> bool:
            gate.wait(timeout=60)
            try:
                with self.database.write() as session:
                    do(session, self.actors[number % len(self.actors)])
            except (Refused, Conflict):
                return False
            return True

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return sum(pool.map(one, range(AT_ONCE)))

    def count(self, what: Any, *where: Any) -> int:
        with self.database.read() as session:
            return session.exec(select(func.count()).select_from(what).where(*where)).one()

    def audited(self, action: str) -> int:
        return self.count(AuditEntry, AuditEntry.action == action)


def test_fifty_at_once_leave_one(any_database: Database) -> None:
    database = any_database
    with database.write() as session:
        desk = PayDesk(session)
        desk.payer()
        desk.accounts(["委員長"])
        meeting = desk.held()
        meeting_id, person_id, clock = meeting.id, desk.bureau.people["委員長"], desk.bureau.clock
        actors, committee_id = [desk.first, desk.second], desk.bureau.support.id
        third = desk.accountant("会計 三郎")
    crowd = Crowd(database, actors, clock)

    crowd(
        lambda session, actor: start_run(
            session=session, actor=actor, clock=clock, meeting=session.get_one(Meeting, meeting_id)
        )
    )
    assert crowd.count(PayRun) == 1
    assert crowd.audited("支給調書の作成") == 1
    with database.read() as session:
        run = session.exec(select(PayRun).where(PayRun.committee_id == committee_id)).one()
        run_id, seen = run.id, sha256(content_of(session, run))

    def step(service: Callable[..., object]) -> Callable[[Session, Actor], object]:
        return lambda session, actor: service(
            session=session, actor=actor, clock=clock, run=session.get_one(PayRun, run_id), seen=seen
        )

    crowd.actors = [third]
    assert crowd(step(check_run)) == AT_ONCE, "the same person's clicks all end well"
    assert crowd.audited("支給調書の確認") == 1
    crowd.actors = [third, *actors]
    approved = crowd(step(approve_run))
    assert 0 < approved < AT_ONCE
    assert crowd.audited("支給調書の承認") == 1
    crowd(step(finalise_run))
    assert crowd.audited("支給調書の確定") == 1
    assert crowd.count(PayLine) == 1

    crowd(
        lambda session, actor: order_transfer(
            session=session,
            actor=actor,
            clock=clock,
            run=session.get_one(PayRun, run_id),
            transfer_on=TRANSFER_DAY,
        )
    )
    assert (crowd.count(TransferFile), crowd.count(Payment), crowd.audited("振込データの作成")) == (1, 1, 1)
    done = crowd(
        lambda session, actor: pay_cash(
            session=session,
            actor=actor,
            clock=clock,
            run=session.get_one(PayRun, run_id),
            person_id=person_id,
            paid_on=clock.now().date(),
        )
    )
    assert (done, crowd.count(Payment)) == (0, 1), "who is on a bank file is not paid in cash as well"
