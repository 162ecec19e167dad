"""出席の訂正 after the attendance was confirmed: with a reason, keeping what stood there before.

Approved minutes keep what was approved; what was paid is corrected by proposals (`honoraria.services.corrections`).
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import AttendanceMode, MeetingStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.services.attendance import AttendanceView, audit_meeting, get_attendance
from minutes.services.contradictions import refuse_absence
from minutes.tables import Attendance, AttendanceCorrection, Stay

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Presence:
    """出席の内容: how somebody attended and when; `stays` are pairs of arrival and departure, in order."""

    mode: AttendanceMode | None
    stays: tuple[tuple[datetime, datetime | None], ...]
    absence_reason: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """出席の訂正の記録: who was put right from what to what, by whom, when and why."""

    name: str
    before: Presence
    after: Presence
    reason: str
    by: str
    at: datetime


def correct_attendance(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    person_id: str,
    mode: AttendanceMode,
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    reason: str,
    version: int,
    stamps_mistaken: bool = False,
) -> AttendanceCorrection:
    """出席を訂正する after its confirmation (第7条第2項).

    Without times the stays on record are kept; an arrival replaces them by one stay, up to the closing where no
    departure is given. The same correction sent twice is one. Raises Refused before the confirmation, without a
    reason, where nothing changes, for times that cannot be, and for making absent somebody who presided or decided
    (unless the record of who was there for the outcomes is said to be mistaken too: `stamps_mistaken`); Conflict
    where somebody else changed the attendance first; NotFound for somebody who is not on the list.
    """
    if meeting.status is not MeetingStatus.CLOSED or meeting.attendance_confirmed_at is None:
        raise Refused("出席の訂正は、閉会して出席を確認した後に行います。先に出席を確認してください。")
    view = get_attendance(session, meeting.id, person_id)
    before = _presence(view)
    after = _wanted(meeting, before, mode, arrived_at, left_at)
    if view.attendance.version != version:
        return _sent_before(session, actor, view, after, reason.strip(), version)
    _check(meeting, before, after, reason)
    if after.mode is AttendanceMode.ABSENT:
        refuse_absence(session, meeting, person_id, stamps_mistaken=stamps_mistaken)
    row = AttendanceCorrection(
        attendance_id=view.attendance.id,
        before=_written(before),
        after=_written(after),
        reason=reason.strip(),
        corrected_by=actor.name,
        corrected_at=clock.now(),
    )
    _replace(session, view, after)
    session.add(row)
    session.flush()
    detail: dict[str, object] = {
        "person": person_id,
        "before": json.loads(row.before),
        "after": json.loads(row.after),
        "reason": row.reason,
        "stamps_mistaken": stamps_mistaken,
    }
    audit_meeting(session, actor, clock, "出席の訂正", meeting, detail)
    return row


def attendance_corrections_of(session: Session, meeting: Meeting) -> list[CorrectionView]:
    """Return the corrections of a meeting's attendance, the first first."""
    rows = session.exec(
        select(AttendanceCorrection, Person.name)
        .join(Attendance, col(AttendanceCorrection.attendance_id) == Attendance.id)
        .join(Person, col(Attendance.person_id) == Person.id)
        .where(Attendance.meeting_id == meeting.id)
        .order_by(col(AttendanceCorrection.corrected_at), col(AttendanceCorrection.id))
    ).all()
    return [
        CorrectionView(
            name, _read(row.before), _read(row.after), row.reason, row.corrected_by, row.corrected_at
        )
        for row, name in rows
    ]


# ---- what is wanted


def _wanted(
    meeting: Meeting,
    before: Presence,
    mode: AttendanceMode,
    arrived_at: datetime | None,
    left_at: datetime | None,
) -> Presence:
    if mode is AttendanceMode.ABSENT:
        if arrived_at or left_at:
            raise Refused("欠席に時刻はありません。時刻の欄を空けるか、出席の方法を選び直してください。")
        return Presence(mode, (), before.absence_reason)
    if arrived_at is None:
        if left_at is not None or not before.stays:
            raise Refused("到着の時刻を入れてください。")
        return Presence(mode, before.stays)
    return Presence(mode, ((arrived_at, left_at or meeting.closed_at),))


def _check(meeting: Meeting, before: Presence, after: Presence, reason: str) -> None:
    if not reason.strip():
        raise Refused("訂正の理由を入れてください。訂正の記録に残ります。")
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused(f"訂正の理由が長すぎます。{LONGEST_REASON}文字以内にしてください。")
    if after == before:
        raise Refused("変わるところがありません。直すところを入れてください。")
    if after.stays != before.stays:
        for arrived, left in after.stays:
            _check_times(meeting, arrived, left)


def _check_times(meeting: Meeting, arrived: datetime, left: datetime | None) -> None:
    day = _opened(meeting).astimezone(TOKYO).date()
    if any(moment.astimezone(TOKYO).date() != day for moment in (arrived, left) if moment is not None):
        raise Refused("時刻が会議の日ではありません。日付と時刻を確かめてください。")
    if meeting.closed_at is not None and arrived >= meeting.closed_at:
        raise Refused("到着の時刻が閉会より後です。時刻を確かめるか、欠席を選んでください。")
    if left is not None and meeting.closed_at is not None and left > meeting.closed_at:
        raise Refused("退席の時刻が閉会より後です。閉会までいた人は、退席の時刻を空けてください。")
    if left is not None and left <= arrived:
        raise Refused("退席の時刻が到着より前です。時刻を確かめてください。")
    if left is not None and left <= _opened(meeting):
        raise Refused("退席の時刻が開会より前です。時刻を確かめるか、欠席を選んでください。")


def _opened(meeting: Meeting) -> datetime:
    return meeting.opened_at or meeting.starts_at


# ---- storing


def _replace(session: Session, view: AttendanceView, after: Presence) -> None:
    attendance = view.attendance
    if after.stays != _presence(view).stays:
        for stay in view.stays:
            session.delete(stay)
        session.flush()
        for arrived, left in after.stays:
            session.add(Stay(attendance_id=attendance.id, arrived_at=arrived, left_at=left))
    attendance.mode = after.mode
    attendance.absence_reason = after.absence_reason
    attendance.version += 1
    session.add(attendance)


def _sent_before(
    session: Session, actor: Actor, view: AttendanceView, after: Presence, reason: str, version: int
) -> AttendanceCorrection:
    """Return the correction that made the attendance what it is, sent a second time. Raises Conflict otherwise."""
    if view.attendance.version == version + 1 and _presence(view) == after:
        rows = session.exec(
            select(AttendanceCorrection).where(
                AttendanceCorrection.attendance_id == view.attendance.id,
                AttendanceCorrection.after == _written(after),
                AttendanceCorrection.reason == reason,
                AttendanceCorrection.corrected_by == actor.name,
            )
        ).all()
        if rows:
            return rows[-1]
    raise Conflict(
        "この人の出席は、ほかの人が先に訂正しました。画面を読み直し、新しい記録を確かめてから訂正してください。"
    )


def _presence(view: AttendanceView) -> Presence:
    return Presence(
        view.attendance.mode,
        tuple((stay.arrived_at, stay.left_at) for stay in view.stays),
        view.attendance.absence_reason,
    )


def _written(presence: Presence) -> str:
    """Return a presence as canonical JSON, moments as ISO text in Japan's time."""
    content = {
        "mode": presence.mode,
        "stays": [[_iso(arrived), _iso(left)] for arrived, left in presence.stays],
        "absence_reason": presence.absence_reason,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(TOKYO).isoformat()


def _read(text: str) -> Presence:
    content = json.loads(text)
    return Presence(
        AttendanceMode(content["mode"]) if content["mode"] else None,
        tuple(
            (datetime.fromisoformat(arrived), datetime.fromisoformat(left) if left else None)
            for arrived, left in content["stays"]
        ),
        content["absence_reason"],
    )
