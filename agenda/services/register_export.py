"""台帳の書出し: every case of a body with its plans as one flat table, which taken in again gives the same record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from agenda.register_file import LONGEST_CELL, register_csv, register_workbook
from agenda.rules.register import is_of_further
from agenda.rules.register_entry import Column
from agenda.rules.register_further import (
    LISTS,
    NAMES,
    OF_CASE,
    OF_PLAN,
    Further,
    Value,
    lines_of,
    text_of,
    tidy,
)
from agenda.rules.register_writing import printed_cells
from agenda.services.clients import names_kept
from agenda.services.register_record import CaseOnRecord, PlanOnRecord, cases_on_record, staff_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.wareki import squeeze
from meetings_app.services.audit import record

WRITERS: Final = {".csv": register_csv, ".xlsx": register_workbook}
NO_FILE: Final = (
    "書き出せるのはCSV（.csv）かExcelブック（.xlsx）です。ファイル名の終わりをどちらかにしてください。"
)
FROM_ELSEWHERE: Final = "（元の台帳）"
"""Ends a heading of an imported register that here means something else."""


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """台帳のファイル: its usual name and content."""

    filename: str
    content: bytes


def export_register(
    *, session: Session, actor: Actor, clock: Clock, committee_id: str, suffix: str
) -> RegisterFile:
    """台帳を書き出す as CSV or XLSX by `suffix`, and leave a trace of who took it.

    Raises Refused for any other suffix.
    """
    write = WRITERS.get(suffix.lower())
    if write is None:
        raise Refused(NO_FILE)
    rows = register_rows(session, committee_id)
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="台帳の書出し",
        subject="committee",
        subject_id=committee_id,
        detail={"rows": len(rows) - 1, "kind": suffix.lower().removeprefix(".")},
    )
    return RegisterFile(f"プラン台帳_{today(clock):%Y%m%d}{suffix.lower()}", write(rows))


def register_rows(session: Session, committee_id: str) -> list[list[str]]:
    """Return the register as rows of text, the heading first: by case number, then by plan."""
    staff, names = staff_of(session, committee_id), names_kept(session)
    rows = [row for case in cases_on_record(session, committee_id).values() for row in _rows_of(case, staff)]
    columns = [(name, name) for name in _own_columns(rows, names=names)] + _foreign_columns(rows)
    return [[heading for heading, _ in columns], *([row.get(key, "") for _, key in columns] for row in rows)]


def _own_columns(rows: Iterable[Mapping[str, str]], *, names: bool) -> list[str]:
    used = {key for row in rows for key in row}
    further = [column for column in Further if names or column not in NAMES]
    return [*Column, *(name for column in further for name in (column, *_continued(column, used)))]


def _continued(column: Further, used: set[str]) -> list[str]:
    """Return the numbered columns that a long list goes on in."""
    found: list[str] = []
    while f"{column}{len(found) + 2}" in used:
        found.append(f"{column}{len(found) + 2}")
    return found


def _foreign_columns(rows: Iterable[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Return heading and key of the columns that imported registers had beside those known here."""
    keys = sorted({key for row in rows for key in row if key.startswith(_FOREIGN)})
    return [(_foreign_heading(key.removeprefix(_FOREIGN)), key) for key in keys]


_FOREIGN: Final = "\t"
"""Begins the key of a foreign column within this module; no heading does."""


def _foreign_heading(name: str) -> str:
    return f"{name}{FROM_ELSEWHERE}" if is_of_further(name) and not name.endswith(FROM_ELSEWHERE) else name


def _rows_of(case: CaseOnRecord, staff: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rows of a case: one a plan, or one without a plan; the first says what is known of the case."""
    plans = [case.plans[number] for number in sorted(case.plans)]
    rows = [_plan_row(case, plan) for plan in plans] or [_case_cells(case)]
    rows[0] |= _cells(OF_CASE, case.values(staff))
    return rows


def _plan_row(case: CaseOnRecord, on_record: PlanOnRecord) -> dict[str, str]:
    written, number = on_record.cells, on_record.plan.number
    foreign = {f"{_FOREIGN}{name}": tidy(text) for name, text in written.items() if name not in set(Column)}
    return {
        **_case_cells(case),
        Column.PLAN: _as_written(written.get(Column.PLAN, ""), number, f"プラン{number}"),
        **{column.value: cell for column, cell in printed_cells(on_record.dates, written).items()},
        **_cells(OF_PLAN, on_record.values()),
        **foreign,
    }


def _case_cells(case: CaseOnRecord) -> dict[str, str]:
    """Return number and initials; rows stand for themselves, so there is no 同上."""
    return {Column.CASE: str(case.client.case_number), Column.INITIALS: case.client.initials.strip()}


def _as_written(cell: str, number: int, otherwise: str) -> str:
    """Return a cell that says the number, as it was written where it does."""
    figures = squeeze(cell).removeprefix("プラン")
    return tidy(cell) if figures.isdecimal() and int(figures) == number else otherwise


def _cells(columns: Iterable[Further], values: Mapping[Further, Value]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for column in columns:
        if column in values and column in LISTS:
            parts = _parts(lines_of(values[column]))
            cells |= {
                f"{column}{number if number > 1 else ''}": part for number, part in enumerate(parts, start=1)
            }
        elif column in values:
            cells[column] = text_of(values[column])
    return cells


def _parts(lines: Sequence[str]) -> list[str]:
    """Return the lines put together into as few cells as may hold them."""
    parts: list[str] = []
    for line in lines:
        if parts and len(parts[-1]) + len(line) + 2 <= LONGEST_CELL:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return parts
