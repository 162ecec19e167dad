"""議事録の差戻しを読む: who gave the minutes back last, when and why. The audit trail is its record."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from meetings_app.tables.office import AuditEntry
from minutes.services.minutes import RETURNED


@dataclass(frozen=True, slots=True)
class MinutesReturn:
    """差戻し: by whom, when and why."""

    by: str
    at: datetime
    reason: str


def last_return(session: Session, meeting_id: str) -> MinutesReturn | None:
    """Return how the minutes of a meeting were given back last; None where they never were."""
    entry = session.exec(
        select(AuditEntry)
        .where(AuditEntry.subject_id == meeting_id, AuditEntry.action == RETURNED)
        .order_by(col(AuditEntry.at).desc())
    ).first()
    return MinutesReturn(entry.actor, entry.at, json.loads(entry.detail)["reason"]) if entry else None
