"""試算: trial cases in YAML that a secretariat can read and write, run against the regulations.

A file is a list of cases: 名称, 入力 (what is known of one attendance), 期待 (what should come out) and, if wished,
根拠. Only what 期待 names is compared; 根拠 must be among the citations of the result. Anything not understood is
refused with file, case and key: a case that is read wrongly proves nothing.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from honoraria.rules.assessment import Assessment, AttendanceFacts, assess
from honoraria.rules.kinship import NOT_KIN, Kinship, kinship
from honoraria.rules.pay_rules import pay_rules
from honoraria.rules.public_service import StatusFact
from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
from meetings_app.core.explained import Explained
from meetings_app.core.money import format_yen
from meetings_app.core.regulation import Rulebook
from meetings_app.core.terms import (
    AttendanceMode,
    Capacity,
    CommitteeKind,
    Decision,
    District,
    ServiceClass,
    WorkingTime,
)
from meetings_app.core.wareki import fiscal_year, fiscal_year_period
from meetings_app.rulebook.load import load_rulebook
from meetings_app.rulebook.strict_yaml import Plain, Where, compose, items, line_of, plain

E = TypeVar("E", bound=StrEnum)

Answer = Mapping[str, Any]
"""判定, 報酬, 旅費, 根拠 and, in results, 所見 and 手順, as JSON can hold them."""

UNKNOWN = "不明"

_FIRST_YEAR, _LAST_YEAR = 1900, 2200

_CASE_KEYS = ("名称", "入力", "期待", "根拠")
_INPUT_KEYS = (
    "会議体",
    "日付",
    "会場地区",
    "区分",
    "任期",
    "居住地区",
    "公務員",
    "続柄",
    "出席",
    "同日の先行会議",
)
_EXPECTED_KEYS = ("判定", "報酬", "旅費", "根拠")


@dataclass(frozen=True, slots=True)
class TrialCase:
    """試算の一件: a name, the facts of one attendance, and what is expected of the result."""

    name: str
    facts: AttendanceFacts
    expected: Answer


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


# --- reading ---


def read_cases(path: str | Path) -> list[TrialCase]:
    """Return the cases of one file.

    Raises Refused, naming file, case and key.
    """
    file = str(path)
    root = compose(_text(Path(path), file), file)
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise Where(file).refuse("試算を「- 名称: …」の形で一件以上並べてください。", line_of(root))
    return [_case(node, Where(file, _title(node, number))) for number, node in enumerate(root.value, start=1)]


def _text(path: Path, file: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise Refused(
            f"{file}: ファイルを開けません（{fault.strerror}）。場所と名前を確かめてください。"
        ) from None
    except UnicodeDecodeError:
        raise Refused(f"{file}: 文字コードがUTF-8ではありません。UTF-8で保存し直してください。") from None


def _title(node: yaml.Node, number: int) -> str:
    """Return how refusals name a case: by its place and, where it has one, its name."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    names = [
        value.value for key, value in pairs if key.value == "名称" and isinstance(value, yaml.ScalarNode)
    ]
    return f"{number}件目「{names[0]}」" if names else f"{number}件目"


def _case(node: yaml.Node, where: Where) -> TrialCase:
    if not isinstance(node, yaml.MappingNode):
        raise where.refuse("一件は 名称・入力・期待 の表で書いてください。", line_of(node))
    table = {str(key): plain(value, where.at(key)) for key, value in items(node, where)}
    _check_keys(table, _CASE_KEYS, ("名称", "入力", "期待"), where)
    expected = _expected(table["期待"], where.at("期待"))
    if "根拠" in table:
        also = _citations(table["根拠"], where.at("根拠"))
        expected["根拠"] = list(dict.fromkeys([*expected.get("根拠", []), *also]))
    return TrialCase(
        name=_words(table["名称"], where.at("名称")),
        facts=_facts(table["入力"], where.at("入力")),
        expected=expected,
    )


def _check_keys(
    table: Mapping[Any, Plain], known: Sequence[str], required: Sequence[str], where: Where
) -> None:
    for key in table:
        if key not in known:
            raise where.at(key).refuse(f"知らない項目です。使えるのは {'、'.join(known)} です。")
    for key in required:
        if key not in table:
            raise where.at(key).refuse("この項目がありません。書き加えてください。")


def _table(data: Plain, known: Sequence[str], required: Sequence[str], where: Where) -> Mapping[Any, Plain]:
    if not isinstance(data, dict):
        raise where.refuse(f"{'、'.join(known)} を項目とする表で書いてください。")
    _check_keys(data, known, required, where)
    return data


def _words(data: Plain, where: Where) -> str:
    if not isinstance(data, str) or not data.strip():
        raise where.refuse("文字で書いてください。")
    return data


def _whole(data: Plain, where: Where) -> int:
    if not isinstance(data, int) or isinstance(data, bool) or data < 0:
        raise where.refuse("0以上の整数で書いてください。")
    return data


def _day(data: Plain, where: Where) -> date:
    if isinstance(data, str):
        try:
            return date.fromisoformat(data) if len(data) == len("2014-04-01") else _no_day(data, where)
        except ValueError:
            return _no_day(data, where)
    return data if isinstance(data, date) else _no_day(data, where)


def _held_on(data: Plain, where: Where) -> date:
    day = _day(data, where)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise where.refuse(f"西暦{_FIRST_YEAR}年から{_LAST_YEAR}年までの日付を書いてください。")
    return day


def _no_day(data: Plain, where: Where) -> date:
    raise where.refuse(
        f"「{data}」を日付として読めません。実在する日付を 2014-05-20 のように書いてください。"
    )


def _term(data: Plain, terms: type[E], where: Where) -> E:
    if not isinstance(data, str) or data not in tuple(terms):
        raise where.refuse(f"「{data}」は使えません。{'、'.join(terms)}のどれかを書いてください。")
    return terms(data)


def _list(data: Plain, where: Where) -> list[Plain]:
    if not isinstance(data, list):
        raise where.refuse("一覧（[ ] か「- 」）で書いてください。")
    return data


# --- 期待 ---


def _expected(data: Plain, where: Where) -> dict[str, Any]:
    table = _table(data, _EXPECTED_KEYS, (), where)
    expected: dict[str, Any] = {}
    if "判定" in table:
        expected["判定"] = _term(table["判定"], Decision, where.at("判定")).value
    for key in ("報酬", "旅費"):
        if key in table:
            amount = table[key]
            expected[key] = None if amount is None else _whole(amount, where.at(key))
    if "根拠" in table:
        expected["根拠"] = _citations(table["根拠"], where.at("根拠"))
    return expected


def _citations(data: Plain, where: Where) -> list[str]:
    return [_words(cite, where.at(number)) for number, cite in enumerate(_list(data, where), start=1)]


# --- 入力 ---


def _facts(data: Plain, where: Where) -> AttendanceFacts:
    table = _table(data, _INPUT_KEYS, ("日付",), where)
    held_on = _held_on(table["日付"], where.at("日付"))
    return AttendanceFacts(
        committee=_choice(table, "会議体", CommitteeKind.SUPPORT, where),
        held_on=held_on,
        meeting_closed=True,
        attendance_confirmed=True,
        venue_district=_choice(table, "会場地区", District.KUSHIRO, where),
        capacity=_choice(table, "区分", Capacity.MEMBER, where),
        terms=(_period(table["任期"], where.at("任期")) if "任期" in table else _serving_on(held_on),),
        residence=_residence(table, where),
        statuses=_statuses(table.get("公務員", NOT_KIN), where.at("公務員")),
        kinship=_paths(table.get("続柄", [NOT_KIN]), where.at("続柄")),
        mode=_choice(table, "出席", AttendanceMode.IN_PERSON, where),
        earlier_meetings=_whole(table.get("同日の先行会議", 0), where.at("同日の先行会議")),
    )


def _choice(table: Mapping[Any, Plain], key: str, default: E, where: Where) -> E:
    return _term(table[key], type(default), where.at(key)) if key in table else default


def _residence(table: Mapping[Any, Plain], where: Where) -> District | None:
    if table.get("居住地区") == UNKNOWN:
        return None
    return _choice(table, "居住地区", District.KUSHIRO, where)


def _serving_on(day: date) -> Period:
    return fiscal_year_period(fiscal_year(day))


def _period(data: Plain, where: Where) -> Period:
    """Return a term written [from, to): the last date is the first day outside it."""
    days = _list(data, where)
    if len(days) != 2:
        raise where.refuse("[始まりの日, 終わりの翌日] の2つの日付を書いてください。")
    start, end = (_day(day, where.at(number)) for number, day in enumerate(days, start=1))
    if end <= start:
        raise where.refuse("終わりの翌日は、始まりの日より後の日付にしてください。")
    return Period(start, end)


def _statuses(data: Plain, where: Where) -> tuple[StatusFact, ...] | None:
    if data == UNKNOWN:
        return None
    if not isinstance(data, list):
        return (_status(data, where),)
    if not data:
        raise where.refuse("身分がなければ「なし」、分からなければ「不明」と書いてください。")
    return tuple(_status(one, where.at(number)) for number, one in enumerate(data, start=1))


def _status(data: Plain, where: Where) -> StatusFact:
    if data == NOT_KIN:
        return StatusFact(is_public_employee=False)
    if data == UNKNOWN:
        return StatusFact(is_public_employee=None)
    if not isinstance(data, dict):
        raise where.refuse("「なし」「不明」か、{職: 一般職, 勤務: 常勤} の形で書いてください。")
    table = _table(data, ("職", "勤務"), ("職", "勤務"), where)
    return StatusFact(
        is_public_employee=True,
        service_class=_known(table["職"], ServiceClass, where.at("職")),
        working_time=_known(table["勤務"], WorkingTime, where.at("勤務")),
    )


def _known(data: Plain, terms: type[E], where: Where) -> E | None:
    return None if data == UNKNOWN else _term(data, terms, where)


def _paths(data: Plain, where: Where) -> tuple[str, ...]:
    return tuple(_path(path, where.at(number)) for number, path in enumerate(_list(data, where), start=1))


def _path(data: Plain, where: Where) -> str:
    if not isinstance(data, str):
        raise where.refuse("続柄を P>C のような文字か「なし」で書いてください。")
    try:
        kinship(data, 1)
    except Refused as refusal:
        raise where.refuse(refusal.message) from None
    return data


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
    print(json.dumps(_kinship_json(path, found), ensure_ascii=False) if as_json else _kinship_line(found))
    return 0


def _latest_limit() -> int:
    rulebook = load_rulebook()
    latest = rulebook[CommitteeKind.SUPPORT].amendments[-1].in_force
    return pay_rules(rulebook, CommitteeKind.SUPPORT, latest).kinship_limit.value


def _kinship_json(path: str, found: Kinship) -> dict[str, Any]:
    return {
        "path": path,
        "kind": found.kind.value,
        "degree": found.degree,
        "within": found.within.value,
        "explanation": found.explanation,
    }


def _kinship_line(found: Kinship) -> str:
    degree = "" if found.degree is None else f"{found.degree}親等 "
    return f"{found.kind} {degree}{found.within}  {found.explanation}"
