"""現行の確認: what is recorded, what is refused, and which of it the assessment hears of."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from honoraria.rules.facts import VersionConfirmation
from honoraria.services.versions import (
    MAX_BYTES,
    Confirmation,
    confirm_version,
    confirmations_of,
    rule_confirmations,
    text_of,
)
from honoraria.tables import VersionConfirmationRecord
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.db.engine import Database
from meetings_app.tables.office import AuditEntry

TODAY = date(2026, 11, 10)
PDF = b"%PDF-1.7 text of the regulation"


@dataclass
class Desk:
    """Somebody of the office at work on 2026-11-10."""

    session: Session
    actor: Actor

    def confirm(self, **given: Any) -> Confirmation:
        values = {
            "regulation": CommitteeKind.SUPPORT,
            "as_of": TODAY,
            "file_name": "規程.pdf",
            "content": PDF,
        }
        clock = FixedClock(tokyo(TODAY, 10))
        return confirm_version(session=self.session, actor=self.actor, clock=clock, **{**values, **given})

    def audited(self) -> list[AuditEntry]:
        return list(self.session.exec(select(AuditEntry)).all())


@pytest.fixture
def desk(any_database: Database) -> Iterator[Desk]:
    with any_database.write() as session:
        yield Desk(session, Actor(name="会計 花子", role=Role.ACCOUNTING, committee_id=""))


def test_a_confirmation_names_the_person_the_day_and_the_text(desk: Desk) -> None:
    done = desk.confirm()
    assert confirmations_of(desk.session) == [done]
    assert (done.regulation, done.as_of, done.confirmed_by, done.file_name) == (
        CommitteeKind.SUPPORT,
        TODAY,
        "会計 花子",
        "規程.pdf",
    )
    assert text_of(desk.session, done.id).content == PDF


def test_the_trail_holds_the_hash_of_the_text(desk: Desk) -> None:
    done = desk.confirm()
    (entry,) = desk.audited()
    assert (entry.action, entry.actor, entry.subject_id) == ("規程の現行の確認", "会計 花子", done.id)
    assert hashlib.sha256(PDF).hexdigest() in entry.detail


def test_the_assessment_hears_of_it(desk: Desk) -> None:
    desk.confirm()
    assert rule_confirmations(desk.session) == (
        VersionConfirmation(CommitteeKind.SUPPORT, "会計 花子", TODAY),
    )


def test_one_without_its_text_stays_in_the_list_and_counts_for_nothing(desk: Desk) -> None:
    desk.session.add(
        VersionConfirmationRecord(
            regulation=CommitteeKind.SUPPORT,
            as_of=date(2014, 5, 1),
            confirmed_by="規程 確認者",
            confirmed_at=tokyo(date(2014, 5, 1), 9),
            file_name="",
            content=b"",
            sha256=hashlib.sha256(b"").hexdigest(),
        )
    )
    desk.session.flush()
    (moved,) = confirmations_of(desk.session)
    assert not moved.has_text
    assert rule_confirmations(desk.session) == ()
    with pytest.raises(NotFound):
        text_of(desk.session, moved.id)


def test_the_latest_day_comes_first(desk: Desk) -> None:
    for day in (date(2014, 4, 1), TODAY, date(2020, 4, 1)):
        desk.confirm(as_of=day)
    assert [one.as_of for one in confirmations_of(desk.session)] == [
        TODAY,
        date(2020, 4, 1),
        date(2014, 4, 1),
    ]


def test_the_same_handed_in_twice_is_recorded_once(desk: Desk) -> None:
    assert desk.confirm().id == desk.confirm().id
    assert len(confirmations_of(desk.session)) == len(desk.audited()) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"regulation": CommitteeKind.REGIONAL},
        {"as_of": date(2026, 11, 9)},
        {"content": PDF + b"."},
    ],
)
def test_another_regulation_day_or_text_is_another_confirmation(desk: Desk, other: dict[str, Any]) -> None:
    desk.confirm()
    desk.confirm(**other)
    assert len(confirmations_of(desk.session)) == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"as_of": date(2026, 11, 11)}, "まだ来ていません"),
        ({"as_of": date(2013, 9, 30)}, "平成25年10月1日の施行です"),
        ({"regulation": CommitteeKind.REGIONAL, "as_of": date(2014, 3, 13)}, "平成26年3月14日の施行です"),
        ({"content": b""}, "ファイルが空です"),
        ({"file_name": "規程.txt", "content": b" \r\n"}, "ファイルが空です"),
        ({"content": PDF + b"." * (MAX_BYTES + 1 - len(PDF))}, "5MBを超えています"),
        ({"file_name": "規程.exe"}, "テキスト（.txt）、PDF、Word（.docx）です"),
        ({"file_name": "規程"}, "テキスト（.txt）、PDF、Word（.docx）です"),
        ({"file_name": "規程.docx"}, "「.docx」の形になっていません"),
        ({"file_name": "規程.txt", "content": b"\x00\x01"}, "「.txt」の形になっていません"),
        ({"file_name": "規" * 252 + ".pdf"}, "名前が長すぎます"),
        ({"file_name": "規程\r\n.pdf"}, "使えない文字"),
    ],
)
def test_refusals_say_what_to_do_and_leave_nothing(desk: Desk, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match="ください。") as refusal:
        desk.confirm(**given)
    assert sentence in refusal.value.message
    assert confirmations_of(desk.session) == []
    assert desk.audited() == []


@pytest.mark.parametrize(
    "given",
    [
        {"as_of": date(2013, 10, 1)},
        {"regulation": CommitteeKind.REGIONAL, "as_of": date(2014, 3, 14)},
        {"content": PDF + b"." * (MAX_BYTES - len(PDF))},
        {"file_name": "規程.TXT", "content": "第7条".encode()},
        {"file_name": "規程.docx", "content": b"PK\x03\x04 and the rest"},
        {"file_name": "規" * 251 + ".pdf"},
    ],
)
def test_what_is_just_within_is_recorded(desk: Desk, given: dict[str, Any]) -> None:
    assert desk.confirm(**given).has_text


def test_an_unknown_text_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        text_of(desk.session, "0" * 32)
