"""配布資料のファイル: whether an uploaded file may be handed on to the participants of a meeting.

It is judged by what it holds, not by what it calls itself; nothing that runs, or that is fetched from elsewhere
when it is opened, is taken in.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from lxml import etree  # type: ignore[import-untyped]
from pypdf import PdfReader

from meetings_app.core.errors import Refused

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 100 * 1024 * 1024
MAX_ENTRIES: Final = 5_000
MAX_RELATIONS_BYTES: Final = 2 * 1024 * 1024

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
ACCEPTED: Final = "PDF、Word（.docx）、Excel（.xlsx）、PowerPoint（.pptx）、画像（.png、.jpg）"
_RESAVE: Final = "元のソフトで開いて保存し直すか、PDFにしてから、もう一度選んでください。"
_MAIN_PARTS: Final = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_SIGNATURES: Final = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
)
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def check_handout(data: bytes, filename: str) -> str:
    """Return the media type of a file that may be handed out. Raises Refused, saying what to do, for any other."""
    if not data:
        raise Refused("ファイルが空です。内容のあるファイルを選んでください。")
    if len(data) > MAX_BYTES:
        raise Refused("ファイルが10MBを超えています。小さくするか分けてから、もう一度選んでください。")
    suffix = filename.rpartition(".")[2].lower()
    if suffix not in MEDIA_TYPES:
        raise Refused(f"ファイル「{filename}」は配れません。{ACCEPTED}のどれかにしてください。")
    kind = _kind(data, filename)
    if MEDIA_TYPES[kind] != MEDIA_TYPES[suffix]:
        raise Refused(
            f"ファイル「{filename}」の中身は、拡張子（.{suffix}）と違います（.{kind}）。"
            "拡張子を直すか、正しいファイルを選んでください。"
        )
    if kind == "pdf":
        _check_pdf(data, filename)
    return MEDIA_TYPES[kind]


def _kind(data: bytes, filename: str) -> str:
    """Return what a file holds, by its first bytes and for archives by their parts."""
    known = next((kind for sign, kind in _SIGNATURES if data.startswith(sign)), None)
    if known is not None:
        return known
    if data.startswith(_OLD_OFFICE):
        raise Refused(
            f"ファイル「{filename}」は古い形式か、パスワードが付いています。パスワードを外し、新しい形式で{_RESAVE}"
        )
    if not data.startswith(b"PK\x03\x04"):
        raise Refused(f"ファイル「{filename}」の中身を確かめられません。{ACCEPTED}のどれかにしてください。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _checked_archive(archive, filename)
    except Refused:
        raise
    except Exception as error:  # a damaged archive can fail in any way
        raise Refused(f"ファイル「{filename}」は壊れているため読めません。{_RESAVE}") from error


def _checked_archive(archive: zipfile.ZipFile, filename: str) -> str:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Refused(f"ファイル「{filename}」の中身が大きすぎます（展開して100MBまで）。{_RESAVE}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(f"ファイル「{filename}」にパスワードが付いています。パスワードを外し、{_RESAVE}")
    names = {entry.filename.lower() for entry in entries}
    kind = next((kind for kind, part in _MAIN_PARTS.items() if part in names), None)
    if kind is None:
        raise Refused(f"ファイル「{filename}」の中身を確かめられません。{ACCEPTED}のどれかにしてください。")
    _check_macros(archive, entries, names, filename)
    for entry in entries:
        if entry.filename.lower().endswith(".rels"):
            _check_relations(archive, entry, filename)
    return kind


def _check_macros(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], names: set[str], filename: str
) -> None:
    types = next((entry for entry in entries if entry.filename == "[Content_Types].xml"), None)
    told = archive.read(types) if types and types.file_size <= MAX_RELATIONS_BYTES else b""
    runs = b"macroEnabled" in told or b"vbaProject" in told or b"activeX" in told
    if runs or any("vbaproject" in name or "/activex/" in name for name in names):
        raise Refused(f"ファイル「{filename}」はマクロを含むため配れません。マクロのない形式で{_RESAVE}")


def _check_relations(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, filename: str) -> None:
    """Refuse what is fetched when the file is opened. A link that a person has to click stays."""
    if entry.file_size > MAX_RELATIONS_BYTES:
        raise Refused(f"ファイル「{filename}」の中身が大きすぎます。{_RESAVE}")
    for node in etree.fromstring(archive.read(entry), _PARSER):
        if not isinstance(node.tag, str) or node.get("TargetMode", "").lower() != "external":
            continue
        if not node.get("Type", "").endswith("/hyperlink"):
            raise Refused(
                f"ファイル「{filename}」は、ほかのファイルや外部の場所を読み込みます。"
                "リンクを解除するか画像を中に入れて保存し直すか、PDFにしてから、もう一度選んでください。"
            )


def _check_pdf(data: bytes, filename: str) -> None:
    try:
        reader = PdfReader(io.BytesIO(data))
        locked, pages = reader.is_encrypted, 0 if reader.is_encrypted else len(reader.pages)
    except Exception as error:  # a damaged PDF can fail in any way
        raise Refused(f"ファイル「{filename}」は壊れているため読めません。{_RESAVE}") from error
    if locked:
        raise Refused(
            f"ファイル「{filename}」にパスワードか制限が付いています。外して保存し直し、もう一度選んでください。"
        )
    if not pages:
        raise Refused(f"ファイル「{filename}」にはページがありません。{_RESAVE}")
