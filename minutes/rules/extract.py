"""抄本: what minutes say of one case, and nothing of any other."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from minutes.rules.minutes_view import Attendee, Correction, Invitee, MinutesItem, MinutesView, Presider
from minutes.rules.redact import Redactor, Term
from minutes.rules.view_texts import map_texts

OTHER_CASE: Final = "（ほかの案件）"
OTHER_CLIENT: Final = "（ほかの本人）"


def cases_of(view: MinutesView) -> tuple[str, ...]:
    """Return the case numbers that have items, in the order of the items: 「No.9」."""
    return tuple(dict.fromkeys(item.case_number for item in view.items if item.case_number))


def items_on(view: MinutesView, case: str) -> tuple[MinutesItem, ...]:
    """Return the items on one case."""
    return tuple(item for item in view.items if item.case_number == case)


def extract_of(view: MinutesView, case: str, other_words: Iterable[str] = ()) -> MinutesView:
    """Return the minutes with nothing in them but the items on `case`, and the people who were there for them.

    Whatever is said of the meeting as a whole and may speak of another case is left out: breaks, changes of the
    presider, what was put off, notes, the next meeting. A text of the case that names another case or one of
    `other_words` (names and initials of other cases) gets 「（ほかの案件）」 or 「（ほかの本人）」 in its place.
    """
    items = items_on(view, case)
    numbers = {item.number for item in items}
    there = {name for item in items for name in item.present or ()}
    attendees = tuple(_without_items(person) for person in view.attendees if person.name in there)
    invitees = tuple(_without_items(person) for person in view.invitees if person.name in there)
    bare = replace(
        view,
        title=_title(view, case),
        presider=_presider(view, items),
        attendees=attendees,
        absentees=(),
        invitees=invitees,
        items=items,
        deferred=(),
        regional_issues=tuple(issue for issue in view.regional_issues if issue.item in numbers),
        next_meeting=None,
        corrections=tuple(one for one in view.corrections if _is_about(one, numbers, there)),
        findings=(),
        presiders=(),
        recesses=(),
    )
    hidden = Redactor(
        [Term(word, OTHER_CLIENT, spaced=True) for word in other_words], ((other_cases([case]), OTHER_CASE),)
    )
    return replace(map_texts(bare, hidden), meeting_id=view.meeting_id)


def _title(view: MinutesView, case: str) -> str:
    number = f"第{view.meeting_number}回　" if view.meeting_number is not None else ""
    return f"{number}{view.committee}　議事録抄本（{case}）"


def _presider(view: MinutesView, items: tuple[MinutesItem, ...]) -> Presider | None:
    """Return who presided over these items. Why it was not the 委員長 is left out: it may be about another case."""
    names = tuple(dict.fromkeys(item.presider for item in items if item.presider))
    if not names:
        return _plain(view.presider)
    offices = {span.name: span.office for span in view.presiders}
    if view.presider is not None:
        offices.setdefault(view.presider.name, view.presider.office)
    if len(names) == 1:
        return Presider(names[0], offices.get(names[0]))
    return Presider("、".join(names))


def _plain(presider: Presider | None) -> Presider | None:
    return Presider(presider.name, presider.office) if presider is not None else None


_Person = TypeVar("_Person", Attendee, Invitee)


def _without_items(person: _Person) -> _Person:
    """Return somebody without the sentences on the items they missed, and what they were asked about."""
    if isinstance(person, Invitee):
        return replace(person, missed=(), asked_about=None)
    return replace(person, missed=())


def _is_about(correction: Correction, numbers: set[int], there: set[str]) -> bool:
    item = re.match(r"議題(\d+)　", correction.place)
    if item is not None:
        return int(item.group(1)) in numbers
    return any(
        correction.place == f"{kind}（{name}）" for kind in ("出席者", "出席を求めた者") for name in there
    )


def other_cases(cases: Iterable[str]) -> "re.Pattern[str]":
    """Return what finds every case number but those of `cases` in folded text, in lists as well: 「No.9、11」."""
    own = "|".join(re.sub(r"\D", "", case) for case in cases)
    spared = rf"(?!(?:{own})(?!\d))" if own else ""
    return re.compile(rf"no\.? ?0*{spared}\d+(?:[、,・] ?(?:no\.? ?)?\d+(?![\d年月日時分人件回円名]))*")
