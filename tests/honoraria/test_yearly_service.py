"""年間の支払: read from what was really paid, by the calendar year of the payment."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from honoraria.rules.yearly import Thresholds, YearlyRow, yearly_totals
from honoraria.services.corrections import proposals, take_correction
from honoraria.services.payments import (
    decline_payment,
    mark_returned,
    mark_unclaimed,
    order_transfer,
    pay_cash,
)
from honoraria.services.runs import start_correction_run
from honoraria.services.yearly import thresholds_of, yearly_rows, years_paid
from honoraria.tables import PayRun
from meetings_app.core.terms import District, PaymentMeans, WithholdingMode
from meetings_app.db.engine import Database
from meetings_app.services.office_settings import set_setting
from meetings_app.services.roster import change_residence
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk


@pytest.fixture
def desk(any_database: Database) -> Iterator[PayDesk]:
    with any_database.write() as session:
        desk = PayDesk(session)
        desk.bureau.member("湖畔", district=District.AKANKOHAN)
        yield desk


def rows_of(desk: PayDesk, year: int = 2014) -> list[YearlyRow]:
    return yearly_rows(desk.session, [desk.bureau.support.id], year)


def in_short(desk: PayDesk, year: int = 2014) -> dict[str, tuple[int, int, int, int]]:
    return {row.name: (row.honorarium, row.travel, row.withheld, row.net) for row in rows_of(desk, year)}


def pay_in_cash(desk: PayDesk, run: PayRun, name: str, on: date) -> None:
    desk.later(on)
    pay_cash(**desk.given, run=run, person_id=desk.bureau.people[name], paid_on=on)


def test_a_payment_gives_its_sums_body_day_and_way_of_withholding(desk: PayDesk) -> None:
    desk.withhold(WithholdingMode.FEE)
    run = desk.final("湖畔")
    pay_in_cash(desk, run, "湖畔", TRANSFER_DAY)
    (row,) = rows_of(desk)
    # 10.21 % of 5,000 yen is 510.5: fractions are cut off; 旅費 is not in the base.
    assert replace(row, payment_id="") == YearlyRow(
        person_id=desk.bureau.people["湖畔"],
        name="湖畔",
        committee="支援調整会議",
        paid_on=TRANSFER_DAY,
        honorarium=5000,
        travel=4000,
        withheld=510,
        net=8490,
        mode=WithholdingMode.FEE,
        taxable=5000,
    )


def test_only_what_is_paid_counts(desk: PayDesk) -> None:
    desk.bureau.member("辞退者")
    desk.bureau.member("未受領者")
    run = desk.final("湖畔", "辞退者", "未受領者")
    desk.accounts(["委員長", "湖畔", "辞退者", "未受領者"])
    people = desk.bureau.people
    decline_payment(**desk.given, run=run, person_id=people["辞退者"], declared_on=date(2014, 5, 20), note="")
    mark_unclaimed(**desk.given, run=run, person_id=people["未受領者"], note="来所なし")
    assert in_short(desk) == {}
    pay_in_cash(desk, run, "委員長", TRANSFER_DAY)
    assert in_short(desk) == {"委員長": (5000, 0, 0, 5000)}


def test_what_the_bank_is_to_pay_counts_on_the_day_of_the_transfer(desk: PayDesk) -> None:
    run = desk.final("湖畔")
    desk.accounts(["委員長", "湖畔"])
    desk.payer()
    desk.later(date(2014, 12, 26))
    order_transfer(**desk.given, run=run, transfer_on=date(2015, 1, 5))
    rows = yearly_rows(desk.session, [desk.bureau.support.id], 2015)
    assert [
        (row.name, row.net, row.is_ordered, row.paid_on) for row in sorted(rows, key=lambda row: row.net)
    ] == [
        ("委員長", 5000, True, date(2015, 1, 5)),
        ("湖畔", 9000, True, date(2015, 1, 5)),
    ]
    assert yearly_rows(desk.session, [desk.bureau.support.id], 2014) == []
    assert years_paid(desk.session, [desk.bureau.support.id]) == [2015]


def test_what_is_paid_counts_no_longer_once_returned(desk: PayDesk) -> None:
    run = desk.final("湖畔")
    desk.accounts(["委員長", "湖畔"])
    desk.pay(run)
    assert in_short(desk) == {"委員長": (5000, 0, 0, 5000), "湖畔": (5000, 4000, 0, 9000)}
    mark_returned(
        **desk.given,
        run=run,
        person_id=desk.bureau.people["湖畔"],
        returned_on=TRANSFER_DAY,
        reason="名義の相違",
    )
    assert in_short(desk) == {"委員長": (5000, 0, 0, 5000)}


def test_the_year_is_that_of_the_payment_not_of_the_meeting(desk: PayDesk) -> None:
    run = desk.final("湖畔")
    pay_in_cash(desk, run, "委員長", date(2014, 12, 31))
    pay_in_cash(desk, run, "湖畔", date(2015, 1, 1))
    assert list(in_short(desk, 2014)) == ["委員長"]
    assert list(in_short(desk, 2015)) == ["湖畔"]
    assert in_short(desk, 2013) == {}
    assert years_paid(desk.session, [desk.bureau.support.id]) == [2015, 2014]


def test_another_body_is_read_only_where_asked_for(desk: PayDesk) -> None:
    run = desk.final()
    pay_in_cash(desk, run, "委員長", TRANSFER_DAY)
    assert yearly_rows(desk.session, [desk.bureau.regional.id], 2014) == []
    assert years_paid(desk.session, [desk.bureau.regional.id]) == []
    assert yearly_rows(desk.session, [], 2014) == []


def test_what_is_paid_back_counts_below_zero(desk: PayDesk) -> None:
    run = desk.final("湖畔")
    pay_in_cash(desk, run, "湖畔", TRANSFER_DAY)
    lakeside = desk.bureau.people["湖畔"]
    change_residence(**desk.given, person_id=lakeside, district=District.KUSHIRO, valid_from=date(2014, 5, 1))
    (proposal,) = proposals(desk.session, desk.bureau.support.id)
    back = start_correction_run(**desk.given, committee_id=desk.bureau.support.id)
    take_correction(**desk.given, run=back, attendance_id=proposal.attendance_id)
    desk.finalise(back)
    pay_cash(**desk.given, run=back, person_id=lakeside, paid_on=TRANSFER_DAY, means=PaymentMeans.TRANSFER)
    assert sorted(row.net for row in rows_of(desk)) == [-4000, 9000]
    totals = {one.committee: one for one in yearly_totals(rows_of(desk), Thresholds())}
    assert (totals["計"].payments, totals["計"].travel, totals["計"].net) == (2, 0, 5000)


def test_lines_under_two_ways_of_withholding_are_told_apart(desk: PayDesk) -> None:
    """A correction keeps the way of its first line: 源泉なし there, 報酬・料金 on the new one."""
    people = desk.bureau.people
    change_residence(
        **desk.given, person_id=people["湖畔"], district=District.KUSHIRO, valid_from=date(2014, 5, 2)
    )
    first = desk.final("湖畔")
    pay_in_cash(desk, first, "湖畔", TRANSFER_DAY)
    change_residence(
        **desk.given, person_id=people["湖畔"], district=District.AKANKOHAN, valid_from=date(2014, 5, 3)
    )
    desk.withhold(WithholdingMode.FEE)
    (proposal,) = proposals(desk.session, desk.bureau.support.id)
    second = desk.draft("湖畔", day=date(2014, 5, 27))
    take_correction(**desk.given, run=second, attendance_id=proposal.attendance_id)
    desk.finalise(second)
    pay_in_cash(desk, second, "湖畔", date(2014, 5, 28))
    told = [
        (str(row.mode), row.honorarium, row.travel, row.withheld, row.net, row.taxable)
        for row in rows_of(desk)
        if row.paid_on == date(2014, 5, 28)
    ]
    assert sorted(told) == [("報酬・料金", 5000, 4000, 510, 8490, 5000), ("源泉なし", 0, 4000, 0, 4000, 0)]


def test_the_thresholds_are_the_offices_and_can_be_switched_off(desk: PayDesk) -> None:
    assert thresholds_of(desk.session) == Thresholds(50_000, 500_000, 10_000)
    set_setting(**desk.given, key="yearly.fee_over", value=30_000)
    set_setting(**desk.given, key="yearly.small_committee_fee_upto", value=None)
    assert thresholds_of(desk.session) == Thresholds(30_000, 500_000, None)
