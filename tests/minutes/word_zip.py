"""Everything that a Word file holds: the text of every part, joined over runs, and every attribute."""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree


def everything_in(document: bytes) -> Iterator[str]:
    """Yield the name of every part, every attribute, every text, and the text of each part as a whole."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        for name in archive.namelist():
            yield name
            content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                yield from _of_xml(content)
            else:
                yield content.decode("utf-8", "ignore")


def _of_xml(content: bytes) -> Iterator[str]:
    root = etree.fromstring(content)
    for node in root.iter():
        yield from (str(value) for value in node.attrib.values())
        yield node.text or ""
        yield node.tail or ""
        if isinstance(node.tag, str) and node.tag.endswith("}p"):
            yield "".join(str(text) for text in node.itertext())
    yield "".join(str(text) for text in root.itertext())
