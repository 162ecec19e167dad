"""名簿の取込み: a file of members taken in as a whole or not at all, by the same services that the pages use.

A fact on record with the same content is left as it is, so taking a file in twice changes nothing, and an empty cell
says nothing. What differs from the record is refused by its row: corrections are made on the person's page, with a
reason. The preview is the import itself, taken back at its end.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from agenda.services.member_facts import (
    appointment_text,
    office_text,
    relation_text,
    residence_text,
    take_appointment,
    take_office,
    take_relation,
    take_residence,
    take_statuses,
)
from agenda.services.member_rows import ImportLine, State, Work, take_people
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.documents.members_excel import LAYOUT, MemberBook
from meetings_app.documents.members_reading import read_members
from meetings_app.services.audit import record


@dataclass(frozen=True, slots=True)
class MemberImport:
    """名簿の取込み: what becomes, or became, of every row of a file."""

    lines: tuple[ImportLine, ...]

    def of(self, state: State) -> tuple[ImportLine, ...]:
        """Return the rows with that fate, in the order of the file."""
        return tuple(line for line in self.lines if line.state is state)

    @property
    def refused(self) -> bool:
        """Whether the file is refused because of single rows: then nothing of it is taken in."""
        return bool(self.of(State.REFUSED))

    @property
    def digest(self) -> str:
        """What the file would add, as a hash: it changes when the record changes meanwhile."""
        added = [(line.sheet, line.row, line.who, line.what) for line in self.of(State.ADDED)]
        return hashlib.sha256(repr(added).encode()).hexdigest()


def preview_members(
    *, session: Session, actor: Actor, clock: Clock, filename: str, data: bytes
) -> MemberImport:
    """取込みを試す: say what a file would change, and change nothing.

    Raises Refused where the file as a whole cannot be read.
    """
    return _take_in(session, actor, clock, filename, data, keeps=lambda found: False)


def import_members(
    *, session: Session, actor: Actor, clock: Clock, filename: str, data: bytes, agreed: str
) -> MemberImport:
    """名簿を取り込む: add what a file has beyond the record, all of it or nothing.

    `agreed` is the digest of the preview that somebody agreed to. Nothing is written where a row is refused, or where
    the file would add something else by now; the result's own digest tells. Raises Refused where the file as a
    whole cannot be read.
    """
    return _take_in(
        session,
        actor,
        clock,
        filename,
        data,
        keeps=lambda found: not found.refused and found.digest == agreed,
    )


def _take_in(
    session: Session,
    actor: Actor,
    clock: Clock,
    filename: str,
    data: bytes,
    *,
    keeps: Callable[[MemberImport], bool],
) -> MemberImport:
    reading = read_members(filename, data)
    attempt = session.begin_nested()
    work = Work(session, actor, clock)
    for trouble in reading.troubles:
        work.refuse(trouble.place, trouble.who, trouble.raw, trouble.message, trouble.column)
    _take(work, reading.book)
    found = MemberImport(tuple(sorted(work.lines, key=_in_file_order)))
    if not keeps(found):
        attempt.rollback()
        return found
    if found.of(State.ADDED):
        _record(session, actor, clock, filename, data, found)
    attempt.commit()
    return found


def _record(
    session: Session, actor: Actor, clock: Clock, filename: str, data: bytes, found: MemberImport
) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="名簿の取込み",
        subject="committee",
        subject_id=actor.committee_id,
        detail={
            "filename": filename,
            "sha256": hashlib.sha256(data).hexdigest(),
            "added": len(found.of(State.ADDED)),
        },
    )


def _in_file_order(line: ImportLine) -> tuple[int, int]:
    order = list(LAYOUT)
    return order.index(line.sheet) if line.sheet in order else len(order), line.row


def _take(work: Work, book: MemberBook) -> None:
    """Go through the sheets in their order, each by its days: later facts rest on earlier ones."""
    take_people(work, book.people)
    for appointment in sorted(book.appointments, key=lambda one: (one.first, bool(one.predecessor))):
        with work.row(appointment, appointment_text(appointment)):
            take_appointment(work, appointment)
    for office in sorted(book.offices, key=lambda one: one.first):
        with work.row(office, office_text(office)):
            take_office(work, office)
    for residence in sorted(book.residences, key=lambda one: one.first):
        with work.row(residence, residence_text(residence)):
            take_residence(work, residence)
    take_statuses(work, book.statuses)
    for relation in sorted(book.relations, key=lambda one: one.first):
        with work.row(relation, relation_text(relation)):
            take_relation(work, relation)
