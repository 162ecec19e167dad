"""Agendas on record: proposing from what is due, adding, deferring, carrying over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.packet_tables import ConflictDecision, Handout
from agenda.rules.assembly import ProposedItem, propose_items
from agenda.services.agenda_settings import planned_minutes
from agenda.services.arranging import arrange_items
from agenda.services.items import ARRANGED, ItemView, deferrals_of, eve_of, items_of, next_position
from agenda.services.places import COMING, placed_elsewhere, waiting_item
from agenda.services.plans import consents_on, list_due
from agenda.tables import AgendaItem, Client, Deferral, ParticipationDecision, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import DueReason, Purpose
from meetings_app.services.audit import record
from meetings_app.services.meetings import get_meeting
from meetings_app.tables.meetings import Meeting


@dataclass(frozen=True, slots=True)
class Skip:
    """見送りの理由 for one plan that is due, named by case and plan number.

    `push_to` is the meeting whose agenda it goes on to instead; None: it waits.
    """

    case: int
    plan: int
    why: str
    push_to: str | None = None


def propose_agenda(session: Session, meeting: Meeting) -> list[ProposedItem]:
    """議題の案: return what is due before this meeting, in order. Changes nothing."""
    dues = list_due(
        session=session,
        committee_id=meeting.committee_id,
        on=eve_of(meeting),
        next_meeting=meeting.starts_at.astimezone(TOKYO).date(),
    )
    return propose_items(dues, planned_minutes(session))


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
    skipped_plans = {(skip.case, skip.plan): skip for skip in skips}
    plans = _plans_by_number(session, meeting.committee_id)
    consents = consents_on(session, [client.id for _, client in plans.values()], eve_of(meeting))
    dealt_with = _dealt_with(session, meeting)
    begins = not items_of(session, meeting.id)
    added, skipped = [], 0
    for proposal in propose_agenda(session, meeting):
        found = plans.get((proposal.case, proposal.plan))
        if found is None or found[0].id in dealt_with:
            continue
        plan, client = found
        skip = skipped_plans.get((proposal.case, proposal.plan))
        if skip is not None:
            _defer(session, actor, meeting, plan, client, proposal, skip)
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
            detail={"added": len(added), "skipped": sorted(skipped_plans)},
        )
    if begins:
        arrange_items(session, meeting)
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
    if plan is None:
        _refuse_title(session, meeting, title.strip())
    waiting = None
    if plan is not None:
        _refuse_plan(session, meeting, plan)
        _take_back_deferral(session, meeting, plan.id)
        waiting = waiting_item(session, plan.id)
    item = AgendaItem(
        meeting_id=meeting.id,
        plan_id=plan.id if plan else None,
        position=next_position(session, meeting.id),
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
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    why: str,
    push_to: str | None = None,
) -> None:
    """議題から外す, with a reason: it goes to the list of what was put off and is not lost.

    `push_to` names the meeting whose agenda takes it up instead. Decisions on who takes part in the item and on
    conflicts go with it; the audit row says whom they named. Raises Refused while a handout belongs to the item:
    without it everybody would be given the paper.
    """
    _refuse_started(meeting)
    if not why.strip():
        raise Refused("外す理由を入れてください。見送りの一覧に残ります。")
    item = view.item
    _refuse_handouts(session, item)
    target = _target(session, meeting, push_to)
    if target is not None and view.client is not None:
        _refuse_without_consent(view.client, consents_on(session, [view.client.id], eve_of(target)))
    session.add(
        Deferral(
            meeting_id=meeting.id,
            plan_id=item.plan_id,
            title="" if item.plan_id else item.title,
            reason=(item.reason or DueReason.URGENT) if item.plan_id else item.reason,
            deadline=item.deadline,
            why=why.strip(),
            pushed_to_id=target.id if target else None,
            decided_by=actor.name,
        )
    )
    decisions = session.exec(
        select(ParticipationDecision).where(ParticipationDecision.item_id == item.id)
    ).all()
    conflicts = session.exec(select(ConflictDecision).where(ConflictDecision.item_id == item.id)).all()
    for row in (*decisions, *conflicts):
        session.delete(row)
    session.flush()
    kept = _copied(item)
    session.delete(item)
    session.flush()
    if target is not None:
        _take_back_deferral(session, target, kept.plan_id, kept.title)
        kept.meeting_id, kept.position = target.id, next_position(session, target.id)
        session.add(kept)
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
            "pushed_to": push_to,
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
        position=next_position(session, meeting.id),
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
    deferred = {view.plan.id for view in deferrals_of(session, meeting.id) if view.plan}
    here = {view.item.plan_id for view in items_of(session, meeting.id) if view.item.plan_id}
    return deferred | here | set(placed_elsewhere(session, meeting))


def _refuse_title(session: Session, meeting: Meeting, title: str) -> None:
    if not title:
        raise Refused("議題の名前を入れてください。")
    if any(view.item.plan_id is None and view.item.title == title for view in items_of(session, meeting.id)):
        raise Refused(f"「{title}」はもう議題に入っています。別のことなら、名前を変えて加えてください。")


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


def _take_back_deferral(session: Session, meeting: Meeting, plan_id: str | None, title: str = "") -> None:
    """A meeting that takes something up after all has not put it off."""
    for view in deferrals_of(session, meeting.id):
        if (view.deferral.plan_id, view.deferral.title) == (plan_id, "" if plan_id else title):
            session.delete(view.deferral)
    session.flush()


def _defer(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    plan: Plan,
    client: Client,
    proposal: ProposedItem,
    skip: Skip,
) -> None:
    target = _target(session, meeting, skip.push_to)
    session.add(
        Deferral(
            meeting_id=meeting.id,
            plan_id=plan.id,
            reason=proposal.reason,
            deadline=proposal.deadline,
            why=skip.why,
            pushed_to_id=target.id if target else None,
            decided_by=actor.name,
        )
    )
    if target is not None:
        _refuse_without_consent(client, consents_on(session, [client.id], eve_of(target)))
        _take_back_deferral(session, target, plan.id)
        _add_proposed(session, target, plan, proposal)


def _target(session: Session, meeting: Meeting, push_to: str | None) -> Meeting | None:
    """Return the meeting something is pushed to. Raises NotFound for another body's, Refused for one that is over."""
    if push_to is None:
        return None
    target = get_meeting(session, push_to, meeting.committee_id)
    if target.id == meeting.id or target.status not in ARRANGED:
        raise Refused("回す先は、これから開く別の会議にしてください。会議の一覧を確かめてください。")
    return target


def _copied(item: AgendaItem) -> AgendaItem:
    """Return the item as it goes on to another meeting's agenda."""
    return AgendaItem(
        meeting_id=item.meeting_id,
        plan_id=item.plan_id,
        position=item.position,
        title=item.title,
        purpose=item.purpose,
        reason=item.reason,
        deadline=item.deadline,
        planned_minutes=item.planned_minutes,
        carried_from_id=item.carried_from_id,
    )


def _plans_by_number(session: Session, committee_id: str) -> dict[tuple[int, int], tuple[Plan, Client]]:
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == committee_id)
    ).all()
    return {(client.case_number, plan.number): (plan, client) for plan, client in rows}


def _refuse_started(meeting: Meeting) -> None:
    if meeting.status not in ARRANGED:
        raise Refused(
            "開会した会議の議題は組み直せません。臨時の議題として加えるか、次の会議に入れてください。"
        )


def _refuse_handouts(session: Session, item: AgendaItem) -> None:
    numbers = session.exec(select(Handout.number).where(Handout.item_id == item.id)).all()
    if numbers:
        raise Refused(
            f"この議題には資料（{'、'.join(map(str, sorted(numbers)))}番）が付いています。"
            "資料の画面で外すか、ほかの議題に付け替えてから、議題を外してください。"
        )


def _refuse_without_consent(client: Client, consents: set[str]) -> None:
    if client.id not in consents:
        raise Refused(
            f"No.{client.case_number} は情報共有の同意がないか、撤回されています。"
            "同意を確かめて記録するか、理由を付けて見送ってください。"
        )
