"""Meetings as dates in the house: planning, finding, moving, convening. Running them is `minutes.services`."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import District, MeetingStatus
from meetings_app.services.audit import record
from meetings_app.tables.base import new_id
from meetings_app.tables.meetings import Meeting, Venue


def add_venue(*, session: Session, actor: Actor, clock: Clock, name: str, district: District) -> Venue:
    """会場を登録する with the district it lies in (第7条第3項②)."""
    venue = Venue(name=name.strip(), district=district)
    session.add(venue)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="会場の登録",
        subject="venue",
        subject_id=venue.id,
        detail={"name": name, "district": district},
    )
    return venue


def plan_meeting(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    starts_at: datetime,
    ends_at: datetime,
    venue_id: str | None = None,
    number: int | None = None,
    meeting_id: str | None = None,
) -> Meeting:
    """会議を予定する: create the body's next meeting; `number` is the next one unless given.

    `meeting_id` is the one that the form was given, a fresh one where none was.
    """
    if ends_at <= starts_at:
        raise Refused("終了の時刻が開始より前です。終了を開始より後にしてください。")
    if number is None:
        last = session.exec(
            select(func.max(Meeting.number)).where(Meeting.committee_id == committee_id)
        ).one()
        number = (last or 0) + 1
    meeting = Meeting(
        id=meeting_id or new_id(),
        committee_id=committee_id,
        number=number,
        starts_at=starts_at,
        ends_at=ends_at,
        venue_id=venue_id,
    )
    session.add(meeting)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="会議の予定",
        subject="meeting",
        subject_id=meeting.id,
        detail={"number": number, "starts_at": starts_at},
    )
    return meeting


def get_meeting(session: Session, meeting_id: str, committee_id: str) -> Meeting:
    """Return the meeting if it belongs to the committee. Raises NotFound, also for another body's meeting."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.committee_id != committee_id:
        raise NotFound("この会議は見つかりません。会議の一覧から選び直してください。")
    return meeting


def list_meetings(session: Session, committee_id: str) -> list[Meeting]:
    """Return the meetings of a body, latest first."""
    return list(
        session.exec(
            select(Meeting)
            .where(Meeting.committee_id == committee_id)
            .order_by(col(Meeting.starts_at).desc(), col(Meeting.number).desc())
        ).all()
    )


def move_meeting(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    venue_id: str | None,
    version: int,
) -> None:
    """日時・会場を変える: raises the invitation's SEQUENCE when time or place really changes (RFC 5546, 2.1.4).

    Raises Conflict on a stale `version`, Refused once the meeting has been opened.
    """
    _refuse_stale(meeting, version)
    if meeting.status not in (MeetingStatus.PREPARING, MeetingStatus.CONVENED):
        raise Refused("開会した会議の日時や会場は変えられません。別の会議として予定してください。")
    if ends_at <= starts_at:
        raise Refused("終了の時刻が開始より前です。終了を開始より後にしてください。")
    before = (meeting.starts_at, meeting.ends_at, meeting.venue_id)
    if before == (starts_at, ends_at, venue_id):
        return
    meeting.starts_at, meeting.ends_at, meeting.venue_id = starts_at, ends_at, venue_id
    if meeting.status is MeetingStatus.CONVENED:
        meeting.ics_sequence += 1
    _touch(session, meeting)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="日時・会場の変更",
        subject="meeting",
        subject_id=meeting.id,
        detail={"starts_at": starts_at, "ends_at": ends_at, "venue": venue_id},
    )


def cancel_meeting(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, version: int) -> None:
    """会議を中止する before it opens; a cancelled meeting stays on record."""
    _refuse_stale(meeting, version)
    if meeting.status not in (MeetingStatus.PREPARING, MeetingStatus.CONVENED):
        raise Refused("開会した会議は中止できません。閉会して記録を残してください。")
    if meeting.status is MeetingStatus.CONVENED:
        meeting.ics_sequence += 1
    meeting.status = MeetingStatus.CANCELLED
    _touch(session, meeting)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="会議の中止",
        subject="meeting",
        subject_id=meeting.id,
    )


def mark_convened(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> None:
    """招集を記録する (第5条第1項). Needs a venue and a time."""
    if meeting.status is not MeetingStatus.PREPARING:
        raise Refused(f"この会議は「{meeting.status}」の段階です。招集できるのは準備中の会議だけです。")
    if meeting.venue_id is None:
        raise Refused("会場が決まっていません。会場を選んでから招集してください。")
    meeting.status = MeetingStatus.CONVENED
    meeting.convened_at = clock.now()
    _touch(session, meeting)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="招集",
        subject="meeting",
        subject_id=meeting.id,
        detail={"citation": "第5条第1項"},
    )


def venue_of(session: Session, meeting: Meeting) -> Venue | None:
    """Return the meeting's venue, if one has been chosen."""
    return None if meeting.venue_id is None else session.get(Venue, meeting.venue_id)


def _refuse_stale(meeting: Meeting, version: int) -> None:
    if meeting.version != version:
        raise Conflict("この会議は、ほかの人が先に変えました。画面を読み直して、もう一度変えてください。")


def _touch(session: Session, meeting: Meeting) -> None:
    meeting.version += 1
    session.add(meeting)
    session.flush()
