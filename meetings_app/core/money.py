"""Yen are whole numbers; nothing here or elsewhere computes money with floats."""

from fractions import Fraction

MINUS = "−"


def format_yen(amount: int | None, *, unknown: str = "未定") -> str:
    """Return integer yen as 「9,000円」 or 「−4,000円」; `None` (still open) as `unknown`."""
    return unknown if amount is None else f"{amount:,}円".replace("-", MINUS)


def cut_off(amount: Fraction) -> int:
    """円未満切捨て: return the yen of a non-negative `amount` without its fraction."""
    if amount < 0:
        raise ValueError("cut_off takes a non-negative amount")
    return amount.numerator // amount.denominator
