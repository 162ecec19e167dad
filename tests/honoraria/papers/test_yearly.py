"""Yearly totals as CSV and Excel, checked as bytes and read back."""

import csv
import io

import openpyxl

from honoraria.papers.yearly import HEADINGS, yearly_csv, yearly_excel
from honoraria.rules.yearly import YearlyTotal

ROWS = (
    YearlyTotal("p1", "丹頂 一郎", "釧路市支援調整会議", 2026, 12, 60_000, 48_000, 6_120, 101_880),
    YearlyTotal("p1", "丹頂 一郎", "計", 2026, 12, 60_000, 48_000, 6_120, 101_880, ("一つ目", "二つ目")),
    YearlyTotal("p2", '=1+1,"', "－会議", 2026, 1, -5_000, 0, -510, -4_490),
)


def test_bytes_are_those_a_spreadsheet_expects() -> None:
    assert yearly_csv(ROWS) == (
        b"\xef\xbb\xbf"
        + (
            "年,氏名,会議体,支払件数,報酬,旅費,源泉徴収税額,差引支払額,うち振込依頼中,確認すること,管理番号\r\n"
            "2026,丹頂 一郎,釧路市支援調整会議,12,60000,48000,6120,101880,0,,p1\r\n"
            '2026,丹頂 一郎,計,12,60000,48000,6120,101880,0,"一つ目\n二つ目",p1\r\n'
            '2026,"\'=1+1,""",\'－会議,1,-5000,0,-510,-4490,0,,p2\r\n'
        ).encode()
    )


def test_no_rows_leave_the_heading() -> None:
    rows = list(csv.reader(io.StringIO(yearly_csv(()).decode("utf-8-sig"), newline="")))
    assert rows == [list(HEADINGS)]


def test_workbook_with_whole_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(yearly_excel(ROWS)))["年間の支払"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1] == HEADINGS
    assert rows[3] == (2026, "丹頂 一郎", "計", 12, 60_000, 48_000, 6_120, 101_880, 0, "一つ目\n二つ目", "p1")
    assert rows[4][1:3] == ("'=1+1,\"", "'－会議")
    assert rows[4][7] == -4_490
    assert sheet.freeze_panes == "A3"


def test_a_year_is_no_amount() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(yearly_excel(ROWS)))["年間の支払"]
    assert sheet["A3"].number_format == "0"
    assert sheet["E3"].number_format == "#,##0"


def test_equal_totals_give_equal_bytes() -> None:
    assert yearly_excel(ROWS) == yearly_excel(ROWS)
