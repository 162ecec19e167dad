"""Filled papers for the tests: made through the default templates, as the packet makes them."""

import io
from datetime import date

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

from agenda.papers.contents import Contact, Head, Paper
from agenda.papers.contexts import context_of, dated_of, kind_of, title_of
from agenda.papers.default_templates import default_template
from meetings_app.core.clock import tokyo
from meetings_app.documents.filling import SERIAL, fill, stamp

DAY = date(2026, 11, 25)
HEAD = Head(
    body="試験市 支援調整会議",
    number=12,
    starts_at=tokyo(DAY, 13, 30),
    ends_at=tokyo(DAY, 15),
    venue="試験会館 第2会議室",
    dated=date(2026, 11, 10),
    contact=Contact("試験センター", "0100-00-0000", "a@example.jp", "係 一"),
    document_number="試第3号",
)


def made(paper: Paper, serial: str = "3") -> bytes:
    """The paper as it is handed out."""
    filled = fill(
        default_template(kind_of(paper)), context_of(paper), title=title_of(paper), dated=dated_of(paper)
    )
    return stamp(filled, {SERIAL: serial})


def opened(paper: Paper) -> Document:
    return docx.Document(io.BytesIO(made(paper)))


def texts(document: Document) -> list[str]:
    """Every paragraph of the body that says something, those in tables too, in order; line breaks as 「\\n」."""
    found = []
    for paragraph in document.element.body.iter(qn("w:p")):
        parts = [
            node.text or "" if node.tag == qn("w:t") else "\n"
            for node in paragraph.iter(qn("w:t"), qn("w:br"))
        ]
        found.append("".join(parts))
    return [text for text in found if text.strip()]


def header_text(document: Document) -> str:
    text: str = document.sections[0].header.paragraphs[0].text
    return text


def grid_of(document: Document, first: str, second: str) -> Table:
    """The table whose heading row begins with these two headings."""
    found = [
        table
        for table in document.tables
        if len(table.columns) > 1 and [cell.text for cell in table.rows[0].cells[:2]] == [first, second]
    ]
    assert len(found) == 1
    return found[0]


def rows_of(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def fact(document: Document, label: str) -> str:
    """The content beside a label."""
    found = [
        row.cells[1].text
        for table in document.tables
        for row in table.rows
        if len(row.cells) == 2 and row.cells[0].text == label
    ]
    assert len(found) == 1
    return str(found[0])
