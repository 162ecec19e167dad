"""The demonstration as its own process: run once for the whole suite, or again where a test asks for it."""

import os
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
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MEETINGS_APP_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
