"""ケースの記録: clients, consents, plans and what is recorded on them between meetings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.rules.due import Due
from agenda.rules.register_entry import Column
from agenda.services.clients import checked_assigned, names_kept, refuse_taken_number
from agenda.services.plan_details import refuse_backward_period
from agenda.services.plan_events import note_event
from agenda.services.plans import list_due
from agenda.tables import AgendaItem, Client, Consent, Deferral, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.effective import holds
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.partial_date import PartialDate
from meetings_app.core.terms import EvaluationOutcome, MeetingStatus, PlanEventKind
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.correction_trail import Told, correct
from meetings_app.services.periods import refuse_overlap
from meetings_app.tables.meetings import Meeting

LARGEST_CASE = 999_999
"""What a register may hold: six figures."""


@dataclass(frozen=True, slots=True)
class ConsentState:
    """同意の状態 on a day: `since` of the consent that holds, or `withdrawn_on` of the last one that ended."""

    holds: bool
    since: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """会議にかかった記録: one item about a case, or its postponement with the reason."""

    meeting_id: str
    number: int
    day: date
    status: MeetingStatus
    item_id: str | None
    plan: int
    reason: str
    deferred_why: str = ""


@dataclass(frozen=True, slots=True)
class AwaitedDecision:
    """支援決定・確認 still to be recorded: of a plan, or (`evaluation` True) of its evaluation."""

    client_id: str
    plan_id: str
    case: int
    plan: int
    version: int
    met_on: date
    evaluation: bool
    outcome: EvaluationOutcome | None


# ---- reading


def consents_of(session: Session, client_id: str) -> list[Consent]:
    """Return the consents of one client, the latest first."""
    rows = session.exec(
        select(Consent).where(Consent.client_id == client_id).order_by(col(Consent.valid_from).desc())
    ).all()
    return list(rows)


def consent_states(session: Session, client_ids: Sequence[str], on: date) -> dict[str, ConsentState]:
    """Return whether each client's consent holds on a day, and if not, since when it does not."""
    rows = session.exec(select(Consent).where(col(Consent.client_id).in_(client_ids))).all()
    by_client: dict[str, list[Consent]] = {client_id: [] for client_id in client_ids}
    for row in rows:
        by_client[row.client_id].append(row)
    return {client_id: _state(consents, on) for client_id, consents in by_client.items()}


def _state(consents: Sequence[Consent], on: date) -> ConsentState:
    held = next((consent for consent in consents if holds(consent, on)), None)
    if held is not None:
        return ConsentState(holds=True, since=held.valid_from)
    ended = [consent.valid_to for consent in consents if consent.valid_to and consent.valid_to <= on]
    return ConsentState(holds=False, withdrawn_on=max(ended, default=None))


def due_of_case(session: Session, committee_id: str, case: int, on: date) -> list[Due]:
    """Return why one case has to go to a meeting as of a day."""
    return [due for due in list_due(session=session, committee_id=committee_id, on=on) if due.case == case]


def hearings_of(session: Session, client_id: str) -> list[Hearing]:
    """Return the meetings that had the case on the agenda or put it off, the latest first."""
    items = session.exec(
        select(AgendaItem, Plan, Meeting)
        .join(Plan, col(AgendaItem.plan_id) == Plan.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(Plan.client_id == client_id)
    ).all()
    deferrals = session.exec(
        select(Deferral, Plan, Meeting)
        .join(Plan, col(Deferral.plan_id) == Plan.id)
        .join(Meeting, col(Deferral.meeting_id) == Meeting.id)
        .where(Plan.client_id == client_id)
    ).all()
    found = [_hearing(meeting, plan, item.id, item.reason or "") for item, plan, meeting in items]
    found += [_hearing(meeting, plan, None, row.reason or "", row.why) for row, plan, meeting in deferrals]
    return sorted(found, key=lambda hearing: (hearing.day, hearing.number, hearing.plan), reverse=True)


def _hearing(meeting: Meeting, plan: Plan, item_id: str | None, reason: str, why: str = "") -> Hearing:
    day = meeting.starts_at.astimezone(TOKYO).date()
    return Hearing(meeting.id, meeting.number, day, meeting.status, item_id, plan.number, str(reason), why)


def awaited_decisions(session: Session, committee_id: str, on: date) -> list[AwaitedDecision]:
    """支援決定・確認の待ち: what meetings held by `on` confirmed or evaluated and the city had not decided on by then.

    The oldest meeting comes first.
    """
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == committee_id)
    ).all()
    waiting = [found for plan, client in rows for found in _awaited(plan, client, on)]
    return sorted(waiting, key=lambda found: (found.met_on, found.case, found.plan, found.evaluation))


def _awaited(plan: Plan, client: Client, on: date) -> list[AwaitedDecision]:
    asked = ((plan.met_on, plan.decided_on, False), (plan.evaluated_on, plan.evaluation_decided_on, True))
    return [
        AwaitedDecision(
            client_id=client.id,
            plan_id=plan.id,
            case=client.case_number,
            plan=plan.number,
            version=plan.version,
            met_on=met_on,
            evaluation=evaluation,
            outcome=plan.evaluation_outcome if evaluation else None,
        )
        for met_on, decided_on, evaluation in asked
        if met_on is not None and met_on <= on and (decided_on is None or decided_on > on)
    ]


# ---- consent


def give_consent(
    *, session: Session, actor: Actor, clock: Clock, client: Client, given_on: date, note: str = ""
) -> Consent:
    """同意を記録する: from `given_on` the case may enter a packet. Raises Refused where it would overlap."""
    _refuse_future(given_on, clock)
    for consent in consents_of(session, client.id):
        if consent.valid_to is None or given_on < consent.valid_to:
            raise Refused(
                f"同意は{format_wareki(consent.valid_from)}からの分が記録されています。"
                "撤回があったときは、先に撤回を記録してください。"
            )
    consent = Consent(client_id=client.id, valid_from=given_on, note=note.strip())
    session.add(consent)
    session.flush()
    _audit(session, actor, clock, "同意の記録", "client", client.id, {"from": given_on})
    return consent


def withdraw_consent(
    *, session: Session, actor: Actor, clock: Clock, client: Client, withdrawn_on: date
) -> Consent:
    """同意の撤回を記録する: from `withdrawn_on` the case enters no packet. Raises Refused where none holds."""
    _refuse_future(withdrawn_on, clock)
    consent = next((row for row in consents_of(session, client.id) if row.valid_to is None), None)
    if consent is None:
        raise Refused("撤回する同意が記録されていません。同意の記録を確かめてください。")
    if withdrawn_on <= consent.valid_from:
        raise Refused(
            f"撤回の日は、同意の日（{format_wareki(consent.valid_from)}）より後にしてください。"
            "同意の日が誤っているときは、同意の記録の「訂正」から先に直してください。"
        )
    consent.valid_to = withdrawn_on
    session.add(consent)
    session.flush()
    _audit(session, actor, clock, "同意の撤回", "client", client.id, {"to": withdrawn_on})
    return consent


def find_consent(session: Session, client: Client, consent_id: str) -> Consent:
    """Return a consent of that client. Raises NotFound, also for another client's."""
    consent = session.get(Consent, consent_id)
    if consent is None or consent.client_id != client.id:
        raise NotFound("この同意の記録は見つかりません。ケースの画面から選び直してください。")
    return consent


def correct_consent(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    client: Client,
    consent_id: str,
    given_on: date,
    withdrawn_on: date | None,
    note: str,
    told: Told,
) -> Consent:
    """同意の記録を訂正する: a wrongly dated consent put right; what stood there stays visible.

    Raises Refused without a reason, where nothing changes, for a day to come, a withdrawal that is not after the
    consent, and where it runs into another consent; Conflict where somebody else corrected it first.
    """
    consent = find_consent(session, client, consent_id)
    for day in (given_on, withdrawn_on):
        if day is not None:
            _refuse_future(day, clock)
    if withdrawn_on is not None and withdrawn_on <= given_on:
        raise Refused("撤回の日は、同意の日より後にしてください。二つの日付を確かめてください。")
    others = [row for row in consents_of(session, client.id) if row.id != consent.id]
    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="consent",
        row=consent,
        new={"valid_from": given_on, "valid_to": withdrawn_on, "note": note.strip()},
        told=told,
        check=lambda: refuse_overlap(others, given_on, withdrawn_on, "同意の記録"),
    )


# ---- clients and plans


def add_client(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    case_number: int,
    initials: str,
    first_contact_on: date | None,
    assigned_id: str | None = None,
    name: str = "",
    kana: str = "",
) -> Client:
    """本人を登録する in the actor's body, by case number and initials.

    A name is taken only where the office keeps names. Raises Refused for a number in use, a first contact to come and
    a 担当 who is no 事務局員 today.
    """
    if first_contact_on is not None:
        _refuse_future(first_contact_on, clock)
    checked_assigned(session, actor, assigned_id, today(clock))
    named = names_kept(session)
    refuse_taken_number(session, actor, case_number)
    client = Client(
        committee_id=actor.committee_id,
        case_number=case_number,
        initials=initials.strip(),
        first_contact_on=first_contact_on,
        assigned_id=assigned_id,
        name=name.strip() if named else "",
        kana=kana.strip() if named else "",
    )
    session.add(client)
    session.flush()
    _audit(session, actor, clock, "ケースの登録", "client", client.id, {"case": case_number})
    return client


def add_plan(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    client: Client,
    goal: str,
    period_end: PartialDate,
    monitoring: PartialDate | None = None,
    drafted_on: date | None = None,
    period_start: date | None = None,
) -> Plan:
    """プランを加える: the client's next number, drafted today unless dated. What was typed stays beside it.

    The same draft sent again, while no meeting has taken it up, adds nothing.
    Raises Refused for a closed case, a drafting to come, and a period that ends before it begins or before the plan.
    """
    if client.closed_on is not None:
        raise Refused(
            "このケースは終わっています。先に「再開する」で続きにしてから、プランを加えてください。"
        )
    drafted = drafted_on or today(clock)
    _refuse_future(drafted, clock)
    refuse_backward_period(period_start, period_end.last_day)
    if period_end.last_day < drafted:
        raise Refused("期間の終わりがプランの作成日より前です。期間の終わりを確かめてください。")
    last = session.exec(
        select(Plan).where(Plan.client_id == client.id).order_by(col(Plan.number).desc())
    ).first()
    plan = Plan(
        client_id=client.id,
        number=(last.number if last else 0) + 1,
        goal=goal.strip(),
        drafted_on=drafted,
        period_start=period_start,
        period_end=period_end.last_day,
        period_end_precision=period_end.precision,
        monitoring_month_end=monitoring.last_day if monitoring else None,
        monitoring_precision=monitoring.precision if monitoring else None,
        raw=_as_typed({Column.PERIOD: period_end, Column.MONITORING: monitoring}),
    )
    if last is not None and last.met_on is None and _drafted_alike(last, plan):
        return last
    session.add(plan)
    session.flush()
    detail: dict[str, object] = {"number": plan.number, "until": period_end.last_day}
    _audit(session, actor, clock, "プランの登録", "plan", plan.id, detail)
    return plan


def _drafted_alike(one: Plan, other: Plan) -> bool:
    """Return whether two drafts say the same, so that the second is the first one's form sent again."""
    said = ("goal", "drafted_on", "period_start", "period_end", "monitoring_month_end", "raw")
    return all(getattr(one, name) == getattr(other, name) for name in said)


def _as_typed(dates: dict[Column, PartialDate | None]) -> str:
    """Return what was typed and what was read of it, in the form the register's rows are kept."""
    given = {column.value: partial for column, partial in dates.items() if partial is not None}
    read = {
        name: {"until": partial.last_day.isoformat(), "precision": partial.precision.value}
        for name, partial in given.items()
    }
    cells = {name: partial.raw for name, partial in given.items()}
    return json.dumps({"cells": cells, "read": read}, ensure_ascii=False, sort_keys=True)


def get_plan(session: Session, client: Client, plan_id: str, version: int) -> Plan:
    """Return a plan of that client as it was read.

    Raises NotFound, also for another client's plan, and Conflict when somebody saved in between.
    """
    plan = session.get(Plan, plan_id)
    if plan is None or plan.client_id != client.id:
        raise NotFound("このプランは見つかりません。ケースの画面から選び直してください。")
    if plan.version != version:
        raise Conflict(
            f"プラン{plan.number}は、ほかの人が先に変えました。ケースの画面を読み直して、もう一度記録してください。"
        )
    return plan


def record_monitoring(
    *, session: Session, actor: Actor, clock: Clock, plan: Plan, monitored_on: date
) -> None:
    """モニタリングを記録する. Raises Refused for a plan that no meeting has confirmed, or one evaluated already."""
    _refuse_future(monitored_on, clock)
    _refuse_evaluated(plan)
    _refuse_unconfirmed(plan, clock, "モニタリング")
    if plan.met_on is None or monitored_on < plan.met_on:
        raise Refused("モニタリングの日は、プランを確認した会議の日より後にしてください。")
    note_event(session, actor.name, clock, plan, PlanEventKind.MONITORED, monitored_on)
    _touch(session, actor, clock, plan, "モニタリングの記録", {"on": monitored_on})


def ask_for_ending(*, session: Session, actor: Actor, clock: Clock, plan: Plan, asked_on: date) -> None:
    """終結の申出を記録する: the plan is due within the office's limit (第5条第5項).

    Raises Refused for a plan that no meeting has confirmed, or one evaluated already.
    """
    _refuse_future(asked_on, clock)
    _refuse_evaluated(plan)
    _refuse_unconfirmed(plan, clock, "終結の申出")
    note_event(session, actor.name, clock, plan, PlanEventKind.ENDING_ASKED, asked_on)
    _touch(session, actor, clock, plan, "終結の申出", {"on": asked_on})


def raise_urgent(*, session: Session, actor: Actor, clock: Clock, plan: Plan, raised_on: date) -> None:
    """急ぐ事情を記録する: the plan is due for the next meeting, as 臨時 (第5条第5項)."""
    _refuse_future(raised_on, clock)
    _refuse_evaluated(plan)
    note_event(session, actor.name, clock, plan, PlanEventKind.URGENT, raised_on)
    _touch(session, actor, clock, plan, "急ぐ事情の記録", {"on": raised_on})


def record_decision(
    *, session: Session, actor: Actor, clock: Clock, plan: Plan, decided_on: date, evaluation: bool
) -> None:
    """支援決定・確認を記録する: of the plan or of its evaluation, on the day of the meeting or later."""
    refuse_decision_day(plan, decided_on, clock, evaluation=evaluation)
    if evaluation:
        plan.evaluation_decided_on = decided_on
    else:
        plan.decided_on = decided_on
    _touch(session, actor, clock, plan, "支援決定・確認", {"on": decided_on, "evaluation": evaluation})


def refuse_decision_day(plan: Plan, decided_on: date, clock: Clock, *, evaluation: bool) -> None:
    """Raise Refused for a day on which the city cannot have decided: to come, or before the meeting."""
    _refuse_future(decided_on, clock)
    met_on = plan.evaluated_on if evaluation else plan.met_on
    if met_on is None:
        raise Refused("会議でまだ諮られていません。会議が済んでから記録してください。")
    if decided_on < met_on:
        raise Refused(f"会議の日（{format_wareki(met_on)}）より前の日付です。決定した日を確かめてください。")


def is_confirmed(plan: Plan, on: date) -> bool:
    """Return whether a meeting had confirmed a plan by a day."""
    return plan.met_on is not None and plan.met_on <= on


def _refuse_unconfirmed(plan: Plan, clock: Clock, what: str) -> None:
    if not is_confirmed(plan, today(clock)):
        raise Refused(
            f"プラン{plan.number}は会議でまだ確認されていません。{what}は、会議で確認してから記録してください。"
        )


def _refuse_evaluated(plan: Plan) -> None:
    if plan.evaluation_outcome is not None:
        raise Refused(
            f"プラン{plan.number}は評価が済んでいます。続きがあるときは、新しいプランを加えてください。"
        )


def _refuse_future(day: date, clock: Clock) -> None:
    if day > today(clock):
        raise Refused(f"{format_wareki(day)}はまだ来ていません。実際にあった日を入力してください。")


def _touch(
    session: Session, actor: Actor, clock: Clock, plan: Plan, action: str, detail: dict[str, object]
) -> None:
    plan.version += 1
    session.add(plan)
    session.flush()
    _audit(session, actor, clock, action, "plan", plan.id, detail)


def _audit(
    session: Session,
    actor: Actor,
    clock: Clock,
    action: str,
    subject: str,
    subject_id: str,
    detail: dict[str, object],
) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject=subject,
        subject_id=subject_id,
        detail=detail,
    )
