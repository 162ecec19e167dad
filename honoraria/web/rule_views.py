"""規程 as pages show it: which version governs which days, the values of one day, who found the text current."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from honoraria.rules.facts import VersionConfirmation
from honoraria.rules.governing import (
    Change,
    ProvisionOn,
    VersionSpan,
    notices_on,
    provisions_on,
    version_spans,
)
from honoraria.rules.outcome import BEFORE_FORCE, LATER_AMENDMENTS
from honoraria.services.versions import Confirmation
from honoraria.web.views import CAPACITIES, FindingView, Words
from meetings_app.core.regulation import Leaf, Notice, Regulation
from meetings_app.core.terms import Capacity, CommitteeKind
from meetings_app.rulebook.load import load_rulebook
from meetings_app.web.locale import Locale, Translator, format_day, format_time, mark

RULE_NAMES: Mapping[str, str] = {
    "term_capacities": mark("任期のある区分"),
    "term_months": mark("任期（月）"),
    "term_first_month": mark("任期の始まる月"),
    "reappointment": mark("再任"),
    "offices": mark("役職と人数"),
    "paid_capacities": mark("支給する区分"),
    "unlisted_capacities_unpaid": mark("ほかの区分への支給"),
    "paid_after_duty": mark("支給の時期"),
    "honorarium_yen": mark("報酬（1回）"),
    "travel_yen_by_district": mark("日額旅費（居住地区ごと）"),
    "travel_venue_district": mark("旅費の付く会場の地区"),
    "excluded_capacities": mark("支給しない区分"),
    "kinship_degree_limit": mark("家族に当たる範囲（親等）"),
    "public_employees_unpaid_except": mark("支給できる公務員"),
    "taken_over_from": mark("報酬と旅費の扱いを引き継ぐ規程"),
}
"""What each provision is called."""

YES_TEXTS: Mapping[str, str] = {
    "reappointment": mark("できる"),
    "unlisted_capacities_unpaid": mark("支給しない"),
    "paid_after_duty": mark("職務の後に、その都度"),
}
"""What `true` means in words."""

CHANGES: Mapping[Change, str] = {
    Change.FIRST: mark("最初の定め"),
    Change.SAME: mark("前の版と同じ"),
    Change.CHANGED: mark("この版で変更"),
}
"""What a difference from the version before is called."""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """版の期間 as a row: its days, what governs them, and what must be known. `is_asked`: it holds the day asked for."""

    period: str
    version: str
    citation: str
    lines: tuple[str, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One provision on the day: its value, one part a line, since when, and what its version changed."""

    name: str
    citation: str
    parts: tuple[str, ...]
    since: str
    change: str
    is_changed: bool
    before: str


@dataclass(frozen=True, slots=True)
class RegulationView:
    """規程 on one day, with the whole line of its versions. No rows: not in force yet.

    `doubt`: what is to be known about the version before, with which the values are compared; "" for nothing.
    """

    title: str
    kind: str
    spans: tuple[SpanRow, ...]
    version: str
    rows: tuple[RuleRow, ...]
    doubt: str
    findings: tuple[FindingView, ...]
    last_seen: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """現行の確認の行; `href` "" where no text is attached."""

    regulation: str
    as_of: str
    by: str
    at: str
    file_name: str
    href: str


def regulation_views(
    on: date, confirmations: Sequence[VersionConfirmation], _: Translator, locale: Locale
) -> list[RegulationView]:
    """Return both regulations as of a day; `confirmations` say how far each is known to be current."""
    rulebook, words = load_rulebook(), Words(_, locale)
    return [_regulation(rulebook[kind], kind, on, confirmations, words) for kind in CommitteeKind]


def _regulation(
    regulation: Regulation,
    kind: CommitteeKind,
    on: date,
    confirmations: Sequence[VersionConfirmation],
    words: Words,
) -> RegulationView:
    spans = version_spans(regulation)
    seen = max([regulation.last_text_seen, *(one.as_of for one in confirmations if one.regulation is kind)])
    governing = next(span for span in spans if span.covers(on))
    return RegulationView(
        title=regulation.title,
        kind=words.translate(kind),
        spans=tuple(_span(span, seen, words, is_asked=span is governing) for span in spans),
        version=governing.version.note if governing.version else "",
        rows=tuple(_row(one, words) for one in provisions_on(regulation, on)),
        doubt=_doubt(spans, governing, words),
        findings=_findings(regulation, governing, on, seen, words),
        last_seen=format_day(seen, words.locale),
        sha256=regulation.sha256,
    )


# ---- which version governs which days


def _span(span: VersionSpan, seen: date, words: Words, *, is_asked: bool) -> SpanRow:
    _ = words.translate
    if span.version is None:
        text = _("この規程では決まりません。この期間の会議は要判断になります。")
        return SpanRow(_period(span.first, span.last, words), _("施行前"), "", (text,), is_asked)
    lines = [_notice(notice, words) for notice in span.notices]
    if span.last is None:
        known = _("{day}までの条文を確かめています。それより後は「以後の改正は未確認」です。")
        lines.append(known.replace("{day}", format_day(seen, words.locale)))
    period = _period(span.first, span.last, words)
    return SpanRow(period, span.version.note, span.version.cite, tuple(lines), is_asked)


def _period(first: date | None, last: date | None, words: Words) -> str:
    """Return days by the first and the last one."""
    _, locale = words.translate, words.locale
    if first is None:
        return _("{end}まで").replace("{end}", format_day(last, locale))
    if last is None:
        return _("{start}から").replace("{start}", format_day(first, locale))
    return f"{format_day(first, locale)}–{format_day(last, locale)}"


def _notice(notice: Notice, words: Words) -> str:
    return f"{notice.code}（{_notice_period(notice, words)}）"


def _notice_period(notice: Notice, words: Words) -> str:
    last = notice.valid_to - timedelta(days=1) if notice.valid_to else None
    return _period(notice.valid_from, last, words)


# ---- what must be known on the day


def _findings(
    regulation: Regulation, governing: VersionSpan, on: date, seen: date, words: Words
) -> tuple[FindingView, ...]:
    _, locale = words.translate, words.locale
    if governing.version is None:
        text = _(
            "{day}の施行より前の日です。値はありません。この日の会議は、当時の定めを確かめて判断します。"
        )
        day = format_day(regulation.in_force_from, locale)
        return (FindingView(_(BEFORE_FORCE), text.replace("{day}", day), ""),)
    found = [
        FindingView(notice.code, notice.message, _notice_period(notice, words))
        for notice in notices_on(regulation, on)
    ]
    if on > seen:
        text = _(
            "{day}より後の会議には、以後の改正がないことの確認が要ります。下の「現行の確認」に、条文を付けて記録してください。"
        )
        found.append(FindingView(_(LATER_AMENDMENTS), text.replace("{day}", format_day(seen, locale)), ""))
    return tuple(found)


# ---- the values of the day


def _row(one: ProvisionOn, words: Words) -> RuleRow:
    changed = one.change is Change.CHANGED and one.before is not None
    before = "、".join(_parts(one.key, one.before, words)) if changed and one.before is not None else ""
    return RuleRow(
        name=words.translate(RULE_NAMES.get(one.key, one.key)),
        citation=one.cite,
        parts=_parts(one.key, one.value, words),
        since=format_day(one.since, words.locale),
        change=words.translate(CHANGES[one.change]),
        is_changed=changed,
        before=words.translate(mark("前の版では {value}")).replace("{value}", before) if before else "",
    )


def _doubt(spans: Sequence[VersionSpan], governing: VersionSpan, words: Words) -> str:
    """Return what is to be known about the version before the governing one."""
    place = spans.index(governing)
    codes = "、".join(notice.code for notice in spans[place - 1].notices) if place else ""
    text = words.translate(
        mark("前の版の値には、所見「{codes}」があります。同じであったと確かめた値ではありません。")
    )
    return text.replace("{codes}", codes) if codes else ""


def _parts(key: str, value: Leaf, words: Words) -> tuple[str, ...]:
    """Return a value in words, one part a line."""
    _ = words.translate
    if isinstance(value, Mapping):
        return tuple(f"{_(str(name))} {_amount(key, one, words)}" for name, one in value.items())
    if isinstance(value, tuple):
        return tuple(_(CAPACITIES.get(Capacity(str(one)), str(one))) for one in value)
    return (_amount(key, value, words),)


def _amount(key: str, value: object, words: Words) -> str:
    if value is True:
        return words.translate(YES_TEXTS.get(key, str(value)))
    if isinstance(value, int) and "yen" in key:
        return words.yen(value)
    if isinstance(value, int) and key == "offices":
        return words.n(mark("{n}名"), value)
    return words.translate(str(value))


# ---- confirmations


def confirmation_rows(
    confirmations: Sequence[Confirmation], _: Translator, locale: Locale
) -> list[ConfirmationRow]:
    """Return who found which regulation current as of which day."""
    return [
        ConfirmationRow(
            regulation=load_rulebook()[one.regulation].title,
            as_of=format_day(one.as_of, locale, weekday=True),
            by=one.confirmed_by,
            at=f"{format_day(one.confirmed_at, locale)} {format_time(one.confirmed_at)}",
            file_name=one.file_name,
            href=f"/honoraria/rules/confirmations/{one.id}/text" if one.has_text else "",
        )
        for one in confirmations
    ]
