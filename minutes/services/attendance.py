"""出席: who is expected, who came and left, who stood aside for an item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from agenda.services.conflicts import decided_recusals
from agenda.services.items import get_item, items_of
from agenda.services.participation import participants_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.effective import holds
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AttendanceMode, Capacity, MeetingStatus
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.committees import TERM_BOUND, offices_on, roster, terms_of
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.rules.presence import Interval
from minutes.services.contradictions import refuse_absence, refuse_other_presence
from minutes.services.presiding import DEPUTISES, PRESIDES
from minutes.tables import Attendance, Recusal, Stay

INVITED_BY = "第5条第4項"


@dataclass(frozen=True, slots=True)
class AttendanceView:
    """出欠 of one person with the intervals they were there, in order."""

    attendance: Attendance
    person: Person
    stays: tuple[Stay, ...]

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The stays as the rules take them."""
        return tuple(Interval(stay.arrived_at, stay.left_at) for stay in self.stays)


def expect_attendance(*, session: Session, meeting: Meeting) -> list[Attendance]:
    """出席予定者: make an attendance row for everybody decided to take part who has none yet."""
    known = {view.attendance.person_id for view in attendance_of(session, meeting.id)}
    capacities: dict[str, Capacity] = {}
    for participants in participants_of(session, [v.item.id for v in items_of(session, meeting.id)]).values():
        for participant in participants:
            capacities.setdefault(participant.person_id, participant.capacity)
    added = [
        Attendance(
            meeting_id=meeting.id,
            person_id=person_id,
            capacity=capacity,
            basis=INVITED_BY if capacity is Capacity.INVITEE else "",
        )
        for person_id, capacity in capacities.items()
        if person_id not in known
    ]
    session.add_all(added)
    session.flush()
    return added


def expect_presider(*, session: Session, meeting: Meeting) -> None:
    """議長の出席: make an attendance row for the presider, who sits in whether or not an item names them."""
    if any(view.person.id == meeting.presider_id for view in attendance_of(session, meeting.id)):
        return
    on = meeting.starts_at.astimezone(TOKYO).date()
    for seat in roster(session, meeting.committee_id, on):
        if seat.person_id == meeting.presider_id:
            session.add(Attendance(meeting_id=meeting.id, person_id=seat.person_id, capacity=seat.capacity))
            session.flush()
            return


def attendance_of(session: Session, meeting_id: str) -> list[AttendanceView]:
    """Return everybody expected or present, members first, then by kana."""
    rows = session.exec(
        select(Attendance, Person)
        .join(Person, col(Attendance.person_id) == Person.id)
        .where(Attendance.meeting_id == meeting_id)
    ).all()
    stays = session.exec(
        select(Stay)
        .where(col(Stay.attendance_id).in_([attendance.id for attendance, _ in rows]))
        .order_by(col(Stay.arrived_at))
    ).all()
    order = list(Capacity)
    return [
        AttendanceView(
            attendance, person, tuple(stay for stay in stays if stay.attendance_id == attendance.id)
        )
        for attendance, person in sorted(
            rows, key=lambda row: (order.index(row[0].capacity), row[1].kana or row[1].name, row[1].id)
        )
    ]


def arrive(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    person_id: str,
    at: datetime,
    mode: AttendanceMode = AttendanceMode.IN_PERSON,
) -> Stay:
    """到着を記録する. Refused before opening, after closing, and while the person is already there."""
    _refuse_not_open(meeting)
    expect_attendance(session=session, meeting=meeting)
    if mode is AttendanceMode.ABSENT:
        raise Refused("欠席は「欠席」として記録してください。")
    view = get_attendance(session, meeting.id, person_id)
    _refuse_outside(meeting, at)
    if any(stay.left_at is None or stay.left_at > at for stay in view.stays):
        raise Refused(f"{view.person.name} はその時刻にはすでに在席です。退席の時刻を先に記録してください。")
    stay = Stay(attendance_id=view.attendance.id, arrived_at=at)
    view.attendance.mode = mode
    view.attendance.absence_reason = ""
    view.attendance.version += 1
    session.add_all([stay, view.attendance])
    session.flush()
    audit_meeting(session, actor, clock, "到着", meeting, {"person": person_id, "at": at, "mode": mode})
    return stay


def arrival_notes(session: Session, meeting: Meeting, person_id: str) -> tuple[str, ...]:
    """到着した人について知っておくこと: what to point out of somebody who arrives; it hinders nothing.

    A 委員 whose term does not cover the day; somebody with an office while one without presides (第5条第2項).
    """
    view = get_attendance(session, meeting.id, person_id)
    day = (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()
    notes = (_outside_term(session, meeting, view, day), _may_take_over(session, meeting, view, day))
    return tuple(note for note in notes if note)


def _outside_term(session: Session, meeting: Meeting, view: AttendanceView, day: date) -> str:
    capacity, name = view.attendance.capacity, view.person.name
    if capacity not in TERM_BOUND:
        return ""
    terms = [
        term for term in terms_of(session, meeting.committee_id, view.person.id) if term.capacity is capacity
    ]
    if any(holds(term, day) for term in terms):
        return ""
    ended = [term.valid_to for term in terms if term.valid_to is not None and term.valid_to <= day]
    last = f"（任期は{format_wareki(max(ended) - timedelta(days=1))}まで）" if ended else ""
    return (
        f"{name} の{capacity}としての任期は、会議の日（{format_wareki(day)}）を含みません{last}。"
        "出席は記録できますが、支給は要判断になります。名簿の委嘱を確かめてください（第3条第2項）。"
    )


def _may_take_over(session: Session, meeting: Meeting, view: AttendanceView, day: date) -> str:
    held = offices_on(session, meeting.committee_id, day)
    entitled = {*PRESIDES, *DEPUTISES}
    if meeting.presider_id is None or set(held.get(meeting.presider_id, ())) & entitled:
        return ""
    own = [office for office in held.get(view.person.id, ()) if office in entitled]
    if not own:
        return ""
    return f"{own[0]}の{view.person.name} が出席しています。議長を替えてください（第5条第1項・第2項）。"


def leave(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, person_id: str, at: datetime
) -> None:
    """退席を記録する. A departure cannot precede the arrival."""
    _refuse_not_open(meeting)
    view = get_attendance(session, meeting.id, person_id)
    current = next((stay for stay in view.stays if stay.left_at is None), None)
    if current is None:
        raise Refused(f"{view.person.name} は在席していません。先に到着を記録してください。")
    if at <= current.arrived_at:
        raise Refused("退席の時刻が到着より前です。時刻を確かめてください。")
    _refuse_departure_outside(meeting, at)
    current.left_at = at
    session.add(current)
    session.flush()
    audit_meeting(session, actor, clock, "退席", meeting, {"person": person_id, "at": at})


def mark_absent(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, person_id: str, reason: str = ""
) -> None:
    """欠席を記録する until the meeting is over. Refused for whoever presided, decided or was there."""
    if meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED):
        raise Refused(
            "会議が終わっているため、欠席を記録できません。出席の確認の後に「訂正する」で直してください。"
        )
    view = get_attendance(session, meeting.id, person_id)
    refuse_absence(session, meeting, person_id)
    if view.stays:
        raise Refused(
            f"{view.person.name} には到着の記録があります。欠席にするには到着の記録を取り消してください。"
        )
    view.attendance.mode = AttendanceMode.ABSENT
    view.attendance.absence_reason = reason.strip()
    view.attendance.version += 1
    session.add(view.attendance)
    session.flush()
    audit_meeting(session, actor, clock, "欠席", meeting, {"person": person_id, "reason": reason})


def recuse(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    item_id: str,
    person_id: str,
    reason: str,
) -> None:
    """退席（その議題だけ）を記録する, with the reason. Raises NotFound for another meeting's item or person.

    Refused while an outcome stands that was decided with the person there.
    """
    _refuse_not_open(meeting)
    item = get_item(session, item_id, meeting.id)
    name = get_attendance(session, meeting.id, person_id).person.name
    if not reason.strip():
        raise Refused("退席の理由を入れてください。")
    if any(known == person_id for known, _ in recusals_of(session, [item_id])[item_id]):
        raise Refused(
            f"{name} の「{item.title}」からの退席は、もう記録してあります。議事録を確かめてください。"
        )
    refuse_other_presence(session, meeting, item_id, person_id, aside=False)
    session.add(Recusal(item_id=item_id, person_id=person_id, reason=reason.strip()))
    session.flush()
    audit_meeting(session, actor, clock, "議題からの退席", meeting, {"item": item_id, "person": person_id})


def recuse_as_decided(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> None:
    """退席の判断を写す: what the 委員長 decided on conflicts before the meeting is on record from its opening."""
    for conflict in decided_recusals(session, meeting):
        known = {
            person_id for person_id, _ in recusals_of(session, [conflict.item.item.id])[conflict.item.item.id]
        }
        if conflict.person_id not in known:
            recuse(
                session=session,
                actor=actor,
                clock=clock,
                meeting=meeting,
                item_id=conflict.item.item.id,
                person_id=conflict.person_id,
                reason=_shortened(f"{conflict.detail}のため（{conflict.decided_by}の判断）"),
            )


LONGEST_REASON = 200


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"


def confirm_attendance(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> None:
    """出席を確認する after closing: honoraria are computed only from confirmed attendance (第7条第2項)."""
    if meeting.status is not MeetingStatus.CLOSED:
        raise Refused("出席の確認は閉会してから行います（第7条第2項）。先に閉会してください。")
    if meeting.attendance_confirmed_at is not None:
        return
    meeting.attendance_confirmed_at = clock.now()
    meeting.attendance_confirmed_by = actor.name
    meeting.version += 1
    session.add(meeting)
    session.flush()
    audit_meeting(session, actor, clock, "出席の確認", meeting, {})


def get_attendance(session: Session, meeting_id: str, person_id: str) -> AttendanceView:
    """Return one person's attendance of a meeting. Raises NotFound."""
    for view in attendance_of(session, meeting_id):
        if view.attendance.person_id == person_id:
            return view
    raise NotFound("この人は出席予定者に入っていません。参加者の決定に加えてから記録してください。")


def recusals_of(session: Session, item_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return (person id, reason) of the recusals per item."""
    rows = session.exec(select(Recusal).where(col(Recusal.item_id).in_(item_ids))).all()
    result: dict[str, list[tuple[str, str]]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        result[row.item_id].append((row.person_id, row.reason))
    return result


def _refuse_not_open(meeting: Meeting) -> None:
    if meeting.status is not MeetingStatus.OPEN:
        raise Refused(f"この会議は「{meeting.status}」の段階です。開会中の会議でだけ記録できます。")


def _refuse_outside(meeting: Meeting, at: datetime) -> None:
    """Somebody may sit down before the opening on the same day, not on another day."""
    if meeting.opened_at and at.astimezone(TOKYO).date() != meeting.opened_at.astimezone(TOKYO).date():
        raise Refused("到着の時刻が会議の日ではありません。日付と時刻を確かめてください。")


def _refuse_departure_outside(meeting: Meeting, at: datetime) -> None:
    opened = meeting.opened_at or meeting.starts_at
    if at.astimezone(TOKYO).date() != opened.astimezone(TOKYO).date():
        raise Refused("退席の時刻が会議の日ではありません。日付と時刻を確かめてください。")
    if at <= opened:
        raise Refused(
            "退席の時刻が開会より前です。時刻を確かめてください。"
            "会議に出ていない人は、到着の記録を取り消してから、欠席を記録してください。"
        )


def audit_meeting(
    session: Session, actor: Actor, clock: Clock, action: str, meeting: Meeting, detail: dict[str, object]
) -> None:
    """Add an audit row about a meeting and mark the meeting as changed. Does not commit."""
    session.add(meeting)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="meeting",
        subject_id=meeting.id,
        detail=detail,
    )
