"""選べる判断: which answers stand to choose from, and that each is what the sheet would say if it were decided."""

from dataclasses import replace
from datetime import date

import pytest

from honoraria.rules.answers import ENTERED, Answer, Materials, answers, choices_of, ruling_mark
from honoraria.rules.sheet import (
    Assessed,
    Before,
    Choice,
    LineFacts,
    Question,
    Refusal,
    Ruling,
    SheetHead,
)
from honoraria.rules.withholding import Rate, Taxed, TaxTables, WithholdingPolicy
from meetings_app.core.terms import Capacity, CommitteeKind, Decision, District, LineOutcome, WithholdingMode

MONTHLY = WithholdingMode.MONTHLY
BY_MONTH = WithholdingPolicy(MONTHLY)
TABLES = TaxTables(
    (Rate(MONTHLY, date(2026, 1, 1), date(2038, 1, 1), 3063, 105_000, "所得税法第185条"),),
    lambda _taxable, _on: None,
)
HEAD = SheetHead(
    run_id="run",
    number=1,
    committee="会議",
    kind=CommitteeKind.SUPPORT,
    title="第8回 支援調整会議",
    office="",
    payer="",
    meeting_id="meeting",
    day=date(2026, 11, 13),
    starts_at=None,
    ends_at=None,
    venue="",
    venue_district=District.KUSHIRO,
    regulation="",
    rulebook_sha256="0" * 64,
    rates_sha256="1" * 64,
    withholding="",
)
TRAVEL = Question(
    "旅費",
    "居住地が、額の定めのある4地区の外です。旅費をどうしますか。",
    ("第7条第3項②",),
    (
        Choice("音別地区の額を用いる", 5000, 2000),
        Choice("旅費は支給しない", 5000, 0),
        Choice(ENTERED, 5000, None),
        Choice("報酬も旅費も支給しない", 0, 0),
    ),
)
KIN = Question(
    "続柄",
    "続柄の申告がありません。",
    ("第7条第4項",),
    (Choice("家族として扱わない", 5000, None), Choice("家族として扱う", 0, 0)),
)
TERM = Question(
    "資格",
    "任期外です。",
    ("第7条第1項",),
    (Choice("任期中と同じに支給する", 5000, 4000), Choice("支給しない", 0, 0)),
)
SPOUSE = Question(
    "続柄",
    "配偶者です。",
    ("第7条第4項",),
    (Choice("支給しない（家族として扱う）", 0, 0, proposed=True), Choice("支給する", 5000, 4000)),
)


def line(
    *questions: Question, who: str = "委員E", before: Before | None = None, ruling: Ruling | None = None
) -> LineFacts:
    return LineFacts(
        attendance_id=f"{who}の出席",
        person_id=who,
        name=who,
        organisation="",
        capacity=Capacity.MEMBER,
        district=District.OUTSIDE,
        meeting="第8回",
        held_on=date(2026, 11, 13),
        assessed=Assessed("a", Decision.JUDGEMENT, None, None, "", (), (), questions=questions),
        before=before,
        ruling=ruling,
    )


def materials(*facts: LineFacts, policy: WithholdingPolicy | None = BY_MONTH) -> Materials:
    return Materials(HEAD, facts, policy, {}, TABLES)


def told(found: tuple[Answer, ...]) -> list[tuple[object, ...]]:
    return [
        (
            one.label,
            *((one.line.honorarium, one.line.travel, one.line.withheld, one.line.net) if one.line else ()),
        )
        for one in found
    ]


# --- which answers ---


def test_one_question_keeps_its_own_order() -> None:
    assert choices_of((TRAVEL,)) == TRAVEL.choices


def test_there_is_always_a_place_to_type_amounts() -> None:
    assert [one.label for one in choices_of((TERM,))] == ["任期中と同じに支給する", "支給しない", ENTERED]


def test_an_answer_that_leaves_an_amount_open_cannot_be_chosen() -> None:
    assert [one.label for one in choices_of((KIN,))] == ["家族として扱う", ENTERED]


def test_to_be_paid_every_question_is_answered_and_one_ground_suffices_for_nothing() -> None:
    assert [(one.label, one.honorarium, one.travel) for one in choices_of((KIN, TRAVEL))] == [
        ("家族として扱わない、音別地区の額を用いる", 5000, 2000),
        ("家族として扱わない、旅費は支給しない", 5000, 0),
        (ENTERED, 5000, None),
        ("家族として扱う", 0, 0),
        ("報酬も旅費も支給しない", 0, 0),
    ]


def test_what_is_proposed_stands_first() -> None:
    assert [(one.label, one.proposed) for one in choices_of((TERM, SPOUSE))] == [
        ("支給しない（家族として扱う）", True),
        ("任期中と同じに支給する、支給する", False),
        (ENTERED, False),
        ("支給しない", False),
    ]


def test_equal_answers_stand_once() -> None:
    again = replace(
        TERM, code="公務員か", choices=(Choice("支給する", 5000, 4000), Choice("支給しない", 0, 0))
    )
    assert [one.label for one in choices_of((TERM, again))].count("支給しない") == 1


def test_a_line_without_a_question_has_no_answer() -> None:
    assert choices_of(()) == ()
    assert answers(materials(line()), "委員Eの出席") == ()


# --- what they come to ---


def test_each_answer_is_taxed_as_the_sheet_would_tax_it() -> None:
    # 3.063% of 5,000 is 153.15, cut off to 153.
    assert told(answers(materials(line(TRAVEL)), "委員Eの出席")) == [
        ("音別地区の額を用いる", 5000, 2000, 153, 6847),
        ("旅費は支給しない", 5000, 0, 153, 4847),
        (ENTERED,),
        ("報酬も旅費も支給しない", 0, 0, 0, 0),
    ]


def test_an_answer_is_the_line_once_it_is_decided() -> None:
    spans = {("委員E", MONTHLY, "2026-11"): Taxed(5000, 153)}
    given = replace(materials(line(TRAVEL), line(TERM, who="委員A")), spans=spans)
    shown = answers(given, "委員Eの出席")[0].line
    decided = Ruling("音別地区の額を用いる", 5000, 2000, "", "", date(2026, 11, 13))
    content = replace(given, facts=(replace(given.facts[0], ruling=decided), given.facts[1])).content()
    assert shown == next(one for one in content.lines if one.name == "委員E")
    assert shown is not None
    assert shown.withheld == 153  # 10,000 a month: 306 less the 153 withheld before


def test_a_decision_or_refusal_on_record_does_not_colour_the_answers() -> None:
    plain = told(answers(materials(line(TRAVEL)), "委員Eの出席"))
    decided = line(TRAVEL, ruling=Ruling("", 100, 100, "理由", "会計", date(2026, 11, 14)))
    refused = replace(line(TRAVEL), refusal=Refusal(date(2026, 11, 1)))
    assert told(answers(materials(decided), "委員Eの出席")) == plain
    assert told(answers(materials(refused), "委員Eの出席")) == plain


def test_while_tax_is_unset_tax_and_net_are_open() -> None:
    assert told(answers(materials(line(TRAVEL), policy=None), "委員Eの出席"))[0] == (
        *("音別地区の額を用いる", 5000, 2000),
        *(None, None),
    )


def test_for_a_correction_the_line_is_the_difference() -> None:
    before = Before("line", "支給調書第1号", 5000, 4000, BY_MONTH)
    found = answers(materials(line(TRAVEL, before=before)), "委員Eの出席")
    assert (found[0].honorarium, found[0].travel) == (5000, 2000)
    assert told(found)[0] == ("音別地区の額を用いる", 0, -2000, 0, -2000)


def test_an_unknown_line_has_no_answers_to_give() -> None:
    with pytest.raises(StopIteration):
        answers(materials(line(TRAVEL)), "だれかの出席")


def test_the_sheet_stays_open_while_only_answers_are_looked_at() -> None:
    given = materials(line(TRAVEL))
    answers(given, "委員Eの出席")
    assert [one.outcome for one in given.content().lines] == [LineOutcome.JUDGEMENT]


def test_a_mark_names_one_decision() -> None:
    first = Ruling("", 5000, 0, "理由", "会計", date(2026, 11, 14))
    assert ruling_mark(None) == ""
    assert ruling_mark(first) == ruling_mark(replace(first))
    assert ruling_mark(first) != ruling_mark(replace(first, travel=1))
