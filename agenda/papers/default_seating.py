"""座席表の既定の様式: seats as boxes around a shaded table: short sides above and below, long sides beside it."""

from typing import Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import _Cell

from agenda.papers.template_cells import boxed, framed, plain_table, shade, tall
from agenda.papers.template_parts import ROOMY, Marks, TemplatePaper
from meetings_app.documents.word_base import Fact
from meetings_app.documents.word_template import Style

_DESK: Final = "E4E4E4"
_DESK_LINE: Final = "7F7F7F"


def seating_template() -> bytes:
    """座席表: seats around a table, drawn."""
    paper = TemplatePaper("座席表", Marks(), ROOMY)
    paper.title("{{ meeting.name }}　座席表")
    paper.facts(
        (Fact("日時", "{{ meeting.when }}"), Fact("場所", "{{ meeting.venue }}"), Fact("席", "{{ count }}"))
    )
    paper.narrow_gap(8)
    _row_of_seats(paper, "top")
    paper.narrow_gap(6)
    _desk_with_sides(paper)
    paper.narrow_gap(6)
    _row_of_seats(paper, "bottom")
    return paper.made()


def _row_of_seats(paper: TemplatePaper, side: str) -> None:
    """Seats along a short side: one column each, of equal width."""
    table = plain_table(paper.document, 1, (57, 57, 57))
    opening, seat, closing = table.rows[0].cells
    _write(opening, f"{{%tc for seat in {side} %}}")
    _write_seat(seat, "seat")
    _write(closing, "{%tc endfor %}")


def _desk_with_sides(paper: TemplatePaper) -> None:
    """The table with the seats of the long sides; the desk is one shaded cell over all rows."""
    table = plain_table(paper.document, 5, (54, 4, 54, 4, 54))
    for place, height in ((0, 6), (2, 17), (4, 6)):
        tall(table.rows[place], height)
    _write(table.cell(1, 0), "{%tr for side in sides %}")
    _write_seat(table.cell(2, 0), "side.left")
    _write_seat(table.cell(2, 4), "side.right")
    _write(table.cell(3, 0), "{%tr endfor %}")
    desk = table.cell(0, 2).merge(table.cell(4, 2))
    _write(desk, "会議卓")
    for row in table.rows:
        for part in row._tr.tc_lst[2:3]:  # noqa: SLF001 - a joined cell is shaded in every row
            shade(_Cell(part, table), _DESK)
            framed(_Cell(part, table), _DESK_LINE)


def _write(cell: _Cell, text: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = Style.CELL
    paragraph.add_run(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write_seat(cell: _Cell, seat: str) -> None:
    """A seat: a box with office and name; nothing is drawn for a place that stays empty."""
    _write(cell, f"{{%p if {seat}.taken %}}")
    for name, points in (("label", 8.5), ("name", 10.5)):
        paragraph = cell.add_paragraph(style=Style.CELL)
        paragraph.add_run(f"{{{{ {seat}.{name} }}}}").font.size = Pt(points)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        boxed(paragraph)
    paragraph = cell.add_paragraph("{%p endif %}", style=Style.CELL)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
