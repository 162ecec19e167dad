"""進行画面に出すもの: finished views of the meeting as it runs, for the desk and for the projector.

Everything comes from what is on record, so that a reload shows the same. Times are worked out at one moment, the
server's; browsers only count on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import takewhile

from agenda.rules.assembly import item_title
from agenda.services.cases import ConsentState, consent_states
from agenda.services.items import ItemView, items_of
from agenda.services.participation import Participant, participants_of
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import (
    PURPOSE_ARTICLE,
    AttendanceMode,
    Capacity,
    MeetingStatus,
    Office,
)
from meetings_app.services.committees import get_committee, offices_on, roster
from meetings_app.services.meetings import venue_of
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import mark
from meetings_app.web.meeting_frame import DbSession
from minutes.live_tables import ItemRun, Pause
from minutes.rules.presence import Interval, there_at, there_until
from minutes.services.attendance import AttendanceView, arrival_notes, attendance_of, recusals_of
from minutes.services.field_history import FieldNow, fields_of
from minutes.services.item_context import (
    EarlierRecord,
    PossiblePresider,
    last_confirmed,
    possible_presiders,
)
from minutes.services.live import (
    current_item,
    is_here,
    pauses_of,
    presidings_of,
    runs_of,
    time_spent,
)
from minutes.services.live_fields import PendingConflict, pending_conflicts
from minutes.services.minutes import minutes_status
from minutes.services.presence_now import ItemPresence, presence_from
from minutes.services.running import possible_outcomes, records_of
from minutes.tables import ItemRecord, MinutesStatus
from minutes.web.running_views import CHECKS, TEXTS

FIELD_LABELS = {**dict(TEXTS), "outcome": mark("結果"), **dict(CHECKS), "follow_up": mark("フォロー")}
LATE_FROM = timedelta(minutes=1)
"""From how long after the opening on an arrival counts as late, and after its planned end the meeting."""


@dataclass(frozen=True, slots=True)
class Timer:
    """時間 in seconds (planned: minutes): `base` of the stretches that ended; `since` one goes on (ms since 1970)."""

    planned: int
    seconds: int
    base: int
    since: int | None

    @property
    def text(self) -> str:
        """6:12, or 1:06:12 from an hour on."""
        return clock_text(self.seconds)

    @property
    def over(self) -> bool:
        """Whether it took longer than planned."""
        return self.seconds > self.planned * 60


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """左の一覧の議題. `state` is done, now or todo; `safe_title` has no personal data."""

    item_id: str
    number: int
    title: str
    safe_title: str
    safe_short: str
    state: str
    timer: Timer
    has_run: bool
    outcome: str
    follow_up: str
    href: str


@dataclass(frozen=True, slots=True)
class PausedNow:
    """休憩: since when, and why."""

    since: int
    began: datetime
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class LiveHead:
    """画面の頭: which meeting, who presides, and the times. `stage` is before, convened, open, paused or closed."""

    meeting_id: str
    number: int
    kind: str
    stage: str
    now: int
    at: datetime
    opened: int | None
    opened_at: datetime | None
    closed_at: datetime | None
    planned: int
    planned_end: datetime
    elapsed: int
    expected_end: datetime
    rest_others: int
    late: bool
    presider: str
    presider_office: str
    presider_reason: str
    presider_decided_by: str
    presider_away: bool
    presider_aside: bool
    paused: PausedNow | None
    screens: int
    current_id: str
    current_number: int | None
    current_title: str
    current_timer: Timer | None
    items: int


@dataclass(frozen=True, slots=True)
class PersonChip:
    """出席者. `state` is here, late, left, missing, expected or absent; `aside` for the item on the table.

    `arrived` is the first arrival, `since` the latest one: that is what taking back an arrival takes back.
    """

    person_id: str
    name: str
    organisation: str
    capacity: str
    state: str
    mode: str
    arrived: datetime | None
    since: datetime | None
    left: datetime | None
    needed: bool
    aside: bool
    presides: bool
    stay_id: str
    absence_reason: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LivePeople:
    """出席者の一覧, and who may preside."""

    chips: tuple[PersonChip, ...]
    here: int
    waiting: int
    all_here_at: datetime | None
    can_record: bool


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """この議題に必要で、いない人."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class NextMove:
    """次にすること in the meeting: kind is begin, next, enter, close, resume or none."""

    kind: str
    number: int | None = None
    title: str = ""
    current_id: str = ""


@dataclass(frozen=True, slots=True)
class LiveItem:
    """議題: everything about one item but the fields that people write."""

    item_id: str
    number: int
    title: str
    purpose: str
    article: str
    is_case: bool
    is_current: bool
    timer: Timer
    has_run: bool
    running: bool
    here: int
    expected: tuple[tuple[str, str], ...]
    missing: tuple[MissingPerson, ...]
    aside: tuple[tuple[str, str, str], ...]
    can_recuse: tuple[tuple[str, str], ...]
    can_act: bool
    consent: ConsentState | None
    goal: str
    period_end: date | None
    earlier: EarlierRecord | None
    current_number: int | None
    current_title: str
    current_id: str
    move: NextMove
    total: int
    previous_href: str
    next_href: str


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text; `changed` where the two texts differ."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class ConflictView:
    """競合: both texts in parts, with author and time."""

    write_id: str
    field: str
    label: str
    is_text: bool
    current: tuple[TextPart, ...]
    current_value: str
    current_author: str
    current_version: int
    yours: tuple[TextPart, ...]
    yours_value: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LiveFields:
    """書く欄 of one item: values and versions by name, and what may be chosen."""

    item_id: str
    values: Mapping[str, str]
    versions: Mapping[str, int]
    outcomes: tuple[str, ...]
    is_case: bool
    can_write: bool
    can_decide: bool


class LiveMeeting:
    """会議の今: everything the regions rest on, read once at one moment."""

    def __init__(self, session: DbSession, meeting: Meeting, at: datetime, screens: int = 0) -> None:
        self.session = session
        self.meeting = meeting
        self.at = at
        self.screens = screens
        self.items = items_of(session, meeting.id)
        self.ids = [view.item.id for view in self.items]
        self.records: Mapping[str, ItemRecord] = records_of(session, self.ids)
        self.runs: Mapping[str, Sequence[ItemRun]] = runs_of(session, self.ids)
        self.pauses: Sequence[Pause] = pauses_of(session, meeting.id)
        self.current = current_item(session, meeting.id)
        self.is_open = meeting.status is MeetingStatus.OPEN

    @cached_property
    def day(self) -> date:
        """開催日 in Japan."""
        return (self.meeting.opened_at or self.meeting.starts_at).astimezone(TOKYO).date()

    @cached_property
    def attendance(self) -> Sequence[AttendanceView]:
        """出席 of everybody expected."""
        return attendance_of(self.session, self.meeting.id)

    @cached_property
    def participants(self) -> Mapping[str, Sequence[Participant]]:
        """参加者 of each item."""
        return participants_of(self.session, self.ids)

    @cached_property
    def recusals(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """退席 of each item: person and reason."""
        return recusals_of(self.session, self.ids)

    @property
    def aside_now(self) -> set[str]:
        """この議題から退席している人: who stands aside for the item on the table."""
        return {person_id for person_id, _ in self.recusals.get(self.current or "", ())}

    @cached_property
    def offices(self) -> Mapping[str, Sequence[Office]]:
        """役職 held on the day, by person."""
        return offices_on(self.session, self.meeting.committee_id, self.day)

    @cached_property
    def consents(self) -> Mapping[str, ConsentState]:
        """同意の状態 of each 本人 on the day."""
        return consent_states(
            self.session, [view.client.id for view in self.items if view.client is not None], self.day
        )

    @cached_property
    def fields(self) -> Mapping[str, Mapping[str, FieldNow]]:
        """欄の今 of each item, by name."""
        found = fields_of(self.session, self.ids)
        return {item_id: {str(name): now for name, now in row.items()} for item_id, row in found.items()}

    @cached_property
    def conflicts(self) -> Mapping[str, Sequence[PendingConflict]]:
        """選ばれていない二つの内容 of each item."""
        return pending_conflicts(self.session, self.ids)

    @cached_property
    def approved(self) -> bool:
        """Whether the minutes are approved, so that nothing changes any more."""
        return minutes_status(self.session, self.meeting.id) is MinutesStatus.APPROVED

    @property
    def paused(self) -> Pause | None:
        """The pause that goes on, or None."""
        return next((pause for pause in self.pauses if pause.ended_at is None), None)

    @property
    def stage(self) -> str:
        """How far the meeting is: before, convened, open, paused or closed."""
        if self.is_open:
            return "paused" if self.paused else "open"
        stages = {MeetingStatus.CONVENED: "convened", MeetingStatus.CLOSED: "closed"}
        return stages.get(self.meeting.status, "before")

    def number_of(self, item_id: str | None) -> int | None:
        """Return the number of an item on the agenda, from 1; None for none."""
        return None if item_id is None else self.ids.index(item_id) + 1

    def view_of(self, item_id: str) -> ItemView:
        """Return an item of this meeting."""
        return self.items[self.ids.index(item_id)]

    def title_of(self, item_id: str | None) -> str:
        """Return what an item is called, "" for none."""
        return "" if item_id is None else self.view_of(item_id).title

    def timer(self, view: ItemView) -> Timer:
        """Return planned and actual time of an item."""
        runs = self.runs[view.item.id]
        ended = [run for run in runs if run.ended_at is not None]
        goes_on = next((run for run in runs if run.ended_at is None), None)
        return Timer(
            planned=view.item.planned_minutes,
            seconds=int(time_spent(runs, self.at).total_seconds()),
            base=int(time_spent(ended, self.at).total_seconds()),
            since=ms(goes_on.started_at) if goes_on else None,
        )

    def shown(self, wanted: str | None) -> str | None:
        """Return the item a screen shows: the one asked for, else the one on the table, else the first."""
        if wanted in self.ids:
            return wanted
        return self.current or next(iter(self.ids), None)

    # ---- parts of the screen

    def head(self) -> LiveHead:
        """Return the head of the screen."""
        meeting = self.meeting
        opened = meeting.opened_at
        rest, others = self._rest()
        expected_end = self.at + timedelta(seconds=rest)
        end = meeting.closed_at or self.at
        presider, office, reason, decided_by = self._presider()
        return LiveHead(
            meeting_id=meeting.id,
            number=meeting.number,
            kind=str(get_committee(self.session, meeting.committee_id).kind),
            stage=self.stage,
            now=ms(self.at),
            at=self.at,
            opened=ms(opened) if opened else None,
            opened_at=opened,
            closed_at=meeting.closed_at,
            planned=int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60,
            planned_end=meeting.ends_at,
            elapsed=max(0, int((end - opened).total_seconds())) if opened else 0,
            expected_end=expected_end,
            rest_others=others,
            late=self.is_open and expected_end - meeting.ends_at >= LATE_FROM,
            presider=presider,
            presider_office=office,
            presider_reason=reason,
            presider_decided_by=decided_by,
            presider_away=self.is_open and not self._presider_here(),
            presider_aside=self.is_open and self.meeting.presider_id in self.aside_now,
            paused=self._paused_now(),
            screens=self.screens,
            current_id=self.current or "",
            current_number=self.number_of(self.current),
            current_title=self.title_of(self.current),
            current_timer=self.timer(self.view_of(self.current)) if self.current else None,
            items=len(self.items),
        )

    def _rest(self) -> tuple[int, int]:
        """Return the seconds that the plan still asks for, and those of them for items that have not begun."""
        rest = others = 0
        for view in self.items:
            timer = self.timer(view)
            if view.item.id == self.current:
                rest += max(0, timer.planned * 60 - timer.seconds)
            elif not self.runs[view.item.id] and not self._outcome(view):
                others += timer.planned * 60
        return rest + others, others

    def _presider(self) -> tuple[str, str, str, str]:
        """Return name, office, reason and who decided, of whoever presides now."""
        meeting = self.meeting
        if meeting.presider_id is None:
            return "", "", "", ""
        held = self.offices.get(meeting.presider_id, ())
        last = next(
            (
                row
                for row in reversed(presidings_of(self.session, meeting.id))
                if row.person_id == meeting.presider_id
            ),
            None,
        )
        return (
            get_person(self.session, meeting.presider_id).name,
            str(held[0]) if held else "",
            meeting.presider_reason,
            last.decided_by if last else "",
        )

    def _presider_here(self) -> bool:
        return any(view.person.id == self.meeting.presider_id and is_here(view) for view in self.attendance)

    def _paused_now(self) -> PausedNow | None:
        pause = self.paused if self.is_open else None
        if pause is None:
            return None
        lasted = int((self.at - pause.started_at).total_seconds())
        return PausedNow(ms(pause.started_at), pause.started_at, clock_text(lasted), pause.reason)

    def _outcome(self, view: ItemView) -> str:
        record = self.records.get(view.item.id)
        return (record.outcome if record else None) or ""

    def agenda(self) -> tuple[AgendaEntry, ...]:
        """Return the agenda with planned and actual times."""
        return tuple(self._entry(number, view) for number, view in enumerate(self.items, start=1))

    def _entry(self, number: int, view: ItemView) -> AgendaEntry:
        record = self.records.get(view.item.id)
        outcome = self._outcome(view)
        now = view.item.id == self.current and self.is_open
        follow = record.follow_up if record else None
        return AgendaEntry(
            item_id=view.item.id,
            number=number,
            title=view.title,
            safe_title=safe_title(view),
            safe_short=safe_title(view, short=True),
            state="now" if now else ("done" if outcome else "todo"),
            timer=self.timer(view),
            has_run=bool(self.runs[view.item.id]),
            outcome=outcome,
            follow_up="" if follow is None else ("yes" if follow else "no"),
            href=f"/meetings/{self.meeting.id}/live?item={view.item.id}",
        )

    def people(self) -> LivePeople:
        """Return everybody expected, with what is recorded of them."""
        needed = {
            participant.person_id
            for item_id in ([self.current] if self.current else self.ids)
            for participant in self.participants[item_id]
            if participant.required
        }
        chips = tuple(self._chip(view, needed, self.aside_now) for view in self.attendance)
        return LivePeople(
            chips=chips,
            here=sum(1 for chip in chips if chip.state in ("here", "late")),
            waiting=sum(1 for chip in chips if chip.state == "missing"),
            all_here_at=None if self.current else self.meeting.opened_at,
            can_record=self.is_open,
        )

    def _chip(self, view: AttendanceView, needed: set[str], aside: set[str]) -> PersonChip:
        last = view.stays[-1] if view.stays else None
        return PersonChip(
            person_id=view.person.id,
            name=view.person.name,
            organisation=view.person.organisation,
            capacity=str(view.attendance.capacity),
            state=self._chip_state(view),
            mode="online" if view.attendance.mode is AttendanceMode.ONLINE else "",
            arrived=view.stays[0].arrived_at if view.stays else None,
            since=last.arrived_at if last else None,
            left=last.left_at if last else None,
            needed=view.person.id in needed,
            aside=view.person.id in aside,
            presides=view.person.id == self.meeting.presider_id,
            stay_id=last.id if last else "",
            absence_reason=view.attendance.absence_reason,
            notes=self._notes(view),
        )

    def _notes(self, view: AttendanceView) -> tuple[str, ...]:
        """Return what is to be known of somebody who came; most have a seat in the body and give no cause to ask."""
        is_seated = (view.person.id, view.attendance.capacity) in self._seats
        stands_in = self.meeting.presider_id is not None and not self.offices.get(self.meeting.presider_id)
        if not is_here(view) or (is_seated and not (stands_in and self.offices.get(view.person.id))):
            return ()
        return arrival_notes(self.session, self.meeting, view.person.id)

    @cached_property
    def _seats(self) -> set[tuple[str, Capacity]]:
        seats = roster(self.session, self.meeting.committee_id, self.day)
        return {(seat.person_id, seat.capacity) for seat in seats}

    def _chip_state(self, view: AttendanceView) -> str:
        if view.attendance.mode is AttendanceMode.ABSENT:
            return "absent"
        if not view.stays:
            return "missing"
        if not is_here(view) and self.is_open:
            return "left"
        opened = self.meeting.opened_at
        came_late = opened is not None and view.stays[0].arrived_at - opened >= LATE_FROM
        return "late" if came_late else "here"

    def item(self, item_id: str) -> LiveItem:
        """Return everything about one item but its fields."""
        view = self.view_of(item_id)
        presence = self._presence(view)
        timer = self.timer(view)
        aside = dict(self.recusals[item_id])
        place = self.ids.index(item_id)
        return LiveItem(
            item_id=item_id,
            number=place + 1,
            title=view.title,
            purpose=str(view.item.purpose),
            article=PURPOSE_ARTICLE[view.item.purpose],
            is_case=view.client is not None,
            is_current=item_id == self.current and self.is_open,
            timer=timer,
            has_run=bool(self.runs[item_id]),
            running=timer.since is not None,
            here=len(presence.present),
            expected=self._expected(presence),
            missing=tuple(
                MissingPerson(person.name, self._why_missing(person.person_id, aside))
                for person in presence.missing
            ),
            aside=tuple(
                (person.person_id, person.name, aside.get(person.person_id, "")) for person in presence.aside
            ),
            can_recuse=self._can_recuse(aside),
            can_act=self.is_open,
            consent=self.consents[view.client.id] if view.client else None,
            goal=view.plan.goal if view.plan else "",
            period_end=view.plan.period_end if view.plan else None,
            earlier=last_confirmed(self.session, self.meeting, view),
            current_number=self.number_of(self.current),
            current_title=self.title_of(self.current),
            current_id=self.current or "",
            move=self.move(item_id),
            total=len(self.ids),
            previous_href=self._href(place - 1),
            next_href=self._href(place + 1),
        )

    def _href(self, place: int) -> str:
        if not 0 <= place < len(self.ids):
            return ""
        return f"/meetings/{self.meeting.id}/live?item={self.ids[place]}"

    def _presence(self, view: ItemView) -> ItemPresence:
        """Return who is there now; for an item that is over, who was there when it ended."""
        record = self.records.get(view.item.id)
        over = record.ended_at if record and view.item.id != self.current else None
        end = over or self.meeting.closed_at

        def in_room(stays: Sequence[Interval]) -> bool:
            return there_at(stays, self.at) if end is None else there_until(stays, end)

        aside = {person_id for person_id, _ in self.recusals[view.item.id]}
        return presence_from(self.participants[view.item.id], self.attendance, aside, in_room)

    def _expected(self, presence: ItemPresence) -> tuple[tuple[str, str], ...]:
        """Return who takes part, each with ok, ask (needed and not there), aside or none."""
        there, aside = set(presence.present), set(presence.aside)
        return tuple(
            (
                person.name,
                "ok"
                if person in there
                else ("no" if person in aside else ("ask" if person.required else "none")),
            )
            for person in presence.expected
        )

    def _why_missing(self, person_id: str, aside: Mapping[str, str]) -> str:
        if person_id in aside:
            return mark("この議題から退席")
        view = next((view for view in self.attendance if view.person.id == person_id), None)
        states = {"absent": mark("欠席"), "left": mark("退席"), "here": mark("退席"), "late": mark("退席")}
        return mark("未着") if view is None else states.get(self._chip_state(view), mark("未着"))

    def _can_recuse(self, aside: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        if not self.is_open:
            return ()
        return tuple(
            (view.person.id, view.person.name)
            for view in self.attendance
            if view.person.id not in aside and view.attendance.mode is not AttendanceMode.ABSENT
        )

    def move(self, item_id: str) -> NextMove:
        """Return what the main button of a screen that shows this item does."""
        if not self.is_open:
            return NextMove("none")
        if self.paused:
            return NextMove("resume")
        if self.current is None:
            return NextMove("begin", self.ids.index(item_id) + 1, self.title_of(item_id))
        if item_id != self.current:
            return NextMove("enter", self.ids.index(item_id) + 1, self.title_of(item_id), self.current)
        place = self.ids.index(item_id) + 1
        if place == len(self.ids):
            return NextMove("close", current_id=self.current)
        return NextMove("next", place + 1, self.items[place].title, self.current)

    def live_fields(self, item_id: str) -> LiveFields:
        """Return the fields of one item as they stand."""
        view = self.view_of(item_id)
        now = self.fields.get(item_id, {})
        writable = self.meeting.status in (MeetingStatus.OPEN, MeetingStatus.CLOSED) and not self.approved
        return LiveFields(
            item_id=item_id,
            values={name: now[name].value if name in now else "" for name in FIELD_LABELS},
            versions={name: now[name].version if name in now else 0 for name in FIELD_LABELS},
            outcomes=possible_outcomes(self.session, view),
            is_case=view.client is not None,
            can_write=writable,
            can_decide=writable and self.is_open,
        )

    def conflict_views(self, item_id: str) -> tuple[ConflictView, ...]:
        """Return the fields of an item with two contents to choose from."""
        return tuple(_conflict(pending) for pending in self.conflicts.get(item_id, ()))

    def presiders(self) -> tuple[PossiblePresider, ...]:
        """Return who may preside: by office; where nobody of those is there, whoever serves and is."""
        return tuple(possible_presiders(self.session, self.meeting))

    def others_here(self) -> tuple[tuple[str, str], ...]:
        """Return who is in the room and might preside without an office: 委員 and アドバイザー委員."""
        offices = {person.person_id for person in self.presiders()}
        return tuple(
            (view.person.id, view.person.name)
            for view in self.attendance
            if is_here(view)
            and view.person.id not in offices
            and view.person.id not in self.aside_now
            and view.attendance.capacity in (Capacity.MEMBER, Capacity.ADVISER)
        )

    def venue(self) -> str:
        """Return where the meeting is held, "" where that is open."""
        venue = venue_of(self.session, self.meeting)
        return venue.name if venue else ""


# ---- pieces


def ms(moment: datetime) -> int:
    """Return a moment as browsers count: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def clock_text(seconds: int) -> str:
    """Return seconds as 6:12, from an hour on as 1:06:12."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def safe_title(view: ItemView, *, short: bool = False) -> str:
    """個人の情報のない題: case, plan and reason by number; of a matter only its purpose (第2条), no typed words."""
    if view.client is None or view.plan is None:
        return str(view.item.purpose)
    if short:
        return f"No.{view.client.case_number}"
    return item_title(view.client.case_number, view.plan.number, view.item.reason)


def _conflict(pending: PendingConflict) -> ConflictView:
    name = str(pending.field)
    is_text = name in dict(TEXTS)
    current, yours = (
        _marked(pending.current, pending.yours)
        if is_text
        else (
            (TextPart(_word(name, pending.current), changed=False),),
            (TextPart(_word(name, pending.yours), changed=False),),
        )
    )
    return ConflictView(
        write_id=pending.write_id,
        field=name,
        label=FIELD_LABELS[name],
        is_text=is_text,
        current=current,
        current_value=pending.current,
        current_author=pending.current_author,
        current_version=pending.current_version,
        yours=yours,
        yours_value=pending.yours,
        author=pending.author,
        at=pending.at,
    )


def _word(name: str, value: str) -> str:
    """Return what a choice is called."""
    if name == "outcome":
        return value or mark("まだ決めない")
    answers = (
        {"yes": mark("要"), "no": mark("不要")}
        if name == "follow_up"
        else {"yes": mark("はい"), "no": mark("いいえ")}
    )
    return answers.get(value, mark("未記入"))


MOST_COMPARED = 1_000_000
"""Pairs of signs up to which what differs is compared sign by sign; beyond, it is marked as a whole."""


@lru_cache(maxsize=32)  # every drawing of the regions shows the same two texts
def _marked(one: str, other: str) -> tuple[tuple[TextPart, ...], tuple[TextPart, ...]]:
    """Return both texts in parts, marked where they differ."""
    head = _alike(one, other)
    tail = _alike(one[head:][::-1], other[head:][::-1])
    mine, theirs = one[head : len(one) - tail], other[head : len(other) - tail]
    left, right = [TextPart(one[:head], changed=False)], [TextPart(one[:head], changed=False)]
    for kind, a, b, c, d in _differences(mine, theirs):
        left.append(TextPart(mine[a:b], kind != "equal"))
        right.append(TextPart(theirs[c:d], kind != "equal"))
    ending = TextPart(one[len(one) - tail :], changed=False)
    return tuple(part for part in (*left, ending) if part.text), tuple(
        part for part in (*right, ending) if part.text
    )


def _alike(one: str, other: str) -> int:
    """Return how many signs two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _differences(one: str, other: str) -> list[tuple[str, int, int, int, int]]:
    if len(one) * len(other) > MOST_COMPARED:
        return [("replace", 0, len(one), 0, len(other))]
    return list(SequenceMatcher(None, one, other, autojunk=False).get_opcodes())
