"""Excelブック: what is no plain workbook is refused by what it is, and text comes back as it was."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings_app.core.errors import Refused
from meetings_app.documents.workbook import MEMBER_LIMITS, guarded, read_workbook, restored

DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'


def book(*rows: Sequence[object], title: str = "人") -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def archive(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return made.getvalue()


def refusal(data: bytes, name: str = "名簿.xlsx") -> str:
    with pytest.raises(Refused) as refused:
        read_workbook(name, data)
    return refused.value.message


def texts(data: bytes) -> list[list[str]]:
    (sheet,) = read_workbook("名簿.xlsx", data)
    return [[cell.text for cell in line.cells] for line in sheet.lines]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空です"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0old", "古い形式"),
        ("番号,氏名".encode(), "拡張子が「.xlsx」の文字だけのファイル"),
        (b"PK\x03\x04broken", "壊れた"),
        (archive(readme_xml=b"x"), "圧縮ファイル"),
        (archive(word__document_xml=b"<x/>"), "Word文書"),
        (archive(xl__workbook_xml=b"<x/>", xl__vbaProject_bin=b"x"), "マクロ"),
        (archive(xl__workbook_xml=DOCTYPE), "表以外の指定"),
        (archive(xl__workbook_xml=b"<x/>"), "壊れている"),
        (b"x" * (MEMBER_LIMITS.bytes + 1), "5MB"),
    ],
)
def test_other_files_are_refused_by_what_they_are(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_what_would_unpack_to_too_much_is_refused_unread() -> None:
    bomb = archive(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b" " * (51 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert "大きすぎます" in refusal(bomb)


def test_the_name_has_to_say_what_it_is() -> None:
    assert "拡張子が「.xls」のExcelブック" in refusal(book(["番号"]), "名簿.xls")


def test_an_empty_workbook_says_so() -> None:
    assert "記入がありません" in refusal(book())


def test_cells_are_read_as_people_see_them() -> None:
    moment = datetime(2014, 3, 25, 10, 30)  # noqa: DTZ001 - a workbook knows no time zone
    rows = texts(book(["a", 14, 14.0, 2.5, True, date(2014, 3, 25), moment, None, "b"]))
    assert rows == [["a", "14", "14", "2.5", "TRUE", "2014-03-25", "2014-03-25 10:30:00", "", "b"]]


def test_rows_keep_their_numbers_and_blank_ones_go() -> None:
    (sheet,) = read_workbook("名簿.xlsx", book(["a"], [], [" "], ["b"]))
    assert [line.number for line in sheet.lines] == [1, 4]


def test_formulas_and_errors_are_marked() -> None:
    (sheet,) = read_workbook("名簿.xlsx", book(["=1+1", "#REF!", "text"]))
    assert [cell.formula for cell in sheet.lines[0].cells] == [True, True, False]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["x" * 1_001]], "1行目のA列が1,000字を超えています"),
        ([["", *[""] * 50, "x"]], "50列を超えています"),
        ([[]] * 5_000 + [["x"]], "5,000行を超えています"),
    ],
)
def test_too_much_is_refused_with_the_sheet(rows: list[list[str]], said: str) -> None:
    message = refusal(book(*rows))
    assert said in message
    assert "「人」" in message


def test_hidden_sheets_are_left_alone() -> None:
    workbook = openpyxl.Workbook()
    for title, state in (("隠し", "hidden"), ("深く隠し", "veryHidden"), ("人", "visible")):
        sheet = workbook.create_sheet(title)
        sheet["A1"] = title
        sheet.sheet_state = state
    made = io.BytesIO()
    workbook.save(made)
    assert [sheet.title for sheet in read_workbook("名簿.xlsx", made.getvalue())] == ["人"]


@pytest.mark.parametrize("text", ["=1+1", "+81", "-", "@x", "＝和", " =x", "'quoted", "''", "'=x"])
def test_what_a_spreadsheet_might_run_begins_with_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert restored(guarded(text)) == text


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    assert restored(guarded(text)) == text
    assert not guarded(text).lstrip(" \u3000").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
