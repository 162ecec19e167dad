"""出席: kept as intervals, free of contradictions, and confirmed only after closing."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from calendars.services import convene
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AttendanceMode, Capacity
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import (
    arrive,
    attendance_of,
    confirm_attendance,
    expect_attendance,
    get_attendance,
    leave,
    mark_absent,
    recusals_of,
    recuse,
)
from minutes.services.running import close_meeting, open_meeting
from tests.office_builder import Bureau, minute


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


@pytest.fixture
def meeting(bureau: Bureau) -> Meeting:
    """An open meeting at which the chair and the adviser are expected."""
    meeting = bureau.meeting()
    bureau.matter(meeting)
    return bureau.opened(meeting, "助言者")


def go(bureau: Bureau, meeting: Meeting, name: str, after: int) -> None:
    leave(**bureau.given, meeting=meeting, person_id=bureau.people[name], at=minute(meeting, after))


def absent(bureau: Bureau, meeting: Meeting, name: str, reason: str = "") -> None:
    mark_absent(**bureau.given, meeting=meeting, person_id=bureau.people[name], reason=reason)


def stays(bureau: Bureau, meeting: Meeting, name: str) -> list[tuple[int, int | None]]:
    """The person's stays in minutes from the start."""
    view = get_attendance(bureau.session, meeting.id, bureau.people[name])
    return [
        (
            (interval.start - meeting.starts_at) // timedelta(minutes=1),
            None if interval.end is None else (interval.end - meeting.starts_at) // timedelta(minutes=1),
        )
        for interval in view.intervals
    ]


def test_those_decided_are_expected_once(bureau: Bureau, meeting: Meeting) -> None:
    assert expect_attendance(session=bureau.session, meeting=meeting) == []
    assert [
        (view.person.name, view.attendance.mode) for view in attendance_of(bureau.session, meeting.id)
    ] == [
        ("委員長", None),
        ("助言者", None),
    ]


def test_somebody_asked_to_attend_carries_the_article(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.person("不動産業者")
    bureau.decide(meeting, "不動産業者", capacity=Capacity.INVITEE)
    bureau.opened(meeting)
    view = get_attendance(bureau.session, meeting.id, bureau.people["不動産業者"])
    assert (view.attendance.capacity, view.attendance.basis) == (Capacity.INVITEE, "第5条第4項")


def test_the_presider_is_expected_though_no_item_names_them(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    open_it(bureau, meeting)
    (view,) = attendance_of(bureau.session, meeting.id)
    assert (view.person.name, view.attendance.capacity) == ("委員長", Capacity.MEMBER)
    with pytest.raises(Refused, match=r"出欠が記録されていない人がいます（委員長）"):
        close_meeting(**bureau.given, meeting=meeting, at=meeting.ends_at)


def open_it(bureau: Bureau, meeting: Meeting) -> None:
    convene(**bureau.given, meeting=meeting)
    open_meeting(**bureau.given, meeting=meeting, at=meeting.starts_at, presider_id=bureau.people["委員長"])


def test_somebody_may_go_and_come_back(bureau: Bureau, meeting: Meeting) -> None:
    bureau.come(meeting, "助言者", after=5)
    go(bureau, meeting, "助言者", 20)
    bureau.come(meeting, "助言者", after=40)
    assert stays(bureau, meeting, "助言者") == [(5, 20), (40, None)]
    bureau.come(meeting, "委員長")
    bureau.closed(meeting)
    assert stays(bureau, meeting, "助言者") == [(5, 20), (40, 120)]


@pytest.mark.parametrize("again", [5, 4, 30])
def test_nobody_arrives_while_there(bureau: Bureau, meeting: Meeting, again: int) -> None:
    bureau.come(meeting, "助言者", after=5)
    with pytest.raises(Refused, match="すでに在席"):
        bureau.come(meeting, "助言者", after=again)


def test_a_return_before_the_last_departure_is_refused(bureau: Bureau, meeting: Meeting) -> None:
    bureau.come(meeting, "助言者", after=5)
    go(bureau, meeting, "助言者", 20)
    with pytest.raises(Refused, match="すでに在席"):
        bureau.come(meeting, "助言者", after=19)
    bureau.come(meeting, "助言者", after=20)
    assert stays(bureau, meeting, "助言者") == [(5, 20), (20, None)]


@pytest.mark.parametrize("after", [4, 5])
def test_nobody_leaves_before_or_as_they_arrive(bureau: Bureau, meeting: Meeting, after: int) -> None:
    bureau.come(meeting, "助言者", after=5)
    with pytest.raises(Refused, match="退席の時刻が到着より前"):
        go(bureau, meeting, "助言者", after)


def test_nobody_leaves_who_is_not_there(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="在席していません"):
        go(bureau, meeting, "助言者", 10)


def test_an_arrival_belongs_to_the_meetings_day(bureau: Bureau, meeting: Meeting) -> None:
    bureau.come(meeting, "助言者", after=-10)  # seated before the opening
    with pytest.raises(Refused, match="会議の日ではありません"):
        bureau.come(meeting, "委員長", after=24 * 60)


def test_the_presider_cannot_be_absent(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="議長を務めた人を欠席にはできません"):
        absent(bureau, meeting, "委員長")


def test_somebody_marked_absent_beforehand_cannot_preside(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長")
    convene(**bureau.given, meeting=meeting)
    expect_attendance(session=bureau.session, meeting=meeting)
    absent(bureau, meeting, "委員長", "急な所用")
    with pytest.raises(Refused, match="委員長 は欠席と記録されています"):
        open_meeting(
            **bureau.given, meeting=meeting, at=meeting.starts_at, presider_id=bureau.people["委員長"]
        )


def test_whoever_was_there_cannot_be_absent_but_the_absent_may_still_come(
    bureau: Bureau, meeting: Meeting
) -> None:
    absent(bureau, meeting, "助言者", " 急な所用 ")
    view = get_attendance(bureau.session, meeting.id, bureau.people["助言者"])
    assert (view.attendance.mode, view.attendance.absence_reason) == (AttendanceMode.ABSENT, "急な所用")
    bureau.come(meeting, "助言者", after=15, mode=AttendanceMode.ONLINE)
    assert (view.attendance.mode, view.attendance.absence_reason) == (AttendanceMode.ONLINE, "")
    with pytest.raises(Refused, match="到着の記録があります"):
        absent(bureau, meeting, "助言者")


def test_absence_is_no_way_of_arriving(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="欠席は「欠席」として"):
        bureau.come(meeting, "助言者", mode=AttendanceMode.ABSENT)


def test_a_stranger_is_not_found(bureau: Bureau, meeting: Meeting) -> None:
    stranger = bureau.person("よその人")
    for person_id in (stranger, "0" * 32):
        with pytest.raises(NotFound, match="出席予定者に入っていません"):
            arrive(**bureau.given, meeting=meeting, person_id=person_id, at=meeting.starts_at)


def test_attendance_is_recorded_while_the_meeting_is_open_only(bureau: Bureau, meeting: Meeting) -> None:
    bureau.come(meeting, "委員長", "助言者")
    bureau.closed(meeting)
    changes: tuple[Callable[[], object], ...] = (
        lambda: bureau.come(meeting, "助言者", after=30),
        lambda: go(bureau, meeting, "助言者", 30),
    )
    for change in changes:
        with pytest.raises(Refused, match="「閉会」の段階"):
            change()


# --- standing aside for one item ---


def test_a_recusal_names_item_person_and_reason_once(bureau: Bureau, meeting: Meeting) -> None:
    (view,) = bureau.items(meeting)
    other = bureau.matter(bureau.meeting())
    adviser = bureau.people["助言者"]

    def stand_aside(item_id: str, person_id: str = adviser, reason: str = "続柄のため") -> None:
        recuse(**bureau.given, meeting=meeting, item_id=item_id, person_id=person_id, reason=reason)

    with pytest.raises(Refused, match="理由を入れてください"):
        stand_aside(view.item.id, reason=" ")
    with pytest.raises(NotFound):
        stand_aside(other.id)
    with pytest.raises(NotFound):
        stand_aside(view.item.id, person_id=bureau.person("よその人"))
    stand_aside(view.item.id)
    with pytest.raises(Refused, match="もう記録してあります"):
        stand_aside(view.item.id)
    assert recusals_of(bureau.session, [view.item.id]) == {view.item.id: [(adviser, "続柄のため")]}


# --- confirming ---


def test_attendance_is_confirmed_after_closing_once_and_by_name(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match=r"閉会してから.*第7条第2項"):
        confirm_attendance(**bureau.given, meeting=meeting)
    bureau.come(meeting, "委員長")
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    version = meeting.version
    assert meeting.attendance_confirmed_by == "事務局 太郎"
    confirm_attendance(**bureau.given, meeting=meeting)
    assert meeting.version == version
