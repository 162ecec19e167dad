"""匿名版: the minutes without names, and the decisions on words that only a person can judge."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from agenda.register_tables import Provider
from agenda.services.items import deferrals_of, items_of
from agenda.tables import Client
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.people import Person
from minutes.edition_tables import Redaction
from minutes.papers.seal import ANONYMISED, Seal
from minutes.rules.anonymise import (
    UNCHECKED,
    Anonymised,
    Decided,
    OnRecord,
    RecordedPerson,
    anonymise,
)
from minutes.rules.redact import fold
from minutes.services.papers_source import PapersSource, papers_source
from minutes.word import write_minutes

LONGEST_WORD = 200
LONGEST_REPLACEMENT = 100
SUBJECT = "minutes"


@dataclass(frozen=True, slots=True)
class DecidedWord:
    """決めた語: a word that was replaced, or (None) let stand, with who decided it."""

    redaction_id: str
    word: str
    replacement: str | None
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class AnonymisedMinutes:
    """匿名版 as it would be written now, with what was decided on and what is still open."""

    result: Anonymised
    source: PapersSource
    decided: tuple[DecidedWord, ...]

    @property
    def is_final(self) -> bool:
        """Whether it is of approved minutes and nothing is left to be looked at."""
        return self.source.is_final and self.result.is_checked


def anonymised_minutes(session: Session, meeting: Meeting) -> AnonymisedMinutes:
    """Return the anonymised minutes by what is on record now."""
    source = papers_source(session, meeting)
    decided = decided_words(session, meeting.id)
    known = on_record(session, meeting, decided)
    return AnonymisedMinutes(anonymise(source.view, known), source, decided)


def anonymised_document(session: Session, meeting: Meeting) -> bytes:
    """匿名版の Word; marked 確認前 while a word waits for a decision."""
    told = anonymised_minutes(session, meeting)
    return write_minutes(told.result.view, _seal(told))


def _seal(told: AnonymisedMinutes) -> Seal:
    note = ANONYMISED if told.result.is_checked else f"{ANONYMISED}（{UNCHECKED}）"
    return replace(told.source.seal, kind=ANONYMISED, note=note)


def on_record(session: Session, meeting: Meeting, decided: tuple[DecidedWord, ...] = ()) -> OnRecord:
    """Return every name the office knows that the minutes of a meeting may hold.

    Those are: everybody on record; the providers; the initials of the cases before the meeting, and the names of all
    cases.
    """
    return OnRecord(
        people=tuple(_people(session)),
        providers=tuple(_providers(session, meeting)),
        clients=tuple(_clients(session, meeting)),
        decided=tuple(Decided(one.word, one.replacement) for one in decided),
    )


def _people(session: Session) -> list[RecordedPerson]:
    """Return everybody on record, of whatever body: a text may name anybody."""
    rows = session.exec(select(Person).order_by(col(Person.kana), col(Person.id))).all()
    return [RecordedPerson(row.name, row.kana, row.organisation) for row in rows]


def _providers(session: Session, meeting: Meeting) -> list[tuple[str, str]]:
    rows = session.exec(
        select(Provider).where(Provider.committee_id == meeting.committee_id).order_by(col(Provider.name))
    ).all()
    return [(row.name, row.kana) for row in rows]


def _clients(session: Session, meeting: Meeting) -> list[tuple[str, str, str]]:
    listed = {view.client.id for view in items_of(session, meeting.id) if view.client}
    listed |= {view.client.id for view in deferrals_of(session, meeting.id) if view.client}
    rows = session.exec(
        select(Client).where(Client.committee_id == meeting.committee_id).order_by(col(Client.case_number))
    ).all()
    return [(row.initials if row.id in listed else "", row.name, row.kana) for row in rows]


# ---- decisions


def decided_words(session: Session, meeting_id: str) -> tuple[DecidedWord, ...]:
    """Return what was decided on words of a meeting's minutes, in the order of the decisions."""
    rows = session.exec(
        select(Redaction)
        .where(Redaction.meeting_id == meeting_id)
        .order_by(col(Redaction.decided_at), col(Redaction.word))
    ).all()
    return tuple(
        DecidedWord(row.id, row.word, row.replacement, row.decided_by, row.decided_at) for row in rows
    )


def decide_word(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, word: str, replacement: str | None
) -> None:
    """語を伏せる、又は残す (`replacement` None). A word decided before gets the new decision."""
    plain = word.strip()
    if not fold(plain).text.strip():
        raise Refused("伏せる語を入れてください。")
    if replacement is not None and not replacement.strip():
        raise Refused("伏せた後の言葉を入れてください。残すときは「残す」を選んでください。")
    told = replacement.strip() if replacement is not None else None
    if told is not None and fold(plain).text in fold(told).text:
        raise Refused("伏せた後の言葉に、伏せる語が入っています。別の言葉にしてください。")
    row = _row(session, meeting.id, plain) or Redaction(
        meeting_id=meeting.id, word=plain, decided_by=actor.name, decided_at=clock.now()
    )
    row.replacement, row.decided_by, row.decided_at = told, actor.name, clock.now()
    session.add(row)
    session.flush()
    _note(session, actor, clock, meeting, "匿名版の語の決定" if told else "匿名版の語を残す決定")


def forget_word(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting, redaction_id: str) -> None:
    """語の決定を取り消す: it is asked about again if it looks like a name. Raises NotFound."""
    row = session.get(Redaction, redaction_id)
    if row is None or row.meeting_id != meeting.id:
        raise NotFound("この語の決定は見つかりません。匿名版の画面を読み直してください。")
    session.delete(row)
    session.flush()
    _note(session, actor, clock, meeting, "匿名版の語の決定の取消し")


def _row(session: Session, meeting_id: str, word: str) -> Redaction | None:
    return session.exec(
        select(Redaction).where(Redaction.meeting_id == meeting_id, Redaction.word == word)
    ).one_or_none()


def _note(session: Session, actor: Actor, clock: Clock, meeting: Meeting, action: str) -> None:
    """The audit trail says that something was decided, not the word: it may be somebody's name."""
    record(session=session, actor=actor, clock=clock, action=action, subject=SUBJECT, subject_id=meeting.id)
