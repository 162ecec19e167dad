"""在席: who was in the room for which item, from arrivals, departures and recusals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Interval:
    """区間: from `start` up to `end`; None stands for an end that is not known yet."""

    start: datetime
    end: datetime | None = None


def overlaps(stay: Interval, span: Interval) -> bool:
    """Return whether somebody staying for `stay` was there for some part of `span`."""
    begins_in_time = span.end is None or stay.start < span.end
    leaves_later = stay.end is None or stay.end > span.start
    return begins_in_time and leaves_later


def was_present(stays: Iterable[Interval], span: Interval) -> bool:
    """在席か: return whether any stay touches the span of an item."""
    return any(overlaps(stay, span) for stay in stays)


def there_at(stays: Iterable[Interval], at: datetime) -> bool:
    """その時に在席か: return whether somebody is there at a moment; at their departure they are gone."""
    return any(stay.start <= at and (stay.end is None or at < stay.end) for stay in stays)


def there_until(stays: Iterable[Interval], end: datetime) -> bool:
    """終わりまで在席か: return whether somebody was there when something ended, be it that they left with its end.

    Who arrived only at that moment was not.
    """
    return any(stay.start < end and (stay.end is None or end <= stay.end) for stay in stays)


def may_be_there(stays: Iterable[Interval], at: datetime) -> bool:
    """在席し得たか: whether times typed to the minute allow that somebody was there in the minute of a moment."""
    begin = _minute(at)
    return any(
        stay.start < begin + timedelta(minutes=1) and (stay.end is None or begin <= stay.end)
        for stay in stays
    )


def must_be_there(stays: Iterable[Interval], at: datetime) -> bool:
    """在席したはずか: whether times typed to the minute leave no doubt that somebody was there at a moment."""
    begin = _minute(at)
    return any(
        stay.start < begin and (stay.end is None or begin + timedelta(minutes=1) <= stay.end)
        for stay in stays
    )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
