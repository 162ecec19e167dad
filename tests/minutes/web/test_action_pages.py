"""対応の一覧, and the panels beside an item: actions, services and 地域課題, with and without a script."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from agenda.tables import AgendaItem
from meetings_app.core.terms import DueReason, MeetingStatus, Purpose, Role
from meetings_app.tables.meetings import Meeting
from minutes.live_tables import ServiceChange
from minutes.tables import ActionItem
from tests.agenda.web.demo import open_demo
from tests.minutes.web.test_running_pages import COMING_DAY, HELD, item_id, meeting_id, opened
from tests.web_support import Web, WebClient

JSON = {"Accept": "application/json"}
UNKNOWN = "0" * 32


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting."""
    return open_demo(tmp_path, on=COMING_DAY)


def action(web: Web, what: str = "電話で様子を聞く") -> ActionItem:
    with web.db.read() as session:
        row = session.exec(select(ActionItem).where(ActionItem.what == what)).one()
        session.expunge(row)
        return row


def make_late(web: Web) -> None:
    with web.db.write() as session:
        row = session.get_one(ActionItem, action(web).id)
        row.due_on, row.who = date(2014, 3, 26), "<b>鶴野</b> あかり"


def case_item(web: Web, client: WebClient) -> tuple[str, str]:
    """Open the coming meeting with the plan of case 14, whose action is open; return base and item."""
    with web.db.read() as session:
        item = session.get_one(AgendaItem, action(web).item_id)
        plan_id = item.plan_id or ""
    base = f"/meetings/{meeting_id(web)}"
    with web.db.write() as session:
        added = AgendaItem(
            meeting_id=meeting_id(web),
            plan_id=plan_id,
            position=9,
            purpose=Purpose.EVALUATE,
            reason=DueReason.EVALUATION,
        )
        session.add(added)
        session.get_one(Meeting, meeting_id(web)).status = MeetingStatus.CONVENED
    data = {"at": "13:00", "presider": web.people[Role.CHAIR]}
    assert client.post(f"{base}/open", data=data).status_code == 303
    with web.db.read() as session:
        found = session.exec(
            select(AgendaItem.id).where(
                AgendaItem.meeting_id == meeting_id(web), AgendaItem.plan_id == plan_id
            )
        ).one()
    return base, found


def test_late_actions_stand_first_and_on_the_start_page(demo: Web) -> None:
    make_late(demo)
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/actions").text
        start = client.get("/").text
    assert "2日超過" in page
    assert "うち期限を過ぎたもの1件" in page
    assert "&lt;b&gt;鶴野&lt;/b&gt;" in page
    assert "<b>鶴野" not in page
    assert page.index("電話で様子を聞く") < page.index("相談の日程を本人と組み直す")
    assert "期限を過ぎた対応" in start


def test_the_list_is_narrowed_by_who_and_case(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        by_who = client.get("/actions?who=葦原").text
        by_case = client.get("/actions?case=11").text
        none = client.get("/actions?who=いない人").text
        wrong = client.get("/actions?case=十一")
    assert "相談の日程を本人と組み直す" in by_who
    assert "電話で様子を聞く" not in by_who
    assert "相談の日程を本人と組み直す" in by_case
    assert "電話で様子を聞く" not in by_case
    assert "当てはまる対応はありません" in none
    assert wrong.status_code == 422
    assert "「ケース番号」は数字で入力してください" in wrong.text


def test_done_and_taken_back_on_the_list(demo: Web) -> None:
    row = action(demo)
    data = {"done_on": "H26.3.27", "done_note": "<i>元気</i>", "version": "1", "how": "done"}
    with demo.client(Role.SECRETARIAT) as client:
        wrong = client.post(f"/actions/{row.id}/finish", data=data | {"done_on": "H26.4.1"})
        drop = client.post(f"/actions/{row.id}/finish", data=data | {"how": "drop", "done_note": ""})
        answer = client.post(f"/actions/{row.id}/finish", data=data | {"back": "https://example.org/"})
        stale = client.post(f"/actions/{row.id}/finish", data=data)
        page = client.get("/actions").text
        back = client.post(f"/actions/{row.id}/reopen", data={"version": "2"})
    assert (wrong.status_code, drop.status_code) == (422, 422)
    assert "まだ来ていません" in wrong.text
    assert "&lt;i&gt;元気&lt;/i&gt;" in wrong.text
    assert "取りやめる理由を入れてください" in drop.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/actions")
    assert stale.status_code == 409
    assert "済んだ対応" in page
    assert "&lt;i&gt;元気&lt;/i&gt;" in page
    assert back.status_code == 303
    assert action(demo).done_on is None


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_others_have_no_list_and_no_panels(demo: Web, role: Role) -> None:
    base = f"/meetings/{meeting_id(demo, HELD)}"
    item = item_id(demo, HELD)
    with demo.client(role) as client:
        assert client.get("/actions").status_code == 403
        for path in (
            f"/actions/{action(demo).id}/finish",
            f"{base}/items/{item}/services",
            f"{base}/items/{item}/actions/finish",
            f"{base}/afterwards",
        ):
            assert client.post(path, data={}).status_code == 403, path


def test_an_earlier_action_is_reported_done_on_its_item(demo: Web) -> None:
    row = action(demo)
    with demo.client(Role.SECRETARIAT) as client:
        base, item = case_item(demo, client)
        page = client.get(f"{base}/record?item={item}").text
        path = f"{base}/items/{item}/actions/finish"
        data = {
            "action": row.id,
            "version": "1",
            "done_on": "H26.3.28",
            "done_note": "会議で報告",
            "how": "done",
        }
        foreign = client.post(path, data=data | {"action": action(demo, "体験先の見学を調整する").id})
        elsewhere = client.post(f"{base}/items/{item_id(demo, HELD)}/actions/finish", data=data)
        wrong = client.post(path, data=data | {"done_on": "きょう"})
        told = client.post(path, data=data | {"done_on": "きょう"}, headers=JSON)
        silent = client.post(path, data=data, headers=JSON)
        after = client.get(f"{base}/record?item={item}").text
        reopened = client.post(f"{base}/items/{item}/actions/reopen", data={"action": row.id, "version": "2"})
    assert "前の会議からの対応" in page
    assert row.what in page
    assert (foreign.status_code, elsewhere.status_code) == (404, 404)
    assert wrong.status_code == 422
    assert "「きょう」を日付として読めません" in wrong.text
    assert (told.status_code, told.json()["error"]) == (422, "refused")
    assert (silent.status_code, silent.content) == (204, b"")
    assert "会議で報告" in after
    assert reopened.status_code == 303
    assert action(demo).done_on is None


def test_a_form_leads_back_where_it_came_from_and_nowhere_else(demo: Web) -> None:
    with demo.client(Role.CHAIR) as client:
        base = opened(demo, client)
        item = item_id(demo)
        live = f"{base}/live?item={item}"
        data = {"what": "する", "who": "だれか"}
        path = f"{base}/items/{item}/actions"
        assert client.post(path, data=data | {"back": live}).headers["location"] == live
        again = client.post(path, data=data | {"back": live})
        assert (again.status_code, "同じ対応が、もう加えてあります" in again.text) == (422, True)
        for hostile in ("//example.org", "https://example.org/actions", "/actions\r\nX: y", "/logout"):
            answer = client.post(path, data=data | {"back": hostile, "what": hostile.split()[0]})
            assert answer.headers["location"] == f"{base}/record?item={item}", hostile


def test_services_are_changed_on_the_spot(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        base, item = case_item(demo, client)
        with demo.db.read() as session:
            plan = session.get_one(AgendaItem, item).plan_id
        path = f"{base}/items/{item}/services"

        def version() -> str:
            from agenda.tables import Plan

            with demo.db.read() as session:
                return str(session.get_one(Plan, plan).version)

        data = {
            "act": "add",
            "service_what": "kind:C",
            "service_name": "<u>見守り</u>",
            "service_provider": "町内会",
        }
        refused = client.post(path, data=data | {"version": version(), "service_name": ""})
        unknown = client.post(path, data=data | {"version": version(), "service_what": "kind:Z"})
        added = client.post(path, data=data | {"version": version()})
        stale = client.post(path, data=data | {"version": "0"})
        gone = client.post(path, data={"act": "end", "position": "99", "version": version()})
        page = client.get(f"{base}/record?item={item}").text
    assert refused.status_code == 422
    assert "「支援の名前」を入れてください" in refused.text
    assert "町内会" in refused.text
    assert "「支援の種類」を一覧から選び直してください" in unknown.text
    assert (added.status_code, stale.status_code, gone.status_code) == (303, 409, 404)
    assert "「C &lt;u&gt;見守り&lt;/u&gt;（町内会）」を加えた。" in page
    with demo.db.read() as session:
        assert len(session.exec(select(ServiceChange)).all()) == 1


def test_an_unknown_action_is_not_found(demo: Web) -> None:
    data = {"done_on": "H26.3.27", "version": "1", "how": "done"}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/actions/{UNKNOWN}/finish", data=data).status_code == 404
        assert client.post(f"/actions/{UNKNOWN}/reopen", data={"version": "1"}).status_code == 404
        assert client.post(f"/actions/{UNKNOWN}/finish", data={}).status_code == 422
