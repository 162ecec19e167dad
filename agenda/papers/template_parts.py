"""様式の部品: what the default templates are built from: page, marks in the header, tables that repeat a row.

A tag stands whole in one run, so that Word and LibreOffice keep it whole when a clerk edits around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from agenda.papers.template_cells import emptied, xml_of
from meetings_app.documents.text import NOTHING
from meetings_app.documents.word_base import Column, Frame, Paper, add_field
from meetings_app.documents.word_template import BODY_POINTS, GOTHIC, Style, body_style

_MADE: Final = date(2000, 1, 1)
"""Templates carry no date of their own: equal templates are equal files."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """用紙: page and margins in millimetres, and the size of table text in points."""

    width: int
    height: int
    side: int
    top: int
    bottom: int
    cell_points: float = 9.5

    @property
    def text_width(self) -> int:
        """Width between the margins."""
        return self.width - 2 * self.side


PORTRAIT: Final = Sheet(210, 297, 25, 28, 25)
ROOMY: Final = Sheet(210, 297, 20, 28, 22, 9)
WIDE: Final = Sheet(297, 210, 18, 25, 18, 9)


ALWAYS: Final = "always"
WHERE_NEEDED: Final = "where needed"
NEVER: Final = "never"


@dataclass(frozen=True, slots=True)
class Marks:
    """右肩の表示: what stands at the top right of every page.

    `care`: 「取扱注意」 always, only where the paper names a case, or never.
    """

    numbered: bool = False
    care: str = WHERE_NEEDED
    serial: bool = True


@dataclass(frozen=True, slots=True)
class Loop:
    """くり返し: a list of the context, and what a row is called."""

    rows: str
    called: str


class TemplatePaper(Paper):
    """様式: a paper that holds tags instead of words."""

    def __init__(
        self,
        footer: str,
        marks: Marks,
        sheet: Sheet = PORTRAIT,
        *,
        header: str = "{{ meeting.name }}",
        paged: bool = True,
    ) -> None:
        self._sheet, self._marks, self._paged = sheet, marks, paged
        super().__init__(Frame(header, "", footer, ""))
        for name in (Style.CELL, Style.CELL_HEADING):
            self.document.styles[name].font.size = Pt(sheet.cell_points)
        title = self.document.styles["Title"].paragraph_format
        title.space_before, title.space_after = Pt(6), Pt(10)

    def made(self) -> bytes:
        """Return the finished template."""
        return self.save(title="", dated=_MADE)

    def line(
        self,
        text: str,
        *,
        align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
        before: float = 0,
        points: float | None = None,
    ) -> Paragraph:
        """Write one line of text as it stands."""
        paragraph = self.document.add_paragraph(style="Normal")
        run = paragraph.add_run(text)
        paragraph.alignment = align
        paragraph.paragraph_format.space_before = Pt(before)
        if points is not None:
            run.font.size = Pt(points)
        return paragraph

    def tag(self, expression: str) -> None:
        """条件・くり返し: write a paragraph that only steers: 「{%p if lines %}」. Nothing of it is printed."""
        self.document.add_paragraph(f"{{%p {expression} %}}", style=Style.NOTE)

    def rows(
        self,
        loop: Loop,
        columns: Sequence[Column],
        cells: Sequence[str],
        *,
        may_be_long: bool = False,
        missing: str = NOTHING,
    ) -> list[_Row]:
        """一覧表: write a table with a heading row and one row for each of a list, or `missing` for an empty list.

        The heading row is repeated on every page. Rows stay whole; with `may_be_long` a second row stands for
        those that the list calls long: they run on to the next page, where a whole row would be cut off. Returns
        the rows that are printed.
        """
        opening, closing = f"tr for {loop.called} in {loop.rows}", "tr endfor"
        steering = [
            opening,
            *([f"tr if {loop.called}.long", "tr else", "tr endif"] if may_be_long else []),
            closing,
        ]
        blank = [" "] * (len(columns) - 1)
        written = [[f"{{% {text} %}}".replace("{% tr", "{%tr"), *blank] for text in steering]
        for place in (2, 4) if may_be_long else (1,):
            written.insert(place, list(cells))
        self.tag(f"if {loop.rows}")
        table = self.grid(columns, written)
        rows = list(table.rows)[1:]
        for row, texts in zip(rows, written, strict=True):
            _do_not_keep(row)
            if texts[1:] == blank:
                _one_cell(row)
        self.tag("else")
        self.free_text(missing)
        self.tag("endif")
        printed = [row for row, texts in zip(rows, written, strict=True) if texts[1:] != blank]
        if may_be_long:
            _let_break(printed[0])
        return printed

    def free_text(self, text: str) -> None:
        """本文: write text that flows on over pages, under the last heading."""
        paragraph = self.document.add_paragraph(text, style=body_style(max(1, self._level)))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.first_line_indent = Pt(0)

    def narrow_gap(self, points: float) -> None:
        """Leave a gap of `points`."""
        layout = self.document.add_paragraph().paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)

    def _write_frame(self, frame: Frame) -> None:
        section = self.document.sections[0]
        sheet = self._sheet
        if sheet.width > sheet.height:
            section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(sheet.width), Mm(sheet.height)
        section.left_margin = section.right_margin = Mm(sheet.side)
        section.top_margin, section.bottom_margin = Mm(sheet.top), Mm(sheet.bottom)
        above = section.header.paragraphs[0]
        _stops(above, sheet.text_width)
        above.add_run(f"{frame.header_left}\t")
        self._write_marks(above)
        below = section.footer.paragraphs[0]
        _stops(below, sheet.text_width // 2, sheet.text_width)
        if not self._paged:
            return
        below.add_run(f"{frame.footer_left}\t")
        add_field(below, "PAGE")
        below.add_run(" / ")
        add_field(below, "NUMPAGES")

    def _write_marks(self, above: Paragraph) -> None:
        if self._marks.numbered:
            number = above.add_run("{{ paper_number }}")
            gothic(number)
            number.font.size = Pt(BODY_POINTS)
            above.add_run("　")
        if self._marks.care == ALWAYS:
            _box(above.add_run(" {{ confidential }} "))
        elif self._marks.care == WHERE_NEEDED:
            above.add_run("{%r if confidential %}")
            _box(above.add_run(" {{ confidential }} "))
            above.add_run("{%r endif %}")
        if self._marks.serial:
            above.add_run("　番号　{{ serial }}")

    def _widths(self, millimetres: Sequence[int | None]) -> list[Length]:
        room = Mm(self._sheet.text_width) - Pt(self._indent)
        rest = room - sum(Mm(width) for width in millimetres if width is not None)
        share = rest // max(1, list(millimetres).count(None))
        return [Length(share) if width is None else Mm(width) for width in millimetres]


# --- rows and cells ---------------------------------------------------------------------------------------


def _one_cell(row: _Row) -> None:
    """Join the cells of a row that only steers, so that its tag can be read."""
    cells = row.cells
    for cell in cells[1:]:
        emptied(cell)
    joined = cells[0].merge(cells[-1])
    for paragraph in joined.paragraphs[1:]:
        xml_of(joined).remove(xml_of(paragraph))
    joined.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.LEFT


def _let_break(row: _Row) -> None:
    """Let a row run on to the next page."""
    properties = xml_of(row).get_or_add_trPr()
    for flag in properties.findall(qn("w:cantSplit")):
        properties.remove(flag)


def _do_not_keep(row: _Row) -> None:
    """Let pages break below a row: a row that is repeated may become many."""
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = False


def _stops(paragraph: Paragraph, *millimetres: int) -> None:
    """Set tab stops; the last one is flush right, others centre."""
    for place in millimetres:
        last = place == millimetres[-1]
        alignment = WD_TAB_ALIGNMENT.RIGHT if last else WD_TAB_ALIGNMENT.CENTER
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(place), alignment)


def _box(run: Run) -> None:
    border = OxmlElement("w:bdr")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "000000")):
        border.set(qn(f"w:{name}"), value)
    xml_of(run).get_or_add_rPr().append(border)


def gothic(part: Run | ParagraphStyle) -> None:
    """Set a run or a style in the heading type."""
    properties = xml_of(part).get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), GOTHIC)
    properties.insert(0, fonts)
