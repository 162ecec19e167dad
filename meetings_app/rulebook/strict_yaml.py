"""YAML read strictly: no floats, no duplicate keys, none of the surprises of YAML 1.1.

What is accepted: mappings with text or date keys, lists, text, whole numbers written plainly (`5000`),
`true` and `false`, dates (`2014-04-01`) and null. Refused: floats, duplicate keys, `010`, `0x10`, `1_000` and
`1:30` (which YAML 1.1 reads as other numbers than they look), bare `yes`, `no`, `on`, `off`, times, anchors,
aliases, merge keys and tags. Every refusal names file, line and key.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

import yaml

from meetings_app.core.errors import Refused

Plain: TypeAlias = "bool | int | str | date | list[Plain] | dict[str | date, Plain] | None"
"""What a strict file can hold."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_WHOLE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Where:
    """場所: file, the case in it (may be empty) and the keys that lead to a value."""

    file: str
    case: str = ""
    keys: tuple[str, ...] = ()

    def at(self, key: object) -> "Where":
        """Return the place one key further down."""
        return replace(self, keys=(*self.keys, str(key)))

    def refuse(self, message: str, line: int | None = None) -> Refused:
        """Return the refusal to raise: the place, then `message`."""
        lines = f"（{line}行目）" if line else ""
        case = f" {self.case}" if self.case else ""
        keys = f"「{'.'.join(self.keys)}」" if self.keys else ""
        return Refused(f"{self.file}{lines}{case}{' ' if keys else ''}{keys}: {message}")


def compose(text: str, file: str) -> yaml.Node:
    """Return the root node of the one YAML document in `text`.

    Raises Refused where it is no YAML, is empty, holds several documents, or uses anchors, aliases or tags.
    """
    try:
        _refuse_references(text, file)
        root: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as fault:
        raise _not_yaml(fault, file) from None
    if root is None:
        raise Where(file).refuse("中身がありません。書式の見本に沿って書いてください。")
    return root


def _refuse_references(text: str, file: str) -> None:
    for event in yaml.parse(text, Loader=_LOADER):
        mark, tag = event.start_mark, getattr(event, "tag", None)
        line = mark.line + 1 if mark else None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Where(file).refuse("「&」「*」による参照は使えません。値をそのまま書いてください。", line)
        if tag:
            raise Where(file).refuse(f"型の指定「{tag}」は使えません。外してください。", line)


def _not_yaml(fault: Exception, file: str) -> Refused:
    mark = getattr(fault, "problem_mark", None)
    line = mark.line + 1 if mark else None
    return Where(file).refuse(
        "YAMLとして読めません。字下げ、「:」の後の空白、括弧や引用符の閉じ忘れを確かめてください。", line
    )


def plain(node: yaml.Node, where: Where) -> Plain:
    """Return the value of `node`, checked at every level.

    Raises Refused, naming the place, for everything the module's docstring lists.
    """
    if len(where.keys) > _MAX_DEPTH:
        raise where.refuse("入れ子が深すぎます。書式の見本に沿って書いてください。", line_of(node))
    if isinstance(node, yaml.MappingNode):
        return {key: plain(value, where.at(key)) for key, value in items(node, where)}
    if isinstance(node, yaml.SequenceNode):
        return [plain(value, where.at(number)) for number, value in enumerate(node.value, start=1)]
    return _scalar(node, where)


def items(node: yaml.MappingNode, where: Where) -> Iterator[tuple[str | date, yaml.Node]]:
    """Yield the keys and value nodes of a mapping.

    Raises Refused for a key that stands twice or is neither text nor a date.
    """
    seen: set[str | date] = set()
    for key_node, value_node in node.value:
        key = _key(key_node, where)
        if key in seen:
            raise where.at(key).refuse(
                "同じ項目が2度あります。どちらか一つにしてください。", line_of(key_node)
            )
        seen.add(key)
        yield key, value_node


def _key(node: yaml.Node, where: Where) -> str | date:
    if not isinstance(node, yaml.ScalarNode):
        raise where.refuse("項目名に一覧や表は使えません。文字で書いてください。", line_of(node))
    key = _scalar(node, where.at(node.value))
    if not isinstance(key, (str, date)):
        raise where.at(node.value).refuse(
            "項目名は文字か日付で書いてください（文字であれば引用符で囲みます）。", line_of(node)
        )
    return key


def line_of(node: yaml.Node) -> int:
    """Return the line on which `node` begins, from 1."""
    return int(node.start_mark.line) + 1


def _scalar(node: yaml.Node, where: Where) -> Plain:
    kind, text = node.tag.removeprefix(_TAG), str(node.value)
    match kind:
        case "str":
            return text
        case "null":
            return None
        case "int" if _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "timestamp" if _DAY.fullmatch(text):
            return _day(text, where, line_of(node))
    raise where.refuse(_WHY_NOT.get(kind, _OTHER).format(text=text), line_of(node))


_WHY_NOT = {
    "float": "「{text}」は小数です。整数で書いてください。",
    "int": "「{text}」は別の数に読まれます。10進の整数を、先頭の0や区切りなしで書いてください。",
    "bool": "「{text}」は真偽値に読まれます。true か false と書くか、文字なら引用符で囲んでください。",
    "timestamp": "「{text}」に時刻は書けません。日付を 2014-04-01 のように書いてください。",
}
_OTHER = "「{text}」は使えない書き方です。文字なら引用符で囲んでください。"


def _day(text: str, where: Where, line: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise where.refuse(f"「{text}」という日はありません。実在する日付を書いてください。", line) from None
