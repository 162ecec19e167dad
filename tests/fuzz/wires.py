"""Ways to send a write: over HTTP to a real server, or straight to the service. Both can break on the way."""

import http.client
import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from agenda.services.items import get_item
from meetings_app.core.actor import Actor
from meetings_app.core.clock import SystemClock
from meetings_app.db.engine import Database
from meetings_app.tables.meetings import Meeting
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.cookies import Cookies
from meetings_app.web.security import form_token
from minutes.live_tables import RecordField, Settlement
from minutes.services.field_history import fields_of
from minutes.services.live_fields import WriteAnswer, settle_conflict, write_field

TIMEOUT_SECONDS = 30


class GoneError(Exception):
    """The connection broke: nobody knows whether the write was taken."""


class Mishap(Enum):
    """What goes wrong on the way."""

    NONE = auto()
    ANSWER_LOST = auto()
    CUT_OFF = auto()


@dataclass(frozen=True)
class Sent:
    """書込み as the browser sends it."""

    op: str
    item: str
    field: RecordField
    base: int
    value: str
    writer: str


@dataclass(frozen=True)
class Choosing:
    """決着 as the browser sends it."""

    write_id: str
    how: Settlement
    base: int
    op: str
    value: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back: `waits` for a conflict, with the version and value that stand beside it."""

    result: str
    version: int
    value: str
    author: str
    write_id: str = ""
    yours: str = ""


class Wire(Protocol):
    """One browser's way to the server."""

    def write(self, sent: Sent, mishap: Mishap = Mishap.NONE) -> Answer:
        """Send a write. Raises GoneError where no answer came back."""
        ...

    def settle(self, chosen: Choosing, mishap: Mishap = Mishap.NONE) -> Answer:
        """Send a choice. Raises GoneError where no answer came back."""
        ...

    def state(self) -> dict[tuple[str, RecordField], tuple[int, str]]:
        """Return version and value of every field. Raises GoneError."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class HttpWire:
    """A browser's connection to the server on `port`."""

    def __init__(self, port: int, meeting_id: str, token: str) -> None:
        self.port = port
        self.path = f"/meetings/{meeting_id}/live"
        self.headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Cookie": f"{Cookies(https=False).name(SESSION_COOKIE)}={token}",
            "X-CSRF-Token": form_token(token),
        }
        self.connection: http.client.HTTPConnection | None = None

    def write(self, sent: Sent, mishap: Mishap = Mishap.NONE) -> Answer:
        body = {
            "op": sent.op,
            "writer": sent.writer,
            "item": sent.item,
            "field": sent.field.value,
            "base": sent.base,
            "value": sent.value,
        }
        return _read(self._post("write", body, mishap))

    def settle(self, chosen: Choosing, mishap: Mishap = Mishap.NONE) -> Answer:
        body = {"how": chosen.how.value, "base": chosen.base, "op": chosen.op, "value": chosen.value}
        return _read(self._post(f"conflicts/{chosen.write_id}", body, mishap))

    def state(self) -> dict[tuple[str, RecordField], tuple[int, str]]:
        items = self.whole_state()["items"]
        return {
            (item, RecordField(name)): (now["version"], now["value"])
            for item, fields in items.items()
            for name, now in fields.items()
        }

    def whole_state(self) -> dict[str, Any]:
        """Return everything that a browser gets to know when it comes back."""
        try:
            connection = self._connected()
            connection.request("GET", f"{self.path}/state", headers=self.headers)
            answer = connection.getresponse()
            content: dict[str, Any] = json.loads(answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise GoneError from error
        assert answer.status == 200, content
        return content

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _connected(self) -> http.client.HTTPConnection:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        return self.connection

    def _post(self, what: str, body: dict[str, Any], mishap: Mishap) -> dict[str, Any]:
        content = json.dumps(body).encode()
        try:
            connection = self._connected()
            if mishap is Mishap.CUT_OFF:
                self._cut_off(connection, what, content)
            connection.request("POST", f"{self.path}/{what}", body=content, headers=self.headers)
            if mishap is Mishap.ANSWER_LOST:
                raise ConnectionAbortedError
            answer = connection.getresponse()
            said: dict[str, Any] = json.loads(answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise GoneError from error
        assert answer.status in (200, 409), (answer.status, said)
        return said

    def _cut_off(self, connection: http.client.HTTPConnection, what: str, content: bytes) -> None:
        """Send half of the request."""
        connection.putrequest("POST", f"{self.path}/{what}")
        for name, value in {**self.headers, "Content-Length": str(len(content))}.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(content[: len(content) // 2])
        raise ConnectionAbortedError


def _read(said: dict[str, Any]) -> Answer:
    if said["result"] != "conflict":
        return Answer(said["result"], said["version"], said["value"], said["author"])
    now = said["current"]
    return Answer(
        "conflict", now["version"], now["value"], now["author"], said["yours"]["op"], said["yours"]["value"]
    )


class _Crash(Exception):  # noqa: N818 - what a crash is in a test
    pass


class ServiceWire:
    """The service itself, in one transaction a call; what is cut off is rolled back, as after a crash."""

    def __init__(self, database: Database, meeting_id: str, item_ids: tuple[str, ...], actor: Actor) -> None:
        self.database = database
        self.meeting_id = meeting_id
        self.item_ids = item_ids
        self.actor = actor

    def write(self, sent: Sent, mishap: Mishap = Mishap.NONE) -> Answer:
        try:
            with self.database.write() as session:
                answer = write_field(
                    session=session,
                    actor=self.actor,
                    clock=SystemClock(),
                    meeting=session.get_one(Meeting, self.meeting_id),
                    view=get_item(session, sent.item, self.meeting_id),
                    field=sent.field,
                    value=sent.value,
                    base=sent.base,
                    op=sent.op,
                    writer=sent.writer,
                )
                _crash_if(mishap)
        except _Crash as crash:
            raise GoneError from crash
        return _given(answer, mishap)

    def settle(self, chosen: Choosing, mishap: Mishap = Mishap.NONE) -> Answer:
        try:
            with self.database.write() as session:
                answer = settle_conflict(
                    session=session,
                    actor=self.actor,
                    clock=SystemClock(),
                    meeting=session.get_one(Meeting, self.meeting_id),
                    write_id=chosen.write_id,
                    how=chosen.how,
                    value=chosen.value,
                    base=chosen.base,
                    op=chosen.op,
                )
                _crash_if(mishap)
        except _Crash as crash:
            raise GoneError from crash
        return _given(answer, mishap)

    def state(self) -> dict[tuple[str, RecordField], tuple[int, str]]:
        with self.database.read() as session:
            return {
                (item, field): (now.version, now.value)
                for item, fields in fields_of(session, self.item_ids).items()
                for field, now in fields.items()
            }

    def close(self) -> None:
        """Nothing to do: a transaction lasts for one call."""


def _crash_if(mishap: Mishap) -> None:
    if mishap is Mishap.CUT_OFF:
        raise _Crash


def _given(answer: WriteAnswer, mishap: Mishap) -> Answer:
    if mishap is Mishap.ANSWER_LOST:
        raise GoneError
    if answer.result == "conflict":
        return Answer("conflict", answer.version, answer.value, answer.author, answer.op, answer.yours)
    return Answer(answer.result, answer.version, answer.value, answer.author)
