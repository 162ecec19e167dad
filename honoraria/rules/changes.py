"""何が変わったか: the facts an assessment rested on, against the facts as they are on record now."""

from collections.abc import Mapping
from typing import Any

NAMED = {
    "mode": "出席の方法",
    "capacity": "区分",
    "residence": "居住地区",
    "statuses": "公務員区分",
    "kinship": "続柄",
    "terms": "任期",
    "venue_district": "会場の地区",
    "earlier_meetings": "その日に旅費の付く別の会議",
}
"""What the facts are called, in the order people look at them."""


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what differs, a phrase each: 「居住地区: 釧路 → 阿寒」."""
    told = {key: (_text(key, before.get(key)), _text(key, now.get(key))) for key in NAMED}
    return tuple(f"{NAMED[key]}: {was} → {is_now}" for key, (was, is_now) in told.items() if was != is_now)


def _text(key: str, value: Any) -> str:
    if value is None:
        return "申告なし"
    if key == "earlier_meetings":
        return f"{value}回"
    if key == "statuses":
        return "・".join(_status(one) for one in value) or "申告なし"
    if key == "terms":
        return "、".join(f"{one['valid_from']}～{one['valid_to'] or ''}" for one in value) or "なし"
    if key == "kinship":
        return "、".join(one or "申告なし" for one in value) or "なし"
    return str(value)


def _status(one: Mapping[str, Any]) -> str:
    if not one["is_public_employee"]:
        return "公務員でない"
    known = [str(one[key]) for key in ("service_class", "working_time") if one[key]]
    return f"公務員（{'・'.join(known) or '区分不明'}）"
