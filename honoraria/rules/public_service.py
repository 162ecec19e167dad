"""公務員か: who is left out as a public employee, and who as 非常勤の特別職 is not (第7条第4項)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meetings_app.core.terms import ServiceClass, WorkingTime


class Standing(StrEnum):
    """支給との関係: what a status, or all of them together, mean for payment."""

    ELIGIBLE = "支給できる"
    EXCLUDED = "支給しない"
    OPEN = "要判断"


@dataclass(frozen=True, slots=True)
class StatusFact:
    """公務員区分: one status somebody holds on the day of the meeting.

    None means not known. `needs_review` (要確認) sends the status to a person whatever else is known.
    """

    is_public_employee: bool | None
    service_class: ServiceClass | None = None
    working_time: WorkingTime | None = None
    occupation: str = ""
    legal_basis: str = ""
    needs_review: bool = False
    declared_on: date | None = None


@dataclass(frozen=True, slots=True)
class PaidException:
    """除かれる公務員: the only public employees who may be paid (非常勤の特別職)."""

    service_class: ServiceClass
    working_time: WorkingTime


@dataclass(frozen=True, slots=True)
class ServiceVerdict:
    """公務員の判定: `reason` is one Japanese sentence; `proposes_unpaid` belongs to an open verdict."""

    standing: Standing
    reason: str
    proposes_unpaid: bool = False


def standing(status: StatusFact, exception: PaidException) -> Standing:
    """Return what one status means for payment.

    A public employee whose known half already differs from the exception is out, even if the other half is
    not known: an ordinary-service employee is excluded full-time or part-time.
    """
    if status.needs_review or status.is_public_employee is None:
        return Standing.OPEN
    if not status.is_public_employee:
        return Standing.ELIGIBLE
    known = ((status.service_class, exception.service_class), (status.working_time, exception.working_time))
    if any(value is not None and value is not wanted for value, wanted in known):
        return Standing.EXCLUDED
    return Standing.OPEN if any(value is None for value, _ in known) else Standing.ELIGIBLE


def judge_service(statuses: Sequence[StatusFact] | None, exception: PaidException) -> ServiceVerdict:
    """Return the verdict on everything somebody holds on the day (None or nothing: undeclared).

    All excluded is certain. Excluded beside another status is open, with 不支給 proposed: the article does
    not say what holds for somebody who is both.
    """
    if not statuses:
        return ServiceVerdict(Standing.OPEN, "公務員かどうかの申告がありません。")
    found = [standing(status, exception) for status in statuses]
    described = "、".join(describe(status) for status in statuses)
    if all(one is Standing.EXCLUDED for one in found):
        return ServiceVerdict(Standing.EXCLUDED, f"{described}。支給の対象になりません。")
    if Standing.EXCLUDED in found:
        reason = f"{described}。支給の対象にならない身分を併せ持っています。"
        return ServiceVerdict(Standing.OPEN, reason, proposes_unpaid=True)
    if Standing.OPEN in found:
        return ServiceVerdict(Standing.OPEN, f"{described}。任用の根拠の確認が必要です。")
    return ServiceVerdict(Standing.ELIGIBLE, _eligible(statuses, described))


def _eligible(statuses: Sequence[StatusFact], described: str) -> str:
    if not any(status.is_public_employee for status in statuses):
        return f"{described}。"
    return f"{described}。非常勤の特別職は支給の対象から除かれません。"


def describe(status: StatusFact) -> str:
    """Return a status in words: 「公務員（特別職・非常勤）、民生委員」 or 「公務員でない」."""
    if status.is_public_employee is None:
        kind = "公務員かどうか不明"
    elif not status.is_public_employee:
        kind = "公務員でない"
    else:
        kind = f"公務員（{status.service_class or '職は不明'}・{status.working_time or '勤務は不明'}）"
    review = "、要確認" if status.needs_review else ""
    return f"{kind}{f'、{status.occupation}' if status.occupation else ''}{review}"
