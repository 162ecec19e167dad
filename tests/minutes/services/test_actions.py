"""対応: on the list of every later meeting on the case until it is done, or falls away."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import DueReason
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.services.actions import (
    done_actions,
    finish_action,
    open_actions,
    open_actions_of_case,
    overdue_actions,
    reopen_action,
)
from minutes.services.packet_material import packet_material
from minutes.services.running import add_action
from minutes.tables import ActionItem
from tests.office_builder import SECRETARY, TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


@pytest.fixture
def quick(database: Database) -> Iterator[Bureau]:
    with database.write() as session:
        yield Bureau(session)


def held_with(bureau: Bureau, *actions: tuple[str, date | None]) -> tuple[Meeting, list[ActionItem]]:
    """A meeting on a case's first plan with these actions, closed."""
    plan = bureau.case()
    meeting = bureau.meeting()
    bureau.item(meeting, plan)
    bureau.held(meeting)
    (view,) = bureau.items(meeting)
    added = [
        add_action(**bureau.given, meeting=meeting, view=view, what=what, who="事務局 太郎", due_on=due)
        for what, due in actions
    ]
    return meeting, added


def keeper(bureau: Bureau) -> dict[str, object]:
    actor = replace(SECRETARY, committee_id=bureau.support.id)
    return {"session": bureau.session, "actor": actor, "clock": bureau.clock}


def finish(bureau: Bureau, action: ActionItem, **given: object) -> ActionItem:
    asked: dict[str, object] = {"done_on": TODAY, "note": "", "version": action.version} | given
    return finish_action(**keeper(bureau), action_id=action.id, **asked)  # type: ignore[arg-type]


def next_meeting(bureau: Bureau, first: Meeting) -> Meeting:
    (view,) = bureau.items(first)
    assert view.plan is not None
    meeting = bureau.meeting(TODAY + timedelta(days=28))
    bureau.item(meeting, view.plan, DueReason.EVALUATION)
    return meeting


def test_the_nearest_deadline_comes_first_and_what_is_late_is_told(bureau: Bureau) -> None:
    _, _ = held_with(bureau, ("期限なし", None), ("六月", date(2014, 6, 10)), ("五月", date(2014, 5, 21)))
    body = bureau.support.id
    assert [one.what for one in open_actions(bureau.session, body)] == ["五月", "六月", "期限なし"]
    assert overdue_actions(bureau.session, body, date(2014, 5, 21)) == []
    assert [one.what for one in overdue_actions(bureau.session, body, date(2014, 5, 22))] == ["五月"]
    assert open_actions(bureau.session, bureau.regional.id) == []


def test_an_open_action_stands_on_the_next_item_of_the_case_until_it_is_done(bureau: Bureau) -> None:
    first, (action,) = held_with(bureau, ("電話で聞く", date(2014, 6, 1)))
    second = next_meeting(bureau, first)
    (view,) = bureau.items(second)
    (known,) = open_actions_of_case(bureau.session, second, view)
    assert (known.what, known.meeting_number, known.done_on) == ("電話で聞く", first.number, None)
    (own,) = bureau.items(first)
    assert open_actions_of_case(bureau.session, first, own) == [], (
        "an item's own actions are not earlier ones"
    )
    finish(bureau, action, note="元気だった")
    assert open_actions_of_case(bureau.session, second, view) == []


def test_what_is_reported_done_at_the_meeting_stays_on_its_item(quick: Bureau) -> None:
    first, (action,) = held_with(quick, ("電話で聞く", date(2014, 6, 1)))
    second = next_meeting(quick, first)
    quick.clock = FixedClock(tokyo(TODAY + timedelta(days=28), 11))
    finish(quick, action, done_on=TODAY + timedelta(days=28), note="会議で報告", at_meeting=second)
    (view,) = quick.items(second)
    (known,) = open_actions_of_case(quick.session, second, view)
    assert (known.done_on, known.done_note) == (date(2014, 6, 17), "会議で報告")


def test_an_open_action_is_in_the_material_of_the_next_meeting(quick: Bureau) -> None:
    first, (_, done) = held_with(quick, ("まだのこと", date(2014, 6, 1)), ("済んだこと", None))
    finish(quick, done)
    second = next_meeting(quick, first)
    ((outcome,),) = ([*packet_material(quick.session, second).outcomes.values()],)
    assert [(line.what, line.done_on) for line in outcome.actions] == [
        ("まだのこと", None),
        ("済んだこと", TODAY),
    ]


def test_a_matter_without_a_plan_keeps_the_actions_of_what_it_was_carried_from(quick: Bureau) -> None:
    meeting = quick.meeting()
    quick.matter(meeting)
    second = quick.meeting(TODAY + timedelta(days=7))
    quick.opened(meeting)
    quick.come(meeting, "委員長")
    (view,) = quick.items(meeting)
    add_action(**quick.given, meeting=meeting, view=view, what="調べる", who="事務局", due_on=None)
    quick.closed(meeting)
    (carried,) = quick.items(second)
    assert carried.item.carried_from_id == view.item.id
    assert [one.what for one in open_actions_of_case(quick.session, second, carried)] == ["調べる"]


def test_done_and_back_again_with_who_and_why(bureau: Bureau) -> None:
    _, (action,) = held_with(bureau, ("電話で聞く", None))
    finish(bureau, action, note=" 元気だった ")
    assert (action.done_on, action.done_note, action.done_by) == (TODAY, "元気だった", SECRETARY.name)
    assert [one.what for one in done_actions(bureau.session, bureau.support.id, TODAY)] == ["電話で聞く"]
    assert done_actions(bureau.session, bureau.support.id, TODAY + timedelta(days=1)) == []
    with pytest.raises(Refused, match="済んだと記録されています"):
        finish(bureau, action)
    reopen_action(**keeper(bureau), action_id=action.id, version=action.version)  # type: ignore[arg-type]
    assert (action.done_on, action.done_note, action.done_by) == (None, "", "")
    with pytest.raises(Refused, match="まだ済んだと記録されていません"):
        reopen_action(**keeper(bureau), action_id=action.id, version=action.version)  # type: ignore[arg-type]
    assert [name for name in bureau.actions() if "対応" in name] == [
        "対応の追加",
        "対応の完了",
        "対応を未了に戻す",
    ]


def test_what_falls_away_needs_the_reason(quick: Bureau) -> None:
    _, (action,) = held_with(quick, ("電話で聞く", None))
    with pytest.raises(Refused, match="取りやめる理由"):
        finish(quick, action, note="  ", dropped=True)
    finish(quick, action, note="転居した", dropped=True)
    (known,) = done_actions(quick.session, quick.support.id, TODAY)
    assert known.is_dropped
    assert known.done_note == "取りやめ: 転居した"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2014, 5, 21), "まだ来ていません"), (date(2014, 5, 19), "会議の日（平成26年5月20日）より前")],
)
def test_the_day_lies_between_the_meeting_and_today(quick: Bureau, day: date, sentence: str) -> None:
    _, (action,) = held_with(quick, ("電話で聞く", None))
    with pytest.raises(Refused, match=sentence):
        finish(quick, action, done_on=day)
    assert action.done_on is None


def test_a_stale_version_and_another_bodys_action_change_nothing(quick: Bureau) -> None:
    _, (action,) = held_with(quick, ("電話で聞く", None))
    with pytest.raises(Conflict, match="先に変えました"):
        finish(quick, action, version=9)
    stranger = {"actor": replace(SECRETARY, committee_id=quick.regional.id)}
    with pytest.raises(NotFound, match="対応の一覧から"):
        finish_action(
            **(keeper(quick) | stranger),  # type: ignore[arg-type]
            action_id=action.id,
            done_on=TODAY,
            note="",
            version=1,
        )
    with pytest.raises(Refused, match="長すぎます"):
        finish(quick, action, note="長" * 500)
    assert action.version == 1
