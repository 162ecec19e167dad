"""どの会議に関わるか: from things that changed to the meetings whose screens show them."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlmodel import Session, col, select

from agenda.tables import AgendaItem, ParticipationDecision, Plan
from meetings_app.services.audit import Changes
from meetings_app.tables.committees import Appointment, OfficeHolding
from meetings_app.tables.meetings import Meeting
from minutes.tables import Attendance, RegionalIssue

ELSEWHERE = frozenset(
    {
        "user",
        "register_import",
        "document_template",
        "packet",
        "handout",
        "service_code",
        "yearly_target",
        "pay_run",
        "daily_tax",
        "version_confirmation",
        "candidate_slot",
    }
)
"""Subjects that no screen of a running meeting shows."""

ITSELF = frozenset({"meeting", "minutes"})
"""Subjects whose id is the meeting's own."""


def touched_meetings(session: Session, changes: Changes, among: Collection[str]) -> frozenset[str]:
    """Return those of the meetings `among` that show something of what changed.

    A subject nobody has said anything about touches them all: a screen drawn once too often costs nothing.
    """
    found: set[str] = set()
    for subject in {subject for subject, _id in changes} - ELSEWHERE:
        ids = {subject_id for other, subject_id in changes if other == subject}
        found |= _shown_in(session, subject, ids, among)
    return frozenset(found & set(among))


def _shown_in(session: Session, subject: str, ids: set[str], among: Collection[str]) -> set[str]:
    if subject in ITSELF:
        return ids
    queries = _QUERIES.get(subject)
    if queries is None:
        return set(among)
    # The meetings asked about are few, what changed may be a whole register: so the meetings narrow the query.
    return {
        meeting_id
        for query, meeting in queries
        for thing, meeting_id in session.exec(query.where(meeting.in_(among)))
        if thing in ids
    }


_MEETING = col(Meeting.id)
_ITEMS_MEETING = col(AgendaItem.meeting_id)
_QUERIES: dict[str, Iterable[tuple[Any, Any]]] = {
    "agenda_item": [(select(AgendaItem.id, AgendaItem.meeting_id), _ITEMS_MEETING)],
    "plan": [(select(AgendaItem.plan_id, AgendaItem.meeting_id), _ITEMS_MEETING)],
    "client": [
        (
            select(Plan.client_id, AgendaItem.meeting_id).join(Plan, col(AgendaItem.plan_id) == Plan.id),
            _ITEMS_MEETING,
        )
    ],
    "regional_issue": [
        (
            select(RegionalIssue.id, AgendaItem.meeting_id).join(
                AgendaItem, col(RegionalIssue.item_id) == AgendaItem.id
            ),
            _ITEMS_MEETING,
        )
    ],
    "committee": [(select(Meeting.committee_id, Meeting.id), _MEETING)],
    "appointment": [
        (
            select(Appointment.id, Meeting.id).join(
                Meeting, col(Meeting.committee_id) == Appointment.committee_id
            ),
            _MEETING,
        )
    ],
    "office_holding": [
        (
            select(OfficeHolding.id, Meeting.id).join(
                Meeting, col(Meeting.committee_id) == OfficeHolding.committee_id
            ),
            _MEETING,
        )
    ],
    "person": [
        (select(Attendance.person_id, Attendance.meeting_id), col(Attendance.meeting_id)),
        (
            select(ParticipationDecision.person_id, AgendaItem.meeting_id).join(
                AgendaItem, col(ParticipationDecision.item_id) == AgendaItem.id
            ),
            _ITEMS_MEETING,
        ),
        (
            select(Appointment.person_id, Meeting.id).join(
                Meeting, col(Meeting.committee_id) == Appointment.committee_id
            ),
            _MEETING,
        ),
    ],
}
"""Per subject: what changed beside the meeting that shows it, and the column that narrows it to some meetings."""
