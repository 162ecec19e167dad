"""資料の内容: who is given what, and nothing of what they do not sit in on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import Session, select

from agenda.packet_tables import ConflictDecision
from agenda.papers.contents import (
    CasePaper,
    Collection,
    Invitation,
    ItemList,
    Programme,
    Roster,
    Seating,
)
from agenda.services.handouts import add_handout
from agenda.services.packet_contents import PacketContents, ParticipantPapers, packet_contents
from agenda.services.packet_facts import FromMinutes, PreviousMinutes
from agenda.services.packet_papers import OTHERS_HOUSEHOLD
from agenda.tables import Consent
from meetings_app.core.clock import tokyo
from meetings_app.core.errors import Refused
from meetings_app.core.partial_date import format_loosely
from meetings_app.core.terms import ConflictAnswer, ConflictGround, MeetingStatus, Precision
from meetings_app.db.engine import Database
from tests.agenda.services.packet_office import CASES, SITS, PacketOffice, secrets_of, whole_text
from tests.office_builder import TODAY

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def office(session: Session) -> PacketOffice:
    return PacketOffice(session)


def of(contents: PacketContents, name: str) -> ParticipantPapers:
    return next(one for one in contents.participants if one.person.name == name)


def names(one: ParticipantPapers) -> list[str]:
    return [f"{paper.number_text} {paper.name}".strip() for paper in one.papers]


def only(one: ParticipantPapers, kind: type) -> object:
    (found,) = [paper.source for paper in one.papers if isinstance(paper.source, kind)]
    return found


# --- the access matrix ---


def test_no_folder_holds_anything_of_a_case_its_reader_does_not_sit_in_on(office: PacketOffice) -> None:
    add_handout(
        **office.bureau.given,
        meeting=office.meeting,
        title="図（庚辛）",
        filename="図.png",
        data=PNG,
        item_id=office.items[404].item.id,
    )
    folders = office.folders()
    assert set(folders) == set(SITS)
    for name, files in folders.items():
        told = " ".join(files) + " ".join(whole_text(data) for file, data in files.items() if "docx" in file)
        for case in set(CASES) - set(SITS[name]):
            for secret in secrets_of(case):
                assert secret not in told, (name, secret)
        for case in SITS[name]:
            assert f"目標{CASES[case]}" in told, (name, case)


def test_the_presence_of_a_client_or_relative_is_told_to_their_table_only(office: PacketOffice) -> None:
    told = {
        name: " ".join(whole_text(data) for data in files.values())
        for name, files in office.folders().items()
    }
    for person, case in (("本人（No.101）", 101), ("本人（No.303）", 303), ("家族（No.303母）", 303)):
        readers = {name for name, text in told.items() if person in text}
        assert readers == {name for name, cases in SITS.items() if case in cases}, person
    check_list = only(of(office.contents(), "控えの事務員"), Collection)
    assert isinstance(check_list, Collection)
    assert [row.name for row in check_list.rows].count(OTHERS_HOUSEHOLD) == 3


def test_a_client_gets_no_assessment_level_or_note_of_the_staff(office: PacketOffice) -> None:
    folders = office.folders()
    for name in ("本人（No.101）", "本人（No.303）", "家族（No.303 母）"):
        told = " ".join(whole_text(data) for data in folders[name].values())
        initials = CASES[SITS[name][0]]
        assert f"目標{initials}" in told
        assert f"支援{initials}" in told
        for hidden in (f"状況{initials}", f"達成{initials}", "●●●●○"):
            assert hidden not in told, (name, hidden)
    seen = " ".join(whole_text(data) for data in folders["委員い"].values())
    assert "●●●●○" in seen


def test_somebody_who_leaves_the_table_for_an_item_gets_nothing_of_it(office: PacketOffice) -> None:
    office.session.add(
        ConflictDecision(
            item_id=office.items[101].item.id,
            person_id=office.bureau.people["委員あ"],
            sequence=1,
            ground=ConflictGround.KIN,
            detail="甥",
            answer=ConflictAnswer.RECUSED,
            reason="甥のため",
            decided_by_id=office.bureau.people["委員長"],
            decided_on=TODAY,
            recorded_at=tokyo(TODAY, 9),
        )
    )
    office.session.flush()
    told = " ".join(whole_text(data) for data in office.folders()["委員あ"].values())
    assert "目標丙丁" in told
    assert not any(secret in told for secret in secrets_of(101))


# --- order and numbers ---


def test_people_come_in_their_order_and_papers_under_one_number_for_everybody(office: PacketOffice) -> None:
    contents = office.contents()
    assert [one.person.name for one in contents.participants] == [
        "委員長",
        "委員あ",
        "委員い",
        "招かれた人",
        "事務員",
        "控えの事務員",
        "本人（No.101）",
        "本人（No.303）",
        "家族（No.303 母）",
    ]
    assert names(of(contents, "委員い")) == [
        "招集通知",
        "次第",
        "出席者名簿",
        "座席表",
        "資料１ 案件一覧",
        "資料１－２ 相談者一覧",
        "資料４ 個別資料 No.303 プラン1",
    ]
    assert names(of(contents, "本人（No.303）")) == [
        "招集通知",
        "次第",
        "出席者名簿",
        "座席表",
        "資料１ 案件一覧",
        "資料４ 個別資料 No.303 プラン1",
    ]
    assert "資料１－２ 相談者一覧" not in names(of(contents, "招かれた人"))
    assert names(of(contents, "控えの事務員")) == [
        "招集通知",
        "次第",
        "出席者名簿",
        "座席表",
        "資料１ 案件一覧",
        "回収確認表",
    ]
    numbers = {
        paper.name: paper.number_text for one in contents.participants for paper in one.papers if paper.number
    }
    assert numbers["個別資料 No.101 プラン1"] == "資料２"
    assert numbers["個別資料 No.404 プラン1"] == "資料５"


def test_previous_minutes_and_handouts_are_numbered_after_the_cases(office: PacketOffice) -> None:
    given = {**office.bureau.given, "meeting": office.meeting, "filename": "a.png", "data": PNG}
    add_handout(**given, title="全員の図")  # type: ignore[arg-type]
    add_handout(**given, title="三〇三の図", item_id=office.items[303].item.id)  # type: ignore[arg-type]
    people = office.bureau.people
    minutes = PreviousMinutes(8, TODAY, "x", {people["委員長"]: None, people["委員い"]: (2,)})
    contents = packet_contents(office.session, office.meeting, FromMinutes(minutes=minutes))
    assert names(of(contents, "委員長"))[-3:] == [
        "資料６ 第8回議事録",
        "資料７ 全員の図",
        "資料８ 三〇三の図",
    ]
    assert names(of(contents, "委員い"))[-3:] == [
        "資料６ 第8回議事録（抜粋）",
        "資料７ 全員の図",
        "資料８ 三〇三の図",
    ]
    assert names(of(contents, "委員あ"))[-1] == "資料７ 全員の図"
    without = packet_contents(office.session, office.meeting, FromMinutes())
    assert names(of(without, "委員あ"))[-1] == "資料６ 全員の図"


# --- what papers say ---


def test_outside_people_come_for_their_items_and_the_others_for_the_meeting(office: PacketOffice) -> None:
    contents = office.contents()
    asked = only(of(contents, "招かれた人"), Invitation)
    member = only(of(contents, "委員い"), Invitation)
    assert isinstance(asked, Invitation)
    assert isinstance(member, Invitation)
    # 10:00 from the start, 15 minutes an item: the second one runs from 10:15 to 10:30
    assert (asked.comes_at, asked.leaves_at) == (
        tokyo(date(2014, 5, 27), 10, 15),
        tokyo(date(2014, 5, 27), 10, 30),
    )
    assert (asked.basis, member.basis) == ("第5条第4項", "第5条第1項・第3項")
    assert (member.comes_at, member.leaves_at) == (tokyo(date(2014, 5, 27), 10), tokyo(date(2014, 5, 27), 12))
    assert [line.number for line in member.lines] == [3]


def test_other_items_show_their_time_and_nothing_else(office: PacketOffice) -> None:
    contents = office.contents()
    programme = only(of(contents, "委員い"), Programme)
    listed = only(of(contents, "委員い"), ItemList)
    assert isinstance(programme, Programme)
    assert isinstance(listed, ItemList)
    assert programme.presider == "委員長"
    hidden = programme.lines[0]
    assert (hidden.shown, hidden.title, hidden.case, hidden.reason, hidden.deadline, hidden.required) == (
        False,
        "",
        None,
        None,
        None,
        (),
    )
    assert (hidden.minutes, programme.lines[2].title) == (15, "No.303 プラン1 新規")
    assert listed.lines == programme.lines


def test_the_roster_names_of_a_relative_only_what_the_reader_sits_in_on(office: PacketOffice) -> None:
    roster = only(of(office.contents(), "委員い"), Roster)
    assert isinstance(roster, Roster)
    rows = {row.name: row for row in roster.rows}
    assert rows["委員長"].items == (1, 2, 3, 4)
    assert rows["委員長"].label == "委員長"
    assert rows["本人（No.303）"].items == (3,)
    assert rows["招かれた人"].basis == "第5条第4項"
    assert rows["招かれた人"].label == "出席を求めた者"
    assert "本人（No.101）" not in rows


def test_nobody_online_has_a_seat(office: PacketOffice) -> None:
    online = frozenset({office.bureau.people["委員あ"]})
    contents = packet_contents(office.session, office.meeting, FromMinutes(online=online))
    seating = only(of(contents, "委員長"), Seating)
    assert isinstance(seating, Seating)
    seats = [*seating.top, *seating.bottom, *(seat for row in seating.sides for seat in row if seat)]
    assert {seat.name for seat in seats} == set(SITS) - {"委員あ"}


def test_a_case_paper_says_what_is_on_record_by_the_day(office: PacketOffice) -> None:
    paper = next(
        paper.source
        for paper in of(office.contents(), "委員い").papers
        if isinstance(paper.source, CasePaper)
    )
    assert (paper.case, paper.plan, paper.initials, paper.goal) == (303, 1, "戊己", "目標戊己")
    assert (paper.period_start, paper.period_end) == (date(2014, 6, 1), "平成26年11月下旬")
    assert (paper.assessed_on, paper.assessment) == (date(2014, 5, 2), "状況戊己")
    assert (paper.level, paper.consent_on) == (4, date(2014, 4, 1))
    assert paper.level_before is None  # no meeting was held before: the change counts from the last one
    assert [(line.name, line.provider) for line in paper.services] == [("支援戊己", "提供者戊己")]
    assert paper.to_confirm[0] == "プランの目標と期間を了承するか"


@pytest.mark.parametrize(
    ("precision", "text"),
    [
        (Precision.DAY, "平成25年12月31日"),
        (None, "平成25年12月31日"),
        (Precision.LATE, "平成25年12月下旬"),
        (Precision.MONTH_END, "平成25年12月末日"),
        (Precision.MONTH, "平成25年12月"),
    ],
)
def test_days_are_said_as_exactly_as_they_are_known(precision: Precision | None, text: str) -> None:
    assert format_loosely(date(2013, 12, 31), precision) == text
    assert format_loosely(None, precision) == ""


def test_what_is_not_recorded_is_named_beforehand(office: PacketOffice) -> None:
    assert office.contents().missing == ()
    plan = office.items[202].plan
    assert plan is not None
    plan.goal = ""
    office.session.add(plan)
    office.session.flush()
    (missing,) = office.contents().missing
    assert (missing.case, missing.plan, missing.what) == (202, 1, ("目標",))


def test_the_hash_changes_with_the_record_and_with_nothing_else(office: PacketOffice) -> None:
    first = office.contents().sha256
    office.session.expire_all()
    assert office.contents().sha256 == first
    item = office.items[404].item
    item.planned_minutes = 20
    office.session.add(item)
    office.session.flush()
    assert office.contents().sha256 != first


_FINGERPRINT = """
from agenda.services.packet_contents import ParticipantPapers, fingerprint
from agenda.services.packet_facts import PacketPerson
from meetings_app.core.terms import Capacity

items = frozenset(f"item {number}" for number in range(9))
person = PacketPerson("1", "委員", "", "委員", Capacity.MEMBER, (), items)
print(fingerprint([ParticipantPapers(1, person, ())]))
"""


def test_the_hash_is_the_same_after_a_restart() -> None:
    def of_a_new_process(seed: str) -> bytes:
        return subprocess.check_output(
            [sys.executable, "-c", _FINGERPRINT], env={**os.environ, "PYTHONHASHSEED": seed}
        )

    assert of_a_new_process("1") == of_a_new_process("2")


# --- what is refused ---


def test_a_case_without_consent_on_the_day_is_refused_by_name_and_reason(office: PacketOffice) -> None:
    rows = {row.client_id: row for row in office.session.exec(select(Consent)).all()}
    consents = {case: rows[view.client.id] for case, view in office.items.items() if view.client}
    consents[202].valid_to = date(2014, 5, 25)
    office.session.delete(consents[404])
    office.session.flush()
    with pytest.raises(Refused) as refused:
        office.contents()
    assert "No.202（平成26年5月25日に撤回）、No.404（同意の記録がない）" in refused.value.message
    assert "議題から外してください" in refused.value.message


def test_a_consent_that_ends_after_the_meeting_holds(office: PacketOffice) -> None:
    for row in office.session.exec(select(Consent)).all():
        row.valid_to = date(2014, 5, 28)
    office.session.flush()
    assert office.contents().participants


def test_papers_need_items_venue_and_decisions(office: PacketOffice) -> None:
    empty = office.bureau.meeting(date(2014, 6, 10))
    with pytest.raises(Refused, match="議題がない"):
        packet_contents(office.session, empty, FromMinutes())
    office.bureau.matter(empty)
    with pytest.raises(Refused, match="参加者が決まっていない"):
        packet_contents(office.session, empty, FromMinutes())
    office.meeting.venue_id = None
    with pytest.raises(Refused, match="会場が決まっていない"):
        office.contents()
    office.meeting.status = MeetingStatus.CANCELLED
    with pytest.raises(Refused, match="中止した会議"):
        office.contents()
