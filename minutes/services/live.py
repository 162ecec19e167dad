"""進行: moving from item to item, pausing, who presides, and who and what comes in on the spot.

Times are the server's. Of two people who press the same button at once, the second changes nothing.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from agenda.services.assembly import add_item
from agenda.services.decisions import Guest, ask_guest
from agenda.services.items import ItemView, get_item, items_of
from agenda.services.participation import DECIDERS, Choice, decide_participants
from agenda.tables import AgendaItem
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AttendanceMode, Capacity, DueReason, MeetingStatus, Purpose
from meetings_app.services.committees import offices_on, roster
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import LiveState, Pause, Presiding
from minutes.services.attendance import (
    AttendanceView,
    arrive,
    attendance_of,
    audit_meeting,
    expect_attendance,
    get_attendance,
    recusals_of,
)
from minutes.services.item_runs import (
    begin_run,
    current_item,
    end_run,
    latest_moment,
    open_pause,
    pauses_of,
    runs_of,
    time_spent,
)
from minutes.services.presiding import begin_presiding, office_to_preside

__all__ = [
    "add_extra_item",
    "all_here",
    "ask_on_the_spot",
    "change_presider",
    "closing_moment",
    "current_item",
    "is_here",
    "meeting_to_show",
    "move_on",
    "open_pause",
    "pauses_of",
    "presidings_of",
    "put_on_table",
    "resume",
    "runs_of",
    "suspend",
    "time_spent",
]

_TICK = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)


# ---- what is on the table


def put_on_table(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, at: datetime
) -> None:
    """議題に入る: the item before ends, this one begins; going back to an item adds a second stretch of it.

    Nothing happens where it is on the table already. Raises Refused during a pause and outside of the meeting.
    """
    _refuse_not_open(meeting)
    _refuse_paused(session, meeting)
    if current_item(session, meeting.id) == view.item.id:
        return
    moment = _no_earlier(session, meeting, at)
    end_run(session, meeting.id, moment)
    begin_run(session, view.item.id, moment)
    _name_current(session, meeting, view.item.id)
    audit_meeting(session, actor, clock, "議題に入る", meeting, {"item": view.item.id, "at": moment})


def move_on(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, seen: str | None, at: datetime
) -> str | None:
    """次の議題に入る: the one after `seen`, the item that was on the table when the button was pressed.

    Where somebody else has moved on meanwhile nothing changes, so that no item is skipped. Returns the item on
    the table. Raises Refused after the last item, during a pause and outside of the meeting.
    """
    _refuse_not_open(meeting)
    _refuse_paused(session, meeting)
    current = current_item(session, meeting.id)
    if current != seen:
        return current
    views = items_of(session, meeting.id)
    place = next((place for place, view in enumerate(views) if view.item.id == current), -1)
    if place + 1 >= len(views):
        raise Refused(
            "最後の議題です。終わったら閉会してください。ほかの議題に入るときは、議題の一覧から選びます。"
        )
    following = views[place + 1]
    put_on_table(session=session, actor=actor, clock=clock, meeting=meeting, view=following, at=at)
    return following.item.id


def _refuse_paused(session: Session, meeting: Meeting) -> None:
    if open_pause(session, meeting.id) is not None:
        raise Refused("休憩中です。再開してから、議題に入ってください。")


def _name_current(session: Session, meeting: Meeting, item_id: str) -> None:
    state = session.get(LiveState, meeting.id) or LiveState(meeting_id=meeting.id, version=0)
    state.current_item_id = item_id
    state.version += 1
    session.add(state)
    session.flush()


def _no_earlier(session: Session, meeting: Meeting, at: datetime) -> datetime:
    """Return `at`, or the latest moment on record where the clock has been set back: stretches never overlap."""
    known = (meeting.opened_at, latest_moment(session, meeting.id))
    return max([at, *(moment for moment in known if moment is not None)])


# ---- pauses


def suspend(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, at: datetime, reason: str = ""
) -> None:
    """休憩に入る: the item on the table waits. Nothing happens during a pause."""
    _refuse_not_open(meeting)
    if open_pause(session, meeting.id) is not None:
        return
    moment = _no_earlier(session, meeting, at)
    end_run(session, meeting.id, moment)
    session.add(Pause(meeting_id=meeting.id, started_at=moment, reason=reason.strip()))
    session.flush()
    audit_meeting(session, actor, clock, "休憩", meeting, {"at": moment, "reason": reason.strip()})


def resume(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, at: datetime) -> None:
    """再開する: the item that was on the table goes on. Nothing happens where there is no pause."""
    _refuse_not_open(meeting)
    pause = open_pause(session, meeting.id)
    if pause is None:
        return
    moment = _no_earlier(session, meeting, at)
    pause.ended_at = moment
    session.add(pause)
    session.flush()
    item_id = current_item(session, meeting.id)
    if item_id is not None:
        begin_run(session, item_id, moment)
    audit_meeting(session, actor, clock, "再開", meeting, {"at": moment})


def closing_moment(session: Session, meeting: Meeting, typed: datetime) -> datetime:
    """閉会の時刻: a minute was typed; where something happened within it, closing comes just after that."""
    moments = [meeting.opened_at, latest_moment(session, meeting.id)]
    for view in attendance_of(session, meeting.id):
        moments += [moment for stay in view.stays for moment in (stay.arrived_at, stay.left_at)]
    within = [moment for moment in moments if moment and typed < moment < typed + _MINUTE]
    return max(within) + _TICK if within else typed


# ---- who presides


def presidings_of(session: Session, meeting_id: str) -> list[Presiding]:
    """議長の交代: return who presided from when, in order."""
    rows = session.exec(
        select(Presiding).where(Presiding.meeting_id == meeting_id).order_by(col(Presiding.from_at))
    ).all()
    return list(rows)


def change_presider(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    person_id: str,
    at: datetime,
    reason: str,
    decided_by: str = "",
) -> None:
    """議長を替える while the meeting is open (第5条第1項・第2項).

    A 副委員長 presides with the reason. Somebody without either office presides only while nobody who holds one
    is there: the regulation leaves that open, and `decided_by` says who decided it. Raises Refused for somebody
    who is not in the room, and NotFound for one who is not expected at all.
    """
    _refuse_not_open(meeting)
    view = get_attendance(session, meeting.id, person_id)
    if meeting.presider_id == person_id:
        return
    if not is_here(view):
        raise Refused(f"{view.person.name} は在席していません。到着を記録してから、議長にしてください。")
    if person_id in _aside_now(session, meeting):
        raise Refused(f"{view.person.name} はこの議題から退席しています。ほかの人を議長にしてください。")
    office = office_to_preside(
        session,
        meeting,
        person_id,
        on=_day(meeting),
        reason=reason,
        decided_by=decided_by,
        there=_in_the_room(session, meeting) - _aside_now(session, meeting),
    )
    moment = _after_last(session, meeting, at)
    begin_presiding(
        session=session,
        actor=actor,
        meeting=meeting,
        person_id=person_id,
        at=moment,
        office=office,
        reason=reason,
        decided_by=decided_by,
    )
    meeting.version += 1
    detail: dict[str, object] = {"presider": person_id, "at": moment, "reason": reason.strip()}
    audit_meeting(session, actor, clock, "議長の交代", meeting, detail | {"decided_by": decided_by.strip()})


def _in_the_room(session: Session, meeting: Meeting) -> set[str]:
    return {view.person.id for view in attendance_of(session, meeting.id) if is_here(view)}


def _aside_now(session: Session, meeting: Meeting) -> set[str]:
    """Return who stands aside for the item on the table: nobody who does can preside over it."""
    item_id = current_item(session, meeting.id)
    return {person_id for person_id, _ in recusals_of(session, [item_id])[item_id]} if item_id else set()


def _after_last(session: Session, meeting: Meeting, at: datetime) -> datetime:
    """Return `at`, or a moment after the last change of presiders: two begin at no one moment."""
    last = max((row.from_at for row in presidings_of(session, meeting.id)), default=None)
    if last is None or at > last:
        return at
    return last + _TICK


# ---- who is there


def all_here(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, at: datetime) -> int:
    """予定の人は全員到着: record the arrival of everybody of whom nothing is recorded yet; return how many.

    Before the first item they were there from the opening; later they arrive at `at`.
    """
    _refuse_not_open(meeting)
    expect_attendance(session=session, meeting=meeting)
    moment = at if current_item(session, meeting.id) else (meeting.opened_at or at)
    waiting = [view for view in attendance_of(session, meeting.id) if view.attendance.mode is None]
    for view in waiting:
        arrive(
            session=session,
            actor=actor,
            clock=clock,
            meeting=meeting,
            person_id=view.person.id,
            at=moment,
            mode=AttendanceMode.IN_PERSON,
        )
    return len(waiting)


def is_here(view: AttendanceView) -> bool:
    """在席しているか: return whether somebody came and has not left."""
    return any(stay.left_at is None for stay in view.stays)


# ---- what and who comes in on the spot


def add_extra_item(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    title: str,
    purpose: Purpose,
    minutes: int = 15,
) -> AgendaItem:
    """臨時の議題を加える (第5条第5項) while the meeting is open, after the last one.

    Who is in the room takes part in it: that is decided by the presider, where they may decide (第5条第3項).
    """
    _refuse_not_open(meeting)
    item = add_item(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        title=title,
        purpose=purpose,
        reason=DueReason.URGENT,
        minutes=minutes,
    )
    _let_the_room_take_part(session, actor, clock, meeting, item)
    return item


def _let_the_room_take_part(
    session: Session, actor: Actor, clock: Clock, meeting: Meeting, item: AgendaItem
) -> None:
    held = offices_on(session, meeting.committee_id, _day(meeting)).get(meeting.presider_id or "", ())
    if meeting.presider_id is None or not set(held) & set(DECIDERS):
        return
    seats = {(s.person_id, s.capacity) for s in roster(session, meeting.committee_id, _day(meeting))}
    choices = [
        Choice(view.person.id, view.attendance.capacity)
        for view in attendance_of(session, meeting.id)
        if is_here(view) and _may_sit(view, seats)
    ]
    decide_participants(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        item=item,
        choices=choices,
        decided_by_id=meeting.presider_id,
        decided_on=_day(meeting),
    )


def _may_sit(view: AttendanceView, seats: set[tuple[str, Capacity]]) -> bool:
    """Return whether somebody may be decided to take part: of the body, or invited; no 本人 or family."""
    capacity = view.attendance.capacity
    return capacity is Capacity.INVITEE or (view.person.id, capacity) in seats


def ask_on_the_spot(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    item_id: str,
    name: str,
    organisation: str = "",
    asked_about: str = "",
    person_id: str | None = None,
    at: datetime,
    mode: AttendanceMode = AttendanceMode.IN_PERSON,
) -> str:
    """その場で意見を求める (第5条第4項): the presider asks somebody for one item; they are there from `at`.

    `asked_about` is what the minutes give as 意見を求めた事項. Somebody asked already, by the same name and
    organisation, is not entered a second time. Returns the person's id. Raises Refused where the presider may not
    decide that, or the name is missing.
    """
    _refuse_not_open(meeting)
    if meeting.presider_id is None:
        raise Refused("議長の記録がありません。議長を記録してから、参加者を加えてください。")
    known = person_id or _guest_called(session, meeting, name.strip(), organisation.strip())
    asked = ask_guest(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        view=get_item(session, item_id, meeting.id),
        guest=Guest(Capacity.INVITEE, known, name.strip(), organisation.strip(), asked_about),
        decided_by_id=meeting.presider_id,
        decided_on=_day(meeting),
    )
    expect_attendance(session=session, meeting=meeting)
    if not is_here(get_attendance(session, meeting.id, asked)):
        arrive(session=session, actor=actor, clock=clock, meeting=meeting, person_id=asked, at=at, mode=mode)
    return asked


def _guest_called(session: Session, meeting: Meeting, name: str, organisation: str) -> str | None:
    return next(
        (
            view.person.id
            for view in attendance_of(session, meeting.id)
            if view.attendance.capacity is Capacity.INVITEE
            and (view.person.name, view.person.organisation) == (name, organisation)
        ),
        None,
    )


# ---- reading


def meeting_to_show(session: Session, meeting_id: str) -> Meeting:
    """Return a meeting whose screens are open; who may see it was asked when they were opened. Raises NotFound."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise NotFound("この会議は見つかりません。会議の一覧から選び直してください。")
    return meeting


# ---- within


def _day(meeting: Meeting) -> date:
    return (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()


def _refuse_not_open(meeting: Meeting) -> None:
    if meeting.status is not MeetingStatus.OPEN:
        raise Refused(f"この会議は「{meeting.status}」の段階です。開会中の会議でだけ進行を記録できます。")
