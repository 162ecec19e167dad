"""Word文書の文: what a document says, paragraph by paragraph, read from its parts.

The parts have been judged before (`template_file.word_parts`); nothing in them is followed or run.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from meetings_app.documents.custom_properties import PART as CUSTOM_PART
from meetings_app.documents.custom_properties import properties_of

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES: Final = "[Content_Types].xml"
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_BREAKS: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}
_PICTURES: Final = (f"{_W}drawing", f"{_W}pict", f"{_W}object")
_SYMBOL: Final = f"{_W}sym"
_TAKEN_OUT: Final = (f"{_W}del", f"{_W}moveFrom")
_STRUCK: Final = (f"{_W}strike", f"{_W}dstrike")
_HIDDEN: Final = f"{_W}vanish"
_ASIDE: Final = ("header", "footer", "footnotes", "endnotes")
"""Parts beside the body whose text is read."""


@dataclass(frozen=True, slots=True)
class WordText:
    """文書の文: the paragraphs of the body (those in tables too), those beside it, and properties.

    `frame` holds headers, footers, footnotes and endnotes.
    """

    body: tuple[str, ...]
    frame: tuple[str, ...]
    properties: Mapping[str, str]
    has_comments: bool = False


def word_text(parts: Mapping[str, bytes]) -> WordText:
    """Return what a document says to somebody who reads it.

    Text that tracked changes have deleted and hidden text are left out, inserted text is read; 「［取消線：…］」 stands
    for text that is struck through, 「［図］」 for a picture or any other object.
    """
    main = _main_part(parts)
    folder = posixpath.dirname(main)
    frame = [
        line
        for name in sorted(parts)
        if posixpath.dirname(name) == folder and posixpath.basename(name).startswith(_ASIDE)
        for line in _paragraphs(parts[name])
    ]
    return WordText(
        body=tuple(_paragraphs(parts.get(main, b""))),
        frame=tuple(dict.fromkeys(frame)),
        properties=properties_of(parts.get(CUSTOM_PART, b"")),
        has_comments=f"{folder}/comments.xml" in parts,
    )


def _main_part(parts: Mapping[str, bytes]) -> str:
    """Return the name of the part with the body; Word calls it word/document.xml, others may not."""
    try:
        types = etree.fromstring(parts.get(_TYPES, b""), _PARSER)
    except etree.XMLSyntaxError:
        return "word/document.xml"
    named = (node.get("PartName", "") for node in types if node.get("ContentType") == _MAIN)
    return str(next(named, "word/document.xml")).lstrip("/")


def _paragraphs(content: bytes) -> Iterator[str]:
    """Yield the text of every paragraph that has any, without blanks at its ends."""
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError:
        return
    for paragraph in root.iter(f"{_W}p"):
        if next(paragraph.iterancestors(_FALLBACK), None) is None:
            text = "".join(_pieces(paragraph)).strip()
            if text:
                yield text


def _pieces(paragraph: "etree._Element") -> Iterator[str]:
    """Yield the text of a paragraph's own runs, not of paragraphs inside it (text boxes), and no field codes."""
    for node in paragraph.iter(f"{_W}t", _SYMBOL, *_BREAKS, *_PICTURES):
        if next(node.iterancestors(f"{_W}p"), None) is paragraph and not _is_layout(node):
            yield _as_seen(node)


def _as_seen(node: "etree._Element") -> str:
    """Return what a piece of a run shows: nothing where it was deleted or is hidden."""
    run = next(node.iterancestors(f"{_W}r"), None)
    if next(node.iterancestors(*_TAKEN_OUT), None) is not None or _is_set(run, _HIDDEN):
        return ""
    if node.tag in _PICTURES:
        return "" if _holds_text(node) else "［図］"
    if node.tag == _SYMBOL:
        return f"［記号{node.get(f'{_W}char', '')}］"
    text = _BREAKS.get(node.tag) or node.text or ""
    return f"［取消線：{text}］" if any(_is_set(run, name) for name in _STRUCK) else text


def _holds_text(node: "etree._Element") -> bool:
    """Return whether a drawing is a text box: its paragraphs are read by themselves."""
    return next(node.iter(f"{_W}txbxContent"), None) is not None


def _is_set(run: "etree._Element | None", name: str) -> bool:
    """Return whether a run has a property that is not switched off again."""
    found = run.find(f"{_W}rPr/{name}") if run is not None else None
    return found is not None and found.get(f"{_W}val", "true") not in ("0", "false", "off")


def _is_layout(node: "etree._Element") -> bool:
    """Return whether a tab is a stop of the paragraph's layout instead of a sign in its text."""
    parent = node.getparent()
    return parent is not None and parent.tag == f"{_W}tabs"
