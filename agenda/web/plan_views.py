"""プランの見せ方 that several pages share: stages, loose days, and the figures of the year."""

from dataclasses import dataclass
from datetime import date

from agenda.services.plans import monthly
from agenda.tables import Plan
from meetings_app.core.actor import Actor
from meetings_app.core.terms import Precision
from meetings_app.core.wareki import era_year_text, format_wareki
from meetings_app.db.engine import Database
from meetings_app.web.forms import Form
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, Translator, format_day, mark, translator_for
from meetings_app.web.member_views import typed_day

LAST_YEAR = 2100
"""The last year that lists are made for."""

LOOSE = {Precision.EARLY, Precision.MIDDLE, Precision.LATE, Precision.MONTH_END}


@dataclass(frozen=True, slots=True)
class MonthLine:
    """月別の件数: one month or the total."""

    month: str
    counts: tuple[int, ...]


def as_of_day(filters: Form, translate: Translator) -> date | None:
    """基準日: return the day a list is asked for (?on=), None where none was given; one too far ahead is refused."""
    _ = translate
    day = filters.opt_day("on", _("基準日"))
    if day is not None and day.year > LAST_YEAR:
        filters.fail("on", say(_("「基準日」は{year}年までの日付にしてください。"), year=LAST_YEAR))
    return day


def stage_of(plan: Plan, on: date) -> str:
    """段階: 作成中 until a meeting confirmed the plan, then 支援中, then how it was evaluated."""
    if plan.evaluated_on is not None and plan.evaluated_on <= on:
        return str(plan.evaluation_outcome or mark("評価済み"))
    return mark("支援中") if plan.met_on is not None and plan.met_on <= on else mark("作成中")


def loose_day(day: date | None, precision: Precision | None, locale: Locale) -> str:
    """Return a day as exactly as the record gives it: 「平成26年3月25日（火）」, 「平成26年3月下旬」, 「平成26年3月」."""
    if day is None:
        return ""
    if precision is None or precision is Precision.DAY:
        return format_day(day, locale, weekday=True)
    part = translator_for(locale)(precision) if precision in LOOSE else ""
    if locale is Locale.JA:
        return f"{era_year_text(day)}{day.month}月{part}"
    return f"{part} {day:%b %Y}".strip()


# ---- the year


def build_monthly(
    db: Database, actor: Actor, year: int, locale: Locale
) -> tuple[tuple[MonthLine, ...], MonthLine]:
    """Return the twelve months of a fiscal year and the line of totals: プラン1, 2, 3, 4以降, 終結."""
    _ = translator_for(locale)
    with db.read() as session:
        rows = monthly(session=session, committee_id=actor.committee_id, fiscal_year=year)
    lines = tuple(
        MonthLine(say(_("{n}月"), n=row.month), (row.plan_1, row.plan_2, row.plan_3, row.later, row.ended))
        for row in rows
    )
    totals = tuple(sum(column) for column in zip(*(line.counts for line in lines), strict=True))
    return lines, MonthLine(_("計"), totals)


def fiscal_year_text(year: int, locale: Locale) -> str:
    """Return 「平成25年度」 or "FY2013"."""
    return f"{era_year_text(date(year, 4, 1))}度" if locale is Locale.JA else f"FY{year}"


def typed_loosely(day: date | None, precision: Precision | None) -> str:
    """Return a day as it is typed into a field, as exactly as the record gives it; "" for none."""
    if day is None:
        return ""
    if precision is None or precision is Precision.DAY:
        return format_wareki(day)
    part = precision.value if precision in LOOSE else ""
    return f"{era_year_text(day)}{day.month}月{part}"


def typed(day: date | None, locale: Locale) -> str:
    """Return a day as a form takes it back, "" for none."""
    return typed_day(day, locale) if day is not None else ""
