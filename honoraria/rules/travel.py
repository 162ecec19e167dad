"""日額旅費: by district of residence, once a day; what the table does not cover is open (第7条第3項②)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from honoraria.rules.facts import AttendanceFacts, OnlineTravel, SameDayTravel
from honoraria.rules.pay_rules import PayRules
from meetings_app.core.terms import AttendanceMode, Capacity, District


@dataclass(frozen=True, slots=True)
class TravelVerdict:
    """旅費の判定: `amount` in yen, None where open; then `question` and the amounts to choose from."""

    amount: int | None
    note: str
    question: str = ""
    choices: tuple[tuple[str, int], ...] = field(default=())


def judge_travel(facts: AttendanceFacts, rules: PayRules) -> TravelVerdict:
    """Return the day's 旅費 for one attendance.

    An earlier line that day decides first: whatever the table would give, the daily amount is used up.
    """
    if facts.earlier_meetings and facts.same_day_travel is SameDayTravel.ONCE:
        return TravelVerdict(0, "この日の旅費は先の会議で計上済み。日額のため0円")
    online = facts.mode is AttendanceMode.ONLINE
    if online and facts.online_travel is OnlineTravel.NONE:
        return TravelVerdict(0, "オンライン出席には旅費を支給しない設定")
    gaps = list(_gaps(facts, rules))
    where = _where(facts, online=online)
    amount = _amount(facts.residence, rules)
    if gaps or amount is None:
        question = f"{'。'.join(gaps)}。旅費をどうしますか。"
        return TravelVerdict(None, where, question, tuple(_choices(facts, rules)))
    return TravelVerdict(amount, where)


def _amount(residence: District | None, rules: PayRules) -> int | None:
    return None if residence is None else rules.travel_table.value.get(residence)


def _gaps(facts: AttendanceFacts, rules: PayRules) -> Iterator[str]:
    """Yield what the table does not cover, a clause each."""
    if facts.mode is AttendanceMode.ONLINE and facts.online_travel is OnlineTravel.ASK:
        yield "オンラインで出席し、旅費の扱いがまだ決められていません"
    if facts.residence is None:
        yield "会議の日の居住地区が申告されていません"
    elif facts.residence not in rules.travel_table.value:
        yield f"居住地が、額の定めのある{len(rules.travel_table.value)}地区の外です"
    venue = rules.travel_venue.value
    if facts.venue_district is None:
        yield "会場の地区が記録されていません"
    elif facts.venue_district is not venue:
        yield f"会場が{_name(facts.venue_district)}にあり、{_name(venue)}の会場についての額しか定めがありません"


def _where(facts: AttendanceFacts, *, online: bool) -> str:
    """Return what the amount rests on: 「居住地 阿寒湖畔地区、会場 釧路地区」."""
    parts = [f"居住地 {_name(facts.residence)}、会場 {_name(facts.venue_district)}"]
    if online:
        paid = facts.online_travel is OnlineTravel.PAY
        parts.append("オンライン出席にも支給する設定" if paid else "オンライン出席")
    if facts.earlier_meetings:
        parts.append("会議ごとに支給する設定")
    else:
        parts.append("この日に旅費の付く先の会議なし")
    if facts.capacity is Capacity.INVITEE:
        parts.append("参加者にも委員と同じ表を用いる")
    return "。".join(parts)


def _choices(facts: AttendanceFacts, rules: PayRules) -> Iterator[tuple[str, int]]:
    """Yield the table's amounts that could be used; one of zero only where it says something new."""
    amount = _amount(facts.residence, rules)
    if amount is not None:
        venue = _name(rules.travel_venue.value)
        rows = [(f"{venue}の会場に来た場合の額を用いる（{_name(facts.residence)}）", amount)]
    else:
        rows = [(f"{_name(district)}の額を用いる", yen) for district, yen in rules.travel_table.value.items()]
    yield from (row for row in rows if row[1] or facts.residence is None)


def _name(district: District | None) -> str:
    if district is None:
        return "記録なし"
    return district.value if district is District.OUTSIDE else f"{district}地区"
