"""議題の時間: how long an item was really on the table, breaks left out."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from minutes.rules.minutes_view import Recess, Span

_MINUTE = timedelta(minutes=1)


def minutes_on_table(spans: Iterable[Span], recesses: Sequence[Recess]) -> int | None:
    """Return the whole minutes of all spans without the breaks that lie in them, half a minute counting as one.

    None where there is no span, or one whose end is not known.
    """
    total, known = timedelta(), False
    for span in spans:
        if span.ended is None:
            return None
        known = True
        total += span.ended - span.started - sum((_shared(span, recess) for recess in recesses), timedelta())
    return (total + _MINUTE / 2) // _MINUTE if known else None


def _shared(span: Span, recess: Recess) -> timedelta:
    """Return how much of a span a break takes; one without an end takes the rest."""
    if span.ended is None:
        return timedelta()
    ended = span.ended if recess.ended is None else min(span.ended, recess.ended)
    return max(ended - max(span.started, recess.started), timedelta())
