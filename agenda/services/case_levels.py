"""レベルと目安値を記録する: many cases on one page, and the targets of a fiscal year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from agenda.register_tables import CaseLevel, YearlyTarget
from agenda.rules.case_list import LEVELS
from agenda.services.case_list import ListedCase, open_cases, target_of
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.services.audit import record

LONGEST_NOTE = 500
MOST_A_YEAR = 100_000


@dataclass(frozen=True, slots=True)
class LevelEntry:
    """レベルの入力 of one case; `seen` is the level that stood on the form, `seen_note` the note of that very day."""

    client_id: str
    level: int | None
    note: str
    seen: int | None
    seen_note: str

    @property
    def changed(self) -> bool:
        """Whether anything was changed on the form."""
        return (self.level, self.note.strip()) != (self.seen, self.seen_note)


def note_of_day(row: ListedCase, on: date) -> str:
    """Return the note recorded for that very day: the one that a form shows and may change."""
    return row.level.note if row.level and row.level.assessed_on == on else ""


def record_levels(
    *, session: Session, actor: Actor, clock: Clock, on: date, entries: Sequence[LevelEntry]
) -> int:
    """レベルを記録する as of a day: write the rows that were changed and return how many; the rest stays as it is.

    The same day again replaces what stood there, with its trace in the 履歴. Raises Refused for a day to come, a level
    outside 0 to 5, a note without a level; NotFound for a case that is not on the list that day; Conflict where
    somebody else recorded in between.
    """
    if on > today(clock):
        raise Refused("先の日付のレベルは記録できません。きょうまでの日付にしてください。")
    changed = [entry for entry in entries if entry.changed]
    if not changed:
        return 0
    listed = {row.client_id: row for row in open_cases(session, actor.committee_id, on)}
    for entry in changed:
        row = listed.get(entry.client_id)
        if row is None:
            raise NotFound(
                "この日の一覧にないケースが含まれています。一覧を読み直して、もう一度記録してください。"
            )
        level = _checked(row, entry, on)
        _write(session, actor, clock, row, level, entry.note.strip(), on)
    return len(changed)


def _checked(row: ListedCase, entry: LevelEntry, on: date) -> int:
    """Return the level to write. Raises Refused and Conflict."""
    if (row.level.level if row.level else None, note_of_day(row, on)) != (entry.seen, entry.seen_note):
        raise Conflict(
            f"No.{row.case} のレベルは、ほかの人が先に記録しました。一覧を読み直して、もう一度記録してください。"
        )
    if entry.level is None:
        raise Refused(f"No.{row.case} のレベルを選んでください。メモだけは記録できません。")
    if entry.level not in LEVELS:
        raise Refused(f"No.{row.case} のレベルは0から5までにしてください。")
    if len(entry.note) > LONGEST_NOTE:
        raise Refused(f"No.{row.case} のメモが長すぎます。{LONGEST_NOTE}文字以内にしてください。")
    return entry.level


def _write(
    session: Session, actor: Actor, clock: Clock, row: ListedCase, level: int, note: str, on: date
) -> None:
    known = session.exec(
        select(CaseLevel).where(CaseLevel.client_id == row.client_id, CaseLevel.assessed_on == on)
    ).one_or_none()
    replaced = {"level": known.level, "note": known.note, "by": known.recorded_by} if known else None
    before = row.level.level if row.level else None
    kept = known or CaseLevel(
        client_id=row.client_id, assessed_on=on, level=level, recorded_by="", recorded_at=clock.now()
    )
    kept.level, kept.note = level, note
    kept.recorded_by, kept.recorded_at = actor.name, clock.now()
    session.add(kept)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="レベルの記録",
        subject="client",
        subject_id=row.client_id,
        detail={
            "case": row.case,
            "on": on,
            "before": before,
            "level": level,
            "note": note,
            "replaced": replaced,
        },
    )


def set_yearly_target(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    fiscal_year: int,
    new_cases: int | None,
    plans: int | None,
) -> bool:
    """目安値を決める of a fiscal year (None: none), with who and when; return whether anything changed.

    Raises Refused for a number below zero or beyond any office.
    """
    if any(value is not None and not 0 <= value <= MOST_A_YEAR for value in (new_cases, plans)):
        raise Refused(f"目安値は0から{MOST_A_YEAR:,}までの数にしてください。")
    known = target_of(session, actor.committee_id, fiscal_year)
    before = (known.new_cases, known.plans) if known else (None, None)
    if before == (new_cases, plans):
        return False
    target = known or YearlyTarget(
        committee_id=actor.committee_id, fiscal_year=fiscal_year, set_by="", set_at=clock.now()
    )
    target.new_cases, target.plans = new_cases, plans
    target.set_by, target.set_at = actor.name, clock.now()
    session.add(target)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="目安値の変更",
        subject="yearly_target",
        subject_id=target.id,
        detail={"fiscal_year": fiscal_year, "before": before, "after": (new_cases, plans)},
    )
    return True
