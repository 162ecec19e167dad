"""見本の臨時の会議: convened for the evening of the day shown, so that a meeting can be run at once. Made up."""

from sqlmodel import Session, select

from agenda.services.assembly import add_item
from agenda.services.confirmation import confirm_agenda
from agenda.services.items import items_of
from agenda.services.participation import Choice, decide_participants
from agenda.tables import Client, Plan
from calendars.services import convene
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, FixedClock, tokyo
from meetings_app.core.terms import Capacity, DueReason, Purpose
from meetings_app.demo.office import actor_of
from meetings_app.demo.plan_story import URGENT_PLANS
from meetings_app.demo.plans import write_plan
from meetings_app.demo.products import find_meeting, replayed_meeting
from meetings_app.demo.story import MEETING_DAY
from meetings_app.services.meetings import plan_meeting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person

URGENT_NUMBER = 21
MATTER = "年度替わりに担当が変わる機関との連絡について"
INVITED = (
    ("丹頂 一郎", Capacity.MEMBER, True),
    ("湿原 花子", Capacity.MEMBER, True),
    ("摩周 三郎", Capacity.ADVISER, False),
    ("春採 よし子", Capacity.MEMBER, False),
    ("鶴野 あかり", Capacity.SECRETARIAT, False),
    ("茅沼 健", Capacity.SECRETARIAT, False),
)
"""Name, 資格 and whether 必要な人, on every item."""


def play_urgent(session: Session) -> bool:
    """Plan, decide, confirm and convene the meeting; False where there is one of its number already."""
    replayed = replayed_meeting(session)
    if find_meeting(session, URGENT_NUMBER) is not None:
        return False
    secretary = actor_of(session, "jimukyoku", replayed.committee_id)
    meeting = plan_meeting(
        session=session,
        actor=secretary,
        clock=_at(15, 35),
        committee_id=replayed.committee_id,
        starts_at=tokyo(MEETING_DAY, 17),
        ends_at=tokyo(MEETING_DAY, 17, 40),
        venue_id=replayed.venue_id,
        number=URGENT_NUMBER,
    )
    _add_items(session, secretary, meeting)
    _decide(session, meeting)
    convene(session=session, actor=secretary, clock=_at(15, 55), meeting=meeting)
    return True


def _add_items(session: Session, secretary: Actor, meeting: Meeting) -> None:
    """Add two cases that nothing else of the demonstration deals with and that are not due (急ぐ事情), and a matter."""
    for told in URGENT_PLANS:
        plan = session.exec(
            select(Plan)
            .join(Client)
            .where(
                Client.committee_id == meeting.committee_id,
                Client.case_number == told.case,
                Plan.number == told.plan,
            )
        ).one()
        write_plan(session, secretary, _at(15, 38), plan, told)
        add_item(
            session=session,
            actor=secretary,
            clock=_at(15, 40),
            meeting=meeting,
            plan=plan,
            reason=DueReason.URGENT,
        )
    add_item(
        session=session,
        actor=secretary,
        clock=_at(15, 40),
        meeting=meeting,
        title=MATTER,
        purpose=Purpose.NETWORK,
        minutes=10,
    )


def _decide(session: Session, meeting: Meeting) -> None:
    """Let the 委員長 decide who takes part, and confirm the agenda."""
    chair = actor_of(session, "iincho", meeting.committee_id)
    people = {person.name: person.id for person in session.exec(select(Person)).all()}
    for view in items_of(session, meeting.id):
        decide_participants(
            session=session,
            actor=chair,
            clock=_at(15, 45),
            meeting=meeting,
            item=view.item,
            choices=[
                Choice(people[name], capacity, required=required) for name, capacity, required in INVITED
            ],
            decided_by_id=str(chair.person_id),
            decided_on=MEETING_DAY,
        )
    confirm_agenda(
        session=session,
        actor=chair,
        clock=_at(15, 50),
        meeting=meeting,
        confirmed_by_id=str(chair.person_id),
        confirmed_on=MEETING_DAY,
    )


def _at(hour: int, minute: int) -> Clock:
    return FixedClock(tokyo(MEETING_DAY, hour, minute))
