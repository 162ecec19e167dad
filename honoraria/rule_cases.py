"""試算: trial cases that a secretariat can read and write, run against the regulations.

Only what a case's 期待 names is compared; 根拠 must be among the citations of the result. Both commands import
nothing of the web or the database, so that they answer at once.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from honoraria.rule_case_files import Answer, TrialCase, read_cases
from honoraria.rules.assessment import Assessment, assess
from honoraria.rules.kinship import Kinship, kinship
from honoraria.rules.pay_rules import pay_rules
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Explained
from meetings_app.core.money import format_yen
from meetings_app.core.regulation import Rulebook
from meetings_app.core.terms import CommitteeKind
from meetings_app.rulebook.load import load_rulebook


@dataclass(frozen=True, slots=True)
class CaseResult:
    """試算の結果: whether everything expected came out, with both sides."""

    name: str
    ok: bool
    expected: Answer
    actual: Answer

    def to_json(self) -> dict[str, Any]:
        """Return the result with exactly the keys 名称, ok, expected, actual."""
        return {
            "名称": self.name,
            "ok": self.ok,
            "expected": dict(self.expected),
            "actual": dict(self.actual),
        }


# --- running ---


def check_files(paths: Sequence[str | Path]) -> list[CaseResult]:
    """Return the results of all cases of all files, in order.

    Raises Refused, naming file, case and key, before anything is run where one of them cannot be read.
    """
    cases = [case for path in paths for case in read_cases(path)]
    rulebook = load_rulebook()
    return [run_case(case, rulebook) for case in cases]


def run_case(case: TrialCase, rulebook: Rulebook) -> CaseResult:
    """Return what the regulations make of `case`, compared with what it expects."""
    actual = _actual(assess(case.facts, rulebook))
    return CaseResult(case.name, not differences(case.expected, actual), case.expected, actual)


def differences(expected: Answer, actual: Answer) -> list[str]:
    """Return the keys of `expected` that `actual` does not meet."""
    different = [key for key in ("判定", "報酬", "旅費") if key in expected and expected[key] != actual[key]]
    if not set(expected.get("根拠", ())) <= set(actual["根拠"]):
        different.append("根拠")
    return different


def _actual(result: Explained[Assessment]) -> Answer:
    outcome = result.value
    return {
        "判定": outcome.decision.value,
        "報酬": outcome.honorarium,
        "旅費": outcome.travel,
        "根拠": list(outcome.citations),
        "所見": [{"名称": finding.code, "説明": finding.message} for finding in outcome.findings],
        "手順": [
            {"項目": step.label, "結果": step.result, "説明": step.note, "根拠": list(step.citations)}
            for step in result.steps
        ],
    }


# --- commands ---


def main_check(paths: Sequence[str | Path], *, as_json: bool) -> int:
    """Print how the cases of `paths` fare; return 0, 1 if any differs, 2 if a file cannot be read."""
    try:
        results = check_files(paths)
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps([result.to_json() for result in results], ensure_ascii=False, indent=2))
    else:
        print("\n".join(_report(results)))
    return 0 if all(result.ok for result in results) else 1


def _report(results: Sequence[CaseResult]) -> list[str]:
    lines = []
    for result in results:
        lines.append(f"{'○' if result.ok else '×'} {result.name}")
        lines += [
            f"    {key}: 期待 {_shown(result.expected[key])} ／ 結果 {_shown(result.actual[key])}"
            for key in differences(result.expected, result.actual)
        ]
    failed = sum(not result.ok for result in results)
    lines.append(f"{len(results)}件のうち {len(results) - failed}件が一致、{failed}件が相違。")
    return lines


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    return format_yen(value) if value is None or isinstance(value, int) else str(value)


def main_kinship(path: str, *, as_json: bool) -> int:
    """Print what a kinship path means by the latest text; return 0, or 2 if it cannot be read."""
    try:
        found = kinship(path, _latest_limit())
    except Refused as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    print(json.dumps(_kinship_json(found), ensure_ascii=False) if as_json else _kinship_line(found))
    return 0


def _latest_limit() -> int:
    rulebook = load_rulebook()
    latest = rulebook[CommitteeKind.SUPPORT].amendments[-1].in_force
    return pay_rules(rulebook, CommitteeKind.SUPPORT, latest).kinship_limit.value


def _kinship_json(found: Kinship) -> dict[str, Any]:
    return {"kind": found.kind.value, "degree": found.degree, "within": found.within.value}


def _kinship_line(found: Kinship) -> str:
    degree = "" if found.degree is None else f"{found.degree}親等 "
    return f"{found.kind} {degree}{found.within}  {found.explanation}"
