"""表のファイル: workbooks read with suspicion and written so that nothing in it runs; knows nothing of what it holds.

Nothing in a file is trusted: size, unpacked size, rows, columns and cell lengths are bounded; macros, document types
and other kinds of files are refused by what they are. Cells keep the text a person sees. A formula is not read but
marked: what it shows may be out of date.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Final, Protocol

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from meetings_app.core.errors import Refused
from meetings_app.documents.cells import defused

MAX_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MAX_CELLS: Final = 1_000_000
RESAVE: Final = "表計算ソフトで開き、.xlsx形式で保存し直してください。"


@dataclass(frozen=True, slots=True)
class Limits:
    """読み込める大きさ of a kind of file; `noun` is what people call its table, `expected` what to choose instead."""

    noun: str
    expected: str
    megabytes: int
    cell_characters: int
    rows: int
    columns: int

    @property
    def bytes(self) -> int:
        """How large a file may be."""
        return self.megabytes * 1024 * 1024


MEMBER_LIMITS: Final = Limits("名簿", "Excelブック（.xlsx）を選んでください。", 5, 1_000, 5_000, 50)

_QUOTE: Final = "'"
_SIGNATURES: Final = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"GIF8", "画像"),
    (b"\xd0\xcf\x11\xe0", "古い形式（.xls）又はパスワード付きのOffice文書"),
    (b"\xff\xfe", "文字コードがUTF-16の文書"),
    (b"\xfe\xff", "文字コードがUTF-16の文書"),
)
_QUOTED_OR_BRACKETED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')

_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What neither a workbook nor a page can hold."""

WORKBOOK: Final = "Excelブック"
TEXT: Final = "文字だけのファイル"


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
    @property
    def number_format(self) -> str: ...


def guarded(text: str) -> str:
    """Return text as a cell holds it: never run as a formula, and given back unchanged by `restored`."""
    return f"{_QUOTE}{text}" if text.startswith(_QUOTE) else defused(text)


def restored(text: str) -> str:
    """Return what `guarded` was given."""
    return text.removeprefix(_QUOTE)


def read_workbook(name: str, data: bytes, limits: Limits = MEMBER_LIMITS) -> tuple[Sheet, ...]:
    """Return the visible sheets that hold anything.

    Raises Refused with a sentence that says what was expected: too large, empty, another kind of file, with macros,
    unreadable.
    """
    if kind_of_file(name, data, limits, {".xlsx": WORKBOOK}) != WORKBOOK:
        raise TypeError("only workbooks are accepted above")
    _check_archive(data, limits)
    try:
        sheets = tuple(_sheets(data, limits))
    except Refused:
        raise
    except Exception as error:  # a damaged workbook can fail in any way inside the library
        raise Refused(f"Excelブックが壊れているため読めません。{RESAVE}") from error
    if not sheets:
        raise Refused(f"ブックに記入がありません。{limits.noun}を記入した{limits.expected}")
    return sheets


def kind_of_file(name: str, data: bytes, limits: Limits, accepted: Mapping[str, str]) -> str:
    """Return what a file is: one of the kinds `accepted` by the ending of its name (".xlsx" → WORKBOOK).

    Raises Refused where it is too large, empty, or anything else, whatever its name.
    """
    if len(data) > limits.bytes:
        raise Refused(
            f"ファイルが{limits.megabytes}MBを超えています。"
            f"{limits.noun}の表だけを残して保存し直し、もう一度選んでください。"
        )
    if not data.strip():
        raise Refused(f"ファイルが空です。{limits.expected}")
    kind, suffix = _kind(data), PurePath(name).suffix.lower()
    if accepted.get(suffix) != kind:
        described = _described(kind, suffix)
        raise Refused(
            f"ファイル「{name}」は{described}のため、{limits.noun}として読めません。{limits.expected}"
        )
    return kind


def _described(kind: str, suffix: str) -> str:
    if kind not in (WORKBOOK, TEXT):
        return kind
    return f"拡張子が「{suffix}」の{kind}" if suffix else f"拡張子のない{kind}"


def _kind(data: bytes) -> str:
    """Return what the content is, in words, whatever its name."""
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    for signature, description in _SIGNATURES:
        if data.startswith(signature):
            return description
    return "読めない形式" if b"\x00" in data else TEXT


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "壊れたファイル"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "マクロを含むブック"
    if "xl/workbook.xml" in names:
        return WORKBOOK
    return "Word文書" if "word/document.xml" in names else "圧縮ファイル"


def _check_archive(data: bytes, limits: Limits) -> None:
    """Refuse what would unpack to too much, and document types, which a workbook never needs."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise Refused(
                f"ブックの中身が大きすぎます。{limits.noun}の表だけを新しいブックに写して保存してください。"
            )
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in _unpacked(archive, entry):
                raise Refused(f"ブックに表以外の指定が含まれているため読めません。{RESAVE}")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(entry)
    except Exception as error:  # wrong checksum, encryption, unknown compression: all mean a damaged file
        raise Refused(f"Excelブックが壊れているため読めません。{RESAVE}") from error


def _sheets(data: bytes, limits: Limits) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library remarks on features of the file that are not read
        book: Workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # the size a file states may be wrong and would cut cells off
            place = f"シート「{sheet.title}」"
            lines = tuple(filled_lines(place, _cells(place, sheet.iter_rows(), limits), limits))
            if lines:
                yield Sheet(sheet.title, lines)
        book.close()


def _cells(place: str, rows: Iterable[Sequence[_Cell]], limits: Limits) -> Iterator[list[Text]]:
    total = 0
    for cells in rows:
        total += len(cells)
        if total > MAX_CELLS:  # empty cells far to the right cost as much as filled ones
            raise Refused(
                f"{place}の範囲が広すぎます。{limits.noun}の表だけを新しいブックに写して保存してください。"
            )
        yield [_text(cell) for cell in cells]


def filled_lines(place: str, rows: Iterable[Sequence[Text]], limits: Limits) -> Iterator[Line]:
    """Yield the filled rows with their numbers; `place` names the sheet or file in what is refused.

    Raises Refused where there are too many rows or columns, a cell is too long, or holds what is no text.
    """
    for number, cells in enumerate(rows, start=1):
        if any(cell.text.strip() or cell.formula for cell in cells):
            _check_bounds(place, number, cells, limits)
            yield Line(number, tuple(cells[: limits.columns]))


def _check_bounds(place: str, number: int, cells: Sequence[Text], limits: Limits) -> None:
    if number > limits.rows:
        raise Refused(f"{place}が{limits.rows:,}行を超えています。分けて読み込んでください。")
    if any(cell.text.strip() for cell in cells[limits.columns :]):
        raise Refused(
            f"{place}の{number}行目が{limits.columns}列を超えています。{limits.noun}の列だけを残してください。"
        )
    for column, cell in enumerate(cells, start=1):
        at = f"{place}の{number}行目の{get_column_letter(column)}列"
        if len(cell.text) > limits.cell_characters:
            raise Refused(f"{at}が{limits.cell_characters:,}字を超えています。短くしてください。")
        if _NO_TEXT.search(cell.text):
            raise Refused(f"{at}に使えない文字（制御文字）があります。消して、入力し直してください。")


def _text(cell: _Cell) -> Text:
    value = cell.value
    if value is None:
        return Text("")
    if cell.data_type in ("f", "e"):
        return Text(str(value) if isinstance(value, str) else "計算式", formula=True)
    return Text(_shown(value, cell.number_format))


def _shown(value: object, number_format: str) -> str:
    """Return a value as a person reads it; a day as 2014-03-25."""
    if isinstance(value, datetime):
        return _date_text(value, number_format)
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
