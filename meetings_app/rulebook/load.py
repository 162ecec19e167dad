"""規程集: reads the regulations from the YAML files beside this module, strictly.

A mistake in a rule file must stop the program, never change an amount: unknown, missing and duplicate keys,
floats, values without a citation, dates that belong to no amendment are all refused with file and key.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType

from meetings_app.core.regulation import Amendment, DatedValues, Leaf, Notice, Regulation, Rulebook
from meetings_app.core.terms import Capacity, CommitteeKind, District, Office, ServiceClass, WorkingTime
from meetings_app.rulebook.strict_yaml import Plain, Where, compose, plain

FILES: Mapping[CommitteeKind, str] = MappingProxyType(
    {
        CommitteeKind.SUPPORT: "support_coordination.yaml",
        CommitteeKind.REGIONAL: "regional_council.yaml",
    }
)
"""The file of each body's regulation."""

PREFIX: Mapping[CommitteeKind, str] = MappingProxyType(
    {CommitteeKind.SUPPORT: "", CommitteeKind.REGIONAL: "圏域規程"}
)
"""What every citation of a body's own regulation begins with."""

Check = Callable[[Plain, Where], Leaf]

_ARTICLE = r"(?:第[1-9][0-9]*条(?:第[1-9][0-9]*項)?(?:第[1-9][0-9]*号|[①-⑳])?|附則)"


@cache
def load_rulebook() -> Rulebook:
    """Return all regulations, read once.

    Raises Refused with file and key for anything the strict reader does not accept.
    """
    folder = resources.files("meetings_app.rulebook")
    return Rulebook(
        MappingProxyType(
            {
                kind: read_regulation(folder.joinpath(name).read_bytes(), name, kind)
                for kind, name in FILES.items()
            }
        )
    )


def read_regulation(content: bytes, file: str, kind: CommitteeKind) -> Regulation:
    """Return the regulation of `kind` held in `content`; `file` is the name used in refusals.

    Raises Refused with file and key.
    """
    where = Where(file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise where.refuse("文字コードがUTF-8ではありません。UTF-8で保存し直してください。") from None
    top = _table(plain(compose(text, file), where), where, _TOP_KEYS)
    amendments = _amendments(top["amendments"], where.at("amendments"), kind)
    dates = tuple(a.in_force for a in amendments)
    return Regulation(
        name=_text(top["name"], where.at("name")),
        title=_text(top["title"], where.at("title")),
        last_text_seen=_last_text_seen(top["last_text_seen"], where.at("last_text_seen"), dates),
        amendments=amendments,
        entries=_provisions(top["provisions"], where.at("provisions"), kind, dates),
        sha256=hashlib.sha256(content).hexdigest(),
        notices=_notices(top["notices"], where.at("notices")),
    )


_TOP_KEYS = frozenset({"name", "title", "last_text_seen", "amendments", "notices", "provisions"})


# --- pieces


def _table(data: Plain, where: Where, keys: frozenset[str]) -> dict[str, Plain]:
    """Return `data` as a mapping that has exactly `keys`."""
    if not isinstance(data, dict):
        raise where.refuse("項目と値の表で書いてください。")
    for key in data:
        if key not in keys:
            raise where.at(key).refuse(f"知らない項目です。使えるのは {'、'.join(sorted(keys))} です。")
    for key in sorted(keys):
        if key not in data:
            raise where.at(key).refuse("この項目がありません。書き加えてください。")
    return {str(key): value for key, value in data.items()}


def _list(data: Plain, where: Where) -> list[Plain]:
    if not isinstance(data, list):
        raise where.refuse("一覧（[ ] か「- 」）で書いてください。")
    return data


def _text(data: Plain, where: Where) -> str:
    if not isinstance(data, str) or not data.strip():
        raise where.refuse("文字で書いてください。")
    return data


def _date(data: Plain, where: Where) -> date:
    if not isinstance(data, date):
        raise where.refuse("日付を 2014-04-01 のように書いてください。")
    return data


def _cite(data: Plain, where: Where, prefix: str) -> str:
    cite = data if isinstance(data, str) else ""
    if not re.fullmatch(re.escape(prefix) + _ARTICLE, cite):
        raise where.refuse(f"条文を「{prefix}第7条第1項」のように書いてください。")
    return cite


def _amendments(data: Plain, where: Where, kind: CommitteeKind) -> tuple[Amendment, ...]:
    amendments = []
    for number, row in enumerate(_list(data, where), start=1):
        here = where.at(number)
        entry = _table(row, here, frozenset({"in_force", "note", "cite"}))
        day, note = _date(entry["in_force"], here.at("in_force")), _text(entry["note"], here.at("note"))
        amendments.append(Amendment(day, note, _cite(entry["cite"], here.at("cite"), PREFIX[kind])))
    days = [a.in_force for a in amendments]
    if not days or days != sorted(set(days)):
        raise where.refuse("施行日を古い順に、同じ日を繰り返さずに、一つ以上書いてください。")
    return tuple(amendments)


def _last_text_seen(data: Plain, where: Where, dates: tuple[date, ...]) -> date:
    seen = _date(data, where)
    if seen < dates[-1]:
        raise where.refuse("最後の改正の施行日より前です。条文を確かめた日付に直してください。")
    return seen


def _notices(data: Plain, where: Where) -> tuple[Notice, ...]:
    return tuple(_notice(row, where.at(number)) for number, row in enumerate(_list(data, where), start=1))


def _notice(row: Plain, where: Where) -> Notice:
    entry = _table(row, where, frozenset({"code", "message", "cite", "from", "to"}))
    start, end = _date(entry["from"], where.at("from")), _date(entry["to"], where.at("to"))
    if end <= start:
        raise where.at("to").refuse("終わりは始まりより後の日付にしてください（終わりの日は含みません）。")
    cite = _text(entry["cite"], where.at("cite"))
    prefix = PREFIX[CommitteeKind.REGIONAL] if cite.startswith(PREFIX[CommitteeKind.REGIONAL]) else ""
    return Notice(
        code=_text(entry["code"], where.at("code")),
        message=_text(entry["message"], where.at("message")),
        cite=_cite(cite, where.at("cite"), prefix),
        valid_from=start,
        valid_to=end,
    )


def _provisions(
    data: Plain, where: Where, kind: CommitteeKind, dates: tuple[date, ...]
) -> Mapping[str, DatedValues]:
    checks = PROVISIONS[kind]
    rows = _table(data, where, frozenset(checks))
    return MappingProxyType(
        {key: _dated(row, where.at(key), checks[key], PREFIX[kind], dates) for key, row in rows.items()}
    )


def _dated(row: Plain, where: Where, check: Check, prefix: str, dates: tuple[date, ...]) -> DatedValues:
    entry = _table(row, where, frozenset({"cite", "values"}))
    here = where.at("values")
    if not isinstance(entry["values"], dict) or not entry["values"]:
        raise here.refuse("「施行日: 値」を一つ以上書いてください。")
    values = []
    for start, value in entry["values"].items():
        if not isinstance(start, date) or start not in dates:
            known = "、".join(day.isoformat() for day in dates)
            raise here.at(start).refuse(
                f"この日に施行された改正はありません。amendments にある日付（{known}）を使ってください。"
            )
        values.append((start, check(value, here.at(start))))
    return DatedValues(
        _cite(entry["cite"], where.at("cite"), prefix), tuple(sorted(values, key=lambda v: v[0]))
    )


# --- what each provision may hold


def _whole(least: int, most: int | None = None) -> Check:
    def check(data: Plain, where: Where) -> Leaf:
        whole = isinstance(data, int) and not isinstance(data, bool)
        if not whole or not isinstance(data, int) or data < least or (most is not None and data > most):
            upper = "" if most is None else f"{most}以下の"
            raise where.refuse(f"{least}以上{'の' if most is None else ''}{upper}整数で書いてください。")
        return data

    return check


def _holds_always(data: Plain, where: Where) -> Leaf:
    # The rules rest on these provisions: writing false would not switch them off, so it is refused.
    if data is not True:
        raise where.refuse("true とだけ書けます。定めがなくなったときは規則の作り直しが必要です。")
    return True


def _one_of(*allowed: str) -> Check:
    def check(data: Plain, where: Where) -> Leaf:
        if not isinstance(data, str) or data not in allowed:
            raise where.refuse(f"{'、'.join(allowed)}のどれかを書いてください。")
        return str(data)

    return check


def _some_of(*allowed: str) -> Check:
    one = _one_of(*allowed)

    def check(data: Plain, where: Where) -> Leaf:
        chosen = tuple(str(one(item, where.at(n))) for n, item in enumerate(_list(data, where), start=1))
        if not chosen or len(set(chosen)) != len(chosen):
            raise where.refuse("一つ以上を、繰り返さずに書いてください。")
        return chosen

    return check


def _exactly(checks: Mapping[str, Check]) -> Check:
    def check(data: Plain, where: Where) -> Leaf:
        table = _table(data, where, frozenset(checks))
        values: dict[str, int | str | bool] = {}
        for key, one in checks.items():
            value = one(table[key], where.at(key))
            if isinstance(value, (int, str)):
                values[key] = value
        return MappingProxyType(values)

    return check


_YEN = _whole(0)
_HEADS = _whole(1)

PROVISIONS: Mapping[CommitteeKind, Mapping[str, Check]] = MappingProxyType(
    {
        CommitteeKind.SUPPORT: {
            "term_capacities": _some_of(Capacity.MEMBER, Capacity.ADVISER),
            "term_months": _whole(1),
            "term_first_month": _whole(1, 12),
            "reappointment": _holds_always,
            "offices": _exactly({Office.CHAIR: _HEADS, Office.VICE_CHAIR: _HEADS}),
            "paid_capacities": _some_of(*Capacity),
            "unlisted_capacities_unpaid": _holds_always,
            "paid_after_duty": _holds_always,
            "honorarium_yen": _YEN,
            "travel_yen_by_district": _exactly(
                {d.value: _YEN for d in District if d is not District.OUTSIDE}
            ),
            "travel_venue_district": _one_of(*(d for d in District if d is not District.OUTSIDE)),
            "excluded_capacities": _some_of(*Capacity),
            "kinship_degree_limit": _whole(1),
            "public_employees_unpaid_except": _exactly(
                {"職": _one_of(*ServiceClass), "勤務": _one_of(*WorkingTime)}
            ),
        },
        CommitteeKind.REGIONAL: {
            "offices": _exactly(
                {
                    o.value: _HEADS
                    for o in (Office.REGIONAL_CHAIR, Office.REGIONAL_VICE_CHAIR, Office.SECRETARY_GENERAL)
                }
            ),
            "term_capacities": _some_of(Capacity.MEMBER, Capacity.ADVISER),
            "paid_capacities": _some_of(*Capacity),
            "taken_over_from": _one_of(CommitteeKind.SUPPORT),
            "unlisted_capacities_unpaid": _holds_always,
        },
    }
)
"""The provisions each regulation must have, all of them, and how the value of each is checked."""
