"""バックテストの説明: one sentence for each decision that was not foreseen and each proposal that was not taken."""

from datetime import date

from agenda.rules.due import Due, PlanFacts, is_open
from meetings_app.core.terms import DueReason, EvaluationOutcome
from meetings_app.core.wareki import format_wareki

_UNRECORDED = {
    EvaluationOutcome.ENDED: "未決の終結の申出も記録にありません",
    EvaluationOutcome.REPLAN: "未決の急ぐ事情や継続協議も記録にありません",
    EvaluationOutcome.SUSPENDED: "未決の急ぐ事情や継続協議も記録にありません",
}


def missed_evaluation(plan: PlanFacts, eve: date, horizon_days: int, *, reported: bool) -> str:
    """Return why an evaluation was not foreseen on `eve`; `reported`: it stood there as a monitoring report."""
    listed = "（モニタリングの報告としては載っていました）" if reported else ""
    if not is_open(plan, eve):
        return "前日までに会議の確認を受けた記録がないため、支援中のプランと分かりませんでした。"
    if plan.period_end is None:
        return f"プランの期間が記録にないため、評価の期限が分かりませんでした{listed}。"
    left = (plan.period_end - eve).days
    unrecorded = _UNRECORDED[plan.outcome or EvaluationOutcome.ENDED]
    return (
        f"前日の時点で期間の終わり（{format_wareki(plan.period_end)}）まで{left}日あって"
        f"{horizon_days}日の範囲の外で、{unrecorded}{listed}。"
    )


def missed_plan() -> str:
    """Return why a next plan was not foreseen although the evaluation before it had asked for it."""
    return "番号の大きいプランが先に記録されていたため、次のプランを諮る時期と分かりませんでした。"


def not_taken(due: Due, day: date, taken_on: date | None, *, within_horizon: bool) -> str:
    """Return what became of a proposal that the meeting of `day` did not take."""
    limit = _limit(due, day)
    if taken_on is None:
        return f"{limit}、{_DONE[due.reason]}た記録がありません。"
    late = "" if within_horizon else "、範囲を過ぎた後に"
    days = (taken_on - day).days
    return f"{limit}{late}、{days}日後の{format_wareki(taken_on)}の会議で{_DONE[due.reason]}ました。"


_DONE = {
    DueReason.EVALUATION: "評価され",
    DueReason.REPLAN: "次のプランが確認され",
    DueReason.NEW: "確認され",
    DueReason.ENDING: "扱われ",
    DueReason.URGENT: "扱われ",
    DueReason.CARRIED_OVER: "扱われ",
    DueReason.MONITORING: "報告され",
}


def _limit(due: Due, day: date) -> str:
    if due.deadline is None:
        return "期限の定めがなく"
    left = (due.deadline - day).days
    if left < 0:
        return f"期限（{format_wareki(due.deadline)}）を会議の日に{-left}日過ぎており"
    return f"会議の日に期限（{format_wareki(due.deadline)}）まで{left}日あり"
