"""支給の判定 on record: from what is known of each person on the day, computed once and then fixed."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import select

from calendars.services import convene
from honoraria.services.assessments import assess_meeting, lines_of
from honoraria.tables import AssessmentRecord
from meetings_app.core.errors import Refused
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    Decision,
    District,
    Office,
    ServiceClass,
    WorkingTime,
)
from meetings_app.db.engine import Database
from meetings_app.services.meetings import add_venue
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.committees import Appointment
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Residence, ServiceStatus
from minutes.services.attendance import confirm_attendance, recuse
from minutes.services.running import open_meeting
from tests.office_builder import TERM, TODAY, Bureau

GENERAL_FULL = (ServiceClass.GENERAL, WorkingTime.FULL)
SPECIAL_PART = (ServiceClass.SPECIAL, WorkingTime.PART)
Amounts = tuple[Decision, int | None, int | None]


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def held(bureau: Bureau, *names: str, hour: int = 10) -> Meeting:
    meeting = bureau.meeting(hour=hour)
    bureau.matter(meeting)
    return bureau.held(meeting, *names)


def amounts(bureau: Bureau, meeting: Meeting) -> dict[str, Amounts]:
    return {
        name: (line.record.decision, line.record.honorarium, line.record.travel)
        for name, line in bureau.assessed(meeting).items()
    }


def test_nothing_is_assessed_before_closing_and_confirmation(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    for step in ("planned", "open", "closed"):
        with pytest.raises(Refused, match=r"閉会して出席を確認してから.*第7条第2項"):
            assess_meeting(**bureau.given, meeting=meeting)
        if step == "planned":
            bureau.opened(meeting)
            bureau.come(meeting, "委員長")
        elif step == "open":
            bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    assert amounts(bureau, meeting) == {"委員長": (Decision.PAID, 5000, 0)}


def test_each_district_has_its_daily_amount(bureau: Bureau) -> None:
    for name, district in (
        ("釧路の人", District.KUSHIRO),
        ("阿寒の人", District.AKAN),
        ("湖畔の人", District.AKANKOHAN),
        ("音別の人", District.ONBETSU),
        ("よその人", District.OUTSIDE),
        ("無申告の人", None),
    ):
        bureau.member(name, district=district)
    names = [name for name in bureau.people if name.endswith("の人")]
    found = amounts(bureau, held(bureau, *names))
    assert {name: found[name] for name in names} == {
        "釧路の人": (Decision.PAID, 5000, 0),
        "阿寒の人": (Decision.PAID, 5000, 1000),
        "湖畔の人": (Decision.PAID, 5000, 4000),
        "音別の人": (Decision.PAID, 5000, 2000),
        "よその人": (Decision.JUDGEMENT, 5000, None),
        "無申告の人": (Decision.JUDGEMENT, 5000, None),
    }


def test_a_venue_outside_the_old_district_is_open(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    meeting.venue_id = add_venue(**bureau.given, name="湖畔の家", district=District.AKANKOHAN).id
    bureau.matter(meeting)
    bureau.held(meeting)
    assert amounts(bureau, meeting) == {"委員長": (Decision.JUDGEMENT, 5000, None)}


def test_who_is_paid_by_status_and_capacity(bureau: Bureau) -> None:
    bureau.member("市の職員", employment=GENERAL_FULL)
    bureau.member("民生委員", employment=SPECIAL_PART)
    bureau.person("未申告の委員", declared=False)
    bureau.member("未申告の委員")
    bureau.member("相談員", capacity=Capacity.SECRETARIAT)
    bureau.person("国の職員", employment=GENERAL_FULL)
    bureau.person("大家", district=District.ONBETSU)
    bureau.person("本人", declared=False)
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "相談員", capacity=Capacity.SECRETARIAT)
    bureau.decide(meeting, "国の職員", "大家", capacity=Capacity.INVITEE)
    bureau.decide(meeting, "本人", capacity=Capacity.CLIENT)
    bureau.opened(meeting, "市の職員", "民生委員", "未申告の委員")
    bureau.come(meeting, *(name for name in bureau.people if name[:3] not in ("副委員", "助言者")))
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    found = amounts(bureau, meeting)
    assert found == {
        "委員長": (Decision.PAID, 5000, 0),
        "市の職員": (Decision.UNPAID, 0, 0),
        "民生委員": (Decision.PAID, 5000, 0),
        "未申告の委員": (Decision.JUDGEMENT, None, None),
        "相談員": (Decision.UNPAID, 0, 0),
        "国の職員": (Decision.UNPAID, 0, 0),
        "大家": (Decision.PAID, 5000, 2000),
        "本人": (Decision.UNPAID, 0, 0),
    }


def test_the_absent_have_a_line_without_amounts(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "助言者")
    bureau.come(meeting, "委員長")
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    line = bureau.assessed(meeting)["助言者"]
    assert (line.record.decision, line.record.honorarium, line.record.travel) == (Decision.NONE, None, None)
    assert (line.total, line.citations) == (None, [])


@pytest.mark.parametrize(
    ("term", "decision"),
    [
        ((TODAY, None), Decision.PAID),
        ((date(2014, 4, 1), TODAY + timedelta(days=1)), Decision.PAID),
        ((TODAY + timedelta(days=1), None), Decision.JUDGEMENT),
        ((date(2014, 4, 1), TODAY), Decision.JUDGEMENT),
    ],
)
def test_the_term_counts_on_the_day_of_the_meeting(
    bureau: Bureau, term: tuple[date, date | None], decision: Decision
) -> None:
    bureau.member("境目の委員")
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "境目の委員")
    appointment = bureau.session.exec(
        select(Appointment).where(Appointment.person_id == bureau.people["境目の委員"])
    ).one()
    appointment.valid_from, appointment.valid_to = term
    bureau.come(meeting, "委員長", "境目の委員")
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    assert amounts(bureau, meeting)["境目の委員"][0] is decision


# --- kin ---


def kin_meeting(bureau: Bureau, *, aside: bool = False, after: int = 0) -> Amounts:
    """A nephew sits in on the case of his aunt and, as it may be, on another one."""
    aunt = bureau.client(1)
    bureau.plan(aunt)
    bureau.member("甥の委員")
    bureau.kin(bureau.people["甥の委員"], aunt, "P>C>C")
    bureau.case(2)
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.opened(meeting, "甥の委員")
    bureau.come(meeting, "委員長")
    bureau.come(meeting, "甥の委員", after=after)
    first, second = bureau.items(meeting)
    if aside:
        recuse(
            **bureau.given,
            meeting=meeting,
            item_id=first.item.id,
            person_id=bureau.people["甥の委員"],
            reason="続柄のため",
        )
    bureau.record(meeting, first, begins=0, ends=30)
    bureau.record(meeting, second, begins=30, ends=60)
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    return amounts(bureau, meeting)["甥の委員"]


def test_kin_in_one_of_two_cases_is_for_a_person_to_decide(bureau: Bureau) -> None:
    assert kin_meeting(bureau) == (Decision.JUDGEMENT, None, None)


def test_who_stood_aside_did_not_sit_in(bureau: Bureau) -> None:
    assert kin_meeting(bureau, aside=True) == (Decision.PAID, 5000, 0)


@pytest.mark.parametrize(("after", "decision"), [(29, Decision.JUDGEMENT), (30, Decision.PAID)])
def test_who_came_after_the_item_did_not_sit_in(bureau: Bureau, after: int, decision: Decision) -> None:
    assert kin_meeting(bureau, after=after)[0] is decision


def test_kin_in_the_only_case_is_not_paid(bureau: Bureau) -> None:
    aunt = bureau.client(1)
    bureau.plan(aunt)
    bureau.member("甥の委員")
    bureau.kin(bureau.people["甥の委員"], aunt, "P>C>C")
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.held(meeting, "甥の委員")
    assert amounts(bureau, meeting)["甥の委員"] == (Decision.UNPAID, 0, 0)


def test_who_was_not_decided_for_a_case_did_not_sit_in(bureau: Bureau) -> None:
    aunt = bureau.client(1)
    bureau.plan(aunt)
    bureau.member("甥の委員")
    bureau.kin(bureau.people["甥の委員"], aunt, "P>C>C")
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.matter(meeting)
    bureau.decide(meeting, "甥の委員", items=bureau.items(meeting)[1:])
    bureau.opened(meeting)
    bureau.come(meeting, "委員長", "甥の委員")
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    assert amounts(bureau, meeting)["甥の委員"] == (Decision.PAID, 5000, 0)


# --- two meetings in a day ---


def regional_meeting(bureau: Bureau, hour: int) -> Meeting:
    """A 圏域会議 under its 会長, with the adviser from 阿寒."""
    if "会長" not in bureau.people:
        bureau.member(
            "会長",
            capacity=Capacity.CONSTITUENT,
            office=Office.REGIONAL_CHAIR,
            body=bureau.regional,
            employment=GENERAL_FULL,
        )
        bureau.member("助言者", capacity=Capacity.ADVISER, body=bureau.regional, term=TERM)
    meeting = bureau.meeting(hour=hour, body=bureau.regional)
    bureau.matter(meeting)
    bureau.decide(meeting, "会長", capacity=Capacity.CONSTITUENT, by="会長")
    bureau.decide(meeting, "助言者", by="会長")
    convene(**bureau.given, meeting=meeting)
    open_meeting(**bureau.given, meeting=meeting, at=meeting.starts_at, presider_id=bureau.people["会長"])
    bureau.come(meeting, "会長", "助言者")
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    return meeting


@pytest.mark.parametrize("first", ["support", "regional"])
@pytest.mark.parametrize("assessed_first", ["earlier", "later"])
def test_a_days_travel_is_paid_once_in_either_body_whatever_the_order(
    bureau: Bureau, first: str, assessed_first: str
) -> None:
    hours = (10, 14) if first == "support" else (14, 10)
    support, regional = held(bureau, "助言者", hour=hours[0]), regional_meeting(bureau, hours[1])
    in_time = [support, regional] if first == "support" else [regional, support]
    order = in_time if assessed_first == "earlier" else in_time[::-1]
    found = [amounts(bureau, meeting)["助言者"] for meeting in order]
    assert found == [(Decision.PAID, 5000, 1000), (Decision.PAID, 5000, 0)]


def test_another_day_carries_its_own_travel(bureau: Bureau) -> None:
    first = held(bureau, "助言者")
    second = bureau.meeting(TODAY + timedelta(days=1))
    bureau.matter(second)
    bureau.held(second, "助言者")
    assert [amounts(bureau, meeting)["助言者"][2] for meeting in (first, second)] == [1000, 1000]


def test_the_office_may_pay_travel_with_each_meeting(bureau: Bureau) -> None:
    set_setting(**bureau.given, key="honoraria.same_day_travel", value="each")
    first, second = held(bureau, "助言者", hour=10), held(bureau, "助言者", hour=14)
    assert [amounts(bureau, meeting)["助言者"][2] for meeting in (first, second)] == [1000, 1000]


def test_in_the_regional_body_only_advisers_are_paid(bureau: Bureau) -> None:
    meeting = regional_meeting(bureau, 10)
    lines = bureau.assessed(meeting)
    assert (lines["会長"].record.decision, lines["会長"].total) == (Decision.UNPAID, 0)
    assert "圏域規程第7条第3項" in lines["会長"].citations
    assert lines["助言者"].total == 6000
    assert {"圏域規程第7条第1項", "圏域規程第7条第2項", "第7条第3項①", "第7条第3項②"} <= set(
        lines["助言者"].citations
    )


@pytest.mark.parametrize(("policy", "travel"), [("ask", None), ("none", 0), ("pay", 1000)])
def test_online_travel_follows_the_offices_policy(bureau: Bureau, policy: str, travel: int | None) -> None:
    set_setting(**bureau.given, key="honoraria.online_travel", value=policy)
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "助言者")
    bureau.come(meeting, "委員長")
    bureau.come(meeting, "助言者", mode=AttendanceMode.ONLINE)
    bureau.closed(meeting)
    confirm_attendance(**bureau.given, meeting=meeting)
    decision = Decision.JUDGEMENT if travel is None else Decision.PAID
    assert amounts(bureau, meeting)["助言者"] == (decision, 5000, travel)


# --- what is stored stays ---


def stored(bureau: Bureau) -> list[dict[str, object]]:
    rows = bureau.session.exec(select(AssessmentRecord)).all()
    return [row.model_dump() for row in rows]


def test_a_stored_assessment_never_changes_when_facts_change_later(bureau: Bureau) -> None:
    meeting = held(bureau, "助言者")
    bureau.assessed(meeting)
    before = stored(bureau)
    adviser = bureau.people["助言者"]
    bureau.session.exec(
        select(Residence).where(Residence.person_id == adviser)
    ).one().district = District.AKANKOHAN
    status = bureau.session.exec(select(ServiceStatus).where(ServiceStatus.person_id == adviser)).one()
    status.is_public_employee, status.service_class = True, ServiceClass.GENERAL
    set_setting(**bureau.given, key="honoraria.same_day_travel", value="each")
    bureau.session.flush()
    audits = len(bureau.audited())
    assert bureau.assessed(meeting)["助言者"].total == 6000
    assert stored(bureau) == before
    assert len(bureau.audited()) == audits


def test_inputs_steps_and_the_regulation_text_are_kept(bureau: Bureau) -> None:
    meeting = held(bureau, "助言者")
    line = bureau.assessed(meeting)["助言者"]
    inputs = json.loads(line.record.inputs)
    assert (inputs["held_on"], inputs["residence"], inputs["venue_district"]) == (
        "2014-05-20",
        "阿寒",
        "釧路",
    )
    assert inputs["attended"] == "10:00–12:00"
    assert [step["label"] for step in line.steps] == [
        "規程",
        "職務",
        "資格",
        "公務員か",
        "続柄",
        "報酬",
        "旅費",
        "計",
    ]
    assert [step["result"] for step in line.steps[-3:]] == [5000, 1000, 6000]
    assert len(line.record.rulebook_sha256) == 64
    assert line.record.computed_at == bureau.clock.now()


def test_facts_are_those_of_the_meetings_day(bureau: Bureau) -> None:
    moving = bureau.member("転居した委員", district=None)
    for district, since, until in (
        (District.AKAN, date(2014, 4, 1), TODAY),
        (District.ONBETSU, TODAY, TODAY + timedelta(days=1)),
        (District.AKANKOHAN, TODAY + timedelta(days=1), None),
    ):
        bureau.session.add(Residence(person_id=moving, district=district, valid_from=since, valid_to=until))
    assert amounts(bureau, held(bureau, "転居した委員"))["転居した委員"] == (Decision.PAID, 5000, 2000)


def test_what_is_open_comes_first(bureau: Bureau) -> None:
    bureau.member("よその委員", district=District.OUTSIDE)
    bureau.member("市の職員", employment=GENERAL_FULL)
    meeting = held(bureau, "市の職員", "よその委員", "助言者")
    bureau.assessed(meeting)
    decisions = [line.record.decision for line in lines_of(bureau.session, meeting.id)]
    assert decisions == [Decision.JUDGEMENT, Decision.PAID, Decision.PAID, Decision.UNPAID]
