"""差し込みの場所: finds the tags of a Word template, with the place where a person will find each.

Word often splits a tag over several runs, so tags are looked for in the text of whole paragraphs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from docx.document import Document
from docx.opc.oxml import parse_xml
from docx.oxml.ns import qn

MAX_TAGS: Final = 3_000
"""Tags in one part that are looked at; one more is kept, to tell that there are too many."""

MAX_STRAYS: Final = 20

_PARTS: Final = {"header": "ヘッダー", "footer": "フッター", "footnotes": "脚注"}
_EXCERPT: Final = 30
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same text box once more, for old programs."""

_TAG: Final = re.compile(
    r"\{\{(?:(?!\{\{|\{%|\{#|\}\}).)*\}\}|\{%(?:(?!\{\{|\{%|\{#|%\}).)*%\}|\{#(?:(?!\{\{|\{%|\{#|#\}).)*#\}",
    re.DOTALL,
)
_STRAY: Final = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|[{｛][{｛%％]|[%％}｝][}｝]")
_QUOTES: Final = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class Place:
    """場所: where in the document, in words, with the text that stands there."""

    words: str
    excerpt: str

    def __str__(self) -> str:
        return f"{self.words}『{self.excerpt}』"


@dataclass(frozen=True, slots=True)
class Holder:
    """置き場所: what a tag stands in; the start and the end of a loop must have the same.

    `container` holds the paragraph, `row` and `table` are those around it; `wrapping` names what wraps the text
    within the paragraph (a link). `alone` lists the levels (p, tc, tr) of which the tag is the only text.
    """

    container: Any
    row: Any
    table: Any
    wrapping: tuple[str, ...]
    alone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tag:
    """差し込みタグ: `sign` is 「{{」, 「{%」 or 「{#」; `level` p, tr, tc, r or nothing; `inner` what is said."""

    text: str
    sign: str
    level: str
    inner: str
    place: Place
    holder: Holder

    @property
    def word(self) -> str:
        """Return the first word: for, endfor, if, …"""
        return self.inner.split()[0] if self.inner else ""


@dataclass(frozen=True, slots=True)
class Stray:
    """半端なかっこ: braces that make no tag."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """部分: body, one header, one footer or the footnotes, with what was found in it, in order."""

    label: str
    tags: tuple[Tag, ...]
    strays: tuple[Stray, ...]
    tracked: bool
    """Whether changes are tracked in it (変更履歴)."""
    hidden: bool
    """Whether braces stand where no text is printed: in field codes, formulas, descriptions of pictures."""


def parts_of(document: Document) -> Iterator[Part]:
    """Yield the parts that are filled."""
    yield _part("本文", document.element.body)
    for relationship in document.part.rels.values():
        kind = relationship.reltype.rsplit("/", 1)[-1]
        if kind in _PARTS and not relationship.is_external:
            yield _part(_PARTS[kind], parse_xml(relationship.target_part.blob))


def unfilled_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield label and text of the parts that are printed but not filled: endnotes, charts and diagrams."""
    for part in document.part.package.iter_parts():  # type: ignore[union-attr, unused-ignore]
        name = str(part.partname)
        label = next((words for start, words in _UNFILLED if name.startswith(start)), None)
        if label and name.endswith(".xml"):
            yield label, "".join(parse_xml(part.blob).itertext())


_UNFILLED: Final = (
    ("/word/endnotes", "文末脚注"),
    ("/word/charts/", "グラフ"),
    ("/word/diagrams/", "図（SmartArt）"),
    ("/word/comments", "コメント"),
)
_TRACKED: Final = tuple(map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo")))


def _part(label: str, root: Any) -> Part:
    tags: list[Tag] = []
    strays: list[Stray] = []
    for paragraph, words in _placed_paragraphs(label, root):
        found = _Paragraph(paragraph, words)
        tags += islice(found.tags(), MAX_TAGS + 1 - len(tags))
        strays += islice(found.strays(), MAX_STRAYS - len(strays))
    tracked = next(root.iter(*_TRACKED), None) is not None
    return Part(label, tuple(tags), tuple(strays), tracked, any(map(_hides_braces, root.iter())))


_OPENER: Final = re.compile(r"\{[{%#]")


def _hides_braces(element: Any) -> bool:
    """Return whether an element has the beginning of a tag elsewhere than in printed text."""
    if any(_OPENER.search(value) for value in element.attrib.values()):
        return True
    printed = element.tag == qn("w:t") or len(element)  # what holds others has no text of its own in Word
    text = "" if printed else element.text or ""
    return _OPENER.search(text) is not None or text.endswith("{") or "{" in (element.tail or "")


# --- places -----------------------------------------------------------------------------------------------


def _placed_paragraphs(label: str, root: Any) -> Iterator[tuple[Any, str]]:
    """Yield every paragraph with its place: 「本文 3段落目」, 「本文 表2の3行目」; counted as a reader counts."""
    rows = _numbered_rows(root)
    paragraphs = 0
    for paragraph in root.iter(qn("w:p")):
        above = [element.tag for element in paragraph.iterancestors()]
        if _FALLBACK in above:
            continue
        row = next((element for element in paragraph.iterancestors(qn("w:tr")) if element in rows), None)
        if row is not None:
            table, number = rows[row]
            yield paragraph, f"{label} 表{table}の{number}行目"
        elif qn("w:p") in above:
            yield paragraph, f"{label} {paragraphs}段落目の図形の中"
        else:
            paragraphs += 1
            yield paragraph, f"{label} {paragraphs}段落目"


def _numbered_rows(root: Any) -> dict[Any, tuple[int, int]]:
    """Return the rows of tables that stand in no other table, with the numbers of table and row."""
    tables = [table for table in root.iter(qn("w:tbl")) if _table_of(table) is None]
    return {
        row: (number, position)
        for number, table in enumerate(tables, start=1)
        for position, row in enumerate(_own_rows(table), start=1)
    }


def _own_rows(table: Any) -> Iterator[Any]:
    return (row for row in table.iter(qn("w:tr")) if _table_of(row) is table)


def _table_of(element: Any) -> Any:
    return next(element.iterancestors(qn("w:tbl")), None)


# --- one paragraph ----------------------------------------------------------------------------------------


class _Paragraph:
    """段落: its own text (not that of text boxes in it) and what stands there."""

    def __init__(self, element: Any, words: str) -> None:
        self._element = element
        self._words = words
        self._nodes = [
            node for node in element.iter(qn("w:t")) if next(node.iterancestors(qn("w:p")), None) is element
        ]
        self._text = "".join(node.text or "" for node in self._nodes)

    def tags(self) -> Iterator[Tag]:
        for match in _TAG.finditer(self._text):
            sign, body = match.group()[:2], match.group()[2:-2]
            prefix = re.match(r"(tr|tc|p|r)(?=\s)", body)
            level = prefix.group() if prefix else ""
            inner = " ".join(body[len(level) :].translate(_QUOTES).split())
            holder = self._holder(match.start(), match.group())
            yield Tag(match.group(), sign, level, inner, self._place(match.start()), holder)

    def strays(self) -> Iterator[Stray]:
        blanked = _TAG.sub(lambda match: "\0" * len(match.group()), self._text)
        for match in _STRAY.finditer(blanked):
            yield Stray(match.group(), self._place(match.start()))

    def _place(self, position: int) -> Place:
        start = max(0, position - _EXCERPT // 3)
        excerpt = self._text[start : start + _EXCERPT].strip()
        before = "…" if start else ""
        return Place(self._words, before + excerpt + ("…" if start + _EXCERPT < len(self._text) else ""))

    def _holder(self, position: int, tag: str) -> Holder:
        node = self._node_at(position)
        wrapping = []
        for element in node.iterancestors():
            if element is self._element:
                break
            wrapping.append(element.tag)
        row = next(self._element.iterancestors(qn("w:tr")), None)
        return Holder(
            self._element.getparent(), row, _table_of(self._element), tuple(wrapping), self._alone(tag, row)
        )

    def _alone(self, tag: str, row: Any) -> frozenset[str]:
        if self._text.strip() != tag:
            return frozenset()
        cell = next(self._element.iterancestors(qn("w:tc")), None)
        levels = (("p", self._text), ("tc", _whole_text(cell)), ("tr", _whole_text(row)))
        return frozenset(level for level, text in levels if text.strip() == tag)

    def _node_at(self, position: int) -> Any:
        end = 0
        for node in self._nodes:
            end += len(node.text or "")
            if position < end:
                return node
        return self._nodes[-1]


def _whole_text(element: Any) -> str:
    return "" if element is None else "".join(node.text or "" for node in element.iter(qn("w:t")))
