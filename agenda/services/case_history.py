"""ケースの経過: what the trail and the levels add to the dates on record: edits with a reason, and by whom."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.register_tables import CaseLevel
from agenda.services.decision_list import CORRECTED
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import PlanEventKind
from meetings_app.services.correction_trail import ACTIONS
from meetings_app.tables.office import AuditEntry

TOLD_WITH_REASON = (
    *("プランの変更", "支援内容の変更", "評価の内容の記録"),
    *("ケースの終了", "ケースの再開", ACTIONS["consent"]),
    *(f"{kind}の取消し" for kind in PlanEventKind),
    CORRECTED,
)
"""What a case's history tells when a reason was given for it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """記録の変更 with its reason: `subject_id` is the plan's or the client's."""

    at: datetime
    actor: str
    action: str
    subject_id: str
    reason: str

    @property
    def day(self) -> date:
        """The day in Japan on which it was made."""
        return self.at.astimezone(TOKYO).date()


def edits_of(session: Session, client_id: str, plan_ids: Sequence[str]) -> list[Edit]:
    """Return every edit of a case and its plans for which a reason was given, latest first."""
    entries = session.exec(
        select(AuditEntry)
        .where(
            col(AuditEntry.subject_id).in_([client_id, *plan_ids]),
            col(AuditEntry.action).in_(TOLD_WITH_REASON),
        )
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id))
    ).all()
    told = [(entry, str(json.loads(entry.detail).get("reason", ""))) for entry in entries]
    return [
        Edit(entry.at, entry.actor, entry.action, entry.subject_id, reason)
        for entry, reason in told
        if reason
    ]


def levels_of(session: Session, client_id: str) -> list[CaseLevel]:
    """Return the levels recorded for a case, latest first."""
    rows = session.exec(
        select(CaseLevel).where(CaseLevel.client_id == client_id).order_by(col(CaseLevel.assessed_on).desc())
    ).all()
    return list(rows)
