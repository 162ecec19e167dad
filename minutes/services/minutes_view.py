"""議事録の内容を組む: everything the minutes say, from what is on record now."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from agenda.services.items import DeferralView, ItemView, deferrals_of, items_of
from agenda.services.participation import Participant, participants_of
from meetings_app.core.clock import TOKYO
from meetings_app.core.explained import Finding
from meetings_app.core.terms import (
    PURPOSE_ARTICLE,
    AttendanceMode,
    Capacity,
    EvaluationOutcome,
    Office,
    PlanOutcome,
)
from meetings_app.services.committees import get_committee, offices_on
from meetings_app.services.meetings import venue_of
from meetings_app.services.members import get_person
from meetings_app.tables.meetings import Meeting
from minutes.rules.item_times import minutes_on_table
from minutes.rules.minutes_view import (
    Absentee,
    Action,
    Approval,
    ApprovalStatus,
    Attendee,
    Check,
    Checks,
    DeferredPlan,
    EarlierAction,
    Invitee,
    MinutesItem,
    MinutesView,
    NextMeeting,
    Place,
    Presider,
    RegionalIssue,
)
from minutes.rules.minutes_view import Recusal as RecusalLine
from minutes.rules.minutes_view import Stay as StayLine
from minutes.rules.presence import Interval, was_present
from minutes.services.actions import open_actions_of_case
from minutes.services.attendance import AttendanceView, attendance_of, recusals_of
from minutes.services.issues import issues_of
from minutes.services.minutes_course import (
    afterwards_sentence,
    missing_sentence,
    presiders_of,
    recesses_of,
    service_changes_of,
    spans_of,
    stamps_of,
)
from minutes.services.running import actions_of, records_of
from minutes.tables import ActionItem, ItemRecord, Minutes, MinutesStatus

OUTSIDERS = (Capacity.INVITEE,)


def build_view(session: Session, meeting: Meeting) -> MinutesView:
    """Return everything the minutes say, from what is on record now.

    The version printed is that of the row of the minutes; an edition that is issued gets its own number.
    """
    committee = get_committee(session, meeting.committee_id)
    minutes = session.get(Minutes, meeting.id) or Minutes(meeting_id=meeting.id)
    venue = venue_of(session, meeting)
    on = meeting.starts_at.astimezone(TOKYO).date()
    people = _People(session, meeting, on)
    return MinutesView(
        committee=str(committee.kind),
        version=minutes.version,
        meeting_number=meeting.number,
        document_number=minutes.document_number or None,
        document_date=minutes.document_date,
        start=meeting.opened_at or meeting.starts_at,
        end=meeting.closed_at,
        place=Place(venue.name, venue.district) if venue else None,
        presider=_presider(session, meeting, people),
        presiders=people.presiders if len(people.presiders) > 1 else (),
        recesses=people.recesses,
        recorded_afterwards=afterwards_sentence(session, meeting),
        attendees=people.attendees(),
        absentees=people.absentees(),
        invitees=people.invitees(),
        items=tuple(_item(people, number, view) for number, view in enumerate(people.items, start=1)),
        deferred=tuple(_deferred(view) for view in deferrals_of(session, meeting.id)),
        regional_issues=_issues(session, people),
        next_meeting=NextMeeting(note=minutes.next_meeting) if minutes.next_meeting else None,
        approval=_approval(minutes),
        findings=_findings(people),
        meeting_id=meeting.id,
    )


class _People:
    """Who was there for what, and what happened when: loaded once for the whole of the minutes."""

    def __init__(self, session: Session, meeting: Meeting, on: date) -> None:
        self.meeting = meeting
        self.items = items_of(session, meeting.id)
        ids = [view.item.id for view in self.items]
        self.records: Mapping[str, ItemRecord] = records_of(session, ids)
        self.actions: Mapping[str, Sequence[ActionItem]] = actions_of(session, ids)
        self.recusals = recusals_of(session, ids)
        self.participants: Mapping[str, Sequence[Participant]] = participants_of(session, ids)
        self.attendance = attendance_of(session, meeting.id)
        self.offices = offices_on(session, meeting.committee_id, on)
        self.names = {view.person.id: view.person.name for view in self.attendance}
        self.presiders = presiders_of(session, meeting)
        self.recesses = recesses_of(session, meeting)
        self.spans = spans_of(session, ids, self.records)
        self.stamps = stamps_of(session, ids)
        self.service_changes = service_changes_of(session, ids)
        self.earlier = {view.item.id: _earlier(session, meeting, view) for view in self.items}

    def attendees(self) -> tuple[Attendee, ...]:
        """Return the people of the composition who were there, office holders first."""
        there = [view for view in self.attendance if view.stays and view.attendance.capacity not in OUTSIDERS]
        return tuple(
            Attendee(
                name=view.person.name,
                capacity=view.attendance.capacity,
                office=self.office(view),
                organisation=view.person.organisation or None,
                stays=self._stays(view),
                missed=self._missed(view),
            )
            for view in sorted(there, key=self._office_order)
        )

    def absentees(self) -> tuple[Absentee, ...]:
        """Return who was expected and did not come."""
        return tuple(
            Absentee(
                name=view.person.name,
                capacity=view.attendance.capacity,
                office=self.office(view),
                organisation=view.person.organisation or None,
                reason=view.attendance.absence_reason or None,
            )
            for view in self.attendance
            if view.attendance.mode is AttendanceMode.ABSENT
        )

    def invitees(self) -> tuple[Invitee, ...]:
        """Return the people asked to attend by 第5条第4項 who were there."""
        return tuple(
            Invitee(
                name=view.person.name,
                organisation=view.person.organisation or None,
                asked_about=self._asked_about(view),
                stays=self._stays(view),
                missed=(),
                basis=view.attendance.basis or "第5条第4項",
            )
            for view in self.attendance
            if view.stays and view.attendance.capacity in OUTSIDERS
        )

    def office(self, view: AttendanceView) -> str | None:
        """Return the office somebody holds on the day."""
        held = self.offices.get(view.person.id, ())
        return str(held[0]) if held else None

    def present(self, view: ItemView) -> tuple[str, ...]:
        """Return the names of the participants of an item who were in the room for it."""
        deciders = {participant.person_id for participant in self.participants[view.item.id]}
        aside = {person_id for person_id, _ in self.recusals[view.item.id]}
        return tuple(
            attendance.person.name
            for attendance in sorted(self.attendance, key=self._office_order)
            if attendance.person.id in deciders - aside and self._in_room(attendance, view)
        )

    def _in_room(self, attendance: AttendanceView, view: ItemView) -> bool:
        span = self._span(view)
        return bool(attendance.stays) if span is None else was_present(attendance.intervals, span)

    def _span(self, view: ItemView) -> Interval | None:
        item = self.records.get(view.item.id)
        return Interval(item.started_at, item.ended_at) if item and item.started_at else None

    def _office_order(self, view: AttendanceView) -> int:
        held = self.offices.get(view.person.id, ())
        return list(Office).index(held[0]) if held else len(Office)

    def _stays(self, view: AttendanceView) -> tuple[StayLine, ...]:
        """Return the stays; None where somebody was there from the opening or until the closing."""
        opened, closed = self.meeting.opened_at, self.meeting.closed_at
        mode = view.attendance.mode or AttendanceMode.IN_PERSON
        return tuple(
            StayLine(
                arrived=None if opened and stay.arrived_at <= opened else stay.arrived_at,
                left=None if stay.left_at is None or stay.left_at == closed else stay.left_at,
                mode=mode,
            )
            for stay in view.stays
        )

    def _missed(self, view: AttendanceView) -> tuple[str, ...]:
        return tuple(
            f"議題{number}（{item.title}）の間は在席しなかった。"
            for number, item in enumerate(self.items, start=1)
            if any(p.person_id == view.person.id for p in self.participants[item.item.id])
            and self._span(item) is not None
            and not self._in_room(view, item)
        )

    def _asked_about(self, view: AttendanceView) -> str | None:
        notes = [
            participant.note
            for participants in self.participants.values()
            for participant in participants
            if participant.person_id == view.person.id and participant.note
        ]
        return notes[0] if notes else None


def _presider(session: Session, meeting: Meeting, people: _People) -> Presider | None:
    if meeting.presider_id is None:
        return None
    held = people.offices.get(meeting.presider_id, ())
    now = people.presiders[-1] if people.presiders else None
    return Presider(
        name=get_person(session, meeting.presider_id).name,
        office=str(held[0]) if held else None,
        substitution=meeting.presider_reason or None,
        decided_by=now.decided_by if now else None,
    )


def _earlier(session: Session, meeting: Meeting, view: ItemView) -> tuple[EarlierAction, ...]:
    """Return what earlier meetings agreed on the case; what was done after this meeting was open in it."""
    day = meeting.starts_at.astimezone(TOKYO).date()
    return tuple(
        EarlierAction(
            what=action.what,
            who=action.who or None,
            by_when=action.due_on,
            meeting=f"第{action.meeting_number}回",
            done_on=action.done_on if action.done_on and action.done_on <= day else None,
            note=(action.done_note or None) if action.done_on and action.done_on <= day else None,
        )
        for action in open_actions_of_case(session, meeting, view)
    )


def _issues(session: Session, people: _People) -> tuple[RegionalIssue, ...]:
    numbers = {view.item.id: number for number, view in enumerate(people.items, start=1)}
    return tuple(
        RegionalIssue(
            issue.category,
            issue.shortage,
            issue.municipality,
            issue.internal_text or None,
            numbers.get(issue.item_id or ""),
        )
        for issue in issues_of(session, list(numbers))
    )


def _item(people: _People, number: int, view: ItemView) -> MinutesItem:
    item = people.records.get(view.item.id) or ItemRecord(item_id=view.item.id)
    stamp = people.stamps.get(view.item.id)
    spans = people.spans[view.item.id]
    return MinutesItem(
        number=number,
        title=view.title,
        purpose=str(view.item.purpose),
        article=PURPOSE_ARTICLE[view.item.purpose],
        case_number=f"No.{view.client.case_number}" if view.client else None,
        reason=view.item.reason,
        deadline=view.item.deadline or "期限なし",
        present=people.present(view),
        recusals=tuple(
            RecusalLine(people.names.get(person_id, ""), reason)
            for person_id, reason in people.recusals[view.item.id]
        ),
        explanation=item.explanation or None,
        discussion=item.discussion or None,
        checks=Checks(
            Check(item.fits_situation),
            Check(item.leads_to_solution),
            Check(item.keeps_motivation),
            Check(item.resources_missing),
        ),
        outcome=_outcome(item.outcome),
        follow_up=None if item.follow_up is None else ("要" if item.follow_up else "不要"),
        confirmed=item.confirmed or None,
        actions=tuple(
            Action(action.what, action.who or None, action.due_on)
            for action in people.actions.get(view.item.id, ())
        ),
        is_case=view.client is not None,
        planned_minutes=view.item.planned_minutes,
        actual_minutes=minutes_on_table(spans, people.recesses),
        spans=spans,
        service_changes=people.service_changes[view.item.id],
        earlier_actions=people.earlier[view.item.id],
        presider=stamp.presider if stamp else None,
        missing=missing_sentence(stamp),
        carried_over=item.outcome is None and people.meeting.closed_at is not None,
    )


def _outcome(outcome: str | None) -> PlanOutcome | EvaluationOutcome | None:
    if outcome is None:
        return None
    evaluations = {term.value for term in EvaluationOutcome}
    return EvaluationOutcome(outcome) if outcome in evaluations else PlanOutcome(outcome)


def _deferred(view: DeferralView) -> DeferredPlan:
    return DeferredPlan(view.title_with_reason, view.deferral.why)


def _approval(minutes: Minutes) -> Approval:
    if minutes.status is not MinutesStatus.APPROVED or minutes.approved_at is None:
        is_out = minutes.status is MinutesStatus.CIRCULATED
        status = ApprovalStatus.CIRCULATED if is_out else ApprovalStatus.DRAFT
        return Approval(status=status, version=minutes.version)
    return Approval(
        status=ApprovalStatus.APPROVED,
        approver=minutes.approved_by,
        approved_on=minutes.approved_at.astimezone(TOKYO).date(),
        version=minutes.version,
        approved_at=minutes.approved_at,
    )


def _findings(people: _People) -> tuple[Finding, ...]:
    """Point out required people who were not there for their item."""
    findings = []
    for view in people.items:
        present = set(people.present(view))
        stamp = people.stamps.get(view.item.id)
        told = {*present, *(stamp.missing if stamp else ())}
        missing = [p.name for p in people.participants[view.item.id] if p.required and p.name not in told]
        if missing and people.meeting.closed_at is not None:
            findings.append(
                Finding(
                    "required_missing", f"{view.title}に必要とされた{'、'.join(missing)}が在席しなかった。"
                )
            )
    return tuple(findings)
