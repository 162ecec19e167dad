"""People, and what is known of them by date: residence and public-service status."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from meetings_app.core.terms import District, ServiceClass, WorkingTime
from meetings_app.tables.base import choice, new_id


class Person(SQLModel, table=True):
    """人: somebody who sits in meetings.

    A 本人 or a relative who attends is entered by case number (「本人（No.14）」), not by name.
    """

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(max_length=100)
    kana: str = Field(default="", max_length=100)
    organisation: str = Field(default="", max_length=200)
    mailbox: str = Field(default="", max_length=254)


class Residence(SQLModel, table=True):
    """居住地区: half-open and without overlaps for one person (第7条第3項②)."""

    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    district: District = Field(sa_type=choice(District))
    valid_from: date
    valid_to: date | None = None


class ServiceStatus(SQLModel, table=True):
    """公務員区分: one status by declaration; several may hold at once (第7条第4項).

    `service_class` and `working_time` are None for somebody who is no public employee, or where it is
    not known.
    """

    __tablename__ = "service_status"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="period"),
        CheckConstraint(
            "is_public_employee OR (service_class IS NULL AND NOT needs_review)",
            name="class_only_for_employees",
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", index=True, max_length=32)
    is_public_employee: bool
    service_class: ServiceClass | None = Field(default=None, sa_type=choice(ServiceClass))
    working_time: WorkingTime | None = Field(default=None, sa_type=choice(WorkingTime))
    occupation: str = Field(default="", max_length=200)
    legal_basis: str = Field(default="", max_length=200)
    needs_review: bool = False
    declared_on: date
    valid_from: date
    valid_to: date | None = None
