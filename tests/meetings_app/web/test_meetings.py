"""会議の一覧・予定・変更・中止・会場 through the browser."""

from pathlib import Path

import pytest
from sqlmodel import select

from meetings_app.core.terms import CommitteeKind, District, MeetingStatus, Role
from meetings_app.services.committees import find_committee
from meetings_app.tables.meetings import Meeting, Venue
from tests.agenda.web.demo import open_demo
from tests.web_support import Web

TIMES = {"day": "平成26年4月8日", "starts": "10:00", "ends": "11時30分"}


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def meeting(web: Web, number: int) -> Meeting:
    with web.db.read() as session:
        committee = find_committee(session, CommitteeKind.SUPPORT).id
        found = session.exec(
            select(Meeting).where(Meeting.committee_id == committee, Meeting.number == number)
        ).one()
        session.expunge(found)
        return found


def foreign_meeting(web: Web) -> str:
    """A meeting of the regional body, with the same demo behind it."""
    with web.db.write() as session:
        other = find_committee(session, CommitteeKind.REGIONAL)
        original = session.exec(select(Meeting).where(Meeting.number == 19)).one()
        row = Meeting(committee_id=other.id, number=1, starts_at=original.starts_at, ends_at=original.ends_at)
        session.add(row)
        session.flush()
        return row.id


def test_the_list_separates_coming_meetings_from_those_that_are_over(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/meetings").text
    coming, past = page.split("終わった会議", 1)
    assert "第20回" in coming
    assert "第19回" not in coming
    assert "平成26年3月28日（金）" in coming
    assert "第19回" in past
    assert "議題 9件" in past


@pytest.mark.parametrize(
    ("role", "shown"), [(Role.CHAIR, True), (Role.ACCOUNTING, True), (Role.REGIONAL, False)]
)
def test_who_may_open_the_list(demo: Web, role: Role, shown: bool) -> None:
    with demo.client(role) as client:
        assert client.get("/meetings").status_code == (200 if shown else 403)


def test_a_member_sees_only_meetings_they_take_part_in(demo: Web) -> None:
    with demo.db.write() as session:
        original = session.exec(select(Meeting).where(Meeting.number == 20)).one()
        session.add(
            Meeting(
                committee_id=original.committee_id,
                number=21,
                starts_at=original.starts_at,
                ends_at=original.ends_at,
            )
        )
    other = meeting(demo, 21).id
    with demo.client(Role.MEMBER) as client:
        page = client.get("/meetings").text
        assert client.get(f"/meetings/{other}").status_code == 404
    assert "第20回" in page
    assert "第21回" not in page


def test_the_secretariat_plans_the_next_meeting(demo: Web) -> None:
    with demo.db.read() as session:
        venue = session.exec(select(Venue.id)).one()
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/meetings/new", data=TIMES | {"venue": venue})
    planned = meeting(demo, 21)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/meetings/{planned.id}"
    # 10:00 and 11:30 in Japan are 1:00 and 2:30 UTC.
    assert planned.starts_at.isoformat() == "2014-04-08T01:00:00+00:00"
    assert planned.ends_at.isoformat() == "2014-04-08T02:30:00+00:00"
    assert planned.venue_id == venue


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends": "9:00"}, "終了を開始より後にしてください"),
        ({"day": "令和0年4月1日"}, "令和0年という年はありません"),
        ({"starts": ""}, "「開始」を入力してください"),
        ({"venue": "0" * 32}, "この会場は登録されていません"),
    ],
)
def test_a_wrong_plan_is_refused_with_a_sentence_and_kept(
    demo: Web, wrong: dict[str, str], sentence: str
) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/meetings/new", data=TIMES | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="11時30分"' in answer.text or "ends" in wrong
    with demo.db.read() as session:
        assert len(session.exec(select(Meeting.id)).all()) == 2


@pytest.mark.parametrize("role", [Role.CHAIR, Role.ACCOUNTING, Role.MEMBER])
def test_only_the_secretariat_plans(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        assert client.get("/meetings/new").status_code == 403
        assert client.post("/meetings/new", data=TIMES).status_code == 403


def test_time_and_venue_are_changed_by_their_version(demo: Web) -> None:
    before = meeting(demo, 20)
    data = {
        "day": "2014-03-31",
        "starts": "14:00",
        "ends": "15:00",
        "venue": "",
        "version": str(before.version),
    }
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/meetings/{before.id}/edit", data=data).status_code == 303
        stale = client.post(f"/meetings/{before.id}/edit", data=data | {"starts": "13:00"})
    after = meeting(demo, 20)
    assert stale.status_code == 409
    assert "ほかの人が先に" in stale.text
    assert f'name="version" value="{before.version + 1}"' in stale.text
    assert after.starts_at.isoformat() == "2014-03-31T05:00:00+00:00"
    assert after.venue_id is None
    assert after.version == before.version + 1


def test_a_meeting_that_was_held_cannot_be_moved(demo: Web) -> None:
    held = meeting(demo, 19)
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/meetings/{held.id}/edit", data=TIMES | {"version": str(held.version)})
    assert answer.status_code == 422
    assert "開会した会議の日時や会場は変えられません" in answer.text


def test_cancelling_asks_first_and_leaves_the_record(demo: Web) -> None:
    coming = meeting(demo, 20)
    with demo.client(Role.SECRETARIAT) as client:
        question = client.get(f"/meetings/{coming.id}/cancel")
        answer = client.post(f"/meetings/{coming.id}/cancel", data={"version": str(coming.version)})
        page = client.get(f"/meetings/{coming.id}").text
    assert "中止した会議は元に戻せません" in question.text
    assert answer.status_code == 303
    assert meeting(demo, 20).status is MeetingStatus.CANCELLED
    assert "この会議は中止になりました" in page


def test_a_foreign_meeting_is_not_found(demo: Web) -> None:
    other = foreign_meeting(demo)
    with demo.client(Role.SECRETARIAT) as client:
        for path in ("", "/edit", "/cancel", "/attendance", "/record", "/minutes", "/history"):
            assert client.get(f"/meetings/{other}{path}").status_code == 404, path
        assert client.post(f"/meetings/{other}/edit", data=TIMES | {"version": "1"}).status_code == 404
        assert client.post(f"/meetings/{other}/cancel", data={"version": "1"}).status_code == 404


def test_a_venue_is_added_and_chosen_in_the_form_that_missed_it(demo: Web) -> None:
    data = TIMES | {"venue_name": "<b>阿寒</b>支所", "district": "阿寒"}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/venues", data=data)
    with demo.db.read() as session:
        venue = session.exec(select(Venue).where(Venue.name == "<b>阿寒</b>支所")).one()
        assert venue.district is District.AKAN
        assert f'value="{venue.id}" selected' in answer.text
    assert answer.status_code == 200
    assert "<b>阿寒" not in answer.text
    assert 'value="平成26年4月8日"' in answer.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"venue_name": "", "district": "釧路"}, "「会場の名前」を入力してください"),
        ({"venue_name": "新しい会場", "district": "札幌"}, "「地区」を一覧から選び直してください"),
        ({"venue_name": "見本市民活動センター 会議室1", "district": "釧路"}, "もう登録されています"),
    ],
)
def test_a_wrong_venue_is_refused(demo: Web, data: dict[str, str], sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/venues", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_frame_says_how_far_a_meeting_is_and_what_comes_next(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        held = client.get(f"/meetings/{meeting(demo, 19).id}").text
        coming = client.get(f"/meetings/{meeting(demo, 20).id}").text
    assert "第19回 支援調整会議" in held
    assert "議長の承認を待っています" in held
    assert "次は招集です" in coming
    assert "招集の前に確かめることがあります: 委員長が議題を確認していません。" in coming
    assert f"/meetings/{meeting(demo, 20).id}/convene" in coming


def test_the_chair_is_led_to_the_approval(demo: Web) -> None:
    held = meeting(demo, 19).id
    with demo.client(Role.CHAIR) as client:
        assert f"/meetings/{held}/minutes/approve" in client.get(f"/meetings/{held}").text


def test_accounting_reads_attendance_and_payments_only(demo: Web) -> None:
    held = meeting(demo, 19).id
    with demo.client(Role.ACCOUNTING) as client:
        agenda = client.get(f"/meetings/{held}")
        attendance = client.get(f"/meetings/{held}/attendance").text
        refused = [
            client.get(f"/meetings/{held}/{tab}").status_code for tab in ("record", "minutes", "history")
        ]
    assert (agenda.status_code, agenda.headers["location"]) == (303, f"/meetings/{held}/attendance")
    assert "湿原 花子" in attendance
    assert "プラン2 評価" not in attendance
    assert f'href="/meetings/{held}/record"' not in attendance
    assert refused == [403, 403, 403]
