"""Venues and meetings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import District, MeetingStatus
from meetings_app.tables.base import MOMENT, choice, new_id


class Venue(SQLModel, table=True):
    """会場: its district decides on 日額旅費 (第7条第3項②)."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(max_length=200, unique=True)
    district: District = Field(sa_type=choice(District))


class Meeting(SQLModel, table=True):
    """会議: one sitting of a body. `ics_uid` is minted once and never changes (RFC 5545, 3.8.4.7).

    `ics_sequence` rises with time, place or status only. `version` rises with every change.
    """

    __table_args__ = (
        UniqueConstraint("committee_id", "number"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "(closed_at IS NULL) OR (opened_at IS NOT NULL AND closed_at >= opened_at)", name="closing"
        ),
        CheckConstraint("status <> '閉会' OR closed_at IS NOT NULL", name="closed"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", index=True, max_length=32)
    number: int
    starts_at: datetime = Field(sa_type=MOMENT, index=True)
    ends_at: datetime = Field(sa_type=MOMENT)
    venue_id: str | None = Field(default=None, foreign_key="venue.id", max_length=32)
    status: MeetingStatus = Field(default=MeetingStatus.PREPARING, sa_type=choice(MeetingStatus))
    convened_at: datetime | None = Field(default=None, sa_type=MOMENT)
    opened_at: datetime | None = Field(default=None, sa_type=MOMENT)
    closed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    attendance_confirmed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    attendance_confirmed_by: str | None = Field(default=None, max_length=100)
    presider_id: str | None = Field(default=None, foreign_key="person.id", max_length=32)
    presider_reason: str = Field(default="", max_length=500)
    ics_uid: str = Field(default_factory=new_id, unique=True, max_length=64)
    ics_sequence: int = 0
    version: int = 1
