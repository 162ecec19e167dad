import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import agenda
from agenda.rules.register import RegisterReading, facts_of, read_register, recognise_heading
from agenda.rules.register_entry import Column, RegisterEntry
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding
from meetings_app.core.terms import EvaluationOutcome, Precision

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
PERIOD, EVALUATION = "プラン期間", "プラン評価"
GOOD = {
    "番号": "1",
    "名前(イニシャル)": "A.B",
    "プラン": "プラン1",
    "支援調整会議開催日": "H25年7月1日",
    "支援決定日": "H25年7月4日",
    "プラン期間": "H25年12月27日",
    "次回モニタリング時期": "H25年9月",
    "評価_支援調整会議開催日": "",
    "プラン評価": "",
}


def sample() -> RegisterReading:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return read_register(list(csv.reader(file)))


def row(**changes: str) -> list[str]:
    """One good row with the named cells changed."""
    cells = GOOD | changes
    return [cells[name] for name in HEADING]


def read(*rows: list[str]) -> RegisterReading:
    return read_register([HEADING, *rows])


def odd(
    reading: RegisterReading, *, ignore: str = "month_only"
) -> list[tuple[int | None, str | None, str, str]]:
    return [(f.row, f.column, f.code, f.severity) for f in reading.findings if f.code != ignore]


def only(reading: RegisterReading) -> RegisterEntry:
    (entry,) = reading.entries
    return entry


# --- the real register -------------------------------------------------------------------------------------------


def test_the_real_register_has_30_plans_of_22_people_on_20_meeting_days() -> None:
    entries = sample().entries
    assert len(entries) == 30
    assert {entry.case for entry in entries} == set(range(1, 23))
    meetings = {e.meeting.first_day for e in entries if e.meeting}
    evaluations = {e.evaluation_meeting.first_day for e in entries if e.evaluation_meeting}
    assert len(meetings | evaluations) == 20


def test_every_oddity_of_the_real_register() -> None:
    spaces, blank, rough = "stray_spaces", "not_evaluated", "imprecise_date"
    assert odd(sample()) == [
        (2, PERIOD, rough, "info"),  # H25年12月下旬
        (2, EVALUATION, spaces, "info"),
        (4, EVALUATION, spaces, "info"),
        (5, "支援決定日", "weekend", "warning"),  # Saturday 2013-07-13
        (6, "支援決定日", spaces, "info"),
        (7, "支援決定日", "weekend", "warning"),  # Saturday 2013-07-13
        (7, PERIOD, rough, "info"),  # H25年10月末日
        (8, PERIOD, rough, "info"),  # H26年1月下旬
        (9, EVALUATION, spaces, "info"),
        (10, PERIOD, rough, "info"),  # H26年2月末日
        (10, EVALUATION, spaces, "info"),
        (11, PERIOD, spaces, "info"),
        (11, EVALUATION, "ended_but_replanned", "warning"),  # No. 9
        (13, PERIOD, "period_over_one_year", "warning"),
        (13, PERIOD, spaces, "info"),
        (13, EVALUATION, blank, "info"),
        (14, EVALUATION, spaces, "info"),
        (15, EVALUATION, "evaluation_decision_before_meeting", "warning"),  # No. 11
        (16, PERIOD, "period_over_one_year", "warning"),
        (16, PERIOD, spaces, "info"),
        (16, EVALUATION, blank, "info"),
        (18, PERIOD, "period_over_one_year", "warning"),
        (18, PERIOD, spaces, "info"),
        (18, EVALUATION, blank, "info"),
        (19, EVALUATION, spaces, "info"),
        (21, PERIOD, "period_over_one_year", "warning"),
        (21, PERIOD, spaces, "info"),
        (21, EVALUATION, blank, "info"),
        (24, PERIOD, "period_over_one_year", "warning"),
        (24, PERIOD, spaces, "info"),
        (24, EVALUATION, blank, "info"),
        (25, PERIOD, "period_to_same_date", "info"),  # H25年12月16日 to H26年12月16日
        (25, PERIOD, spaces, "info"),
        (25, EVALUATION, spaces, "info"),
        (26, PERIOD, spaces, "info"),
        (26, EVALUATION, blank, "info"),
        (27, PERIOD, spaces, "info"),
        (27, EVALUATION, blank, "info"),
        (28, PERIOD, spaces, "info"),
        (28, EVALUATION, blank, "info"),
        (29, PERIOD, spaces, "info"),
        (29, EVALUATION, blank, "info"),
        (30, PERIOD, spaces, "info"),
        (30, EVALUATION, blank, "info"),
        (31, "支援調整会議開催日", "out_of_date_order", "info"),  # No. 22
        (31, PERIOD, spaces, "info"),
        (31, EVALUATION, "separator", "warning"),  # 終・H26年2月28日
    ]


def test_monitoring_is_planned_by_the_month_in_every_row_of_the_real_register() -> None:
    months = [f for f in sample().findings if f.code == "month_only"]
    assert [(f.row, f.column, f.severity) for f in months] == [
        (number, "次回モニタリング時期", "info") for number in range(2, 32)
    ]


def test_the_wrong_year_of_no_11_is_kept_and_told() -> None:
    reading = sample()
    (entry,) = [e for e in reading.entries if (e.case, e.plan) == (11, 1)]
    assert entry.evaluation_decision is not None
    assert entry.evaluation_decision.first_day == date(2013, 3, 28)
    assert entry.raw[EVALUATION] == "再 H25年3月28日"
    (finding,) = [f for f in reading.findings if f.code == "evaluation_decision_before_meeting"]
    assert finding.raw == "再 H25年3月28日"
    assert finding.message == "プラン評価の日付が評価の会議より前です。年の書き誤りがないか確かめてください。"


def test_the_days_over_a_year_are_counted_from_the_meeting() -> None:
    over = {f.row: f.message for f in sample().findings if f.code == "period_over_one_year"}
    assert "1年（平成27年3月24日まで）を7日超えて" in over[13]
    assert "1年（平成27年3月27日まで）を4日超えて" in over[18]


def test_rows_of_the_real_register() -> None:
    entries = {(e.case, e.plan): e for e in sample().entries}
    first = entries[1, 1]
    assert (first.row, first.initials, first.outcome) == (2, "E.U", EvaluationOutcome.ENDED)
    assert first.period_end is not None
    assert (first.period_end.precision, first.period_end.last_day) == (Precision.LATE, date(2013, 12, 31))
    ditto = entries[9, 3]
    assert (ditto.row, ditto.initials, ditto.outcome, ditto.evaluation_meeting) == (13, "F.N", None, None)
    assert ditto.raw["番号"] == ""
    assert ditto.raw["名前(イニシャル)"] == "同上"
    assert entries[13, 1].outcome is EvaluationOutcome.REPLAN
    last = entries[22, 1]
    assert last.outcome is EvaluationOutcome.ENDED
    assert last.evaluation_decision is not None
    assert last.evaluation_decision.first_day == date(2014, 2, 28)


# --- heading -----------------------------------------------------------------------------------------------------


def test_heading_in_another_order_width_and_spacing() -> None:
    cells = [
        "\ufeff プラン評価 ",
        "番　号",
        "名前（イニシャル）",
        "ﾌﾟﾗﾝ",
        "備考",
        "評価＿支援調整会議開催日",
        "支援調整会議 開催日",
        "支援決定日",
        "プラン期間",
        "次回モニタリング時期",
    ]
    heading = recognise_heading(cells)
    assert heading.places[Column.EVALUATION] == 0
    assert heading.places[Column.CASE] == 1
    assert heading.places[Column.MEETING] == 6
    assert heading.others == {4: "備考"}


def test_cells_follow_their_heading() -> None:
    reading = read_register([[*HEADING[::-1], "備考", "備考"], [*row()[::-1], "x", "y"]])
    entry = only(reading)
    assert (entry.case, entry.plan, entry.initials) == (1, 1, "A.B")
    assert entry.raw["備考"] == "x"
    assert entry.raw["備考 (11列目)"] == "y"
    assert [(f.row, f.column) for f in reading.findings if f.code == "unknown_column"] == [
        (1, "備考"),
        (1, "備考 (11列目)"),
    ]


def test_a_missing_heading_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="「支援決定日」がありません"):
        read_register([[name for name in HEADING if name != "支援決定日"]])
    with pytest.raises(Refused, match="プラン台帳として読めません"):
        read_register([])


def test_a_heading_given_twice_is_refused() -> None:
    with pytest.raises(Refused, match="「支援調整会議開催日」が2つ"):
        read_register([[*HEADING, "支援調整会議開催日"]])


# --- rows --------------------------------------------------------------------------------------------------------


def test_a_good_row_has_no_oddity() -> None:
    reading = read(row())
    assert odd(reading) == []
    assert only(reading).raw == GOOD


def test_blank_rows_are_passed_over_and_counted() -> None:
    reading = read(row(), [], ["", " ", "　"], row(番号="2"))
    assert [entry.row for entry in reading.entries] == [2, 5]


def test_short_rows_are_filled_up_and_cells_without_heading_told() -> None:
    reading = read(row()[:7], [*row(番号="2"), "", "メモ"])
    assert [entry.case for entry in reading.entries] == [1, 2]
    assert odd(reading) == [(2, None, "missing_cells", "warning"), (3, None, "extra_cells", "warning")]
    assert reading.entries[1].raw["列11"] == "メモ"


@pytest.mark.parametrize("mark", ["同上", " 同 上 ", "〃"])
def test_ditto_takes_the_case_above(mark: str) -> None:
    second = row(番号="", プラン="プラン2", 支援調整会議開催日="H25年8月1日", 支援決定日="H25年8月1日")
    second[1] = mark
    reading = read(row(評価_支援調整会議開催日="H25年8月1日", プラン評価="再 H25年8月1日"), second)
    assert [(e.case, e.plan, e.initials) for e in reading.entries] == [(1, 1, "A.B"), (1, 2, "A.B")]
    assert odd(reading) == []


def named(initials: str, **changes: str) -> list[str]:
    cells = row(**changes)
    cells[1] = initials
    return cells


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([named("同上", 番号="")], [(2, "番号", "case_above_unknown", "refused")]),
        ([named("A.B", 番号="")], [(2, "番号", "case_missing", "refused")]),
        ([named("", 番号="")], [(2, "番号", "case_missing", "refused")]),
        ([named("A.B", 番号="A1")], [(2, "番号", "case_unreadable", "refused")]),
        ([named("A.B", 番号="0")], [(2, "番号", "case_unreadable", "refused")]),
        ([named("A.B", 番号="1.5")], [(2, "番号", "case_unreadable", "refused")]),
        (
            [named("A.B", 番号="?"), named("同上", 番号="")],
            [(2, "番号", "case_unreadable", "refused"), (3, "番号", "case_above_unknown", "refused")],
        ),
        ([row(プラン="プラン")], [(2, "プラン", "plan_unreadable", "refused")]),
        ([row(プラン="プラン0")], [(2, "プラン", "plan_unreadable", "refused")]),
        ([row(プラン="")], [(2, "プラン", "plan_unreadable", "refused")]),
    ],
)
def test_impossible_rows_are_left_out(
    rows: list[list[str]], expected: list[tuple[int, str, str, str]]
) -> None:
    reading = read(*rows)
    assert reading.entries == ()
    assert odd(reading) == expected


def test_a_row_without_any_date_is_left_out_but_names_the_case_for_the_next() -> None:
    undated = dict.fromkeys(HEADING[3:8], "") | {EVALUATION: "終・再 H 年 月 日"}
    ditto = named("同上", 番号="", プラン="プラン1")
    reading = read(row(番号="7", **undated), ditto)
    assert [(e.row, e.case) for e in reading.entries] == [(3, 7)]
    assert odd(reading) == [(2, None, "no_date", "refused"), (2, EVALUATION, "not_evaluated", "info")]


def test_full_width_numbers_and_bare_plan_numbers_are_read() -> None:
    entry = only(read(row(番号="１２", プラン="1")))
    assert (entry.case, entry.plan) == (12, 1)


def test_initials_that_do_not_fit() -> None:
    reading = read(
        row(),
        named("C.D", プラン="プラン2", 支援調整会議開催日="H25年7月2日"),
        named("同上", 番号="5", 支援調整会議開催日="H25年7月3日"),
    )
    assert (3, "名前(イニシャル)", "initials_differ", "warning") in odd(reading)
    assert (4, "名前(イニシャル)", "ditto_with_other_number", "warning") in odd(reading)
    assert reading.entries[2].initials == ""


# --- dates -------------------------------------------------------------------------------------------------------


def test_an_unreadable_date_is_a_finding_and_the_row_stays() -> None:
    reading = read(row(支援決定日="H25年2月30日"))
    assert only(reading).decision is None
    assert odd(reading) == [(2, "支援決定日", "unreadable_date", "warning")]
    assert reading.findings[0].raw == "H25年2月30日"


def test_a_year_left_out_is_taken_from_the_meeting_and_told() -> None:
    reading = read(row(プラン期間="10月末日"))
    entry = only(reading)
    assert entry.period_end is not None
    assert entry.period_end.last_day == date(2013, 10, 31)
    assert odd(reading) == [(2, PERIOD, "imprecise_date", "info"), (2, PERIOD, "year_assumed", "warning")]


def test_a_year_left_out_without_a_meeting_cannot_be_read() -> None:
    reading = read(row(支援調整会議開催日="", プラン期間="10月末日"))
    assert odd(reading) == [
        (2, "支援調整会議開催日", "meeting_missing", "warning"),
        (2, PERIOD, "unreadable_date", "warning"),
    ]


@pytest.mark.parametrize(
    ("changes", "column", "code", "severity"),
    [
        ({"支援決定日": "H25年6月28日"}, "支援決定日", "decision_before_meeting", "warning"),
        ({"支援決定日": "H25年7月7日"}, "支援決定日", "weekend", "warning"),
        ({"支援調整会議開催日": "H25年6月30日"}, "支援調整会議開催日", "weekend", "info"),
        (
            {"プラン期間": "H25年6月28日", "次回モニタリング時期": ""},
            PERIOD,
            "period_before_meeting",
            "warning",
        ),
        (
            {"次回モニタリング時期": "H25年6月"},
            "次回モニタリング時期",
            "monitoring_before_meeting",
            "warning",
        ),
        ({"次回モニタリング時期": "H26年1月"}, "次回モニタリング時期", "monitoring_after_period", "warning"),
        ({"プラン期間": "H26年7月1日"}, PERIOD, "period_to_same_date", "info"),
        ({"プラン期間": "H26年7月2日"}, PERIOD, "period_over_one_year", "warning"),
        ({"プラン期間": "H26年7月末日"}, PERIOD, "period_over_one_year", "warning"),
    ],
)
def test_dates_that_do_not_fit(changes: dict[str, str], column: str, code: str, severity: str) -> None:
    assert (2, column, code, severity) in odd(read(row(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"支援決定日": "H25年7月1日"},
        {"プラン期間": "H25年7月1日", "次回モニタリング時期": "H25年7月"},
        {"次回モニタリング時期": "H25年7月"},
        {"次回モニタリング時期": "H25年12月"},
        {"プラン期間": "H26年6月30日"},
        {"評価_支援調整会議開催日": "H25年7月2日", "プラン評価": "終 H25年7月2日"},
        {"評価_支援調整会議開催日": "H25年12月27日", "プラン評価": "終 H26年1月6日"},
    ],
)
def test_dates_that_fit(changes: dict[str, str]) -> None:
    assert odd(read(row(**changes))) == []


def test_a_year_from_29_february_ends_on_28_february() -> None:
    meeting = {
        "支援調整会議開催日": "H28年2月29日",
        "支援決定日": "H28年2月29日",
        "次回モニタリング時期": "H28年5月",
    }
    assert odd(read(row(**meeting, プラン期間="H29年2月28日"))) == []
    assert [code for _, _, code, _ in odd(read(row(**meeting, プラン期間="H29年3月2日")))] == [
        "period_over_one_year"
    ]


@pytest.mark.parametrize(
    ("meeting", "evaluation", "code", "column"),
    [
        ("H25年6月28日", "終 H25年7月4日", "evaluation_before_meeting", "評価_支援調整会議開催日"),
        ("H26年1月6日", "終 H26年1月6日", "evaluation_after_period", "評価_支援調整会議開催日"),
        ("H25年9月3日", "終 H25年9月2日", "evaluation_decision_before_meeting", EVALUATION),
        ("H25年9月3日", "終 H25年9月7日", "weekend", EVALUATION),
        ("H25年9月8日", "終 H25年9月9日", "weekend", "評価_支援調整会議開催日"),
        ("H25年9月3日", "", "evaluation_outcome_missing", EVALUATION),
        ("H25年9月3日", "終・再 H 年 月 日", "evaluation_outcome_missing", EVALUATION),
        ("H25年9月3日", "終・再 H25年9月4日", "outcome_unclear", EVALUATION),
        ("H25年9月3日", "H25年9月4日", "evaluation_outcome_missing", EVALUATION),
        ("", "H25年9月4日", "evaluation_outcome_missing", EVALUATION),
        ("", "終 H25年9月4日", "evaluation_meeting_missing", "評価_支援調整会議開催日"),
        ("H25年9月3日", "終 H 年 月 日", "evaluation_date_missing", EVALUATION),
        ("H25年9月3日", "終", "evaluation_date_missing", EVALUATION),
        ("H25年9月3日", "継続", "unreadable_date", EVALUATION),
        ("H25年9月3日", "終／H25年9月4日", "separator", EVALUATION),
    ],
)
def test_evaluations_that_do_not_fit(meeting: str, evaluation: str, code: str, column: str) -> None:
    found = odd(read(row(評価_支援調整会議開催日=meeting, プラン評価=evaluation)))
    assert (column, code) in [(f[1], f[2]) for f in found]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("終 H25年9月4日", EvaluationOutcome.ENDED),
        ("終結 H25年9月4日", EvaluationOutcome.ENDED),
        ("終H25年9月4日", EvaluationOutcome.ENDED),
        ("再 H25年9月4日", EvaluationOutcome.REPLAN),
        ("再プラン　H25年9月4日", EvaluationOutcome.REPLAN),
        ("中 H25年9月4日", EvaluationOutcome.SUSPENDED),
        ("中断 H25年9月4日", EvaluationOutcome.SUSPENDED),
    ],
)
def test_outcomes(text: str, outcome: EvaluationOutcome) -> None:
    reading = read(row(評価_支援調整会議開催日="H25年9月3日", プラン評価=text))
    entry = only(reading)
    assert entry.outcome is outcome
    assert entry.evaluation_decision is not None
    assert entry.evaluation_decision.first_day == date(2013, 9, 4)
    assert odd(reading) == []


# --- between rows ------------------------------------------------------------------------------------------------


def test_duplicates_gaps_and_order_of_plans() -> None:
    ended = {"評価_支援調整会議開催日": "H25年9月3日", "プラン評価": "再 H25年9月3日"}
    reading = read(
        row(**ended),
        row(**ended),
        row(プラン="プラン3", 支援調整会議開催日="H25年8月1日", 支援決定日="H25年8月1日"),
        row(番号="2", プラン="プラン2"),
    )
    assert odd(reading) == [
        (3, "プラン", "duplicate_plan", "warning"),
        (4, "プラン", "plan_gap", "warning"),
        (4, "支援調整会議開催日", "plan_before_evaluation", "warning"),
        (5, "プラン", "plan_gap", "warning"),
    ]
    assert "2行目にもあります" in reading.findings[1].message
    assert len(reading.entries) == 4


def test_a_later_plan_without_or_despite_an_evaluation() -> None:
    later = {"プラン": "プラン2", "支援調整会議開催日": "H25年9月3日", "支援決定日": "H25年9月3日"}
    ended = {"評価_支援調整会議開催日": "H25年9月3日", "プラン評価": "終 H25年9月3日"}
    paused = {"評価_支援調整会議開催日": "H25年9月3日", "プラン評価": "中断 H25年9月3日"}
    assert [f[:3] for f in odd(read(row(), row(**later)))] == [
        (2, EVALUATION, "replanned_without_evaluation")
    ]
    assert [f[:3] for f in odd(read(row(**ended), row(**later)))] == [(2, EVALUATION, "ended_but_replanned")]
    assert odd(read(row(**paused), row(**later))) == []


def test_plans_whose_meetings_run_backwards() -> None:
    reading = read(
        row(評価_支援調整会議開催日="H25年9月3日", プラン評価="再 H25年9月3日"),
        row(プラン="プラン2", 支援調整会議開催日="H25年6月28日", 支援決定日="H25年6月28日"),
    )
    assert odd(reading) == [(3, "支援調整会議開催日", "plans_out_of_order", "warning")]


def test_one_row_out_of_order_does_not_blame_those_after_it() -> None:
    reading = read(
        row(支援調整会議開催日="H25年7月2日"),
        row(番号="2", 支援調整会議開催日="H25年7月1日"),
        row(番号="3", 支援調整会議開催日="H25年7月2日"),
    )
    assert odd(reading) == [(3, "支援調整会議開催日", "out_of_date_order", "info")]


def test_every_message_says_something_in_japanese() -> None:
    finding: Finding
    for finding in sample().findings:
        assert finding.message.endswith("。")
        assert finding.severity in {"info", "warning", "refused"}


# --- facts for the due rule --------------------------------------------------------------------------------------


def test_facts_take_the_last_day_of_the_precision() -> None:
    facts = {(f.case, f.plan): f for f in facts_of(sample().entries)}
    first = facts[1, 1]
    assert first.meeting == date(2013, 7, 1)
    assert first.period_end == date(2013, 12, 31)
    assert first.monitoring_due == date(2013, 9, 30)
    assert (first.evaluated_on, first.outcome) == (date(2013, 12, 20), EvaluationOutcome.ENDED)
    open_plan = facts[17, 1]
    assert (open_plan.evaluated_on, open_plan.outcome) == (None, None)


def test_half_an_evaluation_is_none() -> None:
    (facts,) = facts_of(read(row(評価_支援調整会議開催日="H25年9月3日")).entries)
    assert (facts.evaluated_on, facts.outcome) == (None, None)


# --- whatever the rows hold --------------------------------------------------------------------------------------

cells = st.text(alphabet="H25年12月末日終再・ 同上プラン中下旬", max_size=12) | st.sampled_from(
    ["1", "2", "同上", "プラン1", "プラン2", "H25年7月1日", "10月末日", "終 H25年7月9日"]
)


@given(st.lists(st.lists(cells, max_size=11), max_size=6))
@settings(max_examples=150, deadline=None)
def test_each_row_is_read_refused_or_blank(rows: list[list[str]]) -> None:
    reading = read_register([HEADING, *rows])
    read_rows = {entry.row for entry in reading.entries}
    refused = {f.row for f in reading.findings if f.severity == "refused"}
    filled = {number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)}
    assert read_rows.isdisjoint(refused)
    assert read_rows | refused == filled


@pytest.mark.parametrize(
    "text",
    [
        "中間評価 H25年9月4日",
        "再検討",
        "終了せず",
        "中止 H25年9月4日",
        "終 or 再",
        "終 H25年9月4日・再",
        "終再 H25年9月4日",
        "再・終 H25年9月4日",
        "終・中断 H25年9月4日",
        "中断・再 H25年9月4日",
        "再→終 H25年9月4日",
    ],
)
def test_no_outcome_is_guessed_from_other_words_or_from_two(text: str) -> None:
    reading = read(row(評価_支援調整会議開催日="H25年9月3日", プラン評価=text))
    assert only(reading).outcome is None
    (facts,) = facts_of(reading.entries)
    assert (facts.evaluated_on, facts.outcome) == (None, None)
    assert (2, EVALUATION, "evaluation_outcome_missing", "warning") in odd(reading)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("終（H25年9月4日）", EvaluationOutcome.ENDED),
        ("終了 H25年9月4日", EvaluationOutcome.ENDED),
        ("再 H25年9月4日(水)", EvaluationOutcome.REPLAN),
        ("中断 2013-09-04", EvaluationOutcome.SUSPENDED),
    ],
)
def test_outcomes_in_other_spellings(text: str, outcome: EvaluationOutcome) -> None:
    entry = only(read(row(評価_支援調整会議開催日="H25年9月3日", プラン評価=text)))
    assert entry.outcome is outcome
    assert entry.evaluation_decision is not None
    assert entry.evaluation_decision.first_day == date(2013, 9, 4)


def test_an_outcome_stands_although_its_date_does_not_exist() -> None:
    reading = read(row(評価_支援調整会議開催日="H25年9月3日", プラン評価="終 H25年9月31日"))
    assert only(reading).outcome is EvaluationOutcome.ENDED
    assert (2, EVALUATION, "unreadable_date", "warning") in odd(reading)


@pytest.mark.parametrize("text", ["H25年12月27日(金)", "H25年12月27日（金）", "平成25年12月27日 （金曜日） "])
def test_a_weekday_after_a_date_is_read_past(text: str) -> None:
    reading = read(row(プラン期間=text))
    period = only(reading).period_end
    assert period is not None
    assert period.last_day == date(2013, 12, 27)
    assert only(reading).raw[PERIOD] == text
    assert "weekday_differs" not in {finding.code for finding in reading.findings}


def test_a_weekday_that_is_not_the_dates_is_reported() -> None:
    reading = read(row(プラン期間="H25年12月27日(木)"))
    assert odd(reading) == [(2, PERIOD, "weekday_differs", "warning")]
    (finding,) = [finding for finding in reading.findings if finding.code == "weekday_differs"]
    assert "平成25年12月27日（金）" in finding.message


def test_a_row_without_initials_is_reported() -> None:
    assert odd(read(named(""))) == [(2, "名前(イニシャル)", "initials_missing", "warning")]


def test_dates_at_the_end_of_the_calendar_are_read() -> None:
    last = "9999-12-31"
    cells = {
        "支援調整会議開催日": last,
        "支援決定日": last,
        "プラン期間": last,
        "次回モニタリング時期": "9999-12",
    }
    period = only(read(row(**cells))).period_end
    assert period is not None
    assert period.last_day == date(9999, 12, 31)
