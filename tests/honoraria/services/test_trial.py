"""試算の出発点: what is on record of a person as of a day, and that nobody of another body is shown."""

from datetime import date, timedelta

import pytest

from honoraria.rules.facts import OnlineTravel, SameDayTravel
from honoraria.services.trial import PersonStart, people_to_try, person_start, travel_policy
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import (
    Capacity,
    CommitteeKind,
    District,
    Role,
    ServiceClass,
    WorkingTime,
)
from meetings_app.db.engine import Database
from meetings_app.services.committees import appoint, create_committee
from meetings_app.services.office_settings import set_setting
from tests.office_builder import TERM, Bureau

A_DAY = timedelta(days=1)
WELFARE = (ServiceClass.SPECIAL, WorkingTime.PART)


def secretary(bureau: Bureau) -> Actor:
    return Actor(name="事務局 太郎", role=Role.SECRETARIAT, committee_id=bureau.support.id)


def start(
    bureau: Bureau, name: str, on: date = TERM[0], kind: CommitteeKind = CommitteeKind.SUPPORT
) -> PersonStart:
    return person_start(
        session=bureau.session,
        actor=secretary(bureau),
        person_id=bureau.people[name],
        kind=kind,
        on=on,
    )


def test_a_member_starts_from_everything_on_record(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        bureau.member("民生委員", district=District.AKAN, employment=WELFARE)
        found = start(bureau, "民生委員")
    assert (found.name, found.capacity, found.serving) == ("民生委員", Capacity.MEMBER, True)
    assert found.residence is District.AKAN
    assert [(one.service_class, one.working_time) for one in found.statuses] == [WELFARE]
    assert found.declared_no_kin
    assert found.relations == ()


@pytest.mark.parametrize(
    ("on", "serving"),
    [
        (TERM[0] - A_DAY, False),
        (TERM[0], True),
        (TERM[0] + A_DAY, True),
        (TERM[1] - A_DAY, True),
        (TERM[1], False),
        (TERM[1] + A_DAY, False),
    ],
)
def test_around_the_term(database: Database, on: date, *, serving: bool) -> None:
    with database.write() as session:
        found = start(Bureau(session), "委員長", on)
    assert (found.capacity, found.serving) == (Capacity.MEMBER, serving)


def test_an_adviser_of_the_region_serves_the_term_of_the_other_body(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        found = start(bureau, "助言者", kind=CommitteeKind.REGIONAL)
        outside = start(bureau, "委員長", kind=CommitteeKind.REGIONAL)
    assert (found.capacity, found.serving) == (Capacity.ADVISER, True)
    assert (outside.capacity, outside.serving) == (Capacity.INVITEE, False)


def test_nothing_declared_is_nothing_guessed(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        bureau.person("客", district=None, declared=False)
        found = start(bureau, "客")
    assert (found.residence, found.statuses, found.declared_no_kin) == (None, (), False)


def test_kin_declared_by_name_is_told_apart(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        client = bureau.client(7)
        bureau.kin(bureau.people["委員長"], client, "P>C>C")
        found = start(bureau, "委員長")
    assert [(one.case_number, one.path) for one in found.relations] == [(7, "P>C>C")]
    assert found.declared_no_kin


def test_people_of_other_bodies_are_neither_offered_nor_found(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        elsewhere = create_committee(
            **bureau.given,
            kind=CommitteeKind.SUPPORT,
            name="別の会議",
            municipality="釧路町",
            region="十勝",
        )
        stranger = bureau.person("よその人")
        appoint(
            **bureau.given,
            committee_id=elsewhere.id,
            person_id=stranger,
            capacity=Capacity.MEMBER,
            valid_from=TERM[0],
            valid_to=TERM[1],
        )
        offered = dict(people_to_try(session, secretary(bureau)))
        with pytest.raises(NotFound):
            start(bureau, "よその人")
    assert stranger not in offered
    assert {"委員長", "助言者"} <= set(offered.values())


def test_the_policy_is_what_the_office_has_set(database: Database) -> None:
    with database.write() as session:
        bureau = Bureau(session)
        before = travel_policy(session)
        for key, value in (("online_travel", "pay"), ("same_day_travel", "each")):
            set_setting(**bureau.given, key=f"honoraria.{key}", value=value)
        after = travel_policy(session)
    assert (before.online, before.same_day) == (OnlineTravel.ASK, SameDayTravel.ONCE)
    assert (after.online, after.same_day) == (OnlineTravel.PAY, SameDayTravel.EACH)
