"""回覧を読む: how far a circulation is, who is asked and has answered, and what changed since it was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from meetings_app.core.actor import Actor
from meetings_app.core.terms import Capacity, MeetingStatus, Role
from meetings_app.services.office_settings import get_number
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.users import User
from minutes.edition_tables import Circulation, MinutesComment, MinutesEdition
from minutes.rules.minutes_json import read_canonical
from minutes.rules.places import Difference, differences
from minutes.services.attendance import attendance_of
from minutes.services.comments import CommentView, comments_of, unanswered
from minutes.services.minutes import draft_view
from minutes.services.reading import presides, was_there

DAYS_SETTING = "minutes.comment_days"
COMMENTERS = (Role.CHAIR, Role.MEMBER, Role.CITY_OFFICER)
"""Roles that speak for a person who was there; the 議長 approves or gives back instead."""

COMPOSE = (Capacity.MEMBER, Capacity.ADVISER, Capacity.CONSTITUENT)
"""Who should hear of the minutes even without an account."""


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """意見を求められている人: who was there and has an account, or has answered through the secretariat.

    `comments` counts texts, 意見なし left out.
    """

    person_id: str
    name: str
    answered: bool
    comments: int


@dataclass(frozen=True, slots=True)
class CirculationView:
    """回覧 as it stands: the latest round, with every comment and who has answered."""

    round: int
    edition: int
    comments_until: date
    sent_by: str
    sent_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    asked: tuple[AskedPerson, ...]
    without_account: tuple[str, ...]
    comments: tuple[CommentView, ...]

    @property
    def open(self) -> bool:
        """Whether it has not been ended."""
        return self.ended_at is None

    @property
    def waiting(self) -> tuple[AskedPerson, ...]:
        """Who has not answered yet."""
        return tuple(person for person in self.asked if not person.answered)

    @property
    def unanswered(self) -> int:
        """How many comments wait for the secretariat's answer."""
        return len(unanswered(self.comments))

    def takes_comments(self, on: date) -> bool:
        """Whether comments are taken on that day."""
        return self.open and on <= self.comments_until


def default_deadline(session: Session, on: date) -> date:
    """Return the day proposed as the deadline: the office's number of days from `on`."""
    return on + timedelta(days=get_number(session, DAYS_SETTING))


def latest_circulation(session: Session, meeting_id: str) -> Circulation | None:
    """Return the latest round; None where the minutes never went round."""
    return session.exec(
        select(Circulation)
        .where(Circulation.meeting_id == meeting_id)
        .order_by(col(Circulation.round).desc())
    ).first()


def is_asked(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Return whether somebody is asked for comments when the minutes go round."""
    return (
        actor.role in COMMENTERS
        and actor.person_id is not None
        and not presides(actor, meeting)
        and was_there(session, meeting.id, actor.person_id)
    )


def may_be_spoken_for(session: Session, meeting: Meeting) -> dict[str, str]:
    """代理入力できる人: return the names, by id, of those who were there and are neither 議長 nor 事務局."""
    return {
        view.person.id: view.person.name
        for view in attendance_of(session, meeting.id)
        if view.stays
        and view.person.id != meeting.presider_id
        and view.attendance.capacity is not Capacity.SECRETARIAT
    }


def own_comments(session: Session, circulation_id: str, person_id: str) -> Sequence[MinutesComment]:
    """Return what somebody answered to one round."""
    return session.exec(
        select(MinutesComment).where(
            MinutesComment.circulation_id == circulation_id, MinutesComment.person_id == person_id
        )
    ).all()


def circulation_of(session: Session, meeting: Meeting) -> CirculationView | None:
    """Return the latest round with every comment of it and of the rounds before, and who has answered."""
    circulation = latest_circulation(session, meeting.id)
    if circulation is None:
        return None
    edition = session.get_one(MinutesEdition, circulation.edition_id)
    comments = tuple(comments_of(session, meeting.id))
    this_round = [comment for comment in comments if comment.round == circulation.round]
    asked, others = _people(session, meeting, this_round)
    return CirculationView(
        round=circulation.round,
        edition=edition.number,
        comments_until=circulation.comments_until,
        sent_by=circulation.sent_by,
        sent_at=circulation.sent_at,
        ended_by=circulation.ended_by,
        ended_at=circulation.ended_at,
        asked=asked,
        without_account=others,
        comments=comments,
    )


def changes_since_circulation(session: Session, meeting: Meeting) -> tuple[Difference, ...]:
    """Return what the record says otherwise now than the edition that was sent round last."""
    circulation = latest_circulation(session, meeting.id)
    if circulation is None:
        return ()
    sent = read_canonical(session.get_one(MinutesEdition, circulation.edition_id).content)
    return differences(sent, draft_view(session, meeting))


def _people(
    session: Session, meeting: Meeting, comments: Sequence[CommentView]
) -> tuple[tuple[AskedPerson, ...], tuple[str, ...]]:
    """Return who is asked, and the names of the 委員 who were there without an account and have not answered."""
    known = _with_account(session, meeting.committee_id) | {comment.person_id for comment in comments}
    there = [
        view
        for view in attendance_of(session, meeting.id)
        if view.stays and view.person.id != meeting.presider_id
    ]
    asked = tuple(
        AskedPerson(
            person_id=view.person.id,
            name=view.person.name,
            answered=any(comment.person_id == view.person.id for comment in comments),
            comments=sum(comment.person_id == view.person.id and bool(comment.text) for comment in comments),
        )
        for view in there
        if view.person.id in known
    )
    others = (view for view in there if view.person.id not in known)
    return asked, tuple(view.person.name for view in others if view.attendance.capacity in COMPOSE)


def _with_account(session: Session, committee_id: str) -> set[str | None]:
    return set(
        session.exec(
            select(User.person_id).where(
                User.committee_id == committee_id,
                col(User.is_active),
                col(User.person_id).is_not(None),
                col(User.role).in_(COMMENTERS),
            )
        ).all()
    )


@dataclass(frozen=True, slots=True)
class OpenCirculation:
    """回覧中の議事録: one meeting whose minutes are out."""

    meeting: Meeting
    comments_until: date
    waiting: int


def open_circulations(session: Session, committee_id: str) -> list[OpenCirculation]:
    """Return the minutes of a body that are sent round now, by deadline."""
    rows = session.exec(
        select(Meeting, Circulation)
        .join(Circulation, col(Circulation.meeting_id) == Meeting.id)
        .where(
            Meeting.committee_id == committee_id,
            Meeting.status == MeetingStatus.CLOSED,
            col(Circulation.ended_at).is_(None),
        )
        .order_by(col(Circulation.comments_until), col(Meeting.number))
    ).all()
    return [
        OpenCirculation(meeting, circulation.comments_until, _still_waiting(session, meeting))
        for meeting, circulation in rows
    ]


def _still_waiting(session: Session, meeting: Meeting) -> int:
    view = circulation_of(session, meeting)
    return len(view.waiting) if view else 0


def asked_of_person(session: Session, actor: Actor, on: date) -> list[OpenCirculation]:
    """Return the minutes on which somebody can still say something and has not yet."""
    return [
        one
        for one in open_circulations(session, actor.committee_id)
        if on <= one.comments_until
        and is_asked(session, actor, one.meeting)
        and not _has_answered(session, actor, one.meeting)
    ]


def _has_answered(session: Session, actor: Actor, meeting: Meeting) -> bool:
    circulation = latest_circulation(session, meeting.id)
    return circulation is not None and bool(own_comments(session, circulation.id, str(actor.person_id)))


@dataclass(frozen=True, slots=True)
class AwaitedAnswers:
    """対応待ちの意見 of one meeting."""

    meeting: Meeting
    count: int


def awaited_answers(session: Session, committee_id: str) -> list[AwaitedAnswers]:
    """Return the meetings of a body with comments that wait for the secretariat, the oldest meeting first."""
    rows = session.exec(
        select(Meeting, MinutesComment.id)
        .join(Circulation, col(Circulation.meeting_id) == Meeting.id)
        .join(MinutesComment, col(MinutesComment.circulation_id) == Circulation.id)
        .where(
            Meeting.committee_id == committee_id,
            MinutesComment.text != "",
            col(MinutesComment.verdict).is_(None),
        )
        .order_by(col(Meeting.starts_at))
    ).all()
    counts: dict[str, AwaitedAnswers] = {}
    for meeting, _comment in rows:
        before = counts.get(meeting.id)
        counts[meeting.id] = AwaitedAnswers(meeting, before.count + 1 if before else 1)
    return list(counts.values())
