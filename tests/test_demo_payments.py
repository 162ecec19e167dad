"""The papers of payment that the demonstration writes: read as their readers read them, and they all say the same."""

import csv
import io
import json
import lzma
import re
import zipfile
from pathlib import Path

import docx
from openpyxl import load_workbook

from tests.demo_runs import DemoRun, run_demo
from tests.honoraria.zengin.reader import ReadFile, read

FIRST_SCHEMA = Path(__file__).parent / "data" / "demo-first-schema.sqlite3.xz"
"""What the demonstration of the first schema left behind."""

PAID = {
    "丹頂 一郎": (5000, 0),
    "湿原 花子": (5000, 4000),
    "幣舞 次郎": (5000, 2000),
    "摩周 三郎": (5000, 1000),
    "春採 よし子": (5000, 0),
    "雪里 真": (5000, 4000),
    "北斗 七海": (5000, 2000),
    "温根内 八重": (5000, 0),
}
"""報酬 and 旅費 of 2014-03-25; of the last two as a person decided."""

UNPAID = {
    *("塘路 五郎", "細岡 九郎", "茶内 律", "鶴野 あかり", "葦原 守", "茅沼 健"),
    *("本人（No.14）", "川湯 六郎"),
}
DECIDED = {"北斗 七海", "温根内 八重", "川湯 六郎"}
EARLIER = {
    "丹頂 一郎": 5000,
    "湿原 花子": 9000,
    "幣舞 次郎": 7000,
    "摩周 三郎": 6000,
    "北斗 七海": 7000,
}
"""差引 by bank for the meeting of 2014-03-11; 春採 よし子 took 5,000 in cash."""


def transfer(demo: DemoRun, name: str = "transfer.txt") -> ReadFile:
    return read((demo.output / name).read_bytes(), crlf=True, eof=False)


def test_the_bank_file_pays_everybody_once(demo: DemoRun) -> None:
    file = transfer(demo)
    assert sorted(one.amount for one in file.data) == sorted(h + t for h, t in PAID.values())
    assert (file.count, file.total) == (8, 53_000)
    assert file.header.month_day == "0326"
    earlier = transfer(demo, "transfer-17.txt")
    assert sorted(one.amount for one in earlier.data) == sorted(EARLIER.values())
    assert (earlier.total, earlier.header.month_day) == (34_000, "0314")


def test_the_sheet_in_excel(demo: DemoRun) -> None:
    book = load_workbook(demo.output / "payment-sheet.xlsx")
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    by_name = {row[1]: row for row in rows if row[1] in PAID or row[1] in UNPAID}
    for name, (honorarium, travel) in PAID.items():
        assert [value for value in by_name[name] if isinstance(value, int)][-4:] == [
            *(honorarium, travel, 0),
            honorarium + travel,
        ], name
    for name in UNPAID:
        assert [value for value in by_name[name] if isinstance(value, int)][-4:] == [0, 0, 0, 0], name
    assert any(40_000 in row and 13_000 in row and 53_000 in row for row in rows)


def test_the_sheet_in_word_prints_decisions_and_two_approvers(demo: DemoRun) -> None:
    document = docx.Document(str(demo.output / "payment-sheet.docx"))
    words = "\n".join(
        [
            *(paragraph.text for paragraph in document.paragraphs),
            *(cell.text for table in document.tables for row in table.rows for cell in row.cells),
        ]
    )
    for name in (*PAID, *UNPAID):
        assert name in words
    assert "個別決定" in words
    assert "見本 会計責任者" in words
    assert "会場までの道のりが音別地区とほぼ同じため。" in words
    assert "源泉なし" in words
    assert "見本 会計" in words
    assert "丹頂 一郎" in words
    assert "53,000" in words


def test_a_notice_for_everybody_and_a_receipt_for_the_paid(demo: DemoRun) -> None:
    with zipfile.ZipFile(demo.output / "payment-notices.zip") as papers:
        names = papers.namelist()
        assert all(entry.flag_bits & 0x800 for entry in papers.infolist()), "names are marked as UTF-8"
        notice = docx.Document(io.BytesIO(papers.read("支払明細書_第19回_湿原花子.docx")))
    people = {name.replace(" ", "") for name in PAID} | {name.replace(" ", "") for name in UNPAID}
    told = {
        re.sub(r"^支払明細書_第19回_|\.docx$", "", name) for name in names if name.startswith("支払明細書")
    }
    paid = {re.sub(r"^領収書_第19回_|\.docx$", "", name) for name in names if name.startswith("領収書")}
    assert (told, paid) == (people, {name.replace(" ", "") for name in PAID})
    words = "\n".join(cell.text for table in notice.tables for row in table.rows for cell in row.cells)
    assert "9,000" in words
    assert not re.search(r"\d{7}", words), "account numbers are masked"


def test_computed_results_stay_as_they_were_beside_the_decisions(demo: DemoRun) -> None:
    lines = json.loads((demo.output / "assessments.json").read_text())
    assert {line["name"] for line in lines if line["decision"] == "要判断"} == DECIDED


def test_yearly_totals_count_what_was_paid(demo: DemoRun) -> None:
    text = (demo.output / "yearly-totals.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    totals = {row["氏名"]: row for row in rows if row["会議体"] == "計"}
    assert {name: int(row["差引支払額"]) for name, row in totals.items()} == {
        name: EARLIER.get(name, 0) + sum(PAID.get(name, (0, 0))) + (5000 if name == "春採 よし子" else 0)
        for name in {*EARLIER, *PAID}
    }
    assert {row["年"] for row in rows} == {"2014"}


def test_data_of_the_first_schema_open_and_get_their_papers(demo: DemoRun, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meetings.sqlite3").write_bytes(lzma.decompress(FIRST_SCHEMA.read_bytes()))
    printed = run_demo(tmp_path)
    assert "見本のデータはもうあります" in printed
    for name in ("transfer.txt", "transfer-17.txt"):
        assert (tmp_path / "output" / name).read_bytes() == (demo.output / name).read_bytes()
    before, after = (
        json.loads((folder / "assessments.json").read_text()) for folder in (demo.output, tmp_path / "output")
    )
    assert after == before
