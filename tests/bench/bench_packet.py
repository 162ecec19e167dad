"""How long a packet for twelve cases and ten participants takes, next to docxtpl alone on the same content.

Run it by hand from the root of the checkout: `python -m tests.bench.bench_packet`. Pytest does not collect it.
docxtpl alone fills the same templates with the same contexts, as often as papers are handed out: what the
product saves by filling every different paper once and stamping the serial numbers. Both take turns within
one run, so that a busy machine slows both alike; the best round of each counts.
"""

import argparse
import io
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

from docxtpl import DocxTemplate

from agenda.papers.contents import (
    AgendaLine,
    CaseList,
    CasePaper,
    Invitation,
    ItemList,
    Paper,
    Programme,
    Roster,
    Seating,
)
from agenda.papers.contexts import context_of, kind_of
from agenda.papers.default_templates import default_template
from agenda.papers.samples import sample_paper
from agenda.services.packet_contents import PacketContents, PacketPaper, ParticipantPapers
from agenda.services.packet_facts import PacketPerson
from agenda.services.packet_making import Materials, build_packet
from meetings_app.core.terms import Capacity, DueReason, PaperKind, Purpose
from meetings_app.documents.pdf import office_program

CASES = 12
PEOPLE = 10
ROUNDS = 3

_INVITATION = cast("Invitation", sample_paper(PaperKind.INVITATION))
_PROGRAMME = cast("Programme", sample_paper(PaperKind.PROGRAMME))
_ROSTER = cast("Roster", sample_paper(PaperKind.ROSTER))
_SEATING = cast("Seating", sample_paper(PaperKind.SEATING))
_CASE = cast("CasePaper", sample_paper(PaperKind.CASE))
_LIST = cast("CaseList", sample_paper(PaperKind.CASE_LIST))


def packet(cases: int, people: int) -> PacketContents:
    """Return the contents of a packet like that of a real meeting, made from the product's sample papers."""
    lines = tuple(_line(case) for case in range(1, cases + 1))
    participants = tuple(_papers(serial, lines) for serial in range(1, people + 1))
    return PacketContents(_CASE.head, participants, missing=(), handouts_after=cases + 1, sha256="")


def materials() -> Materials:
    """Return the templates that come with the product."""
    return Materials({kind: default_template(kind) for kind in PaperKind}, {}, {})


def alone(contents: PacketContents, templates: Materials) -> int:
    """Fill every paper of every participant with docxtpl; return the bytes."""
    size = 0
    for one in contents.participants:
        for paper in one.papers:
            source = cast("Paper", paper.source)
            document = DocxTemplate(io.BytesIO(templates.templates[kind_of(source)]))
            document.render(context_of(source) | {"serial": str(one.serial)}, autoescape=True)
            written = io.BytesIO()
            document.save(written)
            size += len(written.getvalue())
    return size


def measured(work: Callable[[], int]) -> tuple[float, int]:
    """Return how many seconds some work takes, and the bytes it makes."""
    begin = time.perf_counter()
    size = work()
    return time.perf_counter() - begin, size


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the making of a packet.")
    parser.add_argument("--cases", type=int, default=CASES, help="cases on the agenda")
    parser.add_argument("--people", type=int, default=PEOPLE, help="participants")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds, of which the best counts")
    parser.add_argument("--pdf", action="store_true", help="also once with a PDF for everybody (LibreOffice)")
    options = parser.parse_args()
    contents, templates = packet(options.cases, options.people), materials()
    handed_out = sum(len(one.papers) for one in contents.participants)

    def made() -> int:
        return len(build_packet(contents, templates).content)

    rounds = [(measured(made), measured(lambda: alone(contents, templates))) for _ in range(options.rounds)]
    (seconds, size), (bare, bare_size) = (min(first for first, _ in rounds), min(last for _, last in rounds))
    print(
        f"{options.cases} cases, {options.people} participants: {handed_out} papers, {contents.distinct()} different"
    )
    print(f"packet: {seconds:.2f} s, {size:,} bytes")
    print(f"docxtpl alone, once for every paper handed out: {bare:.2f} s, {bare_size:,} bytes")
    print(f"the packet takes {seconds / bare:.2f} times as long as docxtpl alone")
    if options.pdf and office_program() is not None:
        with_pdf, size = measured(lambda: len(build_packet(contents, templates, with_pdf=True).content))
        print(f"with a PDF for everybody: {with_pdf:.1f} s, {size:,} bytes")


def _line(case: int) -> AgendaLine:
    return AgendaLine(
        number=case,
        title=f"No.{case} プラン1 新規",
        purpose=Purpose.ADJUST,
        reason=DueReason.NEW,
        deadline=_CASE.head.dated,
        starts_at=_CASE.head.starts_at + timedelta(minutes=10 * case),
        minutes=10,
        case=case,
        plan=1,
        explanation="初回の相談から期限が近づいています。",
    )


def _papers(serial: int, lines: tuple[AgendaLine, ...]) -> ParticipantPapers:
    """Return one participant's papers; every other participant sits in on every other case only."""
    own = [line for line in lines if serial % 2 or line.number % 2]
    shown = tuple(line if line in own else replace(line, title="", case=None, shown=False) for line in lines)
    rows = tuple(replace(row, case=line.case or 0) for line in own for row in _LIST.rows[:1])
    papers = [
        PacketPaper("招集通知", None, replace(_INVITATION, name=f"参加者{serial}", lines=tuple(own))),
        PacketPaper("次第", None, replace(_PROGRAMME, lines=shown)),
        PacketPaper("出席者名簿", None, _ROSTER),
        PacketPaper("座席表", None, _SEATING),
        PacketPaper("案件一覧", 1, ItemList(_CASE.head, shown)),
        PacketPaper("相談者一覧", 1, replace(_LIST, rows=rows)),
        *(PacketPaper(line.title, line.number + 1, _case(line)) for line in own),
    ]
    person = PacketPerson(str(serial), f"参加者{serial}", "", "委員", Capacity.MEMBER, (), frozenset())
    return ParticipantPapers(serial, person, tuple(papers))


def _case(line: AgendaLine) -> CasePaper:
    return replace(_CASE, line=line, case=line.case or 0, paper_number=line.number + 1)


if __name__ == "__main__":
    main()
