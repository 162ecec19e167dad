"""議題の脇の欄: actions, services and 地域課題 of one item, as the live screen and the 結果 page show them."""

from dataclasses import dataclass
from datetime import date

from agenda.services.items import ItemView
from agenda.services.plan_details import plan_day, services_of
from agenda.services.providers import providers_of
from agenda.services.service_codes import codes_on
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO
from meetings_app.core.terms import (
    MUNICIPALITIES,
    IssueCategory,
    MeetingStatus,
    ServiceKind,
    Shortage,
)
from meetings_app.tables.meetings import Meeting
from meetings_app.web.locale import mark
from meetings_app.web.meeting_frame import DbSession
from minutes.services.actions import DROPPED, open_actions_of_case
from minutes.services.issues import issues_of
from minutes.services.minutes import minutes_status
from minutes.services.running import actions_of
from minutes.services.service_changes import service_changes_of
from minutes.tables import MinutesStatus

FREE = "kind:"
"""How a choice of the services list begins that has no code: its class follows."""

SERVICE_KINDS = {
    ServiceKind.STATUTORY: mark("法に基づく事業"),
    ServiceKind.OTHER_SYSTEM: mark("他の制度の支援"),
    ServiceKind.INFORMAL: mark("インフォーマルな支援"),
    ServiceKind.CENTRE: mark("センター独自の支援"),
    ServiceKind.OTHER: mark("その他"),
}


@dataclass(frozen=True, slots=True)
class ActionLine:
    """対応 of this item: who does what by when."""

    action_id: str
    what: str
    who: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class EarlierAction:
    """前の会議からの対応: `done_on` None while it is open; `overdue` on the meeting's day."""

    action_id: str
    what: str
    who: str
    due_on: date | None
    meeting_number: int
    version: int
    overdue: bool
    done_on: date | None
    dropped: bool
    note: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """支援内容の一行; `what` is its choice in the list of services."""

    position: int
    kind: str
    what: str
    name: str
    provider: str
    content: str


@dataclass(frozen=True, slots=True)
class ServiceChangeRow:
    """この会議で変えた支援内容."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class IssueLine:
    """挙がった地域課題."""

    category: str
    shortage: str
    municipality: str
    text: str


@dataclass(frozen=True, slots=True)
class LivePanels:
    """脇の欄 of one item, finished. Forms lead back to `back`; `can_add` False shows no forms."""

    meeting_id: str
    item_id: str
    back: str
    day: date
    can_add: bool
    is_case: bool
    actions: tuple[ActionLine, ...]
    earlier: tuple[EarlierAction, ...]
    has_plan: bool
    plan_version: int
    services: tuple[ServiceRow, ...]
    service_changes: tuple[ServiceChangeRow, ...]
    coded: tuple[tuple[str, str], ...]
    free: tuple[tuple[str, str, str], ...]
    providers: tuple[str, ...]
    issues: tuple[IssueLine, ...]
    categories: tuple[str, ...]
    shortages: tuple[str, ...]
    municipalities: tuple[str, ...]


def panels_of(
    session: DbSession, actor: Actor, meeting: Meeting, view: ItemView, *, back: str = ""
) -> LivePanels:
    """Return the panels of one item; `back` is the page its forms belong to, the live screen where none is named."""
    item_id = view.item.id
    day = (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()
    coded, providers = _choices(session, actor, view, day)
    return LivePanels(
        meeting_id=meeting.id,
        item_id=item_id,
        back=back or f"/meetings/{meeting.id}/live?item={item_id}",
        day=day,
        can_add=_can_add(session, meeting),
        is_case=view.client is not None,
        actions=tuple(
            ActionLine(action.id, action.what, action.who, action.due_on)
            for action in actions_of(session, [item_id])[item_id]
        ),
        earlier=_earlier(session, meeting, view, day),
        has_plan=view.plan is not None,
        plan_version=view.plan.version if view.plan else 0,
        services=_services(session, view),
        service_changes=tuple(
            ServiceChangeRow(str(row.kind), row.what)
            for row in service_changes_of(session, [item_id])[item_id]
        ),
        coded=coded,
        free=tuple((f"{FREE}{kind}", str(kind), label) for kind, label in SERVICE_KINDS.items()),
        providers=providers,
        issues=tuple(
            IssueLine(str(issue.category), str(issue.shortage), issue.municipality, issue.internal_text)
            for issue in issues_of(session, [item_id])
        ),
        categories=tuple(category.value for category in IssueCategory),
        shortages=tuple(shortage.value for shortage in Shortage),
        municipalities=MUNICIPALITIES,
    )


def _can_add(session: DbSession, meeting: Meeting) -> bool:
    runs = meeting.status in (MeetingStatus.OPEN, MeetingStatus.CLOSED)
    return runs and minutes_status(session, meeting.id) is not MinutesStatus.APPROVED


def _earlier(session: DbSession, meeting: Meeting, view: ItemView, day: date) -> tuple[EarlierAction, ...]:
    return tuple(
        EarlierAction(
            action_id=action.action_id,
            what=action.what,
            who=action.who,
            due_on=action.due_on,
            meeting_number=action.meeting_number,
            version=action.version,
            overdue=action.is_overdue(day),
            done_on=action.done_on,
            dropped=action.is_dropped,
            note=action.done_note.removeprefix(DROPPED),
        )
        for action in open_actions_of_case(session, meeting, view)
    )


def _services(session: DbSession, view: ItemView) -> tuple[ServiceRow, ...]:
    if view.plan is None:
        return ()
    return tuple(
        ServiceRow(
            position=line.position,
            kind=str(line.kind),
            what=line.code or f"{FREE}{line.kind}",
            name=line.name,
            provider=line.provider,
            content=line.content,
        )
        for line in services_of(session, [view.plan.id])[view.plan.id]
    )


def _choices(
    session: DbSession, actor: Actor, view: ItemView, day: date
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the coded services of the plan's day, with those the plan names already, and the known providers."""
    if view.plan is None:
        return (), ()
    coded = [
        (entry.code, f"{entry.kind} {entry.name}")
        for entry in codes_on(session, actor.committee_id, plan_day(view.plan, day))
    ]
    known = {code for code, _ in coded}
    kept = [
        (line.code, f"{line.kind} {line.name}")
        for line in services_of(session, [view.plan.id])[view.plan.id]
        if line.code and line.code not in known
    ]
    names = tuple(row.name for row in providers_of(session, actor.committee_id))
    return (*coded, *dict.fromkeys(kept)), names
