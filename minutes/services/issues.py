"""地域課題: raised on an item or brought in by a municipality, and summed up for the region."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from agenda.tables import AgendaItem
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import NotFound, Refused
from meetings_app.core.terms import MUNICIPALITIES, IssueCategory, IssueStatus, Shortage
from meetings_app.services.audit import record
from meetings_app.services.committees import get_committee
from meetings_app.tables.base import new_id
from meetings_app.tables.committees import Committee
from meetings_app.tables.meetings import Meeting
from minutes.tables import RegionalIssue


def raise_issue(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    committee_id: str,
    raised_on: date,
    category: IssueCategory,
    shortage: Shortage,
    municipality: str,
    internal_text: str = "",
    item_id: str | None = None,
    status: IssueStatus = IssueStatus.NOTED,
    issue_id: str | None = None,
) -> RegionalIssue:
    """地域課題を挙げる (第2条第4号); `issue_id` is the one that the form was given, a fresh one where none was.

    Raises Refused for a municipality outside the region and for the very same issue on the same item, NotFound for
    an item of another body.
    """
    if municipality not in MUNICIPALITIES:
        raise Refused(
            f"「{municipality}」は圏域の市町村ではありません。{'・'.join(MUNICIPALITIES)}から選んでください。"
        )
    if item_id is not None:
        _refuse_foreign_item(session, item_id, committee_id)
        _refuse_known(session, item_id, (category, shortage, municipality, internal_text.strip()))
    issue = RegionalIssue(
        id=issue_id or new_id(),
        committee_id=committee_id,
        item_id=item_id,
        raised_on=raised_on,
        category=category,
        shortage=shortage,
        municipality=municipality,
        internal_text=internal_text.strip(),
        status=status,
    )
    session.add(issue)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="地域課題",
        subject="regional_issue",
        subject_id=issue.id,
        detail={"category": category, "shortage": shortage, "municipality": municipality},
    )
    return issue


def _refuse_foreign_item(session: Session, item_id: str, committee_id: str) -> None:
    owner = session.exec(
        select(Meeting.committee_id)
        .join(AgendaItem, col(AgendaItem.meeting_id) == Meeting.id)
        .where(AgendaItem.id == item_id)
    ).first()
    if owner != committee_id:
        raise NotFound("この議題は見つかりません。会議の議題から選び直してください。")


def _refuse_known(session: Session, item_id: str, raised: tuple[IssueCategory, Shortage, str, str]) -> None:
    """Refuse what the item has raised in the same words: the form was sent twice, or a draft came back."""
    known = {
        (issue.category, issue.shortage, issue.municipality, issue.internal_text)
        for issue in issues_of(session, [item_id])
    }
    if raised in known:
        raise Refused("同じ地域課題が、もう挙げてあります。別の課題なら、内容を書き分けてください。")


def review_public_text(
    *, session: Session, actor: Actor, clock: Clock, issue_id: str, committee_id: str, public_text: str
) -> RegionalIssue:
    """公開する文を確認する: only a text that a person has read leaves the committee."""
    issue = get_issue(session, issue_id, committee_id)
    if not public_text.strip():
        raise Refused("公開する文を入れてください。個人が分かることばが入っていないか読み返してください。")
    issue.public_text = public_text.strip()
    issue.public_reviewed_by = actor.name
    issue.public_reviewed_at = clock.now()
    session.add(issue)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="公開文の確認",
        subject="regional_issue",
        subject_id=issue.id,
    )
    return issue


def get_issue(session: Session, issue_id: str, committee_id: str) -> RegionalIssue:
    """Return an issue of one body. Raises NotFound, also for another body's."""
    issue = session.get(RegionalIssue, issue_id)
    if issue is None or issue.committee_id != committee_id:
        raise NotFound("この地域課題は見つかりません。一覧から選び直してください。")
    return issue


def change_issue_status(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    issue_id: str,
    committee_id: str,
    status: IssueStatus,
) -> RegionalIssue:
    """課題の段階を変える. Raises NotFound."""
    issue = get_issue(session, issue_id, committee_id)
    before, issue.status = issue.status, status
    session.add(issue)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="課題の段階の変更",
        subject="regional_issue",
        subject_id=issue.id,
        detail={"before": before, "after": status},
    )
    return issue


def issues_of(session: Session, item_ids: Sequence[str]) -> list[RegionalIssue]:
    """Return the issues raised on a meeting's items, in the order they were raised."""
    rows = session.exec(select(RegionalIssue).where(col(RegionalIssue.item_id).in_(item_ids))).all()
    position = {item_id: place for place, item_id in enumerate(item_ids)}
    return sorted(rows, key=lambda row: (position[row.item_id or ""], str(row.category), row.id))


def list_issues(session: Session, committee_id: str) -> list[RegionalIssue]:
    """Return the issues of one body, latest first."""
    return list(
        session.exec(
            select(RegionalIssue)
            .where(RegionalIssue.committee_id == committee_id)
            .order_by(col(RegionalIssue.raised_on).desc(), col(RegionalIssue.id))
        ).all()
    )


def public_texts(session: Session, committee_id: str) -> list[RegionalIssue]:
    """公開する文: return the reviewed texts of the whole region; never the internal ones."""
    return [issue for issue in issues_of_region(session, committee_id) if issue.public_reviewed_by]


def issues_of_region(session: Session, committee_id: str) -> list[RegionalIssue]:
    """Return every issue of the region that a body lies in, oldest first. Internal: nothing is hidden yet."""
    region = get_committee(session, committee_id).region
    return list(
        session.exec(
            select(RegionalIssue)
            .join(Committee, col(RegionalIssue.committee_id) == Committee.id)
            .where(Committee.region == region)
            .order_by(col(RegionalIssue.raised_on), col(RegionalIssue.id))
        ).all()
    )
