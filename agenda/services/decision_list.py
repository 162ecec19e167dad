"""支援決定・確認の一覧: what the city has still to record, and what it recorded lately."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from agenda.services.cases import (
    AwaitedDecision,
    awaited_decisions,
    get_plan,
    record_decision,
    refuse_decision_day,
)
from agenda.services.plan_details import decision_terms
from agenda.services.plans import get_case
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import EvaluationOutcome
from meetings_app.services.audit import record
from meetings_app.services.correction_trail import LONGEST_REASON

RECENT_DAYS = 60
"""How long what was recorded stays on the list."""

CORRECTED = "支援決定・確認の訂正"
"""What a correction is called in the audit trail."""


@dataclass(frozen=True, slots=True)
class DecisionToRecord:
    """記録を待つもの. `term` is what is asked for: 支援決定, 確認, or 「支援決定・確認」 without services on record."""

    awaited: AwaitedDecision
    term: str
    days: int
    meeting_id: str | None


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """記録したもの. `version` is the plan's, for the form that corrects the day."""

    client_id: str
    plan_id: str
    version: int
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
            plan_id=plan.id,
            version=plan.version,
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
    plan = _listed_plan(session, actor, clock, plan_id, version)
    record_decision(
        session=session,
        actor=actor,
        clock=clock,
        plan=plan,
        decided_on=decided_on,
        evaluation=evaluation,
    )


def correct_decision(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    plan_id: str,
    version: int,
    evaluation: bool,
    decided_on: date,
    reason: str,
) -> None:
    """支援決定・確認の日を訂正する: a wrongly recorded day put right; what stood there stays in the trail.

    Raises NotFound for another body's plan, Conflict where somebody changed the plan in between, Refused where no day
    is on record, for the same day again, without a reason, and for a day before the meeting or to come.
    """
    plan = _listed_plan(session, actor, clock, plan_id, version)
    field = "evaluation_decided_on" if evaluation else "decided_on"
    before: date | None = getattr(plan, field)
    if before is None:
        raise Refused("支援決定・確認はまだ記録されていません。先に、記録を待つものの行で記録してください。")
    refuse_decision_day(plan, decided_on, clock, evaluation=evaluation)
    if decided_on == before:
        raise Refused("今の記録と同じ日です。正しい日を入れてから、もう一度訂正してください。")
    said = _checked_reason(reason)
    setattr(plan, field, decided_on)
    plan.version += 1
    session.add(plan)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=CORRECTED,
        subject="plan",
        subject_id=plan.id,
        detail={"before": before, "after": decided_on, "evaluation": evaluation, "reason": said},
    )


def _checked_reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused("訂正の理由を入れてください。何が誤っていて、どう確かめたかを書きます。")
    if len(said) > LONGEST_REASON:
        raise Refused(f"訂正の理由が長すぎます。{LONGEST_REASON}文字以内にしてください。")
    return said


def _listed_plan(session: Session, actor: Actor, clock: Clock, plan_id: str, version: int) -> Plan:
    """Return a plan of the actor's body as it was read. Raises NotFound, and Conflict where it was changed since."""
    row = session.get(Plan, plan_id)
    if row is None:
        raise NotFound("このプランは見つかりません。一覧を読み直してください。")
    client = get_case(session, row.client_id, actor.committee_id, today(clock)).client
    return get_plan(session, client, plan_id, version)


def _meetings(session: Session, plan_ids: set[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return, per plan, the meetings held here that confirmed and that evaluated it."""
    rows = session.exec(select(Plan).where(col(Plan.id).in_(plan_ids))).all()
    return {plan.id: (plan.confirmed_meeting_id, plan.evaluated_meeting_id) for plan in rows}
