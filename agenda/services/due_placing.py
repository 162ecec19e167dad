"""期限の一覧から会議に入れる: the coming meetings that can take a plan up, and putting several on one agenda at once."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from agenda.services.agenda_changes import take_up_plan
from agenda.services.places import COMING
from agenda.services.plans import DueRow
from agenda.tables import AgendaItem, Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.services.meetings import get_meeting, list_meetings
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person


def meetings_to_fill(session: Session, committee_id: str, on: date) -> list[Meeting]:
    """入れられる会議: return the meetings from `on` that can still take a plan up, the next one first."""
    return [
        meeting
        for meeting in reversed(list_meetings(session, committee_id))
        if meeting.status in COMING and meeting.starts_at.astimezone(TOKYO).date() >= on
    ]


def place_plans(
    *, session: Session, actor: Actor, clock: Clock, meeting_id: str, plan_ids: Sequence[str]
) -> list[AgendaItem]:
    """選んだプランを会議に入れる, each for the reason it is due.

    Raises Refused for the first plan that cannot go there, naming it (no consent, on an agenda already), and the caller
    lets nothing of the change stand; NotFound for a meeting or plan of another body.
    """
    if not plan_ids:
        raise Refused("会議に入れるプランに印を付けてください。")
    meeting = get_meeting(session, meeting_id, actor.committee_id)
    return [_place(session, actor, clock, meeting, plan_id) for plan_id in plan_ids]


def _place(session: Session, actor: Actor, clock: Clock, meeting: Meeting, plan_id: str) -> AgendaItem:
    try:
        return take_up_plan(session=session, actor=actor, clock=clock, meeting=meeting, plan_id=plan_id)
    except NotFound:
        raise
    except Refused as refusal:
        raise Refused(
            f"{_name(session, plan_id)}: {refusal.message}どのプランも入れていません。"
        ) from refusal


def _name(session: Session, plan_id: str) -> str:
    row = session.exec(
        select(Client.case_number, Plan.number).where(Plan.id == plan_id, Plan.client_id == Client.id)
    ).one()
    return f"No.{row[0]} プラン{row[1]}"


def people_in_charge(session: Session, rows: Sequence[DueRow]) -> dict[str, str]:
    """担当: return the names of who is in charge of the cases listed, by id and in order of kana."""
    wanted = {row.assigned_id for row in rows if row.assigned_id}
    people = session.exec(select(Person).where(col(Person.id).in_(wanted))).all()
    return {person.id: person.name for person in sorted(people, key=lambda one: (one.kana, one.name))}
