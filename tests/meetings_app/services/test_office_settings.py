"""設定: defaults until somebody decides, and then with name, time and trail."""

import json
from collections.abc import Iterator
from datetime import date

import pytest

from meetings_app.db.engine import Database
from meetings_app.services.office_settings import (
    DEFAULTS,
    demo_day,
    get_number,
    get_setting,
    set_setting,
)
from meetings_app.tables.office import OfficeSetting
from tests.office_builder import Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def test_what_the_rules_leave_open_has_these_defaults(bureau: Bureau) -> None:
    expected = {
        "due.first_plan_limit_days": None,
        "due.horizon_days": 42,
        "due.ending_limit_days": 14,
        "honoraria.online_travel": "ask",
        "honoraria.same_day_travel": "once",
        "regional.threshold_inside": 3,
        "regional.threshold_outside": 10,
    }
    assert {key: get_setting(bureau.session, key) for key in expected} == expected
    assert all(get_setting(bureau.session, key) == value for key, value in DEFAULTS.items())


def test_a_setting_is_kept_with_who_set_it_when_and_what_it_was(bureau: Bureau) -> None:
    set_setting(**bureau.given, key="due.horizon_days", value=60)
    set_setting(**bureau.given, key="due.horizon_days", value=30)
    row = bureau.session.get_one(OfficeSetting, "due.horizon_days")
    assert (row.set_by, row.set_at) == ("事務局 太郎", bureau.clock.now())
    assert get_number(bureau.session, "due.horizon_days") == 30
    details = [json.loads(entry.detail) for entry in bureau.audited() if entry.action == "設定の変更"]
    assert sorted(details, key=lambda detail: detail["before"]) == [
        {"before": 42, "after": 60},
        {"before": 60, "after": 30},
    ]


def test_a_key_the_product_does_not_know_is_a_fault(bureau: Bureau) -> None:
    with pytest.raises(KeyError):
        get_setting(bureau.session, "due.horizon")
    with pytest.raises(KeyError):
        set_setting(**bureau.given, key="due.horizon", value=1)


def test_a_text_is_no_number(bureau: Bureau) -> None:
    with pytest.raises(TypeError, match=r"due\.first_plan_limit_days"):
        get_number(bureau.session, "due.first_plan_limit_days")


def test_only_a_demonstration_has_a_day_of_its_own(bureau: Bureau) -> None:
    assert demo_day(bureau.session) is None
    set_setting(**bureau.given, key="demo.as_of", value="2014-03-25")
    found = demo_day(bureau.session)
    assert found is not None
    assert found.as_of == date(2014, 3, 25)
