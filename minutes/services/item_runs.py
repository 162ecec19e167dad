"""議題の時間と休憩: the stretches during which items were on the table, and the pauses between them.

Stretches never overlap: one item at most is on the table, and none while the meeting is suspended. What an item
really took is the sum of its stretches, so that pauses do not count.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from agenda.services.items import items_of
from agenda.tables import AgendaItem
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import ItemRun, LiveState, Pause
from minutes.tables import ItemRecord


def runs_of(session: Session, item_ids: Sequence[str]) -> dict[str, list[ItemRun]]:
    """議題の時間: return the stretches of each item in order; no item is left out of the answer."""
    rows = session.exec(
        select(ItemRun)
        .where(col(ItemRun.item_id).in_(item_ids))
        # An item left and taken up again within one moment has two stretches that begin alike.
        .order_by(
            col(ItemRun.started_at), col(ItemRun.ended_at).is_(None), col(ItemRun.ended_at), col(ItemRun.id)
        )
    ).all()
    result: dict[str, list[ItemRun]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        result[row.item_id].append(row)
    return result


def pauses_of(session: Session, meeting_id: str) -> list[Pause]:
    """休憩: return the pauses of a meeting in order."""
    rows = session.exec(
        select(Pause).where(Pause.meeting_id == meeting_id).order_by(col(Pause.started_at))
    ).all()
    return list(rows)


def open_pause(session: Session, meeting_id: str) -> Pause | None:
    """Return the pause that goes on, or None."""
    return next((pause for pause in pauses_of(session, meeting_id) if pause.ended_at is None), None)


def current_item(session: Session, meeting_id: str) -> str | None:
    """Return the id of the item on the table; it stays named during a pause. None before the first."""
    state = session.get(LiveState, meeting_id)
    return state.current_item_id if state else None


def time_spent(runs: Iterable[ItemRun], until: datetime) -> timedelta:
    """実際の時間: return what an item took so far; a stretch that goes on counts up to `until`."""
    return sum(
        (max(timedelta(), (run.ended_at or until) - run.started_at) for run in runs), start=timedelta()
    )


def latest_moment(session: Session, meeting_id: str) -> datetime | None:
    """Return the latest moment at which an item or a pause of the meeting began or ended, or None."""
    runs = session.exec(
        select(ItemRun)
        .join(AgendaItem, col(ItemRun.item_id) == AgendaItem.id)
        .where(AgendaItem.meeting_id == meeting_id)
    ).all()
    moments = [run.ended_at or run.started_at for run in runs]
    moments += [pause.ended_at or pause.started_at for pause in pauses_of(session, meeting_id)]
    return max(moments, default=None)


def begin_run(session: Session, item_id: str, at: datetime) -> None:
    """Begin a stretch of an item. Its record's beginning is that of its first stretch."""
    session.add(ItemRun(item_id=item_id, started_at=at))
    record = session.get(ItemRecord, item_id) or ItemRecord(item_id=item_id, version=0)
    record.started_at = record.started_at or at
    record.ended_at = None
    session.add(record)
    session.flush()


def end_run(session: Session, meeting_id: str, at: datetime) -> None:
    """End the stretch that goes on, if one does. The record's end is that of the last stretch."""
    for runs in runs_of(session, [view.item.id for view in items_of(session, meeting_id)]).values():
        for run in runs:
            if run.ended_at is None:
                _end(session, run, at)
    session.flush()


def _end(session: Session, run: ItemRun, at: datetime) -> None:
    run.ended_at = max(at, run.started_at)
    session.add(run)
    record = session.get_one(ItemRecord, run.item_id)
    record.ended_at = max(run.ended_at, record.started_at or run.ended_at)
    session.add(record)


def end_running(*, session: Session, meeting: Meeting, at: datetime) -> None:
    """閉会とともに終える: end the item on the table and the pause that goes on."""
    end_run(session, meeting.id, at)
    pause = open_pause(session, meeting.id)
    if pause is not None:
        pause.ended_at = max(at, pause.started_at)
        session.add(pause)
        session.flush()
