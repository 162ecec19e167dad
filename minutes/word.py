"""議事録 (Word): writes a finished minutes view down as an official paper."""

from meetings_app.documents.word_base import Paper
from minutes.papers.closing import (
    write_approval,
    write_corrections,
    write_deferred,
    write_issues,
    write_next_meeting,
    write_notes,
)
from minutes.papers.items import write_item_list, write_proceedings
from minutes.papers.overview import dated, frame_of, title_of, write_head, write_overview
from minutes.papers.people import write_people
from minutes.papers.seal import Seal, seal_of
from minutes.papers.wording import Marks
from minutes.rules.minutes_view import MinutesView


def write_minutes(view: MinutesView, seal: Seal | None = None) -> bytes:
    """議事録: return `view` as a Word file (.docx); equal views give equal bytes.

    What nobody has filled in is printed as 「（未記入）」, what there was none of as 「なし」. `seal` is the edition
    that the footer and the properties name; give it for content that is stored (`seal_of` with its hash).
    """
    printed = seal or seal_of(view)
    marks = Marks(view.corrections)
    paper = Paper(frame_of(view, printed))
    write_head(paper, view, marks)
    write_overview(paper, view, marks)
    write_people(paper, view, marks)
    write_item_list(paper, view)
    write_proceedings(paper, view.items, marks)
    write_deferred(paper, view, marks)
    write_issues(paper, view.regional_issues, marks)
    write_next_meeting(paper, view, marks)
    write_notes(paper, view)
    write_corrections(paper, view.corrections)
    write_approval(paper, view, printed)
    return paper.save(title=title_of(view), dated=dated(view), properties=printed.properties)
