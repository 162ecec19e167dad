"""The only place that asks what time it is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
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


def today(clock: Clock) -> date:
    """Return the day in Japan at the clock's moment."""
    return clock.now().astimezone(TOKYO).date()


def tokyo(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the moment of a wall-clock time in Japan on `day`."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO)
