"""ケースの記録: what may be recorded on a case, and what is refused."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from agenda.services.cases import (
    ConsentState,
    add_client,
    add_plan,
    ask_for_ending,
    awaited_decisions,
    consent_states,
    give_consent,
    raise_urgent,
    record_decision,
    record_monitoring,
    withdraw_consent,
)
from agenda.services.clients import next_case_number
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock
from meetings_app.core.errors import Refused
from meetings_app.core.partial_date import PartialDate, read_partial_date
from meetings_app.core.terms import CommitteeKind, EvaluationOutcome, Precision, Role
from meetings_app.db.engine import Database
from meetings_app.tables.committees import Committee
from meetings_app.tables.office import AuditEntry

# The clock stands at 2026-11-10.


def loosely(text: str) -> PartialDate:
    read = read_partial_date(text)
    assert read is not None
    return read


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def actor(session: Session) -> Actor:
    body = Committee(
        kind=CommitteeKind.SUPPORT, name="見本市 支援調整会議", municipality="釧路市", region="釧路"
    )
    session.add(body)
    session.flush()
    return Actor(name="事務局", role=Role.SECRETARIAT, committee_id=body.id)


@pytest.fixture
def case(session: Session, actor: Actor, clock: FixedClock) -> Client:
    return add_client(
        session=session,
        actor=actor,
        clock=clock,
        case_number=3,
        initials=" K.S ",
        first_contact_on=date(2026, 11, 2),
    )


def plan_with(session: Session, case: Client, **facts: Any) -> Plan:
    given: dict[str, Any] = {"client_id": case.id, "number": 1} | facts
    plan = Plan(**given)
    session.add(plan)
    session.flush()
    return plan


def test_the_next_number_follows_the_largest(session: Session, actor: Actor, case: Client) -> None:
    assert next_case_number(session, actor.committee_id) == 4
    assert next_case_number(session, "0" * 32) == 1
    assert case.initials == "K.S"


def test_every_change_leaves_a_trace(session: Session, actor: Actor, clock: FixedClock, case: Client) -> None:
    give_consent(session=session, actor=actor, clock=clock, client=case, given_on=date(2026, 11, 3))
    withdraw_consent(session=session, actor=actor, clock=clock, client=case, withdrawn_on=date(2026, 11, 5))
    actions = [entry.action for entry in session.exec(select(AuditEntry)).all()]
    assert sorted(actions) == ["ケースの登録", "同意の撤回", "同意の記録"]


def test_consent_is_looked_up_at_the_day(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    give_consent(session=session, actor=actor, clock=clock, client=case, given_on=date(2026, 11, 3))
    withdraw_consent(session=session, actor=actor, clock=clock, client=case, withdrawn_on=date(2026, 11, 5))

    def on(day: int) -> ConsentState:
        return consent_states(session, [case.id], date(2026, 11, day))[case.id]

    assert on(2) == ConsentState(holds=False)
    assert on(4) == ConsentState(holds=True, since=date(2026, 11, 3))
    assert on(5) == ConsentState(holds=False, withdrawn_on=date(2026, 11, 5))


def test_a_plan_keeps_what_was_typed_and_its_precision(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    plan = add_plan(
        session=session,
        actor=actor,
        clock=clock,
        client=case,
        goal="朝の時間に通える",
        period_end=loosely("令和9年2月下旬"),
        monitoring=loosely("R8.12"),
    )
    assert (plan.number, plan.drafted_on) == (1, date(2026, 11, 10))
    assert (plan.period_end, plan.period_end_precision) == (date(2027, 2, 28), Precision.LATE)
    assert plan.monitoring_month_end == date(2026, 12, 31)
    assert '"プラン期間": "令和9年2月下旬"' in plan.raw
    second = add_plan(
        session=session, actor=actor, clock=clock, client=case, goal="", period_end=loosely("R9.6")
    )
    assert second.number == 2


def test_the_same_draft_sent_twice_is_one_plan(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    end = loosely("R9.6")
    draft, again = (
        add_plan(session=session, actor=actor, clock=clock, client=case, goal="朝の時間", period_end=end)
        for _ in range(2)
    )
    other = add_plan(session=session, actor=actor, clock=clock, client=case, goal="夜の時間", period_end=end)
    assert (draft.id, draft.number, other.number) == (again.id, 1, 2)


def test_what_has_not_happened_yet_is_not_recorded(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    plan = plan_with(session, case, met_on=date(2026, 10, 1))
    tomorrow = date(2026, 11, 11)
    given: dict[str, Any] = {"session": session, "actor": actor, "clock": clock}
    with pytest.raises(Refused, match="令和8年11月11日はまだ来ていません"):
        record_monitoring(**given, plan=plan, monitored_on=tomorrow)
    with pytest.raises(Refused, match="まだ来ていません"):
        ask_for_ending(**given, plan=plan, asked_on=tomorrow)
    with pytest.raises(Refused, match="まだ来ていません"):
        raise_urgent(**given, plan=plan, raised_on=tomorrow)
    with pytest.raises(Refused, match="まだ来ていません"):
        record_decision(**given, plan=plan, decided_on=tomorrow, evaluation=False)
    with pytest.raises(Refused, match="まだ来ていません"):
        give_consent(**given, client=case, given_on=tomorrow)
    assert plan.version == 1


def test_a_decision_needs_its_meeting(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    plan = plan_with(session, case, met_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="会議でまだ諮られていません"):
        record_decision(
            session=session,
            actor=actor,
            clock=clock,
            plan=plan,
            decided_on=date(2026, 11, 1),
            evaluation=True,
        )


def test_decisions_are_awaited_from_the_day_of_the_meeting(session: Session, case: Client) -> None:
    plan_with(
        session,
        case,
        met_on=date(2026, 4, 1),
        decided_on=date(2026, 4, 3),
        evaluated_on=date(2026, 10, 1),
        evaluation_outcome=EvaluationOutcome.REPLAN,
    )
    plan_with(session, case, number=2, met_on=date(2026, 10, 1))

    def on(day: date) -> list[tuple[int, bool]]:
        return [(one.plan, one.evaluation) for one in awaited_decisions(session, case.committee_id, day)]

    assert on(date(2026, 9, 30)) == []
    assert on(date(2026, 10, 1)) == [(1, True), (2, False)]
    assert awaited_decisions(session, "0" * 32, date(2026, 10, 1)) == []


def test_what_no_meeting_has_confirmed_is_neither_monitored_nor_ended_but_may_be_urgent(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    given: dict[str, Any] = {"session": session, "actor": actor, "clock": clock}
    day = date(2026, 11, 9)
    for number, facts in enumerate(({}, {"met_on": date(2026, 11, 11)}), start=1):
        plan = plan_with(session, case, number=number, **facts)
        said = f"プラン{number}は会議でまだ確認されていません。"
        with pytest.raises(Refused, match=f"{said}モニタリングは、会議で確認してから"):
            record_monitoring(**given, plan=plan, monitored_on=day)
        with pytest.raises(Refused, match=f"{said}終結の申出は、会議で確認してから"):
            ask_for_ending(**given, plan=plan, asked_on=day)
        assert (plan.version, plan.monitored_on, plan.ending_asked_on) == (1, None, None)
        raise_urgent(**given, plan=plan, raised_on=day)
        assert plan.urgent_raised_on == day


def test_an_evaluated_plan_is_not_monitored_any_more(
    session: Session, actor: Actor, clock: FixedClock, case: Client
) -> None:
    ended = {"evaluated_on": date(2026, 10, 1), "evaluation_outcome": EvaluationOutcome.ENDED}
    plan = plan_with(session, case, met_on=date(2026, 4, 1), **ended)
    with pytest.raises(Refused, match="プラン1は評価が済んでいます。"):
        record_monitoring(session=session, actor=actor, clock=clock, plan=plan, monitored_on=date(2026, 9, 1))
