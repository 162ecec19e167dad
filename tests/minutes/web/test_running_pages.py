"""開会・出席・議題からの退席・出席の確認 through the browser."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from agenda.services.items import items_of
from meetings_app.core.terms import AttendanceMode, MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.services.attendance import AttendanceView, get_attendance
from tests.agenda.web.demo import open_demo
from tests.web_support import Web, WebClient

HELD, COMING = 19, 20
COMING_DAY = date(2014, 3, 28)


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting: nothing is opened before."""
    return open_demo(tmp_path, on=COMING_DAY)


def meeting_id(web: Web, number: int = COMING) -> str:
    with web.db.read() as session:
        return session.exec(
            select(Meeting.id).where(Meeting.committee_id == web.committee_id, Meeting.number == number)
        ).one()


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def item_id(web: Web, number: int = COMING) -> str:
    with web.db.read() as session:
        return items_of(session, meeting_id(web, number))[0].item.id


def attendance(web: Web, name: str) -> AttendanceView:
    with web.db.read() as session:
        view = get_attendance(session, meeting_id(web), person_id(web, name))
        session.expunge_all()
        return view


def opening(web: Web, presider: str = "丹頂 一郎", **more: str) -> dict[str, str]:
    return {"at": "13:00", "presider": person_id(web, presider)} | more


def opened(web: Web, client: WebClient) -> str:
    """Convene and open the coming meeting at 13:00; return its address."""
    base = f"/meetings/{meeting_id(web)}"
    assert client.post(f"{base}/convene").status_code == 303
    assert client.post(f"{base}/open", data=opening(web)).status_code == 303
    return base


def act(web: Web, name: str, what: str, **more: str) -> dict[str, str]:
    return {"person": person_id(web, name), "act": what} | more


def test_the_chair_opens_the_meeting(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        base = opened(demo, client)
        page = client.get(f"{base}/attendance").text
    with demo.db.read() as session:
        meeting = session.get_one(Meeting, meeting_id(demo))
        assert meeting.status is MeetingStatus.OPEN
        # 13:00 in Japan is 4:00 UTC, on the meeting's own day.
        assert meeting.opened_at is not None
        assert meeting.opened_at.isoformat() == "2014-03-28T04:00:00+00:00"
    assert "出欠が未記録の人" in page


def test_a_meeting_is_not_opened_before_its_day(demo: Web) -> None:
    demo.clock.forward(days=-1)
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.CHAIR) as client:
        client.post(f"{base}/convene")
        page = client.get(f"{base}/attendance").text
        answer = client.post(f"{base}/open", data=opening(demo))
    assert "会議の日を待っています" in page
    assert f'action="{base}/open"' not in page
    assert f'href="{base}/invitation.ics"' in page
    assert answer.status_code == 422
    assert "会議の日は平成26年3月28日（金）です。その日になってから開会してください" in answer.text


def test_a_meeting_is_not_opened_before_it_is_convened(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/meetings/{meeting_id(demo)}/open", data=opening(demo))
    assert answer.status_code == 422
    assert "招集してから開会してください" in answer.text


def test_a_deputy_presides_with_a_reason_only(demo: Web) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"{base}/convene")
        refused = client.post(f"{base}/open", data=opening(demo, "湿原 花子"))
        accepted = client.post(
            f"{base}/open", data=opening(demo, "湿原 花子", reason="委員長に<事故>があったため")
        )
        page = client.get(base).text
    assert refused.status_code == 422
    assert "副委員長が議長となる理由" in refused.text
    assert accepted.status_code == 303
    assert "委員長に&lt;事故&gt;があったため" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"at": "25:00"}, "「開会の時刻」は「10:30」のように"),
        ({"presider": ""}, "「議長」を入力してください"),
        ({"presider": "0" * 32}, "「議長」を一覧から選び直してください"),
    ],
)
def test_a_wrong_opening_is_refused(demo: Web, change: dict[str, str], sentence: str) -> None:
    base = f"/meetings/{meeting_id(demo)}"
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"{base}/convene")
        answer = client.post(f"{base}/open", data=opening(demo) | change)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_people_come_leave_and_return(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        path = f"{opened(demo, client)}/attendance"
        for what, at in (("arrive", "13:05"), ("leave", "13:20"), ("arrive", "13:40")):
            answer = client.post(path, data=act(demo, "摩周 三郎", what, at=at, mode="オンライン"))
            assert answer.status_code == 303, answer.text
        page = client.get(path).text
    view = attendance(demo, "摩周 三郎")
    assert [(f"{s.arrived_at:%H:%M}", s.left_at and f"{s.left_at:%H:%M}") for s in view.stays] == [
        ("04:05", "04:20"),
        ("04:40", None),
    ]
    assert view.attendance.mode is AttendanceMode.ONLINE
    assert "13:05–13:20" in page


def test_without_a_time_it_is_now(demo: Web) -> None:
    demo.clock.forward(hours=-3, minutes=-20)  # 13:10 on the meeting's day
    with demo.client(Role.SECRETARIAT) as client:
        path = f"{opened(demo, client)}/attendance"
        assert client.post(path, data=act(demo, "摩周 三郎", "arrive")).status_code == 303
    (stay,) = attendance(demo, "摩周 三郎").stays
    assert stay.arrived_at.isoformat() == "2014-03-28T04:10:00+00:00"


def test_somebody_is_absent_with_a_reason_and_that_can_be_taken_back(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        path = f"{opened(demo, client)}/attendance"
        client.post(path, data=act(demo, "川湯 六郎", "absent", absence="<急用>のため"))
        page = client.get(path).text
        assert attendance(demo, "川湯 六郎").attendance.mode is AttendanceMode.ABSENT
        client.post(path, data=act(demo, "川湯 六郎", "withdraw_absence"))
        twice = client.post(path, data=act(demo, "川湯 六郎", "withdraw_absence"))
    assert "&lt;急用&gt;のため" in page
    assert attendance(demo, "川湯 六郎").attendance.mode is None
    assert twice.status_code == 404


def test_a_mistaken_arrival_is_taken_back_and_stays_in_the_history(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = opened(demo, client)
        client.post(f"{base}/attendance", data=act(demo, "川湯 六郎", "arrive", at="13:05"))
        (stay,) = attendance(demo, "川湯 六郎").stays
        data = act(demo, "川湯 六郎", "withdraw_stay", stay=stay.id)
        assert client.post(f"{base}/attendance", data=data).status_code == 303
        assert client.post(f"{base}/attendance", data=data).status_code == 404
        history = client.get(f"{base}/history").text
    view = attendance(demo, "川湯 六郎")
    assert (view.stays, view.attendance.mode) == ((), None)
    assert "到着の取消し" in history


@pytest.mark.parametrize(
    ("name", "what", "more", "status", "sentence"),
    [
        ("摩周 三郎", "leave", {"at": "13:10"}, 422, "摩周 三郎 は在席していません"),
        ("摩周 三郎", "arrive", {"at": "25:99"}, 422, "「時刻」は「10:30」のように"),
        ("丹頂 一郎", "absent", {}, 422, "議長を務めた人を欠席にはできません"),
        ("雪里 真", "arrive", {"at": "13:10"}, 404, "出席予定者に入っていません"),
        ("摩周 三郎", "vanish", {}, 422, "「記録すること」を一覧から選び直してください"),
    ],
)
def test_what_cannot_be_is_refused(
    demo: Web, name: str, what: str, more: dict[str, str], status: int, sentence: str
) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        path = f"{opened(demo, client)}/attendance"
        answer = client.post(path, data=act(demo, name, what, **more))
    assert answer.status_code == status
    assert sentence in answer.text


def test_standing_aside_for_one_item_is_recorded_once(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = opened(demo, client)
        data = {
            "item": item_id(demo),
            "recused": person_id(demo, "川湯 六郎"),
            "recusal_reason": "本人との続柄",
        }
        first = client.post(f"{base}/recusals", data=data)
        second = client.post(f"{base}/recusals", data=data)
        empty = client.post(f"{base}/recusals", data=data | {"recusal_reason": ""})
        foreign = client.post(f"{base}/recusals", data=data | {"item": item_id(demo, HELD)})
        page = client.get(f"{base}/attendance").text
    assert [first.status_code, second.status_code, empty.status_code] == [303, 422, 422]
    assert foreign.status_code == 404
    assert "もう記録してあります" in second.text
    assert "「退席の理由」を入力してください" in empty.text
    assert "本人との続柄" in page


def test_attendance_is_confirmed_after_closing_only(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = opened(demo, client)
        early = client.post(f"{base}/attendance/confirm")
        for name in ("丹頂 一郎", "湿原 花子", "幣舞 次郎", "摩周 三郎", "春採 よし子", "川湯 六郎"):
            client.post(f"{base}/attendance", data=act(demo, name, "arrive", at="13:00"))
        assert client.post(f"{base}/close", data={"at": "13:50"}).status_code == 303
        assert "次は出席の確認です" in client.get(f"{base}/attendance").text
        late = client.post(f"{base}/attendance/confirm")
        page = client.get(f"{base}/attendance").text
    assert early.status_code == 422
    assert "先に閉会してください" in early.text
    assert late.status_code == 303
    assert "jimukyoku" not in page
    assert "鶴野 あかりが平成26年3月28日（金）に確認" in page


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER])
def test_others_record_nothing(demo: Web, role: Role) -> None:
    base = f"/meetings/{meeting_id(demo, HELD)}"
    with demo.client(role) as client:
        for path in ("open", "attendance", "recusals", "attendance/confirm", "close"):
            assert client.post(f"{base}/{path}", data={}).status_code == 403, path
        assert client.get(f"{base}/attendance").status_code == (200 if role is Role.ACCOUNTING else 403)
