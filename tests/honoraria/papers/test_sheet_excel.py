"""支給調書 in Excel, read back with another library."""

import io
import zipfile
from datetime import datetime
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from honoraria.papers.excel_base import SheetTable, workbook
from honoraria.papers.sheet_excel import sheet_excel
from honoraria.papers.wording import listed
from tests.honoraria.papers.sample import AMOUNTS, FORMULA_NAME, SUMS, draft, final


def read(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@cache
def book() -> Workbook:
    return read(sheet_excel(final()))


def rows(worksheet: Worksheet) -> list[tuple[object, ...]]:
    return list(worksheet.iter_rows(values_only=True))


def test_three_sheets() -> None:
    assert book().sheetnames == ["支給調書", "内訳", "個別決定・辞退・訂正"]


def test_every_line_with_whole_numbers() -> None:
    table = rows(book()["支給調書"])
    assert table[2] == (
        "番号", "氏名", "所属", "区分", "地区", "会議", "判定", "報酬", "旅費", "源泉", "差引", "理由", "根拠",
    )  # fmt: skip
    keys = [line.attendance_id for line in listed(final().content)]
    assert {key: row[6:11] for key, row in zip(keys, table[3:], strict=False)} == AMOUNTS
    assert all(type(cell) is int for row in table[3 : 3 + len(keys)] for cell in row[7:11])


def test_sums_are_values_not_formulas() -> None:
    total = next(row for row in rows(book()["支給調書"]) if row[1] == "合計")
    assert total[7:11] == SUMS
    cells = [cell for sheet in book().worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"n", "s"}
    assert "f" not in {cell.data_type for cell in cells}
    assert not [cell for cell in cells if cell.hyperlink]


def test_amounts_have_thousands() -> None:
    assert book()["支給調書"]["K4"].number_format == "#,##0"


def test_text_like_a_formula_is_defused() -> None:
    cells = [row[1] for row in rows(book()["支給調書"])]
    assert f"'{FORMULA_NAME}" in cells
    assert "'+SUM(1)" in [row[2] for row in rows(book()["支給調書"])]
    assert f"'{FORMULA_NAME}" in [row[0] for row in rows(book()["内訳"])]


def test_steps_with_inputs_result_and_articles() -> None:
    table = rows(book()["内訳"])
    assert table[1] == ("氏名", "会議", "判定", "手順", "見た事実", "結果", "根拠", "説明")
    mine = [row for row in table if row[0] == "丹頂 一郎"]
    travel = next(row for row in mine if row[3] == "旅費")
    assert travel[4:7] == ("居住地区: 阿寒湖畔\n会場地区: 釧路\n同日の先行会議: 0", 4000, "第7条第3項②")
    assert [row[5] for row in mine if row[3] == "差引"] == [8490, 3000]


def test_decisions_refusals_and_corrections() -> None:
    table = rows(book()["個別決定・辞退・訂正"])[2:]
    assert [row[0] for row in table] == [
        "個別決定",
        *["訂正前", "訂正後", "訂正の差額"],
        "辞退",
        *["訂正前", "訂正後", "訂正の差額"] * 2,
    ]
    assert table[0][1:] == (
        "浜中 渡", "第19回（令和8年11月19日）", "阿寒地区の額を用いる", 5000, 1000, None, None,
        "当日は阿寒の自宅から釧路の支所まで来て、支所の機器で参加したため。", "白糠 恵", "令和8年11月20日",
    )  # fmt: skip
    assert table[3][:8] == ("訂正の差額", "丹頂 一郎", "第18回（令和8年10月15日）", None, 0, 3000, 0, 3000)
    assert table[4][8:] == ("年度内のすべての会議について", "標津 恵美", "令和8年11月18日")
    assert table[7][4:8] == (-5000, -2000, -510, -6490)


def test_open_amounts_are_words() -> None:
    table = rows(read(sheet_excel(draft()))["支給調書"])
    assert table[0][0] == "支給調書第7号（下書き）　第19回支援調整会議"
    assert table[3][1:11] == (
        "阿寒 岳", "くしろ地域福祉の会", "委員", "釧路", "第19回（令和8年11月19日）", "要判断",
        5000, "未定", 510, "未定",
    )  # fmt: skip
    assert ("確定までに済ませること：阿寒 岳: 要判断です。判断と理由を記録してください。") in [
        row[0] for row in table
    ]


def test_print_set_up() -> None:
    worksheet = book()["支給調書"]
    assert worksheet.freeze_panes == "A4"
    assert worksheet.print_title_rows == "$1:$3"
    assert worksheet.page_setup.orientation == "landscape"
    assert (worksheet.page_setup.fitToWidth or 1, worksheet.page_setup.fitToHeight) == (1, 0)
    set_up = worksheet.sheet_properties.pageSetUpPr
    assert set_up is not None
    assert set_up.fitToPage
    assert worksheet.page_setup.paperSize == 9


def test_columns_are_as_wide_as_their_text() -> None:
    widths = {letter: column.width for letter, column in book()["支給調書"].column_dimensions.items()}
    assert widths["A"] >= 6
    assert widths["E"] >= 8  # 阿寒湖畔 is eight half-width signs
    assert max(widths.values()) <= 63


def test_equal_sheets_give_equal_bytes() -> None:
    content = sheet_excel(final())
    assert content == sheet_excel(final())
    assert book().properties.created == datetime(2026, 11, 21, 0, 0)  # noqa: DTZ001 - Excel knows no zone; 9:00 in Japan
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_text_beyond_a_cell_is_refused_not_cut() -> None:
    with pytest.raises(ValueError, match="32,767"):
        workbook([SheetTable("表", ("見出し",), (("長" * 32_768,),))], title="長い")
