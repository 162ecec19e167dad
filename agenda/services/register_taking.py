"""台帳の行の取込み: every row beside what is on record: what is new is added, what differs is refused."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from sqlmodel import Session

from agenda.register_tables import CaseAssessment, CaseLevel, PlanService
from agenda.rules.register import RegisterReading
from agenda.rules.register_entry import CaseEntry, Column, RegisterEntry
from agenda.rules.register_further import (
    NAMES,
    AssessmentLine,
    ConsentLine,
    FollowUp,
    Further,
    LevelLine,
    ListLine,
    ServiceLine,
    Value,
    Values,
    days_of,
    lines_of,
    overlap,
    text_of,
)
from agenda.rules.register_writing import FIELDS, PlanDates, Said, kept_of, printed_cells, said_by
from agenda.rules.service_codes import entry_on
from agenda.services.clients import names_kept
from agenda.services.plan_details import MOST_SERVICES, plan_day, refuse_backward_period
from agenda.services.providers import get_or_create_provider, providers_of, same_name
from agenda.services.register_record import (
    CASE_FIELDS,
    PLAN_FIELDS,
    CaseOnRecord,
    PlanOnRecord,
    assessment_line,
    cases_on_record,
    consent_line,
    staff_of,
)
from agenda.services.service_codes import all_entries
from agenda.tables import Client, Consent, Plan, RegisterImport
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding
from meetings_app.core.partial_date import PartialDate
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record

SHOWN = 60
"""How many characters of a cell are repeated in what is said about it."""

_UNREADABLE = frozenset({"unreadable_date", "outcome_unclear"})
"""What reading a printed cell finds where it does not know what the cell says."""

LONGEST_INITIALS = 20
NAMES_OFF = (
    "この事務所は、氏名を登録しない設定です。氏名とふりがなの列を空けるか、設定の「本人の氏名」を変えてから、"
    "取り込み直してください。"
)


@dataclass(frozen=True, slots=True)
class Added:
    """取込みで加わるもの: in which row, of whom, and what."""

    row: int
    who: str
    what: str


@dataclass
class Taking:
    """取込み of one file: what is on record, and what its rows have added or were refused for so far."""

    session: Session
    actor: Actor
    clock: Clock
    source: RegisterImport
    findings: list[Finding] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    new_plans: int = 0
    new_clients: int = 0
    new_services: int = 0
    new_facts: int = 0
    _changed: dict[str, tuple[Client | Plan, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        body = self.actor.committee_id
        self.cases = cases_on_record(self.session, body)
        self.staff = staff_of(self.session, body)
        self.names_on = names_kept(self.session)
        self.codes = all_entries(self.session, body)
        self._providers = {same_name(row.name): row.id for row in providers_of(self.session, body)}
        self._providers_before = len(self._providers)
        self._before = set(self.cases)
        self.unreadable: frozenset[tuple[int | None, str | None]] = frozenset()

    @property
    def new_providers(self) -> int:
        """How many providers the file has brought."""
        return len(self._providers) - self._providers_before

    def provider_id(self, name: str) -> str | None:
        """Return the provider of that name, a new one where there is none; None without a name."""
        if not name:
            return None
        if same_name(name) not in self._providers:
            made = get_or_create_provider(session=self.session, actor=self.actor, clock=self.clock, name=name)
            self._providers[same_name(name)] = made.id
        return self._providers[same_name(name)]

    def take(self, reading: RegisterReading, without: Collection[int | None]) -> None:
        """Go through the rows; those in `without` are refused already."""
        seen = {entry.row for entry in reading.entries}
        self.unreadable = frozenset(
            (finding.row, finding.column) for finding in reading.findings if finding.code in _UNREADABLE
        )
        for entry in reading.entries:
            if entry.row not in without:
                _PlanRow(self, self.case_of(entry.row, entry.case, entry.initials, entry), entry).take()
        for row in reading.cases:
            initials = "" if row.row in seen else row.initials
            _CaseRow(self, self.case_of(row.row, row.case, initials, None), row).take()
        self.session.flush()
        self._leave_traces()

    def case_of(self, row: int, number: int, initials: str, entry: RegisterEntry | None) -> CaseOnRecord:
        """Return the case of a row, a new one where there is none; initials that differ refuse the row."""
        case = self.cases.get(number)
        if len(initials) > LONGEST_INITIALS:
            message = f"名前(イニシャル)が{len(initials)}字あります。{LONGEST_INITIALS}字以内にしてください。"
            _Place(self, row, f"No.{number}").refuse(Column.INITIALS, initials, message, "initials_too_long")
            initials = ""
        if case is None:
            client = Client(committee_id=self.actor.committee_id, case_number=number, initials=initials)
            self.session.add(client)
            self.session.flush()
            self.cases[number] = CaseOnRecord(client)
            self.new_clients += 1
            self.added.append(Added(row, f"No.{number}", "新しいケース"))
            return self.cases[number]
        if number in self._before and initials and not self._known_initials(case, initials, entry):
            place = _Place(self, row, f"No.{number}")
            if place.is_new(Column.INITIALS, initials, case.client.initials):
                case.client.initials = initials
                place.note(case.client, "名前(イニシャル)", initials)
        return case

    def _known_initials(self, case: CaseOnRecord, initials: str, entry: RegisterEntry | None) -> bool:
        """Return whether initials are those on record, or stood in the plan's row when it was taken in."""
        if initials == case.client.initials:
            return True
        plan = case.plans.get(entry.plan) if entry is not None else None
        return plan is not None and plan.cells.get(Column.INITIALS, "").strip() == initials

    def is_new_case(self, case: CaseOnRecord) -> bool:
        """Whether a case came with this file."""
        return case.client.case_number not in self._before

    def changed(self, row: Client | Plan, what: str) -> None:
        """Remember that something was added to a case or plan that was on record before."""
        self.new_facts += 1
        self._changed.setdefault(row.id, (row, []))[1].append(what)

    def _leave_traces(self) -> None:
        for row, facts in self._changed.values():
            row.version += 1
            self.session.add(row)
            record(
                session=self.session,
                actor=self.actor,
                clock=self.clock,
                action="台帳からの追記",
                subject="client" if isinstance(row, Client) else "plan",
                subject_id=row.id,
                detail={"facts": facts, "import": self.source.id},
            )


@dataclass
class _Place:
    """場所: a row and whom it is about."""

    taking: Taking
    row: int
    who: str

    def refuse(self, column: str, raw: str, message: str, code: str) -> None:
        self.taking.findings.append(Finding(code, message, "refused", self.row, column, _short(raw)))

    def warn(self, column: str, raw: str, message: str, code: str) -> None:
        self.taking.findings.append(Finding(code, message, "warning", self.row, column, _short(raw)))

    def note(self, row: Client | Plan, column: str, text: str) -> None:
        """Note what was added to something that was on record before."""
        self.taking.added.append(Added(self.row, self.who, f"{column} {_short(text)}"))
        self.taking.changed(row, f"{column} {text}")

    def is_new(self, column: str, said: str, known: str) -> bool:
        """Return whether the file says what nobody has written yet; another text is refused."""
        if known and said != known:
            self.differs(column, said, known)
        return not known

    def differs(self, column: str, said: str, known: str) -> None:
        message = (
            f"{self.who} の「{column}」は、登録では「{_short(known) or '（空欄）'}」、この行では「{_short(said)}」です。"
            "どちらが正しいか確かめ、登録を画面で直すか、この行を直してから、取り込み直してください。"
        )
        self.refuse(column, said, message, "differs_from_record")

    def happened(self, values: Values) -> bool:
        """Return whether all that is said to have happened has; days to come are refused."""
        ahead = [(column, day) for column, day in days_of(values) if day > today(self.taking.clock)]
        for column, day in ahead:
            message = f"{self.who} の「{column}」の{format_wareki(day)}はまだ来ていません。実際にあった日に直してください。"
            self.refuse(column, day.isoformat(), message, "day_to_come")
        return not ahead


def _short(text: str) -> str:
    line = text.replace("\n", " ／ ")
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


class _PlanRow:
    """プランの行."""

    def __init__(self, taking: Taking, case: CaseOnRecord, entry: RegisterEntry) -> None:
        self.taking, self.case, self.entry = taking, case, entry
        self.place = _Place(taking, entry.row, f"No.{entry.case} プラン{entry.plan}")
        self.known = case.plans.get(entry.plan)
        self.plan = self.known.plan if self.known else self._new_plan()
        self.cells = dict(self.known.cells) if self.known else {}

    def _new_plan(self) -> Plan:
        return Plan(
            client_id=self.case.client.id,
            number=self.entry.plan,
            import_id=self.taking.source.id,
            register_row=self.entry.row,
            raw=raw_of(self.entry),
        )

    def take(self) -> None:
        if not self.place.happened(self.entry.further):
            return
        facts = {**self._dated(), **self._fields(), **self._follow_up()}
        services = self._services()
        if not self._period_holds(facts):
            return
        for name, value in facts.items():
            setattr(self.plan, name, value)
        if self.known is None:
            self.taking.session.add(self.plan)
            self.taking.session.flush()
            self.taking.new_plans += 1
            what = f"新しいプラン（支援内容{len(services)}件）" if services else "新しいプラン"
            self.taking.added.append(Added(self.entry.row, self.place.who, what))
            self.case.plans[self.entry.plan] = PlanOnRecord(self.plan)
        self._add_services(services)

    # ---- the printed columns

    def _dated(self) -> dict[str, object]:
        """Return the fields of the printed columns that are to be set."""
        said, facts = kept_of(self.entry), dict[str, object]()
        if self.known is None:
            return {one.name: getattr(said, one.name) for one in fields(PlanDates)}
        for column, names in FIELDS.items():
            facts |= dict(zip(names, self._column(column, said, self.known), strict=True))
        return facts

    def _column(self, column: Column, said: PlanDates, known: PlanOnRecord) -> Said:
        """Return what a printed column says of a plan on record, with what the row adds to it."""
        new, old = said_by(said, column), said_by(known.dates, column)
        cell = self.entry.raw[column]
        if cell.strip() == known.cells.get(column, "").strip():
            return old
        unreadable = (self.entry.row, column.value) in self.taking.unreadable
        if not unreadable and (not any(new) or new == old):
            return old
        if unreadable or _differ(column, new, old):
            self.place.differs(column, cell, printed_cells(known.dates, known.cells)[column])
            return old
        merged = tuple(
            before if before is not None else after for before, after in zip(old, new, strict=True)
        )
        if merged != old:
            self.place.note(self.plan, column, cell)
            self._write_down(column, cell)
        return merged

    def _write_down(self, column: Column, cell: str) -> None:
        kept = json.loads(self.plan.raw)
        kept.setdefault("cells", {})[column.value] = cell
        kept.setdefault("read", {}).update({column.value: _read_of(self.entry)[column.value]})
        self.plan.raw = json.dumps(kept, ensure_ascii=False, sort_keys=True)

    # ---- the further columns

    def _fields(self) -> dict[str, object]:
        facts: dict[str, object] = {}
        known = self.known.values() if self.known else {}
        for column, name in PLAN_FIELDS.items():
            value = self.entry.further.get(column)
            if value is not None and self._is_new(column, value, known.get(column)):
                facts[name] = value
        return facts

    def _is_new(self, column: Further, value: Value, known: Value | None) -> bool:
        if self.known is None:
            return True
        new = self.place.is_new(column, text_of(value), text_of(known) if known is not None else "")
        if new:
            self.place.note(self.plan, column, text_of(value))
        return new

    def _follow_up(self) -> dict[str, object]:
        said = self.entry.further.get(Further.FOLLOW_UP)
        if not isinstance(said, FollowUp):
            return {}
        known = FollowUp(self.plan.follow_up, self.plan.follow_up_note)
        clash = said.needed is not None and known.needed is not None and said.needed != known.needed
        if clash or (said.note and known.note and said.note != known.note):
            self.place.differs(Further.FOLLOW_UP, text_of(said), text_of(known))
            return {}
        merged = FollowUp(said.needed if known.needed is None else known.needed, known.note or said.note)
        if self.known is not None and merged != known:
            self.place.note(self.plan, Further.FOLLOW_UP, text_of(said))
        return {"follow_up": merged.needed, "follow_up_note": merged.note}

    def _period_holds(self, facts: Mapping[str, object]) -> bool:
        """Return whether the period begins before it ends, with what the row says."""
        start, end = (facts.get(name, getattr(self.plan, name)) for name in ("period_start", "period_end"))
        try:
            if isinstance(start, date) and isinstance(end, date):
                refuse_backward_period(start, end)
        except Refused as refusal:
            self.place.refuse(
                Further.START, str(start), f"{self.place.who} の{refusal.message}", "period_backward"
            )
            return False
        return True

    # ---- services

    def _services(self) -> list[ServiceLine]:
        """Return the services that are to be added; others than those on record are refused."""
        value = self.entry.further.get(Further.SERVICES)
        said = [line for line in value if isinstance(line, ServiceLine)] if isinstance(value, tuple) else []
        known = self.known.values().get(Further.SERVICES) if self.known else None
        if known is not None and said:
            # width and stray spaces do not count, as in names of providers
            if [*map(same_name, lines_of(tuple(said)))] != [*map(same_name, lines_of(known))]:
                self.place.differs(Further.SERVICES, text_of(tuple(said)), text_of(known))
            return []
        if len(said) > MOST_SERVICES:
            message = f"{self.place.who} の支援内容が{len(said)}行あります。{MOST_SERVICES}行までにまとめてください。"
            self.place.refuse(Further.SERVICES, text_of(tuple(said)), message, "too_many_services")
            return []
        return said

    def _add_services(self, lines: list[ServiceLine]) -> None:
        if not lines:
            return
        taking = self.taking
        for position, line in enumerate(lines, start=1):
            self._check_code(line)
            taking.session.add(
                PlanService(
                    plan_id=self.plan.id,
                    position=position,
                    kind=line.kind,
                    code=line.code or None,
                    name=line.name,
                    provider_id=taking.provider_id(line.provider),
                    content=line.content,
                )
            )
            taking.new_services += 1
        if self.known is not None:
            self.place.note(self.plan, Further.SERVICES, text_of(tuple(lines)))

    def _check_code(self, line: ServiceLine) -> None:
        """Remark on a code that the list does not have, or calls otherwise, on the plan's day."""
        day = plan_day(self.plan, today(self.taking.clock))
        listed = entry_on(self.taking.codes, line.code, day) if line.code else None
        if line.code and (listed is None or listed.name != line.name):
            message = (
                f"支援の番号「{line.code}」の「{line.name}」は、{format_wareki(day)}の支援の種類の一覧にありません。"
                "書かれたまま登録します。番号と名称を確かめてください。"
            )
            self.place.warn(Further.SERVICES, text_of((line,)), message, "service_code_unknown")


class _CaseRow:
    """ケースの欄."""

    def __init__(self, taking: Taking, case: CaseOnRecord, row: CaseEntry) -> None:
        self.taking, self.case, self.row = taking, case, row
        self.place = _Place(taking, row.row, f"No.{row.case}")
        self.client = case.client
        self.known = case.values(taking.staff)

    def take(self) -> None:
        if not self.place.happened(self.row.further):
            return
        for column, value in self.row.further.items():
            if column in NAMES and not self.taking.names_on:
                self.place.refuse(column, "", NAMES_OFF, "names_off")
            elif column is Further.ASSIGNED:
                self._assign(text_of(value))
            elif isinstance(value, tuple):
                for line in value:
                    self._take_line(column, line)
            elif self._is_new(column, text_of(value)):
                setattr(self.client, CASE_FIELDS[column], value)
                self._note(column, value)
        self.taking.session.add(self.client)

    def _is_new(self, column: Further, said: str) -> bool:
        known = self.known.get(column)
        return self.place.is_new(column, said, text_of(known) if known is not None else "")

    def _note(self, column: Further, value: Value) -> None:
        if not self.taking.is_new_case(self.case):
            self.place.note(self.client, column, text_of(value))

    def _assign(self, name: str) -> None:
        if not self._is_new(Further.ASSIGNED, name):
            return
        found = [person_id for person_id, known in self.taking.staff.items() if known == name]
        if len(found) != 1:
            many = f"{len(found)}人います" if found else "いません"
            message = (
                f"「{name}」という事務局員が{many}。名簿に登録してから取り込み直すか、欄を空けて、"
                "取り込んだ後にケースの画面で選んでください。"
            )
            self.place.refuse(Further.ASSIGNED, name, message, "assigned_unknown")
            return
        self.client.assigned_id = found[0]
        self._note(Further.ASSIGNED, name)

    # ---- lists

    def _take_line(self, column: Further, line: ListLine) -> None:
        match line:
            case ConsentLine():
                added = self._take_consent(line)
            case AssessmentLine():
                added = self._take_assessment(line)
            case LevelLine():
                added = self._take_level(line)
            case ServiceLine():
                raise TypeError("services belong to a plan")
        if added:
            self.taking.session.flush()
            self._note(column, (line,))

    def _take_consent(self, said: ConsentLine) -> bool:
        same = next((row for row in self.case.consents if row.valid_from == said.first), None)
        if same is not None:
            return self._complete_consent(same, said)
        for row in self.case.consents:
            known = consent_line(row)
            if overlap(said, known):
                message = (
                    f"{self.place.who} の同意「{text_of((said,))}」が、「{text_of((known,))}」と重なります。"
                    "どちらかの日付を直してから、取り込み直してください。"
                )
                self.place.refuse(Further.CONSENTS, text_of((said,)), message, "consents_overlap")
                return False
        consent = Consent(
            client_id=self.client.id, valid_from=said.first, valid_to=_day_after(said.last), note=said.note
        )
        self.taking.session.add(consent)
        self.case.consents.append(consent)
        return True

    def _complete_consent(self, row: Consent, said: ConsentLine) -> bool:
        """Add a withdrawal or a note to a consent on record; anything else refuses the row."""
        known = consent_line(row)
        fits = known.last in (None, said.last) and (not known.note or said.note in ("", known.note))
        later = [one for one in self.case.consents if one is not row and overlap(said, consent_line(one))]
        if not fits or (later and known.last is None and said.last is not None):
            self.place.differs(Further.CONSENTS, text_of((said,)), text_of((known,)))
            return False
        if said == known or (said.last == known.last and not said.note):
            return False
        row.valid_to, row.note = _day_after(said.last), said.note or row.note
        self.taking.session.add(row)
        return True

    def _take_assessment(self, said: AssessmentLine) -> bool:
        if said in {assessment_line(row) for row in self.case.assessments}:
            return False
        made = CaseAssessment(
            client_id=self.client.id,
            assessed_on=said.on,
            summary=said.summary,
            recorded_by=self.taking.actor.name,
            # the file gives the order of one day's assessments; no two may have been recorded at one moment
            recorded_at=self.taking.clock.now() + timedelta(microseconds=len(self.case.assessments)),
        )
        self.taking.session.add(made)
        self.case.assessments.append(made)
        return True

    def _take_level(self, said: LevelLine) -> bool:
        row = next((row for row in self.case.levels if row.assessed_on == said.on), None)
        if row is None:
            made = CaseLevel(
                client_id=self.client.id,
                assessed_on=said.on,
                level=said.level,
                note=said.note,
                recorded_by=self.taking.actor.name,
                recorded_at=self.taking.clock.now(),
            )
            self.taking.session.add(made)
            self.case.levels.append(made)
            return True
        known = LevelLine(row.assessed_on, row.level, row.note)
        if said.level != known.level or (said.note and known.note and said.note != known.note):
            self.place.differs(Further.LEVELS, text_of((said,)), text_of((known,)))
            return False
        if known.note or not said.note:
            return False
        row.note = said.note
        self.taking.session.add(row)
        return True


def _day_after(last: date | None) -> date | None:
    return None if last is None else last + timedelta(days=1)


def _differ(column: Column, new: Said, old: Said) -> bool:
    """Return whether a printed column says something else; how exactly a day is given is no difference by itself."""
    if column in (Column.PERIOD, Column.MONITORING):
        return old[0] is not None and new[0] != old[0]
    return any(None not in (a, b) and a != b for a, b in zip(new, old, strict=True))


def raw_of(entry: RegisterEntry) -> str:
    """Return the row's cells as written, with what was read of each date and how exactly."""
    read = {name: said for name, said in _read_of(entry).items() if said}
    return json.dumps({"cells": dict(entry.raw), "read": read}, ensure_ascii=False, sort_keys=True)


def _read_of(entry: RegisterEntry) -> dict[str, dict[str, str]]:
    dates: dict[Column, PartialDate | None] = {
        Column.MEETING: entry.meeting,
        Column.DECISION: entry.decision,
        Column.PERIOD: entry.period_end,
        Column.MONITORING: entry.next_monitoring,
        Column.EVALUATION_MEETING: entry.evaluation_meeting,
        Column.EVALUATION: entry.evaluation_decision,
    }
    return {
        column.value: {"until": partial.last_day.isoformat(), "precision": partial.precision.value}
        if partial
        else {}
        for column, partial in dates.items()
    }
