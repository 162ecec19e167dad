"""古くなった判定: whether what is stored would still come out, by the facts as they are on record now."""

import json

from sqlmodel import Session

from honoraria.rules.facts import Assessment, OnlineTravel, SameDayTravel
from honoraria.services.assessments import FactsOfMeeting, FactsPolicy
from honoraria.services.sheet_contents import entries_of
from honoraria.tables import AssessmentRecord, PayRun
from meetings_app.tables.meetings import Meeting


def differs(stored: AssessmentRecord, now: Assessment) -> bool:
    """Return whether an assessment made now says something else: outcome, amounts, or what is asked and offered."""
    return (stored.decision, stored.honorarium, stored.travel, _asked(stored)) != (
        now.decision,
        now.honorarium,
        now.travel,
        [
            (question.code, [(one.honorarium, one.travel) for one in question.alternatives])
            for question in now.open_questions
        ],
    )


def _asked(stored: AssessmentRecord) -> list[tuple[str, list[tuple[int | None, int | None]]]]:
    return [
        (question["code"], [(one["honorarium"], one["travel"]) for one in question["alternatives"]])
        for question in json.loads(stored.questions)
    ]


def policy_of(stored: AssessmentRecord) -> FactsPolicy:
    """Return what the office had decided when the line was assessed: later settings reopen nothing."""
    inputs = json.loads(stored.inputs)
    return OnlineTravel(inputs["online_travel"]), SameDayTravel(inputs["same_day_travel"])


def stale_corrections(session: Session, run: PayRun) -> list[str]:
    """Return the names of those whose difference on this sheet no longer follows from the record."""
    names = []
    for entry in entries_of(session, run.id):
        stored = session.get_one(AssessmentRecord, entry.assessment_id)
        facts = FactsOfMeeting(session, session.get_one(Meeting, stored.meeting_id))
        view = next(one for one in facts.attendance if one.attendance.id == stored.attendance_id)
        if differs(stored, facts.assess(view, policy_of(stored)).result.value):
            names.append(view.person.name)
    return names
