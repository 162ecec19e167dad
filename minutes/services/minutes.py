"""議事録: submitted, approved, and then never changed."""

from datetime import date

from sqlmodel import Session

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, Forbidden, Refused
from meetings_app.core.terms import (
    MeetingStatus,
)
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from minutes.rules.minutes_view import (
    canonical_json,
    content_hash,
)
from minutes.services.minutes_view import build_view
from minutes.tables import Minutes, MinutesStatus
from minutes.word import write_minutes


def get_minutes(session: Session, meeting: Meeting) -> Minutes:
    """Return the meeting's minutes, begun as a draft where there are none yet. Adds the row in that case."""
    minutes = session.get(Minutes, meeting.id)
    if minutes is None:
        minutes = Minutes(meeting_id=meeting.id)
        session.add(minutes)
        session.flush()
    return minutes


def minutes_status(session: Session, meeting_id: str) -> MinutesStatus | None:
    """Return how far a meeting's minutes are; None before they were begun."""
    minutes = session.get(Minutes, meeting_id)
    return minutes.status if minutes else None


def describe_minutes(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    document_number: str,
    document_date: date | None,
    next_meeting: str,
    version: int,
) -> Minutes:
    """文書番号などを記す. Refused once approved, Conflict on a stale version."""
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    if minutes.version != version:
        raise Conflict("議事録は、ほかの人が先に変えました。画面を読み直して、もう一度変えてください。")
    minutes.document_number = document_number.strip()
    minutes.document_date = document_date
    minutes.next_meeting = next_meeting.strip()
    _save(session, actor, clock, minutes, "議事録の記載")
    return minutes


def submit_minutes(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> Minutes:
    """議長に回す: ask the presider to approve. Refused before the meeting has closed."""
    if meeting.status is not MeetingStatus.CLOSED:
        raise Refused("議事録は閉会してから承認に回します。先に閉会してください。")
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    minutes.status = MinutesStatus.SUBMITTED
    _save(session, actor, clock, minutes, "議事録の承認依頼")
    return minutes


def approve_minutes(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, content: str
) -> Minutes:
    """承認する: the presider fixes the minutes. What was approved is stored and never computed again.

    `content` is the hash of what the presider read (`content_hash` of the view): the minutes are approved only
    as they were read, whatever of the record has changed since. Raises Forbidden for anybody but the presider,
    Conflict when what the minutes say has changed.
    """
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    if minutes.status is not MinutesStatus.SUBMITTED:
        raise Refused(
            "議事録はまだ承認に回されていません。事務局が「承認に回す」を行ってから承認してください。"
        )
    if actor.person_id is None or actor.person_id != meeting.presider_id:
        raise Forbidden(
            "議事録を承認できるのは、その会議の議長だけです。議長の利用者でログインしてください。"
        )
    if content_hash(build_view(session, meeting)) != content:
        raise Conflict("議事録は、読んだ後に変わりました。もう一度読んでから承認してください。")
    with session.no_autoflush:  # the table takes an approval only together with what was approved
        minutes.status = MinutesStatus.APPROVED
        minutes.approved_by = actor.name
        minutes.approved_at = clock.now()
        view = build_view(session, meeting)
        minutes.content = canonical_json(view)
        minutes.sha256 = content_hash(view)
        minutes.document = write_minutes(view)
    session.add(minutes)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議事録の承認",
        subject="minutes",
        subject_id=meeting.id,
        detail={"sha256": minutes.sha256},
    )
    return minutes


def minutes_document(session: Session, meeting: Meeting) -> bytes:
    """議事録の Word: as approved, or drawn from the record while it is a draft."""
    minutes = session.get(Minutes, meeting.id)
    if minutes is not None and minutes.document is not None:
        return minutes.document
    return write_minutes(build_view(session, meeting))


def _refuse_approved(minutes: Minutes) -> None:
    if minutes.status is MinutesStatus.APPROVED:
        raise Refused(
            "承認済みの議事録は変えられません。直すことがあれば、次の会議の議題にして記録してください。"
        )


def _save(session: Session, actor: Actor, clock: Clock, minutes: Minutes, action: str) -> None:
    minutes.version += 1
    session.add(minutes)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="minutes",
        subject_id=minutes.meeting_id,
        detail={"on": today(clock), "version": minutes.version},
    )
