"""口座の欄: bank and branch found by name, kana or code, the kind, the number and the holder, for whoever's account.

What is typed for bank and branch is a code or a name; where it may mean several, the page shows them to pick one.
A pick counts only for the very text it answers. An account number is read, and never shown again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from honoraria.zengin.account import check_bank, check_branch, check_holder, check_number
from honoraria.zengin.banks import (
    BankName,
    BranchName,
    find_bank,
    find_branch,
    search_banks,
    search_branches,
)
from honoraria.zengin.kana import ascii_digits, byte_length
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AccountKind
from meetings_app.web.forms import Form
from meetings_app.web.locale import Translator

MOST = 20
"""How many banks or branches a page offers; one more says that there are more."""

LONGEST = 60

Place = TypeVar("Place", BankName, BranchName)


@dataclass(frozen=True, slots=True)
class Offer:
    """選べる銀行・支店の一つ."""

    code: str
    name: str
    kana: str
    picked: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """選べる銀行・支店 for what was asked; `bank` is the code of the branches' bank."""

    asked: str
    rows: tuple[Offer, ...] = ()
    more: bool = False
    bank: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class TypedAccount:
    """口座 as typed and checked part by part; `number` "" where it was left empty."""

    bank_code: str
    branch_code: str
    kind: AccountKind
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class AccountFields:
    """口座の欄 as the page shows them: never the number."""

    bank: str
    banks: Offers
    branch: str
    branches: Offers
    bank_code: str
    kind: str
    holder: str
    preview: str


def bank_offers(asked: str, picked: str = "") -> Offers:
    """Return the banks that `asked` may mean; `picked`, else the very one meant or the only one, stands chosen."""
    found = search_banks(asked, MOST + 1)
    return _offers(asked, found, picked or _meant(found, asked))


def branch_offers(bank_code: str, asked: str, picked: str = "") -> Offers:
    """Return the branches of a bank that `asked` may mean, as `bank_offers` does."""
    found = search_branches(bank_code, asked, MOST + 1)
    return _offers(asked, found, picked or _meant(found, asked), bank_code)


def _offers(asked: str, found: Sequence[BankName | BranchName], picked: str, bank: str = "") -> Offers:
    rows = tuple(Offer(one.code, one.name, one.kana, one.code == picked) for one in found[:MOST])
    return Offers(asked, rows, len(found) > MOST, bank)


def _meant(found: Sequence[Place], asked: str) -> str:
    meant = found[0] if len(found) == 1 else _exact(found, asked)
    return meant.code if meant else ""


def holder_preview(holder: str, _: Translator) -> str:
    """Return how a name will stand in the bank file, with its bytes; "" for one that cannot."""
    try:
        return _told(check_holder(holder, ""), _)
    except Refused:
        return ""


def told_holder(holder: str, who: str, _: Translator) -> str:
    """Return how a name will stand in the bank file, or the sentence that says why it cannot; "" for no name."""
    try:
        return _told(check_holder(holder, who), _) if holder.strip() else ""
    except Refused as refusal:
        return refusal.message


def _told(kana: str, _: Translator) -> str:
    return _("振込データでは: {name}").replace("{name}", holder_text(kana, _))


def holder_text(kana: str, _: Translator) -> str:
    """Return a name of the bank file with its bytes."""
    return (
        _("{kana}（{n}バイト、30バイトまで）").replace("{kana}", kana).replace("{n}", str(byte_length(kana)))
    )


def read_account(form: Form, who: str, _: Translator, *, needs_number: bool) -> TypedAccount:
    """Return the account of a form, within `form.reading()`; every wrong part is said of `who`."""
    bank = _read_bank(form, who, _)
    branch = _read_branch(form, bank, who, _) if bank else None
    kind = form.choice("kind", _("種目"), AccountKind)
    read = form.text if needs_number else form.opt_text
    number = read("number", _("口座番号"), longest=LONGEST) or ""
    if number and bank is not None:
        number = _checked(form, "number", lambda: check_number(bank, number, who)) or ""
    holder = form.text("holder", _("口座名義（カナ）"), longest=LONGEST)
    if holder:
        holder = _checked(form, "holder", lambda: check_holder(holder, who)) or ""
    return TypedAccount(
        bank.code if bank else "", branch.code if branch else "", kind, number=number, holder=holder
    )


def _checked(form: Form, name: str, check: Callable[[], str]) -> str | None:
    try:
        return check()
    except Refused as refusal:
        form.fail(name, refusal.message)
        return None


def _read_bank(form: Form, who: str, _: Translator) -> BankName | None:
    typed = form.text("bank", _("銀行"), longest=LONGEST)
    if not typed:
        return None
    pick = find_bank(form.raw("bank_pick")) if form.raw("bank_asked") == typed else None
    bank = pick or _exact(search_banks(typed, MOST), typed)
    if bank is None:
        form.fail("bank", _why_no_bank(typed, who, _))
    return bank


def _why_no_bank(typed: str, who: str, _: Translator) -> str:
    if search_banks(typed, 1):
        return _("{who}の銀行を、下の候補から選んでください。").replace("{who}", who)
    if ascii_digits(typed).isdigit():
        return _refusal(lambda: check_bank(typed, who))
    return _(
        "{who}の銀行が見つかりません。名前かカナの一部、または4桁の銀行コードで入れ直してください。"
    ).replace("{who}", who)


def _read_branch(form: Form, bank: BankName, who: str, _: Translator) -> BranchName | None:
    typed = form.text("branch", _("支店"), longest=LONGEST)
    if not typed:
        return None
    asked = (form.raw("branch_asked"), form.raw("branch_bank")) == (typed, bank.code)
    pick = find_branch(bank.code, form.raw("branch_pick")) if asked else None
    branch = pick or _exact(search_branches(bank.code, typed, MOST), typed)
    if branch is None:
        form.fail("branch", _why_no_branch(typed, bank, who, _))
    return branch


def _why_no_branch(typed: str, bank: BankName, who: str, _: Translator) -> str:
    if search_branches(bank.code, typed, 1):
        text = _("{who}の「{bank}」の支店を、下の候補から選んでください。")
    elif ascii_digits(typed).isdigit():
        return _refusal(lambda: check_branch(bank, typed, who))
    else:
        text = _(
            "{who}の「{bank}」の支店が見つかりません。名前かカナの一部、または3桁の支店コードで入れ直してください。"
        )
    return text.replace("{who}", who).replace("{bank}", bank.name)


def _refusal(check: Callable[[], object]) -> str:
    try:
        check()
    except Refused as refusal:
        return refusal.message
    raise AssertionError("what was not found cannot be checked")


def _exact(found: Sequence[Place], typed: str) -> Place | None:
    """Return the one whose code or whole name was typed; None where that leaves a doubt."""
    exact = [one for one in found if typed == one.name or ascii_digits(typed) == one.code]
    return exact[0] if len(exact) == 1 else None


def account_fields(
    form: Form | None, *, bank_code: str, branch_code: str, kind: str, holder: str, _: Translator
) -> AccountFields:
    """Return the fields as typed in `form`, else as they are on record."""
    if form is not None:
        return _typed_fields(form, _)
    bank, branch = find_bank(bank_code), find_branch(bank_code, branch_code)
    return AccountFields(
        bank=bank.name if bank else bank_code,
        banks=_offers(bank.name, [bank], bank.code) if bank else Offers(""),
        branch=branch.name if branch else branch_code,
        branches=_offers(branch.name, [branch], branch.code, bank_code) if branch else Offers(""),
        bank_code=bank.code if bank else "",
        kind=kind,
        holder=holder,
        preview=holder_preview(holder, _),
    )


def _typed_fields(form: Form, _: Translator) -> AccountFields:
    typed = {name: form.raw(name)[:LONGEST].strip() for name in ("bank", "branch", "kind", "holder")}
    picked = form.raw("bank_pick") if form.raw("bank_asked") == typed["bank"] else ""
    banks = bank_offers(typed["bank"], picked)
    chosen = next((one.code for one in banks.rows if one.picked), "")
    own = (form.raw("branch_asked"), form.raw("branch_bank")) == (typed["branch"], chosen)
    return AccountFields(
        bank=typed["bank"],
        banks=banks,
        branch=typed["branch"],
        branches=branch_offers(chosen, typed["branch"], form.raw("branch_pick") if own else ""),
        bank_code=chosen,
        kind=typed["kind"],
        holder=typed["holder"],
        preview=holder_preview(typed["holder"], _),
    )
