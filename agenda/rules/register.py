"""プラン台帳の読取り: a plan register as rows of text, read into entries with every oddity reported.

Nothing merely odd is refused and nothing is repaired silently: each cell is kept as written, and whatever is read
otherwise than it stands, or looks wrong, is a finding with its row and column. Only a row that names no case, no
plan or no date at all is left out, with a finding of severity "refused".
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agenda.rules.due import PlanFacts
from agenda.rules.register_checks import check_entries
from agenda.rules.register_entry import CaseEntry, Column, RegisterEntry
from agenda.rules.register_further import LISTS, NAMES, OF_CASE, OF_PLAN, Further, Value, Values, value_of
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding
from meetings_app.core.partial_date import PartialDate, is_blank_date, read_partial_date
from meetings_app.core.terms import EvaluationOutcome, Precision
from meetings_app.core.wareki import format_wareki, squeeze

HEADING_ROW = 1
DITTO = frozenset({"同上", "〃"})
LONGEST_SHOWN = 80
FEW = 8
"""From how many further headings on a file is taken for one written here from which some were deleted."""

_ALIASES = {
    "名前": Column.INITIALS,
    "イニシャル": Column.INITIALS,
    "支援調整会議開催日(評価)": Column.EVALUATION_MEETING,
}
_PLAN_NUMBER = re.compile(r"(?:プラン)?([0-9]{1,3})")
_CASE_NUMBER = re.compile(r"[0-9]{1,6}")
_WORD = r"終[結了]?|再(?:\s*プラン)?|中断?"
_OUTCOME_WORD = re.compile(_WORD)
_EVALUATION = re.compile(
    rf"\s*(?P<words>(?:{_WORD})(?:(?:\s*[・･/／,，、→])?\s*(?:{_WORD}))*)?"
    r"\s*(?P<separator>[・･:：/／,，、]?)\s*(?P<date>.*)",
    re.DOTALL,
)
_DATE_BEGINS = re.compile(r"(?:[0-9]|[A-Z][0-9元]|明治|大正|昭和|平成|令和)")
_BRACKETED = re.compile(r"[(（](?P<inner>.*)[)）]\s*", re.DOTALL)
_WEEKDAY = re.compile(r"[(（](?P<weekday>[月火水木金土日])(?:曜日?)?[)）]\Z")
_WEEKDAYS = "月火水木金土日"
_OUTCOMES = {
    "終": EvaluationOutcome.ENDED,
    "再": EvaluationOutcome.REPLAN,
    "中": EvaluationOutcome.SUSPENDED,
}
_NAMES = {"終": "終", "再": "再", "中": "中断"}
_COLUMN_ORDER = {column.value: place for place, column in enumerate((*Column, *Further))}


@dataclass(frozen=True, slots=True)
class RegisterReading:
    """読取り結果: the rows that could be read, what they say of the cases, and the findings by row and column."""

    entries: tuple[RegisterEntry, ...]
    findings: tuple[Finding, ...]
    cases: tuple[CaseEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """見出し: where each column of the register stands (from 0), and the headings not known here.

    `further` is filled only for a register written here; the columns of a list are in the order of their numbers.
    """

    places: Mapping[Column, int]
    others: Mapping[int, str]
    further: Mapping[Further, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Case:
    number: int
    initials: str


@dataclass(slots=True)
class _Row:
    """One row while it is read: its cells by heading, and what was found so far."""

    number: int
    raw: Mapping[str, str]
    further: Mapping[Further, str] = field(default_factory=dict)
    written_here: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_case_alone(self) -> bool:
        """Whether the row of a register written here is about a case without a plan."""
        printed = (self.raw[column.value] for column in list(Column)[2:])
        return (
            self.written_here and not any(map(str.strip, printed)) and self.further.keys().isdisjoint(OF_PLAN)
        )

    def cell(self, column: Column) -> str:
        return self.raw[column.value]

    def note(self, column: Column | None, code: str, message: str, severity: str = "warning") -> None:
        name, raw = (None, None) if column is None else (column.value, self.cell(column))
        self.findings.append(Finding(code, message, severity, self.number, name, raw))


def recognise_heading(cells: Sequence[str]) -> Heading:
    """Return where the register's columns stand in a heading row, whatever their order, width and spaces.

    Raises Refused where a column is missing or stands there twice.
    """
    places: dict[Column, int] = {}
    others: dict[int, str] = {}
    for place, text in enumerate(cells):
        column = _KNOWN.get(_plain(text))
        if column in places:
            raise Refused(
                f"見出し「{column}」が2つあります。評価の会議の列は「{Column.EVALUATION_MEETING}」とするなど、"
                "見出しを分けてください。"
            )
        if column is not None:
            places[column] = place
        elif text.strip():
            others[place] = _other_name(text.strip(), place, others)
    _check_complete(places)
    return _with_further(Heading(places, others))


def _with_further(heading: Heading) -> Heading:
    """Return a heading whose further columns are known where it has all of them.

    A register from elsewhere may have a column of such a name: it is kept as written, like any other. Raises Refused
    where only some are missing, or one stands there twice.
    """
    found = {place: _FURTHER_HEADING.fullmatch(_plain(name)) for place, name in heading.others.items()}
    numbered = {
        place: (_FURTHER[m["name"]], int(m["number"] or 1))
        for place, m in found.items()
        if m and (m["number"] is None or _FURTHER[m["name"]] in LISTS)
    }
    missing = [column for column in Further if column not in NAMES and (column, 1) not in numbered.values()]
    if missing and len(Further) - len(NAMES) - len(missing) < FEW:
        return heading
    if missing:
        raise Refused(
            f"書き出した台帳の見出し「{'」「'.join(missing)}」がありません。列を消さずに、書き出した台帳に書き込んでください。"
        )
    for name in heading.others.values():
        if _TWICE.fullmatch(name):
            raise Refused(f"見出し「{name.partition(' ')[0]}」が2つあります。どちらかの列を消してください。")
    places = sorted(numbered, key=lambda place: numbered[place])
    further = {column: tuple(at for at in places if numbered[at][0] is column) for column in Further}
    others = {place: name for place, name in heading.others.items() if place not in numbered}
    return Heading(heading.places, others, {column: at for column, at in further.items() if at})


def is_of_further(name: str) -> bool:
    """Return whether a heading begins like one of the further columns, so that it may be taken for it."""
    return _plain(name).startswith(tuple(_FURTHER))


def _other_name(name: str, place: int, others: Mapping[int, str]) -> str:
    """Return a name of its own for a column not known here, so that no cell overwrites another."""
    return f"{name} ({place + 1}列目)" if name in others.values() else name


def _check_complete(places: Mapping[Column, int]) -> None:
    missing = [column for column in Column if column not in places]
    if missing:
        raise Refused(
            f"プラン台帳として読めません。1行目に見出し「{'」「'.join(missing)}」がありません。"
            f"1行目を「{'、'.join(Column)}」の見出しにしてください。"
        )


def _plain(heading: str) -> str:
    return squeeze(heading).replace("_", "")


_FURTHER = {_plain(column): column for column in Further}
_FURTHER_HEADING = re.compile(rf"(?P<name>{'|'.join(_FURTHER)})(?P<number>[2-9]|[1-9][0-9]{{1,2}})?")
_TWICE = re.compile(rf"(?:{'|'.join(Further)})[0-9]* \([0-9]+列目\)")

_KNOWN = {_plain(column): column for column in Column} | {_plain(a): c for a, c in _ALIASES.items()}


def read_register(rows: Sequence[Sequence[str]]) -> RegisterReading:
    """Return the entries and findings of a register whose first row is the heading.

    Blank rows are passed over. Raises Refused where the heading is not a register's.
    """
    heading = recognise_heading(rows[0] if rows else ())
    findings = [_unknown_column(name) for name in heading.others.values()]
    entries: list[RegisterEntry] = []
    cases: list[CaseEntry] = []
    above: _Case | None = None
    for number, cells in enumerate(rows[HEADING_ROW:], start=HEADING_ROW + 1):
        if not any(cell.strip() for cell in cells):
            continue
        row = _Row(number, _raw(heading, cells), _values(heading, cells), bool(heading.further))
        _note_extra_cells(row, heading, cells)
        _note_missing_cells(row, heading, cells)
        above = _read_case(row, above)
        entry = None if row.is_case_alone else _read_entry(row, above)
        entries += [] if entry is None else [entry]
        cases += _read_case_entry(row, above)
        findings += row.findings
    findings += check_entries(entries)
    return RegisterReading(tuple(entries), tuple(sorted(findings, key=_place)), tuple(cases))


def _values(heading: Heading, cells: Sequence[str]) -> dict[Further, str]:
    """Return the cells of the further columns that hold anything; a list is put together from its columns."""
    joined = {
        column: "\n".join(cells[place] for place in places if place < len(cells) and cells[place].strip())
        for column, places in heading.further.items()
    }
    return {column: text for column, text in joined.items() if text}


def _read_case_entry(row: _Row, case: _Case | None) -> list[CaseEntry]:
    """Return what the row says of the case; nothing where it says nothing beside its plan."""
    further = _read_further(row, OF_CASE)
    if case is None or not (further or row.is_case_alone):
        return []
    return [CaseEntry(row.number, case.number, case.initials, further)]


def _read_further(row: _Row, columns: Iterable[Further]) -> Values:
    """Return what the row says in `columns`; what cannot be read is a finding that refuses the row."""
    values: dict[Further, Value] = {}
    for column in columns:
        try:
            value = value_of(column, row.further.get(column, ""))
        except Refused as refusal:
            cell = row.further[column]
            shown = cell if len(cell) <= LONGEST_SHOWN else f"{cell[:LONGEST_SHOWN]}…"
            row.findings.append(
                Finding("unreadable_further", refusal.message, "refused", row.number, column.value, shown)
            )
            continue
        if value is not None:
            values[column] = value
    return values


def _place(finding: Finding) -> tuple[int, int, str]:
    return (finding.row or 0, _COLUMN_ORDER.get(finding.column or "", -1), finding.code)


def _unknown_column(name: str) -> Finding:
    message = f"列「{name}」は台帳の項目にないため、書かれたまま保存します。"
    return Finding("unknown_column", message, "info", HEADING_ROW, name, name)


def _raw(heading: Heading, cells: Sequence[str]) -> dict[str, str]:
    names = {place: column.value for column, place in heading.places.items()} | dict(heading.others)
    width = max(len(cells), max(names) + 1)
    padded = [*cells, *[""] * (width - len(cells))]
    elsewhere = set(itertools.chain(*heading.further.values()))
    return {
        names.get(place, f"列{place + 1}"): text
        for place, text in enumerate(padded)
        if place not in elsewhere and (place in names or text.strip())
    }


def _note_extra_cells(row: _Row, heading: Heading, cells: Sequence[str]) -> None:
    named = {*heading.places.values(), *heading.others, *itertools.chain(*heading.further.values())}
    extra = [text for place, text in enumerate(cells) if place not in named and text.strip()]
    if extra:
        message = f"見出しのない列に「{'」「'.join(extra)}」があります。列のずれがないか確かめてください。"
        row.note(None, "extra_cells", message)


def _note_missing_cells(row: _Row, heading: Heading, cells: Sequence[str]) -> None:
    missing = [column.value for column, place in heading.places.items() if place >= len(cells)]
    if missing and any(text.strip() for text in cells):
        message = f"行が途中で終わり、「{'」「'.join(missing)}」の欄がありません。書き漏らしがないか確かめてください。"
        row.note(None, "missing_cells", message)


def _read_case(row: _Row, above: _Case | None) -> _Case | None:
    """Return the case of the row, taking 同上 from the row above; None, with a finding, where there is none."""
    number, name = squeeze(row.cell(Column.CASE)), row.cell(Column.INITIALS).strip()
    if number in DITTO or (number == "" and squeeze(name) in DITTO):
        return _case_above(row, above, name)
    if number == "":
        message = "番号も「同上」もないため、どの方のプランか分かりません。番号を書いてください。"
        row.note(Column.CASE, "case_missing", message, "refused")
        return None
    if not _CASE_NUMBER.fullmatch(number) or int(number) == 0:
        message = f"番号「{number}」を読めません。1以上の数字で書いてください。"
        row.note(Column.CASE, "case_unreadable", message, "refused")
        return None
    _note_stray_spaces(row, Column.CASE)
    return _Case(int(number), _initials(row, name, int(number), above))


def _case_above(row: _Row, above: _Case | None, name: str) -> _Case | None:
    if above is None:
        message = "「同上」ですが、上の行の番号が分かりません。番号を書いてください。"
        row.note(Column.CASE, "case_above_unknown", message, "refused")
        return None
    own_name = name and squeeze(name) not in DITTO
    return _Case(above.number, name) if own_name else above


def _initials(row: _Row, name: str, number: int, above: _Case | None) -> str:
    if not name:
        row.note(Column.INITIALS, "initials_missing", "名前(イニシャル)がありません。書き足してください。")
    if squeeze(name) not in DITTO:
        return name
    if above is not None and above.number == number:
        return above.initials
    message = "「同上」ですが、番号が上の行と違います。名前を書いてください。"
    row.note(Column.INITIALS, "ditto_with_other_number", message)
    return ""


def _read_entry(row: _Row, case: _Case | None) -> RegisterEntry | None:
    plan = _read_plan_number(row)
    meeting = _read_date(row, Column.MEETING, None)
    start = None if meeting is None else meeting.first_day
    evaluation_meeting = _read_date(row, Column.EVALUATION_MEETING, start)
    outcome, evaluation_decision = _read_evaluation(row, _start_of(evaluation_meeting) or start)
    dates = (
        meeting,
        _read_date(row, Column.DECISION, start),
        _read_date(row, Column.PERIOD, start),
        _read_date(row, Column.MONITORING, start),
        evaluation_meeting,
    )
    further = _read_further(row, OF_PLAN)
    if not any((*dates, evaluation_decision)) and not row.written_here:
        message = "読み取れる日付が一つもありません。会議の開催日などの日付を書いてください。"
        row.note(None, "no_date", message, "refused")
        return None
    if case is None or plan is None:
        return None
    return RegisterEntry(
        row.number, case.number, case.initials, plan, *dates, outcome, evaluation_decision, row.raw, further
    )


def _start_of(partial: PartialDate | None) -> date | None:
    return None if partial is None else partial.first_day


def _read_plan_number(row: _Row) -> int | None:
    found = _PLAN_NUMBER.fullmatch(squeeze(row.cell(Column.PLAN)))
    if found is None or int(found[1]) == 0:
        message = "プランの番号を読めません。「プラン1」のように書いてください。"
        row.note(Column.PLAN, "plan_unreadable", message, "refused")
        return None
    _note_stray_spaces(row, Column.PLAN)
    return int(found[1])


def _note_stray_spaces(row: _Row, column: Column) -> None:
    text = row.cell(column)
    if any(sign.isspace() for sign in text):
        row.note(column, "stray_spaces", "余分な空白を除いて読みました。", "info")


def _read_date(row: _Row, column: Column, context: date | None) -> PartialDate | None:
    return _read_date_text(row, column, row.cell(column), context)


def _read_date_text(row: _Row, column: Column, text: str, context: date | None) -> PartialDate | None:
    """Return the date in `text`, noting how it was read; None where it says nothing or cannot be read."""
    weekday = _WEEKDAY.search(text.rstrip())
    try:
        partial = read_partial_date(text[: weekday.start()] if weekday else text, context)
    except Refused as refusal:
        row.note(column, "unreadable_date", refusal.message)
        return None
    if partial is None:
        return None
    if partial.has_stray_spaces:
        row.note(column, "stray_spaces", "余分な空白を除いて読みました。", "info")
    _note_precision(row, column, partial)
    if partial.year_assumed:
        message = f"年が書かれていないため、{partial.year}年と読みました。年を確かめて書き足してください。"
        row.note(column, "year_assumed", message)
    if weekday:
        _note_weekday(row, column, partial, weekday["weekday"])
    return partial


def _note_weekday(row: _Row, column: Column, partial: PartialDate, weekday: str) -> None:
    if partial.precision is Precision.DAY and _WEEKDAYS[partial.first_day.weekday()] != weekday:
        right = format_wareki(partial.first_day, weekday=True)
        row.note(
            column,
            "weekday_differs",
            f"曜日が日付と合いません。{right}です。どちらが正しいか確かめてください。",
        )


def _note_precision(row: _Row, column: Column, partial: PartialDate) -> None:
    """Note a date without a day; a month alone is usual where monitoring is planned, so it has its own code."""
    if partial.precision is Precision.DAY:
        return
    planned = column is Column.MONITORING and partial.precision is Precision.MONTH
    last = partial.last_day
    message = f"日が書かれていません。期限の計算では{last.month}月{last.day}日までと読みます。"
    row.note(column, "month_only" if planned else "imprecise_date", message, "info")


def _read_evaluation(row: _Row, context: date | None) -> tuple[EvaluationOutcome | None, PartialDate | None]:
    """Return outcome and date of 「終 H25年10月31日」 and its like; the unfilled form 「終・再 H 年 月 日」 says neither.

    An outcome counts only where it stands alone and whole: of two none is chosen, and 「中間評価」 is no 中断.
    """
    outcomes, separator, text = _evaluation_parts(row.cell(Column.EVALUATION))
    if len(outcomes) != 1 and is_blank_date(text):
        if row.cell(Column.EVALUATION).strip():
            row.note(Column.EVALUATION, "not_evaluated", "未記入の様式のため、評価前と読みました。", "info")
        return None, None
    if len(outcomes) > 1:
        names = "」と「".join(_NAMES[word] for word in outcomes)
        message = f"「{names}」のどちらか分かりません。結果を一つにして書いてください。"
        row.note(Column.EVALUATION, "outcome_unclear", message)
    elif separator:
        message = f"「{separator}」を区切りとみて「{''.join(outcomes)}」と読みました。選び残しでないか確かめてください。"
        row.note(Column.EVALUATION, "separator", message)
    outcome = _OUTCOMES[outcomes[0]] if len(outcomes) == 1 else None
    return outcome, _read_date_text(row, Column.EVALUATION, text, context)


def _evaluation_parts(cell: str) -> tuple[list[str], str, str]:
    """Return the outcomes named (「終」「再」「中」, each once), the separator after them, and the text of the date.

    Where more than a date follows an outcome, none is taken from it and the whole cell stands as the text.
    """
    found = _EVALUATION.fullmatch(cell)
    words, separator, text = found.group("words", "separator", "date") if found else (None, "", cell)
    if words is None:
        return [], separator, text
    bracketed = _BRACKETED.fullmatch(text)
    text = bracketed["inner"] if bracketed else text
    if not _is_date_alone(text):
        return [], "", cell
    return list(dict.fromkeys(word[0] for word in _OUTCOME_WORD.findall(words))), separator, text


def _is_date_alone(text: str) -> bool:
    """Return whether `text` is blank or begins as a date does, without another outcome in it."""
    if is_blank_date(text):
        return True
    return _DATE_BEGINS.match(squeeze(text).upper()) is not None and not re.search("終|再|中断", text)


def facts_of(entries: Iterable[RegisterEntry]) -> list[PlanFacts]:
    """Return the dated facts of the entries, each date as the last day that its precision allows.

    A plan counts as evaluated only where both the evaluating meeting and the outcome could be read.
    """
    return [_facts(entry) for entry in entries]


def _facts(entry: RegisterEntry) -> PlanFacts:
    evaluated = entry.outcome is not None and entry.evaluation_meeting is not None
    return PlanFacts(
        case=entry.case,
        plan=entry.plan,
        meeting=_end_of(entry.meeting),
        period_end=_end_of(entry.period_end),
        evaluated_on=_end_of(entry.evaluation_meeting) if evaluated else None,
        outcome=entry.outcome if evaluated else None,
        monitoring_due=_end_of(entry.next_monitoring),
    )


def _end_of(partial: PartialDate | None) -> date | None:
    return None if partial is None else partial.last_day
