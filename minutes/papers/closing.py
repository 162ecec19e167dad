"""議事録の後付け: what was put off, issues, the next meeting, notes, corrections and the approval."""

from collections.abc import Sequence

from meetings_app.core.wareki import format_wareki
from meetings_app.documents.text import UNFILLED, filled
from meetings_app.documents.word_base import Column, Fact, Paper
from minutes.papers.seal import MINUTES, Seal
from minutes.papers.wording import Marks, grid_or_nothing, moment, number_of
from minutes.rules.minutes_view import Correction, MinutesView, RegionalIssue


def write_deferred(paper: Paper, view: MinutesView, marks: Marks) -> None:
    """今回諮らなかったプラン."""
    paper.heading(1, "今回諮らなかったプラン")
    rows = [
        (marks.below(plan.plan, f"今回諮らなかったプラン{number}"), filled(plan.reason))
        for number, plan in enumerate(view.deferred, start=1)
    ]
    grid_or_nothing(paper, (Column("プラン", 58), Column("諮らなかった理由")), rows)


def write_issues(paper: Paper, issues: Sequence[RegionalIssue], marks: Marks) -> None:
    """地域の課題 raised at the meeting."""
    paper.heading(1, "地域の課題")
    rows = [
        (
            marks.below(issue.category.value, f"地域の課題{number}"),
            issue.shortage.value if issue.shortage is not None else UNFILLED,
            filled(issue.municipality),
            issue.text or UNFILLED,
        )
        for number, issue in enumerate(issues, start=1)
    ]
    columns = (Column("分野", 36), Column("不足の状況", 30), Column("市町村・地区", 30), Column("内容"))
    grid_or_nothing(paper, columns, rows)


def write_next_meeting(paper: Paper, view: MinutesView, marks: Marks) -> None:
    """次回の会議."""
    meeting = view.next_meeting
    paper.heading(1, marks.behind("次回の会議", "次回の会議"))
    if meeting is None:
        paper.text(None)
        return
    if meeting.start is None and meeting.place is None and meeting.note:
        paper.text(meeting.note)
        return
    facts = [
        Fact("日時", moment(meeting.start) if meeting.start is not None else None),
        Fact("場所", meeting.place),
    ]
    if meeting.note:
        facts.append(Fact("備考", meeting.note))
    paper.facts(facts)


def write_notes(paper: Paper, view: MinutesView) -> None:
    """注記."""
    if view.findings:
        paper.heading(1, "注記")
    for number, finding in enumerate(view.findings, start=1):
        paper.note(f"注{number}", finding.message)


def write_corrections(paper: Paper, corrections: Sequence[Correction]) -> None:
    """訂正: write every correction with the old and the new text, the reason and who approved it.

    Each has a table of its own: old and new text may be pages long.
    """
    if corrections:
        paper.heading(1, "訂正")
    for place, entry in enumerate(corrections, start=1):
        facts = [
            Fact("番号", f"訂正{number_of(entry, place)}"),
            Fact("箇所", entry.place),
            Fact("訂正前", entry.before),
            Fact("訂正後", entry.after),
            Fact("理由", entry.reason),
            Fact("訂正日", format_wareki(entry.corrected_on)),
        ]
        if entry.approver:
            facts.append(Fact("承認者", entry.approver))
        paper.facts(facts)


def write_approval(paper: Paper, view: MinutesView, seal: Seal) -> None:
    """議事録の承認: write who approved which version when, the hash of this one, and the place to sign.

    What is made of minutes for others (anonymised, excerpts) has no place to sign.
    """
    approval = view.approval
    paper.heading(1, "議事録の承認")
    state = (
        approval.status.value if view.is_approved else f"{approval.status.value}（議長の承認を受けていない）"
    )
    facts = [Fact("状態", state)]
    if view.is_approved:
        version = f"第{approval.version}版" if approval.version is not None else None
        facts += [
            Fact("承認者", approval.approver),
            Fact("承認日", _approved(view)),
            Fact("承認した版", version),
            Fact("内容照合値", f"{seal.sha256}{_of_edition(view)}"),
        ]
    if seal.kind == MINUTES:
        facts.append(Fact("議長署名", to_sign=True))
    paper.facts(facts)


def _of_edition(view: MinutesView) -> str:
    """Say of which edition the hash is where that is another than the one approved: a 訂正 came after it."""
    return "" if view.approval.version in (None, view.version) else f"\n（訂正後の第{view.version}版）"


def _approved(view: MinutesView) -> str | None:
    approval = view.approval
    if approval.approved_at is not None:
        return moment(approval.approved_at)
    return format_wareki(approval.approved_on) if approval.approved_on is not None else None
