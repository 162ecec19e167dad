"""相談者一覧: every open case as of a day with its level, and the year so far against the office's targets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from agenda.papers.contents import CaseList, CaseListRow, Head, TargetLine
from agenda.register_tables import CaseLevel, YearlyTarget
from agenda.rules.case_list import (
    CaseFacts,
    CaseStage,
    LevelChange,
    is_new_case,
    is_open_case,
    level_change,
    list_order,
    new_cases_in,
    plans_in,
    stage_on,
)
from agenda.rules.due import Due, PlanFacts
from agenda.services.clients import assigned_names
from agenda.services.items import eve_of
from agenda.services.plans import consents_on, list_due, load_plan_facts
from agenda.tables import Client, Plan
from meetings_app.core.clock import TOKYO
from meetings_app.core.partial_date import format_loosely
from meetings_app.core.terms import Precision
from meetings_app.core.wareki import era_year_text, fiscal_year
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting

MEETINGS_SHOWN = 3
"""How many meetings back the levels are shown."""

NEW_CASES, PLANS = "新規相談", "プラン作成"


@dataclass(frozen=True, slots=True)
class LevelOn:
    """レベル as it was on a day; `assessed_on` when it was recorded."""

    level: int
    assessed_on: date
    note: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class ListedCase:
    """相談者一覧の1件. `levels` are those on the days of the last meetings, oldest first; `plan` None: none yet."""

    client_id: str
    case: int
    initials: str
    is_new: bool
    level: LevelOn | None
    levels: tuple[tuple[date, int], ...]
    change: LevelChange
    plan: int | None
    stage: CaseStage
    period_end: date | None
    precision: Precision | None
    assigned: str
    due: Due | None
    consented: bool


@dataclass(frozen=True, slots=True)
class YearFigures:
    """年度の件数 up to a day against the 目安値 (None: not set), with who set those and when."""

    fiscal_year: int
    new_cases: int
    plans: int
    new_cases_target: int | None = None
    plans_target: int | None = None
    set_by: str = ""
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    """Everything on record that the list is made from."""

    clients: dict[str, Client]
    cases: dict[str, CaseFacts]
    plans: list[PlanFacts]


# ---- the list


def open_cases(session: Session, committee_id: str, on: date) -> list[ListedCase]:
    """相談者一覧: return the cases open on a day, new ones on top, then by change and level.

    Nothing recorded for a later day counts. The change is against the last meeting before `on`.
    """
    record = _load(session, committee_id, on)
    listed = {key: facts for key, facts in record.cases.items() if is_open_case(facts, on)}
    clients = [record.clients[key] for key in listed]
    lister = _Lister(
        on=on,
        days=meeting_days(session, record.plans, committee_id, on),
        levels=_levels(session, listed, on),
        assigned={key: person.name for key, person in assigned_names(session, clients).items()},
        dues=_first_dues(session, committee_id, on),
        periods=_periods(session, listed),
        consents=consents_on(session, list(listed), on),
    )
    return sorted((lister.row(client, listed[client.id]) for client in clients), key=_order)


@dataclass(frozen=True, slots=True)
class _Lister:
    """What every row is made from; `days` are those of the last meetings, oldest first."""

    on: date
    days: Sequence[date]
    levels: Mapping[str, Sequence[CaseLevel]]
    assigned: Mapping[str, str]
    dues: Mapping[int, Due]
    periods: Mapping[tuple[str, int], tuple[date | None, Precision | None]]
    consents: set[str]

    def row(self, client: Client, facts: CaseFacts) -> ListedCase:
        """Return the row of one open case."""
        plan, stage = stage_on(facts, self.on)
        level = level_by(self.levels[client.id], self.on)
        end, precision = self.periods.get((client.id, plan or 0), (None, None))
        last = self.days[-1] if self.days else None
        before = None if last is None else level_by(self.levels[client.id], last)
        return ListedCase(
            client_id=client.id,
            case=client.case_number,
            initials=client.initials,
            is_new=is_new_case(facts, self.on, last),
            level=level,
            levels=self._history(client.id),
            change=level_change(level.level if level else None, before.level if before else None),
            plan=plan,
            stage=stage,
            period_end=end,
            precision=precision,
            assigned=self.assigned.get(client.id, ""),
            due=self.dues.get(client.case_number),
            consented=client.id in self.consents,
        )

    def _history(self, client_id: str) -> tuple[tuple[date, int], ...]:
        """Return the level on the day of each of the last meetings, where there was one."""
        known = ((day, level_by(self.levels[client_id], day)) for day in self.days)
        return tuple((day, level.level) for day, level in known if level is not None)


def _order(row: ListedCase) -> tuple[bool, int, int, int]:
    return list_order(row.case, row.change, row.level.level if row.level else None, is_new=row.is_new)


def meeting_days(session: Session, plans: Sequence[PlanFacts], committee_id: str, on: date) -> list[date]:
    """会議の日: return the last days before `on` on which the body met, oldest first.

    Meetings held before this system came are known from the plans they confirmed or evaluated.
    """
    closed = session.exec(
        select(Meeting.closed_at).where(
            Meeting.committee_id == committee_id, col(Meeting.closed_at).is_not(None)
        )
    ).all()
    days = {moment.astimezone(TOKYO).date() for moment in closed if moment is not None}
    days |= {day for plan in plans for day in (plan.meeting, plan.evaluated_on) if day is not None}
    return sorted(day for day in days if day < on)[-MEETINGS_SHOWN:]


def level_by(levels: Sequence[CaseLevel], on: date) -> LevelOn | None:
    """Return the level that holds on a day: the last one assessed by then (`levels` in order of their days)."""
    known = [row for row in levels if row.assessed_on <= on]
    if not known:
        return None
    last = known[-1]
    return LevelOn(last.level, last.assessed_on, last.note, last.recorded_by)


def level_meanings(session: Session) -> dict[int, str]:
    """レベルの意味: return what the office has agreed for each level; "" where it has not."""
    return {level: str(get_setting(session, f"cases.level_{level}") or "") for level in range(6)}


def _load(session: Session, committee_id: str, on: date) -> _Record:
    clients = session.exec(select(Client).where(Client.committee_id == committee_id)).all()
    plans = load_plan_facts(session, committee_id, on)
    by_case: dict[int, list[PlanFacts]] = defaultdict(list)
    for plan in plans:
        by_case[plan.case].append(plan)
    cases = {
        client.id: CaseFacts(
            case=client.case_number,
            first_contact_on=client.first_contact_on,
            closed_on=client.closed_on,
            plans=tuple(by_case[client.case_number]),
        )
        for client in clients
    }
    return _Record({client.id: client for client in clients}, cases, plans)


def _levels(session: Session, clients: Mapping[str, object], on: date) -> dict[str, list[CaseLevel]]:
    rows = session.exec(
        select(CaseLevel)
        .where(col(CaseLevel.client_id).in_(list(clients)), CaseLevel.assessed_on <= on)
        .order_by(col(CaseLevel.assessed_on))
    ).all()
    found: dict[str, list[CaseLevel]] = {client_id: [] for client_id in clients}
    for row in rows:
        found[row.client_id].append(row)
    return found


def _first_dues(session: Session, committee_id: str, on: date) -> dict[int, Due]:
    found: dict[int, Due] = {}
    for due in list_due(session=session, committee_id=committee_id, on=on):
        found.setdefault(due.case, due)
    return found


def _periods(
    session: Session, clients: Mapping[str, object]
) -> dict[tuple[str, int], tuple[date | None, Precision | None]]:
    rows = session.exec(select(Plan).where(col(Plan.client_id).in_(list(clients)))).all()
    return {(plan.client_id, plan.number): (plan.period_end, plan.period_end_precision) for plan in rows}


# ---- the year


def year_figures(session: Session, committee_id: str, on: date) -> YearFigures:
    """年度の件数: return the fiscal year of `on` up to that day, against the 目安値."""
    record = _load(session, committee_id, on)
    year = fiscal_year(on)
    target = target_of(session, committee_id, year)
    return YearFigures(
        fiscal_year=year,
        new_cases=new_cases_in(record.cases.values(), year, on),
        plans=plans_in(record.plans, year, on),
        new_cases_target=target.new_cases if target else None,
        plans_target=target.plans if target else None,
        set_by=target.set_by if target else "",
        set_at=target.set_at if target else None,
    )


def target_of(session: Session, committee_id: str, year: int) -> YearlyTarget | None:
    """Return the 目安値 of a body for a fiscal year."""
    return session.exec(
        select(YearlyTarget).where(
            YearlyTarget.committee_id == committee_id, YearlyTarget.fiscal_year == year
        )
    ).one_or_none()


# ---- the paper


def case_list_paper(
    session: Session, meeting: Meeting, *, head: Head, cases: frozenset[int] | None = None
) -> CaseList:
    """相談者一覧の紙, from the record as of the day before the meeting. Changes nothing.

    `cases` are the numbers the reader may see (None: all). A case whose consent does not hold that day or on the day
    of the meeting is on no paper.
    """
    on, day = eve_of(meeting), meeting.starts_at.astimezone(TOKYO).date()
    listed = [row for row in open_cases(session, meeting.committee_id, on) if row.consented]
    consented = consents_on(session, [row.client_id for row in listed], day)
    rows = [
        _paper_row(row)
        for row in listed
        if row.client_id in consented and (cases is None or row.case in cases)
    ]
    year = year_figures(session, meeting.committee_id, on)
    return CaseList(
        head=head,
        on=on,
        rows=tuple(rows),
        fiscal_year=f"{era_year_text(date(year.fiscal_year, 4, 1))}度",
        targets=(
            TargetLine(NEW_CASES, year.new_cases, year.new_cases_target),
            TargetLine(PLANS, year.plans, year.plans_target),
        ),
    )


def _paper_row(row: ListedCase) -> CaseListRow:
    return CaseListRow(
        case=row.case,
        initials=row.initials,
        is_new=row.is_new,
        level=row.level.level if row.level else None,
        levels=row.levels,
        plan=row.plan,
        stage=str(row.stage),
        period_end=format_loosely(row.period_end, row.precision),
        assigned=row.assigned,
        note=row.level.note if row.level else "",
    )
