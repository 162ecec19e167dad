"""出席と結果の画面に出すもの: finished views of who is there and of what is recorded on an item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from agenda.services.items import ItemView, get_item, items_of
from agenda.services.participation import Participant, participants_of
from agenda.services.visibility import SEES_ALL
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.terms import PURPOSE_ARTICLE, AttendanceMode, Capacity, MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import mark
from meetings_app.web.meeting_frame import DbSession
from minutes.rules.outcomes import is_undecided
from minutes.services.afterwards import may_begin_afterwards
from minutes.services.attendance import AttendanceView, arrival_notes, attendance_of, recusals_of
from minutes.services.attendance_corrections import CorrectionView, attendance_corrections_of
from minutes.services.issues import issues_of
from minutes.services.item_context import (
    EarlierRecord,
    PossiblePresider,
    last_confirmed,
    possible_presiders,
)
from minutes.services.minutes import minutes_status
from minutes.services.presiding import StandIn, stand_ins
from minutes.services.running import actions_of, possible_outcomes, records_of
from minutes.tables import ItemRecord, MinutesStatus

CHECKS = (
    ("fits_situation", mark("状況と目標に合う")),
    ("leads_to_solution", mark("課題の解決に向かう")),
    ("keeps_motivation", mark("意欲につながる")),
    ("resources_missing", mark("不足する資源がある")),
)
"""The four things a meeting makes sure of for every case, with what the form calls them."""

TEXTS = (
    ("explanation", mark("説明")),
    ("discussion", mark("話し合い（要点）")),
    ("confirmed", mark("確認されたこと")),
)

OUTCOME_ICONS = {
    "了承": "check-circle",
    "修正のうえ了承": "pencil",
    "継続協議": "arrow-right",
    "差戻し": "back",
    "終結": "square",
    "再プラン": "refresh",
    "中断": "pause",
}
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class StayLine:
    """在席の区間."""

    stay_id: str
    arrived: datetime
    left: datetime | None


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    """出席者の行. `state` is expected, here, left, absent or unknown (should be there, not recorded)."""

    person_id: str
    name: str
    organisation: str
    capacity: Capacity
    basis: str
    state: str
    mode: AttendanceMode | None
    stays: tuple[StayLine, ...]
    absence_reason: str
    items: tuple[int, ...]
    required: bool
    presides: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecusalRow:
    """議題からの退席."""

    number: int
    title: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """退席を記録できる議題 with its participants."""

    item_id: str
    label: str


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """出席: everything the 出席 tab shows."""

    rows: tuple[AttendeeRow, ...]
    here: int
    unknown: int
    absent: int
    presiders: tuple[PossiblePresider, ...]
    stand_ins: tuple[StandIn, ...]
    recusals: tuple[RecusalRow, ...]
    items: tuple[ItemChoice, ...]
    people: tuple[tuple[str, str], ...]
    can_record: bool
    can_open: bool
    can_confirm: bool
    closed: bool
    confirmed_at: datetime | None
    confirmed_by: str | None
    can_correct: bool
    corrections: tuple[CorrectionView, ...]
    approved: bool
    planned_time: str
    time_now: str
    is_today: bool
    sees_cases: bool
    can_enter_afterwards: bool


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """左の一覧の議題: state is done, now or todo."""

    number: int
    title: str
    note: str
    minutes: int
    state: str
    href: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """対応: who does what by when."""

    action_id: str
    what: str
    who: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class IssueRow:
    """挙がった地域課題."""

    category: str
    shortage: str
    municipality: str
    text: str


@dataclass(frozen=True, slots=True)
class PresentMark:
    """参加者 of an item as they are now: state is ok, ask (needed and not there) or no."""

    name: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """記録されている内容 of one item; every field as the form writes it."""

    version: int
    recorded_by: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CurrentItem:
    """記録する議題."""

    item_id: str
    number: int
    title: str
    purpose: str
    article: str
    planned_minutes: int
    is_case: bool
    goal: str
    earlier: EarlierRecord | None
    outcomes: tuple[str, ...]
    people: tuple[PresentMark, ...]
    here: int
    actions: tuple[ActionRow, ...]
    issues: tuple[IssueRow, ...]
    stored: StoredRecord
    next_item: str | None
    next_title: str | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """結果: everything the 結果 tab shows. `current` None where the meeting has no items."""

    entries: tuple[RecordEntry, ...]
    current: CurrentItem | None
    can_decide: bool
    can_record: bool
    can_add: bool
    opened: bool
    closed: bool
    undecided: int


# ---- 出席


def attendance_page(session: DbSession, actor: Actor, clock: Clock, meeting: Meeting) -> AttendancePage:
    """Return the 出席 tab; 会計 sees no case in it, only numbers of items."""
    views = items_of(session, meeting.id)
    people = participants_of(session, [view.item.id for view in views])
    rows = _attendees(session, meeting, views, people)
    sees_cases = actor.role in SEES_ALL
    works = sees_cases and meeting.status is MeetingStatus.OPEN
    day = meeting.starts_at.astimezone(TOKYO).date()
    return AttendancePage(
        rows=rows,
        here=sum(1 for row in rows if row.stays),
        unknown=sum(1 for row in rows if row.state in ("unknown", "expected")),
        absent=sum(1 for row in rows if row.state == "absent"),
        presiders=tuple(possible_presiders(session, meeting)),
        stand_ins=tuple(stand_ins(session, meeting)),
        recusals=_recusals(session, views, people) if sees_cases else (),
        items=tuple(ItemChoice(v.item.id, f"{n} {v.title}") for n, v in enumerate(views, 1)) if works else (),
        people=tuple((row.person_id, row.name) for row in rows) if works else (),
        can_record=works,
        can_open=sees_cases and meeting.status is MeetingStatus.CONVENED and day <= today(clock),
        can_confirm=sees_cases
        and meeting.status is MeetingStatus.CLOSED
        and meeting.attendance_confirmed_at is None,
        closed=meeting.status is MeetingStatus.CLOSED,
        confirmed_at=meeting.attendance_confirmed_at,
        confirmed_by=meeting.attendance_confirmed_by,
        can_correct=actor.role is Role.SECRETARIAT and _is_confirmed(meeting),
        corrections=tuple(attendance_corrections_of(session, meeting)),
        approved=minutes_status(session, meeting.id) is MinutesStatus.APPROVED,
        planned_time=wall_time(meeting.starts_at),
        time_now=wall_time(clock.now()),
        is_today=day == today(clock),
        sees_cases=sees_cases,
        can_enter_afterwards=sees_cases and may_begin_afterwards(session, clock, meeting),
    )


def _is_confirmed(meeting: Meeting) -> bool:
    return meeting.status is MeetingStatus.CLOSED and meeting.attendance_confirmed_at is not None


def wall_time(moment: datetime | None) -> str:
    """Return a moment as the form writes it: 10:05, "" for None."""
    return "" if moment is None else f"{moment.astimezone(TOKYO):%H:%M}"


def _attendees(
    session: DbSession,
    meeting: Meeting,
    views: Sequence[ItemView],
    people: Mapping[str, Sequence[Participant]],
) -> tuple[AttendeeRow, ...]:
    """Return everybody on the attendance list, or before the opening everybody decided to take part."""
    sits_in: dict[str, list[int]] = {}
    required: set[str] = set()
    expected: dict[str, Participant] = {}
    for number, view in enumerate(views, start=1):
        for participant in people[view.item.id]:
            sits_in.setdefault(participant.person_id, []).append(number)
            expected.setdefault(participant.person_id, participant)
            required |= {participant.person_id} if participant.required else set()
    listed = attendance_of(session, meeting.id)
    rows = [
        replace(
            _listed(
                view, meeting, tuple(sits_in.get(view.person.id, ())), required=view.person.id in required
            ),
            notes=arrival_notes(session, meeting, view.person.id) if view.stays else (),
        )
        for view in listed
    ]
    known = {view.person.id for view in listed}
    order = list(Capacity)
    rest = sorted(expected.values(), key=lambda person: (order.index(person.capacity), person.name))
    return (
        *rows,
        *(
            AttendeeRow(
                person_id=person.person_id,
                name=person.name,
                organisation="",
                capacity=person.capacity,
                basis="",
                state="expected",
                mode=None,
                stays=(),
                absence_reason="",
                items=tuple(sits_in[person.person_id]),
                required=person.person_id in required,
                presides=False,
            )
            for person in rest
            if person.person_id not in known
        ),
    )


def _listed(view: AttendanceView, meeting: Meeting, items: tuple[int, ...], *, required: bool) -> AttendeeRow:
    return AttendeeRow(
        person_id=view.person.id,
        name=view.person.name,
        organisation=view.person.organisation,
        capacity=view.attendance.capacity,
        basis=view.attendance.basis,
        state=_state(view, meeting),
        mode=view.attendance.mode,
        stays=tuple(StayLine(stay.id, stay.arrived_at, stay.left_at) for stay in view.stays),
        absence_reason=view.attendance.absence_reason,
        items=items,
        required=required,
        presides=view.person.id == meeting.presider_id,
    )


def _state(view: AttendanceView, meeting: Meeting) -> str:
    if view.attendance.mode is None:
        return "unknown"
    if view.attendance.mode is AttendanceMode.ABSENT:
        return "absent"
    if meeting.status is MeetingStatus.CLOSED:
        return "here"
    return "here" if any(stay.left_at is None for stay in view.stays) else "left"


def _recusals(
    session: DbSession, views: Sequence[ItemView], people: Mapping[str, Sequence[Participant]]
) -> tuple[RecusalRow, ...]:
    names = {p.person_id: p.name for group in people.values() for p in group}
    found = recusals_of(session, [view.item.id for view in views])
    return tuple(
        RecusalRow(number, view.title, names.get(person_id, ""), reason)
        for number, view in enumerate(views, start=1)
        for person_id, reason in found[view.item.id]
    )


# ---- 結果


def record_page(session: DbSession, meeting: Meeting, item_id: str | None) -> RecordPage:
    """Return the 結果 tab with one item open: the one asked for, else the first that is undecided.

    Raises NotFound for another meeting's item.
    """
    views = items_of(session, meeting.id)
    if item_id is not None:
        get_item(session, item_id, meeting.id)
    records = records_of(session, [view.item.id for view in views])
    open_ids = [v.item.id for v in views if is_undecided(_outcome(records.get(v.item.id)))]
    current = item_id or next(iter([*open_ids, *(view.item.id for view in views)]), None)
    fixed = minutes_status(session, meeting.id) is MinutesStatus.APPROVED
    status = meeting.status
    return RecordPage(
        entries=tuple(
            _entry(meeting, number, view, records.get(view.item.id), is_current=view.item.id == current)
            for number, view in enumerate(views, start=1)
        ),
        current=None if current is None else _current(session, meeting, views, current, records),
        can_decide=status is MeetingStatus.OPEN,
        can_record=status in (MeetingStatus.OPEN, MeetingStatus.CLOSED) and not fixed,
        can_add=status in (MeetingStatus.OPEN, MeetingStatus.CLOSED) and not fixed,
        opened=meeting.opened_at is not None,
        closed=status is MeetingStatus.CLOSED,
        undecided=len(open_ids),
    )


def _outcome(record: ItemRecord | None) -> str | None:
    return record.outcome if record else None


def _entry(
    meeting: Meeting, number: int, view: ItemView, record: ItemRecord | None, *, is_current: bool
) -> RecordEntry:
    done = record is not None and record.outcome is not None
    return RecordEntry(
        number=number,
        title=view.title,
        note=_outcome(record) or "",
        minutes=view.item.planned_minutes,
        state="now" if is_current else ("done" if done else "todo"),
        href=f"/meetings/{meeting.id}/record?item={view.item.id}",
    )


def _current(
    session: DbSession,
    meeting: Meeting,
    views: Sequence[ItemView],
    item_id: str,
    records: Mapping[str, ItemRecord],
) -> CurrentItem:
    place = next(place for place, view in enumerate(views) if view.item.id == item_id)
    view = views[place]
    following = views[place + 1] if place + 1 < len(views) else None
    people = _present(session, meeting, view)
    return CurrentItem(
        item_id=item_id,
        number=place + 1,
        title=view.title,
        purpose=str(view.item.purpose),
        article=PURPOSE_ARTICLE[view.item.purpose],
        planned_minutes=view.item.planned_minutes,
        is_case=view.client is not None,
        goal=view.plan.goal if view.plan else "",
        earlier=last_confirmed(session, meeting, view),
        outcomes=possible_outcomes(session, view),
        people=people,
        here=sum(1 for person in people if person.state == "ok"),
        actions=_actions(session, item_id),
        issues=_issues(session, item_id),
        stored=stored_record(records.get(item_id)),
        next_item=following.item.id if following else None,
        next_title=following.title if following else None,
    )


def _present(session: DbSession, meeting: Meeting, view: ItemView) -> tuple[PresentMark, ...]:
    attendance = {found.person.id: found for found in attendance_of(session, meeting.id)}
    aside = dict(recusals_of(session, [view.item.id])[view.item.id])
    return tuple(
        _present_mark(participant, attendance.get(participant.person_id), aside, meeting)
        for participant in participants_of(session, [view.item.id])[view.item.id]
    )


def _present_mark(
    participant: Participant, found: AttendanceView | None, aside: Mapping[str, str], meeting: Meeting
) -> PresentMark:
    if participant.person_id in aside:
        return PresentMark(participant.name, "no", mark("退席"))
    state = _state(found, meeting) if found else "unknown"
    if state == "here":
        return PresentMark(participant.name, "ok", "")
    notes = {"left": mark("退席"), "absent": mark("欠席"), "unknown": mark("未着")}
    note = mark("未着・この議題に必要") if state == "unknown" and participant.required else notes[state]
    return PresentMark(participant.name, "ask" if participant.required else "none", note)


def _actions(session: DbSession, item_id: str) -> tuple[ActionRow, ...]:
    return tuple(
        ActionRow(action.id, action.what, action.who, action.due_on)
        for action in actions_of(session, [item_id])[item_id]
    )


def _issues(session: DbSession, item_id: str) -> tuple[IssueRow, ...]:
    return tuple(
        IssueRow(str(issue.category), str(issue.shortage), issue.municipality, issue.internal_text)
        for issue in issues_of(session, [item_id])
    )


def stored_record(record: ItemRecord | None) -> StoredRecord:
    """Return what is on record as the form writes it, so that both can be laid side by side."""
    record = record or ItemRecord(item_id="", version=0)
    values = {
        "started": wall_time(record.started_at),
        "ended": wall_time(record.ended_at),
        "outcome": record.outcome or "",
        "follow_up": _yes_no(record.follow_up),
        **{name: _yes_no(getattr(record, name)) for name, _label in CHECKS},
        **{name: getattr(record, name) for name, _label in TEXTS},
    }
    return StoredRecord(record.version, record.recorded_by, values)


def _yes_no(answer: bool | None) -> str:  # noqa: FBT001 - a fact, not a switch
    return "" if answer is None else (YES if answer else NO)
