"""The structure of a Word file as text: headings, paragraphs, tables, header, footer and properties."""

import io
from collections.abc import Iterator

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from meetings_app.documents.custom_properties import document_properties


def structure(document: bytes) -> str:
    """Return one line for each paragraph (with its style) and each row of a table."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: bytes) -> Iterator[str]:
    paper = docx.Document(io.BytesIO(document))
    section = paper.sections[0]
    yield f"header: {section.header.paragraphs[0].text!r}"
    yield f"footer: {section.footer.paragraphs[0].text!r}"
    yield f"title: {paper.core_properties.title}"
    for name, value in document_properties(document).items():
        yield f"property {name}: {value}"
    for element in paper.element.body:
        if element.tag == qn("w:p"):
            paragraph = Paragraph(element, paper)
            if paragraph.text:
                yield f"{paragraph.style.name if paragraph.style else ''}: {paragraph.text}"
        elif element.tag == qn("w:tbl"):
            for row in Table(element, paper).rows:
                yield "| " + " | ".join(cell.text.replace("\n", " / ") for cell in row.cells)
