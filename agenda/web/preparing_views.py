"""会議の準備に出すもの: putting the agenda together, confirming it, and conflicts to decide on, as finished views."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from agenda.rules.fitting import Push
from agenda.services.agenda_reading import Proposal as AgendaProposal
from agenda.services.agenda_reading import agenda_proposal
from agenda.services.arranging import coming_meetings, fit_proposals, length_minutes
from agenda.services.confirmation import ConfirmationState, agenda_mark, confirmation_of
from agenda.services.conflicts import ConflictView, conflicts_of, open_conflicts
from agenda.services.decisions import Decider, deciders_on
from agenda.services.items import items_of
from agenda.services.participation import participants_of
from agenda.services.visibility import SEES_ALL
from agenda.web.agenda_views import ItemRow, days_to, item_rows
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.tables.meetings import Meeting
from meetings_app.web.meeting_frame import BEFORE_OPENING, DbSession


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """組む前の1行. `key` names it in the form.

    `fits`: the meeting has time for it; else `why` says so and `push_to` is the meeting it would go to.
    """

    key: str
    case: int
    plan: int
    title: str
    reason: str
    explanation: str
    citation: str
    deadline: date | None
    days_left: int | None
    minutes: int
    consented: bool
    written: bool
    fits: bool
    why: str
    push_to: str


@dataclass(frozen=True, slots=True)
class AssemblyPage:
    """議題を組む: the proposals, the time the meeting has, and the meetings something can be pushed to."""

    rows: tuple[ProposalRow, ...]
    length_minutes: int
    standing_minutes: int
    coming: tuple[tuple[str, int, date, int], ...]


def assembly_page(session: DbSession, clock: Clock, meeting: Meeting) -> AssemblyPage:
    """Return what can be put on the agenda now, in the order proposed, and what there is no time for."""
    proposals = agenda_proposal(session, meeting)
    keys = {
        (one.item.case, one.item.plan): one.plan_id
        for one in proposals
        if one.plan_id is not None and one.consented
    }
    fitted = fit_proposals(session, meeting, [one.item for one in proposals], keys)
    pushed = {push.item.key: push for push in fitted.pushed}
    length = length_minutes(meeting)
    return AssemblyPage(
        rows=tuple(_proposal_row(one, clock, pushed.get(one.plan_id or "")) for one in proposals),
        length_minutes=length,
        standing_minutes=sum(view.item.planned_minutes for view in items_of(session, meeting.id)),
        coming=tuple(
            (one.meeting_id, one.number, one.day, one.free_minutes)
            for one in coming_meetings(session, meeting)
        ),
    )


def _proposal_row(proposal: AgendaProposal, clock: Clock, push: Push | None) -> ProposalRow:
    item = proposal.item
    return ProposalRow(
        key=f"{item.case}-{item.plan}",
        case=item.case,
        plan=item.plan,
        title=f"No.{item.case} プラン{item.plan}",
        reason=str(item.reason),
        explanation=proposal.due.explanation,
        citation=proposal.due.citation,
        deadline=item.deadline,
        days_left=days_to(item.deadline, clock),
        minutes=item.minutes,
        consented=proposal.consented,
        written=proposal.plan_id is not None,
        fits=push is None,
        why=push.why if push else "",
        push_to=push.to.meeting_id if push and push.to else "",
    )


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """利益相反のおそれ: one participant and item, with the decision that holds."""

    item_id: str
    item: str
    person_id: str
    name: str
    capacity: str
    details: tuple[str, ...]
    is_open: bool
    stale: bool
    answer: str
    reason: str
    decided_by: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class ConflictsPage:
    """利益相反の判断: everything its page shows."""

    rows: tuple[ConflictRow, ...]
    deciders: tuple[Decider, ...]
    own_decider: str | None
    can_decide: bool
    today: date


def conflicts_page(session: DbSession, actor: Actor, clock: Clock, meeting: Meeting) -> ConflictsPage:
    """Return the page on which the 委員長 decides on conflicts."""
    deciders = tuple(deciders_on(session, meeting.committee_id, today(clock)))
    return ConflictsPage(
        rows=tuple(_conflict_row(conflict) for conflict in conflicts_of(session, meeting)),
        deciders=deciders,
        own_decider=_own(actor, deciders),
        can_decide=actor.role in SEES_ALL and meeting.status in BEFORE_OPENING,
        today=today(clock),
    )


def _conflict_row(conflict: ConflictView) -> ConflictRow:
    decision = conflict.decision
    return ConflictRow(
        item_id=conflict.item.item.id,
        item=conflict.item.title,
        person_id=conflict.person_id,
        name=conflict.name,
        capacity=str(conflict.capacity),
        details=tuple(ground.detail for ground in conflict.grounds),
        is_open=conflict.is_open,
        stale=conflict.stale,
        answer=str(decision.answer) if decision else "",
        reason=decision.reason if decision else "",
        decided_by=conflict.decided_by,
        decided_on=decision.decided_on if decision else None,
    )


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """議題の確認: the items as they are to be confirmed, and what stands in the way of a good meeting.

    `seen` is the mark of the agenda that comes back with the confirmation.
    """

    rows: tuple[ItemRow, ...]
    seen: str
    total_minutes: int
    available_minutes: int
    state: ConfirmationState | None
    open_conflicts: int
    deciders: tuple[Decider, ...]
    own_decider: str | None
    can_confirm: bool
    today: date


def confirm_page(session: DbSession, actor: Actor, clock: Clock, meeting: Meeting) -> ConfirmPage:
    """Return the page on which the 委員長 confirms the agenda."""
    views = items_of(session, meeting.id)
    people = participants_of(session, [view.item.id for view in views])
    near = Counter(conflict.item.item.id for conflict in conflicts_of(session, meeting))
    deciders = tuple(deciders_on(session, meeting.committee_id, today(clock)))
    return ConfirmPage(
        rows=item_rows(session, clock, meeting, views, people, near),
        seen=agenda_mark(views),
        total_minutes=sum(view.item.planned_minutes for view in views),
        available_minutes=length_minutes(meeting),
        state=confirmation_of(session, meeting),
        open_conflicts=len(open_conflicts(session, meeting)),
        deciders=deciders,
        own_decider=_own(actor, deciders),
        can_confirm=actor.role in SEES_ALL and meeting.status in BEFORE_OPENING and bool(views),
        today=today(clock),
    )


def _own(actor: Actor, deciders: tuple[Decider, ...]) -> str | None:
    return next((one.person_id for one in deciders if one.person_id == actor.person_id), None)
