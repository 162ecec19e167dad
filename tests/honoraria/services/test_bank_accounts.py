"""振込先: one in use per person, what was there before kept, and the number told to nobody."""

from collections.abc import Iterator

import pytest

from honoraria.services.bank_accounts import (
    account_of,
    account_text,
    accounts_of,
    past_accounts,
    refuse_stale,
    register_account,
    retire_account,
)
from honoraria.tables import BankAccount
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import AccountKind
from meetings_app.db.engine import Database
from meetings_app.tables.people import Person
from tests.office_builder import Bureau

NUMBER = "7654321"


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def chair(bureau: Bureau) -> str:
    return bureau.people["委員長"]


def register(bureau: Bureau, number: str = NUMBER, **changes: str) -> BankAccount:
    given = {
        "person_id": chair(bureau), "bank_code": "0116", "branch_code": "920", "holder": "みほん たろう"
    } | changes  # fmt: skip
    seen = given.pop("seen_id", None)
    return register_account(**bureau.given, **given, seen_id=seen, kind=AccountKind.ORDINARY, number=number)


def test_an_account_is_kept_as_the_bank_file_takes_it(bureau: Bureau) -> None:
    added = register(bureau, number="321")
    assert (added.number, added.holder) == ("0000321", "ﾐﾎﾝ ﾀﾛｳ")
    assert (added.registered_by, added.registered_at) == ("事務局 太郎", bureau.clock.now())
    assert account_text(added) == "北海道 釧路 普通 ****321"
    assert accounts_of(bureau.session, [chair(bureau)]) == {chair(bureau): added}


def test_a_new_account_retires_the_one_before(bureau: Bureau) -> None:
    first = register(bureau)
    second = register(bureau, number="1112223")
    assert account_of(bureau.session, chair(bureau)) is second
    assert past_accounts(bureau.session, chair(bureau)) == [first]
    assert first.retired_at == bureau.clock.now()


def test_the_same_account_again_changes_nothing_even_from_a_stale_page(bureau: Bureau) -> None:
    first = register(bureau)
    assert register(bureau, holder="ﾐﾎﾝ ﾀﾛｳ", seen_id="") is first
    assert past_accounts(bureau.session, chair(bureau)) == []


def test_somebody_else_was_first(bureau: Bureau) -> None:
    first = register(bureau, seen_id="")
    with pytest.raises(Conflict, match="画面を開いたあとに変わりました。"):
        register(bureau, number="1112223", seen_id="")
    assert account_of(bureau.session, chair(bureau)) is first
    refuse_stale(bureau.session, chair(bureau), first.id)
    register(bureau, number="1112223", seen_id=first.id)


def test_an_account_is_no_longer_used(bureau: Bureau) -> None:
    register(bureau)
    retire_account(**bureau.given, person_id=chair(bureau))
    assert account_of(bureau.session, chair(bureau)) is None
    with pytest.raises(NotFound):
        retire_account(**bureau.given, person_id=chair(bureau))


@pytest.mark.parametrize(
    ("number", "changes", "sentence"),
    [
        (NUMBER, {"bank_code": "0002"}, "の口座の銀行コード0002は金融機関の一覧にありません。"),
        (NUMBER, {"branch_code": "999"}, "の口座の支店コード999は「北海道」の支店の一覧にありません。"),
        ("12345678", {}, "の口座番号は1桁から7桁までの数字です。"),
        ("", {}, "の口座番号は1桁から7桁までの数字です。"),
        (NUMBER, {"holder": ""}, "の口座名義がありません。"),
        (NUMBER, {"holder": "見本 太郎"}, "の口座名義: 「見」は振込データに使えません。"),
        (NUMBER, {"holder": "ガ" * 16}, "のカナ名は32バイトで"),
        ("123456", {"bank_code": "9900", "branch_code": "018"}, "の口座番号がゆうちょ銀行の振込用の7桁では"),
    ],
)
def test_refusals_name_the_person_and_store_nothing(
    bureau: Bureau, number: str, changes: dict[str, str], sentence: str
) -> None:
    name = bureau.session.get_one(Person, chair(bureau)).name
    trail = len(bureau.audited())
    with pytest.raises(Refused) as caught:
        register(bureau, number, **changes)
    assert f"{name}さん{sentence}" in caught.value.message
    assert number not in caught.value.message or not number
    assert account_of(bureau.session, chair(bureau)) is None
    assert len(bureau.audited()) == trail


def test_the_trail_holds_no_number(bureau: Bureau) -> None:
    register(bureau)
    register(bureau, number="1112223")
    retire_account(**bureau.given, person_id=chair(bureau))
    rows = [entry for entry in bureau.audited() if entry.action.startswith("振込先")]
    assert len(rows) == 3
    assert not [entry for entry in rows if NUMBER in entry.detail or "1112223" in entry.detail]
    assert "****321" in rows[0].detail


def test_nobody_unknown_gets_an_account(bureau: Bureau) -> None:
    with pytest.raises(NotFound):
        register(bureau, person_id="0" * 32)
