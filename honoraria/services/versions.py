"""現行の確認: a named person compared the text in force with the one on hand and recorded it, with that text attached.

Such a record is added and never changed. Only one with its text attached tells the assessment that nothing was
amended since; one carried over from the former settings stays in the list and counts for nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from honoraria.rules.facts import VersionConfirmation
from honoraria.tables import VersionConfirmationRecord
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import CommitteeKind
from meetings_app.core.wareki import format_wareki
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.audit import record

MAX_BYTES = 5 * 1024 * 1024
"""The largest text that may be attached."""

FILE_TYPES = (".txt", ".pdf", ".docx")
LONGEST_NAME = 255

_CONTENT: Any = VersionConfirmationRecord.content
"""The column that lists leave out."""

_BEGINNINGS = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04"}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """現行の確認の記録: who found which regulation current as of which day, and when it was recorded."""

    id: str
    regulation: CommitteeKind
    as_of: date
    confirmed_by: str
    confirmed_at: datetime
    file_name: str

    @property
    def has_text(self) -> bool:
        """Whether the text that was compared is attached."""
        return bool(self.file_name)


@dataclass(frozen=True, slots=True)
class AttachedText:
    """添付した条文: its name and bytes as they were handed in."""

    file_name: str
    content: bytes


def confirm_version(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    regulation: CommitteeKind,
    as_of: date,
    file_name: str,
    content: bytes,
) -> Confirmation:
    """現行であることの確認を記録する: by the signed-in person, with the text attached.

    Handed in twice, it is recorded once. Raises Refused for a day to come or before force, and for a file that
    is empty, too large or of another kind.
    """
    _check_day(regulation, as_of, today(clock))
    _check_file(file_name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    known = _recorded(session, actor, regulation, as_of, sha256)
    if known is not None:
        return known
    row = VersionConfirmationRecord(
        regulation=regulation,
        as_of=as_of,
        confirmed_by=actor.name,
        confirmed_at=clock.now(),
        file_name=file_name,
        content=content,
        sha256=sha256,
    )
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="規程の現行の確認",
        subject="version_confirmation",
        subject_id=row.id,
        detail={"regulation": regulation, "as_of": as_of, "file": file_name, "sha256": sha256},
    )
    return _confirmation(row)


def _check_day(regulation: CommitteeKind, as_of: date, now: date) -> None:
    if as_of > now:
        raise Refused(
            f"「{format_wareki(as_of)}」はまだ来ていません。きょう（{format_wareki(now)}）までの、確かめた日を入れてください。"
        )
    rules = load_rulebook()[regulation]
    if as_of < rules.in_force_from:
        raise Refused(
            f"{rules.title}は{format_wareki(rules.in_force_from)}の施行です。"
            "施行の日より後で、条文を確かめた日を入れてください。"
        )


def _check_file(file_name: str, content: bytes) -> None:
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in FILE_TYPES:
        raise Refused(
            "条文として添付できるのは、テキスト（.txt）、PDF、Word（.docx）です。どれかの形にして選び直してください。"
        )
    if not file_name.isprintable():
        raise Refused("ファイルの名前に使えない文字があります。名前を変えてから、選び直してください。")
    if len(file_name) > LONGEST_NAME:
        raise Refused(
            f"ファイルの名前が長すぎます。{LONGEST_NAME}文字以内の名前に変えてから、選び直してください。"
        )
    if not content.strip():
        raise Refused("ファイルが空です。規程の条文が入ったファイルを選び直してください。")
    if len(content) > MAX_BYTES:
        raise Refused("ファイルが5MBを超えています。条文だけにするか、小さくしてから選び直してください。")
    if not _is_of_kind(suffix, content):
        raise Refused(
            f"ファイルの中身が「{suffix}」の形になっていません。開けることを確かめてから選び直してください。"
        )


def _is_of_kind(suffix: str, content: bytes) -> bool:
    if suffix == ".txt":
        return b"\0" not in content
    return content.startswith(_BEGINNINGS[suffix])


def _recorded(
    session: Session, actor: Actor, regulation: CommitteeKind, as_of: date, sha256: str
) -> Confirmation | None:
    row = session.exec(
        select(VersionConfirmationRecord)
        .options(defer(_CONTENT))
        .where(
            VersionConfirmationRecord.regulation == regulation,
            VersionConfirmationRecord.as_of == as_of,
            VersionConfirmationRecord.confirmed_by == actor.name,
            VersionConfirmationRecord.sha256 == sha256,
        )
    ).first()
    return None if row is None else _confirmation(row)


def confirmations_of(session: Session) -> list[Confirmation]:
    """Return every confirmation on record, the latest day first; without the bytes of the texts."""
    rows = session.exec(
        select(VersionConfirmationRecord)
        .options(defer(_CONTENT))
        .order_by(
            col(VersionConfirmationRecord.as_of).desc(),
            col(VersionConfirmationRecord.confirmed_at).desc(),
            col(VersionConfirmationRecord.id),
        )
    ).all()
    return [_confirmation(row) for row in rows]


def _confirmation(row: VersionConfirmationRecord) -> Confirmation:
    return Confirmation(row.id, row.regulation, row.as_of, row.confirmed_by, row.confirmed_at, row.file_name)


def rule_confirmations(session: Session) -> tuple[VersionConfirmation, ...]:
    """Return the confirmations as the assessment takes them: those with the text attached."""
    return tuple(
        VersionConfirmation(one.regulation, one.confirmed_by, one.as_of)
        for one in confirmations_of(session)
        if one.has_text
    )


def text_of(session: Session, confirmation_id: str) -> AttachedText:
    """Return the attached text of a confirmation. Raises NotFound, also where none is attached."""
    row = session.get(VersionConfirmationRecord, confirmation_id)
    if row is None or not row.file_name:
        raise NotFound("この条文は記録されていません。規程の値の画面から選び直してください。")
    return AttachedText(row.file_name, row.content)
