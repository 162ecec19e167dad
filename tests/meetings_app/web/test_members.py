"""名簿の画面: who sees what, and the forms that keep a person's dated facts."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from agenda.tables import KinshipDeclaration
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office, Role, ServiceClass, WorkingTime
from meetings_app.tables.committees import Appointment, Committee, OfficeHolding
from meetings_app.tables.people import Person, Residence, ServiceStatus
from tests.agenda.web.demo import open_demo
from tests.web_support import Web

STRANGE = "0" * 32


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def person_id(web: Web, name: str) -> str:
    with web.db.read() as session:
        return session.exec(select(Person.id).where(Person.name == name)).one()


def new_person(web: Web) -> str:
    with web.db.write() as session:
        person = Person(name="新しい 人", kana="あたらしい ひと")
        session.add(person)
        session.flush()
        return person.id


def stranger(web: Web) -> str:
    """Somebody of a body elsewhere."""
    with web.db.write() as session:
        body = Committee(kind=CommitteeKind.SUPPORT, name="遠い町", municipality="遠い町", region="別の圏域")
        person = Person(name="よその 人")
        session.add_all([body, person])
        session.flush()
        seat = Appointment(
            committee_id=body.id,
            person_id=person.id,
            capacity=Capacity.SECRETARIAT,
            valid_from=date(2013, 4, 1),
        )
        session.add(seat)
        return person.id


def test_the_roster_shows_the_day_that_is_asked_for(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        now = client.get("/members").text
        before = client.get("/members?on=平成26年1月31日").text
    assert "温根内 八重" in now  # 補欠 since 2014-02-01
    assert "温根内 八重" not in before
    assert "平成26年1月31日（金）の構成" in before


def test_an_unreadable_day_is_said_and_today_is_shown(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.get("/members?on=いつか")
    assert answer.status_code == 422
    assert "丹頂 一郎" in answer.text


def test_what_payment_rests_on_is_for_those_who_pay(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        full = client.get("/members").text
        client.cookies.clear()
        demo.sign_in(client, Role.MEMBER)
        short = client.get("/members").text
        person = client.get(f"/members/{person_id(demo, '塘路 五郎')}")
    for text in ("No.15 甥", "特別職・非常勤", "阿寒湖畔"):
        assert text in full
        assert text not in short
    assert "丹頂 一郎" in short
    assert person.status_code == 403


def test_the_regional_body_has_its_own_roster(demo: Web) -> None:
    with demo.db.read() as session:
        body = session.exec(select(Committee.id).where(Committee.kind == CommitteeKind.REGIONAL)).one()
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get(f"/members?body={body}").text
        unknown = client.get(f"/members?body={STRANGE}")
        client.cookies.clear()
        demo.sign_in(client, Role.REGIONAL)
        refused = client.get("/members")
    assert "塩見 晴" in html
    assert unknown.status_code == 404
    assert refused.status_code == 403


def test_a_person_is_registered_and_escaped(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/members/new", data={"name": "<b>鶴居 一</b>", "mailbox": "tsurui@example.jp"})
        page = client.get(answer.headers["location"]).text
        roster = client.get("/members").text
    assert answer.status_code == 303
    assert "&lt;b&gt;鶴居 一&lt;/b&gt;" in page
    assert "<b>鶴居" not in page + roster
    assert "まだ申告がないもの: 居住地区、公務員区分、続柄" in page


def test_a_person_needs_a_name_and_a_sound_mailbox(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/members/new", data={"name": "", "kana": "つるい", "mailbox": "番地"})
    assert answer.status_code == 422
    assert "「氏名」を入力してください。" in answer.text
    assert "メールアドレスの形になっていません。" in answer.text
    assert 'value="つるい"' in answer.text


def test_an_appointment_is_given_by_its_last_day(demo: Web) -> None:
    person = new_person(demo)
    data = {
        "body": demo.committee_id,
        "capacity": "委員",
        "term_from": "平成26年4月1日",
        "term_last": "平成27年3月31日",
    }
    with demo.client(Role.SECRETARIAT) as client:
        first = client.post(f"/members/{person}/appointments", data=data)
        again = client.post(f"/members/{person}/appointments", data=data)
        endless = client.post(
            f"/members/{person}/appointments", data=data | {"capacity": "アドバイザー委員", "term_last": ""}
        )
    assert first.status_code == 303
    with demo.db.read() as session:
        row = session.exec(select(Appointment).where(Appointment.person_id == person)).one()
        assert (row.valid_from, row.valid_to) == (date(2014, 4, 1), date(2015, 4, 1))
    assert again.status_code == endless.status_code == 422
    assert "任期が重なります" in again.text
    assert "任期の最後の日を入れてください。" in endless.text


def test_a_substitute_serves_what_is_left_of_the_predecessors_term(demo: Web) -> None:
    person = new_person(demo)
    with demo.db.read() as session:
        before = session.exec(
            select(Appointment.id).where(
                Appointment.person_id == person_id(demo, "春採 よし子"),
                Appointment.valid_to == date(2014, 4, 1),
            )
        ).one()
    data = {
        "body": demo.committee_id,
        "capacity": "委員",
        "term_from": "2014-03-20",
        "term_last": "2015-03-31",
        "predecessor": before,
    }
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/members/{person}/appointments", data=data)
        page = client.get(f"/members/{person}").text
    assert answer.status_code == 303
    assert "春採 よし子 の残りの任期（第3条第2項）" in page
    assert "平成26年3月20日–平成26年3月31日" in page


def test_the_second_vice_chair_has_a_seat_and_the_third_none(demo: Web) -> None:
    data = {
        "office": f"{demo.committee_id}:副委員長",
        "office_from": "平成26年4月1日",
        "office_last": "平成27年3月31日",
    }
    names = ("湿原 花子", "幣舞 次郎", "春採 よし子")
    with demo.client(Role.SECRETARIAT) as client:
        answers = [client.post(f"/members/{person_id(demo, name)}/offices", data=data) for name in names]
    assert [answer.status_code for answer in answers] == [303, 303, 422]
    assert "副委員長は2人です" in answers[2].text
    with demo.db.read() as session:
        seats = session.exec(
            select(OfficeHolding.seat).where(
                OfficeHolding.office == Office.VICE_CHAIR, OfficeHolding.valid_from == date(2014, 4, 1)
            )
        ).all()
    assert sorted(seats) == [1, 2]


def test_only_a_serving_member_is_elected(demo: Web) -> None:
    data = {"office": f"{demo.committee_id}:委員長", "office_from": "平成26年4月1日"}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/members/{person_id(demo, '葦原 守')}/offices", data=data)
        nonsense = client.post(f"/members/{person_id(demo, '葦原 守')}/offices", data={"office": "王"})
    assert answer.status_code == nonsense.status_code == 422
    assert "任期中の委員かアドバイザー委員です（第3条第3項）" in answer.text


def test_a_new_district_ends_the_one_before_on_its_first_day(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(
            f"/members/{person}/residence", data={"district": "音別", "residence_from": "H26.4.1"}
        )
        early = client.post(
            f"/members/{person}/residence", data={"district": "阿寒", "residence_from": "H26.3.1"}
        )
    assert answer.status_code == 303
    assert early.status_code == 422
    assert "平成26年4月1日からの居住地区の申告がもう記録されています。" in early.text
    with demo.db.read() as session:
        rows = session.exec(select(Residence).where(Residence.person_id == person)).all()
    assert {(row.district, row.valid_from, row.valid_to) for row in rows} == {
        (District.KUSHIRO, date(2013, 10, 1), date(2014, 4, 1)),
        (District.ONBETSU, date(2014, 4, 1), None),
    }


def test_a_status_comes_from_a_common_job(demo: Web) -> None:
    person = person_id(demo, "温根内 八重")
    data = {"preset": "民生委員・児童委員", "status_declared": "H26.3.25", "status_from": "H25.10.1"}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/members/{person}/status", data=data).status_code == 303
    with demo.db.read() as session:
        status = session.exec(select(ServiceStatus).where(ServiceStatus.person_id == person)).one()
    assert status.is_public_employee
    assert (status.service_class, status.working_time) == (ServiceClass.SPECIAL, WorkingTime.PART)


def test_a_status_is_typed_and_held_beside_another(demo: Web) -> None:
    person = person_id(demo, "春採 よし子")
    data = {
        "employee": "yes",
        "service_class": "一般職",
        "occupation": "学校の職員",
        "status_declared": "H26.3.25",
        "status_from": "H26.4.1",
        "together": "1",
    }
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/members/{person}/status", data=data).status_code == 303
    with demo.db.read() as session:
        rows = session.exec(select(ServiceStatus).where(ServiceStatus.person_id == person)).all()
    assert {(row.occupation, row.valid_to) for row in rows} == {("民生委員", None), ("学校の職員", None)}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"status_declared": "H26.3.25", "status_from": "H26.3.25"}, "「公務員か」を入力してください。"),
        (
            {"preset": "会計年度任用職員", "status_declared": "H26.3.25", "status_from": "H26.3.25"},
            "「会計年度任用職員」の見本は、この日にはありません。",  # since 2020-04-01
        ),
        (
            {"employee": "no", "status_declared": "H26.3.25", "status_from": ""},
            "「この日から」を入力してください。",
        ),
    ],
)
def test_a_wrong_status_is_shown_again(demo: Web, data: dict[str, str], sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/members/{person_id(demo, '温根内 八重')}/status", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<details id="status" open>' in answer.text


def test_kinship_is_declared_from_the_list_and_judged(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    data = {"case": "9", "relation": "甥・姪", "kin_declared": "H26.3.25", "kin_from": "H26.3.25"}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/members/{person}/kinship", data=data)
        page = client.get(f"/members/{person}").text
    assert answer.status_code == 303
    assert "No.9 甥・姪" in page
    assert "血族3親等で、4親等以内です" in page


def test_no_kin_to_anybody_is_declared_without_a_case(demo: Web) -> None:
    person = new_person(demo)
    data = {"kin_declared": "H26.3.25", "kin_from": "H26.3.25"}
    with demo.client(Role.SECRETARIAT) as client:
        assert client.post(f"/members/{person}/kinship", data=data).status_code == 303
        chosen = data | {"kin_from": "H26.4.1", "relation": "なし"}
        later = client.post(f"/members/{person}/kinship", data=chosen)
    assert later.status_code == 303
    with demo.db.read() as session:
        rows = session.exec(select(KinshipDeclaration).where(KinshipDeclaration.person_id == person)).all()
    assert {(row.path, row.valid_from, row.valid_to) for row in rows} == {
        ("なし", date(2014, 3, 25), date(2014, 4, 1)),
        ("なし", date(2014, 4, 1), None),
    }


def test_the_first_declarations_begin_with_the_term(demo: Web) -> None:
    person = new_person(demo)
    term = {
        "body": "",
        "capacity": "委員",
        "term_from": "H25.10.1",
        "term_last": "H26.3.31",
    }
    with demo.db.read() as session:
        bodies = session.exec(select(Committee.id).where(Committee.kind == CommitteeKind.SUPPORT)).all()
    with demo.client(Role.SECRETARIAT) as client:
        client.post(f"/members/{person}/appointments", data=term | {"body": bodies[0]})
        first = client.get(f"/members/{person}").text
        client.post(f"/members/{person}/residence", data={"district": "音別", "residence_from": "H25.10.1"})
        second = client.get(f"/members/{person}").text
    assert first.count('value="平成25年10月1日"') == 3
    assert second.count('value="平成25年10月1日"') == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"case": "9"}, "「続柄」を入力してください。"),
        ({"relation": "子"}, "どの本人との続柄かを、ケース番号で入れてください。"),
        ({"case": "9", "path": "P>X"}, "続柄の3文字目「X」を読めません。"),
        ({"case": "999", "relation": "子"}, "No.999 のケースはありません。"),
    ],
)
def test_a_wrong_relation_is_shown_again(demo: Web, data: dict[str, str], sentence: str) -> None:
    days = {"kin_declared": "H26.3.25", "kin_from": "H26.3.25"}
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(f"/members/{person_id(demo, '丹頂 一郎')}/kinship", data=days | data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_people_of_other_bodies_are_404(demo: Web) -> None:
    other = stranger(demo)
    with demo.client(Role.SECRETARIAT) as client:
        listed = client.get("/members").text
        for person in (other, STRANGE):
            assert client.get(f"/members/{person}").status_code == 404
            data = {"district": "釧路", "residence_from": "H26.4.1"}
            assert client.post(f"/members/{person}/residence", data=data).status_code == 404
    assert "よその 人" not in listed


def test_only_the_secretariat_writes(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.CHAIR) as client:
        assert "記録する" not in client.get(f"/members/{person}").text
        for path in ("new", f"{person}/basics", f"{person}/residence", f"{person}/kinship"):
            assert client.post(f"/members/{path}", data={}).status_code == 403


def test_a_name_is_put_right(demo: Web) -> None:
    person = person_id(demo, "丹頂 一郎")
    with demo.client(Role.SECRETARIAT) as client:
        wrong = client.post(f"/members/{person}/basics", data={"name": ""})
        answer = client.post(f"/members/{person}/basics", data={"name": "丹頂 市郎"})
    assert (wrong.status_code, answer.status_code) == (422, 303)
    assert person_id(demo, "丹頂 市郎") == person
