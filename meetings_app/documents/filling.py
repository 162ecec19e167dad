"""差し込み: a paper made from a template that an office edits in Word.

docxtpl finds the tags that Word has split and takes away the rows and paragraphs of loops; what a tag may say is
decided by `template_language`. A value is only ever printed: it is never read as a tag or as XML.
A template is given here after `template_check` has passed it; here it is not checked for size or for what it links to.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, cast

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import parse_xml
from docx.opc.package import OpcPackage
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree  # type: ignore[import-untyped]

from meetings_app.core.errors import Refused
from meetings_app.documents.template_language import LINE_BREAK, Fault, render
from meetings_app.documents.text import clean
from meetings_app.documents.word_template import reproducible_bytes

SERIAL: Final = "\U0010f053\U0010f045\U0010f052"
"""通し番号の場所: stands in a filled paper where `stamp` puts the number; private characters that no text holds."""

_BROKEN: Final = "様式が壊れているため書類を作れません。Wordで開いて保存し直し、もう一度登録してください。"
_UNBALANCED: Final = (
    "様式の繰り返し（for）又は条件（if）の始まりと終わりが、別々の表や欄にあるため書類を作れません。"
    "始まりと終わりを同じ欄に置くか、行ごとなら {%tr %}、段落ごとなら {%p %} を使ってください。"
)
_FOOTNOTES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_EXCERPT: Final = 40

Plain = dict[str, "Plain"] | list["Plain"] | str | int | bool


def fill(template: bytes, context: Mapping[str, object], *, title: str, dated: date) -> bytes:
    """Return the template filled with `context`: nested mappings, lists or tuples, texts, integers, yes/no.

    Line breaks in texts become line breaks on paper; control characters are dropped. `title` and `dated` are all
    that the file's properties say, so equal input gives equal bytes. Raises Refused, naming the tag, where the
    template is wrong or asks for what `context` does not hold; TypeError for a value of another kind.
    """
    values = {name: _plain(value) for name, value in context.items()}
    paper = _Filling(io.BytesIO(template))
    try:
        paper.render(values)
        document = cast("Document", paper.docx)
        _forget_origin(document)
        return reproducible_bytes(document, title=clean(title), dated=dated)
    except Refused:
        raise
    except Exception as error:  # a damaged template can fail in any way inside the libraries
        raise Refused(_BROKEN) from error


def stamp(document: bytes, replacements: Mapping[str, str]) -> bytes:
    """Return a finished paper with every key of `replacements` replaced by its text, wherever it is printed.

    One filled paper so gets many serial numbers without being filled again. Equal input gives equal bytes.
    Raises ValueError for an empty key.
    """
    if "" in replacements:
        raise ValueError("an empty text cannot be replaced")
    found = {_xml_text(key): _xml_text(clean(text)) for key, text in replacements.items()}
    anything = re.compile(b"|".join(re.escape(key) for key in sorted(found, key=len, reverse=True)))
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if found and _PRINTED_PART.fullmatch(entry.filename):
                content = anything.sub(lambda match: found[match.group()], content)
            new.writestr(_entry(entry), content)
    return result.getvalue()


_PRINTED_PART: Final = re.compile(r"(?!docProps/|\[Content_Types\]).*\.xml")
"""Texts lie in word/document.xml by custom only; a template may name its parts otherwise."""


def _xml_text(text: str) -> bytes:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.encode()


def _entry(old: zipfile.ZipInfo) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(old.filename, old.date_time)
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
    return entry


# --- values -----------------------------------------------------------------------------------------------


def _plain(value: object) -> Plain:
    """Return a value as a template may have it: plain containers, cleaned texts, nothing with methods of its own."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return "\n".join(clean(line) for line in value.splitlines())
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(
        f"a template takes texts, integers, yes/no, lists and mappings, not {type(value).__name__}"
    )


# --- docxtpl, held in -------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _tags_joined(xml: str) -> str:
    """Return the XML of a part with its tags whole; the same template is filled for many papers."""
    return cast("str", DocxTemplate.patch_xml(None, xml))


class _Filling(DocxTemplate):  # type: ignore[misc, unused-ignore]
    """様式の差し込み: docxtpl with the language, the checks and the line breaks of this project.

    Every part (body, headers, footers, footnotes) passes through `render_xml_part` exactly once.
    """

    def patch_xml(self, src_xml: str) -> str:
        return _tags_joined(src_xml)

    def render_xml_part(
        self, src_xml: str, part: Any, context: Mapping[str, Plain], jinja_env: Any = None
    ) -> str:
        """Return a filled part. docxtpl's own way would read 「{_{」 in a value as a tag and hide broken XML."""
        del part, jinja_env
        source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)  # one paragraph a line: errors then tell where
        try:
            filled = render(source, context)
        except Fault as fault:
            raise Refused(_refusal(fault, source)) from fault
        try:
            root = etree.fromstring(filled.replace("\n<w:p", "<w:p").encode(), _PARSER)
        except etree.XMLSyntaxError as error:
            raise Refused(_UNBALANCED) from error
        _break_lines(root)
        _mend_emptied(root)
        return cast("str", etree.tostring(root, encoding="unicode"))

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Leave the properties: they are set when the paper is saved, and hold nothing of the template."""

    def render_footnotes(self, context: Any, jinja_env: Any = None) -> None:
        """Fill footnotes once; docxtpl does it once a section, and so would read values as tags the second time."""
        for part in self.docx.part.package.iter_parts():
            if part.content_type == _FOOTNOTES:
                xml = self.patch_xml(self.xml_to_string(parse_xml(part.blob)))
                filled = _DECLARATION + self.render_xml_part(xml, part, context, jinja_env)
                part._blob = filled.encode()  # noqa: SLF001 - the library offers no way to change such a part


_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True)


_XML_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")


def _refusal(fault: Fault, source: str) -> str:
    if fault.line is None:
        return f"様式に誤りがあります。{fault.message}"
    lines = source.split("\n")
    near = _XML_TAG.sub("", lines[min(fault.line, len(lines)) - 1]).strip()
    shortened = f"{near[:_EXCERPT]}…" if len(near) > _EXCERPT else near
    return f"様式の『{shortened}』のところに誤りがあります。{fault.message}"


# --- what filling leaves behind ---------------------------------------------------------------------------


def _break_lines(root: etree._Element) -> None:
    """Put line breaks where values have them, and keep spaces that Word would drop."""
    for node in list(root.iter(qn("w:t"))):
        first, *others = (node.text or "").split(LINE_BREAK)
        _set_text(node, first)
        for text in reversed(others):
            follower = etree.Element(qn("w:t"))
            _set_text(follower, text)
            node.addnext(follower)
            node.addnext(etree.Element(qn("w:br")))


def _set_text(node: etree._Element, text: str) -> None:
    node.text = text
    if text != text.strip() or "  " in text:
        node.set(qn("xml:space"), "preserve")


_NEEDS_PARAGRAPH: Final = tuple(map(qn, ("w:tc", "w:hdr", "w:ftr", "w:txbxContent", "w:footnote")))


def _mend_emptied(root: etree._Element) -> None:
    """Give back what Word insists on where a loop or condition printed nothing.

    A row has cells, a table has rows, and a cell, header, text box or footnote ends with a paragraph; Word calls a
    file that breaks this damaged.
    """
    _drop_without(root, "w:tr", "w:tc")
    _drop_without(root, "w:tbl", "w:tr")
    for holder in root.iter(*_NEEDS_PARAGRAPH):
        if len(holder) == 0 or holder[-1].tag in (qn("w:tcPr"), qn("w:tbl")):
            etree.SubElement(holder, qn("w:p"))


def _drop_without(root: etree._Element, outer: str, inner: str) -> None:
    for element in reversed(list(root.iter(qn(outer)))):
        parent = element.getparent()
        if parent is not None and next(element.iterdescendants(qn(inner)), None) is None:
            parent.remove(element)


# --- properties -------------------------------------------------------------------------------------------

_ORIGIN_PARTS: Final = ("/extended-properties", "/custom-properties", "/thumbnail")


def _forget_origin(document: Document) -> None:
    """Take out who made the template, where and with what: papers name the office in their text only.

    Properties under another name than Word's (LibreOffice writes 「officedocument」 in small letters) would stay
    beside the new ones and make two parts of one name.
    """
    package = cast("OpcPackage", document.part.package)
    foreign = [
        key
        for key, rel in package.rels.items()
        if rel.reltype.endswith(_ORIGIN_PARTS)
        or (rel.reltype.endswith("/core-properties") and rel.reltype != RELATIONSHIP_TYPE.CORE_PROPERTIES)
    ]
    for key in foreign:
        del package.rels[key]
    properties = document.core_properties
    properties.subject = properties.category = properties.identifier = ""
    properties.content_status = properties.version = ""
