"""調書の結び: how far a sheet is, what stands in the way, and the one button that takes it further."""

from dataclasses import dataclass
from datetime import datetime

from honoraria.rules.sheet import SheetLine
from honoraria.services.run_desk import RunDesk
from honoraria.web.views import Words
from meetings_app.core.terms import LineOutcome, Role, RunStatus
from meetings_app.web.locale import format_day, format_time, mark

RECORDS = (Role.SECRETARIAT, Role.ACCOUNTING)
"""Who records decisions on lines; 委員長 reads them."""


@dataclass(frozen=True, slots=True)
class Block:
    """妨げ: what is missing, and where it is mended."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class NextAct:
    """次の一手: the one main button; with a `reason` it cannot be pressed yet."""

    label: str
    href: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """調書の結び: how far the sheet is, what stands in the way, and what comes next."""

    title: str
    text: str
    tone: str
    blocks: tuple[Block, ...] = ()
    act: NextAct | None = None
    back_href: str = ""


def run_base(run_id: str) -> str:
    """Return the address of a sheet, under which everything about it lies."""
    return f"/honoraria/runs/{run_id}"


def run_href(run_id: str, meeting_id: str | None) -> str:
    """Return where a sheet is read: on its meeting's page, or on its own."""
    return f"/meetings/{meeting_id}/honoraria" if meeting_id else run_base(run_id)


def moment(at: datetime | None, words: Words) -> str:
    """Return a moment in words, "" for none."""
    return "" if at is None else f"{format_day(at, words.locale, weekday=True)} {format_time(at)}"


def closing_of(desk: RunDesk, words: Words, role: Role) -> Closing:
    """Return how far a sheet is and what comes next, with the reason beside what cannot be done yet."""
    match desk.stage.status:
        case RunStatus.DRAFT:
            return _closing_draft(desk, words)
        case RunStatus.CHECKED:
            return _closing_checked(desk, words)
        case RunStatus.APPROVED:
            return _closing_approved(desk, words)
        case RunStatus.FINALISED:
            return _closing_final(desk, words, role)


def _closing_draft(desk: RunDesk, words: Words) -> Closing:
    _, content = words.translate, desk.sheet.content
    label, href = _("確認する…"), _step_href(desk, "check")
    if not content.lines:
        return Closing(
            _("まだ行がありません。"),
            _("訂正の候補から取り込むと、ここに行が出ます。"),
            "ask",
            act=NextAct(label, href, _("行のない調書は確認できません。")),
        )
    if content.blocks:
        return Closing(
            _blocked_title(desk, words),
            _("記録した判断は計算の結果と並べて残り、調書に「個別決定」と印字されます。"),
            "ask",
            _blocks(desk),
            NextAct(label, href, _("残っていることを済ませると、確認できます。")),
        )
    return Closing(
        words.say(mark("確認できます。差引合計 {net}"), net=words.yen(content.totals.net)),
        _("行ごとの内訳を読んでから確認します。確認のあと、別の人が承認します。"),
        "ok",
        act=NextAct(label, href),
    )


def _blocked_title(desk: RunDesk, words: Words) -> str:
    questions = desk.sheet.content.totals.open_lines
    if questions:
        return words.n(mark("確認できません。要判断が{n}名残っています。"), questions)
    return words.translate(mark("確認できません。まだ済んでいないことがあります。"))


def _blocks(desk: RunDesk) -> tuple[Block, ...]:
    by_line = {line.blocked: line for line in desk.sheet.content.lines if line.blocked}
    return tuple(
        Block(text, _mended_at(by_line.get(text), desk)) for text in dict.fromkeys(desk.sheet.content.blocks)
    )


def _mended_at(line: SheetLine | None, desk: RunDesk) -> str:
    """Return where a block is mended: at its line while somebody has to decide, else in the settings of tax."""
    if line is not None and line.outcome is LineOutcome.JUDGEMENT:
        return f"{run_href(desk.run_id, desk.meeting_id)}#line-{line.attendance_id}"
    return "/honoraria/settings"


def _closing_checked(desk: RunDesk, words: Words) -> Closing:
    _ = words.translate
    reason = _stale(desk, words) or (
        _("確認した人は承認できません。別の人が承認します。") if desk.own_check else ""
    )
    return Closing(
        _("承認を待っています。"),
        _taken(mark("{who}が{when}に確認しました。"), desk.stage.checked_by, desk.stage.checked_at, words),
        "ask" if desk.is_stale else "plain",
        act=NextAct(_("承認する…"), _step_href(desk, "approve"), reason),
        back_href=_step_href(desk, "send-back"),
    )


def _closing_approved(desk: RunDesk, words: Words) -> Closing:
    _ = words.translate
    return Closing(
        _("承認されました。確定すると、支払えるようになります。"),
        _taken(mark("{who}が{when}に承認しました。"), desk.stage.approved_by, desk.stage.approved_at, words),
        "ask" if desk.is_stale else "ok",
        act=NextAct(_("確定する…"), _step_href(desk, "finalise"), _stale(desk, words)),
        back_href=_step_href(desk, "send-back"),
    )


def _closing_final(desk: RunDesk, words: Words, role: Role) -> Closing:
    _ = words.translate
    pays = role in RECORDS
    label = _("支払いを見る") if desk.is_settled else _("支払いへ")
    return Closing(
        _("支払いも済んでいます。") if desk.is_settled else _("確定しました。支払いを待っています。"),
        _("確定した調書は変わりません。誤りは、次の支給調書で訂正します。"),
        "ok",
        act=NextAct(label, f"{run_base(desk.run_id)}/payments") if pays else None,
    )


def _stale(desk: RunDesk, words: Words) -> str:
    if not desk.is_stale:
        return ""
    return words.translate(mark("確認のあとに内容が変わりました。差し戻して、もう一度確認してください。"))


def _taken(sentence: str, who: str | None, at: datetime | None, words: Words) -> str:
    return words.say(sentence, who=who or "", when=moment(at, words))


def _step_href(desk: RunDesk, step: str) -> str:
    return f"{run_base(desk.run_id)}/steps/{step}?seen={desk.seen}"
