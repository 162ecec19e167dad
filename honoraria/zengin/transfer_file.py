"""総合振込ファイル: transfers as the file that a bank takes in, records of 120 bytes in JIS X 0201."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from honoraria.zengin.account import Account, check_bank, check_branch, check_holder, check_name, kind_code
from honoraria.zengin.business_days import next_business_day, why_closed
from honoraria.zengin.kana import ascii_digits, refuse_long
from meetings_app.core.errors import Refused
from meetings_app.core.money import format_yen

RECORD_BYTES = 120
CONSIGNOR_BYTES = 40
"""委託者名 of the header."""

DIRECTORY_BYTES = 15
"""銀行名 and 支店名."""

MOST_TRANSFERS = 999_999
MOST_YEN = 9_999_999_999
MOST_YEN_IN_ALL = 999_999_999_999

ClearingHouse = Literal["blank", "zero"]
"""手形交換所番号: no longer used; some banks want it blank, others zero."""

_CLEARING_HOUSE: dict[ClearingHouse, str] = {"blank": "    ", "zero": "0000"}
_ASSIGNED_BY_BANK = "委託者コードは銀行が決めた10桁以内の数字です。銀行との契約書を見て入れ直してください。"


@dataclass(frozen=True, slots=True)
class Payer:
    """委託者: who pays, from which account; `consignor_code` has 10 digits, `name_kana` at most 40 bytes."""

    consignor_code: str
    name_kana: str
    account: Account


@dataclass(frozen=True, slots=True)
class Transfer:
    """振込: `amount` yen to `account`; `payee` is the name by which refusals speak of the person.

    The 顧客コード have up to 10 digits and are the payer's own, zero where empty. Shown as text, a transfer tells neither
    name nor amount.
    """

    payee: str = field(repr=False)
    account: Account
    amount: int = field(repr=False)
    customer_code1: str = field(default="", repr=False)
    customer_code2: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FileOptions:
    """書式: what differs from bank to bank: CRLF after each record, 0x1A at the end, 手形交換所番号."""

    crlf: bool
    eof: bool
    clearing_house: ClearingHouse


def check_payer(*, consignor_code: str, name: str, account: Account) -> Payer:
    """Return the payer as the header takes it. Raises Refused for a wrong 委託者コード or 委託者名."""
    digits = ascii_digits(consignor_code)
    if not re.fullmatch(r"[0-9]{1,10}", digits):
        raise Refused(_ASSIGNED_BY_BANK)
    return Payer(digits.zfill(10), _consignor_name(name), account)


def transfer_bytes(
    payer: Payer, transfer_on: date, transfers: Sequence[Transfer], options: FileOptions
) -> bytes:
    """Return the whole file: header, one data record for each transfer in the order given, trailer, end.

    `transfer_on` must be a bank business day. Raises Refused, and returns nothing, where there is no transfer or too
    many, an amount or a sum cannot be, or a name, bank or branch does not go into a record; the sentence names
    the payee concerned.
    """
    _check_count(transfers)
    for transfer in transfers:
        _check_amount(transfer)
    total = _checked_total(transfers)
    _check_day(transfer_on)
    records = [
        _header(payer, transfer_on),
        *(_data(transfer, options) for transfer in transfers),
        _trailer(len(transfers), total),
        _record("9", " " * 119),
    ]
    ending = b"\r\n" if options.crlf else b""
    return b"".join(record + ending for record in records) + (b"\x1a" if options.eof else b"")


def _check_count(transfers: Sequence[Transfer]) -> None:
    if not transfers:
        raise Refused("振り込む相手がありません。振込のある支給を選んでからファイルを作ってください。")
    if len(transfers) > MOST_TRANSFERS:
        raise Refused(
            f"1つのファイルに入る振込は{MOST_TRANSFERS:,}件までで、{len(transfers):,}件あります。分けて作ってください。"
        )


def _check_amount(transfer: Transfer) -> None:
    if transfer.amount <= 0:
        raise Refused(
            f"{transfer.payee}さんの振込額が{format_yen(transfer.amount)}です。"
            "振込は1円からです。額を確かめるか、振込から外してください。"
        )
    if transfer.amount > MOST_YEN:
        raise Refused(
            f"{transfer.payee}さんの振込額{format_yen(transfer.amount)}は10桁を超え、振込データに入りません。"
            "額を確かめてください。"
        )


def _checked_total(transfers: Sequence[Transfer]) -> int:
    total = sum(transfer.amount for transfer in transfers)
    if total > MOST_YEN_IN_ALL:
        raise Refused(
            f"振込額の合計{format_yen(total)}は12桁を超え、振込データに入りません。ファイルを分けて作ってください。"
        )
    return total


def _check_day(transfer_on: date) -> None:
    closed = why_closed(transfer_on)
    if closed is not None:
        following = next_business_day(transfer_on)
        raise Refused(
            f"振込日にはできません。{closed}"
            f"次の営業日は{following.year}年{following.month}月{following.day}日です。振込日を選び直してください。"
        )


def _header(payer: Payer, transfer_on: date) -> bytes:
    return _record(
        "1",
        "21",  # 種別コード: 総合振込
        "0",  # コード区分: JIS
        _digits(payer.consignor_code, 10, _ASSIGNED_BY_BANK),
        _consignor_name(payer.name_kana).ljust(CONSIGNOR_BYTES),
        f"{transfer_on.month:02}{transfer_on.day:02}",
        *_bank_and_branch(payer.account, "委託者"),
        kind_code(payer.account.kind),
        payer.account.number,
        " " * 17,
    )


def _data(transfer: Transfer, options: FileOptions) -> bytes:
    account, who = transfer.account, f"{transfer.payee}さん"
    wrong_code = f"{who}の顧客コードは10桁以内の数字です。入れ直してください。"
    return _record(
        "2",
        *_bank_and_branch(account, who),
        _CLEARING_HOUSE[options.clearing_house],
        kind_code(account.kind),
        account.number,
        check_holder(account.holder, who).ljust(30),
        f"{transfer.amount:010}",
        "0",  # 新規コード: その他
        _digits(transfer.customer_code1, 10, wrong_code),
        _digits(transfer.customer_code2, 10, wrong_code),
        "7",  # 振込指定区分: 電信
        " ",  # 識別表示: the 20 bytes before are 顧客コード, not EDI
        " " * 7,
    )


def _trailer(count: int, total: int) -> bytes:
    return _record("8", f"{count:06}", f"{total:012}", " " * 101)


def _bank_and_branch(account: Account, who: str) -> tuple[str, str, str, str]:
    """Return codes and names; looked up again, because banks and branches merge after an account was noted."""
    bank = check_bank(account.bank_code, who)
    branch = check_branch(bank, account.branch_code, who)
    refuse_long(bank.kana, DIRECTORY_BYTES, f"金融機関「{bank.name}」")
    refuse_long(branch.kana, DIRECTORY_BYTES, f"支店「{branch.name}」")
    return bank.code, bank.kana.ljust(DIRECTORY_BYTES), branch.code, branch.kana.ljust(DIRECTORY_BYTES)


def _consignor_name(name: str) -> str:
    kana = check_name(name, "委託者名", "振込元")
    refuse_long(kana, CONSIGNOR_BYTES, "振込元")
    return kana


def _digits(code: str, width: int, refusal: str) -> str:
    if not re.fullmatch(rf"[0-9]{{0,{width}}}", code):
        raise Refused(refusal)
    return code.zfill(width)


def _record(*fields: str) -> bytes:
    record = "".join(fields).encode("shift_jis")
    if len(record) != RECORD_BYTES:
        raise ValueError(f"a record of {len(record)} bytes")
    return record
