"""The only place that asks what time it is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """時計: where services take the time from, so that they can run as of any moment."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still: for replays and tests."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment it was set to, in UTC."""
        return self.at.astimezone(UTC)


@dataclass(frozen=True)
class ShiftedClock:
    """A clock that runs, but on another day: for demonstrations that show a past day as today."""

    shift: timedelta

    def now(self) -> datetime:
        """Return the machine's moment, moved by the shift, in UTC."""
        return datetime.now(UTC) + self.shift


def running_from(moment: datetime) -> ShiftedClock:
    """Return a clock that stands at `moment` now and runs on from there."""
    return ShiftedClock(moment - datetime.now(UTC))


def today(clock: Clock) -> date:
    """Return the day in Japan at the clock's moment."""
    return clock.now().astimezone(TOKYO).date()


def tokyo(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the moment of a wall-clock time in Japan on `day`."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO)
