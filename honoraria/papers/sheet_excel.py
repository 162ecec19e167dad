"""支給調書 (Excel): the payment sheet for accounting to work on; sums stand in it as values, not as formulas."""

from typing import Final

from honoraria.papers.excel_base import Cell, SheetTable, workbook
from honoraria.papers.wording import (
    DRAFT,
    UNDECIDED,
    absentees,
    by_person,
    citations_text,
    district_text,
    inputs_text,
    is_final,
    listed,
    made_at,
    moment,
    occasion,
    outcome_text,
    period,
    result_text,
    sheet_number,
    short_hash,
    venue,
)
from honoraria.rules.sheet import Sheet, SheetContent, SheetLine
from meetings_app.core.explained import Step
from meetings_app.core.wareki import format_wareki

_LINE_HEADINGS: Final = (
    "番号", "氏名", "所属", "区分", "地区", "会議", "判定", "報酬", "旅費", "源泉", "差引", "理由", "根拠",
)  # fmt: skip
_STEP_HEADINGS: Final = ("氏名", "会議", "判定", "手順", "見た事実", "結果", "根拠", "説明")
_DECISION_HEADINGS: Final = (
    "種別", "氏名", "会議", "内容", "報酬", "旅費", "源泉", "差引", "理由", "決めた者", "日付",
)  # fmt: skip


def sheet_excel(sheet: Sheet) -> bytes:
    """支給調書: return a sheet as an Excel workbook (.xlsx); equal sheets give equal bytes."""
    tables = (_lines(sheet), _steps(sheet.content), _decisions(sheet.content))
    return workbook(tables, title=_title(sheet), made_at=made_at(sheet))


def _title(sheet: Sheet) -> str:
    draft = "" if is_final(sheet) else f"（{DRAFT}）"
    return f"{sheet_number(sheet.content.head)}{draft}　{occasion(sheet.content.head)}"


def _yen(amount: int | None) -> Cell:
    return UNDECIDED if amount is None else amount


# --- 支給調書 ---------------------------------------------------------------------------------------------


def _lines(sheet: Sheet) -> SheetTable:
    head, sums = sheet.content.head, sheet.content.totals
    rows = tuple(_line(number, line) for number, line in enumerate(listed(sheet.content), start=1))
    amounts = map(_yen, (sums.honorarium, sums.travel, sums.withheld, sums.net))
    return SheetTable(
        name="支給調書",
        headings=_LINE_HEADINGS,
        rows=rows,
        above=(_title(sheet), f"{head.committee}　{period(head)}　{venue(head)}　（単位：円）"),
        total=("", "合計", "", "", "", "", "", *amounts, f"支払又は返納のある者　{sums.payable}名", ""),
        below=(*_facts(sheet), *_notes(sheet)),
    )


def _line(number: int, line: SheetLine) -> tuple[Cell, ...]:
    return (
        number,
        line.name,
        line.organisation,
        str(line.capacity),
        district_text(line.district),
        line.meeting,
        outcome_text(line),
        *map(_yen, (line.honorarium, line.travel, line.withheld, line.net)),
        line.reason,
        citations_text(line.citations),
    )


def _facts(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    head, stage = sheet.content.head, sheet.stage
    taken = (
        ("作成", stage.created_by, stage.created_at),
        ("確認", stage.checked_by, stage.checked_at),
        ("承認", stage.approved_by, stage.approved_at),
        ("確定", stage.finalised_by, stage.finalised_at),
    )
    return (
        ("段階", str(stage.status)),
        ("規程の版", head.regulation),
        ("源泉の扱い", head.withholding),
        *((label, f"{who}　{moment(when)}") for label, who, when in taken if who),
        ("内容の照合番号", sheet.sha256 or short_hash(None)),
        ("規程データの照合番号", head.rulebook_sha256),
        ("税率データの照合番号", head.rates_sha256),
    )


def _notes(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    content = sheet.content
    absent = absentees(content)
    blocks = () if is_final(sheet) else content.blocks
    return (
        *((("欠席のため支給の対象がない者", "、".join(absent)),) if absent else ()),
        *((("合計に含まない要判断", f"{content.totals.open_lines}件"),) if content.totals.open_lines else ()),
        *(("所見", f"{finding.code}　{finding.message}") for finding in content.findings),
        *(("確定までに済ませること", block) for block in blocks),
    )


# --- 内訳 -------------------------------------------------------------------------------------------------


def _steps(content: SheetContent) -> SheetTable:
    rows = tuple(_step(line, step) for line in by_person(content) for step in line.steps)
    return SheetTable("内訳", _STEP_HEADINGS, rows, above=("内訳（額の決まり方）",))


def _step(line: SheetLine, step: Step) -> tuple[Cell, ...]:
    result = step.result if type(step.result) is int else result_text(step)
    return (
        line.name,
        line.meeting,
        outcome_text(line),
        step.label,
        inputs_text(step.inputs),
        result,
        citations_text(step.citations),
        step.note,
    )


# --- 個別決定・辞退・訂正 ---------------------------------------------------------------------------------


def _decisions(content: SheetContent) -> SheetTable:
    rows = tuple(
        row for line in content.lines for row in (*_ruling(line), *_refusal(line), *_correction(line))
    )
    return SheetTable(
        "個別決定・辞退・訂正", _DECISION_HEADINGS, rows, above=("個別決定・辞退・訂正（単位：円）",)
    )


def _ruling(line: SheetLine) -> tuple[tuple[Cell, ...], ...]:
    ruling = line.ruling
    if ruling is None:
        return ()
    amounts = (ruling.honorarium, ruling.travel, None, None)
    decided = (ruling.reason, ruling.decided_by, format_wareki(ruling.decided_on))
    return (("個別決定", line.name, line.meeting, ruling.label, *amounts, *decided),)


def _refusal(line: SheetLine) -> tuple[tuple[Cell, ...], ...]:
    refusal = line.refusal
    if refusal is None:
        return ()
    day = format_wareki(refusal.declared_on)
    return (("辞退", line.name, line.meeting, "書面による辞退", *[None] * 4, refusal.note, line.name, day),)


def _correction(line: SheetLine) -> tuple[tuple[Cell, ...], ...]:
    corrected = line.correction
    if corrected is None:
        return ()
    before = (_yen(corrected.honorarium_before), _yen(corrected.travel_before), None, None)
    now = (_yen(corrected.honorarium_now), _yen(corrected.travel_now), None, None)
    difference = tuple(map(_yen, (line.honorarium, line.travel, line.withheld, line.net)))
    person = (line.name, line.meeting)
    return (
        ("訂正前", *person, corrected.sheet, *before, "", "", ""),
        ("訂正後", *person, "", *now, "", "", ""),
        ("訂正の差額", *person, "", *difference, line.reason, "", ""),
    )
