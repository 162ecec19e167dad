"""様式のファイル: files that are no templates, or reach outside themselves, are refused with what to do."""

import io
import zipfile

import pytest

from meetings_app.core.errors import Refused
from meetings_app.documents.template_file import MAX_BYTES, check_file
from tests.meetings_app.documents.word_files import changed, moved, packed, replaced, word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def refused(data: bytes, filename: str = "様式.docx") -> str:
    with pytest.raises(Refused) as caught:
        check_file(data, filename)
    return caught.value.message


def related(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """A document with one more relationship."""
    entry = f'<Relationship Id="rId99" Type="{RELATIONSHIP}/{kind}" Target="{target}"{mode}/></Relationships>'
    return replaced(word("本文"), "word/_rels/document.xml.rels", "</Relationships>", entry)


def in_body(xml: str) -> bytes:
    return replaced(word("本文"), "word/document.xml", "<w:t>本文</w:t>", f"<w:t>本文</w:t>{xml}")


def test_a_word_document_passes() -> None:
    check_file(word("{{ a }}", header="見出し", rows=[["一"]]), "様式.DOCX")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ファイルが空です。Wordで作った様式（.docx）を選んでください。"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "古い形式（.doc）又はパスワード付きの文書のため使えません。Wordで開き"),
        (b"%PDF-1.7", "PDFのため使えません。Wordで作った様式（.docx）を選んでください。"),
        (b"\x89PNG\r\n", "画像のため使えません"),
        (b"{\\rtf1", "リッチテキスト（.rtf）のため使えません"),
        ("会議の案内".encode(), "Word文書ではない形式のため使えません"),
        (b"PK\x03\x04 cut off", "ファイルが壊れているため読めません。Wordで開き"),
        (packed({"a.txt": b"a"}), "Word文書ではない形式のため使えません"),
        (packed({"xl/workbook.xml": b"<a/>"}), "Excelブックのため使えません"),
        (packed({"mimetype": b"a"}), "OpenDocument形式の文書のため使えません"),
        (b"PK" + b"\0" * MAX_BYTES, "10MBを超えています。画像を小さくするか"),
    ],
)
def test_other_files(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_a_wrong_extension() -> None:
    assert "拡張子が.docxではない" in refused(word("本文"), "様式.docm")


def test_damage_inside() -> None:
    data = word("本文")
    assert "壊れている" in refused(replaced(data, "word/document.xml", "</w:body>", ""))
    assert "壊れている" in refused(data[: len(data) // 2])


def test_macros() -> None:
    with_macro = changed(word("本文"), lambda parts: parts.update({"word/vbaProject.bin": b"x"}))
    assert "マクロを含むため使えません" in refused(with_macro)
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    macro_type = "application/vnd.ms-word.document.macroEnabled.main+xml"
    assert "マクロを含むため使えません" in refused(
        replaced(word("本文"), "[Content_Types].xml", main, macro_type)
    )
    template_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    assert "（.dotx）" in refused(replaced(word("本文"), "[Content_Types].xml", main, template_type))


def test_a_file_with_a_password() -> None:
    data = bytearray(word("本文"))
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    assert "パスワードを外し" in refused(bytes(data))


def test_bombs() -> None:
    zeros = changed(
        word("本文"), lambda parts: parts.update({"word/media/a.bin": b"\0" * (51 * 1024 * 1024)})
    )
    assert len(zeros) < 200_000
    assert "展開して50MBまで" in refused(zeros)
    many = changed(word("本文"), lambda parts: parts.update({f"a{n}.txt": b"" for n in range(2_001)}))
    assert "展開して50MBまで" in refused(many)
    long = replaced(word("本文"), "word/document.xml", "本文", "本" * 2_000_000)
    assert "文章が長すぎます" in refused(long)


def test_two_parts_of_one_name() -> None:
    written = io.BytesIO(word("本文"))
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("WORD/document.xml", "<a/>")
    assert "作りが正しくありません" in refused(written.getvalue())


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_document_types(code: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'
    data = changed(word("本文"), lambda parts: parts.update({"customXml/item9.xml": bomb.encode(code)}))
    assert "DOCTYPE" in refused(data)


@pytest.mark.parametrize(
    ("kind", "target", "said"),
    [
        ("image", "http://example.com/a.png", "外部の場所を参照する画像など"),
        ("image", "file:///C:/a.png", "外部の場所を参照する画像など"),
        ("attachedTemplate", "http://example.com/a.dotm", "別のテンプレートへの参照"),
        ("oleObject", "file:///C:/a.xlsx", "埋め込まれたオブジェクト（OLE）"),
        ("subDocument", "a.docx", "サブ文書"),
        ("hyperlink", "file:///C:/a.docx", "外部の場所を参照するリンク"),
        ("hyperlink", "\\\\server\\share\\a.docx", "外部の場所を参照するリンク"),
    ],
)
def test_what_lies_outside(kind: str, target: str, said: str) -> None:
    assert said in refused(related(kind, target))


@pytest.mark.parametrize("kind", ["oleObject", "package", "control", "aFChunk"])
def test_what_is_embedded(kind: str) -> None:
    assert "含まれているため使えません。それを消すか" in refused(related(kind, "embeddings/a.bin", ""))


@pytest.mark.parametrize(
    "target", ["https://example.com/", "http://example.com/", "mailto:office@example.com"]
)
def test_links_that_a_person_clicks_stay(target: str) -> None:
    check_file(related("hyperlink", target), "様式.docx")


@pytest.mark.parametrize(
    "codes",
    [
        ('INCLUDEPICTURE "http://example.com/a.png"',),
        ("INCLUDE", 'TEXT "C:\\\\a.docx"'),
        ("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe",),
        ("LINK Excel.Sheet.12",),
    ],
)
def test_fields_that_fetch(codes: tuple[str, ...]) -> None:
    runs = "".join(f'<w:instrText xml:space="preserve">{code}</w:instrText>' for code in codes)
    assert "フィールド（" in refused(in_body(f'<w:fldChar w:fldCharType="begin"/>{runs}'))


def test_a_link_does_not_hide_a_field_behind_it() -> None:
    hidden = (
        '<w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK https://example.com/link</w:instrText>'
        '<w:fldChar w:fldCharType="begin"/><w:instrText>INCLUDEPICTURE http://example.com/a.png</w:instrText>'
    )
    assert "INCLUDEPICTURE" in refused(in_body(hidden))


def test_harmless_fields_stay() -> None:
    harmless = (
        '<w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText>'
        '<w:fldChar w:fldCharType="begin"/><w:instrText> HYPERLINK "https://example.com/link" </w:instrText>'
    )
    check_file(in_body(harmless), "様式.docx")


def test_old_drawings_that_fetch() -> None:
    picture = '<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="http://example.com/a.png"/></w:pict>'
    assert "外部の場所を参照する画像など" in refused(in_body(picture))


def test_fields_are_found_under_whatever_name_the_text_lies() -> None:
    field = '<w:fldSimple w:instr="DDEAUTO c:\\windows\\cmd.exe"/>'
    assert "DDEAUTO" in refused(moved(in_body(field), "word/document.xml", "text/main.xml"))
