"""配布資料: added, named, ordered, removed; and the packets that came back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from agenda.packet_tables import Handout, Packet, PacketCopy
from agenda.services.collecting import collect_copies, copies_of, find_packet, undo_collection
from agenda.services.handouts import (
    MOST,
    add_handout,
    change_handout,
    get_handout,
    list_handouts,
    move_handout,
    remove_handout,
)
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TODAY, Bureau

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def session(any_database: Database) -> Iterator[Session]:
    with any_database.write() as session:
        yield session


@pytest.fixture
def bureau(session: Session) -> Bureau:
    return Bureau(session)


@pytest.fixture
def meeting(bureau: Bureau) -> Meeting:
    return bureau.meeting(date(2014, 5, 27))


def add(bureau: Bureau, meeting: Meeting, title: str, **given: Any) -> Handout:
    return add_handout(
        **bureau.given, meeting=meeting, title=title, **{"filename": "図.png", "data": PNG, **given}
    )


def titles(bureau: Bureau, meeting: Meeting) -> list[str]:
    return [line.title for line in list_handouts(bureau.session, meeting.id)]


# --- 配布資料 ---


def test_handouts_come_in_order_and_can_change_places(bureau: Bureau, meeting: Meeting) -> None:
    first, _, last = (add(bureau, meeting, title) for title in ("一", "二", "三"))
    move = {**bureau.given, "meeting": meeting}
    move_handout(**move, handout=last, up=True)
    assert titles(bureau, meeting) == ["一", "三", "二"]
    move_handout(**move, handout=first, up=False)
    assert titles(bureau, meeting) == ["三", "一", "二"]
    move_handout(**move, handout=last, up=True)  # already the first
    assert titles(bureau, meeting) == ["三", "一", "二"]
    remove_handout(**move, handout=first)
    assert titles(bureau, meeting) == ["三", "二"]
    assert add(bureau, meeting, "四").number == 4
    assert titles(bureau, meeting) == ["三", "二", "四"]


def test_a_handout_is_for_everybody_or_for_one_item(bureau: Bureau, meeting: Meeting) -> None:
    item = bureau.matter(meeting)
    handout = add(bureau, meeting, " 図  一 ", item_id=item.id)
    (line,) = list_handouts(bureau.session, meeting.id)
    assert (line.title, line.item_id, line.size, line.media_type) == ("図 一", item.id, 28, "image/png")
    change_handout(**bureau.given, meeting=meeting, handout=handout, title="全員へ", item_id=None)
    (line,) = list_handouts(bureau.session, meeting.id)
    assert (line.title, line.item_id) == ("全員へ", None)
    foreign = bureau.matter(bureau.meeting(date(2014, 6, 3)))
    with pytest.raises(NotFound):
        change_handout(**bureau.given, meeting=meeting, handout=handout, title="a", item_id=foreign.id)
    with pytest.raises(NotFound):
        get_handout(bureau.session, handout.id, foreign.meeting_id)


def test_what_cannot_be_a_handout(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="資料の名前"):
        add(bureau, meeting, "　 ")
    with pytest.raises(Refused, match="確かめられません"):
        add(bureau, meeting, "図", data=b"GIF89a")
    for number in range(MOST):
        add(bureau, meeting, str(number))
    with pytest.raises(Refused, match="30件まで"):
        add(bureau, meeting, "もう一つ")
    meeting.status = MeetingStatus.CANCELLED
    handout = get_handout(bureau.session, list_handouts(bureau.session, meeting.id)[0].handout_id, meeting.id)
    for service in (remove_handout, move_handout):
        given: dict[str, Any] = {"handout": handout} | ({"up": True} if service is move_handout else {})
        with pytest.raises(Refused, match="終わった会議"):
            service(**bureau.given, meeting=meeting, **given)


def test_a_long_file_name_keeps_its_ending(bureau: Bureau, meeting: Meeting) -> None:
    assert add(bureau, meeting, "図", filename="長" * 300 + ".png").filename == "長" * 196 + ".png"


# --- 回収 ---


@pytest.fixture
def packet(bureau: Bureau, meeting: Meeting) -> Packet:
    row = Packet(
        meeting_id=meeting.id,
        version=1,
        started_at=bureau.clock.now(),
        started_by="事務局",
        beat_at=bureau.clock.now(),
        finished_at=bureau.clock.now(),
    )
    bureau.session.add(row)
    bureau.session.flush()
    for serial, name in enumerate(("委員長", "副委員長1", "助言者"), start=1):
        bureau.session.add(
            PacketCopy(
                packet_id=row.id, person_id=bureau.people[name], serial=serial, papers='["1_次第.docx"]'
            )
        )
    bureau.session.flush()
    return row


def out(bureau: Bureau, packet: Packet) -> list[int]:
    return [line.serial for line in copies_of(bureau.session, packet.id) if line.collected_on is None]


def test_packets_are_ticked_off_one_by_one_and_all_at_once(bureau: Bureau, packet: Packet) -> None:
    lines = copies_of(bureau.session, packet.id)
    assert (lines[0].serial, lines[0].name, lines[0].files) == (1, "委員長", ("1_次第.docx",))
    given = {**bureau.given, "packet": packet}
    assert collect_copies(**given, copy_ids=[lines[1].copy_id], collected_on=TODAY) == 1
    assert out(bureau, packet) == [1, 3]
    assert collect_copies(**given, copy_ids=None, collected_on=TODAY) == 2
    assert out(bureau, packet) == []
    assert collect_copies(**given, copy_ids=None, collected_on=TODAY) == 0
    undo_collection(**given, copy_id=lines[2].copy_id)
    undo_collection(**given, copy_id=lines[2].copy_id)
    assert out(bureau, packet) == [3]
    assert bureau.actions()[-3:] == ["資料の回収", "資料の回収", "資料の回収の取消し"]


def test_what_came_back_keeps_its_day(bureau: Bureau, packet: Packet) -> None:
    lines = copies_of(bureau.session, packet.id)
    first = bureau.session.exec(select(PacketCopy).where(PacketCopy.serial == 1)).one()
    first.collected_on, first.collected_by = TODAY - timedelta(days=9), "前の人"
    collect_copies(**bureau.given, packet=packet, copy_ids=None, collected_on=TODAY)
    assert copies_of(bureau.session, packet.id)[0].collected_by == "前の人"
    assert lines[0].serial == 1


def test_wrong_days_and_foreign_copies_are_refused(bureau: Bureau, packet: Packet, meeting: Meeting) -> None:
    given = {**bureau.given, "packet": packet}
    with pytest.raises(Refused, match="まだ来ていません"):
        collect_copies(**given, copy_ids=None, collected_on=TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="作りました"):
        collect_copies(**given, copy_ids=None, collected_on=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="選んでください"):
        collect_copies(**given, copy_ids=[], collected_on=TODAY)
    for call in (
        lambda: collect_copies(**given, copy_ids=["0" * 32], collected_on=TODAY),
        lambda: undo_collection(**given, copy_id="0" * 32),
        lambda: find_packet(bureau.session, packet.id, bureau.meeting(date(2014, 6, 3))),
        lambda: find_packet(bureau.session, "0" * 32, meeting),
    ):
        with pytest.raises(NotFound):
            call()
    assert find_packet(bureau.session, packet.id, meeting) is packet
