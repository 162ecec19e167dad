"""振込先口座: an account that a transfer can go to, checked part by part, its number hidden from logs."""

import re
from dataclasses import dataclass

from honoraria.zengin.banks import BankName, BranchName, find_bank, find_branch
from honoraria.zengin.kana import NAME_MARKS, ascii_digits, bank_kana, refuse_long
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AccountKind

HOLDER_BYTES = 30
"""受取人名 of a data record."""

YUCHO = "9900"
"""ゆうちょ銀行."""

_YUCHO_ADVICE = (
    "ゆうちょ銀行の口座は、通帳の記号・番号のままでは振り込めません。"
    "通帳の見開きか、ゆうちょ銀行の案内で「振込用の店名・預金種目・口座番号」を確かめ、"
    "店番（3桁）と口座番号（7桁）を入れてください。"
)
_SHAPES = {"bank_code": r"[0-9]{4}", "branch_code": r"[0-9]{3}", "number": r"[0-9]{7}"}


_KIND_CODES = {
    AccountKind.ORDINARY: "1",
    AccountKind.CURRENT: "2",
    AccountKind.SAVINGS: "4",
    AccountKind.OTHER: "9",
}


def kind_code(kind: AccountKind) -> str:
    """預金種目: return the one digit that stands for the kind in a record."""
    return _KIND_CODES[kind]


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """口座: codes of 4 and 3 digits, a number of 7, and 口座名義 in half-width kana of at most 30 bytes.

    Made by `check_account`, or read back from where such a one was kept. Raises ValueError where a part has not its
    shape; neither that error nor the account shown as text tells number or holder.
    """

    bank_code: str
    branch_code: str
    kind: AccountKind
    number: str
    holder: str

    def __post_init__(self) -> None:
        for name, shape in _SHAPES.items():
            if not re.fullmatch(shape, getattr(self, name)):
                raise ValueError(f"Account.{name} has not the shape {shape}")

    def __repr__(self) -> str:
        return f"Account({self.bank_code}-{self.branch_code} {self.kind} {masked(self.number)})"


def masked(number: str) -> str:
    """Return an account number for showing: its last three digits behind stars, 「****567」."""
    return "*" * max(4, len(number) - 3) + (number[-3:] if len(number) > 3 else "")


def check_account(
    *, bank_code: str, branch_code: str, kind: str, number: str, holder: str, who: str
) -> Account:
    """Return the account as records take it: full-width digits and kana turned half-width, the number filled up.

    `who` is the person or office as a sentence names them (「釧路花子さん」). Raises Refused, naming them, for the first
    part that cannot be: bank, branch, 預金種目, number, 口座名義.
    """
    bank = check_bank(bank_code, who)
    branch = check_branch(bank, branch_code, who)
    return Account(
        bank_code=bank.code,
        branch_code=branch.code,
        kind=check_kind(kind, who),
        number=check_number(bank, number, who),
        holder=check_holder(holder, who),
    )


def check_bank(code: str, who: str) -> BankName:
    """Return the bank of a code. Raises Refused where the directory has none of that code."""
    digits = ascii_digits(code)
    if not re.fullmatch(r"[0-9]{4}", digits):
        raise Refused(f"{who}の口座の銀行コードは4桁の数字です。入れ直してください。")
    bank = find_bank(digits)
    if bank is None:
        raise Refused(
            f"{who}の口座の銀行コード{digits}は金融機関の一覧にありません。"
            "通帳を確かめてください。合併などでコードが変わっていることもあります。"
        )
    return bank


def check_branch(bank: BankName, code: str, who: str) -> BranchName:
    """Return the branch of a code at `bank`. Raises Refused where the bank has none of that code."""
    digits = ascii_digits(code)
    branch = find_branch(bank.code, digits)
    if branch is not None:
        return branch
    if bank.code == YUCHO:
        raise Refused(f"{who}の口座の店番がゆうちょ銀行の振込用の店番ではありません。{_YUCHO_ADVICE}")
    if not re.fullmatch(r"[0-9]{3}", digits):
        raise Refused(f"{who}の口座の支店コードは3桁の数字です。入れ直してください。")
    raise Refused(
        f"{who}の口座の支店コード{digits}は「{bank.name}」の支店の一覧にありません。"
        "通帳を確かめてください。統廃合でコードが変わっていることもあります。"
    )


def check_kind(kind: str, who: str) -> AccountKind:
    """Return the 預金種目 of its Japanese name. Raises Refused for any other word."""
    try:
        return AccountKind(kind)
    except ValueError:
        raise Refused(
            f"{who}の口座の預金種目は、{'・'.join(AccountKind)}のどれかを選んでください。"
        ) from None


def check_number(bank: BankName, number: str, who: str) -> str:
    """Return the 口座番号 in 7 digits, filled up with zeros in front.

    Raises Refused where it has not 1 to 7 digits. At ゆうちょ銀行 it must have all 7: a shorter or longer one is the 番号
    of the passbook, which is another number.
    """
    digits = ascii_digits(number)
    if bank.code == YUCHO and not re.fullmatch(r"[0-9]{7}", digits):
        raise Refused(f"{who}の口座番号がゆうちょ銀行の振込用の7桁ではありません。{_YUCHO_ADVICE}")
    if not re.fullmatch(r"[0-9]{1,7}", digits):
        raise Refused(f"{who}の口座番号は1桁から7桁までの数字です。通帳を見て入れ直してください。")
    if not digits.strip("0"):
        raise Refused(f"{who}の口座番号が0だけです。通帳を見て入れ直してください。")
    return digits.zfill(7)


def check_holder(holder: str, who: str) -> str:
    """Return the 口座名義 in half-width kana. Raises Refused where it is empty, too long or holds unusable signs."""
    kana = check_name(holder, "口座名義", who)
    refuse_long(kana, HOLDER_BYTES, who)
    if not re.search("[0-9A-Zｱ-ﾝ]", kana):
        raise Refused(f"{who}の口座名義に文字がありません。通帳のとおりカナで入れてください。")
    return kana


def check_name(text: str, what: str, who: str) -> str:
    """Return a name in half-width kana; the refusal of an empty or unusable one says whose and what it is."""
    try:
        kana = bank_kana(text, NAME_MARKS)
    except Refused as refusal:
        raise Refused(f"{who}の{what}: {refusal.message}") from None
    if not kana:
        raise Refused(f"{who}の{what}がありません。通帳のとおりカナで入れてください。")
    return kana
