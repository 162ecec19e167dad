"""The one evaluation that both the outcome and its story are read from."""

from dataclasses import dataclass

from honoraria.rules.entitlement import Verdict, judge_capacity, judge_kinship, judge_public_service
from honoraria.rules.facts import AttendanceFacts
from honoraria.rules.pay_rules import PayRules, pay_rules
from honoraria.rules.public_service import Standing
from honoraria.rules.travel import TravelVerdict, judge_travel
from meetings_app.core.errors import Refused
from meetings_app.core.regulation import Rulebook
from meetings_app.core.terms import AttendanceMode


@dataclass(frozen=True, slots=True)
class Absent:
    """欠席: nothing is looked at."""


@dataclass(frozen=True, slots=True)
class BeforeForce:
    """規程施行前: `rules` and `travel` are those of the first day in force, for comparison only."""

    rules: PayRules
    travel: TravelVerdict


@dataclass(frozen=True, slots=True)
class Judged:
    """各要件の判定: all of them, whatever the first one says."""

    rules: PayRules
    verdicts: tuple[Verdict, ...]
    travel: TravelVerdict

    def standing_at(self, standing: Standing) -> tuple[Verdict, ...]:
        """Return the verdicts with this standing."""
        return tuple(verdict for verdict in self.verdicts if verdict.standing is standing)


Evaluation = Absent | BeforeForce | Judged


def evaluate(facts: AttendanceFacts, rulebook: Rulebook) -> Evaluation:
    """Look at one attendance by the rules of its day.

    Raises Refused where the meeting is not closed, attendance is not confirmed, or a kinship path cannot be
    read.
    """
    if facts.mode is AttendanceMode.ABSENT:
        return Absent()
    first_day = rulebook[facts.committee].in_force_from
    rules = pay_rules(rulebook, facts.committee, max(facts.held_on, first_day))
    _check_duty(facts, rules)
    travel = judge_travel(facts, rules)
    if facts.held_on < first_day:
        return BeforeForce(rules, travel)
    verdicts = (
        judge_capacity(facts, rules),
        judge_public_service(facts, rules),
        judge_kinship(facts, rules),
    )
    return Judged(rules, verdicts, travel)


def _check_duty(facts: AttendanceFacts, rules: PayRules) -> None:
    articles = "・".join(rules.after_duty)
    if not facts.meeting_closed:
        raise Refused(
            f"会議がまだ閉会していません。支給は職務の後に行います（{articles}）。閉会してから計算してください。"
        )
    if not facts.attendance_confirmed:
        raise Refused(
            f"出席が確認されていません。支給は職務の後に行います（{articles}）。出席を確認してから計算してください。"
        )
