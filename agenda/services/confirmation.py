"""議題の確認: the 委員長 confirms the agenda as it stands; what changes afterwards is shown beside it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.packet_tables import AgendaConfirmation
from agenda.services.items import ARRANGED, ItemView, items_of
from agenda.services.participation import refuse_day_to_come, refuse_wrong_decider
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Refused
from meetings_app.services.audit import record
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting


@dataclass(frozen=True, slots=True)
class ConfirmationState:
    """確認の状態: who confirmed the agenda last and when; `changes` says what differs now, item by item."""

    confirmed_by: str
    confirmed_on: date
    changes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the agenda stands as it was confirmed."""
        return not self.changes


def confirm_agenda(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    confirmed_by_id: str,
    confirmed_on: date,
    seen: str | None = None,
) -> AgendaConfirmation:
    """議題を確認する. `seen` is the mark of the agenda that was looked at (None: no page was).

    Raises Refused for an empty agenda, a wrong person, a day to come, an agenda that has changed since it was seen,
    and once the meeting has begun.
    """
    if meeting.status not in ARRANGED:
        raise Refused("開会した会議の議題は、もう確認の対象になりません。次の会議の議題を確認してください。")
    views = items_of(session, meeting.id)
    if not views:
        raise Refused("議題がまだありません。議題を組んでから確認してください。")
    refuse_day_to_come(confirmed_on, clock)
    refuse_wrong_decider(session, meeting, confirmed_by_id, confirmed_on)
    if seen is not None and seen != agenda_mark(views):
        raise Refused(
            "開いている間に議題が変わりました。いまの議題を見直してから、もう一度確認してください。"
        )
    last = _last(session, meeting)
    row = AgendaConfirmation(
        meeting_id=meeting.id,
        sequence=(last.sequence if last else 0) + 1,
        content=_as_text(views),
        confirmed_by_id=confirmed_by_id,
        confirmed_on=confirmed_on,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議題の確認",
        subject="meeting",
        subject_id=meeting.id,
        detail={"by": confirmed_by_id, "on": confirmed_on, "items": len(views)},
    )
    return row


def confirmation_of(session: Session, meeting: Meeting) -> ConfirmationState | None:
    """Return who confirmed the agenda and what has changed since; None: nobody has."""
    row = _last(session, meeting)
    if row is None:
        return None
    before: dict[str, dict[str, object]] = json.loads(row.content)
    return ConfirmationState(
        confirmed_by=get_person(session, row.confirmed_by_id).name,
        confirmed_on=row.confirmed_on,
        changes=_changes(before, _content(items_of(session, meeting.id))),
    )


def agenda_mark(views: list[ItemView]) -> str:
    """Return what tells an agenda from the same one changed: a hash of all that a confirmation rests on."""
    return hashlib.sha256(_as_text(views).encode()).hexdigest()


def _as_text(views: list[ItemView]) -> str:
    return json.dumps(_content(views), ensure_ascii=False, sort_keys=True)


def _last(session: Session, meeting: Meeting) -> AgendaConfirmation | None:
    return session.exec(
        select(AgendaConfirmation)
        .where(AgendaConfirmation.meeting_id == meeting.id)
        .order_by(col(AgendaConfirmation.sequence).desc())
    ).first()


def _content(views: list[ItemView]) -> dict[str, dict[str, object]]:
    """Return what a confirmation rests on: each item with its place, title and planned time, by id."""
    return {
        view.item.id: {"place": place, "title": view.title, "minutes": view.item.planned_minutes}
        for place, view in enumerate(views, start=1)
    }


def _changes(before: dict[str, dict[str, object]], now: dict[str, dict[str, object]]) -> tuple[str, ...]:
    gone = [f"「{before[key]['title']}」が外れました。" for key in before if key not in now]
    new = [f"「{now[key]['title']}」が加わりました。" for key in now if key not in before]
    both = [key for key in before if key in now]
    timed = [
        f"「{now[key]['title']}」の予定が{before[key]['minutes']}分から{now[key]['minutes']}分になりました。"
        for key in both
        if before[key]["minutes"] != now[key]["minutes"]
    ]
    order = sorted(both, key=lambda key: str(before[key]["place"]).zfill(4))
    moved = order != sorted(both, key=lambda key: str(now[key]["place"]).zfill(4))
    return (*gone, *new, *timed, *(["議題の順が変わりました。"] if moved else []))
