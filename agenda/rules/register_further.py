"""台帳の続きの列: what this product writes into a register beside the nine printed columns, as values and as cells.

A cell with several facts has one a line, its parts between 「｜」; 「\\」 before a sign takes it as it stands, 「\\n」 is a
line break within a part. A list too long for one cell goes on in columns numbered from 2 (「支援内容2」).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from meetings_app.core.errors import Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.core.wareki import parse_date

SEPARATOR: Final = "｜"
UNTIL: Final = "～"
NEEDED: Final = "要"
NOT_NEEDED: Final = "不要"
LEVELS: Final = range(6)
LONGEST_NOTE: Final = 500
LONGEST_SUMMARY: Final = 4000


class Further(StrEnum):
    """台帳の続きの列: the headings after the nine printed ones, in their order."""

    FIRST_CONTACT = "初回相談日"
    ASSIGNED = "担当"
    NAME = "氏名"
    KANA = "ふりがな"
    DRAFTED = "作成日"
    START = "期間の始まり"
    GOAL = "目標"
    SERVICES = "支援内容"
    MONITORED = "モニタリング実施日"
    ENDING_ASKED = "終結の申出日"
    URGENT = "急ぐ事情の日"
    ACHIEVED = "達成したこと"
    CHANGES = "見られた変化"
    FOLLOW_UP = "フォロー"
    CONSENTS = "同意"
    ASSESSMENTS = "アセスメント"
    LEVELS = "レベル"
    CLOSED = "終了日"
    CLOSED_WHY = "終了の理由"


NAMES: Final = (Further.NAME, Further.KANA)
"""Columns that are there only where the office keeps names."""

OF_CASE: Final = (
    *(Further.FIRST_CONTACT, Further.ASSIGNED, Further.NAME, Further.KANA),
    *(Further.CONSENTS, Further.ASSESSMENTS, Further.LEVELS, Further.CLOSED, Further.CLOSED_WHY),
)
"""Columns about the case; they stand on the first of its rows."""

OF_PLAN: Final = tuple(column for column in Further if column not in OF_CASE)

LISTS: Final = (Further.SERVICES, Further.CONSENTS, Further.ASSESSMENTS, Further.LEVELS)
"""Columns with one fact a line, which may go on in numbered columns."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """支援内容の一行: a service of a plan; provider, content and code may be ""."""

    kind: ServiceKind
    name: str
    provider: str = ""
    content: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """同意の一行: first and last day on which it holds; `last` None: not withdrawn."""

    first: date
    last: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """アセスメントの一行."""

    on: date
    summary: str


@dataclass(frozen=True, slots=True)
class LevelLine:
    """レベルの一行: 0 to 5 as of a day."""

    on: date
    level: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """フォロー: needed or not (None: not said), and what."""

    needed: bool | None
    note: str = ""


ListLine: TypeAlias = ServiceLine | ConsentLine | AssessmentLine | LevelLine
Value: TypeAlias = date | str | FollowUp | tuple[ListLine, ...]
Values: TypeAlias = Mapping[Further, Value]
"""What a row says by column; a column of which it says nothing is left out."""


# --- cells of several facts ---------------------------------------------------------------------------------------


def joined(parts: Sequence[str]) -> str:
    """Return parts as one line, empty ones at the end left out."""
    filled = max((place for place, part in enumerate(parts, start=1) if part), default=0)
    return SEPARATOR.join(_escaped(part) for part in parts[:filled])


def _escaped(part: str) -> str:
    return (
        part.replace("\\", "\\\\")
        .replace(SEPARATOR, f"\\{SEPARATOR}")
        .replace(UNTIL, f"\\{UNTIL}")
        .replace("\n", "\\n")
    )


def parted(line: str) -> list[str]:
    """Return the parts of one line, as `joined` was given them."""
    parts = [""]
    signs = iter(line)
    for sign in signs:
        if sign == SEPARATOR:
            parts.append("")
        elif sign == "\\":
            after = next(signs, "\\")
            parts[-1] += "\n" if after == "n" else after
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


# --- writing ------------------------------------------------------------------------------------------------------


def day_text(day: date) -> str:
    """Return a day as these columns hold it: 2014-03-25."""
    return day.isoformat()


def lines_of(value: Value) -> list[str]:
    """Return the lines of a cell: one a fact of a list, one text for anything else."""
    if isinstance(value, tuple):
        return [_line(fact) for fact in value]
    if isinstance(value, FollowUp):
        return [_follow_up_text(value)]
    return [value if isinstance(value, str) else day_text(value)]


def text_of(value: Value) -> str:
    """Return a value as one cell."""
    return "\n".join(lines_of(value))


def _line(fact: ListLine) -> str:
    match fact:
        case ServiceLine():
            return joined((fact.kind, fact.name, fact.provider, fact.content, fact.code))
        case ConsentLine():
            last = "" if fact.last is None else day_text(fact.last)
            return f"{day_text(fact.first)}{UNTIL}{last}{_after(fact.note)}"
        case AssessmentLine():
            return joined((day_text(fact.on), fact.summary))
        case LevelLine():
            return joined((day_text(fact.on), str(fact.level), fact.note))


def _after(note: str) -> str:
    return f"{SEPARATOR}{_escaped(note)}" if note else ""


def _follow_up_text(follow_up: FollowUp) -> str:
    word = {True: NEEDED, False: NOT_NEEDED, None: ""}[follow_up.needed]
    return f"{word}{_after(follow_up.note)}"


# --- reading ------------------------------------------------------------------------------------------------------


def value_of(column: Further, cell: str) -> Value | None:
    """Return what a cell says; None where it is blank.

    Raises Refused with a sentence for a value that cannot be one.
    """
    text = tidy(cell)
    value = _READERS[column](text) if text else None
    return value if value is not None and text_of(value) else None


def tidy(text: str) -> str:
    """Return text without blanks around, each line ended alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _text(longest: int, *, lines: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        return _checked(text if lines else " ".join(text.split("\n")), longest)

    return read


def _checked(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Refused(f"{len(text):,}字あり、長すぎます。{longest:,}字以内にしてください。")
    return text


def _follow_up(text: str) -> FollowUp:
    word, note = _at_most(text, 2, "「要｜内容」「不要」")
    if word not in (NEEDED, NOT_NEEDED, ""):
        raise Refused(
            f"「{word}」は「{NEEDED}」か「{NOT_NEEDED}」にしてください。内容は「｜」の後に書いてください。"
        )
    return FollowUp({NEEDED: True, NOT_NEEDED: False}.get(word), _checked(note, 1000))


def _at_most(line: str, count: int, like: str) -> list[str]:
    parts = parted(line)
    if len(parts) > count:
        raise Refused(f"「{_shortened(line)}」は「｜」が多すぎます。{like}のように書いてください。")
    return parts + [""] * (count - len(parts))


def _shortened(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:40]}…"


def _service(line: str) -> ServiceLine:
    kind, name, provider, content, code = _at_most(line, 5, "「A｜名称｜提供者｜内容｜コード」")
    if kind not in set(ServiceKind):
        kinds = "・".join(ServiceKind)
        raise Refused(f"支援の種類「{_shortened(kind)}」はありません。{kinds}のどれかにしてください。")
    if not name:
        raise Refused(
            f"「{_shortened(line)}」に支援の名称がありません。「A｜名称｜提供者｜内容｜コード」のように書いてください。"
        )
    return ServiceLine(
        ServiceKind(kind),
        _checked(name, 200),
        _checked(provider, 200),
        _checked(content, 1000),
        _checked(code, 20),
    )


_SPAN: Final = re.compile(rf"(?P<first>[^{UNTIL}〜~]*)[{UNTIL}〜~](?P<last>[^{UNTIL}〜~]*)")


def _consent(line: str) -> ConsentLine:
    span, _, rest = line.partition(SEPARATOR)
    found = _SPAN.fullmatch(span)
    if found is None:
        raise Refused(
            f"同意「{_shortened(span)}」を読めません。「2014-01-10～2014-03-10」、続いているときは「2014-01-10～」と書いてください。"
        )
    first, last = parse_date(found["first"]), parse_date(found["last"]) if found["last"].strip() else None
    if last is not None and last < first:
        raise Refused(f"同意「{span}」の終わりが始まりより前です。日付を確かめてください。")
    (note,) = _at_most(rest, 1, "「2014-01-10～2014-03-10｜メモ」")
    return ConsentLine(first, last, _checked(note, LONGEST_NOTE))


def _assessment(line: str) -> AssessmentLine:
    on, summary = _at_most(line, 2, "「2014-01-10｜要約」")
    if not summary:
        raise Refused(
            f"「{_shortened(line)}」に要約がありません。「2014-01-10｜要約」のように書いてください。"
        )
    return AssessmentLine(parse_date(on), _checked(summary, LONGEST_SUMMARY))


def _level(line: str) -> LevelLine:
    on, level, note = _at_most(line, 3, "「2014-01-10｜3｜メモ」")
    if not level.isascii() or not level.isdigit() or len(level) > 1 or int(level) not in LEVELS:
        raise Refused(f"レベル「{_shortened(level)}」は0から5までの数にしてください。")
    return LevelLine(parse_date(on), int(level), _checked(note, LONGEST_NOTE))


def _lines(read: Callable[[str], ListLine]) -> Callable[[str], tuple[ListLine, ...]]:
    def read_all(text: str) -> tuple[ListLine, ...]:
        return tuple(read(line) for line in text.split("\n") if line.strip())

    return read_all


_READERS: Final[Mapping[Further, Callable[[str], Value]]] = {
    Further.FIRST_CONTACT: parse_date,
    Further.ASSIGNED: _text(100),
    Further.NAME: _text(100),
    Further.KANA: _text(100),
    Further.DRAFTED: parse_date,
    Further.START: parse_date,
    Further.GOAL: _text(2000, lines=True),
    Further.SERVICES: _lines(_service),
    Further.MONITORED: parse_date,
    Further.ENDING_ASKED: parse_date,
    Further.URGENT: parse_date,
    Further.ACHIEVED: _text(2000, lines=True),
    Further.CHANGES: _text(2000, lines=True),
    Further.FOLLOW_UP: _follow_up,
    Further.CONSENTS: _lines(_consent),
    Further.ASSESSMENTS: _lines(_assessment),
    Further.LEVELS: _lines(_level),
    Further.CLOSED: parse_date,
    Further.CLOSED_WHY: _text(500, lines=True),
}


# --- merging ------------------------------------------------------------------------------------------------------


def key_of(line: ListLine) -> date | None:
    """Return the day that a fact of a list is known by; None for services, which only their whole list is."""
    match line:
        case ConsentLine():
            return line.first
        case LevelLine():
            return line.on
        case _:
            return None


def overlap(one: ConsentLine, other: ConsentLine) -> bool:
    """Return whether both consents hold on some day."""
    return (one.last is None or other.first <= one.last) and (other.last is None or one.first <= other.last)


def days_of(values: Values) -> Iterable[tuple[Further, date]]:
    """Yield the days of what has happened, with their columns: none of them can lie ahead."""
    for column, value in values.items():
        if column is Further.START:
            continue
        if isinstance(value, date):
            yield column, value
        elif isinstance(value, tuple):
            yield from ((column, day) for line in value if (day := _happened(line)) is not None)


def _happened(line: ListLine) -> date | None:
    match line:
        case ConsentLine():
            return line.last or line.first
        case AssessmentLine() | LevelLine():
            return line.on
        case ServiceLine():
            return None
