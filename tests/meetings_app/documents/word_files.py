"""Word files for tests, small or broken on purpose."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import docx
from docx.document import Document
from docx.oxml.ns import qn


def saved(document: Document) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def word(*paragraphs: str | Sequence[str], header: str = "", rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A document of paragraphs (a sequence is one paragraph in several runs), then a table."""
    document = docx.Document()
    for paragraph in paragraphs:
        runs = [paragraph] if isinstance(paragraph, str) else paragraph
        written = document.add_paragraph()
        for run in runs:
            written.add_run(run)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def texts(data: bytes) -> list[str]:
    """Every paragraph of the body, those in tables too; a line break is a newline."""
    return [_text(paragraph) for paragraph in opened(data).element.body.iter(qn("w:p"))]


def _text(paragraph: object) -> str:
    signs = {qn("w:br"): "\n"}
    return "".join(
        signs.get(node.tag, node.text or "")
        for node in paragraph.iter(qn("w:t"), qn("w:br"))  # type: ignore[attr-defined]
    )


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return packed(parts)


def packed(parts: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """The archive with a text of one part replaced."""

    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode())

    return changed(data, change)


def moved(data: bytes, old: str, new: str) -> bytes:
    """The archive with a part under another name."""

    def change(parts: dict[str, bytes]) -> None:
        parts[new] = parts.pop(old)
        for name in ("[Content_Types].xml", "_rels/.rels"):
            parts[name] = parts[name].replace(old.encode(), new.encode())

    return changed(data, change)
