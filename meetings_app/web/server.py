"""The server process: one worker, no access log, gone when it is told to stop."""

import os
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from granian import Granian
from granian.constants import Interfaces

from meetings_app.core.errors import Refused
from meetings_app.db.engine import open_database
from meetings_app.db.migrate import migrate
from meetings_app.settings import DATA_VARIABLE, DATABASE_VARIABLE, SECURE_VARIABLE, Settings
from meetings_app.web.leaving import tell_workers

APP = "meetings_app.app:create_app"
STOP_SECONDS = 3
"""How long open answers are waited for when the server stops; event streams are told to end before."""

READY_SECONDS = 60
_POLL_SECONDS = 0.1


class _Server(Granian):  # type: ignore[misc, valid-type]  # one of two classes, chosen by the interpreter
    """Tells its worker before it stops it."""

    def shutdown(self, exit_code: int = 0) -> None:
        tell_workers()
        super().shutdown(exit_code)


def serve(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    on_ready: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve until SIGINT or SIGTERM; returns when the worker is gone too.

    `port` 0 takes a free one. `on_ready` gets the address once it really answers. Raises Refused when the
    address cannot be taken, or the data was written by a newer version.
    """
    _prepare(settings)
    port = claim_port(host, port)
    # The worker is a process of its own: it reads its settings from the environment.
    os.environ |= {DATA_VARIABLE: str(settings.data), DATABASE_VARIABLE: settings.database_url}
    os.environ[SECURE_VARIABLE] = "1" if settings.https else "0"
    server = _Server(
        APP,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        websockets=False,
        log_enabled=False,
        log_access=False,
        workers_kill_timeout=STOP_SECONDS,
    )
    stopped = threading.Event()
    # The announcer sleeps first, so that the worker is forked from a process that does nothing else.
    announcer = threading.Thread(target=_announce, args=(host, port, on_ready, stopped), daemon=True)
    server.on_startup(announcer.start)
    try:
        server.serve()
    finally:
        stopped.set()


def claim_port(host: str, port: int) -> int:
    """Return the port to use, a free one for 0. Raises Refused when it is taken or not ours to take."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"{host} のポート {port} は使えません。"
                "ほかのプログラムが使っていないか確かめるか、別の番号を指定してください。"
            ) from error
        claimed: int = probe.getsockname()[1]
        return claimed


def address_of(host: str, port: int) -> str:
    """Return the address to type into a browser; one that listens everywhere is reached as 127.0.0.1."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def _prepare(settings: Settings) -> None:
    """Migrate before the worker starts, so that a refusal reaches the person at the keyboard."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    try:
        migrate(database)
    finally:
        database.dispose()


def _announce(host: str, port: int, on_ready: Callable[[str], None], stopped: threading.Event) -> None:
    address = address_of(host, port)
    until = time.monotonic() + READY_SECONDS
    while not stopped.wait(_POLL_SECONDS) and time.monotonic() < until:
        if _answers(f"{address}/healthz"):
            on_ready(address)
            return


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=1) as answer:
            return bool(answer.read() == b"ok")
    except (OSError, urllib.error.URLError):
        return False
