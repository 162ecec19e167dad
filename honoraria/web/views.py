"""支給 as pages show it: finished texts and amounts, no rows of the database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from honoraria.services import Line, Run
from meetings_app.core.regulation import Amendment, Leaf, Regulation
from meetings_app.core.terms import Capacity, CommitteeKind, Decision, District
from meetings_app.rulebook.load import load_rulebook
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import Locale, Translator, format_day, format_money, format_time, mark

SHOWN_HASH = 12
ENTITLING = frozenset({"資格", "公務員か", "続柄"})
MONEY_STEPS = frozenset({"報酬", "旅費", "計"})
TOTAL_STEP = "計"
OPEN, NOT_PAID = "要判断", "支給しない"

STEP_LABELS = (
    *(mark("規程"), mark("職務"), mark("資格"), mark("公務員か"), mark("続柄")),
    *(mark("報酬"), mark("旅費"), mark("計")),
)
"""What the steps of an assessment are called."""

GROUPS = (
    (Decision.JUDGEMENT, mark("要判断")),
    (Decision.PAID, mark("支給")),
    (Decision.UNPAID, mark("不支給")),
    (Decision.NONE, mark("対象なし")),
)
CAPACITIES = {Capacity.INVITEE: mark("第5条第4項の参加者")}

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


@dataclass(frozen=True, slots=True)
class RunRow:
    """支給の一覧の行: one meeting."""

    href: str
    title: str
    day: str
    state: str
    tone: str
    icon: str
    paid: str
    open_lines: str
    honorarium: str
    travel: str
    total: str


@dataclass(frozen=True, slots=True)
class StoryStep:
    """内訳の一行."""

    label: str
    text: str
    citations: tuple[str, ...]
    amount: str
    state: str
    kind: str


@dataclass(frozen=True, slots=True)
class AlternativeView:
    """選べる判断 with its amounts."""

    label: str
    honorarium: str
    travel: str
    total: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """判断を求めること."""

    sentence: str
    citations: tuple[str, ...]
    alternatives: tuple[AlternativeView, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """支給の行 of one person."""

    id: str
    name: str
    capacity: str
    district: str
    decision: Decision
    honorarium: str
    travel: str
    total: str
    note: str
    steps: tuple[StoryStep, ...]
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True, slots=True)
class LineGroup:
    """要判断, 支給, 不支給 or 対象なし."""

    title: str
    count: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """所見, with how many lines carry it."""

    code: str
    message: str
    lines: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """支給 of one meeting."""

    groups: tuple[LineGroup, ...]
    honorarium: str
    travel: str
    total: str
    total_note: str
    open_lines: int
    findings: tuple[FindingView, ...]
    version: str
    rulebook: str
    rulebook_short: str
    rulebook_changed: bool
    assessed_at: str


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A value from a day on."""

    since: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One provision with its article and its values by date."""

    name: str
    citation: str
    values: tuple[RuleValue, ...]


@dataclass(frozen=True, slots=True)
class RegulationView:
    """規程 as data: versions, provisions, and what must be known about the text."""

    title: str
    kind: str
    versions: tuple[str, ...]
    rows: tuple[RuleRow, ...]
    findings: tuple[FindingView, ...]
    last_seen: str
    sha256: str


class _Words:
    """How this reader is told amounts and days."""

    def __init__(self, translate: Translator, locale: Locale) -> None:
        self.translate = translate
        self.locale = locale

    def yen(self, amount: int | None) -> str:
        return format_money(amount, self.locale)

    def n(self, sentence: str, number: int) -> str:
        return self.translate(sentence).replace("{n}", str(number))


def run_row(run: Run, _: Translator, locale: Locale) -> RunRow:
    """Return one meeting of the list."""
    words = _Words(_, locale)
    state, tone, icon = _run_state(run)
    honorarium, travel = _sums(run.lines)
    assessed = bool(run.lines)
    return RunRow(
        href=f"/meetings/{run.meeting.id}/honoraria",
        title=words.n(mark("第{n}回"), run.meeting.number),
        day=format_day(run.meeting.starts_at, locale, weekday=True),
        state=words.n(state, run.open_lines),
        tone=tone,
        icon=icon,
        paid=words.n(mark("{n}名"), len(_paid(run.lines))) if assessed else "—",
        open_lines=words.n(mark("{n}名"), run.open_lines) if assessed else "—",
        honorarium=words.yen(honorarium) if assessed else "—",
        travel=words.yen(travel) if assessed else "—",
        total=words.yen(honorarium + travel) if assessed else "—",
    )


def _run_state(run: Run) -> tuple[str, str, str]:
    if run.meeting.attendance_confirmed_at is None:
        return mark("出席の確認前"), "neutral", "clock"
    if not run.lines:
        return mark("判定前"), "neutral", "clock"
    if run.open_lines:
        return mark("要判断あり"), "ask", "question-diamond"
    return mark("判定済み"), "ok", "check-circle"


def _paid(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.record.decision is Decision.PAID]


def _sums(lines: Iterable[Line]) -> tuple[int, int]:
    """Return 報酬 and 旅費 of the lines that are paid, in yen."""
    paid = _paid(lines)
    return sum(line.record.honorarium or 0 for line in paid), sum(line.record.travel or 0 for line in paid)


def run_page(
    meeting: Meeting, lines: Sequence[Line], kind: CommitteeKind, _: Translator, locale: Locale
) -> RunPage:
    """Return everything the page of one meeting shows about its stored lines."""
    words = _Words(_, locale)
    groups = []
    for decision, title in GROUPS:
        of_group = [line for line in lines if line.record.decision is decision]
        if of_group:
            views = tuple(line_view(line, words) for line in of_group)
            groups.append(LineGroup(_(title), words.n(mark("{n}名"), len(views)), views))
    honorarium, travel = _sums(lines)
    open_lines = sum(line.record.decision is Decision.JUDGEMENT for line in lines)
    applied = lines[0].record if lines else None
    sha256 = applied.rulebook_sha256 if applied else ""
    return RunPage(
        groups=tuple(groups),
        honorarium=words.yen(honorarium),
        travel=words.yen(travel),
        total=words.yen(honorarium + travel),
        total_note=_total_note(lines, open_lines, words),
        open_lines=open_lines,
        findings=findings_of(lines, words),
        version=_version(lines),
        rulebook=sha256,
        rulebook_short=sha256[:SHOWN_HASH],
        rulebook_changed=bool(sha256) and sha256 != load_rulebook().sha256,
        assessed_at=_moment(applied.computed_at, locale) if applied else "",
    )


def _moment(at: Any, locale: Locale) -> str:
    return f"{format_day(at, locale, weekday=True)} {format_time(at)}"


def _total_note(lines: Sequence[Line], open_lines: int, words: _Words) -> str:
    paid = words.n(mark("支給 {n}名"), len(_paid(lines)))
    return f"{paid}{words.n(mark('（要判断の{n}名を除く）'), open_lines)}" if open_lines else paid


def _version(lines: Sequence[Line]) -> str:
    """Return the version that the stored steps name."""
    texts = (str(step["result"]) for line in lines for step in line.steps if step["label"] == "規程")
    return next(texts, "")


def line_view(line: Line, words: _Words) -> LineView:
    """Return one person's line."""
    record, _ = line.record, words.translate
    none = record.decision is Decision.NONE
    inputs = json.loads(record.inputs)
    capacity = line.attendance.capacity
    return LineView(
        id=f"line-{record.id}",
        name=line.person.name,
        capacity=_(CAPACITIES.get(capacity, str(capacity))),
        district=_district(inputs.get("residence"), _),
        decision=record.decision,
        honorarium="—" if none else words.yen(record.honorarium),
        travel="—" if none else words.yen(record.travel),
        total="—" if none else words.yen(line.total),
        note=record.reason if record.decision in (Decision.UNPAID, Decision.NONE) else "",
        steps=tuple(_step(step, words) for step in line.steps),
        questions=tuple(_question(question, words) for question in line.questions),
    )


def _district(residence: str | None, _: Translator) -> str:
    return _(District(residence)) if residence else _("申告なし")


def _step(step: Mapping[str, Any], words: _Words) -> StoryStep:
    label, result = str(step["label"]), step["result"]
    is_total = label == TOTAL_STEP
    return StoryStep(
        label=words.translate(label),
        text="" if is_total else str(step["note"]),
        citations=tuple(step["citations"]),
        amount=words.yen(result) if label in MONEY_STEPS else "",
        state=_state(label, result),
        kind="sum" if is_total else "step",
    )


def _state(label: str, result: object) -> str:
    if label in ENTITLING and result == NOT_PAID:
        return "no"
    if (label in ENTITLING and result == OPEN) or (label in MONEY_STEPS and result is None):
        return "open"
    return "ok"


def _question(question: Mapping[str, Any], words: _Words) -> QuestionView:
    return QuestionView(
        str(question["sentence"]),
        tuple(question["citations"]),
        tuple(_alternative(one, words) for one in question["alternatives"]),
    )


def _alternative(one: Mapping[str, Any], words: _Words) -> AlternativeView:
    honorarium, travel = one["honorarium"], one["travel"]
    known = honorarium is not None and travel is not None
    return AlternativeView(
        str(one["label"]),
        words.yen(honorarium),
        words.yen(travel),
        words.yen(honorarium + travel if known else None),
        bool(one["proposed"]),
    )


def findings_of(lines: Sequence[Line], words: _Words) -> tuple[FindingView, ...]:
    """Return the findings of all lines, each once."""
    messages: dict[str, str] = {}
    counts: dict[str, int] = {}
    for line in lines:
        for finding in line.findings:
            messages.setdefault(finding["code"], finding["message"])
            counts[finding["code"]] = counts.get(finding["code"], 0) + 1
    return tuple(
        FindingView(code, text, words.n(mark("{n}名の行"), counts[code])) for code, text in messages.items()
    )


# ---- the regulations


def regulation_views(confirmed_on: date | None, _: Translator, locale: Locale) -> list[RegulationView]:
    """Return both regulations; `confirmed_on` is the day as of which somebody found the text current."""
    rulebook = load_rulebook()
    return [_regulation(rulebook[kind], kind, confirmed_on, _, locale) for kind in CommitteeKind]


def _regulation(
    regulation: Regulation, kind: CommitteeKind, confirmed_on: date | None, _: Translator, locale: Locale
) -> RegulationView:
    words = _Words(_, locale)
    return RegulationView(
        title=regulation.title,
        kind=_(kind),
        versions=tuple(_amendment(one, locale) for one in regulation.amendments),
        rows=tuple(
            RuleRow(
                _(RULE_NAMES.get(key, key)),
                entry.cite,
                tuple(
                    RuleValue(format_day(since, locale), _parts(key, value, words))
                    for since, value in entry.values
                ),
            )
            for key, entry in regulation.entries.items()
        ),
        findings=(*_notices(regulation, _, locale), *_unconfirmed(regulation, confirmed_on, _, locale)),
        last_seen=format_day(regulation.last_text_seen, locale),
        sha256=regulation.sha256,
    )


def _amendment(one: Amendment, locale: Locale) -> str:
    return f"{format_day(one.in_force, locale)}　{one.note}（{one.cite}）"


def _parts(key: str, value: Leaf, words: _Words) -> tuple[str, ...]:
    """Return a value in words, one part a line."""
    _ = words.translate
    if isinstance(value, Mapping):
        return tuple(f"{_(str(name))} {_amount(key, one, words)}" for name, one in value.items())
    if isinstance(value, tuple):
        return tuple(_(CAPACITIES.get(Capacity(str(one)), str(one))) for one in value)
    return (_amount(key, value, words),)


def _amount(key: str, value: object, words: _Words) -> str:
    if value is True:
        return words.translate(YES_TEXTS.get(key, str(value)))
    if isinstance(value, int) and "yen" in key:
        return words.yen(value)
    if isinstance(value, int) and key == "offices":
        return words.n(mark("{n}名"), value)
    return words.translate(str(value))


def _notices(regulation: Regulation, _: Translator, locale: Locale) -> Iterable[FindingView]:
    for notice in regulation.notices:
        last = notice.valid_to - timedelta(days=1) if notice.valid_to else None
        period = f"{format_day(notice.valid_from, locale)}–{format_day(last, locale)}"
        yield FindingView(notice.code, notice.message, period)


def _unconfirmed(
    regulation: Regulation, confirmed_on: date | None, _: Translator, locale: Locale
) -> Iterable[FindingView]:
    seen = max(regulation.last_text_seen, confirmed_on or regulation.last_text_seen)
    text = _(
        "{day}より後の会議には、以後の改正がないことの確認が要ります。設定に、確かめた人と日付を記録してください。"
    )
    if confirmed_on is None or confirmed_on < regulation.last_text_seen:
        yield FindingView(_("以後の改正は未確認"), text.replace("{day}", format_day(seen, locale)), "")
