"""試算のファイル: reads trial cases written in YAML by a secretariat, strictly.

A file is a list of cases: 名称, 入力 (what is known of one attendance), 期待 (what should come out) and, if wished,
根拠. Anything not understood is refused with file, case and key: a case that is read wrongly proves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from honoraria.rules.assessment import AttendanceFacts
from honoraria.rules.kinship import NOT_KIN, kinship
from honoraria.rules.public_service import StatusFact
from meetings_app.core.effective import Period
from meetings_app.core.errors import Refused
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
