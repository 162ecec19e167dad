"""結果: which outcomes an item may have, by the reason it is on the agenda."""

from meetings_app.core.terms import DueReason, EvaluationOutcome, PlanOutcome

EVALUATES = (DueReason.EVALUATION, DueReason.ENDING)


def outcomes_for(reason: DueReason | None) -> tuple[str, ...]:
    """Return the outcomes an item may have: an evaluation ends, remakes or suspends the plan, or goes on.

    Other items are approved, approved amended, continued or sent back.
    """
    if reason in EVALUATES:
        return (*(outcome.value for outcome in EvaluationOutcome), PlanOutcome.CONTINUED.value)
    return tuple(outcome.value for outcome in PlanOutcome)


def is_undecided(outcome: str | None) -> bool:
    """継続か: return whether the item has to come back: no outcome, 継続協議 or 差戻し."""
    return outcome in (None, PlanOutcome.CONTINUED, PlanOutcome.SENT_BACK)


def evaluation_of(outcome: str | None) -> EvaluationOutcome | None:
    """Return the evaluation an outcome stands for; None for any other outcome."""
    try:
        return EvaluationOutcome(outcome or "")
    except ValueError:
        return None
