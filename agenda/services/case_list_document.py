"""相談者一覧の紙: the whole list on paper. The packets hold only the cases that their readers sit in on."""

from sqlmodel import Session

from agenda.papers.contexts import context_of, dated_of, kind_of, title_of
from agenda.services.case_list import case_list_paper
from agenda.services.packet_facts import head_of
from agenda.services.templates import template_in_use
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.documents.filling import SERIAL, fill, stamp
from meetings_app.services.audit import record
from meetings_app.tables.meetings import Meeting


def take_case_list(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> bytes:
    """相談者一覧を取り出す: the Word file with every open case as of the meeting's day, in the template in use.

    A case whose consent does not hold that day is on no paper. Raises Refused where the template cannot be filled.
    """
    head = head_of(session, meeting, dated=meeting.starts_at.astimezone(TOKYO).date())
    paper = case_list_paper(session, meeting, head=head)
    template = template_in_use(session, meeting.committee_id, kind_of(paper))
    filled = fill(template, context_of(paper), title=title_of(paper), dated=dated_of(paper))
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="相談者一覧の取出し",
        subject="meeting",
        subject_id=meeting.id,
        detail={"meeting": meeting.number, "cases": [row.case for row in paper.rows]},
    )
    return stamp(filled, {SERIAL: ""})
