"""配布資料のファイル: taken for what they hold; whatever runs or fetches is refused with a sentence."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from docx import Document
from pypdf import PdfWriter

from meetings_app.core.errors import Refused
from meetings_app.documents.handout_file import MAX_BYTES, check_handout

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPG = b"\xff\xd8\xff\xe0" + b"0" * 20
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def archive(parts: Mapping[str, bytes | str], *, kind: str = "word/document.xml") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {"[Content_Types].xml": "<Types/>", kind: "<a/>", **parts}.items():
            packed.writestr(name, content)
    return written.getvalue()


def relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="http://x/{kind}" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    )


def pdf(*, password: str = "", pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def word() -> bytes:
    written = io.BytesIO()
    Document().save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    ("filename", "data", "media_type"),
    [
        ("図.png", PNG, "image/png"),
        ("図.JPG", JPG, "image/jpeg"),
        ("図.jpeg", JPG, "image/jpeg"),
        ("紙.pdf", pdf(), "application/pdf"),
        (
            "紙.docx",
            word(),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "表.xlsx",
            archive({}, kind="xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            "絵.pptx",
            archive({}, kind="ppt/presentation.xml"),
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (
            "リンク.docx",
            archive({"word/_rels/document.xml.rels": relations("hyperlink", "https://example.jp/")}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    ],
)
def test_what_may_be_handed_out(filename: str, data: bytes, media_type: str) -> None:
    assert check_handout(data, filename) == media_type


@pytest.mark.parametrize(
    ("filename", "data", "sentence"),
    [
        ("空.png", b"", "空です"),
        ("大.png", PNG + b"0" * MAX_BYTES, "10MBを超え"),
        ("本.exe", b"MZ", "配れません"),
        ("頁.html", b"<html>", "配れません"),
        ("名なし", PNG, "配れません"),
        ("図.pdf", PNG, "拡張子（.pdf）と違います（.png）"),
        ("図.docx", archive({}, kind="xl/workbook.xml"), "拡張子（.docx）と違います（.xlsx）"),
        ("嘘.png", b"GIF89a", "確かめられません"),
        ("古.docx", b"\xd0\xcf\x11\xe0" + b"0" * 50, "古い形式か、パスワード"),
        ("壊.docx", word()[:300], "壊れている"),
        ("別.docx", archive({}, kind="a.txt"), "確かめられません"),
        ("巧.docx", archive({"word/vbaProject.bin": b"1"}), "マクロ"),
        ("巧.xlsx", archive({"xl/activeX/activeX1.bin": b"1"}, kind="xl/workbook.xml"), "マクロ"),
        (
            "巧.pptx",
            archive(
                {"[Content_Types].xml": "<Types>application/vnd.ms-powerpoint.macroEnabled</Types>"},
                kind="ppt/presentation.xml",
            ),
            "マクロ",
        ),
        (
            "外.docx",
            archive({"word/_rels/document.xml.rels": relations("image", "http://example.jp/a.png")}),
            "外部の場所を読み込みます",
        ),
        (
            "外.docx",
            archive({"word/_rels/settings.xml.rels": relations("attachedTemplate", "file://x/a.dotm")}),
            "外部の場所を読み込みます",
        ),
        ("爆.docx", archive({"word/a.bin": b"0" * (101 * 1024 * 1024)}), "展開して100MB"),
        ("錠.pdf", pdf(password="x"), "パスワードか制限"),
        ("壊.pdf", b"%PDF-1.7 broken", "壊れている"),
        ("無.pdf", pdf(pages=0), "ページがありません"),
    ],
)
def test_what_is_refused(filename: str, data: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence.replace("（", "（").replace(".", r"\.")):
        check_handout(data, filename)
