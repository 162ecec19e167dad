"""資料に入る議事録の側: last outcomes, and the approved minutes: the whole for some, an extract for the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlmodel import Session

from agenda.services.packet_facts import FromMinutes
from meetings_app.core.actor import Actor
from meetings_app.core.terms import AttendanceMode, Capacity, DueReason, IssueCategory, Role, Shortage
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from minutes.rules.minutes_view import content_hash
from minutes.services.attendance import confirm_attendance
from minutes.services.issues import raise_issue
from minutes.services.minutes import approve_minutes, minutes_document, submit_minutes
from minutes.services.minutes_view import build_view
from minutes.services.packet_material import EXTRACT_NOTE, packet_material
from minutes.services.running import Outcome, add_action, record_item
from tests.agenda.services.packet_office import whole_text
from tests.office_builder import TODAY, Bureau, minute

NEXT_DAY = date(2014, 6, 10)


@dataclass
class Week:
    """One meeting held with two cases and a matter, and the next one with the first case again."""

    bureau: Bureau
    held: Meeting
    coming: Meeting

    def material(self, *, rendered: bool = True) -> FromMinutes:
        return packet_material(self.bureau.session, self.coming, rendered=rendered)

    def approve(self) -> None:
        bureau = self.bureau
        submit_minutes(**bureau.given, meeting=self.held)
        chair = Actor(name="委員長", role=Role.CHAIR, committee_id="", person_id=bureau.people["委員長"])
        approve_minutes(
            session=bureau.session,
            actor=chair,
            clock=bureau.clock,
            meeting=self.held,
            content=content_hash(build_view(bureau.session, self.held)),
        )


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def week(session: Session) -> Week:
    bureau = Bureau(session)
    for name in ("委員あ", "委員い"):
        bureau.member(name)
    bureau.member("事務員", capacity=Capacity.SECRETARIAT)
    for name in ("本人（No.202）", "本人（No.101）"):
        bureau.person(name, declared=False)
    bureau.person("招かれた人", declared=False)
    held = bureau.meeting(TODAY)
    plans = [bureau.case(101), bureau.case(202)]
    for plan in plans:
        bureau.item(held, plan)
    first, second = bureau.items(held)
    bureau.decide(held, "委員あ", items=[first])
    bureau.decide(held, "委員い", items=[second])
    bureau.decide(held, "本人（No.101）", items=[first], capacity=Capacity.CLIENT)
    bureau.decide(held, "本人（No.202）", items=[second], capacity=Capacity.CLIENT)
    bureau.decide(held, "招かれた人", items=[second], capacity=Capacity.INVITEE)
    bureau.opened(held, "副委員長1")
    bureau.come(held, "委員長", "委員あ", "委員い", "本人（No.101）", "本人（No.202）", "招かれた人")
    for number, view in enumerate((first, second)):
        record_item(
            **bureau.given,
            meeting=held,
            view=view,
            result=Outcome("了承", discussion=f"協議{view.title}", confirmed=f"確認{view.title}"),
            version=0,
            started_at=minute(held, number * 30),
            ended_at=minute(held, number * 30 + 30),
        )
    add_action(**bureau.given, meeting=held, view=first, what="家賃を調べる", who="委員あ", due_on=NEXT_DAY)
    raise_issue(
        **bureau.given,
        committee_id=bureau.support.id,
        raised_on=TODAY,
        category=IssueCategory.FOOD,
        shortage=Shortage.FAR,
        municipality="釧路市",
        internal_text="No.202の家の近くに店がない",
        item_id=second.item.id,
    )
    bureau.closed(held)
    confirm_attendance(**bureau.given, meeting=held)
    coming = bureau.meeting(NEXT_DAY)
    bureau.item(coming, plans[0], DueReason.EVALUATION)
    return Week(bureau, held, coming)


def test_the_last_outcome_of_a_case_comes_with_its_actions(week: Week) -> None:
    (outcome,) = week.material().outcomes.values()
    assert (outcome.number, outcome.day, outcome.outcome) == (1, TODAY, "了承")
    assert outcome.confirmed == "確認No.101 プラン1 新規"
    assert [(action.what, action.who, action.due_on) for action in outcome.actions] == [
        ("家賃を調べる", "委員あ", NEXT_DAY)
    ]


def test_minutes_that_nobody_approved_are_not_handed_out(week: Week) -> None:
    material = week.material()
    assert material.minutes is None
    assert material.missing_minutes == "第1回の議事録がまだ承認されていないため、前回の議事録は入りません。"


def test_before_the_first_meeting_there_are_none(week: Week) -> None:
    material = packet_material(week.bureau.session, week.held)
    assert material.minutes is None
    assert "これより前に閉会した会議がない" in material.missing_minutes


def test_the_secretariat_and_the_chair_get_the_whole_and_others_their_items(week: Week) -> None:
    week.approve()
    minutes = week.material().minutes
    assert minutes is not None
    assert (minutes.number, minutes.day) == (1, TODAY)
    people = week.bureau.people
    assert minutes.parts == {
        people["委員長"]: None,
        people["事務員"]: None,
        people["委員あ"]: (1,),
        people["委員い"]: (2,),
        people["本人（No.101）"]: (1,),
        people["本人（No.202）"]: (2,),
        people["招かれた人"]: (2,),
    }  # 副委員長1 was decided for both and did not come
    assert set(minutes.contents) == {None, (1,), (2,)}
    assert minutes.contents[None] == minutes_document(week.bureau.session, week.held)


def test_an_extract_tells_nothing_of_other_items(week: Week) -> None:
    week.approve()
    minutes = week.material().minutes
    assert minutes is not None
    told = whole_text(minutes.contents[1,])
    assert "第1回支援調整会議議事録（抜粋）" in told
    assert EXTRACT_NOTE in told
    for own in ("No.101", "協議No.101", "本人（No.101）", "委員い", "家賃を調べる"):
        assert own in told, own
    for hidden in ("No.202", "招かれた人", "店がない", "議題2"):
        assert hidden not in told, hidden
    assert "招かれた人" in whole_text(minutes.contents[2,])


def test_listing_the_papers_draws_none(week: Week) -> None:
    week.approve()
    listed, drawn = week.material(rendered=False).minutes, week.material().minutes
    assert listed is not None
    assert drawn is not None
    assert listed.contents == {}
    assert (listed.parts, listed.sha256) == (drawn.parts, drawn.sha256)


def test_who_takes_part_online_is_told(week: Week) -> None:
    bureau = week.bureau
    bureau.opened(week.coming, "委員あ")
    bureau.come(week.coming, "委員あ", mode=AttendanceMode.ONLINE)
    assert week.material().online == frozenset({bureau.people["委員あ"]})
