"""設定: what the regulations leave open, with who set it and when. Unset means the default written here."""

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.services.audit import record
from meetings_app.tables.office import OfficeSetting

Value = int | str | bool | None

DEFAULTS: dict[str, Value] = {
    "due.first_plan_limit_days": None,
    "due.horizon_days": 42,
    "due.ending_limit_days": 14,
    "honoraria.online_travel": "ask",
    "honoraria.same_day_travel": "once",
    "honoraria.version_confirmed_by": None,
    "honoraria.version_confirmed_on": None,
    "regional.threshold_inside": 3,
    "regional.threshold_outside": 10,
    "office.name": "",
    "office.base_url": "http://127.0.0.1:8000",
    "demo.as_of": None,
}


def get_setting(session: Session, key: str) -> Value:
    """Return the value of a setting, or its default. Raises KeyError for a key the product does not know."""
    default = DEFAULTS[key]
    row = session.get(OfficeSetting, key)
    if row is None:
        return default
    value: Value = json.loads(row.value)
    return value


def get_number(session: Session, key: str) -> int:
    """Return a setting that always has a number."""
    value = get_setting(session, key)
    if not isinstance(value, int):
        raise TypeError(f"{key} holds no number: {value!r}")
    return value


def set_setting(*, session: Session, actor: Actor, clock: Clock, key: str, value: Value) -> None:
    """設定を決める: store a value with who set it and when."""
    if key not in DEFAULTS:
        raise KeyError(key)
    before = get_setting(session, key)
    row = session.get(OfficeSetting, key) or OfficeSetting(key=key, value="", set_by="", set_at=clock.now())
    row.value = json.dumps(value, ensure_ascii=False)
    row.set_by, row.set_at = actor.name, clock.now()
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="設定の変更",
        subject="office_setting",
        subject_id=key,
        detail={"before": before, "after": value},
    )


@dataclass(frozen=True, slots=True)
class DemoDay:
    """見本の基準日: the day a demonstration shows as today."""

    as_of: date


def demo_day(session: Session) -> DemoDay | None:
    """Return the demonstration's day; None for a real office."""
    value = get_setting(session, "demo.as_of")
    return DemoDay(date.fromisoformat(value)) if isinstance(value, str) else None
