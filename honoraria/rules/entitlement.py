"""支給を受けられる人か: capacity, public service and kinship, each judged for itself (第7条第1項・第4項)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from honoraria.rules.facts import AttendanceFacts
from honoraria.rules.kinship import Kinship, Within, kinship
from honoraria.rules.pay_rules import PayRules, unique
from honoraria.rules.public_service import Standing, describe, judge_service
from meetings_app.core.effective import Period, in_effect
from meetings_app.core.explained import Fact
from meetings_app.core.terms import Capacity
from meetings_app.core.wareki import format_wareki


@dataclass(frozen=True, slots=True)
class Verdict:
    """一つの要件の判定.

    `note` is one Japanese sentence for the story. An open verdict has a `question` and the labels of the two
    answers, paid and not paid.
    """

    label: str
    standing: Standing
    note: str
    citations: tuple[str, ...]
    inputs: Mapping[str, Fact] = field(default_factory=dict)
    question: str = ""
    if_paid: str = ""
    if_unpaid: str = ""
    proposes_unpaid: bool = False


# --- 資格 ---


def judge_capacity(facts: AttendanceFacts, rules: PayRules) -> Verdict:
    """Return whether the capacity is one that is paid, and its term (第7条第1項・第4項, 第3条第2項)."""
    capacity = facts.capacity
    inputs: dict[str, Fact] = {"区分": capacity.value}
    if capacity in rules.excluded.value:
        note = f"{_name(capacity)}。支給の対象から除かれます"
        return Verdict("資格", Standing.EXCLUDED, note, rules.excluded.citations, inputs)
    if capacity not in rules.paid.value:
        note = f"{_name(capacity)}。支給を受ける区分ではありません"
        return Verdict("資格", Standing.EXCLUDED, note, rules.unlisted, inputs)
    if capacity not in rules.term_bound.value:
        return Verdict("資格", Standing.ELIGIBLE, _name(capacity), rules.paid.citations, inputs)
    return _judge_term(facts, rules, inputs)


def _judge_term(facts: AttendanceFacts, rules: PayRules, inputs: dict[str, Fact]) -> Verdict:
    capacity = facts.capacity
    inputs["任期"] = "、".join(_days(term) for term in facts.terms) or None
    serving = in_effect(facts.terms, facts.held_on)
    if serving:
        note = f"{capacity}。任期 {_days(serving[0])}"
        return Verdict("資格", Standing.ELIGIBLE, note, rules.paid.citations, inputs)
    recorded = f"任期 {inputs['任期']}" if facts.terms else "任期の記録なし"
    return Verdict(
        label="資格",
        standing=Standing.OPEN,
        note=f"{capacity}。任期外（{recorded}）",
        citations=unique(rules.paid.citations, rules.term_bound.citations),
        inputs=inputs,
        question=f"会議の日が{capacity}の任期外です（{recorded}）。報酬と旅費をどうしますか。",
        if_paid="任期中と同じに支給する",
        if_unpaid="支給しない",
    )


def _name(capacity: Capacity) -> str:
    return f"{capacity}の参加者" if capacity is Capacity.INVITEE else capacity.value


def _days(term: Period) -> str:
    """Return a term with its last day included: 「令和8年4月1日–令和9年3月31日」."""
    if term.valid_to is None:
        return f"{_day(term.valid_from)}から"
    return f"{_day(term.valid_from)}–{_day(term.valid_to - timedelta(days=1))}"


def _day(day: date) -> str:
    return format_wareki(day) if day.year >= 1873 else day.isoformat()


# --- 公務員か ---


def judge_public_service(facts: AttendanceFacts, rules: PayRules) -> Verdict:
    """Return whether the person is left out as a public employee (第7条第4項)."""
    statuses = facts.statuses or ()
    found = judge_service(statuses, rules.exception.value)
    declared = [status.declared_on for status in statuses if status.declared_on]
    when = f"。{_day(max(declared))}の申告" if declared else ""
    return Verdict(
        label="公務員か",
        standing=found.standing,
        note=found.reason.removesuffix("。") + when,
        citations=rules.exception.citations,
        inputs={"公務員": "、".join(describe(status) for status in statuses) or "申告なし"},
        question=f"{found.reason}報酬と旅費をどうしますか。" if found.standing is Standing.OPEN else "",
        if_paid="支給する（公務員でない、又は非常勤の特別職としての出席と確認した）",
        if_unpaid="支給しない（支給の対象にならない公務員と確認した）",
        proposes_unpaid=found.proposes_unpaid,
    )


# --- 続柄 ---


def judge_kinship(facts: AttendanceFacts, rules: PayRules) -> Verdict:
    """Return whether the person is family of the 本人 of the cases they sat in on (第7条第4項).

    Family in every case is certain; family in some, an undeclared relation or one for a person to judge are
    open. Raises Refused where a path cannot be read.
    """
    limit = rules.kinship_limit.value
    found = [None if path is None else kinship(path, limit) for path in facts.kinship]
    standing = _family_standing(found)
    if standing is not Standing.OPEN:
        return Verdict("続柄", standing, _family_note(found), rules.kinship_limit.citations, _paths(facts))
    note = _open_note(found)
    return Verdict(
        label="続柄",
        standing=standing,
        note=note,
        citations=rules.kinship_limit.citations,
        inputs=_paths(facts),
        question=f"{note}。報酬と旅費をどうしますか。",
        if_paid="支給する（家族として扱わない）",
        if_unpaid="支給しない（家族として扱う）",
        proposes_unpaid=all(one is not None and (_is_family(one) or one.proposes_unpaid) for one in found),
    )


def _is_family(one: Kinship) -> bool:
    return one.within in (Within.YES, Within.SELF)


def _family_standing(found: list[Kinship | None]) -> Standing:
    if all(one is not None and one.within is Within.NO for one in found):
        return Standing.ELIGIBLE
    if all(one is not None and _is_family(one) for one in found):
        return Standing.EXCLUDED
    return Standing.OPEN


def _paths(facts: AttendanceFacts) -> dict[str, Fact]:
    return {
        f"案件{number}": "申告なし" if path is None else path or "本人"
        for number, path in enumerate(facts.kinship, start=1)
    }


def _family_note(found: list[Kinship | None]) -> str:
    """Return the sentence for a certain verdict: 「出た3件のどの本人とも続柄なし」."""
    if not found:
        return "個別の案件には出ていない"
    family = [one for one in found if one is not None and _is_family(one)]
    if family:
        return f"出た{len(found)}件のすべてで本人又はその家族（{_degrees(family)}）"
    related = [one for one in found if one is not None and one.degree is not None]
    if related:
        return f"出た{len(found)}件のどの本人とも家族の範囲の外（{_degrees(related)}）"
    return f"出た{len(found)}件のどの本人とも続柄なし"


def _degrees(found: list[Kinship]) -> str:
    names = [one.kind.value if one.degree is None else f"{one.kind}{one.degree}親等" for one in found]
    return "、".join(dict.fromkeys(names))


def _open_note(found: list[Kinship | None]) -> str:
    undeclared = sum(one is None for one in found)
    family = [one for one in found if one is not None and _is_family(one)]
    review = [one for one in found if one is not None and one.within is Within.REVIEW]
    parts = []
    if family:
        parts.append(f"{len(family)}件で本人又はその家族（{_degrees(family)}）")
    parts.extend(f"1件で{one.route}（{one.reason}）" for one in review)
    if undeclared:
        parts.append(f"{undeclared}件で続柄の申告なし")
    return f"出た{len(found)}件のうち、{'、'.join(parts)}"
