"""依存の向き: the contracts in pyproject.toml hold, and the pure commands stay free of web and database."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_imports_run_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["rules", "check", str(ROOT / "tests" / "rule_cases" / "travel.yaml")], ["kinship", "P>C>C"]],
)
def test_pure_commands_import_neither_web_nor_database_nor_word(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from meetings_app.cli import main\n"
        f"status = main({arguments!r})\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'litestar', 'docx', 'sqlite3'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)\n"
        "raise SystemExit(status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
