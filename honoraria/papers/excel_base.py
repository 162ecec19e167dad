"""Excel の体裁: what the workbooks share: defused text, yen as numbers, a frozen heading, print set-up, fixed dates."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import xlsxwriter

from meetings_app.documents.cells import defused
from meetings_app.documents.text import clean, ems

Cell = str | int | None
"""Text, whole numbers (yen, counts), or nothing."""

YEN_FORMAT: Final = "#,##0"
_FONT: Final = "BIZ UDゴシック"
_A4: Final = 9
_NARROWEST, _WIDEST = 6, 60
"""Limits of a column's width, in half-width signs; longer text is wrapped."""
_LINE_POINTS: Final = 15
_UNDATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class SheetTable:
    """表: one worksheet: lines above the table, its heading, its rows, a sum row if any, and lines below it."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    above: tuple[str, ...] = ()
    total: tuple[Cell, ...] | None = None
    below: tuple[tuple[str, str], ...] = ()
    plain: frozenset[str] = frozenset()
    """Headings of columns whose numbers are no amounts (years): printed without thousands."""


def safe_text(text: str) -> str:
    """Return text as a cell may hold it: cleaned line by line, and never the beginning of a formula.

    The apostrophe stays in the text, so that the sheet is safe when it is saved as CSV later.
    """
    return defused("\n".join(clean(line) for line in text.splitlines()))


def workbook(tables: Sequence[SheetTable], *, title: str, made_at: datetime = _UNDATED) -> bytes:
    """Return worksheets as an Excel workbook (.xlsx); `title` and `made_at` (UTC) are all that its properties say.

    Equal tables give equal bytes. Raises ValueError for text longer than a cell holds (32,767 signs).
    """
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, _OPTIONS)
    book.set_properties({"title": clean(title), "created": made_at.replace(tzinfo=None)})
    looks = _Looks(book)
    for table in tables:
        _write(book.add_worksheet(table.name), table, looks, title)
    book.close()
    return written.getvalue()


class _Looks:
    """セルの書式: the formats of one workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        boxed = base | {"border": 1, "text_wrap": True}
        shaded = boxed | {"bg_color": "#EFEFEF"}
        self.above = book.add_format(base)
        self.below = book.add_format(base | {"text_wrap": True})
        self.title = book.add_format(base | {"font_size": 14})
        self.heading = book.add_format(shaded | {"align": "center"})
        self.text = book.add_format(boxed)
        self.yen = book.add_format(boxed | {"num_format": YEN_FORMAT})
        self.plain = book.add_format(boxed | {"num_format": "0"})
        self.total = book.add_format(shaded | {"num_format": YEN_FORMAT})


def _write(worksheet: Any, table: SheetTable, looks: _Looks, title: str) -> None:
    for number, line in enumerate(table.above):
        _put(worksheet, number, 0, line, looks.title if number == 0 else looks.above)
    head = len(table.above)
    for column, heading in enumerate(table.headings):
        _put(worksheet, head, column, heading, looks.heading)
    row = head + 1
    for cells in table.rows:
        for column, cell in enumerate(cells):
            number_look = looks.plain if table.headings[column] in table.plain else looks.yen
            _put(worksheet, row, column, cell, number_look if isinstance(cell, int) else looks.text)
        row += 1
    for column, cell in enumerate(table.total or ()):
        _put(worksheet, row, column, cell, looks.total)
    widths = _fit_columns(worksheet, table)
    for number, (label, text) in enumerate(table.below, start=row + 2):
        _put_wide(worksheet, number, f"{label}：{text}", widths, looks.below)
    _set_up_print(worksheet, head, title)


def _put(worksheet: Any, row: int, column: int, cell: Cell, look: Any) -> None:
    if isinstance(cell, int):
        failed = worksheet.write_number(row, column, cell, look)
    elif cell:
        failed = worksheet.write_string(row, column, safe_text(cell), look)
    else:
        failed = worksheet.write_blank(row, column, None, look)
    if failed:
        raise ValueError(f"row {row + 1}, column {column + 1} takes no more than 32,767 signs")


def _put_wide(worksheet: Any, row: int, text: str, widths: Sequence[int], look: Any) -> None:
    """Write a line across the table, its row high enough: Excel itself does not fit joined cells."""
    lines = -(-_half_widths(text) // max(1, sum(widths) - 4))
    worksheet.set_row(row, _LINE_POINTS * max(1, lines))
    worksheet.merge_range(row, 0, row, len(widths) - 1, "", look)
    _put(worksheet, row, 0, text, look)


def _fit_columns(worksheet: Any, table: SheetTable) -> list[int]:
    rows = (table.headings, *table.rows, *((table.total,) if table.total else ()))
    widths = []
    for column in range(len(table.headings)):
        widest = max(_half_widths(row[column]) for row in rows)
        widths.append(min(_WIDEST, max(_NARROWEST, widest) + 2))
        worksheet.set_column(column, column, widths[-1])
    return widths


def _half_widths(cell: Cell) -> int:
    if isinstance(cell, int):
        return len(f"{cell:,}")
    return max((round(2 * ems(line)) for line in (cell or "").splitlines()), default=0)


def _set_up_print(worksheet: Any, head: int, title: str) -> None:
    worksheet.freeze_panes(head + 1, 0)
    worksheet.repeat_rows(0, head)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    worksheet.set_footer(f"&L{clean(title).replace('&', '&&')[:80]}&R&P / &N")
