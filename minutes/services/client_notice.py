"""本人への説明: one page for the 本人 after a meeting: what was agreed, who does what, whom to call.

What the meeting recorded is the beginning; the secretariat puts it into easy words before it is printed, and what is
typed goes into the paper and is not kept. The paper never carries the case number: where the office keeps no names,
the name is written in by hand on a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session, col, select

from agenda.papers.contents import ActionLine, ClientNotice, Contact
from agenda.papers.contexts import context_of, title_of
from agenda.services.cases import Hearing, hearings_of
from agenda.services.clients import assigned_names, names_kept
from agenda.services.items import ItemView, items_of
from agenda.services.templates import template_in_use
from agenda.tables import AgendaItem, Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import TOKYO, Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.partial_date import format_loosely
from meetings_app.core.terms import MeetingStatus, PaperKind, Precision
from meetings_app.core.wareki import format_wareki
from meetings_app.documents.filling import SERIAL, fill, stamp
from meetings_app.documents.text import NOTHING
from meetings_app.services.audit import record
from meetings_app.services.committees import get_committee
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from minutes.services.running import actions_of, records_of

TO_COME = (MeetingStatus.PREPARING, MeetingStatus.CONVENED)


@dataclass(frozen=True, slots=True)
class RecordedItem:
    """議題の記録 of a case at a meeting, as it was written for officials."""

    title: str
    outcome: str
    confirmed: str


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """説明する相手: a case that a meeting dealt with."""

    client_id: str
    case: int
    initials: str
    items: tuple[RecordedItem, ...]


def why_no_notice(session: Session, meeting: Meeting) -> str:
    """Return why no notice can be made yet and what to do, "" where nothing stands in the way."""
    if meeting.status is not MeetingStatus.CLOSED:
        return (
            f"この会議は「{meeting.status}」の段階です。"
            "本人への説明は、閉会して結果が決まってから作ってください。"
        )
    if not _setting(session, "office.phone"):
        return (
            "事務所の電話番号がまだありません。困ったときの連絡先になるため、"
            "「設定」の「事務所」で電話番号を入れてから作ってください。"
        )
    return ""


def cases_of_meeting(session: Session, meeting: Meeting) -> list[NoticeCase]:
    """Return the cases on a meeting's agenda with what was recorded on them, by case number."""
    views = [view for view in items_of(session, meeting.id) if view.client is not None]
    recorded = _recorded(session, views)
    clients = {view.client.id: view.client for view in views if view.client}
    return [
        NoticeCase(
            client_id=client.id,
            case=client.case_number,
            initials=client.initials,
            items=tuple(
                recorded[view.item.id] for view in views if view.client and view.client.id == client.id
            ),
        )
        for client in sorted(clients.values(), key=lambda client: client.case_number)
    ]


def case_of_meeting(session: Session, meeting: Meeting, client_id: str) -> NoticeCase:
    """Return one case of a meeting. Raises NotFound for a case that was not on its agenda."""
    for case in cases_of_meeting(session, meeting):
        if case.client_id == client_id:
            return case
    raise NotFound("このケースは、この会議の議題にありません。会議の画面から選び直してください。")


def held_hearings(session: Session, client_id: str) -> list[Hearing]:
    """Return the closed meetings that dealt with a case, the latest first, each once."""
    held = [
        hearing
        for hearing in hearings_of(session, client_id)
        if hearing.item_id is not None and hearing.status is MeetingStatus.CLOSED
    ]
    return list({hearing.meeting_id: hearing for hearing in reversed(held)}.values())[::-1]


def client_notice(session: Session, meeting: Meeting, client_id: str, *, dated: date) -> ClientNotice:
    """本人への説明: return what the record says to the 本人 of a case, to be put into easy words.

    `agreed` are the confirmed texts line by line, `next_steps` what is to be done, `next_talk` the next meeting that
    has the case on its agenda or the next monitoring, whichever comes first. Raises Refused while the meeting is not
    closed and where the office has no telephone number; NotFound for a case that was not on the agenda.
    """
    _refuse_unready(session, meeting)
    views = _views_of(session, meeting, client_id)
    client, plan = _subject(views)
    recorded = _recorded(session, views)
    actions = actions_of(session, [view.item.id for view in views])
    return ClientNotice(
        dated=dated,
        met_on=_day(meeting),
        name=client.name if names_kept(session) else "",
        goal=plan.goal,
        agreed=tuple(line for item in recorded.values() for line in _lines(item.confirmed)),
        next_steps=tuple(
            ActionLine(action.what, action.who, action.due_on)
            for listed in actions.values()
            for action in listed
        ),
        next_talk=_next_talk(session, meeting, client, plan, dated),
        contact=_contact(session, meeting, client),
    )


def draw_client_notice(session: Session, meeting: Meeting, notice: ClientNotice) -> bytes:
    """Return the Word file of a notice in the template in use. Raises Refused where it cannot be filled."""
    template = template_in_use(session, meeting.committee_id, PaperKind.CLIENT_NOTICE)
    contact = replace(notice.contact, mailbox=notice.contact.mailbox or NOTHING)
    paper = replace(notice, contact=contact)
    filled = fill(template, context_of(paper), title=title_of(paper), dated=paper.dated)
    return stamp(filled, {SERIAL: ""})


def record_client_notice(
    *, session: Session, actor: Actor, clock: Clock, meeting: Meeting, client_id: str
) -> None:
    """本人への説明の作成を記録する: that the paper was taken out, without its words, which are kept nowhere.

    Raises Refused and NotFound as `client_notice` does.
    """
    _refuse_unready(session, meeting)
    client, plan = _subject(_views_of(session, meeting, client_id))
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="本人への説明の作成",
        subject="client",
        subject_id=client.id,
        detail={"meeting": meeting.number, "case": client.case_number, "plan": plan.number},
    )


# ---- within


def _refuse_unready(session: Session, meeting: Meeting) -> None:
    why = why_no_notice(session, meeting)
    if why:
        raise Refused(why)


def _views_of(session: Session, meeting: Meeting, client_id: str) -> list[ItemView]:
    case_of_meeting(session, meeting, client_id)
    return [view for view in items_of(session, meeting.id) if view.client and view.client.id == client_id]


def _subject(views: Sequence[ItemView]) -> tuple[Client, Plan]:
    """Return the case and its newest plan among the items."""
    pairs = [(view.client, view.plan) for view in views if view.client and view.plan]
    return max(pairs, key=lambda pair: pair[1].number)


def _recorded(session: Session, views: Sequence[ItemView]) -> dict[str, RecordedItem]:
    records = records_of(session, [view.item.id for view in views])
    return {
        view.item.id: RecordedItem(
            title=view.title,
            outcome=(found.outcome or "") if found else "",
            confirmed=found.confirmed if found else "",
        )
        for view in views
        for found in (records.get(view.item.id),)
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _next_talk(session: Session, meeting: Meeting, client: Client, plan: Plan, dated: date) -> str:
    """Return when one talks next: the earlier of the coming meeting with the case and the monitoring."""
    known: list[tuple[date, str]] = []
    coming = _coming_meeting(session, meeting, client, dated)
    if coming is not None:
        known.append((coming, f"{format_wareki(coming, weekday=True)}の会議で、また 話し合います。"))
    month_end = plan.monitoring_month_end
    if month_end is not None and month_end >= dated and _is_watched(plan):
        text = format_loosely(month_end, plan.monitoring_precision)
        about = "" if plan.monitoring_precision in (None, Precision.DAY) else "ごろ"
        known.append((month_end, f"{text}{about}、ようすを うかがいます。"))
    return min(known, default=(date.max, ""))[1]


def _is_watched(plan: Plan) -> bool:
    return plan.evaluation_outcome is None and plan.monitored_on is None


def _coming_meeting(session: Session, meeting: Meeting, client: Client, dated: date) -> date | None:
    rows = session.exec(
        select(Meeting)
        .join(AgendaItem, col(AgendaItem.meeting_id) == Meeting.id)
        .join(Plan, col(AgendaItem.plan_id) == Plan.id)
        .where(
            Plan.client_id == client.id,
            Meeting.committee_id == meeting.committee_id,
            Meeting.starts_at > meeting.starts_at,
            col(Meeting.status).in_(TO_COME),
        )
    ).all()
    return min((day for day in map(_day, rows) if day >= dated), default=None)


def _contact(session: Session, meeting: Meeting, client: Client) -> Contact:
    committee = get_committee(session, meeting.committee_id)
    assigned = assigned_names(session, [client]).get(client.id)
    return Contact(
        office=_setting(session, "office.name") or committee.organizer_name or committee.name,
        phone=_setting(session, "office.phone"),
        mailbox=_setting(session, "office.mailbox") or committee.organizer_mailbox,
        person=assigned.name if assigned else "",
    )


def _setting(session: Session, key: str) -> str:
    return str(get_setting(session, key) or "").strip()


def _day(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(TOKYO).date()
