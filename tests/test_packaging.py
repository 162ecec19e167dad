"""配布物: the wheel holds everything the program needs besides its modules."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("agenda", "calendars", "honoraria", "meetings_app", "minutes")
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in a wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        ".",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        folder,
    ]
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(_command(pip, folder), cwd=ROOT, check=True, capture_output=True, timeout=120, env=quiet)
    (wheel,) = folder.glob("meetings_app-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _command(pip: list[str | Path], folder: Path) -> list[str | Path]:
    """Use pip with the backend that is installed; where none is, let pip fetch it as anybody installing does."""
    probe = subprocess.run([sys.executable, "-c", "import hatchling"], capture_output=True)
    if probe.returncode:
        return [part for part in pip if part != "--no-build-isolation"]
    probe = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)
    return [sys.executable, "-c", BUILD, folder] if probe.returncode else pip


def test_data_files_are_inside(names: set[str]) -> None:
    assert {
        "agenda/sample/kushiro_fy2013_plan_register.csv",
        "meetings_app/db/migrations/env.py",
        "meetings_app/db/migrations/script.py.mako",
        "meetings_app/db/migrations/versions/0001_first_schema.py",
        "meetings_app/rulebook/regional_council.yaml",
        "meetings_app/rulebook/support_coordination.yaml",
        "meetings_app/web/static/app.css",
        "meetings_app/web/static/htmx.min.js",
        "meetings_app/web/static/licenses/htmx.txt",
        "meetings_app/web/templates/base.html",
        "meetings_app/web/templates/login.html",
        "meetings_app/web/translations/en.po",
    } <= names


def test_every_file_of_the_packages_is_inside(names: set[str]) -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there - names == set()


def test_nothing_else_is_inside(names: set[str]) -> None:
    others = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert others == set(PACKAGES)


def test_the_command_is_registered(names: set[str]) -> None:
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
