"""日程調整の画面: who sees which poll, answering, offering, choosing, and the invitation's file."""

import icalendar
import pytest
from sqlmodel import select

from calendars.services import read_poll
from calendars.tables import CandidateSlot
from meetings_app.core.clock import tokyo
from meetings_app.core.terms import Answer, MeetingStatus, Role
from meetings_app.demo.story import MEETING_DAY
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.web_support import Web

STRANGE = "0" * 32


def meeting_id(web: Web, number: int) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def slot_ids(web: Web, meeting: str) -> list[str]:
    with web.db.read() as session:
        query = select(CandidateSlot).where(CandidateSlot.meeting_id == meeting)
        rows = sorted(session.exec(query).all(), key=lambda slot: slot.starts_at)
        return [row.id for row in rows]


def answers(web: Web, meeting: str, person: str) -> list[Answer | None]:
    with web.db.read() as session:
        poll = read_poll(session, session.get_one(Meeting, meeting))
        return [poll.answers.get((slot.id, person)) for slot in poll.slots]


def test_the_list_shows_meetings_before_opening_with_who_is_missing(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get("/scheduling").text
    assert "第20回" in html
    assert "川湯 六郎" in html
    assert "第19回" not in html  # closed


def test_the_page_says_why_this_slot_and_why_not_the_others(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        html = client.get(f"/scheduling/{meeting_id(demo, 20)}").text
    assert "なぜこの日か" in html
    # 27th 14:00: the adviser ○, the chair ○ and nobody △; 27th 10:00: the chair cannot come.
    assert "3月27日（木）14:00–15:00 に決める" in html
    assert html.count("なぜ選ばないか") == 3
    assert "副委員長" in html


def test_a_member_sees_only_their_own_answers(demo: Web) -> None:
    with demo.client(Role.MEMBER) as client:
        html = client.get(f"/scheduling/{meeting_id(demo, 20)}").text
    assert "あなたの都合" in html
    assert "摩周 三郎" not in html
    assert "なぜこの日か" not in html


def test_a_member_answers_for_themselves_whatever_person_the_form_names(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    slots = slot_ids(demo, meeting)
    other = person_id(demo, "川湯 六郎")
    with demo.client(Role.MEMBER) as client:
        answer = client.post(
            f"/scheduling/{meeting}/answers", data={"person": other, f"answer-{slots[3]}": "○"}
        )
    assert answer.status_code == 303
    yes = Answer.YES
    assert answers(demo, meeting, demo.people[Role.MEMBER]) == [yes, yes, yes, yes]
    assert answers(demo, meeting, other) == [None, None, None, None]


def test_the_secretariat_records_somebody_elses_answer(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    slots = slot_ids(demo, meeting)
    other = person_id(demo, "川湯 六郎")
    with demo.client(Role.SECRETARIAT) as client:
        shown = client.get(f"/scheduling/{meeting}?person={other}").text
        data = {"person": other, f"answer-{slots[0]}": "△", f"answer-{slots[1]}": "×"}
        answer = client.post(f"/scheduling/{meeting}/answers", data=data)
    assert "川湯 六郎 の回答" in shown
    assert answer.status_code == 303
    assert answers(demo, meeting, other) == [Answer.IF_NEED_BE, Answer.NO, None, None]


def test_answers_of_nobody_and_no_answers_are_refused(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    with demo.client(Role.SECRETARIAT) as client:
        nobody = client.post(f"/scheduling/{meeting}/answers", data={"person": ""})
        nothing = client.post(f"/scheduling/{meeting}/answers", data={"person": person_id(demo, "川湯 六郎")})
        stranger = client.post(
            f"/scheduling/{meeting}/answers",
            data={"person": STRANGE, f"answer-{slot_ids(demo, meeting)[0]}": "○"},
        )
    assert (nobody.status_code, nothing.status_code, stranger.status_code) == (422, 422, 404)
    assert "「回答した人」を入力してください。" in nobody.text
    assert "回答がありません。" in nothing.text


def test_slots_are_offered_in_japanese_time(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    data = {"day1": "平成26年3月31日", "start1": "9:30", "end1": "10時30分"}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/scheduling/{meeting}/slots", data=data).status_code == 303
    with demo.db.read() as session:
        last = session.get_one(CandidateSlot, slot_ids(demo, meeting)[-1])
        day = MEETING_DAY.replace(day=31)
        assert (last.starts_at, last.ends_at) == (tokyo(day, 9, 30), tokyo(day, 10, 30))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"day1": "", "start1": "9:00", "end1": "10:00"}, "「日」を入力してください。"),
        ({"day1": "H26.3.31", "start1": "25:00", "end1": "10:00"}, "「開始」は「10:30」のように"),
        ({"day1": "H26.3.31", "start1": "11:00", "end1": "10:00"}, "終了を開始より後にしてください"),
        ({"day1": "H26.3.28", "start1": "10:00", "end1": "12:00"}, "同じ時刻の候補がもうあります"),
    ],
)
def test_wrong_slots_are_shown_again_with_what_was_typed(
    demo: Web, data: dict[str, str], sentence: str
) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/scheduling/{meeting_id(demo, 20)}/slots", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{data["end1"]}"' in answer.text


def test_the_chair_chooses_a_slot_and_it_becomes_the_meetings_time(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    with demo.client(Role.CHAIR) as client:
        answer = client.post(f"/scheduling/{meeting}/choice", data={"slot": slot_ids(demo, meeting)[1]})
    assert answer.status_code == 303
    with demo.db.read() as session:
        assert session.get_one(Meeting, meeting).starts_at == tokyo(MEETING_DAY.replace(day=27), 14)


def test_choosing_nothing_is_422_and_an_unknown_slot_404(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    with demo.client(Role.CHAIR) as client:
        nothing = client.post(f"/scheduling/{meeting}/choice", data={})
        unknown = client.post(f"/scheduling/{meeting}/choice", data={"slot": STRANGE})
    assert (nothing.status_code, unknown.status_code) == (422, 404)


def test_members_may_not_offer_or_choose(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    with demo.client(Role.MEMBER) as client:
        assert client.post(f"/scheduling/{meeting}/slots", data={}).status_code == 403
        assert client.post(f"/scheduling/{meeting}/choice", data={}).status_code == 403


def test_unknown_meetings_are_404(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        assert client.get(f"/scheduling/{STRANGE}").status_code == 404
        assert client.get(f"/meetings/{STRANGE}/invitation.ics").status_code == 404


def test_a_hostile_name_is_escaped(demo: Web) -> None:
    with demo.db.write() as session:
        person = session.get_one(Person, demo.people[Role.CHAIR])
        person.name = "<script>alert(1)</script>"
        session.add(person)
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get(f"/scheduling/{meeting_id(demo, 20)}").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def attendees(content: bytes) -> set[str]:
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    found = event.get("ATTENDEE", [])
    return {str(one) for one in (found if isinstance(found, list) else [found])}


def test_the_secretariat_gets_everybody_and_a_member_only_themselves(demo: Web) -> None:
    meeting = meeting_id(demo, 19)
    with demo.client(Role.SECRETARIAT) as client:
        whole = client.get(f"/meetings/{meeting}/invitation.ics")
        client.cookies.clear()
        demo.sign_in(client, Role.MEMBER)
        own = client.get(f"/meetings/{meeting}/invitation.ics")
    assert whole.headers["content-type"] == "text/calendar; method=REQUEST; charset=utf-8"
    assert len(attendees(whole.content)) > 5
    assert attendees(own.content) == {"mailto:person02@example.jp"}


def test_a_draft_gives_no_invitation(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get(f"/meetings/{meeting_id(demo, 20)}/invitation.ics")
    assert answer.status_code == 422
    assert "まだ招集していない" in answer.text


def test_somebody_outside_a_meeting_gets_no_invitation_to_it(demo: Web) -> None:
    meeting = meeting_id(demo, 20)
    with demo.db.write() as session:
        row = session.get_one(Meeting, meeting)
        row.status, row.convened_at = MeetingStatus.CONVENED, demo.clock.now()
        session.add(row)
    with demo.client(Role.CITY_OFFICER) as client:  # not decided for the 20th meeting
        assert client.get(f"/meetings/{meeting}/invitation.ics").status_code == 404
