"""議事録の画面に出すもの: how far the minutes are, what may be done next, and everything said to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from agenda.services.items import items_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.terms import MeetingStatus, Role
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import mark
from meetings_app.web.meeting_frame import DbSession
from minutes.edition_tables import EditionKind
from minutes.rules.places import Difference
from minutes.services.amendments import amendments_of
from minutes.services.circulation_views import (
    CirculationView,
    changes_since_circulation,
    circulation_of,
    is_asked,
)
from minutes.services.comments import CommentView
from minutes.services.editions import EditionLine, editions_of
from minutes.services.minutes_returns import MinutesReturn, last_return
from minutes.services.reading import MinutesOnRecord, presides, reads_all
from minutes.tables import MinutesStatus

KIND_NAMES = {
    EditionKind.CIRCULATED: mark("回覧した版"),
    EditionKind.APPROVED: mark("承認した版"),
    EditionKind.AMENDED: mark("訂正した版"),
}
STAGES = (mark("案"), mark("回覧中"), mark("修正"), mark("承認待ち"), mark("承認済み"))


@dataclass(frozen=True, slots=True)
class ShownComment:
    """意見 with the title of its item."""

    comment: CommentView
    item: str


@dataclass(frozen=True, slots=True)
class AmendmentLine:
    """訂正 as a page lists it; `approved_at` None: waiting for the 議長."""

    id: str
    number: int
    place: str
    before: str
    after: str
    reason: str
    entered_by: str
    entered_at: datetime
    approved_by: str | None
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """議事録の画面: everything beside the text itself. Parts that are not the reader's are empty."""

    stage: int
    stage_name: str
    reads_all: bool
    is_secretariat: bool
    keeps: bool
    presides: bool
    closed: bool
    circulation: CirculationView | None
    takes_comments: bool
    days_left: int | None
    asked: bool
    answered: bool
    comments: tuple[ShownComment, ...]
    changes: tuple[Difference, ...]
    editions: tuple[EditionLine, ...]
    amendments: tuple[AmendmentLine, ...]
    returned: MinutesReturn | None
    edits: Mapping[int, str]
    """Where the texts of an item are mended, by its number."""

    @property
    def approved(self) -> bool:
        """Whether the minutes are approved."""
        return self.stage == len(STAGES)

    @property
    def is_draft(self) -> bool:
        """Whether the minutes are with the secretariat."""
        return self.stage_name in (STAGES[0], STAGES[2])

    @property
    def waiting_amendments(self) -> int:
        """How many amendments wait for the 議長."""
        return sum(one.approved_at is None for one in self.amendments)


def minutes_page(
    session: DbSession, actor: Actor, clock: Clock, meeting: Meeting, on_record: MinutesOnRecord
) -> MinutesPage:
    """Return what stands beside the text of the minutes for a reader."""
    everything = reads_all(actor, meeting)
    circulation = circulation_of(session, meeting)
    stage = _stage(on_record.status, circulation)
    can_edit = actor.role is Role.SECRETARIAT and on_record.status is not MinutesStatus.APPROVED
    on = today(clock)
    return MinutesPage(
        stage=stage,
        stage_name=STAGES[stage - 1],
        reads_all=everything,
        is_secretariat=actor.role is Role.SECRETARIAT,
        keeps=actor.role in (Role.SECRETARIAT, Role.CHAIR),
        presides=presides(actor, meeting),
        closed=meeting.status is MeetingStatus.CLOSED,
        circulation=circulation,
        takes_comments=circulation is not None and circulation.takes_comments(on),
        days_left=_days_left(circulation, on),
        asked=is_asked(session, actor, meeting),
        answered=_answered(circulation, actor),
        comments=shown_comments(session, meeting, circulation) if everything else (),
        changes=_changes(session, meeting, on_record) if everything else (),
        editions=tuple(editions_of(session, meeting.id)) if everything else (),
        amendments=amendment_lines(session, meeting) if everything else (),
        returned=_returned(session, meeting, on_record, circulation) if everything else None,
        edits=_edits(session, meeting) if can_edit else {},
    )


def shown_comments(
    session: DbSession, meeting: Meeting, circulation: CirculationView | None
) -> tuple[ShownComment, ...]:
    """Return every comment that says something, in the order of the items; those on the whole come first."""
    if circulation is None:
        return ()
    titles = {
        view.item.id: f"{number}　{view.title}"
        for number, view in enumerate(items_of(session, meeting.id), start=1)
    }
    places = {item_id: place for place, item_id in enumerate(titles)}
    said = [comment for comment in circulation.comments if comment.text]
    said.sort(key=lambda comment: places.get(comment.item_id or "", -1))
    return tuple(ShownComment(comment, titles.get(comment.item_id or "", "")) for comment in said)


def amendment_lines(session: DbSession, meeting: Meeting) -> tuple[AmendmentLine, ...]:
    """Return every amendment of a meeting's minutes, in order of their numbers."""
    return tuple(
        AmendmentLine(
            id=one.id,
            number=one.number,
            place=one.place,
            before=one.before_text,
            after=one.after_text,
            reason=one.reason,
            entered_by=one.entered_by,
            entered_at=one.entered_at,
            approved_by=one.approved_by,
            approved_at=one.approved_at,
        )
        for one in amendments_of(session, meeting.id)
    )


def _stage(status: MinutesStatus, circulation: CirculationView | None) -> int:
    """Return how far the minutes are, from 1 (案) to 5 (承認済み); 3 is the draft that came back from being sent round."""
    stages = {MinutesStatus.CIRCULATED: 2, MinutesStatus.SUBMITTED: 4, MinutesStatus.APPROVED: 5}
    return stages.get(status, 3 if circulation else 1)


def _days_left(circulation: CirculationView | None, on: date) -> int | None:
    return (circulation.comments_until - on).days if circulation and circulation.open else None


def _answered(circulation: CirculationView | None, actor: Actor) -> bool:
    return circulation is not None and any(
        person.answered and person.person_id == actor.person_id for person in circulation.asked
    )


def _changes(session: DbSession, meeting: Meeting, on_record: MinutesOnRecord) -> tuple[Difference, ...]:
    if on_record.status is MinutesStatus.APPROVED:
        return ()
    return changes_since_circulation(session, meeting)


def _returned(
    session: DbSession, meeting: Meeting, on_record: MinutesOnRecord, circulation: CirculationView | None
) -> MinutesReturn | None:
    """Return why the draft came back, unless it has been sent round since."""
    found = last_return(session, meeting.id) if on_record.status is MinutesStatus.DRAFT else None
    return None if found and circulation and circulation.sent_at > found.at else found


def _edits(session: DbSession, meeting: Meeting) -> dict[int, str]:
    if meeting.status not in (MeetingStatus.OPEN, MeetingStatus.CLOSED):
        return {}
    return {
        number: f"/meetings/{meeting.id}/record?item={view.item.id}"
        for number, view in enumerate(items_of(session, meeting.id), start=1)
    }
