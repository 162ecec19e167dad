"""支給の一覧 as its page shows it: one row per meeting and sheet, and for a 委員 their own final lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from honoraria.overview import OwnPayment, PayProgress, PayState
from honoraria.rules.sheet import Totals
from honoraria.web.closing_views import run_base, run_href
from honoraria.web.line_views import NOTHING, Amounts
from honoraria.web.views import Words
from meetings_app.core.terms import LineOutcome, Role
from meetings_app.web.locale import format_day, mark

STATE_TEXTS: Mapping[PayState, str] = {
    PayState.UNCONFIRMED: mark("出席の確認前"),
    PayState.UNASSESSED: mark("判定前"),
    PayState.DRAFT: mark("下書き"),
    PayState.CHECKED: mark("確認済み"),
    PayState.APPROVED: mark("承認済み"),
    PayState.TO_PAY: mark("確定・支払待ち"),
    PayState.PAID: mark("支払済み"),
}
LOOKS: Mapping[PayState, tuple[str, str]] = {
    PayState.UNCONFIRMED: ("neutral", "clock"),
    PayState.UNASSESSED: ("neutral", "clock"),
    PayState.DRAFT: ("neutral", "pencil"),
    PayState.CHECKED: ("neutral", "check"),
    PayState.APPROVED: ("neutral", "check-circle"),
    PayState.TO_PAY: ("ok", "lock"),
    PayState.PAID: ("ok", "check-circle"),
}
MONEY = (Role.SECRETARIAT, Role.ACCOUNTING)
ALL = (Role.SECRETARIAT, Role.CHAIR, Role.ACCOUNTING)
LINKS = (
    ("/honoraria/trial", mark("試算"), ALL),
    ("/honoraria/rules", mark("規程の値"), ALL),
    ("/honoraria/corrections", mark("訂正の候補"), ALL),
    ("/honoraria/yearly", mark("年間の集計"), MONEY),
    ("/honoraria/declarations", mark("年次の申告"), MONEY),
    ("/honoraria/settings", mark("会計の設定"), MONEY),
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """支給の一覧の行: one meeting with its sheet, or one sheet of corrections."""

    href: str
    title: str
    sheet: str
    day: str
    state: str
    tone: str
    icon: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class OwnRow:
    """自分の支給の行: one final line."""

    href: str
    title: str
    day: str
    outcome: LineOutcome
    is_correction: bool
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class ListLink:
    """支給の関連: another page about payments."""

    label: str
    href: str


def run_row(progress: PayProgress, totals: Totals | None, words: Words) -> RunRow:
    """Return one row; `totals` are those of its sheet, None where there is none yet."""
    tone, icon = LOOKS[progress.state]
    if progress.open:
        tone, icon = "ask", "question-diamond"
    return RunRow(
        href=_href(progress),
        title=words.n(mark("第{n}回"), progress.number)
        if progress.meeting_id
        else words.translate(mark("訂正")),
        sheet=words.n(mark("支給調書 第{n}号"), progress.sheet) if progress.sheet is not None else "",
        day=format_day(progress.day, words.locale, weekday=True),
        state=_state(progress, words),
        tone=tone,
        icon=icon,
        amounts=_amounts(totals, words),
    )


def own_row(line: OwnPayment, words: Words) -> OwnRow:
    """Return one final line of the reader's own."""
    return OwnRow(
        href=run_base(line.run_id),
        title=words.n(mark("第{n}回"), line.number),
        day=format_day(line.day, words.locale, weekday=True),
        outcome=line.outcome,
        is_correction=line.is_correction,
        amounts=Amounts(*(words.yen(yen) for yen in (line.honorarium, line.travel, line.withheld, line.net))),
    )


def links_for(role: Role, words: Words) -> list[ListLink]:
    """Return the other pages about payments that a role may open."""
    return [ListLink(words.translate(label), href) for href, label, roles in LINKS if role in roles]


def _href(progress: PayProgress) -> str:
    return run_href(progress.run_id or "", progress.meeting_id)


def _state(progress: PayProgress, words: Words) -> str:
    text = words.translate(STATE_TEXTS[progress.state])
    if not progress.open:
        return text
    return words.say(mark("{state}（要判断 {n}）"), state=text, n=progress.open)


def _amounts(totals: Totals | None, words: Words) -> Amounts:
    if totals is None:
        return Amounts(NOTHING, NOTHING, NOTHING, NOTHING)
    return Amounts(
        *(words.yen(yen) for yen in (totals.honorarium, totals.travel, totals.withheld, totals.net))
    )
