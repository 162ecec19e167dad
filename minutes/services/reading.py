"""議事録を読める人: everybody who keeps it, the presider, and those who were there, of the items they sat in on."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.services.items import items_of
from agenda.services.participation import participants_of
from agenda.services.visibility import SEES_ALL
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import Role
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import Circulation, EditionKind, MinutesEdition
from minutes.papers.seal import EXCERPT, Seal, seal_of
from minutes.rules.excerpt import excerpt_for
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import MinutesView, content_hash
from minutes.rules.presence import Interval, was_present
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of
from minutes.services.editions import newest_edition, next_number, numbered
from minutes.services.minutes import minutes_status
from minutes.services.minutes_view import build_view
from minutes.services.running import records_of
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from minutes.word import write_minutes

FINAL = (EditionKind.APPROVED, EditionKind.AMENDED)
"""Editions that say what was approved."""


def may_read_minutes(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Return whether somebody who may open the meeting may read its minutes, or a part of them."""
    if reads_all(actor, meeting):
        return True
    if actor.role is Role.ACCOUNTING or actor.person_id is None:
        return False
    is_out = minutes_status(session, meeting.id) is MinutesStatus.APPROVED or _was_circulated(
        session, meeting
    )
    return is_out and was_there(session, meeting.id, actor.person_id)


def reads_all(actor: Actor, meeting: Meeting) -> bool:
    """Return whether somebody reads every item: who leads the body, and who presided."""
    return actor.role in SEES_ALL or presides(actor, meeting)


def presides(actor: Actor, meeting: Meeting) -> bool:
    """Return whether this is the account of the 議長 of the meeting."""
    return actor.person_id is not None and actor.person_id == meeting.presider_id


def was_there(session: Session, meeting_id: str, person_id: str) -> bool:
    """Return whether somebody came to the meeting."""
    return any(
        view.attendance.person_id == person_id and view.stays for view in attendance_of(session, meeting_id)
    )


def refuse_unreadable(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Raise NotFound for minutes that the actor may not read (yet)."""
    if not may_read_minutes(session, actor, meeting):
        raise NotFound(
            "この会議の議事録は、まだ読めません。回覧された後か承認された後に、出席した会議のものを読めます。"
        )


def sat_in_on(session: Session, meeting: Meeting, person_id: str) -> dict[str, int]:
    """加わった議題: return the ids of the items somebody sat in on, with their numbers in the minutes.

    They were decided to take part, did not stand aside, and were in the room; where nothing tells when an item was
    on the table, coming to the meeting is enough.
    """
    views = items_of(session, meeting.id)
    ids = [view.item.id for view in views]
    stays = _intervals(attendance_of(session, meeting.id), person_id)
    records = records_of(session, ids)
    decided, aside = participants_of(session, ids), recusals_of(session, ids)
    return {
        item_id: number
        for number, item_id in enumerate(ids, start=1)
        if any(participant.person_id == person_id for participant in decided[item_id])
        and all(other != person_id for other, _ in aside[item_id])
        and _in_room(stays, records.get(item_id))
    }


def _intervals(attendance: Collection[AttendanceView], person_id: str) -> tuple[Interval, ...]:
    return next((view.intervals for view in attendance if view.person.id == person_id), ())


def _in_room(stays: tuple[Interval, ...], record: ItemRecord | None) -> bool:
    if record is None or record.started_at is None:
        return bool(stays)
    return was_present(stays, Interval(record.started_at, record.ended_at))


@dataclass(frozen=True, slots=True)
class MinutesOnRecord:
    """議事録 as it is to be read: what was approved or sent round, or what the record says now.

    `sha256` is that of the stored content of the edition shown (None for a draft); `left_out` counts the items that
    the reader did not sit in on.
    """

    view: MinutesView
    status: MinutesStatus
    version: int
    document_number: str
    document_date: date | None
    next_meeting: str
    edition: int | None
    kind: EditionKind | None
    sha256: str | None
    approved_by: str | None
    approved_at: datetime | None
    left_out: int
    read_content: str
    """The hash of what is approved by approving what is shown here."""


def read_minutes(session: Session, actor: Actor, meeting: Meeting) -> MinutesOnRecord:
    """Return a meeting's minutes. What was issued is read back as it was stored, never computed again.

    Those who lead read the draft until it is approved; those who were there read what was sent round or approved,
    without the items they did not sit in on. Raises NotFound for somebody who may not read them (yet).
    """
    refuse_unreadable(session, actor, meeting)
    minutes = session.get(Minutes, meeting.id) or Minutes(meeting_id=meeting.id)
    edition = _edition_for(session, actor, meeting, minutes)
    drawn = None if edition else build_view(session, meeting)
    whole = _whole(session, meeting, edition, drawn)
    view = readable_part(session, actor, meeting, whole)
    return MinutesOnRecord(
        view=view,
        status=minutes.status,
        version=minutes.version,
        document_number=minutes.document_number,
        document_date=minutes.document_date,
        next_meeting=minutes.next_meeting,
        edition=edition.number if edition else None,
        kind=edition.kind if edition else None,
        sha256=edition.content_sha256 if edition else None,
        approved_by=minutes.approved_by,
        approved_at=minutes.approved_at,
        left_out=len(whole.items) - len(view.items),
        read_content=content_hash(drawn) if drawn else "",
    )


def readable_part(session: Session, actor: Actor, meeting: Meeting, view: MinutesView) -> MinutesView:
    """Return of minutes what the actor may read: all, or the items they sat in on with the general part."""
    if reads_all(actor, meeting):
        return view
    own = sat_in_on(session, meeting, actor.person_id) if actor.person_id else {}
    return excerpt_for(view, frozenset(own.values()))


def document_for(session: Session, actor: Actor, meeting: Meeting) -> bytes:
    """議事録の Word for a reader: the newest edition as it was issued, a draft, or an excerpt drawn for them."""
    on_record = read_minutes(session, actor, meeting)
    minutes = session.get(Minutes, meeting.id) or Minutes(meeting_id=meeting.id)
    edition = _edition_for(session, actor, meeting, minutes)
    if edition is not None and not on_record.left_out:
        return edition.document
    return write_minutes(on_record.view, _excerpt_seal(edition) if edition else None)


def _excerpt_seal(edition: MinutesEdition) -> Seal:
    """抜粋の印: an excerpt names the edition it is taken from, and is told apart from it."""
    whole = seal_of(read_canonical(edition.content), edition.content_sha256)
    return replace(whole, kind=EXCERPT, note=EXCERPT)


def _edition_for(session: Session, actor: Actor, meeting: Meeting, minutes: Minutes) -> MinutesEdition | None:
    """Return the edition somebody reads: the newest approved one, or for those who were there what was sent round."""
    if minutes.status is MinutesStatus.APPROVED:
        return newest_edition(session, meeting.id, *FINAL)
    if reads_all(actor, meeting):
        return None
    return newest_edition(session, meeting.id, EditionKind.CIRCULATED)


def _whole(
    session: Session, meeting: Meeting, edition: MinutesEdition | None, drawn: MinutesView | None
) -> MinutesView:
    if edition is not None:
        return read_canonical(edition.content)
    return numbered(drawn or build_view(session, meeting), next_number(session, meeting.id))


def _was_circulated(session: Session, meeting: Meeting) -> bool:
    return (
        session.exec(select(Circulation.id).where(col(Circulation.meeting_id) == meeting.id)).first()
        is not None
    )
