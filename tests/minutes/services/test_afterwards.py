"""事後入力: a meeting held on paper, entered later with the same checks."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from calendars.services import convene
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import AttendanceMode, EvaluationOutcome, MeetingStatus
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import AfterwardsEntry, OutcomeStamp, RecordField
from minutes.services.afterwards import (
    TypedPresence,
    afterwards_of,
    begin_afterwards,
    enter_attendance,
    may_begin_afterwards,
    missing_parts,
    refuse_item_outside,
)
from minutes.services.attendance import arrive, get_attendance, leave
from minutes.services.contradictions import standing_stamps
from minutes.services.field_history import writes_of
from minutes.services.running import Outcome, close_meeting, record_item
from tests.office_builder import TODAY, Bureau, minute

HERE, ONLINE, ABSENT = AttendanceMode.IN_PERSON, AttendanceMode.ONLINE, AttendanceMode.ABSENT


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def on_paper(bureau: Bureau) -> Meeting:
    """A meeting of two matters on 2014-05-20, 10:00 to 12:00; it is now two days later."""
    bureau.member("丹頂")
    meeting = bureau.meeting()
    bureau.matter(meeting, "一つ目")
    bureau.matter(meeting, "二つ目")
    bureau.decide(meeting, "委員長", "丹頂", required=True)
    convene(**bureau.given, meeting=meeting)
    bureau.clock = FixedClock(tokyo(TODAY + timedelta(days=2), 9))
    return meeting


def begin(bureau: Bureau, meeting: Meeting, **given: object) -> AfterwardsEntry:
    asked: dict[str, object] = {
        "source": "紙の議事録",
        "opened_at": minute(meeting, 5),
        "presider_id": bureau.people["委員長"],
    } | given
    return begin_afterwards(**bureau.given, meeting=meeting, **asked)  # type: ignore[arg-type]


def row(
    bureau: Bureau,
    meeting: Meeting,
    name: str,
    mode: AttendanceMode | None = HERE,
    arrived: datetime | None = None,
    left: datetime | None = None,
    reason: str = "",
) -> TypedPresence:
    version = get_attendance(bureau.session, meeting.id, bureau.people[name]).attendance.version
    return TypedPresence(bureau.people[name], mode, arrived, left, reason, version)


def enter(bureau: Bureau, meeting: Meeting, *rows: TypedPresence) -> int:
    return enter_attendance(**bureau.given, meeting=meeting, rows=rows)


def both_there(bureau: Bureau, meeting: Meeting, left: datetime | None = None) -> None:
    enter(
        bureau,
        meeting,
        row(bureau, meeting, "委員長", HERE, minute(meeting, 5)),
        row(bureau, meeting, "丹頂", ONLINE, minute(meeting, 0), left),
    )


def record(bureau: Bureau, meeting: Meeting, place: int, begins: int, ends: int) -> None:
    record_item(
        **bureau.given,
        meeting=meeting,
        view=bureau.items(meeting)[place],
        result=Outcome("了承", confirmed="進める。"),
        version=0,
        started_at=minute(meeting, begins),
        ended_at=minute(meeting, ends),
    )


def test_it_opens_at_the_typed_time_and_says_from_what(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    assert may_begin_afterwards(bureau.session, bureau.clock, meeting)
    begin(bureau, meeting, source=" 手書きの記録 ")
    entry = afterwards_of(bureau.session, meeting.id)
    assert entry is not None
    assert (entry.source, entry.begun_at) == ("手書きの記録", bureau.clock.now())
    assert (meeting.status, meeting.opened_at) == (MeetingStatus.OPEN, minute(meeting, 5))
    assert not may_begin_afterwards(bureau.session, bureau.clock, meeting)
    assert {"開会", "事後入力の開始"} <= set(bureau.actions())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"source": " "}, "何を見て入力するか"),
        ({"source": "長" * 201}, "200文字以内"),
        ({"opened_at": tokyo(TODAY + timedelta(days=1), 10)}, "会議の日ではありません"),
        ({"opened_at": tokyo(TODAY + timedelta(days=3), 10)}, "まだ来ていない時刻"),
    ],
)
def test_a_wrong_beginning_is_refused(bureau: Bureau, given: dict[str, object], sentence: str) -> None:
    meeting = on_paper(bureau)
    with pytest.raises(Refused, match=sentence):
        begin(bureau, meeting, **given)
    assert meeting.status is MeetingStatus.CONVENED
    assert afterwards_of(bureau.session, meeting.id) is None


def test_a_meeting_opened_live_is_not_entered_afterwards(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    assert not may_begin_afterwards(bureau.session, bureau.clock, meeting)
    with pytest.raises(Refused, match="もう開会しています"):
        begin(bureau, meeting)
    with pytest.raises(Refused, match="事後入力の途中の会議だけ"):
        enter(bureau, meeting)


def test_before_its_day_nothing_begins(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    bureau.clock = FixedClock(tokyo(TODAY - timedelta(days=1), 23))
    assert not may_begin_afterwards(bureau.session, bureau.clock, meeting)
    with pytest.raises(Refused, match="まだ来ていない"):
        begin(bureau, meeting)


def test_everybody_is_entered_at_once_and_put_right_again(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    given = (
        row(bureau, meeting, "委員長", HERE, minute(meeting, 5)),
        row(bureau, meeting, "丹頂", ABSENT, minute(meeting, 5), None, "病気"),
    )
    assert enter(bureau, meeting, *given) == 2
    away = get_attendance(bureau.session, meeting.id, bureau.people["丹頂"])
    assert (away.attendance.mode, away.attendance.absence_reason, away.stays) == (ABSENT, "病気", ())
    again = (
        row(bureau, meeting, "委員長", HERE, minute(meeting, 5)),
        row(bureau, meeting, "丹頂", ONLINE, minute(meeting, 20), minute(meeting, 50), "病気"),
    )
    assert enter(bureau, meeting, *again) == 1
    came = get_attendance(bureau.session, meeting.id, bureau.people["丹頂"])
    assert (came.attendance.mode, came.attendance.absence_reason) == (ONLINE, "")
    assert [(stay.arrived_at, stay.left_at) for stay in came.stays] == [
        (minute(meeting, 20), minute(meeting, 50))
    ]


@pytest.mark.parametrize(
    ("arrived", "left", "sentence"),
    [
        (None, 30, "丹頂 の到着の時刻を入れて"),
        (30, 30, "丹頂 の退席の時刻が到着より前"),
        (0, 5, "丹頂 の退席の時刻が開会より前"),
        (24 * 60, None, "丹頂 の時刻が会議の日ではありません"),
    ],
)
def test_times_that_cannot_be_are_refused_by_name(
    bureau: Bureau, arrived: int | None, left: int | None, sentence: str
) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    typed = row(
        bureau,
        meeting,
        "丹頂",
        HERE,
        None if arrived is None else minute(meeting, arrived),
        None if left is None else minute(meeting, left),
    )
    with pytest.raises(Refused, match=sentence):
        enter(bureau, meeting, typed)


def test_stale_rows_strangers_and_contradictions_are_refused(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    stale = row(bureau, meeting, "丹頂", HERE, minute(meeting, 5))
    both_there(bureau, meeting)
    with pytest.raises(Conflict, match="丹頂 の出欠は、ほかの人が先に"):
        enter(bureau, meeting, stale)
    with pytest.raises(NotFound):
        enter(bureau, meeting, TypedPresence("0" * 32, HERE, minute(meeting, 5), None, "", 1))
    record(bureau, meeting, 0, 5, 20)
    for mode in (ABSENT, None):
        with pytest.raises(Refused, match="「一つ目」の結果を決めた人"):
            enter(bureau, meeting, row(bureau, meeting, "丹頂", mode))
        with pytest.raises(Refused, match="議長を務めた人"):
            enter(bureau, meeting, row(bureau, meeting, "委員長", mode))


def test_several_stays_are_left_to_the_attendance_page(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    both_there(bureau, meeting, minute(meeting, 20))
    person: Any = {"person_id": bureau.people["丹頂"]}
    arrive(**bureau.given, meeting=meeting, **person, at=minute(meeting, 40))
    leave(**bureau.given, meeting=meeting, **person, at=minute(meeting, 50))
    assert enter(bureau, meeting, row(bureau, meeting, "丹頂", ABSENT)) == 0
    assert len(get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).stays) == 2


def test_presence_is_judged_at_the_typed_times_and_stamped(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    both_there(bureau, meeting, minute(meeting, 30))
    record(bureau, meeting, 0, 5, 20)
    record(bureau, meeting, 1, 30, 60)
    chair, member = bureau.people["委員長"], bureau.people["丹頂"]
    stamps = {
        stamp.item_id: (set(json.loads(stamp.present)), json.loads(stamp.missing), stamp.stamped_at)
        for stamp in bureau.session.exec(select(OutcomeStamp)).all()
    }
    first, second = (view.item.id for view in bureau.items(meeting))
    assert stamps[first] == ({chair, member}, [], minute(meeting, 20))
    assert stamps[second] == ({chair}, [member], minute(meeting, 60))


def newest_stamp(bureau: Bureau, meeting: Meeting, place: int) -> OutcomeStamp:
    return standing_stamps(bureau.session, meeting)[bureau.items(meeting)[place].item.id]


def test_an_outcome_entered_first_is_stamped_anew_by_what_is_typed_later(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    both_there(bureau, meeting)
    record(bureau, meeting, 0, 5, 20)
    record(bureau, meeting, 1, 20, 60)
    chair, member = bureau.people["委員長"], bureau.people["丹頂"]
    enter(bureau, meeting, row(bureau, meeting, "丹頂", HERE, minute(meeting, 0), minute(meeting, 30)))
    first, second = (newest_stamp(bureau, meeting, place) for place in (0, 1))
    assert (set(json.loads(first.present)), json.loads(first.missing)) == ({chair, member}, [])
    assert (json.loads(second.present), json.loads(second.missing)) == ([chair], [member])
    ids = [view.item.id for view in bureau.items(meeting)]
    versions = [len(writes_of(bureau.session, item_id, RecordField.OUTCOME)) for item_id in ids]
    assert versions == [1, 2], "the first stamp stays; the new one is a write of its own"


def test_other_times_of_an_item_stamp_it_anew(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    both_there(bureau, meeting, left=minute(meeting, 30))
    record(bureau, meeting, 0, 5, 20)
    record_item(
        **bureau.given,
        meeting=meeting,
        view=bureau.items(meeting)[0],
        result=Outcome("了承", confirmed="進める。"),
        version=1,
        started_at=minute(meeting, 35),
        ended_at=minute(meeting, 50),
    )
    stamp = newest_stamp(bureau, meeting, 0)
    assert json.loads(stamp.missing) == [bureau.people["丹頂"]]
    assert stamp.stamped_at == minute(meeting, 50)


def test_what_is_missing_is_listed_until_all_is_there(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting)
    assert [one.text for one in missing_parts(bureau.session, meeting)] == [
        "出欠が入っていない人: 丹頂、委員長",
        "「一つ目」の時刻・結果",
        "「二つ目」の時刻・結果",
    ]
    both_there(bureau, meeting)
    record(bureau, meeting, 0, 5, 30)
    record(bureau, meeting, 1, 25, 60)
    assert [one.text for one in missing_parts(bureau.session, meeting)] == [
        "「一つ目」と「二つ目」の時刻が重なっています。"
    ]
    close_meeting(**bureau.given, meeting=meeting, at=minute(meeting, 70))
    assert (meeting.status, meeting.closed_at) == (MeetingStatus.CLOSED, minute(meeting, 70))


def test_an_item_lies_within_the_meeting_to_the_minute(bureau: Bureau) -> None:
    meeting = on_paper(bureau)
    begin(bureau, meeting, opened_at=minute(meeting, 5) + timedelta(seconds=40))
    refuse_item_outside(meeting, bureau.clock, minute(meeting, 5), minute(meeting, 20))
    with pytest.raises(Refused, match="開会より前"):
        refuse_item_outside(meeting, bureau.clock, minute(meeting, 4), None)
    with pytest.raises(Refused, match="まだ来ていない"):
        refuse_item_outside(meeting, bureau.clock, None, bureau.clock.now() + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("before", "said", "after"), [(None, True, True), (True, False, False), (True, None, True)]
)
def test_closing_carries_the_follow_up_into_the_register(
    bureau: Bureau, before: bool | None, said: bool | None, after: bool
) -> None:
    plan = bureau.case(2, met_on=TODAY.replace(month=4, day=1), period_end=TODAY + timedelta(days=20))
    plan.follow_up, plan.follow_up_note = before, "電話をかける"
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    (view,) = bureau.items(meeting)
    record_item(
        **bureau.given,
        meeting=meeting,
        view=view,
        result=Outcome(EvaluationOutcome.ENDED, follow_up=said),
        version=0,
    )
    bureau.closed(meeting)
    assert (plan.evaluation_outcome, plan.evaluated_on) == (EvaluationOutcome.ENDED, TODAY)
    assert plan.evaluated_meeting_id == meeting.id
    assert (plan.follow_up, plan.follow_up_note) == (after, "電話をかける")
