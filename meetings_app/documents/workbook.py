"""Excelブック: read with suspicion and written so that nothing in it runs; knows nothing of what it holds.

Nothing in a file is trusted: size, unpacked size, rows, columns and cell lengths are bounded; macros, document types
and other kinds of files are refused by what they are. Cells keep the text a person sees. A formula is not read but
marked: what it shows may be out of date.
"""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Protocol

import openpyxl
from openpyxl.workbook import Workbook

from meetings_app.core.errors import Refused
from meetings_app.documents.cells import defused

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MAX_CELL_CHARACTERS: Final = 1_000
MAX_ROWS: Final = 5_000
MAX_COLUMNS: Final = 50
MAX_CELLS: Final = 1_000_000
EXPECTED: Final = "Excelブック（.xlsx）を選んでください。"
RESAVE: Final = "表計算ソフトで開き、.xlsx形式で保存し直してください。"

_QUOTE: Final = "'"
_SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"\xd0\xcf\x11\xe0", "古い形式（.xls）又はパスワード付きのOffice文書"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """セル: what a person sees in it; `formula` marks a formula or an error, whose text is not to be used."""

    text: str
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """行: its number as the spreadsheet counts, and its cells."""

    number: int
    cells: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """シート: name and filled rows."""

    title: str
    lines: tuple[Line, ...]


class _Cell(Protocol):
    """What is read of a cell, filled or empty."""

    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...


def guarded(text: str) -> str:
    """Return text as a cell holds it: never run as a formula, and given back unchanged by `restored`."""
    return f"{_QUOTE}{text}" if text.startswith(_QUOTE) else defused(text)


def restored(text: str) -> str:
    """Return what `guarded` was given."""
    return text.removeprefix(_QUOTE)


def read_workbook(name: str, data: bytes) -> tuple[Sheet, ...]:
    """Return the visible sheets that hold anything.

    Raises Refused with a sentence that says what was expected: too large, empty, another kind of file, with macros,
    unreadable.
    """
    _check_size(data)
    kind = _kind(data)
    if kind is not None or not name.lower().endswith(".xlsx"):
        described = kind or "拡張子が.xlsxでないファイル"
        raise Refused(f"ファイル「{name}」は{described}のため読めません。{EXPECTED}")
    _check_archive(data)
    try:
        sheets = tuple(_sheets(data))
    except Refused:
        raise
    except Exception as error:  # a damaged workbook can fail in any way inside the library
        raise Refused(f"Excelブックが壊れているため読めません。{RESAVE}") from error
    if not sheets:
        raise Refused(f"ブックに記入がありません。記入した{EXPECTED}")
    return sheets


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Refused("ファイルが5MBを超えています。名簿の表だけを残して保存し直し、もう一度選んでください。")
    if not data.strip():
        raise Refused(f"ファイルが空です。{EXPECTED}")


def _kind(data: bytes) -> str | None:
    """Return what the content is instead of a workbook, in words; None for a workbook."""
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    return next(
        (name for signature, name in _SIGNATURES if data.startswith(signature)), "Excelブックではない形式"
    )


def _kind_of_archive(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "壊れたファイル"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "マクロを含むブック"
    if "xl/workbook.xml" in names:
        return None
    return "Word文書" if "word/document.xml" in names else "圧縮ファイル"


def _check_archive(data: bytes) -> None:
    """Refuse what would unpack to too much, and document types, which a workbook never needs."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise Refused("ブックの中身が大きすぎます。名簿の表だけを新しいブックに写して保存してください。")
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in _unpacked(archive, entry):
                raise Refused(f"ブックに表以外の指定が含まれているため読めません。{RESAVE}")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(entry)
    except Exception as error:  # wrong checksum, encryption, unknown compression: all mean a damaged file
        raise Refused(f"Excelブックが壊れているため読めません。{RESAVE}") from error


def _sheets(data: bytes) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library remarks on features of the file that are not read
        book: Workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # the size a file states may be wrong and would cut cells off
            lines = tuple(_lines(sheet.title, sheet.iter_rows()))
            if lines:
                yield Sheet(sheet.title, lines)
        book.close()


def _lines(title: str, rows: Iterable[Sequence[_Cell]]) -> Iterator[Line]:
    """Yield the filled rows. Raises Refused where there are too many, or a cell is too long."""
    total = 0
    for number, cells in enumerate(rows, start=1):
        total += len(cells)
        if total > MAX_CELLS:  # empty cells far to the right cost as much as filled ones
            raise Refused(
                f"シート「{title}」の範囲が広すぎます。名簿の表だけを新しいブックに写して保存してください。"
            )
        texts = [_text(cell) for cell in cells]
        if any(text.text.strip() or text.formula for text in texts):
            _check_bounds(title, number, texts)
            yield Line(number, tuple(texts[:MAX_COLUMNS]))


def _check_bounds(title: str, number: int, texts: Sequence[Text]) -> None:
    if number > MAX_ROWS:
        raise Refused(f"シート「{title}」が{MAX_ROWS:,}行を超えています。分けて読み込んでください。")
    if any(text.text.strip() for text in texts[MAX_COLUMNS:]):
        raise Refused(
            f"シート「{title}」の{number}行目が{MAX_COLUMNS}列を超えています。名簿の列だけを残してください。"
        )
    if any(len(text.text) > MAX_CELL_CHARACTERS for text in texts):
        raise Refused(
            f"シート「{title}」の{number}行目に{MAX_CELL_CHARACTERS:,}字を超えるセルがあります。短くしてください。"
        )


def _text(cell: _Cell) -> Text:
    value = cell.value
    if value is None:
        return Text("")
    if cell.data_type in ("f", "e"):
        return Text(str(value) if isinstance(value, str) else "計算式", formula=True)
    return Text(_shown(value))


def _shown(value: object) -> str:
    """Return a value as a person reads it; a day as 2014-03-25."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)
