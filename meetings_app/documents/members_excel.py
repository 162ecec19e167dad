"""名簿のExcel: one sheet per kind of dated fact, so that a second appointment of one person is a second row.

Here it is written; `members_reading` reads it, so that an exported file says again just what it was made from.
Days are 和暦 text: nothing depends on how a spreadsheet shows a date, and a clerk can type them; western days and
date cells are read as well. Bank accounts are no part of it.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import xlsxwriter

from honoraria.rules.kinship import NOT_KIN
from meetings_app.core.terms import Capacity, District, Office, ServiceClass, WorkingTime
from meetings_app.core.wareki import format_wareki
from meetings_app.documents.workbook import guarded

EMPLOYEE: Final = "公務員である"
NO_EMPLOYEE: Final = "公務員でない"
REVIEW: Final = "要確認"
TOGETHER: Final = "併せて持つ"
TERM_CAPACITIES: Final = (Capacity.MEMBER, Capacity.ADVISER, Capacity.SECRETARIAT, Capacity.CONSTITUENT)
"""In what capacity somebody can belong to a body; guests and 本人 belong to none."""

_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format stores no zone; fixed, so that equal books are equal files
GUIDE: Final = "書き方"


@dataclass(frozen=True, slots=True)
class Place:
    """場所: sheet and row of a fact in the file, as the spreadsheet counts."""

    sheet: str
    row: int


_NOWHERE: Final = Place("", 0)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """名簿の行: about somebody, by 番号 or by a name that only one person bears."""

    key: str
    name: str
    place: Place = field(default=_NOWHERE, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class PersonRow(MemberRow):
    """人."""

    kana: str = ""
    organisation: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class AppointmentRow(MemberRow):
    """委嘱: a term in a body with its last day; a 補欠委員 names whose term it is and when that began."""

    body: str
    capacity: Capacity
    first: date
    last: date | None = None
    predecessor: str = ""
    predecessor_first: date | None = None


@dataclass(frozen=True, slots=True)
class OfficeRow(MemberRow):
    """役職: held in a body by 互選 or by post."""

    body: str
    office: Office
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ResidenceRow(MemberRow):
    """居住地区 (第7条第3項②)."""

    district: District
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class StatusRow(MemberRow):
    """公務員区分 (第7条第4項); `together`: beside what was declared before, which goes on."""

    is_public_employee: bool
    service_class: ServiceClass | None
    working_time: WorkingTime | None
    occupation: str
    legal_basis: str
    needs_review: bool
    declared_on: date
    first: date
    last: date | None = None
    together: bool = False


@dataclass(frozen=True, slots=True)
class RelationRow(MemberRow):
    """続柄 (第7条第4項); `case` None: kin to no 本人 but those declared by number."""

    case: int | None
    relation: str
    path: str
    declared_on: date
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class MemberBook:
    """名簿: everything the file holds, each kind in the order of its sheet."""

    people: tuple[PersonRow, ...] = ()
    appointments: tuple[AppointmentRow, ...] = ()
    offices: tuple[OfficeRow, ...] = ()
    residences: tuple[ResidenceRow, ...] = ()
    statuses: tuple[StatusRow, ...] = ()
    relations: tuple[RelationRow, ...] = ()


# --- columns ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """列: heading, width in characters, and what may be chosen where it is a list."""

    heading: str
    width: int = 16
    choices: tuple[str, ...] = ()


_KEY: Final = _Column("番号", 12)
_NAME: Final = _Column("氏名")
_FIRST: Final = _Column("始まり")
_LAST: Final = _Column("最後の日")
_DECLARED: Final = _Column("申告日")
_BODY: Final = _Column("会議体", 28)


def _terms(terms: Iterable[StrEnum]) -> tuple[str, ...]:
    return tuple(term.value for term in terms)


LAYOUT: Final[Mapping[str, tuple[_Column, ...]]] = {
    "人": (_KEY, _NAME, _Column("ふりがな", 20), _Column("所属", 28), _Column("メール", 28)),
    "委嘱": (
        *(_KEY, _NAME, _BODY, _Column("区分", choices=_terms(TERM_CAPACITIES)), _FIRST, _LAST),
        *(_Column("前任者の番号", 14), _Column("前任者の始まり", 18)),
    ),
    "役職": (_KEY, _NAME, _BODY, _Column("役職", choices=_terms(Office)), _FIRST, _LAST),
    "居住地区": (_KEY, _NAME, _Column("居住地区", choices=_terms(District)), _FIRST, _LAST),
    "公務員区分": (
        *(_KEY, _NAME, _Column("公務員か", choices=(EMPLOYEE, NO_EMPLOYEE))),
        _Column("一般職・特別職", choices=_terms(ServiceClass)),
        _Column("常勤・非常勤", choices=_terms(WorkingTime)),
        *(_Column("職名", 24), _Column("任用根拠", 28), _Column("要確認", 10, (REVIEW,))),
        *(_DECLARED, _FIRST, _LAST, _Column("前の区分", 14, (TOGETHER,))),
    ),
    "続柄": (
        *(_KEY, _NAME, _Column("ケース番号", 12), _Column("続柄", 24), _Column("道筋", 18)),
        *(_DECLARED, _FIRST, _LAST),
    ),
}
"""The sheets with their columns, in order."""

OPTIONAL: Final = (
    "前任者の番号",
    "前任者の始まり",
    "前の区分",
    "要確認",
    "メール",
    "所属",
    "ふりがな",
    "最後の日",
    "道筋",
)
"""Columns that a file may leave out."""

_GUIDE_LINES: Final = (
    "1行が一つの事実です。同じ人の2度目の委嘱や転居は、行を足して書きます。登録済みの行は消さずに残せます。",
    "「番号」は取り出した名簿にあるものをそのまま使います。新しい人には「新1」のように付け、ほかのシートでも同じものを使います。",
    "日付は「令和8年4月1日」「R8.4.1」「2026-04-01」のどれでも書けます。",
    "「最後の日」は、その日まで含みます。空欄は「書いていない」とみなし、登録済みの終わりは変わりません。",
    "居住地区・公務員区分・続柄は、新しい行の始まりの前の日に、終わりの書かれていない前の行が終わります。",
    "公務員区分を前の区分と併せて持つときは、「前の区分」の列に「併せて持つ」と書きます。",
    "「続柄」は本人から見た続柄（甥、配偶者の伯父など）です。どの本人とも続柄がない人は、ケース番号を空欄にして「なし」と書きます。",
    "計算式は読みません。登録済みの内容を直すときは、名簿の画面で直してください。",
    "口座は、この名簿には入っていません。",
)


# --- writing ----------------------------------------------------------------------------------------------


def members_workbook(book: MemberBook) -> bytes:
    """Return the book as an Excel file; equal books give equal bytes, and an empty one the template to fill in."""
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"title": "名簿", "created": _MADE})
    head = workbook.add_format({"bold": True, "bg_color": "#EFEFEF", "border": 1, "num_format": "@"})
    text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    rows = _rows(book)
    for title, columns in LAYOUT.items():
        _write_sheet(workbook.add_worksheet(title), columns, rows[title], head, text)
    guide = workbook.add_worksheet(GUIDE)
    guide.set_column(0, 0, 100, text)
    for number, line in enumerate(_GUIDE_LINES):
        guide.write_string(number, 0, line, text)
    workbook.close()
    return made.getvalue()


def _write_sheet(
    sheet: Any, columns: Sequence[_Column], rows: Sequence[Sequence[str]], head: Any, text: Any
) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, column.heading, head)
        if column.choices:
            sheet.data_validation(
                1, place, len(rows) + 200, place, {"validate": "list", "source": list(column.choices)}
            )
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if value:
                sheet.write_string(number, place, guarded(value), text)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L&A&R取扱注意")
    sheet.set_footer("&C&P / &N")


def _rows(book: MemberBook) -> Mapping[str, list[tuple[str, ...]]]:
    return {
        "人": [(one.key, one.name, one.kana, one.organisation, one.mailbox) for one in book.people],
        "委嘱": [
            (
                one.key,
                one.name,
                one.body,
                one.capacity,
                *_span(one),
                one.predecessor,
                _day(one.predecessor_first),
            )
            for one in book.appointments
        ],
        "役職": [(one.key, one.name, one.body, one.office, *_span(one)) for one in book.offices],
        "居住地区": [(one.key, one.name, one.district, *_span(one)) for one in book.residences],
        "公務員区分": [_status_cells(one) for one in book.statuses],
        "続柄": [
            (
                one.key,
                one.name,
                _case_cell(one),
                _relation_cell(one),
                one.path,
                _day(one.declared_on),
                *_span(one),
            )
            for one in book.relations
        ],
    }


def _span(one: AppointmentRow | OfficeRow | ResidenceRow | StatusRow | RelationRow) -> tuple[str, str]:
    return _day(one.first), _day(one.last)


def _day(day: date | None) -> str:
    return "" if day is None else format_wareki(day)


def _case_cell(one: RelationRow) -> str:
    return "" if one.case is None else str(one.case)


def _relation_cell(one: RelationRow) -> str:
    return one.relation or (NOT_KIN if one.path == NOT_KIN else "")


def _status_cells(one: StatusRow) -> tuple[str, ...]:
    return (
        *(one.key, one.name, EMPLOYEE if one.is_public_employee else NO_EMPLOYEE),
        *(one.service_class or "", one.working_time or "", one.occupation, one.legal_basis),
        *(REVIEW if one.needs_review else "", _day(one.declared_on), *_span(one)),
        TOGETHER if one.together else "",
    )
