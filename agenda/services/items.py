"""議題を読む: the items of a meeting in order, and what it put off."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from agenda.rules.assembly import item_title
from agenda.tables import AgendaItem, Client, Deferral, Plan
from meetings_app.core.clock import TOKYO
from meetings_app.core.errors import NotFound
from meetings_app.core.terms import MeetingStatus
from meetings_app.tables.meetings import Meeting

ARRANGED = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)
"""Stages in which an agenda can still be put together."""


@dataclass(frozen=True, slots=True)
class ItemView:
    """議題 with the plan and case it is about; `plan`, `client` None for a matter without a plan."""

    item: AgendaItem
    plan: Plan | None
    client: Client | None

    @property
    def title(self) -> str:
        """What the item is called."""
        if self.item.title or self.plan is None or self.client is None:
            return self.item.title
        return item_title(self.client.case_number, self.plan.number, self.item.reason)


@dataclass(frozen=True, slots=True)
class DeferralView:
    """見送り with the plan and case it is about; `plan`, `client` None for a matter without a plan."""

    deferral: Deferral
    plan: Plan | None
    client: Client | None

    @property
    def title(self) -> str:
        """What was put off is called."""
        if self.plan is None or self.client is None:
            return self.deferral.title
        return f"No.{self.client.case_number} プラン{self.plan.number}"

    @property
    def title_with_reason(self) -> str:
        """The title with the reason it was due for: 「No.12 プラン1 評価」."""
        return " ".join(part for part in (self.title, str(self.deferral.reason or "")) if part)


def eve_of(meeting: Meeting) -> date:
    """Return the day before the meeting: an agenda is made from what is on record by then."""
    return meeting.starts_at.astimezone(TOKYO).date() - timedelta(days=1)


def items_of(session: Session, meeting_id: str) -> list[ItemView]:
    """Return a meeting's items in order."""
    rows = session.exec(
        select(AgendaItem, Plan, Client)
        .join(Plan, col(AgendaItem.plan_id) == Plan.id, isouter=True)
        .join(Client, col(Plan.client_id) == Client.id, isouter=True)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(col(AgendaItem.position))
    ).all()
    return [ItemView(item, plan, client) for item, plan, client in rows]


def get_item(session: Session, item_id: str, meeting_id: str) -> ItemView:
    """Return an item of that meeting. Raises NotFound, also for another meeting's."""
    for view in items_of(session, meeting_id):
        if view.item.id == item_id:
            return view
    raise NotFound("この議題は見つかりません。会議の議題から選び直してください。")


def deferrals_of(session: Session, meeting_id: str) -> list[DeferralView]:
    """Return what a meeting put off, by case and plan; matters without a plan last."""
    rows = session.exec(
        select(Deferral, Plan, Client)
        .join(Plan, col(Deferral.plan_id) == Plan.id, isouter=True)
        .join(Client, col(Plan.client_id) == Client.id, isouter=True)
        .where(Deferral.meeting_id == meeting_id)
        .order_by(
            col(Deferral.plan_id).is_(None), col(Client.case_number), col(Plan.number), col(Deferral.title)
        )
    ).all()
    return [DeferralView(deferral, plan, client) for deferral, plan, client in rows]


def next_position(session: Session, meeting_id: str) -> int:
    """Return the place after the last item."""
    positions = session.exec(select(AgendaItem.position).where(AgendaItem.meeting_id == meeting_id)).all()
    return max(positions, default=0) + 1
