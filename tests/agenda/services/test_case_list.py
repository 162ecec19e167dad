"""相談者一覧 on record: who is listed, levels and their change, the year's figures, and the paper."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from agenda.papers.contents import Contact, Head, TargetLine
from agenda.register_tables import CaseLevel, YearlyTarget
from agenda.rules.case_list import CaseStage, LevelChange
from agenda.services.case_levels import LevelEntry, note_of_day, record_levels, set_yearly_target
from agenda.services.case_list import ListedCase, case_list_paper, open_cases, year_figures
from agenda.tables import Client
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import DueReason, EvaluationOutcome
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from tests.office_builder import SECRETARY, TODAY, Bureau

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def listed(bureau: Bureau, on: date = TODAY) -> dict[int, ListedCase]:
    return {row.case: row for row in open_cases(bureau.session, bureau.support.id, on)}


def given(bureau: Bureau) -> dict[str, Any]:
    return {**bureau.given, "actor": replace(SECRETARY, committee_id=bureau.support.id)}


def entry(row: ListedCase, level: int | None, note: str = "", on: date = TODAY) -> LevelEntry:
    """Return what a form sends that was just shown."""
    seen = row.level.level if row.level else None
    return LevelEntry(row.client_id, level, note, seen, note_of_day(row, on))


def record(bureau: Bureau, on: date, *levels: tuple[int, int | None]) -> int:
    rows = listed(bureau, on)
    entries = [entry(rows[case], level, on=on) for case, level in levels]
    return record_levels(**given(bureau), on=on, entries=entries)


def head(meeting: Meeting) -> Head:
    return Head(
        body="支援調整会議",
        number=meeting.number,
        starts_at=meeting.starts_at.astimezone(TOKYO),
        ends_at=meeting.ends_at.astimezone(TOKYO),
        venue="会議室1",
        dated=TODAY,
        contact=Contact("事務局"),
    )


# ---- who is listed


def test_open_cases_with_stage_period_due_and_who_is_in_charge(bureau: Bureau) -> None:
    secretary = bureau.person("葦原 守")
    running = bureau.case(1, met_on=date(2014, 4, 10), period_end=date(2014, 6, 30))
    client = bureau.session.get_one(Client, running.client_id)
    client.assigned_id = secretary
    bureau.case(2)
    ended = bureau.case(3, met_on=date(2014, 4, 10), evaluated_on=TODAY)
    ended.evaluation_outcome = EvaluationOutcome.ENDED
    closed = bureau.client(4)
    closed.closed_on = TODAY
    bureau.session.flush()
    rows = listed(bureau)
    assert set(rows) == {1, 2}
    assert set(listed(bureau, YESTERDAY)) == {1, 2, 3, 4}
    assert (rows[1].plan, rows[1].stage, rows[1].period_end) == (1, CaseStage.RUNNING, date(2014, 6, 30))
    assert (rows[1].assigned, rows[2].assigned) == ("葦原 守", "")
    assert rows[1].due is not None
    assert rows[1].due.reason is DueReason.EVALUATION
    assert (rows[2].stage, rows[2].plan) == (CaseStage.DRAFT, 1)


def test_another_bodys_cases_are_not_listed(bureau: Bureau) -> None:
    bureau.case(1)
    assert open_cases(bureau.session, bureau.regional.id, TODAY) == []


def test_a_case_first_heard_of_since_the_last_meeting_is_new_and_on_top(bureau: Bureau) -> None:
    bureau.case(1, met_on=date(2014, 4, 10))  # the last meeting
    old = bureau.client(2)
    old.first_contact_on = date(2014, 4, 10)
    fresh = bureau.client(3)
    fresh.first_contact_on = date(2014, 4, 11)
    bureau.session.flush()
    rows = open_cases(bureau.session, bureau.support.id, TODAY)
    assert [(row.case, row.is_new) for row in rows] == [(3, True), (1, False), (2, False)]


# ---- levels


def test_levels_are_shown_at_the_last_three_meetings_with_the_change_since(bureau: Bureau) -> None:
    for number, day in enumerate(
        (date(2014, 4, 1), date(2014, 4, 8), date(2014, 4, 15), date(2014, 5, 1)), 11
    ):
        bureau.case(number, met_on=day)
    contact = bureau.client(1)
    contact.first_contact_on = date(2014, 3, 1)
    bureau.session.flush()
    for day, level in ((date(2014, 4, 2), 2), (date(2014, 4, 20), 4), (TODAY, 3)):
        record(bureau, day, (1, level))
    row = listed(bureau)[1]
    assert row.levels == ((date(2014, 4, 8), 2), (date(2014, 4, 15), 2), (date(2014, 5, 1), 4))
    assert (row.level.level if row.level else None, row.change) == (3, LevelChange.DOWN)
    before = listed(bureau, YESTERDAY)[1]  # nothing recorded later counts
    assert (before.level.level if before.level else None, before.change) == (4, LevelChange.SAME)
    assert listed(bureau, date(2014, 4, 1))[1].level is None


def test_only_changed_rows_are_written_each_with_its_trace(bureau: Bureau) -> None:
    for number in (1, 2, 3):
        bureau.case(number)
    assert record(bureau, TODAY, (1, 3), (2, 0), (3, None)) == 2
    assert record(bureau, TODAY, (1, 3), (2, 1), (3, None)) == 1
    assert record(bureau, TODAY, (1, 3), (2, 1)) == 0
    rows = bureau.session.exec(select(CaseLevel)).all()
    assert sorted(row.level for row in rows) == [1, 3]
    traces = [one for one in bureau.audited() if one.action == "レベルの記録"]
    assert len(traces) == 3
    assert '"replaced": {"by": "事務局 太郎", "level": 0, "note": ""}' in traces[-1].detail


def test_a_note_of_the_day_is_kept_and_can_be_changed_alone(bureau: Bureau) -> None:
    bureau.case(1)
    row = listed(bureau)[1]
    record_levels(**given(bureau), on=TODAY, entries=[entry(row, 2, "家賃の滞納")])
    row = listed(bureau)[1]
    assert record_levels(**given(bureau), on=TODAY, entries=[entry(row, 2, "解決")]) == 1
    level = listed(bureau)[1].level
    assert level is not None
    assert (level.level, level.note) == (2, "解決")


def test_what_cannot_be_recorded_is_refused(bureau: Bureau) -> None:
    bureau.case(1)
    row = listed(bureau)[1]
    tomorrow = TODAY + timedelta(days=1)
    refusals: list[tuple[date, LevelEntry, type[Refused], str]] = [
        (tomorrow, entry(row, 2), Refused, "先の日付のレベルは記録できません"),
        (TODAY, entry(row, 6), Refused, "0から5まで"),
        (TODAY, entry(row, None, "メモ"), Refused, "メモだけは記録できません"),
        (TODAY, entry(row, 1, "長" * 501), Refused, "500文字以内"),
        (TODAY, replace(entry(row, 2), client_id="0" * 32), NotFound, "読み直して"),
        (TODAY, replace(entry(row, 2), seen=4), Conflict, "ほかの人が先に"),
    ]
    for on, one, kind, sentence in refusals:
        with pytest.raises(kind, match=sentence):
            record_levels(**given(bureau), on=on, entries=[one])
    assert bureau.session.exec(select(CaseLevel)).all() == []


# ---- the year


def test_the_year_counts_against_its_target_with_who_set_it(bureau: Bureau) -> None:
    contact = bureau.client(1)
    contact.first_contact_on = date(2014, 4, 2)
    bureau.case(2, met_on=date(2014, 4, 10))
    bureau.case(3, met_on=date(2014, 3, 31))
    bureau.session.flush()
    figures = year_figures(bureau.session, bureau.support.id, TODAY)
    assert (figures.fiscal_year, figures.new_cases, figures.plans) == (2014, 2, 1)
    assert (figures.new_cases_target, figures.plans_target, figures.set_by) == (None, None, "")
    assert set_yearly_target(**given(bureau), fiscal_year=2014, new_cases=24, plans=None)
    assert not set_yearly_target(**given(bureau), fiscal_year=2014, new_cases=24, plans=None)
    figures = year_figures(bureau.session, bureau.support.id, TODAY)
    assert (figures.new_cases_target, figures.plans_target) == (24, None)
    assert (figures.set_by, figures.set_at) == ("事務局 太郎", bureau.clock.now())
    assert year_figures(bureau.session, bureau.support.id, date(2014, 3, 31)).new_cases_target is None
    with pytest.raises(Refused, match="目安値は0から"):
        set_yearly_target(**given(bureau), fiscal_year=2014, new_cases=-1, plans=None)
    assert len(bureau.session.exec(select(YearlyTarget)).all()) == 1


# ---- the paper


def test_the_paper_shows_a_reader_only_their_cases_and_none_without_consent(bureau: Bureau) -> None:
    bureau.case(1, period_end=date(2014, 9, 30), met_on=date(2014, 4, 10))
    bureau.case(2)
    bureau.plan(bureau.client(3, consent=None))
    meeting = bureau.meeting()
    record(bureau, YESTERDAY, (1, 4))
    set_yearly_target(**given(bureau), fiscal_year=2014, new_cases=None, plans=30)
    whole = case_list_paper(bureau.session, meeting, head=head(meeting))
    assert [row.case for row in whole.rows] == [2, 1]
    own = case_list_paper(bureau.session, meeting, head=head(meeting), cases=frozenset({1, 3}))
    (row,) = own.rows
    assert (row.case, row.initials, row.level, row.stage) == (1, "A.B", 4, "支援中")
    assert row.period_end == "平成26年9月30日"
    assert case_list_paper(bureau.session, meeting, head=head(meeting), cases=frozenset()).rows == ()
    assert own.fiscal_year == "平成26年度"
    assert own.targets == (TargetLine("新規相談", 1, None), TargetLine("プラン作成", 1, 30))


def test_the_paper_knows_nothing_recorded_after_the_meetings_day(bureau: Bureau) -> None:
    bureau.case(1)
    meeting = bureau.meeting(YESTERDAY)
    before = case_list_paper(bureau.session, meeting, head=head(meeting))
    record(bureau, TODAY, (1, 5))
    late = bureau.client(9)
    late.first_contact_on = TODAY
    bureau.session.flush()
    assert case_list_paper(bureau.session, meeting, head=head(meeting)) == before
