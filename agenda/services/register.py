"""台帳の取込み: a register file taken in as a whole or not at all.

What is on record just so is left as it is, and an empty cell says nothing, so taking a file in twice changes nothing.
What differs from the record is refused by its row. The preview is the import itself, taken back at its end.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

from sqlmodel import Session, col, select

from agenda.register_file import read_bytes
from agenda.rules.register import RegisterReading, read_register
from agenda.rules.register_entry import Column, RegisterEntry
from agenda.services.register_taking import Added, Taking
from agenda.tables import RegisterImport
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.explained import Finding
from meetings_app.services.audit import record

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """取込みの結果: numbers of plans and clients in the file, what it added, and every finding.

    `refused` True: at least one row is impossible, so that nothing of the file was taken in. `added` tells row by row
    what became, or would become, of it; `added_facts` counts what it adds to cases and plans on record before.
    """

    plans: int
    clients: int
    added_plans: int
    added_clients: int
    findings: tuple[Finding, ...]
    added: tuple[Added, ...] = ()
    added_services: int = 0
    added_providers: int = 0
    added_facts: int = 0

    @property
    def refused(self) -> bool:
        """Whether the file was refused because of single rows."""
        return any(finding.severity == REFUSED for finding in self.findings)

    @property
    def digest(self) -> str:
        """What the file would add, as a hash: it changes when the record changes meanwhile."""
        return hashlib.sha256(repr(self.added).encode()).hexdigest()


def preview_register(
    *, session: Session, actor: Actor, clock: Clock, committee_id: str, filename: str, data: bytes
) -> ImportResult:
    """取込みを試す: say what a file would add, and change nothing. Raises Refused when the file is no register."""
    return _take_in(session, actor, clock, committee_id, filename, data, keeps=lambda _: False)


def import_register(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    filename: str,
    data: bytes,
    agreed: str | None = None,
) -> ImportResult:
    """台帳を取り込む: add the cases, plans and facts of a CSV or XLSX file that are not on record yet.

    `agreed` is the digest of the preview that somebody agreed to; without it there was none. Raises Refused when the file
    is no register. Where single rows are impossible, or differ from what is on record, the result lists them as
    refused; then, or where the file would add something else by now, nothing is written.
    """
    return _take_in(
        session,
        actor,
        clock,
        committee_id,
        filename,
        data,
        keeps=lambda found: agreed is None or found.digest == agreed,
    )


def last_findings(session: Session) -> tuple[Finding, ...]:
    """Return what was found in the register that was taken in last; () where none was."""
    source = session.exec(select(RegisterImport).order_by(col(RegisterImport.imported_at).desc())).first()
    return tuple(Finding(**finding) for finding in json.loads(source.findings)) if source else ()


def _take_in(
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    filename: str,
    data: bytes,
    *,
    keeps: Callable[[ImportResult], bool],
) -> ImportResult:
    reading = read_register(read_bytes(filename, data))
    attempt = session.begin_nested()
    source = RegisterImport(
        committee_id=committee_id,
        filename=filename[:300],
        sha256=hashlib.sha256(data).hexdigest(),
        imported_at=clock.now(),
        imported_by=actor.name,
    )
    session.add(source)
    session.flush()
    taking = Taking(session, replace(actor, committee_id=committee_id), clock, source)
    doubles = _doubles(reading.entries)
    taking.take(reading, {finding.row for finding in doubles})
    found = _result(reading, taking, doubles)
    if found.refused:
        found = replace(found, added_plans=0, added_clients=0, added=())
    if found.refused or not found.added or not keeps(found):
        attempt.rollback()
        return found
    source.findings = json.dumps([asdict(finding) for finding in found.findings], ensure_ascii=False)
    _record(session, actor, clock, source, found)
    attempt.commit()
    return found


def _result(reading: RegisterReading, taking: Taking, doubles: Sequence[Finding]) -> ImportResult:
    return ImportResult(
        plans=len(reading.entries),
        clients=len({entry.case for entry in reading.entries} | {row.case for row in reading.cases}),
        added_plans=taking.new_plans,
        added_clients=taking.new_clients,
        findings=(*reading.findings, *taking.findings, *doubles),
        added=tuple(sorted(taking.added, key=lambda one: one.row)),
        added_services=taking.new_services,
        added_providers=taking.new_providers,
        added_facts=taking.new_facts,
    )


def _record(
    session: Session, actor: Actor, clock: Clock, source: RegisterImport, found: ImportResult
) -> None:
    session.add(source)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="台帳の取込み",
        subject="register_import",
        subject_id=source.id,
        detail={
            "filename": source.filename,
            "plans": found.added_plans,
            "clients": found.added_clients,
            "services": found.added_services,
            "facts": found.added_facts,
        },
    )


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
