"""様式の版: what may come into use, how versions follow each other, and that nothing half-done remains."""

import io
import json
from collections.abc import Iterator
from typing import TypedDict

import pytest
from docx import Document
from sqlmodel import Session, select

from agenda.packet_tables import DocumentTemplate
from agenda.papers.default_templates import default_template
from agenda.services.template_versions import (
    PRODUCT,
    add_version,
    restore_version,
    sample_of,
    template_of,
    template_state,
    template_states,
    try_template,
    versions_of,
)
from agenda.services.templates import template_in_use
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, FixedClock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import CommitteeKind, PaperKind, Role
from meetings_app.db.engine import Database
from meetings_app.tables.committees import Committee
from meetings_app.tables.office import AuditEntry
from tests.meetings_app.documents.word_files import changed, saved, texts, word

KIND = PaperKind.PROGRAMME


class Given(TypedDict):
    session: Session
    actor: Actor
    clock: Clock


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def keeper(session: Session, kind: CommitteeKind = CommitteeKind.SUPPORT) -> Actor:
    body = Committee(kind=kind, name=f"見本市 {kind}", municipality="釧路市", region="釧路")
    session.add(body)
    session.flush()
    return Actor(name="鶴野 あかり", role=Role.SECRETARIAT, committee_id=body.id)


@pytest.fixture
def given(session: Session, clock: FixedClock) -> Given:
    return {"session": session, "actor": keeper(session), "clock": clock}


def edited(*paragraphs: str, kind: PaperKind = KIND) -> bytes:
    """The product's template with paragraphs added at its end, as a clerk would."""
    document = Document(io.BytesIO(default_template(kind)))
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def add(given: Given, content: bytes, *, based_on: int = 0, note: str = "") -> int:
    added = add_version(
        **given, kind=KIND, filename="次第.docx", content=content, note=note, based_on=based_on
    )
    return added.version


def in_use(given: Given) -> bytes:
    return template_in_use(given["session"], given["actor"].committee_id, KIND)


def rows(given: Given) -> list[DocumentTemplate]:
    return list(given["session"].exec(select(DocumentTemplate)).all())


def test_the_products_template_is_in_use_until_the_office_has_its_own(given: Given) -> None:
    states = template_states(given["session"], given["actor"].committee_id)
    assert [state.kind for state in states] == list(PaperKind)
    assert [state.own for state in states] == [False] * 9
    assert [state.number for state in states] == [0] * 9
    assert in_use(given) == default_template(KIND)


@pytest.mark.parametrize("kind", list(PaperKind))
def test_every_template_of_the_product_can_be_used_as_it_is(kind: PaperKind) -> None:
    tried = try_template(kind, "様式.docx", default_template(kind))
    assert tried.findings == ()
    assert tried.sample is not None


def test_a_file_that_was_tried_is_neither_kept_nor_in_use(given: Given) -> None:
    tried = try_template(KIND, "次第.docx", edited("会場　{{ meeting.venue }}"))
    assert tried.sample is not None
    assert "会場　見本市民活動センター 会議室1" in texts(tried.sample)
    assert rows(given) == []
    assert in_use(given) == default_template(KIND)


def test_a_version_is_in_use_with_who_when_and_why(given: Given) -> None:
    content = edited("駐車場はありません。")
    assert add(given, content, note=" 駐車場を加えた ") == 1
    state = template_state(given["session"], given["actor"].committee_id, KIND)
    assert state.latest is not None
    assert (state.own, state.number) == (True, 1)
    assert (state.latest.added_by, state.latest.note) == ("鶴野 あかり", "駐車場を加えた")
    assert state.latest.added_at == given["clock"].now()
    assert in_use(given) == content


def test_other_kinds_keep_their_template(given: Given) -> None:
    add(given, edited("駐車場はありません。"))
    other = template_in_use(given["session"], given["actor"].committee_id, PaperKind.ROSTER)
    assert other == default_template(PaperKind.ROSTER)


def test_the_same_file_again_adds_nothing(given: Given) -> None:
    content = edited("駐車場はありません。")
    assert add(given, content) == 1
    assert add(given, content) == 1
    assert len(rows(given)) == 1


def test_going_back_adds_a_version_with_the_same_content(given: Given) -> None:
    first, second = edited("一つ目"), edited("二つ目")
    add(given, first)
    add(given, second, based_on=1)
    restored = restore_version(**given, kind=KIND, version=1, based_on=2)
    assert (restored.version, restored.note) == (3, "第1版に戻した")
    assert in_use(given) == first
    assert [one.version for one in versions_of(given["session"], given["actor"].committee_id, KIND)] == [
        3,
        2,
        1,
    ]
    assert template_of(given["session"], given["actor"].committee_id, KIND, 2) == second


def test_going_back_to_the_product_keeps_no_content(given: Given) -> None:
    add(given, edited("一つ目"))
    restored = restore_version(**given, kind=KIND, version=PRODUCT, based_on=1)
    assert (restored.version, restored.own, restored.note) == (2, False, "製品の様式に戻した")
    assert rows(given)[-1].content is None
    assert in_use(given) == default_template(KIND)
    assert template_of(given["session"], given["actor"].committee_id, KIND, 2) == default_template(KIND)


def test_one_does_not_go_back_to_what_is_in_use(given: Given) -> None:
    with pytest.raises(Refused, match="いま使っています"):
        restore_version(**given, kind=KIND, version=PRODUCT, based_on=0)
    add(given, edited("一つ目"))
    with pytest.raises(Refused, match="いま使っています"):
        restore_version(**given, kind=KIND, version=1, based_on=1)


def test_whoever_comes_second_is_told(given: Given) -> None:
    add(given, edited("一つ目"))
    with pytest.raises(Conflict, match="ほかの人がこの様式を変えました"):
        add(given, edited("二つ目"), based_on=0)
    with pytest.raises(Conflict, match="ほかの人がこの様式を変えました"):
        restore_version(**given, kind=KIND, version=PRODUCT, based_on=0)
    assert len(rows(given)) == 1


def test_the_unknown_tag_is_named_with_its_place(given: Given) -> None:
    content = edited("会場　{{ meeting.venu }}")
    tried = try_template(KIND, "次第.docx", content)
    (finding,) = tried.wrong
    assert tried.sample is None
    assert finding.raw == "{{ meeting.venu }}"
    assert "本文" in finding.message
    assert "段落目" in finding.message
    assert "venue" in finding.message
    with pytest.raises(Refused, match=r"この様式は使えません。.*meeting\.venu.*もう一度選んでください"):
        add(given, content)
    assert rows(given) == []


@pytest.mark.parametrize(
    "tag",
    [
        "{{ meeting.__class__ }}",
        "{{ meeting.body.upper() }}",
        "{{ ''.__class__.__mro__ }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ lines.append(1) }}",
        "{% include 'x' %}",
    ],
)
def test_a_template_reaches_for_nothing_but_the_items(given: Given, tag: str) -> None:
    with pytest.raises(Refused, match="この様式は使えません"):
        add(given, edited(tag))
    assert rows(given) == []


def macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"\x00"


def bomb(parts: dict[str, bytes]) -> None:
    parts["word/media/image1.png"] = b"\0" * (51 * 1024 * 1024)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (changed(word("x"), macros), "マクロ"),
        (changed(word("x"), bomb), "展開して50MBまで"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0 old", r"\.doc"),
        (b"", "空です"),
        (b"PK\x03\x04 cut off", "壊れている"),
        (b"PK" + b"x" * (10 * 1024 * 1024), "10MB"),
    ],
    ids=["macros", "bomb", "pdf", "doc", "empty", "broken", "large"],
)
def test_a_file_that_is_no_safe_word_document_is_refused(given: Given, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        try_template(KIND, "次第.docx", content)
    with pytest.raises(Refused, match=said):
        add(given, content)
    assert rows(given) == []


def test_what_a_paper_of_a_case_should_hold_is_only_remarked(given: Given) -> None:
    tried = try_template(PaperKind.CASE, "個別資料.docx", word("{{ goal }}"))
    assert tried.wrong == ()
    assert [finding.raw for finding in tried.remarks] == ["confidential", "serial"]
    assert tried.sample is not None


def test_the_sample_carries_a_number_like_a_paper_handed_out() -> None:
    sample = sample_of(PaperKind.CASE, word("通し番号 {{ serial }}"))
    assert "通し番号 3" in texts(sample)


def test_another_bodys_version_is_not_found(given: Given) -> None:
    add(given, edited("一つ目"))
    other = keeper(given["session"], CommitteeKind.REGIONAL)
    assert versions_of(given["session"], other.committee_id, KIND) == []
    with pytest.raises(NotFound):
        template_of(given["session"], other.committee_id, KIND, 1)
    with pytest.raises(NotFound):
        restore_version(
            session=given["session"], actor=other, clock=given["clock"], kind=KIND, version=1, based_on=0
        )


def test_the_trail_tells_kind_version_and_file(given: Given) -> None:
    add(given, edited("一つ目"), note="様子見")
    restore_version(**given, kind=KIND, version=PRODUCT, based_on=1)
    entries = [
        entry
        for entry in given["session"].exec(select(AuditEntry)).all()
        if entry.subject == "document_template"
    ]
    assert [entry.action for entry in entries] == ["様式の登録", "様式を戻す"]
    detail = json.loads(entries[0].detail)
    assert (detail["kind"], detail["version"], detail["filename"], detail["note"]) == (
        "次第",
        1,
        "次第.docx",
        "様子見",
    )
    assert entries[0].actor == "鶴野 あかり"
