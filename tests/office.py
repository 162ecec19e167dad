"""LibreOffice, to see papers as a printer would."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TIMEOUT_SECONDS = 120


def to_pdf(docx_path: Path, tmp_path: Path) -> Path:
    """Return `docx_path` as a PDF in `tmp_path`, made by LibreOffice with a profile of its own.

    Without LibreOffice the test fails on the integration server (CI=true) and is skipped elsewhere.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        missing = "LibreOfficeがありません。libreoffice-writer-nogui を入れてください。"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    profile = tmp_path / "office-profile"
    subprocess.run(
        [
            soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", str(tmp_path), str(docx_path),
        ],
        check=True,
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
    )  # fmt: skip
    return tmp_path / f"{docx_path.stem}.pdf"
