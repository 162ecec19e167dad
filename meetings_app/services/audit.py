"""The audit trail: written in the transaction of the change itself."""

import json
from typing import Any

from sqlmodel import Session

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.tables.office import AuditEntry


def record(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    action: str,
    subject: str,
    subject_id: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """監査: add one row saying who did what to which thing. Does not commit."""
    session.add(
        AuditEntry(
            at=clock.now(),
            actor=actor.name,
            action=action,
            subject=subject,
            subject_id=subject_id,
            detail=json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str),
        )
    )
