"""Results that explain themselves: a value with the steps that led to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

Fact = str | int | bool | None
"""One input or result of a step: text, integer yen, yes/no, or nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """手順: one step of a rule: what was looked at, what came out, and by which article."""

    label: str
    result: Fact
    inputs: Mapping[str, Fact] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    note: str = ""
    """One Japanese sentence for people, e.g. 「居住地 阿寒湖畔地区、会場 釧路地区」."""


@dataclass(frozen=True, slots=True)
class Explained(Generic[T]):
    """説明付きの結果: the value and every step that led to it, in order."""

    value: T
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """所見: something a person should know; it changes no result by itself.

    `row` counts as a spreadsheet does (the heading is row 1); `column` is the heading's text.
    `severity` is "info", "warning" or "refused".
    """

    code: str
    message: str
    severity: str = "warning"
    row: int | None = None
    column: str | None = None
    raw: str | None = None
