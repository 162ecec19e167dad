"""資料に入る議事録の側: what the last meetings decided on each case, and the approved minutes of the last one.

The packet is the agenda's matter and stands below minutes; it is given plain values from here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlmodel import Session, col, select

from agenda.papers.contents import ActionLine, EarlierOutcome
from agenda.services.items import ItemView, items_of
from agenda.services.packet_facts import FromMinutes, PreviousMinutes
from agenda.services.participation import Participant, participants_of
from agenda.tables import AgendaItem, Plan
from meetings_app.core.clock import TOKYO
from meetings_app.core.explained import Finding
from meetings_app.core.terms import AttendanceMode, Capacity, MeetingStatus, Office
from meetings_app.services.committees import offices_on, roster
from meetings_app.tables.meetings import Meeting
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import MinutesView
from minutes.rules.presence import Interval, was_present
from minutes.services.actions import actions_of_clients
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of
from minutes.services.running import records_of
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from minutes.word import write_minutes

HOUSEHOLD = (Capacity.CLIENT, Capacity.FAMILY)
READS_WHOLE = (Office.CHAIR, Office.REGIONAL_CHAIR)
"""Besides the 事務局員: who is given the whole of the previous minutes."""

EXTRACT_NOTE = (
    "この抜粋には、受け取る人が在席した議題だけを載せている。今回諮らなかったプランと地域の課題は載せていない。"
    "議題の番号は元の議事録による。"
)

Part = tuple[int, ...] | None
"""The numbers of the items of an extract; None: the whole."""


def packet_material(session: Session, meeting: Meeting, *, rendered: bool = False) -> FromMinutes:
    """Return what minutes know for the packet of a meeting. `rendered` False lists the papers without making them."""
    previous = _last_held(session, meeting)
    minutes = session.get(Minutes, previous.id) if previous else None
    approved = minutes is not None and minutes.status is MinutesStatus.APPROVED
    return FromMinutes(
        outcomes=_last_outcomes(session, meeting),
        minutes=_previous(session, meeting, previous, minutes, rendered=rendered)
        if previous and minutes and approved
        else None,
        missing_minutes="" if approved else _why_missing(previous),
        online=frozenset(
            view.person.id
            for view in attendance_of(session, meeting.id)
            if view.attendance.mode is AttendanceMode.ONLINE
        ),
    )


def extract(
    view: MinutesView, numbers: Iterable[int], *, named: frozenset[str], asked: Mapping[str, str]
) -> MinutesView:
    """議事録（抜粋）: return the minutes with some items only, and nothing that tells of the others.

    `named` are the participants of those items; of 本人, 家族 and people asked by 第5条第4項 only they are listed,
    with what they were `asked` about there. Deferred plans, regional issues and notes are left out: they name cases.
    """
    kept = set(numbers)
    note = Finding("extract", EXTRACT_NOTE)
    return replace(
        view,
        title=f"第{view.meeting_number}回　{view.committee}　議事録（抜粋）",
        items=tuple(item for item in view.items if item.number in kept),
        attendees=tuple(
            replace(person, missed=())
            for person in view.attendees
            if person.capacity not in HOUSEHOLD or person.name in named
        ),
        absentees=tuple(
            person for person in view.absentees if person.capacity not in HOUSEHOLD or person.name in named
        ),
        invitees=tuple(
            replace(person, asked_about=asked.get(person.name) or None, missed=())
            for person in view.invitees
            if person.name in named
        ),
        deferred=(),
        regional_issues=(),
        corrections=(),
        findings=(note,),
    )


# ---- the last meeting


def _last_held(session: Session, meeting: Meeting) -> Meeting | None:
    return session.exec(
        select(Meeting)
        .where(
            Meeting.committee_id == meeting.committee_id,
            Meeting.starts_at < meeting.starts_at,
            Meeting.status == MeetingStatus.CLOSED,
        )
        .order_by(col(Meeting.starts_at).desc(), col(Meeting.number).desc())
    ).first()


def _why_missing(previous: Meeting | None) -> str:
    if previous is None:
        return "これより前に閉会した会議がないため、前回の議事録は入りません。"
    return f"第{previous.number}回の議事録がまだ承認されていないため、前回の議事録は入りません。"


def _previous(
    session: Session, meeting: Meeting, previous: Meeting, minutes: Minutes, *, rendered: bool
) -> PreviousMinutes:
    views = items_of(session, previous.id)
    participants = participants_of(session, [view.item.id for view in views])
    parts = _parts(session, meeting, previous, views, participants)
    contents: dict[Part, bytes] = {}
    if rendered:
        contents = {part: _render(minutes, part, views, participants) for part in set(parts.values())}
    return PreviousMinutes(
        number=previous.number,
        day=_day(previous),
        sha256=minutes.sha256 or "",
        parts=parts,
        contents=contents,
    )


def _render(
    minutes: Minutes, part: Part, views: list[ItemView], participants: Mapping[str, list[Participant]]
) -> bytes:
    """Return the approved paper, or an extract drawn from what was approved."""
    if part is None and minutes.document is not None:
        return minutes.document
    view = read_canonical(minutes.content or "")
    if part is None:
        return write_minutes(view)
    there = [
        one
        for number, item in enumerate(views, start=1)
        if number in part
        for one in participants[item.item.id]
    ]
    asked = {one.name: one.note for one in reversed(there) if one.note}
    return write_minutes(extract(view, part, named=frozenset(one.name for one in there), asked=asked))


def _parts(
    session: Session,
    meeting: Meeting,
    previous: Meeting,
    views: list[ItemView],
    participants: Mapping[str, list[Participant]],
) -> dict[str, Part]:
    """Return who gets what: all of it, or the items they were in the room for; nobody else is named."""
    ids = [view.item.id for view in views]
    records, recusals = records_of(session, ids), recusals_of(session, ids)
    rooms = {view.person.id: view for view in attendance_of(session, previous.id) if view.stays}
    sat: dict[str, list[int]] = {}
    for number, view in enumerate(views, start=1):
        aside = {person_id for person_id, _ in recusals[view.item.id]}
        for one in participants[view.item.id]:
            room = rooms.get(one.person_id)
            if room and one.person_id not in aside and _in_room(room, records.get(view.item.id)):
                sat.setdefault(one.person_id, []).append(number)
    parts: dict[str, Part] = {person_id: tuple(numbers) for person_id, numbers in sat.items()}
    return parts | dict.fromkeys(_keepers(session, meeting))


def _in_room(room: AttendanceView, record: ItemRecord | None) -> bool:
    if record is None or record.started_at is None:
        return bool(room.stays)
    return was_present(room.intervals, Interval(record.started_at, record.ended_at))


def _keepers(session: Session, meeting: Meeting) -> set[str]:
    """Return who is given the whole on the meeting's day: 事務局員 and the 委員長."""
    on = _day(meeting)
    staff = {
        seat.person_id
        for seat in roster(session, meeting.committee_id, on)
        if seat.capacity is Capacity.SECRETARIAT
    }
    offices = offices_on(session, meeting.committee_id, on)
    return staff | {person_id for person_id, held in offices.items() if set(held) & set(READS_WHOLE)}


# ---- the last outcome of each case


def _last_outcomes(session: Session, meeting: Meeting) -> dict[str, EarlierOutcome]:
    """前回の結果: return, by client id, what the last meeting before this one decided on the cases of its agenda.

    Its actions are listed with what older meetings agreed and is not done yet.
    """
    clients = {view.client.id for view in items_of(session, meeting.id) if view.client}
    rows = session.exec(
        select(col(Plan.client_id), Meeting, ItemRecord)
        .join(AgendaItem, col(AgendaItem.plan_id) == Plan.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .join(ItemRecord, col(ItemRecord.item_id) == AgendaItem.id)
        .where(
            col(Plan.client_id).in_(clients),
            Meeting.committee_id == meeting.committee_id,
            Meeting.starts_at < meeting.starts_at,
            col(ItemRecord.outcome).is_not(None),
        )
        .order_by(col(Meeting.starts_at), col(AgendaItem.position))
    ).all()
    last = {client_id: (earlier, record) for client_id, earlier, record in rows}
    followed = actions_of_clients(session, meeting, list(last))
    return {
        client_id: EarlierOutcome(
            number=earlier.number,
            day=_day(earlier),
            outcome=record.outcome or "",
            confirmed=record.confirmed,
            actions=tuple(
                ActionLine(action.what, action.who, action.due_on, action.done_on)
                for action in followed[client_id]
                if action.item_id == record.item_id or action.done_on is None
            ),
        )
        for client_id, (earlier, record) in last.items()
    }


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
