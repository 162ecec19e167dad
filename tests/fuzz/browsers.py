"""Browsers that write at once: they type, lose connections, send again and late, and choose between texts."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from minutes.live_tables import RecordField, Settlement
from tests.fuzz.ledger import Ledger
from tests.fuzz.wires import Answer, Choosing, GoneError, Mishap, Sent, Wire

FIELDS = (RecordField.DISCUSSION, RecordField.CONFIRMED, RecordField.OUTCOME, RecordField.FITS_SITUATION)
OUTCOMES = ("了承", "修正のうえ了承", "継続協議", "差戻し", "")
ANSWERS = ("yes", "no", "")
CHOICES = (Settlement.CURRENT, Settlement.MINE, Settlement.BOTH, Settlement.REWRITTEN)
LONGEST_SECONDS = 60
"""How long a browser goes on trying to be answered before the run counts as failed."""
LONGEST_WAIT = 0.3
"""Seconds between two tries at most: short, so that much happens in a run."""

Key = tuple[str, RecordField]


@dataclass
class Browser:
    """One window. The order of what it does follows from `random` alone; what it meets depends on the others."""

    name: str
    wire: Wire
    item_ids: tuple[str, ...]
    random: Random
    ledger: Ledger
    pause: float = 0.01
    known: dict[Key, tuple[int, str]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    waiting: dict[Key, Answer] = field(default_factory=dict)
    count: int = 0

    def run(self, enough: Callable[[], bool]) -> None:
        """Write until it is enough; what was begun is finished."""
        try:
            while not enough():
                self.step()
                time.sleep(self.random.random() * self.pause)
        except Exception as error:
            self.ledger.faults.append(f"{self.name}: {type(error).__name__}: {error}")
        finally:
            self.wire.close()

    def step(self) -> None:
        """Do one thing a person or a bad network does."""
        key = (self.random.choice(self.item_ids), self.random.choice(FIELDS))
        luck = self.random.random()
        if luck < 0.10 and self.sent:
            self._count("sent again")
            self._send(self.random.choice(self.sent[-40:]))
        elif luck < 0.20:
            self._look()
        elif luck < 0.26:
            self._count("out of order")
            older, newer = self._typed(key), self._typed(key)
            self._send(newer)
            self._send(older)
        elif key in self.waiting and luck < 0.6:
            self._choose(key)
        else:
            self._send(self._typed(key))

    def _typed(self, key: Key) -> Sent:
        self.count += 1
        version, value = self.known.get(key, (0, ""))
        sent = Sent(f"{self.name}-{self.count}", key[0], key[1], version, self._value(key, value), self.name)
        self.sent.append(sent)
        return sent

    def _value(self, key: Key, value: str) -> str:
        if key[1] is RecordField.OUTCOME:
            return self.random.choice(OUTCOMES)
        if key[1] is RecordField.FITS_SITUATION:
            return self.random.choice(ANSWERS)
        return f"{value[-200:]}「{self.name}」の{self.count}\n"

    def _send(self, sent: Sent) -> None:
        answer = self._answered(lambda mishap: self.wire.write(sent, mishap))
        self.ledger.written.append((sent, answer))
        self._count(answer.result)
        self._take_in((sent.item, sent.field), answer)

    def _choose(self, key: Key) -> None:
        """Choose in what was shown; what was shown may be old by now."""
        shown = self.waiting.pop(key)
        self.count += 1
        texts = key[1] in (RecordField.DISCUSSION, RecordField.CONFIRMED)
        how = self.random.choice(CHOICES if texts else CHOICES[:2])
        value = f"まとめた文 {self.name}-{self.count}" if how is Settlement.REWRITTEN else None
        chosen = Choosing(shown.write_id, how, shown.version, f"{self.name}-{self.count}", value)
        answer = self._answered(lambda mishap: self.wire.settle(chosen, mishap))
        self.ledger.chosen.append((chosen, answer))
        self._count(f"choice {answer.result}")
        self._take_in(key, answer)

    def _take_in(self, key: Key, answer: Answer) -> None:
        if answer.result == "conflict":
            self.waiting[key] = answer
            if self.random.random() < 0.5:
                return
        if answer.version >= self.known.get(key, (0, ""))[0]:
            self.known[key] = (answer.version, answer.value)

    def _look(self) -> None:
        """Learn what stands, as from events or after a reload."""
        try:
            self.known = self.wire.state()
        except GoneError:
            self._count("no answer")

    def _answered(self, send: Callable[[Mishap], Answer]) -> Answer:
        """Send the same until an answer comes back."""
        until, wait = time.monotonic() + LONGEST_SECONDS, 0.02
        while time.monotonic() < until:
            mishap = self.random.choices(list(Mishap), (80, 13, 7))[0]
            begun = time.perf_counter()
            try:
                answer = send(mishap)
            except GoneError:
                self._count("no answer")
                time.sleep(self.random.uniform(wait / 2, wait))
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                self.ledger.seconds.append(time.perf_counter() - begun)
                return answer
        raise TimeoutError("no answer for a minute")

    def _count(self, what: str) -> None:
        self.ledger.counts[what] += 1


def run_browsers(browsers: list[Browser], enough: Callable[[], bool]) -> list[threading.Thread]:
    """Start every browser in a thread of its own."""
    threads = [
        threading.Thread(target=browser.run, args=(enough,), name=browser.name) for browser in browsers
    ]
    for thread in threads:
        thread.start()
    return threads
