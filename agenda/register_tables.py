"""What a register keeps beside plans: providers, services, assessments, levels and yearly targets."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import PlanEventKind, ServiceKind
from meetings_app.tables.base import MOMENT, choice, new_id


class Provider(SQLModel, table=True):
    """支援の提供者: an office, company or group that gives a service, known by its name within one body."""

    __table_args__ = (
        UniqueConstraint("committee_id", "name"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    name: str = Field(max_length=200)
    kana: str = Field(default="", max_length=200)


class Affiliation(SQLModel, table=True):
    """勤務先: somebody works for (or runs) a provider; dated, without overlaps for one person and provider."""

    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    provider_id: str = Field(foreign_key="provider.id", index=True, max_length=32)
    post: str = Field(default="", max_length=100)
    valid_from: date
    valid_to: date | None = None


class ServiceCode(SQLModel, table=True):
    """支援の種類: the office's own entries of the dated code list, beside those that come with the product.

    A code keeps its number when its name changes: a new row begins where the old one ends.
    """

    __tablename__ = "service_code"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        CheckConstraint("name <> '' AND code <> ''", name="name"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    code: str = Field(max_length=20)
    kind: ServiceKind = Field(sa_type=choice(ServiceKind))
    name: str = Field(max_length=200)
    basis: str = Field(default="", max_length=200)
    valid_from: date
    valid_to: date | None = None


class PlanService(SQLModel, table=True):
    """支援内容: one service of a plan. `name` is what the code was called on the plan's day, and stays so."""

    __tablename__ = "plan_service"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("name <> ''", name="name"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    plan_id: str = Field(foreign_key="plan.id", index=True, max_length=32)
    position: int
    kind: ServiceKind = Field(sa_type=choice(ServiceKind))
    code: str | None = Field(default=None, max_length=20)
    name: str = Field(max_length=200)
    provider_id: str | None = Field(default=None, foreign_key="provider.id", index=True, max_length=32)
    content: str = Field(default="", max_length=1000)


class PlanEvent(SQLModel, table=True):
    """プランの出来事: a monitoring, an ending asked for, or an urgent change, each on its day.

    The plan itself shows the latest of each; lists as of an earlier day rest on these. One recorded by mistake is
    withdrawn with a reason and stays on record.
    """

    __tablename__ = "plan_event"
    __table_args__ = (CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_why = '')", name="withdrawal"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    plan_id: str = Field(foreign_key="plan.id", index=True, max_length=32)
    kind: PlanEventKind = Field(sa_type=choice(PlanEventKind))
    happened_on: date
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)
    withdrawn_at: datetime | None = Field(default=None, sa_type=MOMENT)
    withdrawn_by: str = Field(default="", max_length=100)
    withdrawn_why: str = Field(default="", max_length=500)


class CaseAssessment(SQLModel, table=True):
    """アセスメントの要約: what is known of somebody's situation as of a day. Rows are only ever added."""

    __tablename__ = "case_assessment"
    __table_args__ = (CheckConstraint("summary <> ''", name="summary"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    client_id: str = Field(foreign_key="client.id", index=True, max_length=32)
    assessed_on: date
    summary: str = Field(max_length=4000)
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)


class CaseLevel(SQLModel, table=True):
    """ケースのレベル: 0 to 5 as of a day; what 0 and 5 mean is the office's own agreement."""

    __tablename__ = "case_level"
    __table_args__ = (
        UniqueConstraint("client_id", "assessed_on"),
        CheckConstraint("level BETWEEN 0 AND 5", name="level"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    client_id: str = Field(foreign_key="client.id", index=True, max_length=32)
    assessed_on: date
    level: int
    note: str = Field(default="", max_length=500)
    recorded_by: str = Field(max_length=100)
    recorded_at: datetime = Field(sa_type=MOMENT)


class YearlyTarget(SQLModel, table=True):
    """目安値 of one fiscal year (that began in April of `fiscal_year`): new cases and plans; None: not set."""

    __tablename__ = "yearly_target"
    __table_args__ = (
        UniqueConstraint("committee_id", "fiscal_year"),
        CheckConstraint("new_cases IS NULL OR new_cases >= 0", name="new_cases"),
        CheckConstraint("plans IS NULL OR plans >= 0", name="plans"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    committee_id: str = Field(foreign_key="committee.id", max_length=32)
    fiscal_year: int
    new_cases: int | None = None
    plans: int | None = None
    set_by: str = Field(max_length=100)
    set_at: datetime = Field(sa_type=MOMENT)
