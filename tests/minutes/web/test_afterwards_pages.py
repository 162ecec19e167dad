"""事後入力 through the browser: opening, everybody's attendance, items, closing; and a presider without office."""

from pathlib import Path

import pytest
from sqlmodel import select

from meetings_app.core.terms import AttendanceMode, MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.live_tables import AfterwardsEntry, Presiding
from minutes.services.attendance import attendance_of
from tests.agenda.web.demo import open_demo
from tests.minutes.web.test_running_pages import COMING_DAY, HELD, item_id, meeting_id
from tests.web_support import Web, WebClient


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting, in the afternoon: 13:00 has passed."""
    return open_demo(tmp_path, on=COMING_DAY)


JSON = {"Accept": "application/json"}


def base(web: Web) -> str:
    return f"/meetings/{meeting_id(web)}"


def convened(web: Web) -> None:
    with web.db.write() as session:
        session.get_one(Meeting, meeting_id(web)).status = MeetingStatus.CONVENED


def person(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def begin(web: Web, client: WebClient, **more: str) -> int:
    convened(web)
    data = {"source": "紙の<q>議事録</q>", "at": "13:05", "presider": web.people[Role.CHAIR]} | more
    return client.post(f"{base(web)}/afterwards", data=data).status_code


def everybody(web: Web, **special: str) -> dict[str, str]:
    """The form with everybody there from the opening on, but for `special` fields."""
    data = {}
    with web.db.read() as session:
        for view in attendance_of(session, meeting_id(web)):
            key = view.person.id
            data |= {
                f"version-{key}": str(view.attendance.version),
                f"mode-{key}": "対面",
                f"arrived-{key}": "13:05",
                f"left-{key}": "",
                f"reason-{key}": "",
            }
    return data | special


def test_a_whole_meeting_is_entered_and_says_so(demo: Web) -> None:
    away = person(demo, "幣舞 次郎")
    with demo.client(Role.SECRETARIAT) as client:
        convened(demo)
        first = client.get(f"{base(demo)}/afterwards").text
        assert begin(demo, client) == 303
        missing = client.get(f"{base(demo)}/afterwards").text
        special = {f"mode-{away}": "欠席", f"reason-{away}": "<s>病気</s>"}
        sent = client.post(f"{base(demo)}/afterwards/attendance", data=everybody(demo, **special))
        record = {"version": "0", "started": "13:05", "ended": "13:20", "outcome": "了承"}
        early = client.post(f"{base(demo)}/items/{item_id(demo)}/record", data=record | {"started": "13:00"})
        client.post(f"{base(demo)}/items/{item_id(demo)}/record", data=record)
        done = client.get(f"{base(demo)}/afterwards").text
        late = client.post(f"{base(demo)}/close", data={"at": "23:00"})
        closed = client.post(f"{base(demo)}/close", data={"at": "13:50"})
        page = client.get(f"{base(demo)}/attendance").text
        history = client.get(f"{base(demo)}/history").text
        after = client.get(f"{base(demo)}/afterwards").text
    assert "何を見て入力するか" in first
    assert "出欠が入っていない人" in missing
    assert (sent.status_code, early.status_code) == (303, 422)
    assert "議題の時刻が開会より前です" in early.text
    assert "すべて入りました" in done
    assert "&lt;s&gt;病気&lt;/s&gt;" in done
    assert late.status_code == 422
    assert "まだ来ていない時刻です" in late.text
    assert closed.status_code == 303
    assert "事後入力" in page
    assert "紙の&lt;q&gt;議事録&lt;/q&gt;から、会議の後に入力した記録です" in page
    assert "<q>" not in page
    assert "事後入力" in history
    assert "閉会を記録しました" in after
    with demo.db.read() as session:
        meeting = session.get_one(Meeting, meeting_id(demo))
        assert meeting.opened_at is not None
        assert meeting.opened_at.isoformat() == "2014-03-28T04:05:00+00:00"
        assert session.get_one(AfterwardsEntry, meeting.id).source == "紙の<q>議事録</q>"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": ""}, "「何を見て入力するか」を入力してください"),
        ({"at": "朝"}, "「開会の時刻」は「10:30」のように"),
        ({"at": "23:00"}, "まだ来ていない時刻"),
        ({"presider": "0" * 32}, "「議長」を一覧から選び直してください"),
        ({"presider": ""}, "「議長」を入力してください"),
    ],
)
def test_a_wrong_beginning_is_refused_and_kept(demo: Web, change: dict[str, str], sentence: str) -> None:
    convened(demo)
    data = {"source": "手書き", "at": "13:05", "presider": demo.people[Role.CHAIR]} | change
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"{base(demo)}/afterwards", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "手書き" in answer.text or change == {"source": ""}
    with demo.db.read() as session:
        assert session.get_one(Meeting, meeting_id(demo)).status is MeetingStatus.CONVENED


def test_wrong_rows_are_refused_and_kept_and_stale_ones_a_conflict(demo: Web) -> None:
    away = person(demo, "幣舞 次郎")
    with demo.client(Role.SECRETARIAT) as client:
        begin(demo, client)
        path = f"{base(demo)}/afterwards/attendance"
        unread = client.post(path, data=everybody(demo, **{f"arrived-{away}": "二時"}))
        backward = client.post(path, data=everybody(demo, **{f"left-{away}": "13:05"}))
        stale = everybody(demo)
        assert client.post(path, data=stale).status_code == 303
        conflict = client.post(path, data=stale | {f"left-{away}": "13:30"})
        absent = client.post(path, data=everybody(demo, **{f"mode-{demo.people[Role.CHAIR]}": "欠席"}))
    assert (unread.status_code, backward.status_code) == (422, 422)
    assert "「幣舞 次郎 到着」は「10:30」のように" in unread.text
    assert 'value="二時"' in unread.text
    assert "幣舞 次郎 の退席の時刻が到着より前です" in backward.text
    assert conflict.status_code == 409
    assert "幣舞 次郎 の出欠は、ほかの人が先に記録しました" in conflict.text
    assert absent.status_code == 422
    assert "議長を務めた人を欠席にはできません" in absent.text
    with demo.db.read() as session:
        modes = {view.attendance.mode for view in attendance_of(session, meeting_id(demo))}
    assert modes == {AttendanceMode.IN_PERSON}


def test_what_is_entered_from_paper_is_not_run_on_the_live_screen(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        convened(demo)
        assert begin(demo, client) == 303
        live = client.get(f"{base(demo)}/live")
        tapped = client.post(f"{base(demo)}/live/item", data={"item": item_id(demo)}, headers=JSON)
    assert (live.status_code, live.headers["location"]) == (303, f"{base(demo)}/afterwards")
    assert tapped.status_code == 422
    assert "事後入力の画面で、時刻を入れて" in tapped.json()["message"]


def test_a_meeting_recorded_live_and_a_foreign_one_are_not_entered(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/meetings/{meeting_id(demo, HELD)}/afterwards")
        data = {"source": "紙", "at": "13:05", "presider": demo.people[Role.CHAIR]}
        refused = client.post(f"/meetings/{meeting_id(demo, HELD)}/afterwards", data=data)
        assert client.get(f"/meetings/{'0' * 32}/afterwards").status_code == 404
        assert client.post(f"/meetings/{'0' * 32}/afterwards/attendance", data={}).status_code == 404
    assert "開いている間に記録されています" in page.text
    assert refused.status_code == 422
    assert "もう開会しています" in refused.text


def test_somebody_without_office_presides_and_the_page_says_where_the_regulation_ends(demo: Web) -> None:
    convened(demo)
    stand_in = person(demo, "川湯 六郎")
    data = {"at": "13:05", "presider": stand_in, "stand_in": "1"}
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"{base(demo)}/attendance").text
        unsaid = client.post(f"{base(demo)}/open", data=data | {"reason": "病気"})
        no_reason = client.post(f"{base(demo)}/open", data=data | {"decided_by": "話合い"})
        opened = client.post(
            f"{base(demo)}/open",
            data=data | {"reason": "三人とも病気のため", "decided_by": "<b>話合い</b>"},
        )
        after = client.get(f"{base(demo)}/attendance").text
    assert "委員長も副委員長も出席できない" in page
    assert "だれが議長となるかは定めがありません" in page
    assert (unsaid.status_code, no_reason.status_code, opened.status_code) == (422, 422, 303)
    assert "出席できない理由（事故、または欠けていること）を入れてください" in no_reason.text
    assert "議長は、&lt;b&gt;話合い&lt;/b&gt;で決めました" in after
    with demo.db.read() as session:
        rows = session.exec(select(Presiding).where(Presiding.meeting_id == meeting_id(demo))).all()
        assert [(row.person_id, row.office, row.decided_by) for row in rows] == [
            (stand_in, "", "<b>話合い</b>")
        ]
