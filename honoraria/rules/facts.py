"""What an assessment takes and gives: the facts of one attendance as of the meeting date, and the outcome."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from honoraria.rules.public_service import StatusFact
from meetings_app.core.effective import Period
from meetings_app.core.explained import Finding
from meetings_app.core.terms import AttendanceMode, Capacity, CommitteeKind, Decision, District


class OnlineTravel(StrEnum):
    """オンライン出席の旅費: the office's policy; unset means that a person is asked each time."""

    ASK = "ask"
    NONE = "none"
    PAY = "pay"


class SameDayTravel(StrEnum):
    """同じ日の旅費: a daily amount once a day, or with each meeting."""

    ONCE = "once"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class VersionConfirmation:
    """現行の確認: a named person saw the text of a regulation and found it current as of a day."""

    regulation: CommitteeKind
    confirmed_by: str
    as_of: date

    def __post_init__(self) -> None:
        if not self.confirmed_by.strip():
            raise ValueError("a confirmation needs the name of the person who gave it")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceFacts:
    """一人の一回の出席: everything the regulation looks at, as of the meeting date.

    `venue_district`, `residence` and `statuses` are None where nothing is recorded; so is an entry of
    `kinship`, which holds one path per 本人 of the cases sat in on. `terms` are the periods of appointment in
    this capacity. `earlier_meetings` counts meetings of either body earlier that day whose line carries 旅費.
    `attended` says when, for the story: 「10:00–11:05」.
    """

    committee: CommitteeKind
    held_on: date
    meeting_closed: bool
    attendance_confirmed: bool
    venue_district: District | None
    capacity: Capacity
    terms: tuple[Period, ...]
    residence: District | None
    statuses: tuple[StatusFact, ...] | None
    kinship: tuple[str | None, ...]
    mode: AttendanceMode
    earlier_meetings: int = 0
    online_travel: OnlineTravel = OnlineTravel.ASK
    same_day_travel: SameDayTravel = SameDayTravel.ONCE
    confirmations: tuple[VersionConfirmation, ...] = ()
    attended: str = ""

    def __post_init__(self) -> None:
        if self.earlier_meetings < 0:
            raise ValueError("earlier_meetings is a number of meetings")


@dataclass(frozen=True, slots=True)
class Alternative:
    """選べる判断: one answer to an open question with its amounts in yen (None: to be entered or still open)."""

    label: str
    honorarium: int | None
    travel: int | None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """判断を求めること: what the regulation leaves open, in one sentence, and the answers to choose from.

    The amounts of an answer hold if every other open question is answered in favour of payment.
    """

    code: str
    sentence: str
    citations: tuple[str, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """支給の判定: the outcome for one attendance.

    Amounts in integer yen; None where open (要判断) or where there is no line (対象なし). `citations` are all the
    articles looked at, `grounds` those that decided, both in order and without repetition.
    """

    decision: Decision
    honorarium: int | None
    travel: int | None
    findings: tuple[Finding, ...]
    citations: tuple[str, ...]
    grounds: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]
    reason: str

    @property
    def total(self) -> int | None:
        """計: 報酬 and 旅費 together in yen; None while either is open."""
        if self.honorarium is None or self.travel is None:
            return None
        return self.honorarium + self.travel
