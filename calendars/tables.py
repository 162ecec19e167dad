"""Candidate slots and the members' answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import Answer
from meetings_app.tables.base import MOMENT, choice, new_id


class CandidateSlot(SQLModel, table=True):
    """候補の日時 of one meeting."""

    __tablename__ = "candidate_slot"
    __table_args__ = (
        UniqueConstraint("meeting_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    starts_at: datetime = Field(sa_type=MOMENT)
    ends_at: datetime = Field(sa_type=MOMENT)


class SlotAnswer(SQLModel, table=True):
    """日程の回答: ○ / △ / × of one person for one slot; no row means not answered."""

    __tablename__ = "slot_answer"
    __table_args__ = (UniqueConstraint("slot_id", "person_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    slot_id: str = Field(foreign_key="candidate_slot.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    answer: Answer = Field(sa_type=choice(Answer))
    answered_at: datetime = Field(sa_type=MOMENT)
