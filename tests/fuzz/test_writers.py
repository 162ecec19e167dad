"""Two and ten browsers write at once: all that was acknowledged is there, and every conflict was shown.

The long form runs by command: `python -m tests.fuzz.writers --minutes 60 --writers 10`.
"""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from meetings_app.db.engine import Database
from tests.fuzz.browsers import Browser, run_browsers
from tests.fuzz.ledger import Ledger, problems
from tests.fuzz.office import fill_office
from tests.fuzz.server import hatchery
from tests.fuzz.wires import ServiceWire
from tests.fuzz.writers import write_for

STEPS = 25


@pytest.fixture(scope="module")
def nest() -> Iterator["subprocess.Popen[str]"]:
    with hatchery() as process:
        yield process


@pytest.mark.parametrize("writers", [2, 10])
def test_over_http_with_restarts_nothing_is_lost(
    nest: "subprocess.Popen[str]", tmp_path: Path, migrated_file: Path, writers: int
) -> None:
    shutil.copyfile(migrated_file, tmp_path / migrated_file.name)
    ledger, lost = write_for(nest, tmp_path, seconds=4, writers=writers, seed=writers, restart_every=1.5)
    assert lost == []
    assert ledger.counts["restarts"] > 0
    assert ledger.counts["saved"] > 0
    assert ledger.counts["no answer"] > 0


@pytest.mark.parametrize("writers", [2, 10])
def test_straight_at_the_service_nothing_is_lost(any_database: Database, writers: int) -> None:
    office, ledger = fill_office(any_database, writers), Ledger()
    browsers = [
        Browser(
            name=f"w{number}",
            wire=ServiceWire(any_database, office.meeting_id, office.item_ids, actor),
            item_ids=office.item_ids,
            random=Random(f"service-{number}"),
            ledger=ledger,
            pause=0,
        )
        for number, actor in enumerate(office.actors)
    ]
    done = _Steps(STEPS * 4 // writers + 10)
    for thread in run_browsers(browsers, done.enough):
        thread.join()
    assert problems(any_database, office.item_ids, ledger) == []
    assert {"saved", "conflict", "no answer"} <= set(ledger.counts)


class _Steps:
    """Lets every thread do so many steps."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.local = threading.local()

    def enough(self) -> bool:
        done: int = getattr(self.local, "done", 0)
        self.local.done = done + 1
        return done >= self.number
