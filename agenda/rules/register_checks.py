"""台帳の点検: oddities between the dates and rows of a register. They are reported, never repaired or refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import pairwise

from agenda.rules.register_entry import Column, RegisterEntry
from meetings_app.core.explained import Finding
from meetings_app.core.partial_date import PartialDate
from meetings_app.core.terms import EvaluationOutcome, Precision
from meetings_app.core.wareki import format_wareki

SATURDAY = 5


def check_entries(entries: Sequence[RegisterEntry]) -> list[Finding]:
    """Return the oddities within the rows and between the rows of `entries`, in no particular order."""
    findings: list[Finding] = []
    for entry in entries:
        findings += _check_order_of_dates(entry)
        findings += _check_weekends(entry)
        findings += _check_length(entry)
        findings += _check_evaluation(entry)
    for of_case in _by_case(entries).values():
        findings += _check_numbers(of_case)
        findings += _check_initials(of_case)
        findings += _check_succession(of_case)
    return findings + list(_check_order_of_cases(entries))


def found(
    entry: RegisterEntry, column: Column, code: str, message: str, severity: str = "warning"
) -> Finding:
    """Return a finding at one cell of `entry`, with the cell as written."""
    return Finding(code, message, severity, entry.row, column.value, entry.raw.get(column.value))


@dataclass(frozen=True, slots=True)
class _Rule:
    """`column` should not lie before `than`; the finding stands at `at`."""

    code: str
    column: Column
    than: Column
    at: Column
    message: str


_ORDER = (
    _Rule(
        "decision_before_meeting",
        Column.DECISION,
        Column.MEETING,
        Column.DECISION,
        "支援決定日が会議の開催日より前です。どちらの日付が正しいか確かめてください。",
    ),
    _Rule(
        "period_before_meeting",
        Column.PERIOD,
        Column.MEETING,
        Column.PERIOD,
        "プラン期間の終わりが会議の開催日より前です。どちらの日付が正しいか確かめてください。",
    ),
    _Rule(
        "monitoring_before_meeting",
        Column.MONITORING,
        Column.MEETING,
        Column.MONITORING,
        "次回モニタリングの時期が会議の開催日より前です。時期を確かめてください。",
    ),
    _Rule(
        "monitoring_after_period",
        Column.PERIOD,
        Column.MONITORING,
        Column.MONITORING,
        "次回モニタリングの時期がプラン期間の後です。時期を確かめてください。",
    ),
    _Rule(
        "evaluation_before_meeting",
        Column.EVALUATION_MEETING,
        Column.MEETING,
        Column.EVALUATION_MEETING,
        "評価の会議がプランを確認した会議より前です。どちらの日付が正しいか確かめてください。",
    ),
    _Rule(
        "evaluation_after_period",
        Column.PERIOD,
        Column.EVALUATION_MEETING,
        Column.EVALUATION_MEETING,
        "評価の会議がプラン期間の終わりより後です。期間の延長の有無を確かめてください。",
    ),
    _Rule(
        "evaluation_decision_before_meeting",
        Column.EVALUATION,
        Column.EVALUATION_MEETING,
        Column.EVALUATION,
        "プラン評価の日付が評価の会議より前です。年の書き誤りがないか確かめてください。",
    ),
)


def _date_in(entry: RegisterEntry, column: Column) -> PartialDate | None:
    return {
        Column.MEETING: entry.meeting,
        Column.DECISION: entry.decision,
        Column.PERIOD: entry.period_end,
        Column.MONITORING: entry.next_monitoring,
        Column.EVALUATION_MEETING: entry.evaluation_meeting,
        Column.EVALUATION: entry.evaluation_decision,
    }[column]


def _surely_before(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Return whether `one` lies before `other` whatever days their precision allows."""
    return one is not None and other is not None and one.last_day < other.first_day


def _check_order_of_dates(entry: RegisterEntry) -> Iterator[Finding]:
    for rule in _ORDER:
        if _surely_before(_date_in(entry, rule.column), _date_in(entry, rule.than)):
            yield found(entry, rule.at, rule.code, rule.message)


def _check_weekends(entry: RegisterEntry) -> Iterator[Finding]:
    """A city office decides on working days; a meeting on a weekend is merely unusual."""
    columns = {
        Column.MEETING: "info",
        Column.DECISION: "warning",
        Column.EVALUATION_MEETING: "info",
        Column.EVALUATION: "warning",
    }
    for column, severity in columns.items():
        cell = _date_in(entry, column)
        if cell is None or cell.precision is not Precision.DAY or cell.first_day.weekday() < SATURDAY:
            continue
        message = f"{format_wareki(cell.first_day, weekday=True)}は休日です。日付を確かめてください。"
        yield found(entry, column, "weekend", message, severity)


def _check_length(entry: RegisterEntry) -> Iterator[Finding]:
    """One year runs from the meeting to the day before the same date of the next year."""
    if entry.meeting is None or entry.period_end is None or entry.meeting.precision is not Precision.DAY:
        return
    if entry.meeting.year == MAXYEAR:  # there is no next year to compare with
        return
    same_date = _year_later(entry.meeting.first_day)
    year_end = same_date - timedelta(days=1)
    end = entry.period_end.first_day
    if end == same_date and entry.period_end.precision is Precision.DAY:
        message = "プラン期間の終わりが翌年の同じ日です。会議の日を数えると1年を1日超えます。"
        yield found(entry, Column.PERIOD, "period_to_same_date", message, "info")
    elif end > year_end:
        over = (end - year_end).days
        year = f"1年（{format_wareki(year_end)}まで）"
        message = f"プラン期間が会議の日から{year}を{over}日超えています。期間を確かめてください。"
        yield found(entry, Column.PERIOD, "period_over_one_year", message)


def _year_later(day: date) -> date:
    """Return the same date next year; after 29 February that is 1 March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


_EVALUATION_MESSAGES = {
    "evaluation_outcome_missing": "評価の記載がありますが、結果（終・再・中断）が分かりません。"
    "評価前として扱います。結果を書き足してください。",
    "evaluation_meeting_missing": "評価の結果がありますが、評価の会議の日が分かりません。"
    "評価前として扱います。会議の日を書き足してください。",
    "evaluation_date_missing": "評価の結果に日付が読み取れません。日付を書き足してください。",
    "meeting_missing": "会議の開催日が分かりません。確認前のプランとして扱います。開催日を書き足してください。",
}


def _check_evaluation(entry: RegisterEntry) -> Iterator[Finding]:
    dated = entry.evaluation_meeting is not None or entry.evaluation_decision is not None
    evaluated = entry.outcome is not None
    checks = (
        ("evaluation_outcome_missing", Column.EVALUATION, dated and not evaluated),
        ("evaluation_meeting_missing", Column.EVALUATION_MEETING, evaluated and not entry.evaluation_meeting),
        ("evaluation_date_missing", Column.EVALUATION, evaluated and not entry.evaluation_decision),
        ("meeting_missing", Column.MEETING, entry.meeting is None),
    )
    for code, column, applies in checks:
        if applies:
            yield found(entry, column, code, _EVALUATION_MESSAGES[code])


def _by_case(entries: Sequence[RegisterEntry]) -> Mapping[int, list[RegisterEntry]]:
    cases: dict[int, list[RegisterEntry]] = {}
    for entry in entries:
        cases.setdefault(entry.case, []).append(entry)
    return cases


def _check_numbers(of_case: Sequence[RegisterEntry]) -> Iterator[Finding]:
    first_rows: dict[int, int] = {}
    for entry in of_case:
        if entry.plan in first_rows:
            same = f"番号{entry.case}のプラン{entry.plan}は{first_rows[entry.plan]}行目にもあります。"
            message = f"{same}どちらかを直すか除いてください。"
            yield found(entry, Column.PLAN, "duplicate_plan", message)
            continue
        first_rows[entry.plan] = entry.row
    for entry in of_case:
        gap = entry.plan > 1 and entry.plan - 1 not in first_rows
        if gap and first_rows[entry.plan] == entry.row:
            message = (
                f"番号{entry.case}にはプラン{entry.plan - 1}がありません。抜けた行がないか確かめてください。"
            )
            yield found(entry, Column.PLAN, "plan_gap", message)


def _check_initials(of_case: Sequence[RegisterEntry]) -> Iterator[Finding]:
    first = of_case[0]
    for entry in of_case[1:]:
        if entry.initials != first.initials:
            other = f"{first.row}行目（{first.initials}）"
            message = f"番号{entry.case}の名前が{other}と違います。番号か名前を確かめてください。"
            yield found(entry, Column.INITIALS, "initials_differ", message)


def _check_succession(of_case: Sequence[RegisterEntry]) -> Iterator[Finding]:
    """Compare each plan with the next one of the same case, whatever order their rows stand in."""
    in_order = sorted({entry.plan: entry for entry in reversed(of_case)}.values(), key=lambda e: e.plan)
    for plan, following in pairwise(in_order):
        if _surely_before(following.meeting, plan.meeting):
            message = f"プラン{following.plan}の会議がプラン{plan.plan}の会議より前です。日付か番号を確かめてください。"
            yield found(following, Column.MEETING, "plans_out_of_order", message)
        elif _surely_before(following.meeting, plan.evaluation_meeting):
            message = f"プラン{plan.plan}の評価より前にプラン{following.plan}が作られています。日付を確かめてください。"
            yield found(following, Column.MEETING, "plan_before_evaluation", message)
        if plan.outcome is EvaluationOutcome.ENDED:
            message = (
                f"「終」ですが、プラン{following.plan}があります。「再」の書き誤りでないか確かめてください。"
            )
            yield found(plan, Column.EVALUATION, "ended_but_replanned", message)
        if plan.outcome is None and plan.evaluation_meeting is None:
            message = f"評価の記録がないまま、プラン{following.plan}があります。評価を書き足してください。"
            yield found(plan, Column.EVALUATION, "replanned_without_evaluation", message)


def _check_order_of_cases(entries: Sequence[RegisterEntry]) -> Iterator[Finding]:
    """Registers list people by the day of their first plan."""
    latest: RegisterEntry | None = None
    for of_case in _by_case(entries).values():
        first = of_case[0]
        if first.meeting is None:
            continue
        if latest is not None and _surely_before(first.meeting, latest.meeting):
            message = (
                f"会議の開催日が{latest.row}行目より前で、日付の順に並んでいません。日付を確かめてください。"
            )
            yield found(first, Column.MEETING, "out_of_date_order", message, "info")
        else:
            latest = first
