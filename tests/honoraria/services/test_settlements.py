"""個別決定と辞退: beside the computed result, by a named person, with a reason, once."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from honoraria.rules.sheet import SheetLine
from honoraria.services.settlements import decline, reassess, settle, withdraw_declination
from honoraria.tables import AssessmentRecord, IndividualDecision, PayRun
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Decision, District, LineOutcome, ServiceClass, WorkingTime
from meetings_app.services.members import declare_residence
from tests.honoraria.pay_desk import PayDesk
from tests.office_builder import SINCE, TODAY

Run = tuple[PayDesk, PayRun, SheetLine]


@pytest.fixture
def outside(desk: PayDesk) -> Run:
    """A sheet with somebody who lives outside the four districts: 旅費 is open."""
    desk.bureau.member("北斗", district=District.OUTSIDE)
    run = desk.draft("北斗")
    return desk, run, desk.line(run, "北斗")


def decided(outside: Run, **changes: object) -> IndividualDecision:
    desk, run, line = outside
    given = {"honorarium": 5000, "travel": 2000, "reason": "音別に近い", "decided_by": "会計 責任者"}
    return settle(**desk.given, run=run, attendance_id=line.attendance_id, **(given | changes))  # type: ignore[arg-type]


def test_the_decision_stands_beside_the_computed_result(outside: Run) -> None:
    desk, run, line = outside
    assert (line.outcome, line.honorarium, line.travel) == (LineOutcome.JUDGEMENT, 5000, None)
    decided(outside, label="最も近い地区の額を用いる")
    settled = desk.line(run, "北斗")
    assert desk.amounts(run)["北斗"] == ("支給", 5000, 2000, 0, 7000)
    assert settled.ruling is not None
    assert (settled.ruling.decided_by, settled.ruling.reason) == ("会計 責任者", "音別に近い")
    stored = desk.session.get_one(AssessmentRecord, line.assessment_id)
    assert (stored.decision, stored.honorarium, stored.travel) == (Decision.JUDGEMENT, 5000, None)
    assert [step.label for step in settled.steps][-3:] == ["個別決定", "源泉", "差引"]


def test_both_zero_is_unpaid_with_the_reason(outside: Run) -> None:
    desk, run, _ = outside
    decided(outside, honorarium=0, travel=0, reason="兼務先から支給がある")
    line = desk.line(run, "北斗")
    assert (line.outcome, line.net) == (LineOutcome.UNPAID, 0)
    assert "兼務先から支給がある" in line.reason


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "   "}, "判断の理由"),
        ({"decided_by": ""}, "決定した人"),
        ({"honorarium": -1}, "報酬は0円から1,000,000円"),
        ({"travel": 1_000_001}, "旅費は0円から1,000,000円"),
        ({"decided_on": TODAY + timedelta(days=1)}, "先の日"),
    ],
)
def test_impossible_decisions_are_refused_and_leave_nothing(
    outside: Run, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        decided(outside, **changes)
    assert outside[0].session.exec(select(IndividualDecision)).all() == []


def test_sent_twice_it_is_one_and_decided_anew_the_later_holds(outside: Run) -> None:
    desk, run, _ = outside
    assert decided(outside) is decided(outside)
    decided(outside, travel=1000, reason="阿寒に近い")
    rows = desk.session.exec(select(IndividualDecision).order_by(IndividualDecision.revision)).all()  # type: ignore[arg-type]
    assert [(row.revision, row.travel) for row in rows] == [(1, 2000), (2, 1000)]
    assert desk.amounts(run)["北斗"] == ("支給", 5000, 1000, 0, 6000)


def test_what_the_regulation_settles_is_not_decided_by_hand(outside: Run) -> None:
    desk, run, _ = outside
    chair = desk.line(run, "委員長")
    with pytest.raises(Refused, match="規程で決まっている"):
        settle(
            **desk.given,
            run=run,
            attendance_id=chair.attendance_id,
            honorarium=9999,
            travel=0,
            reason="多めに",
            decided_by="会計 責任者",
        )


def test_a_line_of_another_sheet_is_not_found(outside: Run) -> None:
    desk, _, line = outside
    other = desk.draft(hour=14)
    with pytest.raises(NotFound):
        decline(**desk.given, run=other, attendance_id=line.attendance_id, declared_on=TODAY)


def test_the_days_travel_is_not_decided_twice(outside: Run) -> None:
    desk, _, _ = outside
    second = desk.draft("北斗", hour=14)
    decided(outside)
    later = desk.line(second, "北斗")
    with pytest.raises(Refused, match="同じ日の別の会議で計上"):
        settle(
            **desk.given,
            run=second,
            attendance_id=later.attendance_id,
            honorarium=5000,
            travel=2000,
            reason="同じ",
            decided_by="会計 責任者",
        )
    settle(
        **desk.given,
        run=second,
        attendance_id=later.attendance_id,
        honorarium=5000,
        travel=0,
        reason="旅費は先の会議で",
        decided_by="会計 責任者",
    )
    assert desk.amounts(second)["北斗"] == ("支給", 5000, 0, 0, 5000)


def test_declining_is_an_outcome_of_its_own(desk: PayDesk) -> None:
    run = desk.draft()
    line = desk.line(run, "委員長")
    decline(**desk.given, run=run, attendance_id=line.attendance_id, declared_on=TODAY, note="本人の申出")
    declined = desk.line(run, "委員長")
    assert (declined.outcome, declined.honorarium, declined.net) == (LineOutcome.DECLINED, 0, 0)
    assert declined.refusal is not None
    assert "平成26年5月20日の書面により辞退" in declined.reason
    assert any(step.label == "報酬" and step.result == 5000 for step in declined.steps)
    withdraw_declination(**desk.given, run=run, attendance_id=line.attendance_id, reason="書面の取下げ")
    assert desk.amounts(run)["委員長"] == ("支給", 5000, 0, 0, 5000)


def test_declining_in_the_future_or_where_nothing_is_paid_is_refused(desk: PayDesk) -> None:
    desk.bureau.member("職員", employment=(ServiceClass.GENERAL, WorkingTime.FULL))
    run = desk.draft("職員")
    paid, unpaid = desk.line(run, "委員長"), desk.line(run, "職員")
    with pytest.raises(Refused, match="先の日"):
        decline(
            **desk.given, run=run, attendance_id=paid.attendance_id, declared_on=TODAY + timedelta(days=1)
        )
    with pytest.raises(Refused, match="支給のない行"):
        decline(**desk.given, run=run, attendance_id=unpaid.attendance_id, declared_on=TODAY)


def test_declared_after_the_assessment_a_line_is_assessed_again(desk: PayDesk) -> None:
    desk.bureau.member("未申告", district=None)
    run = desk.draft("未申告")
    line = desk.line(run, "未申告")
    assert line.outcome is LineOutcome.JUDGEMENT
    declare_residence(
        **desk.bureau.given,
        person_id=line.person_id,
        district=District.AKAN,
        valid_from=SINCE,
    )
    assert desk.line(run, "未申告").outcome is LineOutcome.JUDGEMENT, (
        "stored results never change by themselves"
    )
    added = reassess(**desk.given, run=run, attendance_id=line.attendance_id)
    assert reassess(**desk.given, run=run, attendance_id=line.attendance_id) is added
    assert (added.revision, added.travel) == (2, 1000)
    assert desk.amounts(run)["未申告"] == ("支給", 5000, 1000, 0, 6000)


def test_the_days_travel_follows_whoever_still_carries_it(desk: PayDesk) -> None:
    desk.bureau.member("湖畔", district=District.AKANKOHAN)
    first, second = desk.draft("湖畔"), desk.draft("湖畔", hour=14)
    assert desk.amounts(first)["湖畔"][2] == 4000
    assert desk.amounts(second)["湖畔"][2] == 0
    line = desk.line(first, "湖畔")
    decline(**desk.given, run=first, attendance_id=line.attendance_id, declared_on=date(2014, 5, 20))
    reassess(**desk.given, run=second, attendance_id=desk.line(second, "湖畔").attendance_id)
    assert desk.amounts(second)["湖畔"] == ("支給", 5000, 4000, 0, 9000)


def test_a_declination_is_withdrawn_on_its_own_sheet_only(desk: PayDesk) -> None:
    run, other = desk.draft(), desk.draft(hour=14)
    attendance_id = desk.line(run, "委員長").attendance_id
    decline(**desk.given, run=run, attendance_id=attendance_id, declared_on=TODAY)
    with pytest.raises(NotFound):
        withdraw_declination(**desk.given, run=other, attendance_id=attendance_id, reason="取下げ")
    assert desk.line(run, "委員長").outcome is LineOutcome.DECLINED
