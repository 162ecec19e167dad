import re
from pathlib import Path

import pytest
from httpx import Response
from sqlmodel import select

from meetings_app.core.terms import Role
from meetings_app.services.accounts import hash_token
from meetings_app.tables.users import User, UserSession
from meetings_app.web.auth import SESSION_COOKIE, safe_next
from tests.web_support import PASSWORD, Web, WebClient, cookie_name, open_web, token_in


def log_in(client: WebClient, login: str = "iincho", password: str = PASSWORD, **fields: str) -> Response:
    form_token = token_in(client.get("/login").text)
    return client.post(
        "/login", data={"login": login, "password": password, "_csrf_token": form_token, **fields}
    )


def sessions(web: Web) -> list[str]:
    with web.db.read() as session:
        return list(session.exec(select(UserSession.token_hash)).all())


def test_login_opens_a_session_and_leads_to_the_page_asked_for(web: Web) -> None:
    with web.client() as client:
        first = client.get("/account")
        assert (first.status_code, first.headers["location"]) == (303, "/login?next=/account")
        answer = log_in(client, next="/account")
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        page = client.get("/account")
        assert page.status_code == 200
        assert "iincho" in page.text
        assert "委員長" in page.text
        assert "釧路市支援調整会議" in page.text


def test_the_session_cookie_is_for_the_server_alone(web: Web) -> None:
    with web.client() as client:
        answer = log_in(client)
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("meetings_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert re.match(r"meetings_session=[A-Za-z0-9_-]{43};", cookie)
    assert sessions(web) == [hash_token(cookie.split("=")[1].split(";")[0])]


def test_under_https_cookies_are_secure_and_bound_to_the_host(tmp_path: Path) -> None:
    web = open_web(tmp_path, https=True)
    with web.client() as client:
        answer = client.get("/login")
        assert answer.headers["set-cookie"].startswith("__Host-visitor=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age=" in answer.headers["strict-transport-security"]


def test_login_rotates_the_token(web: Web) -> None:
    with web.client() as client:
        old = web.sign_in(client, Role.CHAIR)
        page = client.get("/account")
        answer = client.post(
            "/login", data={"login": "iincho", "password": PASSWORD, "_csrf_token": token_in(page.text)}
        )
        assert answer.status_code == 303
    assert hash_token(old) not in sessions(web)
    assert len(sessions(web)) == 1


def test_a_token_planted_before_login_is_worth_nothing_after(web: Web) -> None:
    planted = "A" * 43
    with web.client() as client:
        client.cookies.set(cookie_name(web.app, SESSION_COOKIE), planted)
        log_in(client)
    with web.client() as attacker:
        attacker.cookies.set(cookie_name(web.app, SESSION_COOKIE), planted)
        assert attacker.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        web.clock.forward(hours=11, minutes=59)
        assert client.get("/").status_code == 200
        web.clock.forward(minutes=1)
        assert client.get("/").headers["location"] == "/login"
        assert client.post("/account/password", data={}).status_code == 401


def test_logout_ends_the_session_on_the_server(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        kept = dict(client.cookies)
        answer = client.post("/logout")
        assert answer.headers["location"] == "/login"
        assert sessions(web) == []
        client.cookies.update(kept)
        assert client.get("/").status_code == 303


def test_logout_cannot_be_a_link(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        assert client.get("/logout").status_code == 405
        assert len(sessions(web)) == 1


def test_a_failed_login_keeps_the_name_and_not_the_password(web: Web) -> None:
    with web.client() as client:
        answer = log_in(client, password="not the right one", next="/account")
        assert answer.status_code == 422
        assert "利用者名かパスワードが違います" in answer.text
        assert 'value="iincho"' in answer.text
        assert 'name="next" value="/account"' in answer.text
        assert "not the right one" not in answer.text


def test_an_empty_login_form_names_both_fields(web: Web) -> None:
    with web.client() as client:
        answer = log_in(client, login="", password="")
    assert answer.status_code == 422
    assert "「利用者名」を入力してください。" in answer.text
    assert "「パスワード」を入力してください。" in answer.text


def test_too_many_failures_are_answered_with_the_time_to_come_back(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings_app.services.accounts.verify_password", lambda *_: False)
    with web.client() as client:
        for _ in range(5):
            assert log_in(client, login="nobody").status_code == 422
        answer = log_in(client, login="nobody")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "12時15分を過ぎてから" in answer.text


def test_behind_a_proxy_the_proxy_names_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = open_web(tmp_path, https=True)
    seen: list[str] = []

    def note(**given: object) -> str:
        seen.append(str(given["address"]))
        return "t" * 43

    monkeypatch.setattr("meetings_app.web.routes.authenticate", note)
    with web.client() as client:
        client.base_url = "https://testserver.local"
        client.headers["X-Forwarded-For"] = "203.0.113.9, 192.0.2.77"
        log_in(client)
    assert seen == ["192.0.2.77"]


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/plans?status=1", "/plans?status=1"),
        ("", "/"),
        (None, "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("plans", "/"),
        ("/login", "/"),
        ("/logout?x=1", "/"),
        ("/" + "x" * 3000, "/"),
    ],
)
def test_next_never_leads_away(asked: str | None, goes: str) -> None:
    assert safe_next(asked) == goes


def test_login_does_not_redirect_to_another_host(web: Web) -> None:
    with web.client() as client:
        assert log_in(client, next="//evil.example/").headers["location"] == "/"
        assert client.get("/login?next=//evil.example/").headers["location"] == "/"


def test_the_password_is_changed_on_the_account_page(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        elsewhere = web.session_of(Role.CHAIR)
        fields = {"current": PASSWORD, "new": "another good one", "again": "another good ones"}
        answer = client.post("/account/password", data=fields)
        assert answer.status_code == 422
        assert "新しいパスワードが2つで違います" in answer.text
        answer = client.post("/account/password", data=fields | {"again": "another good one"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert "パスワードを変えました" in client.get("/account").text
        assert "パスワードを変えました" not in client.get("/account").text
    assert hash_token(elsewhere) not in sessions(web)


def test_the_language_is_kept_with_the_account(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        assert '<html lang="ja">' in client.get("/").text
        answer = client.post("/language", data={"locale": "en", "next": "/account"})
        assert answer.headers["location"] == "/account"
        assert '<html lang="en">' in client.get("/").text
        assert client.post("/language", data={"locale": "fr"}).status_code == 422
    with web.db.read() as session:
        assert session.get_one(User, web.users[Role.CHAIR]).locale == "en"


def test_the_language_can_be_chosen_before_login(web: Web) -> None:
    with web.client() as client:
        token = token_in(client.get("/login").text)
        client.post("/language", data={"locale": "en", "next": "//evil.example", "_csrf_token": token})
        page = client.get("/login").text
    assert '<html lang="en">' in page
    assert "Sign in" in page


@pytest.mark.parametrize(
    "garbage", [b"x", b"\xe9%00", b'"%C3%A9', b"'; DROP TABLE user_session; --", b"A" * 4000]
)
def test_garbage_cookies_are_no_session_and_no_fault(web: Web, garbage: bytes) -> None:
    names = (b"session", b"flash", b"visitor", b"locale")
    cookies = b"; ".join(b"meetings_" + name + b"=" + garbage for name in names)
    with web.client() as client:
        assert client.get("/login", headers=[(b"Cookie", cookies)]).status_code == 200
        assert client.get("/", headers=[(b"Cookie", cookies)]).status_code == 303
        assert client.get("/nowhere", headers=[(b"Cookie", cookies)]).status_code == 404
        assert client.post("/login", headers=[(b"Cookie", cookies)]).status_code == 403
