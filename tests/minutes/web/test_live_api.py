"""進行画面の通信: writing, settling and the present state over HTTP, and what is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from meetings_app.core.terms import Role
from meetings_app.tables.committees import Committee
from meetings_app.tables.users import User
from minutes.web import live_api
from tests.agenda.web.demo import open_demo
from tests.minutes.web.test_running_pages import COMING_DAY, HELD, item_id, meeting_id, opened
from tests.web_support import Web, WebClient

JSON = {"Accept": "application/json"}


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    """The demonstration on the day of its coming meeting: nothing is opened before."""
    return open_demo(tmp_path, on=COMING_DAY)


@pytest.fixture
def client(demo: Web) -> Iterator[WebClient]:
    """The secretariat's browser while the meeting is open."""
    with demo.client(Role.SECRETARIAT) as client:
        opened(demo, client)
        yield client


def written(web: Web, **more: Any) -> dict[str, Any]:
    return {
        "op": "op-1",
        "writer": "window-1",
        "item": item_id(web),
        "field": "confirmed",
        "base": 0,
        "value": "確かめた。",
    } | more


def send(web: Web, client: WebClient, **more: Any) -> Any:
    return client.post(f"/meetings/{meeting_id(web)}/live/write", json=written(web, **more), headers=JSON)


def state(web: Web, client: WebClient) -> dict[str, Any]:
    answer = client.get(f"/meetings/{meeting_id(web)}/live/state", headers=JSON)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_a_write_is_answered_with_what_stands(demo: Web, client: WebClient) -> None:
    answer = send(demo, client, value="一行目\n二行目")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json() == {
        "result": "saved",
        "op": "op-1",
        "item": item_id(demo),
        "field": "confirmed",
        "version": 1,
        "value": "一行目\n二行目",
        "author": answer.json()["author"],
    }
    stands = state(demo, client)["items"][item_id(demo)]["confirmed"]
    assert (stands["value"], stands["version"]) == ("一行目\n二行目", 1)


def test_the_state_says_what_writing_needs(demo: Web, client: WebClient) -> None:
    found = state(demo, client)
    assert found["now"] == 1395991800000  # 2014-03-28 16:30 in Japan
    assert found["token"] == client.headers["X-CSRF-Token"]
    assert found["user"] == demo.users[Role.SECRETARIAT]
    assert (found["status"], found["conflicts"], found["writers"]) == ("開会", [], 0)
    assert found["items"][item_id(demo)]["outcome"] == {"value": "", "version": 0, "author": ""}


def test_a_write_sent_twice_is_taken_once(demo: Web, client: WebClient) -> None:
    assert send(demo, client).json() == send(demo, client).json()
    assert state(demo, client)["items"][item_id(demo)]["confirmed"]["version"] == 1


def test_who_comes_second_gets_both_texts(demo: Web, client: WebClient) -> None:
    first = send(demo, client, value="先の文").json()
    answer = send(demo, client, op="op-2", writer="window-2", value="<i>後の文</i>")
    assert answer.status_code == 409
    assert answer.json() == {
        "result": "conflict",
        "op": "op-2",
        "item": item_id(demo),
        "field": "confirmed",
        "current": {
            "version": 1,
            "value": "先の文",
            "author": first["author"],
            "at": "2014-03-28T07:30:00+00:00",
        },
        "yours": {"op": "op-2", "value": "<i>後の文</i>"},
    }
    assert state(demo, client)["conflicts"] == [
        {
            "op": "op-2",
            "item": item_id(demo),
            "field": "confirmed",
            "yours": "<i>後の文</i>",
            "author": first["author"],
            "current": "先の文",
            "version": 1,
        }
    ]


def settling(web: Web, **more: Any) -> tuple[str, dict[str, Any]]:
    chosen = {"how": "mine", "base": 1, "op": "settle-1"} | more
    return f"/meetings/{meeting_id(web)}/live/conflicts/op-2", chosen


@pytest.fixture
def torn(demo: Web, client: WebClient) -> WebClient:
    """The browser where two texts stand beside each other."""
    send(demo, client, value="先の文")
    send(demo, client, op="op-2", writer="window-2", value="後の文")
    return client


@pytest.mark.parametrize("how", ["mine", "もう一方に替える"])
def test_a_conflict_is_settled_by_json(demo: Web, torn: WebClient, how: str) -> None:
    path, chosen = settling(demo, how=how)
    answer = torn.post(path, json=chosen, headers=JSON)
    assert (answer.status_code, answer.json()["result"]) == (200, "settled")
    found = state(demo, torn)
    assert found["items"][item_id(demo)]["confirmed"]["value"] == "後の文"
    assert found["conflicts"] == []


def test_a_conflict_is_settled_by_a_form_that_leads_back(demo: Web, torn: WebClient) -> None:
    path, chosen = settling(demo, how="rewritten", value="書き直した\r\n文")
    answer = torn.post(path, data=chosen)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/meetings/{meeting_id(demo)}/live?item={item_id(demo)}"
    assert state(demo, torn)["items"][item_id(demo)]["confirmed"]["value"] == "書き直した\n文"


def test_a_form_wants_no_id_of_its_own(demo: Web, torn: WebClient) -> None:
    path, chosen = settling(demo, how="current")
    del chosen["op"]
    assert torn.post(path, data=chosen).status_code == 303
    assert state(demo, torn)["conflicts"] == []


def test_a_choice_made_too_late_is_a_conflict_again(demo: Web, torn: WebClient) -> None:
    send(demo, torn, op="op-3", base=1, value="その後の文")
    path, chosen = settling(demo)
    answer = torn.post(path, json=chosen, headers=JSON)
    assert (answer.status_code, answer.json()["current"]["value"]) == (409, "その後の文")
    by_form = torn.post(path, data=chosen | {"op": "settle-2"})
    assert by_form.status_code == 303
    assert len(state(demo, torn)["conflicts"]) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"how": "続きを書いた"},
        {"how": "superseded"},
        {"how": ""},
        {"how": 1},
        {"base": "1"},
        {"op": "x" * 37},
        {"new": 1},
    ],
)
def test_a_choice_that_is_none_is_refused(demo: Web, torn: WebClient, more: dict[str, Any]) -> None:
    path, chosen = settling(demo, **more)
    answer = torn.post(path, json=chosen, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (422, "refused")
    assert len(state(demo, torn)["conflicts"]) == 1


@pytest.mark.parametrize("data", [{"how": "mine"}, {"base": "1"}, {"how": "mine", "base": "1", "op": "あ"}])
def test_a_form_that_is_no_choice_is_refused(demo: Web, torn: WebClient, data: dict[str, str]) -> None:
    assert torn.post(settling(demo)[0], data=data).status_code == 422


WRONG: list[dict[str, Any]] = [
    {"value": 1},
    {"value": None},
    {"value": ["文"]},
    {"base": "0"},
    {"base": -1},
    {"base": 2**31},
    {"base": 1.5},
    {"base": True},
    {"field": "recorded_by"},
    {"field": None},
    {"op": ""},
    {"op": "x" * 37},
    {"op": "あ"},
    {"op": "a\x00"},
    {"writer": 7},
    {"item": 7},
    {"extra": "field"},
    {"value": "長" * 20_001},
    {"value": "\x00"},
    {"value": "\x1b"},
    {"field": "outcome", "value": "可決"},
    {"field": "follow_up", "value": "maybe"},
]


@pytest.mark.parametrize("more", WRONG, ids="-".join)
def test_what_is_no_write_is_refused_in_words(demo: Web, client: WebClient, more: dict[str, Any]) -> None:
    answer = send(demo, client, **more)
    assert answer.status_code == 422
    assert answer.json()["error"] == "refused"
    assert answer.json()["message"].endswith("。")
    assert all(now["version"] == 0 for now in state(demo, client)["items"][item_id(demo)].values())


@pytest.mark.parametrize("missing", ["op", "writer", "item", "field", "base", "value"])
def test_every_part_of_a_write_is_needed(demo: Web, client: WebClient, missing: str) -> None:
    sent = written(demo)
    del sent[missing]
    answer = client.post(f"/meetings/{meeting_id(demo)}/live/write", json=sent, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (422, "refused")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"op":"\xff"}',
        b'{"value":"\\ud800"}',
        b"[" * 100_000,
        '{"op":"あ"}'.encode("shift_jis"),
        '{"op":"a"}'.encode("utf-16"),
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_cannot_be_read_is_refused(demo: Web, client: WebClient, body: bytes) -> None:
    headers = JSON | {"Content-Type": "application/json"}
    answer = client.post(f"/meetings/{meeting_id(demo)}/live/write", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (422, "refused")


def test_half_a_pair_is_refused(demo: Web, client: WebClient) -> None:
    body = json.dumps(written(demo)).replace('"base"', '"value": "\\ud800", "base"').encode()
    headers = JSON | {"Content-Type": "application/json"}
    answer = client.post(f"/meetings/{meeting_id(demo)}/live/write", content=body, headers=headers)
    assert answer.status_code == 422


def test_a_body_without_end_is_cut_off(demo: Web, client: WebClient) -> None:
    answer = send(demo, client, value="a" * (600 * 1024))
    assert (answer.status_code, answer.json()["error"]) == (413, "refused")


def test_the_longest_text_is_taken_however_it_is_spelled(demo: Web, client: WebClient) -> None:
    longest = "𠮷" * 20_000
    body = json.dumps(written(demo, value=longest))  # every sign as two escapes
    headers = JSON | {"Content-Type": "application/json"}
    answer = client.post(f"/meetings/{meeting_id(demo)}/live/write", content=body, headers=headers)
    assert (answer.status_code, answer.json()["value"]) == (200, longest)


def test_a_foreign_meeting_item_or_conflict_is_not_found(demo: Web, torn: WebClient) -> None:
    held = item_id(demo, HELD)
    assert send(demo, torn, op="op-9", item=held).status_code == 404
    assert send(demo, torn, op="op-9", item="x" * 5000).status_code == 404
    nowhere = "/meetings/" + "0" * 32
    assert torn.post(f"{nowhere}/live/write", json=written(demo), headers=JSON).status_code == 404
    assert torn.get(f"{nowhere}/live/state", headers=JSON).json()["error"] == "missing"
    _path, chosen = settling(demo)
    for path in (
        f"/meetings/{meeting_id(demo, HELD)}/live/conflicts/op-2",
        f"/meetings/{meeting_id(demo)}/live/conflicts/op-1",
        f"/meetings/{meeting_id(demo)}/live/conflicts/{'x' * 3000}",
    ):
        assert torn.post(path, json=chosen, headers=JSON).status_code == 404


def test_another_body_s_meeting_is_not_found(demo: Web, client: WebClient) -> None:
    with demo.db.write() as session:
        user = session.get_one(User, demo.users[Role.SECRETARIAT])
        user.committee_id = session.exec(select(Committee.id).where(Committee.id != demo.committee_id)).one()
    assert send(demo, client).status_code == 404
    assert client.get(f"/meetings/{meeting_id(demo)}/live/state", headers=JSON).status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ACCOUNTING, Role.CITY_OFFICER, Role.REGIONAL])
def test_other_roles_are_forbidden(demo: Web, role: Role) -> None:
    with demo.client(role) as browser:
        answer = send(demo, browser)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
        assert browser.get(f"/meetings/{meeting_id(demo)}/live/state").status_code == 403


def test_without_the_token_a_write_is_refused_as_such(demo: Web, client: WebClient) -> None:
    right = client.headers["X-CSRF-Token"]
    for wrong in ("0" * 64, ""):
        client.headers["X-CSRF-Token"] = wrong
        answer = send(demo, client)
        assert (answer.status_code, answer.json()["error"]) == (403, "token")
    del client.headers["X-CSRF-Token"]
    assert send(demo, client).json()["error"] == "token"
    client.headers["X-CSRF-Token"] = right
    assert send(demo, client).status_code == 200


def test_without_a_session_a_program_is_told_to_sign_in(demo: Web, client: WebClient) -> None:
    demo.clock.forward(hours=13)
    answer = send(demo, client)
    assert (answer.status_code, answer.json()["error"]) == (401, "login")
    assert "ログイン" in answer.json()["message"]
    asked = client.get(f"/meetings/{meeting_id(demo)}/live/state", headers=JSON)
    assert (asked.status_code, asked.json()["error"]) == (401, "login")
    by_hand = client.get(f"/meetings/{meeting_id(demo)}/live/state", headers={"Accept": "text/html"})
    assert by_hand.status_code == 303


def test_before_opening_nothing_can_be_written(demo: Web) -> None:
    with demo.client(Role.CHAIR) as browser:
        answer = send(demo, browser)
    assert (answer.status_code, answer.json()["error"]) == (422, "refused")


def test_a_fault_is_told_with_its_number(
    demo: Web, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_values: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(live_api, "write_field", broken)
    answer = send(demo, client)
    assert (answer.status_code, answer.json()["error"]) == (500, "fault")
    assert "番号" in answer.json()["message"]


def test_an_answer_is_never_kept(demo: Web, client: WebClient) -> None:
    answer = client.get(f"/meetings/{meeting_id(demo)}/live/state", headers=JSON)
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
