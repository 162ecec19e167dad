"""台帳ファイル: CSV and XLSX files turned into rows of text, and rows of text into such files.

Nothing in a file is trusted (`meetings_app.documents.workbook`). Cells keep the text a person sees; blank rows stay, so
that row numbers are the spreadsheet's. What is written runs in no spreadsheet, and equal rows are equal files.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter
from openpyxl.utils import get_column_letter

from agenda.rules.register import recognise_heading
from meetings_app.core.errors import Refused
from meetings_app.documents.workbook import (
    TEXT,
    WORKBOOK,
    Limits,
    Line,
    Sheet,
    Text,
    filled_lines,
    guarded,
    kind_of_file,
    read_workbook,
    restored,
)

EXPECTED: Final = "プラン台帳のCSV（UTF-8又はShift_JIS）又はExcelブック（.xlsx）を選んでください。"
SAVE_AS_UTF8: Final = "表計算ソフトの「名前を付けて保存」で「CSV UTF-8」を選んで保存し直してください。"
LONGEST_CELL: Final = 10_000
LIMITS: Final = Limits("プラン台帳", EXPECTED, 10, LONGEST_CELL, 10_000, 200)
KINDS: Final = {".csv": TEXT, ".xlsx": WORKBOOK}

Rows = list[list[str]]

csv.field_size_limit(
    LIMITS.bytes
)  # so that a long cell is refused by its row and column; the whole file is bounded

_ESCAPE: Final = "\x1b"
"""With what JIS changes between signs; nothing else has it."""

_STRAY_BYTES: Final = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
"""What Windows makes of single bytes that Shift_JIS does not have."""

_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format stores no zone; fixed, so that equal books are equal files
_WIDE: Final = 60
"""From how many characters on a column is wide."""


# --- reading ------------------------------------------------------------------------------------------------------


def read_file(path: Path) -> Rows:
    """Return the rows of the register at `path`, the heading first.

    Raises Refused where there is no such file or it is not a register.
    """
    if not path.is_file():
        raise Refused(f"ファイル「{path.name}」が見つかりません。{EXPECTED}")
    with path.open("rb") as file:
        return read_bytes(path.name, file.read(LIMITS.bytes + 1))


def read_bytes(name: str, data: bytes) -> Rows:
    """Return the rows of a register named `name` with the content `data`, the heading first.

    Raises Refused with a sentence that says what was expected: too large, empty, another kind of file, unreadable,
    a formula, or a heading that is not a register's.
    """
    if kind_of_file(name, data, LIMITS, KINDS) == TEXT:
        return _as_meant(_read_csv(data))
    return _as_meant(_register_among(read_workbook(name, data, LIMITS)))


def _as_meant(rows: Rows) -> Rows:
    """Return the rows of a register written here without the signs that keep spreadsheets from running them."""
    if not recognise_heading(rows[0]).further:
        return rows
    return [[restored(cell) for cell in row] for row in rows]


def _read_csv(data: bytes) -> Rows:
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    try:
        rows = _rows(filled_lines("表", ([Text(cell) for cell in cells] for cells in reader), LIMITS))
    except csv.Error:
        raise Refused(
            f'CSVの{reader.line_num}行目付近で、引用符「"」の対応が取れていないため読めません。'
            "表計算ソフトで開いて保存し直してください。"
        ) from None
    _check_csv_heading(rows[0] if rows else ())
    return rows


def _decode(data: bytes) -> str:
    """Return the text in UTF-8, with or without a mark, or in the Shift_JIS of Windows."""
    for encoding, stray in (("utf-8-sig", frozenset[str]()), ("cp932", _STRAY_BYTES)):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _ESCAPE not in text and stray.isdisjoint(text):
            return text
    raise Refused(f"文字コードを読めません。{SAVE_AS_UTF8}")


def _check_csv_heading(cells: Sequence[str]) -> None:
    """Refuse a heading that is not a register's; read in a wrong encoding it would look like that, too."""
    try:
        recognise_heading(cells)
    except Refused as refusal:
        raise Refused(f"{refusal.message}見出しがあるのに読めないときは、{SAVE_AS_UTF8}") from None


def _rows(lines: Iterator[Line]) -> Rows:
    """Return the cells of the filled lines, with the blank rows between them."""
    rows: Rows = []
    for line in lines:
        rows += [[] for _ in range(line.number - 1 - len(rows))]
        rows.append([cell.text for cell in line.cells])
    return rows


def _register_among(sheets: Sequence[Sheet]) -> Rows:
    """Return the rows of the one sheet whose first row is a register's heading.

    Raises Refused for none (with what its heading lacks), for several, and for formulas.
    """
    registers = [sheet for sheet in sheets if _is_register(sheet)]
    if len(registers) > 1:
        names = "」「".join(sheet.title for sheet in registers)
        raise Refused(
            f"台帳のシートが複数あります（「{names}」）。読み込むシートだけを残して保存してください。"
        )
    if not registers:
        recognise_heading(_heading(sheets[0]))
    _refuse_formulas(registers[0])
    rows = _rows(iter(registers[0].lines))
    # a sheet keeps no cells after the last filled one of a row: that is no row that breaks off
    return [[*row, *[""] * (len(rows[0]) - len(row))] if row else row for row in rows]


def _heading(sheet: Sheet) -> list[str]:
    """Return the cells of a sheet's first row."""
    return [cell.text for cell in sheet.lines[0].cells] if sheet.lines[0].number == 1 else []


def _is_register(sheet: Sheet) -> bool:
    try:
        recognise_heading(_heading(sheet))
    except Refused:
        return False
    return True


def _refuse_formulas(sheet: Sheet) -> None:
    """Raise Refused for the first formula: its stored value may be out of date."""
    for line in sheet.lines:
        for place, cell in enumerate(line.cells, start=1):
            if cell.formula:
                raise Refused(
                    f"シート「{sheet.title}」の{line.number}行目{get_column_letter(place)}列が計算式か、計算の誤りです。"
                    "値に置き換えて保存し直してください。"
                )


# --- writing ------------------------------------------------------------------------------------------------------


def register_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the rows as CSV: UTF-8 with a mark, CRLF."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def register_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the rows as a workbook of one sheet; every cell is text."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": "プラン台帳", "created": _MADE})
    head = book.add_format(
        {"bold": True, "bg_color": "#EFEFEF", "border": 1, "num_format": "@", "text_wrap": True}
    )
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("台帳")
    for place, cells in enumerate(zip(*rows, strict=True)):
        sheet.set_column(place, place, 40 if max(map(len, cells)) >= _WIDE else 16, text)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, guarded(cell), text if number else head)
    sheet.freeze_panes(1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    sheet.set_header("&L&A&R取扱注意")
    sheet.set_footer("&C&P / &N")
    book.close()
    return made.getvalue()
