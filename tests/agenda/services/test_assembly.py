"""議題: every due plan has one place, on an agenda, deferred with a reason, or waiting; none is lost or doubled."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, col, create_engine, select

from agenda.services.assembly import Skip, add_item, drop_item, propose_agenda
from agenda.services.carrying import place_waiting
from agenda.services.items import deferrals_of, get_item
from agenda.services.places import COMING, matter_of, waiting_items
from agenda.services.plans import list_due
from agenda.tables import AgendaItem, Client, Deferral, ParticipationDecision, Plan
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import (
    DueReason,
    EvaluationOutcome,
    MeetingStatus,
    PlanOutcome,
    Purpose,
)
from meetings_app.db.all_tables import metadata
from meetings_app.db.engine import Database
from meetings_app.services.meetings import cancel_meeting
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TODAY, Bureau

WEEK = timedelta(days=7)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def titles(bureau: Bureau, meeting: Meeting) -> list[str]:
    return [view.title for view in bureau.items(meeting)]


def drop(bureau: Bureau, meeting: Meeting, place: int = 0, why: str = "次回に回す。") -> None:
    drop_item(**bureau.given, meeting=meeting, view=bureau.items(meeting)[place], why=why)


def cancel(bureau: Bureau, meeting: Meeting) -> None:
    cancel_meeting(**bureau.given, meeting=meeting, version=meeting.version)


# --- putting together ---


def test_the_agenda_takes_what_is_due_the_day_before(bureau: Bureau) -> None:
    bureau.case(1, met_on=date(2014, 4, 1), period_end=date(2014, 6, 30))  # 42 days after 2014-05-19
    bureau.case(2, met_on=date(2014, 4, 1), period_end=date(2014, 7, 1))
    meeting = bureau.meeting(TODAY)
    bureau.assemble(meeting)
    assert titles(bureau, meeting) == ["No.1 プラン1 評価"]
    item = bureau.items(meeting)[0].item
    assert (item.purpose, item.deadline, item.position) == (Purpose.EVALUATE, date(2014, 6, 30), 1)


def test_an_evaluation_and_the_new_plan_of_one_case_stand_together(bureau: Bureau) -> None:
    client = bureau.client(7)
    bureau.plan(client, 1, met_on=date(2014, 4, 1), period_end=date(2014, 6, 20))
    bureau.case(8, met_on=date(2014, 4, 1), period_end=date(2014, 6, 10))
    bureau.plan(client, 2)
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    assert titles(bureau, meeting) == ["No.8 プラン1 評価", "No.7 プラン1 評価", "No.7 プラン2 新規"]


def test_assembling_twice_changes_nothing(bureau: Bureau) -> None:
    bureau.case(1)
    bureau.case(2)
    meeting = bureau.meeting()
    skip = Skip(2, 1, "面談の後に諮る。")
    assert len(bureau.assemble(meeting, skip)) == 1
    before = titles(bureau, meeting), len(bureau.audited())
    assert bureau.assemble(meeting, skip) == []
    assert bureau.assemble(meeting) == []  # what was deferred stays deferred
    assert (titles(bureau, meeting), len(bureau.audited())) == before


def test_what_is_skipped_is_listed_with_its_reason(bureau: Bureau) -> None:
    bureau.case(1, met_on=date(2014, 4, 1), period_end=date(2014, 6, 10))
    meeting = bureau.meeting()
    bureau.assemble(meeting, Skip(1, 1, "面談の後に諮る。"))
    assert bureau.items(meeting) == []
    (view,) = deferrals_of(bureau.session, meeting.id)
    assert (view.client.case_number, view.plan.number, view.deferral.why) == (1, 1, "面談の後に諮る。")
    assert (view.deferral.reason, view.deferral.deadline) == (DueReason.EVALUATION, date(2014, 6, 10))
    later = bureau.meeting(TODAY + WEEK)
    bureau.assemble(later)
    assert titles(bureau, later) == ["No.1 プラン1 評価"]


def test_a_skip_without_a_reason_is_refused(bureau: Bureau) -> None:
    bureau.case(1)
    with pytest.raises(Refused, match="理由を入れてください"):
        bureau.assemble(bureau.meeting(), Skip(1, 1, " "))


@pytest.mark.parametrize("consent", [None, (date(2014, 4, 1), date(2014, 5, 19))])
def test_a_case_without_consent_cannot_enter_but_can_be_skipped(
    bureau: Bureau, consent: tuple[date, date | None] | None
) -> None:
    plan = bureau.plan(bureau.client(18, consent=consent))
    meeting = bureau.meeting()
    with pytest.raises(Refused, match=r"No\.18 は情報共有の同意が"):
        bureau.assemble(meeting)
    with pytest.raises(Refused, match=r"No\.18 は情報共有の同意が"):
        bureau.item(meeting, plan)
    bureau.assemble(meeting, Skip(18, 1, "同意が撤回されている。"))
    assert [view.plan for view in deferrals_of(bureau.session, meeting.id)] == [plan]


def test_consent_counts_on_the_eve(bureau: Bureau) -> None:
    bureau.plan(bureau.client(1, consent=(date(2014, 5, 19), date(2014, 5, 20))))
    meeting = bureau.meeting(date(2014, 5, 20))
    assert len(bureau.assemble(meeting)) == 1


def test_a_plan_on_one_coming_agenda_is_not_put_on_another(bureau: Bureau) -> None:
    plan = bureau.case()
    first, second = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    bureau.assemble(first)
    assert bureau.assemble(second) == []
    with pytest.raises(Refused, match="第1回の議題に入っています"):
        bureau.item(second, plan)
    cancel(bureau, first)
    assert len(bureau.assemble(second)) == 1


# --- adding and dropping ---


def test_a_matter_needs_a_name_and_a_plan_comes_once(bureau: Bureau) -> None:
    meeting, plan = bureau.meeting(), bureau.case()
    with pytest.raises(Refused, match="名前を入れてください"):
        add_item(**bureau.given, meeting=meeting, title="  ")
    bureau.item(meeting, plan)
    with pytest.raises(Refused, match="もう議題に入っています"):
        bureau.item(meeting, plan)


@pytest.mark.parametrize("status", [MeetingStatus.CLOSED, MeetingStatus.CANCELLED])
def test_a_meeting_that_is_over_takes_no_item(bureau: Bureau, status: MeetingStatus) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    if status is MeetingStatus.CLOSED:
        bureau.held(meeting)
    else:
        cancel(bureau, meeting)
    with pytest.raises(Refused, match="次の会議に加えてください"):
        bureau.matter(meeting)


def test_an_urgent_item_may_be_added_while_the_meeting_is_open(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    bureau.item(meeting, bureau.case(), DueReason.URGENT)
    assert titles(bureau, meeting)[1] == "No.1 プラン1 臨時"
    for change in (lambda: bureau.assemble(meeting), lambda: drop(bureau, meeting)):
        with pytest.raises(Refused, match="組み直せません"):
            change()


def test_dropping_needs_a_reason_and_defers_the_plan(bureau: Bureau) -> None:
    bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    with pytest.raises(Refused, match="外す理由"):
        drop(bureau, meeting, why=" ")
    drop(bureau, meeting, why="資料が間に合わない。")
    assert bureau.items(meeting) == []
    assert [view.deferral.why for view in deferrals_of(bureau.session, meeting.id)] == [
        "資料が間に合わない。"
    ]


def test_dropping_takes_the_decisions_of_the_item_along(bureau: Bureau) -> None:
    bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長", "助言者")
    drop(bureau, meeting)
    left = {row.item_id for row in bureau.session.exec(select(ParticipationDecision)).all()}
    assert left == {bureau.items(meeting)[0].item.id}
    (entry,) = [entry for entry in bureau.audited() if entry.action == "議題から外す"]
    assert bureau.people["助言者"] in entry.detail


def test_a_dropped_plan_can_be_taken_back_and_dropped_again(bureau: Bureau) -> None:
    plan = bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    drop(bureau, meeting, why="一度目。")
    bureau.item(meeting, plan)
    assert deferrals_of(bureau.session, meeting.id) == []
    drop(bureau, meeting, why="二度目。")
    assert [view.deferral.why for view in deferrals_of(bureau.session, meeting.id)] == ["二度目。"]


def test_items_and_plans_of_others_are_not_found(bureau: Bureau) -> None:
    meeting, other = bureau.meeting(), bureau.meeting(TODAY + WEEK)
    item = bureau.matter(meeting)
    assert get_item(bureau.session, item.id, meeting.id).item is item
    for item_id, meeting_id in ((item.id, other.id), ("0" * 32, meeting.id)):
        with pytest.raises(NotFound):
            get_item(bureau.session, item_id, meeting_id)
    regional = bureau.meeting(body=bureau.regional)
    with pytest.raises(NotFound, match="選び直してください"):
        bureau.item(regional, bureau.case())


# --- carrying over ---


def continued(bureau: Bureau, day: date = TODAY) -> Meeting:
    """Hold a meeting that leaves everything undecided."""
    meeting = bureau.meeting(day)
    bureau.assemble(meeting)
    return bureau.held(meeting, decided=False)


@pytest.mark.parametrize("outcome", [None, PlanOutcome.CONTINUED, PlanOutcome.SENT_BACK])
def test_what_is_left_undecided_comes_to_the_next_meeting_with_its_line(
    bureau: Bureau, outcome: str | None
) -> None:
    plan = bureau.case()
    first = bureau.meeting()
    bureau.assemble(first)
    bureau.opened(first)
    bureau.come(first, "委員長")
    bureau.record(first, bureau.items(first)[0], outcome)
    assert [view.plan for view in bureau.closed(first)] == [plan]
    second = bureau.meeting(TODAY + WEEK)
    bureau.assemble(second)
    (view,) = bureau.items(second)
    assert view.item.reason is DueReason.CARRIED_OVER
    assert view.item.carried_from_id == bureau.items(first)[0].item.id
    assert plan.met_on is None


def test_a_matter_is_carried_over_once_and_its_line_ends_where_it_is_settled(bureau: Bureau) -> None:
    bureau.case()
    first = continued(bureau)
    second, third = bureau.meeting(TODAY + WEEK), bureau.meeting(TODAY + 2 * WEEK)
    bureau.assemble(second)
    assert bureau.assemble(third) == []
    bureau.held(second)
    assert bureau.assemble(third) == []
    lines = {
        item.id: item.carried_from_id
        for meeting in (first, second)
        for item in (bureau.items(meeting)[0].item,)
    }
    ids = list(lines)
    assert lines == {ids[0]: None, ids[1]: ids[0]}


def test_the_line_goes_through_several_meetings(bureau: Bureau) -> None:
    bureau.case()
    meetings = [continued(bureau, TODAY + number * WEEK) for number in range(3)]
    items = [bureau.items(meeting)[0].item for meeting in meetings]
    assert [item.carried_from_id for item in items] == [None, items[0].id, items[1].id]
    assert {matter_of(bureau.session, item) for item in items} == {DueReason.NEW}


def test_adding_by_hand_takes_up_the_waiting_item(bureau: Bureau) -> None:
    plan = bureau.case()
    waiting = bureau.items(continued(bureau))[0].item
    item = add_item(**bureau.given, meeting=bureau.meeting(TODAY + WEEK), plan=plan)
    assert (item.reason, item.carried_from_id) == (DueReason.CARRIED_OVER, waiting.id)


def test_what_was_dropped_or_cancelled_waits_again_with_its_line(bureau: Bureau) -> None:
    bureau.case()
    first = bureau.items(continued(bureau))[0].item
    second = bureau.meeting(TODAY + WEEK)
    bureau.assemble(second)
    drop(bureau, second)
    third = bureau.meeting(TODAY + WEEK, 14)
    bureau.assemble(third)
    taken = bureau.items(third)[0].item
    assert taken.carried_from_id == first.id
    cancel(bureau, third)
    fourth = bureau.meeting(TODAY + 2 * WEEK)
    bureau.assemble(fourth)
    assert bureau.items(fourth)[0].item.carried_from_id == taken.id


def test_a_carried_over_evaluation_is_still_an_evaluation(bureau: Bureau) -> None:
    plan = bureau.case(met_on=date(2014, 4, 1), period_end=date(2014, 6, 10))
    continued(bureau)
    second = bureau.meeting(TODAY + WEEK)
    bureau.assemble(second)
    (view,) = bureau.items(second)
    assert (view.item.reason, view.item.purpose) == (DueReason.CARRIED_OVER, Purpose.EVALUATE)
    bureau.opened(second)
    bureau.come(second, "委員長")
    with pytest.raises(Refused, match="終結・再プラン・中断・継続協議"):
        bureau.record(second, view, PlanOutcome.APPROVED)
    bureau.record(second, view, EvaluationOutcome.ENDED)
    bureau.closed(second)
    assert (plan.evaluation_outcome, plan.evaluated_on) == (EvaluationOutcome.ENDED, TODAY + WEEK)


def test_an_evaluation_later_on_has_nothing_to_do_with_an_earlier_carry_over(bureau: Bureau) -> None:
    plan = bureau.case(drafted_on=date(2014, 5, 1), period_end=date(2014, 8, 31))
    continued(bureau)
    second = bureau.meeting(TODAY + WEEK)
    bureau.assemble(second)
    bureau.held(second)
    third = bureau.meeting(date(2014, 8, 19))
    bureau.assemble(third)
    (view,) = bureau.items(third)
    assert (view.plan, view.item.reason, view.item.carried_from_id) == (plan, DueReason.EVALUATION, None)


def test_a_proposal_changes_nothing(bureau: Bureau) -> None:
    bureau.case()
    meeting = bureau.meeting()
    assert [(item.case, item.plan) for item in propose_agenda(bureau.session, meeting)] == [(1, 1)]
    assert bureau.items(meeting) == []


# --- any sequence of doings ---


class Agendas(RuleBasedStateMachine):
    """Several meetings in a row, assembled, dropped from, cancelled and held with any outcomes.

    Whatever is done, every plan that needs a meeting stands on one coming agenda or waits, and what was carried
    over is taken up once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(engine_in_memory())
        self.bureau = Bureau(self.session)
        self.day = TODAY
        self.matters = 0

    def teardown(self) -> None:
        self.session.close()  # nothing was committed

    @initialize()
    def some_cases(self) -> None:
        self.bureau.case(1)
        self.bureau.case(2, met_on=date(2014, 4, 1), period_end=date(2014, 6, 1))
        client = self.bureau.client(3)
        self.bureau.plan(client, 1, met_on=date(2014, 4, 1), period_end=date(2014, 6, 20))
        self.bureau.plan(client, 2)

    def coming(self) -> list[Meeting]:
        return list(
            self.session.exec(
                select(Meeting).where(col(Meeting.status).in_(COMING)).order_by(col(Meeting.starts_at))
            ).all()
        )

    def arranged(self) -> list[Meeting]:
        return [meeting for meeting in self.coming() if meeting.status is MeetingStatus.PREPARING]

    @precondition(lambda self: len(self.coming()) < 3)
    @rule()
    def plan_a_meeting(self) -> None:
        self.day += WEEK
        self.bureau.meeting(self.day)

    @precondition(lambda self: self.coming())
    @rule(data=st.data())
    def assemble(self, data: st.DataObject) -> None:
        meeting = data.draw(st.sampled_from(self.coming()))
        due = [(item.case, item.plan) for item in propose_agenda(self.session, meeting)]
        skipped = data.draw(st.sets(st.sampled_from(due))) if due else set()
        self.bureau.assemble(meeting, *(Skip(case, plan, "次回に回す。") for case, plan in skipped))

    @precondition(lambda self: any(self.bureau.items(meeting) for meeting in self.coming()))
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        meeting = data.draw(st.sampled_from([m for m in self.coming() if self.bureau.items(m)]))
        place = data.draw(st.integers(0, len(self.bureau.items(meeting)) - 1))
        drop(self.bureau, meeting, place)

    @precondition(lambda self: self.coming())
    @rule(data=st.data())
    def take_by_hand(self, data: st.DataObject) -> None:
        meeting = data.draw(st.sampled_from(self.coming()))
        plan = data.draw(st.sampled_from([None, *self.open_plans()]))
        placed = {view.item.plan_id for coming in self.coming() for view in self.bureau.items(coming)}
        if plan is not None and plan.id not in placed:
            add_item(**self.bureau.given, meeting=meeting, plan=plan)

    @precondition(lambda self: self.coming())
    @rule(data=st.data())
    def take_a_matter(self, data: st.DataObject) -> None:
        self.matters += 1
        meeting = data.draw(st.sampled_from(self.coming()))
        self.bureau.matter(meeting, f"議事{self.matters}")

    @precondition(lambda self: len(self.arranged()) > 1 and any(map(self.bureau.items, self.arranged())))
    @rule(data=st.data())
    def push(self, data: st.DataObject) -> None:
        """Take an item off one agenda and put it on another."""
        meeting = data.draw(st.sampled_from([m for m in self.arranged() if self.bureau.items(m)]))
        target = data.draw(st.sampled_from([m for m in self.arranged() if m.id != meeting.id]))
        view = data.draw(st.sampled_from(self.bureau.items(meeting)))
        drop_item(**self.bureau.given, meeting=meeting, view=view, why="次回に回す。", push_to=target.id)
        assert view.title in titles(self.bureau, target)

    @rule()
    def carry_over(self) -> None:
        place_waiting(**self.bureau.given, committee_id=self.bureau.support.id)
        again = place_waiting(**self.bureau.given, committee_id=self.bureau.support.id)
        assert again == []

    @precondition(lambda self: self.coming())
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        cancel(self.bureau, data.draw(st.sampled_from(self.coming())))

    @precondition(lambda self: self.coming())
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        """Hold the next meeting; each item is decided, continued, sent back, or not come to at all."""
        meeting = self.coming()[0]
        self.bureau.opened(meeting)
        self.bureau.come(meeting, "委員長")
        for view in self.bureau.items(meeting):
            judged = matter_of(self.session, view.item) in (DueReason.EVALUATION, DueReason.ENDING)
            settled = EvaluationOutcome.ENDED if judged else PlanOutcome.APPROVED
            outcome = data.draw(st.sampled_from([None, PlanOutcome.CONTINUED, settled]))
            self.bureau.record(meeting, view, outcome)
        self.bureau.closed(meeting)

    def open_plans(self) -> list[Plan]:
        return [plan for plan in self.session.exec(select(Plan)).all() if plan.evaluated_on is None]

    def needing(self) -> set[str]:
        """The plans that still need a meeting: neither evaluated, nor confirmed with nothing due."""
        return {plan.id for plan in self.open_plans() if plan.period_end is not None or plan.met_on is None}

    @invariant()
    def every_plan_is_in_one_place_or_waits(self) -> None:
        placed = [
            view.plan.id for meeting in self.coming() for view in self.bureau.items(meeting) if view.plan
        ]
        assert len(placed) == len(set(placed))
        later = self.day + timedelta(days=1)
        listed = list_due(session=self.session, committee_id=self.bureau.support.id, on=later)
        due = {(one.case, one.plan) for one in listed}
        waiting = {
            plan.id
            for plan in self.open_plans()
            if (case_of(self.session, plan), plan.number) in due and plan.id not in placed
        }
        assert self.needing() <= waiting | set(placed)

    @invariant()
    def every_matter_is_in_one_place(self) -> None:
        """On one coming agenda, waiting, decided by a meeting, or taken off one with a reason: never twice or lost."""
        on_agenda = [v.title for m in self.coming() for v in self.bureau.items(m) if v.plan is None]
        waiting = [
            one.title for one in waiting_items(self.session, self.bureau.support.id) if one.plan_id is None
        ]
        settled = [
            item.title
            for item in self.session.exec(select(AgendaItem).where(AgendaItem.plan_id == None)).all()  # noqa: E711
            if self.session.get_one(Meeting, item.meeting_id).status is MeetingStatus.CLOSED
            and item.continued_on is None
        ]
        open_ones = on_agenda + waiting
        assert len(open_ones) == len(set(open_ones))
        assert not set(open_ones) & set(settled)
        put_off = {row.title for row in self.session.exec(select(Deferral)).all() if row.plan_id is None}
        assert {f"議事{number}" for number in range(1, self.matters + 1)} == {*open_ones, *settled} | (
            put_off - {*open_ones, *settled}
        )

    @invariant()
    def what_is_carried_over_is_taken_up_once(self) -> None:
        items = {item.id: item for item in self.session.exec(select(AgendaItem)).all()}
        sources = [items[item.carried_from_id] for item in items.values() if item.carried_from_id]
        assert len({source.id for source in sources}) == len(sources)
        for item in items.values():
            if item.carried_from_id:
                source = items[item.carried_from_id]
                cancelled = self.session.get_one(Meeting, source.meeting_id).status is MeetingStatus.CANCELLED
                assert source.plan_id == item.plan_id
                assert source.continued_on is not None or cancelled


def case_of(session: Session, plan: Plan) -> int:
    return session.get_one(Client, plan.client_id).case_number


@cache
def engine_in_memory() -> Engine:
    """One database for all sequences: each of them is rolled back."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    return engine


TestAgendas = Agendas.TestCase
TestAgendas.settings = settings(
    max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
