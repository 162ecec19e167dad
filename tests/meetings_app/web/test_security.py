from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import get, post

from agenda.web import routes as agenda_routes
from meetings_app.core.terms import Role
from meetings_app.web.access import PUBLIC, declared_roles
from meetings_app.web.given import GivenForm
from meetings_app.web.page import Page
from meetings_app.web.security import form_token
from tests.web_support import PASSWORD, Web, WebClient, open_web, routes_of, token_in

STRICT = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
REFUSED = "別の画面から送られたため、受け付けませんでした"


@get("/broken", opt=PUBLIC, sync_to_thread=True)
def broken() -> Page:
    raise ZeroDivisionError


@post("/echo", opt=PUBLIC, sync_to_thread=True)
def echo(form: GivenForm) -> str:
    return form.raw("word")


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebClient]:
    monkeypatch.setattr(agenda_routes, "route_handlers", [broken, echo])
    with open_web(tmp_path).client() as client:
        yield client


def test_every_answer_carries_the_headers(odd: WebClient) -> None:
    statuses = {}
    for path in (
        "/login",
        "/",
        "/healthz",
        "/nowhere",
        "/broken",
        "/static/app.js",
        "/static/none.js",
        "/logout",
    ):
        answer = odd.get(path)
        statuses[path] = answer.status_code
        for name, value in STRICT.items():
            assert answer.headers[name] == value, path
        assert answer.headers["permissions-policy"].startswith("camera=()")
    assert list(statuses.values()) == [200, 303, 200, 404, 500, 200, 404, 405]


def test_pages_are_not_stored_and_static_files_are_kept(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        page = client.get("/")
        assert page.headers["cache-control"] == "no-store"
        start = page.text.index("/static/")
        versioned = page.text[start : page.text.index('"', start)]
        assert client.get(versioned).headers["cache-control"] == "max-age=31536000, public, immutable"
        assert client.get("/static/app.js").headers["cache-control"] == "no-cache"
        assert client.get("/nowhere").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["../../settings.py", "%2e%2e/%2e%2e/settings.py", "..%2f..%2fapp.py", "/etc/passwd"]
)
def test_static_files_come_from_their_folder_only(web: Web, path: str) -> None:
    with web.client() as client:
        assert client.get(f"/static/{path}").status_code == 404


def test_every_route_that_changes_something_refuses_without_a_token(web: Web) -> None:
    changing = [(m, p, h) for m, p, h in routes_of(web.app) if m not in {"GET", "HEAD"}]
    assert len(changing) >= 4
    for method, path, handler in changing:
        role = next(iter(sorted(declared_roles(handler) or {Role.SECRETARIAT})))
        with web.client(role) as client:
            own = client.headers.pop("X-CSRF-Token")
            for wrong in (None, "", "0" * 64, own[:-1], f"{own}\u3042"):
                data = {} if wrong is None else {"_csrf_token": wrong}
                answer = client.request(method, path, data=data)
                assert (answer.status_code, REFUSED in answer.text) == (403, True), (method, path, wrong)


def test_the_token_of_another_session_is_refused(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        client.headers["X-CSRF-Token"] = form_token(web.session_of(Role.CHAIR))
        assert client.post("/logout").status_code == 403


def test_login_is_protected_too(web: Web) -> None:
    with web.client() as client:
        fields = {"login": "iincho", "password": PASSWORD}
        assert client.post("/login", data=fields).status_code == 403
        token = token_in(client.get("/login").text)
        assert client.post("/login", data=fields | {"_csrf_token": token}).status_code == 303
    with web.client() as other:
        other.get("/login")
        assert other.post("/login", data=fields | {"_csrf_token": token}).status_code == 403


def test_a_short_visitor_secret_is_not_taken(web: Web) -> None:
    with web.client() as client:
        client.cookies.set("meetings_visitor", "x")
        answer = client.post("/language", data={"locale": "en", "_csrf_token": form_token("x")})
        assert answer.status_code == 403


def test_a_form_from_another_site_is_refused_even_with_the_token(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        for site in ("cross-site", "same-site"):
            assert client.post("/logout", headers={"Sec-Fetch-Site": site}).status_code == 403
        assert client.post("/logout", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_the_token_may_come_in_a_form_a_multipart_form_or_a_header(odd: WebClient) -> None:
    token = token_in(odd.get("/login").text)
    assert odd.post("/echo", data={"word": "a", "_csrf_token": token}).text == "a"
    assert odd.post("/echo", data={"word": "b", "_csrf_token": token}, files={"f": ("x", b"1")}).text == "b"
    assert odd.post("/echo", data={"word": "c"}, headers={"X-CSRF-Token": token}).text == "c"
    assert odd.post("/echo", files={"_csrf_token": ("x", token.encode())}).status_code == 403
    assert odd.post("/echo", json={"_csrf_token": token}).status_code == 403


def test_a_body_that_is_too_large_is_413(odd: WebClient) -> None:
    token = token_in(odd.get("/login").text)
    answer = odd.post("/echo", data={"word": "x" * (2 * 1024 * 1024), "_csrf_token": token})
    assert answer.status_code == 413
    assert "大きすぎます" in answer.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"word=%ff&_csrf_token=x", "application/x-www-form-urlencoded"),
        ("word=あ".encode(), "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(6000)), "application/x-www-form-urlencoded"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="word"\r\n\r\n\xff\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_a_body_that_cannot_be_read_is_400(odd: WebClient, body: bytes, content_type: str) -> None:
    answer = odd.post("/echo", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert "読み取れ" in answer.text
