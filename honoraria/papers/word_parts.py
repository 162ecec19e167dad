"""支払の書類の体裁: the paper all payment papers are written on: page size, tables of amounts, stamps, letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from meetings_app.documents.text import clean, lines_of
from meetings_app.documents.word_base import Column, Frame, Paper, add_field
from meetings_app.documents.word_template import Style

_SHADE: Final = "EFEFEF"
STAMPS: Final = ("会計", "確認", "承認")
"""印欄: who stamps a payment sheet."""


@dataclass(frozen=True, slots=True)
class Layout:
    """用紙: a page and its margins in millimetres, and the size of table text in points."""

    width: int
    height: int
    side: int
    top: int
    bottom: int
    cell_points: float
    cell_line: float

    @property
    def text_width(self) -> int:
        """Width between the margins."""
        return self.width - 2 * self.side


LANDSCAPE: Final = Layout(297, 210, 15, 22, 18, 8.5, 12)
PORTRAIT: Final = Layout(210, 297, 22, 18, 18, 9, 13)


class PayPaper(Paper):
    """支払の書類: a paper of any page size whose tables hold amounts."""

    def __init__(self, frame: Frame, layout: Layout) -> None:
        self._layout = layout
        super().__init__(frame)
        for name in (Style.CELL, Style.CELL_HEADING):
            style = self.document.styles[name]
            style.font.size = Pt(layout.cell_points)
            style.paragraph_format.line_spacing = Pt(layout.cell_line)
        title = self.document.styles["Title"].paragraph_format
        title.space_before, title.space_after = Pt(2), Pt(8)

    def ledger(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        amounts: Collection[str],
        total: bool = False,
    ) -> Table:
        """金額の表: write a table whose columns headed `amounts` are flush right; "" leaves a cell empty.

        With `total` the last row is set off as the sum and never stands alone on a page.
        """
        table = self.grid(columns, rows)
        right = [index for index, column in enumerate(columns) if column.heading in amounts]
        for row, texts in zip(list(table.rows)[1:], rows, strict=True):
            cells = row.cells
            _align_right([cells[index] for index in right])
            _empty([cell for cell, text in zip(cells, texts, strict=True) if not text])
        if total:
            _set_off_total(table)
        return table

    def head_with_stamps(self, facts: Sequence[tuple[str, str]]) -> Table:
        """頭書きと印欄: write the facts in two columns, the boxes for stamps to the right of them."""
        label, stamp, gap = 27, 20, 4
        content = (self._layout.text_width - 2 * label - gap - len(STAMPS) * stamp) // 2
        table = self._table(
            [Mm(width) for width in (label, content, label, content, gap, *[stamp] * len(STAMPS))]
        )
        pairs = [facts[index : index + 2] for index in range(0, len(facts), 2)]
        for pair in pairs:
            row = table.add_row()  # type: ignore[no-untyped-call]
            row.height, row.height_rule = Mm(8), WD_ROW_HEIGHT_RULE.AT_LEAST
            for cell, column in zip(row.cells, table.columns, strict=True):
                cell.width = column.width
            for place, (name, text) in enumerate(pair):
                _write(row.cells[2 * place], name.splitlines(), Style.CELL_HEADING)
                _write(row.cells[2 * place + 1], lines_of(text), Style.CELL)
        _add_stamps(table)
        self._gap()
        return table

    def _write_frame(self, frame: Frame) -> None:
        super()._write_frame(frame)
        section = self.document.sections[0]
        resize(section, self._layout)
        width = self._layout.text_width
        _tab_stops(section.header.paragraphs[0], width)
        _tab_stops(section.footer.paragraphs[0], width // 2, width)

    def _widths(self, millimetres: Sequence[int | None]) -> list[Length]:
        room = Mm(self._layout.text_width) - Pt(self._indent)
        rest = room - sum(Mm(width) for width in millimetres if width is not None)
        share = rest // max(1, list(millimetres).count(None))
        return [Length(share) if width is None else Mm(width) for width in millimetres]


class LetterPaper(PayPaper):
    """通知: letters to one person after the other in one document, each on pages of its own, numbered from 1."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame, PORTRAIT)
        note = self.document.styles[Style.NOTE]
        note.font.size, note.paragraph_format.line_spacing = Pt(9), Pt(13)
        title = self.document.styles["Title"].paragraph_format
        title.space_before, title.space_after = Pt(14), Pt(12)
        self._letters = 0
        self._items = 0

    def begin_letter(self) -> None:
        """改頁: begin the letter to the next person."""
        self._letters += 1
        self._items = 0
        if self._letters > 1:
            self.document.add_section(WD_SECTION.NEW_PAGE)
        _number_from_one(self.document.sections[-1])

    def line(
        self, text: str, *, right: bool = False, centred: bool = False, large: bool = False
    ) -> Paragraph:
        """Write one line: flush right or centred where asked, `large` for what must catch the eye."""
        paragraph: Paragraph = self.document.add_paragraph(style=Style.NUMBER_AND_DATE if right else "Normal")
        run = paragraph.add_run(clean(text))
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif not right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        if large:
            run.font.size = Pt(12)
        return paragraph

    def sum_line(self, text: str) -> None:
        """金額: write a sum, large and centred between two rules."""
        paragraph = self.document.add_paragraph(style="Normal")
        paragraph.add_run(clean(text)).font.size = Pt(20)
        layout = paragraph.paragraph_format
        layout.alignment, layout.line_spacing = WD_ALIGN_PARAGRAPH.CENTER, Pt(34)
        layout.space_before, layout.space_after = Pt(14), Pt(14)
        _rule_above_and_below(paragraph)

    def body(self, text: str) -> Paragraph:
        """本文: write a paragraph, its first line indented by one sign."""
        paragraph: Paragraph = self.document.add_paragraph(clean(text), style="Normal")
        paragraph.paragraph_format.first_line_indent = Pt(10.5)
        paragraph.paragraph_format.space_after = Pt(4)
        return paragraph

    def item(self, text: str) -> None:
        """記の項目: write the next numbered item of a letter."""
        self._items += 1
        paragraph = self.document.add_paragraph(f"{self._items}　{clean(text)}", style="Heading 2")
        paragraph.paragraph_format.space_before = Pt(6)

    def _write_frame(self, frame: Frame) -> None:
        """Leave the head of a letter free; number its pages below."""
        section = self.document.sections[0]
        resize(section, self._layout)
        below = section.footer.paragraphs[0]
        width = self._layout.text_width
        _tab_stops(below, width // 2, width)
        below.add_run(f"{clean(frame.footer_left)}\t")
        add_field(below, "PAGE")
        below.add_run(f"\t{clean(frame.footer_right)}")


def resize(section: Section, layout: Layout) -> None:
    """Give a section its page and margins."""
    wide = layout.width > layout.height
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(layout.width), Mm(layout.height)
    section.left_margin = section.right_margin = Mm(layout.side)
    section.top_margin, section.bottom_margin = Mm(layout.top), Mm(layout.bottom)
    section.header_distance = section.footer_distance = Mm(10)


def sign_here(table: Table, label: str, mark: str) -> None:
    """押印: print `mark` flush right in the empty cell beside `label`."""
    for row in table.rows:
        if row.cells[0].text == label:
            paragraph = row.cells[1].paragraphs[0]
            paragraph.add_run(mark)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


# --- cells ------------------------------------------------------------------------------------------------


def _align_right(cells: Sequence[_Cell]) -> None:
    for cell in cells:
        for paragraph in cell.paragraphs:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _empty(cells: Sequence[_Cell]) -> None:
    for cell in cells:
        for run in cell.paragraphs[0].runs:
            run.text = ""


def _set_off_total(table: Table) -> None:
    rows = list(table.rows)
    for cell in rows[-1].cells:
        _shade(cell)
    for cell in rows[-2].cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _write(cell: _Cell, lines: Sequence[str], style: Style) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for index, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.style = style
        paragraph.add_run(clean(line))
    if style is Style.CELL_HEADING:
        _shade(cell)


def _add_stamps(table: Table) -> None:
    """Join the cells below each heading of the last columns to one box, and free the gap before them."""
    last = len(table.rows) - 1
    first = len(table.columns) - len(STAMPS)
    for row in range(last + 1):
        _open_above_and_below(table.cell(row, first - 1))
    table.cell(0, first - 1).merge(table.cell(last, first - 1))
    for place, who in enumerate(STAMPS, start=first):
        _write(table.cell(0, place), (who,), Style.CELL_HEADING)
        table.cell(1, place).merge(table.cell(last, place))


def _open_above_and_below(cell: _Cell) -> None:
    borders = OxmlElement("w:tcBorders")
    for side in ("top", "bottom"):
        border = OxmlElement(f"w:{side}")
        border.set(qn("w:val"), "nil")
        borders.append(border)
    _insert(cell, borders, "w:shd", "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    _insert(cell, shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")


def _insert(cell: _Cell, element: Any, *following: str) -> None:
    """Put a cell property in the place the schema wants it."""
    properties: Any = cell._element.get_or_add_tcPr()  # noqa: SLF001 - python-docx has no property for these
    properties.insert_element_before(element, *following, "w:hideMark")


def _rule_above_and_below(paragraph: Paragraph) -> None:
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "2"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no property for rules
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


# --- pages ------------------------------------------------------------------------------------------------


def _tab_stops(paragraph: Paragraph, *millimetres: int) -> None:
    """Set the tab stops anew; the last one is flush right, others centre."""
    stops = paragraph.paragraph_format.tab_stops
    stops.clear_all()
    for place in millimetres:
        last = place == millimetres[-1]
        stops.add_tab_stop(Mm(place), WD_TAB_ALIGNMENT.RIGHT if last else WD_TAB_ALIGNMENT.CENTER)


def _number_from_one(section: Section) -> None:
    properties: Any = section._sectPr  # noqa: SLF001 - python-docx has no property for page numbers
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    number = OxmlElement("w:pgNumType")
    number.set(qn("w:start"), "1")
    properties.insert_element_before(
        number,
        *("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi"),
        *("w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange"),
    )
