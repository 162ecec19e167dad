"""議事録: drawn from the record, approved by the presider alone, and never changed afterwards."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import docx
import pytest

from agenda.services.assembly import Skip
from agenda.services.items import items_of
from meetings_app.core.actor import Actor
from meetings_app.core.errors import Conflict, Forbidden, Refused
from meetings_app.core.terms import Capacity, Role
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.rules.minutes_view import content_hash
from minutes.services.attendance import recuse
from minutes.services.minutes import (
    approve_minutes,
    describe_minutes,
    get_minutes,
    minutes_document,
    minutes_status,
    submit_minutes,
)
from minutes.services.minutes_view import build_view
from minutes.services.running import add_action
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from tests.office_builder import SECRETARY, Bureau, minute


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


@pytest.fixture
def meeting(bureau: Bureau) -> Meeting:
    """A meeting that is closed and confirmed."""
    bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    return bureau.held(meeting, "助言者")


def chair(bureau: Bureau) -> Actor:
    return Actor(
        name="委員長",
        role=Role.CHAIR,
        committee_id=bureau.support.id,
        person_id=bureau.people["委員長"],
    )


def read(bureau: Bureau, meeting: Meeting) -> str:
    return content_hash(build_view(bureau.session, meeting))


def approve(bureau: Bureau, meeting: Meeting, actor: Actor, content: str | None = None) -> Minutes:
    known = read(bureau, meeting) if content is None else content
    return approve_minutes(
        session=bureau.session, actor=actor, clock=bureau.clock, meeting=meeting, content=known
    )


def describe(bureau: Bureau, meeting: Meeting, version: int, number: str = "協第1号") -> Minutes:
    return describe_minutes(
        **bureau.given,
        meeting=meeting,
        document_number=number,
        document_date=date(2014, 5, 21),
        next_meeting="第2回 平成26年5月27日（火）",
        version=version,
    )


def words(document: bytes) -> str:
    paper = docx.Document(io.BytesIO(document))
    return "".join(node.text or "" for node in paper.element.body.iter() if node.tag.endswith("}t"))


def test_minutes_begin_as_a_draft(bureau: Bureau, meeting: Meeting) -> None:
    assert minutes_status(bureau.session, meeting.id) is None
    assert get_minutes(bureau.session, meeting).status is MinutesStatus.DRAFT
    assert minutes_status(bureau.session, meeting.id) is MinutesStatus.DRAFT


def test_a_draft_follows_the_record(bureau: Bureau, meeting: Meeting) -> None:
    assert "意見なし。" in words(minutes_document(bureau.session, meeting))
    item = bureau.items(meeting)[0].item
    bureau.session.get_one(ItemRecord, item.id).discussion = "書き直した要旨。"
    assert "書き直した要旨。" in words(minutes_document(bureau.session, meeting))


def test_describing_on_a_stale_version_is_a_conflict(bureau: Bureau, meeting: Meeting) -> None:
    describe(bureau, meeting, version=1)
    with pytest.raises(Conflict, match="先に変えました"):
        describe(bureau, meeting, version=1, number="協第2号")
    assert get_minutes(bureau.session, meeting).document_number == "協第1号"


def test_minutes_go_to_the_presider_after_closing_only(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    with pytest.raises(Refused, match="閉会してから承認に回します"):
        submit_minutes(**bureau.given, meeting=meeting)


def test_a_draft_cannot_be_approved(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="まだ承認に回されていません"):
        approve(bureau, meeting, chair(bureau))


def test_only_the_presider_approves(bureau: Bureau, meeting: Meeting) -> None:
    submit_minutes(**bureau.given, meeting=meeting)
    deputy = replace(chair(bureau), name="副委員長1", person_id=bureau.people["副委員長1"])
    for actor in (SECRETARY, deputy, replace(chair(bureau), person_id=None)):
        with pytest.raises(Forbidden, match="その会議の議長だけ"):
            approve(bureau, meeting, actor)
    assert approve(bureau, meeting, chair(bureau)).status is MinutesStatus.APPROVED


def test_a_draft_that_changed_since_it_was_read_is_not_approved(bureau: Bureau, meeting: Meeting) -> None:
    version = submit_minutes(**bureau.given, meeting=meeting).version
    once = read(bureau, meeting)
    describe(bureau, meeting, version=version)
    with pytest.raises(Conflict, match="もう一度読んでから"):
        approve(bureau, meeting, chair(bureau), once)
    assert minutes_status(bureau.session, meeting.id) is MinutesStatus.SUBMITTED


def test_an_action_added_since_they_were_read_stops_the_approval_and_none_comes_after_it(
    bureau: Bureau, meeting: Meeting
) -> None:
    submit_minutes(**bureau.given, meeting=meeting)
    once = read(bureau, meeting)
    view = items_of(bureau.session, meeting.id)[0]
    action = {"meeting": meeting, "view": view, "what": "様子を聞く", "who": "", "due_on": None}
    add_action(**bureau.given, **action)
    with pytest.raises(Conflict, match="もう一度読んでから"):
        approve(bureau, meeting, chair(bureau), once)
    approve(bureau, meeting, chair(bureau))
    with pytest.raises(Refused, match="承認済み"):
        add_action(**bureau.given, **action)


def test_what_was_approved_never_changes(bureau: Bureau, meeting: Meeting) -> None:
    submit_minutes(**bureau.given, meeting=meeting)
    minutes = approve(bureau, meeting, chair(bureau))
    before = (minutes.document, minutes.content, minutes.sha256, minutes.version)
    assert minutes.document is not None
    assert minutes.approved_by == "委員長"
    assert "承認" in words(minutes.document)
    bureau.session.get_one(ItemRecord, bureau.items(meeting)[0].item.id).discussion = "後から変えた要旨。"
    bureau.session.get_one(Person, bureau.people["助言者"]).name = "改姓した人"
    bureau.session.flush()
    assert minutes_document(bureau.session, meeting) == before[0]
    changes: tuple[Callable[[], object], ...] = (
        lambda: describe(bureau, meeting, version=minutes.version),
        lambda: submit_minutes(**bureau.given, meeting=meeting),
        lambda: approve(bureau, meeting, chair(bureau)),
    )
    for change in changes:
        with pytest.raises(Refused, match="承認済みの議事録は変えられません"):
            change()
    assert (minutes.document, minutes.content, minutes.sha256, minutes.version) == before


def test_the_stored_content_is_what_was_read(bureau: Bureau, meeting: Meeting) -> None:
    submit_minutes(**bureau.given, meeting=meeting)
    minutes = approve(bureau, meeting, chair(bureau))
    content = json.loads(minutes.content or "")
    assert content["meeting_number"] == 1
    assert [item["title"] for item in content["items"]] == ["No.1 プラン1 新規"]


# --- what the minutes say ---


def test_the_view_tells_who_was_there_for_what(bureau: Bureau) -> None:
    bureau.case(1)
    bureau.case(2)
    bureau.case(3, met_on=date(2014, 4, 1), period_end=date(2014, 6, 10))
    for name in ("遅れた委員", "退いた委員", "来なかった委員"):
        bureau.member(name)
    bureau.person("不動産業者")
    meeting = bureau.meeting()
    bureau.assemble(meeting, Skip(3, 1, "面談の後に諮る。"))
    bureau.decide(meeting, "不動産業者", capacity=Capacity.INVITEE)
    bureau.decide(meeting, "遅れた委員", required=True)
    bureau.opened(meeting, "退いた委員", "来なかった委員")
    bureau.come(meeting, "委員長", "退いた委員", "不動産業者")
    first, second = bureau.items(meeting)
    recuse(
        **bureau.given,
        meeting=meeting,
        item_id=second.item.id,
        person_id=bureau.people["退いた委員"],
        reason="続柄のため",
    )
    bureau.come(meeting, "遅れた委員", after=30)
    bureau.record(meeting, first, begins=0, ends=30)
    bureau.record(meeting, second, begins=30, ends=60)
    bureau.closed(meeting)
    view = build_view(bureau.session, meeting)
    assert [item.present for item in view.items] == [
        ("委員長", "退いた委員", "不動産業者"),
        ("委員長", "遅れた委員", "不動産業者"),
    ]
    assert [(line.name, line.reason) for line in view.items[1].recusals] == [("退いた委員", "続柄のため")]
    assert [absentee.name for absentee in view.absentees] == ["来なかった委員"]
    assert [(invitee.name, invitee.basis) for invitee in view.invitees] == [("不動産業者", "第5条第4項")]
    assert [(plan.plan, plan.reason) for plan in view.deferred] == [("No.3 プラン1 評価", "面談の後に諮る。")]
    late = next(attendee for attendee in view.attendees if attendee.name == "遅れた委員")
    assert [(stay.arrived, stay.left) for stay in late.stays] == [(minute(meeting, 30), None)]
    assert [item.missing is not None and "遅れた委員" in item.missing for item in view.items] == [True, False]
    assert view.findings == ()
