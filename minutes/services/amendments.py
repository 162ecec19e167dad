"""議事録の訂正: after approval one place at a time, with the reason, in force once the 議長 approved it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from agenda.services.items import items_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import MeetingStatus
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.office import AuditEntry
from minutes.edition_tables import Amendment, EditionKind, MinutesEdition
from minutes.rules.minutes_json import read_canonical
from minutes.rules.minutes_view import Correction, MinutesView
from minutes.rules.places import TextPlace, places_in_force
from minutes.services.editions import issue_edition, newest_edition
from minutes.services.minutes import minutes_status, refuse_not_presider
from minutes.tables import MinutesStatus

LONGEST_REASON = 500
RETURNED = "議事録の訂正の差戻し"
"""What the audit trail calls it when the 議長 gives a 訂正 back."""
CHANGED = "この箇所は、ほかの訂正で先に変わりました。今の文を読み直して、もう一度訂正してください。"


def amendable_places(session: Session, meeting: Meeting) -> tuple[TextPlace, ...]:
    """訂正できる箇所: every place of the approved minutes with what holds there now. Raises Refused before approval."""
    return places_in_force(_approved_view(session, meeting))


def amendments_of(session: Session, meeting_id: str) -> Sequence[Amendment]:
    """Return the amendments of a meeting's minutes, approved or not, in order of their numbers."""
    return session.exec(
        select(Amendment).where(Amendment.meeting_id == meeting_id).order_by(col(Amendment.number))
    ).all()


def get_amendment(session: Session, meeting_id: str, amendment_id: str) -> Amendment:
    """Return one amendment of that meeting's minutes. Raises NotFound."""
    found = next((one for one in amendments_of(session, meeting_id) if one.id == amendment_id), None)
    if found is None:
        raise NotFound(
            "この訂正は見つかりません。取り下げられたかもしれません。訂正の画面を読み直してください。"
        )
    return found


def enter_amendment(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    place: str,
    before: str,
    after: str,
    reason: str,
) -> Amendment:
    """訂正を起こす: name the place, what stands there (as it was read), what shall stand there, and why.

    Raises NotFound for a place the minutes do not have, Conflict where something else stands there by now, Refused
    before the approval, without a change or a reason, and while another amendment of the place waits.
    """
    found = next((one for one in amendable_places(session, meeting) if one.label == place), None)
    if found is None:
        raise NotFound("この箇所は議事録にありません。訂正の画面で、箇所を選び直してください。")
    if _lines(found.text) != _lines(before):
        raise Conflict(CHANGED)
    _refuse_empty(found.text, after, reason)
    _refuse_twice(session, meeting.id, place)
    amendment = Amendment(
        meeting_id=meeting.id,
        number=_next_number(session, meeting.id),
        item_id=_item_id(session, meeting, found),
        place=place,
        before_text=found.text,
        after_text=_lines(after),
        reason=reason.strip(),
        entered_by=actor.name,
        entered_at=clock.now(),
    )
    session.add(amendment)
    session.flush()
    _audit(session, actor, clock, amendment, "議事録の訂正の起案")
    return amendment


def approve_amendment(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, amendment_id: str
) -> MinutesEdition:
    """訂正を承認する: only the 議長 of the meeting. Issues the approved content with the 訂正 printed in it.

    The body stays as it was approved. Raises Forbidden for anybody else, Conflict where another 訂正 of the place
    came first, Refused for one already approved.
    """
    amendment = get_amendment(session, meeting.id, amendment_id)
    refuse_not_presider(actor, meeting)
    _refuse_approved(amendment)
    view = _approved_view(session, meeting)
    if all(
        (one.label, one.text) != (amendment.place, amendment.before_text) for one in places_in_force(view)
    ):
        raise Conflict(CHANGED)
    amendment.approved_by, amendment.approved_at = actor.name, clock.now()
    session.add(amendment)
    session.flush()
    corrected = replace(view, corrections=(*view.corrections, _correction(amendment, clock)))
    edition = issue_edition(session, actor, clock, meeting, EditionKind.AMENDED, corrected)
    _audit(session, actor, clock, amendment, "議事録の訂正の承認")
    return edition


def withdraw_amendment(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, amendment_id: str
) -> None:
    """訂正を取り下げる before its approval: the row goes, the audit trail stays."""
    amendment = get_amendment(session, meeting.id, amendment_id)
    _refuse_approved(amendment)
    _audit(session, actor, clock, amendment, "議事録の訂正の取下げ")
    session.delete(amendment)
    session.flush()


@dataclass(frozen=True, slots=True)
class ReturnedAmendment:
    """差し戻された訂正: what was to be changed, and by whom, when and why it was given back."""

    number: int
    place: str
    after: str
    why: str
    by: str
    at: datetime


def return_amendment(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, amendment_id: str, why: str
) -> None:
    """訂正を差し戻す: the 議長 does not approve it and says why. The row goes, the audit trail stays.

    Raises Forbidden for anybody but the 議長 of the meeting, Refused without a reason and for one approved already.
    """
    amendment = get_amendment(session, meeting.id, amendment_id)
    refuse_not_presider(actor, meeting)
    _refuse_approved(amendment)
    if not why.strip():
        raise Refused("差し戻す理由を入れてください。事務局がどこを直すかを書きます。")
    _audit(session, actor, clock, amendment, RETURNED, answer=why.strip())
    session.delete(amendment)
    session.flush()


def returned_amendments(session: Session, meeting_id: str) -> list[ReturnedAmendment]:
    """Return what the 議長 gave back, latest first. The audit trail is its record."""
    entries = session.exec(
        select(AuditEntry)
        .where(AuditEntry.subject_id == meeting_id, AuditEntry.action == RETURNED)
        .order_by(col(AuditEntry.at).desc())
    ).all()
    return [_returned(entry, json.loads(entry.detail)) for entry in entries]


def _returned(entry: AuditEntry, told: dict[str, str]) -> ReturnedAmendment:
    return ReturnedAmendment(
        int(told["amendment"]), told["place"], told["after_text"], told["answer"], entry.actor, entry.at
    )


def waiting_amendments(session: Session, committee_id: str) -> list[tuple[Meeting, int]]:
    """Return the meetings of a body with amendments that wait for their 議長, and how many, the oldest first."""
    rows = session.exec(
        select(Meeting, func.count(col(Amendment.id)))
        .join(Amendment, col(Amendment.meeting_id) == Meeting.id)
        .where(
            Meeting.committee_id == committee_id,
            Meeting.status == MeetingStatus.CLOSED,
            col(Amendment.approved_at).is_(None),
        )
        .group_by(col(Meeting.id))
        .order_by(col(Meeting.starts_at))
    ).all()
    return [(meeting, count) for meeting, count in rows]


def _approved_view(session: Session, meeting: Meeting) -> MinutesView:
    edition = newest_edition(session, meeting.id, EditionKind.APPROVED, EditionKind.AMENDED)
    if edition is None or minutes_status(session, meeting.id) is not MinutesStatus.APPROVED:
        raise Refused(
            "訂正は、議長が承認した議事録に行います。承認の前なら、議事録をそのまま直してください。"
        )
    return read_canonical(edition.content)


def _correction(amendment: Amendment, clock: Clock) -> Correction:
    return Correction(
        corrected_on=today(clock),
        place=amendment.place,
        before=amendment.before_text,
        after=amendment.after_text,
        reason=amendment.reason,
        number=amendment.number,
        approver=amendment.approved_by,
    )


def _refuse_empty(before: str, after: str, reason: str) -> None:
    if not after.strip():
        raise Refused("訂正後の文を入れてください。全部を取り消すときは「（削る）」と書きます。")
    if _lines(after) == _lines(before):
        raise Refused("訂正の前と後が同じです。訂正後の文を直してください。")
    if not reason.strip():
        raise Refused("訂正の理由を入れてください。議事録に印刷されます。")


def _refuse_twice(session: Session, meeting_id: str, place: str) -> None:
    if any(one.place == place and one.approved_at is None for one in amendments_of(session, meeting_id)):
        raise Refused(
            "この箇所には、承認を待っている訂正があります。その承認を待つか、取り下げてから訂正してください。"
        )


def _refuse_approved(amendment: Amendment) -> None:
    if amendment.approved_at is not None:
        raise Refused("この訂正は承認済みで、変えられません。さらに直すときは、別の訂正を起こしてください。")


def _lines(text: str) -> str:
    """Return a text without blanks around and with plain line ends."""
    return "\n".join(text.strip().splitlines())


def _next_number(session: Session, meeting_id: str) -> int:
    return max((one.number for one in amendments_of(session, meeting_id)), default=0) + 1


def _item_id(session: Session, meeting: Meeting, place: TextPlace) -> str | None:
    if place.item is None:
        return None
    views = items_of(session, meeting.id)
    return views[place.item - 1].item.id if place.item <= len(views) else None


def _audit(
    session: Session, actor: Actor, clock: Clock, amendment: Amendment, action: str, **more: str
) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="minutes",
        subject_id=amendment.meeting_id,
        detail={
            "amendment": amendment.number,
            "place": amendment.place,
            "before_text": amendment.before_text,
            "after_text": amendment.after_text,
            "reason": amendment.reason,
            **more,
        },
    )
