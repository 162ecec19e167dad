"""地域課題のまとめ as pages show it: sentences, matrix, charts, and the issues of one body."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from meetings_app.core.terms import IssueCategory, IssueStatus
from meetings_app.core.wareki import format_wareki
from meetings_app.web.locale import Locale, Translator, format_day, mark
from minutes.rules.regional import PublishedTable
from minutes.services.regional import PeriodChoice, RegionalReport
from minutes.tables import RegionalIssue

CHARTS = 3
"""How many categories are drawn beside the whole."""

LONGEST_TREND = 6


@dataclass(frozen=True, slots=True)
class Count:
    """One number of the matrix, shown or hidden."""

    count: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A category with its numbers."""

    label: str
    strong: bool
    cells: tuple[Count, ...]
    total: str
    total_hidden: bool


@dataclass(frozen=True, slots=True)
class MatrixFoot:
    """計: None is hidden."""

    label: str
    cells: tuple[str | None, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Point:
    """One bar; `percent` None: hidden."""

    label: str
    text: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """半期ごとの動き of one category or of all."""

    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """A period or an edition to choose."""

    label: str
    href: str
    active: bool


@dataclass(frozen=True, slots=True)
class PublicText:
    """公開する文, reviewed."""

    head: str
    text: str
    foot: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """地域課題のまとめ."""

    title: str
    sentences: tuple[Markup, ...]
    editions: tuple[LinkChoice, ...]
    periods: tuple[LinkChoice, ...]
    period: str
    note: str
    running: str
    municipalities: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    foot: MatrixFoot
    largest: int
    charts: tuple[Chart, ...]
    trend_heads: tuple[str, ...]
    csv_href: str
    empty: bool


@dataclass(frozen=True, slots=True)
class IssueRow:
    """一つの地域課題, internal."""

    id: str
    raised_on: str
    category: str
    shortage: str
    municipality: str
    internal_text: str
    public_text: str
    reviewed: str
    status: str
    stage: int


def fiscal_year_text(year: int, locale: Locale, _: Translator) -> str:
    """Return 「平成25年度」: the era of the year's middle, as it is spoken of afterwards."""
    if locale is Locale.EN:
        return f"FY{year}"
    return _("{year}度").replace("{year}", format_wareki(date(year, 10, 1)).split("年")[0] + "年")


def period_text(choice: PeriodChoice, locale: Locale, _: Translator) -> str:
    """Return the name of a period."""
    if choice.fiscal_year is None:
        return _("全期間")
    year = fiscal_year_text(choice.fiscal_year, locale, _)
    halves = {1: mark("上期（4月–9月）"), 2: mark("下期（10月–3月）")}
    return f"{year} {_(halves[choice.half])}" if choice.half else year


def report_page(report: RegionalReport, locale: Locale, _: Translator) -> ReportPage:
    """Return everything the summary shows."""
    table = report.table
    shown = [cell for row in table.cells for cell in row if cell]
    return ReportPage(
        title=period_text(report.period, locale, _),
        sentences=_sentences(report, _),
        editions=_editions(report, _),
        periods=tuple(
            LinkChoice(
                period_text(choice, locale, _),
                _href(choice.key, outside=report.outside),
                choice == report.period,
            )
            for choice in report.choices
        ),
        period=period_text(report.period, locale, _),
        note=_note(report, _),
        running=_running(report, locale, _),
        municipalities=table.municipalities,
        rows=_rows(table, _),
        foot=MatrixFoot(
            _("計"),
            tuple(None if total is None else str(total) for total in table.column_totals),
            _number(table.grand_total, _),
        ),
        largest=max(shown, default=1),
        charts=_charts(report, locale, _),
        trend_heads=tuple(_short(choice, _) for choice, _table in report.trend[-LONGEST_TREND:]),
        csv_href=_href(report.period.key, outside=report.outside, page="/regional.csv"),
        empty=table.grand_total == 0,
    )


def _href(period: str, *, outside: bool, page: str = "/regional") -> str:
    parts = [f"edition={'outside' if outside else 'inside'}", *([f"period={period}"] if period else [])]
    return f"{page}?{'&'.join(parts)}"


def _editions(report: RegionalReport, _: Translator) -> tuple[LinkChoice, ...]:
    period = "" if report.period.half else report.period.key
    return (
        LinkChoice(_("圏域の中で使う"), _href(report.period.key, outside=False), not report.outside),
        LinkChoice(_("外へ出す"), _href(period, outside=True), report.outside),
    )


def _note(report: RegionalReport, _: Translator) -> str:
    text = _("{n}件未満の数と、差し引きで分かる数を隠しています（{places}か所）。")
    note = text.replace("{n}", str(report.table.threshold)).replace("{places}", str(len(report.table.hidden)))
    if report.outside:
        return note + _("外へ出す版は、差し引きで分からないよう、年度ごとだけにしています。")
    return note + _("年度と全期間の数は、半期で示した数の合計です。")


def _running(report: RegionalReport, locale: Locale, _: Translator) -> str:
    """Return a warning for a period that still grows: two exports of it can be subtracted."""
    if not (report.running and report.outside):
        return ""
    text = _(
        "この期間は{day}まで続きます。途中で何度も出すと、増えた分が差し引きで分かります。終わってから出してください。"
    )
    return text.replace("{day}", format_day(report.last_day, locale))


# ---- three sentences


def _sentences(report: RegionalReport, _: Translator) -> tuple[Markup, ...]:
    return (_how_many(report.table, _), _most(report.table, _), _done(report, _))


def _bold(number: int | None, _: Translator) -> Markup:
    if number is None:
        return Markup("<b>{}</b>").format(_("示せない件数"))
    return Markup("<b>{}</b>").format(_("{n}件").replace("{n}", str(number)))


def _fill(sentence: str, **values: object) -> Markup:
    """Return a sentence with its places filled; text is escaped, markup is kept."""
    text = str(escape(sentence))
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(escape(value)))
    return Markup(text)  # noqa: S704 - built from escaped parts only


def _how_many(table: PublishedTable, _: Translator) -> Markup:
    towns = sum(total != 0 for total in table.column_totals)
    return _fill(
        _("この期間に、{towns}市町村から {count} の地域課題が挙がりました。"),
        towns=towns,
        count=_bold(table.grand_total, _),
    )


def _most(table: PublishedTable, _: Translator) -> Markup:
    totals = [(total, place) for place, total in enumerate(table.row_totals) if total]
    if not totals:
        return _fill(
            _("分野ごとの数は、少ないため示していません。")
            if table.hidden
            else _("分野ごとの数はまだありません。")
        )
    most, row = max(totals, key=lambda pair: (pair[0], -pair[1]))
    towns = sum(cell != 0 for cell in table.cells[row])
    certain = all(total is not None for total in table.row_totals)
    sentence = (
        _("最も多いのは「{category}」の {count} で、{where}挙がっています。")
        if certain
        else _("示せる数の中で最も多いのは「{category}」の {count} で、{where}挙がっています。")
    )
    everywhere = towns == len(table.municipalities)
    where = _("すべての市町村から") if everywhere else _("{n}市町村から").replace("{n}", str(towns))
    return _fill(sentence, category=_(table.categories[row]), count=_bold(most, _), where=where)


def _done(report: RegionalReport, _: Translator) -> Markup:
    if report.resolved is None and report.acted is None:
        return _fill(_("解消した課題と、対応策が動いている課題の数は、少ないため示していません。"))
    return _fill(
        _("このうち {resolved} が解消し、{acted} で対応策が動いています。"),
        resolved=_bold(report.resolved, _),
        acted=_bold(report.acted, _),
    )


# ---- matrix and charts


def _number(number: int | None, _: Translator) -> str:
    return _("非表示") if number is None else str(number)


def _rows(table: PublishedTable, _: Translator) -> tuple[MatrixRow, ...]:
    shown = sorted((total for total in table.row_totals if total), reverse=True)
    strong = set(shown[:2])
    return tuple(
        MatrixRow(
            label=_(category),
            strong=total in strong,
            cells=tuple(Count(cell or 0, hidden=cell is None) for cell in cells),
            total=_number(total, _),
            total_hidden=total is None,
        )
        for category, cells, total in zip(table.categories, table.cells, table.row_totals, strict=True)
    )


def _charts(report: RegionalReport, locale: Locale, _: Translator) -> tuple[Chart, ...]:
    """Return the whole and the largest categories over the last periods; one period alone is no movement."""
    trend = report.trend[-LONGEST_TREND:]
    if len(trend) < 2:
        return ()
    whole = [table.grand_total for _choice, table in trend]
    rows = [
        (place, [table.row_totals[place] for _choice, table in trend]) for place in range(len(IssueCategory))
    ]
    rows.sort(key=lambda row: -sum(number or 0 for number in row[1]))
    labels = [_short(choice, _) for choice, _table in trend]
    largest = max((number or 0 for _place, numbers in rows[:CHARTS] for number in numbers), default=1)
    categories = list(IssueCategory)
    return (
        _chart(_("全体"), labels, whole, max((number or 0 for number in whole), default=1), _),
        *(_chart(_(categories[place]), labels, numbers, largest, _) for place, numbers in rows[:CHARTS]),
    )


def _chart(
    title: str, labels: Sequence[str], numbers: Sequence[int | None], top: int, _: Translator
) -> Chart:
    points = (
        Point(label, _number(number, _), None if number is None else round(100 * number / max(top, 1)))
        for label, number in zip(labels, numbers, strict=True)
    )
    return Chart(title, tuple(points))


def _short(choice: PeriodChoice, _: Translator) -> str:
    """Return 「H25上」, as narrow charts need it."""
    era = format_wareki(date(choice.fiscal_year or 1, 10, 1))
    letter = {"令和": "R", "平成": "H", "昭和": "S"}.get(era[:2], "")
    year = era[2:].split("年")[0].replace("元", "1")
    half = {1: mark("上"), 2: mark("下")}.get(choice.half or 0, "")
    return f"{letter}{year}{_(half)}"


# ---- issues and public texts


def public_text(issue: RegionalIssue, locale: Locale, _: Translator) -> PublicText:
    """Return a reviewed text for its card."""
    checked = _("確認 {name} {day}").replace("{name}", issue.public_reviewed_by or "")
    day = format_day(issue.public_reviewed_at, locale, weekday=True)
    return PublicText(
        head=f"{_(issue.category)}　{_(issue.municipality)}",
        text=issue.public_text,
        foot=checked.replace("{day}", day),
    )


def issue_row(issue: RegionalIssue, locale: Locale, _: Translator) -> IssueRow:
    """Return one issue for the body's own list."""
    reviewed = ""
    if issue.public_reviewed_by:
        day = format_day(issue.public_reviewed_at, locale)
        reviewed = _("確認 {name} {day}").replace("{name}", issue.public_reviewed_by).replace("{day}", day)
    return IssueRow(
        id=issue.id,
        raised_on=format_day(issue.raised_on, locale, weekday=True),
        category=_(issue.category),
        shortage=_(issue.shortage),
        municipality=_(issue.municipality),
        internal_text=issue.internal_text,
        public_text=issue.public_text,
        reviewed=reviewed,
        status=_(issue.status),
        stage=list(IssueStatus).index(issue.status) + 1,
    )
