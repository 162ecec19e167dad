"""在席: half-open while it lasts, and to the end where something ended."""

from datetime import datetime

import pytest

from meetings_app.core.clock import TOKYO
from minutes.rules.presence import Interval, there_at, there_until


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2014, 3, 25, hour, minute, tzinfo=TOKYO)


MORNING = (Interval(at(10), at(10, 30)), Interval(at(11), None))


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (at(9, 59), False),
        (at(10), True),
        (at(10, 29), True),
        (at(10, 30), False),
        (at(11), True),
        (at(20), True),
    ],
)
def test_somebody_is_there_from_arrival_until_departure(moment: datetime, there: bool) -> None:
    assert there_at(MORNING, moment) is there


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        (at(10), False),
        (at(10, 1), True),
        (at(10, 30), True),
        (at(10, 31), False),
        (at(11), False),
        (at(12), True),
    ],
)
def test_somebody_who_leaves_with_the_end_was_there(moment: datetime, there: bool) -> None:
    assert there_until(MORNING, moment) is there


def test_nobody_was_there_without_a_stay() -> None:
    assert not there_at((), at(10))
    assert not there_until((), at(10))
