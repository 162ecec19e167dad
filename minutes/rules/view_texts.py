"""議事録の文を通して変える: one change to every text of a view, whatever part it stands in."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

_Part = TypeVar("_Part")


def map_texts(part: _Part, change: Callable[[str], str]) -> _Part:
    """Return `part` of a view with `change` made to every text in it; terms, days and numbers stay."""
    changed: _Part = _mapped(part, change)
    return changed


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(entry, change) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _mapped(getattr(value, field.name), change) for field in fields(value)}
        )
    return value
