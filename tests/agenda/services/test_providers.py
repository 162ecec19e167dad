"""支援の提供者: one per name, who works there on which day, and the search that finds them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from agenda.services.case_search import find_cases
from agenda.services.clients import ClientFacts, edit_client
from agenda.services.plan_details import ServiceEntry, set_services
from agenda.services.providers import (
    affiliations_on,
    change_provider,
    correct_affiliation,
    end_affiliation,
    get_or_create_provider,
    get_provider,
    list_providers,
    record_affiliation,
    served_plans,
)
from agenda.tables import Client
from meetings_app.core.clock import FixedClock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.db.engine import Database
from meetings_app.services.correction_trail import Told, fingerprint
from meetings_app.services.office_settings import set_setting
from tests.agenda.services.register_office import Desk, open_desk


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Iterator[Desk]:
    with database.write() as session:
        yield open_desk(session, clock)


def serve(desk: Desk, client: Client, provider: str) -> None:
    plan = desk.plan(client, drafted_on=date(2026, 10, 1))
    entry = ServiceEntry(ServiceKind.OTHER_SYSTEM, "", "相談", provider)
    set_services(**desk.given, plan=plan, entries=[entry])


# ---- providers


@pytest.mark.parametrize("spelling", ["ＮＰＯ法人見本の会", " NPO法人見本の会 ", "NPO法人見本の会"])
def test_one_name_in_any_width_is_one_provider(desk: Desk, spelling: str) -> None:
    first = get_or_create_provider(**desk.given, name="NPO法人見本の会", kana="みほんのかい")
    assert get_or_create_provider(**desk.given, name=spelling).id == first.id


def test_variant_characters_stay_as_written(desk: Desk) -> None:
    assert get_or_create_provider(**desk.given, name="𠮷野﨑髙工務店").name == "𠮷野﨑髙工務店"


def test_another_body_has_its_own_providers(desk: Desk) -> None:
    mine = get_or_create_provider(**desk.given, name="見本の会")
    stranger = open_desk(desk.session, desk.clock, "よその会議")
    assert get_or_create_provider(**stranger.given, name="見本の会").id != mine.id
    with pytest.raises(NotFound):
        get_provider(desk.session, stranger.actor.committee_id, mine.id)


def test_a_name_is_changed_once_and_not_into_another_ones(desk: Desk) -> None:
    one = get_or_create_provider(**desk.given, name="見本の会")
    get_or_create_provider(**desk.given, name="協議会")
    with pytest.raises(Refused, match="「協議会」はもう登録されています"):
        change_provider(**desk.given, provider_id=one.id, name="協議会 ", kana="", seen="見本の会")
    change_provider(**desk.given, provider_id=one.id, name="新見本の会", kana="", seen="見本の会")
    with pytest.raises(Conflict, match="「新見本の会」に変えました"):
        change_provider(**desk.given, provider_id=one.id, name="別の会", kana="", seen="見本の会")


@pytest.mark.parametrize(("name", "sentence"), [("  ", "名前が入っていません"), ("あ" * 201, "200文字以内")])
def test_names_that_cannot_be_are_refused(desk: Desk, name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        get_or_create_provider(**desk.given, name=name)


def test_the_list_counts_plans_and_cases(desk: Desk) -> None:
    for number in (1, 2):
        serve(desk, desk.case(number), "見本の会")
    provider = get_or_create_provider(**desk.given, name="見本の会")
    person = desk.person()
    record_affiliation(
        **desk.given, provider_id=provider.id, person_id=person, post="理事", valid_from=date(2026, 4, 1)
    )
    (line,) = list_providers(desk.session, desk.actor.committee_id, date(2026, 11, 10))
    assert (line.plans, line.cases, line.people) == (2, 2, ("葦原 守",))
    assert [one.case for one in served_plans(desk.session, provider.id)] == [1, 2]


# ---- who works there


def test_affiliations_hold_by_their_days(desk: Desk) -> None:
    provider = get_or_create_provider(**desk.given, name="見本の会")
    worker, other = desk.person(), desk.person("別 人")
    row = record_affiliation(
        **desk.given, provider_id=provider.id, person_id=worker, post="理事", valid_from=date(2026, 4, 1)
    )

    def posts(day: date) -> list[str]:
        return [one.post for one in affiliations_on(desk.session, [worker, other], day)[worker]]

    assert (posts(date(2026, 3, 31)), posts(date(2026, 4, 1))) == ([], ["理事"])
    end_affiliation(**desk.given, provider_id=provider.id, affiliation_id=row.id, last_day=date(2026, 9, 30))
    assert (posts(date(2026, 9, 30)), posts(date(2026, 10, 1))) == (["理事"], [])
    assert affiliations_on(desk.session, [other], date(2026, 5, 1)) == {other: []}
    (found,) = affiliations_on(desk.session, [worker], date(2026, 5, 1))[worker]
    assert (found.provider_id, found.provider) == (provider.id, "見本の会")


def test_affiliations_are_refused_and_put_right(desk: Desk) -> None:
    provider, worker = get_or_create_provider(**desk.given, name="見本の会"), desk.person()
    common: dict[str, Any] = {"provider_id": provider.id, "person_id": worker, "post": "職員"}
    row = record_affiliation(**desk.given, **common, valid_from=date(2026, 4, 1))
    with pytest.raises(Refused, match="葦原 守さんのここでの勤務の記録が重なります"):
        record_affiliation(**desk.given, **common, valid_from=date(2026, 5, 1))
    place = {"provider_id": provider.id, "affiliation_id": row.id}
    with pytest.raises(Refused, match="勤務の始まり（令和8年4月1日）より前"):
        end_affiliation(**desk.given, **place, last_day=date(2026, 3, 31))
    told = Told("採用は5月だった。", fingerprint("affiliation", row))
    fixed = {"post": "職員", "valid_from": date(2026, 5, 1), "last_day": None}
    correct_affiliation(**desk.given, **place, **fixed, told=told)  # type: ignore[arg-type]
    assert row.valid_from == date(2026, 5, 1)
    with pytest.raises(Conflict):
        correct_affiliation(
            **desk.given, **place, post="役員", valid_from=date(2026, 5, 1), last_day=None, told=told
        )
    elsewhere = get_or_create_provider(**desk.given, name="協議会")
    with pytest.raises(NotFound):
        end_affiliation(
            **desk.given, provider_id=elsewhere.id, affiliation_id=row.id, last_day=date(2026, 9, 30)
        )


def test_somebody_unknown_works_nowhere(desk: Desk) -> None:
    provider = get_or_create_provider(**desk.given, name="見本の会")
    with pytest.raises(NotFound):
        record_affiliation(
            **desk.given, provider_id=provider.id, person_id="0" * 32, post="", valid_from=date(2026, 4, 1)
        )


# ---- the search


@pytest.fixture
def three(desk: Desk) -> Desk:
    desk.keep_names()
    staff = desk.person(staff=True)
    first = desk.case(1, "K.S", name="丹頂 花子", kana="タンチョウ ハナコ")
    second = desk.case(12, "T.N")
    facts = ClientFacts(12, "T.N", date(2026, 10, 1), staff, "", "")
    edit_client(**desk.given, client=second, version=1, facts=facts)
    get_or_create_provider(**desk.given, name="ＮＰＯ法人見本の会", kana="みほんのかい")
    serve(desk, desk.case(120, "Z.Z"), "NPO法人見本の会")
    assert first.kana
    return desk


def found(desk: Desk, query: str) -> list[int]:
    return [one.case for one in find_cases(desk.session, desk.actor.committee_id, query)]


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("12", [12]),
        ("No.12", [12]),
        ("ｎｏ．１２", [12]),
        ("k・s", [1]),
        ("ﾀﾝﾁｮｳ", [1]),
        ("たんちょう", [1]),
        ("花子", [1]),
        ("アシハラ", [12]),
        ("葦原", [12]),
        ("みほん", [120]),
        ("ﾐﾎﾝﾉ", [120]),
        ("npo", [120]),
        ("", []),
        ("　", []),
        ("だれもいない", []),
    ],
)
def test_cases_are_found_by_what_people_type(three: Desk, query: str, cases: list[int]) -> None:
    assert found(three, query) == cases


def test_names_are_not_searched_nor_told_while_the_switch_is_off(three: Desk) -> None:
    set_setting(**three.given, key="cases.names", value=False)
    assert found(three, "たんちょう") == found(three, "花子") == []
    (hit,) = find_cases(three.session, three.actor.committee_id, "ks")
    assert hit.name == ""


def test_another_bodys_cases_are_not_found(three: Desk) -> None:
    stranger = open_desk(three.session, three.clock, "よその会議")
    assert found(stranger, "12") == found(stranger, "みほん") == []


def test_an_overlong_query_is_cut(three: Desk) -> None:
    assert found(three, "あ" * 100_000) == []
