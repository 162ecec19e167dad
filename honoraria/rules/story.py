"""手順: the steps of an assessment, as the honoraria page and the payment papers tell them."""

from honoraria.rules.entitlement import Verdict
from honoraria.rules.evaluation import Absent, BeforeForce, Evaluation, Judged
from honoraria.rules.facts import Assessment, AttendanceFacts
from honoraria.rules.outcome import BEFORE_FORCE
from honoraria.rules.pay_rules import PayRules
from honoraria.rules.public_service import Standing
from meetings_app.core.explained import Step
from meetings_app.core.money import format_yen
from meetings_app.core.terms import AttendanceMode, Decision
from meetings_app.core.wareki import format_wareki


def tell(facts: AttendanceFacts, evaluation: Evaluation, outcome: Assessment) -> tuple[Step, ...]:
    """Return the steps that led from `facts` to `outcome`, in order."""
    match evaluation:
        case Absent():
            return (Step("職務", "欠席", {"出席": facts.mode.value}, (), "欠席。支給の対象なし"),)
        case BeforeForce():
            return (_not_in_force(facts, evaluation.rules), _total(outcome))
        case Judged():
            return (
                _version(facts, evaluation.rules),
                _duty(facts, evaluation.rules),
                *(_requirement(verdict, outcome) for verdict in evaluation.verdicts),
                _honorarium(evaluation, outcome),
                _travel(facts, evaluation, outcome),
                _total(outcome),
            )


def _not_in_force(facts: AttendanceFacts, rules: PayRules) -> Step:
    note = f"{format_wareki(rules.version.in_force)}の施行前の会議。この規程では決まらない"
    return Step("規程", BEFORE_FORCE, _held_on(facts), (rules.version.cite,), note)


def _version(facts: AttendanceFacts, rules: PayRules) -> Step:
    note = f"{rules.version.note}のもの。会議の日に有効"
    return Step("規程", rules.version.note, _held_on(facts), (rules.version.cite,), note)


def _held_on(facts: AttendanceFacts) -> dict[str, str]:
    return {"会議体": facts.committee.value, "会議の日": facts.held_on.isoformat()}


def _duty(facts: AttendanceFacts, rules: PayRules) -> Step:
    mode = "オンラインの出席" if facts.mode is AttendanceMode.ONLINE else "出席"
    note = f"{facts.attended} {mode}を確認。会議は閉会済み".strip()
    inputs = {"出席": facts.mode.value, "時間": facts.attended or None}
    return Step("職務", "確認済み", inputs, rules.after_duty, note)


def _requirement(verdict: Verdict, outcome: Assessment) -> Step:
    moot = verdict.standing is Standing.OPEN and outcome.decision is Decision.UNPAID
    note = f"{verdict.note}。不支給が確定しているため結果は変わらない" if moot else verdict.note
    return Step(verdict.label, verdict.standing.value, verdict.inputs, verdict.citations, note)


def _honorarium(judged: Judged, outcome: Assessment) -> Step:
    rule = judged.rules.honorarium
    if outcome.decision is Decision.UNPAID:
        return Step("報酬", 0, {}, outcome.grounds, "支給しない")
    if outcome.honorarium is None:
        note = f"判断の後に決まる（支給する場合は1回の額 {format_yen(rule.value)}）"
        return Step("報酬", None, {"1回の額": rule.value}, rule.citations, note)
    return Step("報酬", outcome.honorarium, {"1回の額": rule.value}, rule.citations, "1回の額")


def _travel(facts: AttendanceFacts, judged: Judged, outcome: Assessment) -> Step:
    if outcome.decision is Decision.UNPAID:
        return Step("旅費", 0, {}, outcome.grounds, "支給しない")
    inputs = {
        "居住地区": facts.residence.value if facts.residence else None,
        "会場地区": facts.venue_district.value if facts.venue_district else None,
        "同日の先行会議": facts.earlier_meetings,
    }
    note = judged.travel.note
    if outcome.travel is None:
        known = judged.travel.amount
        condition = "額は判断による" if known is None else f"支給する場合は{format_yen(known)}"
        note = f"{note}（{condition}）"
    return Step("旅費", outcome.travel, inputs, judged.rules.travel_table.citations, note)


def _total(outcome: Assessment) -> Step:
    return Step("計", outcome.total, {"報酬": outcome.honorarium, "旅費": outcome.travel}, (), outcome.reason)
