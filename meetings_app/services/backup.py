"""Backups of the SQLite file, and bringing one back. PostgreSQL has tools of its own for both."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from sqlalchemy import make_url

from meetings_app.core.errors import Refused
from meetings_app.db.engine import open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.db.sqlite_file import MAGIC, connect, fault_in, files_of, holds_data, refuse_foreign
from meetings_app.settings import Settings

IN_USE = "いまのデータを、ほかのプログラムが開いています。動いているプログラムを止めてから、もう一度実行してください。"


def backup(settings: Settings, target: Path, *, force: bool = False) -> None:
    """控えを取る: write the whole database to the one file `target`, readable by its owner alone.

    People may go on working meanwhile: the copy holds the state of one moment. It is checked before it takes
    the name `target`, so that a file of that name is always whole. Raises Refused when there is no data, when
    the data is damaged, when `target` cannot be written, or when it is there already and `force` is not given.
    """
    source = _database_file(settings)
    if not source.is_file():
        raise Refused(f"データがありません（{source}）。データの場所の指定を確かめてください。")
    _refuse_target(source, target, force=force)
    with _explained(f"控え（{target}）を書き込めません"), _unfinished(target) as copy:
        _copy_online(source, copy)
        if fault := fault_in(copy):
            raise Refused(f"控えを取れません。{fault}。以前の控えから戻すか、保守担当に連絡してください。")
        _flush(copy)
        copy.replace(target)


def restore(settings: Settings, source: Path, *, force: bool = False) -> Path | None:
    """控えから戻す: put the data of the backup `source` in the place of the present database.

    The backup is copied, checked and brought to the newest schema first; only then does it take the place of
    the present file, whole or not at all. Returns where the former database is kept
    (`meetings.sqlite3.before-restore-<n>`), or None where there was none. Raises Refused when `source` is
    missing, empty, no database, damaged, of another product or of a newer version; when the present database
    holds data and `force` is not given; when somebody has the present database open.
    """
    database = _database_file(settings)
    with _explained("控えから戻せません"):
        _refuse_source(source, database)
        if not force and holds_data(database):
            raise Refused(
                "いまのデータが残っています。入れ替えてよければ、強制（force）を指定して、もう一度実行してください。"
                "いまのデータは、名前を変えて残します。"
            )
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".restore-", dir=database.parent) as folder:
            return _take_place(_made_ready(source, Path(folder)), database)


def _database_file(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise Refused(
            "PostgreSQLのデータの控えは pg_dump で取り、pg_restore で戻してください。"
            "この操作は、SQLiteのデータだけを扱います。"
        )
    if url.database in (None, "", ":memory:"):
        raise Refused("データがファイルにないので、控えを扱えません。データの場所の指定を確かめてください。")
    return Path(str(url.database))


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        raise Refused(
            f"{what}（{error.strerror}）。ディスクの空きと、読み書きの許可を確かめてください。"
        ) from error


def _refuse_target(source: Path, target: Path, *, force: bool) -> None:
    if target.resolve() in files_of(source.resolve()) or (target.exists() and target.samefile(source)):
        raise Refused("いま使っているデータの上には控えを書けません。別の名前を指定してください。")
    if target.is_dir():
        raise Refused(f"{target} はフォルダーです。控えのファイルの名前まで指定してください。")
    if target.exists() and not force:
        raise Refused(
            f"{target} はすでにあります。別の名前にするか、上書き（force）を指定して、もう一度実行してください。"
        )
    if not target.parent.is_dir():
        raise Refused(
            f"控えを置くフォルダー（{target.parent}）がありません。作ってから、もう一度実行してください。"
        )


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """Give an empty file beside `target`, for its owner alone; gone afterwards if it was not renamed."""
    with NamedTemporaryFile(prefix=f".{target.name}.", dir=target.parent, delete=False) as file:
        copy = Path(file.name)
    try:
        yield copy
    finally:
        for left in files_of(copy):
            left.unlink(missing_ok=True)


def _copy_online(source: Path, copy: Path) -> None:
    """Copy by SQLite's own backup, which takes one consistent state and does not disturb writers."""
    try:
        with closing(connect(source)) as live, closing(connect(copy)) as taken:
            live.backup(taken)
            _leave_wal_mode(taken)
    except sqlite3.DatabaseError as error:
        raise Refused(
            f"控えを取れません（{error}）。ディスクの空きを確かめ、それでも取れなければ保守担当に連絡してください。"
        ) from error


def _leave_wal_mode(connection: sqlite3.Connection) -> None:
    """Make the database one plain file, with nothing beside it."""
    connection.execute("PRAGMA journal_mode=DELETE")


def _flush(file: Path) -> None:
    """Wait until the file is on the disk: only then may it take the place of another."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def _refuse_source(source: Path, database: Path) -> None:
    """Look at the backup from outside, before anything is copied. Raises Refused."""
    if not source.is_file():
        raise Refused(f"控えのファイル（{source}）がありません。場所と名前を確かめてください。")
    if database.exists() and source.samefile(database):
        raise Refused("いま使っているデータそのものが指定されています。控えのファイルを指定してください。")
    with source.open("rb") as file:
        start = file.read(len(MAGIC))
    if not start:
        raise Refused(f"控えのファイル（{source}）は空です。別の控えを使ってください。")
    if start != MAGIC:
        raise Refused(
            f"{source} はデータベースのファイルではありません。控え（backup）で作ったファイルを指定してください。"
        )


def _made_ready(source: Path, folder: Path) -> Path:
    """Copy the backup into `folder`, check it and bring it to the newest schema. Raises Refused.

    The backup itself is never opened, and so never changed.
    """
    copy = Path(str(make_url(sqlite_url(folder)).database))
    for original, here in zip(files_of(source), files_of(copy), strict=True):
        if original.exists() and not original.name.endswith("-shm"):  # SQLite makes that one anew
            shutil.copyfile(original, here)
            here.chmod(0o600)
    if fault := fault_in(copy):
        raise Refused(f"控えのファイルは使えません。{fault}。別の控えを使ってください。")
    refuse_foreign(copy)
    database = open_database(sqlite_url(folder))
    try:
        migrate(database)
    finally:
        database.dispose()
    with closing(connect(copy)) as connection:
        _leave_wal_mode(connection)
    _flush(copy)
    return copy


def _take_place(copy: Path, database: Path) -> Path | None:
    """Put `copy` where `database` is, in one step, and keep what was there. Returns where it is kept."""
    if not database.exists():
        copy.replace(database)
        return None
    _refuse_in_use(database)
    former = _kept(database)
    _give_to_owner_of(database, copy)
    for companion in files_of(database)[1:]:
        companion.unlink(missing_ok=True)  # or SQLite would take it for a part of the new file
    copy.replace(database)
    return former


def _refuse_in_use(database: Path) -> None:
    """Close the database for good: SQLite leaves WAL mode only when nobody else has the file open."""
    try:
        with closing(connect(database)) as connection:
            _leave_wal_mode(connection)
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise Refused(IN_USE) from error
    except sqlite3.DatabaseError:
        pass  # damaged: nothing to be closed, and a reason to restore


def _kept(database: Path) -> Path:
    """Give the database, with its companions, a second name of its own. Returns that name."""
    names = (database.with_name(f"{database.name}.before-restore-{n}") for n in count(1))
    former = next(name for name in names if not name.exists())
    for file, name in zip(files_of(database), files_of(former), strict=True):
        if file.exists():
            _link(file, name)
    return former


def _link(file: Path, name: Path) -> None:
    try:
        name.hardlink_to(file)
    except OSError:  # a file system without hard links
        shutil.copy2(file, name)


def _give_to_owner_of(database: Path, copy: Path) -> None:
    """Let the program go on reading its data where somebody else, such as root, restores it."""
    owner = database.stat()
    if owner.st_uid != copy.stat().st_uid:
        os.chown(copy, owner.st_uid, owner.st_gid)
