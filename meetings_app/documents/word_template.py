"""公用文の書式: the empty Word document papers start from: page, styles, fonts; and saving it reproducibly."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, cast

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.package import OpcPackage
from docx.opc.part import Part
from docx.opc.rel import Relationships
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from meetings_app.documents.text import DEEPEST_LEVEL

MINCHO: Final = "BIZ UD明朝"
"""Body type. Windows calls it 「BIZ UD明朝 Medium」: the font table names that as its other name, and says
enough of its kind (roman, fixed pitch, Japanese) that Word falls back to MS 明朝 where neither exists."""
GOTHIC: Final = "BIZ UDゴシック"
"""Heading type; falls back to MS ゴシック likewise."""

BODY_POINTS: Final = 10.5
TEXT_WIDTH: Final = 160
"""Width between the margins in millimetres: A4 (210) less 25 on each side."""

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)


class Style(StrEnum):
    """段落の書式: the paragraph styles of a paper besides the title, the headings and the level texts."""

    NUMBER_AND_DATE = "文書番号日付"
    CELL = "表本文"
    CELL_HEADING = "表見出し"
    NOTE = "注記"


def body_style(level: int) -> str:
    """Return the name of the style for text under a heading of `level`."""
    return f"本文{level}"


def new_document() -> Document:
    """Return an empty A4 document with the styles of a paper and nothing left of the library's own."""
    document = docx.Document()
    _bare(document)
    _set_up_page(document)
    _set_up_styles(document)
    return document


def reproducible_bytes(document: Document, *, title: str, dated: date) -> bytes:
    """Return the finished file; `title` and `dated` are all that its properties say.

    No author is named and every date in the file is fixed, so equal documents are equal byte for byte.
    """
    _set_properties(document, title, dated)
    written = io.BytesIO()
    document.save(written)
    return _with_fixed_dates(written.getvalue())


# --- page -------------------------------------------------------------------------------------------------


def _set_up_page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(28), Mm(25)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)
    body_section = document.element.body.sectPr
    for grid in body_section.findall(qn("w:docGrid")):  # lines keep the pitch their style gives them
        body_section.remove(grid)


# --- styles -----------------------------------------------------------------------------------------------

_KEPT_STYLES: Final = frozenset(
    {"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid", "Header", "Footer", "Title"}
    | {f"Heading{level}" for level in range(1, DEEPEST_LEVEL + 1)}
)


@dataclass(frozen=True, slots=True)
class _Look:
    """書体と行送り: how one paragraph style looks; measures in points."""

    font: str = MINCHO
    size: float = BODY_POINTS
    line: float = 18
    before: float = 0
    after: float = 0
    left: float = 0
    first: float = 0
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    keep: bool = False


def _set_up_styles(document: Document) -> None:
    _set_document_defaults(document)
    for name, look in _looks():
        _apply(_paragraph_style(document, name), look)


def _looks() -> Iterator[tuple[str, _Look]]:
    left, right, centre = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
    yield "Normal", _Look()
    yield "Title", _Look(GOTHIC, 16, 26, before=14, after=16, align=centre, keep=True)
    yield "Heading 1", _Look(GOTHIC, 12, 20, before=14, after=4, align=left, keep=True)
    yield "Heading 2", _Look(GOTHIC, 11, 19, before=10, after=3, align=left, keep=True)
    for level in range(3, DEEPEST_LEVEL + 1):
        yield f"Heading {level}", _Look(GOTHIC, BODY_POINTS, 18, before=5, after=2, align=left, keep=True)
    for level in range(1, DEEPEST_LEVEL + 1):
        yield body_style(level), _Look(left=level * BODY_POINTS, first=BODY_POINTS)
    yield Style.NUMBER_AND_DATE, _Look(align=right)
    yield Style.CELL, _Look(size=9.5, line=15, before=1.5, after=1.5, align=left)
    yield Style.CELL_HEADING, _Look(GOTHIC, 9.5, 15, before=1.5, after=1.5, align=centre)
    yield Style.NOTE, _Look(size=BODY_POINTS - 1, line=15, after=1.5, align=left)
    yield "Header", _Look(size=9, line=14, align=left)
    yield "Footer", _Look(size=9, line=14, align=left)


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    styles = document.styles
    if name in [style.name for style in styles]:
        return cast("ParagraphStyle", styles[name])
    style = cast("ParagraphStyle", styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.base_style = styles["Normal"]
    return style


def _apply(style: ParagraphStyle, look: _Look) -> None:
    """Set a style from nothing, so that no colour, bold or theme font of the library's template is left."""
    for name in ("w:pPr", "w:rPr", "w:link"):
        for old in style.element.findall(qn(name)):
            style.element.remove(old)
    style.quick_style = True
    _set_fonts(style.element.get_or_add_rPr(), look.font)
    style.font.size = Pt(look.size)
    layout = style.paragraph_format
    layout.alignment, layout.keep_with_next, layout.widow_control = look.align, look.keep, True
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.left_indent, layout.first_line_indent = Pt(look.left), Pt(look.first)
    _no_extra_spacing(style)
    if style.name.startswith("Heading "):
        _outline_level(style, int(style.name.removeprefix("Heading ")))


def _set_fonts(properties: BaseOxmlElement, font: str) -> None:
    """Name one font for every script, and no theme font, so that Word does not put in another."""
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(0, fonts)


def _no_extra_spacing(style: ParagraphStyle) -> None:
    """Keep figures as close to Japanese text as characters are to each other."""
    properties = style.element.get_or_add_pPr()
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        element = OxmlElement(name)
        element.set(qn("w:val"), "0")
        properties.insert_element_before(element, *_AFTER_AUTO_SPACE)


_AFTER_AUTO_SPACE: Final = (
    "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
    "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip


def _outline_level(style: ParagraphStyle, level: int) -> None:
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level - 1))
    style.element.get_or_add_pPr().append(element)


def _set_document_defaults(document: Document) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    run = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_fonts(run, MINCHO)
    language = run.find(qn("w:lang"))
    language.set(qn("w:val"), "ja-JP")
    language.set(qn("w:eastAsia"), "ja-JP")
    paragraph = defaults.find(f"{qn('w:pPrDefault')}/{qn('w:pPr')}")
    for spacing in list(paragraph):
        paragraph.remove(spacing)


# --- the library's template, and saving -------------------------------------------------------------------

_UNWANTED_PARTS: Final = ("/thumbnail", "/customXml", "/stylesWithEffects", "/numbering", "/webSettings")

_FONT_TABLE: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f'<w:font w:name="{MINCHO}"><w:altName w:val="BIZ UD明朝 Medium"/><w:charset w:val="80"/>'
    '<w:family w:val="roman"/><w:pitch w:val="fixed"/></w:font>'
    f'<w:font w:name="{GOTHIC}"><w:altName w:val="BIZ UDGothic"/><w:charset w:val="80"/>'
    '<w:family w:val="modern"/><w:pitch w:val="fixed"/></w:font>'
    "</w:fonts>"
)
_APP_PROPERTIES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def _bare(document: Document) -> None:
    """Take out of the library's template what a paper does not use."""
    package = cast("OpcPackage", document.part.package)
    _drop_parts(document.part.rels)
    _drop_parts(package.rels)
    _replace_part(document.part.rels, "/fontTable", _FONT_TABLE)
    _replace_part(package.rels, "/extended-properties", _APP_PROPERTIES)
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _KEPT_STYLES:
            styles.remove(style)
    _set_compatibility(document)


def _drop_parts(relationships: Relationships) -> None:
    for key in [key for key, rel in relationships.items() if rel.reltype.endswith(_UNWANTED_PARTS)]:
        del relationships[key]


def _replace_part(relationships: Relationships, kind: str, content: str) -> None:
    for relationship in relationships.values():
        if relationship.reltype.endswith(kind):
            old = relationship.target_part
            relationship._target = Part(  # noqa: SLF001 - the library offers no way to change a part it does not know
                old.partname, old.content_type, content.encode(), old.package
            )


def _set_compatibility(document: Document) -> None:
    """Ask Word for its present layout (15): otherwise it opens the paper in compatibility mode."""
    settings = document.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    for name in ("w:savePreviewPicture", "w:rsids"):
        for element in settings.findall(qn(name)):
            settings.remove(element)
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), "ja-JP")
    zoom = settings.find(qn("w:zoom"))
    zoom.attrib.clear()
    zoom.set(qn("w:percent"), "100")


def _set_properties(document: Document, title: str, dated: date) -> None:
    properties = document.core_properties
    moment = datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
    properties.title, properties.language = title, "ja-JP"
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = moment
    properties.revision = 1


def _with_fixed_dates(content: bytes) -> bytes:
    """Write the archive again with one date on every entry."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return result.getvalue()
