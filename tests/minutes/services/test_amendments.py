"""議事録の訂正: after approval only, by place, with reason, approved by the 議長, printed, and the body untouched."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import docx
import pytest
from sqlalchemy.exc import IntegrityError

from meetings_app.core.actor import Actor
from meetings_app.core.clock import FixedClock, tokyo
from meetings_app.core.errors import Conflict, Forbidden, NotFound, Refused
from meetings_app.core.terms import Role
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import EditionKind
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import content_hash
from minutes.services.amendments import (
    amendable_places,
    amendments_of,
    approve_amendment,
    enter_amendment,
    return_amendment,
    returned_amendments,
    waiting_amendments,
    withdraw_amendment,
)
from minutes.services.editions import editions_of, get_edition
from minutes.services.minutes import (
    approve_minutes,
    get_minutes,
    minutes_document,
    return_minutes,
    submit_minutes,
)
from minutes.services.minutes_returns import last_return
from minutes.services.minutes_view import build_view
from minutes.tables import MinutesStatus
from tests.office_builder import SECRETARY, Bureau, Given

DISCUSSION = "議題1　協議の要点"


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


@pytest.fixture
def meeting(bureau: Bureau) -> Meeting:
    bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    return bureau.held(meeting, "助言者")


@pytest.fixture
def approved(bureau: Bureau, meeting: Meeting) -> Meeting:
    submit_minutes(**bureau.given, meeting=meeting)
    approve_minutes(
        session=bureau.session,
        actor=chair(bureau),
        clock=bureau.clock,
        meeting=meeting,
        content=content_hash(build_view(bureau.session, meeting)),
    )
    return meeting


def chair(bureau: Bureau) -> Actor:
    return Actor(
        name="委員長", role=Role.CHAIR, committee_id=bureau.support.id, person_id=bureau.people["委員長"]
    )


def standing(bureau: Bureau, meeting: Meeting, place: str) -> str:
    return next(one.text for one in amendable_places(bureau.session, meeting) if one.label == place)


def enter(bureau: Bureau, meeting: Meeting, after: str, place: str = DISCUSSION) -> str:
    return enter_amendment(
        **bureau.given,
        meeting=meeting,
        place=place,
        before=standing(bureau, meeting, place),
        after=after,
        reason="録音を聞き直したため",
    ).id


def approve(bureau: Bureau, meeting: Meeting, amendment_id: str, actor: Actor | None = None) -> int:
    edition = approve_amendment(
        session=bureau.session,
        actor=actor or chair(bureau),
        clock=bureau.clock,
        meeting=meeting,
        amendment_id=amendment_id,
    )
    return edition.number


def words(document: bytes) -> str:
    paper = docx.Document(io.BytesIO(document))
    return "".join(node.text or "" for node in paper.element.body.iter() if node.tag.endswith("}t"))


def test_approval_issues_an_edition_that_the_row_repeats(bureau: Bureau, approved: Meeting) -> None:
    (line,) = editions_of(bureau.session, approved.id)
    edition = get_edition(bureau.session, approved.id, 1)
    minutes = get_minutes(bureau.session, approved)
    assert (line.kind, line.made_by) == (EditionKind.APPROVED, "委員長")
    assert (minutes.content, minutes.document) == (edition.content, edition.document)
    assert minutes.sha256 == hashlib.sha256(edition.content.encode()).hexdigest()
    assert line.document_sha256 == hashlib.sha256(edition.document).hexdigest()
    view = read_canonical(edition.content)
    assert (view.version, view.approval.approver) == (1, "委員長")


def test_minutes_are_given_back_with_a_reason(bureau: Bureau, meeting: Meeting) -> None:
    given: Given = {"session": bureau.session, "actor": chair(bureau), "clock": bureau.clock}
    with pytest.raises(Refused, match="まだ承認に回されていません"):
        return_minutes(**given, meeting=meeting, reason="直してください")
    submit_minutes(**bureau.given, meeting=meeting)
    with pytest.raises(Forbidden, match="その会議の議長だけ"):
        return_minutes(**bureau.given, meeting=meeting, reason="直してください")
    with pytest.raises(Refused, match="理由を入れて"):
        return_minutes(**given, meeting=meeting, reason=" ")
    assert (
        return_minutes(**given, meeting=meeting, reason="出席者の名が違います。").status
        is MinutesStatus.DRAFT
    )
    found = last_return(bureau.session, meeting.id)
    assert found is not None
    assert (found.by, found.reason) == ("委員長", "出席者の名が違います。")


def test_only_approved_minutes_are_amended(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="議長が承認した議事録に"):
        amendable_places(bureau.session, meeting)


def test_an_amendment_is_printed_and_the_body_stays(bureau: Bureau, approved: Meeting) -> None:
    before = get_minutes(bureau.session, approved)
    stored = (before.content, before.sha256, before.document, before.version)
    amendment = enter(bureau, approved, "家計の相談について意見があった。")
    assert len(editions_of(bureau.session, approved.id)) == 1, "nothing is issued before its approval"
    assert approve(bureau, approved, amendment) == 2
    newest, first = editions_of(bureau.session, approved.id)
    assert (newest.kind, first.kind) == (EditionKind.AMENDED, EditionKind.APPROVED)
    view = read_canonical(get_edition(bureau.session, approved.id, 2).content)
    assert view.items[0].discussion == "意見なし。"
    (correction,) = view.corrections
    assert (correction.place, correction.before, correction.after, correction.reason) == (
        DISCUSSION,
        "意見なし。",
        "家計の相談について意見があった。",
        "録音を聞き直したため",
    )
    assert correction.corrected_on == date(2014, 5, 20)
    printed = words(minutes_document(bureau.session, approved))
    assert "録音を聞き直したため" in printed
    assert "意見なし。" in printed
    assert (before.content, before.sha256, before.document, before.version) == stored


def test_a_second_amendment_starts_from_the_first(bureau: Bureau, approved: Meeting) -> None:
    approve(bureau, approved, enter(bureau, approved, "一度目の文。"))
    assert standing(bureau, approved, DISCUSSION) == "一度目の文。"
    approve(bureau, approved, enter(bureau, approved, "二度目の文。"))
    approve(bureau, approved, enter(bureau, approved, "会議室2", "場所"))
    view = read_canonical(get_edition(bureau.session, approved.id, 4).content)
    assert [(one.before, one.after) for one in view.corrections] == [
        ("意見なし。", "一度目の文。"),
        ("一度目の文。", "二度目の文。"),
        ("会議室1", "会議室2"),
    ]


def test_only_the_presider_approves(bureau: Bureau, approved: Meeting) -> None:
    amendment = enter(bureau, approved, "直した文。")
    deputy = replace(chair(bureau), person_id=bureau.people["副委員長1"])
    for actor in (SECRETARY, deputy):
        with pytest.raises(Forbidden, match="その会議の議長だけ"):
            approve(bureau, approved, amendment, actor)
    assert [count for _, count in waiting_amendments(bureau.session, bureau.support.id)] == [1]
    approve(bureau, approved, amendment)
    assert waiting_amendments(bureau.session, bureau.support.id) == []
    with pytest.raises(Refused, match="承認済みで、変えられません"):
        approve(bureau, approved, amendment)


def give_back(bureau: Bureau, meeting: Meeting, amendment_id: str, why: str, actor: Actor) -> None:
    return_amendment(
        session=bureau.session,
        actor=actor,
        clock=bureau.clock,
        meeting=meeting,
        amendment_id=amendment_id,
        why=why,
    )


def test_the_presider_gives_an_amendment_back_with_a_reason(bureau: Bureau, approved: Meeting) -> None:
    amendment = enter(bureau, approved, "直した文。")
    with pytest.raises(Forbidden, match="その会議の議長だけ"):
        give_back(bureau, approved, amendment, "違う", SECRETARY)
    with pytest.raises(Refused, match="差し戻す理由"):
        give_back(bureau, approved, amendment, " ", chair(bureau))
    give_back(bureau, approved, amendment, "録音と違う", chair(bureau))
    assert list(amendments_of(bureau.session, approved.id)) == []
    (returned,) = returned_amendments(bureau.session, approved.id)
    assert (returned.place, returned.after, returned.why, returned.by) == (
        DISCUSSION, "直した文。", "録音と違う", "委員長",
    )  # fmt: skip
    second = enter(bureau, approved, "別の文。")
    approve(bureau, approved, second)
    with pytest.raises(Refused, match="承認済みで、変えられません"):
        give_back(bureau, approved, second, "違う", chair(bureau))


def test_a_text_as_long_as_a_field_takes_can_be_amended(bureau: Bureau, approved: Meeting) -> None:
    approve(bureau, approved, enter(bureau, approved, "長" * 19_999))
    approve(bureau, approved, enter(bureau, approved, "長" * 20_000))
    assert len(standing(bureau, approved, DISCUSSION)) == 20_000


def test_an_amendment_is_withdrawn_before_its_approval_only(bureau: Bureau, approved: Meeting) -> None:
    first = enter(bureau, approved, "直した文。")
    with pytest.raises(Refused, match="承認を待っている訂正"):
        enter(bureau, approved, "別の文。")
    withdraw_amendment(**bureau.given, meeting=approved, amendment_id=first)
    assert list(amendments_of(bureau.session, approved.id)) == []
    second = enter(bureau, approved, "別の文。")
    approve(bureau, approved, second)
    with pytest.raises(Refused, match="承認済みで、変えられません"):
        withdraw_amendment(**bureau.given, meeting=approved, amendment_id=second)
    assert "議事録の訂正の取下げ" in bureau.actions()


@pytest.mark.parametrize(
    ("after", "reason", "sentence"),
    [
        (" ", "理由", "訂正後の文"),
        ("意見なし。\r\n", "理由", "前と後が同じ"),
        ("直した文。", " ", "理由を入れて"),
    ],
)
def test_an_amendment_changes_something_and_says_why(
    bureau: Bureau, approved: Meeting, after: str, reason: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        enter_amendment(
            **bureau.given,
            meeting=approved,
            place=DISCUSSION,
            before="意見なし。",
            after=after,
            reason=reason,
        )


def test_a_place_must_stand_as_it_was_read(bureau: Bureau, approved: Meeting) -> None:

    def replace_at(place: str, before: str) -> None:
        enter_amendment(
            **bureau.given, meeting=approved, place=place, before=before, after="新しい文", reason="理由"
        )

    with pytest.raises(Conflict, match="先に変わりました"):
        replace_at(DISCUSSION, "古い文")
    with pytest.raises(NotFound, match="議事録にありません"):
        replace_at("議題9　説明", "")


def test_another_meetings_amendment_is_not_found(bureau: Bureau, approved: Meeting) -> None:
    amendment = enter(bureau, approved, "直した文。")
    other = bureau.meeting(date(2014, 6, 3))
    with pytest.raises(NotFound):
        approve(bureau, other, amendment)


def rewrite(database: Database, meeting_id: str) -> None:
    with database.write() as session:
        get_edition(session, meeting_id, 1).content = "{}"


def test_the_database_keeps_what_was_approved(any_database: Database) -> None:
    with any_database.write() as session:
        bureau = Bureau(session, FixedClock(tokyo(date(2014, 5, 20), 9)))
        bureau.matter(meeting := bureau.meeting())
        bureau.held(meeting)
        submit_minutes(**bureau.given, meeting=meeting)
        approve_minutes(
            session=session,
            actor=chair(bureau),
            clock=bureau.clock,
            meeting=meeting,
            content=content_hash(build_view(session, meeting)),
        )
        meeting_id = meeting.id
    with pytest.raises(IntegrityError):
        rewrite(any_database, meeting_id)


@pytest.mark.parametrize("table", ["minutes", "minutes_edition"])
def test_what_was_approved_cannot_be_replaced_under_its_own_key(database: Database, table: str) -> None:
    """SQLite's INSERT OR REPLACE deletes the row that is in its way."""
    with database.write() as session:
        bureau = Bureau(session, FixedClock(tokyo(date(2014, 5, 20), 9)))
        bureau.matter(meeting := bureau.meeting())
        bureau.held(meeting)
        submit_minutes(**bureau.given, meeting=meeting)
        approve_minutes(
            session=session,
            actor=chair(bureau),
            clock=bureau.clock,
            meeting=meeting,
            content=content_hash(build_view(session, meeting)),
        )
    with pytest.raises(IntegrityError), database.write() as session:
        session.connection().exec_driver_sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608
