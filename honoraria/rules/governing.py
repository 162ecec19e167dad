"""どの版がどの日を治めるか: the versions of a regulation as spans of days, and the values that hold on one day."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from meetings_app.core.effective import in_effect
from meetings_app.core.regulation import Amendment, Leaf, Notice, Regulation

_A_DAY = timedelta(days=1)


class Change(StrEnum):
    """前の版との違い: what a version made of a value."""

    FIRST = "最初の定め"
    SAME = "同じ"
    CHANGED = "変更"


@dataclass(frozen=True, slots=True)
class VersionSpan:
    """版の期間: the days a version governs, `first` to `last`, both included (None: without end).

    `version` is None before the regulation was in force. `notices` are those with a day in the span.
    """

    version: Amendment | None
    first: date | None
    last: date | None
    notices: tuple[Notice, ...] = ()

    def covers(self, on: date) -> bool:
        """Return whether the span holds `on`."""
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class ProvisionOn:
    """ある日の定め: one provision with its value, since when it holds, and what the version made of it.

    `before` is the value of the version before, None under the first one.
    """

    key: str
    cite: str
    value: Leaf
    since: date
    change: Change
    before: Leaf | None


def version_spans(regulation: Regulation) -> tuple[VersionSpan, ...]:
    """Return the days before force and the span of every version, oldest first: no gap, no overlap."""
    starts = [amendment.in_force for amendment in regulation.amendments]
    lasts = [*(start - _A_DAY for start in starts[1:]), None]
    spans = [VersionSpan(None, None, starts[0] - _A_DAY)]
    for amendment, last in zip(regulation.amendments, lasts, strict=True):
        spans.append(VersionSpan(amendment, amendment.in_force, last, _within(regulation, amendment, last)))
    return tuple(spans)


def _within(regulation: Regulation, amendment: Amendment, last: date | None) -> tuple[Notice, ...]:
    return tuple(
        notice
        for notice in regulation.notices
        if (last is None or notice.valid_from <= last)
        and (notice.valid_to is None or amendment.in_force < notice.valid_to)
    )


def notices_on(regulation: Regulation, on: date) -> tuple[Notice, ...]:
    """Return what must be known about the text on a day."""
    return tuple(in_effect(regulation.notices, on))


def provisions_on(regulation: Regulation, on: date) -> tuple[ProvisionOn, ...]:
    """Return every provision that holds on a day, in the order of the regulation; none before force."""
    if on < regulation.in_force_from:
        return ()
    version = regulation.version_on(on)
    found = [_provision_on(regulation, key, version, on) for key in regulation.entries]
    return tuple(one for one in found if one is not None)


def _provision_on(regulation: Regulation, key: str, version: Amendment, on: date) -> ProvisionOn | None:
    entry = regulation.entries[key]
    holding = [(since, value) for since, value in entry.values if since <= on]
    if not holding:
        return None
    since, value = holding[-1]
    earlier = [value for since, value in entry.values if since < version.in_force]
    before = earlier[-1] if earlier else None
    return ProvisionOn(key, entry.cite, value, since, _change(before, value), before)


def _change(before: Leaf | None, value: Leaf) -> Change:
    if before is None:
        return Change.FIRST
    return Change.SAME if before == value else Change.CHANGED
