"""議題の脇の欄: actions, services and 地域課題 of one item, as the live screen and the 結果 page show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agenda.services.items import ItemView
from agenda.services.plan_details import ServiceLine, plan_day, services_of
from agenda.services.providers import providers_of
from agenda.services.service_codes import all_entries
from agenda.tables import Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO
from meetings_app.core.effective import in_effect
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
from minutes.services.actions import DROPPED, FollowedAction, open_actions_of_items
from minutes.services.issues import issues_of
from minutes.services.minutes import minutes_status
from minutes.services.running import actions_of
from minutes.services.service_changes import service_changes_of
from minutes.tables import MinutesStatus, RegionalIssue

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


class PanelSource:
    """脇の欄のもと: what the panels of several items of a meeting rest on, read once for all of them."""

    def __init__(self, session: DbSession, actor: Actor, meeting: Meeting, views: Sequence[ItemView]) -> None:
        ids = [view.item.id for view in views]
        self.meeting = meeting
        self.day = (meeting.opened_at or meeting.starts_at).astimezone(TOKYO).date()
        self.can_add = _can_add(session, meeting)
        self.actions = actions_of(session, ids)
        self.earlier = open_actions_of_items(session, meeting, views)
        self.services = services_of(session, [view.plan.id for view in views if view.plan is not None])
        self.changes = service_changes_of(session, ids)
        self.issues: dict[str, list[RegionalIssue]] = {item_id: [] for item_id in ids}
        for issue in issues_of(session, ids):
            self.issues[issue.item_id or ""].append(issue)
        self._entries = all_entries(session, actor.committee_id) if self.services else []
        self._providers = tuple(row.name for row in providers_of(session, actor.committee_id))

    def of(self, view: ItemView, *, back: str = "") -> LivePanels:
        """Return the panels of one item; `back` is the page its forms belong to, the live screen by default."""
        item_id = view.item.id
        plan = view.plan
        lines = self.services[plan.id] if plan else []
        return LivePanels(
            meeting_id=self.meeting.id,
            item_id=item_id,
            back=back or f"/meetings/{self.meeting.id}/live?item={item_id}",
            day=self.day,
            can_add=self.can_add,
            is_case=view.client is not None,
            actions=tuple(ActionLine(one.id, one.what, one.who, one.due_on) for one in self.actions[item_id]),
            earlier=tuple(_earlier(action, self.day) for action in self.earlier[item_id]),
            has_plan=plan is not None,
            plan_version=plan.version if plan else 0,
            services=tuple(_service(line) for line in lines),
            service_changes=tuple(ServiceChangeRow(str(row.kind), row.what) for row in self.changes[item_id]),
            coded=self._coded(plan, lines) if plan else (),
            free=tuple((f"{FREE}{kind}", str(kind), label) for kind, label in SERVICE_KINDS.items()),
            providers=self._providers if plan else (),
            issues=tuple(
                IssueLine(str(issue.category), str(issue.shortage), issue.municipality, issue.internal_text)
                for issue in self.issues[item_id]
            ),
            categories=tuple(category.value for category in IssueCategory),
            shortages=tuple(shortage.value for shortage in Shortage),
            municipalities=MUNICIPALITIES,
        )

    def _coded(self, plan: Plan, lines: Sequence[ServiceLine]) -> tuple[tuple[str, str], ...]:
        """Return the coded services of the plan's day, with those the plan names already."""
        day = plan_day(plan, self.day)
        coded = [(entry.code, f"{entry.kind} {entry.name}") for entry in in_effect(self._entries, day)]
        known = {code for code, _ in coded}
        kept = [
            (line.code, f"{line.kind} {line.name}") for line in lines if line.code and line.code not in known
        ]
        return (*coded, *dict.fromkeys(kept))


def panels_of(
    session: DbSession, actor: Actor, meeting: Meeting, view: ItemView, *, back: str = ""
) -> LivePanels:
    """Return the panels of one item; `back` is the page its forms belong to, the live screen where none is named."""
    return PanelSource(session, actor, meeting, [view]).of(view, back=back)


def _can_add(session: DbSession, meeting: Meeting) -> bool:
    runs = meeting.status in (MeetingStatus.OPEN, MeetingStatus.CLOSED)
    return runs and minutes_status(session, meeting.id) is not MinutesStatus.APPROVED


def _earlier(action: FollowedAction, day: date) -> EarlierAction:
    return EarlierAction(
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


def _service(line: ServiceLine) -> ServiceRow:
    return ServiceRow(
        position=line.position,
        kind=str(line.kind),
        what=line.code or f"{FREE}{line.kind}",
        name=line.name,
        provider=line.provider,
        content=line.content,
    )
