"""圏域のまとめ by period and edition: what may be read side by side without giving a hidden number away."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from meetings_app.core.errors import NotFound
from meetings_app.core.terms import MUNICIPALITIES, IssueStatus
from meetings_app.services.office_settings import get_number
from minutes.rules.regional import PublishedTable, summarise, suppress
from minutes.rules.regional_periods import (
    HalfYear,
    combine,
    combine_counts,
    half_year_of,
    half_years_between,
    show_only_where,
)
from minutes.services.issues import issues_of_region
from minutes.tables import RegionalIssue

ALL = ""
"""The period of everything on record."""


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """期間: all, a fiscal year (`half` None) or a half-year. `key` stands in addresses: 2013, 2013-1, ""."""

    key: str
    fiscal_year: int | None = None
    half: int | None = None


@dataclass(frozen=True, slots=True)
class RegionalReport:
    """圏域のまとめ of one period and edition.

    `resolved` and `acted` are None where they are too few to be told. `trend` holds one table per shortest
    period of the edition, oldest first: half-years inside, fiscal years outside. `running` says that the last
    day of the period is still to come.
    """

    table: PublishedTable
    period: PeriodChoice
    choices: tuple[PeriodChoice, ...]
    outside: bool
    resolved: int | None
    acted: int | None
    trend: tuple[tuple[PeriodChoice, PublishedTable], ...]
    first_day: date
    last_day: date
    running: bool


class _Region:
    """Every issue of the region by half-year, with both thresholds; protects tables on demand."""

    def __init__(self, session: Session, committee_id: str, today: date) -> None:
        self.issues = issues_of_region(session, committee_id)
        days = [issue.raised_on for issue in self.issues] or [today]
        self.half_years = half_years_between(min(days), max(days))
        self.inside_threshold = get_number(session, "regional.threshold_inside")
        self.outside_threshold = get_number(session, "regional.threshold_outside")
        self.inside = {
            half: self._protected(self.raised([half]), self.inside_threshold) for half in self.half_years
        }

    def raised(self, half_years: Sequence[HalfYear]) -> list[RegionalIssue]:
        return [issue for issue in self.issues if half_year_of(issue.raised_on) in half_years]

    def _protected(self, issues: Sequence[RegionalIssue], threshold: int) -> PublishedTable:
        counted = [(issue.category, issue.municipality) for issue in issues]
        return suppress(summarise(counted, MUNICIPALITIES, threshold), threshold)

    def years(self, half_years: Sequence[HalfYear]) -> list[list[HalfYear]]:
        years = dict.fromkeys(half.fiscal_year for half in half_years)
        return [[half for half in self.half_years if half.fiscal_year == year] for year in years]

    def outside_year(self, year: Sequence[HalfYear]) -> PublishedTable:
        protected = self._protected(self.raised(year), self.outside_threshold)
        return show_only_where(protected, combine([self.inside[half] for half in year]))

    def table(self, half_years: Sequence[HalfYear], *, outside: bool) -> PublishedTable:
        if outside:
            return combine([self.outside_year(year) for year in self.years(half_years)])
        return combine([self.inside[half] for half in half_years])

    def with_status(
        self, half_years: Sequence[HalfYear], status: IssueStatus, *, outside: bool
    ) -> int | None:
        """Return how many stand at a status now; hidden like a number of the table."""
        counts = Counter(half_year_of(issue.raised_on) for issue in self.issues if issue.status is status)
        inside = combine_counts([counts[half] for half in half_years], self.inside_threshold)
        if inside is None or not outside:
            return inside
        years = [sum(counts[half] for half in year) for year in self.years(half_years)]
        return combine_counts(years, self.outside_threshold)


def regional_report(
    session: Session, committee_id: str, *, outside: bool, period: str, today: date
) -> RegionalReport:
    """圏域のまとめ: `period` is "", a fiscal year (2013) or, inside the region, a half-year (2013-1).

    Raises NotFound for a period without a place in the record, and for half-years outside the region: there
    the year stands beside them, and the difference would tell small numbers.
    """
    region = _Region(session, committee_id, today)
    choices = _choices(region.half_years, outside=outside)
    chosen = next((choice for choice in choices if choice.key == period), None)
    if chosen is None:
        raise NotFound("この期間のまとめはありません。期間を選び直してください。")
    half_years = [half for half in region.half_years if _covers(chosen, half)]
    last = max(half_years)
    last_day = HalfYear(last.fiscal_year, 2).last_day if chosen.half is None else last.last_day
    return RegionalReport(
        table=region.table(half_years, outside=outside),
        period=chosen,
        choices=choices,
        outside=outside,
        resolved=region.with_status(half_years, IssueStatus.RESOLVED, outside=outside),
        acted=region.with_status(half_years, IssueStatus.ACTED, outside=outside),
        trend=_trend(region, outside=outside),
        first_day=min(half_years).first_day,
        last_day=last_day,
        running=today <= last_day,
    )


def _covers(choice: PeriodChoice, half: HalfYear) -> bool:
    if choice.fiscal_year is None:
        return True
    return half.fiscal_year == choice.fiscal_year and choice.half in (None, half.half)


def _choices(half_years: Sequence[HalfYear], *, outside: bool) -> tuple[PeriodChoice, ...]:
    """Return the periods to choose from, latest first after the whole."""
    years = sorted({half.fiscal_year for half in half_years}, reverse=True)
    found = [PeriodChoice(ALL)]
    for year in years:
        found.append(PeriodChoice(str(year), year))
        if not outside:
            halves = [half for half in half_years if half.fiscal_year == year]
            found += [PeriodChoice(f"{year}-{half.half}", year, half.half) for half in reversed(halves)]
    return tuple(found)


def _trend(region: _Region, *, outside: bool) -> tuple[tuple[PeriodChoice, PublishedTable], ...]:
    if not outside:
        return tuple(
            (PeriodChoice(f"{half.fiscal_year}-{half.half}", half.fiscal_year, half.half), table)
            for half, table in region.inside.items()
        )
    return tuple(
        (PeriodChoice(str(year[0].fiscal_year), year[0].fiscal_year), region.outside_year(year))
        for year in region.years(region.half_years)
    )
