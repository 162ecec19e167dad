"""会議の進行: opening, outcomes, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.services.assembly import continue_item
from agenda.services.carrying import place_waiting
from agenda.services.items import ItemView, items_of
from agenda.services.places import matter_of
from agenda.services.plan_events import note_event
from agenda.tables import Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import AttendanceMode, DueReason, MeetingStatus, PlanEventKind
from meetings_app.core.wareki import format_wareki
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import RecordField
from minutes.rules.outcomes import evaluation_of, is_undecided, outcomes_for
from minutes.rules.writing import TEXT_FIELDS, answer_text
from minutes.services.attendance import (
    attendance_of,
    audit_meeting,
    expect_attendance,
    expect_presider,
    recuse_as_decided,
)
from minutes.services.item_runs import end_running
from minutes.services.live_fields import (
    Pen,
    refuse_impossible,
    refuse_pending_decisions,
    refuse_unwritable,
    write_fields,
)
from minutes.services.presiding import DEPUTISES as DEPUTISES
from minutes.services.presiding import PRESIDES as PRESIDES
from minutes.services.presiding import begin_presiding, office_to_preside
from minutes.services.restamping import restamp_outcomes
from minutes.tables import ActionItem, ItemRecord


@dataclass(frozen=True, slots=True)
class Outcome:
    """議題の結果, as a chair or secretary enters it. `outcome` None: not decided yet."""

    outcome: str | None
    explanation: str = ""
    discussion: str = ""
    confirmed: str = ""
    fits_situation: bool | None = None
    leads_to_solution: bool | None = None
    keeps_motivation: bool | None = None
    resources_missing: bool | None = None
    follow_up: bool | None = None


def open_meeting(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    at: datetime,
    presider_id: str,
    reason: str = "",
    decided_by: str = "",
) -> None:
    """開会する under the 委員長, or under a 副委員長 with the reason (第5条第1項・第2項).

    Where all of them are away a serving member presides: `decided_by` says who decided that.
    """
    if meeting.status is not MeetingStatus.CONVENED:
        raise Refused(f"この会議は「{meeting.status}」の段階です。招集してから開会してください。")
    _refuse_early(meeting, clock)
    office = office_to_preside(
        session,
        meeting,
        presider_id,
        on=at.astimezone(TOKYO).date(),
        reason=reason,
        decided_by=decided_by,
    )
    _refuse_absent_presider(session, meeting, presider_id)
    meeting.status = MeetingStatus.OPEN
    meeting.opened_at = at
    begin_presiding(
        session=session,
        actor=actor,
        meeting=meeting,
        person_id=presider_id,
        at=at,
        office=office,
        reason=reason,
        decided_by=decided_by,
    )
    meeting.version += 1
    expect_attendance(session=session, meeting=meeting)
    expect_presider(session=session, meeting=meeting)
    recuse_as_decided(session=session, actor=actor, clock=clock, meeting=meeting)
    audit_meeting(
        session,
        actor,
        clock,
        "開会",
        meeting,
        {"at": at, "presider": presider_id, "decided_by": decided_by.strip()},
    )


def _refuse_early(meeting: Meeting, clock: Clock) -> None:
    """An opened meeting can be neither moved nor cancelled: one opened days ahead by mistake would stay so."""
    day = meeting.starts_at.astimezone(TOKYO).date()
    if today(clock) < day:
        raise Refused(
            f"会議の日は{format_wareki(day, weekday=True)}です。その日になってから開会してください。"
            "早めるときは、先に会議の日時を変えてください。"
        )


def _refuse_absent_presider(session: Session, meeting: Meeting, presider_id: str) -> None:
    for view in attendance_of(session, meeting.id):
        if view.person.id == presider_id and view.attendance.mode is AttendanceMode.ABSENT:
            raise Refused(
                f"{view.person.name} は欠席と記録されています。議長を選び直すか、出欠の記録を確かめてください。"
            )


def possible_outcomes(session: Session, view: ItemView) -> tuple[str, ...]:
    """選べる結果: return the outcomes an item may have; what is carried over keeps those it first had."""
    return outcomes_for(matter_of(session, view.item))


def record_item(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    result: Outcome,
    version: int,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> ItemRecord:
    """議題の結果を記録する. `version` 0 for the first record. Each field that changes becomes a write of its own.

    After closing the texts can still be mended until the minutes are approved; the outcome and the times stand,
    because the register and the honoraria rest on them. Raises Conflict when somebody saved in between, Refused
    for an outcome the item cannot have, and for an end before the beginning.
    """
    refuse_unwritable(session, meeting)
    refuse_impossible(session, view, result.outcome or "")
    row = session.get(ItemRecord, view.item.id)
    if (row.version if row else 0) != version:
        raise Conflict(
            "この議題の記録は、ほかの人が先に保存しました。画面を読み直して、二つの内容を見比べてください。"
        )
    begun, ended = _times(row, started_at, ended_at)
    if meeting.status is MeetingStatus.CLOSED:
        _refuse_other_decision(row, result.outcome, begun, ended)
    row = row or ItemRecord(item_id=view.item.id, version=0)
    row.started_at, row.ended_at = begun, ended
    write_fields(Pen(session, actor, clock, meeting, view), row, _values_of(result))
    row.recorded_by = actor.name
    row.version += 1
    session.add(row)
    session.flush()
    restamp_outcomes(session=session, actor=actor, clock=clock, meeting=meeting)
    audit_meeting(
        session,
        actor,
        clock,
        "議題の記録",
        meeting,
        {"item": view.item.id, "outcome": result.outcome, "version": row.version},
    )
    return row


def _values_of(result: Outcome) -> dict[RecordField, str]:
    """Return an outcome as the fields of the record hold it; the outcome last, so that its stamp ends the record."""
    values: dict[RecordField, str] = {RecordField(name): getattr(result, name) for name in TEXT_FIELDS}
    for field in RecordField:
        if field is not RecordField.OUTCOME and field not in TEXT_FIELDS:
            values[field] = answer_text(getattr(result, field.value))
    values[RecordField.OUTCOME] = result.outcome or ""
    return values


def _times(
    row: ItemRecord | None, started_at: datetime | None, ended_at: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """Return an item's times: those given, else those on record."""
    begun = _given_or_kept(started_at, row.started_at if row else None)
    ended = _given_or_kept(ended_at, row.ended_at if row else None)
    if ended is not None and (begun is None or ended < begun):
        raise Refused("議題の終わりが始まりより前か、始まりがありません。時刻を確かめてください。")
    return begun, ended


def _given_or_kept(given: datetime | None, kept: datetime | None) -> datetime | None:
    """Return the time given; the one on record where it is the same minute, for a page shows no seconds."""
    if given is None or kept is None:
        return given or kept
    return kept if given == kept.replace(second=0, microsecond=0) else given


def _refuse_other_decision(
    row: ItemRecord | None, outcome: str | None, begun: datetime | None, ended: datetime | None
) -> None:
    stands = (row.outcome, row.started_at, row.ended_at) if row else (None, None, None)
    if (outcome, begun, ended) != stands:
        raise Refused(
            "閉会後は、結果と時刻を変えられません（台帳と支給がこれによっています）。"
            "説明などの文だけを直すか、次の会議の議題にしてください。"
        )


def add_action(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    what: str,
    who: str,
    due_on: date | None,
) -> ActionItem:
    """対応を加える: who does what by when. Refused once the minutes are approved, for they rest on it, and twice."""
    refuse_unwritable(session, meeting)
    if not what.strip():
        raise Refused("することを入れてください。")
    known = {(one.what, one.who, one.due_on) for one in actions_of(session, [view.item.id])[view.item.id]}
    if (what.strip(), who.strip(), due_on) in known:
        raise Refused("同じ対応が、もう加えてあります。別の対応なら、することか期限を書き分けてください。")
    action = ActionItem(item_id=view.item.id, what=what.strip(), who=who.strip(), due_on=due_on)
    session.add(action)
    session.flush()
    audit_meeting(session, actor, clock, "対応の追加", meeting, {"item": view.item.id, "what": what})
    return action


def records_of(session: Session, item_ids: Sequence[str]) -> dict[str, ItemRecord]:
    """Return the records of items that have one."""
    rows = session.exec(select(ItemRecord).where(col(ItemRecord.item_id).in_(item_ids))).all()
    return {row.item_id: row for row in rows}


def close_meeting(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, at: datetime
) -> list[ItemView]:
    """閉会する: ends every stay, carries over what is undecided, and writes the outcomes into the register.

    What is carried over goes on to the next coming agenda, if there is one. Returns the items carried over.
    Raises Refused while somebody's attendance is not recorded, or two outcomes or answers wait to be chosen from.
    """
    if meeting.status is not MeetingStatus.OPEN or meeting.opened_at is None:
        raise Refused(f"この会議は「{meeting.status}」の段階です。開会中の会議だけ閉会できます。")
    if at < meeting.opened_at:
        raise Refused("閉会の時刻が開会より前です。時刻を確かめてください。")
    refuse_pending_decisions(session, meeting)
    _refuse_items_after(session, meeting, at)
    _end_stays(session, meeting, at)
    end_running(session=session, meeting=meeting, at=at)
    carried = _settle_items(session, (actor.name, clock), meeting, at.astimezone(TOKYO).date())
    meeting.status = MeetingStatus.CLOSED
    meeting.closed_at = at
    meeting.version += 1
    session.add(meeting)
    session.flush()
    audit_meeting(session, actor, clock, "閉会", meeting, {"at": at, "carried_over": len(carried)})
    place_waiting(session=session, actor=actor, clock=clock, committee_id=meeting.committee_id)
    return carried


def _refuse_items_after(session: Session, meeting: Meeting, at: datetime) -> None:
    views = items_of(session, meeting.id)
    for record_ in records_of(session, [view.item.id for view in views]).values():
        if any(moment is not None and moment > at for moment in (record_.started_at, record_.ended_at)):
            title = next(view.title for view in views if view.item.id == record_.item_id)
            raise Refused(f"「{title}」の時刻が閉会の後です。議題の時刻と閉会の時刻を確かめてください。")


def _end_stays(session: Session, meeting: Meeting, at: datetime) -> None:
    views = attendance_of(session, meeting.id)
    unknown = [view.person.name for view in views if view.attendance.mode is None]
    if unknown:
        raise Refused(
            f"出欠が記録されていない人がいます（{'、'.join(unknown)}）。到着か欠席を記録してから閉会してください。"
        )
    for view in views:
        for stay in view.stays:
            if stay.arrived_at >= at or (stay.left_at is not None and stay.left_at > at):
                raise Refused(
                    f"{view.person.name} の到着か退席の時刻が閉会の後です。出欠と閉会の時刻を確かめてください。"
                )
            if stay.left_at is None:
                stay.left_at = at
                session.add(stay)


def _settle_items(
    session: Session, recorder: tuple[str, Clock], meeting: Meeting, on: date
) -> list[ItemView]:
    views = items_of(session, meeting.id)
    records = records_of(session, [view.item.id for view in views])
    carried = []
    for view in views:
        record_ = records.get(view.item.id)
        if record_ is None or is_undecided(record_.outcome):
            continue_item(view.item, on)
            session.add(view.item)
            carried.append(view)
        elif view.plan is not None:
            _write_into_register(session, recorder, meeting, view, view.plan, record_, on)
    session.flush()
    return carried


def _write_into_register(
    session: Session,
    recorder: tuple[str, Clock],
    meeting: Meeting,
    view: ItemView,
    plan: Plan,
    record_: ItemRecord,
    on: date,
) -> None:
    """Link the plan to the meeting that confirmed or evaluated it; fill dates that are not on record yet.

    Whether somebody looks after the person still is the meeting's to say where it evaluates the plan. A report on
    monitoring confirms nothing: it is recorded as given on the meeting's day.
    """
    evaluation = evaluation_of(record_.outcome)
    if evaluation is not None:
        if plan.evaluation_outcome is None and record_.follow_up is not None:
            plan.follow_up = record_.follow_up
        plan.evaluated_meeting_id = meeting.id
        plan.evaluated_on = plan.evaluated_on or on
        plan.evaluation_outcome = plan.evaluation_outcome or evaluation
    elif matter_of(session, view.item) is DueReason.MONITORING:
        recorded_by, clock = recorder
        note_event(session, recorded_by, clock, plan, PlanEventKind.MONITORED, on)
    elif plan.confirmed_meeting_id is None and (plan.met_on is None or plan.met_on >= on):
        plan.confirmed_meeting_id = meeting.id
        plan.met_on = plan.met_on or on
    plan.version += 1
    session.add(plan)


def actions_of(session: Session, item_ids: Sequence[str]) -> dict[str, list[ActionItem]]:
    """Return who does what by when, per item, earliest first."""
    rows = session.exec(
        select(ActionItem)
        .where(col(ActionItem.item_id).in_(item_ids))
        .order_by(col(ActionItem.due_on), col(ActionItem.id))
    ).all()
    result: dict[str, list[ActionItem]] = {item_id: [] for item_id in item_ids}
    for row in rows:
        result[row.item_id].append(row)
    return result
