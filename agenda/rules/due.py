"""諮るべきプラン: which plans have to go to a meeting as of a date, why, and by when (第5条第5項).

「As of a date」 goes by the dates in the record: only facts dated on or before it count. A plan is open on a
date when its meeting is on or before it and its evaluation is not; a plan whose meeting lies after it counts
as drafted the day before that meeting, unless its drafting is dated.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise

from meetings_app.core.terms import DueReason, EvaluationOutcome, MonitoringRule
from meetings_app.core.wareki import format_wareki

MEETING_ARTICLE = "第5条第5項"
EVALUATION_ARTICLE = "第2条第2号"


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """プランの記録: the dated facts of one plan.

    `meeting` is the day of the meeting that confirmed it (None: none yet). `period_end` and `monitoring_due`
    are the last days that their precision allows. `evaluated_on` is the day of the evaluating meeting and
    comes with `outcome`, or neither is given. A request (ending, urgent change, carry-over) stands from its
    day until it is settled or the plan evaluated; where there were several, the caller gives the last one on or
    before the date asked about. A plan with neither `meeting` nor `drafted_on` counts as drafted long ago:
    better listed than lost.
    """

    case: int
    plan: int
    meeting: date | None = None
    drafted_on: date | None = None
    first_contact_on: date | None = None
    period_end: date | None = None
    evaluated_on: date | None = None
    outcome: EvaluationOutcome | None = None
    monitoring_due: date | None = None
    monitored_on: tuple[date, ...] = ()
    ending_asked_on: date | None = None
    ending_settled_on: date | None = None
    urgent_raised_on: date | None = None
    urgent_settled_on: date | None = None
    carried_over_on: date | None = None
    carried_over_settled_on: date | None = None

    def __post_init__(self) -> None:
        if (self.evaluated_on is None) != (self.outcome is None):
            raise ValueError("an evaluation has both a day and an outcome, or neither")


@dataclass(frozen=True, slots=True)
class DueSettings:
    """期限の設定, in days. `first_plan_limit_days` None: the office has set no limit, so no deadline.

    `monitoring` says from when a monitoring is listed: within the horizon, from the first day of its month, or never.
    """

    first_plan_limit_days: int | None = None
    horizon_days: int = 42
    ending_limit_days: int = 14
    replan_days: int = 30
    monitoring: MonitoringRule = MonitoringRule.HORIZON


@dataclass(frozen=True, slots=True)
class Due:
    """諮る項目: one plan that has to go to a meeting.

    `days_left` is negative after the deadline; `overdue` says so except for monitoring, a report item.
    `also` names the further reasons that hold at the same time.
    """

    case: int
    plan: int
    reason: DueReason
    deadline: date | None
    days_left: int | None
    overdue: bool
    explanation: str
    citation: str
    also: tuple[DueReason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """One reason that holds: its deadline, since when, and the sentence for people."""

    reason: DueReason
    deadline: date | None
    since: date
    sentence: str


@dataclass(frozen=True, slots=True)
class _View:
    """The question asked: as of which date, under which settings, before which meeting."""

    on: date
    settings: DueSettings
    next_meeting: date | None

    def past(self, day: date | None) -> bool:
        """Return whether `day` is known on the date asked about."""
        return day is not None and day <= self.on

    def within_horizon(self, day: date | None) -> bool:
        """Return whether `day` is over or comes within the horizon."""
        return day is not None and (day - self.on).days <= self.settings.horizon_days


def due_plans(
    plans: Iterable[PlanFacts], on: date, settings: DueSettings, next_meeting: date | None = None
) -> list[Due]:
    """Return what has to go to a meeting as of `on`: by deadline, case and plan, those without deadline last.

    Those without deadline stand oldest first. `next_meeting` is the deadline of urgent and carried-over
    items. Raises ValueError where a plan of a case is given twice.
    """
    ordered = sorted(plans, key=lambda plan: (plan.case, plan.plan))
    _check_unique(ordered)
    view = _View(on, settings, next_meeting)
    rows: list[tuple[Due, date]] = []
    for _, of_case in groupby(ordered, key=lambda plan: plan.case):
        rows += _due_of_case([plan for plan in of_case if is_known(plan, on)], view)
    return [due for due, _ in sorted(rows, key=_order)]


def is_known(plan: PlanFacts, on: date) -> bool:
    """Return whether the plan exists on `on`: drafted, confirmed or evaluated."""
    return drafted_by(plan) <= on or _past_any(on, plan.meeting, plan.evaluated_on)


def is_confirmed(plan: PlanFacts, on: date) -> bool:
    """Return whether a meeting had confirmed the plan by `on`."""
    return _past_any(on, plan.meeting)


def is_evaluated(plan: PlanFacts, on: date) -> bool:
    """Return whether the plan had been evaluated by `on`."""
    return _past_any(on, plan.evaluated_on)


def is_open(plan: PlanFacts, on: date) -> bool:
    """支援中: return whether the plan was confirmed by `on` and not evaluated yet."""
    return is_confirmed(plan, on) and not is_evaluated(plan, on)


def drafted_by(plan: PlanFacts) -> date:
    """Return the day the plan counts as drafted: as dated, or the day before its meeting."""
    if plan.drafted_on is not None:
        return plan.drafted_on
    return date.min if plan.meeting is None else plan.meeting - timedelta(days=1)


def _days_after(day: date, days: int) -> date:
    """Return the day that many days later, or the last one a calendar has: registers write 「9999-12-31」 for no end."""
    return date.max if (date.max - day).days < days else day + timedelta(days=days)


def _past_any(on: date, *days: date | None) -> bool:
    return any(day is not None and day <= on for day in days)


def _check_unique(ordered: Sequence[PlanFacts]) -> None:
    for earlier, later in pairwise(ordered):
        if (earlier.case, earlier.plan) == (later.case, later.plan):
            raise ValueError(f"plan {later.plan} of case {later.case} is given twice")


def _order(row: tuple[Due, date]) -> tuple[bool, date, int, int]:
    due, since = row
    return (due.deadline is None, due.deadline or since, due.case, due.plan)


def _due_of_case(known: Sequence[PlanFacts], view: _View) -> Iterator[tuple[Due, date]]:
    """Yield the rows of one case, its plans in order of their numbers and all of them known on the date."""
    previous: PlanFacts | None = None
    for plan in known:
        if is_open(plan, view.on):
            yield from _row(plan.case, plan.plan, _open_grounds(plan, view), view)
        elif not is_evaluated(plan, view.on):
            yield from _row(plan.case, plan.plan, _draft_grounds(plan, previous, view), view)
        previous = plan
    if previous is not None and _awaits_replan(previous, view.on):
        yield from _row(previous.case, previous.plan + 1, [_replan_ground(previous, view)], view)


def _awaits_replan(plan: PlanFacts | None, on: date) -> bool:
    return plan is not None and plan.outcome is EvaluationOutcome.REPLAN and is_evaluated(plan, on)


def _open_grounds(plan: PlanFacts, view: _View) -> list[_Ground]:
    """Return the reasons of an open plan, the first one leading."""
    rules = (_urgent, _carried_over, _ending, _evaluation, _monitoring)
    return _grounds(rules, plan, view)


def _draft_grounds(plan: PlanFacts, previous: PlanFacts | None, view: _View) -> list[_Ground]:
    """Return the reasons of a plan that no meeting has confirmed yet."""
    grounds = _grounds((_urgent, _carried_over, _ending), plan, view)
    if previous is not None and _awaits_replan(previous, view.on):
        return [*grounds, _replan_ground(previous, view)]
    return [*grounds, _new(plan, view)]


_Rule = Callable[[PlanFacts, _View], _Ground | None]


def _grounds(rules: Sequence[_Rule], plan: PlanFacts, view: _View) -> list[_Ground]:
    return [ground for rule in rules if (ground := rule(plan, view)) is not None]


def _standing(asked: date | None, settled: date | None, view: _View) -> date | None:
    """Return the day a request was made if it still stands on the date asked about."""
    answered = asked is not None and settled is not None and asked <= settled <= view.on
    return asked if view.past(asked) and not answered else None


def _urgent(plan: PlanFacts, view: _View) -> _Ground | None:
    since = _standing(plan.urgent_raised_on, plan.urgent_settled_on, view)
    if since is None:
        return None
    sentence = f"{format_wareki(since)}に急ぐ事情が生じたため、次の会議に諮ります。"
    return _Ground(DueReason.URGENT, view.next_meeting, since, sentence)


def _carried_over(plan: PlanFacts, view: _View) -> _Ground | None:
    since = _standing(plan.carried_over_on, plan.carried_over_settled_on, view)
    if since is None:
        return None
    sentence = f"{format_wareki(since)}の会議で決まらず、継続協議となったため、次の会議に諮ります。"
    return _Ground(DueReason.CARRIED_OVER, view.next_meeting, since, sentence)


def _ending(plan: PlanFacts, view: _View) -> _Ground | None:
    since = _standing(plan.ending_asked_on, plan.ending_settled_on, view)
    if since is None:
        return None
    limit = view.settings.ending_limit_days
    sentence = f"{format_wareki(since)}に終結の申出があり、{limit}日以内に終結を判断します。"
    return _Ground(DueReason.ENDING, _days_after(since, limit), since, sentence)


def _evaluation(plan: PlanFacts, view: _View) -> _Ground | None:
    end = plan.period_end
    if end is None or not view.within_horizon(end):
        return None
    tense = "終わった" if end < view.on else "終わる"
    sentence = f"プランの期間が{format_wareki(end)}に{tense}ため、評価を行います。"
    return _Ground(DueReason.EVALUATION, end, end, sentence)


def _monitoring(plan: PlanFacts, view: _View) -> _Ground | None:
    month_end = plan.monitoring_due
    if month_end is None or not _monitoring_is_listed(month_end, view):
        return None
    first = month_end.replace(day=1)
    if any(first <= day <= view.on for day in plan.monitored_on):
        return None
    sentence = f"モニタリングの時期（{format_wareki(month_end)}まで）のため、結果を報告します。"
    return _Ground(DueReason.MONITORING, month_end, month_end, sentence)


def _monitoring_is_listed(month_end: date, view: _View) -> bool:
    match view.settings.monitoring:
        case MonitoringRule.OFF:
            return False
        case MonitoringRule.MONTH:
            return month_end.replace(day=1) <= view.on
    return view.within_horizon(month_end)


def _replan_ground(evaluated: PlanFacts, view: _View) -> _Ground:
    """Return the re-plan due after `evaluated`: by its end, or some days after the evaluation if later."""
    since = evaluated.evaluated_on or date.min
    latest = _days_after(since, view.settings.replan_days)
    deadline = max(latest, evaluated.period_end or latest)
    sentence = (
        f"プラン{evaluated.plan}が{format_wareki(since)}に再プランと評価されたため、次のプランを諮ります。"
    )
    return _Ground(DueReason.REPLAN, deadline, since, sentence)


def _new(plan: PlanFacts, view: _View) -> _Ground:
    """Return the new plan's reason; the limit runs from the first contact and binds the first plan only."""
    limit = view.settings.first_plan_limit_days
    contact = plan.first_contact_on
    since = drafted_by(plan)
    if limit is None or contact is None or plan.plan != 1 or not view.past(contact):
        return _Ground(DueReason.NEW, None, since, "まだ会議の確認を受けていない新しいプランです。")
    sentence = f"初回の相談（{format_wareki(contact)}）から{limit}日以内に、新しいプランを諮ります。"
    return _Ground(DueReason.NEW, _days_after(contact, limit), since, sentence)


def _row(case: int, plan: int, grounds: Sequence[_Ground], view: _View) -> Iterator[tuple[Due, date]]:
    """Yield the one row of a plan, led by its first reason, or nothing."""
    if not grounds:
        return
    first, *others = grounds
    left = None if first.deadline is None else (first.deadline - view.on).days
    is_report = first.reason is DueReason.MONITORING
    due = Due(
        case=case,
        plan=plan,
        reason=first.reason,
        deadline=first.deadline,
        days_left=left,
        overdue=left is not None and left < 0 and not is_report,
        explanation="".join((first.sentence, *map(_also, others))),
        citation=EVALUATION_ARTICLE if is_report else MEETING_ARTICLE,
        also=tuple(ground.reason for ground in others),
    )
    yield due, first.since


def _also(ground: _Ground) -> str:
    limit = "" if ground.deadline is None else f"（期限 {format_wareki(ground.deadline)}）"
    return f"ほかに「{ground.reason.value}」{limit}にも当たります。"
