"""配布資料: files that go with the packet of a meeting, for everybody or for those of one item."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from agenda.packet_tables import Handout
from agenda.services.items import items_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.documents.handout_file import check_handout
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting

MOST = 30
"""Handouts one meeting may have."""


@dataclass(frozen=True, slots=True)
class HandoutLine:
    """配布資料 without its content, for lists. `size` in bytes; `item_id` None: for everybody."""

    handout_id: str
    number: int
    title: str
    filename: str
    media_type: str
    item_id: str | None
    size: int
    uploaded_by: str
    uploaded_at: datetime

    @property
    def suffix(self) -> str:
        """The ending of the file's name, in small letters."""
        return self.filename.rpartition(".")[2].lower()


def list_handouts(session: Session, meeting_id: str) -> list[HandoutLine]:
    """Return a meeting's handouts in order."""
    rows = session.exec(
        select(Handout, func.length(col(Handout.content)))
        .where(Handout.meeting_id == meeting_id)
        .options(defer(Handout.content))  # type: ignore[arg-type]
        .order_by(col(Handout.number))
    ).all()
    return [
        HandoutLine(
            handout_id=row.id,
            number=row.number,
            title=row.title,
            filename=row.filename,
            media_type=row.media_type,
            item_id=row.item_id,
            size=size,
            uploaded_by=row.uploaded_by,
            uploaded_at=row.uploaded_at,
        )
        for row, size in rows
    ]


def get_handout(session: Session, handout_id: str, meeting_id: str) -> Handout:
    """Return a handout of that meeting with its content. Raises NotFound, also for another meeting's."""
    row = session.get(Handout, handout_id)
    if row is None or row.meeting_id != meeting_id:
        raise NotFound("この資料は見つかりません。資料の画面から選び直してください。")
    return row


def add_handout(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    title: str,
    filename: str,
    data: bytes,
    item_id: str | None = None,
) -> Handout:
    """配布資料を加える at the end. Raises Refused for a file that may not be handed out, NotFound for a foreign item."""
    _refuse_over(meeting)
    _check_item(session, meeting, item_id)
    media_type = check_handout(data, filename)
    numbers = session.exec(select(Handout.number).where(Handout.meeting_id == meeting.id)).all()
    if len(numbers) >= MOST:
        raise Refused(f"配布資料は{MOST}件までです。要らないものを外してから加えてください。")
    row = Handout(
        meeting_id=meeting.id,
        number=max(numbers, default=0) + 1,
        title=_checked_title(title),
        filename=_short(filename),
        media_type=media_type,
        content=data,
        item_id=item_id,
        uploaded_by=actor.name,
        uploaded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _audit(session, actor, clock, "配布資料の追加", row)
    return row


def change_handout(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    handout: Handout,
    title: str,
    item_id: str | None,
) -> None:
    """配布資料の名前と配る先を変える."""
    _refuse_over(meeting)
    _check_item(session, meeting, item_id)
    handout.title, handout.item_id = _checked_title(title), item_id
    session.add(handout)
    session.flush()
    _audit(session, actor, clock, "配布資料の変更", handout)


def move_handout(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, handout: Handout, up: bool
) -> None:
    """配布資料の順を変える by one place; at the end of the list nothing happens."""
    _refuse_over(meeting)
    order = list_handouts(session, meeting.id)
    place = next(place for place, line in enumerate(order) if line.handout_id == handout.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    _swap(session, handout, get_handout(session, order[other].handout_id, meeting.id))
    _audit(session, actor, clock, "配布資料の順の変更", handout)


def remove_handout(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, handout: Handout
) -> None:
    """配布資料を外す. Packets made before keep it until the next one is made."""
    _refuse_over(meeting)
    session.delete(handout)
    session.flush()
    _audit(session, actor, clock, "配布資料を外す", handout)


def _swap(session: Session, one: Handout, other: Handout) -> None:
    """Exchange two numbers. No two may share one even for a moment, so one steps aside first."""
    first, second = one.number, other.number
    for row, number in ((one, first + second + 1_000_000), (other, first), (one, second)):
        row.number = number
        session.add(row)
        session.flush()


def _refuse_over(meeting: Meeting) -> None:
    if meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED):
        raise Refused("終わった会議の配布資料は変えられません。次の会議の資料に加えてください。")


def _check_item(session: Session, meeting: Meeting, item_id: str | None) -> None:
    if item_id is not None and all(view.item.id != item_id for view in items_of(session, meeting.id)):
        raise NotFound("この議題は見つかりません。会議の議題から選び直してください。")


def _checked_title(title: str) -> str:
    text = " ".join(title.split())
    if not text:
        raise Refused("資料の名前を入れてください。資料の一覧とファイル名に使います。")
    return text[:200]


def _short(filename: str) -> str:
    """Return a file's name as it may be kept: its ending stays whatever its length."""
    stem, _, suffix = filename.rpartition(".")
    return f"{stem[: 199 - len(suffix)]}.{suffix}"


def _audit(session: Session, actor: Actor, clock: Clock, action: str, row: Handout) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="handout",
        subject_id=row.id,
        detail={
            "meeting": row.meeting_id,
            "number": row.number,
            "title": row.title,
            "file": row.filename,
            "item": row.item_id,
        },
    )
