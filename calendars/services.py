"""日程調整と招集: candidate slots, answers, the choice, and the invitation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.services.items import items_of
from agenda.services.participation import participants_of
from calendars.ics import (
    Attendee,
    AttendeeRole,
    EventStatus,
    MeetingFacts,
    Method,
    Organizer,
    invitation_for,
    write_invitation,
)
from calendars.rules.slots import Person as SlotPerson
from calendars.rules.slots import Slot, SlotRanking, rank_slots
from calendars.tables import CandidateSlot, SlotAnswer
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import Answer, Capacity, MeetingStatus, Office
from meetings_app.services.audit import record
from meetings_app.services.committees import get_committee, offices_on, roster
from meetings_app.services.meetings import mark_convened, move_meeting, venue_of
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person

OPEN_FOR_SLOTS = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)


@dataclass(frozen=True, slots=True)
class Poll:
    """日程調整 of one meeting: slots, people asked, answers by (slot, person), and the ranking."""

    slots: tuple[CandidateSlot, ...]
    people: tuple[SlotPerson, ...]
    answers: dict[tuple[str, str], Answer]
    ranking: SlotRanking

    @property
    def waiting(self) -> tuple[SlotPerson, ...]:
        """People who have not answered for any slot."""
        answered = {person_id for _, person_id in self.answers}
        return tuple(person for person in self.people if person.id not in answered) if self.slots else ()


def offer_slots(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    times: Sequence[tuple[datetime, datetime]],
) -> list[CandidateSlot]:
    """候補の日時を出す."""
    _refuse_settled(meeting)
    for starts_at, ends_at in times:
        if ends_at <= starts_at:
            raise Refused("候補の終了が開始より前です。終了を開始より後にしてください。")
    slots = [
        CandidateSlot(meeting_id=meeting.id, starts_at=starts_at, ends_at=ends_at)
        for starts_at, ends_at in times
    ]
    known = {slot.starts_at for slot in _slots(session, meeting.id)}
    if any(slot.starts_at in known for slot in slots):
        raise Refused("同じ時刻の候補がもうあります。ほかの時刻を入れてください。")
    session.add_all(slots)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="候補日時の提示",
        subject="meeting",
        subject_id=meeting.id,
        detail={"slots": [slot.starts_at for slot in slots]},
    )
    return slots


def answer_slot(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    slot_id: str,
    person_id: str,
    answer: Answer,
) -> None:
    """日程に答える: ○, △ or ×; a later answer takes the place of an earlier one."""
    _refuse_settled(meeting)
    slot = session.get(CandidateSlot, slot_id)
    if slot is None or slot.meeting_id != meeting.id:
        raise NotFound("この候補は見つかりません。日程調整の画面を読み直してください。")
    if person_id not in {person.id for person in people_asked(session, meeting)}:
        raise NotFound("この人は日程調整の相手に入っていません。参加者の決定を確かめてください。")
    row = session.exec(
        select(SlotAnswer).where(SlotAnswer.slot_id == slot_id, SlotAnswer.person_id == person_id)
    ).first()
    if row is None:
        row = SlotAnswer(slot_id=slot_id, person_id=person_id, answer=answer, answered_at=clock.now())
    row.answer, row.answered_at = answer, clock.now()
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="日程の回答",
        subject="candidate_slot",
        subject_id=slot_id,
        detail={"person": person_id, "answer": answer},
    )


def answer_slots(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    person_id: str,
    answers: Mapping[str, Answer],
) -> None:
    """日程にまとめて答える: `answers` by slot id; what is not named stays as it was.

    Raises Refused where nothing is answered, NotFound for a strange slot or person.
    """
    if not answers:
        raise Refused(
            "回答がありません。候補ごとに、出られる・やむを得なければ・出られないを選んでください。"
        )
    for slot_id, answer in answers.items():
        answer_slot(
            session=session,
            actor=actor,
            clock=clock,
            meeting=meeting,
            slot_id=slot_id,
            person_id=person_id,
            answer=answer,
        )


def open_meetings(session: Session, committee_id: str) -> list[Meeting]:
    """日程を動かせる会議: return the meetings before their opening, soonest first."""
    return list(
        session.exec(
            select(Meeting)
            .where(Meeting.committee_id == committee_id, col(Meeting.status).in_(OPEN_FOR_SLOTS))
            .order_by(col(Meeting.starts_at), col(Meeting.number))
        ).all()
    )


def people_asked(session: Session, meeting: Meeting) -> list[SlotPerson]:
    """日程を尋ねる相手: everybody decided to take part, and the officers; before a decision, the members."""
    on = meeting.starts_at.astimezone(TOKYO).date()
    offices = offices_on(session, meeting.committee_id, on)
    views = items_of(session, meeting.id)
    titles = {view.item.id: view.title for view in views}
    names: dict[str, str] = {
        seat.person_id: seat.name
        for seat in roster(session, meeting.committee_id, on)
        if seat.offices or not views
    }
    required: dict[str, list[str]] = {}
    for item_id, participants in participants_of(session, list(titles)).items():
        for participant in participants:
            names[participant.person_id] = participant.name
            if participant.required:
                required.setdefault(participant.person_id, []).append(titles[item_id])
    return [
        SlotPerson(
            id=person_id,
            name=name,
            offices=frozenset(offices.get(person_id, ())),
            required_for=_required_items(offices.get(person_id, ()), required.get(person_id, [])),
        )
        for person_id, name in names.items()
    ]


def _required_items(offices: tuple[Office, ...], items: list[str]) -> tuple[str, ...]:
    """The 委員長 is needed for presiding only, which a 副委員長 can do instead (第5条第2項)."""
    return () if Office.CHAIR in offices else tuple(items)


def read_poll(session: Session, meeting: Meeting) -> Poll:
    """日程調整の状況: return slots, people, answers and the ranking with its reasons."""
    slots = _slots(session, meeting.id)
    people = people_asked(session, meeting)
    rows = session.exec(
        select(SlotAnswer).where(col(SlotAnswer.slot_id).in_([slot.id for slot in slots]))
    ).all()
    answers = {(row.slot_id, row.person_id): row.answer for row in rows}
    by_person: dict[str, dict[str, Answer]] = {person.id: {} for person in people}
    for (slot_id, person_id), answer in answers.items():
        by_person.setdefault(person_id, {})[slot_id] = answer
    ranking = rank_slots(
        [Slot(slot.id, slot.starts_at, slot.ends_at) for slot in slots],
        people,
        by_person,
        deadlines_of(session, meeting),
    )
    return Poll(tuple(slots), tuple(people), answers, ranking)


def deadlines_of(session: Session, meeting: Meeting) -> dict[str, date]:
    """Return the deadline of each item by its title."""
    return {
        view.title: view.item.deadline
        for view in items_of(session, meeting.id)
        if view.item.deadline is not None
    }


def choose_slot(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, slot_id: str) -> None:
    """候補に決める: set the meeting's time to a slot. Refused where the required people are not free."""
    poll = read_poll(session, meeting)
    verdict = next((verdict for verdict in poll.ranking.verdicts if verdict.slot.id == slot_id), None)
    if verdict is None:
        raise NotFound("この候補は見つかりません。日程調整の画面を読み直してください。")
    if verdict.blocked or verdict.presiding.impossible:
        reasons = "".join(reason.message for reason in verdict.reasons)
        raise Refused(
            f"この候補には決められません。{reasons}ほかの候補を選ぶか、参加者の決定を変えてください。"
        )
    move_meeting(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        starts_at=verdict.slot.starts_at,
        ends_at=verdict.slot.ends_at,
        venue_id=meeting.venue_id,
        version=meeting.version,
    )


@dataclass(frozen=True, slots=True)
class InvitationGaps:
    """案内に足りないもの: `sender` False without a mailbox for replies; names of those it cannot reach."""

    sender: bool
    unreachable: tuple[str, ...]


def invitation_gaps(session: Session, meeting: Meeting) -> InvitationGaps:
    """案内に足りないもの: what an invitation still lacks. 本人 and family are called in person anyway."""
    called = {
        participant.person_id
        for participants in participants_of(
            session, [v.item.id for v in items_of(session, meeting.id)]
        ).values()
        for participant in participants
        if participant.capacity not in (Capacity.CLIENT, Capacity.FAMILY)
    }
    people = session.exec(select(Person).where(col(Person.id).in_(called)).order_by(col(Person.kana))).all()
    return InvitationGaps(
        sender=bool(get_committee(session, meeting.committee_id).organizer_mailbox),
        unreachable=tuple(person.name for person in people if not person.mailbox),
    )


def convene(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> None:
    """招集する: the step after which invitations may leave. Needs decided participants for every item."""
    views = items_of(session, meeting.id)
    decided = participants_of(session, [view.item.id for view in views])
    missing = [view.title for view in views if not decided[view.item.id]]
    if missing:
        raise Refused(
            f"参加者が決まっていない議題があります（{'、'.join(missing)}）。"
            "委員長の決定を記録してから招集してください（第5条第3項）。"
        )
    mark_convened(session=session, actor=actor, clock=clock, meeting=meeting)


def invitation(session: Session, meeting: Meeting, person_ids: Sequence[str] | None = None) -> bytes:
    """案内 (iCalendar): REQUEST to the participants with a mailbox, or CANCEL once the meeting is cancelled.

    `person_ids` narrows the attendees, for a message to one person. Raises Refused before the meeting is
    convened: a draft sends nothing.
    """
    if meeting.convened_at is None:
        raise Refused("まだ招集していない会議の案内は作れません。招集してから取り出してください。")
    committee = get_committee(session, meeting.committee_id)
    venue = venue_of(session, meeting)
    cancelled = meeting.status is MeetingStatus.CANCELLED
    facts = MeetingFacts(
        kind=committee.kind,
        number=meeting.number,
        place=venue.name if venue else "",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        link=f"{get_setting(session, 'office.base_url')}/meetings/{meeting.id}",
    )
    return write_invitation(
        invitation_for(
            facts,
            uid=meeting.ics_uid,
            sequence=meeting.ics_sequence,
            method=Method.CANCEL if cancelled else Method.REQUEST,
            made_at=meeting.convened_at,
            organizer=Organizer(committee.organizer_name, committee.organizer_mailbox),
            attendees=_attendees(session, meeting, person_ids),
            status=EventStatus.CANCELLED if cancelled else EventStatus.CONFIRMED,
        )
    )


def own_invitation(session: Session, meeting: Meeting, person_id: str | None) -> bytes:
    """本人あての案内: the invitation with one attendee only.

    Raises NotFound for somebody who takes no part in the meeting, Refused as `invitation` does.
    """
    decided = participants_of(session, [view.item.id for view in items_of(session, meeting.id)])
    invited = {participant.person_id for group in decided.values() for participant in group}
    if person_id is None or person_id not in invited:
        raise NotFound("この会議は見つかりません。会議の一覧から選び直してください。")
    return invitation(session, meeting, [person_id])


def _attendees(session: Session, meeting: Meeting, person_ids: Sequence[str] | None) -> tuple[Attendee, ...]:
    """Return the attendees with a mailbox. Clients and relatives are invited in person, never by calendar."""
    on = meeting.starts_at.astimezone(TOKYO).date()
    offices = offices_on(session, meeting.committee_id, on)
    required: dict[str, bool] = {}
    for participants in participants_of(session, [v.item.id for v in items_of(session, meeting.id)]).values():
        for participant in participants:
            if participant.capacity not in (Capacity.CLIENT, Capacity.FAMILY):
                required[participant.person_id] = (
                    required.get(participant.person_id, False) or participant.required
                )
    wanted = set(required) if person_ids is None else set(required) & set(person_ids)
    people = session.exec(select(Person).where(col(Person.id).in_(wanted)).order_by(col(Person.kana))).all()
    return tuple(
        Attendee(person.name, person.mailbox, _role(offices.get(person.id, ()), required[person.id]))
        for person in people
        if person.mailbox
    )


def _role(offices: tuple[Office, ...], required: bool) -> AttendeeRole:  # noqa: FBT001 - a fact, not a switch
    if Office.CHAIR in offices:
        return AttendeeRole.CHAIR
    return AttendeeRole.REQUIRED if required else AttendeeRole.OPTIONAL


def _slots(session: Session, meeting_id: str) -> list[CandidateSlot]:
    return list(
        session.exec(
            select(CandidateSlot)
            .where(CandidateSlot.meeting_id == meeting_id)
            .order_by(col(CandidateSlot.starts_at))
        ).all()
    )


def _refuse_settled(meeting: Meeting) -> None:
    if meeting.status not in OPEN_FOR_SLOTS:
        raise Refused("この会議の日程はもう決まっています。日程調整は開会前の会議でだけできます。")
