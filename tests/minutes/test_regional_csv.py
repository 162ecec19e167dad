"""The regional table as CSV, checked as bytes."""

import csv
import io

import pytest

from meetings_app.core.terms import MUNICIPALITIES, IssueCategory
from minutes.regional_csv import regional_csv
from minutes.rules.regional import PublishedTable, RegionalSummary, summarise, suppress


def published(*municipalities: str) -> PublishedTable:
    categories = (IssueCategory.HOUSING, IssueCategory.WORK)
    return suppress(RegionalSummary(categories, municipalities, ((4, 0), (0, 1030)), 10))


def test_bytes_are_those_a_spreadsheet_expects() -> None:
    assert regional_csv(published("釧路市", "釧路町")) == (
        b"\xef\xbb\xbf"
        + (
            "category,municipality,count\r\n"
            "住まい・保証人,釧路市,秘匿\r\n"
            "住まい・保証人,釧路町,0\r\n"
            "就労・中間的就労,釧路市,0\r\n"
            "就労・中間的就労,釧路町,1030\r\n"
            "住まい・保証人,計,秘匿\r\n"
            "就労・中間的就労,計,1030\r\n"
            "計,釧路市,秘匿\r\n"
            "計,釧路町,1030\r\n"
            "計,計,秘匿\r\n"
        ).encode()
    )


def test_full_region_has_every_row_once_in_order() -> None:
    data = regional_csv(suppress(summarise([(IssueCategory.WINTER, "白糠町")] * 12, MUNICIPALITIES, 10)))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["category", "municipality", "count"]
    assert len(rows) == 1 + 14 * 8 + 14 + 8 + 1
    assert rows[1] == ["住まい・保証人", "釧路市", "0"]
    assert rows[2] == ["住まい・保証人", "釧路町", "0"]
    assert ["冬期(燃料・除雪)", "白糠町", "12"] in rows
    assert rows[-1] == ["計", "計", "12"]
    assert {len(row) for row in rows} == {3}
    assert len({tuple(row[:2]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1", " =1", "\u3000=1"]
)
def test_names_like_formulas_are_defused(name: str) -> None:
    text = regional_csv(published(name, "釧路町")).decode("utf-8-sig")
    names = [row[1] for row in csv.reader(io.StringIO(text, newline=""))]
    assert name not in names
    assert f"'{name}" in names


def test_commas_and_quotes_stay_inside_their_field() -> None:
    text = regional_csv(published('釧路"市", 西', "釧路町")).decode("utf-8-sig")
    assert '住まい・保証人,"釧路""市"", 西",秘匿\r\n' in text


def test_every_line_ends_in_crlf() -> None:
    data = regional_csv(published("釧路市", "釧路町"))
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 10
