"""支給調書を計算する: from what is on record about each attendance to lines, tax, sums and what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from honoraria.rules.sheet import (
    Corrected,
    LineFacts,
    Payee,
    Ruling,
    SheetContent,
    SheetHead,
    SheetLine,
    Totals,
)
from honoraria.rules.withholding import Spans, Taxed, TaxTables, WithholdingPolicy, policy_text, withhold
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding, Step
from meetings_app.core.money import format_yen
from meetings_app.core.terms import Decision, LineOutcome, WithholdingMode
from meetings_app.core.wareki import format_wareki

ORDER = (
    LineOutcome.JUDGEMENT,
    LineOutcome.PAID,
    LineOutcome.DECLINED,
    LineOutcome.UNPAID,
    LineOutcome.NONE,
)
"""In which order lines stand on a sheet; corrections come after the meeting's own lines of the same outcome."""


def compose(
    head: SheetHead,
    facts: Sequence[LineFacts],
    policy: WithholdingPolicy | None,
    spans: Spans,
    tables: TaxTables,
) -> SheetContent:
    """Work out a sheet from what is on record; `spans` is what final sheets withheld so far."""
    so_far = dict(spans)
    # What lessens a base comes first: no span may pass a limit on the way to a total that keeps it.
    turns = sorted(range(len(facts)), key=lambda at: not _lessens_base(facts[at]))
    worked = {at: _line(facts[at], policy, so_far, tables) for at in turns}
    lines = [worked[at] for at in range(len(facts))]
    ordered = tuple(sorted(lines, key=lambda line: (ORDER.index(line.outcome), line.correction is not None)))
    return SheetContent(head, ordered, totals(ordered), _findings(ordered), _blocks(ordered, policy))


def compose_alone(facts: LineFacts, policy: WithholdingPolicy | None, tables: TaxTables) -> SheetLine:
    """Work out one line by itself, as if nothing had been withheld in its span before."""
    return _line(facts, policy, {}, tables)


def totals(lines: Iterable[SheetLine]) -> Totals:
    """Return the sums over the lines that are settled."""
    lines = tuple(lines)
    known = [line for line in lines if _counts(line)]
    taxed = all(line.net is not None for line in known)
    return Totals(
        honorarium=sum(line.honorarium or 0 for line in known),
        travel=sum(line.travel or 0 for line in known),
        withheld=sum(line.withheld or 0 for line in known) if taxed else None,
        net=sum(line.net or 0 for line in known) if taxed else None,
        payable=sum(1 for payee in _grouped(known) if payee.net),
        open_lines=sum(1 for line in lines if line.outcome is LineOutcome.JUDGEMENT),
    )


def payees(content: SheetContent) -> tuple[Payee, ...]:
    """Return everybody with a settled line, in the order of the sheet, absentees left out."""
    return tuple(_grouped(line for line in content.lines if _counts(line)))


def _counts(line: SheetLine) -> bool:
    """Return whether a line is settled and somebody's: who was absent has one only where it takes money back."""
    if line.outcome is LineOutcome.NONE:
        return line.correction is not None
    return line.outcome is not LineOutcome.JUDGEMENT


def _grouped(lines: Iterable[SheetLine]) -> list[Payee]:
    by_person: dict[str, list[SheetLine]] = {}
    for line in lines:
        by_person.setdefault(line.person_id, []).append(line)
    return [
        Payee(
            person_id,
            own[0].name,
            own[0].organisation,
            tuple(own),
            sum(line.honorarium or 0 for line in own),
            sum(line.travel or 0 for line in own),
            sum(line.withheld or 0 for line in own),
            sum(line.net or 0 for line in own),
        )
        for person_id, own in by_person.items()
    ]


# ---- one line


@dataclass(frozen=True, slots=True)
class _Settled:
    """What holds for an attendance: the computed result, or what a person settled or declined."""

    outcome: LineOutcome
    honorarium: int | None
    travel: int | None
    steps: tuple[Step, ...] = field(default=())


def _line(
    facts: LineFacts,
    policy: WithholdingPolicy | None,
    so_far: dict[tuple[str, WithholdingMode, str], Taxed],
    tables: TaxTables,
) -> SheetLine:
    settled = _settle(facts)
    honorarium, travel, corrected = _difference(facts, settled)
    policy = facts.before.policy if facts.before else policy
    taxed = _tax(facts, honorarium, travel, policy, so_far, tables)
    net = None
    if honorarium is not None and travel is not None and taxed.withheld is not None:
        net = honorarium + travel - taxed.withheld
    has_line = settled.outcome is not LineOutcome.NONE or corrected is not None
    return SheetLine(
        attendance_id=facts.attendance_id,
        person_id=facts.person_id,
        name=facts.name,
        organisation=facts.organisation,
        capacity=facts.capacity,
        district=facts.district,
        meeting=facts.meeting,
        held_on=facts.held_on,
        assessment_id=facts.assessed.assessment_id,
        outcome=settled.outcome,
        honorarium=honorarium,
        travel=travel,
        withheld=taxed.withheld,
        net=net,
        reason=_reason(facts, settled),
        citations=facts.assessed.citations,
        steps=(
            *facts.assessed.steps,
            *settled.steps,
            *(_correction_steps(corrected, honorarium, travel) if corrected else ()),
            *((*taxed.steps, _net_step(net, honorarium, travel)) if has_line else ()),
        ),
        findings=facts.assessed.findings,
        questions=facts.assessed.questions,
        ruling=facts.ruling,
        refusal=facts.refusal if settled.outcome is LineOutcome.DECLINED else None,
        correction=corrected,
        taxable=taxed.taxable,
        tax_span=taxed.span,
        policy=policy,
        blocked=_blocked(facts, settled) or taxed.blocked,
    )


def _settle(facts: LineFacts) -> _Settled:
    assessed, ruling = facts.assessed, facts.ruling
    if assessed.decision is Decision.NONE:
        return (
            _Settled(LineOutcome.NONE, None, None)
            if facts.before is None
            else _Settled(LineOutcome.NONE, 0, 0)
        )
    # Only what would be paid can be declined: 不支給 by the rule keeps its reason.
    if facts.refusal is not None and assessed.decision is not Decision.UNPAID:
        note = f"{format_wareki(facts.refusal.declared_on)}の書面により辞退。{facts.refusal.note}".rstrip(
            "。"
        )
        return _Settled(LineOutcome.DECLINED, 0, 0, (Step("辞退", 0, {}, (), note),))
    if assessed.decision is Decision.JUDGEMENT and ruling is not None:
        outcome = LineOutcome.PAID if ruling.honorarium or ruling.travel else LineOutcome.UNPAID
        return _Settled(outcome, ruling.honorarium, ruling.travel, (_ruling_step(ruling),))
    return _Settled(LineOutcome(assessed.decision), assessed.honorarium, assessed.travel)


def _ruling_step(ruling: Ruling) -> Step:
    label = f"{ruling.label}。" if ruling.label else ""
    note = (
        f"{label}報酬 {format_yen(ruling.honorarium)}、旅費 {format_yen(ruling.travel)}。"
        f"{format_wareki(ruling.decided_on)} {ruling.decided_by}が決定。理由: {ruling.reason}"
    )
    return Step("個別決定", ruling.honorarium + ruling.travel, {}, (), note)


def _difference(facts: LineFacts, settled: _Settled) -> tuple[int | None, int | None, Corrected | None]:
    before = facts.before
    if before is None:
        return settled.honorarium, settled.travel, None
    corrected = Corrected(
        before.line_id,
        before.sheet,
        before.honorarium,
        before.travel,
        settled.honorarium,
        settled.travel,
    )
    honorarium = None if settled.honorarium is None else settled.honorarium - before.honorarium
    travel = None if settled.travel is None else settled.travel - before.travel
    return honorarium, travel, corrected


def _lessens_base(facts: LineFacts) -> bool:
    if facts.before is None:
        return False
    honorarium, travel, _ = _difference(facts, _settle(facts))
    return facts.before.policy.taxable(honorarium or 0, travel or 0) < 0


def _correction_steps(corrected: Corrected, honorarium: int | None, travel: int | None) -> tuple[Step, ...]:
    paid = _amounts(f"{corrected.sheet}で支給した額", corrected.honorarium_before, corrected.travel_before)
    now = _amounts("訂正後", corrected.honorarium_now, corrected.travel_now)
    total = None if honorarium is None or travel is None else honorarium + travel
    return (Step("訂正の差額", total, {}, (), f"{paid}、{now}"),)


def _amounts(title: str, honorarium: int | None, travel: int | None) -> str:
    return f"{title} 報酬 {format_yen(honorarium)}、旅費 {format_yen(travel)}"


@dataclass(frozen=True, slots=True)
class _Taxation:
    withheld: int | None
    taxable: int = 0
    span: str = ""
    steps: tuple[Step, ...] = ()
    blocked: str = ""


def _tax(
    facts: LineFacts,
    honorarium: int | None,
    travel: int | None,
    policy: WithholdingPolicy | None,
    so_far: dict[tuple[str, WithholdingMode, str], Taxed],
    tables: TaxTables,
) -> _Taxation:
    if honorarium is None:
        return _Taxation(None)
    if honorarium == 0 and travel == 0:
        return _Taxation(0)
    if policy is None or (travel is None and policy.includes_travel):
        return _Taxation(None)
    taxable = policy.taxable(honorarium, travel or 0)
    span = policy.span(facts.held_on, facts.attendance_id)
    key = (facts.person_id, policy.mode, span)
    before = so_far.get(key, Taxed())
    try:
        withheld, step = withhold(policy, taxable, before, facts.held_on, tables)
    except Refused as refusal:
        return _Taxation(None, taxable, span, (), f"{facts.name}: {refusal}")
    if withheld < 0 and facts.before is None:
        return _Taxation(None, taxable, span, (step,), _overtaxed(facts, before))
    if travel is not None:
        so_far[key] = Taxed(before.taxable + taxable, before.withheld + withheld)
    return _Taxation(withheld, taxable, span, (step,))


def _overtaxed(facts: LineFacts, before: Taxed) -> str:
    """Say that more was withheld than the total bears: a table typed in wrongly, not money to give back unasked."""
    return (
        f"{facts.name}: 源泉済みの{format_yen(before.withheld)}が、この支給を含めた計の税額を超えています。"
        "源泉徴収税額表と、設定に入れた税額を確かめ、誤りを直してください。"
    )


def _net_step(net: int | None, honorarium: int | None, travel: int | None) -> Step:
    if net is not None:
        return Step("差引", net, {}, (), "報酬と旅費から源泉を引いた額")
    known = honorarium is not None and travel is not None
    return Step("差引", None, {}, (), "源泉の額が分かると決まる" if known else "判断の後に決まる")


def _reason(facts: LineFacts, settled: _Settled) -> str:
    changes = "、".join(facts.before.changes) if facts.before else ""
    return f"{changes}。{_own_reason(facts, settled)}" if changes else _own_reason(facts, settled)


def _own_reason(facts: LineFacts, settled: _Settled) -> str:
    if settled.outcome is LineOutcome.DECLINED and facts.refusal:
        return f"{format_wareki(facts.refusal.declared_on)}の書面により辞退。"
    if facts.ruling is not None and facts.assessed.decision is Decision.JUDGEMENT:
        return f"個別決定（{facts.ruling.decided_by}）: {facts.ruling.reason}"
    return facts.assessed.reason


def _blocked(facts: LineFacts, settled: _Settled) -> str:
    if settled.outcome is LineOutcome.JUDGEMENT:
        return f"{facts.name}: 要判断です。判断と理由を記録してください。"
    return ""


# ---- the whole sheet


def _findings(lines: Iterable[SheetLine]) -> tuple[Finding, ...]:
    # One code may speak of both regulations: only what says the same is left out.
    return tuple(dict.fromkeys(finding for line in lines for finding in line.findings))


def _blocks(lines: Sequence[SheetLine], policy: WithholdingPolicy | None) -> tuple[str, ...]:
    blocks = [line.blocked for line in lines if line.blocked]
    if policy is None:
        blocks.insert(
            0,
            "源泉徴収の扱いが未設定です。会計の責任者が税務署に確かめて方法"
            "（源泉なし・報酬・料金・給与乙欄 月額・給与乙欄 日額）を決め、設定に記録してください。",
        )
    return tuple(blocks)


def withholding_text(policy: WithholdingPolicy | None, set_by: str, set_on: date | None) -> str:
    """Return how tax is withheld and who decided it: 「給与乙欄 月額、旅費は含めない（令和8年11月2日 会計担当）」."""
    if policy is None or set_on is None:
        return policy_text(policy)
    return f"{policy_text(policy)}（{format_wareki(set_on)} {set_by}）"
