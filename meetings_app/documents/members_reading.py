"""名簿のExcelの読取り: rows of the sheets turned into facts, with a sentence for every cell that is wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeVar

from honoraria.rules.kinship import NOT_KIN, kinship
from honoraria.rules.relations import path_of_name
from meetings_app.core.errors import Refused
from meetings_app.core.terms import District, Office, ServiceClass, WorkingTime
from meetings_app.core.wareki import parse_date
from meetings_app.documents.members_excel import (
    EMPLOYEE,
    GUIDE,
    LAYOUT,
    NO_EMPLOYEE,
    OPTIONAL,
    REVIEW,
    TERM_CAPACITIES,
    TOGETHER,
    AppointmentRow,
    MemberBook,
    OfficeRow,
    PersonRow,
    Place,
    RelationRow,
    ResidenceRow,
    StatusRow,
)
from meetings_app.documents.workbook import Line, Sheet, read_workbook, restored

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Trouble:
    """不可の所見: what cannot be taken in, where, and what to do; `who` as the row says."""

    place: Place
    column: str
    raw: str
    message: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """読取り: the facts that could be read, and what is wrong with the other rows."""

    book: MemberBook
    troubles: tuple[Trouble, ...]


def read_members(filename: str, data: bytes) -> Reading:
    """Return what a file says, and every row that cannot be read with the reason.

    Raises Refused where the file as a whole is no such workbook.
    """
    sheets = [sheet for sheet in read_workbook(filename, data) if sheet.title != GUIDE]
    if not any(sheet.title in LAYOUT for sheet in sheets):
        names = "」「".join(LAYOUT)
        raise Refused(
            f"名簿のシート（「{names}」）が1枚もありません。ひな形か、取り出した名簿に書き込んでください。"
        )
    troubles: list[Trouble] = []
    found: dict[str, tuple[Any, ...]] = {}
    for sheet in sheets:
        if sheet.title not in LAYOUT:
            troubles.append(_unknown_sheet(sheet))
            continue
        found[sheet.title] = tuple(_read_sheet(sheet, troubles))
    book = MemberBook(*(found.get(title, ()) for title in LAYOUT))
    return Reading(book, tuple(troubles))


def _unknown_sheet(sheet: Sheet) -> Trouble:
    return Trouble(
        Place(sheet.title, sheet.lines[0].number),
        "",
        "",
        f"「{sheet.title}」というシートは名簿にありません。シートの名前を直すか、シートを消してください。",
    )


def _read_sheet(sheet: Sheet, troubles: list[Trouble]) -> Iterator[object]:
    heading, *lines = sheet.lines
    columns = [restored(cell.text.strip()) for cell in heading.cells]
    wrong = list(_wrong_headings(sheet.title, columns, heading.number))
    troubles += wrong
    if wrong:
        return
    for line in lines:
        row = _Row(Place(sheet.title, line.number), _by_column(columns, line))
        fact = row.read()
        troubles += row.troubles
        if not row.troubles:
            yield fact


def _wrong_headings(title: str, columns: Sequence[str], number: int) -> Iterator[Trouble]:
    place = Place(title, number)
    known = [column.heading for column in LAYOUT[title]]
    for heading in dict.fromkeys(columns):
        if heading and columns.count(heading) > 1:
            yield Trouble(
                place, heading, heading, f"「{heading}」の列が2つあります。どちらかを消してください。"
            )
        if heading and heading not in known:
            text = f"「{heading}」という列は、このシートにありません。見出しを直すか、列を消してください。"
            yield Trouble(place, heading, heading, text)
    for heading in known:
        if heading not in columns and heading not in OPTIONAL:
            text = f"「{heading}」の列がありません。1行目の見出しを、ひな形のとおりにしてください。"
            yield Trouble(place, heading, "", text)


def _by_column(columns: Sequence[str], line: Line) -> dict[str, tuple[str, bool]]:
    """Return text and whether it is a formula, by heading; a cell beside the table stands under ""."""
    cells: dict[str, tuple[str, bool]] = {}
    for place, cell in enumerate(line.cells):
        heading = columns[place] if place < len(columns) else ""
        if cell.text.strip() or cell.formula:
            cells[heading] = (cell.text if cell.formula else restored(_one_line(cell.text)), cell.formula)
    return cells


def _one_line(text: str) -> str:
    return " ".join(text.replace("\r\n", "\n").split("\n")).strip()


@dataclass
class _Row:
    """One row being read: values out, a sentence for every cell that is wrong."""

    place: Place
    cells: Mapping[str, tuple[str, bool]]
    troubles: list[Trouble] = field(default_factory=list)

    def read(self) -> object:
        """Return the row's fact; of no use where there are troubles."""
        for heading, (raw, formula) in self.cells.items():
            self._check_cell(heading, raw, formula=formula)
        try:
            return _READERS[self.place.sheet](self)
        except _Missing:
            return None

    def _check_cell(self, heading: str, raw: str, *, formula: bool) -> None:
        if formula:
            self.fail(heading, "計算式か、計算の誤りです。値に置き換えてください。")
        elif not heading:
            self.fail("", f"見出しのない列に「{raw}」と書かれています。見出しを付けるか、消してください。")
        elif not all(sign.isprintable() or sign == "\u3000" for sign in raw):
            self.fail(heading, "使えない文字があります。入力し直してください。")

    def fail(self, heading: str, text: str) -> None:
        who = next((self.cells[name][0] for name in ("氏名", "番号") if name in self.cells), "")
        self.troubles.append(Trouble(self.place, heading, self.cells.get(heading, ("", False))[0], text, who))

    def text(self, heading: str, longest: int = 200) -> str:
        raw, formula = self.cells.get(heading, ("", False))
        if formula:
            return ""
        if len(raw) > longest:
            self.fail(heading, f"長すぎます。{longest}文字以内にしてください。")
        return raw

    def needed(self, heading: str, longest: int = 200) -> str:
        return self.text(heading, longest) or self._missing(heading)

    def day(self, heading: str) -> date:
        return self._parsed(heading, parse_date) or self._missing(heading)

    def opt_day(self, heading: str) -> date | None:
        return self._parsed(heading, parse_date)

    def term(self, heading: str, terms: Iterable[E]) -> E:
        return self.opt_term(heading, terms) or self._missing(heading)

    def opt_term(self, heading: str, terms: Iterable[E]) -> E | None:
        allowed = {term.value: term for term in terms}
        raw = self.text(heading)
        if raw and raw not in allowed:
            self.fail(heading, f"「{'」「'.join(allowed)}」のどれかにしてください。")
            raise _Missing
        return allowed.get(raw)

    def flag(self, heading: str, word: str) -> bool:
        raw = self.text(heading)
        if raw not in ("", word, "○", "〇"):
            self.fail(heading, f"「{word}」と書くか、空欄にしてください。")
        return bool(raw)

    def _parsed(self, heading: str, parse: Callable[[str], T]) -> T | None:
        raw, formula = self.cells.get(heading, ("", False))
        if not raw or formula:
            return None
        try:
            return parse(raw)
        except Refused as refusal:
            self.fail(heading, refusal.message)
            raise _Missing from None

    def _missing(self, heading: str) -> NoReturn:
        if not self.cells.get(heading, ("", False))[1]:
            self.fail(heading, f"「{heading}」を書いてください。")
        raise _Missing

    def who(self) -> tuple[str, str]:
        """Return 番号 and 氏名; one of them has to be there."""
        key, name = self.text("番号", 32), self.text("氏名", 100)
        if not key and not name:
            self.fail("番号", "誰の行か分かりません。番号か氏名を書いてください。")
        return key, name

    def span(self) -> tuple[date, date | None]:
        first, last = self.day("始まり"), self.opt_day("最後の日")
        if last is not None and last < first:
            self.fail("最後の日", "最後の日が始まりの日より前です。日付を確かめてください。")
        return first, last


class _Missing(Exception):  # noqa: N818 - only ends the reading of one row; the sentence is in its troubles
    """A value without which a row says nothing."""


def _person(row: _Row) -> PersonRow:
    key, name = row.text("番号", 32), row.needed("氏名", 100)
    kana, organisation, mailbox = row.text("ふりがな", 100), row.text("所属"), row.text("メール", 254)
    return PersonRow(key, name, kana, organisation, mailbox, place=row.place)


def _appointment(row: _Row) -> AppointmentRow:
    who, body = row.who(), row.needed("会議体")
    capacity, (first, last) = row.term("区分", TERM_CAPACITIES), row.span()
    before, began = row.text("前任者の番号", 32), row.opt_day("前任者の始まり")
    return AppointmentRow(*who, body, capacity, first, last, before, began, place=row.place)


def _office(row: _Row) -> OfficeRow:
    who, body = row.who(), row.needed("会議体")
    return OfficeRow(*who, body, row.term("役職", Office), *row.span(), place=row.place)


def _residence(row: _Row) -> ResidenceRow:
    return ResidenceRow(*row.who(), row.term("居住地区", District), *row.span(), place=row.place)


def _status(row: _Row) -> StatusRow:
    who, said = row.who(), row.needed("公務員か")
    if said not in (EMPLOYEE, NO_EMPLOYEE):
        row.fail("公務員か", f"「{EMPLOYEE}」か「{NO_EMPLOYEE}」にしてください。")
    service, working = row.opt_term("一般職・特別職", ServiceClass), row.opt_term("常勤・非常勤", WorkingTime)
    review = row.flag("要確認", REVIEW)
    if said == NO_EMPLOYEE and (service or review):
        heading = "一般職・特別職" if service else "要確認"
        row.fail(heading, "公務員でない人には書きません。空欄にするか、「公務員か」を直してください。")
    occupation, basis = row.text("職名"), row.text("任用根拠")
    declared, (first, last), together = row.day("申告日"), row.span(), row.flag("前の区分", TOGETHER)
    return StatusRow(
        *(*who, said == EMPLOYEE, service, working, occupation, basis, review),
        *(declared, first, last, together),
        place=row.place,
    )


def _relation(row: _Row) -> RelationRow:
    who, case = row.who(), _case(row)
    relation, path = _path(row, case)
    return RelationRow(*who, case, relation, path, row.day("申告日"), *row.span(), place=row.place)


def _case(row: _Row) -> int | None:
    raw = row.text("ケース番号", 12).upper().removeprefix("NO.").strip()
    if raw and not (raw.isdecimal() and int(raw) > 0):
        row.fail("ケース番号", "ケース番号は1以上の数にしてください。")
        return None
    return int(raw) if raw else None


def _path(row: _Row, case: int | None) -> tuple[str, str]:
    """Return name and path: the path that is written, or else the one that the name stands for."""
    relation, path = row.text("続柄", 100), row.text("道筋")
    if not relation and not path:
        row.fail("続柄", "「続柄」を書いてください。続柄がなければ「なし」と書きます。")
        return "", ""
    if relation == NOT_KIN and path in ("", NOT_KIN):
        return "", NOT_KIN
    if case is None and not row.cells.get("ケース番号"):
        if path == NOT_KIN:
            return relation, path
        row.fail("ケース番号", "どの本人との続柄かを、ケース番号で書いてください。")
    if path:
        _check_path(row, path)
        return relation, path
    known = path_of_name(relation)
    if known is None:
        row.fail("続柄", "この続柄の道筋が分かりません。「道筋」の列に「P>C>C」のように書いてください。")
    return relation, known or ""


def _check_path(row: _Row, path: str) -> None:
    try:
        kinship(path, 1)
    except Refused as refusal:
        row.fail("道筋", refusal.message)


_READERS: Final[Mapping[str, Callable[[_Row], object]]] = {
    "人": _person,
    "委嘱": _appointment,
    "役職": _office,
    "居住地区": _residence,
    "公務員区分": _status,
    "続柄": _relation,
}
