"""支給の判定 on record: facts gathered as of the meeting's day, assessed once, and stored with their reasons."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from agenda.services.items import ItemView, items_of
from agenda.services.kinship import declarations_of, paths_among
from agenda.services.participation import Participant, participants_of
from honoraria.rules.assessment import assess
from honoraria.rules.facts import (
    Assessment,
    AttendanceFacts,
    OnlineTravel,
    SameDayTravel,
)
from honoraria.rules.public_service import StatusFact
from honoraria.services.day_travel import travel_meetings_of
from honoraria.services.versions import rule_confirmations
from honoraria.tables import AssessmentRecord
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Explained
from meetings_app.core.terms import AttendanceMode, Capacity, CommitteeKind, Decision, MeetingStatus
from meetings_app.rulebook.load import load_rulebook
from meetings_app.services.audit import record
from meetings_app.services.committees import get_committee
from meetings_app.services.meetings import venue_of
from meetings_app.services.members import facts_by_person
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.committees import Appointment, Committee
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person, ServiceStatus
from minutes.rules.presence import Interval, was_present
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of
from minutes.services.running import records_of
from minutes.tables import Attendance, ItemRecord

ORDER = (Decision.JUDGEMENT, Decision.PAID, Decision.UNPAID, Decision.NONE)


@dataclass(frozen=True, slots=True)
class Line:
    """支給の行: one attendance with its stored assessment."""

    record: AssessmentRecord
    attendance: Attendance
    person: Person

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The stored steps, in order."""
        steps: list[dict[str, Any]] = json.loads(self.record.steps)
        return steps

    @property
    def citations(self) -> list[str]:
        """The articles the result rests on."""
        citations: list[str] = json.loads(self.record.citations)
        return citations

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What is open, with the answers to choose from."""
        questions: list[dict[str, Any]] = json.loads(self.record.questions)
        return questions

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What a person should know beside the result."""
        findings: list[dict[str, Any]] = json.loads(self.record.findings)
        return findings

    @property
    def total(self) -> int | None:
        """計 in yen; None while an amount is open or where there is no line."""
        if self.record.honorarium is None or self.record.travel is None:
            return None
        return self.record.honorarium + self.record.travel


FactsPolicy = tuple[OnlineTravel, SameDayTravel]
"""What the office had decided where the regulation is silent: 旅費 online, and twice on one day."""


def assess_meeting(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> list[Line]:
    """支給を判定する for every attendance that has no stored assessment yet; stored ones never change.

    Raises Refused before the meeting is closed and its attendance confirmed (第7条第2項).
    """
    if meeting.status is not MeetingStatus.CLOSED or meeting.attendance_confirmed_at is None:
        raise Refused(
            "支給の判定は、閉会して出席を確認してから行います（第7条第2項）。先に出席を確認してください。"
        )
    known = {line.attendance.id for line in lines_of(session, meeting.id)}
    facts = FactsOfMeeting(session, meeting)
    added = 0
    for view in facts.attendance:
        if view.attendance.id not in known:
            session.add(new_record(facts.assess(view), clock.now()))
            session.flush()  # one line at a time: the day's 旅費 of one person is counted once
            added += 1
    if added:
        record(
            session=session,
            actor=actor,
            clock=clock,
            action="支給の判定",
            subject="meeting",
            subject_id=meeting.id,
            detail={"lines": added},
        )
    return lines_of(session, meeting.id)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """見込みの要判断: somebody whose payment the record leaves open, and why."""

    person_id: str
    name: str
    reason: str


def foresee_questions(session: Session, meeting: Meeting) -> list[Foreseen]:
    """Return who would come out 要判断 if a confirmed meeting were assessed now; nothing is stored.

    What is missing can still be declared then: a stored assessment is never calculated again.
    """
    if meeting.attendance_confirmed_at is None:
        return []
    facts = FactsOfMeeting(session, meeting)
    outcomes = [(view, facts.assess(view).result.value) for view in facts.attendance]
    return [
        Foreseen(view.person.id, view.person.name, outcome.reason)
        for view, outcome in outcomes
        if outcome.decision is Decision.JUDGEMENT
    ]


def lines_of(session: Session, meeting_id: str) -> list[Line]:
    """Return the stored lines of a meeting: 要判断 first, then 支給, 不支給 and 対象なし.

    Of several assessments the latest holds; those made for a correction belong to a later sheet.
    """
    rows = session.exec(
        select(AssessmentRecord, Attendance, Person)
        .join(Attendance, col(AssessmentRecord.attendance_id) == Attendance.id)
        .join(Person, col(Attendance.person_id) == Person.id)
        .where(AssessmentRecord.meeting_id == meeting_id, col(AssessmentRecord.for_correction).is_(False))
        .order_by(col(AssessmentRecord.revision))
    ).all()
    capacities = list(Capacity)
    latest = {row[1].id: row for row in rows}
    return [
        Line(*row)
        for row in sorted(
            latest.values(),
            key=lambda row: (
                ORDER.index(row[0].decision),
                capacities.index(row[1].capacity),
                row[2].kana or row[2].name,
                row[2].id,
            ),
        )
    ]


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """判定の結果 before it is stored: the attendance, its facts, the explained result and the text it rests on."""

    meeting_id: str
    view: AttendanceView
    facts: AttendanceFacts
    result: Explained[Assessment]
    rulebook_sha256: str

    @property
    def inputs(self) -> str:
        """The facts as canonical JSON."""
        return _json(asdict(self.facts))


class FactsOfMeeting:
    """The facts of one meeting's attendances as of its day: loaded once, then asked per person."""

    def __init__(self, session: Session, meeting: Meeting) -> None:
        self.session = session
        self.meeting = meeting
        self.on = meeting.starts_at.astimezone(TOKYO).date()
        self.committee: Committee = get_committee(session, meeting.committee_id)
        self.venue = venue_of(session, meeting)
        self.attendance = attendance_of(session, meeting.id)
        self.items = [view for view in items_of(session, meeting.id) if view.client is not None]
        ids = [view.item.id for view in self.items]
        self.records: Mapping[str, ItemRecord] = records_of(session, ids)
        self.recusals = recusals_of(session, ids)
        self.confirmations = rule_confirmations(session)
        self.participants: Mapping[str, Sequence[Participant]] = participants_of(session, ids)
        people = [view.person.id for view in self.attendance]
        self.people = facts_by_person(session, people, self.on)
        self.kinship = declarations_of(session, people)
        self.with_travel = travel_meetings_of(session, people, self.on)
        self.appointments = self._appointments(people)

    def assess(self, view: AttendanceView, policy: FactsPolicy | None = None) -> NewAssessment:
        """支給を判定する for one attendance by what is on record now; nothing is stored."""
        facts, rulebook = self.of(view, policy), load_rulebook()
        return NewAssessment(self.meeting.id, view, facts, assess(facts, rulebook), rulebook.sha256)

    def of(self, view: AttendanceView, policy: FactsPolicy | None = None) -> AttendanceFacts:
        """Return everything the regulation looks at for one attendance.

        `policy` is what the office had decided then; None takes what is set now.
        """
        facts = self.people[view.person.id]
        cases = self._cases_sat_in(view)
        online, same_day = policy or self._policy_now
        return AttendanceFacts(
            committee=self.committee.kind,
            held_on=self.on,
            meeting_closed=self.meeting.closed_at is not None,
            attendance_confirmed=self.meeting.attendance_confirmed_at is not None,
            venue_district=self.venue.district if self.venue else None,
            capacity=view.attendance.capacity,
            terms=self._terms(view),
            residence=facts.residence,
            statuses=tuple(_status(status) for status in facts.statuses) or None,
            kinship=paths_among(self.kinship[view.person.id], cases, self.on),
            mode=view.attendance.mode or AttendanceMode.ABSENT,
            earlier_meetings=len(self.with_travel[view.person.id] - {self.meeting.id}),
            online_travel=online,
            same_day_travel=same_day,
            confirmations=self.confirmations,
            attended=_attended(view),
        )

    @cached_property
    def _policy_now(self) -> FactsPolicy:
        return _policy(self.session)

    def _cases_sat_in(self, view: AttendanceView) -> list[str]:
        """Return the clients of the items the person took part in: decided, present and not recused."""
        clients = [item.client.id for item in self.items if item.client and self._sat_in(view, item)]
        return list(dict.fromkeys(clients))

    def _sat_in(self, view: AttendanceView, item: ItemView) -> bool:
        item_id = item.item.id
        if all(participant.person_id != view.person.id for participant in self.participants[item_id]):
            return False
        if any(person_id == view.person.id for person_id, _ in self.recusals[item_id]):
            return False
        times = self.records.get(item_id)
        if times is None or times.started_at is None:
            return bool(view.stays)
        return was_present(view.intervals, Interval(times.started_at, times.ended_at))

    def _terms(self, view: AttendanceView) -> tuple[Period, ...]:
        """Return the terms served in this capacity.

        An アドバイザー委員 of the 圏域会議 is one of the 支援調整会議 and serves that term (圏域規程第4条第2項).
        """
        capacity = view.attendance.capacity
        return tuple(
            Period(row.valid_from, row.valid_to)
            for row, body in self.appointments.get(view.person.id, ())
            if row.capacity is capacity and self._is_served_in(body, capacity)
        )

    def _is_served_in(self, body: Committee, capacity: Capacity) -> bool:
        if capacity is Capacity.ADVISER:
            return body.kind is CommitteeKind.SUPPORT and body.region == self.committee.region
        return body.id == self.committee.id

    def _appointments(self, people: Collection[str]) -> dict[str, list[tuple[Appointment, Committee]]]:
        """Return the appointments of each person to any body, the earliest first."""
        rows = self.session.exec(
            select(Appointment, Committee)
            .join(Committee, col(Appointment.committee_id) == Committee.id)
            .where(col(Appointment.person_id).in_(people))
            .order_by(col(Appointment.valid_from))
        ).all()
        found: dict[str, list[tuple[Appointment, Committee]]] = {}
        for row, body in rows:
            found.setdefault(row.person_id, []).append((row, body))
        return found


def _policy(session: Session) -> FactsPolicy:
    return (
        OnlineTravel(str(get_setting(session, "honoraria.online_travel"))),
        SameDayTravel(str(get_setting(session, "honoraria.same_day_travel"))),
    )


def _status(status: ServiceStatus) -> StatusFact:
    return StatusFact(
        is_public_employee=status.is_public_employee,
        service_class=status.service_class,
        working_time=status.working_time,
        occupation=status.occupation,
        legal_basis=status.legal_basis,
        needs_review=status.needs_review,
        declared_on=status.declared_on,
    )


def _attended(view: AttendanceView) -> str:
    """Return the times somebody was there: 「10:00–11:05」."""
    return "、".join(f"{_clock(stay.arrived_at)}–{_clock(stay.left_at)}" for stay in view.stays)


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(TOKYO):%H:%M}"


def new_record(
    new: NewAssessment, at: datetime, *, revision: int = 1, for_correction: bool = False
) -> AssessmentRecord:
    """Return the row that keeps an assessment."""
    value = new.result.value
    return AssessmentRecord(
        meeting_id=new.meeting_id,
        attendance_id=new.view.attendance.id,
        revision=revision,
        for_correction=for_correction,
        decision=value.decision,
        honorarium=value.honorarium,
        travel=value.travel,
        reason=value.reason,
        citations=_json(value.citations),
        steps=_json([asdict(step) for step in new.result.steps]),
        findings=_json([asdict(finding) for finding in value.findings]),
        questions=_json([asdict(question) for question in value.open_questions]),
        inputs=new.inputs,
        rulebook_sha256=new.rulebook_sha256,
        computed_at=at,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"not storable: {value!r}")
