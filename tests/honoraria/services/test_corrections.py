"""訂正: later facts propose a difference to what was paid, a person takes it, and no more is taken back than was paid."""

from datetime import date

import pytest

from honoraria.services.corrections import (
    dismiss_correction,
    drop_correction,
    proposals,
    take_correction,
)
from honoraria.services.payments import decline_payment, mark_returned, pay_cash, stop_payment
from honoraria.services.runs import check_run, start_correction_run
from honoraria.services.settlements import decline, settle
from honoraria.services.sheet_contents import chain_of
from honoraria.tables import PayRun
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import (
    AttendanceMode,
    Decision,
    District,
    LineOutcome,
    ServiceClass,
    WithholdingMode,
    WorkingTime,
)
from meetings_app.services.office_settings import set_setting
from meetings_app.services.roster import change_residence
from minutes.tables import Attendance
from tests.honoraria.pay_desk import TRANSFER_DAY, PayDesk

NEXT_DAY = date(2014, 6, 3)


@pytest.fixture
def paid(desk: PayDesk) -> PayRun:
    """A final and paid sheet: the chair 5,000, 湖畔 5,000 and 4,000."""
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.accounts(["委員長", "湖畔"])
    desk.withhold(WithholdingMode.MONTHLY)
    run = desk.final("湖畔")
    desk.pay(run)
    return run


def moved(desk: PayDesk, district: District, since: date = date(2014, 5, 1)) -> None:
    change_residence(
        **desk.bureau.given, person_id=desk.bureau.people["湖畔"], district=district, valid_from=since
    )


def became_absent(desk: PayDesk, run: PayRun) -> None:
    attendance = desk.session.get_one(Attendance, desk.line(run, "湖畔").attendance_id)
    attendance.mode = AttendanceMode.ABSENT
    desk.session.add(attendance)
    desk.session.flush()


def found(desk: PayDesk) -> list[tuple[str, Decision, int | None, int | None]]:
    return [
        (one.name, one.now, one.honorarium_now, one.travel_now)
        for one in proposals(desk.session, desk.bureau.support.id)
    ]


def taken(desk: PayDesk, run: PayRun, into: PayRun) -> None:
    take_correction(**desk.given, run=into, attendance_id=desk.line(run, "湖畔").attendance_id)


def next_sheet(desk: PayDesk) -> PayRun:
    return start_correction_run(**desk.given, committee_id=desk.bureau.support.id)


def test_without_a_change_nothing_is_proposed(desk: PayDesk, paid: PayRun) -> None:
    assert proposals(desk.session, desk.bureau.support.id) == []
    set_setting(**desk.given, key="honoraria.online_travel", value="none")
    set_setting(**desk.given, key="honoraria.same_day_travel", value="each")
    assert proposals(desk.session, desk.bureau.support.id) == [], "a later setting reopens nothing"


def test_a_later_residence_proposes_and_touches_nothing(desk: PayDesk, paid: PayRun) -> None:
    before = desk.sheet(paid)
    moved(desk, District.AKAN)
    [one] = proposals(desk.session, desk.bureau.support.id)
    assert (one.name, one.is_final, one.honorarium_was, one.travel_was, one.travel_now) == (
        *("湖畔", True),
        *(5000, 4000, 1000),
    )
    assert one.what_changed == ("居住地区: 阿寒湖畔 → 阿寒",)
    assert desk.sheet(paid) == before
    assert proposals(desk.session, desk.bureau.support.id, desk.bureau.people["委員長"]) == []


def test_a_change_after_the_meetings_day_proposes_nothing(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.AKAN, since=date(2014, 5, 21))
    assert proposals(desk.session, desk.bureau.support.id) == []


def test_the_difference_goes_onto_the_next_meetings_sheet(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.AKAN)
    desk.later(NEXT_DAY)
    run = desk.draft("湖畔", day=NEXT_DAY)
    taken(desk, paid, run)
    own, correction = [line for line in desk.sheet(run).content.lines if line.name == "湖畔"]
    assert (own.honorarium, own.travel, own.withheld, own.net) == (5000, 1000, 153, 5847)
    assert (correction.honorarium, correction.travel, correction.withheld, correction.net) == (
        0,
        -3000,
        0,
        -3000,
    )
    assert correction.correction is not None
    assert (correction.correction.sheet, correction.correction.travel_before) == ("支給調書第1号", 4000)
    desk.finalise(run)
    first, second = chain_of(desk.session, correction.attendance_id)
    assert (first.run_id, second.run_id, second.travel, second.corrects_id) == (
        paid.id,
        run.id,
        -3000,
        first.id,
    )
    assert proposals(desk.session, desk.bureau.support.id) == []


def test_more_is_paid_where_too_little_was(desk: PayDesk, paid: PayRun) -> None:
    desk.bureau.member("遅い申告", district=District.KUSHIRO)
    moved(desk, District.KUSHIRO)
    run = next_sheet(desk)
    taken(desk, paid, run)
    desk.finalise(run)
    assert desk.line(run, "湖畔").net == -4000
    desk.later(NEXT_DAY)
    pay_cash(**desk.given, run=run, person_id=desk.bureau.people["湖畔"], paid_on=NEXT_DAY)
    moved(desk, District.ONBETSU, since=date(2014, 5, 2))
    second = next_sheet(desk)
    assert second.id != run.id
    taken(desk, paid, second)
    assert desk.line(second, "湖畔").net == 2000
    desk.finalise(second)
    chain = chain_of(desk.session, desk.line(paid, "湖畔").attendance_id)
    assert [line.travel for line in chain] == [4000, -4000, 2000]


def test_everything_is_taken_back_with_its_tax_and_no_more(desk: PayDesk, paid: PayRun) -> None:
    became_absent(desk, paid)
    assert found(desk) == [("湖畔", Decision.NONE, 0, 0)]
    run = next_sheet(desk)
    taken(desk, paid, run)
    line = desk.line(run, "湖畔")
    assert (line.outcome, line.honorarium, line.travel, line.withheld, line.net) == (
        LineOutcome.NONE,
        *(-5000, -4000, -153, -8847),
    )
    desk.finalise(run)
    assert proposals(desk.session, desk.bureau.support.id) == []


def test_a_public_employee_found_late_pays_back(desk: PayDesk, paid: PayRun) -> None:
    desk.bureau.status(
        desk.bureau.people["湖畔"], (ServiceClass.GENERAL, WorkingTime.FULL), since=date(2014, 5, 1)
    )
    [one] = proposals(desk.session, desk.bureau.support.id)
    assert one.now in (Decision.UNPAID, Decision.JUDGEMENT)


def test_nothing_is_taken_back_before_it_was_paid(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.final("湖畔")
    moved(desk, District.KUSHIRO)
    [one] = proposals(desk.session, desk.bureau.support.id)
    assert "支給調書第1号の支払いが済んでいません" in one.waiting
    with pytest.raises(Refused, match="支払いが済んでいません"):
        taken(desk, run, next_sheet(desk))
    desk.later(TRANSFER_DAY)
    pay_cash(**desk.given, run=run, person_id=desk.bureau.people["湖畔"], paid_on=TRANSFER_DAY)
    taken(desk, run, next_sheet(desk))


def test_returned_by_the_bank_after_it_was_taken_nothing_is_taken_back(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.KUSHIRO)
    run = next_sheet(desk)
    taken(desk, paid, run)
    mark_returned(
        **desk.given,
        run=paid,
        person_id=desk.bureau.people["湖畔"],
        returned_on=TRANSFER_DAY,
        reason="口座なし",
    )
    with pytest.raises(Refused, match="支払いが済んでいません"):
        desk.finalise(run)


def test_nothing_comes_back_for_what_the_bank_returned(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.KUSHIRO)
    run = next_sheet(desk)
    taken(desk, paid, run)
    desk.finalise(run)
    lakeside = desk.bureau.people["湖畔"]
    mark_returned(**desk.given, run=paid, person_id=lakeside, returned_on=TRANSFER_DAY, reason="口座なし")
    with pytest.raises(Refused, match="先にその支払いを記録してから"):
        pay_cash(**desk.given, run=run, person_id=lakeside, paid_on=TRANSFER_DAY)
    for declined in (decline_payment, stop_payment):
        given = (
            {"declared_on": TRANSFER_DAY, "note": ""} if declined is decline_payment else {"reason": "誤り"}
        )
        with pytest.raises(Refused, match="訂正が確定しています"):
            declined(**desk.given, run=paid, person_id=lakeside, **given)  # type: ignore[operator]
    pay_cash(**desk.given, run=paid, person_id=lakeside, paid_on=TRANSFER_DAY)
    pay_cash(**desk.given, run=run, person_id=lakeside, paid_on=TRANSFER_DAY)


def test_a_wrong_amount_is_stopped_before_it_is_paid_and_the_right_one_comes_next(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.final("湖畔")
    moved(desk, District.AKAN)
    lakeside = desk.bureau.people["湖畔"]
    stop_payment(**desk.given, run=run, person_id=lakeside, reason="居住地区の誤り")
    [one] = proposals(desk.session, desk.bureau.support.id)
    assert (one.waiting, one.honorarium_was, one.travel_was, one.travel_now) == ("", 0, 0, 1000)
    correction = next_sheet(desk)
    taken(desk, run, correction)
    desk.finalise(correction)
    line = desk.line(correction, "湖畔")
    assert (line.honorarium, line.travel, line.net) == (5000, 1000, 6000)
    assert proposals(desk.session, desk.bureau.support.id) == []


def test_who_was_absent_and_is_not_paid_leaves_nothing_to_correct(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.final("湖畔")
    became_absent(desk, run)
    stop_payment(**desk.given, run=run, person_id=desk.bureau.people["湖畔"], reason="欠席だった")
    assert proposals(desk.session, desk.bureau.support.id) == []


def test_a_declined_difference_leaves_the_first_payment_to_be_corrected(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.KUSHIRO)
    first = next_sheet(desk)
    taken(desk, paid, first)
    desk.finalise(first)
    desk.later(NEXT_DAY)
    lakeside = desk.bureau.people["湖畔"]
    pay_cash(**desk.given, run=first, person_id=lakeside, paid_on=NEXT_DAY)
    moved(desk, District.ONBETSU, since=date(2014, 5, 2))
    second = next_sheet(desk)
    taken(desk, paid, second)
    desk.finalise(second)
    decline_payment(**desk.given, run=second, person_id=lakeside, declared_on=NEXT_DAY, note="")
    became_absent(desk, paid)
    [one] = proposals(desk.session, desk.bureau.support.id)
    assert (one.honorarium_was, one.travel_was, one.now) == (5000, 0, Decision.NONE)
    third = next_sheet(desk)
    taken(desk, paid, third)
    desk.finalise(third)
    assert desk.line(third, "湖畔").honorarium == -5000


def test_a_decision_rests_on_the_facts_and_is_proposed_anew_when_they_change(desk: PayDesk) -> None:
    desk.bureau.member("北斗", district=District.AKANKOHAN)
    desk.bureau.people["湖畔"] = desk.bureau.person("湖畔", district=District.AKANKOHAN, declared=False)
    desk.bureau.member("湖畔")
    run = desk.draft("湖畔")
    settle(
        **desk.given,
        run=run,
        attendance_id=desk.line(run, "湖畔").attendance_id,
        honorarium=5000,
        travel=4000,
        reason="電話で確認",
        decided_by="会計 責任者",
    )
    moved(desk, District.KUSHIRO)
    assert found(desk) == [("湖畔", Decision.JUDGEMENT, None, None)]


def test_a_difference_that_no_longer_follows_is_not_checked(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.AKAN)
    run = next_sheet(desk)
    taken(desk, paid, run)
    moved(desk, District.KUSHIRO, since=date(2014, 5, 2))
    with pytest.raises(Refused, match="そのあとで変わりました（湖畔）"):
        check_run(**desk.given, run=run, seen=desk.seen(run))
    drop_correction(**desk.given, run=run, attendance_id=desk.line(paid, "湖畔").attendance_id)
    taken(desk, paid, run)
    desk.finalise(run)
    assert desk.line(run, "湖畔").travel == -4000


def test_one_difference_is_on_one_sheet_only(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.AKAN)
    first = next_sheet(desk)
    taken(desk, paid, first)
    taken(desk, paid, first)
    assert len(desk.sheet(first).content.lines) == 1
    desk.later(NEXT_DAY)
    second = desk.draft(day=NEXT_DAY)
    with pytest.raises(Refused, match="第2号に取り込み済み"):
        taken(desk, paid, second)
    attendance_id = desk.line(paid, "湖畔").attendance_id
    with pytest.raises(NotFound):
        drop_correction(**desk.given, run=second, attendance_id=attendance_id)
    drop_correction(**desk.given, run=first, attendance_id=attendance_id)
    taken(desk, paid, second)


def test_a_correction_sheet_without_lines_is_not_checked(desk: PayDesk, paid: PayRun) -> None:
    run = next_sheet(desk)
    assert next_sheet(desk) is run
    with pytest.raises(Refused, match="行がありません"):
        check_run(**desk.given, run=run, seen=desk.seen(run))


def test_dismissed_until_the_facts_change_again(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.AKAN)
    attendance_id = desk.line(paid, "湖畔").attendance_id
    given = {"committee_id": desk.bureau.support.id, "attendance_id": attendance_id}
    with pytest.raises(Refused, match="理由"):
        dismiss_correction(**desk.given, **given, reason=" ")  # type: ignore[arg-type]
    dismiss_correction(**desk.given, **given, reason="届出の誤記と確認")  # type: ignore[arg-type]
    assert found(desk) == []
    moved(desk, District.ONBETSU, since=date(2014, 5, 2))
    assert found(desk) == [("湖畔", Decision.PAID, 5000, 2000)]


def test_an_open_difference_is_settled_like_any_line(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.OUTSIDE)
    run = next_sheet(desk)
    taken(desk, paid, run)
    line = desk.line(run, "湖畔")
    assert (line.outcome, line.net) == (LineOutcome.JUDGEMENT, None)
    settle(
        **desk.given,
        run=run,
        attendance_id=line.attendance_id,
        honorarium=5000,
        travel=2000,
        reason="音別に近い",
        decided_by="会計 責任者",
    )
    settled = desk.line(run, "湖畔")
    assert (settled.honorarium, settled.travel, settled.net) == (0, -2000, -2000)
    desk.finalise(run)
    assert proposals(desk.session, desk.bureau.support.id) == []


def test_a_draft_is_assessed_again_instead(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    run = desk.draft("湖畔")
    moved(desk, District.AKAN)
    [one] = proposals(desk.session, desk.bureau.support.id)
    assert not one.is_final
    with pytest.raises(Refused, match="判定し直してください"):
        taken(desk, run, next_sheet(desk))


def test_what_is_right_is_not_corrected(desk: PayDesk, paid: PayRun) -> None:
    with pytest.raises(Refused, match="訂正の候補はありません"):
        taken(desk, paid, next_sheet(desk))


def test_a_difference_is_not_declined(desk: PayDesk, paid: PayRun) -> None:
    moved(desk, District.AKAN)
    run = next_sheet(desk)
    taken(desk, paid, run)
    with pytest.raises(Refused, match="訂正の差額の行です"):
        decline(
            **desk.given,
            run=run,
            attendance_id=desk.line(run, "湖畔").attendance_id,
            declared_on=date(2014, 5, 20),
        )
