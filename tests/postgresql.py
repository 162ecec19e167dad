"""A PostgreSQL of the suite's own: made when a test first asks for one, gone when the suite ends."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

START_SECONDS = 60
STOP_SECONDS = 30
SUPERUSER = "postgres"
MEMORY_FOLDER = Path("/dev/shm")
ROOM_BYTES = 1 << 30
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_wal_size=64MB",
    "max_wal_senders=0",
)
"""Nobody will miss this data after a power cut."""


@dataclass(frozen=True)
class Cluster:
    """A running server that listens on a Unix socket in `socket_folder` and nowhere else."""

    socket_folder: Path

    def url(self, name: str) -> str:
        """Return the address of the database `name`, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{SUPERUSER}@/{name}?host={self.socket_folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Create the database `name` as a copy of `template`; return its address."""
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop the database `name`, whoever is still connected to it."""
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def connect(self) -> psycopg.Connection:
        """Open a connection for the superuser, outside any transaction."""
        return psycopg.connect(
            host=str(self.socket_folder), user=SUPERUSER, dbname="postgres", autocommit=True
        )


def find_binaries() -> Path | None:
    """Return the folder that holds initdb and postgres; the newest where several are installed."""
    on_path = shutil.which("initdb")
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: float(found.parent.name), reverse=True
    )
    folders = ([Path(on_path).resolve().parent] if on_path else []) + installed
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


@contextmanager
def running_cluster(binaries: Path) -> Iterator[Cluster]:
    """Make a cluster in a folder of its own, run it for the length of the block, and leave nothing behind."""
    # Not under pytest's own folders: the name of a Unix socket may not exceed 107 bytes.
    with TemporaryDirectory(prefix="meetings-pg-", dir=_quickest_folder()) as folder:
        home = Path(folder)
        if owner := _owner():
            shutil.chown(home, owner, owner)
        subprocess.run(
            [binaries / "initdb", "--pgdata", home / "data", "--username", SUPERUSER, "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            check=True, capture_output=True, cwd=home, user=_owner(), group=_owner(),
        )  # fmt: skip
        with (home / "log").open("wb") as log:
            server = _start(binaries, home, log.fileno())
        try:
            cluster = Cluster(home)
            _wait_until_it_answers(cluster, server, home / "log")
            yield cluster
        finally:
            _stop(server)


def _quickest_folder() -> Path | None:
    """Return the folder that lives in memory, where there is one with room enough; None: the usual place."""
    roomy = MEMORY_FOLDER.is_dir() and shutil.disk_usage(MEMORY_FOLDER).free > ROOM_BYTES
    return MEMORY_FOLDER if roomy and os.access(MEMORY_FOLDER, os.W_OK) else None


def _owner() -> str | None:
    """Return who must own the cluster: PostgreSQL refuses to run as root."""
    return SUPERUSER if os.geteuid() == 0 else None


def _start(binaries: Path, home: Path, log: int) -> "subprocess.Popen[bytes]":
    # setpriv asks the kernel to stop the server even where the suite itself is killed.
    setpriv = shutil.which("setpriv")
    guard = [setpriv, "--pdeathsig", "INT"] if setpriv else []
    settings = ("listen_addresses=", f"unix_socket_directories={home}", *FAST)
    return subprocess.Popen(
        [*guard, binaries / "postgres", "-D", home / "data", *(part for s in settings for part in ("-c", s))],
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=home,
        user=_owner(),
        group=_owner(),
        extra_groups=[] if _owner() else None,
        start_new_session=True,  # Ctrl-C at the keyboard is for the suite, which then stops the server
    )


def _wait_until_it_answers(cluster: Cluster, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.connect().close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}") from None
            time.sleep(0.05)
        else:
            return


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Shut the server down at once but in order; it ends its own children."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(STOP_SECONDS)
