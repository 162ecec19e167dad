"""会計の設定: withholding, the payer of transfers, the shape of bank files, and the limits of the yearly look.

Each group is checked as a whole and stored whole or not at all; nothing here is settled by the regulation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel import Session

from honoraria.services.policies import MODE, ON_TRAVEL
from honoraria.zengin.account import check_account
from honoraria.zengin.banks import find_bank, find_branch
from honoraria.zengin.transfer_file import ClearingHouse, check_payer
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import WithholdingMode
from meetings_app.services.office_settings import (
    ACCOUNT_NUMBER,
    SettingOnRecord,
    Value,
    get_setting,
    setting_on_record,
    store_changed,
)

FOUR_EYES: Final = "honoraria.four_eyes"
WITHHOLDING: Final = (MODE, ON_TRAVEL)
BANK: Final = "payer.bank_code"
BRANCH: Final = "payer.branch_code"
PAYER: Final = (
    "payer.consignor_code",
    "payer.name_kana",
    BANK,
    BRANCH,
    "payer.account_kind",
    ACCOUNT_NUMBER,
)
TRANSFER_FILE: Final = ("zengin.crlf", "zengin.eof", "zengin.clearing_house")
YEARLY: Final = ("yearly.fee_over", "yearly.salary_over", "yearly.small_committee_fee_upto")
MONEY: Final = (*WITHHOLDING, FOUR_EYES, *PAYER, *TRANSFER_FILE, *YEARLY)

WHO: Final = "依頼人"
"""How refusals speak of the payer."""


@dataclass(frozen=True, slots=True)
class PayerOnRecord:
    """振込の依頼人 as a form begins with it: no account number, only whether one is kept."""

    consignor_code: str
    name: str
    bank_code: str
    branch_code: str
    kind: str
    has_number: bool


def money_on_record(session: Session) -> dict[str, SettingOnRecord]:
    """Return the settings of money by key, for showing: number masked, bank and branch with their names."""
    known = {key: setting_on_record(session, key) for key in MONEY}
    bank, branch = str(known[BANK].value), str(known[BRANCH].value)
    found, place = find_bank(bank), find_branch(bank, branch)
    known[BANK] = replace(known[BANK], value=f"{bank} {found.name}" if found else bank)
    known[BRANCH] = replace(known[BRANCH], value=f"{branch} {place.name}" if place else branch)
    return known


def payer_on_record(session: Session) -> PayerOnRecord:
    """Return what is set of the payer, complete or not."""
    *texts, number = (str(get_setting(session, key) or "") for key in PAYER)
    code, name, bank, branch, kind = texts
    return PayerOnRecord(code, name, bank, branch, kind, has_number=bool(number))


def stamp_of(session: Session, keys: Sequence[str]) -> str:
    """Return when any of these settings was last set, as a page carries it; "" for never."""
    moments = [one.set_at for key in keys if (one := setting_on_record(session, key)).set_at is not None]
    return max(moments).isoformat() if moments else ""


def refuse_stale(session: Session, keys: Sequence[str], seen: str) -> None:
    """Raise Conflict where one of these settings was set after the page was shown with the stamp `seen`."""
    if stamp_of(session, keys) != seen:
        raise Conflict("この設定は、画面を開いたあとに変わりました。")


def set_withholding(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    mode: WithholdingMode | None,
    includes_travel: bool | None,
) -> list[str]:
    """源泉徴収の方法を決める; None leaves it unset, and no sheet can be final. Returns the keys that changed.

    Raises Refused where tax would be withheld from a base that nobody has decided.
    """
    if mode not in (None, WithholdingMode.NONE) and includes_travel is None:
        raise Refused(
            f"「{mode}」で源泉徴収をするときは、旅費を課税対象に含めるかどうかも決めてください。"
            "税務署に確かめてから選んでください。"
        )
    values: dict[str, Value] = {MODE: str(mode) if mode else None, ON_TRAVEL: includes_travel}
    return store_changed(session=session, actor=actor, clock=clock, values=values)


def set_payer(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    consignor_code: str,
    name: str,
    bank_code: str,
    branch_code: str,
    kind: str,
    number: str,
) -> list[str]:
    """振込の依頼人を決める: 委託者コード, 委託者名 and account, checked together as the bank file takes them.

    An empty `number` keeps the one on record, for the same account only. Returns the keys that changed.
    Raises Refused for the first part that no bank file takes.
    """
    wanted = {BANK: bank_code, BRANCH: branch_code, "payer.account_kind": kind}
    number = number or _number_on_record(session, wanted)
    account = check_account(
        bank_code=bank_code, branch_code=branch_code, kind=kind, number=number, holder=name, who=WHO
    )
    payer = check_payer(consignor_code=consignor_code, name=name, account=account)
    values: dict[str, Value] = {
        "payer.consignor_code": payer.consignor_code,
        "payer.name_kana": payer.name_kana,
        BANK: account.bank_code,
        BRANCH: account.branch_code,
        "payer.account_kind": str(account.kind),
        ACCOUNT_NUMBER: account.number,
    }
    return store_changed(session=session, actor=actor, clock=clock, values=values)


def _number_on_record(session: Session, wanted: dict[str, str]) -> str:
    """Return the number kept. Raises Refused where none is, or where it belongs to another account."""
    number = str(get_setting(session, ACCOUNT_NUMBER) or "")
    if not number:
        raise Refused("依頼人の口座番号が未入力です。通帳を見て入れてください。")
    if any(get_setting(session, key) != value for key, value in wanted.items()):
        raise Refused("依頼人の銀行・支店・種目を変えるときは、口座番号も入れ直してください。")
    return number


def set_transfer_options(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    crlf: bool,
    eof: bool,
    clearing_house: ClearingHouse,
) -> list[str]:
    """振込データの形を決める: what differs from bank to bank. Returns the keys that changed."""
    values: dict[str, Value] = dict(zip(TRANSFER_FILE, (crlf, eof, str(clearing_house)), strict=True))
    return store_changed(session=session, actor=actor, clock=clock, values=values)


def set_yearly_limits(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    fee_over: int | None,
    salary_over: int | None,
    small_committee_fee_upto: int | None,
) -> list[str]:
    """法定調書の目安を決める, in yen; None switches a look off. Returns the keys that changed."""
    limits = (fee_over, salary_over, small_committee_fee_upto)
    if any(limit is not None and limit < 0 for limit in limits):
        raise Refused("法定調書の目安は0円以上の額で入れてください。")
    values: dict[str, Value] = dict(zip(YEARLY, limits, strict=True))
    return store_changed(session=session, actor=actor, clock=clock, values=values)
