"""振込先の画面: found by name or code, kept whole, shown masked, open to 会計 and 事務局 only."""

import logging
import re
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from honoraria.tables import BankAccount
from honoraria.web import bank_pages
from meetings_app.core.terms import Capacity, CommitteeKind, Role
from meetings_app.tables.committees import Appointment, Committee
from meetings_app.tables.office import AuditEntry
from meetings_app.tables.people import Person
from tests.web_support import Web, WebClient, open_web

NUMBER = "7654321"
KEEPERS = (Role.SECRETARIAT, Role.ACCOUNTING)
HTMX = {"HX-Request": "true"}
ACCOUNT = {"bank": "0116", "branch": "920", "kind": "普通", "number": NUMBER, "holder": "いいん　たろう"}


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return open_web(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Web:
    """An office that no test of this file changes: for reading and for refusals."""
    return open_web(tmp_path_factory.mktemp("untouched"))


def address(web: Web) -> str:
    return f"/members/{web.people[Role.MEMBER]}/bank"


def seen(client: WebClient, path: str) -> str:
    found = re.search(r'id="register".*?name="seen" value="([0-9a-f]*)"', client.get(path).text, re.DOTALL)
    assert found is not None
    return found[1]


def rows(web: Web) -> list[BankAccount]:
    with web.db.read() as session:
        found = list(session.exec(select(BankAccount)).all())
        session.expunge_all()
        return found


@pytest.mark.parametrize("role", list(Role))
def test_only_accounting_and_secretariat_open_it(web: Web, role: Role) -> None:
    with web.client(role) as client:
        opened = [
            client.get(address(web)).status_code,
            client.get("/honoraria/banks?q=くしろ").status_code,
            client.get("/honoraria/banks/0116/branches?q=釧路").status_code,
            client.post("/honoraria/holder", data={"holder": "ミホン"}).status_code,
            client.post(f"{address(web)}/retire", data={"seen": ""}).status_code,
        ]
        saved = client.post(address(web), data=ACCOUNT | {"seen": ""}).status_code
    assert opened == ([200, 200, 200, 200, 303] if role in KEEPERS else [403] * 5)
    assert saved == (303 if role in KEEPERS else 403)
    assert len(rows(web)) == (role in KEEPERS)


def test_nobody_signed_in_sees_nothing(untouched: Web) -> None:
    with untouched.client() as client:
        assert client.get(address(untouched)).headers["location"].startswith("/login")


def test_an_account_is_registered_by_codes_and_shown_by_names(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        answer = client.post(address(web), data=ACCOUNT | {"seen": ""})
        html = client.get(address(web)).text
    assert answer.headers["location"] == address(web)
    for text in ("北海道 0116", "釧路 920", "****321", "ｲｲﾝ ﾀﾛｳ（7バイト、30バイトまで）", "kaikei が登録"):
        assert text in html
    assert NUMBER not in html
    assert "振込先を登録しました: 北海道 釧路 普通 ****321" in html


def test_names_and_wide_digits_do_as_well(web: Web) -> None:
    typed = {"bank": "釧路信金", "branch": "本店", "number": "１２３", "holder": "ｲｲﾝ ﾀﾛｳ", "seen": ""}
    with web.client(Role.SECRETARIAT) as client:
        assert client.post(address(web), data=ACCOUNT | typed).status_code == 303
    (row,) = rows(web)
    assert (row.bank_code, row.branch_code, row.number) == ("1027", "001", "0000123")


def test_a_doubtful_name_offers_what_it_may_mean_and_the_pick_counts(web: Web) -> None:
    typed = ACCOUNT | {"bank": "くしろ", "branch": "ほん", "seen": ""}
    picked = {"bank_asked": "くしろ", "bank_pick": "1027"}
    with web.client(Role.ACCOUNTING) as client:
        first = client.post(address(web), data=typed)
        second = client.post(address(web), data=typed | picked)
        pick = picked | {"branch_asked": "ほん", "branch_bank": "1027", "branch_pick": "001"}
        third = client.post(address(web), data=typed | pick)
    assert (first.status_code, second.status_code, third.status_code) == (422, 422, 303)
    assert "委員 太郎さんの銀行を、下の候補から選んでください。" in first.text
    assert 'name="bank_pick" value="1027"' in first.text
    assert "委員 太郎さんの「釧路信金」の支店を、下の候補から選んでください。" in second.text
    assert 'name="branch_pick" value="001" checked' in second.text
    assert rows(web)[0].bank_code == "1027"


def test_a_pick_for_another_text_does_not_count(web: Web) -> None:
    stale = {"bank_asked": "くしろ", "bank_pick": "1027", "branch_asked": "920", "branch_bank": "1027"}
    with web.client(Role.ACCOUNTING) as client:
        client.post(address(web), data=ACCOUNT | stale | {"branch_pick": "001", "seen": ""})
    (row,) = rows(web)
    assert (row.bank_code, row.branch_code) == ("0116", "920")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"bank": ""}, "「銀行」を入力してください。"),
        ({"bank": "0002"}, "銀行コード0002は金融機関の一覧にありません。"),
        ({"bank": "ないはずの銀行"}, "委員 太郎さんの銀行が見つかりません。"),
        (
            {"bank": "1027", "bank_asked": "1027", "bank_pick": "../etc"},
            "「釧路信金」の支店の一覧にありません",
        ),
        ({"branch": ""}, "「支店」を入力してください。"),
        ({"branch": "998"}, "の口座の支店コード998は「北海道」の支店の一覧にありません。"),
        ({"branch": "ないはずの支店"}, "委員 太郎さんの「北海道」の支店が見つかりません。"),
        ({"kind": "定期"}, "「種目」を一覧から選び直してください。"),
        ({"number": ""}, "「口座番号」を入力してください。"),
        ({"number": "76543210"}, "委員 太郎さんの口座番号は1桁から7桁までの数字です。"),
        ({"number": "765-4321"}, "委員 太郎さんの口座番号は1桁から7桁までの数字です。"),
        ({"number": "9" * 5000}, "「口座番号」が長すぎます。"),
        ({"holder": "委員 太郎"}, "委員 太郎さんの口座名義: 「委」は振込データに使えません。"),
        ({"holder": "ガ" * 16}, "委員 太郎さんのカナ名は32バイトで"),
        ({"bank": "9900", "branch": "018", "number": "12345"}, "ゆうちょ銀行の振込用の7桁ではありません"),
        ({"bank": "\x00"}, "「銀行」に使えない文字があります。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    untouched: Web, change: dict[str, str], sentence: str
) -> None:
    with untouched.client(Role.ACCOUNTING) as client:
        answer = client.post(address(untouched), data=ACCOUNT | {"seen": ""} | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert NUMBER not in answer.text
    assert change.get("number") == "" or change.get("number", NUMBER) not in answer.text
    assert rows(untouched) == []


def test_all_wrong_fields_are_said_at_once_and_what_was_typed_stays(untouched: Web) -> None:
    wrong = {"bank": "<b>銀行", "branch": "x", "kind": "", "number": "x1", "holder": '"><script>', "seen": ""}
    with untouched.client(Role.ACCOUNTING) as client:
        html = client.post(address(untouched), data=wrong).text
    assert html.count('class="field__error"') == 3  # without a bank, neither branch nor number can be judged
    assert "&lt;b&gt;銀行" in html
    assert "<script>" not in html
    assert 'value="x1"' not in html


def test_the_same_account_sent_twice_is_one(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        for _ in range(2):
            assert client.post(address(web), data=ACCOUNT | {"seen": ""}).status_code == 303
        html = client.get(address(web)).text
    assert len(rows(web)) == 1
    assert "振込先は変わっていません" in html


def test_a_stale_page_overwrites_nothing(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        client.post(address(web), data=ACCOUNT | {"seen": ""})
        stale = client.post(address(web), data=ACCOUNT | {"number": "1112223", "seen": ""})
        retired = client.post(f"{address(web)}/retire", data={"seen": ""})
        fresh = client.post(
            address(web), data=ACCOUNT | {"number": "1112223", "seen": seen(client, address(web))}
        )
    assert (stale.status_code, retired.status_code, fresh.status_code) == (409, 409, 303)
    assert "この人の振込先は、画面を開いたあとに変わりました。" in stale.text
    assert [(row.number, row.retired_at is None) for row in rows(web)] == [(NUMBER, False), ("1112223", True)]


def test_an_account_is_retired_once_and_stays_on_record(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        client.post(address(web), data=ACCOUNT | {"seen": ""})
        known = seen(client, address(web))
        answers = [client.post(f"{address(web)}/retire", data={"seen": known}).status_code for _ in range(2)]
        html = client.get(address(web)).text
    assert answers == [303, 303]
    assert "振込先はまだ登録されていません。" in html
    assert "前の振込先" in html
    assert NUMBER not in html


def foreigner(web: Web) -> str:
    with web.db.write() as session:
        body = Committee(kind=CommitteeKind.SUPPORT, name="よその会議", municipality="根室市", region="根室")
        person = Person(name="よその 人")
        session.add_all([body, person])
        session.flush()
        session.add(
            Appointment(
                committee_id=body.id,
                person_id=person.id,
                capacity=Capacity.MEMBER,
                valid_from=date(2026, 4, 1),
                valid_to=date(2027, 4, 1),
            )
        )
        return person.id


def test_people_of_other_bodies_and_unknown_ones_are_404(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        for person in (foreigner(web), "0" * 32, "x"):
            path = f"/members/{person}/bank"
            codes = {
                client.get(path).status_code,
                client.post(path, data=ACCOUNT | {"seen": ""}).status_code,
                client.post(f"{path}/retire", data={"seen": ""}).status_code,
            }
            assert codes == {404}
    assert rows(web) == []


def test_no_number_in_trail_log_or_address(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with web.client(Role.ACCOUNTING) as client:
        client.post(address(web), data=ACCOUNT | {"seen": ""})
        client.post(address(web), data=ACCOUNT | {"number": f"{NUMBER}0", "seen": ""})
        answer = client.post(address(web), data=ACCOUNT | {"holder": "ミホン", "seen": "x"})
    assert answer.status_code == 409
    assert NUMBER not in answer.text
    assert NUMBER not in caplog.text
    with web.db.read() as session:
        assert not [row for row in session.exec(select(AuditEntry)).all() if NUMBER in row.detail]


def test_a_fault_tells_no_number(
    untouched: Web, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**given: object) -> None:
        raise ValueError(given["number"])

    monkeypatch.setattr(bank_pages, "register_account", broken)
    with untouched.client(Role.ACCOUNTING) as client:
        answer = client.post(address(untouched), data=ACCOUNT | {"seen": ""})
    assert answer.status_code == 500
    assert NUMBER not in answer.text + caplog.text


def test_a_hostile_name_is_escaped(web: Web) -> None:
    with web.db.write() as session:
        person = session.get_one(Person, web.people[Role.MEMBER])
        person.name = "<img src=x onerror=alert(1)>"
        session.add(person)
    with web.client(Role.ACCOUNTING) as client:
        html = client.get(address(web)).text + client.post(address(web), data={"bank": "x"}).text
    assert "<img src=x" not in html


def test_banks_and_branches_are_looked_up(untouched: Web) -> None:
    with untouched.client(Role.ACCOUNTING) as client:
        banks = client.get("/honoraria/banks?q=くしろしんきん").text
        nothing = client.get("/honoraria/banks?q=<b>どこ").text
        branches = client.get("/honoraria/banks/1027/branches?q=本店").text
        unknown = client.get("/honoraria/banks/0002/branches?q=本店")
        strange = client.get("/honoraria/banks/%00/branches")
    assert '<a href="/honoraria/banks/1027/branches">釧路信金</a>' in banks
    assert "当たるものがありません。" in nothing
    assert "<b>どこ" not in nothing
    assert "ﾎﾝﾃﾝ" in branches
    assert (unknown.status_code, strange.status_code) == (404, 404)
    assert "この銀行コードは金融機関の一覧にありません。" in unknown.text


def test_many_banks_are_cut_short_and_said_so(untouched: Web) -> None:
    with untouched.client(Role.ACCOUNTING) as client:
        html = client.get("/honoraria/banks?q=信金").text
        none = client.get("/honoraria/banks").text
    assert html.count('role="row"') == 21  # the head and twenty banks
    assert "ほかにもあります。言葉を足すと絞り込めます。" in html
    assert "当たるものがありません。" not in none


def test_choices_come_while_typing(untouched: Web) -> None:
    with untouched.client(Role.ACCOUNTING) as client:
        several = client.get("/honoraria/banks?bank=くしろ", headers=HTMX).text
        exact = client.get("/honoraria/banks?bank=北海道", headers=HTMX).text
        field = client.get("/honoraria/banks/1027/branches", headers=HTMX).text
        branches = client.get("/honoraria/banks/1027/branches?branch=ほんてん", headers=HTMX).text
    assert "<html" not in several + exact + field + branches
    assert 'name="bank_asked" value="くしろ"' in several
    assert "checked" not in several
    assert 'value="0116" checked' in exact
    assert 'hx-trigger="change, load"' in exact
    assert 'hx-get="/honoraria/banks/1027/branches"' in field
    assert 'name="branch_pick" value="001" checked' in branches
    assert 'name="branch_bank" value="1027"' in branches


@pytest.mark.parametrize(
    ("holder", "text"),
    [
        ("だて　まさむね", "振込データでは: ﾀﾞﾃ ﾏｻﾑﾈ（8バイト、30バイトまで）"),
        ("伊達", "この口座の口座名義: 「伊」は振込データに使えません。カナで入れてください。"),
        ("ガ" * 16, "この口座のカナ名は32バイトで、振込データに入る30バイトを超えます"),
        ("<b>", "「&lt;」は振込データに使えません。"),
        ("", ""),
    ],
)
def test_the_holder_is_shown_as_it_will_stand_in_the_file(untouched: Web, holder: str, text: str) -> None:
    with untouched.client(Role.ACCOUNTING) as client:
        html = client.post("/honoraria/holder", data={"holder": holder}, headers=HTMX).text
    assert text in html if text else html.strip() == ""


def test_english(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        client.post("/language", data={"locale": "en", "next": "/"})
        client.post(address(web), data=ACCOUNT | {"seen": ""})
        html = client.get(address(web)).text
    assert "Payee account" in html
    assert "(7 bytes of at most 30)" in html


def test_the_persons_page_shows_it_masked_to_those_who_pay(web: Web) -> None:
    person = address(web).removesuffix("/bank")
    with web.client(Role.ACCOUNTING) as client:
        empty = client.get(person).text
        client.post(address(web), data=ACCOUNT | {"seen": ""})
        shown = client.get(person).text
        client.cookies.clear()
        web.sign_in(client, Role.CHAIR)
        chair = client.get(person).text
    assert "振込先はまだ登録されていません。" in empty
    assert 'id="bank"' in shown
    assert "北海道 釧路 普通 ****321" in shown
    assert NUMBER not in shown
    assert "****321" not in chair
    assert "/bank" not in chair
