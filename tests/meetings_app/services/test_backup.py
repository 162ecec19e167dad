"""A backup is whole or absent; a restore takes place whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from meetings_app.core.errors import Refused
from meetings_app.db.engine import Database, open_database, sqlite_url
from meetings_app.db.migrate import current_revision
from meetings_app.services.backup import backup, restore
from meetings_app.settings import Settings
from tests.rows import fill, read_all

ROOT = Path(__file__).parents[3]

HOLD_OPEN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT count(*) FROM person").fetchall()
print("open", flush=True)
sys.stdin.read()
connection.close()
"""

Spoil = Callable[[Path], None]


@pytest.fixture
def office(tmp_path: Path, migrated_file: Path) -> Settings:
    """The settings of an office whose tables hold one row each."""
    return filled(tmp_path / "office", migrated_file)


@pytest.fixture
def other(tmp_path: Path) -> Settings:
    """The settings of a place where nothing has been stored yet."""
    return settings_for(tmp_path / "other")


@pytest.fixture
def copy(office: Settings, tmp_path: Path) -> Path:
    """A backup of the office."""
    target = tmp_path / "backup.sqlite3"
    backup(office, target)
    return target


def settings_for(folder: Path) -> Settings:
    return Settings(data=folder, database_url=sqlite_url(folder))


def filled(folder: Path, migrated_file: Path) -> Settings:
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / "meetings.sqlite3")
    settings = settings_for(folder)
    with opened(settings) as database:
        fill(database)
    return settings


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    database = open_database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()


def content(settings: Settings) -> dict[str, list[dict[str, object]]]:
    with opened(settings) as database:
        return read_all(database)


def name_in(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT name FROM person").fetchone()[0])


def rename_person(settings: Settings, name: str) -> None:
    with opened(settings) as database, database.write() as session:
        session.execute(text("UPDATE person SET name = :name"), {"name": name})


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


class TestBackup:
    def test_what_was_backed_up_comes_back(self, office: Settings, copy: Path, other: Settings) -> None:
        assert restore(other, copy) is None
        assert content(other) == content(office)

    def test_it_is_one_file_for_its_owner_alone(self, copy: Path) -> None:
        assert [file.name for file in copy.parent.glob("*backup*")] == ["backup.sqlite3"]
        assert copy.stat().st_mode & 0o777 == 0o600

    def test_work_goes_on_while_it_is_taken(self, office: Settings, tmp_path: Path) -> None:
        with opened(office) as database, database.write() as session:
            session.execute(text("UPDATE person SET name = '途中'"))
            backup(office, tmp_path / "meanwhile.sqlite3")
        assert name_in(tmp_path / "meanwhile.sqlite3") == "person-1"
        assert name_in(office.data / "meetings.sqlite3") == "途中"

    def test_it_holds_what_still_lies_beside_the_database(self, office: Settings, tmp_path: Path) -> None:
        with opened(office) as database:
            with database.write() as session:
                session.execute(text("UPDATE person SET name = '佐藤'"))
            assert (office.data / "meetings.sqlite3-wal").stat().st_size > 0
            backup(office, tmp_path / "fresh.sqlite3")
        assert name_in(tmp_path / "fresh.sqlite3") == "佐藤"

    def test_a_file_that_is_there_is_kept(self, office: Settings, copy: Path) -> None:
        rename_person(office, "佐藤")
        with pytest.raises(Refused, match=r"はすでにあります。別の名前にするか、上書き（force）を指定して"):
            backup(office, copy)
        assert name_in(copy) == "person-1"

    def test_a_file_that_is_there_is_replaced_when_asked(self, office: Settings, copy: Path) -> None:
        rename_person(office, "佐藤")
        backup(office, copy, force=True)
        assert name_in(copy) == "佐藤"

    @pytest.mark.parametrize(
        "name", ["meetings.sqlite3", "meetings.sqlite3-wal", "link", "../office/meetings.sqlite3"]
    )
    def test_the_database_itself_is_never_overwritten(self, office: Settings, name: str) -> None:
        (office.data / "link").symlink_to(office.data / "meetings.sqlite3")
        with pytest.raises(Refused, match="いま使っているデータの上には控えを書けません"):
            backup(office, office.data / name, force=True)

    def test_places_that_cannot_hold_it_are_refused(self, office: Settings, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="はフォルダーです。控えのファイルの名前まで指定してください。"):
            backup(office, tmp_path)
        with pytest.raises(Refused, match="がありません。作ってから、もう一度実行してください。"):
            backup(office, tmp_path / "nowhere" / "backup.sqlite3")

    def test_without_data_there_is_nothing_to_back_up(self, other: Settings, tmp_path: Path) -> None:
        with pytest.raises(Refused, match=r"データがありません.*データの場所の指定を確かめてください。"):
            backup(other, tmp_path / "backup.sqlite3")
        assert not other.data.exists()

    def test_damaged_data_leaves_no_backup(self, office: Settings, tmp_path: Path) -> None:
        cut_in_half(office.data / "meetings.sqlite3")
        with pytest.raises(Refused, match="控えを取れません"):
            backup(office, tmp_path / "backup.sqlite3")
        assert sorted(file.name for file in tmp_path.iterdir()) == ["office"]

    def test_data_that_does_not_fit_together_leaves_no_backup(self, office: Settings, tmp_path: Path) -> None:
        change(office.data / "meetings.sqlite3", "DELETE FROM person")
        with pytest.raises(
            Refused, match=r"控えを取れません。データの対応関係が壊れています（.*以前の控えから戻すか"
        ):
            backup(office, tmp_path / "backup.sqlite3")
        assert sorted(file.name for file in tmp_path.iterdir()) == ["office"]

    def test_postgresql_has_its_own_tools(self, tmp_path: Path) -> None:
        elsewhere = Settings(data=tmp_path, database_url="postgresql+psycopg://host/meetings")
        for act in (backup, restore):
            with pytest.raises(Refused, match="pg_dump で取り、pg_restore で戻してください"):
                act(elsewhere, tmp_path / "backup.sqlite3")


def cut_in_half(file: Path) -> None:
    with file.open("rb+") as whole:
        whole.truncate(file.stat().st_size // 2)


def overwrite_the_middle(file: Path) -> None:
    with file.open("rb+") as whole:
        whole.seek(4096)
        whole.write(b"\xff" * (file.stat().st_size - 8192))


def keep_the_header_alone(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:16] + b"\x00" * 5000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def write_text(file: Path) -> None:
    file.write_text("氏名,区分\n佐藤,委員\n", encoding="utf-8")


def delete(file: Path) -> None:
    file.unlink()


def dangle(file: Path) -> None:
    change(file, "DELETE FROM person")


def break_a_rule(file: Path) -> None:
    change(file, "PRAGMA ignore_check_constraints=ON", "UPDATE meeting SET number = -1")


def claim_a_newer_version(file: Path) -> None:
    change(file, "UPDATE alembic_version SET version_num = '9999'")


def forget_the_version(file: Path) -> None:
    change(file, "DELETE FROM alembic_version")


def have_two_versions(file: Path) -> None:
    change(file, "INSERT INTO alembic_version VALUES ('9999')")


def lose_a_table(file: Path) -> None:
    change(file, "DROP TABLE slot_answer")


def lose_a_column(file: Path) -> None:
    change(file, "ALTER TABLE audit_entry DROP COLUMN detail")


def lose_a_trigger(file: Path) -> None:
    change(file, "DROP TRIGGER tr_residence_no_overlap_insert")


def gain_a_trigger(file: Path) -> None:
    change(file, "CREATE TRIGGER spy AFTER INSERT ON person BEGIN DELETE FROM audit_entry; END")


def be_somebody_elses(file: Path) -> None:
    file.unlink()
    change(file, "CREATE TABLE songs (title TEXT)", "INSERT INTO songs VALUES ('春')")


SPOILT: list[tuple[Spoil, str]] = [
    (delete, "がありません。場所と名前を確かめてください。"),
    (empty, "は空です。別の控えを使ってください。"),
    (
        write_text,
        "はデータベースのファイルではありません。控え（backup）で作ったファイルを指定してください。",
    ),
    (cut_in_half, "ファイルが壊れています。別の控えを使ってください。"),
    (overwrite_the_middle, "ファイルが壊れています。別の控えを使ってください。"),
    (keep_the_header_alone, "ファイルが壊れています。別の控えを使ってください。"),
    (dangle, "データの対応関係が壊れています（.*別の控えを使ってください。"),
    (break_a_rule, "ファイルが壊れています。別の控えを使ってください。"),
    (claim_a_newer_version, "より新しい版のプログラムで作られています。プログラムを新しい版にしてから"),
    (forget_the_version, "この製品のデータではありません"),
    (have_two_versions, "この製品のデータではありません"),
    (lose_a_table, "この製品のデータではありません"),
    (lose_a_column, "この製品のデータではありません"),
    (lose_a_trigger, "この製品のデータではありません"),
    (gain_a_trigger, "この製品のデータではありません"),
    (be_somebody_elses, "この製品のデータではありません"),
]


class TestRestore:
    @pytest.mark.parametrize(("spoil", "sentence"), SPOILT, ids=[spoil.__name__ for spoil, _ in SPOILT])
    def test_a_spoilt_backup_changes_nothing(
        self, office: Settings, copy: Path, spoil: Spoil, sentence: str
    ) -> None:
        rename_person(office, "佐藤")
        before = content(office)
        spoil(copy)
        with pytest.raises(Refused, match=sentence):
            restore(office, copy, force=True)
        assert content(office) == before
        assert [file.name for file in office.data.iterdir()] == ["meetings.sqlite3"]

    def test_present_data_stays_unless_asked(self, office: Settings, copy: Path) -> None:
        rename_person(office, "佐藤")
        with pytest.raises(
            Refused, match="いまのデータが残っています。入れ替えてよければ、強制（force）を指定して"
        ):
            restore(office, copy)
        assert name_in(office.data / "meetings.sqlite3") == "佐藤"

    def test_former_data_is_kept_under_names_of_its_own(self, office: Settings, copy: Path) -> None:
        for n, name in enumerate(("佐藤", "伊藤"), start=1):
            rename_person(office, name)
            kept = restore(office, copy, force=True)
            assert kept == office.data / f"meetings.sqlite3.before-restore-{n}"
            assert name_in(kept) == name
            assert name_in(office.data / "meetings.sqlite3") == "person-1"
        assert name_in(office.data / "meetings.sqlite3.before-restore-1") == "佐藤"

    def test_a_database_without_rows_gives_way(
        self, copy: Path, other: Settings, office: Settings, migrated_file: Path
    ) -> None:
        other.data.mkdir()
        shutil.copyfile(migrated_file, other.data / "meetings.sqlite3")
        assert restore(other, copy) == other.data / "meetings.sqlite3.before-restore-1"
        assert content(other) == content(office)

    def test_the_backup_itself_is_left_as_it_was(self, office: Settings, copy: Path) -> None:
        before = copy.read_bytes()
        copy.chmod(0o400)
        restore(office, copy, force=True)
        assert copy.read_bytes() == before
        assert [file.name for file in copy.parent.glob("backup*")] == ["backup.sqlite3"]

    def test_what_lies_beside_a_copied_data_file_belongs_to_it(
        self, office: Settings, other: Settings
    ) -> None:
        taken = office.data.parent / "taken"
        with opened(office) as database:
            with database.write() as session:
                session.execute(text("UPDATE person SET name = '佐藤'"))
            shutil.copytree(office.data, taken)
        restore(other, taken / "meetings.sqlite3")
        assert name_in(other.data / "meetings.sqlite3") == "佐藤"

    def test_the_remains_of_damaged_data_do_not_get_into_the_new_file(
        self, office: Settings, copy: Path
    ) -> None:
        file = office.data / "meetings.sqlite3"
        expected = content(office)
        cut_in_half(file)
        (office.data / "meetings.sqlite3-wal").write_bytes(b"remains")
        with pytest.raises(Refused, match="いまのデータが残っています"):
            restore(office, copy)
        kept = restore(office, copy, force=True)
        assert kept is not None
        assert kept.exists()
        assert content(office) == expected

    def test_data_that_a_running_program_holds_open_is_not_taken_away(
        self, office: Settings, copy: Path
    ) -> None:
        file = office.data / "meetings.sqlite3"
        before = name_in(file)
        server = subprocess.Popen(
            [sys.executable, "-c", HOLD_OPEN, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
        )
        with server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"open\n"
            with pytest.raises(Refused, match="動いているプログラムを止めてから、もう一度実行してください"):
                restore(office, copy, force=True)
            server.communicate()
        assert name_in(file) == before
        assert not list(office.data.glob("*before-restore*"))
        restore(office, copy, force=True)

    def test_the_database_cannot_be_its_own_backup(self, office: Settings) -> None:
        with pytest.raises(Refused, match="いま使っているデータそのものが指定されています"):
            restore(office, office.data / "meetings.sqlite3", force=True)

    def test_it_comes_to_the_newest_schema(self, copy: Path, other: Settings, office: Settings) -> None:
        restore(other, copy)
        with opened(office) as here, opened(other) as there:
            assert current_revision(there) == current_revision(here) is not None

    def test_it_belongs_to_the_owner_of_the_former_data(self, office: Settings, copy: Path) -> None:
        file = office.data / "meetings.sqlite3"
        owner = 12345 if os.geteuid() == 0 else os.geteuid()
        os.chown(file, owner, -1)
        restore(office, copy, force=True)
        assert file.stat().st_uid == owner
        assert file.stat().st_mode & 0o777 == 0o600
