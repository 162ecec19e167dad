"""資料の内容: what each paper of a packet says, before any template is filled.

Values are facts (dates, minutes, names), not sentences; `contexts` turns them into the words a template prints.
A text that nobody has written is "" here and 「（未記入）」 on paper.
"""

from dataclasses import dataclass
from datetime import date, datetime

from meetings_app.core.terms import Capacity, DueReason, Purpose, ServiceKind


@dataclass(frozen=True, slots=True)
class Contact:
    """連絡先 of the office: whom to call or write to."""

    office: str
    phone: str = ""
    mailbox: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """会議の頭書: what stands on top of every paper of one meeting. Times are aware.

    `document_number` is printed at the top right of letters.
    """

    body: str
    number: int
    starts_at: datetime
    ends_at: datetime
    venue: str
    dated: date
    contact: Contact
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """議題の1行: `starts_at` by the planned minutes. `shown` False: an item the reader does not sit in on,

    of which the paper tells the time only.
    """

    number: int
    title: str
    purpose: Purpose
    reason: DueReason | None
    deadline: date | None
    starts_at: datetime
    minutes: int
    case: int | None = None
    plan: int | None = None
    explanation: str = ""
    required: tuple[str, ...] = ()
    carried_since: int | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Invitation:
    """招集通知 to one person (第5条第1項; 第5条第4項 for those asked from outside). `lines`: their own items."""

    head: Head
    name: str
    organisation: str
    capacity: Capacity
    basis: str
    lines: tuple[AgendaLine, ...]
    comes_at: datetime
    leaves_at: datetime


@dataclass(frozen=True, slots=True)
class Programme:
    """次第: the items in order with their times."""

    head: Head
    presider: str
    lines: tuple[AgendaLine, ...]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """出席者名簿の1行: `label` is the office or capacity; `items` the numbers of the items they sit in on."""

    label: str
    name: str
    organisation: str
    basis: str
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """出席者名簿."""

    head: Head
    rows: tuple[RosterRow, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """席: one place at the table."""

    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Seating:
    """座席表: a table with four sides; `sides` pairs the left and the right seat, top to bottom."""

    head: Head
    top: tuple[Seat, ...]
    sides: tuple[tuple[Seat | None, Seat | None], ...]
    bottom: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """案件一覧: the items with purpose, reason and deadline."""

    head: Head
    lines: tuple[AgendaLine, ...]


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """支援内容の1行 of a plan."""

    kind: ServiceKind
    name: str
    provider: str
    content: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """対応: who does what by when; `done_on` None while it is open."""

    what: str
    who: str
    due_on: date | None
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class EarlierOutcome:
    """前回の結果 of the same case."""

    number: int
    day: date
    outcome: str
    confirmed: str
    actions: tuple[ActionLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CasePaper:
    """個別資料: one case for its item. `period_end` and `monitoring` are texts, as exact as the record is.

    `initials` "" where the office shows none. `to_confirm` lists what the meeting is asked. `for_staff` False: the
    copy for the 本人 and the 家族, which leaves out the workers' own notes.
    """

    head: Head
    paper_number: int
    line: AgendaLine
    case: int
    initials: str
    plan: int
    assessed_on: date | None
    assessment: str
    goal: str
    period_start: date | None
    period_end: str
    monitoring: str
    services: tuple[ServiceLine, ...]
    earlier: EarlierOutcome | None
    level: int | None
    level_before: int | None
    achieved: str
    changes: str
    consent_on: date | None
    to_confirm: tuple[str, ...]
    for_staff: bool = True


@dataclass(frozen=True, slots=True)
class CaseListRow:
    """相談者一覧の1行: `levels` are those of the last meetings, oldest first; `level` None: not assessed yet."""

    case: int
    initials: str
    is_new: bool
    level: int | None
    levels: tuple[tuple[date, int], ...]
    plan: int | None
    stage: str
    period_end: str
    assigned: str
    note: str


@dataclass(frozen=True, slots=True)
class TargetLine:
    """目安値: a yearly figure against the office's target (None: none set)."""

    label: str
    actual: int
    target: int | None


@dataclass(frozen=True, slots=True)
class CaseList:
    """相談者一覧: every open case with its level, and the year so far."""

    head: Head
    on: date
    rows: tuple[CaseListRow, ...]
    fiscal_year: str
    targets: tuple[TargetLine, ...]


@dataclass(frozen=True, slots=True)
class CollectionRow:
    """回収確認表の1行: one packet handed out under its serial number."""

    serial: int
    name: str
    organisation: str
    papers: tuple[str, ...]
    collected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """回収確認表: who was given which numbered packet, to be ticked when it comes back."""

    head: Head
    rows: tuple[CollectionRow, ...]


@dataclass(frozen=True, slots=True)
class ClientNotice:
    """本人への説明: one page in plain language: what was agreed, what comes next, whom to call."""

    dated: date
    met_on: date
    name: str
    goal: str
    agreed: tuple[str, ...]
    next_steps: tuple[ActionLine, ...]
    next_talk: str
    contact: Contact


Paper = (
    Invitation | Programme | Roster | Seating | ItemList | CasePaper | CaseList | Collection | ClientNotice
)
