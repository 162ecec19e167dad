"""支払の書類の言い回し: how papers write the amounts, reasons and head of a payment sheet."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final

from honoraria.rules.sheet import Payee, Sheet, SheetContent, SheetHead, SheetLine
from meetings_app.core.clock import TOKYO
from meetings_app.core.explained import Fact, Step
from meetings_app.core.terms import District, LineOutcome, RunStatus
from meetings_app.core.wareki import format_wareki, spell_time
from meetings_app.documents.text import UNFILLED

DRAFT: Final = "下書き"
"""Printed on every sheet that is not final."""
UNDECIDED: Final = "未定"
"""Printed for an amount that a person still has to decide."""
HASH_DIGITS: Final = 16
"""Figures of a hash that head and footer print; the whole of it stands under 手続."""

_AMOUNTS_OF_THEIR_OWN: Final = frozenset({"計", "差引", "個別決定", "訂正の差額"})
"""Steps that a notice prints as amounts or under a heading of their own, not among the reasons."""


# --- amounts ----------------------------------------------------------------------------------------------


def amount(yen: int | None) -> str:
    """Return yen as tables print them: 「9,000」, 「△4,000」 below zero, 「未定」 while open."""
    if yen is None:
        return UNDECIDED
    return f"{yen:,}" if yen >= 0 else f"△{-yen:,}"


def yen_text(yen: int | None) -> str:
    """Return yen as sentences print them: 「9,000円」, 「△4,000円」, 「未定」."""
    return amount(yen) if yen is None else f"{amount(yen)}円"


# --- lines ------------------------------------------------------------------------------------------------


def listed(content: SheetContent) -> tuple[SheetLine, ...]:
    """Return the lines a sheet prints: all but those absent, who have no line unless something is taken back."""
    return tuple(
        line for line in content.lines if line.outcome is not LineOutcome.NONE or line.correction is not None
    )


def by_person(content: SheetContent) -> tuple[SheetLine, ...]:
    """Return the lines a sheet prints with those of one person together, in the order people come first."""
    lines = listed(content)
    first = list(dict.fromkeys(line.person_id for line in lines))
    return tuple(sorted(lines, key=lambda line: first.index(line.person_id)))


def absentees(content: SheetContent) -> tuple[str, ...]:
    """Return the names of those who were absent and have no line."""
    return tuple(
        line.name for line in content.lines if line.outcome is LineOutcome.NONE and line.correction is None
    )


def outcome_text(line: SheetLine) -> str:
    """判定: return the outcome, marked 「（訂正）」 on a difference line."""
    return f"{line.outcome}（訂正）" if line.correction is not None else str(line.outcome)


def outcome_cell(line: SheetLine) -> str:
    """判定: return the outcome for a narrow column, the mark of a difference line below it."""
    return outcome_text(line).replace("（", "\n（")


def capacity_cell(line: SheetLine) -> str:
    """区分: return the capacity for a narrow column, broken where it reads well."""
    return str(line.capacity).replace("アドバイザー", "アドバイザー\n")


def meeting_cell(line: SheetLine) -> str:
    """会議: return the meeting for a narrow column, its day below it."""
    return line.meeting.replace("（", "\n（", 1)


def ground_text(line: SheetLine) -> str:
    """理由・根拠: return why a line is what it is, with its articles.

    Where the table of pay alone decided, its articles say all; the annex tells the rest.
    """
    cited = citations_text(line.citations)
    plain = line.outcome is LineOutcome.PAID and line.ruling is None and line.correction is None
    if plain and cited:
        return cited
    told = any(citation in line.reason for citation in line.citations)
    return line.reason if told or not cited else f"{line.reason}\n根拠　{cited}"


def citations_text(citations: Iterable[str]) -> str:
    """Return articles in a row: 「第7条第1項、第7条第3項①」."""
    return "、".join(citations)


def district_text(district: District | None) -> str:
    """地区: return the district, or 「記録なし」."""
    return "記録なし" if district is None else str(district)


# --- steps ------------------------------------------------------------------------------------------------


def result_text(step: Step) -> str:
    """Return what came out of a step; whole numbers are yen."""
    return _fact_text(step.result, unit="円")


def inputs_text(inputs: Mapping[str, Fact]) -> str:
    """Return what a step looked at, one a line: 「居住地区: 阿寒湖畔」."""
    return "\n".join(f"{label}: {_fact_text(fact)}" for label, fact in inputs.items())


def _fact_text(fact: Fact, unit: str = "") -> str:
    match fact:
        case None:
            return UNDECIDED if unit else "記録なし"
        case bool():
            return "はい" if fact else "いいえ"
        case int():
            return f"{amount(fact)}{unit}"
        case str():
            return _day_or_text(fact)


def _day_or_text(text: str) -> str:
    """Return an ISO day in the Japanese calendar, anything else as it stands."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return format_wareki(day) if day.year >= 1873 else text


def story(line: SheetLine) -> tuple[tuple[str, str], ...]:
    """理由: return the steps of a line as label and sentence, each with its articles.

    Amounts that the table shows anyway and decisions with a place of their own are left out.
    """
    return tuple(
        (step.label, _sentence(step)) for step in line.steps if step.label not in _AMOUNTS_OF_THEIR_OWN
    )


def _sentence(step: Step) -> str:
    cited = f"（{citations_text(step.citations)}）" if step.citations else ""
    note = step.note.rstrip("。") or result_text(step)
    given = f"{yen_text(step.result)}。" if type(step.result) is int else ""
    return f"{given}{note}{cited}。"


# --- head -------------------------------------------------------------------------------------------------


def is_final(sheet: Sheet) -> bool:
    """Return whether a sheet is final, so that people may be told what it says."""
    return sheet.stage.status is RunStatus.FINALISED


def sheet_number(head: SheetHead) -> str:
    """調書番号: return 「支給調書第3号」, as other sheets name it."""
    return f"支給調書第{head.number}号"


def occasion(head: SheetHead) -> str:
    """会議: return 「第19回支援調整会議」; of a sheet of corrections alone 「支給の訂正」."""
    return "".join(head.title.split()) if head.meeting_id else "支給の訂正"


def period(head: SheetHead) -> str:
    """日時: return 「平成26年3月25日（火）午後1時30分から午後3時40分まで」, the second day only where it differs."""
    if head.starts_at is None:
        return format_wareki(head.day, weekday=True) if head.day else "―"
    begin = f"{_moment(head.starts_at)}から"
    if head.ends_at is None:
        return f"{begin}{UNFILLED}まで"
    same_day = _local(head.starts_at).date() == _local(head.ends_at).date()
    return f"{begin}{spell_time(_local(head.ends_at).time()) if same_day else _moment(head.ends_at)}まで"


def moment(at: datetime | None) -> str:
    """Return 「平成26年3月27日（木）午前10時5分」, or nothing."""
    return _moment(at) if at is not None else ""


def _moment(at: datetime) -> str:
    local = _local(at)
    return f"{format_wareki(local.date(), weekday=True)}{spell_time(local.time())}"


def _local(at: datetime) -> datetime:
    return at.astimezone(TOKYO)


def venue(head: SheetHead) -> str:
    """会場と地区: return 「釧路市総合福祉会館（釧路地区）」."""
    if head.meeting_id is None:
        return "―"
    district = f"{head.venue_district}地区" if head.venue_district else "地区の記録なし"
    return f"{head.venue or UNFILLED}（{district}）"


def short_hash(sha256: str | None) -> str:
    """Return the first figures of a hash; 「確定の時に付く」 where there is none yet."""
    return sha256[:HASH_DIGITS] if sha256 else "確定の時に付く"


def dated(sheet: Sheet) -> date:
    """Return the day that stands in a file's properties: that on which the sheet became final, or was made."""
    return _local(sheet.stage.finalised_at or sheet.stage.created_at).date()


def made_at(sheet: Sheet) -> datetime:
    """Return the moment that stands in a workbook's properties, in UTC."""
    return (sheet.stage.finalised_at or sheet.stage.created_at).astimezone(UTC)


# --- what a payment is for --------------------------------------------------------------------------------


def paid_for(head: SheetHead, payee: Payee) -> str:
    """但し書きの中身: return 「第19回支援調整会議の報酬及び旅費」, naming corrected meetings."""
    regular = any(line.correction is None for line in payee.lines)
    corrected = _corrected_meetings(head, payee)
    kinds = [name for name, yen in (("報酬", payee.honorarium), ("旅費", payee.travel)) if yen]
    what = "及び".join(kinds) or "報酬及び旅費"
    if not regular:
        return f"{corrected}の{what}の訂正分"
    return f"{occasion(head)}の{what}" + (f"（{corrected}の訂正分を含む。）" if corrected else "")


def _corrected_meetings(head: SheetHead, payee: Payee) -> str:
    meetings = dict.fromkeys(line.meeting for line in payee.lines if line.correction is not None)
    return "、".join(f"{head.kind}{meeting}" for meeting in meetings)
