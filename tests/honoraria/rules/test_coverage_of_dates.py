"""No date uncovered: every day has one governing version, and every change is right the day before, on and after.

The dates are the rulebook's own, so that an amendment without expectations typed here fails; what is expected is
typed by hand from 第3条, 第7条 and the 附則 of both regulations.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from agenda.services.kinship import declare_kinship, kinship_paths
from honoraria.rules.assessment import AttendanceFacts, VersionConfirmation, assess, decide
from honoraria.rules.governing import (
    Change,
    VersionSpan,
    notices_on,
    provisions_on,
    version_spans,
)
from honoraria.rules.pay_rules import pay_rules
from honoraria.rules.public_service import PaidException, Standing, StatusFact, judge_service
from honoraria.rules.service_presets import PRESETS, preset_on
from meetings_app.core.effective import Period
from meetings_app.core.errors import NotInForce
from meetings_app.core.regulation import Amendment, DatedValues, Notice, Regulation
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    CommitteeKind,
    Decision,
    District,
    Office,
    ServiceClass,
    WorkingTime,
)
from meetings_app.db.engine import Database
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.committees import offices_on
from meetings_app.services.members import facts_on
from meetings_app.services.roster import DeclaredStatus, change_residence, change_status
from tests.office_builder import Bureau

A_DAY = timedelta(days=1)
WRITTEN_ON = date(2026, 11, 21)
LAST_DAY = date(2036, 11, 21)
"""Ten years ahead of the day this was written."""

RULEBOOK = load_rulebook()
IN_FORCE = {CommitteeKind.SUPPORT: date(2013, 10, 1), CommitteeKind.REGIONAL: date(2014, 3, 14)}
KEYS = [(kind, key) for kind in CommitteeKind for key in RULEBOOK[kind].entries]

PRIVATE = StatusFact(is_public_employee=False)
MEMBER = AttendanceFacts(
    committee=CommitteeKind.SUPPORT,
    held_on=date(2014, 4, 1),
    meeting_closed=True,
    attendance_confirmed=True,
    venue_district=District.KUSHIRO,
    capacity=Capacity.MEMBER,
    terms=(Period(date(2000, 4, 1)),),
    residence=District.ONBETSU,
    statuses=(PRIVATE,),
    kinship=("なし",),
    mode=AttendanceMode.IN_PERSON,
)
ADVISER = replace(MEMBER, committee=CommitteeKind.REGIONAL, capacity=Capacity.ADVISER, kinship=())

PAID = (Decision.PAID, 5000, 2000)
OPEN = (Decision.JUDGEMENT, None, None)
UNPAID = (Decision.UNPAID, 0, 0)

TEXT_BEFORE, ENACTED_LATER, LATER = "改正前の条文未確認", "制定日と施行日の不一致", "以後の改正は未確認"
Outcome = tuple[Decision, int | None, int | None]


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def outcome(facts: AttendanceFacts) -> Outcome:
    found = decide(facts, RULEBOOK)
    return found.decision, found.honorarium, found.travel


def codes(facts: AttendanceFacts) -> list[str]:
    return [finding.code for finding in decide(facts, RULEBOOK).findings]


# --- every day has one version and one value of every key ---


@pytest.mark.parametrize("kind", CommitteeKind)
def test_every_day_has_exactly_one_governing_version(kind: CommitteeKind) -> None:
    regulation = RULEBOOK[kind]
    spans = version_spans(regulation)
    for day in days(IN_FORCE[kind], LAST_DAY):
        (span,) = [span for span in spans if span.covers(day)]
        assert span.version == regulation.version_on(day), day


@pytest.mark.parametrize("kind", CommitteeKind)
def test_the_days_before_force_have_none(kind: CommitteeKind) -> None:
    spans = version_spans(RULEBOOK[kind])
    for day in (date.min, date(1873, 1, 1), IN_FORCE[kind] - A_DAY):
        (span,) = [span for span in spans if span.covers(day)]
        assert span.version is None
        with pytest.raises(NotInForce):
            RULEBOOK[kind].version_on(day)


@pytest.mark.parametrize(("kind", "key"), KEYS, ids=[f"{kind.name}-{key}" for kind, key in KEYS])
def test_every_day_has_exactly_one_value_of_every_key(kind: CommitteeKind, key: str) -> None:
    regulation = RULEBOOK[kind]
    starts = [start for start, _ in regulation.entries[key].values]
    ends = [*starts[1:], date.max]
    for day in days(IN_FORCE[kind], LAST_DAY):
        holding = [n for n, (start, end) in enumerate(zip(starts, ends, strict=True)) if start <= day < end]
        assert len(holding) == 1, day
        assert regulation.at(key, day).value == regulation.entries[key].values[holding[0]][1], day


@pytest.mark.parametrize(("kind", "key"), KEYS, ids=[f"{kind.name}-{key}" for kind, key in KEYS])
def test_no_key_holds_a_value_before_force(kind: CommitteeKind, key: str) -> None:
    with pytest.raises(NotInForce):
        RULEBOOK[kind].at(key, IN_FORCE[kind] - A_DAY)


@pytest.mark.parametrize("kind", CommitteeKind)
def test_every_day_has_rules_of_pay_without_a_gap(kind: CommitteeKind) -> None:
    for day in days(IN_FORCE[kind], LAST_DAY):
        rules = pay_rules.__wrapped__(RULEBOOK, kind, day)
        assert rules.version.in_force <= day
        assert (rules.honorarium.value, rules.kinship_limit.value) == (5000, 4), day
        assert dict(rules.travel_table.value) == {
            District.KUSHIRO: 0,
            District.AKAN: 1000,
            District.AKANKOHAN: 4000,
            District.ONBETSU: 2000,
        }, day


@pytest.mark.parametrize("facts", [MEMBER, ADVISER], ids=["support", "regional"])
def test_every_day_is_decided(facts: AttendanceFacts) -> None:
    # Every eleventh day: each weekday, month and year comes up.
    for day in [*list(days(date(2013, 9, 1), LAST_DAY))[::11], LAST_DAY]:
        expected = PAID if day >= IN_FORCE[facts.committee] else OPEN
        assert outcome(replace(facts, held_on=day)) == expected, day


# --- the versions as pages show them ---


def told(kind: CommitteeKind) -> list[tuple[date | None, date | None, str]]:
    return [
        (span.first, span.last, span.version.note if span.version else "")
        for span in version_spans(RULEBOOK[kind])
    ]


def test_the_spans_of_both_regulations() -> None:
    assert told(CommitteeKind.SUPPORT) == [
        (None, date(2013, 9, 30), ""),
        (date(2013, 10, 1), date(2014, 3, 31), "平成25年10月1日施行"),
        (date(2014, 4, 1), None, "平成26年4月1日改正"),
    ]
    assert told(CommitteeKind.REGIONAL) == [
        (None, date(2014, 3, 13), ""),
        (date(2014, 3, 14), None, "平成26年3月14日施行"),
    ]


def test_notices_stand_in_the_span_they_belong_to() -> None:
    found = [
        [notice.code for notice in span.notices] for span in version_spans(RULEBOOK[CommitteeKind.SUPPORT])
    ]
    assert found == [[], [TEXT_BEFORE, ENACTED_LATER], []]


AMENDED = Regulation(
    name="sample",
    title="見本の規程",
    last_text_seen=date(2020, 4, 1),
    amendments=(Amendment(date(2018, 4, 1), "制定"), Amendment(date(2020, 4, 1), "改正")),
    entries={
        "honorarium_yen": DatedValues("第1条", ((date(2018, 4, 1), 5000), (date(2020, 4, 1), 6000))),
        "term_months": DatedValues("第2条", ((date(2018, 4, 1), 12),)),
        "offices": DatedValues("第3条", ((date(2020, 4, 1), 2),)),
    },
    sha256="",
    notices=(Notice("注記", "。", "附則", date(2020, 3, 31), date(2020, 4, 2)),),
)
"""A regulation with an amendment that changes one value, adds one, and leaves one."""


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2018, 3, 31), []),
        (date(2018, 4, 1), [("honorarium_yen", 5000, Change.FIRST), ("term_months", 12, Change.FIRST)]),
        (date(2020, 3, 31), [("honorarium_yen", 5000, Change.FIRST), ("term_months", 12, Change.FIRST)]),
        (
            date(2020, 4, 1),
            [
                ("honorarium_yen", 6000, Change.CHANGED),
                ("term_months", 12, Change.SAME),
                ("offices", 2, Change.FIRST),
            ],
        ),
    ],
)
def test_differences_between_versions_are_marked(on: date, expected: list[tuple[str, int, Change]]) -> None:
    assert [(one.key, one.value, one.change) for one in provisions_on(AMENDED, on)] == expected


def test_a_changed_value_knows_the_one_before() -> None:
    changed = provisions_on(AMENDED, date(2020, 4, 1))[0]
    assert (changed.before, changed.since) == (5000, date(2020, 4, 1))


def test_a_notice_across_two_versions_stands_in_both() -> None:
    assert [len(span.notices) for span in version_spans(AMENDED)] == [0, 1, 1]
    held = [bool(notices_on(AMENDED, date(2020, 3, 30) + n * A_DAY)) for n in range(4)]
    assert held == [False, True, True, False]


def test_a_span_covers_its_first_and_last_day() -> None:
    span = VersionSpan(None, date(2014, 4, 1), date(2014, 4, 2))
    covered = [span.covers(date(2014, 3, 31) + n * A_DAY) for n in range(4)]
    assert covered == [False, True, True, False]


# --- the rulebook's own dates, the day before, on and after ---

BORDERS: dict[tuple[CommitteeKind, date], tuple[tuple[Outcome, list[str]], ...]] = {
    (CommitteeKind.SUPPORT, date(2013, 10, 1)): (
        (OPEN, ["規程施行前"]),
        (PAID, [TEXT_BEFORE, ENACTED_LATER]),
        (PAID, [TEXT_BEFORE, ENACTED_LATER]),
    ),
    (CommitteeKind.SUPPORT, date(2013, 11, 1)): (
        (PAID, [TEXT_BEFORE, ENACTED_LATER]),
        (PAID, [TEXT_BEFORE]),
        (PAID, [TEXT_BEFORE]),
    ),
    (CommitteeKind.SUPPORT, date(2014, 4, 1)): (
        (PAID, [TEXT_BEFORE]),
        (PAID, []),
        (PAID, [LATER]),
    ),
    (CommitteeKind.REGIONAL, date(2014, 3, 14)): (
        (OPEN, ["規程施行前"]),
        (PAID, [TEXT_BEFORE]),
        (PAID, [TEXT_BEFORE]),
    ),
    # The regional body takes its amounts over, so it rests on the other regulation's text as well.
    (CommitteeKind.REGIONAL, date(2014, 4, 1)): (
        (PAID, [TEXT_BEFORE]),
        (PAID, []),
        (PAID, [LATER, LATER]),
    ),
}


def own_dates(kind: CommitteeKind) -> set[date]:
    """Every date on which something in a regulation begins or ends."""
    regulation = RULEBOOK[kind]
    values = {start for entry in regulation.entries.values() for start, _ in entry.values}
    ends = {notice.valid_to for notice in regulation.notices if notice.valid_to}
    starts = {notice.valid_from for notice in regulation.notices}
    versions = {amendment.in_force for amendment in regulation.amendments}
    return values | starts | ends | versions | {regulation.last_text_seen}


CHANGE_DATES = [(kind, day) for kind in CommitteeKind for day in sorted(own_dates(kind))]


@pytest.mark.parametrize(
    ("kind", "day"), CHANGE_DATES, ids=[f"{kind.name}-{day}" for kind, day in CHANGE_DATES]
)
def test_the_day_before_on_and_after_every_date_of_the_rulebook(kind: CommitteeKind, day: date) -> None:
    facts = MEMBER if kind is CommitteeKind.SUPPORT else ADVISER
    around = [replace(facts, held_on=day + n * A_DAY) for n in (-1, 0, 1)]
    assert [(outcome(one), codes(one)) for one in around] == list(BORDERS[kind, day])


def test_no_expectation_is_left_over() -> None:
    assert set(BORDERS) == set(CHANGE_DATES)


def test_a_confirmation_moves_the_day_from_which_later_amendments_are_unknown() -> None:
    confirmed = VersionConfirmation(CommitteeKind.SUPPORT, "規程 確認者", WRITTEN_ON)
    facts = replace(MEMBER, confirmations=(confirmed,))
    found = [codes(replace(facts, held_on=WRITTEN_ON + n * A_DAY)) for n in (-1, 0, 1)]
    assert found == [[], [], [LATER]]


def test_the_version_is_named_in_the_story_of_every_day() -> None:
    expected = {
        date(2013, 9, 30): "規程施行前",
        date(2013, 10, 1): "平成25年10月1日施行",
        date(2014, 3, 31): "平成25年10月1日施行",
        date(2014, 4, 1): "平成26年4月1日改正",
        LAST_DAY: "平成26年4月1日改正",
    }
    for day, version in expected.items():
        first = assess(replace(MEMBER, held_on=day), RULEBOOK).steps[0]
        assert (first.label, first.result) == ("規程", version)


# --- terms: 第3条第2項, April to March ---

TERMS = (Period(date(2014, 4, 1), date(2015, 4, 1)), Period(date(2016, 4, 1), date(2017, 4, 1)))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2014, 3, 31), OPEN),
        (date(2014, 4, 1), PAID),
        (date(2014, 4, 2), PAID),
        (date(2015, 3, 30), PAID),
        (date(2015, 3, 31), PAID),
        (date(2015, 4, 1), OPEN),
        (date(2015, 4, 2), OPEN),
        (date(2016, 3, 31), OPEN),
        (date(2016, 4, 1), PAID),
        (date(2017, 3, 31), PAID),
        (date(2017, 4, 1), OPEN),
    ],
)
def test_around_the_terms(on: date, expected: Outcome) -> None:
    assert outcome(replace(MEMBER, terms=TERMS, held_on=on)) == expected


def test_two_terms_that_meet_leave_no_day_between() -> None:
    meeting = (Period(date(2014, 4, 1), date(2015, 4, 1)), Period(date(2015, 4, 1), date(2016, 4, 1)))
    found = [outcome(replace(MEMBER, terms=meeting, held_on=date(2015, 3, 31) + n * A_DAY)) for n in range(3)]
    assert found == [PAID, PAID, PAID]


# --- presets of public service: the law's own dates ---

EXCEPTION = PaidException(ServiceClass.SPECIAL, WorkingTime.PART)
ELIGIBLE, EXCLUDED, UNSETTLED, NONE = Standing.ELIGIBLE, Standing.EXCLUDED, Standing.OPEN, None
JOBS: dict[str, tuple[date, Standing | None, Standing | None]] = {
    "郵便局員": (date(2007, 10, 1), EXCLUDED, ELIGIBLE),
    "国立病院機構の職員": (date(2015, 4, 1), EXCLUDED, ELIGIBLE),
    "市の嘱託員": (date(2020, 4, 1), ELIGIBLE, EXCLUDED),
    "会計年度任用職員": (date(2020, 4, 1), NONE, EXCLUDED),
    "地域おこし協力隊員（会計年度任用）": (date(2020, 4, 1), NONE, EXCLUDED),
    "民生委員で、本業が市の会計年度任用職員": (date(2020, 4, 1), NONE, UNSETTLED),
    "釧路公立大学の教員": (date(2023, 4, 1), EXCLUDED, ELIGIBLE),
}
"""From which day a job means something else, what it meant before (None: there was no such job), and since."""


def standing_on(occupation: str, day: date) -> Standing | None:
    preset = preset_on(occupation, day)
    return judge_service(preset.statuses, EXCEPTION).standing if preset else None


CHANGED_JOBS = sorted({preset.occupation for preset in PRESETS if preset.valid_from > date.min})


@pytest.mark.parametrize("occupation", CHANGED_JOBS)
def test_around_the_day_on_which_a_job_changes(occupation: str) -> None:
    day, before, since = JOBS[occupation]
    assert [standing_on(occupation, day + n * A_DAY) for n in (-1, 0, 1)] == [before, since, since]


def test_every_date_of_the_presets_is_covered() -> None:
    dates = {(p.occupation, d) for p in PRESETS for d in (p.valid_from, p.valid_to) if d and d > date.min}
    assert dates == {(occupation, day) for occupation, (day, _, _) in JOBS.items()}


def test_a_job_has_no_day_with_two_presets() -> None:
    for occupation in {preset.occupation for preset in PRESETS}:
        for day in (date(2007, 9, 30), date(2007, 10, 1), *(day for day, _, _ in JOBS.values()), LAST_DAY):
            held = [p for p in PRESETS if p.occupation == occupation and p.valid_from <= day]
            assert sum(p.valid_to is None or day < p.valid_to for p in held) <= 1, (occupation, day)


# --- facts on record, looked up at the meeting's day ---

TURN = date(2014, 7, 1)
AROUND = (TURN - A_DAY, TURN, TURN + A_DAY)
Record = Callable[[Bureau, str, str], None]


def on_record(bureau: Bureau, person_id: str, client_id: str, on: date) -> Outcome:
    facts = facts_on(bureau.session, person_id, on)
    statuses = tuple(
        StatusFact(one.is_public_employee, one.service_class, one.working_time) for one in facts.statuses
    )
    paths = kinship_paths(bureau.session, person_id, [client_id], on)
    return outcome(
        replace(MEMBER, held_on=on, residence=facts.residence, statuses=statuses or None, kinship=paths)
    )


def moves_house(bureau: Bureau, person_id: str, client_id: str) -> None:
    change_residence(**bureau.given, person_id=person_id, district=District.AKANKOHAN, valid_from=TURN)


def leaves_the_region(bureau: Bureau, person_id: str, client_id: str) -> None:
    change_residence(**bureau.given, person_id=person_id, district=District.OUTSIDE, valid_from=TURN)


def joins_the_city(bureau: Bureau, person_id: str, client_id: str) -> None:
    city = DeclaredStatus(True, ServiceClass.GENERAL, WorkingTime.FULL, "市の職員")
    change_status(
        **bureau.given,
        person_id=person_id,
        statuses=[city],
        declared_on=TURN,
        valid_from=TURN,
        replaces=True,
    )


def becomes_commissioner_beside_the_city(bureau: Bureau, person_id: str, client_id: str) -> None:
    joins_the_city(bureau, person_id, client_id)
    welfare = DeclaredStatus(True, ServiceClass.SPECIAL, WorkingTime.PART, "民生委員")
    change_status(
        **bureau.given,
        person_id=person_id,
        statuses=[welfare],
        declared_on=TURN + A_DAY,
        valid_from=TURN + A_DAY,
        replaces=False,
    )


def becomes_a_brother_in_law(bureau: Bureau, person_id: str, client_id: str) -> None:
    declare_kinship(
        **bureau.given,
        person_id=person_id,
        client_id=client_id,
        path="S>P>C",
        relation="配偶者の兄弟姉妹",
        declared_on=TURN,
        valid_from=TURN,
    )


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (becomes_a_brother_in_law, [PAID, UNPAID, UNPAID]),
        (moves_house, [PAID, (Decision.PAID, 5000, 4000), (Decision.PAID, 5000, 4000)]),
        (leaves_the_region, [PAID, (Decision.JUDGEMENT, 5000, None), (Decision.JUDGEMENT, 5000, None)]),
        (joins_the_city, [PAID, UNPAID, UNPAID]),
        (becomes_commissioner_beside_the_city, [PAID, UNPAID, OPEN]),
    ],
)
def test_around_the_day_on_which_a_fact_changes(
    database: Database, record: Record, expected: list[Outcome]
) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        person_id = bureau.person("移る人", district=District.ONBETSU)
        client_id = bureau.case().client_id
        record(bureau, person_id, client_id)
        assert [on_record(bureau, person_id, client_id, day) for day in AROUND] == expected


def test_around_the_days_on_which_an_office_begins_and_ends(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        chair, around = bureau.people["委員長"], (date(2014, 4, 1), date(2015, 4, 1))
        held = [
            [offices_on(session, bureau.support.id, day + n * A_DAY).get(chair) for n in (-1, 0, 1)]
            for day in around
        ]
    serving = (Office.CHAIR,)
    assert held == [[None, serving, serving], [serving, None, None]]
