"""From the evaluation of one attendance to its outcome: precedence, amounts, questions and findings."""

from collections.abc import Iterable
from datetime import date

from honoraria.rules.entitlement import Verdict
from honoraria.rules.evaluation import Absent, BeforeForce, Evaluation, Judged
from honoraria.rules.facts import Alternative, Assessment, AttendanceFacts, OpenQuestion
from honoraria.rules.pay_rules import PayRules, unique
from honoraria.rules.public_service import Standing
from meetings_app.core.explained import Finding
from meetings_app.core.money import format_yen
from meetings_app.core.terms import Decision
from meetings_app.core.wareki import format_wareki

BEFORE_FORCE = "規程施行前"
LATER_AMENDMENTS = "以後の改正は未確認"

_NOTHING = Alternative("報酬も旅費も支給しない", 0, 0)


def conclude(facts: AttendanceFacts, evaluation: Evaluation) -> Assessment:
    """Return the outcome of an evaluation of `facts`."""
    match evaluation:
        case Absent():
            return _absent()
        case BeforeForce():
            return _before_force(evaluation)
        case Judged():
            return _judged(facts, evaluation)


def _absent() -> Assessment:
    reason = "欠席のため、支給の対象はありません。"
    return Assessment(Decision.NONE, None, None, (), (), (), (), reason)


def _before_force(evaluation: BeforeForce) -> Assessment:
    rules = evaluation.rules
    citations = (rules.version.cite,)
    message = (
        f"{rules.title}は{format_wareki(rules.version.in_force)}の施行で、会議の日はその前です。"
        "当時の定めを確かめて判断してください。"
    )
    question = OpenQuestion(
        code=BEFORE_FORCE,
        sentence="会議の日は規程の施行前です。報酬と旅費をどうしますか。",
        citations=citations,
        alternatives=(
            Alternative("施行後の定めに準じて支給する", rules.honorarium.value, evaluation.travel.amount),
            _NOTHING,
            Alternative("額を決めて入力する", None, None),
        ),
    )
    findings = (Finding(BEFORE_FORCE, message),)
    return Assessment(
        Decision.JUDGEMENT, None, None, findings, citations, citations, (question,), question.sentence
    )


def _judged(facts: AttendanceFacts, judged: Judged) -> Assessment:
    excluded, undecided = judged.standing_at(Standing.EXCLUDED), judged.standing_at(Standing.OPEN)
    if excluded:
        return _unpaid(facts, judged, excluded)
    if undecided or judged.travel.amount is None:
        return _open(facts, judged, undecided)
    return _paid(facts, judged, judged.travel.amount)


def _unpaid(facts: AttendanceFacts, judged: Judged, excluded: tuple[Verdict, ...]) -> Assessment:
    reason = "".join(f"{one.note}（{'・'.join(one.citations)}）。" for one in excluded)
    return Assessment(
        decision=Decision.UNPAID,
        honorarium=0,
        travel=0,
        findings=_findings(facts, judged.rules),
        citations=_looked_at(judged),
        grounds=unique(*(one.citations for one in excluded)),
        open_questions=(),
        reason=reason,
    )


def _open(facts: AttendanceFacts, judged: Judged, undecided: tuple[Verdict, ...]) -> Assessment:
    questions = [_entitlement_question(one, judged) for one in undecided]
    if judged.travel.amount is None:
        questions.append(_travel_question(judged))
    return Assessment(
        decision=Decision.JUDGEMENT,
        honorarium=None if undecided else judged.rules.honorarium.value,
        travel=None,
        findings=_findings(facts, judged.rules),
        citations=_looked_at(judged, with_amounts=True),
        grounds=unique(*(question.citations for question in questions)),
        open_questions=tuple(questions),
        reason="".join(question.sentence for question in questions),
    )


def _paid(facts: AttendanceFacts, judged: Judged, travel: int) -> Assessment:
    rules, capacity = judged.rules, judged.verdicts[0]
    amount = rules.honorarium.value
    return Assessment(
        decision=Decision.PAID,
        honorarium=amount,
        travel=travel,
        findings=_findings(facts, rules),
        citations=_looked_at(judged, with_amounts=True),
        grounds=unique(capacity.citations, rules.honorarium.citations, rules.travel_table.citations),
        open_questions=(),
        reason=f"{capacity.note}。報酬 {format_yen(amount)}、旅費 {format_yen(travel)}。",
    )


# --- questions ---


def _entitlement_question(verdict: Verdict, judged: Judged) -> OpenQuestion:
    paid = Alternative(verdict.if_paid, judged.rules.honorarium.value, judged.travel.amount)
    unpaid = Alternative(verdict.if_unpaid, 0, 0, proposed=verdict.proposes_unpaid)
    answers = (unpaid, paid) if verdict.proposes_unpaid else (paid, unpaid)
    return OpenQuestion(verdict.label, verdict.question, verdict.citations, answers)


def _travel_question(judged: Judged) -> OpenQuestion:
    amount = judged.rules.honorarium.value
    return OpenQuestion(
        code="旅費",
        sentence=judged.travel.question,
        citations=judged.rules.travel_table.citations,
        alternatives=(
            *(Alternative(label, amount, travel) for label, travel in judged.travel.choices),
            Alternative("旅費は支給しない", amount, 0),
            Alternative("額を決めて入力する", amount, None),
            _NOTHING,
        ),
    )


# --- findings and citations ---


def _findings(facts: AttendanceFacts, rules: PayRules) -> tuple[Finding, ...]:
    return (*rules.notices, *_later_amendments(facts, rules))


def _later_amendments(facts: AttendanceFacts, rules: PayRules) -> Iterable[Finding]:
    for kind, regulation in rules.relied_on:
        confirmed = [one.as_of for one in facts.confirmations if one.regulation is kind]
        seen: date = max([regulation.last_text_seen, *confirmed])
        if facts.held_on > seen:
            message = (
                f"{regulation.title}は{format_wareki(seen)}の条文までしか確かめていません。"
                "その後の改正がないかを確かめ、確認した人と日付を条文とともに記録してください。"
            )
            yield Finding(LATER_AMENDMENTS, message, severity="info")


def _looked_at(judged: Judged, *, with_amounts: bool = False) -> tuple[str, ...]:
    rules = judged.rules
    amounts = (rules.honorarium.citations, rules.travel_table.citations) if with_amounts else ()
    verdicts = (verdict.citations for verdict in judged.verdicts)
    return unique((rules.version.cite,), rules.after_duty, *verdicts, *amounts)
