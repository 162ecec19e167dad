"""The demonstration as its own process: run once for the whole suite, or again where a test asks for it."""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class DemoRun:
    """One run of the demonstration: where its data and papers are, and what it printed."""

    data: Path
    output: Path
    printed: str


def run_demo(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "meetings_app", "demo", "--no-serve", "--data", "data", "--output", "output"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def demo_made_once(shared: Path) -> DemoRun:
    """Return the one run of the demonstration in `shared`: whoever asks first makes it, the others wait for it.

    Nobody may change it: tests work on copies (`copy_of`).
    """
    printed = shared / "printed.txt"
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            printed.write_text(run_demo(shared), encoding="utf-8")
    return DemoRun(shared / "data", shared / "output", printed.read_text(encoding="utf-8"))


def copy_of(run: DemoRun, folder: Path) -> DemoRun:
    """Copy what a run left behind into `folder`, to go on from there."""
    shutil.copytree(run.data, folder / "data")
    shutil.copytree(run.output, folder / "output")
    return DemoRun(folder / "data", folder / "output", run.printed)


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MEETINGS_APP_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
