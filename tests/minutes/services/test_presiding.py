"""議長: the 委員長, a 副委員長 in her place, and what is recorded where all of them are away (第5条)."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from calendars.services import convene
from meetings_app.core.errors import Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import Presiding
from minutes.services.attendance import arrival_notes, attendance_of
from minutes.services.presiding import decided_by, office_to_preside, stand_ins
from minutes.services.running import open_meeting
from tests.office_builder import TERM, TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def convened(bureau: Bureau) -> Meeting:
    bureau.member("丹頂")
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長", "副委員長1", "丹頂")
    convene(**bureau.given, meeting=meeting)
    return meeting


def open_under(bureau: Bureau, meeting: Meeting, name: str, reason: str = "", decided_by: str = "") -> None:
    open_meeting(
        **bureau.given,
        meeting=meeting,
        at=meeting.starts_at,
        presider_id=bureau.people[name],
        reason=reason,
        decided_by=decided_by,
    )


def presidings(bureau: Bureau) -> list[tuple[str, str, str, str]]:
    rows = bureau.session.exec(select(Presiding)).all()
    return [(row.person_id, row.office, row.reason, row.decided_by) for row in rows]


def test_by_which_office_somebody_presides_is_on_record(bureau: Bureau) -> None:
    meeting = convened(bureau)
    open_under(bureau, meeting, "副委員長1", "委員長が病気のため", decided_by="だれか")
    assert presidings(bureau) == [(bureau.people["副委員長1"], "副委員長", "委員長が病気のため", "")]


def test_somebody_without_office_presides_where_people_decided_it(bureau: Bureau) -> None:
    meeting = convened(bureau)
    with pytest.raises(Refused, match="だれが決めたかを入れてください"):
        open_under(bureau, meeting, "丹頂", "三人とも病気のため")
    with pytest.raises(Refused, match="出席できない理由"):
        open_under(bureau, meeting, "丹頂", " ", "出席委員の話合い")
    assert meeting.status is MeetingStatus.CONVENED
    open_under(bureau, meeting, "丹頂", "三人とも病気のため", " 出席委員の話合い ")
    assert meeting.presider_id == bureau.people["丹頂"]
    assert presidings(bureau) == [(bureau.people["丹頂"], "", "三人とも病気のため", "出席委員の話合い")]
    assert decided_by(bureau.session, meeting) == "出席委員の話合い"
    assert "丹頂" in [view.person.name for view in attendance_of(bureau.session, meeting.id)]


def test_only_who_serves_a_term_on_the_day_stands_in(bureau: Bureau) -> None:
    bureau.person("通りすがり")
    bureau.member("去年の委員", term=(TERM[0], TODAY))
    meeting = convened(bureau)
    assert [one.name for one in stand_ins(bureau.session, meeting)] == ["丹頂", "助言者"]
    for name in ("通りすがり", "去年の委員"):
        with pytest.raises(Refused, match="委員でもアドバイザー委員でもありません"):
            open_under(bureau, meeting, name, "三人とも病気のため", "出席委員の話合い")
    with pytest.raises(Refused, match="200文字以内"):
        open_under(bureau, meeting, "丹頂", "病気", "長" * 201)


def test_nobody_is_passed_over_who_holds_an_office_and_is_there(bureau: Bureau) -> None:
    meeting = convened(bureau)
    asked = {"on": TODAY, "reason": "委員長が帰ったため", "decided_by": "出席委員の話合い"}
    with pytest.raises(Refused, match="副委員長1 が在席しています"):
        office_to_preside(
            bureau.session,
            meeting,
            bureau.people["丹頂"],
            there=[bureau.people["副委員長1"]],
            **asked,  # type: ignore[arg-type]
        )
    office = office_to_preside(
        bureau.session,
        meeting,
        bureau.people["丹頂"],
        there=[bureau.people["丹頂"]],
        **asked,  # type: ignore[arg-type]
    )
    assert office == ""


def test_an_office_holder_who_arrives_is_pointed_out_to_whoever_presides_without_one(bureau: Bureau) -> None:
    meeting = convened(bureau)
    open_under(bureau, meeting, "丹頂", "三人とも病気のため", "出席委員の話合い")
    bureau.come(meeting, "副委員長1", "丹頂", after=5)
    (note,) = arrival_notes(bureau.session, meeting, bureau.people["副委員長1"])
    assert "副委員長の副委員長1 が出席しています。議長を替えてください" in note
    assert arrival_notes(bureau.session, meeting, bureau.people["丹頂"]) == ()
