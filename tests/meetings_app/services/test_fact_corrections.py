"""事実の訂正: with a reason, never over another fact, and what stood there stays on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from agenda.services.kinship import correct_kinship, declare_kinship, kinship_paths
from agenda.tables import KinshipDeclaration
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office, ServiceClass, WorkingTime
from meetings_app.db.engine import Database
from meetings_app.services.committees import appoint, elect, offices_on
from meetings_app.services.correction_trail import Told, corrections_of, fingerprint
from meetings_app.services.fact_corrections import (
    correct_appointment,
    correct_office,
    correct_residence,
    correct_status,
)
from meetings_app.services.members import declare_residence, facts_on
from meetings_app.services.roster import DeclaredStatus
from meetings_app.tables.committees import Appointment, OfficeHolding
from meetings_app.tables.people import Residence, ServiceStatus
from tests.office_builder import SECRETARY, TERM, TODAY, Bureau

APRIL, JULY = date(2014, 4, 1), date(2014, 7, 1)
MARCH_31 = date(2015, 3, 31)
WHY = "住民票の写しで確かめた。"
STRANGE = "0" * 32


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def given(bureau: Bureau) -> dict[str, Any]:
    """Session, clock and an actor of the support body."""
    return {**bureau.given, "actor": replace(SECRETARY, committee_id=bureau.support.id)}


def told(kind: str, row: Any, reason: str = WHY) -> Told:
    return Told(reason, fingerprint(kind, row))


def residence(bureau: Bureau, name: str) -> Residence:
    return bureau.session.exec(select(Residence).where(Residence.person_id == bureau.people[name])).one()


def move(bureau: Bureau, row: Residence, **changes: Any) -> Residence:
    wanted = {"district": row.district, "valid_from": row.valid_from, "last_day": None, **changes}
    return correct_residence(
        **{
            **given(bureau),
            "person_id": row.person_id,
            "residence_id": row.id,
            "told": told("residence", row),
            **wanted,
        }
    )


def term(bureau: Bureau, name: str) -> Appointment:
    return bureau.session.exec(select(Appointment).where(Appointment.person_id == bureau.people[name])).one()


def renew(bureau: Bureau, row: Appointment, **changes: Any) -> Appointment:
    wanted = {
        "capacity": row.capacity,
        "valid_from": row.valid_from,
        "last_day": MARCH_31,
        "predecessor_id": row.predecessor_id,
        **changes,
    }
    return correct_appointment(
        **{
            **given(bureau),
            "person_id": row.person_id,
            "appointment_id": row.id,
            "told": told("appointment", row),
            **wanted,
        }
    )


def office(bureau: Bureau, name: str) -> OfficeHolding:
    return bureau.session.exec(
        select(OfficeHolding).where(OfficeHolding.person_id == bureau.people[name])
    ).one()


def hold(bureau: Bureau, row: OfficeHolding, **changes: Any) -> OfficeHolding:
    wanted = {"office": row.office, "valid_from": row.valid_from, "last_day": MARCH_31, **changes}
    return correct_office(
        **{
            **given(bureau),
            "person_id": row.person_id,
            "holding_id": row.id,
            "told": told("office", row),
            **wanted,
        }
    )


# --- what every correction does ---


def test_a_wrong_district_is_put_right_and_what_stood_there_is_kept(bureau: Bureau) -> None:
    person = bureau.person("転居した人", district=District.AKAN)
    row = residence(bureau, "転居した人")
    move(bureau, row, district=District.AKANKOHAN, valid_from=date(2014, 3, 1), last_day=date(2014, 6, 30))
    assert facts_on(bureau.session, person, date(2014, 3, 1)).residence is District.AKANKOHAN
    assert facts_on(bureau.session, person, date(2014, 6, 30)).residence is District.AKANKOHAN
    assert facts_on(bureau.session, person, JULY).residence is None
    (kept,) = corrections_of(bureau.session, person)[row.id]
    assert kept.before == {"district": "阿寒", "valid_from": "2014-04-01", "valid_to": None}
    assert (kept.actor, kept.reason, kept.at) == (SECRETARY.name, WHY, bureau.clock.now())
    assert (kept.day("valid_from"), kept.day("valid_to")) == (APRIL, None)


def test_two_corrections_are_kept_latest_first(bureau: Bureau) -> None:
    person = bureau.person("転居した人", district=District.AKAN)
    row = residence(bureau, "転居した人")
    move(bureau, row, district=District.ONBETSU)
    bureau.clock = FixedClock(tokyo(TODAY, 10))
    move(bureau, row, district=District.KUSHIRO)
    kept = corrections_of(bureau.session, person)[row.id]
    assert [one.before["district"] for one in kept] == ["音別", "阿寒"]


@pytest.mark.parametrize("reason", ["", " ", "\n\u3000"])
def test_without_a_reason_nothing_is_corrected(bureau: Bureau, reason: str) -> None:
    bureau.person("転居した人")
    row = residence(bureau, "転居した人")
    with pytest.raises(Refused, match="訂正の理由を入れてください"):
        move(bureau, row, district=District.AKAN, told=told("residence", row, reason))
    with pytest.raises(Refused, match="500文字以内"):
        move(bureau, row, district=District.AKAN, told=told("residence", row, "長" * 501))
    assert residence(bureau, "転居した人").district is District.KUSHIRO
    assert corrections_of(bureau.session, row.person_id) == {}


def test_the_same_content_is_no_correction(bureau: Bureau) -> None:
    bureau.person("転居した人")
    with pytest.raises(Refused, match="今の記録と同じ内容です"):
        move(bureau, residence(bureau, "転居した人"))


def test_who_did_not_see_the_last_correction_is_told(bureau: Bureau) -> None:
    bureau.person("転居した人")
    row = residence(bureau, "転居した人")
    seen = told("residence", row)
    move(bureau, row, district=District.AKAN, told=seen)
    with pytest.raises(Conflict, match="ほかの人が先に訂正しました"):
        move(bureau, row, district=District.ONBETSU, told=seen)


def test_one_correction_sent_twice_is_made_once(bureau: Bureau) -> None:
    person = bureau.person("転居した人")
    row = residence(bureau, "転居した人")
    seen = told("residence", row)
    for _ in range(2):
        move(bureau, row, district=District.AKAN, told=seen)
    assert len(corrections_of(bureau.session, person)[row.id]) == 1


def test_a_fact_is_corrected_on_its_own_persons_page_only(bureau: Bureau) -> None:
    bureau.person("転居した人")
    row = residence(bureau, "転居した人")
    for changes in ({"person_id": bureau.people["委員長"]}, {"residence_id": STRANGE}):
        with pytest.raises(NotFound, match="選び直してください"):
            move(bureau, row, district=District.AKAN, **changes)


# --- districts and statuses ---


def test_two_districts_do_not_come_to_overlap(bureau: Bureau) -> None:
    person = bureau.person("転居した人", district=None, declared=False)
    for district, since, until in ((District.AKAN, APRIL, JULY), (District.ONBETSU, JULY, None)):
        declare_residence(
            **bureau.given, person_id=person, district=district, valid_from=since, valid_to=until
        )
    first, second = sorted(
        bureau.session.exec(select(Residence).where(Residence.person_id == person)).all(),
        key=lambda row: row.valid_from,
    )
    with pytest.raises(Refused, match="居住地区の記録が重なります（平成26年4月1日から"):
        move(bureau, second, valid_from=date(2014, 6, 30))
    with pytest.raises(Refused, match="平成26年7月1日から"):
        move(bureau, first, last_day=JULY)
    move(bureau, first, last_day=date(2014, 5, 31))
    move(bureau, second, valid_from=date(2014, 6, 1))
    days = (date(2014, 5, 31), date(2014, 6, 1))
    assert [facts_on(bureau.session, person, day).residence for day in days] == [
        District.AKAN,
        District.ONBETSU,
    ]


def test_a_period_ends_after_it_begins(bureau: Bureau) -> None:
    bureau.person("転居した人")
    row = residence(bureau, "転居した人")
    with pytest.raises(Refused, match="最後の日が始まりの日より前です"):
        move(bureau, row, last_day=date(2014, 3, 31))
    assert move(bureau, row, last_day=APRIL).valid_to == date(2014, 4, 2)


def test_a_wrong_status_is_put_right(bureau: Bureau) -> None:
    person = bureau.person("民生委員")
    row = bureau.session.exec(select(ServiceStatus).where(ServiceStatus.person_id == person)).one()
    wanted: dict[str, Any] = {
        **given(bureau),
        "person_id": person,
        "status_id": row.id,
        "declared_on": APRIL,
        "valid_from": APRIL,
        "last_day": None,
    }
    special = DeclaredStatus(
        True, ServiceClass.SPECIAL, WorkingTime.PART, " 民生委員 ", "", needs_review=True
    )
    correct_status(**wanted, status=special, told=told("status", row))
    assert (row.service_class, row.working_time, row.occupation, row.needs_review) == (
        ServiceClass.SPECIAL,
        WorkingTime.PART,
        "民生委員",
        True,
    )
    # somebody who is no public employee has neither class nor working time, whatever was left in the fields
    private = replace(special, is_public_employee=False, occupation="")
    correct_status(**wanted, status=private, told=told("status", row))
    assert (row.is_public_employee, row.service_class, row.needs_review) == (False, None, False)
    latest, first = sorted(
        corrections_of(bureau.session, person)[row.id], key=lambda one: not one.before["is_public_employee"]
    )
    assert (latest.before["service_class"], first.before["service_class"]) == ("特別職", None)


# --- terms ---


def test_a_wrong_capacity_and_first_day_are_put_right(bureau: Bureau) -> None:
    bureau.member("助言する人")
    row = term(bureau, "助言する人")
    renew(bureau, row, capacity=Capacity.ADVISER, valid_from=date(2014, 5, 1))
    assert (row.capacity, row.valid_from, row.valid_to) == (
        Capacity.ADVISER,
        date(2014, 5, 1),
        date(2015, 4, 1),
    )
    (kept,) = corrections_of(bureau.session, row.person_id)[row.id]
    assert (kept.before["capacity"], kept.names) == ("委員", {"predecessor": None})


def test_a_term_has_an_end(bureau: Bureau) -> None:
    bureau.member("委員の人")
    row = term(bureau, "委員の人")
    with pytest.raises(Refused, match="第3条第2項"):
        renew(bureau, row, last_day=None)
    assert renew(bureau, row, capacity=Capacity.SECRETARIAT, last_day=None).valid_to is None


def test_two_terms_in_one_capacity_do_not_come_to_overlap(bureau: Bureau) -> None:
    person = bureau.member("再任の人", term=(date(2013, 4, 1), APRIL))
    row = term(bureau, "再任の人")
    bureau.member("再任の人")
    with pytest.raises(Refused, match="この人の委員としての任期が重なります"):
        renew(bureau, row, last_day=APRIL)
    renew(bureau, row, capacity=Capacity.ADVISER, last_day=APRIL)  # another capacity may overlap
    assert len(corrections_of(bureau.session, person)) == 1


def test_a_term_stays_as_long_as_an_office_rests_on_it(bureau: Bureau) -> None:
    row = term(bureau, "委員長")
    for changes in (
        {"last_day": date(2014, 12, 31)},
        {"valid_from": date(2014, 4, 2)},
        {"capacity": Capacity.SECRETARIAT},
    ):
        with pytest.raises(Refused, match="先に役職の記録を訂正してください"):
            renew(bureau, row, **changes)
    hold(bureau, office(bureau, "委員長"), last_day=date(2014, 12, 31))
    assert renew(bureau, row, last_day=date(2014, 12, 31)).valid_to == date(2015, 1, 1)


def test_a_substitute_stays_within_the_predecessors_term(bureau: Bureau) -> None:
    bureau.member("前任者", term=(APRIL, date(2014, 9, 1)))
    before = term(bureau, "前任者")
    person = bureau.person("補欠")
    row = appoint(
        **bureau.given,
        committee_id=bureau.support.id,
        person_id=person,
        capacity=Capacity.MEMBER,
        valid_from=JULY,
        valid_to=None,
        predecessor_id=before.id,
    )
    until = date(2014, 8, 31)
    for changes in ({"last_day": date(2014, 9, 1)}, {"valid_from": date(2014, 3, 31), "last_day": until}):
        with pytest.raises(Refused, match="前任者の任期（平成26年4月1日–平成26年8月31日）"):
            renew(bureau, row, **changes)
    with pytest.raises(Refused, match="先に補欠委員の任期を訂正してください"):
        renew(bureau, before, last_day=date(2014, 8, 30))
    renew(bureau, row, valid_from=date(2014, 6, 1), last_day=date(2014, 8, 30))
    renew(bureau, before, last_day=date(2014, 8, 30))
    renew(bureau, row, predecessor_id=None)
    assert corrections_of(bureau.session, person)[row.id][-1].names == {"predecessor": "前任者"}


@pytest.mark.parametrize("predecessor", ["自分", "圏域", "どこにもない"])
def test_a_predecessor_is_somebody_else_of_the_same_body(bureau: Bureau, predecessor: str) -> None:
    bureau.member("補欠")
    bureau.member("圏域の人", body=bureau.regional, capacity=Capacity.ADVISER)
    row = term(bureau, "補欠")
    ids = {"自分": row.id, "圏域": term(bureau, "圏域の人").id, "どこにもない": STRANGE}
    with pytest.raises(Refused, match="前任者を選び直してください"):
        renew(bureau, row, predecessor_id=ids[predecessor])


def test_terms_of_another_office_are_not_found(bureau: Bureau) -> None:
    elsewhere = bureau.body(CommitteeKind.SUPPORT, "遠い町の会議")
    elsewhere.region = "別の圏域"
    bureau.member("よその人", body=elsewhere)
    row = term(bureau, "よその人")
    with pytest.raises(NotFound):
        renew(bureau, row, valid_from=date(2014, 5, 1))


# --- offices ---


def test_an_office_cannot_outlast_the_term(bureau: Bureau) -> None:
    row = office(bureau, "委員長")
    with pytest.raises(Refused, match="任期は平成27年3月31日までです"):
        hold(bureau, row, last_day=date(2015, 4, 1))
    with pytest.raises(Refused, match="任期は平成27年3月31日までです"):
        hold(bureau, row, last_day=None)
    with pytest.raises(Refused, match="その日に任期中の委員かアドバイザー委員です"):
        hold(bureau, row, valid_from=date(2014, 3, 31))
    hold(bureau, row, last_day=date(2014, 5, 31))
    assert bureau.people["委員長"] not in offices_on(bureau.session, bureau.support.id, date(2014, 6, 1))


def test_an_office_that_is_taken_is_refused_and_a_free_seat_is_found(bureau: Bureau) -> None:
    chair, deputy = office(bureau, "委員長"), office(bureau, "副委員長2")
    with pytest.raises(Refused, match="委員長はもう決まっています（委員長は1人です）"):
        hold(bureau, deputy, office=Office.CHAIR)
    with pytest.raises(Refused, match="副委員長は2人です"):
        hold(bureau, chair, office=Office.VICE_CHAIR)
    hold(bureau, office(bureau, "副委員長1"), last_day=date(2014, 4, 30))
    hold(bureau, chair, office=Office.VICE_CHAIR, valid_from=date(2014, 5, 1))
    assert (chair.office, chair.seat) == (Office.VICE_CHAIR, 1)
    hold(bureau, deputy, valid_from=date(2014, 5, 1))
    assert deputy.seat == 2
    assert hold(bureau, deputy, office=Office.CHAIR).seat == 1


def test_a_regional_office_needs_no_term(bureau: Bureau) -> None:
    person = bureau.person("事務局長")
    row = elect(
        **bureau.given,
        committee_id=bureau.regional.id,
        person_id=person,
        office=Office.SECRETARY_GENERAL,
        valid_from=APRIL,
        valid_to=None,
    )
    assert hold(bureau, row, valid_from=date(2014, 3, 14), last_day=None).valid_from == date(2014, 3, 14)


# --- kinship ---


def relate(bureau: Bureau, row: KinshipDeclaration, **changes: Any) -> KinshipDeclaration:
    wanted = {
        "case_number": 1,
        "path": row.path,
        "relation": row.relation,
        "declared_on": row.declared_on,
        "valid_from": row.valid_from,
        "last_day": None,
        **changes,
    }
    return correct_kinship(
        **{
            **given(bureau),
            "person_id": row.person_id,
            "declaration_id": row.id,
            "told": told("kinship", row),
            **wanted,
        }
    )


@pytest.fixture
def declared(bureau: Bureau) -> KinshipDeclaration:
    person = bureau.person("親族", declared=False)
    client = bureau.client(1)
    return declare_kinship(
        **bureau.given,
        person_id=person,
        client_id=client.id,
        path="P>C>C",
        relation="甥",
        declared_on=APRIL,
        valid_from=APRIL,
    )


def test_a_wrong_path_and_a_wrong_case_are_put_right(bureau: Bureau, declared: KinshipDeclaration) -> None:
    first, second = declared.client_id or "", bureau.client(2).id
    relate(bureau, declared, path="Ｐ＞Ｐ＞Ｃ＞Ｃ", relation="いとこ", case_number=2)
    paths = kinship_paths(bureau.session, declared.person_id, [first, second], TODAY)
    assert paths == (None, "P>P>C>C")
    (kept,) = corrections_of(bureau.session, declared.person_id)[declared.id]
    assert (kept.before["path"], kept.before["relation"], kept.names["case"]) == ("P>C>C", "甥", 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"path": "P>X"}, "続柄の3文字目「X」を読めません"),
        ({"path": ""}, "続柄が入っていません"),
        ({"path": "本人"}, "続柄が入っていません"),
        ({"path": "P>" * 110 + "P"}, "道筋が長すぎます"),
        ({"case_number": None}, "どの本人との続柄かを、ケース番号で入れてください"),
        ({"case_number": 99}, "No.99 のケースはありません"),
        ({"last_day": date(2014, 3, 31)}, "最後の日が始まりの日より前です"),
    ],
)
def test_a_path_that_cannot_stand_is_refused(
    bureau: Bureau, declared: KinshipDeclaration, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        relate(bureau, declared, **changes)
    assert declared.path == "P>C>C"


def test_two_declarations_to_one_client_do_not_come_to_overlap(
    bureau: Bureau, declared: KinshipDeclaration
) -> None:
    other = declare_kinship(
        **bureau.given,
        person_id=declared.person_id,
        client_id=bureau.client(2).id,
        path="S>P",
        relation="",
        declared_on=APRIL,
        valid_from=APRIL,
    )
    with pytest.raises(Refused, match="この本人との続柄の申告が重なります"):
        relate(bureau, other, case_number=1)
    bureau.kin(declared.person_id, None, "なし")
    general = bureau.session.exec(
        select(KinshipDeclaration).where(
            KinshipDeclaration.person_id == declared.person_id, KinshipDeclaration.path == "なし"
        )
    ).one()
    with pytest.raises(Refused, match="重なります"):
        relate(bureau, general, case_number=1, path="P")
    with pytest.raises(Refused, match="重なります"):
        relate(bureau, other, case_number=None, path="なし")


def test_a_declaration_to_a_case_elsewhere_is_not_found(bureau: Bureau, declared: KinshipDeclaration) -> None:
    strange = given(bureau) | {"actor": replace(SECRETARY, committee_id=bureau.regional.id)}
    with pytest.raises(NotFound):
        correct_kinship(
            **strange,
            person_id=declared.person_id,
            declaration_id=declared.id,
            case_number=None,
            path="なし",
            relation="",
            declared_on=APRIL,
            valid_from=APRIL,
            last_day=None,
            told=told("kinship", declared),
        )


@pytest.mark.parametrize("path", ["P>X", "", "(婚姻)", "P(養"])
def test_no_declaration_holds_a_path_that_cannot_be_read(bureau: Bureau, path: str) -> None:
    person, client = bureau.person("親族"), bureau.client(1)
    with pytest.raises(Refused, match="続柄"):
        bureau.kin(person, client, path)


def test_a_declared_path_is_kept_in_its_one_spelling(bureau: Bureau) -> None:
    person, client = bureau.person("親族"), bureau.client(1)
    bureau.kin(person, client, " Ｃ（養）／ C > S ")
    assert kinship_paths(bureau.session, person, [client.id], TODAY) == ("C(養) / C>S",)


def test_an_elected_office_is_held_within_the_terms_only(bureau: Bureau) -> None:
    hold(bureau, office(bureau, "委員長"), last_day=date(2014, 5, 31))
    bureau.member("次の人")
    elected: dict[str, Any] = {
        **bureau.given,
        "committee_id": bureau.support.id,
        "person_id": bureau.people["次の人"],
        "office": Office.CHAIR,
        "valid_from": date(2014, 6, 1),
    }
    for end in (date(2015, 4, 2), None):
        with pytest.raises(Refused, match="任期は平成27年3月31日までです"):
            elect(**elected, valid_to=end)
    bureau.member("次の人", term=(date(2015, 4, 1), date(2016, 4, 1)))  # reappointed without a gap
    assert elect(**elected, valid_to=date(2016, 4, 1)).valid_to == date(2016, 4, 1)
    assert TERM[1] == date(2015, 4, 1)
