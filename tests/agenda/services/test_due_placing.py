"""期限の一覧から会議に入れる, and 支援決定・確認の一覧."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from agenda.register_tables import PlanService
from agenda.services.case_history import edits_of
from agenda.services.decision_list import (
    correct_decision,
    decisions_to_record,
    record_listed_decision,
    recorded_decisions,
)
from agenda.services.due_placing import meetings_to_fill, people_in_charge, place_plans
from agenda.services.plans import due_settings, list_due, list_due_rows
from agenda.tables import Client, Plan
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import DueReason, EvaluationOutcome, MonitoringRule, ServiceKind
from meetings_app.db.engine import Database
from meetings_app.services.meetings import cancel_meeting
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.office import AuditEntry
from tests.office_builder import SECRETARY, TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def given(bureau: Bureau) -> dict[str, Any]:
    return {**bureau.given, "actor": replace(SECRETARY, committee_id=bureau.support.id)}


# ---- settings


def test_the_offices_settings_reach_the_rules(bureau: Bureau) -> None:
    assert due_settings(bureau.session).monitoring is MonitoringRule.HORIZON
    bureau.case(1, met_on=date(2014, 4, 10), monitoring_month_end=date(2014, 6, 30))
    replanned = bureau.case(2, met_on=date(2014, 4, 10), evaluated_on=date(2014, 5, 1))
    replanned.evaluation_outcome = EvaluationOutcome.REPLAN
    bureau.session.flush()

    def due() -> list[tuple[int, DueReason, date | None]]:
        rows = list_due(session=bureau.session, committee_id=bureau.support.id, on=TODAY)
        return [(row.case, row.reason, row.deadline) for row in rows]

    replan = (2, DueReason.REPLAN, date(2014, 5, 31))
    assert due() == [replan, (1, DueReason.MONITORING, date(2014, 6, 30))]
    set_setting(**bureau.given, key="due.monitoring", value=MonitoringRule.MONTH)
    assert due() == [replan]
    set_setting(**bureau.given, key="due.replan_days", value=7)
    assert due() == [(2, DueReason.REPLAN, date(2014, 5, 8))]


# ---- placing


def test_meetings_to_come_are_offered_the_next_one_first(bureau: Bureau) -> None:
    late, soon = bureau.meeting(date(2014, 6, 3)), bureau.meeting(date(2014, 5, 27))
    bureau.meeting(TODAY - timedelta(days=1))
    gone = bureau.meeting(date(2014, 5, 28))
    cancel_meeting(**bureau.given, meeting=gone, version=1)
    bureau.meeting(date(2014, 5, 28), body=bureau.regional)
    offered = meetings_to_fill(bureau.session, bureau.support.id, TODAY)
    assert [meeting.id for meeting in offered] == [soon.id, late.id]


def test_plans_are_put_on_an_agenda_for_the_reason_they_are_due(bureau: Bureau) -> None:
    set_setting(**bureau.given, key="agenda.minutes.評価", value=25)
    first = bureau.case(1)
    second = bureau.case(2, met_on=date(2014, 4, 10), period_end=date(2014, 6, 10))
    meeting = bureau.meeting(date(2014, 5, 27))
    placed = place_plans(**given(bureau), meeting_id=meeting.id, plan_ids=[second.id, first.id])
    assert [(item.reason, item.planned_minutes) for item in placed] == [
        (DueReason.EVALUATION, 25),
        (DueReason.NEW, 15),
    ]
    assert placed[0].deadline == date(2014, 6, 10)


def test_what_cannot_be_placed_is_refused_by_name(bureau: Bureau) -> None:
    meeting, other = bureau.meeting(date(2014, 5, 27)), bureau.meeting(date(2014, 6, 3))
    good, placed = bureau.case(1), bureau.case(2)
    bureau.item(other, placed)
    silent = bureau.plan(bureau.client(3, consent=None))
    for plan, sentence in (
        (silent, "No.3 プラン1: .*同意.*どのプランも入れていません"),
        (placed, "No.2 プラン1: .*第2回の議題に入っています.*どのプランも入れていません"),
    ):
        with pytest.raises(Refused, match=sentence):
            place_plans(**given(bureau), meeting_id=meeting.id, plan_ids=[plan.id])
    with pytest.raises(Refused, match="印を付けてください"):
        place_plans(**given(bureau), meeting_id=meeting.id, plan_ids=[])
    with pytest.raises(NotFound):
        place_plans(**given(bureau), meeting_id=meeting.id, plan_ids=["0" * 32])
    elsewhere = bureau.meeting(date(2014, 5, 27), body=bureau.regional)
    with pytest.raises(NotFound):
        place_plans(**given(bureau), meeting_id=elsewhere.id, plan_ids=[good.id])


def test_the_list_knows_who_is_in_charge(bureau: Bureau) -> None:
    plan = bureau.case(1)
    bureau.session.get_one(Client, plan.client_id).assigned_id = bureau.person("葦原 守")
    bureau.case(2)
    bureau.session.flush()
    rows = list_due_rows(session=bureau.session, committee_id=bureau.support.id, on=TODAY)
    assert people_in_charge(bureau.session, rows) == {bureau.people["葦原 守"]: "葦原 守"}
    assert [row.assigned_id for row in rows] == [bureau.people["葦原 守"], None]


# ---- 支援決定・確認


def service(bureau: Bureau, plan: Plan, kind: ServiceKind) -> None:
    bureau.session.add(PlanService(plan_id=plan.id, position=1, kind=kind, name="支援"))
    bureau.session.flush()


def test_what_is_asked_for_depends_on_the_services_and_the_oldest_comes_first(bureau: Bureau) -> None:
    statutory = bureau.case(1, met_on=date(2014, 5, 10))
    service(bureau, statutory, ServiceKind.STATUTORY)
    other = next(kind for kind in ServiceKind if kind is not ServiceKind.STATUTORY)
    service(bureau, bureau.case(2, met_on=date(2014, 5, 1)), other)
    bureau.case(3, met_on=date(2014, 5, 5))
    listed = decisions_to_record(bureau.session, bureau.support.id, TODAY)
    assert [(one.awaited.case, one.term, one.days) for one in listed] == [
        (2, "確認", 19),
        (3, "支援決定・確認", 15),
        (1, "支援決定", 10),
    ]


def test_a_decision_is_recorded_from_the_list_and_stays_there_for_60_days(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 5, 1), evaluated_on=date(2014, 5, 15))
    plan.evaluation_outcome = EvaluationOutcome.ENDED
    bureau.session.flush()
    before = len(bureau.audited())
    record_listed_decision(
        **given(bureau), plan_id=plan.id, version=1, evaluation=False, decided_on=date(2014, 5, 2)
    )
    assert len(bureau.audited()) == before + 1
    (waiting,) = decisions_to_record(bureau.session, bureau.support.id, TODAY)
    assert (waiting.awaited.evaluation, waiting.awaited.outcome) == (True, EvaluationOutcome.ENDED)
    (done,) = recorded_decisions(bureau.session, bureau.support.id, TODAY)
    assert (done.case, done.plan, done.evaluation, done.decided_on) == (1, 1, False, date(2014, 5, 2))
    assert recorded_decisions(bureau.session, bureau.support.id, date(2014, 7, 1))
    assert recorded_decisions(bureau.session, bureau.support.id, date(2014, 7, 2)) == []


def test_a_decision_that_cannot_be_is_refused(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 5, 1))
    facts: dict[str, Any] = {"plan_id": plan.id, "version": 1, "evaluation": False}
    with pytest.raises(Refused, match="より前の日付です"):
        record_listed_decision(**given(bureau), **facts, decided_on=date(2014, 4, 30))
    with pytest.raises(Conflict):
        record_listed_decision(**given(bureau), **(facts | {"version": 2}), decided_on=TODAY)
    with pytest.raises(NotFound):
        record_listed_decision(**given(bureau), **(facts | {"plan_id": "0" * 32}), decided_on=TODAY)
    stranger: dict[str, Any] = {**bureau.given, "actor": replace(SECRETARY, committee_id=bureau.regional.id)}
    with pytest.raises(NotFound):
        record_listed_decision(**stranger, **facts, decided_on=TODAY)


def test_a_wrong_day_is_corrected_with_a_reason_and_both_days_are_kept(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 5, 1), evaluated_on=date(2014, 5, 10))
    plan.decided_on, plan.evaluation_decided_on = date(2014, 5, 12), date(2014, 5, 13)
    plan.evaluation_outcome = EvaluationOutcome.ENDED
    bureau.session.flush()
    facts: dict[str, Any] = {"plan_id": plan.id, "reason": "　書類は2日だった。 "}
    correct_decision(**given(bureau), **facts, version=1, evaluation=False, decided_on=date(2014, 5, 2))
    correct_decision(**given(bureau), **facts, version=2, evaluation=True, decided_on=date(2014, 5, 11))
    assert (plan.decided_on, plan.evaluation_decided_on) == (date(2014, 5, 2), date(2014, 5, 11))
    entries = bureau.session.exec(select(AuditEntry).where(AuditEntry.action == "支援決定・確認の訂正")).all()
    assert sorted((json.loads(entry.detail) for entry in entries), key=lambda one: one["before"]) == [
        {"before": "2014-05-12", "after": "2014-05-02", "evaluation": False, "reason": "書類は2日だった。"},
        {"before": "2014-05-13", "after": "2014-05-11", "evaluation": True, "reason": "書類は2日だった。"},
    ]
    told = [(edit.action, edit.reason) for edit in edits_of(bureau.session, plan.client_id, [plan.id])]
    assert told == [("支援決定・確認の訂正", "書類は2日だった。")] * 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"decided_on": date(2014, 4, 30)}, "会議の日（平成26年5月1日）より前の日付です。"),
        ({"decided_on": date(2014, 5, 21)}, "平成26年5月21日はまだ来ていません。"),
        ({"decided_on": date(2014, 5, 12)}, "今の記録と同じ日です。"),
        ({"reason": " 　"}, "訂正の理由を入れてください。"),
        ({"reason": "あ" * 501}, "訂正の理由が長すぎます。500文字以内にしてください。"),
        ({"evaluation": True}, "支援決定・確認はまだ記録されていません。"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    bureau: Bureau, change: dict[str, Any], sentence: str
) -> None:
    plan = bureau.case(1, met_on=date(2014, 5, 1))
    plan.decided_on = date(2014, 5, 12)
    bureau.session.flush()
    before = len(bureau.audited())
    facts: dict[str, Any] = {"plan_id": plan.id, "version": 1, "evaluation": False, "reason": "誤記"}
    with pytest.raises(Refused, match=sentence):
        correct_decision(**given(bureau), **(facts | {"decided_on": date(2014, 5, 2)} | change))
    assert (plan.decided_on, plan.version, len(bureau.audited())) == (date(2014, 5, 12), 1, before)


def test_a_correction_of_a_changed_or_foreign_plan_is_refused(bureau: Bureau) -> None:
    plan = bureau.case(1, met_on=date(2014, 5, 1))
    plan.decided_on = date(2014, 5, 12)
    bureau.session.flush()
    facts: dict[str, Any] = {"evaluation": False, "decided_on": date(2014, 5, 2), "reason": "誤記"}
    with pytest.raises(Conflict):
        correct_decision(**given(bureau), **facts, plan_id=plan.id, version=2)
    with pytest.raises(NotFound):
        correct_decision(**given(bureau), **facts, plan_id="0" * 32, version=1)
    stranger: dict[str, Any] = {**bureau.given, "actor": replace(SECRETARY, committee_id=bureau.regional.id)}
    with pytest.raises(NotFound):
        correct_decision(**stranger, **facts, plan_id=plan.id, version=1)
