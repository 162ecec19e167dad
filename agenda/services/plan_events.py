"""プランの出来事 on record: monitorings and requests, every one on its own day, so that an earlier list stays as it was."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.register_tables import PlanEvent
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import PlanEventKind
from meetings_app.services.audit import record

LATEST = {
    PlanEventKind.MONITORED: "monitored_on",
    PlanEventKind.ENDING_ASKED: "ending_asked_on",
    PlanEventKind.URGENT: "urgent_raised_on",
}
"""Where a plan holds the latest day of each kind."""

LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class EventLine:
    """出来事の一つ that stands, with the plan it is about."""

    event_id: str
    plan: int
    kind: PlanEventKind
    happened_on: date


def note_event(
    session: Session, recorded_by: str, clock: Clock, plan: Plan, kind: PlanEventKind, day: date
) -> None:
    """Put an event on record beside those before it; the plan shows the latest. The caller audits."""
    session.add(
        PlanEvent(
            plan_id=plan.id, kind=kind, happened_on=day, recorded_by=recorded_by, recorded_at=clock.now()
        )
    )
    before: date | None = getattr(plan, LATEST[kind])
    setattr(plan, LATEST[kind], day if before is None else max(before, day))
    session.add(plan)
    session.flush()


def event_days(
    session: Session, plans: Collection[Plan]
) -> dict[tuple[str, PlanEventKind], tuple[date, ...]]:
    """Return the days on record per plan and kind, in order: those noted, and the one the plan itself came with."""
    days: dict[tuple[str, PlanEventKind], set[date]] = {}
    for plan in plans:
        for kind, name in LATEST.items():
            day: date | None = getattr(plan, name)
            days[plan.id, kind] = {day} if day else set()
    rows = session.exec(select(PlanEvent).where(col(PlanEvent.withdrawn_at).is_(None))).all()
    for row in rows:
        if (row.plan_id, row.kind) in days:
            days[row.plan_id, row.kind].add(row.happened_on)
    return {key: tuple(sorted(found)) for key, found in days.items()}


def events_of(session: Session, client_id: str) -> list[EventLine]:
    """Return what stands on record of a client's plans and can be withdrawn, the latest first."""
    rows = session.exec(
        select(PlanEvent, Plan)
        .join(Plan, col(PlanEvent.plan_id) == Plan.id)
        .where(Plan.client_id == client_id, col(PlanEvent.withdrawn_at).is_(None))
        .order_by(col(PlanEvent.happened_on).desc(), col(PlanEvent.recorded_at).desc())
    ).all()
    return [EventLine(row.id, plan.number, row.kind, row.happened_on) for row, plan in rows]


def withdraw_event(
    *, session: Session, actor: Actor, clock: Clock, client: Client, event_id: str, why: str
) -> None:
    """出来事を取り消す that was recorded by mistake, with the reason; the row stays, and counts no longer.

    Raises Refused without a reason, NotFound for another client's event or one withdrawn already.
    """
    if not why.strip():
        raise Refused("取り消す理由を入れてください。経過に残ります。")
    row = session.get(PlanEvent, event_id)
    plan = session.get(Plan, row.plan_id) if row else None
    if row is None or plan is None or plan.client_id != client.id or row.withdrawn_at is not None:
        raise NotFound("この記録は見つかりません。ケースの画面を読み直してください。")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = clock.now(), actor.name, why.strip()[:LONGEST_WHY]
    session.add(row)
    session.flush()
    _show_latest(session, plan, row)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=f"{row.kind}の取消し",
        subject="plan",
        subject_id=plan.id,
        detail={"on": row.happened_on, "reason": why.strip()},
    )


def _show_latest(session: Session, plan: Plan, withdrawn: PlanEvent) -> None:
    """Let the plan show the latest day that still stands; one that came with the register stays."""
    name = LATEST[withdrawn.kind]
    if getattr(plan, name) == withdrawn.happened_on:
        left = session.exec(
            select(col(PlanEvent.happened_on)).where(
                PlanEvent.plan_id == plan.id,
                PlanEvent.kind == withdrawn.kind,
                col(PlanEvent.withdrawn_at).is_(None),
            )
        ).all()
        setattr(plan, name, max(left, default=None))
    plan.version += 1
    session.add(plan)
    session.flush()
