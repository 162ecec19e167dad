"""An office with one case, for tests of the register's services. The clock stands at 2026-11-10."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlmodel import Session

from agenda.services.cases import add_client
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import Capacity, CommitteeKind, Role
from meetings_app.services.committees import appoint
from meetings_app.services.members import add_person
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.committees import Committee


class Given(TypedDict):
    """What every changing service is given."""

    session: Session
    actor: Actor
    clock: Clock


@dataclass
class Desk:
    """事務局 under test: one body, and who acts for it."""

    session: Session
    clock: Clock
    actor: Actor

    @property
    def given(self) -> Given:
        return {"session": self.session, "actor": self.actor, "clock": self.clock}

    def case(self, number: int = 3, initials: str = "K.S", **facts: Any) -> Client:
        return add_client(
            **self.given,
            case_number=number,
            initials=initials,
            first_contact_on=facts.pop("first_contact_on", date(2026, 10, 1)),
            **facts,
        )

    def plan(self, client: Client, **facts: Any) -> Plan:
        given: dict[str, Any] = {"client_id": client.id, "number": 1, "goal": "目標"} | facts
        plan = Plan(**given)
        self.session.add(plan)
        self.session.flush()
        return plan

    def person(self, name: str = "葦原 守", kana: str = "あしはら まもる", *, staff: bool = False) -> str:
        person = add_person(**self.given, name=name, kana=kana)
        if staff:
            appoint(
                **self.given,
                committee_id=self.actor.committee_id,
                person_id=person.id,
                capacity=Capacity.SECRETARIAT,
                valid_from=date(2026, 4, 1),
                valid_to=None,
            )
        return person.id

    def keep_names(self) -> None:
        set_setting(**self.given, key="cases.names", value=True)


def open_desk(session: Session, clock: Clock, name: str = "見本市 支援調整会議") -> Desk:
    """Set up a body and somebody of its secretariat."""
    body = Committee(kind=CommitteeKind.SUPPORT, name=name, municipality="釧路市", region="釧路")
    session.add(body)
    session.flush()
    return Desk(session, clock, Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id=body.id))
