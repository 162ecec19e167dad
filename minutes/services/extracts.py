"""抄本: the minutes of one case, for those who work on it and nobody else."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlmodel import Session, select

from agenda.tables import Client
from meetings_app.core.actor import Actor
from meetings_app.core.errors import NotFound
from meetings_app.documents.zip_entry import zip_entry
from meetings_app.tables.meetings import Meeting
from minutes.papers.extract import write_extract
from minutes.papers.seal import EXTRACT
from minutes.rules.extract import cases_of, extract_of, items_on
from minutes.services.papers_source import PapersSource, papers_source
from minutes.services.reading import may_read_minutes, reads_all, sat_in_on


@dataclass(frozen=True, slots=True)
class ExtractLine:
    """抄本の一覧の一行: a case with the titles of its items and what was decided on each."""

    case: int
    items: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Extracts:
    """抄本の一覧: the cases somebody may have an extract of, and the edition it is taken from."""

    lines: tuple[ExtractLine, ...]
    version: int
    is_final: bool


def extracts_for(session: Session, actor: Actor, meeting: Meeting) -> Extracts:
    """Return the extracts that somebody may take out.

    Those who lead the body and the presider may have all, also of a draft. Others may have, once the minutes are
    approved, those of cases they sat in on. Raises NotFound for somebody who may have none.
    """
    source = papers_source(session, meeting)
    cases = _cases(session, actor, meeting, source)
    return Extracts(
        lines=tuple(
            ExtractLine(
                _number(case),
                tuple(
                    (item.title, item.outcome.value if item.outcome else None)
                    for item in items_on(source.view, case)
                ),
            )
            for case in cases
        ),
        version=source.seal.version,
        is_final=source.is_final,
    )


def extract_document(session: Session, actor: Actor, meeting: Meeting, case: int) -> bytes:
    """抄本の Word of one case. Raises NotFound for a case that the reader may not have an extract of."""
    source = papers_source(session, meeting)
    for known in _cases(session, actor, meeting, source):
        if _number(known) == case:
            return _document(session, meeting, source, known)
    raise NotFound("この案件の抄本はありません。抄本の一覧から選び直してください。")


def extracts_zip(session: Session, actor: Actor, meeting: Meeting) -> bytes:
    """Return the extracts of every case the reader may have, as one ZIP; the same record gives the same bytes."""
    source = papers_source(session, meeting)
    cases = _cases(session, actor, meeting, source)
    return _packed((extract_name(_number(case)), _document(session, meeting, source, case)) for case in cases)


def extract_name(case: int) -> str:
    """Return the file name of an extract."""
    return f"議事録抄本_No.{case}.docx"


def _cases(session: Session, actor: Actor, meeting: Meeting, source: PapersSource) -> tuple[str, ...]:
    if reads_all(actor, meeting):
        return cases_of(source.view)
    if not source.is_final or actor.person_id is None or not may_read_minutes(session, actor, meeting):
        raise NotFound(
            "この会議の抄本は、まだ読めません。議事録が承認された後に、加わった案件のものを読めます。"
        )
    own = set(sat_in_on(session, meeting, actor.person_id).values())
    return tuple(
        case
        for case in cases_of(source.view)
        if all(item.number in own for item in items_on(source.view, case))
    )


def _document(session: Session, meeting: Meeting, source: PapersSource, case: str) -> bytes:
    view = extract_of(source.view, case, _other_words(session, meeting, case))
    return write_extract(view, replace(source.seal, kind=EXTRACT, note=f"抄本（{case}）"))


def _other_words(session: Session, meeting: Meeting, case: str) -> list[str]:
    """Return the names and initials of every other case of the body; those a case shares with others stay."""
    clients = session.exec(select(Client).where(Client.committee_id == meeting.committee_id)).all()
    own = {word for client in clients if client.case_number == _number(case) for word in _words(client)}
    others = (word for client in clients for word in _words(client))
    return [word for word in dict.fromkeys(others) if word not in own]


def _words(client: Client) -> list[str]:
    return [word for word in (client.initials, client.name, client.kana) if word.strip()]


def _number(case: str) -> int:
    return int(re.sub(r"\D", "", case))


def _packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            archive.writestr(zip_entry(name), content)
    return packed.getvalue()
