"""支給の行 as the page of a sheet shows them: amounts, the story, what was decided and what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from honoraria.rules.sheet import Corrected, SheetLine
from honoraria.services.run_desk import RunDesk
from honoraria.web.decision_views import DecisionForm, TypedDecision, decision_form
from honoraria.web.views import CAPACITIES, NOT_PAID, StoryStep, Words, story_of
from meetings_app.core.terms import LineOutcome
from meetings_app.web.locale import format_day, mark

NOTHING = "—"

CORRECTED = mark("訂正")
GROUPS = (
    *(mark("要判断"), mark("支給")),
    CORRECTED,
    *(mark("辞退"), mark("不支給"), mark("対象なし")),
)
"""The groups of a page: outcomes, and settled differences to what was paid before."""


def _group(line: SheetLine) -> str:
    is_settled = line.outcome is not LineOutcome.JUDGEMENT
    return CORRECTED if line.correction is not None and is_settled else str(line.outcome)


@dataclass(frozen=True, slots=True)
class Amounts:
    """報酬・旅費・源泉・差引 in words."""

    fee: str
    travel: str
    tax: str
    net: str


@dataclass(frozen=True, slots=True)
class FactView:
    """事実: a label and its value, for bars and lists."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """支給の行 of one attendance.

    `note` with `citations` says why nothing is paid, or what was corrected (`is_wide`: in place of the district).
    `decided` is the 個別決定, empty where there is none; `form` is there where it can be (or be made anew).
    `declines`: 辞退 can be recorded; `declined`: it is and can be withdrawn. `blocked` says what else is missing.
    """

    id: str
    attendance_id: str
    name: str
    capacity: str
    district: str
    outcome: LineOutcome
    amounts: Amounts
    note: str
    citations: tuple[str, ...]
    is_wide: bool
    is_correction: bool
    steps: tuple[StoryStep, ...]
    decided: tuple[FactView, ...]
    form: DecisionForm | None
    declines: bool
    declined: bool
    drops: bool
    blocked: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class LineGroup:
    """要判断, 支給, 辞退, 不支給 or 対象なし."""

    title: str
    count: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes the lines down: for whom, and what can be done about them."""

    desk: RunDesk
    words: Words
    records: bool
    opened: bool = False
    names: tuple[str, ...] = ()
    today: str = ""
    typed: TypedDecision | None = None

    def groups(self, lines: Sequence[SheetLine]) -> tuple[LineGroup, ...]:
        """Return the lines under their outcomes; what waits for a decision stands first."""
        groups = []
        for title in GROUPS:
            of_group = [line for line in lines if _group(line) == title]
            if of_group:
                people = len({line.person_id for line in of_group})
                views = tuple(self.line(line) for line in of_group)
                groups.append(
                    LineGroup(self.words.translate(title), self.words.n(mark("{n}名"), people), views)
                )
        return tuple(groups)

    def line(self, line: SheetLine) -> LineView:
        """Return one line."""
        _ = self.words.translate
        note, citations = _note(line, self.words)
        form = self.form(line)
        is_first = line.correction is None
        payable = line.outcome in (LineOutcome.PAID, LineOutcome.JUDGEMENT)
        return LineView(
            id=f"line-{line.attendance_id}",
            attendance_id=line.attendance_id,
            name=line.name,
            capacity=_(CAPACITIES.get(line.capacity, str(line.capacity))),
            district=_(line.district) if line.district else _("申告なし"),
            outcome=line.outcome,
            amounts=_amounts(line, self.words),
            note=note,
            citations=citations,
            is_wide=not (is_first and payable),
            is_correction=not is_first,
            steps=story_of(line.steps, self.words),
            decided=_decided(line, self.words),
            form=form,
            declines=self.records and is_first and payable,
            declined=self.records and is_first and line.outcome is LineOutcome.DECLINED,
            drops=self.records and not is_first,
            blocked="" if line.outcome is LineOutcome.JUDGEMENT else line.blocked,
            is_open=self.opened
            or line.outcome is LineOutcome.JUDGEMENT
            or (form is not None and form.failed),
        )

    def form(self, line: SheetLine) -> DecisionForm | None:
        """Return the form for a decision on a line; None where nothing is asked."""
        found = self.desk.answers.get(line.attendance_id)
        if not found or line.refusal is not None:
            return None
        typed = self.typed if self.typed and self.typed.attendance_id == line.attendance_id else None
        return decision_form(line, found, self.words, typed, self.names, self.today, writes=self.records)


def _amounts(line: SheetLine, words: Words) -> Amounts:
    if line.outcome is LineOutcome.NONE and line.correction is None:
        return Amounts(NOTHING, NOTHING, NOTHING, NOTHING)
    return Amounts(*(words.yen(yen) for yen in (line.honorarium, line.travel, line.withheld, line.net)))


def _note(line: SheetLine, words: Words) -> tuple[str, tuple[str, ...]]:
    if line.correction is not None:
        return _corrected(line, line.correction, words), ()
    refused = [step for step in line.steps if step.result == NOT_PAID and step.citations]
    if line.outcome is LineOutcome.UNPAID and refused:
        cited = (citation for step in refused for citation in step.citations)
        return "。".join(step.note for step in refused), tuple(dict.fromkeys(cited))
    if line.outcome is LineOutcome.PAID and line.ruling is not None:
        return words.say(mark("個別決定（{who}）"), who=line.ruling.decided_by), ()
    if line.outcome in (LineOutcome.PAID, LineOutcome.JUDGEMENT):
        return "", ()
    return line.reason, ()


def _corrected(line: SheetLine, corrected: Corrected, words: Words) -> str:
    """Return what was paid by which sheet and what holds now; the line itself is the difference."""
    return words.say(
        mark("{meeting}、{sheet}の訂正。報酬 {fee} → {fee_now}、旅費 {travel} → {travel_now}"),
        meeting=line.meeting,
        sheet=corrected.sheet,
        fee=words.yen(corrected.honorarium_before),
        fee_now=words.yen(corrected.honorarium_now),
        travel=words.yen(corrected.travel_before),
        travel_now=words.yen(corrected.travel_now),
    )


def _decided(line: SheetLine, words: Words) -> tuple[FactView, ...]:
    _, ruling = words.translate, line.ruling
    if ruling is None:
        return ()
    amounts = words.say(
        mark("報酬 {fee}、旅費 {travel}"), fee=words.yen(ruling.honorarium), travel=words.yen(ruling.travel)
    )
    return (
        FactView(_("決定"), ruling.label or amounts, amounts if ruling.label else ""),
        FactView(_("理由"), ruling.reason),
        FactView(
            _("決定した人"), ruling.decided_by, format_day(ruling.decided_on, words.locale, weekday=True)
        ),
    )
