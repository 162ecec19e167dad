"""訂正の記録: what every correction of a dated fact shares. A reason is given, and what stood there stays visible.

Content before and after goes into the audit trail; `corrections_of` reads it back for the person's page. `seen` is
the fingerprint of the content that the person who corrects had before them: where it is no longer the stored one,
somebody else was first.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.services.audit import record
from meetings_app.tables.office import AuditEntry

LONGEST_REASON = 500
ACTIONS = {
    "residence": "居住地区の訂正",
    "status": "公務員区分の訂正",
    "appointment": "委嘱の訂正",
    "office": "役職の訂正",
    "kinship": "続柄の申告の訂正",
    "affiliation": "勤務先の記録の訂正",
    "consent": "同意の記録の訂正",
}
"""What a correction is called in the audit trail, by the kind of fact."""

FIELDS = {
    "residence": ("district", "valid_from", "valid_to"),
    "status": (
        *("is_public_employee", "service_class", "working_time", "occupation", "legal_basis"),
        *("needs_review", "declared_on", "valid_from", "valid_to"),
    ),
    "appointment": ("capacity", "valid_from", "valid_to", "predecessor_id"),
    "office": ("office", "seat", "valid_from", "valid_to"),
    "kinship": ("client_id", "path", "relation", "declared_on", "valid_from", "valid_to"),
    "affiliation": ("post", "valid_from", "valid_to"),
    "consent": ("valid_from", "valid_to", "note"),
}
"""The content of each kind of fact."""

Plain = str | int | bool | None
T = TypeVar("T", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Told:
    """訂正の理由: why, and the fingerprint of what the person had before them."""

    reason: str
    seen: str


@dataclass(frozen=True, slots=True)
class Correction:
    """訂正の記録: `before` is the content as it stood, days as ISO text; `names` words for the ids in it."""

    fact_id: str
    at: datetime
    actor: str
    reason: str
    before: Mapping[str, Plain]
    names: Mapping[str, Plain]

    def day(self, name: str) -> date | None:
        """Return a day of the content."""
        value = self.before.get(name)
        return date.fromisoformat(str(value)) if value else None


def find_fact(session: Session, table: type[T], fact_id: str, person_id: str) -> T:
    """Return a fact of a person. Raises NotFound, also for one of somebody else."""
    row = session.get(table, fact_id)
    if row is None or getattr(row, "person_id", None) != person_id:
        raise NotFound("この記録は見つかりません。名簿から選び直してください。")
    return row


def fingerprint(kind: str, row: SQLModel) -> str:
    """Return the fingerprint of what a fact says now, for the form that corrects it."""
    return _fingerprint(_content(kind, row))


def correct(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    kind: str,
    row: T,
    new: Mapping[str, object],
    told: Told,
    check: Callable[[], None] | None = None,
    names: Mapping[str, Plain] | None = None,
) -> T:
    """Put a fact right and keep what stood there; `check` refuses what may not be, before anything is changed.

    The same correction sent a second time changes nothing.
    """
    reason = _checked_reason(told.reason)
    before, after = _content(kind, row), {name: _plain(value) for name, value in new.items()}
    stale = told.seen != _fingerprint(before)
    if before == after:
        if stale:
            return row
        raise Refused("今の記録と同じ内容です。誤っているところを直してから、もう一度記録してください。")
    if stale:
        raise Conflict(
            "この記録は、ほかの人が先に訂正しました。今の内容を見てから、もう一度訂正してください。"
        )
    if check is not None:
        check()
    for name, value in new.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    subject, subject_id = _whose(row)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=ACTIONS[kind],
        subject=subject,
        subject_id=subject_id,
        detail={
            "fact": getattr(row, "id", ""),
            "reason": reason,
            "before": before,
            "after": after,
            "names": dict(names or {}),
        },
    )
    return row


def _whose(row: SQLModel) -> tuple[str, str]:
    """Return whom a fact is about: a person, or the 本人 of a case where it names nobody else."""
    person_id = getattr(row, "person_id", None)
    return ("person", person_id) if person_id else ("client", str(getattr(row, "client_id", "")))


def corrections_of(session: Session, subject_id: str) -> dict[str, list[Correction]]:
    """訂正の履歴: return what was corrected of a person or a case by the id of the fact, latest first."""
    entries = session.exec(
        select(AuditEntry)
        .where(AuditEntry.subject_id == subject_id, col(AuditEntry.action).in_(ACTIONS.values()))
        .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id))
    ).all()
    found: dict[str, list[Correction]] = {}
    for entry in entries:
        detail = json.loads(entry.detail)
        one = Correction(
            detail["fact"], entry.at, entry.actor, detail["reason"], detail["before"], detail["names"]
        )
        found.setdefault(one.fact_id, []).append(one)
    return found


def _checked_reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused("訂正の理由を入れてください。何が誤っていて、どう確かめたかを書きます。")
    if len(said) > LONGEST_REASON:
        raise Refused(f"訂正の理由が長すぎます。{LONGEST_REASON}文字以内にしてください。")
    return said


def _content(kind: str, row: SQLModel) -> dict[str, Plain]:
    return {name: _plain(getattr(row, name)) for name in FIELDS[kind]}


def _plain(value: object) -> Plain:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def _fingerprint(content: Mapping[str, Plain]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
