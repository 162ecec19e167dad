"""バックテスト: what the due list proposed the day before each real meeting, against what that meeting took.

A meeting day is a day on which some plan was confirmed or evaluated. The proposal for it is the due list as of
the day before (the eve), made from nothing but facts dated on or before the eve. Evaluations leave a trace
beforehand: the plan's period. First plans leave none, nor does the next plan made at the meeting that evaluated
the one before it: those are told apart and count in no rate. Monitoring is a report and no decision: it is
counted beside.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from agenda.rules.backtest_sentences import missed_evaluation, missed_plan, not_taken
from agenda.rules.due import Due, DueSettings, PlanFacts, due_plans, is_evaluated, is_open
from meetings_app.core.terms import DueReason, EvaluationOutcome

ALWAYS_SCORED = (DueReason.EVALUATION, DueReason.REPLAN)
_PLANNED_AHEAD = {"period_end", "monitoring_due"}
"""Days that a plan names from its beginning: they may lie ahead without being later facts."""


class NoTrace(StrEnum):
    """前日に分からない理由: why a decision could not be known from facts dated before it."""

    FIRST = "最初のプラン"
    REPLAN_AT_ONCE = "再プランの評価と同じ会議で決めた次のプラン"
    ANEW_AT_ONCE = "終結・中断の評価と同じ会議で決めた次のプラン"
    ANEW = "前の会議で終結・中断となった後の次のプラン"
    NOT_EVALUATED = "前のプランの評価の記録がない次のプラン"


@dataclass(frozen=True, slots=True)
class Taken:
    """実際に諮ったもの: a decision that could be known the day before, foreseen or missed.

    `reason` is the one it was proposed for, or the one it should have been. `outcome` is that of an evaluation.
    `reported` says that a missed evaluation stood on the list as a monitoring report. `explanation` tells why it
    was missed, and is "" where it was foreseen.
    """

    day: date
    case: int
    plan: int
    reason: DueReason
    foreseen: bool
    outcome: EvaluationOutcome | None = None
    period_end: date | None = None
    reported: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Surplus:
    """諮らなかった提示: proposed for `day` and not taken then; `taken_on` is the later meeting, None: none on record."""

    day: date
    case: int
    plan: int
    reason: DueReason
    deadline: date | None
    taken_on: date | None
    within_horizon: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Unknowable:
    """前日に分からないもの: a plan confirmed on `day` without a trace before it.

    `evaluation_foreseen` says that the evaluation of the plan before it, at the same meeting, was proposed.
    """

    day: date
    case: int
    plan: int
    why: NoTrace
    evaluation_foreseen: bool = False


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """会議の日 with what was taken, what was proposed in vain, and `reports`: cases and plans listed as monitoring."""

    day: date
    taken: tuple[Taken, ...]
    surplus: tuple[Surplus, ...]
    unknowable: tuple[Unknowable, ...]
    reports: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """理由別の成績. Proposals are counted once per meeting day; `plans` counts the plans behind them once each.

    `foreseen` were taken and proposed; `within_horizon` were proposed and taken then or at a later meeting before
    the horizon of the eve ran out.
    """

    reason: DueReason
    taken: int
    proposed: int
    foreseen: int
    within_horizon: int
    plans: int

    @property
    def recall(self) -> float | None:
        """再現率: the share of what was taken that had been proposed; None where nothing was taken."""
        return _share(self.foreseen, self.taken)

    @property
    def precision(self) -> float | None:
        """適合率: the share of what was proposed that was taken that day; None where nothing was proposed."""
        return _share(self.foreseen, self.proposed)

    @property
    def precision_within_horizon(self) -> float | None:
        """範囲内の適合率: the share of what was proposed that was taken before the horizon ran out."""
        return _share(self.within_horizon, self.proposed)


@dataclass(frozen=True, slots=True)
class BackTest:
    """バックテストの結果: every meeting day in order."""

    horizon_days: int
    days: tuple[MeetingDay, ...]

    @property
    def misses(self) -> tuple[Taken, ...]:
        """見落とし: taken and not proposed."""
        return tuple(one for day in self.days for one in day.taken if not one.foreseen)

    @property
    def surplus(self) -> tuple[Surplus, ...]:
        """諮らなかった提示."""
        return tuple(one for day in self.days for one in day.surplus)

    @property
    def unknowable(self) -> tuple[Unknowable, ...]:
        """前日に分からないもの."""
        return tuple(one for day in self.days for one in day.unknowable)

    @property
    def reports(self) -> int:
        """モニタリングの報告 listed, counted once per meeting day."""
        return sum(len(day.reports) for day in self.days)

    @property
    def scores(self) -> tuple[Score, ...]:
        """理由別の成績, in the order of the reasons: those that occur, and always 評価 and 再プラン."""
        occurring = {one.reason for day in self.days for one in day.taken}
        occurring |= {one.reason for one in self.surplus}
        return tuple(
            self._score(reason) for reason in DueReason if reason in occurring or reason in ALWAYS_SCORED
        )

    def _score(self, reason: DueReason) -> Score:
        taken = [one for day in self.days for one in day.taken if one.reason is reason]
        surplus = [one for one in self.surplus if one.reason is reason]
        foreseen = [one for one in taken if one.foreseen]
        plans = {(one.case, one.plan) for one in foreseen} | {(one.case, one.plan) for one in surplus}
        return Score(
            reason=reason,
            taken=len(taken),
            proposed=len(foreseen) + len(surplus),
            foreseen=len(foreseen),
            within_horizon=len(foreseen) + sum(one.within_horizon for one in surplus),
            plans=len(plans),
        )


def back_test(
    plans: Iterable[PlanFacts],
    settings: DueSettings,
    facts_on: Callable[[date], Iterable[PlanFacts]] | None = None,
) -> BackTest:
    """Return, for each meeting day of `plans`, the proposal of the eve beside what was taken.

    `facts_on` gives the facts as they stood on an eve where the record keeps more than their last state; whatever
    it gives, facts dated after the eve are left out. Raises ValueError where a plan of a case is given twice.
    """
    record = _Record(plans)
    days = []
    for day in meeting_days(record.plans):
        facts = record.plans if facts_on is None else facts_on(_eve(day))
        days.append(_compare(record, day, propose(facts, day, settings), settings))
    return BackTest(settings.horizon_days, tuple(days))


def meeting_days(plans: Iterable[PlanFacts]) -> list[date]:
    """会議の日: return every day on which some plan was confirmed or evaluated, in order."""
    both = {day for plan in plans for day in (plan.meeting, plan.evaluated_on)}
    return sorted(day for day in both if day is not None and day > date.min)


def propose(plans: Iterable[PlanFacts], day: date, settings: DueSettings) -> list[Due]:
    """前日の提示: return what was due as of the day before `day`, from facts dated until then alone."""
    eve = _eve(day)
    known = [cut for plan in plans if (cut := known_by(plan, eve)) is not None]
    return due_plans(known, eve, settings, next_meeting=day)


def known_by(plan: PlanFacts, on: date) -> PlanFacts | None:
    """Return the plan as its dated facts stood on `on`; None where it is dated and nothing dated by then tells of it.

    The due list counts an undated draft from the day before its meeting. That day is known only from the
    meeting itself, a later fact: here such a plan is not known. One with neither meeting nor drafting dated
    counts as drafted long ago, as in the due list.
    """
    begun = (plan.drafted_on, plan.meeting)
    told = any(day is not None and day <= on for day in (*begun, plan.evaluated_on))
    if any(begun) and not told:
        return None
    changes: dict[str, Any] = {
        field.name: None
        for field in fields(plan)
        if field.name not in _PLANNED_AHEAD and _is_after(getattr(plan, field.name), on)
    }
    if "evaluated_on" in changes:
        changes["outcome"] = None
    monitored = tuple(day for day in plan.monitored_on if day <= on)
    return replace(plan, monitored_on=monitored, **changes)


def _is_after(value: object, on: date) -> bool:
    return isinstance(value, date) and value > on


def _eve(day: date) -> date:
    return day - timedelta(days=1)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


class _Record:
    """The whole record, later facts too: what really happened."""

    def __init__(self, plans: Iterable[PlanFacts]) -> None:
        self.plans = sorted(plans, key=lambda plan: (plan.case, plan.plan))
        self._cases: Mapping[int, list[PlanFacts]] = defaultdict(list)
        for plan in self.plans:
            of_case = self._cases[plan.case]
            if of_case and of_case[-1].plan == plan.plan:
                raise ValueError(f"plan {plan.plan} of case {plan.case} is given twice")
            of_case.append(plan)

    def subject(self, due: Due) -> PlanFacts | None:
        """Return the plan that a proposal came to: the one of its number, or the next after a gap."""
        return next((plan for plan in self._cases.get(due.case, ()) if plan.plan >= due.plan), None)

    def before(self, plan: PlanFacts) -> PlanFacts | None:
        """Return the plan of the same case before this one."""
        earlier = [other for other in self._cases[plan.case] if other.plan < plan.plan]
        return earlier[-1] if earlier else None


def _compare(record: _Record, day: date, proposal: Sequence[Due], settings: DueSettings) -> MeetingDay:
    reports = tuple((due.case, due.plan) for due in proposal if due.reason is DueReason.MONITORING)
    judged = [
        _judged(record, day, due, settings) for due in proposal if due.reason is not DueReason.MONITORING
    ]
    foreseen = [one for one in judged if isinstance(one, Taken)]
    evaluated = {(one.case, one.plan) for one in foreseen if one.outcome is not None}
    confirmed = {(one.case, one.plan) for one in foreseen if one.outcome is None}
    plans = list(_unforeseen_plans(record, day, confirmed, evaluated))
    taken = [
        *foreseen,
        *_missed_evaluations(record, day, evaluated, set(reports), settings),
        *(one for one in plans if isinstance(one, Taken)),
    ]
    return MeetingDay(
        day=day,
        taken=tuple(sorted(taken, key=lambda one: (one.case, one.plan))),
        surplus=tuple(one for one in judged if isinstance(one, Surplus)),
        unknowable=tuple(one for one in plans if isinstance(one, Unknowable)),
        reports=reports,
    )


def _judged(record: _Record, day: date, due: Due, settings: DueSettings) -> Taken | Surplus:
    """Return what became of one proposal at the meeting of `day`."""
    subject = record.subject(due)
    taken_on = None if subject is None else _taken_on(due.reason, subject, day)
    if subject is None or taken_on != day:
        return _surplus(due, day, taken_on, settings)
    return Taken(
        day=day,
        case=subject.case,
        plan=subject.plan,
        reason=due.reason,
        foreseen=True,
        outcome=subject.outcome if _is_evaluation(subject, day) else None,
        period_end=subject.period_end,
    )


def _is_evaluation(plan: PlanFacts, day: date) -> bool:
    """Return whether the meeting of `day` evaluated the plan, under way on the eve."""
    return plan.evaluated_on == day and is_open(plan, _eve(day))


def _taken_on(reason: DueReason, plan: PlanFacts, day: date) -> date | None:
    """Return the first day from `day` on which a meeting dealt with what was proposed; None where none did."""
    decided = plan.evaluated_on if is_open(plan, _eve(day)) else plan.meeting
    settled = {
        DueReason.URGENT: plan.urgent_settled_on,
        DueReason.CARRIED_OVER: plan.carried_over_settled_on,
        DueReason.ENDING: plan.ending_settled_on,
    }.get(reason)
    return min((on for on in (decided, settled) if on is not None and on >= day), default=None)


def _surplus(due: Due, day: date, taken_on: date | None, settings: DueSettings) -> Surplus:
    within = taken_on is not None and (taken_on - _eve(day)).days <= settings.horizon_days
    sentence = not_taken(due, day, taken_on, within_horizon=within)
    return Surplus(day, due.case, due.plan, due.reason, due.deadline, taken_on, within, sentence)


def _missed_evaluations(
    record: _Record,
    day: date,
    foreseen: set[tuple[int, int]],
    reports: set[tuple[int, int]],
    settings: DueSettings,
) -> Iterator[Taken]:
    for plan in record.plans:
        key = (plan.case, plan.plan)
        if plan.evaluated_on != day or key in foreseen:
            continue
        yield Taken(
            day=day,
            case=plan.case,
            plan=plan.plan,
            reason=DueReason.EVALUATION,
            foreseen=False,
            outcome=plan.outcome,
            period_end=plan.period_end,
            reported=key in reports,
            explanation=missed_evaluation(plan, _eve(day), settings.horizon_days, reported=key in reports),
        )


def _unforeseen_plans(
    record: _Record, day: date, confirmed: set[tuple[int, int]], evaluated: set[tuple[int, int]]
) -> Iterator[Taken | Unknowable]:
    """Yield the plans confirmed on `day` without a proposal: without a trace, or missed although there was one."""
    for plan in record.plans:
        if plan.meeting != day or (plan.case, plan.plan) in confirmed:
            continue
        previous = record.before(plan)
        why = _no_trace(previous, day)
        if why is None:
            yield Taken(
                day, plan.case, plan.plan, DueReason.REPLAN, foreseen=False, explanation=missed_plan()
            )
        else:
            asked = previous is not None and (previous.case, previous.plan) in evaluated
            yield Unknowable(day, plan.case, plan.plan, why, evaluation_foreseen=asked)


def _no_trace(previous: PlanFacts | None, day: date) -> NoTrace | None:
    """Return why a plan confirmed on `day` after `previous` left no trace before; None where 再プラン told of it."""
    if previous is None:
        return NoTrace.FIRST
    asked = previous.outcome is EvaluationOutcome.REPLAN
    if previous.evaluated_on == day:
        return NoTrace.REPLAN_AT_ONCE if asked else NoTrace.ANEW_AT_ONCE
    if not is_evaluated(previous, _eve(day)):
        return NoTrace.NOT_EVALUATED
    return None if asked else NoTrace.ANEW
