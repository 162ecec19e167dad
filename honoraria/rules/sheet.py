"""支給調書: what a sheet is made of and what it says. Page, Word, Excel, notice and bank file all read this.

A line starts from the stored assessment; a person's decision (個別決定) and a refusal of payment (辞退) stand
beside it. `honoraria.rules.compose` works the sheet out from these alone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from honoraria.rules.withholding import WithholdingPolicy
from meetings_app.core.explained import Finding, Step
from meetings_app.core.terms import Capacity, CommitteeKind, Decision, District, LineOutcome, RunStatus


@dataclass(frozen=True, slots=True)
class Ruling:
    """個別決定: amounts in yen, decided by a named person with a reason."""

    label: str
    honorarium: int
    travel: int
    reason: str
    decided_by: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Refusal:
    """辞退: declared in writing on a day."""

    declared_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """選べる判断: an answer to an open question; None: to be entered or still open."""

    label: str
    honorarium: int | None
    travel: int | None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """判断を求めること, with the answers to choose from."""

    code: str
    sentence: str
    citations: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """支給の判定 as stored: the computed result that decisions stand beside."""

    assessment_id: str
    decision: Decision
    honorarium: int | None
    travel: int | None
    reason: str
    citations: tuple[str, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """訂正の前: what the lines of an attendance came to on final sheets so far, in yen, and on which sheet.

    The tax policy of the first line goes on to hold for its corrections. `changes` says which facts differ now.
    """

    line_id: str
    sheet: str
    honorarium: int
    travel: int
    policy: WithholdingPolicy
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """支給の行の材料: one attendance (or the correction of one, with `before`) and what is on record about it."""

    attendance_id: str
    person_id: str
    name: str
    organisation: str
    capacity: Capacity
    district: District | None
    meeting: str
    held_on: date
    assessed: Assessed
    ruling: Ruling | None = None
    refusal: Refusal | None = None
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """訂正の内訳: what was paid by which sheet and what holds now, in yen; the line is the difference."""

    line_id: str
    sheet: str
    honorarium_before: int
    travel_before: int
    honorarium_now: int | None
    travel_now: int | None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """支給の行: what one attendance is paid on this sheet, in integer yen; None while a person has to decide.

    `steps` is the whole story down to 差引. `taxable`, `tax_span` and `policy` say what `withheld` rests on.
    `blocked` is what must be done before the sheet can be final, in Japanese, empty where nothing is missing.
    """

    attendance_id: str
    person_id: str
    name: str
    organisation: str
    capacity: Capacity
    district: District | None
    meeting: str
    held_on: date
    assessment_id: str
    outcome: LineOutcome
    honorarium: int | None
    travel: int | None
    withheld: int | None
    net: int | None
    reason: str
    citations: tuple[str, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    ruling: Ruling | None = None
    refusal: Refusal | None = None
    correction: Corrected | None = None
    taxable: int = 0
    tax_span: str = ""
    policy: WithholdingPolicy | None = None
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """合計 in yen over the lines that are settled; `payable` counts persons with something to pay or return.

    `withheld` and `net` are None while it is not decided how tax is withheld.
    """

    honorarium: int
    travel: int
    withheld: int | None
    net: int | None
    payable: int
    open_lines: int


@dataclass(frozen=True, slots=True)
class SheetHead:
    """支給調書の頭書き: which meeting, under which regulation, and how tax is withheld.

    `title` is 「第19回 支援調整会議」 or, for corrections alone, 「訂正」. Moments are aware; `day` is the meeting's.
    """

    run_id: str
    number: int
    committee: str
    kind: CommitteeKind
    title: str
    office: str
    payer: str
    meeting_id: str | None
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    venue: str
    venue_district: District | None
    regulation: str
    rulebook_sha256: str
    rates_sha256: str
    withholding: str


@dataclass(frozen=True, slots=True)
class SheetContent:
    """支給調書の内容: what is checked, approved and frozen, and what its hash is taken of."""

    head: SheetHead
    lines: tuple[SheetLine, ...]
    totals: Totals
    findings: tuple[Finding, ...] = ()
    blocks: tuple[str, ...] = ()
    """What must be done before the sheet can be final, each a Japanese sentence; empty where nothing is missing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """手続: how far a sheet is, who took which step and when."""

    status: RunStatus
    created_by: str
    created_at: datetime
    checked_by: str | None = None
    checked_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    finalised_by: str | None = None
    finalised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """支給調書: content, stage and the hash of the content (None before it is final)."""

    content: SheetContent
    stage: Stage
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Payee:
    """受取人: one person's lines on one sheet with their sums in yen; `net` below zero is to be paid back."""

    person_id: str
    name: str
    organisation: str
    lines: tuple[SheetLine, ...]
    honorarium: int
    travel: int
    withheld: int
    net: int
