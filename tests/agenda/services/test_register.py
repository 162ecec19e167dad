"""台帳の取込み: all or nothing, nothing twice, and every refused row named."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import col, func, select

import agenda
from agenda.services.register import ImportResult, import_register
from agenda.tables import Client, Plan, RegisterImport
from meetings_app.core.errors import Refused
from meetings_app.core.terms import EvaluationOutcome, Precision
from meetings_app.db.engine import Database
from tests.office_builder import Bureau

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
HEADING = SAMPLE.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
FIRST = ["1", "A.B", "プラン1", "H25年7月1日", "H25年7月4日", "H25年12月27日", "H25年9月", "", ""]
SECOND = ["2", "C.D", "プラン1", "H25年7月2日", "H25年7月4日", "H25年12月27日", "H25年9月", "", ""]


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def written(*rows: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADING, *rows])
    return out.getvalue()


def take_in(
    bureau: Bureau, data: bytes, filename: str = "台帳.csv", committee_id: str | None = None
) -> ImportResult:
    return import_register(
        **bureau.given, committee_id=committee_id or bureau.support.id, filename=filename, data=data
    )


def numbers_on_record(bureau: Bureau) -> tuple[int, int, int]:
    counts = [
        bureau.session.exec(select(func.count()).select_from(table)).one()
        for table in (Plan, Client, RegisterImport)
    ]
    return counts[0], counts[1], counts[2]


def test_the_real_register_is_thirty_plans_of_twenty_two_people(bureau: Bureau) -> None:
    result = take_in(bureau, SAMPLE.read_bytes(), SAMPLE.name)
    assert (result.plans, result.clients, result.added_plans, result.added_clients) == (30, 22, 30, 22)
    assert not result.refused
    assert numbers_on_record(bureau) == (30, 22, 1)


def test_what_was_written_stays_beside_what_was_read(bureau: Bureau) -> None:
    take_in(bureau, SAMPLE.read_bytes(), SAMPLE.name)
    plan = bureau.session.exec(select(Plan).where(Plan.register_row == 15)).one()
    assert plan.met_on == date(2013, 9, 6)
    assert plan.evaluated_on == date(2014, 3, 25)
    assert plan.evaluation_decided_on == date(2013, 3, 28)  # the wrong year of No. 11 is not repaired
    assert plan.evaluation_outcome is EvaluationOutcome.REPLAN
    assert "再 H25年3月28日" in plan.raw
    loose = bureau.session.exec(select(Plan).where(Plan.register_row == 2)).one()
    assert (loose.period_end, loose.period_end_precision) == (date(2013, 12, 31), Precision.LATE)


def test_taking_the_same_file_in_twice_adds_nothing(bureau: Bureau) -> None:
    take_in(bureau, SAMPLE.read_bytes(), SAMPLE.name)
    before = numbers_on_record(bureau), len(bureau.audited())
    again = take_in(bureau, SAMPLE.read_bytes(), "別の名前.csv")
    assert (again.plans, again.added_plans, again.added_clients) == (30, 0, 0)
    assert not again.refused
    assert (numbers_on_record(bureau), len(bureau.audited())) == before


def test_the_same_register_from_another_program_is_the_same(bureau: Bureau) -> None:
    take_in(bureau, written(FIRST, SECOND).encode("utf-8-sig"))
    assert take_in(bureau, written(FIRST, SECOND).encode("cp932")).added_plans == 0
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    for row in (HEADING, FIRST, SECOND):
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    assert take_in(bureau, data.getvalue(), "台帳.xlsx").added_plans == 0
    assert numbers_on_record(bureau) == (2, 2, 1)


def test_a_longer_register_adds_only_what_is_new(bureau: Bureau) -> None:
    take_in(bureau, written(FIRST).encode())
    result = take_in(bureau, written(FIRST, SECOND).encode())
    assert (result.plans, result.added_plans, result.added_clients) == (2, 1, 1)
    follow_up = ["1", "A.B", "プラン2", "H25年12月20日", "H25年12月24日", "H26年6月30日", "H26年3月", "", ""]
    assert take_in(bureau, written(FIRST, follow_up).encode()).added_clients == 0
    assert numbers_on_record(bureau) == (3, 2, 3)


@pytest.mark.parametrize(
    ("rows", "row", "says"),
    [
        ((FIRST, ["", "X.Y", *SECOND[2:]]), 3, "番号"),
        ((FIRST, [*SECOND[:2], "その他", *SECOND[3:]]), 3, "プラン"),
        ((FIRST, FIRST), 3, "2行目にもあります"),
    ],
)
def test_one_impossible_row_refuses_the_whole_file_and_is_named(
    bureau: Bureau, rows: Sequence[Sequence[str]], row: int, says: str
) -> None:
    result = take_in(bureau, written(*rows).encode())
    refused = [finding for finding in result.findings if finding.severity == "refused"]
    assert [finding.row for finding in refused] == [row]
    assert says in refused[0].message
    assert refused[0].message.endswith("ください。")
    assert result.refused
    assert (result.added_plans, result.added_clients) == (0, 0)
    assert numbers_on_record(bureau) == (0, 0, 0)


def test_a_row_that_differs_from_the_record_is_refused_and_changes_nothing(bureau: Bureau) -> None:
    take_in(bureau, written(FIRST).encode())
    changed = [*FIRST[:5], "H25年12月28日", *FIRST[6:]]
    result = take_in(bureau, written(changed, SECOND).encode())
    assert result.refused
    assert [(f.code, f.row) for f in result.findings if f.severity == "refused"] == [
        ("differs_from_record", 2)
    ]
    assert numbers_on_record(bureau) == (1, 1, 1)
    assert bureau.session.exec(select(col(Plan.period_end))).one() == date(2013, 12, 27)


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("台帳.csv", b""),
        ("台帳.csv", "名前,電話\n太郎,0154\n".encode()),
        ("写真.csv", bytes(range(256)) * 4),
        ("台帳.xlsx", b"PK\x03\x04 no archive"),
        ("台帳.pdf", b"%PDF-1.7"),
    ],
)
def test_what_is_no_register_is_refused_with_a_sentence(bureau: Bureau, filename: str, data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        take_in(bureau, data, filename)
    assert refusal.value.message.endswith("ください。")
    assert numbers_on_record(bureau) == (0, 0, 0)


def test_bodies_keep_registers_of_their_own(bureau: Bureau) -> None:
    take_in(bureau, written(FIRST).encode())
    elsewhere = take_in(bureau, written(FIRST).encode(), committee_id=bureau.regional.id)
    assert (elsewhere.added_plans, elsewhere.added_clients) == (1, 1)
