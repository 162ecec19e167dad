"""アセスメントの要約: what is known of somebody's situation, as of a day. Rows are only ever added."""

from datetime import date

from sqlmodel import Session, col, select

from agenda.register_tables import CaseAssessment
from agenda.tables import Client
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record

LONGEST_SUMMARY = 4000


def assessments_of(session: Session, client_id: str) -> list[CaseAssessment]:
    """Return every assessment of a case, the latest first; of one day, what was recorded last."""
    rows = session.exec(
        select(CaseAssessment)
        .where(CaseAssessment.client_id == client_id)
        .order_by(col(CaseAssessment.assessed_on).desc(), col(CaseAssessment.recorded_at).desc())
    ).all()
    return list(rows)


def latest_assessment(session: Session, client_id: str, on: date) -> CaseAssessment | None:
    """Return the assessment that is known on a day: the last one made by then."""
    return next((row for row in assessments_of(session, client_id) if row.assessed_on <= on), None)


def add_assessment(
    *, session: Session, actor: Actor, clock: Clock, client: Client, assessed_on: date, summary: str
) -> CaseAssessment:
    """アセスメントの要約を記録する; the same summary of the same day sent again adds nothing.

    Raises Refused for an empty or overlong text and for a day to come.
    """
    text = summary.strip()
    if not text:
        raise Refused("要約が入っていません。本人の状況と課題を、短くまとめて書いてください。")
    if len(text) > LONGEST_SUMMARY:
        raise Refused(f"要約が長すぎます。{LONGEST_SUMMARY}文字以内にまとめてください。")
    if assessed_on > today(clock):
        raise Refused(f"{format_wareki(assessed_on)}はまだ来ていません。実際にあった日を入力してください。")
    for known in assessments_of(session, client.id):
        if (known.assessed_on, known.summary) == (assessed_on, text):
            return known
    row = CaseAssessment(
        client_id=client.id,
        assessed_on=assessed_on,
        summary=text,
        recorded_by=actor.name,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action="アセスメントの記録",
        subject="client",
        subject_id=client.id,
        detail={"on": assessed_on, "assessment": row.id},
    )
    return row
