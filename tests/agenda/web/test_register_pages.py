"""台帳の取込みと書出し through the browser: shown first, taken in as it was shown, and written out again."""

import re
from html import unescape
from importlib.resources import files
from urllib.parse import unquote

import pytest
from sqlmodel import col, func, select

from agenda.tables import Client, Plan
from meetings_app.core.terms import Role
from meetings_app.tables.office import AuditEntry
from tests.web_support import Web, WebClient

REGISTER = "kushiro_fy2013_plan_register.csv"
HEADING = (
    "番号,名前(イニシャル),プラン,支援調整会議開催日,支援決定日,プラン期間,次回モニタリング時期,"
    "評価_支援調整会議開催日,プラン評価\n"
)
ROW = "1,A.B,プラン1,H25年7月5日,H25年7月8日,H26年3月下旬,H25年10月,,\n"
OTHERS = tuple(role for role in Role if role is not Role.SECRETARIAT)


def send(client: WebClient, name: str, content: bytes) -> tuple[int, str]:
    answer = client.post("/plans/import", files={"register": (name, content, "text/csv")})
    return answer.status_code, answer.text


def hidden(page: str) -> dict[str, str]:
    """The fields with which the page asks to take in what it shows."""
    return {
        name: unescape(found[1])
        for name in ("filename", "agreed", "content")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page))
    }


def agree(client: WebClient, page: str, **changed: str) -> tuple[int, str]:
    answer = client.post("/plans/import/confirm", data=hidden(page) | changed)
    return answer.status_code, answer.text


def number_of_cases(web: Web) -> int:
    with web.db.read() as session:
        return session.exec(select(func.count()).select_from(Client)).one()


@pytest.mark.parametrize("role", OTHERS)
def test_the_register_is_taken_in_and_out_by_the_secretariat_only(web: Web, role: Role) -> None:
    with web.client(role) as client:
        for path in ("/plans/import", "/plans/export.csv", "/plans/export.xlsx"):
            assert client.get(path).status_code == 403
        for path in ("/plans/import", "/plans/import/confirm"):
            assert client.post(path, data={"content": ""}).status_code == 403


def test_the_register_is_shown_first_and_then_taken_in_with_its_oddities(web: Web) -> None:
    data = (files("agenda") / "sample" / REGISTER).read_bytes()
    with web.client(Role.SECRETARIAT) as client:
        status, page = send(client, REGISTER, data)
        before = number_of_cases(web)
        taken, answer = agree(client, page)
        again, second = send(client, REGISTER, data)
        listed = client.get("/plans").text
    assert (status, before) == (200, 0)
    assert "取り込むと、ケース22件、プラン30件が加わります。" in page
    assert "15行目" in page
    assert "再 H25年3月28日" in page  # the wrong year stays as written
    assert taken == 200
    assert "ケース22件、プラン30件を加えました。" in answer
    assert "この内容で取り込む" not in answer
    assert again == 200
    assert "すべて登録済みの内容と同じでした。" in second
    assert "この内容で取り込む" not in second
    assert "ケース 22件" in listed


def test_a_file_with_an_impossible_row_is_refused_as_a_whole(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = send(client, "台帳.csv", (HEADING + ROW + ROW).encode())
    assert status == 422
    assert "「台帳.csv」は取り込めません。" in page
    assert "直すところが1か所あります。" in page
    assert "3行目" in page
    assert hidden(page) == {}
    assert number_of_cases(web) == 0


def test_what_changed_meanwhile_is_shown_again_before_anything_is_written(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        _, page = send(client, "台帳.csv", (HEADING + ROW).encode())
        with web.db.write() as session:
            session.add(Client(committee_id=web.committee_id, case_number=1, initials="A.B"))
        status, shown = agree(client, page)
        with web.db.read() as session:
            assert session.exec(select(col(Plan.id))).all() == []
        done, _ = agree(client, shown)
    assert (status, done) == (422, 200)
    assert "確かめている間に登録が変わりました。何も取り込んでいません。" in shown
    with web.db.read() as session:
        assert len(session.exec(select(col(Plan.id))).all()) == 1


@pytest.mark.parametrize("content", ["", "no base64!", "44GC"])
def test_a_content_that_was_tampered_with_is_refused(web: Web, content: str) -> None:
    with web.client(Role.SECRETARIAT) as client:
        _, page = send(client, "台帳.csv", (HEADING + ROW).encode())
        status, answer = agree(client, page, content=content)
    assert status == 422
    assert "ください。" in answer
    assert number_of_cases(web) == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("<b>.txt", b"hello", "プラン台帳として読めません。"),
        ("a.csv", b"", "ファイルが空です。"),
        ("a.csv", b"x,y\n1,2\n", "1行目に見出し"),
        ("", b"", "「台帳のファイル」を入力してください。"),
    ],
)
def test_what_is_no_register_is_refused_with_a_sentence(
    web: Web, name: str, content: bytes, sentence: str
) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = send(client, name, content)
    assert status == 422
    assert sentence in page
    assert "<b>.txt" not in page


def test_hostile_texts_of_a_file_stay_texts(web: Web) -> None:
    row = ROW.replace("A.B", "<script>x</script>").replace("H25年7月8日", "<img src=x>")
    with web.client(Role.SECRETARIAT) as client:
        _, page = send(client, "<i>.csv", (HEADING + row).encode())
    assert "&lt;img src=x&gt;" in page
    assert "<img src=x>" not in page
    assert "<i>.csv" not in page


@pytest.mark.parametrize(("suffix", "kind"), [("csv", "text/csv"), ("xlsx", "application/vnd.openxml")])
def test_what_is_written_out_is_taken_in_again_as_it_is(web: Web, suffix: str, kind: str) -> None:
    with web.client(Role.SECRETARIAT) as client:
        _, page = send(client, "台帳.csv", (HEADING + ROW).encode())
        agree(client, page)
        file = client.get(f"/plans/export.{suffix}")
        _, again = send(client, f"台帳.{suffix}", file.content)
        assert "/plans/export.xlsx" in client.get("/plans").text
    assert file.headers["content-type"].startswith(kind)
    named = file.headers["content-disposition"]
    assert re.fullmatch(rf"attachment; filename\*=UTF-8''プラン台帳_[0-9]{{8}}\.{suffix}", unquote(named))
    assert "すべて登録済みの内容と同じでした。" in again
    with web.db.read() as session:
        assert "台帳の書出し" in session.exec(select(AuditEntry.action)).all()


def test_a_file_without_rows_is_told_apart_from_one_that_is_known(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        status, page = send(client, "register.csv", HEADING.encode())
    assert status == 200
    assert "見出しの下に行がありません。" in page
    assert "すべて登録済み" not in page
    assert "この内容で取り込む" not in page
