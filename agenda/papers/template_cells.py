"""様式の表の細部: cells and tables beyond what python-docx has properties for: boxes, shades, room to write in."""

from collections.abc import Sequence
from typing import Any, cast

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def tall(row: _Row, millimetres: int) -> None:
    """Give a row at least this height, to be written in by hand."""
    row.height, row.height_rule = Mm(millimetres), WD_ROW_HEIGHT_RULE.AT_LEAST


def emptied(cell: _Cell) -> None:
    """Leave a cell empty, to be written in by hand."""
    for run in cell.paragraphs[0].runs:
        run.text = ""


def line_if_any(cell: _Cell, name: str) -> None:
    """Write a line below the first that is printed only where there is something to print."""
    first = cell.paragraphs[0]
    for text in (f"{{%p if {name} %}}", f"{{{{ {name} }}}}", "{%p endif %}"):
        cell.add_paragraph(text, style=first.style).alignment = first.alignment


def borderless(table: Table) -> None:
    """Take the lines off a table and stand it in the middle of the page."""
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        border = OxmlElement(f"w:{side}")
        border.set(qn("w:val"), "nil")
        borders.append(border)
    xml_of(table).tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def shade(cell: _Cell, colour: str) -> None:
    """Colour the ground of a cell."""
    element = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        element.set(qn(f"w:{name}"), value)
    xml_of(cell).get_or_add_tcPr().insert_element_before(
        element, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"
    )


def framed(cell: _Cell, colour: str) -> None:
    """Draw a line of this colour round a cell."""
    borders = OxmlElement("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", colour)):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    xml_of(cell).get_or_add_tcPr().insert_element_before(
        borders, "w:shd", "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"
    )


def boxed(paragraph: Paragraph) -> None:
    """Draw a box round a paragraph; paragraphs boxed alike one after the other share one box."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(4)
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        border = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "2"), ("color", "000000")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    xml_of(paragraph).get_or_add_pPr().insert_element_before(
        borders,
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:autoSpaceDE",
        "w:spacing",
        "w:ind",
        "w:jc",
        "w:rPr",
    )


def plain_table(document: Document, rows: int, widths: Sequence[float]) -> Table:
    """Add a table without lines whose columns have these widths in millimetres."""
    table = cast("Table", document.add_table(rows=rows, cols=len(widths)))
    table.style = document.styles["Table Grid"]
    table.autofit = False
    borderless(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        xml_of(row).get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return table


def xml_of(part: Table | _Row | _Cell | Run | Paragraph | ParagraphStyle) -> Any:
    """Return the XML behind a part of the document, for what python-docx has no property for."""
    return part._element  # noqa: SLF001
