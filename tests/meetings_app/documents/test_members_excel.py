"""名簿のExcel: what is written is read again as it was, and every wrong cell has its sentence."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meetings_app.core.errors import Refused
from meetings_app.core.terms import Capacity, District, Office, ServiceClass, WorkingTime
from meetings_app.documents.members_excel import (
    LAYOUT,
    AppointmentRow,
    MemberBook,
    OfficeRow,
    PersonRow,
    RelationRow,
    ResidenceRow,
    StatusRow,
    members_workbook,
)
from meetings_app.documents.members_reading import Trouble, read_members

HEADINGS = {
    "人": "番号 氏名 ふりがな 所属 メール",
    "委嘱": "番号 氏名 会議体 区分 始まり 最後の日 前任者の番号 前任者の始まり",
    "役職": "番号 氏名 会議体 役職 始まり 最後の日",
    "居住地区": "番号 氏名 居住地区 始まり 最後の日",
    "公務員区分": (
        "番号 氏名 公務員か 一般職・特別職 常勤・非常勤 職名 任用根拠 要確認 申告日 始まり 最後の日 前の区分"
    ),
    "続柄": "番号 氏名 ケース番号 続柄 道筋 申告日 始まり 最後の日",
}
FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)


def filled(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with the template's headings and these rows."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        sheet.append(HEADINGS[title].split())
        for row in rows:
            sheet.append(list(row))
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def troubles(**sheets: Sequence[Sequence[object]]) -> list[Trouble]:
    return list(read_members("名簿.xlsx", filled(**sheets)).troubles)


def only(**sheets: Sequence[Sequence[object]]) -> tuple[str, int, str, str]:
    (trouble,) = troubles(**sheets)
    return trouble.place.sheet, trouble.place.row, trouble.column, trouble.message


# --- round trip

TEXTS = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"))
    | st.sampled_from(" 　"),
    max_size=30,
).map(str.strip)
NAMES = TEXTS.filter(bool)
KEYS = st.text("0123456789abcdef", min_size=10, max_size=10)
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
SPANS = st.tuples(DAYS, st.none() | DAYS).map(
    lambda span: span if span[1] is None or span[0] <= span[1] else (span[1], span[0])
)
WHO = st.tuples(KEYS, NAMES)


@st.composite
def appointments(draw: st.DrawFn) -> AppointmentRow:
    before = draw(st.just(("", None)) | st.tuples(KEYS, DAYS))
    capacity = draw(st.sampled_from([Capacity.MEMBER, Capacity.ADVISER, Capacity.SECRETARIAT]))
    return AppointmentRow(*draw(WHO), draw(NAMES), capacity, *draw(SPANS), *before)


@st.composite
def statuses(draw: st.DrawFn) -> StatusRow:
    employee = draw(st.booleans())
    service = draw(st.none() | st.sampled_from(ServiceClass)) if employee else None
    key, name = draw(WHO)
    first, last = draw(SPANS)
    return StatusRow(
        key,
        name,
        employee,
        service,
        draw(st.none() | st.sampled_from(WorkingTime)),
        draw(TEXTS),
        draw(TEXTS),
        employee and draw(st.booleans()),
        draw(DAYS),
        first,
        last,
        together=draw(st.booleans()),
    )


@st.composite
def relations(draw: st.DrawFn) -> RelationRow:
    case = draw(st.none() | st.integers(1, 9_999))
    said = ("", "なし") if case is None else draw(st.sampled_from([("甥", "P>C>C"), ("", "P"), ("", "なし")]))
    return RelationRow(*draw(WHO), case, *said, draw(DAYS), *draw(SPANS))


def rows(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=4).map(tuple)


BOOKS = st.builds(
    MemberBook,
    people=rows(st.builds(PersonRow, KEYS, NAMES, kana=TEXTS, organisation=TEXTS, mailbox=TEXTS)),
    appointments=rows(appointments()),
    offices=rows(
        st.tuples(WHO, NAMES, st.sampled_from(Office), SPANS).map(
            lambda one: OfficeRow(*one[0], one[1], one[2], *one[3])
        )
    ),
    residences=rows(
        st.tuples(WHO, st.sampled_from(District), SPANS).map(
            lambda one: ResidenceRow(*one[0], one[1], *one[2])
        )
    ),
    statuses=rows(statuses()),
    relations=rows(relations()),
)


@settings(max_examples=40)
@given(BOOKS)
def test_a_written_book_is_read_as_it_was(book: MemberBook) -> None:
    reading = read_members("名簿.xlsx", members_workbook(book))
    assert reading.troubles == ()
    assert reading.book == book


def test_equal_books_are_equal_files() -> None:
    book = MemberBook(people=(PersonRow("0123456789", "丹頂 一郎"),))
    assert members_workbook(book) == members_workbook(book)


def test_the_template_has_every_sheet_with_its_headings_and_nothing_else() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(members_workbook(MemberBook())))
    found = {sheet.title: [cell.value for cell in sheet[1]] for sheet in workbook.worksheets[:-1]}
    assert found == {title: headings.split() for title, headings in HEADINGS.items()}
    assert workbook.worksheets[-1].title == "書き方"
    assert all(sheet.max_row == 1 for sheet in workbook.worksheets[:-1])
    assert read_members("ひな形.xlsx", members_workbook(MemberBook())).book == MemberBook()
    assert list(LAYOUT) == list(HEADINGS)


def test_no_cell_is_a_formula_and_none_begins_like_one() -> None:
    evil = '=HYPERLINK("http://example.invalid","x")'
    book = MemberBook(
        people=(PersonRow("0123456789", evil, kana="+1", organisation="@cmd", mailbox="-x@y.z"),)
    )
    workbook = openpyxl.load_workbook(io.BytesIO(members_workbook(book)))
    row = workbook["人"][2]
    assert [cell.data_type for cell in row] == ["s"] * 5
    assert [cell.value for cell in row][1:] == [f"'{evil}", "'+1", "'@cmd", "'-x@y.z"]
    assert read_members("名簿.xlsx", members_workbook(book)).book == book


def test_days_are_written_in_the_japanese_calendar_and_read_in_any() -> None:
    book = MemberBook(residences=(ResidenceRow("0123456789", "甲", District.AKAN, FIRST, LAST),))
    sheet = openpyxl.load_workbook(io.BytesIO(members_workbook(book)))["居住地区"]
    assert [cell.value for cell in sheet[2]][3:] == ["令和8年4月1日", "令和9年3月31日"]
    for first, last in ((FIRST, LAST), ("R8.4.1", "2027-03-31"), ("2026/4/1", "令和９年３月３１日")):
        read = read_members("名簿.xlsx", filled(居住地区=[["x", "甲", "阿寒", first, last]])).book
        assert read.residences == (ResidenceRow("x", "甲", District.AKAN, FIRST, LAST),)


# --- what is wrong, by sheet, row and column

RESIDENCE = ["x", "甲", "阿寒", "R8.4.1", ""]
STATUS = [
    "x",
    "甲",
    "公務員である",
    "特別職",
    "非常勤",
    "民生委員",
    "民生委員法",
    "",
    "R8.4.1",
    "R8.4.1",
    "",
    "",
]
KIN = ["x", "甲", "15", "甥", "", "R8.4.1", "R8.4.1", ""]


def changed(row: Sequence[object], place: int, value: object) -> list[object]:
    return [*row[:place], value, *row[place + 1 :]]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "said"),
    [
        ("人", ["x", "", "こう"], "氏名", "「氏名」を書いてください"),
        ("人", ["x", "甲" * 101], "氏名", "100文字以内"),
        ("人", ["x", "甲\u202e乙"], "氏名", "使えない文字"),
        ("人", ["x", "=1+1"], "氏名", "計算式"),
        ("居住地区", changed(RESIDENCE, 3, "いつか"), "始まり", "日付として読めません"),
        ("居住地区", changed(RESIDENCE, 3, "R8.2.30"), "始まり", "という日はありません"),
        ("居住地区", changed(RESIDENCE, 3, 46_113), "始まり", "日付として読めません"),
        ("居住地区", changed(RESIDENCE, 3, ""), "始まり", "「始まり」を書いてください"),
        ("居住地区", changed(RESIDENCE, 3, "=TODAY()"), "始まり", "計算式"),
        ("居住地区", changed(RESIDENCE, 4, "R8.3.31"), "最後の日", "始まりの日より前"),
        (
            "居住地区",
            changed(RESIDENCE, 2, "札幌"),
            "居住地区",
            "「釧路」「阿寒」「阿寒湖畔」「音別」「地区外」",
        ),
        ("居住地区", ["", "", "阿寒", "R8.4.1"], "番号", "誰の行か分かりません"),
        ("居住地区", [*RESIDENCE, "余り"], "", "見出しのない列"),
        ("委嘱", ["x", "甲", "支援調整会議", "本人", "R8.4.1"], "区分", "「委員」「アドバイザー委員」"),
        ("委嘱", ["x", "甲", "", "委員", "R8.4.1"], "会議体", "「会議体」を書いてください"),
        ("役職", ["x", "甲", "支援調整会議", "議長", "R8.4.1"], "役職", "「委員長」「副委員長」"),
        ("公務員区分", changed(STATUS, 2, "はい"), "公務員か", "「公務員である」か「公務員でない」"),
        ("公務員区分", changed(STATUS, 2, "公務員でない"), "一般職・特別職", "公務員でない人には書きません"),
        ("公務員区分", changed(STATUS, 4, "パート"), "常勤・非常勤", "「常勤」「非常勤」"),
        ("公務員区分", changed(STATUS, 7, "はい"), "要確認", "「要確認」と書くか、空欄"),
        ("公務員区分", changed(STATUS, 11, "はい"), "前の区分", "「併せて持つ」と書くか、空欄"),
        ("続柄", changed(KIN, 2, "十五"), "ケース番号", "1以上の数"),
        ("続柄", changed(KIN, 2, "0"), "ケース番号", "1以上の数"),
        ("続柄", changed(KIN, 2, ""), "ケース番号", "どの本人との続柄か"),
        ("続柄", changed(KIN, 3, ""), "続柄", "「続柄」を書いてください"),
        ("続柄", changed(KIN, 3, "遠い親類"), "続柄", "道筋が分かりません"),
        ("続柄", changed(KIN, 4, "P>Q"), "道筋", "Q"),
    ],
)
def test_a_wrong_cell_is_named_with_its_place(sheet: str, row: list[object], column: str, said: str) -> None:
    place = only(**{sheet: [row]})
    assert place[:3] == (sheet, 2, column)
    assert said in place[3]


def test_every_wrong_row_is_named_and_the_others_are_read() -> None:
    reading = read_members("名簿.xlsx", filled(人=[["a", "甲"], ["b", ""], ["c", "丙"], ["d", "=1"]]))
    assert [(one.place.row, one.column) for one in reading.troubles] == [(3, "氏名"), (5, "氏名")]
    assert [one.name for one in reading.book.people] == ["甲", "丙"]


def test_relations_are_known_by_name_by_path_or_not_at_all() -> None:
    read = read_members(
        "名簿.xlsx",
        filled(
            続柄=[
                KIN,
                changed(KIN, 2, "No.7"),
                changed(changed(KIN, 3, ""), 4, "S>P"),
                changed(changed(KIN, 2, ""), 3, "なし"),
            ]
        ),
    )
    assert read.troubles == ()
    assert [(one.case, one.relation, one.path) for one in read.book.relations] == [
        (15, "甥", "P>C>C"),
        (7, "甥", "P>C>C"),
        (15, "", "S>P"),
        (None, "", "なし"),
    ]


def edited(title: str, heading: Sequence[str], new_title: str = "") -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = new_title or title
    sheet.append(list(heading))
    sheet.append(["x"] * len(heading))
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("heading", "column", "said"),
    [
        ("番号 所属", "氏名", "「氏名」の列がありません"),
        ("番号 氏名 電話", "電話", "「電話」という列は、このシートにありません"),
        ("番号 氏名 氏名", "氏名", "2つあります"),
    ],
)
def test_headings_have_to_be_the_templates(heading: str, column: str, said: str) -> None:
    (trouble,) = read_members("名簿.xlsx", edited("人", heading.split())).troubles
    assert (trouble.place.row, trouble.column) == (1, column)
    assert said in trouble.message


def test_columns_may_stand_in_any_order() -> None:
    book = read_members("名簿.xlsx", edited("人", ["メール", "氏名", "番号"])).book
    assert book.people == (PersonRow("x", "x", mailbox="x"),)


def test_a_book_without_a_sheet_of_the_roster_is_refused() -> None:
    with pytest.raises(Refused, match="名簿のシート"):
        read_members("名簿.xlsx", edited("Sheet1", ["番号", "氏名"]))


def test_a_filled_sheet_of_another_name_is_named() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(filled(人=[["a", "甲"]])))
    workbook.create_sheet("口座")["A1"] = "1234567"
    made = io.BytesIO()
    workbook.save(made)
    (trouble,) = read_members("名簿.xlsx", made.getvalue()).troubles
    assert trouble.place.sheet == "口座"
    assert "名簿にありません" in trouble.message
