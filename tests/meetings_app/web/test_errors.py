import logging
from pathlib import Path
from typing import Any

import pytest
from litestar import get, post
from litestar.params import FromQuery
from sqlmodel import select

from agenda.web import routes as agenda_routes
from meetings_app.core.errors import Conflict, Forbidden, NotFound, NotInForce, Refused
from meetings_app.core.terms import District, Role
from meetings_app.tables.meetings import Venue
from meetings_app.web.access import PUBLIC, SIGNED_IN
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.forms import InvalidForm
from meetings_app.web.given import GivenActor, GivenDb, GivenForm, WebRequest
from meetings_app.web.page import Page, render, see_other
from tests.own_loop import run_alone
from tests.web_support import Web, cookie_name, open_web

KINDS = {
    "refused": Refused("枠がありません。別の日を選んでください。"),
    "missing": NotFound("この会議はありません。一覧から選び直してください。"),
    "forbidden": Forbidden("この会議は見られません。事務局に伝えてください。"),
    "conflict": Conflict("先に変更されています。読み込み直してください。"),
    "early": NotInForce("まだ施行されていません。日付を確かめてください。"),
}


@get("/fails/{kind:str}", opt=SIGNED_IN, sync_to_thread=True)
def fails(request: WebRequest) -> Page:
    raise KINDS[request.path_params["kind"]]


@get("/broken", opt=SIGNED_IN, sync_to_thread=True)
def broken() -> Page:
    try:
        raise ValueError("山田花子 0154-00-0000")
    except ValueError as error:
        raise RuntimeError("口座 1234567") from error


@get("/no-template", opt=SIGNED_IN, sync_to_thread=True)
def no_template(request: WebRequest) -> Page:
    return render(request, "nowhere.html", title="")


@post("/form", opt=SIGNED_IN, sync_to_thread=True)
def read_form(form: GivenForm, request: WebRequest) -> Page:
    with form.reading():
        form.day("day", "開催日")
        form.text("name", "名称")
    return see_other(request, "/")


@post("/clash", opt=SIGNED_IN, sync_to_thread=True)
def clash(request: WebRequest, db: GivenDb) -> Page:
    with db.write() as session:
        session.add_all([Venue(name="会議室", district=District.KUSHIRO) for _ in range(2)])
    return see_other(request, "/")


@get("/me", opt=PUBLIC, sync_to_thread=True)
def me(actor: GivenActor) -> str:
    return actor.name


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    handlers = [fails, broken, no_template, read_form, clash, me]
    monkeypatch.setattr(agenda_routes, "route_handlers", handlers)
    return open_web(tmp_path)


@pytest.mark.parametrize(
    ("kind", "status", "title"),
    [
        ("refused", 422, "受け付けられませんでした"),
        ("missing", 404, "見つかりません"),
        ("forbidden", 403, "この操作はできません"),
        ("conflict", 409, "ほかの人が先に変更しました"),
        ("early", 422, "受け付けられませんでした"),
    ],
)
def test_refusals_have_their_status_and_their_own_sentence(
    web: Web, kind: str, status: int, title: str
) -> None:
    with web.client(Role.CHAIR) as client:
        answer = client.get(f"/fails/{kind}")
        part = client.get(f"/fails/{kind}", headers={"HX-Request": "true"})
    assert answer.status_code == part.status_code == status
    for text in (answer.text, part.text):
        assert title in text
        assert KINDS[kind].args[0] in text
    assert "<html" in answer.text
    assert "<html" not in part.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_is_told_the_refusals_own_sentence_alone(web: Web, kind: str) -> None:
    with web.client(Role.CHAIR) as client:
        answer = client.get(f"/fails/{kind}", headers={"Accept": "application/json"})
    assert answer.json()["message"] == KINDS[kind].args[0]


def test_a_request_that_breaks_off_is_no_fault(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/form",
        "raw_path": b"/form",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "client": None,
        "server": ("testserver", 80),
        "headers": [
            (b"host", b"testserver"),
            (b"content-length", b"1000"),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"cookie", f"{cookie_name(web.app, SESSION_COOKIE)}={web.session_of(Role.CHAIR)}".encode()),
        ],
    }

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    with caplog.at_level(logging.INFO):
        run_alone(web.app(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 400
    assert caplog.records == []


def test_a_wrong_form_falls_back_to_a_page_with_all_sentences(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        answer = client.post("/form", data={"day": "x"})
    assert answer.status_code == 422
    assert "「開催日」: 「x」を日付として読めません。" in answer.text
    assert "「名称」を入力してください。" in answer.text
    assert issubclass(InvalidForm, Refused)


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/nowhere", 404, "このアドレスには何もありません。"),
        ("GET", "/logout", 405, "画面のボタンから使うものです。"),
        ("POST", "/nowhere", 404, "このアドレスには何もありません。"),
        ("DELETE", "/account", 405, "画面のボタンから使うものです。"),
    ],
)
def test_unknown_addresses_and_methods_say_what_to_do(
    web: Web, method: str, path: str, status: int, says: str
) -> None:
    with web.client(Role.CHAIR) as client:
        answer = client.request(method, path)
    assert answer.status_code == status
    assert says in answer.text
    assert "次にできること" in answer.text
    assert "iincho" in answer.text


def test_a_parameter_that_does_not_fit_is_400(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @get("/typed", opt=PUBLIC, sync_to_thread=True)
    def typed(number: FromQuery[int]) -> str:
        return str(number)

    monkeypatch.setattr(agenda_routes, "route_handlers", [typed])
    with open_web(tmp_path).client() as client:
        answer = client.get("/typed?number=x")
    assert answer.status_code == 400
    assert "読み取れないところがあります" in answer.text


def test_a_fault_shows_a_number_and_logs_it_without_what_people_wrote(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), web.client(Role.CHAIR) as client:
        answer = client.get("/broken?q=secret")
    assert answer.status_code == 500
    [record] = [record for record in caplog.records if record.name == "meetings_app.web.errors"]
    logged = record.getMessage()
    number = logged.split()[1].rstrip(":")
    assert f"番号 {number} を保守担当に伝えてください" in answer.text
    for part in ("RuntimeError", "ValueError", "GET broken", "test_errors.py"):
        assert part in logged
    for private in ("山田花子 0154-00-0000\n", "secret", "iincho"):
        assert private not in logged
    assert "山田" not in answer.text
    assert "Traceback" not in answer.text


def test_a_missing_template_is_a_fault_and_not_a_crash(web: Web) -> None:
    with web.client(Role.CHAIR) as client:
        assert client.get("/no-template").status_code == 500


def test_the_last_answer_does_not_depend_on_templates(web: Web) -> None:
    web.app.state.environments = {}
    with web.client(Role.CHAIR) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert answer.text.startswith("処理できませんでした。番号 ")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_asking_for_the_actor_on_a_public_route_leads_to_the_login(web: Web) -> None:
    with web.client() as client:
        assert client.get("/me").headers["location"] == "/login?next=/me"
    with web.client(Role.CHAIR) as client:
        assert client.get("/me").text == "iincho"


def test_a_clash_that_only_the_database_knew_is_told_and_nothing_is_saved(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        answer = client.post("/clash")
        assert answer.status_code == 409
        assert "期間の重なる記録" in answer.text
    with web.db.read() as session:
        assert session.exec(select(Venue)).all() == []
