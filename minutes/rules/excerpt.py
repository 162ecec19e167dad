"""議事録の抜粋: the minutes as somebody may read them who sat in on some of the items only."""

from collections.abc import Collection
from dataclasses import replace

from meetings_app.core.terms import Capacity
from minutes.rules.extract import OTHER_CASE, other_cases
from minutes.rules.minutes_view import Attendee, Correction, Invitee, MinutesItem, MinutesView, Presider
from minutes.rules.places import places_of
from minutes.rules.redact import Redactor
from minutes.rules.view_texts import map_texts

EXCERPT = "（抜粋）"
REASONED = {"休憩", "議長の交代"}
"""Places whose text may give a reason that is about another item; so may a 訂正 of them."""
OF_ONE_CASE = (Capacity.CLIENT, Capacity.FAMILY)
"""Who sits in for one case only: to name them would tell whose case it was."""


def excerpt_for(view: MinutesView, numbers: Collection[int]) -> MinutesView:
    """Return the general part and the items of those numbers; everything that may speak of another item is left out.

    Of the 本人, the family and those invited by 第5条第4項 only those are named who were there for one of the items.
    Plans that were put off, remarks and the reasons of breaks and of changes of the presider are not tied to an item,
    so that they are left out as soon as one item is; a text that names another case gets 「（ほかの案件）」 in its place.
    Nothing is left out for somebody who sat in on all items.
    """
    hidden = [item for item in view.items if item.number not in numbers]
    if not hidden:
        return view
    met = {name for item in view.items if item.number in numbers for name in item.present or ()}
    shown = replace(
        view,
        title=f"{view.title or _usual_title(view)}{EXCERPT}",
        attendees=tuple(
            _attendee(person, hidden)
            for person in view.attendees
            if person.capacity not in OF_ONE_CASE or person.name in met
        ),
        absentees=tuple(person for person in view.absentees if person.capacity not in OF_ONE_CASE),
        invitees=tuple(_invitee(person, hidden) for person in view.invitees if person.name in met),
        items=tuple(item for item in view.items if item.number in numbers),
        deferred=(),
        regional_issues=tuple(issue for issue in view.regional_issues if issue.item in numbers),
        findings=(),
        presider=_presider(view),
        presiders=tuple(
            replace(span, reason=None) if span.since is not None else span for span in view.presiders
        ),
        recesses=tuple(replace(recess, reason=None) for recess in view.recesses),
    )
    stays = set(places_of(shown)) & set(places_of(view))  # what is counted anew is another place
    labels = {place.label for place in stays} - REASONED
    told = replace(shown, corrections=tuple(one for one in view.corrections if _readable(one, labels)))
    cases = [item.case_number for item in shown.items if item.case_number]
    hidden_cases = Redactor((), ((other_cases(cases), OTHER_CASE),))
    return replace(map_texts(told, hidden_cases), meeting_id=view.meeting_id)


def _presider(view: MinutesView) -> Presider | None:
    """Return who presides; why that changed in the course of the meeting may be about an item."""
    changed = view.presider is not None and len(view.presiders) > 1
    return replace(view.presider, substitution=None) if view.presider and changed else view.presider


def _usual_title(view: MinutesView) -> str:
    number = f"第{view.meeting_number}回　" if view.meeting_number is not None else ""
    return f"{number}{view.committee}　議事録"


def _readable(correction: Correction, labels: Collection[str]) -> bool:
    """Return whether the place that was corrected is one that stays."""
    return correction.place in labels


def _attendee(person: Attendee, hidden: list[MinutesItem]) -> Attendee:
    return replace(person, missed=_without(person.missed, hidden))


def _invitee(person: Invitee, hidden: list[MinutesItem]) -> Invitee:
    return replace(person, asked_about=None, missed=_without(person.missed, hidden))


def _without(sentences: tuple[str, ...], hidden: list[MinutesItem]) -> tuple[str, ...]:
    """Return the sentences that name none of the hidden items."""
    return tuple(text for text in sentences if not any(_names(text, item) for item in hidden))


def _names(text: str, item: MinutesItem) -> bool:
    return f"議題{item.number}（" in text or item.title in text
