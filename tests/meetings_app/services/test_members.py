"""人の事実 on a day: residence and public-service status, half-open and by declaration."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, District, ServiceClass, WorkingTime
from meetings_app.db.engine import Database
from meetings_app.services.members import add_person, declare_residence, declare_status, facts_on, get_person
from meetings_app.services.roster import appoint_member
from tests.office_builder import Bureau

CITY = (ServiceClass.GENERAL, WorkingTime.FULL)
WELFARE = (ServiceClass.SPECIAL, WorkingTime.PART)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def test_a_person_is_found_by_id_only(bureau: Bureau) -> None:
    person = add_person(**bureau.given, name=" 丹頂 一郎 ", kana=" たんちょう ")
    assert (get_person(bureau.session, person.id).name, person.kana) == ("丹頂 一郎", "たんちょう")
    with pytest.raises(NotFound, match="選び直してください"):
        get_person(bureau.session, "0" * 32)


def test_a_move_takes_effect_on_its_day(bureau: Bureau) -> None:
    person = bureau.person("転居した人", district=None, declared=False)
    moved = date(2014, 5, 20)
    for district, since, until in (
        (District.AKAN, date(2014, 4, 1), moved),
        (District.ONBETSU, moved, None),
    ):
        declare_residence(
            **bureau.given, person_id=person, district=district, valid_from=since, valid_to=until
        )
    days = (date(2014, 3, 31), date(2014, 4, 1), date(2014, 5, 19), moved)
    found = [facts_on(bureau.session, person, day).residence for day in days]
    assert found == [None, District.AKAN, District.AKAN, District.ONBETSU]


def test_nobody_lives_in_two_places(bureau: Bureau) -> None:
    person = bureau.person("二重の人")
    with pytest.raises(IntegrityError), bureau.session.begin_nested():
        declare_residence(
            **bureau.given, person_id=person, district=District.AKAN, valid_from=date(2014, 5, 1)
        )


def test_several_statuses_may_hold_at_once(bureau: Bureau) -> None:
    person = bureau.person("兼ねる人", declared=False)
    assert facts_on(bureau.session, person, date(2014, 5, 20)).statuses == ()
    bureau.status(person, CITY, since=date(2014, 5, 1))
    bureau.status(person, WELFARE, since=date(2014, 5, 20))
    held = {
        day: [
            status.service_class for status in facts_on(bureau.session, person, date(2014, 5, day)).statuses
        ]
        for day in (19, 20)
    }
    assert held == {19: [ServiceClass.GENERAL], 20: [ServiceClass.GENERAL, ServiceClass.SPECIAL]}


def test_a_status_marked_for_review_says_so(bureau: Bureau) -> None:
    person = bureau.person("要確認の人", declared=False)
    status = declare_status(
        **bureau.given,
        person_id=person,
        declared_on=date(2014, 4, 1),
        valid_from=date(2014, 4, 1),
        is_public_employee=True,
        needs_review=True,
        occupation="市の嘱託",
    )
    assert facts_on(bureau.session, person, date(2014, 5, 20)).statuses == (status,)


def test_a_term_cannot_end_with_the_calendar(bureau: Bureau) -> None:
    person = bureau.person("任期の長い人")
    with pytest.raises(Refused, match="最後の日が遠すぎます"):
        appoint_member(
            session=bureau.session,
            actor=replace(bureau.given["actor"], committee_id=bureau.support.id),
            clock=bureau.clock,
            committee_id=bureau.support.id,
            person_id=person,
            capacity=Capacity.MEMBER,
            valid_from=date(2014, 4, 1),
            last_day=date(9999, 12, 31),
        )
