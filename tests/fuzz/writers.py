"""Several browsers write in the same fields of one meeting, over HTTP, on a bad network, while the server restarts.

Run it for long by hand from the root of the checkout: `python -m tests.fuzz.writers --minutes 60 --writers 10`.
Each round has a fresh office; after it, everything that was acknowledged has to be there. The seed decides what
the browsers do; what they meet depends on the machine too.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random

from meetings_app.db.engine import Database
from minutes.services.live_fields import pending_conflicts
from tests.fuzz.browsers import Browser, run_browsers
from tests.fuzz.ledger import Ledger, problems
from tests.fuzz.office import Office, fill_office, open_folder
from tests.fuzz.report import Figures
from tests.fuzz.server import Server, hatchery, serving
from tests.fuzz.wires import HttpWire, ServiceWire

ROUND_SECONDS = 60.0
RESTART_SECONDS = 10.0


def browsers_of(server: Server, office: Office, seed: int, ledger: Ledger) -> list[Browser]:
    """Return a browser for each token, every one with chances of its own."""
    return [
        Browser(
            name=f"w{number}",
            wire=HttpWire(server.port, office.meeting_id, token),
            item_ids=office.item_ids,
            random=Random(f"{seed}-{number}"),
            ledger=ledger,
        )
        for number, token in enumerate(office.tokens)
    ]


def write_for(
    nest: "subprocess.Popen[str]",
    folder: Path,
    *,
    seconds: float,
    writers: int,
    seed: int,
    restart_every: float,
) -> tuple[Ledger, list[str]]:
    """Let `writers` browsers write for `seconds`; return what they were told, and what is wrong with it.

    The server restarts at least once, however slow the machine is.
    """
    database = open_folder(folder)
    try:
        office, ledger = fill_office(database, writers), Ledger()
        with serving(nest, folder) as server:
            until, enough = time.monotonic() + seconds, threading.Event()
            threads = run_browsers(browsers_of(server, office, seed, ledger), enough.is_set)
            while time.monotonic() < until or not ledger.counts["restarts"]:
                time.sleep(restart_every)
                restart(server, ledger)
            enough.set()
            for thread in threads:
                thread.join()
            return ledger, problems(database, office.item_ids, ledger) + unshown(server, office, database)
    finally:
        database.dispose()


def restart(server: Server, ledger: Ledger) -> None:
    """Stop the server as its operator would, and start it again."""
    if server.stop() != 0:
        ledger.faults.append("the server did not stop by itself")
    server.start()
    ledger.counts["restarts"] += 1


def unshown(server: Server, office: Office, database: Database) -> list[str]:
    """Return what a browser that comes back is not shown: a field's text, or a text that waits to be chosen."""
    wire = HttpWire(server.port, office.meeting_id, office.tokens[0])
    try:
        shown, fields = wire.whole_state(), wire.state()
    finally:
        wire.close()
    stands = ServiceWire(database, office.meeting_id, office.item_ids, office.actors[0]).state()
    with database.read() as session:
        waiting = {
            (conflict.write_id, conflict.yours, conflict.current)
            for conflicts in pending_conflicts(session, office.item_ids).values()
            for conflict in conflicts
        }
    seen = {(conflict["op"], conflict["yours"], conflict["current"]) for conflict in shown["conflicts"]}
    return [f"not shown: {each}" for each in (waiting - seen) | (stands.items() - fields.items())]


def main() -> int:
    """Run rounds until the time is up, and print the figures; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description="Several browsers write in the same fields at once.")
    parser.add_argument("--minutes", type=float, default=60, help="how long (default 60)")
    parser.add_argument("--writers", type=int, default=10, help="browsers (default 10)")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each has the next one")
    parser.add_argument("--restart-every", type=float, default=RESTART_SECONDS, help="seconds")
    options = parser.parse_args()
    figures, end, seed = Figures(), time.monotonic() + options.minutes * 60, options.seed
    with hatchery() as nest:
        while time.monotonic() < end and not figures.lost:
            with tempfile.TemporaryDirectory(prefix="meetings-fuzz-") as folder:
                ledger, lost = write_for(
                    nest,
                    Path(folder),
                    seconds=min(ROUND_SECONDS, end - time.monotonic()),
                    writers=options.writers,
                    seed=seed,
                    restart_every=options.restart_every,
                )
            figures.add(ledger, [f"seed {seed}: {each}" for each in lost])
            seed += 1
    print(figures)
    return 1 if figures.lost else 0


if __name__ == "__main__":
    sys.exit(main())
