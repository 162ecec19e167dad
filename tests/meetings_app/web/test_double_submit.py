"""二重送信: a form that creates something creates it once, however often it is sent."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from meetings_app.core.terms import Role
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from meetings_app.web.forms import MINTED, SENT_BEFORE, Fields, Form
from minutes.tables import RegionalIssue
from tests.agenda.web.demo import open_demo
from tests.meetings_app.web.test_members import stranger
from tests.web_support import Web

FORMS: dict[str, tuple[str, str, type[SQLModel], dict[str, str]]] = {
    "person": ("/members/new", "/members/new", Person, {"name": "鶴居 一"}),
    "meeting": (
        "/meetings/new",
        "/meetings/new",
        Meeting,
        {"day": "H26.4.22", "starts": "10:00", "ends": "11:00", "venue": ""},
    ),
    "issue": (
        "/regional/issues",
        "/regional/issues",
        RegionalIssue,
        {
            "raised_on": "H26.3.25",
            "category": "移動",
            "shortage": "遠い",
            "municipality": "釧路市",
            "internal_text": "便がない。",
        },
    ),
}
each_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def count(web: Web, table: type[SQLModel]) -> int:
    with web.db.read() as session:
        return len(session.exec(select(table)).all())


def minted(html: str) -> str:
    found = set(re.findall(r'name="minted" value="([0-9a-f]{32})"', html))
    assert len(found) == 1
    return found.pop()


@each_form
def test_a_form_sent_twice_makes_one_record(demo: Web, form: str) -> None:
    shown, path, table, data = FORMS[form]
    before = count(demo, table)
    with demo.client(Role.SECRETARIAT) as client:
        record_id = minted(client.get(shown).text)
        sent = {**data, MINTED: record_id}
        first, second = client.post(path, data=sent), client.post(path, data=sent)
        page = client.get(second.headers["location"]).text
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert first.headers["location"].endswith(f"/{record_id}")
    assert SENT_BEFORE in page
    assert count(demo, table) == before + 1


@each_form
def test_two_forms_make_two_records(demo: Web, form: str) -> None:
    shown, path, table, data = FORMS[form]
    before = count(demo, table)
    with demo.client(Role.SECRETARIAT) as client:
        ids = [minted(client.get(shown).text) for _ in range(2)]
        answers = [client.post(path, data={**data, MINTED: record_id}) for record_id in ids]
    assert ids[0] != ids[1]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count(demo, table) == before + 2


@each_form
@pytest.mark.parametrize("record_id", ["x", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "' OR 1=1"])
def test_a_number_that_is_none_is_refused_and_a_new_one_given(demo: Web, form: str, record_id: str) -> None:
    _shown, path, table, data = FORMS[form]
    before = count(demo, table)
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data={**data, MINTED: record_id})
    assert answer.status_code == 422
    assert "送られた画面の番号が正しくありません。" in answer.text
    assert minted(answer.text) != record_id
    assert count(demo, table) == before


@each_form
def test_a_refused_form_keeps_its_number(demo: Web, form: str) -> None:
    shown, path, _table, data = FORMS[form]
    with demo.client(Role.SECRETARIAT) as client:
        record_id = minted(client.get(shown).text)
        answer = client.post(path, data={**dict.fromkeys(data, ""), MINTED: record_id})
    assert answer.status_code == 422
    assert minted(answer.text) == record_id


def test_registering_a_venue_on_the_way_keeps_the_number(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        record_id = minted(client.get("/meetings/new").text)
        data = {"venue_name": "阿寒支所", "district": "阿寒", MINTED: record_id}
        page = client.post("/venues", data=data).text
    assert minted(page) == record_id


def test_the_number_of_somebody_elsewhere_leads_nowhere(demo: Web) -> None:
    other = stranger(demo)
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/members/new", data={"name": "鶴居 一", MINTED: other})
    assert answer.status_code == 404


def test_a_form_without_a_number_is_given_one() -> None:
    def form(**texts: str) -> Form:
        fields = {name: (value,) for name, value in texts.items()}
        return Form(Fields(fields, {}), lambda text: text)

    given: Callable[..., Any] = form
    assert re.fullmatch("[0-9a-f]{32}", given().minted_id())
    assert given(minted="0" * 32).minted_id() == given(minted="0" * 32).shown_id() == "0" * 32
    assert given().shown_id() != given().shown_id()
