"""監査 of payment sheets: one row per change, in the transaction of the change."""

from sqlmodel import Session

from honoraria.tables import PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.services.audit import record


def audit_run(
    session: Session, actor: Actor, clock: Clock, action: str, run: PayRun, **detail: object
) -> None:
    """Add an audit row about a sheet."""
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="pay_run",
        subject_id=run.id,
        detail={"number": run.number, **detail},
    )
