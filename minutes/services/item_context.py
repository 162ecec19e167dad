"""議題の背景: what an earlier meeting confirmed on the same case, and who may preside."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.services.items import ItemView
from agenda.tables import AgendaItem, Plan
from meetings_app.core.clock import TOKYO
from meetings_app.services.committees import roster
from meetings_app.tables.meetings import Meeting
from minutes.services.running import DEPUTISES, PRESIDES
from minutes.tables import ItemRecord


@dataclass(frozen=True, slots=True)
class EarlierRecord:
    """前回の確認事項 of the same case."""

    number: int
    day: date
    confirmed: str


@dataclass(frozen=True, slots=True)
class PossiblePresider:
    """議長になれる人: the 委員長, or a 副委員長 in the chair's place (第5条)."""

    person_id: str
    name: str
    office: str
    is_deputy: bool


def last_confirmed(session: Session, meeting: Meeting, view: ItemView) -> EarlierRecord | None:
    """Return what the last meeting before this one confirmed on the case, if any did."""
    if view.client is None:
        return None
    row = session.exec(
        select(Meeting, ItemRecord)
        .join(AgendaItem, col(AgendaItem.meeting_id) == Meeting.id)
        .join(Plan, col(AgendaItem.plan_id) == Plan.id)
        .join(ItemRecord, col(ItemRecord.item_id) == AgendaItem.id)
        .where(
            Plan.client_id == view.client.id,
            Meeting.starts_at < meeting.starts_at,
            Meeting.committee_id == meeting.committee_id,
            ItemRecord.confirmed != "",
        )
        .order_by(col(Meeting.starts_at).desc(), col(AgendaItem.position).desc())
    ).first()
    if row is None:
        return None
    earlier, record = row
    return EarlierRecord(earlier.number, earlier.starts_at.astimezone(TOKYO).date(), record.confirmed)


def possible_presiders(session: Session, meeting: Meeting) -> list[PossiblePresider]:
    """Return who may preside on the meeting's day, the 委員長 first."""
    on = meeting.starts_at.astimezone(TOKYO).date()
    found = {
        seat.person_id: PossiblePresider(
            seat.person_id, seat.name, seat.label, not set(seat.offices) & set(PRESIDES)
        )
        for seat in roster(session, meeting.committee_id, on)
        if set(seat.offices) & {*PRESIDES, *DEPUTISES}
    }
    return sorted(found.values(), key=lambda person: person.is_deputy)
