"""The server is killed twenty times while browsers write: the database is whole and holds all it acknowledged.

The long form runs by command: `python -m tests.fuzz.kills --times 200`.
"""

import shutil
from pathlib import Path

from tests.fuzz.kills import kill_times
from tests.fuzz.server import hatchery

TIMES = 20


def test_a_killed_server_has_lost_nothing_it_acknowledged(tmp_path: Path, migrated_file: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / migrated_file.name)
    with hatchery() as nest:
        ledger, lost = kill_times(nest, folder, times=TIMES, writers=4, seed=1)
    assert lost == []
    assert ledger.counts["kills"] == TIMES
    assert ledger.counts["saved"] > TIMES
