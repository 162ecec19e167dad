"""参加者の画面に出すもの: who takes part in one item, and whom a meeting calls, as finished views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agenda.rules.conflicts import Ground
from agenda.rules.participants import Proposal
from agenda.services.conflicts import grounds_on
from agenda.services.decisions import Decider, DecisionRow, deciders_on, decision_history, earlier_guests
from agenda.services.items import get_item, items_of
from agenda.services.participation import Participant, participants_of, propose_for_item
from agenda.services.visibility import SEES_ALL, visible_items
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.terms import Capacity, MeetingStatus
from meetings_app.tables.meetings import Meeting
from meetings_app.web.meeting_frame import DbSession


@dataclass(frozen=True, slots=True)
class PersonRow:
    """参加者の行: the proposal for one person beside the decision that holds.

    `near` says what may make the person too near to the case.
    """

    person_id: str
    name: str
    capacity: Capacity
    proposed: bool
    why: str
    takes_part: bool
    required: bool
    note: str
    decision: DecisionRow | None
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParticipantsPage:
    """参加者の決定: everything the page of one item shows."""

    item_id: str
    number: int
    title: str
    is_case: bool
    people: tuple[PersonRow, ...]
    history: tuple[DecisionRow, ...]
    deciders: tuple[Decider, ...]
    own_decider: str | None
    guests: tuple[tuple[str, str], ...]
    can_decide: bool
    today: date
    previous_item: str | None
    next_item: str | None


def participants_page(
    session: DbSession, actor: Actor, clock: Clock, meeting: Meeting, item_id: str
) -> ParticipantsPage:
    """Return the page of who takes part in one item. Raises NotFound for another meeting's item."""
    view = get_item(session, item_id, meeting.id)
    order = [other.item.id for other in items_of(session, meeting.id)]
    place = order.index(item_id)
    history = decision_history(session, item_id)
    proposals = propose_for_item(session, meeting, view)
    people = {one.person_id: one.capacity for one in proposals} | {
        row.person_id: row.capacity for row in history if row.holds
    }
    near = grounds_on(session, view, people, meeting.starts_at.astimezone(TOKYO).date())
    deciders = deciders_on(session, meeting.committee_id, today(clock))
    over = meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED)
    return ParticipantsPage(
        item_id=item_id,
        number=place + 1,
        title=view.title,
        is_case=view.client is not None,
        people=_person_rows(proposals, history, near),
        history=tuple(history),
        deciders=tuple(deciders),
        own_decider=next((d.person_id for d in deciders if d.person_id == actor.person_id), None),
        guests=tuple(
            (person.id, f"{person.name}（{person.organisation}）" if person.organisation else person.name)
            for person in earlier_guests(session, meeting.committee_id)
        ),
        can_decide=actor.role in SEES_ALL and not over,
        today=today(clock),
        previous_item=order[place - 1] if place > 0 else None,
        next_item=order[place + 1] if place + 1 < len(order) else None,
    )


def _person_rows(
    proposals: Sequence[Proposal],
    history: Sequence[DecisionRow],
    near: Mapping[str, tuple[Ground, ...]],
) -> tuple[PersonRow, ...]:
    """Return everybody of the composition, then those from outside who were asked. Undecided: as proposed."""
    held = {row.person_id: row for row in history if row.holds}
    any_decided = bool(held)
    inside = [
        _person_row(proposal, held.get(proposal.person_id), any_decided=any_decided) for proposal in proposals
    ]
    known = {proposal.person_id for proposal in proposals}
    outside = [
        PersonRow(
            person_id=row.person_id,
            name=row.name,
            capacity=row.capacity,
            proposed=False,
            why="",
            takes_part=row.takes_part,
            required=row.required,
            note=row.note,
            decision=row,
        )
        for row in held.values()
        if row.person_id not in known
    ]
    rows = (*inside, *sorted(outside, key=lambda row: (list(Capacity).index(row.capacity), row.name)))
    return tuple(
        replace(row, near=tuple(ground.detail for ground in near.get(row.person_id, ()))) for row in rows
    )


def _person_row(proposal: Proposal, held: DecisionRow | None, *, any_decided: bool) -> PersonRow:
    """Where the item has been decided, somebody without a row stays out; before, the proposal is filled in."""
    capacity = held.capacity if held else proposal.capacity
    takes_part = held.takes_part if held else proposal.takes_part and not any_decided
    required = held.required if held else proposal.required and not any_decided
    return PersonRow(
        person_id=proposal.person_id,
        name=proposal.name,
        capacity=capacity,
        proposed=proposal.takes_part,
        why=proposal.why,
        takes_part=takes_part,
        required=required,
        note=held.note if held else "",
        decision=held,
    )


@dataclass(frozen=True, slots=True)
class ConveneRow:
    """招集する相手: one person, and how many items they take part in."""

    name: str
    capacity: Capacity
    items: int
    required: int


def convene_rows(session: DbSession, actor: Actor, meeting: Meeting) -> tuple[ConveneRow, ...]:
    """Return everybody who is called to the meeting, with how many items they take part in."""
    views = visible_items(session, actor, meeting.id)
    groups = participants_of(session, [view.item.id for view in views]).values()
    by_person: dict[str, list[Participant]] = {}
    for participant in (participant for group in groups for participant in group):
        by_person.setdefault(participant.person_id, []).append(participant)
    order = list(Capacity)
    rows = [
        ConveneRow(found[0].name, found[0].capacity, len(found), sum(p.required for p in found))
        for found in by_person.values()
    ]
    return tuple(sorted(rows, key=lambda row: (order.index(row.capacity), row.name)))
