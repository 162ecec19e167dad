"""支給調書 as its page shows it: finished texts of one sheet, nothing calculated here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from honoraria.rules.sheet import Sheet, SheetLine, Totals
from honoraria.services.corrections import Proposal
from honoraria.services.run_desk import RunDesk
from honoraria.web.closing_views import RECORDS, Closing, closing_of, moment, run_base
from honoraria.web.decision_views import TypedDecision
from honoraria.web.line_views import Amounts, FactView, LineGroup, Pen
from honoraria.web.views import SHOWN_HASH, FindingView, Words
from meetings_app.core.terms import LineOutcome, Role, RunStatus
from meetings_app.rulebook.load import load_rulebook
from meetings_app.web.locale import format_day, format_time, mark

STATES = {
    RunStatus.DRAFT: ("neutral", "pencil"),
    RunStatus.CHECKED: ("ok", "check-circle"),
    RunStatus.APPROVED: ("ok", "check-circle"),
    RunStatus.FINALISED: ("ok", "lock"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """変わった行: what differs by now about a line, with the amounts before and now in one sentence."""

    attendance_id: str
    name: str
    meeting: str
    what: str
    before: str
    now: str
    waiting: str


@dataclass(frozen=True, slots=True)
class PaperLink:
    """書類: one file to take out."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """手続の一行; `who` is empty for what has not been done."""

    step: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """支給調書 of one meeting or of corrections alone, as somebody who answers for it reads it."""

    run_id: str
    base: str
    title: str
    state: str
    tone: str
    icon: str
    facts: tuple[FactView, ...]
    groups: tuple[LineGroup, ...]
    totals: Amounts
    total_note: str
    findings: tuple[FindingView, ...]
    changed: tuple[Changed, ...]
    corrections: tuple[Changed, ...]
    corrections_title: str
    closing: Closing | None
    papers: tuple[PaperLink, ...]
    stages: tuple[StageRow, ...]
    seen: str
    seen_short: str
    rulebook: str
    rulebook_changed: bool
    records: bool
    is_draft: bool
    sent_back: str
    own: bool = False

    @property
    def acts(self) -> bool:
        """Whether the sheet itself asks something of this reader, so that it has the page's main button."""
        act = self.closing.act if self.closing else None
        asked = any(line.form and line.form.writes for group in self.groups for line in group.lines)
        return asked or (act is not None and not act.reason)


def run_page(
    desk: RunDesk,
    role: Role,
    names: Sequence[str],
    today_text: str,
    words: Words,
    typed: TypedDecision | None = None,
) -> RunPage:
    """Return everything the page of a sheet shows to somebody who answers for it.

    `names` are offered as 決定した人, `today_text` as the day of a decision; `typed` is a decision that was refused.
    """
    records = desk.is_draft and role in RECORDS
    pen = Pen(desk, words, records=records, names=tuple(names), today=today_text, typed=typed)
    return _page(
        desk,
        words,
        pen.groups(desk.sheet.content.lines),
        closing=closing_of(desk, words, role),
        records=records,
    )


def own_page(desk: RunDesk, lines: Sequence[SheetLine], words: Words) -> RunPage:
    """Return what a 委員 reads of a final sheet: their own lines, opened, and their own notice."""
    pen = Pen(desk, words, records=False, opened=True)
    return _page(desk, words, pen.groups(lines), closing=None, records=False, own=True)


def _page(
    desk: RunDesk,
    words: Words,
    groups: tuple[LineGroup, ...],
    *,
    closing: Closing | None,
    records: bool,
    own: bool = False,
) -> RunPage:
    _, content = words.translate, desk.sheet.content
    head, status = content.head, desk.stage.status
    tone, icon = STATES[status]
    return RunPage(
        run_id=desk.run_id,
        base=run_base(desk.run_id),
        title=words.say(mark("支給調書 第{n}号"), n=head.number),
        state=_("支払済み") if desk.is_settled else _(status),
        tone=tone,
        icon=icon,
        facts=_facts(desk.sheet, words),
        groups=groups,
        totals=_total_amounts(content.totals, words),
        total_note=_total_note(desk.sheet, words),
        findings=() if own else _findings(desk.sheet, words),
        changed=tuple(_changed(one, words) for one in desk.changed),
        corrections=tuple(_changed(one, words) for one in desk.corrections),
        corrections_title=_corrections_title(desk, words),
        closing=closing,
        papers=_own_papers(desk, words) if own else _papers(desk, words),
        stages=() if own else _stages(desk, words),
        seen=desk.seen,
        seen_short=desk.seen[:SHOWN_HASH],
        rulebook=head.rulebook_sha256[:SHOWN_HASH],
        rulebook_changed=not own and head.rulebook_sha256 != load_rulebook().sha256,
        records=records,
        is_draft=desk.is_draft,
        sent_back=_sent_back(desk, words),
        own=own,
    )


# ---- the sheet


def _total_amounts(totals: Totals, words: Words) -> Amounts:
    return Amounts(
        *(words.yen(yen) for yen in (totals.honorarium, totals.travel, totals.withheld, totals.net))
    )


def _facts(sheet: Sheet, words: Words) -> tuple[FactView, ...]:
    _, head = words.translate, sheet.content.head
    facts = []
    if head.day is not None:
        closed = words.say(mark("{time} 閉会"), time=format_time(head.ends_at)) if head.ends_at else ""
        facts += [
            FactView(_("会議"), f"{format_day(head.day, words.locale, weekday=True)} {closed}".strip()),
            FactView(_("会場"), _venue(sheet, words)),
        ]
    if head.regulation:
        facts.append(FactView(_("規程"), head.regulation))
    facts.append(FactView(_("源泉"), head.withholding))
    return tuple(facts)


def _venue(sheet: Sheet, words: Words) -> str:
    _, head = words.translate, sheet.content.head
    if not head.venue:
        return _("会場未定")
    if head.venue_district is None:
        return head.venue
    return f"{head.venue}（{words.say(mark('{district}地区'), district=_(head.venue_district))}）"


def _total_note(sheet: Sheet, words: Words) -> str:
    content = sheet.content
    settled = {line.person_id for line in content.lines if line.outcome is not LineOutcome.JUDGEMENT}
    settled -= {
        line.person_id
        for line in content.lines
        if line.outcome is LineOutcome.NONE and line.correction is None
    }
    if content.totals.open_lines:
        return words.say(mark("要判断の{open}名を除く{n}名"), open=content.totals.open_lines, n=len(settled))
    return words.n(mark("{n}名"), len(settled))


def _findings(sheet: Sheet, words: Words) -> tuple[FindingView, ...]:
    lines = sheet.content.lines
    return tuple(
        FindingView(
            finding.code,
            finding.message,
            words.n(mark("{n}名の行"), len({line.person_id for line in lines if finding in line.findings})),
        )
        for finding in sheet.content.findings
    )


def _changed(one: Proposal, words: Words) -> Changed:
    return Changed(
        attendance_id=one.attendance_id,
        name=one.name,
        meeting=one.meeting,
        what="、".join(one.what_changed) or one.reason,
        before=_outcome(str(one.was), one.honorarium_was, one.travel_was, words),
        now=_outcome(str(one.now), one.honorarium_now, one.travel_now, words),
        waiting=one.waiting,
    )


def _corrections_title(desk: RunDesk, words: Words) -> str:
    ready = sum(not one.waiting for one in desk.corrections)
    if ready:
        return words.n(mark("この調書に取り込める訂正が{n}件あります。"), ready)
    return words.n(mark("支払いが済むと取り込める訂正が{n}件あります。"), len(desk.corrections))


def _outcome(decision: str, honorarium: int | None, travel: int | None, words: Words) -> str:
    return words.say(
        mark("{decision}（報酬 {fee}、旅費 {travel}）"),
        decision=words.translate(decision),
        fee=words.yen(honorarium),
        travel=words.yen(travel),
    )


def _stages(desk: RunDesk, words: Words) -> tuple[StageRow, ...]:
    stage, _ = desk.stage, words.translate
    taken: Iterable[tuple[str, str | None, datetime | None]] = (
        (_("作成"), stage.created_by, stage.created_at),
        (_("確認"), stage.checked_by, stage.checked_at),
        (_("承認"), stage.approved_by, stage.approved_at),
        (_("確定"), stage.finalised_by, stage.finalised_at),
    )
    return tuple(StageRow(step, who or "", moment(at, words)) for step, who, at in taken)


def _sent_back(desk: RunDesk, words: Words) -> str:
    back = desk.sent_back
    if back is None:
        return ""
    return words.say(
        mark("{who}が{when}に差し戻しました。理由: {reason}"),
        who=back.by,
        when=moment(back.at, words),
        reason=back.reason,
    )


def _papers(desk: RunDesk, words: Words) -> tuple[PaperLink, ...]:
    _, base = words.translate, f"{run_base(desk.run_id)}/papers"
    name = _("支給調書") if desk.is_final else _("支給調書の下書き")
    papers = [
        PaperLink(f"{name}（Word）", f"{base}/sheet.docx"),
        PaperLink(f"{name}（Excel）", f"{base}/sheet.xlsx"),
    ]
    if desk.is_final:
        papers += [
            PaperLink(_("支払明細書（Word）"), f"{base}/notices.docx"),
            PaperLink(_("領収書（Word）"), f"{base}/receipts.docx"),
            PaperLink(_("一人ずつの支払明細書と領収書（ZIP）"), f"{base}/notices.zip"),
        ]
    return tuple(papers)


def _own_papers(desk: RunDesk, words: Words) -> tuple[PaperLink, ...]:
    label = words.translate(mark("自分の支払明細書（Word）"))
    return (PaperLink(label, f"{run_base(desk.run_id)}/papers/own.docx"),)
