"""判断の記録: one answer to a 要判断 from what a person read, refused where that has changed meanwhile."""

from dataclasses import dataclass

from sqlmodel import Session

from honoraria.rules.answers import Answer, answers, ruling_mark
from honoraria.rules.sheet import Ruling
from honoraria.services.runs import refuse_not_draft
from honoraria.services.settlements import assessment_on, settle
from honoraria.services.sheet_contents import as_ruling, materials_of, ruling_of
from honoraria.tables import IndividualDecision, PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict


@dataclass(frozen=True, slots=True)
class Read:
    """読んだもの: the assessment a form was shown for, and the mark of the decision that stood then."""

    assessment_id: str
    known: str


def answers_of(session: Session, run: PayRun, attendance_id: str, read: Read) -> tuple[Answer, ...]:
    """Return what can be decided about a line of a draft.

    Raises Refused where the sheet takes no decisions any more, NotFound for another sheet's line, and Conflict
    where it was assessed again since it was read.
    """
    refuse_not_draft(run)
    if assessment_on(session, run, attendance_id).id != read.assessment_id:
        raise Conflict("読んでいる間に、この行は判定し直されました。画面を読み直し、内容を確かめてください。")
    return answers(materials_of(session, run), attendance_id)


def decide(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    run: PayRun,
    attendance_id: str,
    read: Read,
    ruling: Ruling,
) -> IndividualDecision:
    """判断を記録する: settle a line as `ruling` says. The same decision sent twice is one.

    Raises Conflict where somebody else decided otherwise since it was read, and what `settle` refuses.
    """
    stored = assessment_on(session, run, attendance_id)
    row = ruling_of(session, stored.id)
    standing = as_ruling(row) if row else None
    if ruling_mark(standing) != read.known and standing != ruling:
        who = standing.decided_by if standing else ""
        raise Conflict(
            f"読んでいる間に、別の判断が記録されました（決定した人 {who}）。画面を読み直し、内容を確かめてください。"
        )
    return settle(
        session=session,
        actor=actor,
        clock=clock,
        run=run,
        attendance_id=attendance_id,
        honorarium=ruling.honorarium,
        travel=ruling.travel,
        label=ruling.label,
        reason=ruling.reason,
        decided_by=ruling.decided_by,
        decided_on=ruling.decided_on,
    )
