from pathlib import Path

import pytest
from litestar import Response, get, post

from agenda.web import routes as agenda_routes
from meetings_app.core.terms import Role
from meetings_app.web.access import SIGNED_IN
from meetings_app.web.given import WebRequest
from meetings_app.web.page import Page, download, fragment, render, see_other
from tests.web_support import Web, open_web


@post("/save", opt=SIGNED_IN, sync_to_thread=True)
def save(request: WebRequest) -> Page:
    return see_other(request, "/", ("success", "保存しました。"), ("warn", "<b>確かめてください。</b>"))


@get("/plans/{number:int}", opt=SIGNED_IN, sync_to_thread=True)
def plan(request: WebRequest) -> Page:
    return render(
        request,
        "error.html",
        title="<script>",
        nav_counts={"/": 3},
        flash=[("error", "この場で出る知らせ")],
        error={
            "status": 200,
            "title": "<script>",
            "message": "文",
            "next_step": "",
            "back_href": None,
            "back_label": None,
        },
    )


@get("/plans", opt=SIGNED_IN, sync_to_thread=True)
def plans(request: WebRequest) -> Page:
    return fragment(
        request, "error_fragment.html", error={"title": "題", "message": "文", "next_step": ""}, status=200
    )


@get("/paper", opt=SIGNED_IN, sync_to_thread=True)
def paper() -> Response[bytes]:
    return download(b"PK", "第9回 議事録.docx", "application/octet-stream")


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    monkeypatch.setattr(agenda_routes, "route_handlers", [save, plan, plans, paper])
    return open_web(tmp_path)


def test_messages_are_shown_once_on_the_next_page_and_escaped(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        answer = client.post("/save")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        page = client.get("/").text
        assert "保存しました。" in page
        assert "&lt;b&gt;確かめてください。" in page
        assert "保存しました。" not in client.get("/").text


def test_messages_belong_to_the_session_that_caused_them(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        client.post("/save")
        web.sign_in(client, Role.MEMBER)
        assert "保存しました。" not in client.get("/").text


@pytest.mark.parametrize("forged", ["x", "x.y", "W10=.0000", "é.é", ".", "W1siYSIsImIiXV0=."])
def test_forged_messages_are_ignored(web: Web, forged: str) -> None:
    with web.client(Role.CHAIR) as client:
        client.cookies.set("meetings_flash", forged.encode("ascii", "ignore").decode())
        assert client.get("/").status_code == 200


def test_a_page_carries_the_base_context(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        page = client.get("/plans/9").text
        account = client.get("/account").text
        start = client.get("/").text
    assert "&lt;script&gt;｜釧路市支援調整会議" in page
    assert "この場で出る知らせ" in page
    assert "令和8年11月25日（水）" in account
    assert "令和8年11月25日（水） 12:00 現在" in account
    assert '<a class="site-nav__item" href="/plans">プラン</a>' in account
    assert '<a class="site-nav__item" href="/" aria-current="page">待っていること' in start


def test_a_fragment_is_no_whole_page(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        text = client.get("/plans").text
    assert "<html" not in text
    assert "題" in text


def test_a_file_may_have_a_japanese_name(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        answer = client.get("/paper")
    assert answer.content == b"PK"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E7%AC%AC9%E5%9B%9E%20%E8%AD%B0%E4%BA%8B%E9%8C%B2.docx"
    )
    assert answer.headers["cache-control"] == "no-store"


def test_nobody_is_named_before_login(web: Web) -> None:
    with web.client() as client:
        page = client.get("/login").text
    assert "釧路市" not in page
    assert "現在" not in page
    assert "site-nav" not in page
