"""Reading papers back: tables of a Word file, and amounts as they are printed."""

import io

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

LINE_HEADINGS = (
    "番号", "氏名", "所属", "区分", "地区", "判定", "報酬", "旅費", "源泉", "差引", "理由・根拠", "受領印",
)  # fmt: skip
NOTICE_HEADINGS = ("会議", "区分", "判定", "報酬", "旅費", "源泉徴収税額", "差引支払額")
RECEIPT_HEADINGS = ("会議", "区分", "判定", "報酬", "旅費", "源泉徴収税額", "差引受領額")

Rows = list[tuple[str, ...]]


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def rows_of(table: Table) -> Rows:
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def grids(document: Document, *headings: str) -> list[Rows]:
    """The rows below the heading of every table with these headings."""
    found = [rows_of(table) for table in document.tables]
    return [rows[1:] for rows in found if rows[0] == headings]


def grid(document: Document, *headings: str) -> Rows:
    (only,) = grids(document, *headings)
    return only


def fact(document: Document, label: str) -> list[str]:
    return [
        row[1] for table in document.tables for row in rows_of(table) if len(row) == 2 and row[0] == label
    ]


def texts(document: Document) -> list[str]:
    body = document.element.body
    return ["".join(node.text or "" for node in found.iter(qn("w:t"))) for found in body.iter(qn("w:p"))]


def number(text: str) -> int:
    """The yen of 「9,000」 or 「△4,000」."""
    sign = -1 if text.startswith("△") else 1
    digits = text.removeprefix("△").removesuffix("円").replace(",", "")
    assert digits.isdigit(), text
    return sign * int(digits)


def numbers(row: tuple[str, ...], first: int, last: int) -> tuple[int, ...]:
    return tuple(number(text) for text in row[first:last])
