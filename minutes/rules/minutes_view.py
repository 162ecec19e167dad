"""議事録の内容: everything a finished minute says, ready to be written down. Pure: no database, no Word.

`None` in an optional field means that nobody has filled it in yet; papers print it as 「（未記入）」.
An empty tuple means that there was none; papers print it as 「なし」.
Moments are aware and are printed as wall-clock time in Japan.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum

from meetings_app.core.clock import TOKYO
from meetings_app.core.explained import Finding
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    District,
    DueReason,
    EvaluationOutcome,
    IssueCategory,
    Office,
    PlanOutcome,
    Shortage,
)

SUBSTITUTE_OFFICES = (Office.VICE_CHAIR, Office.REGIONAL_VICE_CHAIR)
"""Offices whose holder presides only in the chair's place (第5条第2項)."""

Due = date | str | None
"""期限: a day, or words where the record is no more exact (「12月下旬」) or there is none (「期限なし」)."""


class ApprovalStatus(StrEnum):
    """議事録の状態: as printed on the paper."""

    DRAFT = "案"
    CIRCULATED = "回覧中"
    APPROVED = "承認済"


@dataclass(frozen=True, slots=True)
class Place:
    """場所: the venue and the district it lies in (第7条第3項②)."""

    venue: str
    district: District | None = None


@dataclass(frozen=True, slots=True)
class Presider:
    """議長: who presided, by which office.

    `substitution` is the sentence saying why a 副委員長 presided; `basis` its article. `decided_by` says who decided
    it where somebody of neither office presided: the regulation leaves that open.
    """

    name: str
    office: str | None = None
    substitution: str | None = None
    basis: str = "第5条第2項"
    decided_by: str | None = None

    @property
    def is_substitute(self) -> bool:
        """Whether somebody presided in the chair's place."""
        return self.office in SUBSTITUTE_OFFICES or self.substitution is not None


@dataclass(frozen=True, slots=True)
class PresidingSpan:
    """議長の交代: who presided from a moment on, and why; `None` in `since` stands for the opening."""

    name: str
    office: str | None = None
    since: datetime | None = None
    reason: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Recess:
    """休憩: the meeting stood still; `None` in `ended` stands for the closing."""

    started: datetime
    ended: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """在席: one interval in the room; `None` stands for the opening or the closing of the meeting."""

    arrived: datetime | None = None
    left: datetime | None = None
    mode: AttendanceMode = AttendanceMode.IN_PERSON


@dataclass(frozen=True, slots=True)
class Attendee:
    """出席者: one person with the intervals they were there, in order.

    `missed` holds one finished sentence for each item they were not in the room for.
    """

    name: str
    capacity: Capacity
    office: str | None = None
    organisation: str | None = None
    stays: tuple[Stay, ...] = (Stay(),)
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absentee:
    """欠席者: who was expected and did not come."""

    name: str
    capacity: Capacity
    office: str | None = None
    organisation: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Invitee:
    """意見聴取のため出席を求めた者: somebody outside the composition (第5条第4項)."""

    name: str
    organisation: str | None = None
    asked_about: str | None = None
    stays: tuple[Stay, ...] = (Stay(),)
    missed: tuple[str, ...] = ()
    basis: str = "第5条第4項"


@dataclass(frozen=True, slots=True)
class Recusal:
    """審議から外れた者: who took no part in an item, and why."""

    name: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """確認の観点への答え: yes, no, or not filled in, with a remark."""

    answer: bool | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """四つの確認: what a meeting makes sure of for every case."""

    fits_situation: Check = Check()
    solves_problem: Check = Check()
    keeps_motivation: Check = Check()
    lacks_resources: Check = Check()


@dataclass(frozen=True, slots=True)
class Action:
    """今後の対応: what is to be done, by whom, by when."""

    what: str
    who: str | None = None
    by_when: Due = None


@dataclass(frozen=True, slots=True)
class EarlierAction:
    """前回までの対応: what an earlier meeting agreed on the same case, and what became of it.

    `meeting` names that meeting (「第18回」); `done_on` None: still open when this meeting ended.
    """

    what: str
    who: str | None = None
    by_when: Due = None
    meeting: str | None = None
    done_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """支援内容の変更: what the meeting changed in the plan's services; `kind` is 追加, 終了 or 変更."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Span:
    """時間: from when until when an item was on the table; `None` in `ended` stands for not known."""

    started: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """議題: one item of the agenda as it was dealt with.

    `purpose` and `article` name one of the meeting's purposes (第2条). `is_case` is False for items about no
    single client, which have neither case number nor checks. `spans` are the stretches during which it was on the
    table, `actual_minutes` their sum without breaks. `presider` is who presided when the outcome was recorded;
    `missing` is the sentence on required people who were not there then. `carried_over`: the meeting closed without
    an outcome.
    """

    number: int
    title: str
    purpose: str | None = None
    article: str | None = None
    case_number: str | None = None
    reason: DueReason | None = None
    deadline: Due = None
    present: tuple[str, ...] | None = None
    recusals: tuple[Recusal, ...] = ()
    explanation: str | None = None
    discussion: str | None = None
    checks: Checks = Checks()
    outcome: PlanOutcome | EvaluationOutcome | None = None
    follow_up: str | None = None
    confirmed: str | None = None
    actions: tuple[Action, ...] = ()
    is_case: bool = True
    planned_minutes: int | None = None
    actual_minutes: int | None = None
    spans: tuple[Span, ...] = ()
    service_changes: tuple[ServiceChange, ...] = ()
    earlier_actions: tuple[EarlierAction, ...] = ()
    presider: str | None = None
    missing: str | None = None
    carried_over: bool = False


@dataclass(frozen=True, slots=True)
class DeferredPlan:
    """今回諮らなかったプラン: a plan that was due and was not taken, with the reason."""

    plan: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RegionalIssue:
    """地域の課題: raised at the meeting (第2条第4号); `item` is the number of the item it was raised on."""

    category: IssueCategory
    shortage: Shortage | None = None
    municipality: str | None = None
    text: str | None = None
    item: int | None = None


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """次回会議."""

    start: datetime | None = None
    place: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """承認: by whom, when, and of which version."""

    status: ApprovalStatus = ApprovalStatus.DRAFT
    approver: str | None = None
    approved_on: date | None = None
    version: int | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """訂正: a dated change after approval, with its reason; `place` is a label of `minutes.rules.places`."""

    corrected_on: date
    place: str
    before: str
    after: str
    reason: str
    number: int | None = None
    approver: str | None = None


@dataclass(frozen=True, slots=True)
class MinutesView:
    """議事録: one meeting's minutes, complete, in the order they are printed.

    `title` replaces the usual 「第n回　会議名　議事録」 where it is given. `findings` are printed as notes.
    `recorded_afterwards` is the sentence on a meeting that was held on paper and entered later. `presiders` are
    all who presided, in order, where that changed. Whatever was added to this class later has a default: content
    that was stored before reads back without it.
    """

    committee: str
    version: int
    meeting_number: int | None = None
    title: str | None = None
    document_number: str | None = None
    document_date: date | None = None
    start: datetime | None = None
    end: datetime | None = None
    place: Place | None = None
    presider: Presider | None = None
    attendees: tuple[Attendee, ...] = ()
    absentees: tuple[Absentee, ...] = ()
    invitees: tuple[Invitee, ...] = ()
    items: tuple[MinutesItem, ...] = ()
    deferred: tuple[DeferredPlan, ...] = ()
    regional_issues: tuple[RegionalIssue, ...] = ()
    next_meeting: NextMeeting | None = None
    approval: Approval = Approval()
    corrections: tuple[Correction, ...] = ()
    findings: tuple[Finding, ...] = ()
    handling: str = "取扱注意"
    meeting_id: str | None = None
    presiders: tuple[PresidingSpan, ...] = ()
    recesses: tuple[Recess, ...] = ()
    recorded_afterwards: str | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the 議長 has approved these minutes."""
        return self.approval.status is ApprovalStatus.APPROVED


def in_japan(moment: datetime) -> datetime:
    """Return `moment` as wall-clock time in Japan; one without a zone is taken to be that already."""
    return moment.replace(tzinfo=TOKYO) if moment.tzinfo is None else moment.astimezone(TOKYO)


def canonical_json(view: MinutesView) -> str:
    """Return the one JSON text that stands for `view`: sorted keys, no spaces, ASCII only."""
    return json.dumps(_plain(view), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def content_hash(view: MinutesView) -> str:
    """内容照合値: return the SHA-256 of the canonical JSON, 64 hexadecimal digits.

    For content that is stored, the hash that counts is that of the stored text (`text_hash`): a later program may
    know more fields than the text has, and would write it differently.
    """
    return text_hash(canonical_json(view))


def text_hash(content: str) -> str:
    """内容照合値 of stored content: return the SHA-256 of the text as it stands, 64 hexadecimal digits."""
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return in_japan(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
