"""Figures of a fuzz run."""

from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles

from tests.fuzz.ledger import Ledger


@dataclass
class Figures:
    """What happened in one run or several, and how quickly writes were acknowledged."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def add(self, ledger: Ledger, lost: list[str]) -> None:
        """Add one round."""
        self.counts += ledger.counts
        self.counts["rounds"] += 1
        self.counts["acknowledged"] += len(ledger.written) + len(ledger.chosen)
        self.seconds += ledger.seconds
        self.lost += lost

    def __str__(self) -> str:
        counted = ", ".join(f"{name} {number:,}" for name, number in sorted(self.counts.items()))
        lines = [counted, *(f"LOST: {each}" for each in self.lost)]
        if len(self.seconds) > 1:
            steps = quantiles(self.seconds, n=100)
            lines.insert(
                1, f"until acknowledged: p50 {steps[49] * 1000:.1f} ms, p95 {steps[94] * 1000:.1f} ms"
            )
        return "\n".join([*lines, f"lost: {len(self.lost)}"])
