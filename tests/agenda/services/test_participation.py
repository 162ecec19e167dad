"""参加者の決定 (第5条第3項): only the 委員長 or a 副委員長 decides, and a late decision is a new row."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import select

from agenda.services.items import ItemView
from agenda.services.participation import (
    Choice,
    decide_participants,
    participants_of,
    propose_for_item,
)
from agenda.tables import ParticipationDecision
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Capacity, Office
from meetings_app.db.engine import Database
from meetings_app.services.committees import elect
from meetings_app.services.meetings import cancel_meeting
from meetings_app.tables.meetings import Meeting
from tests.office_builder import TERM, TODAY, Bureau

EVE = TODAY - timedelta(days=1)


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


def prepared(bureau: Bureau) -> tuple[Meeting, ItemView]:
    bureau.case()
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    return meeting, bureau.items(meeting)[0]


def decide(
    bureau: Bureau, meeting: Meeting, view: ItemView, *choices: Choice, by: str = "委員長", on: date = EVE
) -> list[ParticipationDecision]:
    return decide_participants(
        **bureau.given,
        meeting=meeting,
        item=view.item,
        choices=choices,
        decided_by_id=bureau.people[by],
        decided_on=on,
    )


def names(bureau: Bureau, view: ItemView) -> list[str]:
    return [one.name for one in participants_of(bureau.session, [view.item.id])[view.item.id]]


@pytest.mark.parametrize("by", ["委員長", "副委員長1", "副委員長2"])
def test_the_chair_and_the_deputies_decide(bureau: Bureau, by: str) -> None:
    meeting, view = prepared(bureau)
    (row,) = decide(bureau, meeting, view, Choice(bureau.people["助言者"], Capacity.ADVISER), by=by)
    assert (row.sequence, row.takes_part, row.decided_on) == (1, True, EVE)
    (participant,) = participants_of(bureau.session, [view.item.id])[view.item.id]
    assert (participant.name, participant.decided_by) == ("助言者", by)


def test_nobody_else_decides(bureau: Bureau) -> None:
    meeting, view = prepared(bureau)
    bureau.person("よその人")
    for by in ("助言者", "よその人"):
        with pytest.raises(Refused, match=rf"{by} は決定の日に委員長.*第5条第3項"):
            decide(bureau, meeting, view, Choice(bureau.people["助言者"], Capacity.ADVISER), by=by)
    assert names(bureau, view) == []
    bureau.people["知らない人"] = "0" * 32
    with pytest.raises(NotFound):
        decide(bureau, meeting, view, by="知らない人")


@pytest.mark.parametrize(
    ("on", "may"),
    [
        (date(2014, 3, 31), False),
        (date(2014, 4, 1), True),
        (date(2014, 5, 9), True),
        (date(2014, 5, 10), False),
    ],
)
def test_the_office_counts_on_the_day_of_the_decision(bureau: Bureau, on: date, may: bool) -> None:
    meeting, view = prepared(bureau)
    elect(
        **bureau.given,
        committee_id=bureau.regional.id,
        person_id=bureau.person("会長"),
        office=Office.REGIONAL_CHAIR,
        valid_from=date(2014, 4, 1),
        valid_to=date(2014, 5, 10),
    )
    regional = bureau.meeting(body=bureau.regional)
    bureau.matter(regional)
    (matter,) = bureau.items(regional)
    choice = Choice(bureau.people["助言者"], Capacity.INVITEE)
    if may:
        assert len(decide(bureau, regional, matter, choice, by="会長", on=on)) == 1
    else:
        with pytest.raises(Refused, match="決定の日に"):
            decide(bureau, regional, matter, choice, by="会長", on=on)
    with pytest.raises(Refused, match="決定の日に"):
        decide(bureau, meeting, view, choice, by="会長", on=on)  # another body's office


def test_a_late_decision_is_a_new_row_and_the_old_one_stays(bureau: Bureau) -> None:
    meeting, view = prepared(bureau)
    person = bureau.member("民生委員")
    decide(bureau, meeting, view, Choice(person, Capacity.MEMBER))
    decide(bureau, meeting, view, Choice(person, Capacity.MEMBER, required=True), on=TODAY)
    decide(bureau, meeting, view, Choice(person, Capacity.MEMBER, takes_part=False), by="副委員長1", on=TODAY)
    rows = bureau.session.exec(select(ParticipationDecision)).all()
    told = sorted((row.sequence, row.takes_part, row.required, row.decided_on) for row in rows)
    assert told == [(1, True, False, EVE), (2, True, True, TODAY), (3, False, False, TODAY)]
    assert names(bureau, view) == []


def test_deciding_the_same_again_writes_nothing(bureau: Bureau) -> None:
    meeting, view = prepared(bureau)
    choice = Choice(bureau.people["助言者"], Capacity.ADVISER, required=True)
    decide(bureau, meeting, view, choice)
    before = len(bureau.audited())
    assert decide(bureau, meeting, view, choice, on=TODAY) == []
    assert len(bureau.audited()) == before


def test_a_participant_needs_a_seat_on_the_day_or_an_invitation(bureau: Bureau) -> None:
    meeting, view = prepared(bureau)
    ended = bureau.member("前委員", term=(date(2014, 4, 1), TODAY))
    guest = bureau.person("不動産業者")
    for person, capacity in (
        (ended, Capacity.MEMBER),
        (guest, Capacity.MEMBER),
        (bureau.people["助言者"], Capacity.MEMBER),
    ):
        with pytest.raises(Refused, match=r"会議の日に委員ではありません.*第5条第4項"):
            decide(bureau, meeting, view, Choice(person, capacity))
    decide(bureau, meeting, view, Choice(guest, Capacity.INVITEE, note="住まいの見通し"))
    decide(bureau, meeting, view, Choice(ended, Capacity.MEMBER, takes_part=False))
    assert names(bureau, view) == ["不動産業者"]


def test_the_last_day_of_a_term_counts(bureau: Bureau) -> None:
    meeting, view = prepared(bureau)
    decide(
        bureau,
        meeting,
        view,
        Choice(
            bureau.member("任期の最終日", term=(date(2014, 4, 1), TODAY + timedelta(days=1))), Capacity.MEMBER
        ),
        Choice(bureau.member("任期の初日", term=(TODAY, None)), Capacity.MEMBER),
    )
    assert sorted(names(bureau, view)) == ["任期の初日", "任期の最終日"]


def test_decisions_end_with_the_meeting(bureau: Bureau) -> None:
    meeting, view = prepared(bureau)
    bureau.held(meeting)
    with pytest.raises(Refused, match="会議が終わっている"):
        decide(bureau, meeting, view, Choice(bureau.people["助言者"], Capacity.ADVISER), on=TODAY)
    cancelled = bureau.meeting()
    bureau.matter(cancelled)
    cancel_meeting(**bureau.given, meeting=cancelled, version=cancelled.version)
    with pytest.raises(Refused, match="会議が終わっている"):
        decide(bureau, cancelled, bureau.items(cancelled)[0])


def test_an_item_of_another_meeting_is_not_found(bureau: Bureau) -> None:
    _, view = prepared(bureau)
    with pytest.raises(NotFound, match="議題から選び直してください"):
        decide(bureau, bureau.meeting(), view, Choice(bureau.people["助言者"], Capacity.ADVISER))


def test_the_proposal_leaves_out_declared_kin_and_decides_nothing(bureau: Bureau) -> None:
    plan = bureau.case()
    nephew = bureau.member("甥の委員")
    meeting = bureau.meeting()
    bureau.assemble(meeting)
    (view,) = bureau.items(meeting)
    assert view.client is not None
    bureau.kin(nephew, view.client, "P>C>C")
    proposals = {one.name: one for one in propose_for_item(bureau.session, meeting, view)}
    assert (proposals["委員長"].takes_part, proposals["委員長"].required) == (True, True)
    assert proposals["助言者"].takes_part
    assert not proposals["甥の委員"].takes_part
    assert "P>C>C" in proposals["甥の委員"].why
    assert names(bureau, view) == []
    assert plan.client_id == view.client.id


def test_who_sat_in_before_is_proposed_again(bureau: Bureau) -> None:
    plan = bureau.case(met_on=date(2014, 4, 1), period_end=date(2014, 6, 10))
    bureau.member("前回の参加者", term=TERM)
    first = bureau.meeting(date(2014, 5, 13))
    bureau.item(first, plan)
    bureau.decide(first, "前回の参加者")
    bureau.held(first, decided=False)
    second = bureau.meeting()
    bureau.assemble(second)
    proposals = {one.name: one for one in propose_for_item(bureau.session, second, bureau.items(second)[0])}
    assert proposals["前回の参加者"].takes_part
