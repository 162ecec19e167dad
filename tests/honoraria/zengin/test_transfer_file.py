"""総合振込ファイル: a file typed by hand, what the reader gets back, and every refusal."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.zengin.account import Account
from honoraria.zengin.transfer_file import (
    FileOptions,
    Payer,
    Transfer,
    check_payer,
    transfer_bytes,
)
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AccountKind
from tests.honoraria.zengin.directory import BANKS
from tests.honoraria.zengin.reader import read, split

pytestmark = pytest.mark.usefixtures("directory")

FRIDAY = date(2026, 12, 25)
PLAIN = FileOptions(crlf=False, eof=False, clearing_house="blank")
OFFICE = Payer("0001234567", "ｼｴﾝﾁﾖｳｾｲｶｲｷﾞ", Account("1027", "001", AccountKind.CURRENT, "0007654", "ｼｴﾝ ｶｲｷﾞ"))
SATO = Transfer(
    "佐藤 学", Account("0116", "920", AccountKind.ORDINARY, "1234567", "ｻﾄｳ ｶﾞｸ"), 5000, "12", "345"
)
PAKU = Transfer("朴 樹里", Account("9900", "018", AccountKind.SAVINGS, "0199276", "ﾊﾟｸ ｼﾞﾕﾘ-"), 1234567890)

HEADER = (
    b"1" b"21" b"0"
    b"0001234567"
    b"\xbc\xb4\xdd\xc1\xd6\xb3\xbe\xb2\xb6\xb2\xb7\xde                            "  # ｼｴﾝﾁﾖｳｾｲｶｲｷﾞ
    b"1225"
    b"1027" b"\xb8\xbc\xdb\xbc\xdd\xb7\xdd        "  # ｸｼﾛｼﾝｷﾝ
    b"001" b"\xce\xdd\xc3\xdd           "  # ﾎﾝﾃﾝ
    b"2" b"0007654"
    b"                 "
)  # fmt: skip
DATA_1 = (
    b"2"
    b"0116" b"\xce\xc2\xb6\xb2\xc4\xde\xb3        "  # ﾎﾂｶｲﾄﾞｳ
    b"920" b"\xb8\xbc\xdb            "  # ｸｼﾛ
    b"    "
    b"1" b"1234567"
    b"\xbb\xc4\xb3 \xb6\xde\xb8                       "  # ｻﾄｳ ｶﾞｸ
    b"0000005000"
    b"0"
    b"0000000012" b"0000000345"
    b"7" b" "
    b"       "
)  # fmt: skip
DATA_2 = (
    b"2"
    b"9900" b"\xd5\xb3\xc1\xd6           "  # ﾕｳﾁﾖ
    b"018" b"\xbe\xde\xdb\xb2\xc1\xca\xc1        "  # ｾﾞﾛｲﾁﾊﾁ
    b"    "
    b"4" b"0199276"
    b"\xca\xdf\xb8 \xbc\xde\xd5\xd8-                     "  # ﾊﾟｸ ｼﾞﾕﾘ-
    b"1234567890"
    b"0"
    b"0000000000" b"0000000000"
    b"7" b" "
    b"       "
)  # fmt: skip
TRAILER = b"8" b"000002" b"001234572890" + b" " * 101  # fmt: skip
END = b"9" + b" " * 119
RECORDS = (HEADER, DATA_1, DATA_2, TRAILER, END)


def test_the_typed_records_have_120_bytes() -> None:
    assert [len(record) for record in RECORDS] == [120] * 5


def test_the_file_is_the_typed_one_byte_by_byte() -> None:
    content = transfer_bytes(OFFICE, FRIDAY, [SATO, PAKU], PLAIN)
    for made, typed in zip(split(content, crlf=False, eof=False), RECORDS, strict=True):
        assert made == typed
    assert content == b"".join(RECORDS)


def test_line_ends_file_end_and_clearing_house_differ_by_bank() -> None:
    with_lines = transfer_bytes(OFFICE, FRIDAY, [SATO, PAKU], replace(PLAIN, crlf=True))
    assert with_lines == b"".join(record + b"\r\n" for record in RECORDS)
    with_end = transfer_bytes(OFFICE, FRIDAY, [SATO, PAKU], replace(PLAIN, eof=True))
    assert with_end == b"".join(RECORDS) + b"\x1a"
    both = transfer_bytes(OFFICE, FRIDAY, [SATO, PAKU], replace(PLAIN, crlf=True, eof=True))
    assert both == b"".join(record + b"\r\n" for record in RECORDS) + b"\x1a"
    zero = transfer_bytes(OFFICE, FRIDAY, [SATO], replace(PLAIN, clearing_house="zero"))
    assert zero[120:240] == DATA_1[:38] + b"0000" + DATA_1[42:]


SYLLABLES = ["ｱ", "ｶﾞ", "ﾊﾟ", "ｳﾞ", "ﾝ", "ﾜ", "ﾖ", "A", "Z", "0", "9", "-", ".", "(", ")", " "]
DIGITS = st.text("0123456789", max_size=10)


def names(limit: int) -> st.SearchStrategy[str]:
    joined = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=limit).map("".join)
    return joined.map(lambda name: name[:limit].strip()).filter(bool)


BRANCHES = [(bank, branch) for bank, (_, _, branches) in BANKS.items() for branch in branches]
ACCOUNTS = st.builds(
    lambda place, kind, number, holder: Account(place[0], place[1], kind, number, holder),
    st.sampled_from(BRANCHES),
    st.sampled_from(AccountKind),
    st.from_regex(r"[0-9]{7}", fullmatch=True),
    names(30).filter(lambda name: re.search("[0-9A-Zｱ-ﾝ]", name) is not None),
)
PAYERS = st.builds(Payer, st.from_regex(r"[0-9]{10}", fullmatch=True), names(40), ACCOUNTS)
TRANSFERS = st.lists(
    st.builds(Transfer, st.just("人"), ACCOUNTS, st.integers(1, 9_999_999_999), DIGITS, DIGITS),
    min_size=1,
    max_size=6,
)
OPTIONS = st.builds(FileOptions, st.booleans(), st.booleans(), st.sampled_from(["blank", "zero"]))
OPEN_DAYS = st.sampled_from([date(2026, 1, 5), date(2026, 11, 30), date(2027, 12, 30)])
KANA_NAMES = {
    ("0116", ""): "ﾎﾂｶｲﾄﾞｳ", ("0116", "920"): "ｸｼﾛ", ("0116", "924"): "ｸｼﾛﾆｼｺｳ",
    ("1027", ""): "ｸｼﾛｼﾝｷﾝ", ("1027", "001"): "ﾎﾝﾃﾝ", ("1027", "011"): "ｱｶﾝ",
    ("9900", ""): "ﾕｳﾁﾖ", ("9900", "018"): "ｾﾞﾛｲﾁﾊﾁ", ("9900", "019"): "ｾﾞﾛｲﾁｷﾕｳ",
}  # fmt: skip
KIND_DIGITS = {"普通": "1", "当座": "2", "貯蓄": "4", "その他": "9"}


def account_fields(account: Account) -> tuple[str, ...]:
    bank, branch = account.bank_code, account.branch_code
    place = (bank, KANA_NAMES[bank, ""], branch, KANA_NAMES[bank, branch])
    return (*place, KIND_DIGITS[account.kind.value], account.number)


@settings(max_examples=60)
@given(PAYERS, OPEN_DAYS, TRANSFERS, OPTIONS)
def test_the_reader_gets_back_what_was_written(
    payer: Payer, day: date, transfers: list[Transfer], options: FileOptions
) -> None:
    content = transfer_bytes(payer, day, transfers, options)
    found = read(content, crlf=options.crlf, eof=options.eof)
    head = found.header
    assert (head.consignor_code, head.consignor) == (payer.consignor_code, payer.name_kana)
    assert head.month_day == day.strftime("%m%d")
    assert (
        head.bank_code, head.bank, head.branch_code, head.branch, head.kind, head.number,
    ) == account_fields(payer.account)  # fmt: skip
    assert (found.count, found.total) == (len(transfers), sum(each.amount for each in transfers))
    for line, transfer in zip(found.data, transfers, strict=True):
        assert (
            line.bank_code, line.bank, line.branch_code, line.branch, line.kind, line.number,
        ) == account_fields(transfer.account)  # fmt: skip
        assert (line.payee, line.amount) == (transfer.account.holder, transfer.amount)
        assert line.customer_code1 == transfer.customer_code1.rjust(10, "0")
        assert line.customer_code2 == transfer.customer_code2.rjust(10, "0")
        assert (line.new_code, line.designation, line.identification) == ("0", "7", " ")
        assert line.clearing_house == {"blank": "    ", "zero": "0000"}[options.clearing_house]


def refusal(
    *transfers: Transfer, payer: Payer = OFFICE, day: date = FRIDAY, options: FileOptions = PLAIN
) -> str:
    with pytest.raises(Refused) as caught:
        transfer_bytes(payer, day, transfers, options)
    return caught.value.message


def test_no_transfers() -> None:
    assert refusal().startswith("振り込む相手がありません。")


@pytest.mark.parametrize(("amount", "shown"), [(0, "0円"), (-1, "−1円")])
def test_nothing_or_less_is_refused_by_name(amount: int, shown: str) -> None:
    message = refusal(SATO, replace(PAKU, amount=amount))
    assert message.startswith(f"朴 樹里さんの振込額が{shown}です。振込は1円からです。")


def test_an_amount_of_more_than_ten_digits_is_refused_by_name() -> None:
    message = refusal(SATO, replace(PAKU, amount=10_000_000_000))
    assert message.startswith("朴 樹里さんの振込額10,000,000,000円は10桁を超え、振込データに入りません。")
    largest = transfer_bytes(OFFICE, FRIDAY, [replace(SATO, amount=9_999_999_999)], PLAIN)
    assert read(largest, crlf=False, eof=False).total == 9_999_999_999


def test_a_total_of_more_than_twelve_digits() -> None:
    message = refusal(*[replace(SATO, amount=9_999_999_999)] * 101)
    assert message.startswith("振込額の合計1,009,999,999,899円は12桁を超え、振込データに入りません。")


def test_more_transfers_than_the_trailer_can_count() -> None:
    message = refusal(*[SATO] * 1_000_000)
    assert message.startswith("1つのファイルに入る振込は999,999件までで、1,000,000件あります。")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (
            date(2026, 11, 21),
            "2026年11月21日は土曜日のため、銀行は休みです。次の営業日は2026年11月24日です。",
        ),
        (date(2026, 5, 6), "2026年5月6日は振替休日のため、銀行は休みです。次の営業日は2026年5月7日です。"),
        (
            date(2026, 12, 31),
            "2026年12月31日は年末年始（12月31日から1月3日まで）のため、銀行は休みです。次の営業日は2027年1月4日です。",
        ),
    ],
)
def test_a_day_on_which_banks_are_closed(day: date, sentence: str) -> None:
    assert refusal(SATO, day=day) == f"振込日にはできません。{sentence}振込日を選び直してください。"


def test_a_bank_or_branch_that_is_no_more_is_refused_by_name() -> None:
    gone = replace(PAKU, account=replace(PAKU.account, bank_code="0010"))
    assert refusal(SATO, gone).startswith("朴 樹里さんの口座の銀行コード0010は金融機関の一覧にありません。")
    closed = replace(SATO, account=replace(SATO.account, branch_code="999"))
    assert refusal(closed).startswith(
        "佐藤 学さんの口座の支店コード999は「北海道」の支店の一覧にありません。"
    )
    moved = replace(OFFICE, account=replace(OFFICE.account, branch_code="999"))
    assert refusal(SATO, payer=moved).startswith("委託者の口座の支店コード999は「釧路信金」の支店")


def test_a_holder_that_does_not_fit_is_refused_by_name_and_never_cut() -> None:
    long = replace(PAKU, account=replace(PAKU.account, holder="ｱ" * 31))
    assert refusal(SATO, long).startswith(
        "朴 樹里さんのカナ名は31バイトで、振込データに入る30バイトを超えます"
    )
    kanji = replace(PAKU, account=replace(PAKU.account, holder="朴"))
    assert refusal(kanji).startswith("朴 樹里さんの口座名義: 「朴」は振込データに使えません。")
    empty = replace(PAKU, account=replace(PAKU.account, holder=""))
    assert refusal(empty).startswith("朴 樹里さんの口座名義がありません。")


@pytest.mark.parametrize("code", ["12345678901", "1a", "-1", "１"])
def test_customer_codes_are_digits(code: str) -> None:
    sentence = "佐藤 学さんの顧客コードは10桁以内の数字です。入れ直してください。"
    assert refusal(replace(SATO, customer_code1=code)) == sentence
    assert refusal(replace(SATO, customer_code2=code)) == sentence


@pytest.mark.parametrize("code", ["12345678901", "12-34"])
def test_a_wrong_consignor_code(code: str) -> None:
    assert refusal(SATO, payer=replace(OFFICE, consignor_code=code)).startswith("委託者コードは銀行が決めた")


def test_a_consignor_name_that_does_not_fit() -> None:
    assert refusal(SATO, payer=replace(OFFICE, name_kana="ｱ" * 41)).startswith("振込元のカナ名は41バイトで")
    assert refusal(SATO, payer=replace(OFFICE, name_kana="")).startswith("振込元の委託者名がありません。")


def test_a_payer_is_checked_and_filled_up() -> None:
    payer = check_payer(consignor_code="１２３", name="しえんちょうせいかいぎ", account=OFFICE.account)
    assert payer == Payer("0000000123", "ｼｴﾝﾁﾖｳｾｲｶｲｷﾞ", OFFICE.account)
    for code in ("", "12345678901", "1-2"):
        with pytest.raises(Refused, match="委託者コードは銀行が決めた10桁以内の数字です。"):
            check_payer(consignor_code=code, name="ア", account=OFFICE.account)
    with pytest.raises(Refused, match="振込元の委託者名: 「会」は振込データに使えません。"):
        check_payer(consignor_code="1", name="会議", account=OFFICE.account)
    with pytest.raises(Refused, match="振込元のカナ名は41バイトで、振込データに入る40バイトを超えます"):
        check_payer(consignor_code="1", name="ア" * 41, account=OFFICE.account)
    assert len(check_payer(consignor_code="1", name="ア" * 40, account=OFFICE.account).name_kana) == 40


def test_neither_name_number_nor_amount_is_shown_as_text() -> None:
    shown = repr(SATO)
    for secret in ("佐藤", "5000", "1234567", "ｶﾞｸ", "345)"):
        assert secret not in shown
    assert "0007654" not in repr(OFFICE)


@pytest.mark.parametrize(
    "content",
    [
        b"".join(RECORDS)[:-1],
        b"".join((HEADER, DATA_1[:-1] + b"x", TRAILER, END)),
        b"".join((HEADER, DATA_1.replace(b"\xbb\xc4", b" \xc4"), TRAILER, END)),
        b"".join((HEADER, DATA_1.replace(b"0000005000", b"      5000"), TRAILER, END)),
        b"".join((DATA_1, HEADER, TRAILER, END)),
    ],
)
def test_the_reader_itself_is_strict(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"bytes|instead of|left-aligned|no digits"):
        read(content, crlf=False, eof=False)
