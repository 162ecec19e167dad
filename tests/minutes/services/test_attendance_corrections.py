"""出席の訂正: put right after the confirmation, with a reason, by one person after the other."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import AttendanceMode
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import confirm_attendance, get_attendance, leave
from minutes.services.attendance_corrections import (
    Presence,
    attendance_corrections_of,
    correct_attendance,
)
from minutes.services.minutes_view import build_view
from minutes.tables import AttendanceCorrection
from tests.office_builder import SECRETARY, TODAY, Bureau

HERE, ONLINE, ABSENT = AttendanceMode.IN_PERSON, AttendanceMode.ONLINE, AttendanceMode.ABSENT


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


@pytest.fixture
def quick(database: Database) -> Iterator[Bureau]:
    with database.write() as session:
        yield Bureau(session)


def confirmed(bureau: Bureau) -> Meeting:
    """A meeting from 10:00 to 12:00, chair and 丹頂 there throughout, 柏木 absent, attendance confirmed."""
    bureau.member("丹頂")
    bureau.member("柏木")
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "柏木")
    return bureau.held(meeting, "丹頂")


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return tokyo(day, hour, minute)


def correct(
    bureau: Bureau, meeting: Meeting, name: str, mode: AttendanceMode = HERE, **given: object
) -> AttendanceCorrection:
    """Correct with what is on record as the version seen, and a reason, unless told otherwise."""
    version = get_attendance(bureau.session, meeting.id, bureau.people[name]).attendance.version
    asked: dict[str, object] = {"reason": "受付簿と照合した", "version": version} | given
    return correct_attendance(
        **bureau.given,
        meeting=meeting,
        person_id=bureau.people[name],
        mode=mode,
        **asked,  # type: ignore[arg-type]
    )


def stays(bureau: Bureau, meeting: Meeting, name: str) -> list[tuple[datetime, datetime | None]]:
    view = get_attendance(bureau.session, meeting.id, bureau.people[name])
    return [(stay.arrived_at, stay.left_at) for stay in view.stays]


def test_somebody_recorded_as_absent_was_there(bureau: Bureau) -> None:
    meeting = confirmed(bureau)
    correct(bureau, meeting, "柏木", arrived_at=at(10, 20), left_at=at(11))
    view = get_attendance(bureau.session, meeting.id, bureau.people["柏木"])
    assert view.attendance.mode is HERE
    assert stays(bureau, meeting, "柏木") == [(at(10, 20), at(11))]
    assert "柏木" in [one.name for one in build_view(bureau.session, meeting).attendees]


def test_somebody_recorded_as_there_was_absent(bureau: Bureau) -> None:
    bureau.member("丹頂")
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.held(meeting, "丹頂", decided=False)
    correct(bureau, meeting, "丹頂", ABSENT)
    assert get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).attendance.mode is ABSENT
    assert stays(bureau, meeting, "丹頂") == []


def test_without_a_departure_the_stay_lasts_to_the_closing(quick: Bureau) -> None:
    meeting = confirmed(quick)
    correct(quick, meeting, "柏木", ONLINE, arrived_at=at(10, 5))
    assert stays(quick, meeting, "柏木") == [(at(10, 5), at(12))]


def test_the_mode_alone_can_be_put_right_and_the_times_stay(quick: Bureau) -> None:
    meeting = confirmed(quick)
    correct(quick, meeting, "丹頂", ONLINE)
    view = get_attendance(quick.session, meeting.id, quick.people["丹頂"])
    assert view.attendance.mode is ONLINE
    assert stays(quick, meeting, "丹頂") == [(at(10), at(12))]


def test_what_stood_there_is_kept_with_who_when_and_why(bureau: Bureau) -> None:
    meeting = confirmed(bureau)
    bureau.clock = FixedClock(at(9, day=date(2014, 5, 21)))
    correct(bureau, meeting, "丹頂", arrived_at=at(10, 30))
    bureau.clock = FixedClock(at(9, day=date(2014, 5, 22)))
    correct(bureau, meeting, "丹頂", ONLINE, reason=" 別の方法だった ")
    first, second = attendance_corrections_of(bureau.session, meeting)
    assert (first.name, first.by, first.reason) == ("丹頂", SECRETARY.name, "受付簿と照合した")
    assert first.at == at(9, day=date(2014, 5, 21))
    assert first.before == Presence(HERE, ((at(10), at(12)),))
    assert first.after == second.before == Presence(HERE, ((at(10, 30), at(12)),))
    assert (second.after, second.reason) == (
        Presence(ONLINE, ((at(10, 30), at(12)),)),
        "別の方法だった",
    )
    assert bureau.actions().count("出席の訂正") == 2


def test_the_version_goes_up_and_a_stale_one_is_refused(bureau: Bureau) -> None:
    meeting = confirmed(bureau)
    seen = get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).attendance.version
    correct(bureau, meeting, "丹頂", arrived_at=at(10, 30), version=seen)
    assert get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).attendance.version == seen + 1
    with pytest.raises(Conflict, match="ほかの人が先に訂正しました"):
        correct(bureau, meeting, "丹頂", arrived_at=at(10, 40), version=seen)
    assert stays(bureau, meeting, "丹頂") == [(at(10, 30), at(12))]


def test_the_same_correction_sent_twice_is_one(bureau: Bureau) -> None:
    meeting = confirmed(bureau)
    seen = get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).attendance.version
    first = correct(bureau, meeting, "丹頂", arrived_at=at(10, 30), version=seen)
    assert correct(bureau, meeting, "丹頂", arrived_at=at(10, 30), version=seen) is first
    assert len(attendance_corrections_of(bureau.session, meeting)) == 1


def test_a_reason_is_needed(quick: Bureau) -> None:
    meeting = confirmed(quick)
    with pytest.raises(Refused, match="訂正の理由を入れてください"):
        correct(quick, meeting, "丹頂", ABSENT, reason="  ")
    with pytest.raises(Refused, match="500文字以内"):
        correct(quick, meeting, "丹頂", ABSENT, reason="長" * 501)
    assert attendance_corrections_of(quick.session, meeting) == []


def test_nothing_is_corrected_before_the_confirmation(quick: Bureau) -> None:
    meeting = quick.meeting()
    quick.matter(meeting)
    quick.opened(meeting)
    with pytest.raises(Refused, match="先に出席を確認してください"):
        correct(quick, meeting, "委員長", ONLINE)
    quick.come(meeting, "委員長")
    quick.closed(meeting)
    with pytest.raises(Refused, match="先に出席を確認してください"):
        correct(quick, meeting, "委員長", ONLINE)


def test_who_presided_cannot_become_absent(quick: Bureau) -> None:
    meeting = confirmed(quick)
    with pytest.raises(Refused, match="議長を務めた人を欠席にはできません"):
        correct(quick, meeting, "委員長", ABSENT)
    assert stays(quick, meeting, "委員長") == [(at(10), at(12))]
    correct(quick, meeting, "委員長", ONLINE)


def deputy_decided(bureau: Bureau, on: date) -> Meeting:
    """A meeting under the chair whose participants the deputy, present too, decided on a day."""
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "助言者", by="副委員長1", on=on)
    return bureau.held(meeting, "副委員長1", decided=False)


def test_who_decided_on_the_day_of_the_meeting_cannot_become_absent(quick: Bureau) -> None:
    meeting = deputy_decided(quick, TODAY)
    with pytest.raises(Refused, match="参加者を決めた人として記録されている"):
        correct(quick, meeting, "副委員長1", ABSENT)


def test_who_decided_on_a_day_before_may_have_been_absent(quick: Bureau) -> None:
    meeting = deputy_decided(quick, TODAY - timedelta(days=1))
    correct(quick, meeting, "副委員長1", ABSENT)
    assert stays(quick, meeting, "副委員長1") == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"arrived_at": at(10, day=date(2014, 5, 21))}, "会議の日ではありません"),
        ({"arrived_at": at(10), "left_at": at(11, day=date(2014, 5, 21))}, "会議の日ではありません"),
        ({"arrived_at": at(11), "left_at": at(10, 59)}, "退席の時刻が到着より前"),
        ({"arrived_at": at(11), "left_at": at(11)}, "退席の時刻が到着より前"),
        ({"arrived_at": at(12)}, "到着の時刻が閉会より後"),
        ({"arrived_at": at(9), "left_at": at(10)}, "退席の時刻が開会より前"),
        ({"arrived_at": at(10), "left_at": at(12, 1)}, "退席の時刻が閉会より後"),
        ({"left_at": at(11)}, "到着の時刻を入れてください"),
        ({}, "到着の時刻を入れてください"),
        ({"mode": ABSENT, "arrived_at": at(10)}, "欠席に時刻はありません"),
        ({"mode": ABSENT}, "変わるところがありません"),
    ],
)
def test_what_cannot_be_is_refused(quick: Bureau, given: dict[str, object], sentence: str) -> None:
    meeting = confirmed(quick)
    with pytest.raises(Refused, match=sentence):
        correct(quick, meeting, "柏木", **given)  # type: ignore[arg-type]
    assert stays(quick, meeting, "柏木") == []
    assert attendance_corrections_of(quick.session, meeting) == []


def test_somebody_may_sit_down_before_the_opening(quick: Bureau) -> None:
    meeting = confirmed(quick)
    correct(quick, meeting, "柏木", arrived_at=at(9, 50), left_at=at(10, 30))
    assert stays(quick, meeting, "柏木") == [(at(9, 50), at(10, 30))]


def test_several_stays_are_kept_unless_times_are_given(quick: Bureau) -> None:
    quick.member("丹頂")
    meeting = quick.meeting()
    quick.matter(meeting)
    quick.opened(meeting, "丹頂")
    quick.come(meeting, "委員長", "丹頂")

    leave(**quick.given, meeting=meeting, person_id=quick.people["丹頂"], at=at(10, 30))
    quick.come(meeting, "丹頂", after=60)
    quick.closed(meeting)
    confirm_attendance(**quick.given, meeting=meeting)
    correct(quick, meeting, "丹頂", ONLINE)
    assert stays(quick, meeting, "丹頂") == [(at(10), at(10, 30)), (at(11), at(12))]
    correct(quick, meeting, "丹頂", ONLINE, arrived_at=at(10))
    assert stays(quick, meeting, "丹頂") == [(at(10), at(12))]


def test_an_absence_keeps_its_reason_and_a_presence_has_none(quick: Bureau) -> None:
    meeting = confirmed(quick)
    view = get_attendance(quick.session, meeting.id, quick.people["柏木"])
    view.attendance.absence_reason = "所用"
    quick.session.add(view.attendance)
    correct(quick, meeting, "柏木", arrived_at=at(10))
    now = get_attendance(quick.session, meeting.id, quick.people["柏木"]).attendance
    assert now.absence_reason == ""
    (row,) = attendance_corrections_of(quick.session, meeting)
    assert row.before == Presence(ABSENT, (), "所用")


def test_somebody_who_is_not_on_the_list_is_not_found(quick: Bureau) -> None:
    meeting = confirmed(quick)
    with pytest.raises(NotFound):
        correct_attendance(
            **quick.given,
            meeting=meeting,
            person_id=quick.people["助言者"],
            mode=HERE,
            arrived_at=at(10),
            reason="いた",
            version=1,
        )
