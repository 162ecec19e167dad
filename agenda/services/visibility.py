"""見える範囲: which meetings of a body somebody may open, and which of their items."""

from collections.abc import Sequence

from sqlmodel import Session

from agenda.services.items import ItemView, items_of
from agenda.services.participation import participants_of
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import Role
from meetings_app.services.meetings import get_meeting, list_meetings
from meetings_app.tables.meetings import Meeting

SEES_ALL = (Role.SECRETARIAT, Role.CHAIR)
"""Roles that see every item of every meeting of their body."""

SEES_FRAME = (*SEES_ALL, Role.ACCOUNTING)
"""Roles that may open every meeting of their body; 会計 without what is said about a case."""


def find_meeting(session: Session, actor: Actor, meeting_id: str) -> Meeting:
    """Return the meeting for somebody who may open it.

    The presider may, whatever items they were named for: the minutes wait for them. Raises NotFound for another
    body's meeting, and for a person who takes part in none of its items.
    """
    meeting = get_meeting(session, meeting_id, actor.committee_id)
    presides = actor.person_id is not None and actor.person_id == meeting.presider_id
    if actor.role in SEES_FRAME or presides or own_item_ids(session, actor, meeting.id):
        return meeting
    raise NotFound("この会議は見つかりません。会議の一覧から選び直してください。")


def visible_meetings(session: Session, actor: Actor) -> list[Meeting]:
    """Return the meetings that the actor may open, latest first."""
    meetings = list_meetings(session, actor.committee_id)
    if actor.role in SEES_FRAME:
        return meetings
    return [meeting for meeting in meetings if own_item_ids(session, actor, meeting.id)]


def visible_items(session: Session, actor: Actor, meeting_id: str) -> list[ItemView]:
    """Return the items of a meeting that the actor may read: all, those they sit in on, or none (会計)."""
    views = items_of(session, meeting_id)
    if actor.role in SEES_ALL:
        return views
    if actor.role in SEES_FRAME:
        return []
    own = _sits_in_on(session, actor, views)
    return [view for view in views if view.item.id in own]


def own_item_ids(session: Session, actor: Actor, meeting_id: str) -> frozenset[str]:
    """Return the items of a meeting that the actor's own person is decided to take part in."""
    return _sits_in_on(session, actor, items_of(session, meeting_id))


def _sits_in_on(session: Session, actor: Actor, views: Sequence[ItemView]) -> frozenset[str]:
    decided = participants_of(session, [view.item.id for view in views])
    return frozenset(
        item_id
        for item_id, participants in decided.items()
        if actor.person_id is not None and any(p.person_id == actor.person_id for p in participants)
    )
