"""設定の画面: settings with who set them, the sender of invitations, venues and accounts."""

from pathlib import Path

import pytest
from sqlmodel import select

from meetings_app.core.terms import District, Role
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Venue
from meetings_app.tables.people import Person
from meetings_app.tables.users import User
from tests.agenda.web.demo import open_demo
from tests.web_support import Web

SETTINGS = {
    "online_travel": "ask",
    "same_day_travel": "once",
    "four_eyes": "yes",
    "horizon_days": "42",
    "first_plan_limit_days": "",
    "ending_limit_days": "14",
    "replan_days": "30",
    "monitoring": "範囲に入ったら",
    "minutes_new": "15",
    "minutes_replan": "15",
    "minutes_evaluation": "10",
    "minutes_ending": "10",
    "minutes_monitoring": "5",
    "minutes_urgent": "15",
    "minutes_carried_over": "10",
    "comment_days": "7",
    "case_names": "no",
    "threshold_inside": "3",
    "threshold_outside": "10",
    "office_name": "",
    "base_url": "http://127.0.0.1:8000",
}
PASSWORD = "a password for the new one"


@pytest.fixture
def demo(tmp_path: Path) -> Web:
    return open_demo(tmp_path)


def setting(web: Web, key: str) -> object:
    with web.db.read() as session:
        return get_setting(session, key)


def test_only_the_secretariat_opens_the_page(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get("/office").text
        client.cookies.clear()
        demo.sign_in(client, Role.CHAIR)
        refused = client.get("/office")
    assert "初めの設定のまま" in html
    assert "jimukyoku" in html
    assert refused.status_code == 403


def test_a_setting_is_changed_and_says_who_set_it(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        client.post("/office", data=SETTINGS)
        before = client.get("/office").text.count("鶴野 あかり が設定")
        answer = client.post(
            "/office", data=SETTINGS | {"online_travel": "none", "first_plan_limit_days": "14"}
        )
        html = client.get("/office").text
    assert answer.status_code == 303
    assert setting(demo, "honoraria.online_travel") == "none"
    assert setting(demo, "due.first_plan_limit_days") == 14
    assert html.count("鶴野 あかり が設定") == before + 2


def test_what_this_round_leaves_to_the_office_is_set_here(demo: Web) -> None:
    wanted = {
        "replan_days": "21",
        "monitoring": "その月になったら",
        "minutes_evaluation": "20",
        "case_names": "yes",
        "level_0": "見守りだけでよい",
        "level_5": "すぐに動く",
        "office_phone": "0154-00-0000",
        "office_mailbox": "madoguchi@example.jp",
    }
    with demo.client(Role.SECRETARIAT) as client:
        page = client.get("/office").text
        assert client.post("/office", data=SETTINGS | wanted).status_code == 303
    assert "見る人と紙が増えるほど漏れるおそれも増える" in page
    assert setting(demo, "due.replan_days") == 21
    assert setting(demo, "due.monitoring") == "その月になったら"
    assert setting(demo, "agenda.minutes.評価") == 20
    assert setting(demo, "agenda.minutes.新規") == 15
    assert setting(demo, "cases.names") is True
    assert (setting(demo, "cases.level_0"), setting(demo, "cases.level_1")) == ("見守りだけでよい", "")
    assert setting(demo, "cases.level_5") == "すぐに動く"
    assert setting(demo, "office.phone") == "0154-00-0000"
    assert setting(demo, "office.mailbox") == "madoguchi@example.jp"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("horizon_days", "ななつ", "は数字で入力してください。"),
        ("threshold_inside", "1", "は2から100までの数で入力してください。"),
        ("threshold_inside", "11", "圏域の中の基準以上にしてください。"),
        ("online_travel", "maybe", "を一覧から選び直してください。"),
        ("replan_days", "0", "は1から366までの数で入力してください。"),
        ("monitoring", "いつでも", "を一覧から選び直してください。"),
        ("minutes_new", "481", "は1から480までの数で入力してください。"),
        ("case_names", "", "を入力してください。"),
        ("base_url", "javascript:alert(1)", "で始まるアドレスを入れてください。"),
    ],
)
def test_wrong_settings_change_nothing(demo: Web, field: str, value: str, sentence: str) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/office", data=SETTINGS | {"ending_limit_days": "20", field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert setting(demo, "due.ending_limit_days") == 14


def test_the_sender_of_invitations_is_set_for_own_bodies_only(demo: Web) -> None:
    data = {"organizer_name": "見本 事務局", "organizer_mailbox": "kaigi@example.jp"}
    with demo.client(Role.SECRETARIAT) as client:
        own = client.post("/office/organizer", data=data | {"organizer_body": demo.committee_id})
        foreign = client.post("/office/organizer", data=data | {"organizer_body": "0" * 32})
        wrong = client.post(
            "/office/organizer",
            data=data | {"organizer_body": demo.committee_id, "organizer_mailbox": "kaigi"},
        )
    assert (own.status_code, foreign.status_code, wrong.status_code) == (303, 404, 422)
    with demo.db.read() as session:
        assert session.get_one(Committee, demo.committee_id).organizer_mailbox == "kaigi@example.jp"


def test_a_venue_is_registered_once(demo: Web) -> None:
    data = {"venue_name": "阿寒 <会館>", "venue_district": "阿寒"}
    with demo.client(Role.SECRETARIAT) as client:
        first = client.post("/office/venues", data=data)
        again = client.post("/office/venues", data=data)
    assert (first.status_code, again.status_code) == (303, 422)
    assert "もう登録されています" in again.text
    assert "&lt;会館&gt;" in again.text
    with demo.db.read() as session:
        venue = session.exec(select(Venue).where(Venue.name == "阿寒 <会館>")).one()
    assert venue.district is District.AKAN


def account(web: Web, **values: str) -> dict[str, str]:
    with web.db.read() as session:
        person = session.exec(select(Person.id).where(Person.name == "春採 よし子")).one()
    known = {"login": "harutori", "display_name": "春採 よし子", "role": "委員", "person": person}
    return known | {"password": PASSWORD, "again": PASSWORD} | values


def test_an_account_is_added_for_somebody_on_the_roster(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/office/accounts", data=account(demo))
    assert answer.status_code == 303
    with demo.db.read() as session:
        user = session.exec(select(User).where(User.login == "harutori")).one()
    assert (user.role, user.committee_id) == (Role.MEMBER, demo.committee_id)
    assert user.person_id is not None


def test_a_regional_account_belongs_to_the_regional_body(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/office/accounts", data=account(demo, role="圏域会議", person=""))
    assert answer.status_code == 303
    with demo.db.read() as session:
        user = session.exec(select(User).where(User.login == "harutori")).one()
    assert user.committee_id != demo.committee_id


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"login": "iincho"}, "はすでに使われています。"),
        ({"again": "another password"}, "パスワードが2つで違います。"),
        ({"password": "short", "again": "short"}, "パスワードが短すぎます。"),
        ({"person": ""}, "名簿の人と結び付けてください。"),
        ({"person": "0" * 32}, "「名簿の人」を一覧から選び直してください。"),
    ],
)
def test_a_wrong_account_is_shown_again_without_its_password(
    demo: Web, values: dict[str, str], sentence: str
) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/office/accounts", data=account(demo, **values))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert 'value="春採 よし子"' in answer.text


def test_four_eyes_is_the_secretariats_to_decide(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post("/office", data=SETTINGS | {"four_eyes": "no"})
        client.cookies.clear()
        demo.sign_in(client, Role.ACCOUNTING)
        refused = client.post("/office", data=SETTINGS | {"four_eyes": "yes"})
    assert (answer.status_code, refused.status_code) == (303, 403)
    assert setting(demo, "honoraria.four_eyes") is False


def test_accounting_reads_the_settings_of_money_only(demo: Web) -> None:
    with demo.client(Role.ACCOUNTING) as client:
        html = client.get("/office").text
        posts = [
            client.post(f"/office/{part}", data={}).status_code
            for part in ("organizer", "venues", "accounts")
        ]
    assert "源泉徴収の方法" in html
    assert "振込の依頼人" in html
    for other in ("オンライン出席の旅費", "利用者を加える", "会場を登録する", '<form class="form"'):
        assert other not in html
    assert posts == [403, 403, 403]


def test_the_confirmation_of_the_regulations_stands_on_its_own_page(demo: Web) -> None:
    with demo.client(Role.SECRETARIAT) as client:
        html = client.get("/office").text
    assert 'href="/honoraria/rules#confirmations"' in html
