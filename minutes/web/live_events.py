"""出来事: what goes over the wire to the open screens, each already in the form of server-sent events."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar.response.sse import ServerSentEventMessage

from meetings_app.core.clock import Clock
from minutes.services.field_history import FieldNow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(clock: Clock) -> int:
    """Return the server's time in milliseconds since 1970, as browsers count."""
    return (clock.now() - _EPOCH) // timedelta(milliseconds=1)


def hello(clock: Clock) -> bytes:
    """The first event of every stream: the server's time."""
    return _event("hello", {"now": milliseconds(clock)})


def ping(clock: Clock) -> bytes:
    """A sign of life, with the server's time."""
    return _event("ping", {"now": milliseconds(clock)})


def regions(clock: Clock, html: Mapping[str, str]) -> bytes:
    """Parts of the page as they look now, by dom id."""
    return _event("regions", {"now": milliseconds(clock), "regions": dict(html)})


def field(item_id: str, name: str, now: FieldNow, op: str = "") -> bytes:
    """What stands in a field now; `op` is the write that brought it, where it came over the live screen."""
    return _event(
        "field",
        {
            "item": item_id,
            "field": name,
            "version": now.version,
            "value": now.value,
            "author": now.author,
            "op": op,
        },
    )


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return ServerSentEventMessage(data=text, event=name, sep="\n").encode()
