"""Agendas on record: proposing from what is due, adding, deferring, carrying over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from agenda.rules.assembly import ProposedItem, item_title, propose_items
from agenda.services.places import COMING, placed_elsewhere, waiting_item
from agenda.services.plans import consents_on, list_due
from agenda.tables import AgendaItem, Client, Deferral, ParticipationDecision, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import DueReason, MeetingStatus, Purpose
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting


@dataclass(frozen=True, slots=True)
class ItemView:
    """議題 with the plan and case it is about; `plan`, `client` None for a matter without a plan."""

    item: AgendaItem
    plan: Plan | None
    client: Client | None

    @property
    def title(self) -> str:
        """What the item is called."""
        if self.item.title or self.plan is None or self.client is None:
            return self.item.title
        return item_title(self.client.case_number, self.plan.number, self.item.reason)


@dataclass(frozen=True, slots=True)
class DeferralView:
    """見送り with the plan and case it is about."""

    deferral: Deferral
    plan: Plan
    client: Client


@dataclass(frozen=True, slots=True)
class Skip:
    """見送りの理由 for one plan that is due, named by case and plan number."""

    case: int
    plan: int
    why: str


def eve_of(meeting: Meeting) -> date:
    """Return the day before the meeting: an agenda is made from what is on record by then."""
    return meeting.starts_at.astimezone(TOKYO).date() - timedelta(days=1)


def propose_agenda(session: Session, meeting: Meeting) -> list[ProposedItem]:
    """議題の案: return what is due before this meeting, in order. Changes nothing."""
    dues = list_due(session=session, committee_id=meeting.committee_id, on=eve_of(meeting))
    return propose_items(dues)


def items_of(session: Session, meeting_id: str) -> list[ItemView]:
    """Return a meeting's items in order."""
    rows = session.exec(
        select(AgendaItem, Plan, Client)
        .join(Plan, col(AgendaItem.plan_id) == Plan.id, isouter=True)
        .join(Client, col(Plan.client_id) == Client.id, isouter=True)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(col(AgendaItem.position))
    ).all()
    return [ItemView(item, plan, client) for item, plan, client in rows]


def get_item(session: Session, item_id: str, meeting_id: str) -> ItemView:
    """Return an item of that meeting. Raises NotFound, also for another meeting's."""
    for view in items_of(session, meeting_id):
        if view.item.id == item_id:
            return view
    raise NotFound("この議題は見つかりません。会議の議題から選び直してください。")


def deferrals_of(session: Session, meeting_id: str) -> list[DeferralView]:
    """Return what was due for a meeting and not taken, by case and plan."""
    rows = session.exec(
        select(Deferral, Plan, Client)
        .join(Plan, col(Deferral.plan_id) == Plan.id)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Deferral.meeting_id == meeting_id)
        .order_by(col(Client.case_number), col(Plan.number))
    ).all()
    return [DeferralView(deferral, plan, client) for deferral, plan, client in rows]


def assemble_agenda(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, skips: Sequence[Skip] = ()
) -> list[AgendaItem]:
    """議題を組む: put every due plan on the agenda but those skipped, which are listed as deferred.

    Plans already on the agenda stay as they are, so doing it twice changes nothing; so do plans on the agenda of
    another coming meeting. Raises Refused where a plan that is due has no consent on record and is not skipped,
    naming the case, and where a skip gives no reason.
    """
    _refuse_started(meeting)
    if any(not skip.why.strip() for skip in skips):
        raise Refused("見送る理由を入れてください。見送りの一覧に残ります。")
    reasons = {(skip.case, skip.plan): skip.why for skip in skips}
    plans = _plans_by_number(session, meeting.committee_id)
    consents = consents_on(session, [client.id for _, client in plans.values()], eve_of(meeting))
    dealt_with = _dealt_with(session, meeting)
    added, skipped = [], 0
    for proposal in propose_agenda(session, meeting):
        found = plans.get((proposal.case, proposal.plan))
        if found is None or found[0].id in dealt_with:
            continue
        plan, client = found
        why = reasons.get((proposal.case, proposal.plan))
        if why is not None:
            _defer(session, actor, meeting, plan, proposal, why)
            skipped += 1
            continue
        _refuse_without_consent(client, consents)
        added.append(_add_proposed(session, meeting, plan, proposal))
    session.flush()
    if added or skipped:
        record(
            session=session,
            actor=actor,
            clock=clock,
            action="議題の組立て",
            subject="meeting",
            subject_id=meeting.id,
            detail={"added": len(added), "skipped": sorted(reasons)},
        )
    return added


def add_item(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    title: str = "",
    purpose: Purpose = Purpose.ADJUST,
    plan: Plan | None = None,
    reason: DueReason | None = None,
    minutes: int = 15,
) -> AgendaItem:
    """議題を加える: a plan (an urgent one counts as 臨時, 第5条第5項) or a matter without a plan.

    A plan that waits since an earlier meeting is taken up from there; one that was deferred is no longer.
    Raises Refused for a plan without consent, or one on the agenda of this or another coming meeting.
    """
    if meeting.status not in COMING:
        raise Refused(f"{meeting.status}となった会議に議題は加えられません。次の会議に加えてください。")
    if plan is None and not title.strip():
        raise Refused("議題の名前を入れてください。")
    waiting = None
    if plan is not None:
        _refuse_plan(session, meeting, plan)
        _take_back_deferral(session, meeting, plan)
        waiting = waiting_item(session, plan.id)
    item = AgendaItem(
        meeting_id=meeting.id,
        plan_id=plan.id if plan else None,
        position=_next_position(session, meeting.id),
        title=title.strip(),
        purpose=purpose,
        reason=reason or (DueReason.CARRIED_OVER if waiting else None),
        planned_minutes=minutes,
        carried_from_id=waiting.id if waiting else None,
    )
    session.add(item)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議題の追加",
        subject="agenda_item",
        subject_id=item.id,
        detail={"title": title, "plan": item.plan_id},
    )
    return item


def drop_item(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, why: str
) -> None:
    """議題から外す, with a reason: a due plan goes to the list of deferred ones and is not lost.

    Decisions on who takes part in the item go with it; the audit row says whom they named.
    """
    _refuse_started(meeting)
    if not why.strip():
        raise Refused("外す理由を入れてください。見送りの一覧に残ります。")
    item = view.item
    if item.plan_id is not None:
        session.add(
            Deferral(
                meeting_id=meeting.id,
                plan_id=item.plan_id,
                reason=item.reason or DueReason.URGENT,
                deadline=item.deadline,
                why=why.strip(),
                decided_by=actor.name,
            )
        )
    decisions = session.exec(
        select(ParticipationDecision).where(ParticipationDecision.item_id == item.id)
    ).all()
    for decision in decisions:
        session.delete(decision)
    session.flush()
    session.delete(item)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議題から外す",
        subject="agenda_item",
        subject_id=item.id,
        detail={
            "meeting": meeting.id,
            "title": view.title,
            "why": why,
            "participants": sorted({decision.person_id for decision in decisions if decision.takes_part}),
        },
    )


def continue_item(item: AgendaItem, on: date) -> None:
    """持ち越す: mark an item as left undecided by a meeting held on `on`; it is due until a meeting settles it."""
    item.continued_on = on


def _add_proposed(session: Session, meeting: Meeting, plan: Plan, proposal: ProposedItem) -> AgendaItem:
    waiting = waiting_item(session, plan.id)
    goes_on = waiting is not None and proposal.reason is DueReason.CARRIED_OVER
    item = AgendaItem(
        meeting_id=meeting.id,
        plan_id=plan.id,
        position=_next_position(session, meeting.id),
        purpose=waiting.purpose if waiting and goes_on else proposal.purpose,
        reason=proposal.reason,
        deadline=proposal.deadline,
        planned_minutes=proposal.minutes,
        carried_from_id=waiting.id if waiting else None,
    )
    session.add(item)
    session.flush()
    return item


def _dealt_with(session: Session, meeting: Meeting) -> set[str]:
    """Return the plans that need no place: on this agenda or deferred from it, or on another coming one."""
    deferred = {view.plan.id for view in deferrals_of(session, meeting.id)}
    here = {view.item.plan_id for view in items_of(session, meeting.id) if view.item.plan_id}
    return deferred | here | set(placed_elsewhere(session, meeting))


def _refuse_plan(session: Session, meeting: Meeting, plan: Plan) -> None:
    client = session.get_one(Client, plan.client_id)
    if client.committee_id != meeting.committee_id:
        raise NotFound("このプランは見つかりません。プランの一覧から選び直してください。")
    _refuse_without_consent(client, consents_on(session, [client.id], eve_of(meeting)))
    if any(view.item.plan_id == plan.id for view in items_of(session, meeting.id)):
        raise Refused("このプランはもう議題に入っています。議題の一覧を見てください。")
    elsewhere = placed_elsewhere(session, meeting).get(plan.id)
    if elsewhere is not None:
        raise Refused(
            f"このプランは第{elsewhere}回の議題に入っています。そちらから外してから、こちらに加えてください。"
        )


def _take_back_deferral(session: Session, meeting: Meeting, plan: Plan) -> None:
    for view in deferrals_of(session, meeting.id):
        if view.plan.id == plan.id:
            session.delete(view.deferral)
    session.flush()


def _defer(
    session: Session, actor: Actor, meeting: Meeting, plan: Plan, proposal: ProposedItem, why: str
) -> None:
    session.add(
        Deferral(
            meeting_id=meeting.id,
            plan_id=plan.id,
            reason=proposal.reason,
            deadline=proposal.deadline,
            why=why,
            decided_by=actor.name,
        )
    )


def _plans_by_number(session: Session, committee_id: str) -> dict[tuple[int, int], tuple[Plan, Client]]:
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == committee_id)
    ).all()
    return {(client.case_number, plan.number): (plan, client) for plan, client in rows}


def _next_position(session: Session, meeting_id: str) -> int:
    positions = session.exec(select(AgendaItem.position).where(AgendaItem.meeting_id == meeting_id)).all()
    return max(positions, default=0) + 1


def _refuse_started(meeting: Meeting) -> None:
    if meeting.status not in (MeetingStatus.PREPARING, MeetingStatus.CONVENED):
        raise Refused(
            "開会した会議の議題は組み直せません。臨時の議題として加えるか、次の会議に入れてください。"
        )


def _refuse_without_consent(client: Client, consents: set[str]) -> None:
    if client.id not in consents:
        raise Refused(
            f"No.{client.case_number} は情報共有の同意がないか、撤回されています。"
            "同意を確かめて記録するか、理由を付けて見送ってください。"
        )
