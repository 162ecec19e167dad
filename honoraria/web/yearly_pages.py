"""年間の支払: what was paid in a calendar year by person and body, to read and to take out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from honoraria.papers.yearly import yearly_csv, yearly_excel
from honoraria.rules.yearly import ALL_BODIES, Thresholds, YearlyTotal, yearly_totals
from honoraria.services.yearly import thresholds_of, yearly_rows, years_paid
from honoraria.web.views import Words
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.terms import Role
from meetings_app.core.wareki import format_wareki
from meetings_app.services.roster import bodies_of
from meetings_app.web.access import allow
from meetings_app.web.form_errors import ShownError, by_field
from meetings_app.web.forms import Form
from meetings_app.web.given import GivenActor, GivenClock, GivenDb, GivenFilters, WebRequest
from meetings_app.web.locale import Locale, locale_of, mark, translator
from meetings_app.web.meeting_frame import DbSession
from meetings_app.web.page import Page, download, render

READS = (Role.SECRETARIAT, Role.ACCOUNTING)
FIRST_YEAR, LAST_YEAR = 1990, 2099
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class YearRow:
    """年間計の行: of one body, or of all (`is_sum`), amounts in words."""

    person_id: str
    name: str
    body: str
    payments: int
    honorarium: str
    travel: str
    withheld: str
    net: str
    ordered: str
    is_sum: bool
    has_flags: bool


@dataclass(frozen=True, slots=True)
class PersonFlags:
    """税務署に確かめること for one person."""

    person_id: str
    name: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearlyPage:
    """年間の支払の画面."""

    year: int
    title: str
    rows: tuple[YearRow, ...]
    foot: YearRow
    people: int
    flags: tuple[PersonFlags, ...]
    years: tuple[dict[str, object], ...]


@get("/honoraria/yearly", opt=allow(*READS), sync_to_thread=True)
def show_year(
    request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor, clock: GivenClock
) -> Page:
    """年間の支払 of a calendar year (`?year=`), the current one at first."""
    words = Words(translator(request), locale_of(request))
    year, errors = _year_asked(filters, clock, words)
    with db.read() as session:
        totals, limits = _totals(session, actor, year)
        years = years_paid(session, [body.id for body in bodies_of(session, actor)])
    return render(
        request,
        "honoraria/yearly.html",
        title=words.translate(mark("年間の集計")),
        status=422 if errors else 200,
        view=_page(totals, year, {*years, year, today(clock).year}, words),
        typed=filters.raw("year") if errors else str(year),
        limits=[
            (label, words.yen(limit) if limit is not None else words.translate(mark("確認しない")))
            for label, limit in _limits(limits, words)
        ],
        errors=errors,
        errors_by_field=by_field(errors),
    )


@get("/honoraria/yearly.csv", opt=allow(*READS), sync_to_thread=True)
def take_csv(request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor) -> Response[bytes]:
    """年間の支払を CSV で取り出す."""
    year = _year(filters, Words(translator(request), locale_of(request)))
    with db.read() as session:
        totals, _limits_used = _totals(session, actor, year)
    return download(yearly_csv(totals), f"年間の支払_{year}年.csv", "text/csv; charset=utf-8")


@get("/honoraria/yearly.xlsx", opt=allow(*READS), sync_to_thread=True)
def take_excel(request: WebRequest, filters: GivenFilters, db: GivenDb, actor: GivenActor) -> Response[bytes]:
    """年間の支払を Excel で取り出す."""
    year = _year(filters, Words(translator(request), locale_of(request)))
    with db.read() as session:
        totals, _limits_used = _totals(session, actor, year)
    return download(yearly_excel(totals), f"年間の支払_{year}年.xlsx", EXCEL_TYPE)


route_handlers: list[ControllerRouterHandler] = [show_year, take_csv, take_excel]


def _year(filters: Form, words: Words) -> int:
    return filters.integer("year", words.translate(mark("年")), low=FIRST_YEAR, high=LAST_YEAR)


def _year_asked(filters: Form, clock: Clock, words: Words) -> tuple[int, list[ShownError]]:
    now = today(clock).year
    if not filters.raw("year").strip():
        return now, []
    try:
        return _year(filters, words), []
    except Refused as refusal:
        return now, [ShownError("year", refusal.message, "#f-year")]


def _totals(session: DbSession, actor: Actor, year: int) -> tuple[tuple[YearlyTotal, ...], Thresholds]:
    bodies = [body.id for body in bodies_of(session, actor)]
    limits = thresholds_of(session)
    return yearly_totals(yearly_rows(session, bodies, year), limits), limits


def _limits(limits: Thresholds, words: Words) -> tuple[tuple[str, int | None], ...]:
    _ = words.translate
    return (
        (_("報酬・料金の年計がこれを超える"), limits.fee_over),
        (_("給与（乙欄）の年計がこれを超える"), limits.salary_over),
        (_("会議体ごとの報酬の年計がこれ以下"), limits.small_committee_fee_upto),
    )


def _page(totals: Sequence[YearlyTotal], year: int, years: set[int], words: Words) -> YearlyPage:
    sums = [total for total in totals if total.committee == ALL_BODIES]
    return YearlyPage(
        year=year,
        title=year_text(year, words),
        rows=tuple(_row(total, words) for total in totals if _is_shown(total, totals)),
        foot=_foot(sums, year, words),
        people=len(sums),
        flags=_flags(totals),
        years=tuple(
            {
                "label": year_text(one, words),
                "href": f"/honoraria/yearly?year={one}",
                "active": one == year,
            }
            for one in sorted(years, reverse=True)
        ),
    )


def year_text(year: int, words: Words) -> str:
    """Return a calendar year by the era of its last day: 「平成26年（2014年）」."""
    if words.locale is not Locale.JA:
        return str(year)
    era = format_wareki(date(year, 12, 31)).partition("年")[0]
    return f"{era}年（{year}年）"


def _is_shown(total: YearlyTotal, totals: Sequence[YearlyTotal]) -> bool:
    """Return whether a row says something new: the sum over a single body repeats that body's row."""
    if total.committee != ALL_BODIES:
        return True
    return sum(one.person_id == total.person_id for one in totals) > 2


def _row(total: YearlyTotal, words: Words) -> YearRow:
    is_sum = total.committee == ALL_BODIES
    return YearRow(
        person_id=total.person_id,
        name=total.name,
        body=words.translate(ALL_BODIES) if is_sum else total.committee,
        payments=total.payments,
        honorarium=words.yen(total.honorarium),
        travel=words.yen(total.travel),
        withheld=words.yen(total.withheld),
        net=words.yen(total.net),
        ordered=words.yen(total.ordered) if total.ordered else "",
        is_sum=is_sum,
        has_flags=bool(total.flags),
    )


def _foot(sums: Sequence[YearlyTotal], year: int, words: Words) -> YearRow:
    whole = YearlyTotal(
        person_id="",
        name=words.translate(mark("合計")),
        committee=ALL_BODIES,
        year=year,
        payments=sum(one.payments for one in sums),
        honorarium=sum(one.honorarium for one in sums),
        travel=sum(one.travel for one in sums),
        withheld=sum(one.withheld for one in sums),
        net=sum(one.net for one in sums),
        ordered=sum(one.ordered for one in sums),
    )
    return _row(whole, words)


def _flags(totals: Sequence[YearlyTotal]) -> tuple[PersonFlags, ...]:
    found: dict[str, tuple[str, list[str]]] = {}
    for total in totals:
        prefix = "" if total.committee == ALL_BODIES else f"{total.committee}: "
        for flag in total.flags:
            found.setdefault(total.person_id, (total.name, []))[1].append(f"{prefix}{flag}")
    return tuple(PersonFlags(person_id, name, tuple(flags)) for person_id, (name, flags) in found.items())
