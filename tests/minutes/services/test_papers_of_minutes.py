"""抄本・匿名版・照合 of one meeting: nothing of another case, no name, and every file told apart."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import docx
import pytest
from sqlmodel import select

from agenda.register_tables import Provider
from agenda.tables import Client, Plan
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.documents.custom_properties import document_properties
from meetings_app.tables.people import Person
from minutes.papers.seal import seal_of
from minutes.rules.minutes_json import read_canonical
from minutes.services.anonymised import anonymised_document, anonymised_minutes, decide_word, forget_word
from minutes.services.comparing import Verdict, compare_file, sentence, verify_file
from minutes.services.extracts import extract_document, extracts_for, extracts_zip
from minutes.services.minutes import minutes_document
from minutes.services.reading import document_for
from minutes.tables import ItemRecord
from minutes.word import write_minutes
from tests.minutes.services.busy_meeting import BusyMeeting, amended, approved, busy_meeting
from tests.minutes.word_zip import everything_in
from tests.office_builder import Bureau


@pytest.fixture
def busy(database: Database) -> Iterator[BusyMeeting]:
    with database.write() as session:
        bureau = Bureau(session)
        yield busy_meeting(bureau)


# --- extracts


def test_an_extract_holds_its_case_and_no_trace_of_another(busy: BusyMeeting) -> None:
    approved(busy)
    amended(busy)
    session = busy.bureau.session
    for client in session.exec(select(Client)).all():
        client.initials = f"Q.{'XYZW'[client.case_number - 1]}"
        session.add(client)
    session.flush()
    for case in range(1, 5):
        held = "\n".join(everything_in(extract_document(session, busy.chair, busy.meeting, case)))
        assert f"No.{case}" in held
        assert f"事例{case}" in held
        for other in {1, 2, 3, 4} - {case}:
            assert not re.search(rf"No\.{other}(?!\d)", held)
            assert f"事例{other}" not in held
            assert f"Q.{'XYZW'[other - 1]}" not in held
        assert ("月2回として進める。" in held) is (case == 2)
        assert ("雪里" in held) is (case == 1)
        assert "（ほかの案件）" in held


def test_an_extract_names_the_edition_it_is_taken_from(busy: BusyMeeting) -> None:
    edition = approved(busy)
    properties = document_properties(extract_document(busy.bureau.session, busy.chair, busy.meeting, 1))
    assert properties["meetings-app kind"] == "抄本"
    assert properties["meetings-app edition"] == str(edition.number)
    assert properties["meetings-app content SHA-256"] == edition.content_sha256


def test_who_stood_aside_is_named_but_not_among_those_present(busy: BusyMeeting) -> None:
    content = extract_document(busy.bureau.session, busy.chair, busy.meeting, 2)
    paper = docx.Document(io.BytesIO(content))
    people = [row.cells[1].text for row in paper.tables[2].rows[1:]]
    assert "原　健" not in people
    assert "委員長" in people
    assert "本人の担当民生委員であるため" in "\n".join(everything_in(content))


def test_a_member_gets_the_cases_they_sat_in_on_once_approved(busy: BusyMeeting) -> None:
    session, bureau = busy.bureau.session, busy.bureau
    member = replace(busy.chair, role=Role.MEMBER, person_id=bureau.people["原　健"])
    with pytest.raises(NotFound, match="まだ読めません"):
        extracts_for(session, member, busy.meeting)
    approved(busy)
    assert [line.case for line in extracts_for(session, member, busy.meeting).lines] == [1, 3, 4]
    with pytest.raises(NotFound, match="この案件の抄本はありません"):
        extract_document(session, member, busy.meeting, 2)
    with zipfile.ZipFile(io.BytesIO(extracts_zip(session, member, busy.meeting))) as archive:
        assert archive.namelist() == [f"議事録抄本_No.{case}.docx" for case in (1, 3, 4)]


def test_the_extracts_are_the_same_bytes_again(busy: BusyMeeting) -> None:
    approved(busy)
    session = busy.bureau.session
    assert extracts_zip(session, busy.chair, busy.meeting) == extracts_zip(session, busy.chair, busy.meeting)


# --- the anonymised edition


def test_words_wait_for_a_decision_and_then_the_edition_is_final(busy: BusyMeeting) -> None:
    session, meeting, given = busy.bureau.session, busy.meeting, busy.bureau.given
    item = busy.bureau.items(meeting)[0]
    session.get_one(ItemRecord, item.item.id).discussion = "佐藤さんに会った。"
    session.flush()
    approved(busy)
    told = anonymised_minutes(session, meeting)
    assert [one.word for one in told.result.suspicions] == ["佐藤"]
    assert "匿名版（確認前）" in "\n".join(everything_in(anonymised_document(session, meeting)))
    decide_word(**given, meeting=meeting, word="佐藤", replacement="関係者B")
    told = anonymised_minutes(session, meeting)
    assert told.is_final
    held = "\n".join(everything_in(anonymised_document(session, meeting)))
    assert "確認前" not in held
    assert "佐藤" not in held
    decide_word(**given, meeting=meeting, word="佐藤", replacement=None)
    assert "佐藤さん" in "\n".join(everything_in(anonymised_document(session, meeting)))
    forget_word(
        **given, meeting=meeting, redaction_id=anonymised_minutes(session, meeting).decided[0].redaction_id
    )
    assert not anonymised_minutes(session, meeting).is_final


@pytest.mark.parametrize(
    ("word", "replacement", "why"),
    [
        (" ", "x", "伏せる語を入れて"),
        ("佐藤", " ", "伏せた後の言葉"),
        ("佐藤", "佐藤B", "伏せる語が入っています"),
    ],
)
def test_decisions_that_decide_nothing(busy: BusyMeeting, word: str, replacement: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        decide_word(**busy.bureau.given, meeting=busy.meeting, word=word, replacement=replacement)


# --- recognising a file


def edited(data: bytes, change: Callable[[docx.document.Document], None] = lambda _paper: None) -> bytes:
    """Open a document as Word would, change it, and save it again."""
    paper = docx.Document(io.BytesIO(data))
    change(paper)
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def rewrite(paper: docx.document.Document) -> None:
    for paragraph in paper.paragraphs:
        if paragraph.text.startswith("事例1の経過"):
            paragraph.runs[0].text = "事例1の<b>経緯</b>を説明した。"


def unmarked(data: bytes) -> bytes:
    """Take the properties out of a document."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/custom.xml":
                content = re.sub(rb"<property .*</property>", b"", content, flags=re.DOTALL)
            new.writestr(name, content)
    return result.getvalue()


def test_every_kind_of_file_is_told_apart(busy: BusyMeeting) -> None:
    session, meeting = busy.bureau.session, busy.meeting
    draft = minutes_document(session, meeting)
    first = approved(busy)

    def verdict(data: bytes) -> Verdict:
        return compare_file(session, meeting, data, "議事録.docx").verdict

    assert verdict(first.document) is Verdict.NEWEST
    assert verdict(edited(first.document)) is Verdict.SAVED_AGAIN
    assert verdict(unmarked(first.document)) is Verdict.SAVED_AGAIN  # known by its footer
    assert verdict(edited(first.document, rewrite)) is Verdict.CHANGED
    assert verdict(draft) is Verdict.NOT_APPROVED
    assert verdict(extract_document(session, busy.chair, meeting, 1)) is Verdict.OTHER_PAPER
    assert verdict(anonymised_document(session, meeting)) is Verdict.OTHER_PAPER
    assert verdict(edited(first.document, lambda _: None)) is Verdict.SAVED_AGAIN
    other = busy.bureau.meeting(hour=15)
    assert compare_file(session, other, first.document, "a.docx").verdict is Verdict.OTHER_MEETING
    second = amended(busy)
    assert verdict(first.document) is Verdict.OLDER
    assert verdict(second.document) is Verdict.NEWEST
    assert verify_file(session, second.document, "a.docx").verdict is Verdict.NEWEST
    blank = io.BytesIO()
    docx.Document().save(blank)
    assert verdict(blank.getvalue()) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<w:r>", b"<w:r><w:rPr><w:strike/></w:rPr>"),
        (b"<w:r>", b"<w:r><w:rPr><w:vanish/></w:rPr>"),
        (b"</w:r>", b'</w:r><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'),
        (b"</w:r>", b"</w:r><w:r><w:drawing/></w:r>"),
        (
            b"</w:r>",
            b'</w:r><w:del w:id="1" w:author="x"><w:r><w:t>x</w:t></w:r></w:del><w:r><w:t>y</w:t></w:r>',
        ),
    ],
)
def test_what_is_struck_hidden_or_put_in_counts_as_changed(busy: BusyMeeting, old: bytes, new: bytes) -> None:
    edition = approved(busy)
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(edition.document)) as read, zipfile.ZipFile(result, "w") as written:
        for name in read.namelist():
            content = read.read(name)
            if name == "word/document.xml":
                head, found, tail = content.partition("事例1の経過".encode())
                start = head.rindex(b"<w:r>")
                content = head[:start] + (head[start:] + found + tail).replace(old, new, 1)
            written.writestr(name, content)
    compared = compare_file(busy.bureau.session, busy.meeting, result.getvalue(), "議事録.docx")
    assert compared.verdict is Verdict.CHANGED
    assert len(compared.changes) == 1


def test_an_excerpt_is_no_edition_and_names_the_one_it_is_of(busy: BusyMeeting) -> None:
    session, edition = busy.bureau.session, approved(busy)
    member = replace(busy.chair, role=Role.MEMBER, person_id=busy.bureau.people["原　健"])
    excerpt = document_for(session, member, busy.meeting)
    assert document_properties(excerpt)["meetings-app content SHA-256"] == edition.content_sha256
    compared = compare_file(session, busy.meeting, excerpt, "議事録.docx")
    assert (compared.verdict, compared.paper) == (Verdict.OTHER_PAPER, "抜粋")


def test_a_change_by_hand_is_shown_word_by_word(busy: BusyMeeting) -> None:
    edition = approved(busy)
    compared = compare_file(
        busy.bureau.session, busy.meeting, edited(edition.document, rewrite), "議事録.docx"
    )
    assert [(piece.kind.value, piece.text) for piece in compared.changes[0].pieces] == [
        ("同じ", "事例1の"), ("加えられた", "<b>"), ("同じ", "経"), ("削られた", "過"), ("加えられた", "緯</b>"),
        ("同じ", "を説明した。"),
    ]  # fmt: skip
    assert len(compared.changes) == 1
    assert "手で書き換えられています" in sentence(compared)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "空です"),
        (b"%PDF-1.7 x", "PDFのため"),
        (b"PK\x03\x04broken", "壊れている"),
        (b"x" * (11 * 1024 * 1024), "10MB"),
    ],
)
def test_files_that_are_not_safe_to_read(busy: BusyMeeting, data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        compare_file(busy.bureau.session, busy.meeting, data, "議事録.docx")


@pytest.mark.parametrize(
    ("part", "content", "why"),
    [
        ("word/vbaProject.bin", b"x", "マクロ"),
        ("word/x.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        ("word/bomb.xml", b" " * (51 * 1024 * 1024), "大きすぎます"),
    ],
)
def test_hostile_parts(busy: BusyMeeting, part: str, content: bytes, why: str) -> None:
    packed = io.BytesIO(minutes_document(busy.bureau.session, busy.meeting))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    with pytest.raises(Refused, match=why):
        compare_file(busy.bureau.session, busy.meeting, packed.getvalue(), "議事録.docx")


# --- for ever


def test_what_was_approved_renders_the_same_after_everything_else_has_changed(busy: BusyMeeting) -> None:
    session, edition = busy.bureau.session, approved(busy)
    before = (edition.document, edition.content)
    for person in session.exec(select(Person)).all():
        person.name, person.organisation = "改姓した人", "別の機関"
        session.add(person)
    for plan in session.exec(select(Plan)).all():
        plan.goal, plan.number = "別の目標", plan.number + 5
        session.add(plan)
    session.add(Provider(committee_id=busy.meeting.committee_id, name="新しい提供者"))
    session.flush()
    assert minutes_document(session, busy.meeting) == before[0]
    view = read_canonical(before[1])
    assert write_minutes(view, seal_of(view, edition.content_sha256)) == before[0]
