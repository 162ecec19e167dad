"""台帳の順序: the same register in another order of cases is the same record, with the same list of what is due."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

import agenda
from agenda.rules.due import DueSettings, due_plans
from agenda.rules.register import facts_of, read_register
from agenda.services.plans import list_due, load_plan_facts
from agenda.services.register import import_register
from meetings_app.db.engine import Database
from tests.office_builder import Bureau

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
with SAMPLE.open(encoding="utf-8", newline="") as _file:
    HEADING, *ROWS = list(csv.reader(_file))
DAYS = (date(2013, 10, 28), date(2013, 12, 19), date(2014, 2, 24), date(2014, 3, 24), date(2014, 5, 19))


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def blocks() -> list[list[list[str]]]:
    """The sample's rows by case: a row that says 同上 stays under its case."""
    found: list[list[list[str]]] = []
    for row in ROWS:
        if row[1] == "同上":
            found[-1].append(row)
        else:
            found.append([row])
    return found


def take_in(bureau: Bureau, cases: Sequence[Sequence[Sequence[str]]]) -> int:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADING, *(row for case in cases for row in case)])
    result = import_register(
        **bureau.given, committee_id=bureau.support.id, filename="台帳.csv", data=out.getvalue().encode()
    )
    assert not result.refused
    return result.added_plans


def check_record(bureau: Bureau) -> None:
    """The record's facts and lists are those of the register as printed."""
    printed = facts_of(read_register([HEADING, *ROWS]).entries)
    assert set(load_plan_facts(bureau.session, bureau.support.id)) == set(printed)
    for on in DAYS:
        listed = list_due(session=bureau.session, committee_id=bureau.support.id, on=on)
        assert listed == due_plans(printed, on, DueSettings())
        assert listed


@pytest.mark.parametrize("seed", range(4))
def test_cases_in_any_order_give_the_same_list(bureau: Bureau, seed: int) -> None:
    shuffled = blocks()
    random.Random(seed).shuffle(shuffled)
    assert shuffled != blocks()
    assert take_in(bureau, shuffled) == 30
    check_record(bureau)


def test_a_register_in_two_parts_gives_the_same_list_whichever_comes_first(bureau: Bureau) -> None:
    cases = blocks()
    assert take_in(bureau, cases[11:]) == 15
    assert take_in(bureau, cases[:11]) == 15
    assert take_in(bureau, list(reversed(cases))) == 0
    check_record(bureau)
