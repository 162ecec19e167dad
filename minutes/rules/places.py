"""議事録の箇所: what minutes say, place by place, so that two editions can be compared and one place corrected.

Every place has a label that is found but once in the minutes: 「議題2　確認した内容」, 「出席者（湿原 花子）」.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from meetings_app.core.wareki import format_wareki
from minutes.rules.minutes_view import (
    Action,
    Check,
    MinutesItem,
    MinutesView,
    NextMeeting,
    RegionalIssue,
    Stay,
    in_japan,
)
from minutes.rules.printed import (
    UNFILLED,
    printed_earlier,
    printed_presiders,
    printed_reason,
    printed_recesses,
    printed_times,
)

NOTHING = "なし"
LONGEST_LABEL = 100
YES_NO = {True: "はい", False: "いいえ", None: UNFILLED}


@dataclass(frozen=True, slots=True)
class TextPlace:
    """箇所: its label, the number of its item (None: of the whole), and what stands there."""

    label: str
    item: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """違い: one place in two editions; None where it is not found in one of them."""

    label: str
    item: int | None
    before: str | None
    after: str | None


def places_of(view: MinutesView) -> tuple[TextPlace, ...]:
    """Return every place of the minutes as it was printed in the body, in order. Corrections are not applied."""
    return tuple(_distinct(_all_places(view)))


def places_in_force(view: MinutesView) -> tuple[TextPlace, ...]:
    """Return every place with what holds there: the last 訂正 of it, else the body."""
    latest = {correction.place: correction.after for correction in view.corrections}
    return tuple(
        TextPlace(place.label, place.item, latest.get(place.label, place.text)) for place in places_of(view)
    )


def differences(before: MinutesView, after: MinutesView) -> tuple[Difference, ...]:
    """Return the places that differ, in the order of the later minutes; what is gone comes last."""
    old = {place.label: place for place in places_of(before)}
    new = {place.label: place for place in places_of(after)}
    changed = (
        Difference(label, place.item, old[label].text if label in old else None, place.text)
        for label, place in new.items()
        if label not in old or old[label].text != place.text
    )
    gone = (
        Difference(label, place.item, place.text, None) for label, place in old.items() if label not in new
    )
    return (*changed, *gone)


def _all_places(view: MinutesView) -> Iterator[TextPlace]:
    yield from _overview(view)
    yield from _people(view)
    for item in view.items:
        for label, text in _item(item):
            yield TextPlace(f"議題{item.number}　{label}", item.number, text)
    for number, plan in enumerate(view.deferred, start=1):
        yield _general(f"今回諮らなかったプラン{number}", f"{plan.plan}　{_filled(plan.reason)}")
    for number, issue in enumerate(view.regional_issues, start=1):
        yield _general(f"地域の課題{number}", _issue(issue))
    yield _general("次回の会議", _next_meeting(view.next_meeting))


def _overview(view: MinutesView) -> Iterator[TextPlace]:
    yield _general("文書番号", _filled(view.document_number))
    yield _general("文書の日付", _day(view.document_date))
    yield _general("日時", _period(view))
    if view.recesses:
        yield _general("休憩", printed_recesses(view))
    yield _general("場所", view.place.venue if view.place else UNFILLED)
    presider = view.presider
    office = f"（{presider.office}）" if presider and presider.office else ""
    yield _general("議長", f"{presider.name}{office}" if presider else UNFILLED)
    if presider and presider.substitution:
        yield _general("議長を代わった理由", presider.substitution)
    if len(view.presiders) > 1:
        yield _general("議長の交代", printed_presiders(view))
    if view.recorded_afterwards:
        yield _general("記録の方法", view.recorded_afterwards)


def _period(view: MinutesView) -> str:
    if view.start is None:
        return UNFILLED
    begin = in_japan(view.start)
    end = f"{in_japan(view.end):%H:%M}" if view.end else UNFILLED
    return f"{format_wareki(begin.date(), weekday=True)} {begin:%H:%M}から{end}まで"


def _people(view: MinutesView) -> Iterator[TextPlace]:
    for person in view.attendees:
        yield _person("出席者", person.name, person.office or person.capacity, person.organisation,
                      _stays(person.stays))  # fmt: skip
    for absent in view.absentees:
        yield _person("欠席者", absent.name, absent.office or absent.capacity, absent.organisation,
                      _filled(absent.reason))  # fmt: skip
    for invitee in view.invitees:
        yield _person("出席を求めた者", invitee.name, invitee.asked_about, invitee.organisation,
                      _stays(invitee.stays))  # fmt: skip


def _person(kind: str, name: str, *facts: str | None) -> TextPlace:
    return _general(f"{kind}（{name}）", "　".join((name, *(fact for fact in facts if fact))))


def _stays(stays: Sequence[Stay]) -> str:
    return "、".join(_stay(stay) for stay in stays)


def _stay(stay: Stay) -> str:
    if stay.arrived is None and stay.left is None:
        return f"終始（{stay.mode}）"
    arrived = f"{in_japan(stay.arrived):%H:%M}" if stay.arrived else "開会"
    left = f"{in_japan(stay.left):%H:%M}" if stay.left else "閉会"
    return f"{arrived}から{left}まで（{stay.mode}）"


def _item(item: MinutesItem) -> Iterator[tuple[str, str]]:
    yield "件名", item.title
    if item.is_case:
        yield "諮った理由・期限", printed_reason(item)
    if printed_times(item):
        yield "時間", printed_times(item)
    yield "議題に加わった者", UNFILLED if item.present is None else "、".join(item.present) or NOTHING
    aside = (f"{row.name}（{row.reason}）" if row.reason else row.name for row in item.recusals)
    yield "審議から外れた者", "、".join(aside) or NOTHING
    for number, earlier in enumerate(item.earlier_actions, start=1):
        yield f"前回までの対応{number}", "　".join(printed_earlier(earlier))
    yield "説明", _filled(item.explanation)
    yield "協議の要点", _filled(item.discussion)
    if item.is_case:
        yield from _checks(item)
    yield "結果", str(item.outcome) if item.outcome else UNFILLED
    yield "確認した内容", _filled(item.confirmed)
    if item.follow_up is not None:
        yield "今後のフォロー", item.follow_up
    for number, action in enumerate(item.actions, start=1):
        yield f"今後の対応{number}", _action(action)
    if not item.actions:
        yield "今後の対応", NOTHING
    for number, change in enumerate(item.service_changes, start=1):
        yield f"支援内容の変更{number}", f"{change.kind}　{change.what}"


def _checks(item: MinutesItem) -> Iterator[tuple[str, str]]:
    checks = item.checks
    answers: tuple[tuple[str, Check], ...] = (
        ("状況と目標に合うか", checks.fits_situation),
        ("課題の解決に向かうか", checks.solves_problem),
        ("意欲につながるか", checks.keeps_motivation),
        ("不足する資源があるか", checks.lacks_resources),
    )
    for label, check in answers:
        yield label, YES_NO[check.answer] + (f"（{check.note}）" if check.note else "")


def _action(action: Action) -> str:
    due = action.by_when if isinstance(action.by_when, str) else _day(action.by_when)
    return f"{action.what}　担当 {_filled(action.who)}　期限 {due}"


def _issue(issue: RegionalIssue) -> str:
    facts = (str(issue.category), str(issue.shortage or UNFILLED), _filled(issue.municipality))
    return "　".join((*facts, _filled(issue.text)))


def _next_meeting(meeting: NextMeeting | None) -> str:
    if meeting is None:
        return UNFILLED
    start = in_japan(meeting.start) if meeting.start else None
    when = f"{format_wareki(start.date(), weekday=True)} {start:%H:%M}" if start else None
    return "　".join(part for part in (when, meeting.place, meeting.note) if part) or UNFILLED


def _general(label: str, text: str) -> TextPlace:
    return TextPlace(label, None, text)


def _filled(text: str | None) -> str:
    return text or UNFILLED


def _day(day: date | None) -> str:
    return format_wareki(day) if day else UNFILLED


def _distinct(places: Iterable[TextPlace]) -> Iterator[TextPlace]:
    """Two people of one name get numbers, and a very long name is cut: a label names one place."""
    seen: dict[str, int] = {}
    for place in places:
        label = place.label[: LONGEST_LABEL - 5]
        seen[label] = seen.get(label, 0) + 1
        name = label if seen[label] == 1 else f"{label}の{seen[label]}"
        yield TextPlace(name, place.item, place.text)
