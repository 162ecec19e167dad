"""Clients, plans, agenda items, and who takes part in each."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import Capacity, DueReason, EvaluationOutcome, Precision, Purpose
from meetings_app.tables.base import MOMENT, choice, new_id


class RegisterImport(SQLModel, table=True):
    """台帳の取込み: one file taken in, known by its hash, with the findings of that day as JSON."""

    __tablename__ = "register_import"

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    filename: str = Field(max_length=300)
    sha256: str = Field(max_length=64)
    imported_at: datetime = Field(sa_type=MOMENT)
    imported_by: str = Field(max_length=100)
    findings: str = "[]"


class Client(SQLModel, table=True):
    """本人: a person supported, known by case number and initials; names only where the office has chosen so.

    `assigned_id` is the 担当 (a 事務局員). `closed_on` ends a case that no plan has ended.
    """

    __table_args__ = (
        UniqueConstraint("committee_id", "case_number"),
        CheckConstraint("case_number > 0", name="case_number"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    case_number: int
    initials: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=100)
    kana: str = Field(default="", max_length=100)
    first_contact_on: date | None = None
    assigned_id: str | None = Field(default=None, foreign_key="person.id", max_length=32)
    closed_on: date | None = None
    closed_why: str = Field(default="", max_length=500)
    version: int = 1


class Consent(SQLModel, table=True):
    """情報共有の同意: given, and perhaps withdrawn; dated and without overlaps for one client."""

    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    client_id: str = Field(foreign_key="client.id", index=True, max_length=32)
    valid_from: date
    valid_to: date | None = None
    note: str = Field(default="", max_length=500)


class KinshipDeclaration(SQLModel, table=True):
    """続柄の申告: the path from a 本人 to a person, as the person declared it (第7条第4項).

    `client_id` None with path 「なし」: the person declared to be kin to no 本人 but those declared by name.
    """

    __tablename__ = "kinship_declaration"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        CheckConstraint("client_id IS NOT NULL OR path = 'なし'", name="general"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    client_id: str | None = Field(default=None, foreign_key="client.id", index=True, max_length=32)
    path: str = Field(max_length=200)
    relation: str = Field(default="", max_length=100)
    declared_on: date
    valid_from: date
    valid_to: date | None = None


class Plan(SQLModel, table=True):
    """プラン: one numbered plan of a client, with the text of the register kept beside what was read.

    `raw` holds the register's cells as JSON. Dates that the register gives loosely (下旬, 末日, month only)
    are stored as their last day with the precision beside them. `confirmed_meeting_id` and
    `evaluated_meeting_id` link to the meetings held in this system.
    """

    __table_args__ = (
        UniqueConstraint("client_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("evaluation_outcome IS NULL OR evaluated_on IS NOT NULL", name="evaluation"),
        CheckConstraint(
            "period_start IS NULL OR period_end IS NULL OR period_start <= period_end", name="period"
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    client_id: str = Field(foreign_key="client.id", index=True, max_length=32)
    number: int
    goal: str = Field(default="", max_length=2000)
    drafted_on: date | None = None
    met_on: date | None = None
    decided_on: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    period_end_precision: Precision | None = Field(
        default=None, sa_type=choice(Precision, "period_end_precision")
    )
    monitoring_month_end: date | None = None
    monitoring_precision: Precision | None = Field(
        default=None, sa_type=choice(Precision, "monitoring_precision")
    )
    monitored_on: date | None = None
    ending_asked_on: date | None = None
    urgent_raised_on: date | None = None
    evaluated_on: date | None = None
    evaluation_outcome: EvaluationOutcome | None = Field(default=None, sa_type=choice(EvaluationOutcome))
    evaluation_decided_on: date | None = None
    evaluation_achieved: str = Field(default="", max_length=2000)
    evaluation_changes: str = Field(default="", max_length=2000)
    follow_up: bool | None = None
    follow_up_note: str = Field(default="", max_length=1000)
    confirmed_meeting_id: str | None = Field(default=None, foreign_key="meeting.id", max_length=32)
    evaluated_meeting_id: str | None = Field(default=None, foreign_key="meeting.id", max_length=32)
    import_id: str | None = Field(default=None, foreign_key="register_import.id", max_length=32)
    register_row: int | None = None
    raw: str = "{}"
    version: int = 1


class AgendaItem(SQLModel, table=True):
    """議題: one plan (or a matter without a plan) before one meeting, with its purpose (第2条) and reason.

    `continued_on` is the day a meeting left the item undecided (継続協議): it waits for the next meeting until an
    item with `carried_from_id` takes it up.
    """

    __tablename__ = "agenda_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "plan_id"),
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("planned_minutes > 0", name="minutes"),
        CheckConstraint("plan_id IS NOT NULL OR title <> ''", name="subject"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    plan_id: str | None = Field(default=None, foreign_key="plan.id", max_length=32)
    position: int
    title: str = Field(default="", max_length=200)
    purpose: Purpose = Field(sa_type=choice(Purpose))
    reason: DueReason | None = Field(default=None, sa_type=choice(DueReason))
    deadline: date | None = None
    planned_minutes: int = 15
    continued_on: date | None = None
    carried_from_id: str | None = Field(
        default=None, foreign_key="agenda_item.id", max_length=32, unique=True
    )


class Deferral(SQLModel, table=True):
    """見送り: a plan (or a matter without one) that a meeting did not take, with the reason given.

    `pushed_to_id` is the meeting whose agenda it went on to, where one had room.
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "plan_id"),
        CheckConstraint("why <> ''", name="why"),
        CheckConstraint("plan_id IS NOT NULL OR title <> ''", name="subject"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    meeting_id: str = Field(foreign_key="meeting.id", index=True, max_length=32)
    plan_id: str | None = Field(default=None, foreign_key="plan.id", index=True, max_length=32)
    title: str = Field(default="", max_length=200)
    reason: DueReason | None = Field(default=None, sa_type=choice(DueReason))
    deadline: date | None = None
    why: str = Field(max_length=500)
    pushed_to_id: str | None = Field(default=None, foreign_key="meeting.id", max_length=32)
    decided_by: str = Field(max_length=100)


class ParticipationDecision(SQLModel, table=True):
    """参加者の決定: the 委員長 decides per case who takes part (第5条第3項). Rows are only ever added.

    The row with the highest `sequence` of an item and person holds; a late change is a new row.
    """

    __tablename__ = "participation_decision"
    __table_args__ = (
        UniqueConstraint("item_id", "person_id", "sequence"),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint("takes_part OR NOT required", name="required"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    item_id: str = Field(foreign_key="agenda_item.id", index=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    sequence: int
    capacity: Capacity = Field(sa_type=choice(Capacity))
    takes_part: bool
    required: bool = False
    note: str = Field(default="", max_length=500)
    decided_by_id: str = Field(foreign_key="person.id", max_length=32)
    decided_on: date
    recorded_at: datetime = Field(sa_type=MOMENT)
