import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

import agenda
from agenda.register_file import read_bytes, read_file
from agenda.rules.register import read_register
from meetings_app.core.errors import Refused
from meetings_app.documents import workbook as workbook_file

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"
HEADING = [
    "番号",
    "名前(イニシャル)",
    "プラン",
    "支援調整会議開催日",
    "支援決定日",
    "プラン期間",
    "次回モニタリング時期",
    "評価_支援調整会議開催日",
    "プラン評価",
]
FIRST = ["1", "A.B", "プラン1", "H25年7月1日", "H25年7月4日", "H25年12月27日", "H25年9月", "", ""]


def csv_text(*rows: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def workbook(*rows: Sequence[object], heading: Sequence[str] = HEADING) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = first_sheet(book)
    for row in (heading, *rows):
        sheet.append(list(row))
    return book


def first_sheet(book: openpyxl.Workbook) -> Worksheet:
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, **changes: bytes) -> bytes:
    """The archive with some members replaced or added (dots written as __, slashes as ___)."""
    named = {name.replace("___", "/").replace("__", "."): content for name, content in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_bytes(name, data)
    assert refused.value.message.endswith("ください。")
    return refused.value.message


# --- CSV ---------------------------------------------------------------------------------------------------------


def test_the_sample_file() -> None:
    rows = read_file(SAMPLE)
    assert len(rows) == 31
    assert rows[0] == HEADING
    assert rows[30][8] == "終・H26年2月28日"
    assert len(read_register(rows).entries) == 30


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_encodings_and_line_endings(encoding: str, ending: str) -> None:
    text = csv_text(HEADING, FIRST).replace("\r\n", ending)
    assert read_bytes("台帳.CSV", text.encode(encoding)) == [HEADING, FIRST]


def test_the_real_register_says_the_same_in_both_encodings() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert read_bytes("a.csv", text.encode("cp932")) == read_file(SAMPLE)


def test_blank_rows_keep_the_numbering_and_are_cut_at_the_end() -> None:
    text = csv_text(HEADING, FIRST, [], ["", ""], FIRST, [], ["", " "])
    assert read_bytes("a.csv", text.encode()) == [HEADING, FIRST, [], [], FIRST]


def test_quoted_cells_may_hold_commas_and_line_breaks() -> None:
    odd = [*FIRST[:8], "終,\n再"]
    assert read_bytes("a.csv", csv_text(HEADING, odd).encode()) == [HEADING, odd]


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"", "ファイルが空"),
        (b" \r\n\r\n", "ファイルが空"),
        (b"\xef\xbb\xbf\r\n", "1行目に見出し"),
        ("氏名,住所\r\n".encode(), "見出し「番号」「名前(イニシャル)」"),
        ("\t".join(HEADING).encode(), "1行目に見出し"),
        (csv_text(["平成25年度 プラン台帳"], HEADING, FIRST).encode(), "1行目に見出し"),
        (csv_text(HEADING, FIRST).encode("utf-16"), "UTF-16"),
        (csv_text(HEADING, FIRST).encode("euc-jp"), "「CSV UTF-8」"),
        (csv_text(HEADING, FIRST).encode("iso-2022-jp"), "「CSV UTF-8」"),
        (csv_text(HEADING).encode() + b"\xff\xff\xff", "文字コード"),
        ((csv_text(HEADING) + '1,"A.B,プラン1\r\n').encode(), "引用符"),
        (csv_text(HEADING, [*FIRST[:8], "終" * 10_001]).encode(), "2行目のI列が10,000字を超え"),
        (csv_text(HEADING, [*FIRST[:8], "終" * 200_000]).encode(), "2行目のI列が10,000字を超え"),
        (csv_text(HEADING, [*FIRST, *[""] * 191, "x"]).encode(), "2行目が200列"),
        (csv_text(HEADING, *[FIRST] * 10_000).encode(), "10,000行"),
        (csv_text(HEADING).encode() + b"a\x00b", "読めない形式"),
        (b"x" * (10 * 1024 * 1024 + 1), "10MB"),
    ],
)
def test_texts_that_are_no_register(data: bytes, advice: str) -> None:
    assert advice in refusal("台帳.csv", data)


def test_a_no_break_space_is_only_a_space() -> None:
    assert read_bytes("a.csv", csv_text(HEADING, [*FIRST[:7], "\xa0", ""]).encode())[1][7] == "\xa0"


def test_the_limits_themselves_are_allowed() -> None:
    long = [*FIRST[:8], "終" * 10_000]
    assert read_bytes("a.csv", csv_text(HEADING, long).encode())[1] == long
    wide = [*FIRST, *[""] * 190, "x"]
    assert read_bytes("a.csv", csv_text(HEADING, wide).encode())[1] == wide


# --- other files -------------------------------------------------------------------------------------------------


def docx_bytes() -> bytes:
    out = io.BytesIO()
    Document().save(out)
    return out.getvalue()


def zip_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("台帳.docx", docx_bytes(), "Word文書"),
        ("台帳.xlsx", docx_bytes(), "Word文書"),
        ("台帳.csv", docx_bytes(), "Word文書"),
        ("台帳.zip", zip_bytes(), "圧縮ファイル"),
        ("台帳.pdf", b"%PDF-1.7\n", "PDF"),
        ("台帳.csv", b"%PDF-1.7\n", "PDF"),
        ("台帳.png", b"\x89PNG\r\n\x1a\n", "画像"),
        ("台帳.csv", b"\xff\xd8\xff\xe0", "画像"),
        ("台帳.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "古い形式（.xls）又はパスワード付き"),
        ("台帳.csv", saved(workbook(FIRST)), "拡張子が「.csv」のExcelブック"),
        ("台帳.xlsm", saved(workbook(FIRST)), "拡張子が「.xlsm」のExcelブック"),
        ("台帳.xlsx", csv_text(HEADING, FIRST).encode(), "拡張子が「.xlsx」の文字だけのファイル"),
        ("台帳.txt", csv_text(HEADING, FIRST).encode(), "拡張子が「.txt」の文字だけのファイル"),
        ("台帳", csv_text(HEADING, FIRST).encode(), "拡張子のない文字だけのファイル"),
        ("台帳.xlsx", repacked(saved(workbook(FIRST)), xl___vbaProject__bin=b"x"), "マクロ"),
        ("台帳.xlsx", b"PK\x03\x04broken", "壊れた"),
        ("台帳.xlsx", saved(workbook(FIRST))[:-200], "壊れた"),
    ],
)
def test_other_files_are_refused_by_what_they_are(name: str, data: bytes, what: str) -> None:
    message = refusal(name, data)
    assert what in message
    assert "CSV（UTF-8又はShift_JIS）又はExcelブック（.xlsx）" in message


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "ない.csv", tmp_path):
        with pytest.raises(Refused, match="見つかりません"):
            read_file(path)


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    with pytest.raises(Refused, match="10MB"):
        read_file(path)


# --- XLSX --------------------------------------------------------------------------------------------------------


def test_a_workbook_of_texts_reads_like_the_csv() -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        heading, *rows = list(csv.reader(file))
    book = read_bytes("台帳.xlsx", saved(workbook(*rows, heading=heading)))
    assert read_register(book) == read_register([heading, *rows])


def test_numbers_dates_and_other_cells_become_text() -> None:
    cells = [1, "A.B", 1, datetime(2013, 7, 1), date(2013, 7, 4), 1.5, True, time(9, 30), 2.0]  # noqa: DTZ001
    rows = read_bytes("台帳.xlsx", saved(workbook(cells)))
    assert rows[1] == ["1", "A.B", "1", "2013-07-01", "2013-07-04", "1.5", "TRUE", "09:30:00", "2"]


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy/m/d", "2013-09-01"),
        ('yyyy"年"m"月"d"日"', "2013-09-01"),
        ("[$-411]ge.m.d", "2013-09-01"),
        ('[$-411]ggge"年"m"月"d"日"', "2013-09-01"),
        ('yyyy"年"m"月"', "2013-09"),
        ("yyyy/mm", "2013-09"),
        ('[$-411]ge"年"m"月"', "2013-09"),
        ('yyyy"d"m', "2013-09"),
    ],
)
def test_a_date_cell_showing_only_the_month_is_a_month(number_format: str, text: str) -> None:
    book = workbook(FIRST)
    cell = first_sheet(book)["G2"]
    cell.value = date(2013, 9, 1)
    cell.number_format = number_format
    assert read_bytes("台帳.xlsx", saved(book))[1][6] == text


def test_a_date_cell_with_a_time_keeps_it() -> None:
    book = workbook([*FIRST[:3], datetime(2013, 7, 1, 13, 30), *FIRST[4:]])  # noqa: DTZ001
    assert read_bytes("台帳.xlsx", saved(book))[1][3] == "2013-07-01 13:30:00"


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy/m/d", "2013-07-01"),
        ('[$-411]ggge"年"m"月"d"日"', "2013-07-01"),
        ("yyyy/m/d h:mm", "2013-07-01 13:30:00"),
        ("h:mm", "2013-07-01 13:30:00"),
    ],
)
def test_a_time_that_the_cell_does_not_show_is_not_read(number_format: str, text: str) -> None:
    book = workbook([*FIRST[:3], datetime(2013, 7, 1, 13, 30), *FIRST[4:]])  # noqa: DTZ001
    first_sheet(book)["D2"].number_format = number_format
    assert read_bytes("台帳.xlsx", saved(book))[1][3] == text


def test_real_date_cells_reach_the_register() -> None:
    cells = [
        1,
        "A.B",
        "プラン1",
        date(2013, 7, 1),
        date(2013, 7, 4),
        date(2013, 12, 27),
        "H25年9月",
        None,
        None,
    ]
    (entry,) = read_register(read_bytes("台帳.xlsx", saved(workbook(cells)))).entries
    assert entry.meeting is not None
    assert entry.meeting.first_day == date(2013, 7, 1)


def test_blank_rows_of_a_sheet_keep_the_numbering() -> None:
    book = workbook(FIRST)
    first_sheet(book)["A6"] = "2"
    rows = read_bytes("台帳.xlsx", saved(book))
    assert [bool(any(row)) for row in rows] == [True, True, False, False, False, True]


def test_a_formula_is_refused_with_its_cell() -> None:
    book = workbook(FIRST, [*FIRST[:4], "=D2+3", *FIRST[5:]])
    assert "シート「Sheet」の3行目E列が計算式か、計算の誤りです" in refusal("台帳.xlsx", saved(book))


def test_a_wrong_size_stated_in_the_file_cuts_nothing_off() -> None:
    data = saved(workbook(FIRST))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:I2"', b'ref="A1"')
    assert b'ref="A1"' in sheet
    assert read_bytes("台帳.xlsx", repacked(data, xl___worksheets___sheet1__xml=sheet))[1] == [
        *FIRST[:7],
        "",
        "",
    ]


def test_the_sheet_with_the_heading_is_found_and_hidden_ones_left_out() -> None:
    book = workbook(FIRST)
    book.create_sheet("表紙", 0)["A1"] = "平成25年度"
    hidden = book.create_sheet("控え")
    hidden.append(HEADING)
    hidden.sheet_state = "hidden"
    assert read_bytes("台帳.xlsx", saved(book))[1][0] == "1"


def test_two_registers_in_a_workbook_are_refused() -> None:
    book = workbook(FIRST)
    book.create_sheet("次年度").append(HEADING)
    assert "複数あります（「Sheet」「次年度」）" in refusal("台帳.xlsx", saved(book))


def test_workbooks_without_a_register() -> None:
    assert "記入がありません" in refusal("台帳.xlsx", saved(openpyxl.Workbook()))
    book = openpyxl.Workbook()
    first_sheet(book).append(["氏名", "住所"])
    assert "見出し「番号」" in refusal("台帳.xlsx", saved(book))


def test_a_damaged_sheet_is_refused() -> None:
    data = repacked(saved(workbook(FIRST)), xl___worksheets___sheet1__xml=b"<worksheet><sheetData><row")
    assert "壊れている" in refusal("台帳.xlsx", data)


def test_a_changed_byte_is_refused() -> None:
    data = bytearray(saved(workbook(FIRST)))
    place = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[place] ^= 0xFF
    assert "壊れ" in refusal("台帳.xlsx", bytes(data))


def test_document_types_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'
    data = repacked(saved(workbook(FIRST)), xl___worksheets___sheet1__xml=bomb)
    assert "表以外の指定" in refusal("台帳.xlsx", data)


def test_what_unpacks_to_too_much_is_refused_unread() -> None:
    data = repacked(saved(workbook(FIRST)), xl___media___image1__png=b"\x00" * (51 * 1024 * 1024))
    assert len(data) < 1024 * 1024
    assert "大きすぎます" in refusal("台帳.xlsx", data)


def test_a_sheet_stretched_to_the_right_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook(FIRST, FIRST, FIRST)
    first_sheet(book)["XFD3"].number_format = "0.00"
    monkeypatch.setattr(workbook_file, "MAX_CELLS", 16_000)
    assert "範囲が広すぎます" in refusal("台帳.xlsx", saved(book))


def test_long_cells_and_far_rows_of_a_sheet_are_refused() -> None:
    long = workbook([*FIRST[:8], "終" * 10_001])
    assert "2行目のI列が10,000字" in refusal("台帳.xlsx", saved(long))
    far = workbook(FIRST)
    first_sheet(far)["A10001"] = "2"
    assert "10,000行" in refusal("台帳.xlsx", saved(far))
    wide = workbook(FIRST)
    first_sheet(wide).cell(2, 201).value = "x"
    assert "2行目が200列" in refusal("台帳.xlsx", saved(wide))


@given(st.sampled_from(["a.csv", "a.xlsx"]), st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04"]))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_refused_in_words(name: str, data: bytes, start: bytes) -> None:
    with pytest.raises(Refused):
        read_bytes(name, start + data)


def test_empty_cells_at_the_end_of_a_sheets_row_are_no_row_that_breaks_off() -> None:
    row = ["1", "A.B", "プラン1", "H25年7月1日", None, None, None, None, None]
    reading = read_register(read_bytes("register.xlsx", saved(workbook(row))))
    assert [finding.code for finding in reading.findings if finding.severity == "warning"] == []
