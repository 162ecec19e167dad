"""事実の訂正の画面: what stood there stays visible, and every refusal is said on the form."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from agenda.tables import KinshipDeclaration
from meetings_app.core.terms import District, Role
from meetings_app.tables.committees import Appointment, OfficeHolding
from meetings_app.tables.people import Residence, ServiceStatus
from tests.agenda.web.demo import open_demo
from tests.meetings_app.web.test_members import STRANGE, person_id, stranger
from tests.web_support import Web, WebClient

TABLES: dict[str, type[SQLModel]] = {
    "residence": Residence,
    "status": ServiceStatus,
    "appointment": Appointment,
    "office": OfficeHolding,
    "kinship": KinshipDeclaration,
}
WHY = "申告書の写しで<確かめた>。"


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def facts(web: Web, kind: str, name: str) -> list[str]:
    """Return the ids of the facts of somebody, earliest first."""
    table = TABLES[kind]
    with web.db.read() as session:
        rows = session.exec(select(table).where(table.person_id == person_id(web, name))).all()  # type: ignore[attr-defined]
        return [row.id for row in sorted(rows, key=lambda row: row.valid_from)]  # type: ignore[attr-defined]


def address(web: Web, kind: str, name: str, index: int = 0) -> str:
    return f"/members/{person_id(web, name)}/corrections/{kind}/{facts(web, kind, name)[index]}"


def seen(client: WebClient, path: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{32})"', client.get(path).text)
    assert found
    return found[1]


def test_every_fact_of_a_person_has_its_correction(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get(f"/members/{person}").text
        for kind in TABLES:
            for index in range(len(facts(demo, kind, "丹頂 一郎"))):
                path = address(demo, kind, "丹頂 一郎", index)
                assert f'href="{path}"' in page
                assert client.get(path).status_code == 200
        demo.sign_in(client, Role.CHAIR)
        assert "訂正する…" not in client.get(f"/members/{person}").text
        assert client.get(path).status_code == 403
        assert client.post(path, data={}).status_code == 403


def test_a_wrong_district_is_corrected_and_the_old_one_stays_visible(demo: Web) -> None:
    person, path = person_id(demo, "丹頂 一郎"), address(demo, "residence", "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        form = client.get(path).text
        assert '<option value="釧路" selected>' in form
        assert 'value="平成25年10月1日"' in form
        data = {"district": "阿寒湖畔", "first_day": "H25.9.1", "last_day": "", "reason": WHY}
        answer = client.post(path, data={**data, "seen": seen(client, path)})
        page = client.get(answer.headers["location"]).text
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/members/{person}"
    with demo.db.read() as session:
        row = session.exec(select(Residence).where(Residence.person_id == person)).one()
        assert (row.district, row.valid_from) == (District.AKANKOHAN, date(2013, 9, 1))
    section = page.partition("居住地区の申告を記録する")[0].rpartition("<table")[2]
    for text in (
        "平成25年9月1日から",
        "訂正前",
        "釧路",
        "平成25年10月1日から",
        "申告書の写しで&lt;確かめた&gt;。",
    ):
        assert text in section
    assert "jimukyoku" in section or "が平成26年3月25日 16:30に訂正" in section


def test_every_kind_is_corrected(demo: Web) -> None:
    given = {
        "status": {
            "employee": "yes",
            "service_class": "特別職",
            "working_time": "非常勤",
            "occupation": "市の嘱託",
            "declared": "H25.10.1",
            "first_day": "H25.10.1",
        },
        "appointment": {"capacity": "アドバイザー委員", "first_day": "H25.10.1", "last_day": "H26.3.31"},
        "office": {"office": "委員長", "first_day": "H25.10.2", "last_day": "H26.3.31"},
        "kinship": {"case": "15", "relation": "いとこ", "declared": "H25.10.1", "first_day": "H25.10.1"},
    }
    names = {"kinship": "塘路 五郎", "office": "丹頂 一郎"}
    before = {
        "status": "公務員でない",
        "appointment": "見本市 支援調整会議 委員",
        "office": "平成25年10月1日–平成26年3月31日",
        "kinship": "No.15 甥",
    }
    with demo.client(Role.SECRETARIAT) as client:
        for kind, data in given.items():
            name = names.get(kind, "北斗 七海")
            index = next(
                place
                for place in range(len(facts(demo, kind, name)))
                if kind != "kinship" or 'value="15"' in client.get(address(demo, kind, name, place)).text
            )
            path = address(demo, kind, name, index)
            answer = client.post(path, data={**data, "reason": WHY, "seen": seen(client, path)})
            assert answer.status_code == 303, kind
            page = client.get(answer.headers["location"]).text
            rows = re.findall(r"<tr.*?</tr>", page, flags=re.DOTALL)
            assert any(before[kind] in row for row in rows if "訂正前" in row), kind
    with demo.db.read() as session:
        relations = session.exec(
            select(KinshipDeclaration.path).where(KinshipDeclaration.relation == "いとこ")
        ).all()
    assert relations == ["P>P>C>C"]


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("residence", {"reason": ""}, "「訂正の理由」を入力してください。"),
        ("residence", {"first_day": "いつか"}, "始まりの日"),
        ("residence", {"last_day": "H25.9.30"}, "最後の日が始まりの日より前です。"),
        ("residence", {"district": "王国"}, "「居住地区」を一覧から選び直してください。"),
        ("residence", {}, "今の記録と同じ内容です。"),
        ("appointment", {"capacity": "本人"}, "「区分」を一覧から選び直してください。"),
        ("appointment", {"capacity": "委員", "last_day": ""}, "任期の最後の日を入れてください。"),
        ("appointment", {"capacity": "委員", "last_day": "H26.3.1"}, "先に役職の記録を訂正してください"),
        ("office", {"office": "委員長", "last_day": "H27.4.1"}, "任期は平成27年3月31日までです。"),
        ("office", {"office": "副委員長", "last_day": "H26.3.31"}, "副委員長は2人です"),
        ("kinship", {"case": "9", "path": "P>X", "declared": "H25.10.1"}, "続柄の3文字目「X」を読めません。"),
        ("kinship", {"case": "", "relation": "子", "declared": "H25.10.1"}, "ケース番号で入れてください。"),
        (
            "kinship",
            {"case": "999", "relation": "子", "declared": "H25.10.1"},
            "No.999 のケースはありません。",
        ),
    ],
)
def test_a_wrong_correction_is_shown_again(demo: Web, kind: str, data: dict[str, str], sentence: str) -> None:
    path = address(demo, kind, "丹頂 一郎")
    sent = {"district": "釧路", "first_day": "H25.10.1", "last_day": "", "reason": "写しで確かめた。", **data}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(path, data={**sent, "seen": seen(client, path)})
    assert answer.status_code == 422
    assert sentence in answer.text
    if sent["reason"]:
        assert "写しで確かめた。" in answer.text  # what was typed stays


def test_two_districts_are_not_made_to_overlap(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"/members/{person}/residence", data={"district": "音別", "residence_from": "H26.4.1"})
        path = address(demo, "residence", "丹頂 一郎", 1)
        data = {"district": "音別", "first_day": "H26.3.1", "reason": WHY, "seen": seen(client, path)}
        answer = client.post(path, data=data)
    assert answer.status_code == 422
    assert "居住地区の記録が重なります（平成25年10月1日から記録があります）。" in answer.text


def test_who_comes_second_sees_both(demo: Web) -> None:
    path = address(demo, "residence", "丹頂 一郎")
    first = {"district": "阿寒", "first_day": "H25.10.1", "reason": "一人目", "last_day": ""}
    with demo.client(Role.SECRETARIAT) as client:
        stale = seen(client, path)
        assert client.post(path, data={**first, "seen": stale}).status_code == 303
        second = {**first, "district": "音別", "reason": "二人目", "seen": stale}
        clash = client.post(path, data=second)
        assert clash.status_code == 409
        assert "ほかの人が先に訂正しました" in clash.text
        assert '<option value="音別" selected>' in clash.text
        assert "阿寒" in clash.text.partition("</dl>")[0]
        again = client.post(path, data={**second, "seen": seen(client, path)})
    assert again.status_code == 303


def test_one_correction_sent_twice_is_one(demo: Web) -> None:
    path = address(demo, "residence", "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        data = {"district": "阿寒", "first_day": "H25.10.1", "reason": WHY, "seen": seen(client, path)}
        answers = [client.post(path, data=data) for _ in range(2)]
        page = client.get(answers[0].headers["location"]).text
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert page.count("訂正前</span>") == 1


def test_a_picked_relation_comes_back_into_the_correction(demo: Web) -> None:
    person, path = person_id(demo, "丹頂 一郎"), address(demo, "kinship", "丹頂 一郎")
    fact = path.rpartition("/")[2]
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/members/kinship", params={"person": person, "fact": fact, "steps": "P>P>C"}).text
        assert f'href="{path}?relation=' in page
        form = client.get(path, params={"relation": "おじ・おば"}).text
    assert '<option value="おじ・おば" selected>' in form


def test_strange_facts_people_and_kinds_are_404(demo: Web) -> None:
    other = stranger(demo)
    own = facts(demo, "residence", "丹頂 一郎")[0]
    mine = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        for path in (
            f"/members/{mine}/corrections/residence/{STRANGE}",
            f"/members/{mine}/corrections/wealth/{own}",
            f"/members/{mine}/corrections/status/{own}",
            f"/members/{other}/corrections/residence/{own}",
            f"/members/{person_id(demo, '湿原 花子')}/corrections/residence/{own}",
        ):
            assert client.get(path).status_code == 404
            data = {"district": "阿寒", "employee": "no", "declared": "H25.10.1", "first_day": "H25.10.1"}
            assert client.post(path, data={**data, "reason": WHY}).status_code == 404


def test_an_old_name_of_a_relation_stays_with_its_path(demo: Web) -> None:
    path = address(demo, "kinship", "丹頂 一郎")
    with demo.db.write() as session:
        row = session.get(KinshipDeclaration, path.rpartition("/")[2])
        assert row is not None
        row.client_id = session.exec(
            select(KinshipDeclaration.client_id).where(KinshipDeclaration.relation == "甥")
        ).one()
        row.path, row.relation = "S>P>P>C", "配偶者の伯父・叔父・伯母・叔母"
        session.add(row)
    with demo.client(Role.SECRETARIAT) as client:
        form = client.get(path).text
        assert '<option value="配偶者の伯父・叔父・伯母・叔母" selected>' in form
        data = {
            "case": "15",
            "relation": "配偶者の伯父・叔父・伯母・叔母",
            "path": "S>P>P>C",
            "declared": "H25.10.1",
            "first_day": "H25.10.2",
            "reason": WHY,
            "seen": seen(client, path),
        }
        assert client.post(path, data=data).status_code == 303
