from pathlib import Path
from typing import Any

import pytest
from litestar import get

from agenda.web import routes as agenda_routes
from meetings_app.core.terms import Role
from meetings_app.web.access import PUBLIC, allow, declared_roles
from meetings_app.web.page import NAV
from tests.web_support import Web, open_web, routes_of

FOR_OTHERS = "この操作はできません"


@get("/silent", sync_to_thread=True)
def silent() -> str:
    return ""


@get("/plans", opt=allow(Role.SECRETARIAT, Role.CHAIR), sync_to_thread=True)
def plans() -> str:
    return "plans"


@get("/plans/due", opt=allow(Role.SECRETARIAT), sync_to_thread=True)
def due() -> str:
    return "due"


def with_routes(folder: Path, monkeypatch: pytest.MonkeyPatch, *handlers: Any) -> Web:
    monkeypatch.setattr(agenda_routes, "route_handlers", list(handlers))
    return open_web(folder)


def test_a_route_without_a_declaration_stops_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match=r"/silent \(silent\)"):
        with_routes(tmp_path, monkeypatch, silent)


def test_a_declaration_names_at_least_one_role() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        allow()


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_is_declared_for_it_and_nothing_else(web: Web, role: Role) -> None:
    with web.client() as client:
        for method, path, handler in routes_of(web.app):
            client.cookies.clear()  # each route is asked by a browser that has just signed in
            web.sign_in(client, role)
            answer = client.request(method, path)
            roles = declared_roles(handler)
            if roles is None or role in roles:
                assert answer.status_code != 403, (method, path)
                assert answer.status_code < 500, (method, path)
            else:
                assert answer.status_code == 403, (method, path)


def test_without_login_pages_lead_to_the_login_and_changes_are_refused(web: Web) -> None:
    with web.client() as client:
        for method, path, handler in routes_of(web.app):
            answer = client.request(method, path)
            if declared_roles(handler) is None:
                assert answer.status_code in ({200} if method == "GET" else {403}), (method, path)
            elif method == "GET":
                assert answer.status_code == 303, path
                assert answer.headers["location"].startswith("/login"), path
            else:
                assert answer.status_code == 401, path


def test_the_way_back_after_login_keeps_the_question(web: Web) -> None:
    with web.client() as client:
        answer = client.get("/account?tab=1&q=%E3%81%82")
    assert answer.headers["location"] == "/login?next=/account%3Ftab%3D1%26q%3D%25E3%2581%2582"


def test_htmx_is_sent_to_the_login_as_a_whole(web: Web) -> None:
    with web.client() as client:
        answer = client.get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")


def test_a_forbidden_page_names_whom_it_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = with_routes(tmp_path, monkeypatch, plans)
    with web.client(Role.MEMBER) as client:
        answer = client.get("/plans")
    assert answer.status_code == 403
    assert "この画面は事務局・委員長のためのものです。" in answer.text


def test_the_navigation_shows_what_the_routes_declare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = with_routes(tmp_path, monkeypatch, plans, due)
    shown = {}
    for role in (Role.SECRETARIAT, Role.CHAIR, Role.MEMBER):
        with web.client(role) as client:
            text = client.get("/").text
        ours = [href for href, _ in NAV if href in ("/", "/plans/due", "/plans")]
        shown[role] = [href for href in ours if f'class="site-nav__item" href="{href}"' in text]
    assert shown == {
        Role.SECRETARIAT: ["/", "/plans/due", "/plans"],
        Role.CHAIR: ["/", "/plans"],
        Role.MEMBER: ["/"],
    }


def test_path_values_that_no_database_takes_are_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @get("/things/{number:int}", opt=PUBLIC, sync_to_thread=False)
    def by_number() -> str:
        return "number"

    @get("/named/{name:str}", opt=PUBLIC, sync_to_thread=False)
    def by_name() -> str:
        return "name"

    web = with_routes(tmp_path, monkeypatch, by_number, by_name)
    with web.client() as client:
        assert client.get(f"/things/{2**63 - 1}").status_code == 200
        for path in (
            f"/things/{2**63}",
            f"/things/{'9' * 5000}",
            "/things/x",
            "/named/a%00b",
            "/named/a%0ab",
        ):
            assert client.get(path).status_code == 404, path[:30]
