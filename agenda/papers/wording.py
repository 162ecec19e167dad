"""資料の言い回し: facts of a packet's papers in finished words. Pure: knows no template."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from agenda.papers.contents import AgendaLine, Contact, Head
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import PURPOSE_ARTICLE, DueReason, ServiceKind
from meetings_app.core.wareki import format_wareki, spell_time
from meetings_app.documents.text import NOTHING, UNFILLED, filled, lines_of

Context = dict[str, object]
"""What a template is filled with: nested dicts and lists of text, whole numbers and yes/no."""

HANDLE_WITH_CARE: Final = "取扱注意"
OTHER_ITEM: Final = "（ほかの案件）"
"""Printed instead of an item that the reader does not sit in on."""
NOT_APPLICABLE: Final = "―"
BOX: Final = "□"
TICKED: Final = "☑"
HIGHEST_LEVEL: Final = 5
_MANY_LINES: Final = 15
_LONG_EXPLANATION: Final = 240
"""Characters of an explanation that about half fill the height of the page it is listed on."""

KIND_NAMES: Final[Mapping[ServiceKind, str]] = {
    ServiceKind.STATUTORY: "法定の事業",
    ServiceKind.OTHER_SYSTEM: "他の制度・事業",
    ServiceKind.INFORMAL: "インフォーマルな支援",
    ServiceKind.CENTRE: "センターの支援",
    ServiceKind.OTHER: "その他",
}
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")


def block(text: str | None) -> str:
    """Return the paragraphs of a text, one a line; 「（未記入）」 if there are none."""
    return "\n".join(lines_of(text))


def or_nothing(text: str) -> str:
    """Return a text on one line; 「なし」 where empty means that there was none."""
    return filled(text) if text.strip() else NOTHING


def is_long(text: str, limit: int) -> bool:
    """Return whether a text could fill much of a page in a table: more than `limit` characters, or many lines."""
    return len(text) > limit or text.count("\n") >= _MANY_LINES


def listed(texts: Iterable[str]) -> str:
    """Return texts joined by 「、」; 「なし」 for none."""
    return "、".join(map(filled, texts)) or NOTHING


def day_text(day: date | None, *, missing: str = UNFILLED) -> str:
    """Return 「令和8年11月25日（水）」."""
    return missing if day is None else format_wareki(day, weekday=True)


def plain_day(day: date | None, *, missing: str = UNFILLED) -> str:
    """Return 「令和8年11月25日」, for the narrow columns of tables."""
    return missing if day is None else format_wareki(day)


def local(at: datetime) -> datetime:
    """Return a moment as the clock in Japan shows it."""
    return at.astimezone(TOKYO)


def time_text(at: datetime) -> str:
    """Return 「午後1時30分」."""
    return spell_time(local(at).time())


def span_text(start: datetime, end: datetime) -> str:
    """Return 「午前10時から午前11時まで」."""
    return f"{time_text(start)}から{time_text(end)}まで"


def minutes_text(minutes: int) -> str:
    """Return 「15分」."""
    return f"{minutes}分"


def case_text(case: int | None) -> str:
    """Return 「No.9」."""
    return NOT_APPLICABLE if case is None else f"No.{case}"


def plan_text(plan: int | None) -> str:
    """Return 「プラン2」."""
    return NOT_APPLICABLE if plan is None else f"プラン{plan}"


def paper_number_text(number: int) -> str:
    """資料番号: return 「資料１」."""
    return f"資料{str(number).translate(_FULL_WIDTH)}"


def days_text(deadline: date | None, meeting_day: date) -> str:
    """Return how far a deadline is from the meeting: 「会議の6日後」, 「会議の当日」, 「3日超過」; "" without one."""
    if deadline is None:
        return ""
    days = (deadline - meeting_day).days
    if days == 0:
        return "会議の当日"
    return f"会議の{days}日後" if days > 0 else f"{-days}日超過"


def level_marks(level: int | None) -> str:
    """レベル: return 「●●●○○　3」; 「（未記入）」 where none has been set."""
    if level is None:
        return UNFILLED
    shown = max(0, min(level, HIGHEST_LEVEL))
    return f"{'●' * shown}{'○' * (HIGHEST_LEVEL - shown)}　{level}"


def change_text(level: int | None, before: int | None) -> str:
    """Return the change of a level as sign and words: 「↑ 1段階上がった」, 「↓ 2段階下がった」, 「→ 変わらない」."""
    if level is None or before is None:
        return NOT_APPLICABLE
    if level == before:
        return "→ 変わらない"
    return f"↑ {level - before}段階上がった" if level > before else f"↓ {before - level}段階下がった"


# --- 会議 and 連絡先 --------------------------------------------------------------------------------------


def meeting_facts(head: Head) -> Context:
    """会議: return what every paper of a meeting may print of it."""
    body, ordinal = filled(head.body), f"第{head.number}回"
    day = day_text(local(head.starts_at).date())
    period = span_text(head.starts_at, head.ends_at)
    return {
        "body": body,
        "ordinal": ordinal,
        "name": f"{ordinal}　{body}",
        "day": day,
        "starts": time_text(head.starts_at),
        "ends": time_text(head.ends_at),
        "when": f"{day}　{period}",
        "minutes": minutes_text(int((head.ends_at - head.starts_at) / timedelta(minutes=1))),
        "venue": filled(head.venue),
        "dated": plain_day(head.dated),
        "document_number": head.document_number.strip() or f"文書番号{UNFILLED}",
    }


def contact_facts(contact: Contact) -> Context:
    """連絡先: return whom to call or write to."""
    return {
        "name": filled(contact.office),
        "person": filled(contact.person),
        "phone": filled(contact.phone),
        "mailbox": filled(contact.mailbox),
    }


# --- 議題 -------------------------------------------------------------------------------------------------


def line_facts(line: AgendaLine, meeting_day: date) -> Context:
    """議題の1行: return an item for a reader; of one they do not sit in on only its number and time."""
    facts = _shown_facts(line, meeting_day) if line.shown else _hidden_facts()
    return {
        "number": str(line.number),
        "starts": time_text(line.starts_at),
        "ends": time_text(line.starts_at + timedelta(minutes=line.minutes)),
        "minutes": minutes_text(line.minutes),
        "shown": line.shown,
        "long": is_long(str(facts["explanation"]), _LONG_EXPLANATION),
        **facts,
    }


def _shown_facts(line: AgendaLine, meeting_day: date) -> Context:
    return {
        "title": filled(line.title),
        "case": case_text(line.case),
        "plan": plan_text(line.plan),
        "purpose": line.purpose.value,
        "article": PURPOSE_ARTICLE[line.purpose],
        "reason": _reason(line),
        "deadline": _deadline(line),
        "days": days_text(line.deadline, meeting_day),
        "explanation": block(line.explanation),
        "required": listed(line.required),
        "carried": "" if line.carried_since is None else f"第{line.carried_since}回から継続",
    }


def _hidden_facts() -> Context:
    names = ("case", "plan", "purpose", "article", "reason", "deadline", "explanation", "required")
    return {"title": OTHER_ITEM, "days": "", "carried": "", **dict.fromkeys(names, NOT_APPLICABLE)}


def _reason(line: AgendaLine) -> str:
    if line.reason is not None:
        return line.reason.value
    return NOT_APPLICABLE if line.case is None else UNFILLED


def _deadline(line: AgendaLine) -> str:
    """An item without a deadline has none by the office's rules; an item on no case can have none."""
    return plain_day(line.deadline, missing=NOT_APPLICABLE if line.case is None else NOTHING)


def names_case(lines: Sequence[AgendaLine]) -> bool:
    """Return whether a reader of these items learns of any case."""
    return any(line.shown and line.case is not None for line in lines)


def near_day(day: date, written_on: date) -> str:
    """Return a day in plain words: without its year while that year lasts: 「12月11日（金）」."""
    text = format_wareki(day, weekday=True)
    return text.partition("年")[2] if day.year == written_on.year else text


def evaluates(reason: DueReason | None) -> bool:
    """評価か: return whether the meeting is asked to look back on the plan."""
    return reason in (DueReason.EVALUATION, DueReason.ENDING)
