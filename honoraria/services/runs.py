"""支給調書: made from the confirmed attendance of a closed meeting, checked, approved by a second person, final.

Until it is final a sheet is worked out from what is on record each time; checking fixes the hash of what was read,
and nothing else can be approved or made final. Each step is taken once: asked for again by the same person it
changes nothing, by somebody else it is refused.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from honoraria.rules.compose import payees
from honoraria.rules.sheet import Sheet, SheetContent, SheetLine, Stage
from honoraria.services.assessments import assess_meeting
from honoraria.services.frozen import decode, encode, sha256
from honoraria.services.run_audit import audit_run
from honoraria.services.sheet_contents import before_of, compose_content
from honoraria.services.staleness import stale_corrections
from honoraria.services.taking_back import why_not_yet
from honoraria.tables import AssessmentRecord, CorrectionEntry, PayLine, PayRun
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import RunStatus
from meetings_app.core.wareki import format_wareki
from meetings_app.services.office_settings import get_setting
from meetings_app.tables.meetings import Meeting
from meetings_app.tables.users import User

ONCE = "once"
SEND_BACK = "支給調書の差戻し"
"""What the audit trail calls it."""


# ---- finding


def run_of(session: Session, meeting_id: str) -> PayRun | None:
    """Return the payment sheet of a meeting; None before one is made."""
    return session.exec(select(PayRun).where(PayRun.meeting_id == meeting_id)).first()


def get_run(session: Session, run_id: str, committee_id: str) -> PayRun:
    """Return a sheet of a body. Raises NotFound for another body's."""
    run = session.get(PayRun, run_id)
    if run is None or run.committee_id != committee_id:
        raise NotFound("この支給調書は見つかりません。支給の一覧から選び直してください。")
    return run


def list_runs(session: Session, committee_id: str) -> list[PayRun]:
    """Return the sheets of a body, the latest first."""
    return list(
        session.exec(
            select(PayRun).where(PayRun.committee_id == committee_id).order_by(col(PayRun.number).desc())
        ).all()
    )


def sheet_of(session: Session, run: PayRun, content: SheetContent | None = None) -> Sheet:
    """支給調書を読む: as frozen once final, before that as it stands now (`content`, where it is known already)."""
    stage = Stage(
        run.status,
        run.created_by,
        run.created_at,
        run.checked_by,
        run.checked_at,
        run.approved_by,
        run.approved_at,
        run.finalised_by,
        run.finalised_at,
    )
    return Sheet(content or content_of(session, run), stage, run.sha256)


def content_of(session: Session, run: PayRun) -> SheetContent:
    """Return what a sheet says."""
    return decode(run.content) if run.content is not None else compose_content(session, run)


# ---- making and steps


def start_run(*, session: Session, actor: Actor, clock: Clock, meeting: Meeting) -> PayRun:
    """支給調書を作る: assess every attendance of a closed meeting and open its sheet; once per meeting.

    Raises Refused before the meeting is closed and its attendance confirmed (第7条第2項).
    """
    assess_meeting(session=session, actor=actor, clock=clock, meeting=meeting)
    known = run_of(session, meeting.id)
    return known or _add(session, actor, clock, meeting.committee_id, meeting.id)


def start_correction_run(*, session: Session, actor: Actor, clock: Clock, committee_id: str) -> PayRun:
    """訂正の支給調書を作る for differences alone; one that is still open and has no meeting is used again."""
    for run in list_runs(session, committee_id):
        if run.meeting_id is None and run.status is RunStatus.DRAFT:
            return run
    return _add(session, actor, clock, committee_id, None)


def _add(session: Session, actor: Actor, clock: Clock, committee_id: str, meeting_id: str | None) -> PayRun:
    last = session.exec(select(func.max(PayRun.number)).where(PayRun.committee_id == committee_id)).one()
    run = PayRun(
        committee_id=committee_id,
        meeting_id=meeting_id,
        number=(last or 0) + 1,
        created_by=actor.name,
        created_at=clock.now(),
    )
    session.add(run)
    session.flush()
    audit_run(session, actor, clock, "支給調書の作成", run)
    return run


def check_run(*, session: Session, actor: Actor, clock: Clock, run: PayRun, seen: str) -> PayRun:
    """確認する what was read: `seen` is the hash of the content on the reader's screen.

    Raises Refused while something is missing and Conflict where the content changed meanwhile.
    """
    if run.status is not RunStatus.DRAFT:
        return _already(run, run.checked_by_id, actor, f"{run.checked_by}が確認済みです。")
    account, content = _account(actor), content_of(session, run)
    _refuse_incomplete(content)
    _refuse_stale_corrections(session, run)
    _refuse_changed(sha256(content), seen)
    run.status = RunStatus.CHECKED
    run.checked_by, run.checked_by_id, run.checked_at = actor.name, account, clock.now()
    run.checked_sha256 = seen
    return _saved(session, actor, clock, "支給調書の確認", run)


def approve_run(*, session: Session, actor: Actor, clock: Clock, run: PayRun, seen: str) -> PayRun:
    """承認する what was checked, by a second person unless the office has switched four eyes off.

    Raises Refused for the person who checked, and Conflict where the content changed since.
    """
    if run.status in (RunStatus.APPROVED, RunStatus.FINALISED):
        return _already(run, run.approved_by_id, actor, f"{run.approved_by}が承認済みです。")
    if run.status is not RunStatus.CHECKED:
        raise Refused("まだ確認されていません。先に、別の人が内容を確認してください。")
    account, four_eyes = _account(actor), bool(get_setting(session, "honoraria.four_eyes"))
    if four_eyes and (run.checked_by_id == account or _is_same_person(session, run, actor)):
        raise Refused("確認した人は承認できません。別の人が承認してください（二人で確かめる設定です）。")
    _refuse_stale(session, run, seen)
    run.status, run.four_eyes = RunStatus.APPROVED, four_eyes
    run.approved_by, run.approved_by_id, run.approved_at = actor.name, account, clock.now()
    return _saved(session, actor, clock, "支給調書の承認", run)


def send_back(*, session: Session, actor: Actor, clock: Clock, run: PayRun, reason: str) -> PayRun:
    """差し戻す to 下書き, with the reason; what was checked and approved is to be done again."""
    if run.status is RunStatus.FINALISED:
        raise Refused("確定した支給調書は差し戻せません。誤りは、次の支給調書で訂正してください。")
    if run.status is RunStatus.DRAFT:
        raise Refused("まだ下書きです。そのまま直してください。")
    if not reason.strip():
        raise Refused("差し戻す理由を入れてください。")
    run.status = RunStatus.DRAFT
    run.checked_by = run.checked_by_id = run.checked_at = run.checked_sha256 = None
    run.approved_by = run.approved_by_id = run.approved_at = None
    return _saved(session, actor, clock, SEND_BACK, run, reason=reason.strip())


def finalise_run(*, session: Session, actor: Actor, clock: Clock, run: PayRun, seen: str) -> PayRun:
    """確定する: freeze content, lines and hash for ever.

    Raises Refused where it is not approved or something is missing, Conflict where the content changed since.
    """
    if run.status is RunStatus.FINALISED:
        if run.sha256 != seen:
            raise Conflict(f"{run.finalised_by}が別の内容で確定済みです。画面を読み直してください。")
        return run
    if run.status is not RunStatus.APPROVED:
        raise Refused("承認されていません。確認と承認のあとで確定してください。")
    content = _refuse_stale(session, run, seen)
    _refuse_incomplete(content)
    _refuse_stale_corrections(session, run)
    for line in sorted(_lines(session, run, content), key=lambda line: line.travel):
        session.add(line)  # what is taken back first: the day's 旅費 may move from one meeting to another
        session.flush()
    run.content, run.sha256 = encode(content), seen
    run.status = RunStatus.FINALISED
    run.finalised_by, run.finalised_at = actor.name, clock.now()
    return _saved(
        session,
        actor,
        clock,
        "支給調書の確定",
        run,
        sha256=seen,
        net=content.totals.net,
        lines=len(content.lines),
    )


def refuse_not_draft(run: PayRun) -> None:
    """Raise Refused where a sheet can no longer take decisions."""
    if run.status is RunStatus.FINALISED:
        raise Refused("この支給調書は確定しています。誤りは、次の支給調書で訂正してください。")
    if run.status is not RunStatus.DRAFT:
        raise Refused(f"この支給調書は「{run.status}」です。差し戻してから直してください。")


def _account(actor: Actor) -> str:
    if actor.user_id is None:
        raise Refused(
            "確認と承認は、自分の利用者名でログインした人が行います。ログインしてからやり直してください。"
        )
    return actor.user_id


def _is_same_person(session: Session, run: PayRun, actor: Actor) -> bool:
    """Return whether whoever checked is the actor under another account."""
    checker = session.get(User, run.checked_by_id)
    return checker is not None and checker.person_id is not None and checker.person_id == actor.person_id


def _already(run: PayRun, by_id: str | None, actor: Actor, who: str) -> PayRun:
    """Return the sheet for the person who took the step before: nothing more is done. Raises Conflict otherwise."""
    if by_id is not None and by_id == actor.user_id:
        return run
    raise Conflict(f"この支給調書は{who}画面を読み直してください。")


def _refuse_incomplete(content: SheetContent) -> None:
    if content.blocks:
        raise Refused("まだ進められません。" + " ".join(content.blocks))
    if not content.lines:
        raise Refused("この支給調書には行がありません。訂正を取り込むか、支給を判定してください。")


def _refuse_stale_corrections(session: Session, run: PayRun) -> None:
    names = stale_corrections(session, run)
    if names:
        raise Refused(
            f"取り込んだ訂正のもとになる記録が、そのあとで変わりました（{'、'.join(names)}）。"
            "下書きで取り込みをやめ、要るものだけを取り込み直してください。"
        )


def _refuse_changed(now: str, seen: str) -> None:
    if now != seen:
        raise Conflict(
            "読んでいる間に内容が変わりました。画面を読み直し、内容を確かめてからやり直してください。"
        )


def _refuse_stale(session: Session, run: PayRun, seen: str) -> SheetContent:
    content = content_of(session, run)
    _refuse_changed(sha256(content), seen)
    if run.checked_sha256 != seen:
        raise Refused("確認のあとに内容が変わりました。差し戻して、もう一度確認してください。")
    return content


def _saved(
    session: Session, actor: Actor, clock: Clock, action: str, run: PayRun, **detail: object
) -> PayRun:
    run.version += 1
    session.add(run)
    session.flush()
    audit_run(session, actor, clock, action, run, **detail)
    return run


# ---- lines


def _lines(session: Session, run: PayRun, content: SheetContent) -> list[PayLine]:
    _refuse_taking_back_unpaid(session, content)
    lines = [_pay_line(session, run, line) for line in content.lines]
    _refuse_travel_twice(session, lines, content)
    return lines


def _pay_line(session: Session, run: PayRun, line: SheetLine) -> PayLine:
    corrected = line.correction
    policy = line.policy
    if policy is None:
        raise Refused("源泉徴収の扱いが未設定です。設定に記録してください。")
    return PayLine(
        run_id=run.id,
        committee_id=run.committee_id,
        attendance_id=line.attendance_id,
        person_id=line.person_id,
        assessment_id=line.assessment_id,
        corrects_id=corrected.line_id if corrected else None,
        held_on=line.held_on,
        outcome=line.outcome,
        honorarium=line.honorarium or 0,
        travel=line.travel or 0,
        withheld=line.withheld or 0,
        net=line.net or 0,
        prior_honorarium=corrected.honorarium_before if corrected else 0,
        prior_travel=corrected.travel_before if corrected else 0,
        taxable=line.taxable,
        tax_mode=policy.mode,
        tax_on_travel=policy.includes_travel,
        tax_period=line.tax_span,
        travel_day=_travel_day(session, line),
    )


def _travel_day(session: Session, line: SheetLine) -> date | None:
    """Return the day whose 旅費 this line pays, where the office pays it once a day; None otherwise."""
    if (line.travel or 0) <= 0:
        return None
    stored = session.get_one(AssessmentRecord, line.assessment_id)
    return line.held_on if json.loads(stored.inputs).get("same_day_travel") == ONCE else None


def _refuse_taking_back_unpaid(session: Session, content: SheetContent) -> None:
    for line in content.lines:
        now = line.correction
        if now is None:
            continue
        before = before_of(session, line.attendance_id)
        why = why_not_yet(session, line.attendance_id, before, now.honorarium_now, now.travel_now)
        if why:
            raise Refused(f"{line.name}（{line.meeting}）: {why}")


def _refuse_travel_twice(session: Session, lines: list[PayLine], content: SheetContent) -> None:
    """Refuse a day's 旅費 that another attendance of the person carries, this sheet's corrections included."""
    names = {line.person_id: line.name for line in content.lines}
    for line in lines:
        if line.travel_day is None:
            continue
        known = session.exec(
            select(PayLine).where(PayLine.person_id == line.person_id, PayLine.held_on == line.held_on)
        ).all()
        if _carried_elsewhere(line, [*known, *lines]):
            raise Refused(
                f"{names[line.person_id]}の{format_wareki(line.travel_day)}の旅費は、別の会議の分として支給済みです"
                "（日額、第7条第3項②）。差し戻して判定し直してください。"
            )


def _carried_elsewhere(line: PayLine, lines: Iterable[PayLine]) -> bool:
    carried: dict[str, int] = {}
    for other in lines:
        same_day = (other.person_id, other.held_on) == (line.person_id, line.held_on)
        if same_day and other.attendance_id != line.attendance_id:
            carried[other.attendance_id] = carried.get(other.attendance_id, 0) + other.travel
    return any(travel > 0 for travel in carried.values())


@dataclass(frozen=True, slots=True)
class RunSummary:
    """支給調書の一覧の行: counts and yen as frozen once final, as they stand now before."""

    run: PayRun
    sheet: Sheet
    corrections: int


def summary_of(session: Session, run: PayRun) -> RunSummary:
    """Return one sheet for a list."""
    taken = session.exec(select(CorrectionEntry.id).where(CorrectionEntry.run_id == run.id)).all()
    return RunSummary(run, sheet_of(session, run), len(taken))


def own_lines(sheet: Sheet, person_id: str | None) -> tuple[SheetLine, ...]:
    """Return one person's lines of a sheet."""
    return tuple(
        line for payee in payees(sheet.content) if payee.person_id == person_id for line in payee.lines
    )
