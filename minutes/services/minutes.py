"""議事録: begun, handed to the 議長, given back or approved, and then never changed."""

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Conflict, Forbidden, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from minutes.edition_tables import EditionKind
from minutes.rules.minutes_view import ApprovalStatus, MinutesView, content_hash
from minutes.services.comments import refuse_unanswered
from minutes.services.editions import issue_edition, newest_edition, next_number, numbered
from minutes.services.live_fields import refuse_pending
from minutes.services.minutes_view import build_view
from minutes.tables import Minutes, MinutesStatus
from minutes.word import write_minutes

LONGEST_RETURN_REASON = 500
RETURNED = "議事録の差戻し"
"""What the audit trail calls it when the 議長 gives the minutes back."""


def get_minutes(session: Session, meeting: Meeting) -> Minutes:
    """Return the meeting's minutes, begun as a draft where there are none yet. Adds the row in that case."""
    minutes = session.get(Minutes, meeting.id)
    if minutes is None:
        minutes = Minutes(meeting_id=meeting.id)
        session.add(minutes)
        session.flush()
    return minutes


def minutes_status(session: Session, meeting_id: str) -> MinutesStatus | None:
    """Return how far a meeting's minutes are; None before they were begun."""
    minutes = session.get(Minutes, meeting_id)
    return minutes.status if minutes else None


def describe_minutes(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    document_number: str,
    document_date: date | None,
    next_meeting: str,
    version: int,
) -> Minutes:
    """文書番号などを記す. Refused once approved, Conflict on a stale version."""
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    if minutes.version != version:
        raise Conflict("議事録は、ほかの人が先に変えました。画面を読み直して、もう一度変えてください。")
    minutes.document_number = document_number.strip()
    minutes.document_date = document_date
    minutes.next_meeting = next_meeting.strip()
    _save(session, actor, clock, minutes, "議事録の記載")
    return minutes


def submit_minutes(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> Minutes:
    """議長に回す: ask the presider to approve, after a circulation or without one.

    Refused before the meeting has closed, while the minutes are sent round, and while a comment waits for its
    answer or two texts of one field for a choice.
    """
    refuse_unclosed(meeting)
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    if minutes.status is MinutesStatus.CIRCULATED:
        raise Refused("議事録は回覧中です。回覧を終えてから承認に回してください。")
    refuse_pending(session, meeting)
    refuse_unanswered(session, meeting)
    minutes.status = MinutesStatus.SUBMITTED
    _save(session, actor, clock, minutes, "議事録の承認依頼")
    return minutes


def return_minutes(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, reason: str) -> Minutes:
    """差し戻す: the presider gives the minutes back to be mended; they are a draft again.

    The reason stays in the audit trail. Raises Forbidden for anybody but the presider.
    """
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    _refuse_unsubmitted(minutes)
    refuse_not_presider(actor, meeting)
    if not reason.strip():
        raise Refused("差し戻す理由を入れてください。事務局がどこを直すかを書きます。")
    minutes.status = MinutesStatus.DRAFT
    _save(session, actor, clock, minutes, RETURNED, reason=reason.strip())
    return minutes


def approve_minutes(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, content: str
) -> Minutes:
    """承認する: the presider fixes the minutes. What was approved is stored and never computed again.

    `content` is the hash of what the presider read (`content_hash` of the view): the minutes are approved only
    as they were read, whatever of the record has changed since. Raises Forbidden for anybody but the presider,
    Conflict when what the minutes say has changed.
    """
    minutes = get_minutes(session, meeting)
    _refuse_approved(minutes)
    _refuse_unsubmitted(minutes)
    refuse_not_presider(actor, meeting)
    refuse_pending(session, meeting)
    view = build_view(session, meeting)
    if content_hash(view) != content:
        raise Conflict("議事録は、読んだ後に変わりました。もう一度読んでから承認してください。")
    edition = issue_edition(
        session, actor, clock, meeting, EditionKind.APPROVED, _approved(view, actor, clock)
    )
    with session.no_autoflush:  # the table takes an approval only together with what was approved
        minutes.status = MinutesStatus.APPROVED
        minutes.approved_by = actor.name
        minutes.approved_at = edition.made_at
        minutes.content = edition.content
        minutes.sha256 = edition.content_sha256
        minutes.document = edition.document
    session.add(minutes)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="議事録の承認",
        subject="minutes",
        subject_id=meeting.id,
        detail={"sha256": minutes.sha256, "edition": edition.number},
    )
    return minutes


def minutes_document(session: Session, meeting: Meeting) -> bytes:
    """議事録の Word: the newest edition since the approval, or drawn from the record while it is a draft."""
    edition = newest_edition(session, meeting.id, EditionKind.APPROVED, EditionKind.AMENDED)
    return edition.document if edition else write_minutes(draft_view(session, meeting))


def draft_view(session: Session, meeting: Meeting) -> MinutesView:
    """Return what the record says now, as the edition that would be issued of it."""
    return numbered(build_view(session, meeting), next_number(session, meeting.id))


def refuse_unclosed(meeting: Meeting) -> None:
    """Raise Refused for a meeting that has not closed."""
    if meeting.status is not MeetingStatus.CLOSED:
        raise Refused("議事録は閉会してから承認に回します。先に閉会してください。")


def refuse_not_presider(actor: Actor, meeting: Meeting) -> None:
    """Raise Forbidden for anybody but the 議長 of the meeting."""
    if actor.person_id is None or actor.person_id != meeting.presider_id:
        raise Forbidden(
            "議事録を承認できるのは、その会議の議長だけです。議長の利用者でログインしてください。"
        )


def _approved(view: MinutesView, actor: Actor, clock: Clock) -> MinutesView:
    approval = replace(
        view.approval,
        status=ApprovalStatus.APPROVED,
        approver=actor.name,
        approved_on=clock.now().astimezone(TOKYO).date(),
        approved_at=clock.now(),
    )
    return replace(view, approval=approval)


def _refuse_unsubmitted(minutes: Minutes) -> None:
    if minutes.status is not MinutesStatus.SUBMITTED:
        raise Refused(
            "議事録はまだ承認に回されていません。事務局が「承認に回す」を行ってから承認してください。"
        )


def _refuse_approved(minutes: Minutes) -> None:
    if minutes.status is MinutesStatus.APPROVED:
        raise Refused("承認済みの議事録は変えられません。直すことがあれば、理由を付けて訂正してください。")


def _save(
    session: Session, actor: Actor, clock: Clock, minutes: Minutes, action: str, **detail: object
) -> None:
    minutes.version += 1
    session.add(minutes)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="minutes",
        subject_id=minutes.meeting_id,
        detail={"on": today(clock), "version": minutes.version, **detail},
    )
