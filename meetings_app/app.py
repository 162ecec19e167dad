"""Wires everything: settings, database, routes of all packages, templates, static files."""

import hashlib
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import CacheControlHeader
from litestar.middleware import DefineMiddleware
from litestar.static_files import create_static_files_router

from agenda.web import routes as agenda_routes
from calendars.web import routes as calendars_routes
from honoraria.web import routes as honoraria_routes
from meetings_app.core.clock import Clock, SystemClock, running_from, tokyo
from meetings_app.db.engine import Database, open_database
from meetings_app.db.migrate import migrate
from meetings_app.services.audit import last_recorded
from meetings_app.services.office_settings import demo_day
from meetings_app.settings import Settings, load_settings
from meetings_app.web import routes as shared_routes
from meetings_app.web.access import PUBLIC, check_declarations, require_role
from meetings_app.web.auth import SessionMiddleware
from meetings_app.web.cookies import Cookies
from meetings_app.web.errors import HANDLERS
from meetings_app.web.given import dependencies
from meetings_app.web.page import environments, nav_roles
from meetings_app.web.security import LARGEST_BODY, header_hook, require_form_token
from minutes.web import routes as minutes_routes
from minutes.web.live_hub import LiveHub
from minutes.web.live_regions import render_regions

ROUTE_MODULES = (shared_routes, agenda_routes, minutes_routes, honoraria_routes, calendars_routes)
"""Each exposes `route_handlers`; a further package is one more entry."""

STATIC = Path(str(files("meetings_app") / "web" / "static"))
A_YEAR = 365 * 24 * 3600
NO_SESSION = "exclude_from_auth"
"""Litestar's mark for routes that do not ask who is there."""


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Litestar:
    """Return the application; brings the database to the newest schema first.

    Without settings they come from the environment (this is the factory the server calls). Raises TypeError
    for a route that does not say who may use it, Refused for data of a newer version.
    """
    settings = settings or load_settings()
    database = _ready_database(settings)
    app = wire(https=settings.https)
    app.state.update(office_state(settings, database, clock))
    return app


def wire(*, https: bool) -> Litestar:
    """Return the application without an office: routes, guards, templates. Its state takes `office_state`.

    Raises TypeError for a route that does not say who may use it.
    """
    static_root = f"/static/{static_version()}"
    live = LiveHub(render_regions)
    app = Litestar(
        route_handlers=[_routes(), *_static_routers(static_root)],
        dependencies=dependencies(),
        guards=[require_role, require_form_token],
        middleware=[DefineMiddleware(SessionMiddleware)],
        before_send=[header_hook(https=https)],
        exception_handlers=HANDLERS,
        on_shutdown=[_leave],
        plugins=[live.channels],
        lifespan=[live.running],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=LARGEST_BODY,
    )
    app.state.update(
        cookies=Cookies(https=https),
        environments=environments(static_root),
        nav_roles=nav_roles(app),
        live=live,
    )
    check_declarations(app)
    return app


def office_state(settings: Settings, database: Database, clock: Clock | None) -> dict[str, Any]:
    """Return what makes a wired application that of one office; the database stands at the newest schema."""
    start = _demo_start(database)
    return {
        "settings": settings,
        "db": database,
        "clock": clock or (SystemClock() if start is None else running_from(start)),
        "is_demo": start is not None,
    }


def _leave(app: Litestar) -> None:
    """Close what `office_state` opened."""
    app.state.db.dispose()


def static_version() -> str:
    """Return a name for the present content of the static files: they may be kept for a year under it."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(STATIC).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _ready_database(settings: Settings) -> Database:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(settings.database_url)
    migrate(database)
    return database


def _demo_start(database: Database) -> datetime | None:
    """Return when a demonstration's clock starts: on the afternoon of the day it shows, and never before what was
    recorded in it that day, so that a meeting left running goes on. None for an office.
    """
    with database.read() as session:
        demo = demo_day(session)
        if demo is None:
            return None
        afternoon = tokyo(demo.as_of, 16, 30)
        last = last_recorded(session, before=tokyo(demo.as_of + timedelta(days=1), 0))
    return max(afternoon, last) if last else afternoon


def _routes() -> Router:
    """Return all routes in one router.

    Given to the app one by one, the second handler of a path makes Litestar 2.25 wrap the first one's thread
    twice, which then fails.
    """
    return Router(
        "/", route_handlers=[handler for module in ROUTE_MODULES for handler in module.route_handlers]
    )


def _static_routers(static_root: str) -> list[Router]:
    """Return the static files twice: for a year under their version, and to be asked for anew without one."""
    kept = CacheControlHeader(public=True, max_age=A_YEAR, immutable=True)
    return [
        create_static_files_router(
            path=path, directories=[STATIC], name=name, cache_control=cache, opt=PUBLIC | {NO_SESSION: True}
        )
        for path, name, cache in (
            (static_root, "static", kept),
            ("/static", "static-unversioned", CacheControlHeader(no_cache=True)),
        )
    ]
