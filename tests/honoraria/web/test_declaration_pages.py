"""年次の申告の画面: the list, its papers, and what is recorded; the secretariat keeps it, accounting reads it."""

import io
import zipfile
from datetime import date
from urllib.parse import quote

import docx
import pytest
from sqlmodel import select

from honoraria.tables import DeclarationReturn
from meetings_app.core.terms import Role
from meetings_app.tables.people import Person
from tests.web_support import Web

HERE = "/honoraria/declarations"


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def rows(web: Web) -> list[tuple[int, date | None, date | None, date | None]]:
    with web.db.read() as session:
        found = session.exec(select(DeclarationReturn)).all()
        return [(one.fiscal_year, one.sent_on, one.reminded_on, one.returned_on) for one in found]


def recording(web: Web, step: str, day: str, *names: str) -> dict[str, object]:
    return {"year": "2013", "step": step, "day": day, "person": [person_id(web, name) for name in names]}


def test_the_list_shows_this_years_members(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get(HERE).text
    for text in ("平成25年度、12名のうち 0名が返却済みです。", "摩周 三郎", "アドバイザー委員", "未送付"):
        assert text in html
    assert "鶴野 あかり" not in html.split("<main")[1]  # 事務局員


def test_accounting_reads_and_records_nothing(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get(HERE).text
        assert "丹頂 一郎" in html
        for word in ("記録する", "書類を作る", "申告書を作る"):
            assert word not in html
        assert client.post(HERE, data=recording(demo, "sent", "H25.5.1", "丹頂 一郎")).status_code == 403
        assert client.post(f"{HERE}/undo", data={}).status_code == 403
        assert client.get(f"{HERE}/papers").status_code == 403


@pytest.mark.parametrize("role", [Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER, Role.REGIONAL])
def test_nobody_else_sees_it(demo: Web, role: Role) -> None:
    with demo.client(role) as client:
        assert client.get(HERE).status_code == 403


def test_sending_reminding_returning_and_taking_back(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        for step, day in (("sent", "H25.10.5"), ("reminded", "H25.11.10"), ("returned", "2013-11-20")):
            answer = client.post(HERE, data=recording(demo, step, day, "丹頂 一郎"))
            assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?year=2013")
        expected = (2013, date(2013, 10, 5), date(2013, 11, 10), date(2013, 11, 20))
        assert rows(demo) == [expected]
        html = client.get(HERE).text
        assert "1名が返却済みです。" in html
        assert "申告書に新しい内容があれば" in html
        undo = {"year": "2013", "undo": person_id(demo, "丹頂 一郎")}
        assert client.post(f"{HERE}/undo", data=undo).status_code == 303
    assert rows(demo) == [(*expected[:3], None)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": []}, "だれの記録かを、氏名の左の□で選んでください。"),
        ({"person": ["x"]}, "「氏名」を一覧から選び直してください。"),
        ({"step": ""}, "「記録すること」を入力してください。"),
        ({"step": "burnt"}, "「記録すること」を一覧から選び直してください。"),
        ({"day": "いつか"}, "日付として読めません"),
        ({"day": "H26.3.26"}, "まだ来ていない日です"),
        ({"year": "1999"}, "「年度」は2013から2014までの数で入力してください。"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_recorded(demo: Web, change: dict[str, object], said: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(HERE, data=recording(demo, "sent", "H25.10.5", "丹頂 一郎") | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert rows(demo) == []


def test_all_of_those_ticked_or_none(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        client.post(HERE, data=recording(demo, "returned", "H25.10.5", "丹頂 一郎"))
        answer = client.post(HERE, data=recording(demo, "returned", "H25.10.6", "摩周 三郎", "丹頂 一郎"))
    assert answer.status_code == 422
    assert "丹頂 一郎さんの申告書は平成25年10月5日に返っています" in answer.text
    assert len(rows(demo)) == 1


def test_somebody_who_is_not_asked_is_unknown(demo: Web) -> None:
    strange = {"year": "2013", "step": "sent", "day": "H25.10.5", "person": ["0" * 32]}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(HERE, data=strange).status_code == 404
        assert client.post(f"{HERE}/undo", data={"year": "2013", "undo": "0" * 32}).status_code == 404
        assert client.get(f"{HERE}/papers?person={'0' * 32}").status_code == 404


def word_text(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)


def test_forms_are_for_those_who_have_not_returned_one(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        client.post(HERE, data=recording(demo, "returned", "H25.10.5", "丹頂 一郎"))
        whole = client.get(f"{HERE}/papers?year=2013&kind=forms&by=H26.4.10")
        each = client.get(f"{HERE}/papers?year=2013&kind=zip&by=H26.4.10")
        alone = client.get(f"{HERE}/papers?year=2013&person={person_id(demo, '丹頂 一郎')}")
    assert quote("申告書_平成25年度.docx") in whole.headers["content-disposition"]
    said = word_text(whole.content)
    assert "平成26年4月10日（木）までに" in said
    assert "摩周 三郎　様" in said
    assert "丹頂 一郎　様" not in said
    with zipfile.ZipFile(io.BytesIO(each.content)) as archive:
        assert len(archive.namelist()) == 11
    assert quote("申告書_平成25年度_丹頂一郎.docx") in alone.headers["content-disposition"]
    assert "平成26年4月8日（火）までに" in word_text(alone.content)  # a fortnight


def test_reminders_are_for_what_is_out(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        none = client.get(f"{HERE}/papers?year=2013&kind=reminders&by=H26.4.10")
        client.post(HERE, data=recording(demo, "sent", "H25.10.5", "丹頂 一郎", "摩周 三郎"))
        client.post(HERE, data=recording(demo, "returned", "H25.10.9", "丹頂 一郎"))
        answer = client.get(f"{HERE}/papers?year=2013&kind=reminders&by=H26.4.10")
    assert none.status_code == 422
    assert "この書類の要る人はいません" in none.text
    said = word_text(answer.content)
    assert said.count("様") == 1
    assert "摩周 三郎　様" in said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("by=いつか", "日付として読めません"),
        ("by=H26.3.25", "きょうより後の日"),
        ("kind=x", "一覧から選び直して"),
    ],
)
def test_wrong_papers_are_said(demo: Web, asked: str, said: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get(f"{HERE}/papers?year=2013&{asked}")
    assert answer.status_code == 422
    assert said in answer.text


def test_what_is_out_too_long_waits_on_the_start_page(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        assert "返っていない年次の申告書" not in client.get("/").text
        client.post(HERE, data=recording(demo, "sent", "H25.10.5", "丹頂 一郎", "摩周 三郎"))
        html = client.get("/").text
        assert "返っていない年次の申告書" in html
        assert f'href="{HERE}?year=2013"' in html
        assert "171日返っていません" in client.get(HERE).text


def test_a_hostile_name_is_escaped(demo: Web) -> None:
    with demo.db.write() as session:
        found = session.exec(select(Person).where(Person.name == "丹頂 一郎")).one()
        found.name = "<img src=x onerror=alert(1)>"
        session.add(found)
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get(HERE).text
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
