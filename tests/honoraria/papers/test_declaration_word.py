"""年次の申告書: what it asks, what it shows as on record, and that it names no 本人."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.document import Document
from pypdf import PdfReader

from honoraria.papers.declaration_word import (
    DeclarationForm,
    declarations_word,
    declarations_zip,
    form_filename,
    reminders_word,
    year_text,
)
from tests.office import to_pdf

FORM = DeclarationForm(
    person_id="a" * 32,
    name="塘路 五郎",
    organisation="民生委員児童委員協議会",
    fiscal_year=2026,
    seats=("釧路市支援調整会議の委員", "釧路圏域会議のアドバイザー委員"),
    district="阿寒湖畔",
    statuses=("公務員（特別職・非常勤）、民生委員",),
    relations=("ケース番号15　甥",),
    office="釧路市支援調整会議 事務局",
    mailbox="jimukyoku@example.jp",
    degree_limit=4,
    issued_on=date(2026, 11, 21),
    return_by=date(2026, 12, 5),
    sent_on=date(2026, 4, 6),
)
NEW = replace(FORM, name="𠮷田 髙子", organisation="", district="", statuses=(), relations=(), sent_on=None)


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def facts(document: Document, label: str) -> list[str]:
    return [
        row.cells[1].text
        for table in document.tables
        for row in table.rows
        if len(row.cells) == 2 and row.cells[0].text == label
    ]


def text(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_what_is_on_record_stands_beside_what_is_asked() -> None:
    document = opened(declarations_word([FORM]))
    assert facts(document, "現在の記録") == [
        "阿寒湖畔",
        "公務員（特別職・非常勤）、民生委員",
        "ケース番号15　甥",
    ]
    assert facts(document, "新しい居住地区") == ["□ 釧路　　□ 阿寒　　□ 阿寒湖畔　　□ 音別　　□ 地区外"]
    assert facts(document, "公務員か") == ["□ 公務員でない　　□ 公務員である（下も記入）"]
    assert facts(document, "一般職・特別職") == ["□ 一般職　　□ 特別職　　□ 分からない"]
    assert facts(document, "常勤・非常勤") == ["□ 常勤　　□ 非常勤　　□ 分からない"]
    assert facts(document, "答え") == ["□ いない　　　□ いる（下の表に記入）　　　□ 分からない"]
    assert facts(document, "氏名（自署）") == [""]
    assert facts(document, "お返しいただく期限") == ["令和8年12月5日（土）"]


def test_it_says_why_it_asks_and_until_when() -> None:
    said = text(opened(declarations_word([FORM])))
    for part in (
        "令和8年度　居住地区・公務員区分・続柄の申告書",
        "塘路 五郎　様",
        "令和8年12月5日（土）までに",
        "第7条第3項②",
        "第7条第4項",
        "4親等以内の血族",
        "民生委員・児童委員は公務員（特別職・非常勤）",
        "社会福祉協議会の職員は公務員でない",
        "本人の氏名は書かないでください",
    ):
        assert part in said


def test_nothing_on_record_is_said() -> None:
    assert facts(opened(declarations_word([NEW])), "現在の記録") == ["申告なし"] * 3


def test_kin_are_asked_for_in_an_empty_table() -> None:
    (table,) = (table for table in opened(declarations_word([FORM])).tables if len(table.columns) == 3)
    assert [cell.text for cell in table.rows[0].cells] == [
        "ケース番号（分かれば）",
        "本人から見て、あなたは何に当たるか",
        "いつから",
    ]
    assert [[cell.text for cell in row.cells] for row in list(table.rows)[1:]] == [["", "", ""]] * 3


def test_everybody_is_in_one_file_on_pages_of_their_own() -> None:
    document = opened(declarations_word([FORM, NEW]))
    assert len(document.sections) == 2
    assert "塘路 五郎　様" in text(document)
    assert "𠮷田 髙子　様" in text(document)


def test_the_reminder_names_the_day_of_sending_and_the_new_one() -> None:
    document = opened(reminders_word([FORM]))
    said = text(document)
    assert "令和8年4月6日にお送りした令和8年度の" in said
    assert "令和8年12月5日（土）までに" in said
    assert facts(document, "お返しいただく先") == ["釧路市支援調整会議 事務局　jimukyoku@example.jp"]
    assert "公務員（特別職・非常勤）" not in said


def test_hostile_names_are_text() -> None:
    evil = replace(FORM, name='<w:p>=1+1"&\u202e\x00', organisation="<b>")
    assert '<w:p>=1+1"&　様' in text(opened(declarations_word([evil])))


def test_a_zip_holds_one_form_each_under_names_told_apart() -> None:
    same = [FORM, replace(FORM, person_id="b" * 32), replace(FORM, name="a/b:c")]
    with zipfile.ZipFile(io.BytesIO(declarations_zip(same))) as archive:
        names = archive.namelist()
        assert text(opened(archive.read(names[0]))).count("様") == 1
    assert names == [
        "申告書_令和8年度_塘路五郎.docx",
        "申告書_令和8年度_塘路五郎_2.docx",
        "申告書_令和8年度_a／b：c.docx",
    ]
    assert form_filename(FORM) == names[0]


def test_equal_forms_are_equal_files() -> None:
    assert declarations_word([FORM, NEW]) == declarations_word([FORM, NEW])
    assert declarations_zip([FORM]) == declarations_zip([FORM])
    assert reminders_word([FORM]) == reminders_word([FORM])


def test_a_paper_for_nobody_is_a_fault() -> None:
    with pytest.raises(ValueError, match="somebody"):
        declarations_word([])


@pytest.mark.parametrize(
    ("year", "said"), [(2018, "平成30年度"), (2019, "平成31年度"), (2020, "令和2年度"), (2026, "令和8年度")]
)
def test_fiscal_years_bear_the_era_of_their_first_day(year: int, said: str) -> None:
    assert year_text(year) == said


def test_a_form_is_one_sheet_of_two_pages(tmp_path: Path) -> None:
    path = tmp_path / "form.docx"
    path.write_bytes(declarations_word([FORM]))
    pages = PdfReader(to_pdf(path, tmp_path)).pages
    assert len(pages) == 2
    assert "続柄" in pages[1].extract_text()
