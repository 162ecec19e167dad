"""振込先口座: what is accepted and filled up, every refusal by name, and the number that stays hidden."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from honoraria.zengin.account import Account, check_account, kind_code, masked
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AccountKind

pytestmark = pytest.mark.usefixtures("directory")

WHO = "釧路花子さん"


def checked(**changes: str) -> Account:
    given_parts = {
        "bank_code": "0116", "branch_code": "920", "kind": "普通", "number": "1234567", "holder": "くしろ　はなこ",
    }  # fmt: skip
    return check_account(**{**given_parts, **changes}, who=WHO)


def refusal(**changes: str) -> str:
    with pytest.raises(Refused) as caught:
        checked(**changes)
    assert caught.value.message.startswith(WHO)
    return caught.value.message


def test_a_good_account() -> None:
    assert checked() == Account("0116", "920", AccountKind.ORDINARY, "1234567", "ｸｼﾛ ﾊﾅｺ")
    wide = checked(
        bank_code="０１１６", branch_code=" ９２０", kind="貯蓄", number="１２３", holder="ｸｼﾛ ﾊﾅｺ"
    )
    assert wide == Account("0116", "920", AccountKind.SAVINGS, "0000123", "ｸｼﾛ ﾊﾅｺ")


def test_codes_of_the_kinds() -> None:
    assert {kind.value: kind_code(kind) for kind in AccountKind} == {
        "普通": "1", "当座": "2", "貯蓄": "4", "その他": "9",
    }  # fmt: skip


@pytest.mark.parametrize("code", ["", "116", "01160", "abcd", "²²²²"])
def test_a_bank_code_has_four_digits(code: str) -> None:
    assert refusal(bank_code=code) == "釧路花子さんの口座の銀行コードは4桁の数字です。入れ直してください。"


def test_an_unknown_bank() -> None:
    assert "銀行コード0117は金融機関の一覧にありません。通帳を確かめてください。" in refusal(bank_code="0117")


@pytest.mark.parametrize("code", ["", "92", "0920", "abc"])
def test_a_branch_code_has_three_digits(code: str) -> None:
    assert refusal(branch_code=code) == "釧路花子さんの口座の支店コードは3桁の数字です。入れ直してください。"


def test_a_branch_of_another_bank() -> None:
    assert "支店コード011は「北海道」の支店の一覧にありません。" in refusal(branch_code="011")


def test_a_kind_is_one_of_four() -> None:
    for wrong in ("", "定期", "1"):
        assert "預金種目は、普通・当座・貯蓄・その他のどれかを選んでください。" in refusal(kind=wrong)


@pytest.mark.parametrize("number", ["", "12345678", "12-3456", "12 3456", "一二三", "1２a", "²"])
def test_a_number_has_one_to_seven_digits(number: str) -> None:
    assert "口座番号は1桁から7桁までの数字です。" in refusal(number=number)


def test_a_holder_is_there_short_enough_and_kana() -> None:
    assert "口座名義がありません。" in refusal(holder="　")
    assert "口座名義: 「釧」は振込データに使えません。カナで入れてください。" in refusal(holder="釧路花子")
    assert "カナ名は31バイトで、振込データに入る30バイトを超えます" in refusal(holder="ガ" * 15 + "ア")
    assert checked(holder="ガ" * 15).holder == "ｶﾞ" * 15


def test_yucho_takes_the_numbers_for_transfers() -> None:
    account = checked(bank_code="9900", branch_code="018", number="0199276")
    assert (account.branch_code, account.number) == ("018", "0199276")


@pytest.mark.parametrize(
    ("branch", "number"),
    [("10180", "0199276"), ("18", "0199276"), ("118", "0199276"), ("018", "01992761"), ("018", "199276")],
)
def test_yucho_refuses_the_numbers_of_the_passbook(branch: str, number: str) -> None:
    message = refusal(bank_code="9900", branch_code=branch, number=number)
    assert "記号・番号のままでは振り込めません。" in message
    assert (
        "「振込用の店名・預金種目・口座番号」を確かめ、店番（3桁）と口座番号（7桁）を入れてください。"
        in message
    )


def test_only_the_last_three_digits_are_shown() -> None:
    assert masked("1234567") == "****567"
    assert masked("0000123") == "****123"
    assert masked("123") == "****"
    assert masked("") == "****"


@given(st.from_regex(r"[0-9]{7}", fullmatch=True))
def test_no_text_of_an_account_reveals_its_number(number: str) -> None:
    account = Account("0116", "920", AccountKind.CURRENT, number, "ｸｼﾛ ﾊﾅｺ")
    hidden = f"Account(0116-920 当座 ****{number[-3:]})"
    assert repr(account) == str(account) == f"{account}" == hidden
    assert f"{[account]}" == f"[{hidden}]"
    assert masked(number) == "****" + number[-3:]


def test_refusals_and_logs_hold_no_number(caplog: pytest.LogCaptureFixture) -> None:
    assert "12345678" not in refusal(number="12345678")
    assert "01992761" not in refusal(bank_code="9900", branch_code="018", number="01992761")
    with pytest.raises(ValueError, match="number") as caught:
        Account("0116", "920", AccountKind.ORDINARY, "12345678", "ｱ")
    assert "12345678" not in str(caught.value)
    logging.getLogger("test").warning("%s %r", checked(), checked())
    assert "1234567" not in caplog.text
    assert "ﾊﾅｺ" not in caplog.text


@pytest.mark.parametrize(
    "parts", [("116", "920", "1234567"), ("0116", "92", "1234567"), ("0116", "920", "１２３４５６７")]
)
def test_an_account_of_wrong_shape_cannot_be_made(parts: tuple[str, str, str]) -> None:
    bank, branch, number = parts
    with pytest.raises(ValueError, match="has not the shape"):
        Account(bank, branch, AccountKind.ORDINARY, number, "ｱ")
