"""議題の順と割振り on record: outside people come once and together, and a meeting takes what it has time for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.rules.assembly import ProposedItem
from agenda.rules.fitting import Coming, Fitted, Item, Ordering, Room, blocks_of, fit, order_blocks, visits_of
from agenda.rules.fitting import Visit as Visit
from agenda.services.items import ARRANGED, ItemView, items_of
from agenda.tables import AgendaItem, ParticipationDecision, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting

FROM_OUTSIDE = (Capacity.INVITEE, Capacity.CLIENT, Capacity.FAMILY)
"""Capacities of people who should come once, and only for what is theirs."""


@dataclass(frozen=True, slots=True)
class SuggestedOrder:
    """順の案: the items in the order proposed, and the minutes outside people wait now and then."""

    items: tuple[ItemView, ...]
    waiting_now: int
    waiting_then: int

    @property
    def differs(self) -> bool:
        """Whether the agenda stands in another order."""
        return [view.item.position for view in self.items] != sorted(
            view.item.position for view in self.items
        )


def length_minutes(meeting: Meeting) -> int:
    """Return how long the meeting is planned for."""
    return int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60


def fit_proposals(
    session: Session, meeting: Meeting, proposals: Sequence[ProposedItem], keys: Mapping[tuple[int, int], str]
) -> Fitted:
    """割振り: return which proposals the meeting has time for, and where the others go.

    `keys` names each proposal (its plan's id) by case and plan; those without a name are left aside. Changes
    nothing.
    """
    items = [
        Item(
            key=keys[proposal.case, proposal.plan],
            minutes=proposal.minutes,
            purpose=proposal.purpose,
            case=proposal.case,
            plan=proposal.plan,
            reason=proposal.reason,
            deadline=proposal.deadline,
        )
        for proposal in proposals
        if (proposal.case, proposal.plan) in keys
    ]
    standing = tuple(_item(view, frozenset()) for view in items_of(session, meeting.id))
    room = Room(_day(meeting), length_minutes(meeting), standing, tuple(coming_meetings(session, meeting)))
    return fit(items, room)


def coming_meetings(session: Session, meeting: Meeting) -> list[Coming]:
    """これからの会議: return the body's other meetings from this one's day on, with the time they have left."""
    rows = session.exec(
        select(Meeting).where(
            Meeting.committee_id == meeting.committee_id,
            Meeting.id != meeting.id,
            Meeting.starts_at >= meeting.starts_at,
            col(Meeting.status).in_(ARRANGED),
        )
    ).all()
    found = [Coming(row.id, row.number, _day(row), _free_minutes(session, row)) for row in rows]
    return sorted(found, key=lambda coming: (coming.day, coming.number))


def suggested_order(session: Session, meeting: Meeting) -> SuggestedOrder:
    """順の案: return the order in which people from outside wait least."""
    views = items_of(session, meeting.id)
    outsiders = expected_outsiders(session, views)
    items = [_item(view, outsiders[view.item.id]) for view in views]
    ordering = order_blocks(blocks_of(items))
    by_key = {view.item.id: view for view in views}
    return SuggestedOrder(
        items=tuple(by_key[item.key] for item in ordering.items),
        waiting_now=sum(visit.waiting_minutes for visit in visits_of(items)),
        waiting_then=_waiting(ordering),
    )


def visits(session: Session, meeting: Meeting) -> tuple[Visit, ...]:
    """来る時間: return when everybody from outside comes and leaves in the order that stands."""
    views = items_of(session, meeting.id)
    outsiders = expected_outsiders(session, views)
    return visits_of([_item(view, outsiders[view.item.id]) for view in views])


def reorder(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> None:
    """おすすめの順に並べる. Raises Refused once the meeting has begun: items may have been dealt with."""
    if meeting.status not in ARRANGED:
        raise Refused("開会した会議の議題は並べ替えられません。次の会議の議題で並べてください。")
    before = [view.item.id for view in items_of(session, meeting.id)]
    arrange_items(session, meeting)
    after = [view.item.id for view in items_of(session, meeting.id)]
    if before != after:
        record(
            session=session,
            actor=actor,
            clock=clock,
            action="議題の順の変更",
            subject="meeting",
            subject_id=meeting.id,
            detail={"order": after},
        )


def arrange_items(session: Session, meeting: Meeting) -> None:
    """Put the items in the suggested order. No two may share a place even for a moment, so all step aside first."""
    order = suggested_order(session, meeting)
    if not order.differs:
        return
    places = sorted(view.item.position for view in order.items)
    aside = places[-1] + 1_000_000
    for start, step in ((aside, range(len(places))), (0, places)):
        for view, place in zip(order.items, step, strict=True):
            view.item.position = start + place
            session.add(view.item)
        session.flush()


def expected_outsiders(session: Session, views: Sequence[ItemView]) -> dict[str, frozenset[str]]:
    """Return the people from outside per item: as decided for it, else those who came for the case before."""
    decided = _decided(session, [view.item.id for view in views])
    earlier = _earlier(session, [view.client.id for view in views if view.client])
    return {
        view.item.id: decided[view.item.id]
        if view.item.id in decided
        else earlier.get(view.client.id if view.client else "", frozenset())
        for view in views
    }


def _decided(session: Session, item_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    rows = session.exec(
        select(ParticipationDecision)
        .where(col(ParticipationDecision.item_id).in_(item_ids))
        .order_by(col(ParticipationDecision.sequence))
    ).all()
    held = {(row.item_id, row.person_id): row for row in rows}
    return {
        item_id: frozenset(
            row.person_id
            for row in held.values()
            if row.item_id == item_id and row.takes_part and row.capacity in FROM_OUTSIDE
        )
        for item_id in {row.item_id for row in rows}
    }


def _earlier(session: Session, client_ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return who from outside took part in the latest earlier item of each case that anybody was decided for."""
    rows = session.exec(
        select(col(Plan.client_id), col(AgendaItem.id))
        .join(Plan, col(AgendaItem.plan_id) == Plan.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(col(Plan.client_id).in_(client_ids))
        .order_by(col(Meeting.starts_at), col(AgendaItem.position))
    ).all()
    decided = _decided(session, [item_id for _, item_id in rows])
    return {client_id: decided[item_id] for client_id, item_id in rows if item_id in decided}


def _item(view: ItemView, outsiders: frozenset[str]) -> Item:
    return Item(
        key=view.item.id,
        minutes=view.item.planned_minutes,
        purpose=view.item.purpose,
        case=view.client.case_number if view.client and view.plan else None,
        plan=view.plan.number if view.client and view.plan else None,
        reason=view.item.reason,
        deadline=view.item.deadline,
        outsiders=outsiders,
    )


def _waiting(ordering: Ordering) -> int:
    return sum(visit.waiting_minutes for visit in ordering.visits)


def _free_minutes(session: Session, meeting: Meeting) -> int:
    return length_minutes(meeting) - sum(view.item.planned_minutes for view in items_of(session, meeting.id))


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
