"""議事録抄本 (Word): the part of minutes that is about one case."""

from meetings_app.documents.word_base import Fact, Paper
from minutes.papers.closing import write_corrections, write_issues
from minutes.papers.items import write_proceedings
from minutes.papers.overview import (
    dated,
    frame_of,
    meeting_period,
    ordinal,
    place_text,
    presider_facts,
    title_of,
    write_head,
)
from minutes.papers.people import write_attendees, write_invitees
from minutes.papers.seal import Seal
from minutes.papers.wording import Marks
from minutes.rules.minutes_view import MinutesView


def write_extract(view: MinutesView, seal: Seal) -> bytes:
    """抄本: return what `minutes.rules.extract.extract_of` left, as a Word file.

    `seal` names the edition of the minutes it was taken from, with the hash of that edition's content.
    """
    marks = Marks(view.corrections)
    paper = Paper(frame_of(view, seal))
    write_head(paper, view, marks)
    _overview(paper, view, marks)
    _source(paper, seal, marks)
    paper.heading(1, "出席者等")
    write_attendees(paper, view.attendees, marks)
    if view.invitees:
        write_invitees(paper, view.invitees, marks, with_question=False)
    write_proceedings(paper, view.items, marks)
    if view.regional_issues:
        write_issues(paper, view.regional_issues, Marks())
    write_corrections(paper, view.corrections)
    return paper.save(title=title_of(view), dated=dated(view), properties=seal.properties)


def _overview(paper: Paper, view: MinutesView, marks: Marks) -> None:
    paper.heading(1, "会議の概要")
    facts = [
        Fact("会議名", f"{ordinal(view)}　{view.committee}"),
        Fact("日時", meeting_period(view)),
        Fact("場所", place_text(view.place)),
        *presider_facts(view, marks),
    ]
    if view.recorded_afterwards:
        facts.append(Fact("記録の方法", view.recorded_afterwards))
    paper.facts(facts)


def _source(paper: Paper, seal: Seal, marks: Marks) -> None:
    """Say which edition of the minutes this was taken from."""
    paper.heading(1, "もとの議事録")
    facts = [Fact("版", f"第{seal.version}版（{seal.status}）"), Fact("内容照合値", seal.sha256)]
    if marks.corrections:
        facts.append(Fact("訂正", "この案件に関わる訂正がある。末尾に示す。"))
    paper.facts(facts)
    paper.note("※", "この抄本は、議事録のうちこの案件に関する部分だけを抜き出したものである。")
