"""Assessments: what one attendance is paid, with the inputs and steps it rests on."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import Decision
from meetings_app.tables.base import MOMENT, choice, new_id


class AssessmentRecord(SQLModel, table=True):
    """支給の判定 of one attendance, computed once after closing and stored with all it rests on.

    Amounts in integer yen; None: open until a person decides. `inputs`, `steps`, `findings`, `citations`
    and `questions` are JSON; `rulebook_sha256` names the regulation text that was applied.
    """

    __tablename__ = "assessment_record"
    __table_args__ = (
        CheckConstraint("honorarium IS NULL OR honorarium >= 0", name="honorarium"),
        CheckConstraint("travel IS NULL OR travel >= 0", name="travel"),
        CheckConstraint(
            "decision <> '支給' OR (honorarium IS NOT NULL AND travel IS NOT NULL)", name="paid_is_known"
        ),
        CheckConstraint(
            "decision <> '不支給' OR (honorarium IS NOT NULL AND honorarium = 0 AND travel IS NOT NULL AND travel = 0)",
            name="unpaid_is_zero",
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", unique=True, max_length=32)
    decision: Decision = Field(sa_type=choice(Decision))
    honorarium: int | None = None
    travel: int | None = None
    reason: str = ""
    citations: str = "[]"
    steps: str = "[]"
    findings: str = "[]"
    questions: str = "[]"
    inputs: str = "{}"
    rulebook_sha256: str = Field(max_length=64)
    computed_at: datetime = Field(sa_type=MOMENT)
