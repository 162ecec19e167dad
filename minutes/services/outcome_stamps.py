"""結果の時の在席: stamped on every outcome, in the transaction that records it."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from agenda.services.items import ItemView
from meetings_app.core.clock import Clock
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry, ItemRun, OutcomeStamp, Presiding
from minutes.services.presence_now import (
    ExpectedPerson,
    ItemPresence,
    presence_at_all,
    presence_at_end,
    presence_of_item,
)
from minutes.tables import ItemRecord


def stamp_outcome(
    session: Session, clock: Clock, meeting: Meeting, view: ItemView, record_: ItemRecord, write_id: str
) -> OutcomeStamp:
    """在席を記す: keep who was there, who stood aside and who was missing when an item's outcome was decided.

    That is now while the item is on the table, and its end where it ended before or its times were typed.
    `stamped_at` is the moment the stamp speaks of; when it was recorded is the write's own time.
    """
    at, presence = _presence_when_decided(session, clock, meeting, view, record_)
    stamp = OutcomeStamp(
        item_id=view.item.id,
        write_id=write_id,
        outcome=record_.outcome or "",
        stamped_at=at,
        presider_id=presider_at(session, meeting, at),
        present=_ids(presence.present),
        aside=_ids(presence.aside),
        missing=_ids(presence.missing),
    )
    session.add(stamp)
    session.flush()
    return stamp


def is_out_of_date(
    session: Session,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    record_: ItemRecord,
    stamp: OutcomeStamp,
) -> bool:
    """Return whether a stamp would say something else now: attendance, presider or the item's times were typed since."""
    at, presence = _presence_when_decided(session, clock, meeting, view, record_)
    now = (
        presider_at(session, meeting, at),
        *(
            {person.person_id for person in group}
            for group in (presence.present, presence.aside, presence.missing)
        ),
    )
    said = (stamp.presider_id, *(set(json.loads(ids)) for ids in (stamp.present, stamp.aside, stamp.missing)))
    return now != said


def _presence_when_decided(
    session: Session, clock: Clock, meeting: Meeting, view: ItemView, record_: ItemRecord
) -> tuple[datetime, ItemPresence]:
    ended = record_.ended_at
    if ended is not None and not _on_the_table(session, view.item.id):
        return ended, presence_at_end(session, meeting, view, ended)
    if session.get(AfterwardsEntry, meeting.id) is None:
        return clock.now(), presence_of_item(session, meeting, view, clock.now())
    if record_.started_at is not None:
        return record_.started_at, presence_of_item(session, meeting, view, record_.started_at)
    return meeting.opened_at or meeting.starts_at, presence_at_all(session, meeting, view)


def _on_the_table(session: Session, item_id: str) -> bool:
    open_run = select(ItemRun).where(ItemRun.item_id == item_id, col(ItemRun.ended_at).is_(None))
    return session.exec(open_run).first() is not None


def presider_at(session: Session, meeting: Meeting, at: datetime) -> str | None:
    """議長: return who presided at a moment; before anything was recorded, who opened the meeting."""
    last = session.exec(
        select(Presiding)
        .where(Presiding.meeting_id == meeting.id, col(Presiding.from_at) <= at)
        .order_by(col(Presiding.from_at).desc())
        .limit(1)
    ).first()
    return last.person_id if last else meeting.presider_id


def _ids(people: Iterable[ExpectedPerson]) -> str:
    return json.dumps([each.person_id for each in people])
