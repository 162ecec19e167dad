"""支給調書 (Word): the payment sheet of a meeting as an office files it, A4 landscape."""

from collections.abc import Sequence
from typing import Final

from honoraria.papers.word_parts import LANDSCAPE, PayPaper
from honoraria.papers.wording import (
    DRAFT,
    absentees,
    amount,
    by_person,
    capacity_cell,
    citations_text,
    dated,
    district_text,
    ground_text,
    inputs_text,
    is_final,
    listed,
    moment,
    occasion,
    outcome_cell,
    outcome_text,
    period,
    result_text,
    sheet_number,
    short_hash,
    venue,
)
from honoraria.rules.sheet import Sheet, SheetContent, SheetLine, Stage
from meetings_app.core.explained import Step
from meetings_app.core.wareki import format_wareki
from meetings_app.documents.text import NOTHING, UNFILLED
from meetings_app.documents.word_base import Column, Fact, Frame

AMOUNTS: Final = ("報酬", "旅費", "源泉", "差引")
NO_STAMP: Final = "―"
"""Stands in 受領印 where nothing is handed over."""


def sheet_word(sheet: Sheet) -> bytes:
    """支給調書: return a sheet as a Word file (.docx); equal sheets give equal bytes."""
    paper = PayPaper(_frame(sheet), LANDSCAPE)
    paper.title(_title(sheet))
    _head(paper, sheet)
    _lines(paper, sheet.content)
    _rulings(paper, sheet.content)
    _refusals(paper, sheet.content)
    _corrections(paper, sheet.content)
    _findings(paper, sheet)
    _stages(paper, sheet)
    _annex(paper, sheet.content)
    return paper.save(title=f"{sheet_number(sheet.content.head)}　{_title(sheet)}", dated=dated(sheet))


# --- head -------------------------------------------------------------------------------------------------


def _frame(sheet: Sheet) -> Frame:
    head = sheet.content.head
    state = str(sheet.stage.status) if is_final(sheet) else DRAFT
    return Frame(
        header_left=f"{head.committee}　{occasion(head)}",
        header_mark=state,
        footer_left=f"{sheet_number(head)}（{state}）",
        footer_right=f"内容の照合番号　{short_hash(sheet.sha256)}",
    )


def _title(sheet: Sheet) -> str:
    return "支給調書" if is_final(sheet) else f"支給調書（{DRAFT}）"


def _head(paper: PayPaper, sheet: Sheet) -> None:
    head = sheet.content.head
    paper.head_with_stamps(
        (
            ("会議", f"{head.committee}\n{occasion(head)}"),
            ("調書番号", f"第{head.number}号（{sheet.stage.status}）"),
            ("日時", period(head)),
            ("会場と地区", venue(head)),
            ("規程の版", f"{head.kind}の規程　{head.regulation}" if head.regulation else UNFILLED),
            ("源泉の扱い", head.withholding),
            ("規程データの\n照合番号", short_hash(head.rulebook_sha256)),
            ("内容の\n照合番号", short_hash(sheet.sha256)),
        )
    )


# --- 支給額 -----------------------------------------------------------------------------------------------

_LINE_COLUMNS: Final = (
    Column("番号", 10, centred=True),
    Column("氏名", 28),
    Column("所属", 34),
    Column("区分", 23, centred=True),
    Column("地区", 17, centred=True),
    Column("判定", 17, centred=True),
    Column("報酬", 16),
    Column("旅費", 16),
    Column("源泉", 15),
    Column("差引", 17),
    Column("理由・根拠"),
    Column("受領印", 15, centred=True),
)


def _lines(paper: PayPaper, content: SheetContent) -> None:
    paper.heading(1, "支給額（単位：円）")
    lines = listed(content)
    if lines:
        rows = [_line_row(number, line) for number, line in enumerate(lines, start=1)]
        paper.ledger(_LINE_COLUMNS, [*rows, _total_row(content)], amounts=AMOUNTS, total=True)
    else:
        paper.text(NOTHING)
    _line_notes(paper, content)


def _line_row(number: int, line: SheetLine) -> tuple[str, ...]:
    return (
        str(number),
        line.name,
        line.organisation or "―",
        capacity_cell(line),
        district_text(line.district),
        outcome_cell(line),
        *map(amount, (line.honorarium, line.travel, line.withheld, line.net)),
        ground_text(line),
        "" if line.net is None or line.net > 0 else NO_STAMP,
    )


def _total_row(content: SheetContent) -> tuple[str, ...]:
    sums = content.totals
    return (
        *("", "合計", "", "", "", ""),
        *map(amount, (sums.honorarium, sums.travel, sums.withheld, sums.net)),
        f"支払又は返納のある者　{sums.payable}名",
        "",
    )


def _line_notes(paper: PayPaper, content: SheetContent) -> None:
    if content.totals.open_lines:
        paper.note("※", f"要判断の{content.totals.open_lines}件は、合計に含まない。")
    if any((line.net or 0) < 0 for line in content.lines):
        paper.note("※", "△は、返納を受ける額を表す。")
    absent = absentees(content)
    if absent:
        paper.note("※", f"欠席のため支給の対象がない者　{'、'.join(absent)}")


# --- 個別決定・辞退・訂正 ---------------------------------------------------------------------------------


def _rulings(paper: PayPaper, content: SheetContent) -> None:
    paper.heading(1, "個別決定")
    rows = [
        (
            f"{line.name}\n{line.meeting}",
            "\n".join(question.sentence for question in line.questions) or "―",
            line.ruling.label or "―",
            amount(line.ruling.honorarium),
            amount(line.ruling.travel),
            line.ruling.reason,
            line.ruling.decided_by,
            format_wareki(line.ruling.decided_on),
        )
        for line in content.lines
        if line.ruling is not None
    ]
    columns = (
        Column("氏名・会議", 49),
        Column("判断を求めた事項", 54),
        Column("決定", 36),
        Column("報酬", 16),
        Column("旅費", 16),
        Column("理由"),
        Column("決定者", 26),
        Column("決定日", 32),
    )
    _ledger_or_nothing(paper, columns, rows)


def _refusals(paper: PayPaper, content: SheetContent) -> None:
    paper.heading(1, "辞退")
    rows = [
        (line.name, line.meeting, format_wareki(line.refusal.declared_on), line.refusal.note or "―")
        for line in content.lines
        if line.refusal is not None
    ]
    columns = (Column("氏名", 49), Column("会議", 54), Column("書面の日付", 40), Column("備考"))
    _ledger_or_nothing(paper, columns, rows)


def _corrections(paper: PayPaper, content: SheetContent) -> None:
    paper.heading(1, "訂正（単位：円）")
    rows = [row for line in content.lines if (row := _correction_row(line))]
    columns = (
        Column("氏名・会議", 49),
        Column("もとの調書", 32),
        Column("訂正前", 28),
        Column("訂正後", 28),
        Column("差額", 28),
        Column("源泉", 18),
        Column("差引", 18),
        Column("理由"),
    )
    _ledger_or_nothing(paper, columns, rows)


def _correction_row(line: SheetLine) -> tuple[str, ...] | None:
    corrected = line.correction
    if corrected is None:
        return None
    return (
        f"{line.name}\n{line.meeting}",
        corrected.sheet,
        _both(corrected.honorarium_before, corrected.travel_before),
        _both(corrected.honorarium_now, corrected.travel_now),
        _both(line.honorarium, line.travel),
        amount(line.withheld),
        amount(line.net),
        line.reason,
    )


def _both(honorarium: int | None, travel: int | None) -> str:
    return f"報酬 {amount(honorarium)}\n旅費 {amount(travel)}"


def _ledger_or_nothing(paper: PayPaper, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    if rows:
        paper.ledger(columns, rows, amounts=(*AMOUNTS, "訂正前", "訂正後", "差額"))
    else:
        paper.text(NOTHING)


# --- 所見・手続 -------------------------------------------------------------------------------------------


def _findings(paper: PayPaper, sheet: Sheet) -> None:
    paper.heading(1, "所見")
    findings = sheet.content.findings
    if not findings:
        paper.text(NOTHING)
    for number, finding in enumerate(findings, start=1):
        paper.note(f"注{number}", f"{finding.code}：{finding.message}")
    if sheet.content.blocks and not is_final(sheet):
        paper.heading(1, "確定までに済ませること")
        for number, block in enumerate(sheet.content.blocks, start=1):
            paper.note(f"({number})", block)


def _stages(paper: PayPaper, sheet: Sheet) -> None:
    head = sheet.content.head
    paper.heading(1, "手続")
    columns = (Column("手続", 30, centred=True), Column("行った者", 70), Column("日時"))
    paper.grid(columns, [(step, who or "未了", when or "―") for step, who, when in _steps_taken(sheet.stage)])
    paper.facts(
        (
            Fact("内容の照合番号", sheet.sha256 or short_hash(None)),
            Fact("規程データの照合番号", head.rulebook_sha256),
            Fact("税率データの照合番号", head.rates_sha256),
        ),
        label_width=42,
    )


def _steps_taken(stage: Stage) -> tuple[tuple[str, str | None, str], ...]:
    return (
        ("作成", stage.created_by, moment(stage.created_at)),
        ("確認", stage.checked_by, moment(stage.checked_at)),
        ("承認", stage.approved_by, moment(stage.approved_at)),
        ("確定", stage.finalised_by, moment(stage.finalised_at)),
    )


# --- 内訳 -------------------------------------------------------------------------------------------------

_STEP_COLUMNS: Final = (
    Column("手順", 24),
    Column("見た事実", 64),
    Column("結果", 34),
    Column("根拠", 46),
    Column("説明"),
)


def _annex(paper: PayPaper, content: SheetContent) -> None:
    lines = by_person(content)
    heading = paper.heading(1, "内訳（額の決まり方）")
    heading.paragraph_format.page_break_before = True
    if not lines:
        paper.text(NOTHING)
    for line in lines:
        paper.heading(2, f"{line.name}　{line.meeting}　{outcome_text(line)}")
        if line.steps:
            paper.ledger(_STEP_COLUMNS, [_step_row(step) for step in line.steps], amounts=())
        else:
            paper.text(NOTHING)


def _step_row(step: Step) -> tuple[str, ...]:
    return (
        step.label,
        inputs_text(step.inputs) or "―",
        result_text(step),
        citations_text(step.citations) or "―",
        step.note or "―",
    )
