"""One attendance: branches, precedence and the story, expected values typed from 第7条 and 圏域規程第7条."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.assessment import (
    Assessment,
    AttendanceFacts,
    OnlineTravel,
    SameDayTravel,
    VersionConfirmation,
    assess,
    decide,
)
from honoraria.rules.public_service import StatusFact
from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    CommitteeKind,
    Decision,
    District,
    ServiceClass,
    WorkingTime,
)
from meetings_app.rulebook.load import load_rulebook

RULEBOOK = load_rulebook()
PRIVATE = StatusFact(is_public_employee=False, declared_on=date(2014, 4, 1))
CITY = StatusFact(is_public_employee=True, service_class=ServiceClass.GENERAL, working_time=WorkingTime.FULL)
WELFARE = StatusFact(
    is_public_employee=True, service_class=ServiceClass.SPECIAL, working_time=WorkingTime.PART
)
UNKNOWN = StatusFact(is_public_employee=None)

MEMBER = AttendanceFacts(
    committee=CommitteeKind.SUPPORT,
    held_on=date(2014, 5, 20),
    meeting_closed=True,
    attendance_confirmed=True,
    venue_district=District.KUSHIRO,
    capacity=Capacity.MEMBER,
    terms=(Period(date(2014, 4, 1), date(2015, 4, 1)),),
    residence=District.AKANKOHAN,
    statuses=(PRIVATE,),
    kinship=("なし", "なし", "なし"),
    mode=AttendanceMode.IN_PERSON,
    attended="10:00–11:05",
)
ADVISER = replace(MEMBER, committee=CommitteeKind.REGIONAL, capacity=Capacity.ADVISER, kinship=())


def amounts(outcome: Assessment) -> tuple[Decision, int | None, int | None]:
    return outcome.decision, outcome.honorarium, outcome.travel


def codes(outcome: Assessment) -> list[str]:
    return [finding.code for finding in outcome.findings]


# --- step 0 ---


@pytest.mark.parametrize("fact", ["meeting_closed", "attendance_confirmed"])
def test_refused_before_the_duty_is_done(fact: str) -> None:
    with pytest.raises(Refused, match="第7条第2項") as refusal:
        decide(replace(MEMBER, **{fact: False}), RULEBOOK)
    assert refusal.value.message.endswith("計算してください。")


def test_refusal_in_the_regional_body_cites_both() -> None:
    with pytest.raises(Refused, match="圏域規程第7条第2項・第7条第2項"):
        decide(replace(ADVISER, meeting_closed=False), RULEBOOK)


def test_absent_is_nothing_whatever_else() -> None:
    facts = replace(
        MEMBER, mode=AttendanceMode.ABSENT, meeting_closed=False, attendance_confirmed=False, kinship=("?",)
    )
    assert amounts(decide(facts, RULEBOOK)) == (Decision.NONE, None, None)


def test_a_path_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(Refused, match="1文字目"):
        decide(replace(MEMBER, kinship=("?",)), RULEBOOK)


# --- steps 1 and 2 ---


def test_before_force_is_asked_with_what_the_rule_would_give() -> None:
    outcome = decide(replace(MEMBER, held_on=date(2013, 9, 30), statuses=(CITY,)), RULEBOOK)
    assert amounts(outcome) == (Decision.JUDGEMENT, None, None)
    assert codes(outcome) == ["規程施行前"]
    (question,) = outcome.open_questions
    assert [(one.honorarium, one.travel) for one in question.alternatives] == [
        (5000, 4000),
        (0, 0),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2013, 10, 1), ["改正前の条文未確認", "制定日と施行日の不一致"]),
        (date(2013, 10, 31), ["改正前の条文未確認", "制定日と施行日の不一致"]),
        (date(2013, 11, 1), ["改正前の条文未確認"]),
        (date(2014, 3, 31), ["改正前の条文未確認"]),
        (date(2014, 4, 1), []),
        (date(2014, 4, 2), ["以後の改正は未確認"]),
    ],
)
def test_findings_by_date_change_nothing(on: date, expected: list[str]) -> None:
    outcome = decide(replace(MEMBER, held_on=on, terms=(Period(date(2013, 4, 1)),)), RULEBOOK)
    assert codes(outcome) == expected
    assert amounts(outcome) == (Decision.PAID, 5000, 4000)


def test_the_regional_body_rests_on_both_texts() -> None:
    march = replace(ADVISER, held_on=date(2014, 3, 14), terms=(Period(date(2013, 4, 1), date(2014, 4, 1)),))
    assert codes(decide(march, RULEBOOK)) == ["改正前の条文未確認"]
    assert codes(decide(ADVISER, RULEBOOK)) == ["以後の改正は未確認"] * 2


def test_a_confirmation_covers_the_days_up_to_its_date() -> None:
    confirmed = VersionConfirmation(CommitteeKind.SUPPORT, "会計担当", date(2014, 5, 20))
    assert codes(decide(replace(MEMBER, confirmations=(confirmed,)), RULEBOOK)) == []
    later = replace(MEMBER, held_on=date(2014, 5, 21), confirmations=(confirmed,))
    assert codes(decide(later, RULEBOOK)) == ["以後の改正は未確認"]
    elsewhere = VersionConfirmation(CommitteeKind.REGIONAL, "会計担当", date(2014, 5, 20))
    assert codes(decide(replace(MEMBER, confirmations=(elsewhere,)), RULEBOOK)) == ["以後の改正は未確認"]


def test_a_confirmation_needs_a_name() -> None:
    with pytest.raises(ValueError, match="name"):
        VersionConfirmation(CommitteeKind.SUPPORT, " ", date(2014, 5, 20))


def test_a_negative_number_of_meetings_is_no_fact() -> None:
    with pytest.raises(ValueError, match="number of meetings"):
        replace(MEMBER, earlier_meetings=-1)


# --- steps 3 to 5: questions ---


def test_no_recorded_term_is_outside_the_term() -> None:
    outcome = decide(replace(MEMBER, terms=()), RULEBOOK)
    assert amounts(outcome) == (Decision.JUDGEMENT, None, None)
    assert outcome.open_questions[0].sentence == (
        "会議の日が委員の任期外です（任期の記録なし）。報酬と旅費をどうしますか。"
    )


def test_one_of_several_terms_is_enough() -> None:
    terms = (Period(date(2013, 4, 1), date(2014, 4, 1)), Period(date(2014, 5, 1), date(2015, 4, 1)))
    assert decide(replace(MEMBER, terms=terms), RULEBOOK).decision is Decision.PAID


def test_a_review_shows_what_each_answer_gives_and_proposes() -> None:
    (question,) = decide(replace(MEMBER, kinship=("S",)), RULEBOOK).open_questions
    assert question.citations == ("第7条第4項",)
    assert [(one.honorarium, one.travel, one.proposed) for one in question.alternatives] == [
        (0, 0, True),
        (5000, 4000, False),
    ]


@pytest.mark.parametrize("kinship", [("P>C", "なし"), ("S", "なし"), ("C(未認知)",), (None,)])
def test_a_mixture_proposes_nothing(kinship: tuple[str | None, ...]) -> None:
    (question,) = decide(replace(MEMBER, kinship=kinship), RULEBOOK).open_questions
    assert not any(one.proposed for one in question.alternatives)


def test_family_and_spouse_proposes_no_payment() -> None:
    (question,) = decide(replace(MEMBER, kinship=("P>C", "S")), RULEBOOK).open_questions
    assert question.alternatives[0].proposed


def test_two_statuses_propose_no_payment() -> None:
    (question,) = decide(replace(MEMBER, statuses=(WELFARE, CITY)), RULEBOOK).open_questions
    assert [(one.honorarium, one.proposed) for one in question.alternatives] == [(0, True), (5000, False)]


def test_nothing_recorded_about_public_service_is_open() -> None:
    assert decide(replace(MEMBER, statuses=None), RULEBOOK).decision is Decision.JUDGEMENT
    assert decide(replace(MEMBER, statuses=()), RULEBOOK).decision is Decision.JUDGEMENT


def test_every_open_point_is_a_question_of_its_own() -> None:
    facts = replace(MEMBER, terms=(), statuses=(UNKNOWN,), kinship=("S",), residence=District.OUTSIDE)
    outcome = decide(facts, RULEBOOK)
    assert [question.code for question in outcome.open_questions] == ["資格", "公務員か", "続柄", "旅費"]


# --- step 7 ---


def test_outside_the_districts_offers_the_table_nothing_or_an_amount() -> None:
    outcome = decide(replace(MEMBER, residence=District.OUTSIDE), RULEBOOK)
    assert amounts(outcome) == (Decision.JUDGEMENT, 5000, None)
    (question,) = outcome.open_questions
    assert question.sentence == "居住地が、額の定めのある4地区の外です。旅費をどうしますか。"
    assert [(one.label, one.honorarium, one.travel) for one in question.alternatives] == [
        ("阿寒地区の額を用いる", 5000, 1000),
        ("阿寒湖畔地区の額を用いる", 5000, 4000),
        ("音別地区の額を用いる", 5000, 2000),
        ("旅費は支給しない", 5000, 0),
        ("額を決めて入力する", 5000, None),
        ("報酬も旅費も支給しない", 0, 0),
    ]


def test_undeclared_residence_is_never_guessed() -> None:
    outcome = decide(replace(MEMBER, residence=None), RULEBOOK)
    assert amounts(outcome) == (Decision.JUDGEMENT, 5000, None)
    assert outcome.open_questions[0].alternatives[0].label == "釧路地区の額を用いる"


def test_a_venue_without_a_district_is_open() -> None:
    assert amounts(decide(replace(MEMBER, venue_district=None), RULEBOOK)) == (Decision.JUDGEMENT, 5000, None)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (OnlineTravel.ASK, (Decision.JUDGEMENT, 5000, None)),
        (OnlineTravel.NONE, (Decision.PAID, 5000, 0)),
        (OnlineTravel.PAY, (Decision.PAID, 5000, 4000)),
    ],
)
def test_online_follows_the_policy(
    policy: OnlineTravel, expected: tuple[Decision, int | None, int | None]
) -> None:
    facts = replace(MEMBER, mode=AttendanceMode.ONLINE, online_travel=policy)
    assert amounts(decide(facts, RULEBOOK)) == expected


def test_online_paid_is_still_open_outside_the_table() -> None:
    facts = replace(
        MEMBER, mode=AttendanceMode.ONLINE, online_travel=OnlineTravel.PAY, residence=District.OUTSIDE
    )
    assert decide(facts, RULEBOOK).travel is None


@pytest.mark.parametrize(("policy", "travel"), [(SameDayTravel.ONCE, 0), (SameDayTravel.EACH, 4000)])
def test_second_meeting_of_the_day(policy: SameDayTravel, travel: int) -> None:
    facts = replace(MEMBER, earlier_meetings=1, same_day_travel=policy)
    assert amounts(decide(facts, RULEBOOK)) == (Decision.PAID, 5000, travel)


# --- the story ---


def test_the_story_of_a_paid_member() -> None:
    explained = assess(MEMBER, RULEBOOK)
    assert [(step.label, step.note, step.citations, step.result) for step in explained.steps] == [
        ("規程", "平成26年4月1日改正のもの。会議の日に有効", ("附則",), "平成26年4月1日改正"),
        ("職務", "10:00–11:05 出席を確認。会議は閉会済み", ("第7条第2項",), "確認済み"),
        ("資格", "委員。任期 平成26年4月1日–平成27年3月31日", ("第7条第1項",), "支給できる"),
        ("公務員か", "公務員でない。平成26年4月1日の申告", ("第7条第4項",), "支給できる"),
        ("続柄", "出た3件のどの本人とも続柄なし", ("第7条第4項",), "支給できる"),
        ("報酬", "1回の額", ("第7条第3項①",), 5000),
        (
            "旅費",
            "居住地 阿寒湖畔地区、会場 釧路地区。この日に旅費の付く先の会議なし",
            ("第7条第3項②",),
            4000,
        ),
        ("計", explained.value.reason, (), 9000),
    ]
    assert explained.value.total == 9000


def test_the_story_of_an_excluded_member_says_what_no_longer_matters() -> None:
    explained = assess(replace(MEMBER, statuses=(CITY,), kinship=("S",)), RULEBOOK)
    notes = {step.label: step.note for step in explained.steps}
    results = {step.label: step.result for step in explained.steps}
    assert notes["続柄"].endswith("不支給が確定しているため結果は変わらない")
    assert (results["報酬"], results["旅費"], results["計"]) == (0, 0, 0)
    assert explained.value.grounds == ("第7条第4項",)
    assert explained.value.reason == "公務員（一般職・常勤）。支給の対象になりません（第7条第4項）。"


def test_the_story_of_an_open_case_shows_the_amount_that_would_be_paid() -> None:
    notes = {step.label: step.note for step in assess(replace(MEMBER, terms=()), RULEBOOK).steps}
    assert notes["報酬"] == "判断の後に決まる（支給する場合は1回の額 5,000円）"
    assert notes["旅費"].endswith("（支給する場合は4,000円）")


def test_family_note_names_kind_and_degree() -> None:
    reason = decide(replace(MEMBER, kinship=("P>C>S",)), RULEBOOK).reason
    assert reason == "出た1件のすべてで本人又はその家族（姻族2親等）（第7条第4項）。"


def test_an_open_kinship_says_case_by_case_why() -> None:
    (question,) = decide(replace(MEMBER, kinship=("P>C", "S", "なし", None)), RULEBOOK).open_questions
    assert question.sentence == (
        "出た4件のうち、1件で本人又はその家族（血族2親等）、"
        "1件で本人の配偶者（配偶者には親等がありません）、1件で続柄の申告なし。報酬と旅費をどうしますか。"
    )


def test_citations_of_the_regional_body_in_full() -> None:
    assert decide(ADVISER, RULEBOOK).citations == (
        "圏域規程附則",
        "圏域規程第7条第2項",
        "第7条第2項",
        "圏域規程第7条第1項",
        "第7条第4項",
        "第7条第3項①",
        "第7条第3項②",
    )


# --- properties ---

DAYS = st.dates(min_value=date(2013, 6, 1), max_value=date(2023, 12, 31))
STATUS_SETS = st.one_of(
    st.none(),
    st.lists(st.sampled_from([PRIVATE, CITY, WELFARE, UNKNOWN]), max_size=3).map(tuple),
)
PATHS = st.sampled_from(["なし", "", "P>C", "S", "P>C>S>P", "P>P>P>C>C", "C(未認知)", "(事実婚)>P", None])


@st.composite
def attendances(draw: st.DrawFn) -> AttendanceFacts:
    day = draw(DAYS)
    serving = Period(day - timedelta(days=30), day + timedelta(days=30))
    over = Period(day - timedelta(days=30), day)
    return AttendanceFacts(
        committee=draw(st.sampled_from(CommitteeKind)),
        held_on=day,
        meeting_closed=True,
        attendance_confirmed=True,
        venue_district=draw(st.sampled_from(District)),
        capacity=draw(st.sampled_from(Capacity)),
        terms=draw(st.sampled_from([(serving,), (over,), ()])),
        residence=draw(st.one_of(st.none(), st.sampled_from(District))),
        statuses=draw(STATUS_SETS),
        kinship=tuple(draw(st.lists(PATHS, max_size=3))),
        mode=draw(st.sampled_from(AttendanceMode)),
        earlier_meetings=draw(st.integers(min_value=0, max_value=2)),
        online_travel=draw(st.sampled_from(OnlineTravel)),
        same_day_travel=draw(st.sampled_from(SameDayTravel)),
    )


@settings(max_examples=200)
@given(attendances())
def test_explained_and_fast_agree(facts: AttendanceFacts) -> None:
    explained = assess(facts, RULEBOOK)
    assert explained.value == decide(facts, RULEBOOK)
    total = explained.steps[-1]
    if explained.value.decision is not Decision.NONE:
        assert total.result == explained.value.total
    cited = {cite for step in explained.steps for cite in step.citations}
    assert cited == set(explained.value.citations)
    assert set(explained.value.grounds) <= cited


@settings(max_examples=200)
@given(attendances())
def test_which_amounts_are_open(facts: AttendanceFacts) -> None:
    outcome = decide(facts, RULEBOOK)
    open_codes = [question.code for question in outcome.open_questions]
    match outcome.decision:
        case Decision.PAID:
            assert outcome.honorarium == 5000
            assert outcome.travel in (0, 1000, 2000, 4000)
        case Decision.UNPAID:
            assert (outcome.honorarium, outcome.travel) == (0, 0)
        case Decision.JUDGEMENT:
            assert outcome.travel is None
            assert outcome.honorarium == (5000 if open_codes == ["旅費"] else None)
        case Decision.NONE:
            assert (outcome.honorarium, outcome.travel) == (None, None)
    assert bool(open_codes) == (outcome.decision is Decision.JUDGEMENT)
    assert all(len(question.alternatives) >= 2 for question in outcome.open_questions)


@settings(max_examples=150)
@given(attendances(), st.sampled_from(["service", "kinship", "capacity"]))
def test_certain_exclusion_beats_every_open_question(facts: AttendanceFacts, why: str) -> None:
    in_force = facts.held_on >= RULEBOOK[facts.committee].in_force_from
    certain = {
        "service": {"statuses": (CITY,)},
        "kinship": {"kinship": ("P>C", "C")},
        "capacity": {"capacity": Capacity.SECRETARIAT},
    }[why]
    outcome = decide(replace(facts, mode=AttendanceMode.IN_PERSON, **certain), RULEBOOK)
    assert outcome.decision is (Decision.UNPAID if in_force else Decision.JUDGEMENT)


@settings(max_examples=150)
@given(attendances())
def test_an_earlier_meeting_never_raises_travel(facts: AttendanceFacts) -> None:
    fewer = decide(replace(facts, earlier_meetings=0), RULEBOOK)
    more = decide(replace(facts, earlier_meetings=1), RULEBOOK)
    if fewer.travel is not None:
        assert more.travel is not None
        assert more.travel <= fewer.travel
    assert more.honorarium == fewer.honorarium


@settings(max_examples=80)
@given(attendances())
def test_order_of_cases_and_statuses_does_not_matter(facts: AttendanceFacts) -> None:
    expected = amounts(decide(facts, RULEBOOK))
    for order in itertools.permutations(facts.kinship):
        statuses = None if facts.statuses is None else facts.statuses[::-1]
        assert amounts(decide(replace(facts, kinship=order, statuses=statuses), RULEBOOK)) == expected


@settings(max_examples=200)
@given(attendances())
def test_citations_name_their_regulation(facts: AttendanceFacts) -> None:
    citations = decide(facts, RULEBOOK).citations
    regional = [cite.startswith("圏域規程") for cite in citations]
    if facts.committee is CommitteeKind.SUPPORT:
        assert not any(regional)
    elif not all(regional):
        assert "圏域規程第7条第2項" in citations
        assert citations.index("圏域規程第7条第2項") < regional.index(False)


def test_every_day_has_exactly_one_version() -> None:
    regulation = RULEBOOK[CommitteeKind.SUPPORT]
    starts = [amendment.in_force for amendment in regulation.amendments]
    for offset in range((date(2023, 10, 1) - date(2013, 10, 1)).days + 1):
        day = date(2013, 10, 1) + timedelta(days=offset)
        expected = date(2013, 10, 1) if day < date(2014, 4, 1) else date(2014, 4, 1)
        assert regulation.version_on(day).in_force == expected
        assert starts.count(expected) == 1
