"""議題の結果・対応・地域課題・閉会 through the browser."""

from pathlib import Path

import pytest
from sqlmodel import select

from agenda.tables import AgendaItem
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from minutes.services.running import actions_of
from minutes.tables import ItemRecord, RegionalIssue
from tests.agenda.web.demo import open_demo, plan_of
from tests.minutes.web.test_running_pages import COMING_DAY, HELD, act, item_id, meeting_id, opened
from tests.web_support import Web, WebClient

PRESENT = ("丹頂 一郎", "湿原 花子", "幣舞 次郎", "摩周 三郎", "春採 よし子", "川湯 六郎")


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting: nothing is opened before."""
    return open_demo(tmp_path, on=COMING_DAY)


def record(web: Web, item: str) -> ItemRecord:
    with web.db.read() as session:
        row = session.get_one(ItemRecord, item)
        session.expunge(row)
        return row


def filled(**more: str) -> dict[str, str]:
    return {"version": "0", "started": "13:05", "ended": "13:20", "outcome": "了承"} | more


def all_present(web: Web, client: WebClient, base: str) -> None:
    for name in PRESENT:
        client.post(f"{base}/attendance", data=act(web, name, "arrive", at="13:00"))


def test_an_item_is_recorded_with_all_it_says(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        base = opened(demo, client)
        data = filled(
            fits_situation="yes",
            resources_missing="no",
            follow_up="yes",
            explanation="説明した。",
            discussion="一行目\r\n二行目",
            confirmed="<b>確かめた</b>。",
        )
        answer = client.post(f"{base}/items/{item_id(demo)}/record", data=data)
        page = client.get(answer.headers["location"]).text
    row = record(demo, item_id(demo))
    assert answer.status_code == 303
    assert (row.outcome, row.version, row.follow_up) == ("了承", 1, True)
    assert (row.fits_situation, row.leads_to_solution, row.resources_missing) == (True, None, False)
    assert row.discussion == "一行目\n二行目"
    assert row.started_at is not None
    assert row.started_at.isoformat() == "2014-03-28T04:05:00+00:00"
    assert "<b>確かめた" not in page
    assert "&lt;b&gt;確かめた&lt;/b&gt;。" in page


def test_saving_leads_on_to_the_next_item(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = opened(demo, client)
        client.post(f"{base}/items", data={"title": "二つ目の議題"})
        with demo.db.read() as session:
            second = session.exec(select(AgendaItem.id).where(AgendaItem.title == "二つ目の議題")).one()
        page = client.get(f"{base}/record").text
        answer = client.post(f"{base}/items/{item_id(demo)}/record", data=filled(go="next", next=second))
    assert "次は 二つ目の議題" in page
    assert answer.headers["location"] == f"{base}/record?item={second}"


def test_an_evaluation_offers_the_outcomes_of_an_evaluation(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"/meetings/{meeting_id(demo)}/items", data={"plan_id": plan_of(demo, 12, 1).id})
        with demo.db.read() as session:
            item = session.exec(
                select(AgendaItem.id).where(
                    AgendaItem.meeting_id == meeting_id(demo), AgendaItem.plan_id == plan_of(demo, 12, 1).id
                )
            ).one()
        with demo.db.write() as session:
            session.get_one(Meeting, meeting_id(demo)).status = MeetingStatus.CONVENED
        client.post(
            f"/meetings/{meeting_id(demo)}/open",
            data={"at": "13:00", "presider": demo.people[Role.CHAIR]},
        )
        page = client.get(f"/meetings/{meeting_id(demo)}/record?item={item}").text
        wrong = client.post(f"/meetings/{meeting_id(demo)}/items/{item}/record", data=filled())
    assert 'name="outcome" value="終結"' in page
    assert 'name="outcome" value="了承"' not in page
    assert "状況と目標に合う" in page
    assert wrong.status_code == 422
    assert "この議題の結果は 終結・再プラン・中断・継続協議 から選んでください" in wrong.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"outcome": "可決"}, "「結果」を一覧から選び直してください"),
        ({"ended": "12:00"}, "議題の終わりが始まりより前か、始まりがありません"),
        ({"started": "朝"}, "「始まり」は「10:30」のように"),
        ({"follow_up": "maybe"}, "「フォロー」を一覧から選び直してください"),
    ],
)
def test_a_wrong_record_is_refused_and_what_was_typed_is_kept(
    demo: Web, change: dict[str, str], sentence: str
) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = opened(demo, client)
        data = filled(confirmed="打ち込んだ文") | change
        answer = client.post(f"{base}/items/{item_id(demo)}/record", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "打ち込んだ文" in answer.text
    with demo.db.read() as session:
        assert session.get(ItemRecord, item_id(demo)) is None


def test_two_people_saving_see_both_texts_and_lose_nothing(demo: Web) -> None:
    path = f"/items/{item_id(demo)}/record"
    with demo.client(Role.SECRETARIAT) as client:
        base = opened(demo, client)
        client.post(base + path, data=filled(confirmed="<u>先の文</u>", fits_situation="yes"))
        stale = client.post(base + path, data=filled(confirmed="<s>後の文</s>", outcome="継続協議"))
        again = client.post(base + path, data=filled(confirmed="二つを合わせた文", version="1"))
    assert stale.status_code == 409
    assert "この議題は、先に保存されています" in stale.text
    assert "&lt;u&gt;先の文&lt;/u&gt;" in stale.text
    assert stale.text.count("&lt;s&gt;後の文&lt;/s&gt;") == 2, (
        "beside the stored text, and still in the field"
    )
    assert "<u>先の文" not in stale.text
    assert 'name="version" value="1"' in stale.text
    assert again.status_code == 303
    assert record(demo, item_id(demo)).confirmed == "二つを合わせた文"


def test_a_meeting_that_is_not_open_takes_no_record(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        before = client.get(f"/meetings/{meeting_id(demo)}/record").text
        early = client.post(f"/meetings/{meeting_id(demo)}/items/{item_id(demo)}/record", data=filled())
        closed = client.get(f"/meetings/{meeting_id(demo, HELD)}/record").text
        late = client.post(
            f"/meetings/{meeting_id(demo, HELD)}/items/{item_id(demo, HELD)}/record", data=filled(version="1")
        )
    assert "開会すると、議題ごとの結果を記録できます" in before
    assert (early.status_code, late.status_code) == (422, 422)
    assert "目標の前半は達した" in closed
    assert 'name="confirmed"' in closed, "texts can be mended until the minutes are approved"
    assert 'type="radio" name="outcome"' not in closed


def test_an_item_of_another_meeting_is_not_found(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base, foreign = opened(demo, client), item_id(demo, HELD)
        assert client.get(f"{base}/record?item={foreign}").status_code == 404
        for path, data in (
            ("record", filled()),
            ("actions", {"what": "する", "who": "誰か"}),
            ("actions/withdraw", {"action": "0" * 32}),
            ("issues", {"category": "移動", "shortage": "遠い", "municipality": "釧路市"}),
        ):
            assert client.post(f"{base}/items/{foreign}/{path}", data=data).status_code == 404, path


def test_who_does_what_by_when_is_added_and_taken_back(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base = f"{opened(demo, client)}/items/{item_id(demo)}/actions"
        data = {"what": "<em>便</em>を調べる", "who": "鶴野 あかり", "due_on": "平成26年4月11日"}
        assert client.post(base, data=data).status_code == 303
        page = client.get(f"/meetings/{meeting_id(demo)}/record").text
        with demo.db.read() as session:
            (action,) = actions_of(session, [item_id(demo)])[item_id(demo)]
        refused = client.post(base, data={"what": "", "who": "", "due_on": "あした"})
        gone = client.post(f"{base}/withdraw", data={"action": action.id})
        twice = client.post(f"{base}/withdraw", data={"action": action.id})
    assert "&lt;em&gt;便&lt;/em&gt;を調べる" in page
    assert "平成26年4月11日（金）まで" in page
    assert refused.status_code == 422
    assert "「すること」を入力してください" in refused.text
    assert "「あした」を日付として読めません" in refused.text
    assert (gone.status_code, twice.status_code) == (303, 404)


def test_a_regional_issue_is_raised_on_an_item(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        path = f"{opened(demo, client)}/items/{item_id(demo)}/issues"
        data = {
            "category": "冬期(燃料・除雪)",
            "shortage": "足りない",
            "municipality": "弟子屈町",
            "issue_text": "<雪>の日に出られない。",
        }
        assert client.post(path, data=data).status_code == 303
        again = client.post(path, data=data)
        refused = client.post(path, data=data | {"municipality": "札幌市", "category": ""})
        page = client.get(f"/meetings/{meeting_id(demo)}/record").text
    with demo.db.read() as session:
        issue = session.exec(select(RegionalIssue).where(RegionalIssue.item_id == item_id(demo))).one()
        assert (str(issue.category), issue.municipality) == ("冬期(燃料・除雪)", "弟子屈町")
        assert issue.raised_on.isoformat() == "2014-03-28"
    assert (again.status_code, "同じ地域課題が、もう挙げてあります" in again.text) == (422, True)
    assert refused.status_code == 422
    assert "「市町村」を一覧から選び直してください" in refused.text
    assert "「分野」を入力してください" in refused.text
    assert "&lt;雪&gt;の日に出られない。" in page


def test_closing_shows_what_is_carried_over_and_waits_for_attendance(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        base = opened(demo, client)
        question = client.get(f"{base}/close").text
        refused = client.post(f"{base}/close", data={"at": "13:50"})
        all_present(demo, client, base)
        too_early = client.post(f"{base}/close", data={"at": "12:50"})
        accepted = client.post(f"{base}/close", data={"at": "13:50"})
        page = client.get(f"{base}/attendance").text
    assert "朝の移動手段について" in question
    assert f'未決定</span> <a href="{base}/live?item={item_id(demo)}">決める</a>' in question
    assert "出欠が記録されていない人がいます" in question
    assert refused.status_code == 422
    assert "到着か欠席を記録してから閉会してください" in refused.text
    assert too_early.status_code == 422
    assert accepted.status_code == 303
    assert "13:00–13:50" in page
    with demo.db.read() as session:
        assert session.get_one(Meeting, meeting_id(demo)).status is MeetingStatus.CLOSED
        assert session.get_one(AgendaItem, item_id(demo)).continued_on is not None


def test_closing_tells_of_an_outcome_whose_attendance_was_typed_anew(demo: Web) -> None:
    told = "朝の移動手段について の結果を記録したときの在席と、出席の記録が違います（湿原 花子）。"
    with demo.client(Role.CHAIR) as client:
        base = opened(demo, client)
        all_present(demo, client, base)
        client.post(f"{base}/items/{item_id(demo)}/record", data=filled())
        agreed = client.get(f"{base}/close").text
        client.post(f"{base}/attendance", data=act(demo, "湿原 花子", "leave", at="13:10"))
        page = client.get(f"{base}/close").text
        accepted = client.post(f"{base}/close", data={"at": "13:50"})
    assert "出席の記録が違います" not in agreed
    assert told in page
    assert "もう一度記録してください" in page
    assert accepted.status_code == 303, "a notice bars nothing"


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_neither_read_nor_write_records(demo: Web, role: Role) -> None:
    base = f"/meetings/{meeting_id(demo, HELD)}"
    with demo.client(role) as client:
        assert client.get(f"{base}/record").status_code == 403
        assert client.post(f"{base}/items/{item_id(demo, HELD)}/record", data=filled()).status_code == 403
