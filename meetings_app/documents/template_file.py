"""様式のファイル: whether an uploaded file may be used as a template at all; says nothing of its tags.

Nothing in the file is trusted: sizes packed and unpacked are bounded, and whatever runs, is embedded or is fetched
from elsewhere is refused. A template is opened on every participant's machine and by LibreOffice on the server, so
it must reach for nothing outside itself.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

from meetings_app.core.errors import Refused

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 50 * 1024 * 1024
MAX_PART_BYTES: Final = 5 * 1024 * 1024
"""Of one XML part: a hundred pages of text and more."""
MAX_ENTRIES: Final = 2_000
RESAVE: Final = "Wordで開き、「Word文書（.docx）」として保存し直してから、もう一度選んでください。"

_MAIN_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SIGNATURES: Final = (
    (b"\xd0\xcf\x11\xe0", "古い形式（.doc）又はパスワード付きの文書"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"{\\rtf", "リッチテキスト（.rtf）"),
)
_OTHER_ARCHIVES: Final = (
    ("xl/workbook.xml", "Excelブック"),
    ("ppt/presentation.xml", "PowerPointの資料"),
    ("mimetype", "OpenDocument形式の文書"),
)


def check_file(data: bytes, filename: str) -> None:
    """Raise Refused, saying what to do, unless `data` is a Word document that is safe to open and to fill."""
    parts = word_parts(data, filename, "様式")
    for name, content in parts.items():
        if name.endswith(".xml"):
            _check_content(content)
    for name, content in parts.items():
        if name.endswith(".rels"):
            _check_relationships(content)


def word_parts(data: bytes, filename: str, noun: str) -> Mapping[str, bytes]:
    """Return the parts of an uploaded Word document by name; `noun` is what messages call the file.

    Every XML part is well-formed, bounded in size and without DOCTYPE, so that it is safe to parse. Raises Refused,
    saying what to do, for anything else, and for documents with macros. Whether the document embeds or fetches
    anything is not looked at: nothing here opens it.
    """
    expected = f"Wordで作った{noun}（.docx）を選んでください。"
    if len(data) > MAX_BYTES:
        raise Refused(
            "ファイルが10MBを超えています。画像を小さくするか取り除いて保存し直し、もう一度選んでください。"
        )
    if not data.strip():
        raise Refused(f"ファイルが空です。{expected}")
    if not data.startswith(b"PK"):
        kind = next((name for sign, name in _SIGNATURES if data.startswith(sign)), "Word文書ではない形式")
        raise Refused(
            f"ファイル「{filename}」は{kind}のため使えません。{RESAVE if '.doc' in kind else expected}"
        )
    parts = _parts(data)
    _check_kind(parts, filename, expected)
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            _check_xml(content, noun)
    return parts


# --- archive ----------------------------------------------------------------------------------------------


def _parts(data: bytes) -> Mapping[str, bytes]:
    """Return the unpacked parts by name, within bounds."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except Refused:
        raise
    except Exception as error:  # wrong checksum, unknown compression, cut off: all mean a damaged file
        raise Refused(f"ファイルが壊れているため読めません。{RESAVE}") from error


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(f"ファイルにパスワードが付いています。パスワードを外し、{RESAVE}")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise Refused(
            "ファイルの中身が大きすぎます（展開して50MBまで）。画像や埋め込みを減らして保存し直してください。"
        )
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) < len(names) or any(".." in name.split("/") or name.startswith("/") for name in names):
        raise Refused(f"ファイルの作りが正しくありません。{RESAVE}")


def _check_kind(parts: Mapping[str, bytes], filename: str, expected: str) -> None:
    names = {name.lower() for name in parts}
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names) or "macroEnabled" in types:
        raise Refused(f"ファイル「{filename}」はマクロを含むため使えません。マクロのない{RESAVE}")
    other = next((kind for name, kind in _OTHER_ARCHIVES if name in names), None)
    if other:
        raise Refused(f"ファイル「{filename}」は{other}のため使えません。{expected}")
    if "wordprocessingml.template" in types:
        raise Refused(f"ファイル「{filename}」はWordのテンプレート（.dotx）のため使えません。{RESAVE}")
    if _MAIN_TYPE not in types:
        raise Refused(f"ファイル「{filename}」はWord文書ではない形式のため使えません。{expected}")
    if not filename.lower().endswith(".docx"):
        raise Refused(f"ファイル「{filename}」の拡張子が.docxではないため使えません。{RESAVE}")


# --- content ----------------------------------------------------------------------------------------------

_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_FIELD_CODE: Final = re.compile(
    r"\b(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDE|DDEAUTO|DATABASE|RD|MACROBUTTON|AUTOTEXT)\b",
    re.IGNORECASE,
)
_HARMLESS: Final = re.compile(r'"[^"]*"|\bHYPERLINK\s+[^\s"]+', re.IGNORECASE)
"""What a field code may say in quotes, and the address of a link."""
_FETCHED: Final = re.compile(rb"""\s(?:src|o:href)\s*=\s*["']\s*(?:[a-zA-Z][\w+.-]*:|\\\\|//)""")
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _check_xml(content: bytes, noun: str) -> None:
    if len(content) > MAX_PART_BYTES:
        raise Refused(f"{noun}の文章が長すぎます。100ページ程度までに分けて保存し直してください。")
    if any(sign in content for sign in _DOCTYPES):
        raise Refused(f"ファイルに文書以外の指定（DOCTYPE）が含まれているため使えません。{RESAVE}")
    try:
        etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Refused(f"ファイルが壊れているため読めません。{RESAVE}") from error


def _check_content(content: bytes) -> None:
    """Refuse what fetches or runs something, wherever it lies in the archive: a file may name its parts as it likes."""
    _check_fields(etree.fromstring(content, _PARSER))
    if _FETCHED.search(content):
        raise Refused(_outside("画像など"))


def _check_fields(root: etree._Element) -> None:
    """Refuse fields that fetch or run something."""
    found = _FIELD_CODE.search(_HARMLESS.sub(" ", _field_codes(root)))
    if found:
        raise Refused(
            f"様式に、ほかのファイルを読み込むフィールド（{found.group().upper()}）があるため使えません。"
            "そのフィールドを消すか、文字や画像に置き換えて保存し直してください。"
        )


def _field_codes(root: etree._Element) -> str:
    """Return the codes of all fields, apart from each other; Word may split one code over several runs."""
    codes = root.iter(f"{_WORD}instrText", f"{_WORD}fldChar", f"{_WORD}fldSimple")
    return "".join(map(_field_code, codes))


def _field_code(node: etree._Element) -> str:
    if node.tag == f"{_WORD}instrText":
        return node.text or ""
    return f" {node.get(f'{_WORD}instr', '')} "


_LINK_TYPE: Final = "/hyperlink"
_OPENED_BY_HAND: Final = ("http://", "https://", "mailto:")
_EMBEDDED: Final = {
    "oleobject": "埋め込まれたオブジェクト（OLE）",
    "package": "埋め込まれた文書",
    "control": "ActiveXコントロール",
    "afchunk": "埋め込まれた文書",
    "subdocument": "サブ文書",
    "attachedtemplate": "別のテンプレートへの参照",
    "frame": "フレーム",
    "mailmergesource": "差し込み印刷のデータ",
}


def _check_relationships(content: bytes) -> None:
    """Refuse what is embedded or lies outside.

    A link to a web page or a mail address stays: nothing is fetched until a person clicks it. Anything else outside
    (remote pictures, linked files, shared folders) would be fetched as the paper opens.
    """
    for kind, target, external in _relationships(content):
        name = kind.rsplit("/", 1)[-1].lower()
        if name in _EMBEDDED:
            raise Refused(
                f"様式に{_EMBEDDED[name]}が含まれているため使えません。"
                "それを消すか、文字、表又は画像に置き換えて保存し直してください。"
            )
        by_hand = kind.endswith(_LINK_TYPE) and target.lower().startswith(_OPENED_BY_HAND)
        if external and not by_hand:
            raise Refused(_outside("リンク" if kind.endswith(_LINK_TYPE) else "画像など"))


def _relationships(content: bytes) -> Iterator[tuple[str, str, bool]]:
    for node in etree.fromstring(content, _PARSER):
        if isinstance(node.tag, str):
            external = node.get("TargetMode", "").lower() == "external"
            yield node.get("Type", ""), node.get("Target", "").strip(), external


def _outside(what: str) -> str:
    return (
        f"様式に、ほかのファイルや外部の場所を参照する{what}が含まれているため使えません。"
        "画像は「挿入」で文書の中に入れ、ファイルへのリンクは消して、保存し直してください。"
    )
