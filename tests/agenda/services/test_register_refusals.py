"""台帳の取込み that fails: every wrong cell is named by row and column, and nothing is half-written."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import openpyxl
import pytest
from sqlmodel import col, func, select

from agenda.register_file import register_csv, register_workbook
from agenda.register_tables import CaseAssessment, CaseLevel, PlanService, Provider
from agenda.rules.register_entry import Column
from agenda.rules.register_further import NAMES, Further
from agenda.tables import Client, Consent, Plan, RegisterImport
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding
from tests.agenda.services.test_register_export import STAFF, Office, an_office, csv_of

HEADING = [*Column, *Further]
PRINTED = {
    Column.CASE: "1",
    Column.INITIALS: "A.B",
    Column.PLAN: "プラン1",
    Column.MEETING: "H25年7月1日",
    Column.PERIOD: "H25年12月27日",
}


@pytest.fixture
def office() -> Iterator[Office]:
    with an_office() as made:
        yield made


def table(*rows: Mapping[Any, str], without: tuple[str, ...] = NAMES) -> list[list[str]]:
    """A register with these cells; each row is plan 1 of case 1 where it does not say otherwise."""
    heading = [name for name in HEADING if name not in without]
    return [[*heading], *[[{**PRINTED, **row}.get(name, "") for name in heading] for row in rows]]


def written(*rows: Mapping[Any, str], without: tuple[str, ...] = NAMES) -> bytes:
    return register_csv(table(*rows, without=without))


def nothing_of_it(office: Office) -> bool:
    office.session.flush()
    tables = (Client, Plan, Consent, CaseLevel, CaseAssessment, PlanService, Provider, RegisterImport)
    return all(office.session.exec(select(func.count()).select_from(one)).one() == 0 for one in tables)


def refused(office: Office, data: bytes) -> list[Finding]:
    result = office.take_in(data)
    assert result.refused
    assert (result.added, result.added_plans, result.added_clients) == ((), 0, 0)
    found = [finding for finding in result.findings if finding.severity == "refused"]
    assert all(finding.message.endswith("ください。") for finding in found)
    return found


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({Further.DRAFTED: "2014年2月30日"}, Further.DRAFTED, "「2014年2月30日」という日はありません。"),
        (
            {Further.START: "平成31年5月1日"},
            Further.START,
            "平成は平成31年4月30日までです。「令和元年」と書き直してください。",
        ),
        ({Further.MONITORED: "令和0年5月1日"}, Further.MONITORED, "令和0年という年はありません。"),
        ({Further.FIRST_CONTACT: "1872-12-31"}, Further.FIRST_CONTACT, "明治5年（1872年）以前の日付は"),
        ({Further.FIRST_CONTACT: "9999-12-31"}, Further.FIRST_CONTACT, "はまだ来ていません。"),
        ({Further.CONSENTS: "9999-12-31～"}, Further.CONSENTS, "はまだ来ていません。"),
        ({Further.CONSENTS: "2014-01-10～9999-12-31"}, Further.CONSENTS, "はまだ来ていません。"),
        (
            {Further.START: "2014-01-05"},
            Further.START,
            "期間の始まり（平成26年1月5日）が、終わり（平成25年12月27日）より後です。",
        ),
        (
            {Further.SERVICES: "F｜就労"},
            Further.SERVICES,
            "支援の種類「F」はありません。A・B・C・D・Eのどれか",
        ),
        ({Further.SERVICES: "A"}, Further.SERVICES, "支援の名称がありません。"),
        ({Further.SERVICES: "A｜b｜c｜d｜e｜f"}, Further.SERVICES, "「｜」が多すぎます。"),
        (
            {Further.SERVICES: "\n".join(["C｜見守り"] * 41)},
            Further.SERVICES,
            "支援内容が41行あります。40行までに",
        ),
        ({Further.LEVELS: "2014-01-10｜9"}, Further.LEVELS, "レベル「9」は0から5までの数にしてください。"),
        ({Further.LEVELS: "2014-01-10｜-1"}, Further.LEVELS, "レベル「-1」は0から5までの数にしてください。"),
        (
            {Further.LEVELS: "2014-01-10｜1\n2014-01-10｜2"},
            Further.LEVELS,
            "登録では「2014-01-10｜1」、この行では「2014-01-10｜2」",
        ),
        (
            {Further.CONSENTS: "2014-01-10～2014-03-10\n2014-03-10～"},
            Further.CONSENTS,
            "同意「2014-03-10～」が、「2014-01-10～2014-03-10」と重なります。",
        ),
        ({Further.CONSENTS: "2014-03-10～2014-01-10"}, Further.CONSENTS, "終わりが始まりより前です。"),
        ({Further.CONSENTS: "あり"}, Further.CONSENTS, "同意「あり」を読めません。"),
        ({Further.ASSESSMENTS: "2014-01-10"}, Further.ASSESSMENTS, "要約がありません。"),
        (
            {Further.ASSESSMENTS: f"2014-01-10｜{'あ' * 4001}"},
            Further.ASSESSMENTS,
            "4,001字あり、長すぎます。",
        ),
        ({Further.FOLLOW_UP: "たぶん"}, Further.FOLLOW_UP, "「たぶん」は「要」か「不要」にしてください。"),
        ({Further.ASSIGNED: "だれか"}, Further.ASSIGNED, "「だれか」という事務局員がいません。"),
        ({Further.GOAL: "あ" * 2001}, Further.GOAL, "2,001字あり、長すぎます。"),
        ({Column.INITIALS: "あ" * 21}, Column.INITIALS, "名前(イニシャル)が21字あります。20字以内"),
        ({Column.CASE: "0"}, Column.CASE, "番号「0」を読めません。"),
        ({Column.CASE: ""}, Column.CASE, "どの方のプランか分かりません。"),
        ({Column.PLAN: "その他"}, Column.PLAN, "プランの番号を読めません。"),
    ],
)
def test_a_wrong_cell_refuses_the_file(
    office: Office, cells: dict[str, str], column: str, sentence: str
) -> None:
    other = {Column.CASE: "2", Further.ASSIGNED: STAFF[0], Further.SERVICES: "A｜就労準備支援｜就労センター"}
    (finding,) = refused(office, written(other, cells))
    assert (finding.row, finding.column) == (3, column)
    assert sentence in finding.message
    assert nothing_of_it(office)


@pytest.mark.parametrize("cell", ["H25年2月30日", "平成31年5月1日", "令和0年5月1日", "1872-12-31"])
def test_a_printed_day_that_cannot_be_read_is_kept_as_written_and_listed(office: Office, cell: str) -> None:
    result = office.take_in(written({Column.DECISION: cell}))
    assert not result.refused
    (finding,) = [finding for finding in result.findings if finding.code == "unreadable_date"]
    assert (finding.row, finding.column, finding.raw) == (2, Column.DECISION, cell)
    assert finding.message.endswith("ください。")
    assert office.session.exec(select(col(Plan.decided_on))).one() is None


@pytest.mark.parametrize(
    ("rows", "row", "column", "code"),
    [
        (({}, {Column.PLAN: "プラン3"}), 3, Column.PLAN, "plan_gap"),
        (
            ({Column.EVALUATION_MEETING: "H25年6月1日"},),
            2,
            Column.EVALUATION_MEETING,
            "evaluation_before_meeting",
        ),
        (({Column.PERIOD: "H25年6月30日"},), 2, Column.PERIOD, "period_before_meeting"),
        (({Further.SERVICES: "A｜就労｜｜｜Z9"},), 2, Further.SERVICES, "service_code_unknown"),
    ],
)
def test_what_is_merely_odd_is_listed_and_taken_in(
    office: Office, rows: tuple[dict[str, str], ...], row: int, column: str, code: str
) -> None:
    result = office.take_in(written(*rows))
    assert not result.refused
    assert (row, column) in [(one.row, one.column) for one in result.findings if one.code == code]
    assert result.added_plans == len(rows)


@pytest.mark.parametrize("day", ["明治6年1月1日", "9999-12-31"])
def test_the_first_and_the_last_day_that_can_be_written(office: Office, day: str) -> None:
    office.take_in(written({Column.MEETING: day, Column.PERIOD: day}))
    rows = office.rows()
    with an_office() as other:
        other.take_in(register_csv(rows))
        assert other.rows() == rows


def test_a_plan_that_stands_twice_refuses_the_file(office: Office) -> None:
    (finding,) = refused(office, written({}, {Column.CASE: "2"}, {}))
    assert (finding.row, finding.code) == (4, "double_plan")
    assert "2行目にもあります" in finding.message


def test_rows_that_say_different_things_of_one_case_refuse_the_file(office: Office) -> None:
    first = {Further.FIRST_CONTACT: "2014-01-10"}
    second = {Column.PLAN: "プラン2", Further.FIRST_CONTACT: "2014-01-11"}
    (finding,) = refused(office, written(first, second))
    assert (finding.row, finding.column) == (3, Further.FIRST_CONTACT)
    assert "登録では「2014-01-10」、この行では「2014-01-11」です。" in finding.message


@pytest.mark.parametrize(
    ("cells", "column", "both"),
    [
        (
            {Column.PERIOD: "H25年12月28日"},
            Column.PERIOD,
            "登録では「H25年12月27日」、この行では「H25年12月28日」",
        ),
        ({Column.INITIALS: "C.D"}, Column.INITIALS, "登録では「A.B」、この行では「C.D」"),
        ({Further.GOAL: "働く"}, Further.GOAL, "登録では「住まい」、この行では「働く」"),
        (
            {Further.SERVICES: "C｜見守り"},
            Further.SERVICES,
            "登録では「A｜就労準備支援」、この行では「C｜見守り」",
        ),
        ({Further.FOLLOW_UP: "不要"}, Further.FOLLOW_UP, "登録では「要」、この行では「不要」"),
        (
            {Further.LEVELS: "2014-01-10｜4"},
            Further.LEVELS,
            "登録では「2014-01-10｜3」、この行では「2014-01-10｜4」",
        ),
        (
            {Further.CONSENTS: "2014-01-10～2014-02-28"},
            Further.CONSENTS,
            "登録では「2014-01-10～2014-03-10」、この行では「2014-01-10～2014-02-28」",
        ),
    ],
)
def test_what_differs_from_the_record_is_named_with_both_values(
    office: Office, cells: dict[str, str], column: str, both: str
) -> None:
    on_record = {
        Further.GOAL: "住まい",
        Further.SERVICES: "A｜就労準備支援",
        Further.FOLLOW_UP: "要",
        Further.LEVELS: "2014-01-10｜3",
        Further.CONSENTS: "2014-01-10～2014-03-10",
    }
    office.take_in(written(on_record))
    before = office.rows()
    (finding,) = refused(office, written(cells, {Column.CASE: "2"}))
    assert (finding.row, finding.column, finding.code) == (2, column, "differs_from_record")
    assert both in finding.message
    assert office.rows() == before


def test_a_consent_that_was_withdrawn_since_is_added(office: Office) -> None:
    office.take_in(written({Further.CONSENTS: "2014-01-10～"}))
    assert not office.take_in(written({Further.CONSENTS: "2014-01-10～2014-03-10\n2014-04-01～"})).refused
    rows = office.rows()
    assert rows[1][rows[0].index("同意")] == "2014-01-10～2014-03-10\n2014-04-01～"


def test_names_are_refused_where_the_office_keeps_none(office: Office) -> None:
    named = written({Further.NAME: "𠮷田 花子"}, without=())
    (finding,) = refused(office, named)
    assert (finding.row, finding.column) == (2, Further.NAME)
    assert "氏名を登録しない設定です" in finding.message
    assert nothing_of_it(office)
    office.keep_names()
    office.take_in(named)
    assert office.session.exec(select(col(Client.name))).one() == "𠮷田 花子"


# --- whole files


def bomb() -> bytes:
    book = register_workbook(table({}))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/worksheets/sheet2.xml", b" " * (51 * 1024 * 1024))
    return out.getvalue()


def with_macro() -> bytes:
    out = io.BytesIO(register_workbook(table({})))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def with_formula() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(register_workbook(table({}))))
    book.worksheets[0]["D2"] = "=TODAY()"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def long_cell_in_a_workbook() -> bytes:
    """A cell of ten million characters, as no spreadsheet writes it."""
    book = register_workbook(table({Further.GOAL: "印"}))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace("<t>印</t>".encode(), b"<t>" + b"x" * 10_000_000 + b"</t>"))
    return out.getvalue()


def without_column(column: str) -> bytes:
    return written({}, without=(*NAMES, column))


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        (
            "台帳.csv",
            lambda: written({Further.GOAL: "x" * 10_000_000}),
            "2行目のN列が10,000字を超えています。",
        ),
        ("台帳.csv", lambda: written({Further.GOAL: "x" * 10_001}), "2行目のN列が10,000字を超えています。"),
        ("台帳.csv", lambda: b"x" * (10 * 1024 * 1024 + 1), "10MBを超えています。"),
        ("台帳.xlsx", long_cell_in_a_workbook, "シート「台帳」の2行目のN列が10,000字を超えています。"),
        ("台帳.xlsx", bomb, "ブックの中身が大きすぎます。"),
        ("台帳.xlsx", with_macro, "マクロを含むブックのため、プラン台帳として読めません。"),
        ("台帳.xlsx", with_formula, "シート「台帳」の2行目D列が計算式か、計算の誤りです。"),
        ("台帳.csv", lambda: register_workbook(table({})), "拡張子が「.csv」のExcelブックのため"),
        ("台帳.xlsx", lambda: written({}), "拡張子が「.xlsx」の文字だけのファイルのため"),
        (
            "台帳.csv",
            lambda: written({}).decode("utf-8-sig").encode("utf-16"),
            "文字コードがUTF-16の文書のため",
        ),
        ("台帳.csv", lambda: written({}).decode("utf-8-sig").encode("euc-jp"), "「CSV UTF-8」を選んで"),
        ("台帳.csv", lambda: written({Further.GOAL: "a\x00b"}), "読めない形式のため"),
        (
            "台帳.csv",
            lambda: written({Further.GOAL: "a\x01b"}),
            "2行目のN列に使えない文字（制御文字）があります。",
        ),
        (
            "台帳.csv",
            lambda: without_column(Column.MEETING),
            "1行目に見出し「支援調整会議開催日」がありません。",
        ),
        ("台帳.csv", lambda: without_column(Further.GOAL), "書き出した台帳の見出し「目標」がありません。"),
        ("台帳.csv", lambda: csv_of([*table()[0], "目標"], []), "見出し「目標」が2つあります。"),
        ("台帳.csv", lambda: b"\x00" * 100, "読めない形式のため"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    office: Office, name: str, make: Callable[[], bytes], sentence: str
) -> None:
    with pytest.raises(Refused) as refusal:
        office.take_in(make(), name)
    assert sentence in refusal.value.message
    assert refusal.value.message.endswith("ください。")
    assert nothing_of_it(office)


@pytest.mark.parametrize(
    ("column", "on_record", "cell"),
    [
        (Column.MEETING, "H25年7月1日", "H26年13月40日"),
        (Column.DECISION, "H25年7月3日", "H26年99月"),
        (Column.DECISION, "", "H26年99月"),
        (Column.PERIOD, "H25年12月27日", "H26年99月"),
        (Column.MONITORING, "H25年10月", "H26年99月"),
        (Column.EVALUATION_MEETING, "H25年12月20日", "H26年13月40日"),
        (Column.EVALUATION, "終 H25年12月24日", "終 H26年99月"),
        (Column.EVALUATION, "終 H25年12月24日", "終・再 H25年12月24日"),
    ],
)
def test_a_day_on_record_that_cannot_be_read_now_refuses_the_file(
    office: Office, column: Column, on_record: str, cell: str
) -> None:
    evaluated = {Column.EVALUATION_MEETING: "H25年12月20日"} if column is Column.EVALUATION else {}
    office.take_in(written({**evaluated, column: on_record}))
    before = office.rows()
    (finding,) = refused(office, written({**evaluated, column: cell}, {Column.CASE: "2"}))
    assert (finding.row, finding.column, finding.code) == (2, column, "differs_from_record")
    assert f"登録では「{on_record or '（空欄）'}」、この行では「{cell}」です。" in finding.message
    assert office.rows() == before


def test_a_day_that_could_never_be_read_is_still_the_same(office: Office) -> None:
    data = written({Column.DECISION: "H26年99月"})
    office.take_in(data)
    again = office.take_in(data)
    assert (again.refused, again.added) == (False, ())
