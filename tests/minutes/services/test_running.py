"""会議の進行: who presides, what an item may come to, and what closing writes down."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from calendars.services import convene
from meetings_app.core.errors import Conflict, Refused
from meetings_app.core.terms import (
    DueReason,
    EvaluationOutcome,
    MeetingStatus,
    Office,
    PlanOutcome,
)
from meetings_app.db.engine import Database
from meetings_app.services.committees import elect
from meetings_app.tables.meetings import Meeting
from minutes.services.running import (
    Outcome,
    actions_of,
    add_action,
    close_meeting,
    open_meeting,
    possible_outcomes,
    record_item,
    records_of,
)
from minutes.tables import ItemRecord, Minutes, MinutesStatus
from tests.office_builder import TODAY, Bureau, minute


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def convened(bureau: Bureau) -> Meeting:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長", "副委員長1")
    convene(**bureau.given, meeting=meeting)
    return meeting


def open_under(bureau: Bureau, meeting: Meeting, name: str, reason: str = "") -> None:
    open_meeting(
        **bureau.given,
        meeting=meeting,
        at=meeting.starts_at,
        presider_id=bureau.people[name],
        reason=reason,
    )


# --- opening ---


def test_the_chair_presides_without_a_reason(bureau: Bureau) -> None:
    meeting = convened(bureau)
    open_under(bureau, meeting, "委員長")
    assert (meeting.status, meeting.opened_at) == (MeetingStatus.OPEN, meeting.starts_at)
    assert meeting.presider_id == bureau.people["委員長"]


def test_a_deputy_presides_with_the_reason_on_record(bureau: Bureau) -> None:
    meeting = convened(bureau)
    with pytest.raises(Refused, match="第5条第2項"):
        open_under(bureau, meeting, "副委員長1", " ")
    assert meeting.status is MeetingStatus.CONVENED
    open_under(bureau, meeting, "副委員長1", "委員長が病気のため")
    assert meeting.presider_reason == "委員長が病気のため"


def test_nobody_else_presides(bureau: Bureau) -> None:
    meeting = convened(bureau)
    with pytest.raises(Refused, match="助言者 は委員長でも副委員長でもない"):
        open_under(bureau, meeting, "助言者", "頼まれたため")


@pytest.mark.parametrize(("until", "may"), [(TODAY, False), (TODAY + timedelta(days=1), True)])
def test_the_office_counts_on_the_day_of_the_meeting(bureau: Bureau, until: date, may: bool) -> None:
    meeting = bureau.meeting(body=bureau.regional)
    elect(
        **bureau.given,
        committee_id=bureau.regional.id,
        person_id=bureau.person("会長"),
        office=Office.REGIONAL_CHAIR,
        valid_from=date(2014, 4, 1),
        valid_to=until,
    )
    convene(**bureau.given, meeting=meeting)
    if may:
        open_under(bureau, meeting, "会長")
        return
    with pytest.raises(Refused, match="議長になれません"):
        open_under(bureau, meeting, "会長")


def test_a_meeting_opens_once_and_only_when_convened(bureau: Bureau) -> None:
    with pytest.raises(Refused, match="招集してから"):
        open_under(bureau, bureau.meeting(), "委員長")
    meeting = convened(bureau)
    open_under(bureau, meeting, "委員長")
    with pytest.raises(Refused, match="「開会」の段階"):
        open_under(bureau, meeting, "委員長")


# --- items ---


@pytest.mark.parametrize(
    ("reason", "outcomes"),
    [
        (DueReason.NEW, ["了承", "修正のうえ了承", "継続協議", "差戻し"]),
        (DueReason.URGENT, ["了承", "修正のうえ了承", "継続協議", "差戻し"]),
        (DueReason.EVALUATION, ["終結", "再プラン", "中断", "継続協議"]),
        (DueReason.ENDING, ["終結", "再プラン", "中断", "継続協議"]),
    ],
)
def test_an_item_has_the_outcomes_of_its_reason(
    bureau: Bureau, reason: DueReason, outcomes: list[str]
) -> None:
    meeting = bureau.meeting()
    bureau.item(meeting, bureau.case(), reason)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)
    assert list(possible_outcomes(bureau.session, view)) == outcomes
    wrong = EvaluationOutcome.ENDED if reason in (DueReason.NEW, DueReason.URGENT) else PlanOutcome.APPROVED
    with pytest.raises(Refused, match="・".join(outcomes)):
        bureau.record(meeting, view, wrong)
    assert records_of(bureau.session, [view.item.id]) == {}


def test_a_stale_record_is_a_conflict_and_keeps_what_was_saved_first(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)

    def save(text: str, version: int) -> ItemRecord:
        return record_item(
            **bureau.given,
            meeting=meeting,
            view=view,
            result=Outcome(PlanOutcome.APPROVED, discussion=text),
            version=version,
        )

    assert save("先の記録", 0).version == 1
    for stale in (0, 2):
        with pytest.raises(Conflict, match="先に保存しました"):
            save("後の記録", stale)
    assert records_of(bureau.session, [view.item.id])[view.item.id].discussion == "先の記録"
    assert save("見比べた後の記録", 1).version == 2


def test_an_item_ends_after_it_begins(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)
    with pytest.raises(Refused, match="終わりが始まりより前"):
        bureau.record(meeting, view, begins=20, ends=19)
    with pytest.raises(Refused, match="始まりがありません"):
        record_item(
            **bureau.given,
            meeting=meeting,
            view=view,
            result=Outcome(None),
            version=0,
            ended_at=minute(meeting, 5),
        )
    bureau.record(meeting, view, begins=20, ends=20)


def test_times_once_recorded_stay_until_others_are_given(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)
    bureau.record(meeting, view, begins=3, ends=9)
    row = record_item(**bureau.given, meeting=meeting, view=view, result=Outcome(None), version=1)
    assert (row.started_at, row.ended_at) == (minute(meeting, 3), minute(meeting, 9))


def test_a_page_without_seconds_gives_back_the_times_on_record(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)
    begun = minute(meeting, 3) + timedelta(seconds=17)
    ended = minute(meeting, 3) + timedelta(seconds=41)
    given = {**bureau.given, "meeting": meeting, "view": view, "result": Outcome(None)}
    record_item(**given, version=0, started_at=begun, ended_at=ended)
    same = record_item(**given, version=1, started_at=minute(meeting, 3), ended_at=minute(meeting, 3))
    assert (same.started_at, same.ended_at) == (begun, ended)
    later = record_item(**given, version=2, started_at=minute(meeting, 4), ended_at=minute(meeting, 9))
    assert (later.started_at, later.ended_at) == (minute(meeting, 4), minute(meeting, 9))


def test_nothing_is_recorded_before_opening_and_no_outcome_after_closing(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    (view,) = bureau.items(meeting)
    with pytest.raises(Refused, match="開会してから"):
        bureau.record(meeting, view)
    bureau.held(meeting)
    with pytest.raises(Refused, match="結果と時刻を変えられません"):
        bureau.record(meeting, view, PlanOutcome.SENT_BACK)


def test_texts_are_mended_after_closing_until_the_minutes_are_approved(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    (view,) = bureau.items(meeting)
    bureau.held(meeting)
    first = records_of(bureau.session, [view.item.id])[view.item.id]
    known = (first.outcome, first.started_at, first.ended_at, first.version)
    mended = record_item(
        **bureau.given,
        meeting=meeting,
        view=view,
        result=Outcome(outcome=known[0], confirmed="文を直した。"),
        version=known[3],
    )
    assert (mended.outcome, mended.started_at, mended.ended_at) == known[:3]
    assert mended.confirmed == "文を直した。"
    session = bureau.session
    session.add(
        Minutes(
            meeting_id=meeting.id,
            status=MinutesStatus.APPROVED,
            approved_by="議長",
            approved_at=bureau.clock.now(),
            content="{}",
        )
    )
    session.flush()
    with pytest.raises(Refused, match="承認済み"):
        record_item(
            **bureau.given,
            meeting=meeting,
            view=view,
            result=Outcome(outcome=known[0], confirmed="もう一度。"),
            version=mended.version,
        )


def test_who_does_what_by_when_comes_earliest_first(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting)
    (view,) = bureau.items(meeting)
    for what, due_on in (("後のこと", date(2014, 6, 30)), ("先のこと", date(2014, 6, 1))):
        add_action(**bureau.given, meeting=meeting, view=view, what=what, who="事務局 太郎", due_on=due_on)
    with pytest.raises(Refused, match="することを入れてください"):
        add_action(**bureau.given, meeting=meeting, view=view, what=" ", who="", due_on=None)
    assert [action.what for action in actions_of(bureau.session, [view.item.id])[view.item.id]] == [
        "先のこと",
        "後のこと",
    ]


# --- closing ---


def test_closing_ends_every_stay_and_needs_everybodys_attendance(bureau: Bureau) -> None:
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.opened(meeting, "助言者")
    bureau.come(meeting, "委員長")
    with pytest.raises(Refused, match=r"出欠が記録されていない人がいます（助言者）"):
        close_meeting(**bureau.given, meeting=meeting, at=meeting.ends_at)
    assert meeting.status is MeetingStatus.OPEN
    bureau.come(meeting, "助言者", after=30)
    with pytest.raises(Refused, match="閉会の時刻が開会より前"):
        close_meeting(**bureau.given, meeting=meeting, at=minute(meeting, -1))
    for too_early in (29, 30):
        with pytest.raises(Refused, match="助言者 の到着か退席の時刻が閉会の後"):
            close_meeting(**bureau.given, meeting=meeting, at=minute(meeting, too_early))
    close_meeting(**bureau.given, meeting=meeting, at=minute(meeting, 31))
    assert (meeting.status, meeting.closed_at) == (MeetingStatus.CLOSED, minute(meeting, 31))
    with pytest.raises(Refused, match="開会中の会議だけ閉会できます"):
        close_meeting(**bureau.given, meeting=meeting, at=meeting.ends_at)


def test_closing_writes_the_outcomes_into_the_register(bureau: Bureau) -> None:
    new = bureau.case(1)
    evaluated = bureau.case(2, met_on=date(2014, 4, 1), period_end=date(2014, 6, 10))
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.held(meeting)
    assert (new.confirmed_meeting_id, new.met_on) == (meeting.id, TODAY)
    assert (evaluated.evaluated_meeting_id, evaluated.evaluated_on) == (meeting.id, TODAY)
    assert evaluated.evaluation_outcome is EvaluationOutcome.ENDED
    assert evaluated.confirmed_meeting_id is None


def test_a_plan_confirmed_long_ago_is_not_confirmed_again_by_an_urgent_change(bureau: Bureau) -> None:
    plan = bureau.case(met_on=date(2014, 4, 1), urgent_raised_on=date(2014, 5, 12))
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.held(meeting)
    assert (plan.met_on, plan.confirmed_meeting_id) == (date(2014, 4, 1), None)


def test_what_the_meeting_did_not_come_to_is_carried_over(bureau: Bureau) -> None:
    bureau.case(1)
    bureau.case(2)
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    bureau.matter(meeting, "地域の課題について")
    bureau.opened(meeting)
    bureau.come(meeting, "委員長")
    first, _, _ = bureau.items(meeting)
    bureau.record(meeting, first)
    carried = bureau.closed(meeting)
    assert [view.title for view in carried] == ["No.2 プラン1 新規", "地域の課題について"]
    assert [view.item.continued_on for view in bureau.items(meeting)] == [None, TODAY, TODAY]
