"""年間の支払: what was paid to each person in a calendar year, and what the office should check with its tax office.

The thresholds are those of 法定調書 and of a tax circular; whether they apply to this office is for the tax office.
Flags therefore say what to look at and settle nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from meetings_app.core.money import format_yen
from meetings_app.core.terms import WithholdingMode

ALL_BODIES: Final = "計"
"""Stands for the body in a person's sum row."""

_SALARIES: Final = (WithholdingMode.MONTHLY, WithholdingMode.DAILY)


@dataclass(frozen=True, slots=True)
class YearlyRow:
    """支払の一件: one payment to one person by one body, amounts in integer yen, below zero where taken back.

    `taxable` is the base that `mode` was applied to; 0 under 源泉なし. `is_ordered`: the bank has the order, `paid_on`
    is the day of the transfer. Rows of one payment (two ways of withholding) share a `payment_id`.
    """

    person_id: str
    name: str
    committee: str
    paid_on: date
    honorarium: int
    travel: int
    withheld: int
    net: int
    mode: WithholdingMode
    taxable: int
    is_ordered: bool = False
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """提出範囲等の基準額 in yen; None switches a check off.

    `fee_over`: 報酬、料金の支払調書, over this in a year. `salary_over`: 給与所得の源泉徴収票 (乙欄), over this.
    `small_committee_fee_upto`: 所得税基本通達28-7, up to this for each body.
    """

    fee_over: int | None = 50_000
    salary_over: int | None = 500_000
    small_committee_fee_upto: int | None = 10_000


@dataclass(frozen=True, slots=True)
class YearlyTotal:
    """年間計: what one person was paid in a calendar year by one body, or by all (`committee` 「計」), in yen.

    `payments` counts payments; `ordered` is the part of `net` that the bank has only been ordered to pay; `flags` say
    in Japanese what to check.
    """

    person_id: str
    name: str
    committee: str
    year: int
    payments: int
    honorarium: int
    travel: int
    withheld: int
    net: int
    flags: tuple[str, ...] = ()
    ordered: int = 0


def yearly_totals(rows: Iterable[YearlyRow], thresholds: Thresholds) -> tuple[YearlyTotal, ...]:
    """Return totals by calendar year of payment, person and body, and after a person's bodies their sum row.

    The order is by year, name and body, whatever the order of `rows`; a person bears the name of the latest payment.
    The check of small committee fees stands on a body's row (the circular judges each body by itself), those of
    the yearly reports, which are the payer's, on the sum row.
    """
    groups: dict[tuple[int, str], list[YearlyRow]] = {}
    for row in rows:
        groups.setdefault((row.paid_on.year, row.person_id), []).append(row)
    people = sorted((year, _name(own), person_id) for (year, person_id), own in groups.items())
    return tuple(
        total
        for year, _, person_id in people
        for total in _of_person(year, groups[year, person_id], thresholds)
    )


def _of_person(year: int, own: Sequence[YearlyRow], thresholds: Thresholds) -> list[YearlyTotal]:
    name = _name(own)
    bodies = sorted({row.committee for row in own})
    totals = []
    for body in bodies:
        part = [row for row in own if row.committee == body]
        totals.append(_total(year, name, body, part, _body_flags(part, thresholds)))
    return [*totals, _total(year, name, ALL_BODIES, own, _person_flags(own, thresholds))]


def _name(own: Iterable[YearlyRow]) -> str:
    return max((row.paid_on, row.name) for row in own)[1]


def _total(
    year: int, name: str, committee: str, rows: Sequence[YearlyRow], flags: tuple[str, ...]
) -> YearlyTotal:
    return YearlyTotal(
        person_id=rows[0].person_id,
        name=name,
        committee=committee,
        year=year,
        payments=len({row.payment_id or str(place) for place, row in enumerate(rows)}),
        honorarium=sum(row.honorarium for row in rows),
        travel=sum(row.travel for row in rows),
        withheld=sum(row.withheld for row in rows),
        net=sum(row.net for row in rows),
        flags=flags,
        ordered=sum(row.net for row in rows if row.is_ordered),
    )


# --- flags ---


def _body_flags(rows: Sequence[YearlyRow], thresholds: Thresholds) -> tuple[str, ...]:
    limit = thresholds.small_committee_fee_upto
    honorarium = sum(row.honorarium for row in rows)
    if limit is None or not 0 < honorarium <= limit:
        return ()
    travel = "旅費の支給がある。" if any(row.travel for row in rows) else ""
    rule = "少額の委員手当の扱い（所得税基本通達28-7）"
    return (
        f"報酬の年計{format_yen(honorarium)}は{format_yen(limit)}以下。{travel}{rule}に当たるかを税務署に確認する",
    )


def _person_flags(rows: Sequence[YearlyRow], thresholds: Thresholds) -> tuple[str, ...]:
    fees = sum(row.taxable for row in rows if row.mode is WithholdingMode.FEE)
    salaries = sum(row.taxable for row in rows if row.mode in _SALARIES)
    untaxed = sum(row.honorarium + row.travel for row in rows if row.mode is WithholdingMode.NONE)
    checks = (
        ("報酬・料金の年計", fees, thresholds.fee_over, "報酬、料金等の支払調書の提出範囲に当たるか"),
        ("給与（乙欄）の年計", salaries, thresholds.salary_over, "給与所得の源泉徴収票の提出範囲に当たるか"),
        ("源泉なしの報酬と旅費の年計", untaxed, thresholds.fee_over, "法定調書の提出が要るか"),
    )
    return tuple(
        f"{what}{format_yen(total)}は{format_yen(limit)}を超える。{check}を税務署に確認する"
        for what, total, limit, check in checks
        if limit is not None and total > limit
    )
