"""meetings-app minutes verify: one status for each thing that a file may be."""

from pathlib import Path

import pytest

from meetings_app.cli import main
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate
from minutes.services.anonymised import anonymised_document
from minutes.services.minutes import minutes_document
from tests.minutes.services.busy_meeting import amended, approved, busy_meeting
from tests.minutes.services.test_papers_of_minutes import edited, rewrite
from tests.office_builder import Bureau


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with an office and a file of each kind."""
    database = open_database(sqlite_url(tmp_path))
    migrate(database)
    with database.write() as session:
        busy = busy_meeting(Bureau(session))
        draft = minutes_document(session, busy.meeting)
        first, second = approved(busy), amended(busy)
        papers = {
            "newest": second.document,
            "older": first.document,
            "draft": draft,
            "again": edited(second.document),
            "changed": edited(second.document, rewrite),
            "anonymised": anonymised_document(session, busy.meeting),
            "other": b"PK",
        }
    database.dispose()
    for name, content in papers.items():
        (tmp_path / f"{name}.docx").write_bytes(content)
    return tmp_path


def test_each_kind_of_file_has_its_status(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def status(name: str) -> int:
        return main(["minutes", "verify", str(files / f"{name}.docx"), "--data", str(files)])

    assert status("newest") == 0
    assert "1バイトも変わっていません" in capsys.readouterr().out
    assert status("again") == 3
    assert status("older") == 4
    assert status("draft") == 5
    capsys.readouterr()
    assert status("changed") == 6
    assert "［－過－］" in capsys.readouterr().out
    assert status("anonymised") == 7
    assert status("other") == 1
    assert "壊れている" in capsys.readouterr().err
    assert status("missing") == 1


def test_a_file_of_another_office_is_none_of_ours(
    files: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    database = open_database(sqlite_url(elsewhere))
    migrate(database)
    database.dispose()
    assert main(["minutes", "verify", str(files / "newest.docx"), "--data", str(elsewhere)]) == 8
    assert "この事務所が発行した議事録ではありません" in capsys.readouterr().out


def test_a_folder_without_an_office_is_said_to_be_one_and_stays_empty(
    files: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path_factory.mktemp("nowhere") / "typo"
    assert main(["minutes", "verify", str(files / "newest.docx"), "--data", str(nowhere)]) == 1
    assert "この製品のデータがありません" in capsys.readouterr().err
    assert not nowhere.exists()
