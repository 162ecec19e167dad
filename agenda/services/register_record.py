"""台帳に当たる記録: cases with their plans, and what is on record of them column by column."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Final, TypeVar

from sqlmodel import Session, SQLModel, col, select

from agenda.register_tables import CaseAssessment, CaseLevel
from agenda.rules.register_further import (
    AssessmentLine,
    ConsentLine,
    FollowUp,
    Further,
    LevelLine,
    ServiceLine,
    Value,
    text_of,
    tidy,
)
from agenda.rules.register_writing import PlanDates
from agenda.services.plan_details import ServiceLine as RecordedService
from agenda.services.plan_details import services_of
from agenda.tables import Client, Consent, Plan
from meetings_app.core.terms import Capacity
from meetings_app.tables.committees import Appointment
from meetings_app.tables.people import Person

T = TypeVar("T", bound=SQLModel)

PLAN_FIELDS: Final[Mapping[Further, str]] = {
    Further.DRAFTED: "drafted_on",
    Further.START: "period_start",
    Further.GOAL: "goal",
    Further.MONITORED: "monitored_on",
    Further.ENDING_ASKED: "ending_asked_on",
    Further.URGENT: "urgent_raised_on",
    Further.ACHIEVED: "evaluation_achieved",
    Further.CHANGES: "evaluation_changes",
}
"""Columns that are one field of a plan."""

CASE_FIELDS: Final[Mapping[Further, str]] = {
    Further.FIRST_CONTACT: "first_contact_on",
    Further.NAME: "name",
    Further.KANA: "kana",
    Further.CLOSED: "closed_on",
    Further.CLOSED_WHY: "closed_why",
}
"""Columns that are one field of a client."""


@dataclass
class PlanOnRecord:
    """プラン with its services."""

    plan: Plan
    services: list[RecordedService] = field(default_factory=list)

    @property
    def dates(self) -> PlanDates:
        """What the printed columns say of the plan."""
        return PlanDates(**{one.name: getattr(self.plan, one.name) for one in fields(PlanDates)})

    @property
    def cells(self) -> dict[str, str]:
        """The cells as they were written when the plan was taken in or typed, by heading."""
        cells: dict[str, str] = json.loads(self.plan.raw).get("cells", {})
        return cells

    def values(self) -> dict[Further, Value]:
        """Return what the further columns say of the plan; blank ones are left out."""
        found = {column: getattr(self.plan, name) for column, name in PLAN_FIELDS.items()}
        found[Further.SERVICES] = tuple(service_line(line) for line in self.services)
        found[Further.FOLLOW_UP] = FollowUp(self.plan.follow_up, self.plan.follow_up_note)
        return _filled(found)


@dataclass
class CaseOnRecord:
    """ケース with everything a register says of it; `plans` by number."""

    client: Client
    plans: dict[int, PlanOnRecord] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)
    assessments: list[CaseAssessment] = field(default_factory=list)
    levels: list[CaseLevel] = field(default_factory=list)

    def values(self, staff: Mapping[str, str]) -> dict[Further, Value]:
        """Return what the further columns say of the case; blank ones are left out. `staff`: names by id."""
        found = {column: getattr(self.client, name) for column, name in CASE_FIELDS.items()}
        found[Further.ASSIGNED] = staff.get(self.client.assigned_id or "", "")
        found[Further.CONSENTS] = tuple(consent_line(row) for row in self.consents)
        found[Further.ASSESSMENTS] = tuple(dict.fromkeys(assessment_line(row) for row in self.assessments))
        found[Further.LEVELS] = tuple(
            LevelLine(row.assessed_on, row.level, tidy(row.note)) for row in self.levels
        )
        return _filled(found)


def _filled(found: Mapping[Further, Value | None]) -> dict[Further, Value]:
    tidied = {column: tidy(value) if isinstance(value, str) else value for column, value in found.items()}
    return {column: value for column, value in tidied.items() if value is not None and text_of(value)}


def service_line(line: RecordedService) -> ServiceLine:
    """Return a service on record as a register says it."""
    return ServiceLine(line.kind, tidy(line.name), tidy(line.provider), tidy(line.content), line.code)


def consent_line(row: Consent) -> ConsentLine:
    """Return a consent on record as a register says it: by its last day."""
    last = None if row.valid_to is None else row.valid_to - timedelta(days=1)
    return ConsentLine(row.valid_from, last, tidy(row.note))


def assessment_line(row: CaseAssessment) -> AssessmentLine:
    """Return an assessment on record as a register says it."""
    return AssessmentLine(row.assessed_on, tidy(row.summary))


def cases_on_record(session: Session, committee_id: str) -> dict[int, CaseOnRecord]:
    """Return every case of a body by its number, in order."""
    clients = session.exec(
        select(Client).where(Client.committee_id == committee_id).order_by(col(Client.case_number))
    ).all()
    cases = {client.id: CaseOnRecord(client) for client in clients}
    plans = _of_clients(session, Plan, cases, Plan.number)
    services = services_of(session, [plan.id for plan in plans])
    for plan in plans:
        cases[plan.client_id].plans[plan.number] = PlanOnRecord(plan, services[plan.id])
    for consent in _of_clients(session, Consent, cases, Consent.valid_from):
        cases[consent.client_id].consents.append(consent)
    for made in _of_clients(
        session,
        CaseAssessment,
        cases,
        CaseAssessment.assessed_on,
        CaseAssessment.recorded_at,
        CaseAssessment.id,
    ):
        cases[made.client_id].assessments.append(made)
    for level in _of_clients(session, CaseLevel, cases, CaseLevel.assessed_on):
        cases[level.client_id].levels.append(level)
    return {case.client.case_number: case for case in cases.values()}


def _of_clients(session: Session, table: type[T], clients: Iterable[str], *order: object) -> Sequence[T]:
    """Return the rows of a table that belong to these clients."""
    wanted = set(clients)
    rows = session.exec(select(table).order_by(*(col(one) for one in order))).all()
    return [row for row in rows if row.client_id in wanted]  # type: ignore[attr-defined]


def staff_of(session: Session, committee_id: str) -> dict[str, str]:
    """Return the names of everybody who is or was 事務局員 of a body, by id."""
    rows = session.exec(
        select(Person)
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .where(Appointment.committee_id == committee_id, Appointment.capacity == Capacity.SECRETARIAT)
    ).all()
    return {person.id: person.name for person in rows}
