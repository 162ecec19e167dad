"""日程調整と招集 on record: who is asked, what may be chosen, and what leaves the house."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import vobject

from calendars.services import (
    answer_slot,
    choose_slot,
    convene,
    invitation,
    offer_slots,
    people_asked,
    read_poll,
)
from calendars.tables import CandidateSlot
from meetings_app.core.clock import tokyo
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Answer, Capacity, MeetingStatus
from meetings_app.db.engine import Database
from meetings_app.services.meetings import cancel_meeting, move_meeting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from tests.office_builder import TODAY, Bureau

EVERYBODY = ("委員長", "副委員長1", "副委員長2", "助言者")


@pytest.fixture
def bureau(any_database: Database) -> Iterator[Bureau]:
    with any_database.write() as session:
        yield Bureau(session)


@pytest.fixture
def meeting(bureau: Bureau) -> Meeting:
    """A meeting with one matter, for which the adviser is required."""
    meeting = bureau.meeting()
    bureau.matter(meeting)
    bureau.decide(meeting, "委員長", "副委員長1", "副委員長2")
    bureau.decide(meeting, "助言者", required=True)
    return meeting


def offer(bureau: Bureau, meeting: Meeting, *hours: int) -> list[CandidateSlot]:
    times = [(tokyo(TODAY, hour), tokyo(TODAY, hour + 1)) for hour in hours]
    return offer_slots(**bureau.given, meeting=meeting, times=times)


def answer(
    bureau: Bureau, meeting: Meeting, slot: CandidateSlot, marks: str, names: tuple[str, ...] = EVERYBODY
) -> None:
    for name, mark in zip(names, marks, strict=True):
        answer_slot(
            **bureau.given,
            meeting=meeting,
            slot_id=slot.id,
            person_id=bureau.people[name],
            answer=Answer(mark),
        )


def test_everybody_decided_and_the_officers_are_asked(bureau: Bureau, meeting: Meeting) -> None:
    bureau.member("聞かれない委員")
    asked = {person.name: person.required_for for person in people_asked(bureau.session, meeting)}
    assert asked == {
        "委員長": (),
        "副委員長1": (),
        "副委員長2": (),
        "助言者": ("地域の課題について",),
    }


def test_before_any_item_the_members_are_asked(bureau: Bureau) -> None:
    bureau.member("委員", term=(TODAY, None))
    bureau.member("終わった委員", term=(TODAY - timedelta(days=30), TODAY))
    asked = {person.name for person in people_asked(bureau.session, bureau.meeting())}
    assert asked == {*EVERYBODY, "委員"}


def test_slots_end_after_they_begin_and_come_once(bureau: Bureau, meeting: Meeting) -> None:
    with pytest.raises(Refused, match="終了が開始より前"):
        offer_slots(**bureau.given, meeting=meeting, times=[(tokyo(TODAY, 10), tokyo(TODAY, 10))])
    offer(bureau, meeting, 10)
    with pytest.raises(Refused, match="同じ時刻の候補がもうあります"):
        offer(bureau, meeting, 10)


def test_a_later_answer_takes_the_place_of_an_earlier_one(bureau: Bureau, meeting: Meeting) -> None:
    (slot,) = offer(bureau, meeting, 10)
    assert {person.name for person in read_poll(bureau.session, meeting).waiting} == set(EVERYBODY)
    answer(bureau, meeting, slot, "×", ("助言者",))
    answer(bureau, meeting, slot, "△", ("助言者",))
    poll = read_poll(bureau.session, meeting)
    assert poll.answers == {(slot.id, bureau.people["助言者"]): Answer.IF_NEED_BE}
    assert {person.name for person in poll.waiting} == {"委員長", "副委員長1", "副委員長2"}


def test_foreign_slots_and_strangers_are_not_found(bureau: Bureau, meeting: Meeting) -> None:
    other = bureau.meeting()
    (slot,), (foreign,) = offer(bureau, meeting, 10), offer(bureau, other, 10)
    stranger = bureau.person("よその人")
    for slot_id, person_id in (
        (foreign.id, bureau.people["助言者"]),
        ("0" * 32, bureau.people["助言者"]),
        (slot.id, stranger),
    ):
        with pytest.raises(NotFound):
            answer_slot(
                **bureau.given, meeting=meeting, slot_id=slot_id, person_id=person_id, answer=Answer.YES
            )
    with pytest.raises(NotFound):
        choose_slot(**bureau.given, meeting=meeting, slot_id=foreign.id)


@pytest.mark.parametrize(
    ("marks", "may"),
    [("○○○○", True), ("×○○○", True), ("○○○△", True), ("○○○×", False), ("×××○", False)],
)
def test_a_slot_needs_the_required_and_somebody_to_preside(
    bureau: Bureau, meeting: Meeting, marks: str, may: bool
) -> None:
    (slot,) = offer(bureau, meeting, 14)
    answer(bureau, meeting, slot, marks)
    if may:
        choose_slot(**bureau.given, meeting=meeting, slot_id=slot.id)
        assert (meeting.starts_at, meeting.ends_at) == (tokyo(TODAY, 14), tokyo(TODAY, 15))
        return
    with pytest.raises(Refused, match="この候補には決められません"):
        choose_slot(**bureau.given, meeting=meeting, slot_id=slot.id)
    assert meeting.starts_at == tokyo(TODAY, 10)


def test_the_poll_ends_with_the_opening(bureau: Bureau, meeting: Meeting) -> None:
    (slot,) = offer(bureau, meeting, 10)
    answer(bureau, meeting, slot, "○○○○")
    bureau.opened(meeting)
    for change in (
        lambda: offer(bureau, meeting, 11),
        lambda: answer(bureau, meeting, slot, "×", ("助言者",)),
    ):
        with pytest.raises(Refused, match="もう決まっています"):
            change()


# --- convening and inviting ---


def test_convening_needs_decided_participants_for_every_item(bureau: Bureau, meeting: Meeting) -> None:
    bureau.matter(meeting, "決まっていない議題")
    with pytest.raises(Refused, match=r"決まっていない議題.*第5条第3項"):
        convene(**bureau.given, meeting=meeting)
    bureau.decide(meeting, "委員長")
    convene(**bureau.given, meeting=meeting)
    assert meeting.status is MeetingStatus.CONVENED


def invited(bureau: Bureau, meeting: Meeting) -> dict[str, str]:
    event = vobject.readOne(invitation(bureau.session, meeting).decode()).vevent
    return {one.value.removeprefix("mailto:"): one.params["ROLE"][0] for one in event.attendee_list}


def test_only_those_decided_with_a_mailbox_are_invited_and_never_a_client(
    bureau: Bureau, meeting: Meeting
) -> None:
    for name, capacity in (("本人", Capacity.CLIENT), ("家族", Capacity.FAMILY), ("大家", Capacity.INVITEE)):
        bureau.person(name, mailbox=f"{len(bureau.people)}@example.jp")
        bureau.decide(meeting, name, capacity=capacity)
    landlord = bureau.session.get_one(Person, bureau.people["大家"]).mailbox
    for name, mailbox in (("委員長", "chair@example.jp"), ("助言者", "adviser@example.jp")):
        bureau.session.get_one(Person, bureau.people[name]).mailbox = mailbox
    bureau.support.organizer_mailbox = "office@example.jp"
    with pytest.raises(Refused, match="招集してから取り出してください"):
        invitation(bureau.session, meeting)
    convene(**bureau.given, meeting=meeting)
    assert invited(bureau, meeting) == {
        "chair@example.jp": "CHAIR",
        "adviser@example.jp": "REQ-PARTICIPANT",
        landlord: "OPT-PARTICIPANT",
    }
    alone = invitation(bureau.session, meeting, [bureau.people["助言者"]])
    assert alone.count(b"ATTENDEE") == 1


def test_a_change_and_a_cancellation_keep_the_uid_and_count_up(bureau: Bureau, meeting: Meeting) -> None:
    bureau.session.get_one(Person, bureau.people["助言者"]).mailbox = "adviser@example.jp"
    bureau.support.organizer_mailbox = "office@example.jp"
    convene(**bureau.given, meeting=meeting)
    seen = []
    for step in range(3):
        calendar = vobject.readOne(invitation(bureau.session, meeting).decode())
        seen.append((calendar.method.value, calendar.vevent.uid.value, calendar.vevent.sequence.value))
        if step == 0:
            move_meeting(
                **bureau.given,
                meeting=meeting,
                starts_at=tokyo(TODAY, 15),
                ends_at=tokyo(TODAY, 16),
                venue_id=meeting.venue_id,
                version=meeting.version,
            )
        elif step == 1:
            cancel_meeting(**bureau.given, meeting=meeting, version=meeting.version)
    uid = meeting.ics_uid
    assert seen == [("REQUEST", uid, "0"), ("REQUEST", uid, "1"), ("CANCEL", uid, "2")]
