"""議事録の版: every document that was issued of one meeting's minutes, numbered from 1 and kept as it was."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import EditionKind, MinutesEdition
from minutes.rules.minutes_view import MinutesView, canonical_json, content_hash
from minutes.word import write_minutes


@dataclass(frozen=True, slots=True)
class EditionLine:
    """版の一覧の一行: what was issued when and by whom, without the document itself."""

    number: int
    kind: EditionKind
    made_by: str
    made_at: datetime
    content_sha256: str
    document_sha256: str


def issue_edition(
    session: Session, actor: Actor, clock: Clock, meeting: Meeting, kind: EditionKind, view: MinutesView
) -> MinutesEdition:
    """版を出す: store `view` and its Word file as the meeting's next edition.

    What is stored and printed carries the edition's number as its version, whatever version `view` came with.
    """
    number = next_number(session, meeting.id)
    issued = numbered(view, number)
    document = write_minutes(issued)
    edition = MinutesEdition(
        meeting_id=meeting.id,
        number=number,
        kind=kind,
        content=canonical_json(issued),
        content_sha256=content_hash(issued),
        document=document,
        document_sha256=hashlib.sha256(document).hexdigest(),
        made_by=actor.name,
        made_at=clock.now(),
    )
    session.add(edition)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議事録の発行",
        subject="minutes",
        subject_id=meeting.id,
        detail={"edition": number, "kind": kind, "sha256": edition.content_sha256},
    )
    return edition


def numbered(view: MinutesView, number: int) -> MinutesView:
    """Return `view` as the edition of that number says it; a 訂正 goes on naming the edition that was approved."""
    approval = view.approval if view.corrections else replace(view.approval, version=number)
    return replace(view, version=number, approval=approval)


def editions_of(session: Session, meeting_id: str) -> list[EditionLine]:
    """Return what was issued, newest first. The documents are fetched one by one (`get_edition`)."""
    found = session.exec(
        select(  # type: ignore[call-overload]  # sqlmodel types no more than four columns
            MinutesEdition.number,
            MinutesEdition.kind,
            MinutesEdition.made_by,
            MinutesEdition.made_at,
            MinutesEdition.content_sha256,
            MinutesEdition.document_sha256,
        )
        .where(MinutesEdition.meeting_id == meeting_id)
        .order_by(col(MinutesEdition.number).desc())
    ).all()
    return [EditionLine(*row) for row in found]


def get_edition(session: Session, meeting_id: str, number: int) -> MinutesEdition:
    """Return one edition of a meeting's minutes. Raises NotFound."""
    edition = session.exec(
        select(MinutesEdition).where(MinutesEdition.meeting_id == meeting_id, MinutesEdition.number == number)
    ).one_or_none()
    if edition is None:
        raise NotFound("この版の議事録はありません。議事録の画面の版の一覧から選び直してください。")
    return edition


def newest_edition(session: Session, meeting_id: str, *kinds: EditionKind) -> MinutesEdition | None:
    """Return the newest edition of the kinds asked for (of any, where none is named); None where there is none."""
    query = select(MinutesEdition).where(MinutesEdition.meeting_id == meeting_id)
    if kinds:
        query = query.where(col(MinutesEdition.kind).in_(kinds))
    return session.exec(query.order_by(col(MinutesEdition.number).desc()).limit(1)).first()


def next_number(session: Session, meeting_id: str) -> int:
    """Return the number that the next edition will have."""
    last = session.exec(
        select(func.max(MinutesEdition.number)).where(MinutesEdition.meeting_id == meeting_id)
    ).one()
    return (last or 0) + 1
