"""Bodies, their members' terms and the offices they hold."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import Capacity, CommitteeKind, Office
from meetings_app.tables.base import choice, new_id


class Committee(SQLModel, table=True):
    """会議体: a 支援調整会議 of one municipality, or the 圏域会議 of a region."""

    __table_args__ = (UniqueConstraint("kind", "name"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    kind: CommitteeKind = Field(sa_type=choice(CommitteeKind))
    name: str = Field(max_length=200)
    municipality: str = Field(max_length=50)
    region: str = Field(max_length=100)
    organizer_name: str = Field(default="", max_length=200)
    organizer_mailbox: str = Field(default="", max_length=254)


class Appointment(SQLModel, table=True):
    """委嘱・構成: in what capacity somebody belongs to a body, and for which term (第3条第1項・第2項).

    `predecessor_id` names the appointment whose remaining term a 補欠委員 serves.
    """

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        CheckConstraint("capacity IN ('委員', 'アドバイザー委員', '事務局員', '構成員')", name="belongs"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    capacity: Capacity = Field(sa_type=choice(Capacity))
    valid_from: date
    valid_to: date | None = None
    predecessor_id: str | None = Field(default=None, foreign_key="appointment.id", max_length=32)


class OfficeHolding(SQLModel, table=True):
    """役職: one 委員長 and two 副委員長 by 互選 (第3条第3項), or the regional offices.

    `seat` keeps the two 副委員長 apart (1 or 2), so that the database refuses a third.
    """

    __tablename__ = "office_holding"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        CheckConstraint("seat = 1 OR (seat = 2 AND office = '副委員長')", name="seats"),
        Index("ix_office_holding_lookup", "committee_id", "office", "valid_from"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    office: Office = Field(sa_type=choice(Office))
    seat: int = 1
    valid_from: date
    valid_to: date | None = None
