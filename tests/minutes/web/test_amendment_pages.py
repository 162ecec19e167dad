"""議事録の訂正 through the browser: the place, the new text, the 議長's approval, and the editions."""

import re
from html import unescape

import pytest

from meetings_app.core.terms import Role
from minutes.services.amendments import amendments_of
from minutes.tables import Minutes
from tests.minutes.web.test_circulation_pages import HOSTILE, address
from tests.minutes.web.test_minutes_pages import approve
from tests.minutes.web.test_running_pages import HELD, meeting_id
from tests.web_support import Web, WebClient

PLACE = "議題1　確認した内容"


@pytest.fixture
def approved(demo: Web) -> Web:
    """The demonstration with the minutes of the held meeting approved."""
    with demo.client(Role.CHAIR) as client:
        approve(demo, client)
    return demo


def page(web: Web) -> str:
    return f"{address(web)}/amendments"


def before(web: Web, client: WebClient, place: str = PLACE) -> str:
    """Return what the form says stands at a place now."""
    shown = client.get(f"{page(web)}/new", params={"place": place}).text
    found = re.search(r'name="before" value="([^"]*)"', shown)
    assert found
    return unescape(found[1])


def enter(web: Web, client: WebClient, after: str = "直した文。", **more: str) -> int:
    data = {"place": PLACE, "before": before(web, client), "after": after, "reason": "聞き違い"} | more
    return client.post(page(web), data=data).status_code


def ids(web: Web) -> list[str]:
    with web.db.read() as session:
        return [one.id for one in amendments_of(session, meeting_id(web, HELD))]


def test_only_approved_minutes_are_amended(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answers = [client.get(page(demo)), client.get(f"{page(demo)}/new")]
    assert {answer.status_code for answer in answers} == {422}
    assert "議長が承認した議事録に" in answers[0].text


def test_places_are_chosen_from_the_approved_text(approved: Web) -> None:
    with approved.client(Role.SECRETARIAT) as client:
        listed = client.get(f"{page(approved)}/new").text
        chosen = client.get(f"{page(approved)}/new", params={"place": PLACE}).text
        unknown = client.get(f"{page(approved)}/new", params={"place": "議題99　説明"})
    assert "出席者（湿原 花子）" in listed
    assert PLACE in listed
    assert "目標の前半は達した" in chosen
    assert unknown.status_code == 404


def test_an_amendment_is_entered_approved_and_printed(approved: Web) -> None:
    with approved.db.read() as session:
        stored = session.get_one(Minutes, meeting_id(approved, HELD)).sha256
    with approved.client(Role.SECRETARIAT) as client:
        assert enter(approved, client, f"直した文。{HOSTILE}") == 303
        waiting = client.get(page(approved)).text
        assert "この訂正を承認する" not in waiting
        assert "取り下げる" in waiting
        assert HOSTILE not in waiting
        (amendment,) = ids(approved)
        assert client.post(f"{page(approved)}/{amendment}/approve").status_code == 403
    with approved.client(Role.MEMBER) as client:
        assert client.post(f"{page(approved)}/{amendment}/approve").status_code == 403
        assert client.get(page(approved)).status_code == 404
    with approved.client(Role.CHAIR) as client:
        assert "承認を待つ議事録の訂正" in client.get("/").text
        assert "この訂正を承認する" in client.get(page(approved)).text
        assert client.post(f"{page(approved)}/{amendment}/approve").status_code == 303
        assert client.post(f"{page(approved)}/{amendment}/approve").status_code == 422
        shown = client.get(address(approved)).text
    assert "訂正した版" in shown
    assert "承認した版" in shown
    assert "直した文。&lt;script&gt;" in shown
    assert "目標の前半は達した" in shown, "the body stays"
    with approved.db.read() as session:
        assert session.get_one(Minutes, meeting_id(approved, HELD)).sha256 == stored
    with approved.client(Role.MEMBER) as client:
        assert "聞き違い" in client.get(address(approved)).text


def test_what_was_typed_is_kept_where_something_is_wrong(approved: Web) -> None:
    with approved.client(Role.SECRETARIAT) as client:
        text = before(approved, client)
        data = {"place": PLACE, "before": text, "after": "打ち込んだ文", "reason": ""}
        empty = client.post(page(approved), data=data)
        stale = client.post(page(approved), data=data | {"reason": "理由", "before": "古い文"})
        same = client.post(page(approved), data=data | {"reason": "理由", "after": text})
        foreign = client.post(page(approved), data=data | {"reason": "理由", "place": "どこでもない"})
    assert (empty.status_code, stale.status_code, same.status_code) == (422, 409, 422)
    assert foreign.status_code == 404
    assert "打ち込んだ文" in empty.text
    assert "打ち込んだ文" in stale.text
    assert "先に変わりました" in stale.text
    assert "目標の前半は達した" in stale.text, "the text that holds now stands beside it"
    assert ids(approved) == []


def test_an_amendment_is_withdrawn_and_foreign_ids_are_not_found(approved: Web) -> None:
    with approved.client(Role.SECRETARIAT) as client:
        enter(approved, client)
        (amendment,) = ids(approved)
        other = f"/meetings/{meeting_id(approved)}/minutes/amendments/{amendment}/withdraw"
        assert client.post(other).status_code == 404
        assert client.post(f"{page(approved)}/{'0' * 32}/withdraw").status_code == 404
        assert client.post(f"{page(approved)}/{amendment}/withdraw").status_code == 303
    assert ids(approved) == []


def test_the_presider_gives_an_amendment_back(approved: Web) -> None:
    with approved.client(Role.SECRETARIAT) as client:
        enter(approved, client, "打ち間違えた文。")
        (amendment,) = ids(approved)
        assert client.post(f"{page(approved)}/{amendment}/return", data={"why": "違う"}).status_code == 403
        assert "事務局に差し戻す" not in client.get(page(approved)).text
    with approved.client(Role.MEMBER) as client:
        assert client.post(f"{page(approved)}/{amendment}/return", data={"why": "違う"}).status_code == 403
    with approved.client(Role.CHAIR) as client:
        empty = client.post(f"{page(approved)}/{amendment}/return", data={"why": " "})
        assert empty.status_code == 422
        assert f'href="#returning-{amendment}"' in empty.text
        assert client.post(f"{page(approved)}/{amendment}/return", data={"why": HOSTILE}).status_code == 303
    with approved.client(Role.SECRETARIAT) as client:
        shown = client.get(page(approved)).text
    assert "差し戻された訂正" in shown
    assert "打ち間違えた文。" in shown
    assert HOSTILE not in shown
    assert ids(approved) == []


@pytest.mark.parametrize("role", [Role.ACCOUNTING, Role.CITY_OFFICER, Role.REGIONAL])
def test_amendments_are_for_those_concerned(approved: Web, role: Role) -> None:
    with approved.client(role) as client:
        assert client.get(page(approved)).status_code == 403
        assert client.get(f"{page(approved)}/new").status_code == 403
        assert client.post(page(approved), data={}).status_code == 403
