"""対応: who does what by when, on the list of every later meeting on the case until it is done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.rules.assembly import item_title
from agenda.services.items import ItemView
from agenda.tables import AgendaItem, Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.wareki import format_wareki
from meetings_app.tables.meetings import Meeting
from minutes.services.attendance import audit_meeting
from minutes.tables import ActionItem

LONGEST_NOTE = 500
DROPPED = "取りやめ: "
"""How the note of an action begins that nobody will do any more."""


@dataclass(frozen=True, slots=True)
class FollowedAction:
    """対応 with the meeting and the matter it comes from; `case` None for a matter without a plan."""

    action_id: str
    what: str
    who: str
    due_on: date | None
    done_on: date | None
    done_note: str
    done_by: str
    version: int
    meeting_id: str
    meeting_number: int
    agreed_on: date
    item_id: str
    title: str
    case: int | None
    client_id: str | None

    @property
    def is_dropped(self) -> bool:
        """Whether it fell away instead of being done."""
        return self.done_note.startswith(DROPPED)

    def is_overdue(self, on: date) -> bool:
        """期限を過ぎたか: whether it is still open on a day after its deadline."""
        return self.done_on is None and self.due_on is not None and self.due_on < on


# ---- reading


def open_actions(session: Session, committee_id: str) -> list[FollowedAction]:
    """Return every action of a body that is not done, the nearest deadline first, those without one last."""
    found = [action for action in _followed(session, committee_id) if action.done_on is None]
    return sorted(found, key=_by_deadline)


def done_actions(session: Session, committee_id: str, since: date) -> list[FollowedAction]:
    """Return the actions of a body that were done (or fell away) on or after a day, the latest first."""
    found = [one for one in _followed(session, committee_id) if one.done_on and one.done_on >= since]
    return sorted(found, key=lambda one: (one.done_on or since, one.action_id), reverse=True)


def overdue_actions(session: Session, committee_id: str, on: date) -> list[FollowedAction]:
    """期限を過ぎた対応: return what is still open after its deadline, the oldest first."""
    return [action for action in open_actions(session, committee_id) if action.is_overdue(on)]


def open_actions_of_case(session: Session, meeting: Meeting, view: ItemView) -> list[FollowedAction]:
    """前の会議からの対応: return what earlier meetings agreed on the same case and was open when this one began.

    For a matter without a plan these are the actions of the items it was carried over from. What was reported done
    on the meeting's own day or later is among them, with its day and note.
    """
    return open_actions_of_items(session, meeting, [view])[view.item.id]


def open_actions_of_items(
    session: Session, meeting: Meeting, views: Sequence[ItemView]
) -> dict[str, list[FollowedAction]]:
    """Return what `open_actions_of_case` returns, for several items read at once."""
    day = meeting.starts_at.astimezone(TOKYO).date()
    followed = [
        action
        for action in _followed(session, meeting.committee_id)
        if action.done_on is None or action.done_on >= day
    ]
    earlier = {view.item.id: _earlier_ids(session, meeting, view) for view in views} if followed else {}
    return {
        view.item.id: sorted(
            (action for action in followed if action.item_id in earlier[view.item.id]), key=_by_deadline
        )
        for view in views
    }


def actions_of_clients(
    session: Session, meeting: Meeting, client_ids: Collection[str]
) -> dict[str, list[FollowedAction]]:
    """Return, by client, every action that meetings before this one agreed, the nearest deadline first."""
    found: dict[str, list[FollowedAction]] = {client_id: [] for client_id in client_ids}
    for action in sorted(_followed(session, meeting.committee_id), key=_by_deadline):
        if action.client_id in found and action.agreed_on < _day(meeting):
            found[action.client_id].append(action)
    return found


def _earlier_ids(session: Session, meeting: Meeting, view: ItemView) -> set[str]:
    """Return the items of earlier meetings on an item's case, or those a matter was carried over from."""
    if view.client is None:
        return _carried_from(session, view.item)
    return set(
        session.exec(
            select(AgendaItem.id)
            .join(Plan, col(AgendaItem.plan_id) == Plan.id)
            .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
            .where(
                Plan.client_id == view.client.id,
                Meeting.committee_id == meeting.committee_id,
                Meeting.starts_at < meeting.starts_at,
            )
        ).all()
    )


def _carried_from(session: Session, item: AgendaItem) -> set[str]:
    found: set[str] = set()
    earlier = item.carried_from_id
    while earlier is not None and earlier not in found:
        found.add(earlier)
        earlier = session.get_one(AgendaItem, earlier).carried_from_id
    return found


def _followed(session: Session, committee_id: str) -> list[FollowedAction]:
    rows = session.exec(
        select(ActionItem, AgendaItem, Meeting)
        .join(AgendaItem, col(ActionItem.item_id) == AgendaItem.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(Meeting.committee_id == committee_id)
    ).all()
    cases = _cases(session, [item.plan_id for _, item, _ in rows if item.plan_id])
    return [_one(action, item, meeting, cases.get(item.plan_id or "")) for action, item, meeting in rows]


def _cases(session: Session, plan_ids: Sequence[str]) -> dict[str, tuple[Plan, Client]]:
    rows = session.exec(
        select(Plan, Client)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(col(Plan.id).in_(set(plan_ids)))
    ).all()
    return {plan.id: (plan, client) for plan, client in rows}


def _one(
    action: ActionItem, item: AgendaItem, meeting: Meeting, case: tuple[Plan, Client] | None
) -> FollowedAction:
    plan, client = case or (None, None)
    title = item.title
    if not title and plan is not None and client is not None:
        title = item_title(client.case_number, plan.number, item.reason)
    return FollowedAction(
        action_id=action.id,
        what=action.what,
        who=action.who,
        due_on=action.due_on,
        done_on=action.done_on,
        done_note=action.done_note,
        done_by=action.done_by,
        version=action.version,
        meeting_id=meeting.id,
        meeting_number=meeting.number,
        agreed_on=_day(meeting),
        item_id=item.id,
        title=title,
        case=client.case_number if client else None,
        client_id=client.id if client else None,
    )


def _by_deadline(action: FollowedAction) -> tuple[date, date, str]:
    return action.due_on or date.max, action.agreed_on, action.action_id


def _day(meeting: Meeting) -> date:
    return (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()


# ---- changing


def finish_action(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    action_id: str,
    done_on: date,
    note: str,
    version: int,
    dropped: bool = False,
    at_meeting: Meeting | None = None,
) -> ActionItem:
    """済んだと記録する, or (`dropped`) that it fell away, with the reason; `at_meeting` is where it was reported.

    Raises NotFound for another body's, Conflict where somebody changed it first, Refused for a day to come, for one
    before the meeting that agreed it, and for a dropped one without a reason.
    """
    action, origin = _get(session, actor, action_id)
    _refuse_stale(action, version)
    said = note.strip()
    if action.done_on is not None:
        raise Refused(
            f"この対応は、{format_wareki(action.done_on)}に済んだと記録されています。"
            "直すときは、対応の一覧で「まだ済んでいない」に戻してください。"
        )
    if dropped and not said:
        raise Refused("取りやめる理由を入れてください。対応の一覧に残ります。")
    if len(said) > LONGEST_NOTE - len(DROPPED):
        raise Refused(f"結果か理由が長すぎます。{LONGEST_NOTE - len(DROPPED)}文字以内にしてください。")
    _check_day(done_on, _day(origin), clock)
    action.done_on = done_on
    action.done_note = f"{DROPPED}{said}" if dropped else said
    action.done_by = actor.name
    label = "対応の取りやめ" if dropped else "対応の完了"
    return _store(session, actor, clock, action, label, at_meeting or origin)


def reopen_action(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    action_id: str,
    version: int,
    at_meeting: Meeting | None = None,
) -> ActionItem:
    """まだ済んでいない: take back that an action was done; the audit keeps what stood there."""
    action, origin = _get(session, actor, action_id)
    _refuse_stale(action, version)
    if action.done_on is None:
        raise Refused("この対応は、まだ済んだと記録されていません。対応の一覧で確かめてください。")
    action.done_on, action.done_note, action.done_by = None, "", ""
    return _store(session, actor, clock, action, "対応を未了に戻す", at_meeting or origin)


def _get(session: Session, actor: Actor, action_id: str) -> tuple[ActionItem, Meeting]:
    row = session.exec(
        select(ActionItem, Meeting)
        .join(AgendaItem, col(ActionItem.item_id) == AgendaItem.id)
        .join(Meeting, col(AgendaItem.meeting_id) == Meeting.id)
        .where(ActionItem.id == action_id, Meeting.committee_id == actor.committee_id)
    ).first()
    if row is None:
        raise NotFound("この対応は見つかりません。対応の一覧から選び直してください。")
    return row


def _refuse_stale(action: ActionItem, version: int) -> None:
    if action.version != version:
        raise Conflict(
            "この対応は、ほかの人が先に変えました。画面を読み直し、新しい内容を確かめてから記録してください。"
        )


def _check_day(done_on: date, agreed_on: date, clock: Clock) -> None:
    if done_on > today(clock):
        raise Refused(
            f"{format_wareki(done_on)}はまだ来ていません。済んだ日を、きょうまでの日付にしてください。"
        )
    if done_on < agreed_on:
        raise Refused(
            f"済んだ日が、対応を決めた会議の日（{format_wareki(agreed_on)}）より前です。日付を確かめてください。"
        )


def _store(
    session: Session, actor: Actor, clock: Clock, action: ActionItem, label: str, meeting: Meeting
) -> ActionItem:
    action.version += 1
    session.add(action)
    session.flush()
    detail: dict[str, object] = {
        "action": action.id,
        "item": action.item_id,
        "what": action.what,
        "done_on": action.done_on,
        "note": action.done_note,
    }
    audit_meeting(session, actor, clock, label, meeting, detail)
    return action
