import csv
from datetime import date
from pathlib import Path

import agenda
from agenda.rules.due import PlanFacts
from agenda.rules.monthly import MonthlyRow, monthly_table
from agenda.rules.register import facts_of, read_register
from meetings_app.core.terms import EvaluationOutcome

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"


def real_plans() -> list[PlanFacts]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return facts_of(read_register(list(csv.reader(file))).entries)


def test_the_real_register_month_by_month() -> None:
    table = monthly_table(real_plans(), 2013)
    assert table == [
        MonthlyRow(month=4, plan_1=0, plan_2=0, plan_3=0, ended=0),
        MonthlyRow(month=5, plan_1=0, plan_2=0, plan_3=0, ended=0),
        MonthlyRow(month=6, plan_1=0, plan_2=0, plan_3=0, ended=0),
        MonthlyRow(month=7, plan_1=7, plan_2=0, plan_3=0, ended=3),
        MonthlyRow(month=8, plan_1=3, plan_2=0, plan_3=0, ended=0),
        MonthlyRow(month=9, plan_1=1, plan_2=0, plan_3=0, ended=2),
        MonthlyRow(month=10, plan_1=1, plan_2=1, plan_3=0, ended=3),
        MonthlyRow(month=11, plan_1=3, plan_2=0, plan_3=0, ended=0),
        MonthlyRow(month=12, plan_1=1, plan_2=2, plan_3=0, ended=2),
        MonthlyRow(month=1, plan_1=3, plan_2=0, plan_3=0, ended=0),
        MonthlyRow(month=2, plan_1=3, plan_2=0, plan_3=0, ended=1),
        MonthlyRow(month=3, plan_1=0, plan_2=3, plan_3=2, ended=2),
    ]
    sums = (
        sum(row.plan_1 for row in table),
        sum(row.plan_2 for row in table),
        sum(row.plan_3 for row in table),
        sum(row.ended for row in table),
    )
    assert sums == (22, 6, 2, 13)


def test_the_printed_rows_counted_as_text_give_the_same_months() -> None:
    """The register's own cells, without the reader: 「H25年7月…」 in a column, and 終 where a plan ended."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def met(column: str, row: MonthlyRow) -> list[dict[str, str]]:
        year = 25 if row.month >= 4 else 26
        return [cells for cells in rows if cells[column].startswith(f"H{year}年{row.month}月")]

    for row in monthly_table(real_plans(), 2013):
        plans = [cells["プラン"] for cells in met("支援調整会議開催日", row)]
        evaluations = [cells["プラン評価"] for cells in met("評価_支援調整会議開催日", row)]
        assert [plans.count(f"プラン{number}") for number in (1, 2, 3)] == [
            row.plan_1,
            row.plan_2,
            row.plan_3,
        ]
        assert sum(text.startswith("終") for text in evaluations) == row.ended


def test_only_meetings_of_the_fiscal_year_count() -> None:
    plans = [
        PlanFacts(1, 1, meeting=date(2013, 3, 31)),
        PlanFacts(2, 1, meeting=date(2013, 4, 1)),
        PlanFacts(3, 1, meeting=date(2014, 3, 31)),
        PlanFacts(4, 1, meeting=date(2014, 4, 1)),
        PlanFacts(5, 1),
    ]
    counted = {row.month: row.plan_1 for row in monthly_table(plans, 2013) if row.plan_1}
    assert counted == {4: 1, 3: 1}


def test_a_plan_of_last_year_ends_this_year() -> None:
    plan = PlanFacts(
        1, 2, meeting=date(2013, 1, 9), evaluated_on=date(2013, 5, 8), outcome=EvaluationOutcome.ENDED
    )
    may = monthly_table([plan], 2013)[1]
    assert may == MonthlyRow(month=5, plan_1=0, plan_2=0, plan_3=0, ended=1)


def test_replanning_and_suspension_are_no_endings() -> None:
    plans = [
        PlanFacts(1, 1, evaluated_on=date(2013, 5, 8), outcome=EvaluationOutcome.REPLAN),
        PlanFacts(2, 1, evaluated_on=date(2013, 5, 8), outcome=EvaluationOutcome.SUSPENDED),
    ]
    assert sum(row.ended for row in monthly_table(plans, 2013)) == 0


def test_later_plans_have_their_own_count() -> None:
    plans = [PlanFacts(1, number, meeting=date(2013, 4, 10)) for number in (3, 4, 5)]
    assert monthly_table(plans, 2013)[0] == MonthlyRow(
        month=4, plan_1=0, plan_2=0, plan_3=1, ended=0, later=2
    )
