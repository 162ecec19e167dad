"""承認した議事録を読み戻す: from the canonical JSON that was stored to the view it was written from.

Content stored by an earlier program lacks what minutes have learned to say since; such fields take their defaults.
"""

import json
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from minutes.rules.minutes_view import MinutesView


def read_canonical(text: str) -> MinutesView:
    """Return the view that `canonical_json` wrote down. Raises ValueError for anything else."""
    try:
        view: MinutesView = _made(MinutesView, json.loads(text))
    except (KeyError, TypeError) as unreadable:
        raise ValueError("this text is no stored minutes") from unreadable
    return view


def _read(kind: Any, value: Any) -> Any:
    """Return a stored value as the type its field declares."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), value)
    if origin is tuple:
        (part, _rest) = get_args(kind)
        return tuple(_read(part, entry) for entry in value)
    if is_dataclass(kind):
        return _made(kind, value)
    return _plain(kind, value)


def _plain(kind: Any, value: Any) -> Any:
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind}")
    return value


def _one_of(kinds: tuple[Any, ...], value: Any) -> Any:
    """Return the value as the first of the declared types that takes it."""
    if value is None and type(None) in kinds:
        return None
    for kind in kinds:
        try:
            return _read(kind, value)
        except (TypeError, ValueError):
            continue
    raise ValueError(f"{value!r} is none of {kinds}")


def _made(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no {kind}")
    hints = get_type_hints(kind)
    told = [field for field in fields(kind) if field.name in value or not _has_default(field)]
    return kind(**{field.name: _read(hints[field.name], value[field.name]) for field in told})


def _has_default(field: "Field[Any]") -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
