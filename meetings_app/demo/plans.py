"""見本のプランを埋める: what the register does not hold, and what the 委員長 decides before the meeting."""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, select

from agenda.services.assessments import add_assessment
from agenda.services.case_levels import LevelEntry, record_levels, set_yearly_target
from agenda.services.case_list import open_cases
from agenda.services.clients import ClientFacts, edit_client
from agenda.services.confirmation import confirm_agenda
from agenda.services.conflicts import conflicts_of, decide_conflict
from agenda.services.plan_details import (
    Evaluation,
    PlanContent,
    ServiceEntry,
    edit_evaluation,
    edit_plan,
    set_services,
)
from agenda.services.plans import list_cases
from agenda.services.providers import list_providers, record_affiliation
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, FixedClock, tokyo
from meetings_app.core.partial_date import PartialDate
from meetings_app.core.terms import ConflictAnswer, Precision
from meetings_app.demo import plan_story as told
from meetings_app.demo.office import DemoOffice
from meetings_app.services.office_settings import set_setting
from meetings_app.tables.meetings import Meeting

WRITTEN_ON = date(2014, 3, 11)
CONFIRMED_ON = date(2014, 3, 17)
FROM_PAPER = "台帳にない内容を、紙のプランから写した。"


@dataclass(frozen=True, slots=True)
class _Desk:
    session: Session
    actor: Actor
    office: DemoOffice
    clock: FixedClock


def tell_plans(session: Session, actor: Actor, office: DemoOffice) -> None:
    """Write down goals, services, assessments, levels, targets, and who works for whom."""
    own = replace(actor, committee_id=office.support.id)
    desk = _Desk(session, own, office, FixedClock(tokyo(WRITTEN_ON, 9)))
    _settings(desk)
    _take_charge(desk)
    plans = _plans(desk)
    for one in told.PLANS:
        write_plan(session, own, desk.clock, plans[one.case, one.plan], one)
    for (case, plan), (achieved, changes) in told.EVALUATIONS.items():
        _evaluate(desk, plans[case, plan], achieved, changes)
    _assess(desk)
    _levels(desk)
    _employ(desk)


def decide_before_meeting(session: Session, actor: Actor, office: DemoOffice, meeting: Meeting) -> None:
    """Let the 委員長 decide on conflicts of interest and confirm the agenda."""
    clock = FixedClock(tokyo(CONFIRMED_ON, 9))
    keys = {person_id: key for key, person_id in office.people.items()}
    for conflict in conflicts_of(session, meeting):
        case = conflict.item.client.case_number if conflict.item.client else 0
        plan = conflict.item.plan.number if conflict.item.plan else 0
        stays = told.STAYS.get((keys[conflict.person_id], case, plan))
        decide_conflict(
            session=session,
            actor=actor,
            clock=clock,
            meeting=meeting,
            item_id=conflict.item.item.id,
            person_id=conflict.person_id,
            answer=ConflictAnswer.STAYS if stays else ConflictAnswer.RECUSED,
            reason=stays or told.LEAVES_BECAUSE,
            decided_by_id=office.people["chair"],
            decided_on=CONFIRMED_ON,
        )
    confirm_agenda(
        session=session,
        actor=actor,
        clock=clock,
        meeting=meeting,
        confirmed_by_id=office.people["chair"],
        confirmed_on=CONFIRMED_ON,
    )


def _settings(desk: _Desk) -> None:
    values = {"office.name": told.OFFICE, "office.phone": told.PHONE, "office.mailbox": told.MAILBOX}
    values |= {f"cases.level_{level}": text for level, text in enumerate(told.MEANINGS)}
    for key, value in values.items():
        set_setting(session=desk.session, actor=desk.actor, clock=desk.clock, key=key, value=value)
    new_cases, plans = told.TARGETS
    set_yearly_target(
        session=desk.session,
        actor=desk.actor,
        clock=desk.clock,
        fiscal_year=2013,
        new_cases=new_cases,
        plans=plans,
    )


def _take_charge(desk: _Desk) -> None:
    """Give every case to one of the two 相談支援員."""
    staff = (desk.office.people["counsellor1"], desk.office.people["counsellor2"])
    for client in desk.session.exec(
        select(Client).where(Client.committee_id == desk.office.support.id)
    ).all():
        edit_client(
            session=desk.session,
            actor=desk.actor,
            clock=desk.clock,
            client=client,
            version=client.version,
            facts=ClientFacts(
                case_number=client.case_number,
                initials=client.initials,
                first_contact_on=client.first_contact_on,
                assigned_id=staff[client.case_number % 2],
            ),
        )


def _plans(desk: _Desk) -> dict[tuple[int, int], Plan]:
    cases = list_cases(desk.session, desk.office.support.id, WRITTEN_ON)
    return {(case.client.case_number, plan.number): plan for case in cases for plan in case.plans}


def write_plan(session: Session, actor: Actor, clock: Clock, plan: Plan, one: told.PlanTold) -> None:
    """Write down the goal, the beginning and the services of a plan; its other dates stand."""
    edit_plan(
        session=session,
        actor=actor,
        clock=clock,
        plan=plan,
        content=PlanContent(
            goal=one.goal,
            period_start=one.period_start,
            period_end=_partial(plan.period_end, plan.period_end_precision),
            monitoring=_partial(plan.monitoring_month_end, plan.monitoring_precision),
            drafted_on=plan.drafted_on,
        ),
        reason=FROM_PAPER,
    )
    set_services(
        session=session,
        actor=actor,
        clock=clock,
        plan=plan,
        entries=[
            ServiceEntry(kind=kind, code="", name=name, provider=provider, content=content)
            for kind, name, provider, content in one.services
        ],
        reason=FROM_PAPER,
    )


def _evaluate(desk: _Desk, plan: Plan, achieved: str, changes: str) -> None:
    edit_evaluation(
        session=desk.session,
        actor=desk.actor,
        clock=desk.clock,
        plan=plan,
        evaluation=Evaluation(achieved=achieved, changes=changes, follow_up=None),
        reason=FROM_PAPER,
    )


def _assess(desk: _Desk) -> None:
    cases = {
        case.client.case_number: case for case in list_cases(desk.session, desk.office.support.id, WRITTEN_ON)
    }
    for case, summary in told.ASSESSMENTS.items():
        add_assessment(
            session=desk.session,
            actor=desk.actor,
            clock=desk.clock,
            client=cases[case].client,
            assessed_on=told.ASSESSED_ON,
            summary=summary,
        )


def _levels(desk: _Desk) -> None:
    for place, day in enumerate((told.LEVELS_BEFORE_ON, told.LEVELS_ON)):
        rows = open_cases(desk.session, desk.office.support.id, day)
        record_levels(
            session=desk.session,
            actor=desk.actor,
            clock=FixedClock(tokyo(day, 16)),
            on=day,
            entries=[
                LevelEntry(
                    client_id=row.client_id,
                    level=told.LEVELS[row.case][place],
                    note="",
                    seen=row.level.level if row.level else None,
                    seen_note="",
                )
                for row in rows
                if row.case in told.LEVELS
            ],
        )


def _employ(desk: _Desk) -> None:
    providers = {one.name: one.id for one in list_providers(desk.session, desk.office.support.id, WRITTEN_ON)}
    for key, provider, post in told.WORKS_FOR:
        record_affiliation(
            session=desk.session,
            actor=desk.actor,
            clock=desk.clock,
            provider_id=providers[provider],
            person_id=desk.office.people[key],
            post=post,
            valid_from=date(2013, 4, 1),
        )


def _partial(day: date | None, precision: Precision | None) -> PartialDate | None:
    """Return a stored date as a form gives it."""
    if day is None or precision is None:
        return None
    exact = day.day if precision is Precision.DAY else None
    return PartialDate("", day.year, day.month, exact, precision)
