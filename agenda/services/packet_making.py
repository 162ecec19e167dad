"""資料を作る: every different paper is filled once, stamped with each reader's serial number, and put into a ZIP."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session, col, select

from agenda.packet_tables import Handout
from agenda.papers.contents import Paper
from agenda.papers.contexts import context_of, dated_of, kind_of, title_of
from agenda.papers.packet_zip import PacketZip, folder_name
from agenda.services.packet_contents import (
    FromMinutes,
    HandoutFile,
    MinutesPart,
    PacketContents,
    PacketPaper,
    ParticipantPapers,
    packet_contents,
)
from agenda.services.templates import template_in_use
from meetings_app.core.errors import Refused
from meetings_app.core.terms import PaperKind
from meetings_app.documents.filling import SERIAL, fill, stamp
from meetings_app.documents.pdf import join_pdfs, to_pdf
from meetings_app.tables.meetings import Meeting

WHOLE: Final = "資料一式"
"""The PDF with all papers of one reader."""

_AT_ONCE: Final = 25
"""Papers given to LibreOffice in one call: its start takes longer than ten papers, and in between comes a sign of life."""

Progress = Callable[[int], None]
"""Is told, again and again, how many participants are done."""


@dataclass(frozen=True, slots=True)
class Materials:
    """材料: the templates in use, the handouts by id, and the previous minutes by part."""

    templates: Mapping[PaperKind, bytes]
    handouts: Mapping[str, bytes]
    minutes: Mapping[tuple[int, ...] | None, bytes]


@dataclass(frozen=True, slots=True)
class BuiltPacket:
    """できた資料: the ZIP, and the names of the files in each participant's folder by person id."""

    content: bytes
    files: Mapping[str, tuple[str, ...]]


def load_materials(
    session: Session, meeting: Meeting, contents: PacketContents, given: FromMinutes
) -> Materials:
    """Return what the papers are made from, so that they can be made without the database."""
    sources = [paper.source for one in contents.participants for paper in one.papers]
    kinds = {kind_of(source) for source in sources if not isinstance(source, MinutesPart | HandoutFile)}
    ids = {source.handout_id for source in sources if isinstance(source, HandoutFile)}
    rows = session.exec(select(Handout.id, Handout.content).where(col(Handout.id).in_(ids))).all()
    return Materials(
        templates={kind: template_in_use(session, meeting.committee_id, kind) for kind in kinds},
        handouts=dict(rows),
        minutes=given.minutes.contents if given.minutes else {},
    )


def build_packet(
    contents: PacketContents,
    materials: Materials,
    *,
    with_pdf: bool = False,
    progress: Progress | None = None,
) -> BuiltPacket:
    """Make everybody's papers; the same contents give the same bytes (with PDF as far as LibreOffice does).

    Raises Refused where a template cannot be filled, or LibreOffice is asked for and missing.
    """
    tell = progress or (lambda _done: None)
    press = _Press(materials)
    archive = PacketZip()
    files = {}
    for done, one in enumerate(contents.participants):
        tell(done)
        papers = [press.papers_of(one, paper) for paper in one.papers]
        folder = folder_name(one.serial, one.person.name)
        names = [
            archive.add(folder, f"{place:02}_{_file_title(paper.paper)}", paper.suffix, paper.content)
            for place, paper in enumerate(papers, start=1)
        ]
        if with_pdf:
            whole = _joined(papers, beat=lambda done=done: tell(done))  # type: ignore[misc]
            names.append(archive.add(folder, WHOLE, "pdf", whole))
        files[one.person.person_id] = tuple(names)
    tell(len(contents.participants))
    return BuiltPacket(archive.finish(), files)


def packet_bytes(session: Session, meeting: Meeting, given: FromMinutes, *, with_pdf: bool = False) -> bytes:
    """資料のZIP of a meeting, drawn from what is on record now and kept nowhere. Raises Refused as `packet_contents`."""
    contents = packet_contents(session, meeting, given)
    return build_packet(
        contents, load_materials(session, meeting, contents, given), with_pdf=with_pdf
    ).content


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A finished paper of one reader."""

    paper: PacketPaper
    suffix: str
    content: bytes


@dataclass
class _Press:
    """Fills each different paper once."""

    materials: Materials
    filled: dict[tuple[Paper, str], bytes] = field(default_factory=dict)

    def papers_of(self, reader: ParticipantPapers, paper: PacketPaper) -> _Sheet:
        """Return one paper for one reader; handouts and minutes are as they are, the others carry the number."""
        source = paper.source
        if isinstance(source, HandoutFile):
            return _Sheet(paper, source.suffix, self.materials.handouts[source.handout_id])
        if isinstance(source, MinutesPart):
            return _Sheet(paper, "docx", self.materials.minutes[source.items])
        key = (source, paper.number_text)
        if key not in self.filled:
            self.filled[key] = self._fill(source, paper.number_text)
        return _Sheet(paper, "docx", stamp(self.filled[key], {SERIAL: str(reader.serial)}))

    def _fill(self, source: Paper, number_text: str) -> bytes:
        context = context_of(source) | ({"paper_number": number_text} if number_text else {})
        template = self.materials.templates[kind_of(source)]
        try:
            return fill(template, context, title=title_of(source), dated=dated_of(source))
        except Refused as refusal:
            raise Refused(
                f"「{title_of(source)}」を作れません。{refusal.message}"
                f"「設定」の「様式」で{kind_of(source)}の様式を直してから、もう一度作ってください。"
            ) from refusal


def _file_title(paper: PacketPaper) -> str:
    """Return what the file is called: 「資料2_個別資料 No.9 プラン2」."""
    return "_".join(part for part in (paper.number_text, paper.name) if part)


def _joined(papers: Sequence[_Sheet], beat: Callable[[], None]) -> bytes:
    """Return the Word and PDF papers of one reader as one PDF in reading order; pictures and tables stay beside it."""
    words = [(paper.paper.name, paper.content) for paper in papers if paper.suffix == "docx"]
    converted = iter(list(_converted(words, beat)))
    return join_pdfs(
        [
            next(converted) if paper.suffix == "docx" else paper.content
            for paper in papers
            if paper.suffix in ("docx", "pdf")
        ]
    )


def _converted(words: Sequence[tuple[str, bytes]], beat: Callable[[], None]) -> Iterator[bytes]:
    for start in range(0, len(words), _AT_ONCE):
        beat()
        yield from to_pdf(words[start : start + _AT_ONCE])
