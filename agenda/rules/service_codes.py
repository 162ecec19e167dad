"""支援の種類: the dated list of statutory services that comes with the product.

Only services under the law itself stand here, from the day on which the law was first in force: in the years of the
model projects before it no service had a statutory name, and plans of that time name theirs freely. The codes are
the product's own. A service that a law renamed keeps its code, and stands here once for each name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from meetings_app.core.effective import Period, holds
from meetings_app.core.terms import ServiceKind

LAW = "生活困窮者自立支援法（平成25年法律第105号）"
AMENDED_2018 = "生活困窮者自立支援法（平成30年法律第44号による改正）"
AMENDED_2024 = "生活困窮者自立支援法（令和6年法律第21号による改正）"

IN_FORCE = date(2015, 4, 1)
_HOUSEHOLD_RENAMED = date(2018, 10, 1)
_LEARNING_RENAMED = date(2019, 4, 1)
_HOUSING_RENAMED = date(2025, 4, 1)


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """支援の種類 in a period: what a code is called then, its class, and the law it rests on."""

    code: str
    kind: ServiceKind
    name: str
    basis: str
    period: Period

    @property
    def valid_from(self) -> date:
        """First day on which the code has this name."""
        return self.period.valid_from

    @property
    def valid_to(self) -> date | None:
        """First day on which it no longer has; None: still does."""
        return self.period.valid_to


def _statutory(code: str, name: str, basis: str, start: date, end: date | None = None) -> CodeEntry:
    return CodeEntry(code, ServiceKind.STATUTORY, name, basis, Period(start, end))


ENTRIES = (
    _statutory("A01", "自立相談支援事業", LAW, IN_FORCE),
    _statutory("A02", "住居確保給付金", LAW, IN_FORCE),
    _statutory("A03", "就労準備支援事業", LAW, IN_FORCE),
    _statutory("A04", "認定就労訓練事業", LAW, IN_FORCE),
    _statutory("A05", "一時生活支援事業", LAW, IN_FORCE, _HOUSING_RENAMED),
    _statutory("A05", "居住支援事業", AMENDED_2024, _HOUSING_RENAMED),
    _statutory("A06", "家計相談支援事業", LAW, IN_FORCE, _HOUSEHOLD_RENAMED),
    _statutory("A06", "家計改善支援事業", AMENDED_2018, _HOUSEHOLD_RENAMED),
    _statutory("A07", "子どもの学習支援事業", LAW, IN_FORCE, _LEARNING_RENAMED),
    _statutory("A07", "子どもの学習・生活支援事業", AMENDED_2018, _LEARNING_RENAMED),
)
"""By code, then by date."""

CODES = frozenset(entry.code for entry in ENTRIES)


def entries_on(day: date) -> tuple[CodeEntry, ...]:
    """Return the statutory services in force on a day, in the order they are offered."""
    return tuple(entry for entry in ENTRIES if holds(entry, day))


def entry_on(entries: Iterable[CodeEntry], code: str, day: date) -> CodeEntry | None:
    """Return what a code stands for on a day, or None where it is not in force."""
    return next((entry for entry in entries if entry.code == code and holds(entry, day)), None)


def name_on(code: str, day: date) -> str | None:
    """Return what the product's code was called on a day, or None where it was not in force."""
    entry = entry_on(ENTRIES, code, day)
    return entry.name if entry else None
