"""記録の手直し while a meeting is open, and what closing it will carry over."""

from datetime import date

from sqlmodel import Session, select

from agenda.services.items import ItemView, items_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import AttendanceMode, MeetingStatus
from meetings_app.tables.meetings import Meeting
from minutes.rules.outcomes import is_undecided
from minutes.services.attendance import attendance_of, audit_meeting
from minutes.services.contradictions import refuse_absence, refuse_other_presence
from minutes.services.minutes import minutes_status
from minutes.services.running import actions_of, add_action, records_of
from minutes.tables import ActionItem, MinutesStatus, Recusal


def undecided_items(session: Session, meeting: Meeting) -> list[ItemView]:
    """持ち越しになる議題: return the items that closing the meeting now would carry over."""
    views = items_of(session, meeting.id)
    records = records_of(session, [view.item.id for view in views])
    return [
        view
        for view in views
        if is_undecided(records[view.item.id].outcome if view.item.id in records else None)
    ]


def unrecorded_people(session: Session, meeting_id: str) -> list[str]:
    """Return the names of those whose attendance is not recorded: closing waits for them."""
    return [view.person.name for view in attendance_of(session, meeting_id) if view.attendance.mode is None]


def withdraw_stay(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, stay_id: str) -> None:
    """到着の記録を取り消す that was a mistake; the audit keeps the times that stood there.

    Without any stay left the attendance counts as not recorded. Raises NotFound for another meeting's, Refused for
    the only stay of somebody who presided or decided.
    """
    if meeting.status is not MeetingStatus.OPEN:
        raise Refused("出欠の記録を取り消せるのは、開会中の会議だけです。")
    for view in attendance_of(session, meeting.id):
        stay = next((stay for stay in view.stays if stay.id == stay_id), None)
        if stay is None:
            continue
        if len(view.stays) == 1:
            refuse_absence(session, meeting, view.person.id)
        detail = {"person": view.person.id, "at": stay.arrived_at, "until": stay.left_at}
        session.delete(stay)
        if len(view.stays) == 1:
            view.attendance.mode = None
        view.attendance.version += 1
        session.add(view.attendance)
        session.flush()
        audit_meeting(session, actor, clock, "到着の取消し", meeting, detail)
        return
    raise NotFound("この到着の記録は見つかりません。出席の画面を読み直してください。")


def withdraw_absence(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, person_id: str
) -> None:
    """欠席の記録を取り消す: the attendance counts as not recorded again."""
    if meeting.status is not MeetingStatus.OPEN:
        raise Refused("出欠の記録を取り消せるのは、開会中の会議だけです。")
    for view in attendance_of(session, meeting.id):
        if view.person.id == person_id and view.attendance.mode is AttendanceMode.ABSENT:
            view.attendance.mode = None
            view.attendance.absence_reason = ""
            view.attendance.version += 1
            session.add(view.attendance)
            session.flush()
            audit_meeting(session, actor, clock, "欠席の取消し", meeting, {"person": person_id})
            return
    raise NotFound("この欠席の記録は見つかりません。出席の画面を読み直してください。")


def withdraw_recusal(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, person_id: str
) -> None:
    """議題からの退席を取り消す that was a mistake; the audit keeps its reason.

    Raises NotFound where there is none, Refused while an outcome stands that was decided with the person aside.
    """
    if meeting.status is not MeetingStatus.OPEN:
        raise Refused("退席の記録を取り消せるのは、開会中の会議だけです。")
    item_id = view.item.id
    row = session.exec(
        select(Recusal).where(Recusal.item_id == item_id, Recusal.person_id == person_id)
    ).first()
    if row is None:
        raise NotFound("この退席の記録は見つかりません。画面を読み直してください。")
    refuse_other_presence(session, meeting, item_id, person_id, aside=True)
    detail: dict[str, object] = {"item": item_id, "person": person_id, "reason": row.reason}
    session.delete(row)
    session.flush()
    audit_meeting(session, actor, clock, "議題からの退席の取消し", meeting, detail)


def note_action(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    meeting: Meeting,
    view: ItemView,
    what: str,
    who: str,
    due_on: date | None,
) -> ActionItem:
    """対応を加える while the meeting is open, and afterwards until its minutes are approved."""
    refuse_fixed(session, meeting)
    return add_action(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        view=view,
        what=what,
        who=who,
        due_on=due_on,
    )


def withdraw_action(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, view: ItemView, action_id: str
) -> None:
    """対応を取り消す; the audit keeps what it said. Raises NotFound for another item's."""
    refuse_fixed(session, meeting)
    action = next(
        (action for action in actions_of(session, [view.item.id])[view.item.id] if action.id == action_id),
        None,
    )
    if action is None:
        raise NotFound("この対応は見つかりません。議題の画面を読み直してください。")
    detail: dict[str, object] = {"item": view.item.id, "what": action.what, "who": action.who}
    session.delete(action)
    session.flush()
    audit_meeting(session, actor, clock, "対応の取消し", meeting, detail)


def refuse_fixed(session: Session, meeting: Meeting) -> None:
    """Raise Refused where the record of a meeting can no longer change, or has not begun."""
    if meeting.status not in (MeetingStatus.OPEN, MeetingStatus.CLOSED):
        raise Refused(f"この会議は「{meeting.status}」の段階です。開会してから記録してください。")
    if minutes_status(session, meeting.id) is MinutesStatus.APPROVED:
        raise Refused(
            "議事録が承認されているため、記録は変えられません。"
            "直すことがあれば、議事録の画面で、理由を添えて「訂正」を入れてください。"
        )
