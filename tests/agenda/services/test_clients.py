"""本人の記録: what may be changed, the switch for names, cases that end without a plan, consents put right."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from agenda.services.cases import add_plan, correct_consent, give_consent
from agenda.services.clients import (
    ClientFacts,
    assigned_names,
    client_of,
    close_case,
    edit_client,
    reopen_case,
    secretaries_on,
)
from agenda.services.plans import list_due
from agenda.tables import Client
from meetings_app.core.clock import FixedClock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.partial_date import read_partial_date
from meetings_app.db.engine import Database
from meetings_app.services.correction_trail import Told, corrections_of, fingerprint
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.office import AuditEntry
from tests.agenda.services.register_office import Desk, open_desk


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Iterator[Desk]:
    with database.write() as session:
        yield open_desk(session, clock)


def facts(number: int = 3, **others: object) -> ClientFacts:
    given: dict[str, object] = {
        "case_number": number,
        "initials": "K.S",
        "first_contact_on": date(2026, 10, 1),
        "assigned_id": None,
    }
    return ClientFacts(**given | others)  # type: ignore[arg-type]


def edit(desk: Desk, client: Client, changed: ClientFacts, version: int | None = None) -> None:
    edit_client(**desk.given, client=client, version=version or client.version, facts=changed)


def test_facts_are_changed_once_with_their_version(desk: Desk) -> None:
    client, staff = desk.case(), desk.person(staff=True)
    edit(desk, client, facts(12, initials=" Z.Z ", assigned_id=staff))
    assert (client.case_number, client.initials, client.assigned_id, client.version) == (12, "Z.Z", staff, 2)
    assert assigned_names(desk.session, [client])[client.id].name == "葦原 守"
    with pytest.raises(Conflict, match="ほかの人が先に変えました"):
        edit(desk, client, facts(13), version=1)


def test_an_edit_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    client = desk.case()
    edit(desk, client, facts())
    assert client.version == 1
    assert "ケースの記録の変更" not in {entry.action for entry in desk.session.exec(select(AuditEntry))}


def test_a_number_in_use_is_refused_with_a_free_one(desk: Desk) -> None:
    desk.case(3)
    other = desk.case(4)
    with pytest.raises(Refused, match=r"No\.3 は使われています。空いている番号（No\.5 など）"):
        edit(desk, other, facts(3))


def test_only_staff_of_the_day_can_be_in_charge(desk: Desk) -> None:
    client, guest, staff = desk.case(), desk.person("客 一"), desk.person(staff=True)
    with pytest.raises(Refused, match="きょう事務局員である人から選んでください"):
        edit(desk, client, facts(assigned_id=guest))
    body = desk.actor.committee_id
    assert [person.id for person in secretaries_on(desk.session, body, date(2026, 4, 1))] == [staff]
    assert secretaries_on(desk.session, body, date(2026, 3, 31)) == []


def test_names_are_not_taken_while_the_switch_is_off(desk: Desk) -> None:
    client = desk.case(name="見本 花子", kana="みほん はなこ")
    assert (client.name, client.kana) == ("", "")
    edit(desk, client, facts(name="見本 花子", kana="みほん"))
    assert (client.name, client.kana, client.version) == ("", "", 1)


def test_names_are_taken_when_it_is_on_and_stay_hidden_in_the_trail(desk: Desk) -> None:
    desk.keep_names()
    client = desk.case(name=" 見本 花子 ", kana="みほん はなこ")
    assert client.name == "見本 花子"
    edit(desk, client, facts(name="見本 桜子", kana="みほん さくらこ"))
    assert (client.name, client.kana) == ("見本 桜子", "みほん さくらこ")
    entries = desk.session.exec(select(AuditEntry)).all()
    assert all("桜子" not in entry.detail and "花子" not in entry.detail for entry in entries)
    told = next(entry for entry in entries if entry.action == "ケースの記録の変更")
    assert json.loads(told.detail)["name_changed"] is True


def test_a_stored_name_stays_when_the_switch_goes_off_again(desk: Desk) -> None:
    desk.keep_names()
    client = desk.case(name="見本 花子")
    client_name = client.name
    set_setting(**desk.given, key="cases.names", value=False)
    edit(desk, client, facts(initials="M.H", name="", kana=""))
    assert (client.initials, client.name) == ("M.H", client_name)


def test_a_case_is_closed_without_a_plan_and_opened_again(desk: Desk) -> None:
    client = desk.case()
    close_case(**desk.given, client=client, version=1, closed_on=date(2026, 11, 5), why="相談のみ")
    assert (client.closed_on, client.closed_why, client.version) == (date(2026, 11, 5), "相談のみ", 2)
    end = read_partial_date("R9.3")
    assert end is not None
    with pytest.raises(Refused, match="先に「再開する」"):
        add_plan(**desk.given, client=client, goal="目標", period_end=end)
    with pytest.raises(Refused, match="もう終わっています"):
        close_case(**desk.given, client=client, version=2, closed_on=date(2026, 11, 6), why="また")
    reopen_case(**desk.given, client=client, version=2, why="再び相談があった")
    assert (client.closed_on, client.closed_why) == (None, "")
    with pytest.raises(Refused, match="終わっていません"):
        reopen_case(**desk.given, client=client, version=3, why="x")


@pytest.mark.parametrize(
    ("closed_on", "why", "sentence"),
    [
        (date(2026, 11, 11), "相談のみ", "まだ来ていません"),
        (date(2026, 9, 30), "相談のみ", "初回の相談（令和8年10月1日）より前"),
        (date(2026, 11, 1), "  ", "終わりにする理由を入れてください"),
        (date(2026, 11, 1), "あ" * 501, "500文字以内"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(desk: Desk, closed_on: date, why: str, sentence: str) -> None:
    client = desk.case()
    with pytest.raises(Refused, match=sentence):
        close_case(**desk.given, client=client, version=1, closed_on=closed_on, why=why)


def test_a_running_plan_is_ended_by_a_meeting(desk: Desk) -> None:
    client = desk.case()
    desk.plan(client, met_on=date(2026, 10, 5))
    with pytest.raises(Refused, match="プラン1が続いています"):
        close_case(**desk.given, client=client, version=1, closed_on=date(2026, 11, 1), why="転居")


def test_a_closed_case_is_due_for_no_new_plan(desk: Desk) -> None:
    client = desk.case()
    desk.plan(
        client,
        met_on=date(2026, 4, 1),
        period_end=date(2026, 10, 31),
        evaluated_on=date(2026, 10, 20),
        evaluation_outcome="再プラン",
    )
    body = desk.actor.committee_id
    close_case(**desk.given, client=client, version=1, closed_on=date(2026, 11, 1), why="転居")
    before = list_due(session=desk.session, committee_id=body, on=date(2026, 10, 31))
    assert [due.case for due in before] == [3]
    assert list_due(session=desk.session, committee_id=body, on=date(2026, 11, 1)) == []


def test_a_wrongly_dated_consent_is_put_right_and_what_stood_there_stays(desk: Desk) -> None:
    client = desk.case()
    consent = give_consent(**desk.given, client=client, given_on=date(2026, 11, 1))
    seen = fingerprint("consent", consent)
    common: dict[str, Any] = {"client": client, "consent_id": consent.id, "withdrawn_on": None, "note": ""}
    correct_consent(
        **desk.given, **common, given_on=date(2026, 10, 1), told=Told("書面の日付は10月1日だった。", seen)
    )
    assert consent.valid_from == date(2026, 10, 1)
    (correction,) = corrections_of(desk.session, client.id)[consent.id]
    assert correction.day("valid_from") == date(2026, 11, 1)
    assert correction.reason == "書面の日付は10月1日だった。"
    with pytest.raises(Conflict):
        correct_consent(**desk.given, **common, given_on=date(2026, 10, 2), told=Told("違う。", seen))


@pytest.mark.parametrize(
    ("given_on", "withdrawn_on", "reason", "sentence"),
    [
        (date(2026, 10, 1), None, " ", "訂正の理由を入れてください"),
        (date(2026, 11, 1), None, "理由", "今の記録と同じ内容です"),
        (date(2026, 11, 11), None, "理由", "まだ来ていません"),
        (date(2026, 10, 1), date(2026, 10, 1), "理由", "撤回の日は、同意の日より後に"),
        (date(2026, 8, 1), None, "理由", "同意の記録が重なります"),
    ],
)
def test_a_correction_of_a_consent_that_cannot_be_is_refused(
    desk: Desk, given_on: date, withdrawn_on: date | None, reason: str, sentence: str
) -> None:
    client = desk.case()
    earlier = give_consent(**desk.given, client=client, given_on=date(2026, 7, 1))
    earlier.valid_to = date(2026, 9, 1)
    consent = give_consent(**desk.given, client=client, given_on=date(2026, 11, 1))
    told = Told(reason, fingerprint("consent", consent))
    with pytest.raises(Refused, match=sentence):
        correct_consent(
            **desk.given,
            client=client,
            consent_id=consent.id,
            given_on=given_on,
            withdrawn_on=withdrawn_on,
            note="",
            told=told,
        )


def test_what_belongs_to_others_is_not_found(desk: Desk) -> None:
    client, other = desk.case(3), desk.case(4)
    consent = give_consent(**desk.given, client=other, given_on=date(2026, 11, 1))
    told = Told("理由", fingerprint("consent", consent))
    with pytest.raises(NotFound):
        correct_consent(
            **desk.given,
            client=client,
            consent_id=consent.id,
            given_on=date(2026, 10, 1),
            withdrawn_on=None,
            note="",
            told=told,
        )
    stranger = open_desk(desk.session, desk.clock, "よその会議")
    with pytest.raises(NotFound):
        client_of(desk.session, stranger.actor, client.id, date(2026, 11, 10))
