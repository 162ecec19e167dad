"""支払: once per person and sheet, by bank or in cash; returned and paid again, unclaimed, declined."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from honoraria.services.bank_accounts import account_of, account_text, register_account, retire_account
from honoraria.services.payments import (
    cancel_payment,
    confirm_transfer,
    decline_payment,
    get_transfer_file,
    is_settled,
    mark_returned,
    mark_unclaimed,
    order_transfer,
    owed_of,
    pay_cash,
    transfer_files_of,
)
from honoraria.tables import Payment, PayRun, TransferFile
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import AccountKind, District, PaymentMeans, ServiceClass, WorkingTime
from meetings_app.services.office_settings import set_setting
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk
from tests.honoraria.zengin.reader import read

CASH, TRANSFER = PaymentMeans.CASH, PaymentMeans.TRANSFER


@pytest.fixture
def run(desk: PayDesk) -> PayRun:
    """A final sheet: the chair gets 5,000, 湖畔 9,000, a city employee nothing."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.bureau.member("職員", employment=(ServiceClass.GENERAL, WorkingTime.FULL))
    desk.payer()
    return desk.final("湖畔", "職員")


def person(desk: PayDesk, name: str) -> str:
    return desk.bureau.people[name]


def test_nothing_is_paid_before_the_sheet_is_final(desk: PayDesk) -> None:
    draft = desk.draft()
    with pytest.raises(Refused, match="まだ確定していません"):
        order_transfer(**desk.given, run=draft, transfer_on=TRANSFER_DAY)
    with pytest.raises(Refused, match="まだ確定していません"):
        pay_cash(**desk.given, run=draft, person_id=person(desk, "委員長"), paid_on=TRANSFER_DAY)


def test_the_bank_file_holds_who_is_paid_and_just_that(desk: PayDesk, run: PayRun) -> None:
    desk.accounts(["委員長", "湖畔", "職員"])
    made = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    content = read(made.content, crlf=True, eof=False)
    assert {(one.number, one.amount) for one in content.data} == {("0000001", 5000), ("0000002", 9000)}
    assert (content.count, content.total) == (2, 14000) == (made.records, made.total)
    assert desk.states(run) == {
        "委員長": ("振込依頼", TRANSFER),
        "湖畔": ("振込依頼", TRANSFER),
        "職員": None,
    }
    assert not is_settled(desk.session, run)


def test_a_second_click_gives_the_same_file_and_orders_nothing_twice(desk: PayDesk, run: PayRun) -> None:
    desk.accounts(["委員長", "湖畔"])
    made = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    again = order_transfer(**desk.given_second, run=run, transfer_on=TRANSFER_DAY)
    assert again is made
    assert get_transfer_file(desk.session, run, made.id).content == made.content
    with pytest.raises(Refused, match="振込の対象がいません"):
        order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY + timedelta(days=1))
    assert len(desk.session.exec(select(Payment)).all()) == 2


def test_transferred_returned_and_paid_again(desk: PayDesk, run: PayRun) -> None:
    desk.accounts(["委員長", "湖畔"])
    made = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    with pytest.raises(Refused, match="先の日"):
        confirm_transfer(**desk.given, run=run, file_id=made.id, paid_on=TRANSFER_DAY)
    desk.later(TRANSFER_DAY)
    with pytest.raises(Refused, match="早すぎます"):
        confirm_transfer(**desk.given, run=run, file_id=made.id, paid_on=TRANSFER_DAY - timedelta(days=1))
    assert confirm_transfer(**desk.given, run=run, file_id=made.id, paid_on=TRANSFER_DAY) == 2
    assert confirm_transfer(**desk.given, run=run, file_id=made.id, paid_on=TRANSFER_DAY) == 0
    assert is_settled(desk.session, run)
    lakeside = person(desk, "湖畔")
    given = {"run": run, "person_id": lakeside, "returned_on": TRANSFER_DAY}
    with pytest.raises(Refused, match="理由"):
        mark_returned(**desk.given, **given, reason=" ")  # type: ignore[arg-type]
    returned = mark_returned(**desk.given, **given, reason="名義の相違")  # type: ignore[arg-type]
    assert mark_returned(**desk.given, **given, reason="名義の相違") is returned  # type: ignore[arg-type]
    assert not is_settled(desk.session, run)
    second = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY + timedelta(days=1))
    content = read(second.content, crlf=True, eof=False)
    assert (second.attempt, content.count, content.total) == (2, 1, 9000)
    desk.later(TRANSFER_DAY + timedelta(days=1))
    confirm_transfer(**desk.given, run=run, file_id=second.id, paid_on=TRANSFER_DAY + timedelta(days=1))
    assert is_settled(desk.session, run)
    attempts = next(one for one in owed_of(desk.session, run) if one.payee.person_id == lakeside).attempts
    assert [(one.attempt, str(one.status)) for one in attempts] == [(1, "組戻し"), (2, "支払済み")]


def test_cash_is_paid_once(desk: PayDesk, run: PayRun) -> None:
    desk.later(TRANSFER_DAY)
    given = {"run": run, "person_id": person(desk, "委員長")}
    first = pay_cash(**desk.given, **given, paid_on=TRANSFER_DAY)  # type: ignore[arg-type]
    assert pay_cash(**desk.given, **given, paid_on=TRANSFER_DAY) is first  # type: ignore[arg-type]
    with pytest.raises(Refused, match="二重に支払わない"):
        pay_cash(**desk.given, **given, paid_on=TRANSFER_DAY - timedelta(days=1))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="振込の記録がありません"):
        mark_returned(**desk.given, **given, returned_on=TRANSFER_DAY, reason="戻った")  # type: ignore[arg-type]
    desk.accounts(["委員長", "湖畔"])
    made = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    assert made.total == 9000, "who was paid in cash is not on the bank file"


def test_unclaimed_stays_owed_and_is_paid_later(desk: PayDesk, run: PayRun) -> None:
    chair = person(desk, "委員長")
    with pytest.raises(Refused, match="事情"):
        mark_unclaimed(**desk.given, run=run, person_id=chair, note="")
    mark_unclaimed(**desk.given, run=run, person_id=chair, note="5月21日に連絡、来所なし")
    assert not is_settled(desk.session, run)
    desk.later(TRANSFER_DAY)
    pay_cash(**desk.given, run=run, person_id=chair, paid_on=TRANSFER_DAY)
    assert desk.states(run)["委員長"] == ("支払済み", CASH)


def test_declined_after_the_sheet_was_final(desk: PayDesk, run: PayRun) -> None:
    chair = person(desk, "委員長")
    decline_payment(**desk.given, run=run, person_id=chair, declared_on=date(2014, 5, 20), note="書面")
    with pytest.raises(Refused, match="辞退"):
        pay_cash(**desk.given, run=run, person_id=chair, paid_on=date(2014, 5, 20))
    desk.accounts(["委員長", "湖畔"])
    assert order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY).total == 9000


def test_what_was_recorded_by_mistake_is_cancelled_and_paid_again(desk: PayDesk, run: PayRun) -> None:
    chair = person(desk, "委員長")
    desk.later(TRANSFER_DAY)
    first = pay_cash(**desk.given, run=run, person_id=chair, paid_on=TRANSFER_DAY)
    given = {"run": run, "person_id": chair, "attempt": first.attempt}
    with pytest.raises(Refused, match="理由"):
        cancel_payment(**desk.given, **given, reason=" ")  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        cancel_payment(**desk.given, **(given | {"attempt": 2}), reason="別の人の分")  # type: ignore[arg-type]
    cancelled = cancel_payment(**desk.given, **given, reason="別の人の分")  # type: ignore[arg-type]
    assert cancel_payment(**desk.given, **given, reason="別の人の分") is cancelled  # type: ignore[arg-type]
    assert desk.states(run)["委員長"] == ("取消し", CASH)
    assert not is_settled(desk.session, run)
    decline_payment(**desk.given, run=run, person_id=chair, declared_on=date(2014, 5, 20), note="書面")
    cancel_payment(**desk.given, **(given | {"attempt": 2}), reason="書面は別の回")  # type: ignore[arg-type]
    pay_cash(**desk.given, run=run, person_id=chair, paid_on=TRANSFER_DAY)
    assert desk.states(run)["委員長"] == ("支払済み", CASH)


def test_an_order_the_bank_never_got_is_cancelled_but_not_what_it_paid(desk: PayDesk, run: PayRun) -> None:
    desk.accounts(["委員長", "湖畔"])
    made = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    lakeside = person(desk, "湖畔")
    cancel_payment(**desk.given, run=run, person_id=lakeside, attempt=1, reason="日を改める")
    desk.later(TRANSFER_DAY)
    assert confirm_transfer(**desk.given, run=run, file_id=made.id, paid_on=TRANSFER_DAY) == 1
    with pytest.raises(Refused, match="取り消せません"):
        cancel_payment(**desk.given, run=run, person_id=person(desk, "委員長"), attempt=1, reason="誤り")
    assert order_transfer(**desk.given, run=run, transfer_on=date(2014, 5, 23)).total == 9000


def test_who_has_no_account_is_named(desk: PayDesk, run: PayRun) -> None:
    desk.accounts(["委員長"])
    with pytest.raises(Refused, match="湖畔の振込先が登録されていません"):
        order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    assert desk.session.exec(select(TransferFile)).all() == []
    made = order_transfer(
        **desk.given, run=run, transfer_on=TRANSFER_DAY, person_ids=[person(desk, "委員長")]
    )
    assert made.total == 5000


@pytest.mark.parametrize(
    ("now", "day", "sentence"),
    [
        (date(2014, 5, 20), date(2014, 5, 24), "土曜日"),
        (date(2014, 5, 20), date(2014, 5, 19), "過ぎています"),
        (date(2014, 7, 18), date(2014, 7, 21), "海の日"),
        (date(2014, 12, 26), date(2014, 12, 31), "年末年始"),
        (date(2014, 5, 20), date(2014, 7, 22), "60日より先"),
        (date(2014, 5, 20), date(2099, 12, 28), "60日より先"),
    ],
)
def test_a_day_on_which_banks_are_closed_is_refused(
    desk: PayDesk, run: PayRun, now: date, day: date, sentence: str
) -> None:
    desk.accounts(["委員長", "湖畔"])
    desk.later(now)
    with pytest.raises(Refused, match=sentence):
        order_transfer(**desk.given, run=run, transfer_on=day)
    assert desk.session.exec(select(Payment)).all() == []
    assert transfer_files_of(desk.session, run) == []


def test_without_the_payers_account_there_is_no_file(quick_desk: PayDesk) -> None:
    run = quick_desk.final()
    quick_desk.accounts(["委員長"])
    with pytest.raises(Refused, match=r"依頼人.*未設定"):
        order_transfer(**quick_desk.given, run=run, transfer_on=TRANSFER_DAY)


def test_zero_is_not_paid(desk: PayDesk, run: PayRun) -> None:
    desk.later(TRANSFER_DAY)
    with pytest.raises(Refused, match="0円"):
        pay_cash(**desk.given, run=run, person_id=person(desk, "職員"), paid_on=TRANSFER_DAY)


def test_somebody_of_another_sheet_is_not_found(desk: PayDesk, run: PayRun) -> None:
    with pytest.raises(NotFound):
        pay_cash(**desk.given, run=run, person_id=person(desk, "助言者"), paid_on=TRANSFER_DAY)
    with pytest.raises(NotFound):
        get_transfer_file(desk.session, run, "0" * 32)


def test_a_new_account_retires_the_old_and_numbers_stay_masked(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.accounts(["委員長"])
    chair = person(desk, "委員長")
    given = {"person_id": chair, "bank_code": "0116", "branch_code": "920", "kind": AccountKind.ORDINARY}
    first = account_of(desk.session, chair)
    added = register_account(**desk.given, **given, number="7654321", holder="ミホン タロウ")  # type: ignore[arg-type]
    assert register_account(**desk.given, **given, number="7654321", holder="ﾐﾎﾝ ﾀﾛｳ") is added  # type: ignore[arg-type]
    assert first is not None
    assert first.retired_at is not None
    assert account_of(desk.session, chair) is added
    assert "7654321" not in account_text(added)
    assert account_text(added).endswith("****321")
    assert not any("7654321" in entry.detail for entry in desk.bureau.audited())
    retire_account(**desk.given, person_id=chair)
    assert account_of(desk.session, chair) is None


def test_an_impossible_account_is_refused_by_name_and_nothing_is_kept(quick_desk: PayDesk) -> None:
    chair = person(quick_desk, "委員長")
    given = {"person_id": chair, "branch_code": "920", "kind": AccountKind.ORDINARY, "holder": "ﾐﾎﾝ"}
    with pytest.raises(Refused, match="委員長"):
        register_account(**quick_desk.given, **given, bank_code="0002", number="1234567")  # type: ignore[arg-type]
    with pytest.raises(Refused, match="委員長"):
        register_account(**quick_desk.given, **given, bank_code="0116", number="12345678")  # type: ignore[arg-type]
    assert account_of(quick_desk.session, chair) is None


def test_how_the_bank_wants_its_file_is_a_setting(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.payer()
    desk.accounts(["委員長"])
    set_setting(**desk.given, key="zengin.crlf", value=False)
    set_setting(**desk.given, key="zengin.eof", value=True)
    run = desk.final()
    made = order_transfer(**desk.given, run=run, transfer_on=TRANSFER_DAY)
    assert len(made.content) == 4 * 120 + 1
    assert made.content.endswith(b"\x1a")
