"""Made-up records of plans for property tests: few cases, dates near one another, every fact possible."""

from datetime import date

from hypothesis import strategies as st

from agenda.rules.due import PlanFacts
from meetings_app.core.terms import EvaluationOutcome

some_day = st.dates(min_value=date(2014, 1, 1), max_value=date(2014, 6, 30))
maybe = st.none() | some_day


@st.composite
def plan_facts(draw: st.DrawFn, case: int, plan: int) -> PlanFacts:
    """Draw one plan with any of its facts dated or left out."""
    evaluated = draw(maybe)
    return PlanFacts(
        case,
        plan,
        meeting=draw(maybe),
        drafted_on=draw(maybe),
        first_contact_on=draw(maybe),
        period_end=draw(maybe),
        evaluated_on=evaluated,
        outcome=None if evaluated is None else draw(st.sampled_from(EvaluationOutcome)),
        monitoring_due=draw(maybe),
        monitored_on=tuple(draw(st.lists(some_day, max_size=2))),
        ending_asked_on=draw(maybe),
        ending_settled_on=draw(maybe),
        urgent_raised_on=draw(maybe),
        urgent_settled_on=draw(maybe),
        carried_over_on=draw(maybe),
        carried_over_settled_on=draw(maybe),
    )


@st.composite
def registers(draw: st.DrawFn) -> list[PlanFacts]:
    """Draw up to six plans of up to three cases."""
    numbers = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), unique=True, max_size=6))
    return [draw(plan_facts(case, plan)) for case, plan in numbers]
