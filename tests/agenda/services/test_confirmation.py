"""議題の確認: what the 委員長 confirmed is kept, and what changed afterwards is said item by item."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from agenda.services.agenda_changes import move_item, set_planned_minutes
from agenda.services.assembly import drop_item
from agenda.services.confirmation import agenda_mark, confirm_agenda, confirmation_of
from meetings_app.core.errors import Refused
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def confirm(
    bureau: Bureau, meeting: Meeting, by: str = "委員長", *, on: date = TODAY, seen: str | None = None
) -> None:
    confirm_agenda(
        **bureau.given, meeting=meeting, confirmed_by_id=bureau.people[by], confirmed_on=on, seen=seen
    )


def with_two_matters(bureau: Bureau) -> Meeting:
    meeting = bureau.meeting()
    bureau.matter(meeting, "一つめ")
    bureau.matter(meeting, "二つめ")
    return meeting


def changes(bureau: Bureau, meeting: Meeting) -> tuple[str, ...]:
    state = confirmation_of(bureau.session, meeting)
    assert state is not None
    return state.changes


def test_nobody_has_confirmed_at_first(bureau: Bureau) -> None:
    assert confirmation_of(bureau.session, with_two_matters(bureau)) is None


def test_it_holds_while_nothing_changes(bureau: Bureau) -> None:
    meeting = with_two_matters(bureau)
    confirm(bureau, meeting)
    state = confirmation_of(bureau.session, meeting)
    assert state is not None
    assert (state.confirmed_by, state.confirmed_on, state.holds) == ("委員長", TODAY, True)
    assert "議題の確認" in bureau.actions()


def test_what_changed_is_said(bureau: Bureau) -> None:
    meeting = with_two_matters(bureau)
    confirm(bureau, meeting)
    first, second = bureau.items(meeting)
    set_planned_minutes(**bureau.given, meeting=meeting, view=second, minutes=40)
    assert changes(bureau, meeting) == ("「二つめ」の予定が15分から40分になりました。",)
    move_item(**bureau.given, meeting=meeting, view=second, up=True)
    bureau.matter(meeting, "三つめ")
    assert changes(bureau, meeting) == (
        "「三つめ」が加わりました。",
        "「二つめ」の予定が15分から40分になりました。",
        "議題の順が変わりました。",
    )
    drop_item(**bureau.given, meeting=meeting, view=first, why="担当者が出られないため。")
    assert changes(bureau, meeting)[0] == "「一つめ」が外れました。"
    confirm(bureau, meeting, "副委員長1")
    assert changes(bureau, meeting) == ()


def test_only_the_chair_or_a_deputy_confirms(bureau: Bureau) -> None:
    meeting = with_two_matters(bureau)
    with pytest.raises(Refused, match="委員長（または代理する副委員長）ではありません"):
        confirm(bureau, meeting, "助言者")


def test_there_must_be_something_to_confirm(bureau: Bureau) -> None:
    with pytest.raises(Refused, match="議題を組んでから確認してください"):
        confirm(bureau, bureau.meeting())


def test_a_meeting_that_has_begun_is_not_confirmed(bureau: Bureau) -> None:
    meeting = with_two_matters(bureau)
    bureau.opened(meeting)
    with pytest.raises(Refused, match="開会した会議の議題は"):
        confirm(bureau, meeting)


def test_a_confirmation_of_a_day_to_come_is_refused(bureau: Bureau) -> None:
    meeting = with_two_matters(bureau)
    with pytest.raises(Refused, match="まだ来ていません"):
        confirm(bureau, meeting, on=TODAY + timedelta(days=1))
    assert confirmation_of(bureau.session, meeting) is None


def test_only_the_agenda_that_was_seen_is_confirmed(bureau: Bureau) -> None:
    meeting = with_two_matters(bureau)
    seen = agenda_mark(bureau.items(meeting))
    bureau.matter(meeting, "三つめ")
    with pytest.raises(Refused, match="開いている間に議題が変わりました"):
        confirm(bureau, meeting, seen=seen)
    assert confirmation_of(bureau.session, meeting) is None
    confirm(bureau, meeting, seen=agenda_mark(bureau.items(meeting)))
    assert confirmation_of(bureau.session, meeting) is not None
