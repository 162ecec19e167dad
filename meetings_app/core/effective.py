"""Dated facts: half-open periods [valid_from, valid_to), looked up at a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A fact that holds from `valid_from` up to but not including `valid_to` (None: open end)."""

    @property
    def valid_from(self) -> date: ...  # noqa: D102
    @property
    def valid_to(self) -> date | None: ...  # noqa: D102


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Period:
    """期間: half-open, [valid_from, valid_to)."""

    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"a period must end after it begins: {self.valid_from} to {self.valid_to}")


def holds(fact: Dated, on: date) -> bool:
    """Return whether `fact` is in effect on `on`."""
    return fact.valid_from <= on and (fact.valid_to is None or on < fact.valid_to)


def in_effect(facts: Iterable[D], on: date) -> list[D]:
    """Return the facts in effect on `on`, in the order given."""
    return [fact for fact in facts if holds(fact, on)]
