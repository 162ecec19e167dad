"""An office set up quickly for tests of services: two bodies, people, cases and meetings, made by the services.

Everything happens as of `TODAY`, 2014-05-20, after the amendment of 2014-04-01, so that assessments carry no
remarks on the text in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import TypedDict

from sqlmodel import Session, select

from agenda.services.assembly import Skip, add_item, assemble_agenda
from agenda.services.items import ItemView, items_of
from agenda.services.kinship import NONE, declare_kinship
from agenda.services.participation import Choice, decide_participants
from agenda.tables import AgendaItem, Client, Consent, Plan
from calendars.services import convene
from honoraria.services.assessments import Line, assess_meeting
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, FixedClock, tokyo
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    CommitteeKind,
    District,
    DueReason,
    Office,
    PlanOutcome,
    Purpose,
    Role,
    ServiceClass,
    WorkingTime,
)
from meetings_app.services.committees import appoint, create_committee, elect
from meetings_app.services.meetings import add_venue, plan_meeting
from meetings_app.services.members import add_person, declare_residence, declare_status
from meetings_app.services.passwords import hash_password
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Meeting, Venue
from meetings_app.tables.office import AuditEntry
from minutes.services.attendance import arrive, attendance_of, confirm_attendance, mark_absent
from minutes.services.running import (
    Outcome,
    close_meeting,
    open_meeting,
    possible_outcomes,
    record_item,
    records_of,
)

TODAY = date(2014, 5, 20)
TERM = (date(2014, 4, 1), date(2015, 4, 1))
SINCE = date(2014, 4, 1)
PASSWORD = "a quiet harbour"
SECRETARY = Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id="")


class Given(TypedDict):
    """What every changing service is given."""

    session: Session
    actor: Actor
    clock: Clock


@cache
def password_hash() -> str:
    """Hash PASSWORD once for all tests: it is slow on purpose."""
    return hash_password(PASSWORD)


@dataclass
class Bureau:
    """事務局 under test: both bodies with a chair, two deputies and an adviser, and a venue in 釧路."""

    session: Session
    clock: FixedClock = field(default_factory=lambda: FixedClock(tokyo(TODAY, 9)))
    people: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.support = self.body(CommitteeKind.SUPPORT, "支援調整会議")
        self.regional = self.body(CommitteeKind.REGIONAL, "圏域会議")
        self.venue: Venue = add_venue(**self.given, name="会議室1", district=District.KUSHIRO)
        self.member("委員長", office=Office.CHAIR)
        self.member("副委員長1", office=Office.VICE_CHAIR)
        self.member("副委員長2", office=Office.VICE_CHAIR, seat=2)
        self.member("助言者", capacity=Capacity.ADVISER, district=District.AKAN)

    @property
    def given(self) -> Given:
        """Session, actor and clock, as the services take them."""
        return {"session": self.session, "actor": SECRETARY, "clock": self.clock}

    def body(self, kind: CommitteeKind, name: str) -> Committee:
        return create_committee(**self.given, kind=kind, name=name, municipality="釧路市", region="釧路")

    # --- people ---

    def person(
        self,
        name: str,
        *,
        district: District | None = District.KUSHIRO,
        declared: bool = True,
        employment: tuple[ServiceClass, WorkingTime] | None = None,
        mailbox: str = "",
    ) -> str:
        """Add somebody with residence, public-service status (none, unless `employment`) and kin to nobody."""
        person = add_person(**self.given, name=name, kana=name, mailbox=mailbox)
        self.people[name] = person.id
        if district is not None:
            declare_residence(**self.given, person_id=person.id, district=district, valid_from=SINCE)
        if declared:
            self.status(person.id, employment)
            self.kin(person.id, None, NONE)
        return person.id

    def status(
        self, person_id: str, employment: tuple[ServiceClass, WorkingTime] | None, since: date = SINCE
    ) -> None:
        declare_status(
            **self.given,
            person_id=person_id,
            declared_on=since,
            valid_from=since,
            is_public_employee=employment is not None,
            service_class=employment[0] if employment else None,
            working_time=employment[1] if employment else None,
        )

    def kin(self, person_id: str, client: Client | None, path: str, since: date = SINCE) -> None:
        declare_kinship(
            **self.given,
            person_id=person_id,
            client_id=client.id if client else None,
            path=path,
            relation="",
            declared_on=since,
            valid_from=since,
        )

    def member(
        self,
        name: str,
        *,
        capacity: Capacity = Capacity.MEMBER,
        office: Office | None = None,
        seat: int = 1,
        term: tuple[date, date | None] = TERM,
        body: Committee | None = None,
        district: District | None = District.KUSHIRO,
        employment: tuple[ServiceClass, WorkingTime] | None = None,
    ) -> str:
        """Appoint somebody, new or known by `name`, and elect them where an office is given."""
        person_id = self.people.get(name) or self.person(name, district=district, employment=employment)
        committee_id = (body or self.support).id
        appoint(
            **self.given,
            committee_id=committee_id,
            person_id=person_id,
            capacity=capacity,
            valid_from=term[0],
            valid_to=term[1],
        )
        if office is not None:
            elect(
                **self.given,
                committee_id=committee_id,
                person_id=person_id,
                office=office,
                seat=seat,
                valid_from=term[0],
                valid_to=term[1],
            )
        return person_id

    # --- cases ---

    def client(self, number: int, *, consent: tuple[date, date | None] | None = (SINCE, None)) -> Client:
        client = Client(committee_id=self.support.id, case_number=number, initials="A.B")
        self.session.add(client)
        self.session.flush()
        if consent is not None:
            self.session.add(Consent(client_id=client.id, valid_from=consent[0], valid_to=consent[1]))
        self.session.flush()
        return client

    def plan(self, client: Client, number: int = 1, **facts: date | None) -> Plan:
        """Add a plan; without facts it was drafted on 2014-05-01 and no meeting has confirmed it."""
        drafted = {} if facts else {"drafted_on": date(2014, 5, 1)}
        plan = Plan(client_id=client.id, number=number, **(facts or drafted))
        self.session.add(plan)
        self.session.flush()
        return plan

    def case(self, case: int = 1, number: int = 1, **facts: date | None) -> Plan:
        """Add a consenting client with one plan."""
        return self.plan(self.client(case), number, **facts)

    # --- meetings ---

    def meeting(self, day: date = TODAY, hour: int = 10, *, body: Committee | None = None) -> Meeting:
        return plan_meeting(
            **self.given,
            committee_id=(body or self.support).id,
            starts_at=tokyo(day, hour),
            ends_at=tokyo(day, hour + 2),
            venue_id=self.venue.id,
        )

    def assemble(self, meeting: Meeting, *skips: Skip) -> list[AgendaItem]:
        return assemble_agenda(**self.given, meeting=meeting, skips=skips)

    def matter(self, meeting: Meeting, title: str = "地域の課題について") -> AgendaItem:
        """Add a matter without a plan."""
        return add_item(**self.given, meeting=meeting, title=title, purpose=Purpose.REGIONAL)

    def item(self, meeting: Meeting, plan: Plan, reason: DueReason = DueReason.NEW) -> AgendaItem:
        return add_item(**self.given, meeting=meeting, plan=plan, reason=reason)

    def items(self, meeting: Meeting) -> list[ItemView]:
        return items_of(self.session, meeting.id)

    def decide(
        self,
        meeting: Meeting,
        *names: str,
        capacity: Capacity | None = None,
        items: Sequence[ItemView] | None = None,
        by: str = "委員長",
        on: date | None = None,
        required: bool = False,
    ) -> None:
        """Let the chair decide that `names` take part in every item (or in `items`)."""
        for view in self.items(meeting) if items is None else items:
            decide_participants(
                **self.given,
                meeting=meeting,
                item=view.item,
                choices=[
                    Choice(self.people[name], capacity or self._capacity(name), required=required)
                    for name in names
                ],
                decided_by_id=self.people[by],
                decided_on=on or meeting.starts_at.date() - timedelta(days=1),
            )

    def _capacity(self, name: str) -> Capacity:
        return Capacity.ADVISER if name == "助言者" else Capacity.MEMBER

    def opened(self, meeting: Meeting, *names: str) -> Meeting:
        """Convene and open the meeting, with the chair and `names` decided for all items; nobody is there yet."""
        self.decide(meeting, "委員長", *names)
        convene(**self.given, meeting=meeting)
        there = FixedClock(max(self.clock.now(), meeting.starts_at))  # nothing is opened before its day
        open_meeting(
            session=self.session,
            actor=SECRETARY,
            clock=there,
            meeting=meeting,
            at=meeting.starts_at,
            presider_id=self.people["委員長"],
        )
        return meeting

    def come(
        self, meeting: Meeting, *names: str, after: int = 0, mode: AttendanceMode = AttendanceMode.IN_PERSON
    ) -> None:
        """Record arrivals, `after` minutes from the start."""
        for name in names:
            arrive(
                **self.given,
                meeting=meeting,
                person_id=self.people[name],
                at=minute(meeting, after),
                mode=mode,
            )

    def record(
        self,
        meeting: Meeting,
        view: ItemView,
        outcome: str | None = PlanOutcome.APPROVED,
        *,
        begins: int = 0,
        ends: int = 30,
    ) -> None:
        """Record an item as dealt with between two minutes of the meeting."""
        known = records_of(self.session, [view.item.id]).get(view.item.id)
        record_item(
            **self.given,
            meeting=meeting,
            view=view,
            result=Outcome(outcome, discussion="意見なし。"),
            version=known.version if known else 0,
            started_at=minute(meeting, begins),
            ended_at=minute(meeting, ends),
        )

    def closed(self, meeting: Meeting) -> list[ItemView]:
        """Close the meeting at its end: whoever has not come is absent. Returns what is carried over."""
        for view in attendance_of(self.session, meeting.id):
            if view.attendance.mode is None:
                mark_absent(**self.given, meeting=meeting, person_id=view.person.id)
        return close_meeting(**self.given, meeting=meeting, at=meeting.ends_at)

    def held(self, meeting: Meeting, *names: str, decided: bool = True) -> Meeting:
        """Hold the whole meeting with the chair and `names` present throughout, and confirm attendance.

        Every item gets the first outcome it can have, or none at all where the meeting did not decide.
        """
        self.opened(meeting, *names)
        self.come(meeting, "委員長", *names)
        for view in self.items(meeting):
            self.record(meeting, view, possible_outcomes(self.session, view)[0] if decided else None)
        self.closed(meeting)
        confirm_attendance(**self.given, meeting=meeting)
        return meeting

    def assessed(self, meeting: Meeting) -> dict[str, Line]:
        """Assess the meeting and return the lines by name."""
        return {line.person.name: line for line in assess_meeting(**self.given, meeting=meeting)}

    # --- what was left behind ---

    def audited(self) -> list[AuditEntry]:
        return list(self.session.exec(select(AuditEntry)).all())

    def actions(self) -> list[str]:
        """The actions in the audit trail."""
        return [entry.action for entry in self.audited()]


def minute(meeting: Meeting, after: int) -> datetime:
    """Return the moment `after` minutes from the start of the meeting."""
    return meeting.starts_at + timedelta(minutes=after)
