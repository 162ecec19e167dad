"""台帳ファイルの読込み: CSV and XLSX files turned into rows of text; anything else is refused by what it is.

Nothing in a file is trusted: size, unpacked size, row and column numbers and cell lengths are bounded, macros and
formulas are refused. Cells keep the text a person sees; blank rows stay, so that row numbers are the spreadsheet's.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path, PurePath
from typing import Protocol

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from agenda.rules.register import recognise_heading
from meetings_app.core.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_CELL_CHARACTERS = 10_000
MAX_ROWS = 10_000
MAX_COLUMNS = 200
MAX_CELLS = 1_000_000
EXPECTED = "プラン台帳のCSV（UTF-8又はShift_JIS）又はExcelブック（.xlsx）を選んでください。"

SAVE_AS_UTF8 = "表計算ソフトの「名前を付けて保存」で「CSV UTF-8」を選んで保存し直してください。"

Rows = list[list[str]]

_STRAY_BYTES = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
"""What Windows makes of single bytes that Shift_JIS does not have."""

_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"\xd0\xcf\x11\xe0", "古い形式又はパスワード付きのOffice文書"),
)
_QUOTED_OR_BRACKETED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class _Cell(Protocol):
    """What is read of a cell, filled or empty."""

    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...
    @property
    def number_format(self) -> str: ...


def read_file(path: Path) -> Rows:
    """Return the rows of the register at `path`, the heading first.

    Raises Refused where there is no such file or it is not a register.
    """
    if not path.is_file():
        raise Refused(f"ファイル「{path.name}」が見つかりません。{EXPECTED}")
    with path.open("rb") as file:
        return read_bytes(path.name, file.read(MAX_BYTES + 1))


def read_bytes(name: str, data: bytes) -> Rows:
    """Return the rows of a register named `name` with the content `data`, the heading first.

    Raises Refused with a sentence that says what was expected: too large, empty, another kind of file, unreadable,
    a formula, or a heading that is not a register's.
    """
    _check_content(data)
    kind = _kind(data)
    suffix = PurePath(name).suffix.lower()
    if kind == "xlsx" and suffix == ".xlsx":
        return _read_workbook(data)
    if kind == "text" and suffix == ".csv":
        return _read_csv(data)
    raise Refused(
        f"ファイル「{name}」は{_described(kind, suffix)}のため、プラン台帳として読めません。{EXPECTED}"
    )


def _check_content(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Refused(
            "ファイルが10MBを超えています。台帳の表だけを残して保存し直し、もう一度選んでください。"
        )
    if not data.strip():
        raise Refused(f"ファイルが空です。{EXPECTED}")


def _kind(data: bytes) -> str:
    """Return what the content is, whatever its name: "xlsx", "text", or a description for people."""
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    for signature, description in _SIGNATURES:
        if data.startswith(signature):
            return description
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "文字コードがUTF-16の文書"
    return "読めない形式" if b"\x00" in data else "text"


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "壊れたファイル"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "マクロを含むブック"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "Word文書" if "word/document.xml" in names else "圧縮ファイル"


def _described(kind: str, suffix: str) -> str:
    labels = {"xlsx": "Excelブック", "text": "文字だけのファイル"}
    if kind not in labels:
        return kind
    return f"拡張子が「{suffix}」の{labels[kind]}" if suffix else f"拡張子のない{labels[kind]}"


def _read_csv(data: bytes) -> Rows:
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    try:
        rows = _bounded(reader)
    except csv.Error:
        raise Refused(
            f'CSVの{reader.line_num}行目付近で、引用符「"」の対応が取れていないか、セルが長すぎるため読めません。'
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
        if stray.isdisjoint(text):
            return text
    raise Refused(f"文字コードを読めません。{SAVE_AS_UTF8}")


def _check_csv_heading(cells: Sequence[str]) -> None:
    """Refuse a heading that is not a register's; read in a wrong encoding it would look like that, too."""
    try:
        recognise_heading(cells)
    except Refused as refusal:
        raise Refused(f"{refusal.message}見出しがあるのに読めないときは、{SAVE_AS_UTF8}") from None


def _bounded(rows: Iterable[Sequence[str]]) -> Rows:
    """Return the rows without the blank ones at the end.

    Raises Refused where there are too many rows or columns, or a cell is too long.
    """
    kept: Rows = []
    blank = 0
    for number, cells in enumerate(rows, start=1):
        if not any(cell.strip() for cell in cells):
            blank += 1
            continue
        _check_bounds(number, cells)
        kept += [[] for _ in range(blank)] + [list(cells)]
        blank = 0
    return kept


def _check_bounds(number: int, cells: Sequence[str]) -> None:
    if number > MAX_ROWS:
        raise Refused(f"表が{MAX_ROWS:,}行を超えています。年度などで分けて読み込んでください。")
    filled = [place for place, text in enumerate(cells, start=1) if text.strip()]
    if filled[-1] > MAX_COLUMNS:
        raise Refused(f"{number}行目が{MAX_COLUMNS}列を超えています。台帳の列だけを残してください。")
    for place, text in enumerate(cells, start=1):
        if len(text) > MAX_CELL_CHARACTERS:
            raise Refused(
                f"{number}行目の{get_column_letter(place)}列が{MAX_CELL_CHARACTERS:,}字を超えています。"
                "文章は台帳から外してください。"
            )


def _read_workbook(data: bytes) -> Rows:
    _check_archive(data)
    try:
        sheets = list(_sheets(data))
    except Refused:
        raise
    except Exception as error:  # a damaged workbook can fail in any way inside the library
        raise Refused(
            "Excelブックが壊れているため読めません。表計算ソフトで開き、.xlsx形式で保存し直してください。"
        ) from error
    return _register_among(sheets)


def _check_archive(data: bytes) -> None:
    """Refuse what would unpack to too much, and document types, which a workbook never needs."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise Refused("ブックの中身が大きすぎます。台帳の表だけを新しいブックに写して保存してください。")
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")) and _declares_entities(archive, entry):
                raise Refused(f"ブックに表以外の指定が含まれているため読めません。{EXPECTED}")


def _declares_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    try:
        return b"<!DOCTYPE" in archive.read(entry)
    except Exception as error:  # wrong checksum, encryption, unknown compression: all mean a damaged file
        raise Refused(
            "Excelブックが壊れているため読めません。表計算ソフトで開き、.xlsx形式で保存し直してください。"
        ) from error


def _sheets(data: bytes) -> Iterator[tuple[str, Rows]]:
    """Yield name and rows of each visible sheet that holds anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library remarks on features of the file that are not read
        book: Workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # the size a file states may be wrong and would cut cells off
            rows = _bounded(_sheet_rows(sheet.title, sheet.iter_rows()))
            if rows:
                yield sheet.title, rows
        book.close()


def _sheet_rows(title: str, rows: Iterable[Sequence[_Cell]]) -> Iterator[list[str]]:
    total = 0
    for number, cells in enumerate(rows, start=1):
        total += len(cells)
        if total > MAX_CELLS:  # empty cells far to the right cost as much as filled ones
            raise Refused("シートの範囲が広すぎます。台帳の表だけを新しいブックに写して保存してください。")
        yield [_text(cell, title, number, place) for place, cell in enumerate(cells, start=1)]


def _text(cell: _Cell, title: str, row: int, place: int) -> str:
    """Return the cell as a person reads it. Raises Refused for a formula: its stored value may be out of date."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise Refused(
            f"シート「{title}」の{row}行目{get_column_letter(place)}列が計算式です。値に置き換えて保存し直してください。"
        )
    if isinstance(value, datetime):
        return _date_text(value, cell.number_format)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _date_text(value: datetime, number_format: str) -> str:
    """Return a date cell as 「2014-03-25」, or 「2014-03」 where its format shows no day; a time only where it shows."""
    shown = _QUOTED_OR_BRACKETED.sub("", number_format).lower()
    if value.time() != time() and ("h" in shown or "d" not in shown):
        return value.isoformat(" ")
    return value.date().isoformat() if "d" in shown else value.strftime("%Y-%m")


def _register_among(sheets: Sequence[tuple[str, Rows]]) -> Rows:
    """Return the rows of the one sheet whose first row is a register's heading.

    Raises Refused for none (with what its heading lacks) and for several.
    """
    if not sheets:
        raise Refused(f"ブックに記入がありません。{EXPECTED}")
    registers = [(title, rows) for title, rows in sheets if _is_register(rows)]
    if len(registers) > 1:
        names = "」「".join(title for title, _ in registers)
        raise Refused(
            f"台帳のシートが複数あります（「{names}」）。読み込むシートだけを残して保存してください。"
        )
    if not registers:
        recognise_heading(sheets[0][1][0])
    return registers[0][1]


def _is_register(rows: Rows) -> bool:
    try:
        recognise_heading(rows[0])
    except Refused:
        return False
    return True
