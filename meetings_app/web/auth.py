"""Who a request comes from: the session cookie, and what handlers get from it."""

from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult

from meetings_app.core.actor import Actor
from meetings_app.services.accounts import SignedIn, find_session
from meetings_app.settings import Settings
from meetings_app.web.access import LoginNeeded, signed_in
from meetings_app.web.cookies import Cookies

SESSION_COOKIE = "session"
LONGEST_NEXT = 2000

WebRequest = Request[SignedIn | None, Any, State]


class SessionMiddleware(AbstractAuthenticationMiddleware):
    """Looks the session up in the database, in a thread; sets the request's user."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Return who is signed in, or None."""
        if session_token(connection) is None:
            return AuthenticationResult(user=None, auth=None)
        return AuthenticationResult(user=await sync_to_thread(find_signed_in, connection), auth=None)


def find_signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    """Return who the session cookie belongs to; reads the database."""
    token = session_token(connection)
    if token is None:
        return None
    state = connection.app.state
    with state.db.read() as session:
        return find_session(session=session, clock=state.clock, token=token)


def session_token(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Return the token in the session cookie, whether it is still good or not."""
    cookies: Cookies = connection.app.state.cookies
    return cookies.read(connection, SESSION_COOKIE) or None


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Give a handler `actor: Actor`. Raises LoginNeeded where nobody is signed in (on public routes)."""
    who = signed_in(request)
    if who is None:
        raise LoginNeeded
    return who.actor


def client_address(request: Request[Any, Any, Any]) -> str:
    """Return the address a request comes from.

    Behind the https proxy that is the last one in X-Forwarded-For, which the proxy itself wrote.
    """
    settings: Settings = request.app.state.settings
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if settings.https and forwarded:
        return forwarded
    return request.client.host if request.client else "unknown"


def safe_next(address: str | None) -> str:
    """Return where to go after login: a path of our own, or the start page for anything else."""
    if not address or len(address) > LONGEST_NEXT or not address.isprintable() or "\\" in address:
        return "/"
    if not address.startswith("/") or address.startswith("//"):
        return "/"
    path = urlsplit(address).path
    return "/" if path in {"/login", "/logout", "/language"} else address


def login_address(request: Request[Any, Any, Any]) -> str:
    """Return the login page's address that leads back to what was asked for."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = safe_next(asked)
    return "/login" if asked == "/" else f"/login?next={quote(asked, safe='/')}"
