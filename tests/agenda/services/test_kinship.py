"""続柄の申告 on record: dated, per 本人, and a general declaration for all others."""

from collections.abc import Iterator
from datetime import date

import pytest

from agenda.services.kinship import kinship_paths
from agenda.services.participation import declared_kin
from meetings_app.db.engine import Database
from tests.office_builder import TODAY, Bureau


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def test_nothing_declared_is_not_the_same_as_none(bureau: Bureau) -> None:
    silent = bureau.person("無申告", declared=False)
    declared = bureau.person("申告あり")
    clients = [bureau.client(1).id, bureau.client(2).id]
    assert kinship_paths(bureau.session, silent, clients, TODAY) == (None, None)
    assert kinship_paths(bureau.session, declared, clients, TODAY) == ("なし", "なし")
    assert kinship_paths(bureau.session, declared, [], TODAY) == ()


def test_a_named_relation_goes_before_the_general_declaration(bureau: Bureau) -> None:
    person = bureau.person("甥")
    first, second = bureau.client(1), bureau.client(2)
    bureau.kin(person, second, "P>C>C")
    paths = kinship_paths(bureau.session, person, [first.id, second.id], TODAY)
    assert paths == ("なし", "P>C>C")


def test_a_named_relation_alone_says_nothing_of_other_cases(bureau: Bureau) -> None:
    person = bureau.person("いとこ", declared=False)
    first, second = bureau.client(1), bureau.client(2)
    bureau.kin(person, first, "P>P>C>C")
    assert kinship_paths(bureau.session, person, [second.id, first.id], TODAY) == (None, "P>P>C>C")


def test_a_declaration_holds_from_its_day(bureau: Bureau) -> None:
    person, client = bureau.person("義父"), bureau.client(1)
    bureau.kin(person, client, "S>P", since=date(2014, 5, 20))
    paths = [kinship_paths(bureau.session, person, [client.id], date(2014, 5, day)) for day in (19, 20)]
    assert paths == [("なし",), ("S>P",)]
    assert declared_kin(bureau.session, client.id, date(2014, 5, 19)) == {}
    assert declared_kin(bureau.session, client.id, date(2014, 5, 20)) == {person: "S>P"}
