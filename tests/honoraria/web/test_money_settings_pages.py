"""会計の設定の画面: each form stored whole, by 会計 or 事務局, with who and when; the payer's number is never shown."""

import html
import logging
import re
from pathlib import Path

import pytest
from sqlmodel import select

from honoraria.services.money_settings import MONEY
from honoraria.tables import DailyTax
from meetings_app.core.terms import Role
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.office import AuditEntry
from tests.web_support import Web, WebClient, open_web

HERE = "/honoraria/settings"
NUMBER = "7654321"
KEEPERS = (Role.SECRETARIAT, Role.ACCOUNTING)
PAYER = {
    "consignor_code": "12345",
    "bank": "0116",
    "branch": "920",
    "kind": "普通",
    "number": NUMBER,
    "holder": "みほん",
}
SHAPE = {"crlf": "no", "eof": "yes", "clearing_house": "zero"}
LIMITS = {"fee_over": "60,000", "salary_over": "", "small_committee_fee_upto": "１００００円"}
TAX = {"taxable": "9000", "tax_from": "H26.4.1", "tax": "550"}
FORMS = {
    "withholding": {"mode": "源泉なし", "on_travel": "unset"},
    "payer": PAYER,
    "transfer-file": SHAPE,
    "yearly": LIMITS,
    "daily-taxes": TAX,
}


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return open_web(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Web:
    """An office that no test of this file changes: for reading and for refusals."""
    return open_web(tmp_path_factory.mktemp("untouched"))


def on_record(web: Web) -> dict[str, object]:
    with web.db.read() as session:
        return {key.split(".")[1]: get_setting(session, key) for key in MONEY}


def taxes(web: Web) -> list[tuple[int, int]]:
    with web.db.read() as session:
        return [(row.taxable, row.tax) for row in session.exec(select(DailyTax)).all()]


def seen(client: WebClient, form: str) -> str:
    text = client.get(HERE).text
    found = re.search(rf'action="{HERE}/{form}#.*?name="seen" value="([^"]*)"', text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def send(client: WebClient, form: str, data: dict[str, str]) -> int:
    return client.post(f"{HERE}/{form}", data={"seen": seen(client, form)} | data).status_code


@pytest.mark.parametrize("role", list(Role))
def test_accounting_and_secretariat_decide_nobody_else_looks(web: Web, role: Role) -> None:
    before = on_record(web)
    with web.client(role) as client:
        opened = client.get(HERE).status_code
        sent = {
            client.post(f"{HERE}/{form}", data=data | {"seen": ""}).status_code
            for form, data in FORMS.items()
        }
    assert opened == (200 if role in KEEPERS else 403)
    assert sent == ({303} if role in KEEPERS else {403})
    assert (on_record(web) != before) == (role in KEEPERS)
    assert len(taxes(web)) == (role in KEEPERS)


def test_withholding_is_unset_at_first_and_the_page_says_who_decides(untouched: Web) -> None:
    with untouched.client(Role.ACCOUNTING) as client:
        text = client.get(HERE).text
    assert text.count('value="unset" checked') == 2
    for sentence in (
        "税務署に確かめて責任者が決めてください。",
        "決まるまで、支給調書は確定できません。",
        "マイナンバーはここに入れず、別に保管してください。",
    ):
        assert sentence in text


def test_withholding_is_decided_with_its_base(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        half = client.post(
            f"{HERE}/withholding", data={"mode": "報酬・料金", "on_travel": "unset", "seen": ""}
        )
        none = on_record(web)["withholding_mode"]
        assert send(client, "withholding", {"mode": "報酬・料金", "on_travel": "no"}) == 303
        text = client.get(HERE).text
    assert half.status_code == 422
    assert "旅費を課税対象に含めるかどうかも決めてください。" in half.text
    assert 'value="報酬・料金" checked' in half.text
    assert none is None
    assert (on_record(web)["withholding_mode"], on_record(web)["withholding_on_travel"]) == (
        "報酬・料金",
        False,
    )
    assert "設定を2件変えました。" in text
    assert text.count("kaikei が設定") == 2


@pytest.mark.parametrize(
    ("form", "change", "sentence"),
    [
        ("withholding", {"mode": "半分だけ"}, "「源泉徴収の方法」を一覧から選び直してください。"),
        ("withholding", {"mode": ""}, "「源泉徴収の方法」を入力してください。"),
        ("withholding", {"on_travel": "<b>"}, "「旅費を課税対象に」を一覧から選び直してください。"),
        ("payer", {"consignor_code": ""}, "「委託者コード」を入力してください。"),
        ("payer", {"consignor_code": "99999999999"}, "委託者コードは銀行が決めた10桁以内の数字です。"),
        ("payer", {"bank": "0002"}, "依頼人の口座の銀行コード0002は金融機関の一覧にありません。"),
        ("payer", {"branch": "998"}, "依頼人の口座の支店コード998は「北海道」の支店の一覧にありません。"),
        ("payer", {"kind": "x"}, "「種目」を一覧から選び直してください。"),
        ("payer", {"number": ""}, "依頼人の口座番号が未入力です。"),
        ("payer", {"number": "123456789"}, "依頼人の口座番号は1桁から7桁までの数字です。"),
        ("payer", {"holder": "見本"}, "依頼人の口座名義: 「見」は振込データに使えません。"),
        ("payer", {"holder": "ガ" * 16}, "依頼人のカナ名は32バイトで"),
        ("transfer-file", {"crlf": "unset"}, "「レコードごとの改行」を一覧から選び直してください。"),
        ("transfer-file", {"clearing_house": "9999"}, "「手形交換所番号」を一覧から選び直してください。"),
        ("transfer-file", {"eof": ""}, "「ファイルの終わりの符号（EOF）」を入力してください。"),
        ("yearly", {"fee_over": "五万"}, "は数字で入力してください。"),
        ("yearly", {"fee_over": "-1"}, "は0から100000000までの数で入力してください。"),
        ("yearly", {"salary_over": "9" * 19}, "は0から100000000までの数で入力してください。"),
        ("daily-taxes", {"taxable": "0"}, "「課税対象額」は1から9999999までの数で入力してください。"),
        ("daily-taxes", {"taxable": "1.5"}, "「課税対象額」は数字で入力してください。"),
        ("daily-taxes", {"tax": "9000"}, "税額は0円以上で課税対象額より小さい額を入れてください。"),
        ("daily-taxes", {"tax_from": "平成31年5月1日"}, "「この日から」: "),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    untouched: Web, form: str, change: dict[str, str], sentence: str
) -> None:
    before = on_record(untouched)
    with untouched.client(Role.ACCOUNTING) as client:
        answer = client.post(f"{HERE}/{form}", data=FORMS[form] | {"seen": ""} | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert NUMBER not in answer.text
    assert "123456789" not in answer.text
    assert "<b>" not in answer.text.replace("<b>記録できませんでした", "")
    assert (on_record(untouched), taxes(untouched)) == (before, [])


def test_the_payer_is_kept_masked_and_an_empty_number_keeps_it(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        assert send(client, "payer", PAYER) == 303
        shown = client.get(HERE).text
        assert send(client, "payer", PAYER | {"number": "", "holder": "みほん　きょうぎかい"}) == 303
        other = client.post(
            f"{HERE}/payer", data=PAYER | {"number": "", "branch": "924", "seen": seen(client, "payer")}
        )
    assert "****321" in shown
    assert NUMBER not in shown + other.text
    assert other.status_code == 422
    assert "変えるときは、口座番号も入れ直してください。" in other.text
    kept = on_record(web)
    assert (kept["account_number"], kept["consignor_code"]) == (NUMBER, "0000012345")
    assert kept["name_kana"] == "ﾐﾎﾝ ｷﾖｳｷﾞｶｲ"


def test_no_number_in_trail_or_log(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with web.client(Role.ACCOUNTING) as client:
        send(client, "payer", PAYER)
        send(client, "payer", PAYER | {"number": "1112223"})
    assert NUMBER not in caplog.text
    with web.db.read() as session:
        details = [row.detail for row in session.exec(select(AuditEntry)).all()]
    assert not [text for text in details if NUMBER in text or "1112223" in text]
    assert '{"after": "****223", "before": "****321"}' in details


def test_the_shape_of_bank_files_and_the_limits(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        assert send(client, "transfer-file", SHAPE) == 303
        assert send(client, "yearly", LIMITS) == 303
    kept = on_record(web)
    assert (kept["crlf"], kept["eof"], kept["clearing_house"]) == (False, True, "zero")
    assert (kept["fee_over"], kept["salary_over"], kept["small_committee_fee_upto"]) == (60_000, None, 10_000)


def test_nothing_changed_is_said_so(web: Web) -> None:
    data = {"crlf": "yes", "eof": "no", "clearing_house": "blank"}
    with web.client(Role.ACCOUNTING) as client:
        assert send(client, "transfer-file", data) == 303
        assert "変わったところはありません。" in client.get(HERE).text
    with web.db.read() as session:
        assert not [row for row in session.exec(select(AuditEntry)).all() if row.action == "設定の変更"]


def test_a_stale_page_overwrites_nothing(web: Web) -> None:
    with web.client(Role.SECRETARIAT) as client:
        stale = seen(client, "yearly")
        assert send(client, "yearly", LIMITS) == 303
        late = client.post(f"{HERE}/yearly", data=LIMITS | {"fee_over": "1", "seen": stale})
        other = client.post(f"{HERE}/transfer-file", data=SHAPE | {"seen": stale})
    assert (late.status_code, other.status_code) == (409, 303)
    assert "この設定は、画面を開いたあとに変わりました。" in late.text
    assert on_record(web)["fee_over"] == 60_000


def test_taxes_of_the_daily_table_are_listed(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        for data in (TAX, TAX, TAX | {"taxable": "5,000", "tax": "0"}):
            assert client.post(f"{HERE}/daily-taxes", data=data).status_code == 303
        text = client.get(HERE).text
    assert taxes(web) == [(9_000, 550), (5_000, 0)]
    for shown in ("9,000円", "550円", "平成26年4月1日から", "5,000円"):
        assert shown in text


def test_the_page_of_settings_tells_accounting_what_is_set(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        send(client, "payer", PAYER)
        send(client, "withholding", {"mode": "給与乙欄 月額", "on_travel": "yes"})
        text = client.get("/office").text
    for shown in (
        "会計の設定を開く",
        "給与乙欄 月額",
        "含める",
        "0116 北海道",
        "920 釧路",
        "****321",
        "50,000円",
    ):
        assert shown in text
    assert "確認した人とは別の人が承認する" in text
    assert NUMBER not in text
    assert 'action="/office' not in text
    assert "/office/accounts" not in text


def test_the_page_of_settings_tells_the_secretariat_too(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        send(client, "payer", PAYER)
        client.cookies.clear()
        web.sign_in(client, Role.SECRETARIAT)
        text = client.get("/office").text
    assert "****321" in text
    assert NUMBER not in text
    assert 'href="/honoraria/settings"' in text


def test_english(web: Web) -> None:
    with web.client(Role.ACCOUNTING) as client:
        client.post("/language", data={"locale": "en", "next": "/"})
        text = client.get(HERE).text
    assert "Accounting settings" in text
    assert "Salary, column Otsu, monthly" in text
