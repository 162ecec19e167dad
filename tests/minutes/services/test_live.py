"""進行: which item is on the table and for how long, pauses, who presides, and who comes in on the spot."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from agenda.services.items import ItemView, items_of
from agenda.services.participation import participants_of
from calendars.services import convene
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AttendanceMode, Capacity, DueReason, PlanOutcome, Purpose
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import ItemRun
from minutes.services.attendance import attendance_of, get_attendance, leave, mark_absent, recuse
from minutes.services.item_runs import latest_moment
from minutes.services.live import (
    add_extra_item,
    all_here,
    ask_on_the_spot,
    change_presider,
    closing_moment,
    current_item,
    is_here,
    meeting_to_show,
    move_on,
    pauses_of,
    presidings_of,
    put_on_table,
    resume,
    runs_of,
    suspend,
    time_spent,
)
from minutes.services.minutes_view import build_view
from minutes.services.running import close_meeting, records_of
from minutes.tables import ItemRecord
from tests.office_builder import Bureau, minute


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def at_work(bureau: Bureau, *titles: str) -> Meeting:
    """Return an open meeting with matters of these titles; the chair and a deputy are expected, nobody is there."""
    meeting = bureau.meeting()
    for title in titles or ("一つ目", "二つ目", "三つ目"):
        bureau.matter(meeting, title)
    return bureau.opened(meeting, "副委員長1", "助言者")


def enter(bureau: Bureau, meeting: Meeting, number: int, after: float) -> None:
    put_on_table(
        **bureau.given, meeting=meeting, view=bureau.items(meeting)[number - 1], at=later(meeting, after)
    )


def later(meeting: Meeting, minutes: float) -> datetime:
    return meeting.starts_at + timedelta(minutes=minutes)


def spans(bureau: Bureau, meeting: Meeting) -> list[list[tuple[float, float | None]]]:
    """Return the stretches of each item in minutes from the start."""
    views = bureau.items(meeting)
    runs = runs_of(bureau.session, [view.item.id for view in views])
    return [
        [
            (since(meeting, run.started_at), None if run.ended_at is None else since(meeting, run.ended_at))
            for run in runs[view.item.id]
        ]
        for view in views
    ]


def since(meeting: Meeting, moment: datetime) -> float:
    return (moment - meeting.starts_at).total_seconds() / 60


def stored(bureau: Bureau, meeting: Meeting, number: int) -> ItemRecord:
    view = bureau.items(meeting)[number - 1]
    return records_of(bureau.session, [view.item.id])[view.item.id]


# --- what is on the table ---


def test_entering_an_item_ends_the_one_before(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    assert current_item(bureau.session, meeting.id) is None
    enter(bureau, meeting, 1, 0)
    enter(bureau, meeting, 2, 12)
    assert spans(bureau, meeting) == [[(0, 12)], [(12, None)], []]
    assert current_item(bureau.session, meeting.id) == bureau.items(meeting)[1].item.id
    first, second = stored(bureau, meeting, 1), stored(bureau, meeting, 2)
    assert (first.started_at, first.ended_at) == (later(meeting, 0), later(meeting, 12))
    assert (second.started_at, second.ended_at) == (later(meeting, 12), None)


def test_going_back_adds_a_second_stretch(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, 0)
    enter(bureau, meeting, 2, 10)
    enter(bureau, meeting, 1, 15)
    enter(bureau, meeting, 3, 22)
    assert spans(bureau, meeting) == [[(0, 10), (15, 22)], [(10, 15)], [(22, None)]]
    first = stored(bureau, meeting, 1)
    assert (first.started_at, first.ended_at) == (later(meeting, 0), later(meeting, 22))
    runs = runs_of(bureau.session, [first.item_id])[first.item_id]
    assert time_spent(runs, later(meeting, 60)) == timedelta(minutes=17)


def test_entering_the_item_on_the_table_changes_nothing(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, 0)
    enter(bureau, meeting, 1, 5)
    assert spans(bureau, meeting)[0] == [(0, None)]
    assert bureau.actions().count("議題に入る") == 1


def test_two_who_press_next_at_once_move_one_item_on(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    views = bureau.items(meeting)
    assert move_on(**bureau.given, meeting=meeting, seen=None, at=later(meeting, 0)) == views[0].item.id
    for _ in range(2):
        shown = move_on(**bureau.given, meeting=meeting, seen=views[0].item.id, at=later(meeting, 9))
        assert shown == views[1].item.id
    assert spans(bureau, meeting) == [[(0, 9)], [(9, None)], []]


def test_after_the_last_item_there_is_no_next(bureau: Bureau) -> None:
    meeting = at_work(bureau, "ただ一つ")
    enter(bureau, meeting, 1, 0)
    with pytest.raises(Refused, match="最後の議題です。終わったら閉会してください"):
        move_on(**bureau.given, meeting=meeting, seen=bureau.items(meeting)[0].item.id, at=later(meeting, 5))


def test_a_clock_set_back_makes_no_stretches_overlap(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, -3)
    enter(bureau, meeting, 2, 20)
    enter(bureau, meeting, 3, 10)
    assert spans(bureau, meeting) == [[(0, 20)], [(20, 20)], [(20, None)]]


def test_only_an_open_meeting_runs(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    with pytest.raises(Refused, match="「準備」の段階です。開会中の会議でだけ進行を記録できます"):
        enter(bureau, meeting, 1, 0)
    for act in (suspend, resume):
        with pytest.raises(Refused, match="開会中の会議でだけ"):
            act(**bureau.given, meeting=meeting, at=meeting.starts_at)


# --- pauses ---


def test_a_pause_counts_for_no_item(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, 0)
    suspend(**bureau.given, meeting=meeting, at=later(meeting, 10), reason=" 換気のため ")
    assert current_item(bureau.session, meeting.id) == bureau.items(meeting)[0].item.id
    suspend(**bureau.given, meeting=meeting, at=later(meeting, 11))
    resume(**bureau.given, meeting=meeting, at=later(meeting, 20))
    resume(**bureau.given, meeting=meeting, at=later(meeting, 21))
    enter(bureau, meeting, 2, 25)
    assert spans(bureau, meeting)[0] == [(0, 10), (20, 25)]
    (pause,) = pauses_of(bureau.session, meeting.id)
    assert (pause.started_at, pause.ended_at, pause.reason) == (
        later(meeting, 10),
        later(meeting, 20),
        "換気のため",
    )
    assert stored(bureau, meeting, 1).ended_at == later(meeting, 25)


def test_nothing_is_taken_up_during_a_pause(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, 0)
    suspend(**bureau.given, meeting=meeting, at=later(meeting, 5))
    with pytest.raises(Refused, match="再開してから、議題に入ってください"):
        enter(bureau, meeting, 2, 6)
    assert spans(bureau, meeting) == [[(0, 5)], [], []]


def test_a_pause_before_the_first_item_resumes_to_nothing(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    suspend(**bureau.given, meeting=meeting, at=later(meeting, 1))
    resume(**bureau.given, meeting=meeting, at=later(meeting, 2))
    assert spans(bureau, meeting) == [[], [], []]


def test_closing_ends_everything(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    all_here(**bureau.given, meeting=meeting, at=meeting.starts_at)
    enter(bureau, meeting, 1, 0)
    suspend(**bureau.given, meeting=meeting, at=later(meeting, 30))
    close_meeting(**bureau.given, meeting=meeting, at=later(meeting, 40))
    assert spans(bureau, meeting)[0] == [(0, 30)]
    assert [pause.ended_at for pause in pauses_of(bureau.session, meeting.id)] == [later(meeting, 40)]


def test_closing_ends_the_item_on_the_table(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    all_here(**bureau.given, meeting=meeting, at=meeting.starts_at)
    enter(bureau, meeting, 3, 7)
    close_meeting(**bureau.given, meeting=meeting, at=later(meeting, 50))
    assert spans(bureau, meeting)[2] == [(7, 50)]
    assert stored(bureau, meeting, 3).ended_at == later(meeting, 50)


def test_the_minute_of_closing_reaches_past_what_happened_in_it(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, 30.5)
    assert closing_moment(bureau.session, meeting, later(meeting, 30)) == later(meeting, 30.5) + timedelta(
        milliseconds=1
    )
    assert closing_moment(bureau.session, meeting, later(meeting, 31)) == later(meeting, 31)
    assert closing_moment(bureau.session, meeting, later(meeting, 29)) == later(meeting, 29)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "next", "pause", "resume"]), st.integers(min_value=-30, max_value=300)
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_times_add_up_whatever_is_pressed(database: Database, steps: list[tuple[str, int]]) -> None:
    with Session(database.engine) as session:
        bureau = Bureau(session)
        meeting = at_work(bureau)
        all_here(**bureau.given, meeting=meeting, at=meeting.starts_at)
        now = meeting.starts_at
        for step, seconds in steps:
            now += timedelta(seconds=seconds)
            press(bureau, meeting, step, now)
        end = max(now, latest_moment(session, meeting.id) or now, meeting.starts_at) + timedelta(seconds=1)
        close_meeting(**bureau.given, meeting=meeting, at=end)
        look_at_times(session, meeting, items_of(session, meeting.id))
        session.rollback()


def press(bureau: Bureau, meeting: Meeting, step: str, now: datetime) -> None:
    try:
        if step == "pause":
            suspend(**bureau.given, meeting=meeting, at=now)
        elif step == "resume":
            resume(**bureau.given, meeting=meeting, at=now)
        elif step == "next":
            move_on(**bureau.given, meeting=meeting, seen=current_item(bureau.session, meeting.id), at=now)
        else:
            put_on_table(**bureau.given, meeting=meeting, view=bureau.items(meeting)[int(step) - 1], at=now)
    except Refused:
        pass  # a button that cannot be pressed now


def look_at_times(session: Session, meeting: Meeting, views: list[ItemView]) -> None:
    runs = runs_of(session, [view.item.id for view in views])
    known = [(run.started_at, run.ended_at) for group in runs.values() for run in group]
    known += [(pause.started_at, pause.ended_at) for pause in pauses_of(session, meeting.id)]
    stretches = sorted((begin, end) for begin, end in known if end is not None)
    assert len(stretches) == len(known), "closing ends everything"
    for (_, end), (begin, _) in pairwise(stretches):
        assert end <= begin, "one thing at a time"
    assert meeting.closed_at is not None
    spent = sum((time_spent(group, meeting.closed_at) for group in runs.values()), start=timedelta())
    paused = sum((end - begin for begin, end in paused_times(session, meeting)), start=timedelta())
    assert spent + paused <= meeting.closed_at - (meeting.opened_at or meeting.starts_at)
    for item_id, record in records_of(session, list(runs)).items():
        assert_record_agrees(record, runs[item_id])


def paused_times(session: Session, meeting: Meeting) -> list[tuple[datetime, datetime]]:
    return [(pause.started_at, pause.ended_at) for pause in pauses_of(session, meeting.id) if pause.ended_at]


def assert_record_agrees(record: ItemRecord, runs: list[ItemRun]) -> None:
    assert record.started_at == runs[0].started_at
    assert record.ended_at == runs[-1].ended_at


# --- who presides ---


def test_a_deputy_takes_over_with_the_reason(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長", "副委員長1")
    change: dict[str, Any] = {
        **bureau.given,
        "meeting": meeting,
        "person_id": bureau.people["副委員長1"],
        "at": later(meeting, 20),
    }
    with pytest.raises(Refused, match="第5条第2項"):
        change_presider(**change, reason=" ")
    change_presider(**change, reason="委員長が中座したため")
    assert (meeting.presider_id, meeting.presider_reason) == (
        bureau.people["副委員長1"],
        "委員長が中座したため",
    )
    rows = presidings_of(bureau.session, meeting.id)
    assert [(row.person_id, row.from_at, row.office) for row in rows] == [
        (bureau.people["委員長"], meeting.starts_at, "委員長"),
        (bureau.people["副委員長1"], later(meeting, 20), "副委員長"),
    ]
    assert bureau.actions().count("議長の交代") == 1


def test_the_chair_takes_over_again_without_a_reason(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長", "副委員長1")
    for name, reason in (("副委員長1", "中座"), ("委員長", "")):
        change_presider(
            **bureau.given,
            meeting=meeting,
            person_id=bureau.people[name],
            at=later(meeting, 20),
            reason=reason,
        )
    assert (meeting.presider_id, meeting.presider_reason) == (bureau.people["委員長"], "")
    moments = [row.from_at for row in presidings_of(bureau.session, meeting.id)]
    assert moments == sorted(set(moments)), "no two begin at one moment"


def test_whoever_presides_is_in_the_room(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    with pytest.raises(Refused, match="副委員長1 は在席していません。到着を記録してから"):
        change_presider(
            **bureau.given,
            meeting=meeting,
            person_id=bureau.people["副委員長1"],
            at=later(meeting, 1),
            reason="中座",
        )
    with pytest.raises(NotFound):
        change_presider(
            **bureau.given,
            meeting=meeting,
            person_id=bureau.people["副委員長2"],
            at=later(meeting, 1),
            reason="中座",
        )


def test_nobody_presides_over_an_item_from_which_they_stand_aside(bureau: Bureau) -> None:
    bureau.member("丹頂")
    meeting = at_work(bureau)
    bureau.decide(meeting, "丹頂")
    bureau.come(meeting, "委員長", "副委員長1", "丹頂")
    enter(bureau, meeting, 1, 5)
    (item, *_) = (view.item for view in bureau.items(meeting))
    for name in ("委員長", "副委員長1"):
        recuse(**bureau.given, meeting=meeting, item_id=item.id, person_id=bureau.people[name], reason="続柄")
    change: dict[str, Any] = {**bureau.given, "meeting": meeting, "at": later(meeting, 20), "reason": "退席"}
    with pytest.raises(Refused, match="この議題から退席しています"):
        change_presider(**change, person_id=bureau.people["副委員長1"])
    change_presider(**change, person_id=bureau.people["丹頂"], decided_by="出席委員の話合い")
    assert meeting.presider_id == bureau.people["丹頂"]


def test_somebody_without_office_presides_only_while_no_office_holder_is_there(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長", "副委員長1", "助言者")
    change: dict[str, Any] = {
        **bureau.given,
        "meeting": meeting,
        "person_id": bureau.people["助言者"],
        "at": later(meeting, 30),
        "reason": "二人とも急用で退席したため",
    }
    with pytest.raises(Refused, match="が在席しています。その中から議長を選んでください"):
        change_presider(**change, decided_by="出席委員の話合い")
    for name in ("委員長", "副委員長1"):
        leave(**bureau.given, meeting=meeting, person_id=bureau.people[name], at=later(meeting, 25))
    with pytest.raises(Refused, match="だれが決めたか"):
        change_presider(**change)
    change_presider(**change, decided_by="出席委員の話合い")
    last = presidings_of(bureau.session, meeting.id)[-1]
    assert (last.office, last.decided_by) == ("", "出席委員の話合い")


# --- who is there ---


def test_all_who_are_expected_were_there_from_the_opening(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    mark_absent(**bureau.given, meeting=meeting, person_id=bureau.people["助言者"], reason="出張")
    assert all_here(**bureau.given, meeting=meeting, at=later(meeting, 3)) == 2
    arrived = {
        view.person.name: [stay.arrived_at for stay in view.stays]
        for view in attendance_of(bureau.session, meeting.id)
    }
    assert arrived == {"委員長": [meeting.starts_at], "副委員長1": [meeting.starts_at], "助言者": []}
    assert all_here(**bureau.given, meeting=meeting, at=later(meeting, 4)) == 0


def test_after_the_first_item_has_begun_they_arrive_now(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長")
    enter(bureau, meeting, 1, 0)
    all_here(**bureau.given, meeting=meeting, at=later(meeting, 12))
    deputy = get_attendance(bureau.session, meeting.id, bureau.people["副委員長1"])
    assert [stay.arrived_at for stay in deputy.stays] == [later(meeting, 12)]
    assert is_here(deputy)


# --- what and who comes in on the spot ---


def test_an_extra_item_is_taken_up_by_those_in_the_room(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長", "助言者")
    item = add_extra_item(**bureau.given, meeting=meeting, title=" 灯油の手配 ", purpose=Purpose.NETWORK)
    last = bureau.items(meeting)[-1]
    assert (last.item.id, last.title, last.item.reason) == (item.id, "灯油の手配", DueReason.URGENT)
    people = participants_of(bureau.session, [item.id])[item.id]
    assert {(one.name, one.capacity) for one in people} == {
        ("委員長", Capacity.MEMBER),
        ("助言者", Capacity.ADVISER),
    }
    assert {one.decided_by for one in people} == {"委員長"}


def test_the_same_extra_item_is_not_added_twice(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長")
    add_extra_item(**bureau.given, meeting=meeting, title="灯油の手配", purpose=Purpose.NETWORK)
    with pytest.raises(Refused, match="もう議題に入っています"):
        add_extra_item(**bureau.given, meeting=meeting, title="灯油の手配", purpose=Purpose.NETWORK)


def test_a_guest_is_asked_for_the_item_and_there_at_once(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    view = bureau.items(meeting)[1]
    guest = ask_on_the_spot(
        **bureau.given,
        meeting=meeting,
        item_id=view.item.id,
        name=" 町内会長 ",
        organisation="町内会",
        asked_about="冬の見守り",
        at=later(meeting, 15),
        mode=AttendanceMode.ONLINE,
    )
    assert [one.asked_about for one in build_view(bureau.session, meeting).invitees] == ["冬の見守り"]
    there = get_attendance(bureau.session, meeting.id, guest)
    assert (there.person.name, there.attendance.capacity, there.attendance.basis) == (
        "町内会長",
        Capacity.INVITEE,
        "第5条第4項",
    )
    assert (there.attendance.mode, [stay.arrived_at for stay in there.stays]) == (
        AttendanceMode.ONLINE,
        [later(meeting, 15)],
    )
    asked = {
        item_id: [one.name for one in people]
        for item_id, people in participants_of(
            bureau.session, [v.item.id for v in bureau.items(meeting)]
        ).items()
    }
    assert "町内会長" in asked[view.item.id]
    assert "町内会長" not in asked[bureau.items(meeting)[0].item.id]


def test_a_guest_asked_for_a_second_item_arrives_once(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    first, second, _ = bureau.items(meeting)
    guest = ask_on_the_spot(
        **bureau.given, meeting=meeting, item_id=first.item.id, name="町内会長", at=later(meeting, 5)
    )
    again = ask_on_the_spot(
        **bureau.given,
        meeting=meeting,
        item_id=second.item.id,
        name="",
        person_id=guest,
        at=later(meeting, 25),
    )
    assert again == guest
    assert len(get_attendance(bureau.session, meeting.id, guest).stays) == 1


def test_a_guest_sent_twice_is_one_person(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    bureau.come(meeting, "委員長")
    (view, *_) = bureau.items(meeting)
    asked = [
        ask_on_the_spot(
            **bureau.given,
            meeting=meeting,
            item_id=view.item.id,
            name="雪裡 守",
            organisation="町内会",
            at=later(meeting, 5),
        )
        for _ in range(2)
    ]
    assert asked[0] == asked[1]
    named = [each for each in attendance_of(bureau.session, meeting.id) if each.person.name == "雪裡 守"]
    assert len(named) == 1


def test_an_item_taken_up_twice_in_one_moment_keeps_its_stretches_in_order(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    for _ in range(6):
        enter(bureau, meeting, 1, 5)
        enter(bureau, meeting, 2, 5)
    enter(bureau, meeting, 1, 5)
    enter(bureau, meeting, 2, 6)
    assert spans(bureau, meeting)[0][-1] == (5, 6)


def test_a_guest_needs_a_name(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    with pytest.raises(Refused, match="氏名を入れてください"):
        ask_on_the_spot(
            **bureau.given,
            meeting=meeting,
            item_id=bureau.items(meeting)[0].item.id,
            name=" ",
            at=meeting.starts_at,
        )


def test_a_screen_of_no_meeting(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    assert meeting_to_show(bureau.session, meeting.id).id == meeting.id
    with pytest.raises(NotFound):
        meeting_to_show(bureau.session, "0" * 32)


# --- together with the record ---


def test_typed_times_stand_and_the_end_follows_the_last_stretch(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    all_here(**bureau.given, meeting=meeting, at=meeting.starts_at)
    view = bureau.items(meeting)[0]
    bureau.record(meeting, view, PlanOutcome.APPROVED, begins=2, ends=9)
    enter(bureau, meeting, 1, 30)
    enter(bureau, meeting, 2, 34)
    record = stored(bureau, meeting, 1)
    assert (record.started_at, record.ended_at) == (minute(meeting, 2), minute(meeting, 34))
    assert record.outcome == PlanOutcome.APPROVED


def test_moving_on_is_no_change_of_the_record_for_those_who_type(bureau: Bureau) -> None:
    meeting = at_work(bureau)
    enter(bureau, meeting, 1, 0)
    assert stored(bureau, meeting, 1).version == 0
    bureau.record(meeting, bureau.items(meeting)[0], PlanOutcome.APPROVED, begins=0, ends=5)
    version = stored(bureau, meeting, 1).version
    enter(bureau, meeting, 2, 6)
    assert stored(bureau, meeting, 1).version == version


def test_nothing_runs_on_a_meeting_that_was_only_convened(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長")
    convene(**bureau.given, meeting=meeting)
    with pytest.raises(Refused, match="「招集」の段階です"):
        all_here(**bureau.given, meeting=meeting, at=meeting.starts_at)
