"""公用文の体裁: what all Word papers share: numbered headings, text, tables, header and footer, saving.

A paper is built in one go from an empty document, never merged from several, so numbering, headers and
styles are whole. The same content always gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from meetings_app.documents.custom_properties import set_properties
from meetings_app.documents.text import DEEPEST_LEVEL, clean, ems, filled, lines_of, mark
from meetings_app.documents.word_template import (
    BODY_POINTS,
    TEXT_WIDTH,
    Style,
    body_style,
    new_document,
    reproducible_bytes,
)

_SHADE: Final = "EFEFEF"
_LONG_CELL: Final = 400
"""Characters from which a table row may break across pages: it fills about a quarter of a page."""
_SHORT_TABLE: Final = (6, 600)
"""Rows and characters up to which a table is held on one page."""


# --- descriptions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """表の列: heading and width in millimetres; one column of a table may have none and takes the rest."""

    heading: str
    width: int | None = None
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """項目と内容: one labelled entry of a two-column table; `to_sign` leaves it empty, to be signed by hand."""

    label: str
    text: str | None = None
    to_sign: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """上下の欄外: what stands above and below every page."""

    header_left: str
    header_mark: str
    footer_left: str
    footer_right: str


# --- the paper --------------------------------------------------------------------------------------------


class Paper:
    """書類: one Word document being written from top to bottom."""

    def __init__(self, frame: Frame) -> None:
        self.document = new_document()
        self._level = 1
        self._counts = [0] * DEEPEST_LEVEL
        self._write_frame(frame)

    def number_and_date(self, lines: Sequence[str]) -> None:
        """文書番号・日付: write lines at the top right."""
        for line in lines:
            self.document.add_paragraph(clean(line), style=Style.NUMBER_AND_DATE)

    def title(self, text: str) -> None:
        """表題: write the centred title."""
        self.document.add_paragraph(clean(text), style="Title")

    def heading(self, level: int, text: str, number: int | None = None) -> Paragraph:
        """見出し: write a numbered heading; it counts on within its parent unless `number` is given.

        Raises ValueError where a level is left out (a level-3 heading right under a level-1 heading).
        """
        if level > 1 and not self._counts[level - 2]:
            raise ValueError(f"a level-{level} heading needs a level-{level - 1} heading above it")
        self._counts[level - 1] = number if number is not None else self._counts[level - 1] + 1
        self._counts[level:] = [0] * (DEEPEST_LEVEL - level)
        self._level = level
        sign = mark(level, self._counts[level - 1])
        paragraph = self.document.add_paragraph(f"{sign}　{filled(text)}", style=f"Heading {level}")
        hang = (ems(sign) + 1) * BODY_POINTS
        paragraph.paragraph_format.left_indent = Pt((level - 1) * BODY_POINTS + hang)
        paragraph.paragraph_format.first_line_indent = Pt(-hang)
        return paragraph

    def text(self, text: str | None) -> None:
        """本文: write text under the last heading, one paragraph a line, 「（未記入）」 if there is none."""
        for line in lines_of(text):
            self.document.add_paragraph(line, style=body_style(self._level))

    def note(self, sign: str, text: str) -> None:
        """注記: write a smaller paragraph that hangs behind its sign (「※」, 「注1」)."""
        paragraph = self.document.add_paragraph(f"{sign}　{filled(text)}", style=Style.NOTE)
        hang = (ems(sign) + 1) * (BODY_POINTS - 1)
        paragraph.paragraph_format.left_indent = Pt(self._indent + hang)
        paragraph.paragraph_format.first_line_indent = Pt(-hang)

    def grid(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
        """一覧表: write a table whose heading row is repeated on every page."""
        widths = self._widths([column.width for column in columns])
        table = self._table(widths)
        head = _add_row(table, widths)
        _flag(head, "w:tblHeader")
        for cell, column in zip(head.cells, columns, strict=True):
            _fill(cell, (column.heading,), Style.CELL_HEADING)
        for row in rows:
            _fill_row(_add_row(table, widths, breakable=_is_long(row)), columns, row)
        _hold_together(table, characters=sum(len(text) for row in rows for text in row))
        self._gap()
        return table

    def facts(self, facts: Sequence[Fact], *, label_width: int = 34, with_next: bool = False) -> Table:
        """項目表: write a table of labels and contents; `with_next` keeps it with what follows it."""
        widths = self._widths([label_width, None])
        table = self._table(widths)
        for fact in facts:
            row = _add_row(table, widths, breakable=_is_long((fact.text or "",)))
            _fill(row.cells[0], (fact.label,), Style.CELL_HEADING)
            _fill(row.cells[1], ("",) if fact.to_sign else lines_of(fact.text), Style.CELL)
            if fact.to_sign:
                row.height, row.height_rule = Mm(15), WD_ROW_HEIGHT_RULE.AT_LEAST
        characters = sum(len(fact.text or "") for fact in facts)
        _hold_together(table, characters=characters, with_next=with_next)
        self._gap(with_next=with_next)
        return table

    def save(self, *, title: str, dated: date, properties: Mapping[str, str] | None = None) -> bytes:
        """Return the finished file; `title`, `dated` and custom `properties` are all that its properties say.

        No author is named, and every date in the file is `dated`, so equal papers are equal byte for byte.
        """
        if properties:
            set_properties(self.document, {name: clean(value) for name, value in properties.items()})
        return reproducible_bytes(self.document, title=clean(title), dated=dated)

    @property
    def _indent(self) -> float:
        """Points by which tables and notes under the last heading stand in."""
        return (self._level - 1) * BODY_POINTS

    def _widths(self, millimetres: Sequence[int | None]) -> list[Length]:
        room = Mm(TEXT_WIDTH) - Pt(self._indent)
        rest = room - sum(Mm(width) for width in millimetres if width is not None)
        share = rest // max(1, list(millimetres).count(None))
        return [Length(share) if width is None else Mm(width) for width in millimetres]

    def _table(self, widths: Sequence[Length]) -> Table:
        table = cast("Table", self.document.add_table(rows=0, cols=len(widths), style="Table Grid"))
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        properties = _xml(table).tblPr
        _measure(properties, "w:tblW", sum(widths))
        _measure(properties, "w:tblInd", Pt(self._indent))
        return table

    def _write_frame(self, frame: Frame) -> None:
        section = self.document.sections[0]
        above = section.header.paragraphs[0]
        _tab_stops(above, TEXT_WIDTH)
        above.add_run(f"{clean(frame.header_left)}\t")
        _box(above.add_run(f" {clean(frame.header_mark)} "))
        below = section.footer.paragraphs[0]
        _tab_stops(below, TEXT_WIDTH // 2, TEXT_WIDTH)
        below.add_run(f"{clean(frame.footer_left)}\t")
        add_field(below, "PAGE")
        below.add_run(" / ")
        add_field(below, "NUMPAGES")
        below.add_run(f"\t{clean(frame.footer_right)}")

    def _gap(self, *, with_next: bool = False) -> None:
        """Leave a narrow line after a table: Word would join two tables that touch."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(6)
        paragraph.paragraph_format.keep_with_next = with_next


# --- tables -----------------------------------------------------------------------------------------------


def _add_row(table: Table, widths: Sequence[Length], *, breakable: bool = False) -> _Row:
    row = cast("_Row", table.add_row())  # type: ignore[no-untyped-call]
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = width
    if not breakable:
        _flag(row, "w:cantSplit")
    return row


def _is_long(texts: Sequence[str]) -> bool:
    return max(map(len, texts)) > _LONG_CELL


def _fill_row(row: _Row, columns: Sequence[Column], texts: Sequence[str]) -> None:
    for cell, column, text in zip(row.cells, columns, texts, strict=True):
        _fill(cell, lines_of(text), Style.CELL, centred=column.centred)


def _fill(cell: _Cell, lines: Sequence[str], style: Style, *, centred: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for index, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.style = style
        paragraph.add_run(line)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if style is Style.CELL_HEADING:
        _shade(cell)


def _hold_together(table: Table, *, characters: int, with_next: bool = False) -> None:
    """Hold a short table on one page, and a repeated heading row with the row below it."""
    rows = list(table.rows)
    most_rows, most_characters = _SHORT_TABLE
    short = len(rows) <= most_rows and characters <= most_characters
    held = len(rows) - (0 if with_next else 1) if short else 1
    for row in rows[:held]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _xml(part: Table | _Row | _Cell | Run) -> Any:
    """Return the XML behind a part of the document, for what python-docx has no property for."""
    return part._element  # noqa: SLF001


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), _SHADE)
    _xml(cell).get_or_add_tcPr().insert_element_before(
        shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"
    )


def _flag(row: _Row, name: str) -> None:
    _xml(row).get_or_add_trPr().append(OxmlElement(name))


_TABLE_PROPERTY_ORDER: Final = (
    "w:tblStyle", "w:tblpPr", "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize",
    "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd",
    "w:tblLayout", "w:tblCellMar", "w:tblLook",
)  # fmt: skip


def _measure(properties: Any, name: str, length: int) -> None:
    """Set a table measure in twentieths of a point, in the place the schema wants it."""
    for old in properties.findall(qn(name)):
        properties.remove(old)
    element = OxmlElement(name)
    element.set(qn("w:w"), str(round(length / Pt(0.05))))
    element.set(qn("w:type"), "dxa")
    following = _TABLE_PROPERTY_ORDER[_TABLE_PROPERTY_ORDER.index(name) + 1 :]
    properties.insert_element_before(element, *following)


# --- header, footer --------------------------------------------------------------------------------------


def _tab_stops(paragraph: Paragraph, *millimetres: int) -> None:
    """Set tab stops; the last one is flush right, others centre."""
    stops = paragraph.paragraph_format.tab_stops
    for place in millimetres:
        last = place == millimetres[-1]
        stops.add_tab_stop(Mm(place), WD_TAB_ALIGNMENT.RIGHT if last else WD_TAB_ALIGNMENT.CENTER)


def _box(run: Run) -> None:
    border = OxmlElement("w:bdr")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
        border.set(qn(f"w:{name}"), value)
    _xml(run).get_or_add_rPr().append(border)


def add_field(paragraph: Paragraph, code: str) -> None:
    """フィールド: append a real field (PAGE, NUMPAGES) that Word works out itself."""
    for kind in ("begin", None, "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "text":
            run.text = "1"
        elif kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            _xml(run).append(instruction)
        else:
            sign = OxmlElement("w:fldChar")
            sign.set(qn("w:fldCharType"), kind)
            _xml(run).append(sign)
