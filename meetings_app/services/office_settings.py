"""設定: what the regulations leave open, with who set it and when. Unset means the default written here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from honoraria.zengin.account import masked
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.services.audit import record
from meetings_app.tables.office import OfficeSetting

Value = int | str | bool | None

DEFAULTS: dict[str, Value] = {
    "due.first_plan_limit_days": None,
    "due.horizon_days": 42,
    "due.ending_limit_days": 14,
    "due.replan_days": 30,
    "due.monitoring": "範囲に入ったら",
    "agenda.minutes.新規": 15,
    "agenda.minutes.再プラン": 15,
    "agenda.minutes.評価": 10,
    "agenda.minutes.終結": 10,
    "agenda.minutes.モニタリング": 5,
    "agenda.minutes.臨時": 15,
    "agenda.minutes.継続協議": 10,
    "cases.names": False,
    "cases.level_0": "",
    "cases.level_1": "",
    "cases.level_2": "",
    "cases.level_3": "",
    "cases.level_4": "",
    "cases.level_5": "",
    "minutes.comment_days": 7,
    "honoraria.online_travel": "ask",
    "honoraria.same_day_travel": "once",
    "honoraria.withholding_mode": None,
    "honoraria.withholding_on_travel": None,
    "honoraria.four_eyes": True,
    "payer.consignor_code": "",
    "payer.name_kana": "",
    "payer.bank_code": "",
    "payer.branch_code": "",
    "payer.account_kind": "普通",
    "payer.account_number": "",
    "zengin.crlf": True,
    "zengin.eof": False,
    "zengin.clearing_house": "blank",
    "yearly.fee_over": 50_000,
    "yearly.salary_over": 500_000,
    "yearly.small_committee_fee_upto": 10_000,
    "regional.threshold_inside": 3,
    "regional.threshold_outside": 10,
    "office.name": "",
    "office.phone": "",
    "office.mailbox": "",
    "office.base_url": "http://127.0.0.1:8000",
    "demo.as_of": None,
}

ACCOUNT_NUMBER = "payer.account_number"


@dataclass(frozen=True, slots=True)
class SettingOnRecord:
    """一つの設定 for showing: its value, and who set it when; `set_by` "" while it stands at its default."""

    key: str
    value: Value
    set_by: str
    set_at: datetime | None


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


def for_showing(key: str, value: Value) -> Value:
    """Return a value as pages and the audit trail may hold it: an account number masked."""
    return masked(str(value)) if key == ACCOUNT_NUMBER and value else value


def setting_on_record(session: Session, key: str) -> SettingOnRecord:
    """Return a setting for showing, with who set it and when. Raises KeyError for an unknown key."""
    row = session.get(OfficeSetting, key)
    value = for_showing(key, get_setting(session, key))
    return SettingOnRecord(key, value, row.set_by if row else "", row.set_at if row else None)


def store_changed(*, session: Session, actor: Actor, clock: Clock, values: Mapping[str, Value]) -> list[str]:
    """変わった設定だけを決める: return the keys of what differed; the rest keeps who set it and when."""
    changed = [key for key, value in values.items() if get_setting(session, key) != value]
    for key in changed:
        set_setting(session=session, actor=actor, clock=clock, key=key, value=values[key])
    return changed


def set_setting(*, session: Session, actor: Actor, clock: Clock, key: str, value: Value) -> None:
    """設定を決める: store a value with who set it and when. Raises KeyError for an unknown key."""
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
        detail={"before": for_showing(key, before), "after": for_showing(key, value)},
    )


@dataclass(frozen=True, slots=True)
class DemoDay:
    """見本の基準日: the day a demonstration shows as today."""

    as_of: date


def demo_day(session: Session) -> DemoDay | None:
    """Return the demonstration's day; None for a real office."""
    value = get_setting(session, "demo.as_of")
    return DemoDay(date.fromisoformat(value)) if isinstance(value, str) else None
