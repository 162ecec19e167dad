"""議題を読む: what the agenda of a meeting may still take up, and why its items are there."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from agenda.rules.assembly import ProposedItem, propose_items
from agenda.rules.due import Due
from agenda.services.agenda_settings import planned_minutes
from agenda.services.items import deferrals_of, eve_of, items_of
from agenda.services.places import placed_elsewhere
from agenda.services.plans import DueRow, list_cases, list_due_rows
from meetings_app.tables.meetings import Meeting


@dataclass(frozen=True, slots=True)
class Proposal:
    """議題の案: one due plan before it is taken or put off.

    `plan_id` None: the next plan of the case is due, and has not been written yet.
    """

    item: ProposedItem
    due: Due
    plan_id: str | None
    consented: bool


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """臨時の議題にできるプラン."""

    plan_id: str
    case: int
    plan: int


def agenda_proposal(session: Session, meeting: Meeting) -> list[Proposal]:
    """議題の案: return what is due before the meeting, on no coming agenda and not put off by it, in order."""
    rows = list_due_rows(session=session, committee_id=meeting.committee_id, on=eve_of(meeting))
    settled = {view.item.plan_id for view in items_of(session, meeting.id)}
    settled |= {view.plan.id for view in deferrals_of(session, meeting.id) if view.plan}
    settled |= set(placed_elsewhere(session, meeting))
    by_number = {(row.due.case, row.due.plan): row for row in rows}
    return [
        Proposal(item, row.due, row.plan_id, row.consented)
        for item in propose_items((row.due for row in rows), planned_minutes(session))
        if (row := by_number[item.case, item.plan]).plan_id not in settled or row.plan_id is None
    ]


def due_without_meeting(session: Session, meeting: Meeting, on: date) -> list[DueRow]:
    """まだ会議が決まっていないプラン: return what is due on `on`, on no agenda, and not put off by this meeting."""
    put_off = {view.plan.id for view in deferrals_of(session, meeting.id) if view.plan}
    return [
        row
        for row in list_due_rows(session=session, committee_id=meeting.committee_id, on=on)
        if row.meeting_id is None and (row.plan_id is None or row.plan_id not in put_off)
    ]


def due_on_eve(session: Session, meeting: Meeting) -> dict[tuple[int, int], Due]:
    """Return why each plan was due the day before the meeting, by case and plan number."""
    rows = list_due_rows(session=session, committee_id=meeting.committee_id, on=eve_of(meeting))
    return {(row.due.case, row.due.plan): row.due for row in rows}


def plans_for_urgent_items(session: Session, meeting: Meeting) -> list[PlanChoice]:
    """Return the plans that can become an item: consented to, not evaluated, and not on the agenda."""
    taken = {view.item.plan_id for view in items_of(session, meeting.id)}
    return [
        PlanChoice(plan.id, case.client.case_number, plan.number)
        for case in list_cases(session, meeting.committee_id, eve_of(meeting))
        if case.consented
        for plan in case.plans
        if plan.evaluation_outcome is None and plan.id not in taken
    ]
