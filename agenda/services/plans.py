"""Plans on record: what is due, and the yearly table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.rules.due import Due, DueSettings, PlanFacts, due_plans
from agenda.rules.monthly import MonthlyRow, monthly_table
from agenda.services.plan_events import event_days
from agenda.tables import AgendaItem, Client, Consent, Plan
from meetings_app.core.clock import TOKYO
from meetings_app.core.effective import in_effect
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import MeetingStatus, MonitoringRule, PlanEventKind
from meetings_app.services.office_settings import get_number, get_setting
from meetings_app.tables.meetings import Meeting


@dataclass(frozen=True, slots=True)
class DueRow:
    """諮る項目 with what a list needs beside the rule's answer."""

    due: Due
    client_id: str
    plan_id: str | None
    consented: bool
    meeting_id: str | None
    meeting_number: int | None
    meeting_day: date | None
    assigned_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Dealt:
    """会議での扱い of one plan: when it was last carried over, when that was settled, and each day of a decision."""

    carried_on: date | None = None
    settled_on: date | None = None
    decided_on: tuple[date, ...] = ()

    def decided_since(self, day: date | None) -> date | None:
        """Return the first day on or after `day` on which a meeting decided on the plan."""
        return next((on for on in self.decided_on if day is not None and on >= day), None)


def load_plan_facts(session: Session, committee_id: str, on: date | None = None) -> list[PlanFacts]:
    """Return the dated facts of every plan of a body, as the rules take them.

    `on` leaves out what meetings did after that day, and cases that were closed by then.
    """
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == committee_id)
    ).all()
    dealt = _dealt_by_plan(session, committee_id, on)
    days = event_days(session, [plan for plan, _ in rows])
    return [
        _facts(plan, client, dealt.get(plan.id, _Dealt()), days, on or date.max)
        for plan, client in rows
        if on is None or client.closed_on is None or client.closed_on > on
    ]


def _facts(
    plan: Plan,
    client: Client,
    dealt: _Dealt,
    days: Mapping[tuple[str, PlanEventKind], tuple[date, ...]],
    on: date,
) -> PlanFacts:
    """Return one plan's facts; of several requests of a kind the last one by `on` counts."""
    by_then = {kind: [day for day in days[plan.id, kind] if day <= on] for kind in PlanEventKind}
    urgent = max(by_then[PlanEventKind.URGENT], default=None)
    evaluated = plan.evaluated_on if plan.evaluation_outcome is not None else None
    return PlanFacts(
        case=client.case_number,
        plan=plan.number,
        meeting=plan.met_on,
        drafted_on=plan.drafted_on,
        first_contact_on=client.first_contact_on,
        period_end=plan.period_end,
        evaluated_on=evaluated,
        outcome=plan.evaluation_outcome,
        monitoring_due=plan.monitoring_month_end,
        monitored_on=days[plan.id, PlanEventKind.MONITORED],
        ending_asked_on=max(by_then[PlanEventKind.ENDING_ASKED], default=None),
        urgent_raised_on=urgent,
        urgent_settled_on=dealt.decided_since(urgent),
        carried_over_on=dealt.carried_on,
        carried_over_settled_on=dealt.settled_on,
    )


def _dealt_by_plan(session: Session, committee_id: str, on: date | None) -> dict[str, _Dealt]:
    """Return, per plan, what meetings up to `on` did with it, in their order."""
    rows = session.exec(
        select(col(AgendaItem.plan_id), col(AgendaItem.continued_on), col(Meeting.closed_at))
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(
            Meeting.committee_id == committee_id,
            col(AgendaItem.plan_id).is_not(None),
            col(Meeting.closed_at).is_not(None),
        )
        .order_by(col(Meeting.starts_at))
    ).all()
    result: dict[str, _Dealt] = {}
    for plan_id, continued_on, closed_at in rows:
        if plan_id is None or closed_at is None:
            continue
        closed_on = closed_at.astimezone(TOKYO).date()
        if on is None or closed_on <= on:
            result[plan_id] = _and_then(result.get(plan_id, _Dealt()), continued_on, closed_on)
    return result


def _and_then(dealt: _Dealt, continued_on: date | None, closed_on: date) -> _Dealt:
    """Return what was done before, and by one more meeting: it carried the plan over, or decided on it."""
    if continued_on is not None:
        return replace(dealt, carried_on=continued_on, settled_on=None)
    settled = closed_on if dealt.carried_on is not None else None
    return replace(dealt, settled_on=settled, decided_on=(*dealt.decided_on, closed_on))


def due_settings(session: Session, horizon_days: int | None = None) -> DueSettings:
    """Return the office's settings for what is due; `horizon_days` replaces the office's own."""
    limit = get_setting(session, "due.first_plan_limit_days")
    return DueSettings(
        first_plan_limit_days=limit if isinstance(limit, int) else None,
        horizon_days=get_number(session, "due.horizon_days") if horizon_days is None else horizon_days,
        ending_limit_days=get_number(session, "due.ending_limit_days"),
        replan_days=get_number(session, "due.replan_days"),
        monitoring=MonitoringRule(str(get_setting(session, "due.monitoring"))),
    )


def list_due(
    *,
    session: Session,
    committee_id: str,
    on: date,
    horizon_days: int | None = None,
    next_meeting: date | None = None,
) -> list[Due]:
    """期限のあるプラン: return what has to go to a meeting as of `on`.

    `next_meeting` is the deadline of what goes to 「次の会議」; the body's next one unless given.
    """
    facts = load_plan_facts(session, committee_id, on)
    following = next_meeting or _next_meeting_day(session, committee_id, on)
    return due_plans(facts, on, due_settings(session, horizon_days), following)


def list_due_rows(
    *, session: Session, committee_id: str, on: date, horizon_days: int | None = None
) -> list[DueRow]:
    """Return the due plans with consent and the coming meeting that already has them on its agenda."""
    clients = session.exec(select(Client).where(Client.committee_id == committee_id)).all()
    by_case = {client.case_number: client for client in clients}
    plans = {
        (plan.client_id, plan.number): plan.id
        for plan in session.exec(select(Plan).where(col(Plan.client_id).in_([c.id for c in clients]))).all()
    }
    consents = consents_on(session, [client.id for client in clients], on)
    placed = _placed(session, committee_id, on)
    dues = list_due(
        session=session,
        committee_id=committee_id,
        on=on,
        horizon_days=horizon_days,
    )
    rows = []
    for due in dues:
        client = by_case[due.case]
        plan_id = plans.get((client.id, due.plan))
        meeting = placed.get(plan_id or "")
        rows.append(
            DueRow(
                due=due,
                client_id=client.id,
                plan_id=plan_id,
                consented=client.id in consents,
                meeting_id=meeting.id if meeting else None,
                meeting_number=meeting.number if meeting else None,
                meeting_day=meeting.starts_at.astimezone(TOKYO).date() if meeting else None,
                assigned_id=client.assigned_id,
            )
        )
    return rows


def _next_meeting_day(session: Session, committee_id: str, on: date) -> date | None:
    """Return the day of the next meeting on or after `on`: the deadline of what goes to 「次の会議」."""
    meetings = session.exec(select(Meeting).where(Meeting.committee_id == committee_id)).all()
    return min((_day(meeting.starts_at) for meeting in meetings if _is_ahead(meeting, on)), default=None)


def _is_ahead(meeting: Meeting, on: date) -> bool:
    """Return whether a meeting can still take something up on `on`: not cancelled, and not over by then."""
    over = meeting.closed_at is not None and _day(meeting.closed_at) <= on
    return meeting.status is not MeetingStatus.CANCELLED and not over and _day(meeting.starts_at) >= on


def _day(moment: datetime) -> date:
    return moment.astimezone(TOKYO).date()


def _placed(session: Session, committee_id: str, on: date) -> dict[str, Meeting]:
    """Return, per plan, the first meeting ahead of `on` that has it on its agenda."""
    rows = session.exec(
        select(col(AgendaItem.plan_id), Meeting)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(Meeting.committee_id == committee_id, col(AgendaItem.plan_id).is_not(None))
        .order_by(col(Meeting.starts_at).desc())
    ).all()
    return {plan_id: meeting for plan_id, meeting in rows if plan_id is not None and _is_ahead(meeting, on)}


def consents_on(session: Session, client_ids: Sequence[str], on: date) -> set[str]:
    """同意: return the clients whose consent to share holds on a day."""
    rows = session.exec(select(Consent).where(col(Consent.client_id).in_(client_ids))).all()
    return {consent.client_id for consent in in_effect(rows, on)}


def monthly(*, session: Session, committee_id: str, fiscal_year: int) -> list[MonthlyRow]:
    """月別の作成・終結件数 of one fiscal year, April to March."""
    return monthly_table(load_plan_facts(session, committee_id), fiscal_year)


@dataclass(frozen=True, slots=True)
class CaseView:
    """ケース: one client with their plans in order."""

    client: Client
    plans: tuple[Plan, ...]
    consented: bool


def list_cases(session: Session, committee_id: str, on: date) -> list[CaseView]:
    """Return every case of a body with its plans, in order of case numbers."""
    clients = session.exec(
        select(Client).where(Client.committee_id == committee_id).order_by(col(Client.case_number))
    ).all()
    plans = session.exec(
        select(Plan)
        .where(col(Plan.client_id).in_([client.id for client in clients]))
        .order_by(col(Plan.number))
    ).all()
    consents = consents_on(session, [client.id for client in clients], on)
    return [
        CaseView(
            client=client,
            plans=tuple(plan for plan in plans if plan.client_id == client.id),
            consented=client.id in consents,
        )
        for client in clients
    ]


def get_case(session: Session, client_id: str, committee_id: str, on: date) -> CaseView:
    """Return one case. Raises NotFound, also for another body's."""
    client = session.get(Client, client_id)
    if client is None or client.committee_id != committee_id:
        raise NotFound("このケースは見つかりません。プランの一覧から選び直してください。")
    plans = session.exec(select(Plan).where(Plan.client_id == client.id).order_by(col(Plan.number))).all()
    return CaseView(client, tuple(plans), client.id in consents_on(session, [client.id], on))
