"""矛盾: who presided or decided cannot have been absent, by whatever way; a term that does not cover is told."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import select

from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AttendanceMode, PlanOutcome
from meetings_app.db.engine import Database
from meetings_app.tables.committees import Appointment
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import (
    arrival_notes,
    confirm_attendance,
    get_attendance,
    leave,
    mark_absent,
    recusals_of,
    recuse,
)
from minutes.services.attendance_corrections import correct_attendance
from minutes.services.contradictions import deciding_items, refuse_absence
from minutes.services.record_changes import withdraw_recusal, withdraw_stay
from tests.office_builder import TODAY, Bureau, minute


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def running(bureau: Bureau) -> Meeting:
    """An open meeting: the chair, 丹頂 and 柏木 came; the item has no outcome yet."""
    bureau.member("丹頂")
    bureau.member("柏木")
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "丹頂", "柏木")
    bureau.come(meeting, "委員長", "丹頂", "柏木")
    return meeting


def withdraw(bureau: Bureau, meeting: Meeting, name: str) -> None:
    (stay,) = get_attendance(bureau.session, meeting.id, bureau.people[name]).stays
    withdraw_stay(**bureau.given, meeting=meeting, stay_id=stay.id)


def decide(bureau: Bureau, meeting: Meeting, outcome: str | None = PlanOutcome.APPROVED) -> None:
    (view,) = bureau.items(meeting)
    bureau.record(meeting, view, outcome)


def test_before_anything_was_decided_a_mistake_is_taken_back(bureau: Bureau) -> None:
    meeting = running(bureau)
    withdraw(bureau, meeting, "丹頂")
    mark_absent(**bureau.given, meeting=meeting, person_id=bureau.people["丹頂"])
    assert get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).attendance.mode is (
        AttendanceMode.ABSENT
    )


def test_the_presider_keeps_the_only_stay(bureau: Bureau) -> None:
    meeting = running(bureau)
    with pytest.raises(Refused, match="議長を務めた人を欠席にはできません"):
        withdraw(bureau, meeting, "委員長")
    with pytest.raises(Refused, match="議長を務めた人"):
        mark_absent(**bureau.given, meeting=meeting, person_id=bureau.people["委員長"])


def test_a_recusal_is_taken_back_unless_the_outcome_was_decided_without_them(bureau: Bureau) -> None:
    meeting = running(bureau)
    (view,) = bureau.items(meeting)
    aside = {"meeting": meeting, "person_id": bureau.people["柏木"]}

    def stand_aside() -> None:
        recuse(**bureau.given, **aside, item_id=view.item.id, reason="続柄")  # type: ignore[arg-type]

    def take_back() -> None:
        withdraw_recusal(**bureau.given, **aside, view=view)  # type: ignore[arg-type]

    with pytest.raises(NotFound):
        take_back()
    stand_aside()
    take_back()
    assert recusals_of(bureau.session, [view.item.id])[view.item.id] == []
    assert "議題からの退席の取消し" in bureau.actions()
    decide(bureau, meeting)
    with pytest.raises(Refused, match="在席していたと記録されています"):
        stand_aside()
    decide(bureau, meeting, None)
    stand_aside()
    decide(bureau, meeting)
    with pytest.raises(Refused, match="退席していたと記録されています"):
        take_back()
    decide(bureau, meeting, None)
    take_back()


def test_who_decided_keeps_the_only_stay_until_the_outcome_is_taken_back(bureau: Bureau) -> None:
    meeting = running(bureau)
    leave(**bureau.given, meeting=meeting, person_id=bureau.people["柏木"], at=minute(meeting, 10))
    decide(bureau, meeting)
    assert deciding_items(bureau.session, meeting, bureau.people["丹頂"]) == ["地域の課題について"]
    with pytest.raises(Refused, match=r"「地域の課題について」の結果を決めた人.*まだ決めない"):
        withdraw(bureau, meeting, "丹頂")
    withdraw(bureau, meeting, "柏木")  # gone when the item ended: decided nothing
    decide(bureau, meeting, None)
    withdraw(bureau, meeting, "丹頂")
    decide(bureau, meeting)
    mark_absent(**bureau.given, meeting=meeting, person_id=bureau.people["丹頂"])
    refuse_absence(bureau.session, meeting, bureau.people["丹頂"])


def test_who_decided_does_not_become_absent_by_a_correction_either(bureau: Bureau) -> None:
    meeting = running(bureau)
    decide(bureau, meeting)
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    view = get_attendance(bureau.session, meeting.id, bureau.people["丹頂"])
    with pytest.raises(Refused, match="到着と退席の時刻を訂正してください"):
        correct_attendance(
            **bureau.given,
            meeting=meeting,
            person_id=bureau.people["丹頂"],
            mode=AttendanceMode.ABSENT,
            reason="別の人だった",
            version=view.attendance.version,
        )
    with pytest.raises(Refused, match="会議が終わっているため"):
        mark_absent(**bureau.given, meeting=meeting, person_id=bureau.people["丹頂"])


def test_nobody_leaves_before_the_meeting_began(bureau: Bureau) -> None:
    meeting = running(bureau)
    (stay,) = get_attendance(bureau.session, meeting.id, bureau.people["丹頂"]).stays
    withdraw_stay(**bureau.given, meeting=meeting, stay_id=stay.id)
    bureau.come(meeting, "丹頂", after=-20)
    for after, sentence in ((-20, "到着より前"), (-10, "開会より前"), (0, "開会より前")):
        with pytest.raises(Refused, match=sentence):
            leave(
                **bureau.given,
                meeting=meeting,
                person_id=bureau.people["丹頂"],
                at=minute(meeting, after),
            )
    with pytest.raises(Refused, match="会議の日ではありません"):
        leave(
            **bureau.given,
            meeting=meeting,
            person_id=bureau.people["丹頂"],
            at=minute(meeting, 24 * 60),
        )


@pytest.mark.parametrize(
    ("until", "told"), [(date(2014, 5, 20), "任期は平成26年5月19日まで"), (date(2014, 5, 21), "")]
)
def test_a_term_that_does_not_cover_the_day_is_pointed_out_on_arrival(
    bureau: Bureau, until: date, told: str
) -> None:
    meeting = running(bureau)
    assert until.replace(day=20) == TODAY
    person_id = bureau.people["丹頂"]
    term = bureau.session.exec(select(Appointment).where(Appointment.person_id == person_id)).one()
    term.valid_to = until
    bureau.session.flush()
    notes = arrival_notes(bureau.session, meeting, bureau.people["丹頂"])
    assert len(notes) == bool(told)
    assert all(told in note and "支給は要判断" in note for note in notes)
