"""一日の旅費と一月の源泉: what is counted once over several meetings, whatever the order they are dealt with."""

from datetime import date
from itertools import permutations

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from honoraria.services.corrections import take_correction
from honoraria.services.policies import set_daily_tax
from honoraria.services.runs import check_run, start_correction_run, start_run
from honoraria.tables import PayLine
from meetings_app.core.errors import Refused
from meetings_app.core.terms import AttendanceMode, District, LineOutcome, WithholdingMode
from minutes.tables import Attendance
from tests.honoraria.pay_desk import PayDesk

DAYS = (date(2014, 6, 3), date(2014, 6, 10), date(2014, 6, 30))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_days_travel_is_paid_once_in_any_order(quick_desk: PayDesk, order: tuple[int, ...]) -> None:
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    meetings = [desk.held("湖畔", hour=hour) for hour in (9, 12, 15)]
    runs = [start_run(**desk.given, meeting=meetings[place]) for place in order]
    assert [desk.amounts(run)["湖畔"][1:3] for run in runs] == [(5000, 4000), (5000, 0), (5000, 0)]
    for run in reversed(runs):
        desk.finalise(run)
    assert sum(desk.amounts(run)["湖畔"][2] or 0 for run in runs) == 4000


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_months_tax_is_that_of_its_total_in_any_order(
    quick_desk: PayDesk, order: tuple[int, ...]
) -> None:
    """Three times 9,000 yen: 27,000 x 3.063% is 827 yen, while 275 yen three times would be 825."""
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.withhold(WithholdingMode.MONTHLY, on_travel=True)
    desk.later(DAYS[-1])
    runs = [desk.draft("湖畔", day=day) for day in DAYS]
    withheld = [desk.amounts(desk.finalise(runs[place]))["湖畔"][3] for place in order]
    assert withheld == [275, 276, 276]


def test_travel_taken_back_from_one_meeting_is_paid_for_another_of_the_day(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.accounts(["委員長", "湖畔"])
    first = desk.final("湖畔")
    later = desk.held("湖畔", hour=14)
    desk.pay(first)
    attendance = desk.session.get_one(Attendance, desk.line(first, "湖畔").attendance_id)
    attendance.mode = AttendanceMode.ABSENT
    desk.session.add(attendance)
    correction = start_correction_run(**desk.given, committee_id=desk.bureau.support.id)
    take_correction(**desk.given, run=correction, attendance_id=attendance.id)
    desk.finalise(correction)
    second = start_run(**desk.given, meeting=later)
    assert desk.amounts(second)["湖畔"][1:3] == (5000, 4000)
    desk.finalise(second)
    lines = desk.session.exec(select(PayLine).where(PayLine.person_id == desk.bureau.people["湖畔"])).all()
    assert sorted(line.travel for line in lines) == [-4000, 4000, 4000]


def test_the_database_refuses_the_days_travel_a_second_time(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.final("湖畔")
    second = desk.draft("湖畔", hour=14)
    line = desk.line(second, "湖畔")
    desk.session.add(
        PayLine(
            run_id=second.id,
            committee_id=second.committee_id,
            attendance_id=line.attendance_id,
            person_id=line.person_id,
            assessment_id=line.assessment_id,
            held_on=line.held_on,
            outcome=LineOutcome.PAID,
            honorarium=5000,
            travel=4000,
            withheld=0,
            net=9000,
            tax_mode=WithholdingMode.NONE,
            travel_day=line.held_on,
        )
    )
    with pytest.raises(IntegrityError, match="travel_twice_a_day"):
        desk.session.flush()
    desk.session.rollback()


def test_a_new_month_begins_anew(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.withhold(WithholdingMode.MONTHLY, on_travel=True)
    july = date(2014, 7, 1)
    desk.later(july)
    runs = [desk.final("湖畔", day=day) for day in (*DAYS, july)]
    assert [desk.amounts(run)["湖畔"][3] for run in runs] == [275, 276, 276, 275]


def test_a_sheet_checked_before_another_of_its_month_is_checked_again(quick_desk: PayDesk) -> None:
    """What the second sheet withholds depends on the first: nobody finalises what was not read."""
    desk = quick_desk
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    desk.withhold(WithholdingMode.MONTHLY, on_travel=True)
    desk.later(DAYS[-1])
    first, second = desk.draft("湖畔", day=DAYS[0]), desk.draft("湖畔", day=DAYS[1])
    seen = desk.seen(second)
    desk.finalise(first)
    assert desk.amounts(second)["湖畔"][3] == 276
    with pytest.raises(Refused, match="変わりました"):
        check_run(**desk.given, run=second, seen=seen)


def test_the_daily_table_is_typed_in_and_its_gap_named(quick_desk: PayDesk) -> None:
    desk = quick_desk
    desk.withhold(WithholdingMode.DAILY)
    run = desk.draft()
    with pytest.raises(Refused, match=r"委員長: 日額表乙欄の税額（課税対象 5,000円"):
        check_run(**desk.given, run=run, seen=desk.seen(run))
    given = {"taxable": 5000, "valid_from": date(2014, 1, 1)}
    with pytest.raises(Refused, match="課税対象額より小さい"):
        set_daily_tax(**desk.given, **given, tax=5000)  # type: ignore[arg-type]
    added = set_daily_tax(**desk.given, **given, tax=170)  # type: ignore[arg-type]
    assert set_daily_tax(**desk.given, **given, tax=170) is added  # type: ignore[arg-type]
    assert desk.amounts(run)["委員長"] == ("支給", 5000, 0, 170, 4830)
    set_daily_tax(**desk.given, **given, tax=171)  # type: ignore[arg-type]
    assert desk.amounts(run)["委員長"] == ("支給", 5000, 0, 171, 4829)
    desk.finalise(run)
    set_daily_tax(**desk.given, **given, tax=172)  # type: ignore[arg-type]
    assert desk.amounts(run)["委員長"] == ("支給", 5000, 0, 171, 4829), "what is final keeps its tax"
