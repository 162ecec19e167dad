"""議題の画面に出すもの: finished views of an agenda and of who takes part in one item."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agenda.rules.due import Due
from agenda.services.agenda_reading import (
    PlanChoice,
    agenda_proposal,
    due_on_eve,
    due_without_meeting,
    plans_for_urgent_items,
)
from agenda.services.arranging import length_minutes, suggested_order
from agenda.services.carrying import Heard, lineage, went_on
from agenda.services.confirmation import ConfirmationState, confirmation_of
from agenda.services.conflicts import conflicts_of
from agenda.services.items import ItemView, deferrals_of, items_of
from agenda.services.participation import Participant, participants_of
from agenda.services.plans import DueRow, consents_on
from agenda.services.visibility import SEES_ALL, visible_items
from calendars.services import read_poll
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.terms import (
    PURPOSE_ARTICLE,
    Answer,
    AttendanceMode,
    MeetingStatus,
    Role,
)
from meetings_app.services.meetings import list_meetings
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import mark
from meetings_app.web.meeting_frame import BEFORE_OPENING, DbSession
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of
from minutes.services.running import records_of

SOON_DAYS = 14
ANSWERS = {
    Answer.YES: ("ok", ""),
    Answer.IF_NEED_BE: ("ok", mark("やむを得なければ")),
    Answer.NO: ("no", mark("出られない")),
}
UNANSWERED = ("ask", mark("未回答"))


@dataclass(frozen=True, slots=True)
class PersonMark:
    """必要な人 of an item: whether they can come, or came. `state` is ok, ask, no or none."""

    name: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """議題の行. `days_left` counts to the deadline from today; None once the meeting is over."""

    item_id: str
    number: int
    title: str
    client_id: str | None
    purpose: str
    article: str
    reason: str
    explanation: str
    deadline: date | None
    days_left: int | None
    people: tuple[PersonMark, ...]
    others: int
    minutes: int
    outcome: str | None
    first: bool
    last: bool
    carried: tuple[Heard, ...] = ()
    went_on: Heard | None = None
    waits: bool = False
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class DeferredRow:
    """見送りの行; `consented` as of the meeting's day. `plan_id` None: a matter without a plan."""

    plan_id: str | None
    client_id: str | None
    title: str
    reason: str
    deadline: date | None
    why: str
    decided_by: str
    consented: bool
    pushed_to: int | None
    pushed_to_id: str | None


@dataclass(frozen=True, slots=True)
class DueLine:
    """会議が決まっていないプランの行. `plan_id` None: the next plan has not been written yet."""

    plan_id: str | None
    client_id: str
    title: str
    reason: str
    explanation: str
    deadline: date | None
    days_left: int | None
    consented: bool


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """議題: everything the 議題 tab shows."""

    rows: tuple[ItemRow, ...]
    total_minutes: int
    available_minutes: int
    deferred: tuple[DeferredRow, ...]
    due: tuple[DueLine, ...]
    due_soon: int
    plan_choices: tuple[PlanChoice, ...]
    waiting_proposals: int
    reasons: tuple[str, ...]
    decided: int
    decided_by: str | None
    decided_on: date | None
    can_arrange: bool
    can_add: bool
    can_decide: bool
    sees_all: bool
    over: bool
    confirmation: ConfirmationState | None
    conflicts: int
    open_conflicts: int
    waiting_now: int
    waiting_then: int
    better_order: bool
    can_confirm: bool


# ---- 議題


def agenda_page(session: DbSession, actor: Actor, clock: Clock, meeting: Meeting) -> AgendaPage:
    """Return the 議題 tab as this reader may see it."""
    views = visible_items(session, actor, meeting.id)
    people = participants_of(session, [view.item.id for view in views])
    is_secretariat = actor.role is Role.SECRETARIAT
    before = meeting.status in BEFORE_OPENING
    may_add = is_secretariat and (before or meeting.status is MeetingStatus.OPEN)
    due = due_without_meeting(session, meeting, today(clock)) if _plans_are_shown(actor, meeting) else []
    decisions = [participant for group in people.values() for participant in group]
    last = max(decisions, key=lambda participant: participant.decided_on, default=None)
    leads = actor.role in SEES_ALL
    conflicts = conflicts_of(session, meeting) if leads else []
    order = suggested_order(session, meeting)
    return AgendaPage(
        rows=item_rows(
            session, clock, meeting, views, people, Counter(one.item.item.id for one in conflicts)
        ),
        total_minutes=sum(view.item.planned_minutes for view in views),
        available_minutes=length_minutes(meeting),
        deferred=_deferred(session, meeting) if actor.role in SEES_ALL else (),
        due=tuple(_due_line(row) for row in due),
        due_soon=sum(1 for row in due if row.due.days_left is not None and row.due.days_left <= SOON_DAYS),
        plan_choices=tuple(plans_for_urgent_items(session, meeting)) if may_add else (),
        waiting_proposals=len(agenda_proposal(session, meeting)) if is_secretariat and before else 0,
        reasons=tuple(dict.fromkeys(str(view.item.reason) for view in views if view.item.reason)),
        decided=len({participant.person_id for participant in decisions}),
        decided_by=last.decided_by if last else None,
        decided_on=last.decided_on if last else None,
        can_arrange=is_secretariat and before,
        can_add=may_add,
        can_decide=actor.role in SEES_ALL,
        sees_all=actor.role in SEES_ALL,
        over=meeting.status is MeetingStatus.CLOSED,
        confirmation=confirmation_of(session, meeting) if leads else None,
        conflicts=len(conflicts),
        open_conflicts=sum(one.is_open for one in conflicts),
        waiting_now=order.waiting_now,
        waiting_then=order.waiting_then,
        better_order=is_secretariat and before and order.waiting_then < order.waiting_now,
        can_confirm=leads and before and bool(views),
    )


def _plans_are_shown(actor: Actor, meeting: Meeting) -> bool:
    over = meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)
    return actor.role in SEES_ALL and not over


def item_rows(
    session: DbSession,
    clock: Clock,
    meeting: Meeting,
    views: Sequence[ItemView],
    people: Mapping[str, Sequence[Participant]],
    conflicts: Mapping[str, int],
) -> tuple[ItemRow, ...]:
    """Return the items as rows; `conflicts` counts the people of each item who may be too near to its case."""
    due = due_on_eve(session, meeting)
    marks = _Marks(session, meeting, views)
    records = records_of(session, [view.item.id for view in views])
    over = meeting.status is MeetingStatus.CLOSED
    numbers = {view.item.id: number for number, view in enumerate(items_of(session, meeting.id), start=1)}
    rows = []
    for number, view in ((numbers[view.item.id], view) for view in views):
        needed = [p for p in people[view.item.id] if p.required] or list(people[view.item.id])
        record = records.get(view.item.id)
        rows.append(
            ItemRow(
                item_id=view.item.id,
                number=number,
                title=view.title,
                client_id=view.client.id if view.client else None,
                purpose=str(view.item.purpose),
                article=PURPOSE_ARTICLE[view.item.purpose],
                reason=str(view.item.reason or ""),
                explanation=_why_here(view, due),
                deadline=view.item.deadline,
                days_left=None if over else days_to(view.item.deadline, clock),
                people=tuple(marks.of(view.item.id, participant) for participant in needed),
                others=len(people[view.item.id]) - len(needed),
                minutes=view.item.planned_minutes,
                outcome=record.outcome if record else None,
                first=number == 1,
                last=number == len(numbers),
                carried=tuple(lineage(session, view.item)),
                went_on=went_on(session, view.item) if over else None,
                waits=over and view.item.continued_on is not None,
                conflicts=conflicts.get(view.item.id, 0),
            )
        )
    return tuple(rows)


def _why_here(view: ItemView, due: Mapping[tuple[int, int], Due]) -> str:
    """Return why an item is on the agenda: the rule's sentence where it still gives the same reason."""
    if view.client is None or view.plan is None:
        return ""
    found = due.get((view.client.case_number, view.plan.number))
    return found.explanation if found and found.reason is view.item.reason else ""


def days_to(deadline: date | None, clock: Clock) -> int | None:
    """Return the days from today to a deadline."""
    return None if deadline is None else (deadline - today(clock)).days


class _Marks:
    """Whether each participant can come to the meeting, or came: loaded once for all items."""

    def __init__(self, session: DbSession, meeting: Meeting, views: Sequence[ItemView]) -> None:
        self.attendance: dict[str, AttendanceView] = {}
        self.answers: dict[str, Answer] | None = None
        self.recusals = recusals_of(session, [view.item.id for view in views])
        self.begun = meeting.status in (MeetingStatus.OPEN, MeetingStatus.CLOSED)
        if self.begun:
            self.attendance = {view.person.id: view for view in attendance_of(session, meeting.id)}
        else:
            self.answers = _answers(session, meeting)

    def of(self, item_id: str, participant: Participant) -> PersonMark:
        """Return the mark of one participant of an item."""
        state, note = self._state(item_id, participant.person_id)
        return PersonMark(participant.name, state, note)

    def _state(self, item_id: str, person_id: str) -> tuple[str, str]:
        if any(known == person_id for known, _ in self.recusals[item_id]):
            return "no", mark("退席")
        if self.begun:
            return _presence(self.attendance.get(person_id))
        if self.answers is None:
            return "none", ""
        answer = self.answers.get(person_id)
        return UNANSWERED if answer is None else ANSWERS[answer]


def _presence(view: AttendanceView | None) -> tuple[str, str]:
    if view is None or view.attendance.mode is None:
        return "ask", mark("未着")
    return ("no", mark("欠席")) if view.attendance.mode is AttendanceMode.ABSENT else ("ok", "")


def _answers(session: DbSession, meeting: Meeting) -> dict[str, Answer] | None:
    """Return who can come at the meeting's own time; None where nobody was asked about it."""
    poll = read_poll(session, meeting)
    slots = {slot.id for slot in poll.slots if slot.starts_at == meeting.starts_at}
    if not slots:
        return None
    return {person_id: answer for (slot_id, person_id), answer in poll.answers.items() if slot_id in slots}


def _deferred(session: DbSession, meeting: Meeting) -> tuple[DeferredRow, ...]:
    views = deferrals_of(session, meeting.id)
    on = meeting.starts_at.astimezone(TOKYO).date()
    consented = consents_on(session, [view.client.id for view in views if view.client], on)
    numbers = {one.id: one.number for one in list_meetings(session, meeting.committee_id)}
    return tuple(
        DeferredRow(
            plan_id=view.plan.id if view.plan else None,
            client_id=view.client.id if view.client else None,
            title=view.title,
            reason=str(view.deferral.reason or ""),
            deadline=view.deferral.deadline,
            why=view.deferral.why,
            decided_by=view.deferral.decided_by,
            consented=view.client is None or view.client.id in consented,
            pushed_to=numbers.get(view.deferral.pushed_to_id or ""),
            pushed_to_id=view.deferral.pushed_to_id,
        )
        for view in views
    )


def _due_line(row: DueRow) -> DueLine:
    return DueLine(
        plan_id=row.plan_id,
        client_id=row.client_id,
        title=f"No.{row.due.case} プラン{row.due.plan}",
        reason=str(row.due.reason),
        explanation=row.due.explanation,
        deadline=row.due.deadline,
        days_left=row.due.days_left,
        consented=row.consented,
    )
