"""Attendance, what was decided on each item, regional issues and the minutes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    IssueCategory,
    IssueStatus,
    Shortage,
)
from meetings_app.tables.base import MOMENT, choice, new_id


class MinutesStatus(StrEnum):
    """議事録の段階."""

    DRAFT = "案"
    CIRCULATED = "回覧中"
    SUBMITTED = "承認待ち"
    APPROVED = "承認済み"


class Attendance(SQLModel, table=True):
    """出欠: one person expected at or present in one meeting, in one capacity.

    `mode` None: not recorded yet. `basis` names the article for people invited by 第5条第4項.
    """

    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    capacity: Capacity = Field(sa_type=choice(Capacity))
    basis: str = Field(default="", max_length=100)
    mode: AttendanceMode | None = Field(default=None, sa_type=choice(AttendanceMode))
    absence_reason: str = Field(default="", max_length=500)
    version: int = 1


class AttendanceCorrection(SQLModel, table=True):
    """出席の訂正 after the attendance was confirmed: what stood before and after (JSON), who, when and why."""

    __tablename__ = "attendance_correction"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", index=True, max_length=32)
    before: str
    after: str
    reason: str = Field(max_length=500)
    corrected_by: str = Field(max_length=100)
    corrected_at: datetime = Field(sa_type=MOMENT)


class Stay(SQLModel, table=True):
    """在席: from arrival to departure; open while `left_at` is None."""

    __table_args__ = (
        UniqueConstraint("attendance_id", "arrived_at"),
        CheckConstraint("left_at IS NULL OR left_at > arrived_at", name="times"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    attendance_id: str = Field(foreign_key="attendance.id", index=True, max_length=32)
    arrived_at: datetime = Field(sa_type=MOMENT)
    left_at: datetime | None = Field(default=None, sa_type=MOMENT)


class Recusal(SQLModel, table=True):
    """退席: somebody who leaves the table for one item, with the reason (e.g. 続柄)."""

    __table_args__ = (UniqueConstraint("item_id", "person_id"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32)
    reason: str = Field(max_length=200)


class ItemRecord(SQLModel, table=True):
    """議題の記録: what was said, confirmed and decided on one item. `outcome` is a term of core.terms."""

    __tablename__ = "item_record"
    __table_args__ = (
        CheckConstraint(
            "outcome IS NULL OR outcome IN "
            "('了承', '修正のうえ了承', '継続協議', '差戻し', '終結', '再プラン', '中断')",
            name="outcome",
        ),
        CheckConstraint(
            "ended_at IS NULL OR (started_at IS NOT NULL AND ended_at >= started_at)", name="times"
        ),
    )

    item_id: str = Field(primary_key=True, foreign_key="agenda_item.id", max_length=32)
    started_at: datetime | None = Field(default=None, sa_type=MOMENT)
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    fits_situation: bool | None = None
    leads_to_solution: bool | None = None
    keeps_motivation: bool | None = None
    resources_missing: bool | None = None
    outcome: str | None = Field(default=None, max_length=20)
    follow_up: bool | None = None
    explanation: str = ""
    discussion: str = ""
    confirmed: str = ""
    recorded_by: str = Field(default="", max_length=100)
    version: int = 1


class ActionItem(SQLModel, table=True):
    """対応: who does what by when; on the list of every later meeting on the case until it is done.

    `done_note` says what came of it, or why it fell away.
    """

    __tablename__ = "action_item"
    __table_args__ = (
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("(done_on IS NULL) = (done_by = '')", name="done"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    what: str = Field(max_length=500)
    who: str = Field(default="", max_length=100)
    due_on: date | None = None
    done_on: date | None = None
    done_note: str = Field(default="", max_length=500)
    done_by: str = Field(default="", max_length=100)
    version: int = 1


class RegionalIssue(SQLModel, table=True):
    """地域課題: raised on an item, or brought in by a municipality (第2条第4号, 圏域規程第2条第1号).

    `internal_text` stays in the committee; `public_text` leaves it only once a person has reviewed it.
    """

    __tablename__ = "regional_issue"
    __table_args__ = (
        CheckConstraint("public_reviewed_by IS NULL OR public_text <> ''", name="reviewed_text"),
        CheckConstraint("(public_reviewed_by IS NULL) = (public_reviewed_at IS NULL)", name="review"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", index=True, max_length=32)
    item_id: str | None = Field(default=None, foreign_key="agenda_item.id", index=True, max_length=32)
    raised_on: date
    category: IssueCategory = Field(sa_type=choice(IssueCategory))
    shortage: Shortage = Field(sa_type=choice(Shortage))
    municipality: str = Field(max_length=50)
    internal_text: str = Field(default="", max_length=2000)
    public_text: str = Field(default="", max_length=2000)
    public_reviewed_by: str | None = Field(default=None, max_length=100)
    public_reviewed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    status: IssueStatus = Field(default=IssueStatus.NOTED, sa_type=choice(IssueStatus))


class Minutes(SQLModel, table=True):
    """議事録: of one meeting. Once approved, what was approved never changes.

    `content` is the canonical JSON of the view, `sha256` its hash, `document` the Word file as approved.
    """

    __table_args__ = (
        CheckConstraint(
            "status <> '承認済み' OR "
            "(approved_by IS NOT NULL AND approved_at IS NOT NULL AND content IS NOT NULL)",
            name="approval",
        ),
    )

    meeting_id: str = Field(primary_key=True, foreign_key="meeting.id", max_length=32)
    status: MinutesStatus = Field(default=MinutesStatus.DRAFT, sa_type=choice(MinutesStatus))
    document_number: str = Field(default="", max_length=100)
    document_date: date | None = None
    content: str | None = None
    document: bytes | None = None
    sha256: str | None = Field(default=None, max_length=64)
    approved_by: str | None = Field(default=None, max_length=100)
    approved_at: datetime | None = Field(default=None, sa_type=MOMENT)
    next_meeting: str = Field(default="", max_length=300)
    version: int = 1
