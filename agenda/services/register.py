"""台帳の取込み: a register file taken in as a whole or not at all."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.register_file import read_bytes
from agenda.rules.register import read_register
from agenda.rules.register_entry import Column, RegisterEntry
from agenda.tables import Client, Plan, RegisterImport
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.explained import Finding
from meetings_app.core.partial_date import PartialDate
from meetings_app.services.audit import record

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """取込みの結果: numbers of plans and clients in the file, those new, and every finding.

    `refused` True: at least one row is impossible, so that nothing of the file was taken in.
    """

    plans: int
    clients: int
    added_plans: int
    added_clients: int
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether the file was refused because of single rows."""
        return any(finding.severity == REFUSED for finding in self.findings)


def import_register(
    *, session: Session, actor: Actor, clock: Clock, committee_id: str, filename: str, data: bytes
) -> ImportResult:
    """台帳を取り込む: add the clients and plans of a CSV or XLSX file that are not on record yet.

    A plan already on record with the same cells is left as it is, so taking a file in twice changes nothing.
    Raises Refused when the file is no register. Where single rows are impossible, or differ from what is on
    record, the result lists them as refused and nothing is written.
    """
    reading = read_register(read_bytes(filename, data))
    known = _plans_on_record(session, committee_id)
    findings = [*reading.findings, *_contradictions(reading.entries, known), *_doubles(reading.entries)]
    new = [entry for entry in reading.entries if (entry.case, entry.plan) not in known]
    cases = {entry.case for entry in reading.entries}
    refused = any(finding.severity == REFUSED for finding in findings)
    added_clients = 0
    if new and not refused:
        added_clients = _store(session, actor, clock, committee_id, filename, data, new, findings)
    return ImportResult(
        plans=len(reading.entries),
        clients=len(cases),
        added_plans=0 if refused else len(new),
        added_clients=added_clients,
        findings=tuple(findings),
    )


def last_findings(session: Session) -> tuple[Finding, ...]:
    """Return what was found in the register that was taken in last; () where none was."""
    source = session.exec(select(RegisterImport).order_by(col(RegisterImport.imported_at).desc())).first()
    return tuple(Finding(**finding) for finding in json.loads(source.findings)) if source else ()


def _plans_on_record(session: Session, committee_id: str) -> dict[tuple[int, int], Plan]:
    rows = session.exec(
        select(Plan, Client).where(Plan.client_id == Client.id, Client.committee_id == committee_id)
    ).all()
    return {(client.case_number, plan.number): plan for plan, client in rows}


def _contradictions(entries: Sequence[RegisterEntry], known: dict[tuple[int, int], Plan]) -> list[Finding]:
    return [
        Finding(
            code="differs_from_record",
            message=(
                f"No.{entry.case} プラン{entry.plan} は登録済みで、内容が違います。"
                "登録済みの内容を画面で直すか、この行を登録のとおりに直してから、取り込み直してください。"
            ),
            severity=REFUSED,
            row=entry.row,
            column=Column.PLAN.value,
            raw=entry.raw[Column.PLAN.value],
        )
        for entry in entries
        if (plan := known.get((entry.case, entry.plan))) is not None and plan.raw != _raw(entry)
    ]


def _doubles(entries: Sequence[RegisterEntry]) -> list[Finding]:
    first: dict[tuple[int, int], int] = {}
    findings = []
    for entry in entries:
        row = first.setdefault((entry.case, entry.plan), entry.row)
        if row != entry.row:
            findings.append(
                Finding(
                    code="double_plan",
                    message=(
                        f"No.{entry.case} プラン{entry.plan} は{row}行目にもあります。"
                        "どちらか一方を消すか、番号を直してから、取り込み直してください。"
                    ),
                    severity=REFUSED,
                    row=entry.row,
                    column=Column.PLAN.value,
                    raw=entry.raw[Column.PLAN.value],
                )
            )
    return findings


def _store(
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    filename: str,
    data: bytes,
    entries: Sequence[RegisterEntry],
    findings: Sequence[Finding],
) -> int:
    """Write the import, the new clients and their plans; return the number of new clients."""
    source = RegisterImport(
        committee_id=committee_id,
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        imported_at=clock.now(),
        imported_by=actor.name,
        findings=json.dumps([asdict(finding) for finding in findings], ensure_ascii=False),
    )
    session.add(source)
    session.flush()
    clients = {
        client.case_number: client
        for client in session.exec(select(Client).where(Client.committee_id == committee_id)).all()
    }
    before = len(clients)
    for entry in entries:
        client = clients.get(entry.case)
        if client is None:
            client = Client(committee_id=committee_id, case_number=entry.case, initials=entry.initials)
            clients[entry.case] = client
            session.add(client)
            session.flush()
        session.add(_plan(entry, client, source))
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="台帳の取込み",
        subject="register_import",
        subject_id=source.id,
        detail={"filename": filename, "plans": len(entries)},
    )
    return len(clients) - before


def _plan(entry: RegisterEntry, client: Client, source: RegisterImport) -> Plan:
    evaluated = entry.outcome is not None and entry.evaluation_meeting is not None
    return Plan(
        client_id=client.id,
        number=entry.plan,
        met_on=_last(entry.meeting),
        decided_on=_last(entry.decision),
        period_end=_last(entry.period_end),
        period_end_precision=entry.period_end.precision if entry.period_end else None,
        monitoring_month_end=_last(entry.next_monitoring),
        monitoring_precision=entry.next_monitoring.precision if entry.next_monitoring else None,
        evaluated_on=_last(entry.evaluation_meeting),
        evaluation_outcome=entry.outcome if evaluated else None,
        evaluation_decided_on=_last(entry.evaluation_decision),
        import_id=source.id,
        register_row=entry.row,
        raw=_raw(entry),
    )


def _last(partial: PartialDate | None) -> date | None:
    return None if partial is None else partial.last_day


def _raw(entry: RegisterEntry) -> str:
    """Return the row's cells as written, with what was read of each date and how exactly."""
    dates = {
        Column.MEETING: entry.meeting,
        Column.DECISION: entry.decision,
        Column.PERIOD: entry.period_end,
        Column.MONITORING: entry.next_monitoring,
        Column.EVALUATION_MEETING: entry.evaluation_meeting,
        Column.EVALUATION: entry.evaluation_decision,
    }
    read = {
        column.value: {"until": partial.last_day.isoformat(), "precision": partial.precision.value}
        for column, partial in dates.items()
        if partial is not None
    }
    return json.dumps({"cells": dict(entry.raw), "read": read}, ensure_ascii=False, sort_keys=True)
