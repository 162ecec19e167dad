"""訂正の画面に出すもの: what later facts would change about paid lines, and what was done about it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from honoraria.services.correction_history import Dismissed, Taken, dismissals_of, taken_of
from honoraria.services.corrections import Proposal, proposals
from honoraria.services.runs import content_of, list_runs
from honoraria.services.sheet_contents import sheet_label
from honoraria.tables import PayRun
from honoraria.web.closing_views import run_href
from honoraria.web.views import Words
from meetings_app.core.money import MINUS
from meetings_app.core.terms import Decision, RunStatus
from meetings_app.web.locale import mark
from meetings_app.web.meeting_frame import DbSession

NEW_RUN = "new"


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """前・今・差額 of one amount, in words."""

    label: str
    before: str
    now: str
    difference: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """訂正の候補. `seen` names what was shown, so that nothing else is taken in or dismissed."""

    attendance_id: str
    person_id: str
    name: str
    meeting: str
    sheet: str
    sheet_href: str
    was: Decision
    now: Decision
    money: tuple[MoneyRow, ...]
    what_changed: tuple[str, ...]
    reason: str
    waiting: str
    is_final: bool
    taken_in: int | None
    taken_href: str
    can_take: bool
    can_drop: bool
    seen: str


@dataclass(frozen=True, slots=True)
class TakenRow:
    """取り込んだ訂正の行."""

    name: str
    meeting: str
    sheet: str
    href: str
    status: str
    difference: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionsPage:
    """訂正の画面. `choices` are the sheets that can take a correction in: value and label."""

    proposals: tuple[ProposalView, ...]
    choices: tuple[tuple[str, str], ...]
    taken: tuple[TakenRow, ...]
    dismissed: tuple[Dismissed, ...]


def corrections_page(session: DbSession, committee_id: str, words: Words) -> CorrectionsPage:
    """Return every proposal of a body with the sheets that can take it, and what was done before."""
    runs = list_runs(session, committee_id)
    taken = taken_of(session, committee_id)
    return CorrectionsPage(
        proposals=tuple(_proposal(one, runs, words) for one in proposals(session, committee_id)),
        choices=_choices(session, runs, words),
        taken=tuple(_taken(one, words) for one in taken),
        dismissed=tuple(dismissals_of(session, committee_id)),
    )


def seen_of(one: Proposal) -> str:
    """Return what names the content of a proposal: the amounts before and now, and why."""
    content = (
        one.was,
        one.honorarium_was,
        one.travel_was,
        one.now,
        one.honorarium_now,
        one.travel_now,
        one.what_changed,
        one.reason,
    )
    return hashlib.sha256(repr(content).encode()).hexdigest()[:32]


# ---- pieces


def _choices(session: DbSession, runs: Sequence[PayRun], words: Words) -> tuple[tuple[str, str], ...]:
    drafts = [run for run in runs if run.status is RunStatus.DRAFT]
    named = tuple((run.id, f"{sheet_label(run)}（{content_of(session, run).head.title}）") for run in drafts)
    if any(run.meeting_id is None for run in drafts):
        return named
    return (*named, (NEW_RUN, words.translate(mark("新しい訂正の支給調書を作る"))))


def _proposal(one: Proposal, runs: Sequence[PayRun], words: Words) -> ProposalView:
    by_id = {run.id: run for run in runs}
    holder = next((run for run in runs if run.number == one.taken_in), None)
    own = by_id[one.run_id]
    return ProposalView(
        attendance_id=one.attendance_id,
        person_id=one.person_id,
        name=one.name,
        meeting=one.meeting,
        sheet=sheet_label(own),
        sheet_href=run_href(own.id, own.meeting_id),
        was=one.was,
        now=one.now,
        money=_money(one, words),
        what_changed=one.what_changed,
        reason=one.reason,
        waiting=one.waiting,
        is_final=one.is_final,
        taken_in=one.taken_in,
        taken_href=run_href(holder.id, holder.meeting_id) if holder else "",
        can_take=one.is_final and one.taken_in is None and not one.waiting,
        can_drop=holder is not None and holder.status is RunStatus.DRAFT,
        seen=seen_of(one),
    )


def _money(one: Proposal, words: Words) -> tuple[MoneyRow, ...]:
    pairs = (
        (mark("報酬"), one.honorarium_was, one.honorarium_now),
        (mark("旅費"), one.travel_was, one.travel_now),
    )
    before = _sum(one.honorarium_was, one.travel_was)
    now = _sum(one.honorarium_now, one.travel_now)
    return tuple(
        MoneyRow(words.translate(label), words.yen(was), words.yen(is_now), _difference(was, is_now, words))
        for label, was, is_now in (*pairs, (mark("計"), before, now))
    )


def _sum(honorarium: int | None, travel: int | None) -> int | None:
    return None if honorarium is None or travel is None else honorarium + travel


def _difference(was: int | None, now: int | None, words: Words) -> str:
    return words.yen(None) if was is None or now is None else signed(now - was, words)


def signed(amount: int, words: Words) -> str:
    """Return a difference in words with its sign."""
    text = words.yen(amount)
    return text if amount <= 0 or text.startswith(MINUS) else f"+{text}"


def _taken(one: Taken, words: Words) -> TakenRow:
    known = one.honorarium is not None and one.travel is not None
    return TakenRow(
        name=one.name,
        meeting=one.meeting,
        sheet=sheet_label(one.run),
        href=run_href(one.run.id, one.run.meeting_id),
        status=str(one.run.status),
        difference=signed((one.honorarium or 0) + (one.travel or 0), words) if known else "—",
        by=one.by,
        at=one.at,
    )
