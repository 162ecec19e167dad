"""委嘱と互選: half-open terms, substitutes, and one 委員長 with two 副委員長."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, CommitteeKind, Office
from meetings_app.db.engine import Database
from meetings_app.services.committees import (
    appoint,
    elect,
    find_committee,
    get_committee,
    offices_on,
    roster,
)
from meetings_app.services.office import ensure_bodies, find_body
from meetings_app.tables.committees import Appointment
from tests.office_builder import SECRETARY, TERM, TODAY, Bureau, Given

APRIL, MARCH_31 = date(2014, 4, 1), date(2015, 3, 31)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def place(
    bureau: Bureau,
    person_id: str,
    term: tuple[date, date | None] = TERM,
    predecessor: str | None = None,
    body: str | None = None,
) -> Appointment:
    return appoint(
        **bureau.given,
        committee_id=body or bureau.support.id,
        person_id=person_id,
        capacity=Capacity.MEMBER,
        valid_from=term[0],
        valid_to=term[1],
        predecessor_id=predecessor,
    )


def names(bureau: Bureau, on: date) -> list[str]:
    return [seat.name for seat in roster(bureau.session, bureau.support.id, on)]


@pytest.mark.parametrize(
    ("on", "serves"),
    [(date(2014, 3, 31), False), (APRIL, True), (MARCH_31, True), (date(2015, 4, 1), False)],
)
def test_a_term_runs_from_april_to_the_end_of_march(bureau: Bureau, on: date, serves: bool) -> None:
    assert ("助言者" in names(bureau, on)) is serves
    assert (bureau.people["委員長"] in offices_on(bureau.session, bureau.support.id, on)) is serves


def test_the_roster_puts_offices_first_then_capacities(bureau: Bureau) -> None:
    bureau.member("相談員", capacity=Capacity.SECRETARIAT)
    bureau.member("あの委員")
    seats = roster(bureau.session, bureau.support.id, TODAY)
    assert [(seat.name, seat.label) for seat in seats] == [
        ("委員長", "委員長"),
        ("副委員長1", "副委員長"),
        ("副委員長2", "副委員長"),
        ("あの委員", "委員"),
        ("助言者", "アドバイザー委員"),
        ("相談員", "事務局員"),
    ]


def test_a_substitute_serves_the_rest_of_the_term_and_no_longer(bureau: Bureau) -> None:
    leaving = place(bureau, bureau.person("前任者"), (APRIL, date(2014, 9, 1)))
    later = bureau.person("補欠")
    assert place(bureau, later, (date(2014, 6, 1), None), leaving.id).valid_to == date(2014, 9, 1)
    with pytest.raises(Refused, match="第3条第2項"):
        place(bureau, later, (date(2014, 9, 1), None), leaving.id)
    shorter = place(bureau, bureau.person("別の補欠"), (date(2014, 6, 1), date(2014, 8, 1)), leaving.id)
    assert shorter.valid_to == date(2014, 8, 1)


def test_a_predecessor_is_one_of_the_same_body(bureau: Bureau) -> None:
    elsewhere = place(bureau, bureau.person("圏域の人"), body=bureau.regional.id)
    for predecessor in (elsewhere.id, "0" * 32):
        with pytest.raises(NotFound, match="前任者"):
            place(bureau, bureau.person("補欠"), predecessor=predecessor)


def test_two_terms_of_one_person_do_not_overlap_but_may_follow(bureau: Bureau) -> None:
    person = bureau.person("再任の人")
    place(bureau, person)
    place(bureau, person, (date(2015, 4, 1), date(2016, 4, 1)))
    with pytest.raises(IntegrityError), bureau.session.begin_nested():
        place(bureau, person, (MARCH_31, date(2015, 4, 2)))


@pytest.mark.parametrize("office", [Office.CHAIR, Office.VICE_CHAIR])
def test_only_a_serving_member_is_elected(bureau: Bureau, office: Office) -> None:
    bureau.member("相談員", capacity=Capacity.SECRETARIAT)
    bureau.member("前の委員", term=(APRIL, TODAY))
    for name in ("相談員", "前の委員", bureau_stranger(bureau)):
        with pytest.raises(Refused, match="第3条第3項"):
            hold(bureau, name, office, (TODAY, None))


def bureau_stranger(bureau: Bureau) -> str:
    bureau.person("よその人")
    return "よその人"


def hold(
    bureau: Bureau, name: str, office: Office, term: tuple[date, date | None] = TERM, seat: int = 1
) -> None:
    elect(
        **bureau.given,
        committee_id=bureau.support.id,
        person_id=bureau.people[name],
        office=office,
        seat=seat,
        valid_from=term[0],
        valid_to=term[1],
    )


@pytest.mark.parametrize(
    ("office", "seat"),
    [
        (Office.CHAIR, 1),
        (Office.CHAIR, 2),
        (Office.VICE_CHAIR, 1),
        (Office.VICE_CHAIR, 2),
        (Office.VICE_CHAIR, 3),
    ],
)
def test_there_is_one_chair_and_no_third_deputy(bureau: Bureau, office: Office, seat: int) -> None:
    with pytest.raises(IntegrityError), bureau.session.begin_nested():
        hold(bureau, "助言者", office, seat=seat)


def test_an_adviser_may_be_elected_when_the_office_falls_free(bureau: Bureau) -> None:
    bureau.member("助言者", capacity=Capacity.ADVISER, term=(date(2015, 4, 1), date(2016, 4, 1)))
    hold(bureau, "助言者", Office.CHAIR, (date(2015, 4, 1), date(2016, 4, 1)))
    day = date(2015, 4, 1)
    assert offices_on(bureau.session, bureau.support.id, day) == {bureau.people["助言者"]: (Office.CHAIR,)}


def test_bodies_are_found_by_kind_and_id(bureau: Bureau) -> None:
    assert get_committee(bureau.session, bureau.support.id) is bureau.support
    assert find_committee(bureau.session, CommitteeKind.REGIONAL) is bureau.regional
    with pytest.raises(NotFound):
        get_committee(bureau.session, "0" * 32)


def test_both_bodies_are_set_up_once(any_database: Database) -> None:
    with any_database.write() as session:
        with pytest.raises(NotFound, match="meetings-app init"):
            find_committee(session, CommitteeKind.SUPPORT)
        given: Given = {"session": session, "actor": SECRETARY, "clock": FixedClock(tokyo(TODAY, 9))}
        first = ensure_bodies(**given, municipality="釧路町")
        assert ensure_bodies(**given) is first
        regional = find_body(session, CommitteeKind.REGIONAL)
        assert regional is not None
        assert (first.municipality, regional.region) == ("釧路町", first.region)
