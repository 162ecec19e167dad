"""名簿のExcelの画面: taken out, looked at first, then agreed to; for the secretariat alone."""

import base64
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from sqlmodel import select

from meetings_app.core.terms import Role
from meetings_app.documents.members_reading import read_members
from meetings_app.tables.people import Person, Residence
from tests.agenda.web.demo import open_demo
from tests.web_support import Web, WebClient

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def roster_file(*people: list[str], **facts: list[str]) -> bytes:
    """The template with these people in it."""
    with io.BytesIO() as made:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = "人"
        sheet.append(["番号", "氏名", "ふりがな", "所属", "メール"])
        for person in people:
            sheet.append(person)
        for title, row in facts.items():
            other = book.create_sheet(title)
            other.append(["番号", "氏名", "居住地区", "始まり", "最後の日"])
            other.append(row)
        book.save(made)
        return made.getvalue()


def look_at(client: WebClient, data: bytes, name: str = "名簿.xlsx") -> tuple[int, str]:
    answer = client.post("/members/import", files={"roster": (name, data, EXCEL)})
    return answer.status_code, answer.text


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return unescape(found[1])


def agree(client: WebClient, html: str) -> tuple[int, str]:
    names = ("filename", "agreed", "content")
    answer = client.post("/members/import/confirm", data={name: hidden(html, name) for name in names})
    return answer.status_code, answer.text or answer.headers.get("location", "")


def person(web: Web, name: str) -> Person | None:
    with web.db.read() as session:
        return session.exec(select(Person).where(Person.name == name)).first()


def test_the_roster_is_taken_out_under_its_day(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get("/members/export")
    assert answer.headers["content-type"] == EXCEL
    assert quote("名簿_平成26年3月25日現在.xlsx") in answer.headers["content-disposition"]
    book = read_members("名簿.xlsx", answer.content).book
    assert "丹頂 一郎" in {one.name for one in book.people}


def test_the_template_is_empty(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get("/members/template")
    assert quote("名簿_ひな形.xlsx") in answer.headers["content-disposition"]
    assert read_members("ひな形.xlsx", answer.content).book.people == ()


def test_what_was_taken_out_changes_nothing(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        status, html = look_at(client, client.get("/members/export").content)
    assert status == 200
    assert "すべて登録済みの内容と同じでした" in html
    assert "この内容で取り込む" not in html


def test_a_file_is_looked_at_and_then_agreed_to(demo: Web) -> None:
    data = roster_file(["新1", "新野 一"], 居住地区=["新1", "", "音別", "H26.4.1", ""])
    with demo.client(Role.SECRETARIAT) as client:
        status, html = look_at(client, data)
        assert status == 200
        assert "音別" in html
        assert person(demo, "新野 一") is None
        assert agree(client, html) == (303, "/members")
    added = person(demo, "新野 一")
    assert added is not None
    with demo.db.read() as session:
        home = session.exec(select(Residence).where(Residence.person_id == added.id)).one()
    assert home.district == "音別"


def test_agreeing_twice_adds_once(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        _status, html = look_at(client, roster_file(["新1", "新野 一"]))
        agree(client, html)
        status, again = agree(client, html)
    assert status == 422
    assert "すべて登録済みの内容と同じでした" in again
    with demo.db.read() as session:
        assert len(session.exec(select(Person).where(Person.name == "新野 一")).all()) == 1


def test_what_changed_meanwhile_is_shown_again(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        _status, html = look_at(client, roster_file(["新1", "新野 一"], ["新2", "新田 二"]))
        with demo.db.write() as session:
            session.add(Person(name="新野 一"))
        status, again = agree(client, html)
        assert status == 422
        assert "確かめている間に名簿が変わりました" in again
        assert person(demo, "新田 二") is None
        assert agree(client, again) == (303, "/members")
    assert person(demo, "新田 二") is not None


def test_refused_rows_stand_with_sheet_row_and_column(demo: Web) -> None:
    data = roster_file(["新1", "=1+1"], ["新2", "新野 一"], 居住地区=["新2", "", "札幌", "H26.4.1", ""])
    with demo.client(Role.SECRETARIAT) as client:
        status, html = look_at(client, data)
    assert status == 422
    for text in (
        "人の2行目",
        "計算式か、計算の誤りです",
        "居住地区の2行目",
        "「釧路」「阿寒」",
        "直すところが2か所",
    ):
        assert text in html
    assert "この内容で取り込む" not in html
    assert person(demo, "新野 一") is None


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"%PDF-1.7", "名簿.xlsx", "PDF"),
        ("番号,氏名".encode(), "名簿.csv", "文字だけのファイルのため、名簿として読めません"),
        (b"x" * (5 * 1024 * 1024 + 1), "名簿.xlsx", "5MB"),
    ],
)
def test_other_files_are_refused_at_the_field(demo: Web, data: bytes, name: str, said: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        status, html = look_at(client, data, name)
    assert status == 422
    assert said in html
    assert 'href="#f-roster"' in html


def test_no_file_is_said(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/members/import", data={})
    assert answer.status_code == 422
    assert "「名簿のファイル」を入力してください。" in answer.text


@pytest.mark.parametrize(
    "content", ["", "%%%", "あ", base64.urlsafe_b64encode(b"%PDF-1.7").decode(), "QQ", "QQ==="]
)
def test_a_file_that_does_not_come_back_whole_is_refused(demo: Web, content: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(
            "/members/import/confirm", data={"filename": "名簿.xlsx", "agreed": "", "content": content}
        )
    assert answer.status_code == 422


def test_hostile_text_is_escaped(demo: Web) -> None:
    data = roster_file(["新1", HOSTILE, HOSTILE, HOSTILE], 居住地区=["新1", "", HOSTILE, "H26.4.1", ""])
    with demo.client(Role.SECRETARIAT) as client:
        _status, html = look_at(client, data, f"{HOSTILE}.xlsx")
        assert HOSTILE not in html
        assert "&lt;script&gt;" in html
        _status, html = look_at(client, roster_file(["新1", HOSTILE]), "&'.xlsx")
        assert agree(client, html) == (303, "/members")
    assert person(demo, HOSTILE) is not None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECRETARIAT])
def test_the_files_are_the_secretariats(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        for path in ("/members/export", "/members/template", "/members/import"):
            assert client.get(path).status_code == 403
        for path in ("/members/import", "/members/import/confirm"):
            assert client.post(path, data={}).status_code == 403
        page = client.get("/members").text
    assert "/members/export" not in page
    assert ("/honoraria/declarations" in page) == (role is Role.ACCOUNTING)


def test_the_roster_leads_to_the_files(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/members").text
    for href in ("/members/export", "/members/import", "/honoraria/declarations"):
        assert f'href="{href}"' in page
