"""プランの内容: goal, period, services and evaluation of one plan, put right where they were wrong.

What a meeting has confirmed may still be mended, but only with a reason, which stays in the audit trail.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from agenda.register_tables import PlanService, Provider
from agenda.rules.decision_kind import decision_term
from agenda.rules.service_codes import entry_on
from agenda.services.providers import find_by_name, get_or_create_provider, providers_of
from agenda.services.service_codes import all_entries
from agenda.tables import Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock, today
from meetings_app.core.errors import Refused
from meetings_app.core.partial_date import PartialDate
from meetings_app.core.terms import ServiceKind
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.correction_trail import LONGEST_REASON

MOST_SERVICES = 40
"""Rows of a services table: what a paper can still show readably."""

LONGEST_NAME = 200
LONGEST_CONTENT = 1000
LONGEST_EVALUATION = 2000
LONGEST_FOLLOW_UP = 1000


@dataclass(frozen=True, slots=True)
class PlanContent:
    """プランの内容, as the form gives it."""

    goal: str
    period_end: PartialDate | None
    period_start: date | None = None
    monitoring: PartialDate | None = None
    drafted_on: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """支援内容の一行, as the form gives it: a code of the list, or a free name where `code` is ""."""

    kind: ServiceKind
    code: str
    name: str
    provider: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """支援内容の一行 on record."""

    plan_id: str
    position: int
    kind: ServiceKind
    code: str
    name: str
    provider_id: str | None
    provider: str
    content: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """評価の内容: what was achieved, what changes were seen, and whether somebody looks after the person still."""

    achieved: str
    changes: str
    follow_up: bool | None
    follow_up_note: str = ""


# ---- reading


def services_of(session: Session, plan_ids: Collection[str]) -> dict[str, list[ServiceLine]]:
    """Return the services of each plan in their order; no plan is left out of the answer."""
    rows = session.exec(
        select(PlanService, Provider)
        .join(Provider, col(PlanService.provider_id) == Provider.id, isouter=True)
        .where(col(PlanService.plan_id).in_(plan_ids))
        .order_by(col(PlanService.position))
    ).all()
    found: dict[str, list[ServiceLine]] = {plan_id: [] for plan_id in plan_ids}
    for row, provider in rows:
        found[row.plan_id].append(_line(row, provider))
    return found


def _line(row: PlanService, provider: Provider | None) -> ServiceLine:
    return ServiceLine(
        plan_id=row.plan_id,
        position=row.position,
        kind=row.kind,
        code=row.code or "",
        name=row.name,
        provider_id=row.provider_id,
        provider=provider.name if provider else "",
        content=row.content,
    )


def decision_terms(session: Session, plan_ids: Collection[str]) -> dict[str, str]:
    """支援決定・確認の別: return what the city is asked for on each plan, by the services it holds."""
    return {
        plan_id: decision_term(line.kind for line in lines)
        for plan_id, lines in services_of(session, plan_ids).items()
    }


def plan_day(plan: Plan, on: date) -> date:
    """プランの日: the day whose names a plan uses: that of its meeting, else its drafting, else `on`."""
    return plan.met_on or plan.drafted_on or on


def needs_reason(plan: Plan) -> bool:
    """Return whether a meeting has dealt with a plan, so that a change to it needs a reason."""
    return plan.met_on is not None or plan.evaluated_on is not None


@dataclass(frozen=True, slots=True)
class MustFill:
    """必須の欄 of a plan that is mended: `edit_plan` refuses these empty."""

    goal: bool
    drafted_on: bool
    period_end: bool


def must_fill(plan: Plan) -> MustFill:
    """Return what may not be left empty: what the record says already, and the drafting of a plan yet to be heard."""
    return MustFill(
        goal=bool(plan.goal), drafted_on=plan.met_on is None, period_end=plan.period_end is not None
    )


# ---- goal and dates


def edit_plan(
    *, session: Session, actor: Actor, clock: Clock, plan: Plan, content: PlanContent, reason: str = ""
) -> None:
    """プランの目標と期間を変える, of a plan that was read with its version.

    Raises Refused for a period that ends before it begins or before the plan was drafted, for a drafting to come,
    and without a reason once a meeting has confirmed the plan.
    """
    _check_dates(plan, content, clock)
    if must_fill(plan).goal and not content.goal.strip():
        raise Refused("目標が空です。プランには目標が要ります。目標を入れてください。")
    before, after = _told(plan), _values(content)
    changed = {key: (before[key], value) for key, value in after.items() if before[key] != value}
    if not changed:
        return
    said = _checked_reason(plan, reason)
    for key, value in after.items():
        setattr(plan, key, value)
    _store(session, actor, clock, plan, "プランの変更", {"changed": changed, "reason": said})


def _values(content: PlanContent) -> dict[str, object]:
    end, monitoring = content.period_end, content.monitoring
    return {
        "goal": content.goal.strip(),
        "drafted_on": content.drafted_on,
        "period_start": content.period_start,
        "period_end": end.last_day if end else None,
        "period_end_precision": end.precision if end else None,
        "monitoring_month_end": monitoring.last_day if monitoring else None,
        "monitoring_precision": monitoring.precision if monitoring else None,
    }


def _check_dates(plan: Plan, content: PlanContent, clock: Clock) -> None:
    start, drafted = content.period_start, content.drafted_on
    end = content.period_end.last_day if content.period_end else None
    must = must_fill(plan)
    if end is None and must.period_end:
        raise Refused("「期間の終わり」が空です。期限の一覧に要るので、終わりの日か月を入れてください。")
    if drafted is None and must.drafted_on:
        raise Refused("「作成の日」が空です。会議の確認を待つプランには、作成の日を入れてください。")
    if drafted is not None and drafted > today(clock):
        raise Refused(f"{format_wareki(drafted)}はまだ来ていません。プランを作った日を入力してください。")
    if drafted is not None and plan.met_on is not None and drafted > plan.met_on:
        raise Refused(
            f"作成の日が、確認した会議の日（{format_wareki(plan.met_on)}）より後です。作成の日を確かめてください。"
        )
    refuse_backward_period(start, end)
    if drafted is not None and end is not None and end < drafted:
        raise Refused("期間の終わりがプランの作成日より前です。期間の終わりを確かめてください。")


def refuse_backward_period(start: date | None, end: date | None) -> None:
    """Raise Refused for a period that ends before it begins."""
    if start is not None and end is not None and start > end:
        raise Refused(
            f"期間の始まり（{format_wareki(start)}）が、終わり（{format_wareki(end)}）より後です。"
            "始まりか終わりの日を直してください。"
        )


def _told(plan: Plan) -> dict[str, object]:
    return {key: getattr(plan, key) for key in _EDITED}


_EDITED = (
    *("goal", "drafted_on", "period_start", "period_end", "period_end_precision"),
    *("monitoring_month_end", "monitoring_precision"),
)


# ---- services


def set_services(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    plan: Plan,
    entries: Sequence[ServiceEntry],
    reason: str = "",
) -> list[ServiceLine]:
    """支援内容を決める: these rows in this order take the place of those on record.

    A code is written down by what it was called on the plan's day, so that a later law leaves the plan alone. Raises
    Refused for more than 40 rows, a code that was not in force on that day, a row without a name, and without a
    reason once a meeting has confirmed the plan.
    """
    if len(entries) > MOST_SERVICES:
        raise Refused(
            f"支援内容は{MOST_SERVICES}行までです。似た支援を1行にまとめるか、行を減らしてください。"
        )
    before = services_of(session, [plan.id])[plan.id]
    named = [_named(session, actor, plan, entry, before, today(clock)) for entry in entries]
    if _same(before, named):
        return before
    said = _checked_reason(plan, reason)
    _replace(session, actor, clock, plan, named)
    after = services_of(session, [plan.id])[plan.id]
    detail = {"before": _for_trail(before), "after": _for_trail(after), "reason": said}
    _store(session, actor, clock, plan, "支援内容の変更", detail)
    return after


def _named(
    session: Session,
    actor: Actor,
    plan: Plan,
    entry: ServiceEntry,
    before: Iterable[ServiceLine],
    on: date,
) -> ServiceEntry:
    """Return a row as it is stored: a code with its class and its name on the plan's day."""
    provider, content = entry.provider.strip(), entry.content.strip()
    if len(content) > LONGEST_CONTENT:
        raise Refused(f"支援の内容が長すぎます。1行{LONGEST_CONTENT}文字以内にしてください。")
    if not entry.code:
        return ServiceEntry(entry.kind, "", _checked_name(entry.name), provider, content)
    day = plan_day(plan, on)
    known = entry_on(all_entries(session, actor.committee_id), entry.code, day)
    if known is not None:
        return ServiceEntry(known.kind, known.code, known.name, provider, content)
    kept = next((line for line in before if line.code == entry.code), None)
    if kept is None:
        raise Refused(
            f"番号「{entry.code}」の支援は、このプランの日（{format_wareki(day)}）にはありません。"
            "一覧から選び直すか、番号を選ばずに名前を入れてください。"
        )
    return ServiceEntry(kept.kind, kept.code, kept.name, provider, content)


def _checked_name(name: str) -> str:
    called = name.strip()
    if not called:
        raise Refused("支援の名前が入っていない行があります。名前を入れるか、その行を空にしてください。")
    if len(called) > LONGEST_NAME:
        raise Refused(f"支援の名前が長すぎます。{LONGEST_NAME}文字以内にしてください。")
    return called


def _same(lines: Sequence[ServiceLine], entries: Sequence[ServiceEntry]) -> bool:
    return [(line.kind, line.code, line.name, line.provider, line.content) for line in lines] == [
        (entry.kind, entry.code, entry.name, entry.provider, entry.content) for entry in entries
    ]


def _replace(
    session: Session, actor: Actor, clock: Clock, plan: Plan, entries: Sequence[ServiceEntry]
) -> None:
    for row in session.exec(select(PlanService).where(PlanService.plan_id == plan.id)).all():
        session.delete(row)
    session.flush()
    for position, entry in enumerate(entries, 1):
        provider_id = _provider_id(session, actor, clock, entry.provider)
        session.add(
            PlanService(
                plan_id=plan.id,
                position=position,
                kind=entry.kind,
                code=entry.code or None,
                name=entry.name,
                provider_id=provider_id,
                content=entry.content,
            )
        )
    session.flush()


def _provider_id(session: Session, actor: Actor, clock: Clock, name: str) -> str | None:
    if not name:
        return None
    known = find_by_name(providers_of(session, actor.committee_id), name)
    found = known or get_or_create_provider(session=session, actor=actor, clock=clock, name=name)
    return found.id


def _for_trail(lines: Iterable[ServiceLine]) -> list[str]:
    return [f"{line.kind} {line.name}（{line.provider or '—'}）" for line in lines]


# ---- evaluation


def edit_evaluation(
    *, session: Session, actor: Actor, clock: Clock, plan: Plan, evaluation: Evaluation, reason: str = ""
) -> None:
    """評価の内容を記録する. Raises Refused without a reason once a meeting has evaluated the plan, unless it was empty.

    What nobody had written yet is no correction, and needs no reason.
    """
    _check_lengths(evaluation)
    before = evaluation_of(plan)
    after = Evaluation(
        evaluation.achieved.strip(),
        evaluation.changes.strip(),
        evaluation.follow_up,
        evaluation.follow_up_note.strip(),
    )
    if before == after:
        return
    said = reason.strip()
    if plan.evaluated_on is not None and _overwrites(before, after):
        said = _checked_reason(plan, reason)
    plan.evaluation_achieved, plan.evaluation_changes = after.achieved, after.changes
    plan.follow_up, plan.follow_up_note = after.follow_up, after.follow_up_note
    changed = {key: (_text(before, key), _text(after, key)) for key in _PARTS}
    changed = {key: pair for key, pair in changed.items() if pair[0] != pair[1]}
    _store(session, actor, clock, plan, "評価の内容の記録", {"changed": changed, "reason": said})


_PARTS = ("achieved", "changes", "follow_up", "follow_up_note")


def evaluation_of(plan: Plan) -> Evaluation:
    """Return what is on record of a plan's evaluation."""
    return Evaluation(plan.evaluation_achieved, plan.evaluation_changes, plan.follow_up, plan.follow_up_note)


def _overwrites(before: Evaluation, after: Evaluation) -> bool:
    return any(_text(before, key) not in ("", None, _text(after, key)) for key in _PARTS)


def _text(evaluation: Evaluation, key: str) -> object:
    return getattr(evaluation, key)


def _check_lengths(evaluation: Evaluation) -> None:
    if max(len(evaluation.achieved), len(evaluation.changes)) > LONGEST_EVALUATION:
        raise Refused(f"達成したことと見られた変化は、それぞれ{LONGEST_EVALUATION}文字以内にしてください。")
    if len(evaluation.follow_up_note) > LONGEST_FOLLOW_UP:
        raise Refused(f"フォローの内容は{LONGEST_FOLLOW_UP}文字以内にしてください。")


# ---- storing


def _checked_reason(plan: Plan, reason: str) -> str:
    said = reason.strip()
    if not said and needs_reason(plan):
        raise Refused(
            f"プラン{plan.number}は会議で確認されています。直す理由を入れてください。"
            "何が誤っていて、どう確かめたかを書きます。"
        )
    if len(said) > LONGEST_REASON:
        raise Refused(f"直す理由が長すぎます。{LONGEST_REASON}文字以内にしてください。")
    return said


def _store(
    session: Session,
    actor: Actor,
    clock: Clock,
    plan: Plan,
    action: str,
    detail: Mapping[str, object],
) -> None:
    plan.version += 1
    session.add(plan)
    session.flush()
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="plan",
        subject_id=plan.id,
        detail=dict(detail),
    )
