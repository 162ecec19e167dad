"""相談者一覧: the open cases with their levels and the year's figures, as finished views."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from agenda.rules.case_list import LEVELS, CaseStage, LevelChange
from agenda.services.case_levels import note_of_day
from agenda.services.case_list import (
    ListedCase,
    YearFigures,
    level_meanings,
    open_cases,
    year_figures,
)
from agenda.web.plan_views import fiscal_year_text
from meetings_app.core.actor import Actor
from meetings_app.core.partial_date import format_loosely
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.db.engine import Database
from meetings_app.web.heat import say, short_day
from meetings_app.web.locale import Locale, format_day, format_time, mark, translator_for

_STAGES = {
    CaseStage.NO_PLAN: mark("プラン未作成"),
    CaseStage.DRAFT: mark("作成中"),
    CaseStage.RUNNING: mark("支援中"),
    CaseStage.REPLAN: mark("再プラン待ち"),
}
_CHANGES = {
    LevelChange.UP: ("up", mark("上がった")),
    LevelChange.DOWN: ("down", mark("下がった")),
    LevelChange.SAME: ("same", mark("同じ")),
    LevelChange.UNKNOWN: ("none", mark("比べられない")),
}
"""How a change is shown: the shape before the word, and the word."""


@dataclass(frozen=True, slots=True)
class LevelMark:
    """一つ前までのレベル: the level on the day of a meeting."""

    day: str
    iso: str
    level: int


@dataclass(frozen=True, slots=True)
class OpenCaseLine:
    """相談者一覧の1行. `seen`, `seen_note` are what stands on record: they say whether a form changed anything."""

    client_id: str
    case: str
    href: str
    initials: str
    is_new: bool
    level: int | None
    assessed: str
    note: str
    seen: str
    seen_note: str
    levels: tuple[LevelMark, ...]
    change: str
    change_text: str
    plan: str
    stage: str
    period: str
    iso: str
    reason: str
    days: int | None
    assigned: str
    consented: bool


@dataclass(frozen=True, slots=True)
class TargetBar:
    """目安値との比: `target` None where none is set."""

    label: str
    actual: int
    target: int | None
    text: str


@dataclass(frozen=True, slots=True)
class OpenCasesView:
    """相談者一覧の画面, finished. `meanings` are those the office has agreed."""

    on: str
    on_text: str
    sub: str
    lines: tuple[OpenCaseLine, ...]
    levels: tuple[int, ...]
    meanings: tuple[tuple[int, str], ...]
    year: str
    fiscal_year: int
    bars: tuple[TargetBar, ...]
    target_values: tuple[int | None, int | None]
    target_set: str
    edits: bool


def build_open_cases(db: Database, actor: Actor, on: date, locale: Locale, today: date) -> OpenCasesView:
    """Return the list as of a day; the 事務局 may record levels on it up to today."""
    with db.read() as session:
        rows = open_cases(session, actor.committee_id, on)
        figures = year_figures(session, actor.committee_id, on)
        meanings = level_meanings(session)
    new = sum(row.is_new for row in rows)
    _ = translator_for(locale)
    return OpenCasesView(
        on=on.isoformat(),
        on_text=format_wareki(on, weekday=True) if locale is Locale.JA else on.isoformat(),
        sub=say(_("続いているケース {n}件、うち新規 {new}件"), n=len(rows), new=new),
        lines=tuple(_line(row, on, locale) for row in rows),
        levels=tuple(LEVELS),
        meanings=_agreed(meanings),
        year=fiscal_year_text(figures.fiscal_year, locale),
        fiscal_year=figures.fiscal_year,
        bars=_bars(figures, locale),
        target_values=(figures.new_cases_target, figures.plans_target),
        target_set=_set_by(figures, locale),
        edits=actor.role is Role.SECRETARIAT and on <= today,
    )


def _agreed(meanings: Mapping[int, str]) -> tuple[tuple[int, str], ...]:
    return tuple((level, text) for level, text in meanings.items() if text)


def _line(row: ListedCase, on: date, locale: Locale) -> OpenCaseLine:
    _ = translator_for(locale)
    level = row.level
    change, word = _CHANGES[row.change]
    note = note_of_day(row, on)
    return OpenCaseLine(
        client_id=row.client_id,
        case=f"No.{row.case}",
        href=f"/plans/{row.client_id}",
        initials=row.initials,
        is_new=row.is_new,
        level=level.level if level else None,
        assessed=_assessed(row, on, locale),
        note=note,
        seen=str(level.level) if level else "",
        seen_note=note,
        levels=tuple(LevelMark(short_day(day, locale), day.isoformat(), known) for day, known in row.levels),
        change=change,
        change_text=_(word),
        plan=say(_("プラン{n}"), n=row.plan) if row.plan else "",
        stage=_(_STAGES[row.stage]),
        period=format_loosely(row.period_end, row.precision)
        if locale is Locale.JA
        else format_day(row.period_end, locale),
        iso=row.period_end.isoformat() if row.period_end else "",
        reason=_(row.due.reason) if row.due else "",
        days=row.due.days_left if row.due else None,
        assigned=row.assigned,
        consented=row.consented,
    )


def _assessed(row: ListedCase, on: date, locale: Locale) -> str:
    """Return when the level was recorded and what was noted then, where that was on an earlier day."""
    if row.level is None or row.level.assessed_on == on:
        return ""
    _ = translator_for(locale)
    day = say(_("{day}に記録"), day=format_day(row.level.assessed_on, locale))
    return f"{day}　{row.level.note}" if row.level.note else day


def _bars(figures: YearFigures, locale: Locale) -> tuple[TargetBar, ...]:
    _ = translator_for(locale)
    return (
        _bar(_("新規相談"), figures.new_cases, figures.new_cases_target, locale),
        _bar(_("プラン作成"), figures.plans, figures.plans_target, locale),
    )


def _bar(label: str, actual: int, target: int | None, locale: Locale) -> TargetBar:
    _ = translator_for(locale)
    if target is None:
        text = _("目安値は決まっていません")
    elif target == 0:
        text = _("目安値 0件")
    else:
        text = say(_("目安値 {n}件の{percent}％"), n=f"{target:,}", percent=actual * 100 // target)
    return TargetBar(label, actual, target, text)


def _set_by(figures: YearFigures, locale: Locale) -> str:
    if figures.set_at is None:
        return ""
    _ = translator_for(locale)
    when = f"{format_day(figures.set_at, locale)} {format_time(figures.set_at)}"
    return say(_("{when} {name} が設定"), when=when, name=figures.set_by)
