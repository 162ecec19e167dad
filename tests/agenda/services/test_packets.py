"""会議資料一式: made behind the answer, one at a time, kept once, and handed out to whom it is for."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import Session, col, select

from agenda.packet_tables import DocumentTemplate, Packet, PacketCopy
from agenda.services import packet_making
from agenda.services.handouts import add_handout
from agenda.services.packet_contents import HandoutFile, PacketPaper, packet_contents
from agenda.services.packet_delivery import PacketFile, one_packet, own_copy, whole_packet
from agenda.services.packet_making import build_packet, load_materials, packet_bytes
from agenda.services.packets import (
    INTERRUPTED,
    latest_packet,
    make_packet,
    newest_finished,
    packet_states,
    paper_count,
    start_packet,
)
from agenda.services.participation import Choice, decide_participants
from agenda.services.templates import template_in_use
from agenda.tables import AgendaItem, Consent
from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock
from meetings_app.core.errors import Forbidden, NotFound, Refused
from meetings_app.core.terms import Capacity, MeetingStatus, PaperKind, Role
from meetings_app.db.engine import Database
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.office import AuditEntry
from minutes.services.packet_material import packet_material
from tests.agenda.services.packet_office import SITS, PacketOffice, files_of
from tests.office_builder import SECRETARY, TODAY

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class Desk:
    """The meeting of PacketOffice in a database of its own, with a clock that can be put forward."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            office = PacketOffice(session)
            self.clock = office.bureau.clock
            self.meeting_id = office.meeting.id
            self.people = dict(office.bureau.people)
            self.items = {case: view.item.id for case, view in office.items.items()}

    def forward(self, **amount: float) -> None:
        self.clock = FixedClock(self.clock.at + timedelta(**amount))

    def actor(self, name: str, role: Role = Role.MEMBER) -> Actor:
        return Actor(name=name, role=role, committee_id="", person_id=self.people[name])

    def start(self, *, with_pdf: bool = False) -> str:
        with self.database.write() as session:
            meeting = session.get_one(Meeting, self.meeting_id)
            contents = packet_contents(session, meeting, packet_material(session, meeting))
            return start_packet(
                session=session,
                actor=SECRETARY,
                clock=self.clock,
                meeting=meeting,
                contents=contents,
                with_pdf=with_pdf,
            ).id

    def work(self, packet_id: str, material: Any = None) -> None:
        make_packet(
            database=self.database,
            actor=SECRETARY,
            clock=self.clock,
            packet_id=packet_id,
            material=material or (lambda session, meeting: packet_material(session, meeting, rendered=True)),
        )

    def made(self) -> str:
        packet_id = self.start()
        self.work(packet_id)
        return packet_id

    def take(self, service: Any, actor: Actor = SECRETARY, **given: Any) -> PacketFile:
        with self.database.write() as session:
            meeting = session.get_one(Meeting, self.meeting_id)
            file: PacketFile = service(
                session=session, actor=actor, clock=self.clock, meeting=meeting, **given
            )
            return file

    def decide(self, name: str, case: int, *, takes_part: bool) -> None:
        with self.database.write() as session:
            decide_participants(
                session=session,
                actor=SECRETARY,
                clock=self.clock,
                meeting=session.get_one(Meeting, self.meeting_id),
                item=session.get_one(AgendaItem, self.items[case]),
                choices=[Choice(self.people[name], Capacity.MEMBER, takes_part)],
                decided_by_id=self.people["委員長"],
                decided_on=TODAY,
            )


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    with desk.database.read() as session:
        yield session


# --- making ---


def test_a_packet_is_made_with_a_folder_and_a_number_for_everybody(desk: Desk) -> None:
    packet_id = desk.made()
    with desk.database.read() as session:
        state = newest_finished(session, desk.meeting_id, desk.clock)
        assert state is not None
        assert (state.packet_id, state.version, state.done, state.total, state.copies) == (
            packet_id,
            1,
            9,
            9,
            9,
        )
        copies = session.exec(select(PacketCopy).order_by(col(PacketCopy.serial))).all()
        assert [copy.serial for copy in copies] == list(range(1, 10))
    folders = {name.partition("/")[0] for name in files_of(desk.take(whole_packet).content)}
    assert folders == {
        "01_委員長",
        "02_委員あ",
        "03_委員い",
        "04_招かれた人",
        "05_事務員",
        "06_控えの事務員",
        "07_本人（No.101）",
        "08_本人（No.303）",
        "09_家族（No.303母）",
    }


def test_every_paper_carries_its_readers_number(desk: Desk) -> None:
    desk.made()
    for name, content in files_of(desk.take(whole_packet).content).items():
        if "次第" in name:
            header = b"".join(part for part, file in _headers(content))
            assert f"番号　{int(name[:2])}".encode() in header


def _headers(document: bytes) -> list[tuple[bytes, str]]:
    return [(data, name) for name, data in files_of(document).items() if name.startswith("word/header")]


def test_the_same_record_gives_the_same_bytes(desk: Desk, session: Session) -> None:
    meeting = session.get_one(Meeting, desk.meeting_id)
    given = packet_material(session, meeting, rendered=True)
    assert packet_bytes(session, meeting, given) == packet_bytes(session, meeting, given)


def test_progress_is_on_record_while_the_work_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int, bool]] = []
    fill = packet_making.fill

    def watched(*args: Any, **kwargs: Any) -> bytes:
        with desk.database.write() as session:  # others can write meanwhile
            state = latest_packet(session, desk.meeting_id, desk.clock)
            assert state is not None
            seen.append((state.done, state.total, state.running))
        return fill(*args, **kwargs)

    monkeypatch.setattr(packet_making, "fill", watched)
    desk.made()
    assert {total for _, total, _ in seen} == {9}
    assert all(running for _, _, running in seen)
    assert {0, 1, 2} <= {done for done, _, _ in seen}
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def test_each_different_paper_is_filled_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []
    fill = packet_making.fill

    def counted(template: bytes, context: Any, *, title: str, dated: date) -> bytes:
        titles.append(title)
        return fill(template, context, title=title, dated=dated)

    monkeypatch.setattr(packet_making, "fill", counted)
    desk.made()
    # as those read it who support the 本人, and for No.101 and No.303 once more as the 本人 gets it
    assert titles.count("個別資料 No.202 プラン1") == 1
    assert titles.count("個別資料 No.303 プラン1") == 2


def test_only_one_making_runs_at_a_time(desk: Desk) -> None:
    desk.start()
    with pytest.raises(Refused, match="ほかの人が資料を作っています"):
        desk.start()
    desk.forward(seconds=119)
    with pytest.raises(Refused, match="終わるまで待ってから"):
        desk.start()


def test_a_silent_making_counts_as_interrupted_and_can_be_begun_again(desk: Desk) -> None:
    first = desk.start()
    desk.forward(seconds=121)
    with desk.database.read() as session:
        state = latest_packet(session, desk.meeting_id, desk.clock)
    assert state is not None
    assert (state.running, state.failure) == (False, INTERRUPTED)
    second = desk.start()
    desk.work(first)  # the old one wakes up, and finds that it was given up
    with desk.database.read() as session:
        states = packet_states(session, desk.meeting_id, desk.clock)
        assert [(state.packet_id, state.running, state.failure) for state in states] == [
            (second, True, ""),
            (first, False, INTERRUPTED),
        ]
        assert newest_finished(session, desk.meeting_id, desk.clock) is None
    desk.work(second)
    with desk.database.read() as session:
        finished = newest_finished(session, desk.meeting_id, desk.clock)
        assert finished is not None
        assert finished.packet_id == second


def test_a_making_from_before_the_clock_was_set_back_is_not_waited_for(desk: Desk) -> None:
    desk.forward(seconds=3_600)
    first = desk.start()
    desk.forward(seconds=-3_600)
    assert desk.start() != first


def test_a_refusal_while_making_is_stored_and_the_old_packet_stays(desk: Desk) -> None:
    old = desk.made()
    with desk.database.write() as session:
        committee = session.get_one(Meeting, desk.meeting_id).committee_id
        session.add(
            DocumentTemplate(
                committee_id=committee,
                kind=PaperKind.PROGRAMME,
                version=1,
                content=b"PK no template",
                added_by="事務局",
                added_at=desk.clock.now(),
            )
        )
    failed = desk.made()
    with desk.database.read() as session:
        states = {state.packet_id: state for state in packet_states(session, desk.meeting_id, desk.clock)}
        assert states[failed].failure.startswith("「次第」を作れません。")
        assert "次第の様式を直してから" in states[failed].failure
        assert not states[failed].running
        assert states[old].is_kept
        assert session.exec(select(PacketCopy).where(PacketCopy.packet_id == failed)).all() == []


def test_a_fault_is_stored_as_a_sentence_without_its_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    words = "秘密の名前"

    def broken(session: Session, meeting: Meeting) -> Any:
        raise RuntimeError(words)

    packet_id = desk.start()
    desk.work(packet_id, broken)
    with desk.database.read() as session:
        failure = session.get_one(Packet, packet_id).failure
    assert failure.startswith("プログラムの誤りのため、資料を作れませんでした。")
    assert "秘密" not in failure + caplog.text
    assert "RuntimeError" in caplog.text


def test_only_the_newest_finished_packet_keeps_its_files(desk: Desk) -> None:
    first, second = desk.made(), desk.made()
    with desk.database.read() as session:
        assert session.get_one(Packet, first).content is None
        assert session.get_one(Packet, second).content is not None
        assert [state.version for state in packet_states(session, desk.meeting_id, desk.clock)] == [2, 1]


def test_the_hash_tells_whether_the_record_has_changed(desk: Desk) -> None:
    packet_id = desk.made()
    with desk.database.read() as session:
        meeting = session.get_one(Meeting, desk.meeting_id)
        made = session.get_one(Packet, packet_id).sha256
        assert packet_contents(session, meeting, packet_material(session, meeting)).sha256 == made
    desk.forward(minutes=5)
    desk.decide("委員い", 101, takes_part=True)
    with desk.database.read() as session:
        meeting = session.get_one(Meeting, desk.meeting_id)
        assert packet_contents(session, meeting, packet_material(session, meeting)).sha256 != made


def test_too_much_to_hand_out_and_a_cancelled_meeting_are_refused(desk: Desk) -> None:
    with desk.database.write() as session:
        meeting = session.get_one(Meeting, desk.meeting_id)
        contents = packet_contents(session, meeting, packet_material(session, meeting))
        first = contents.participants[0]
        large = PacketPaper("図", 9, HandoutFile("1", "png", 101 * 1024 * 1024))
        heavy = replace(contents, participants=(replace(first, papers=(large,)),))
        given: dict[str, Any] = {
            "session": session,
            "actor": SECRETARY,
            "clock": desk.clock,
            "meeting": meeting,
        }
        with pytest.raises(Refused, match="101MB"):
            start_packet(**given, contents=heavy)
        meeting.status = MeetingStatus.CANCELLED
        with pytest.raises(Refused, match="中止した会議"):
            start_packet(**given, contents=contents)


def test_hostile_names_become_safe_folders_and_files(desk: Desk) -> None:
    with desk.database.write() as session:
        person = get_person(session, desk.people["委員あ"])
        person.name = "../..\\委員:<あ>\u202e" + "長" * 80
        session.add(person)
        add_handout(
            session=session,
            actor=SECRETARY,
            clock=desk.clock,
            meeting=session.get_one(Meeting, desk.meeting_id),
            title="図/../../etc/passwd",
            filename="図.png",
            data=PNG,
        )
    desk.made()
    names = [name for name in files_of(desk.take(whole_packet).content) if name.startswith("02_")]
    for name in names:
        folder, _, file = name.partition("/")
        assert not set(file + folder) & set('\\:*?"<>|/\u202e')
        assert ".." not in (folder, file)
        assert max(len(folder), len(file)) <= 60
    assert any("passwd.png" in name for name in names)


# --- PDF ---


def test_the_pdf_holds_all_papers_of_one_reader_in_order(desk: Desk) -> None:
    with desk.database.read() as session:
        meeting = session.get_one(Meeting, desk.meeting_id)
        given = packet_material(session, meeting, rendered=True)
        contents = packet_contents(session, meeting, given)
        materials = load_materials(session, meeting, contents, given)
    reader = next(one for one in contents.participants if one.person.name == "委員い")
    alone = replace(contents, participants=(reader,))
    built = build_packet(alone, materials, with_pdf=True)
    pdf = files_of(built.content)["03_委員い/資料一式.pdf"]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")
    places = [text.index(title) for title in ("お越しいただく", "次第", "出席者名簿", "座席表", "案件一覧")]
    assert places == sorted(places)
    assert built.files[reader.person.person_id][-1] == "資料一式.pdf"


# --- taking out ---


def test_all_folders_go_to_the_secretariat_only(desk: Desk) -> None:
    with pytest.raises(NotFound, match="まだできていません"):
        desk.take(whole_packet)
    desk.made()
    assert len(files_of(desk.take(whole_packet).content)) > 50
    for role in (Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER):
        with pytest.raises(Forbidden):
            desk.take(whole_packet, desk.actor("委員長", role))


def test_others_take_out_their_own_and_nobody_elses(desk: Desk) -> None:
    desk.made()
    people = desk.people
    mine = desk.take(one_packet, desk.actor("委員い"), person_id=people["委員い"])
    assert mine.name == "委員い"
    assert {name.partition("/")[0] for name in files_of(mine.content)} == {"03_委員い"}
    assert {name.partition("/")[0] for name in files_of(_for(desk, "招かれた人").content)} == {
        "04_招かれた人"
    }
    for role in (Role.MEMBER, Role.CHAIR, Role.CITY_OFFICER):
        with pytest.raises(NotFound):
            desk.take(one_packet, desk.actor("委員い", role), person_id=people["委員あ"])
    with pytest.raises(NotFound):
        desk.take(one_packet, desk.actor("副委員長1"), person_id=people["副委員長1"])
    nobody = Actor(name="利用者", role=Role.MEMBER, committee_id="")
    with pytest.raises(NotFound):
        desk.take(one_packet, nobody, person_id=people["委員い"])


def _for(desk: Desk, name: str) -> PacketFile:
    return desk.take(one_packet, person_id=desk.people[name])


def test_whoever_left_an_item_since_has_to_wait_for_new_papers(desk: Desk) -> None:
    desk.made()
    desk.forward(minutes=1)
    desk.decide("委員あ", 101, takes_part=False)
    actor = desk.actor("委員あ")
    with pytest.raises(Refused, match="作り直すと取り出せます"):
        desk.take(one_packet, actor, person_id=desk.people["委員あ"])
    with desk.database.read() as session:
        own = own_copy(session, actor, session.get_one(Meeting, desk.meeting_id))
    assert own is not None
    assert own.files == ()  # file names tell of cases
    assert "作り直す" in own.why_not
    desk.take(one_packet, desk.actor("委員い"), person_id=desk.people["委員い"])
    desk.forward(minutes=1)
    desk.made()
    told = " ".join(files_of(desk.take(one_packet, actor, person_id=desk.people["委員あ"]).content))
    assert "No.202" in told
    assert "No.101" not in told


def test_a_consent_withdrawn_since_stops_every_packet(desk: Desk) -> None:
    desk.made()
    with desk.database.write() as session:
        consent = session.exec(select(Consent)).first()
        assert consent is not None
        consent.valid_to = date(2014, 5, 21)
        session.add(consent)
    with pytest.raises(Refused, match="本人の同意"):
        desk.take(one_packet, desk.actor("委員い"), person_id=desk.people["委員い"])


def test_a_packet_given_back_is_not_taken_out_again(desk: Desk) -> None:
    desk.made()
    with desk.database.write() as session:
        for copy in session.exec(select(PacketCopy)).all():
            copy.collected_on = TODAY
            session.add(copy)
    with pytest.raises(Refused, match="回収されました"):
        desk.take(one_packet, desk.actor("委員い"), person_id=desk.people["委員い"])
    assert _for(desk, "委員い").content


def test_taking_out_is_audited(desk: Desk) -> None:
    packet_id = desk.made()
    desk.take(one_packet, desk.actor("委員い"), person_id=desk.people["委員い"])
    with desk.database.read() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "資料の取出し")).one()
        assert (entry.actor, entry.subject_id) == ("委員い", packet_id)
        assert json.loads(entry.detail)["person"] == desk.people["委員い"]


def test_the_number_beside_the_tab(desk: Desk) -> None:
    def count(actor: Actor) -> int | None:
        with desk.database.read() as session:
            return paper_count(session, actor, desk.meeting_id)

    assert count(SECRETARY) is None
    desk.made()
    assert count(SECRETARY) == len(SITS)
    assert count(desk.actor("委員い")) == 7
    assert count(desk.actor("副委員長1")) is None


def test_the_office_template_is_used_until_it_is_given_up(desk: Desk) -> None:
    with desk.database.write() as session:
        committee = session.get_one(Meeting, desk.meeting_id).committee_id
        own = template_in_use(session, committee, PaperKind.ROSTER)
        for version, content in ((1, b"one"), (2, b"two")):
            session.add(
                DocumentTemplate(
                    committee_id=committee,
                    kind=PaperKind.ROSTER,
                    version=version,
                    content=content,
                    added_by="事務局",
                    added_at=desk.clock.now(),
                )
            )
        session.flush()
        assert template_in_use(session, committee, PaperKind.ROSTER) == b"two"
        session.add(
            DocumentTemplate(
                committee_id=committee,
                kind=PaperKind.ROSTER,
                version=3,
                added_by="事務局",
                added_at=desk.clock.now(),
            )
        )
        session.flush()
        assert template_in_use(session, committee, PaperKind.ROSTER) == own
        assert template_in_use(session, committee, PaperKind.SEATING) != own
