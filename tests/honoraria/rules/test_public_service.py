"""Public-service statuses against a table typed by hand from 第7条第4項."""

import csv
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honoraria.rules.public_service import PaidException, Standing, StatusFact, describe, judge_service
from honoraria.rules.service_presets import PRESETS, preset_on, presets_on
from meetings_app.core.terms import ServiceClass, WorkingTime

EXCEPTION = PaidException(ServiceClass.SPECIAL, WorkingTime.PART)
PAID = {"yes": Standing.ELIGIBLE, "no": Standing.EXCLUDED, "review": Standing.OPEN}

with (Path(__file__).parent / "public_employee_cases.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def status(text: str, *, needs_review: bool) -> StatusFact:
    if text == "なし":
        return StatusFact(is_public_employee=False)
    if text == "不明":
        return StatusFact(is_public_employee=None)
    service_class, time = text.split("/")
    return StatusFact(
        is_public_employee=True,
        service_class=None if service_class == "不明" else ServiceClass(service_class),
        working_time=None if time == "不明" else WorkingTime(time),
        needs_review=needs_review,
    )


STATUSES = st.sampled_from(
    [
        status(text, needs_review=False)
        for text in ("なし", "不明", "一般職/常勤", "一般職/非常勤", "特別職/非常勤")
    ]
)


@pytest.mark.parametrize("row", ROWS, ids=[row["occupation"] for row in ROWS])
def test_table(row: dict[str, str]) -> None:
    marked = bool(row["needs_review"])
    held = [status(text, needs_review=marked and text != "なし") for text in row["statuses"].split("+")]
    assert judge_service(held, EXCEPTION).standing is PAID[row["paid"]]


@pytest.mark.parametrize("nothing", [None, ()])
def test_nothing_declared_is_open(nothing: tuple[StatusFact, ...] | None) -> None:
    verdict = judge_service(nothing, EXCEPTION)
    assert verdict.standing is Standing.OPEN
    assert verdict.reason == "公務員かどうかの申告がありません。"


def test_an_excluded_status_beside_another_proposes_no_payment() -> None:
    held = [status("特別職/非常勤", needs_review=False), status("一般職/非常勤", needs_review=False)]
    assert judge_service(held, EXCEPTION).proposes_unpaid
    assert not judge_service([status("不明", needs_review=False)], EXCEPTION).proposes_unpaid


def test_part_time_special_service_is_said() -> None:
    verdict = judge_service([status("特別職/非常勤", needs_review=False)], EXCEPTION)
    assert verdict.reason == "公務員（特別職・非常勤）。非常勤の特別職は支給の対象から除かれません。"


def test_describe_names_what_is_not_known() -> None:
    unknown = StatusFact(is_public_employee=True, occupation="嘱託医", needs_review=True)
    assert describe(unknown) == "公務員（職は不明・勤務は不明）、嘱託医、要確認"


@settings(max_examples=60)
@given(st.lists(STATUSES, min_size=1, max_size=3))
def test_order_of_statuses_does_not_matter(held: list[StatusFact]) -> None:
    assert len({judge_service(order, EXCEPTION).standing for order in itertools.permutations(held)}) == 1


# --- presets ---


@pytest.mark.parametrize(
    ("occupation", "on", "paid"),
    [
        ("市の嘱託員", date(2014, 5, 20), "yes"),
        ("市の嘱託員", date(2020, 3, 31), "yes"),
        ("市の嘱託員", date(2020, 4, 1), "no"),
        ("会計年度任用職員", date(2020, 4, 1), "no"),
        ("釧路公立大学の教員", date(2023, 3, 31), "no"),
        ("釧路公立大学の教員", date(2023, 4, 1), "yes"),
        ("国立病院機構の職員", date(2015, 3, 31), "no"),
        ("国立病院機構の職員", date(2015, 4, 1), "yes"),
        ("郵便局員", date(2007, 9, 30), "no"),
        ("郵便局員", date(2007, 10, 1), "yes"),
        ("民生委員・児童委員", date(2014, 5, 20), "yes"),
        ("市長・副市長・教育長", date(2014, 5, 20), "no"),
        ("保護司", date(2014, 5, 20), "review"),
        ("市議会議員・道議会議員", date(2014, 5, 20), "review"),
        ("社会福祉協議会の職員で、保護司", date(2014, 5, 20), "review"),
        ("民生委員で、本業が市の会計年度任用職員", date(2020, 4, 1), "review"),
    ],
)
def test_presets_by_date(occupation: str, on: date, paid: str) -> None:
    preset = preset_on(occupation, on)
    assert preset is not None
    assert judge_service(preset.statuses, EXCEPTION).standing is PAID[paid]
    assert preset.needs_review is (paid == "review")


def test_a_job_that_did_not_exist_yet_has_no_preset() -> None:
    assert preset_on("会計年度任用職員", date(2020, 3, 31)) is None


def test_no_job_stands_twice_on_any_day() -> None:
    days = {
        day + timedelta(days=step)
        for preset in PRESETS
        for day in (preset.valid_from, preset.valid_to)
        if day is not None and day > date.min
        for step in (-1, 0)
    }
    for day in days:
        names = [preset.occupation for preset in presets_on(day)]
        assert len(names) == len(set(names))


def test_every_preset_gives_its_basis() -> None:
    assert all(preset.legal_basis and preset.statuses for preset in PRESETS)
