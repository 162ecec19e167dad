"""The server is killed (SIGKILL, with its worker) at random moments while browsers write.

Run it for long by hand from the root of the checkout: `python -m tests.fuzz.kills --times 200`. After every kill
a copy of the database, as it lies on the disk, has to pass its integrity check and to hold all that was
acknowledged until then; in the end the history of every field has to be complete.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from random import Random

from tests.fuzz.browsers import run_browsers
from tests.fuzz.ledger import Ledger, problems
from tests.fuzz.office import fill_office, open_folder
from tests.fuzz.report import Figures
from tests.fuzz.server import Server, copy_data, hatchery, serving
from tests.fuzz.writers import browsers_of, unshown

KILLS_A_ROUND = 20
MOST_ANSWERS = 8
"""A server lives for up to so many answers once it is up, and a random moment more."""

LONGEST_LIFE = 5.0


def kill_times(
    nest: "subprocess.Popen[str]", folder: Path, *, times: int, writers: int, seed: int
) -> tuple[Ledger, list[str]]:
    """Kill the server `times` times while browsers write; return what they were told, and what is wrong with it."""
    database = open_folder(folder)
    office, ledger, enough = fill_office(database, writers), Ledger(), threading.Event()
    database.dispose()  # nobody but the server has it open while it is killed
    random, lost = Random(seed), []
    with serving(nest, folder) as server:
        threads = run_browsers(browsers_of(server, office, seed, ledger), enough.is_set)
        try:
            for number in range(times):
                _wait_for_answers(ledger, random.randint(0, MOST_ANSWERS))
                time.sleep(random.uniform(0, 0.05))
                lost += _kill(server, ledger, folder.parent / f"{folder.name}-{number}")
                server.start()
        finally:
            enough.set()
            for thread in threads:
                thread.join()
        database = open_folder(folder)
        lost += unshown(server, office, database)
        server.kill()
    try:
        return ledger, [*lost, *problems(database, office.item_ids, ledger)]
    finally:
        database.dispose()


def _wait_for_answers(ledger: Ledger, number: int) -> None:
    goal, until = len(ledger.written) + number, time.monotonic() + LONGEST_LIFE
    while len(ledger.written) < goal and time.monotonic() < until:
        time.sleep(0.002)


def _kill(server: Server, ledger: Ledger, copy: Path) -> list[str]:
    server.kill()
    acknowledged = {
        sent.op: answer.version for sent, answer in list(ledger.written) if answer.result == "saved"
    }
    ledger.counts["kills"] += 1
    with closing(sqlite3.connect(copy_data(server.folder, copy) / "meetings.sqlite3")) as database:
        (health,) = database.execute("PRAGMA integrity_check").fetchone()
        strays = database.execute("PRAGMA foreign_key_check").fetchall()
        stored = dict(database.execute("SELECT id, version FROM field_write").fetchall())
    found = [] if health == "ok" and not strays else [f"the database is damaged: {health} {strays}"]
    missing = [op for op, version in acknowledged.items() if stored.get(op) != version]
    return [*found, *(f"{op}: acknowledged before the kill and gone after it" for op in missing)]


def main() -> int:
    """Kill in rounds, each with a fresh office, and print the figures; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description="The server is killed while browsers write.")
    parser.add_argument("--times", type=int, default=200, help="kills (default 200)")
    parser.add_argument("--writers", type=int, default=4, help="browsers (default 4)")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each has the next one")
    options = parser.parse_args()
    figures = Figures()
    with hatchery() as nest:
        for seed, done in enumerate(range(0, options.times, KILLS_A_ROUND), start=options.seed):
            with tempfile.TemporaryDirectory(prefix="meetings-kills-") as place:
                folder = Path(place) / "data"
                folder.mkdir()
                ledger, lost = kill_times(
                    nest,
                    folder,
                    times=min(KILLS_A_ROUND, options.times - done),
                    writers=options.writers,
                    seed=seed,
                )
            figures.add(ledger, [f"seed {seed}: {each}" for each in lost])
    print(figures)
    return 1 if figures.lost else 0


if __name__ == "__main__":
    sys.exit(main())
