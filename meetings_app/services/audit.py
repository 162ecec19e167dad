"""The audit trail: written in the transaction of the change itself."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.tables.office import AuditEntry

_NOTED = "changed subjects"

Changes = frozenset[tuple[str, str]]
"""変わったもの: pairs of subject and subject id."""


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
    """監査: add one row saying who did what to which thing. Does not commit.

    The thing is noted in the session too, for those who are told of changes once they have taken effect.
    """
    session.info.setdefault(_NOTED, set()).add((subject, subject_id))
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


def changes_in(info: Mapping[Any, Any]) -> Changes:
    """Return what the change of a session was about, by the `info` that a database's listener gets."""
    return frozenset(info.get(_NOTED, ()))


def last_recorded(session: Session, *, before: datetime) -> datetime | None:
    """Return the moment of the last entry before `before`; None where there is none."""
    entry = select(AuditEntry.at).where(AuditEntry.at < before).order_by(col(AuditEntry.at).desc()).limit(1)
    return session.exec(entry).first()
