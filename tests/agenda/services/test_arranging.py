"""議題の順と割振り on record: outside people come once, and what there is no time for goes on to another meeting."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from agenda.services.arranging import fit_proposals, reorder, suggested_order, visits
from agenda.services.assembly import Skip, assemble_agenda, drop_item, propose_agenda
from agenda.services.decisions import Guest, ask_guest
from agenda.services.items import deferrals_of
from agenda.tables import Plan
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity
from meetings_app.db.engine import Database
from meetings_app.services.meetings import cancel_meeting
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TODAY, Bureau

WEEK = timedelta(days=7)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def titles(bureau: Bureau, meeting: Meeting) -> list[str]:
    return [view.title for view in bureau.items(meeting)]


def ask(bureau: Bureau, meeting: Meeting, place: int, name: str, person_id: str | None = None) -> str:
    return ask_guest(
        **bureau.given,
        meeting=meeting,
        view=bureau.items(meeting)[place],
        guest=Guest(Capacity.INVITEE, person_id=person_id, name=name),
        decided_by_id=bureau.people["委員長"],
        decided_on=TODAY,
    )


def with_a_guest_twice(bureau: Bureau) -> tuple[Meeting, str]:
    """Three cases by deadline; a guest is asked for the first and the last of them."""
    for case, end in ((1, date(2014, 6, 1)), (2, date(2014, 6, 2)), (3, date(2014, 6, 3))):
        bureau.case(case, met_on=date(2014, 4, 1), period_end=end)
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    guest = ask(bureau, meeting, 0, "大家 さん")
    ask(bureau, meeting, 2, "", guest)
    return meeting, guest


def test_a_guest_of_two_cases_comes_once(bureau: Bureau) -> None:
    meeting, guest = with_a_guest_twice(bureau)
    order = suggested_order(bureau.session, meeting)
    assert (order.waiting_now, order.waiting_then, order.differs) == (10, 0, True)
    reorder(**bureau.given, meeting=meeting)
    assert titles(bureau, meeting) == ["No.1 プラン1 評価", "No.3 プラン1 評価", "No.2 プラン1 評価"]
    (visit,) = visits(bureau.session, meeting)
    assert (visit.person_id, visit.comes_at, visit.leaves_at, visit.waiting_minutes) == (guest, 0, 20, 0)
    reorder(**bureau.given, meeting=meeting)
    assert bureau.actions().count("議題の順の変更") == 1


def test_a_meeting_that_has_begun_keeps_its_order(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    with pytest.raises(Refused, match="開会した会議の議題は並べ替えられません"):
        reorder(**bureau.given, meeting=meeting)


def test_assembling_puts_those_who_came_before_together(bureau: Bureau) -> None:
    """The guest of an earlier meeting is expected for the case again."""
    first, guest = with_a_guest_twice(bureau)
    cancel_meeting(**bureau.given, meeting=first, version=first.version)
    second = bureau.meeting(TODAY + WEEK)
    bureau.assemble(second)
    assert titles(bureau, second) == ["No.1 プラン1 評価", "No.3 プラン1 評価", "No.2 プラン1 評価"]
    assert guest


def fitted(bureau: Bureau, meeting: Meeting, plans: list[Plan]) -> dict[str, str]:
    """Return, by case, what becomes of each proposal."""
    keys = {(number, 1): plan.id for number, plan in enumerate(plans, start=1)}
    proposals = propose_agenda(bureau.session, meeting)
    result = fit_proposals(bureau.session, meeting, proposals, keys)
    names = {plan_id: f"No.{case}" for (case, _), plan_id in keys.items()}
    pushed = {names[push.item.key]: push.why for push in result.pushed}
    return {names[item.key]: "" for item in result.taken} | pushed


def test_what_does_not_fit_goes_to_the_next_meeting_with_room(bureau: Bureau) -> None:
    plans = [
        bureau.case(case, met_on=date(2014, 4, 1), period_end=date(2014, 6, 1) + timedelta(days=case))
        for case in range(1, 15)
    ]
    meeting = bureau.meeting()  # two hours: twelve evaluations of ten minutes
    bureau.meeting(TODAY + WEEK)
    found = fitted(bureau, meeting, plans)
    assert [case for case, why in found.items() if not why] == [f"No.{n}" for n in range(1, 13)]
    assert found["No.13"] == (
        "予定の120分に収まらないため（残り0分、必要10分）、第2回（平成26年5月27日）に回します。"
        "期限（平成26年6月14日）に間に合います。"
    )


def test_pushing_puts_a_plan_on_the_other_agenda(bureau: Bureau) -> None:
    bureau.case(1, met_on=date(2014, 4, 1), period_end=date(2014, 6, 1))
    meeting, later = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    skips = [Skip(1, 1, "時間がないため。", later.id)]
    assemble_agenda(**bureau.given, meeting=meeting, skips=skips)
    assert (titles(bureau, meeting), titles(bureau, later)) == ([], ["No.1 プラン1 評価"])
    (put_off,) = deferrals_of(bureau.session, meeting.id)
    assert (put_off.deferral.pushed_to_id, put_off.deferral.why) == (later.id, "時間がないため。")
    bureau.assemble(meeting)
    assert titles(bureau, meeting) == []


def test_dropping_may_push_too(bureau: Bureau) -> None:
    meeting, later = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    bureau.matter(meeting, "駐車場の使い方")
    view = bureau.items(meeting)[0]
    drop_item(**bureau.given, meeting=meeting, view=view, why="時間がないため。", push_to=later.id)
    assert (titles(bureau, meeting), titles(bureau, later)) == ([], ["駐車場の使い方"])
    assert [one.title for one in deferrals_of(bureau.session, meeting.id)] == ["駐車場の使い方"]


def test_nothing_is_pushed_to_another_body_or_to_itself(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    view = bureau.items(meeting)[0]
    foreign = bureau.meeting(TODAY + WEEK, body=bureau.regional)
    with pytest.raises(NotFound):
        drop_item(**bureau.given, meeting=meeting, view=view, why="移す。", push_to=foreign.id)
    with pytest.raises(Refused, match="別の会議にしてください"):
        drop_item(**bureau.given, meeting=meeting, view=view, why="移す。", push_to=meeting.id)
