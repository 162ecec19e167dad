"""出席の訂正 through the browser: after the confirmation, by the 事務局, with the reason."""

from datetime import date

import pytest
from sqlmodel import select

from meetings_app.core.clock import tokyo
from meetings_app.core.terms import AttendanceMode, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.services.attendance import AttendanceView, get_attendance
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from tests.web_support import Web

HELD, COMING = 19, 20
DAY = date(2014, 3, 25)
STRANGE = "0" * 32


def meeting_id(web: Web, number: int = HELD) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def attendance(web: Web, name: str) -> AttendanceView:
    with web.db.read() as session:
        view = get_attendance(session, meeting_id(web), person_id(web, name))
        session.expunge_all()
        return view


def path(web: Web, name: str = "湿原 花子", number: int = HELD) -> str:
    return f"/meetings/{meeting_id(web, number)}/attendance/{person_id(web, name)}/correction"


def sent(web: Web, name: str = "湿原 花子", **change: str) -> dict[str, str]:
    version = attendance(web, name).attendance.version
    return {
        "mode": "オンライン",
        "arrived": "10:10",
        "left": "10:40",
        "reason": "受付簿と照合した",
        "version": str(version),
    } | change


def test_every_person_can_be_put_right_after_the_confirmation(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo)}/attendance").text
        form = client.get(path(demo)).text
    assert f'href="{path(demo)}"' in page
    assert "湿原 花子の出席を訂正する" in form
    assert 'value="対面" checked' in form


@pytest.mark.parametrize("role", [Role.CHAIR, Role.ACCOUNTING])
def test_who_reads_the_attendance_does_not_correct_it(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        page = client.get(f"/meetings/{meeting_id(demo)}/attendance")
        answers = [client.get(path(demo)), client.post(path(demo), data=sent(demo))]
    assert page.status_code == 200
    assert "/correction" not in page.text
    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_are_kept_out(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        assert client.get(path(demo)).status_code == 403
        assert client.post(path(demo), data=sent(demo)).status_code == 403


def test_a_correction_is_stored_listed_and_leads_to_a_proposal(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path(demo), data=sent(demo, reason="受付簿の<記載>"))
        page = client.get(answer.headers["Location"]).text
    assert answer.status_code == 303
    view = attendance(demo, "湿原 花子")
    assert view.attendance.mode is AttendanceMode.ONLINE
    assert [(stay.arrived_at, stay.left_at) for stay in view.stays] == [
        (tokyo(DAY, 10, 10), tokyo(DAY, 10, 40))
    ]
    section = page[page.index('id="corrections"') :]
    for text in ("湿原 花子", "対面", "オンライン", "10:10–10:40", "受付簿の&lt;記載&gt;"):
        assert text in section
    with demo.client(Role.ACCOUNTING) as client:
        corrections = client.get("/honoraria/corrections").text
        listed = client.get(f"/meetings/{meeting_id(demo)}/attendance").text
    assert "出席の方法: 対面 → オンライン" in corrections
    assert "受付簿の&lt;記載&gt;" in listed


def test_sent_twice_it_is_one(demo: Web) -> None:
    form = sent(demo)
    with demo.client(Role.SECRETARIAT) as client:
        answers = [client.post(path(demo), data=form) for _ in range(2)]
        page = client.get(f"/meetings/{meeting_id(demo)}/attendance").text
    assert {answer.status_code for answer in answers} == {303}
    assert page.count("受付簿と照合した") == 1


def test_who_comes_second_sees_the_new_record_and_keeps_what_was_typed(demo: Web) -> None:
    form = sent(demo, reason="後から")
    with demo.client(Role.SECRETARIAT) as client:
        client.post(path(demo), data=sent(demo))
        answer = client.post(path(demo), data=form | {"arrived": "10:20"})
        again = form | {"arrived": "10:20", "version": str(attendance(demo, "湿原 花子").attendance.version)}
        assert client.post(path(demo), data=again).status_code == 303
    assert answer.status_code == 409
    assert "ほかの人が先に訂正しました" in answer.text
    assert "10:10–10:40" in answer.text
    assert 'value="10:20"' in answer.text
    assert "後から" in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": " "}, "「訂正の理由」を入力してください"),
        ({"reason": "長" * 501}, "500文字以内"),
        ({"mode": ""}, "「出席の方法」を入力してください"),
        ({"mode": "郵便"}, "「出席の方法」を一覧から選び直してください"),
        ({"arrived": "25:00"}, "「到着の時刻」は「10:30」のように"),
        ({"left": "10:05"}, "退席の時刻が到着より前"),
        ({"arrived": ""}, "到着の時刻を入れてください"),
        ({"version": ""}, "「版」を入力してください"),
    ],
)
def test_a_wrong_correction_is_refused_and_kept(demo: Web, change: dict[str, str], sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path(demo), data=sent(demo) | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{(sent(demo) | change)["left"]}"' in answer.text
    assert attendance(demo, "湿原 花子").attendance.mode is AttendanceMode.IN_PERSON


def test_an_absence_drops_the_times_that_were_on_record(demo: Web) -> None:
    with demo.db.write() as session:  # nothing was decided in this meeting: who decided was not absent
        for row in session.exec(select(ItemRecord)).all():
            row.outcome = None
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(path(demo), data=sent(demo) | {"mode": "欠席"}).status_code == 303
    view = attendance(demo, "湿原 花子")
    assert (view.attendance.mode, view.stays) == (AttendanceMode.ABSENT, ())


def test_who_decided_cannot_become_absent(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path(demo), data=sent(demo) | {"mode": "欠席"})
    assert answer.status_code == 422
    assert "結果を決めた人として記録されています" in answer.text
    assert "「結果の記録の在席も誤りだった」に印を付けて" in answer.text


def test_who_was_ticked_by_mistake_becomes_absent_when_that_is_said(demo: Web) -> None:
    form = sent(demo) | {"mode": "欠席", "stamps_mistaken": "1"}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(path(demo), data=form).status_code == 303
    assert attendance(demo, "湿原 花子").attendance.mode is AttendanceMode.ABSENT


def test_the_presider_cannot_become_absent(demo: Web) -> None:
    name = "丹頂 一郎"
    form = sent(demo, name, mode="欠席", arrived="", left="", stamps_mistaken="1")
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path(demo, name), data=form)
    assert answer.status_code == 422
    assert "議長を務めた人を欠席にはできません" in answer.text


def test_before_the_confirmation_nothing_is_corrected(demo: Web) -> None:
    with demo.db.write() as session:
        meeting = session.get_one(Meeting, meeting_id(demo))
        meeting.attendance_confirmed_at = meeting.attendance_confirmed_by = None
        session.add(meeting)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo)}/attendance").text
        form = client.get(path(demo))
        answer = client.post(path(demo), data=sent(demo))
    assert "/correction" not in page
    assert form.status_code == answer.status_code == 422
    assert "先に出席を確認してください" in answer.text


def test_strangers_ids_are_404(demo: Web) -> None:
    meeting = meeting_id(demo)
    with demo.client(Role.SECRETARIAT) as client:
        answers = [
            *(
                client.get(f"/meetings/{of}/attendance/{who}/correction")
                for of, who in ((STRANGE, person_id(demo, "湿原 花子")), (meeting, STRANGE))
            ),
            client.post(f"/meetings/{meeting}/attendance/{STRANGE}/correction", data=sent(demo)),
            client.post(f"/meetings/{STRANGE}/attendance/{STRANGE}/correction", data=sent(demo)),
        ]
    assert {answer.status_code for answer in answers} == {404}


def test_approved_minutes_keep_what_was_approved_and_the_pages_say_so(demo: Web) -> None:
    with demo.db.write() as session:
        minutes = session.get_one(Minutes, meeting_id(demo))
        minutes.content, minutes.approved_by, minutes.approved_at = "{}", "丹頂 一郎", demo.clock.now()
        minutes.status = MinutesStatus.APPROVED
        session.add(minutes)
    with demo.client(Role.SECRETARIAT) as client:
        form = client.get(path(demo)).text
        client.post(path(demo), data=sent(demo))
        page = client.get(f"/meetings/{meeting_id(demo)}/attendance").text
    assert "承認された議事録の内容は変わりません" in form
    assert "承認された議事録の内容は、訂正しても変わりません" in page
    with demo.db.read() as session:
        assert session.get_one(Minutes, meeting_id(demo)).content == "{}"
