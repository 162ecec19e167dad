"""会計の設定: stored whole or not at all, with who and when, and the payer's number nowhere but in its place."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import select

from honoraria.services import money_settings as money
from honoraria.services.payments import file_options, payer_of
from honoraria.services.policies import daily_taxes, set_daily_tax, withholding_policy
from honoraria.zengin.transfer_file import FileOptions
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import WithholdingMode
from meetings_app.db.engine import Database
from meetings_app.services.office_overview import settings_on_record
from meetings_app.services.office_settings import ACCOUNT_NUMBER, get_setting
from meetings_app.tables.office import AuditEntry
from tests.office_builder import Bureau

NUMBER = "7654321"
PAYER = {
    "consignor_code": "12345678",
    "name": "みほん　かいけい",
    "bank_code": "0116",
    "branch_code": "920",
    "kind": "普通",
    "number": NUMBER,
}


@pytest.fixture
def bureau(database: Database) -> Iterator[Bureau]:
    with database.write() as session:
        yield Bureau(session)


def payer(bureau: Bureau, **changes: str) -> list[str]:
    return money.set_payer(**bureau.given, **(PAYER | changes))


def trail(bureau: Bureau) -> list[AuditEntry]:
    return [entry for entry in bureau.audited() if entry.action == "設定の変更"]


def on_record(bureau: Bureau) -> dict[str, object]:
    return {key: get_setting(bureau.session, key) for key in money.MONEY}


def test_nothing_is_decided_at_first(bureau: Bureau) -> None:
    assert withholding_policy(bureau.session) is None
    assert money.stamp_of(bureau.session, money.WITHHOLDING) == ""
    assert {one.set_by for one in money.money_on_record(bureau.session).values()} == {""}


@pytest.mark.parametrize("mode", [WithholdingMode.FEE, WithholdingMode.MONTHLY, WithholdingMode.DAILY])
def test_withholding_needs_its_base(bureau: Bureau, mode: WithholdingMode) -> None:
    with pytest.raises(Refused, match=f"「{mode}」で源泉徴収をするときは、旅費を課税対象に含めるかどうか"):
        money.set_withholding(**bureau.given, mode=mode, includes_travel=None)
    assert withholding_policy(bureau.session) is None
    assert money.set_withholding(**bureau.given, mode=mode, includes_travel=False) == list(money.WITHHOLDING)
    policy = withholding_policy(bureau.session)
    assert policy is not None
    assert (policy.mode, policy.includes_travel) == (mode, False)


def test_no_withholding_needs_no_base_and_can_be_unset_again(bureau: Bureau) -> None:
    money.set_withholding(**bureau.given, mode=WithholdingMode.NONE, includes_travel=None)
    assert withholding_policy(bureau.session) is not None
    known = money.money_on_record(bureau.session)["honoraria.withholding_mode"]
    assert (known.value, known.set_by, known.set_at) == ("源泉なし", "事務局 太郎", bureau.clock.now())
    money.set_withholding(**bureau.given, mode=None, includes_travel=None)
    assert withholding_policy(bureau.session) is None


def test_the_payer_is_kept_as_the_bank_file_takes_it(bureau: Bureau) -> None:
    assert set(payer(bureau)) == {*money.PAYER} - {"payer.account_kind"}
    kept = payer_of(bureau.session)
    assert (kept.consignor_code, kept.name_kana) == ("0012345678", "ﾐﾎﾝ ｶｲｹｲ")
    assert (kept.account.bank_code, kept.account.branch_code, kept.account.number) == ("0116", "920", NUMBER)
    assert payer(bureau) == []


def test_the_number_is_shown_nowhere(bureau: Bureau) -> None:
    payer(bureau)
    payer(bureau, number="1111222")
    shown = money.money_on_record(bureau.session)[ACCOUNT_NUMBER]
    assert shown.value == "****222"
    assert settings_on_record(bureau.session)[ACCOUNT_NUMBER] == shown
    details = [entry.detail for entry in bureau.session.exec(select(AuditEntry)).all()]
    assert not [text for text in details if NUMBER in text or "1111222" in text]
    numbers = [json.loads(entry.detail) for entry in trail(bureau) if entry.subject_id == ACCOUNT_NUMBER]
    assert sorted(numbers, key=lambda one: one["before"]) == [
        {"after": "****321", "before": ""},
        {"after": "****222", "before": "****321"},
    ]


def test_bank_and_branch_are_shown_with_their_names(bureau: Bureau) -> None:
    payer(bureau)
    known = money.money_on_record(bureau.session)
    assert (known[money.BANK].value, known[money.BRANCH].value) == ("0116 北海道", "920 釧路")


def test_an_empty_number_keeps_the_one_on_record(bureau: Bureau) -> None:
    payer(bureau)
    assert payer(bureau, number="", name="ミホンキョウギカイ") == ["payer.name_kana"]
    assert get_setting(bureau.session, ACCOUNT_NUMBER) == NUMBER
    assert money.payer_on_record(bureau.session).has_number


def test_a_number_belongs_to_one_account(bureau: Bureau) -> None:
    payer(bureau)
    for change in ({"branch_code": "924"}, {"kind": "当座"}, {"bank_code": "1027", "branch_code": "001"}):
        with pytest.raises(Refused, match=r"変えるときは、口座番号も入れ直してください。"):
            payer(bureau, number="", **change)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"consignor_code": "12345678901"}, "委託者コードは銀行が決めた10桁以内の数字です"),
        ({"consignor_code": "ABC"}, "委託者コードは銀行が決めた10桁以内の数字です"),
        ({"name": "釧路"}, "依頼人の口座名義: 「釧」は振込データに使えません。カナで入れてください。"),
        ({"name": "ガ" * 16}, "依頼人のカナ名は32バイトで"),
        ({"bank_code": "0002"}, "依頼人の口座の銀行コード0002は金融機関の一覧にありません。"),
        ({"branch_code": "999"}, "依頼人の口座の支店コード999は「北海道」の支店の一覧にありません。"),
        ({"kind": "定期"}, "依頼人の口座の預金種目は、普通・当座・貯蓄・その他のどれか"),
        ({"number": "12345678"}, "依頼人の口座番号は1桁から7桁までの数字です。"),
        ({"number": ""}, "依頼人の口座番号が未入力です。"),
    ],
)
def test_a_payer_that_no_bank_takes_is_refused_and_nothing_is_stored(
    bureau: Bureau, change: dict[str, str], sentence: str
) -> None:
    before = on_record(bureau)
    with pytest.raises(Refused) as caught:
        payer(bureau, **change)
    assert sentence in caught.value.message
    assert NUMBER not in caught.value.message
    assert on_record(bureau) == before
    assert trail(bureau) == []


def test_the_shape_of_bank_files(bureau: Bureau) -> None:
    changed = money.set_transfer_options(**bureau.given, crlf=False, eof=True, clearing_house="zero")
    assert changed == list(money.TRANSFER_FILE)
    assert file_options(bureau.session) == FileOptions(crlf=False, eof=True, clearing_house="zero")


def test_limits_of_the_yearly_look_and_none_of_them(bureau: Bureau) -> None:
    limits = {"fee_over": 60_000, "salary_over": None, "small_committee_fee_upto": 10_000}
    assert money.set_yearly_limits(**bureau.given, **limits) == ["yearly.fee_over", "yearly.salary_over"]
    assert get_setting(bureau.session, "yearly.salary_over") is None
    with pytest.raises(Refused, match="0円以上の額で入れてください。"):
        money.set_yearly_limits(**bureau.given, **limits | {"fee_over": -1})
    assert get_setting(bureau.session, "yearly.fee_over") == 60_000


def test_a_page_shown_before_a_change_is_stale(bureau: Bureau) -> None:
    seen = money.stamp_of(bureau.session, money.YEARLY)
    money.refuse_stale(bureau.session, money.YEARLY, seen)
    money.set_yearly_limits(**bureau.given, fee_over=1, salary_over=2, small_committee_fee_upto=3)
    with pytest.raises(Conflict, match="画面を開いたあとに変わりました。"):
        money.refuse_stale(bureau.session, money.YEARLY, seen)
    money.refuse_stale(bureau.session, money.TRANSFER_FILE, "")


DAY = date(2014, 4, 1)


def test_the_daily_table_is_typed_in_by_amount_and_day(bureau: Bureau) -> None:
    first = set_daily_tax(**bureau.given, taxable=9_000, valid_from=DAY, tax=550)
    trail = len(bureau.audited())
    assert set_daily_tax(**bureau.given, taxable=9_000, valid_from=DAY, tax=550) is first
    assert len(bureau.audited()) == trail
    set_daily_tax(**bureau.given, taxable=9_000, valid_from=date(2015, 1, 1), tax=560)
    set_daily_tax(**bureau.given, taxable=9_000, valid_from=DAY, tax=540)
    assert [row.tax for row in daily_taxes(bureau.session)] == [540, 560]
    details = [json.loads(entry.detail) for entry in bureau.audited() if entry.action == "日額表の税額"]
    assert {"taxable": 9_000, "from": "2014-04-01", "before": 550, "tax": 540} in details


@pytest.mark.parametrize(("taxable", "tax"), [(0, 0), (-1, 0), (100, 100), (100, -1)])
def test_impossible_taxes_are_refused(bureau: Bureau, taxable: int, tax: int) -> None:
    with pytest.raises(Refused, match="課税対象額は1円以上"):
        set_daily_tax(**bureau.given, taxable=taxable, valid_from=DAY, tax=tax)
    assert daily_taxes(bureau.session) == []


def test_every_setting_of_money_is_known(bureau: Bureau) -> None:
    get: Callable[[str], object] = lambda key: get_setting(bureau.session, key)  # noqa: E731
    assert [get(key) for key in money.MONEY] == [
        *(None, None, True),
        *("", "", "", "", "普通", ""),
        *(True, False, "blank"),
        *(50_000, 500_000, 10_000),
    ]
