"""文書のプロパティ (docProps/custom.xml): what a document says of itself to programs, kept through saving it again.

Word and LibreOffice keep these properties when somebody edits and saves the file, so that it is still recognised.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final, cast

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree  # type: ignore[import-untyped]

PART: Final = "docProps/custom.xml"

_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The format identifier that ECMA-376 (part 1, section 22.3) gives to properties of one's own."""
_FIRST: Final = 2
"""Property ids begin at 2."""
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def set_properties(document: Document, properties: Mapping[str, str]) -> None:
    """Give a document custom properties, all of them text, in the order given. To be called once."""
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _VALUES})
    for number, (name, value) in enumerate(properties.items(), start=_FIRST):
        entry = etree.SubElement(
            root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT, pid=str(number), name=name
        )
        etree.SubElement(entry, f"{{{_VALUES}}}lpwstr").text = value
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package = cast("OpcPackage", document.part.package)
    part = Part(PackURI(f"/{PART}"), _CONTENT_TYPE, content, cast("Any", package))
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def properties_of(content: bytes) -> dict[str, str]:
    """Return the custom properties of a part's content; none where it cannot be read."""
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError:
        return {}
    return {
        str(entry.get("name", "")): "".join(str(text) for text in entry.itertext()).strip()
        for entry in root.iter(f"{{{_PROPERTIES}}}property")
    }


def document_properties(data: bytes) -> dict[str, str]:
    """Return the custom properties of a Word file of our own. Raises zipfile.BadZipFile for anything else."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return properties_of(archive.read(PART)) if PART in archive.namelist() else {}
