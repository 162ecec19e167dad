"""支援決定・確認の一覧: what the city has still to record, and what it recorded lately."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from agenda.services.cases import AwaitedDecision, awaited_decisions, get_plan, record_decision
from agenda.services.plan_details import decision_terms
from agenda.services.plans import get_case
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import EvaluationOutcome

RECENT_DAYS = 60
"""How long what was recorded stays on the list."""


@dataclass(frozen=True, slots=True)
class DecisionToRecord:
    """記録を待つもの. `term` is what is asked for: 支援決定, 確認, or 「支援決定・確認」 without services on record."""

    awaited: AwaitedDecision
    term: str
    days: int
    meeting_id: str | None


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """記録したもの."""

    client_id: str
    case: int
    plan: int
    evaluation: bool
    outcome: EvaluationOutcome | None
    term: str
    met_on: date
    decided_on: date


def decisions_to_record(session: Session, committee_id: str, on: date) -> list[DecisionToRecord]:
    """記録を待つ支援決定・確認: per plan and per evaluation, the oldest meeting first, with the days since."""
    awaited = awaited_decisions(session, committee_id, on)
    terms = decision_terms(session, {one.plan_id for one in awaited})
    meetings = _meetings(session, {one.plan_id for one in awaited})
    return [
        DecisionToRecord(
            awaited=one,
            term=terms[one.plan_id],
            days=(on - one.met_on).days,
            meeting_id=meetings[one.plan_id][one.evaluation],
        )
        for one in awaited
    ]


def recorded_decisions(session: Session, committee_id: str, on: date) -> list[RecordedDecision]:
    """最近の支援決定・確認: what was decided within the last 60 days, the latest first."""
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == committee_id)
    ).all()
    terms = decision_terms(session, {plan.id for plan, _ in rows})
    since = on - timedelta(days=RECENT_DAYS)
    found = [
        RecordedDecision(
            client_id=client.id,
            case=client.case_number,
            plan=plan.number,
            evaluation=evaluation,
            outcome=plan.evaluation_outcome if evaluation else None,
            term=terms[plan.id],
            met_on=met_on,
            decided_on=decided_on,
        )
        for plan, client in rows
        for met_on, decided_on, evaluation in (
            (plan.met_on, plan.decided_on, False),
            (plan.evaluated_on, plan.evaluation_decided_on, True),
        )
        if met_on is not None and decided_on is not None and since <= decided_on <= on
    ]
    return sorted(found, key=lambda one: (-one.decided_on.toordinal(), one.case, one.plan, one.evaluation))


def record_listed_decision(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    plan_id: str,
    version: int,
    evaluation: bool,
    decided_on: date,
) -> None:
    """一覧から支援決定・確認を記録する.

    Raises NotFound for another body's plan, Conflict where somebody changed the plan in between, Refused for a day
    before the meeting or to come.
    """
    row = session.get(Plan, plan_id)
    if row is None:
        raise NotFound("このプランは見つかりません。一覧を読み直してください。")
    client = get_case(session, row.client_id, actor.committee_id, today(clock)).client
    plan = get_plan(session, client, plan_id, version)
    record_decision(
        session=session,
        actor=actor,
        clock=clock,
        plan=plan,
        decided_on=decided_on,
        evaluation=evaluation,
    )


def _meetings(session: Session, plan_ids: set[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return, per plan, the meetings held here that confirmed and that evaluated it."""
    rows = session.exec(select(Plan).where(col(Plan.id).in_(plan_ids))).all()
    return {plan.id: (plan.confirmed_meeting_id, plan.evaluated_meeting_id) for plan in rows}
