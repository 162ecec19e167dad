"""源泉徴収: by the office's chosen mode, on the total of a span, at the rate of the meeting's day.

Which mode applies is nothing the regulation settles: the office decides it with its tax office. Rates are dated
data (`meetings_app.rulebook.withholding`). Tax on the span so far is worked out once on its total, and each line
withholds the difference to what was withheld before, so that the order of lines changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from meetings_app.core.errors import Refused
from meetings_app.core.explained import Step
from meetings_app.core.money import cut_off, format_yen
from meetings_app.core.terms import WithholdingMode
from meetings_app.core.wareki import format_wareki

PARTS = 100_000
"""Rates are whole numbers of 1/100,000: 10.21% is 10,210."""


@dataclass(frozen=True, slots=True)
class Rate:
    """税率: of one mode over the days [valid_from, valid_to), for totals below `below` yen (None: any)."""

    mode: WithholdingMode
    valid_from: date
    valid_to: date | None
    per_100000: int
    below: int | None
    cite: str


@dataclass(frozen=True, slots=True)
class WithholdingPolicy:
    """源泉の設定: how the office withholds, and whether 旅費 belongs to the base."""

    mode: WithholdingMode
    includes_travel: bool = False

    def taxable(self, honorarium: int, travel: int) -> int:
        """課税対象額: return the base in yen; nothing under 源泉なし."""
        if self.mode is WithholdingMode.NONE:
            return 0
        return honorarium + travel if self.includes_travel else honorarium

    def span(self, held_on: date, attendance_id: str) -> str:
        """Return the name of the span whose total is taxed: a month, a day, or the attendance alone.

        The month is that of the duty: payment follows each meeting (第7条第2項).
        """
        if self.mode is WithholdingMode.MONTHLY:
            return f"{held_on:%Y-%m}"
        if self.mode is WithholdingMode.DAILY:
            return held_on.isoformat()
        return attendance_id if self.mode is WithholdingMode.FEE else ""


@dataclass(frozen=True, slots=True)
class TaxTables:
    """税の表: dated rates, and what the office typed in from the daily table: (taxable, day) → yen or None."""

    rates: tuple[Rate, ...]
    daily: Callable[[int, date], int | None]

    def rate_on(self, mode: WithholdingMode, on: date) -> Rate:
        """Return the rate of a mode on a day. Raises Refused where none is recorded."""
        for rate in self.rates:
            if rate.mode is mode and rate.valid_from <= on and (rate.valid_to is None or on < rate.valid_to):
                return rate
        raise Refused(
            f"{format_wareki(on)}の「{mode}」の税率は登録されていません。"
            "国税庁の表で率を確かめ、保守担当に登録を頼んでください。"
        )


@dataclass(frozen=True, slots=True)
class Taxed:
    """これまでの源泉: base and tax of a span so far, in yen."""

    taxable: int = 0
    withheld: int = 0


def tax_on(policy: WithholdingPolicy, total: int, on: date, tables: TaxTables) -> int:
    """Return the tax in yen on the total of a span, fractions cut off.

    Raises Refused where the total is beyond the rate's limit or the daily table has not been typed in.
    """
    if total <= 0 or policy.mode is WithholdingMode.NONE:
        return 0
    if policy.mode is WithholdingMode.DAILY:
        return _from_table(total, on, tables)
    rate = tables.rate_on(policy.mode, on)
    if rate.below is not None and total >= rate.below:
        raise Refused(
            f"課税対象が{format_yen(total)}で、「{policy.mode}」の率が使える範囲（{format_yen(rate.below)}未満）を超えています。"
            "源泉徴収税額表で税額を確かめ、税務署に扱いを確認してください。"
        )
    return cut_off(Fraction(total * rate.per_100000, PARTS))


def _from_table(total: int, on: date, tables: TaxTables) -> int:
    tax = tables.daily(total, on)
    if tax is None:
        raise Refused(
            f"日額表乙欄の税額（課税対象 {format_yen(total)}、{format_wareki(on)}）が未入力です。"
            "会計が源泉徴収税額表（日額表）を見て、設定に税額を入れてください。"
        )
    return tax


def withhold(
    policy: WithholdingPolicy, taxable: int, before: Taxed, on: date, tables: TaxTables
) -> tuple[int, Step]:
    """源泉: return what a line withholds on top of its span so far, in yen, with the step that says how.

    Negative where a correction gives tax back. Raises Refused as `tax_on`.
    """
    total = before.taxable + taxable
    # A line without base changes no total: neither a missing rate nor a changed table is its matter.
    withheld = tax_on(policy, total, on, tables) - before.withheld if taxable else 0
    return withheld, Step(
        "源泉",
        withheld,
        {"課税対象": taxable, "これまでの課税対象": before.taxable, "これまでの源泉": before.withheld},
        _citations(policy, total if taxable else 0, on, tables),
        _note(policy, taxable, before, on, tables),
    )


def _citations(policy: WithholdingPolicy, total: int, on: date, tables: TaxTables) -> tuple[str, ...]:
    setting = f"設定・{policy.mode}"
    rated = policy.mode in (WithholdingMode.FEE, WithholdingMode.MONTHLY) and total > 0
    return (setting, tables.rate_on(policy.mode, on).cite) if rated else (setting,)


def _note(policy: WithholdingPolicy, taxable: int, before: Taxed, on: date, tables: TaxTables) -> str:
    if policy.mode is WithholdingMode.NONE:
        return "源泉徴収をしない設定"
    base = "報酬と旅費" if policy.includes_travel else "報酬"
    total = before.taxable + taxable
    if total <= 0 or not taxable:
        return f"課税対象（{base}）なし"
    how = "日額表の税額" if policy.mode is WithholdingMode.DAILY else percent(policy, on, tables)
    if not before.taxable and not before.withheld:
        return (
            f"{base} {format_yen(taxable)} × {how}、円未満切捨て"
            if "％" in how
            else f"{base} {format_yen(taxable)}の{how}"
        )
    span = {WithholdingMode.MONTHLY: "この月の計", WithholdingMode.DAILY: "この日の計"}.get(
        policy.mode, "訂正後の計"
    )
    return f"{span} {format_yen(total)}（{how}）から、源泉済みの{format_yen(before.withheld)}を引く"


def percent(policy: WithholdingPolicy, on: date, tables: TaxTables) -> str:
    """Return the rate in words: 「10.21％」."""
    parts = tables.rate_on(policy.mode, on).per_100000
    whole, rest = divmod(parts, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") + "％"


def policy_text(policy: WithholdingPolicy | None) -> str:
    """Return the choice in words: 「給与乙欄 月額、旅費は含めない」; says so while it is unset."""
    if policy is None:
        return "未設定"
    if policy.mode is WithholdingMode.NONE:
        return str(policy.mode)
    return f"{policy.mode}、旅費は{'含める' if policy.includes_travel else '含めない'}"


Spans = Mapping[tuple[str, WithholdingMode, str], Taxed]
"""What was withheld so far, by person, mode and span."""
