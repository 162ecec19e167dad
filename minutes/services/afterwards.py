"""事後入力: a meeting that was held on paper and is entered later, with the same checks as one that runs.

It opens, is recorded and closes like any other; times are typed instead of taken from the clock, and the record says
what it was entered from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlmodel import Session

from agenda.services.items import ItemView, items_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import AttendanceMode, MeetingStatus
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry
from minutes.services.attendance import AttendanceView, attendance_of, audit_meeting
from minutes.services.contradictions import refuse_absence
from minutes.services.restamping import restamp_outcomes
from minutes.services.running import open_meeting, records_of
from minutes.tables import ItemRecord, Stay

LONGEST_SOURCE = 200
LONGEST_ABSENCE = 500


@dataclass(frozen=True, slots=True)
class TypedPresence:
    """出欠の入力 of one person; `mode` None: nothing is known yet. `version` is the one the form was made from."""

    person_id: str
    mode: AttendanceMode | None
    arrived_at: datetime | None
    left_at: datetime | None
    absence_reason: str
    version: int


def afterwards_of(session: Session, meeting_id: str) -> AfterwardsEntry | None:
    """Return what a meeting was entered from afterwards; None for one that was recorded as it ran."""
    return session.get(AfterwardsEntry, meeting_id)


def may_begin_afterwards(session: Session, clock: Clock, meeting: Meeting) -> bool:
    """Return whether a meeting can be entered from paper: it is convened, its day has come, and nothing is begun."""
    return (
        meeting.status is MeetingStatus.CONVENED
        and _day(meeting) <= today(clock)
        and afterwards_of(session, meeting.id) is None
    )


def begin_afterwards(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    source: str,
    opened_at: datetime,
    presider_id: str,
    reason: str = "",
    decided_by: str = "",
) -> AfterwardsEntry:
    """事後入力を始める: note what the meeting is entered from, and open it at the time it was opened.

    Raises Refused for a meeting that was opened as it ran, for a day or an hour to come, and without a source.
    """
    if meeting.status not in (MeetingStatus.CONVENED, MeetingStatus.PREPARING):
        raise Refused(
            "この会議はもう開会しています。足りないところは、出席と結果の画面で時刻を入れて記録してください。"
        )
    said = source.strip()
    if not said:
        raise Refused("何を見て入力するかを入れてください（例　紙の議事録）。記録に残ります。")
    if len(said) > LONGEST_SOURCE:
        raise Refused(f"何を見て入力するかは{LONGEST_SOURCE}文字以内にしてください。")
    refuse_not_yet(opened_at, clock)
    if opened_at.astimezone(TOKYO).date() != _day(meeting):
        raise Refused(
            "開会の時刻が会議の日ではありません。会議の日が違うときは、先に会議の日時を変えてください。"
        )
    open_meeting(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        at=opened_at,
        presider_id=presider_id,
        reason=reason,
        decided_by=decided_by,
    )
    entry = AfterwardsEntry(meeting_id=meeting.id, source=said, entered_by=actor.name, begun_at=clock.now())
    session.add(entry)
    session.flush()
    audit_meeting(session, actor, clock, "事後入力の開始", meeting, {"source": said})
    return entry


def refuse_not_yet(moment: datetime, clock: Clock) -> None:
    """Raise Refused for a moment to come: what is entered afterwards has happened."""
    if moment > clock.now():
        raise Refused("まだ来ていない時刻です。紙の記録の時刻を確かめてください。")


# ---- attendance of everybody in one form


def enter_attendance(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, rows: Sequence[TypedPresence]
) -> int:
    """全員の出欠を記録する: put every row that differs from the record in its place; return how many did.

    People who came more than once are left to the attendance page: their rows change nothing. Outcomes that were
    entered before are stamped anew where this changes who was there for them. Raises Refused,
    naming the person, for times that cannot be and for an absence that something contradicts; Conflict for a
    stale row; NotFound for somebody who is not on the list.
    """
    _refuse_not_entering(session, meeting)
    known = {view.person.id: view for view in attendance_of(session, meeting.id)}
    changed = 0
    for row in rows:
        view = known.get(row.person_id)
        if view is None:
            raise NotFound("この人は出席予定者に入っていません。画面を読み直してください。")
        if len(view.stays) <= 1 and _differs(view, row):
            _check(session, clock, meeting, view, row)
            _put(session, view, row)
            changed += 1
    session.flush()
    if changed:
        stamped = restamp_outcomes(session=session, actor=actor, clock=clock, meeting=meeting)
        detail: dict[str, object] = {"people": changed, "stamped_again": stamped}
        audit_meeting(session, actor, clock, "出欠の事後入力", meeting, detail)
    return changed


def _refuse_not_entering(session: Session, meeting: Meeting) -> None:
    if meeting.status is not MeetingStatus.OPEN or afterwards_of(session, meeting.id) is None:
        raise Refused(
            "出欠をまとめて入力できるのは、事後入力の途中の会議だけです。出席の画面から記録してください。"
        )


def _differs(view: AttendanceView, row: TypedPresence) -> bool:
    stay = view.stays[0] if view.stays else None
    stands = (
        view.attendance.mode,
        stay.arrived_at if stay else None,
        stay.left_at if stay else None,
        view.attendance.absence_reason,
    )
    return stands != _wanted(row)


def _wanted(
    row: TypedPresence,
) -> tuple[AttendanceMode | None, datetime | None, datetime | None, str]:
    """Return what is to stand: an absence has no times, a presence no reason to be away."""
    if row.mode is None:
        return None, None, None, ""
    if row.mode is AttendanceMode.ABSENT:
        return row.mode, None, None, row.absence_reason.strip()
    return row.mode, row.arrived_at, row.left_at, ""


def _check(
    session: Session, clock: Clock, meeting: Meeting, view: AttendanceView, row: TypedPresence
) -> None:
    name = view.person.name
    if view.attendance.version != row.version:
        raise Conflict(
            f"{name} の出欠は、ほかの人が先に記録しました。画面を読み直し、新しい記録を確かめてから直してください。"
        )
    if row.mode in (None, AttendanceMode.ABSENT):
        if row.mode is AttendanceMode.ABSENT or view.stays:
            refuse_absence(session, meeting, view.person.id)
        return
    if row.arrived_at is None:
        raise Refused(f"{name} の到着の時刻を入れてください。")
    _check_times(clock, meeting, name, row.arrived_at, row.left_at)


def _check_times(clock: Clock, meeting: Meeting, name: str, arrived: datetime, left: datetime | None) -> None:
    for moment in (arrived, left):
        if moment is None:
            continue
        if moment.astimezone(TOKYO).date() != _day(meeting):
            raise Refused(f"{name} の時刻が会議の日ではありません。時刻を確かめてください。")
        refuse_not_yet(moment, clock)
    if left is not None and left <= arrived:
        raise Refused(f"{name} の退席の時刻が到着より前です。時刻を確かめてください。")
    if left is not None and meeting.opened_at is not None and left <= meeting.opened_at:
        raise Refused(f"{name} の退席の時刻が開会より前です。時刻を確かめるか、欠席を選んでください。")


def _put(session: Session, view: AttendanceView, row: TypedPresence) -> None:
    mode, arrived, left, reason = _wanted(row)
    for stay in view.stays:
        session.delete(stay)
    session.flush()
    if arrived is not None:
        session.add(Stay(attendance_id=view.attendance.id, arrived_at=arrived, left_at=left))
    view.attendance.mode = mode
    view.attendance.absence_reason = reason
    view.attendance.version += 1
    session.add(view.attendance)


# ---- what is still missing, and what does not fit together


@dataclass(frozen=True, slots=True)
class Missing:
    """まだ入っていないもの: one sentence, and the item it is about, if any."""

    text: str
    item_id: str | None = None


def missing_parts(session: Session, meeting: Meeting) -> list[Missing]:
    """Return what is not entered yet, and items whose times overlap, in the order of the record."""
    views = items_of(session, meeting.id)
    records = records_of(session, [view.item.id for view in views])
    unknown = [
        view.person.name for view in attendance_of(session, meeting.id) if view.attendance.mode is None
    ]
    found = [Missing(f"出欠が入っていない人: {'、'.join(unknown)}")] if unknown else []
    for view in views:
        gaps = _gaps(records.get(view.item.id))
        if gaps:
            found.append(Missing(f"「{view.title}」の{'・'.join(gaps)}", view.item.id))
    return [*found, *overlapping_items(views, records)]


def _gaps(record_: ItemRecord | None) -> list[str]:
    if record_ is None:
        return ["時刻", "結果"]
    return [
        name
        for name, stands in (
            ("始まり", record_.started_at),
            ("終わり", record_.ended_at),
            ("結果", record_.outcome),
        )
        if stands is None
    ]


def overlapping_items(views: Sequence[ItemView], records: dict[str, ItemRecord]) -> list[Missing]:
    """時刻が重なる議題: return a sentence for every pair of neighbours that were on the table at once."""
    timed = sorted(
        (
            (row.started_at, row.ended_at, view)
            for view in views
            if (row := records.get(view.item.id)) and row.started_at and row.ended_at
        ),
        key=lambda one: (one[0], one[1]),
    )
    return [
        Missing(f"「{first[2].title}」と「{second[2].title}」の時刻が重なっています。", second[2].item.id)
        for first, second in pairwise(timed)
        if second[0] < first[1]
    ]


def refuse_item_outside(
    meeting: Meeting, clock: Clock, started_at: datetime | None, ended_at: datetime | None
) -> None:
    """Raise Refused for typed times of an item, to the minute, that lie before the opening or ahead of now.

    What lies after the closing is found when the meeting is closed.
    """
    if meeting.status is not MeetingStatus.OPEN or meeting.opened_at is None:
        return
    opened = meeting.opened_at.replace(second=0, microsecond=0)
    for moment in (started_at, ended_at):
        if moment is None:
            continue
        if moment < opened:
            raise Refused("議題の時刻が開会より前です。議題の時刻と開会の時刻を確かめてください。")
        refuse_not_yet(moment, clock)


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
