"""バックテスト on record: the imported register gives the published numbers; the office's settings and meetings count."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import agenda
from agenda.rules.backtest import BackTest
from agenda.services.backtest import back_test_record
from agenda.services.register import import_register
from meetings_app.core.terms import DueReason
from meetings_app.db.engine import Database
from meetings_app.services.office_settings import set_setting
from tests.office_builder import Bureau

SAMPLE = Path(agenda.__file__).parent / "sample" / "kushiro_fy2013_plan_register.csv"


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def measured(bureau: Bureau) -> BackTest:
    return back_test_record(session=bureau.session, committee_id=bureau.support.id)


def test_the_imported_register_gives_the_numbers_of_the_sample(bureau: Bureau) -> None:
    import_register(
        **bureau.given, committee_id=bureau.support.id, filename=SAMPLE.name, data=SAMPLE.read_bytes()
    )
    result = measured(bureau)
    evaluation = result.scores[0]
    assert (len(result.days), evaluation.taken, evaluation.proposed, evaluation.foreseen) == (20, 20, 21, 9)
    assert (len(result.unknowable), result.reports) == (30, 57)
    set_setting(**bureau.given, key="due.horizon_days", value=62)
    assert measured(bureau).horizon_days == 62
    assert measured(bureau).scores[0].foreseen == 10  # No. 3, evaluated 62 days before its end


def test_another_bodys_plans_are_not_counted(bureau: Bureau) -> None:
    bureau.case(met_on=date(2014, 4, 10))
    assert back_test_record(session=bureau.session, committee_id=bureau.regional.id).days == ()


def test_a_plan_carried_over_twice_is_asked_for_as_of_each_eve(bureau: Bureau) -> None:
    bureau.case(met_on=None, drafted_on=date(2014, 4, 1))
    for day, decided in ((date(2014, 4, 15), False), (date(2014, 5, 13), False), (date(2014, 5, 20), True)):
        bureau.case(day.day, met_on=day)  # another plan, so that each is a meeting day
        meeting = bureau.meeting(day)
        bureau.assemble(meeting)
        bureau.held(meeting, decided=decided)
    result = measured(bureau)
    found = [(one.day, one.reason) for day in result.days for one in day.surplus if one.case == 1]
    assert found == [
        (date(2014, 4, 15), DueReason.NEW),
        (date(2014, 5, 13), DueReason.CARRIED_OVER),
    ]
    taken = [(one.day, one.reason, one.foreseen) for day in result.days for one in day.taken if one.case == 1]
    assert taken == [(date(2014, 5, 20), DueReason.CARRIED_OVER, True)]
