"""A whole app over a database of its own, with one account per role."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient
from sqlmodel import Session

from meetings_app.app import ROUTE_MODULES, office_state, wire
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.terms import CommitteeKind, Role
from meetings_app.db.engine import Database, open_database, sqlite_url
from meetings_app.db.migrate import migrate
from meetings_app.services.accounts import add_user, start_session
from meetings_app.services.passwords import hash_password
from meetings_app.settings import Settings
from meetings_app.tables.committees import Committee
from meetings_app.tables.people import Person
from meetings_app.web.auth import SESSION_COOKIE
from meetings_app.web.security import form_token

NOON = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""令和8年11月25日（水）12:00 in Japan."""

PASSWORD = "long enough to be good"
LOGINS = {
    Role.SECRETARIAT: "jimukyoku",
    Role.CHAIR: "iincho",
    Role.ACCOUNTING: "kaikei",
    Role.MEMBER: "iin",
    Role.CITY_OFFICER: "fukushi",
    Role.REGIONAL: "keniki",
}

WebClient = TestClient[Litestar]


@cache
def password_hash() -> str:
    """Hash PASSWORD once for all tests: it is slow on purpose."""
    return hash_password(PASSWORD)


@cache
def _migrated_file() -> Path:
    """Migrate once for all tests."""
    folder = Path(mkdtemp(prefix="meetings-app-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = open_database(sqlite_url(folder))
    migrate(database)
    database.dispose()
    return folder / "meetings.sqlite3"


@dataclass
class MovingClock:
    """A clock that moves when told to."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Web:
    """The app under test: its database, its clock, one committee and one account per role."""

    app: Litestar
    db: Database
    clock: MovingClock
    committee_id: str = ""
    users: dict[Role, str] = field(default_factory=dict)
    people: dict[Role, str] = field(default_factory=dict)

    @contextmanager
    def client(self, role: Role | None = None) -> Iterator[WebClient]:
        """Open a browser, signed in as `role` or not; it follows no redirects. One at a time (the client's limit)."""
        with TestClient(self.app, raise_server_exceptions=False) as client:
            client.follow_redirects = False
            if role is not None:
                self.sign_in(client, role)
            yield client

    def sign_in(self, client: WebClient, role: Role) -> str:
        """Put a session of `role` into the browser without the slow password check; return its token."""
        token = self.session_of(role)
        client.cookies.set(cookie_name(self.app, SESSION_COOKIE), token)
        client.headers["X-CSRF-Token"] = form_token(token)
        return token

    def session_of(self, role: Role) -> str:
        """Begin a session of `role`, as another browser would; return its token."""
        with self.db.write() as session:
            return start_session(session=session, clock=self.clock, user_id=self.users[role])

    def actor(self, role: Role) -> Actor:
        """Return the account of `role` as services see it."""
        return Actor(
            name=LOGINS[role],
            role=role,
            committee_id=self.committee_id,
            user_id=self.users[role],
            person_id=self.people[role],
        )


def app_over(folder: Path, clock: Clock, *, https: bool = False) -> Litestar:
    """Return what `create_app` returns for the SQLite file in `folder`, which stands at the newest schema.

    Wiring some hundred routes takes longer than most tests, so it is done once for the same routes: each app is a
    copy with a state of its own. Apps of two tests share routes and templates, which nothing changes, and nothing else.
    """
    settings = Settings(data=folder, database_url=sqlite_url(folder), https=https)
    wired = _wired(https, tuple(handler for module in ROUTE_MODULES for handler in module.route_handlers))
    app = copy(wired)
    app.asgi_router = copy(wired.asgi_router)
    app.asgi_router.app = app
    app.state = State(wired.state.dict())
    app.state.update(office_state(settings, open_database(settings.database_url), clock))
    return app


@cache
def _wired(https: bool, _routes: tuple[Any, ...]) -> Litestar:
    return wire(https=https)


def open_web(folder: Path, *, https: bool = False, clock: MovingClock | None = None) -> Web:
    """Make an app over a fresh SQLite file in `folder`, with a committee and an account per role."""
    clock = clock or MovingClock()
    shutil.copy(_migrated_file(), folder / _migrated_file().name)
    app = app_over(folder, clock, https=https)
    web = Web(app=app, db=app.state.db, clock=clock)
    with web.db.write() as session:
        _fill(web, session)
    return web


def _fill(web: Web, session: Session) -> None:
    committee = Committee(
        kind=CommitteeKind.SUPPORT, name="釧路市支援調整会議", municipality="釧路市", region="釧路総合振興局"
    )
    session.add(committee)
    session.flush()
    web.committee_id = committee.id
    system = Actor(name="tests", role=Role.SECRETARIAT, committee_id=committee.id)
    for role, login in LOGINS.items():
        person = Person(name=f"{role.value} 太郎")
        session.add(person)
        session.flush()
        web.people[role] = person.id
        user = add_user(
            session=session,
            actor=system,
            clock=web.clock,
            login=login,
            display_name=login,
            role=role,
            committee_id=committee.id,
            person_id=person.id,
            password_hash=password_hash(),
        )
        web.users[role] = user.id


def cookie_name(app: Litestar, plain: str) -> str:
    """Return the full name of one of the app's cookies."""
    name: str = app.state.cookies.name(plain)
    return name


def token_in(html: str) -> str:
    """Return the form token of a page."""
    mark = 'name="_csrf_token" value="'
    start = html.index(mark) + len(mark)
    return html[start : html.index('"', start)]


def routes_of(app: Litestar) -> list[tuple[str, str, Any]]:
    """Return (method, path with unknown ids, handler) for every route but OPTIONS and static files."""
    unknown = {"str": "0" * 32, "int": "9", "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "path": "x"}
    found = []
    for route in app.routes:
        path = _with_unknown_ids(route, unknown)
        if path.startswith("/static"):
            continue
        for handler in getattr(route, "route_handlers", ()):
            found += [(str(m), path, handler) for m in sorted(handler.http_methods) if m != "OPTIONS"]
    return found


def _with_unknown_ids(route: Any, unknown: dict[str, str]) -> str:
    parts = [
        part if isinstance(part, str) else unknown.get(part.type.__name__, "0" * 32)
        for part in route.path_components
    ]
    return "/" + "/".join(part.strip("/") for part in parts)
