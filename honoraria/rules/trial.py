"""試算: what a line of a sheet would say for the facts of one attendance; the calculation is that of a sheet."""

from honoraria.rules.compose import compose_alone
from honoraria.rules.facts import Alternative, Assessment, AttendanceFacts
from honoraria.rules.sheet import Assessed, Choice, LineFacts, Question, SheetLine
from honoraria.rules.withholding import TaxTables, WithholdingPolicy
from meetings_app.core.explained import Explained


def trial_line(
    facts: AttendanceFacts,
    found: Explained[Assessment],
    policy: WithholdingPolicy | None,
    tables: TaxTables,
) -> SheetLine:
    """Return the line that an assessment would become, with tax as if it were the first of its span."""
    return compose_alone(
        LineFacts(
            attendance_id="",
            person_id="",
            name="",
            organisation="",
            capacity=facts.capacity,
            district=facts.residence,
            meeting="",
            held_on=facts.held_on,
            assessed=_assessed(found),
        ),
        policy,
        tables,
    )


def _assessed(found: Explained[Assessment]) -> Assessed:
    value = found.value
    return Assessed(
        assessment_id="",
        decision=value.decision,
        honorarium=value.honorarium,
        travel=value.travel,
        reason=value.reason,
        citations=value.citations,
        steps=found.steps,
        findings=value.findings,
        questions=tuple(
            Question(one.code, one.sentence, one.citations, tuple(map(_choice, one.alternatives)))
            for one in value.open_questions
        ),
    )


def _choice(one: Alternative) -> Choice:
    return Choice(one.label, one.honorarium, one.travel, one.proposed)
