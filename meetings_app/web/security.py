"""What every response carries, and the token that every form carries.

The token is our own and not Litestar's CSRFConfig. That one keeps a cookie signed with a server-wide secret:
the secret would have to be stored (after a restart with a new one, browsers keep sending a cookie that is never
replaced, and every form is refused), the token belongs to no session, and a `_csrf_token` that is a file or not
ASCII is a fault of 500. Here the secret is what the browser already keeps from scripts: the session's token, or
before login a `visitor` cookie of 256 random bits. The form's token is derived from it (HMAC), so it ends with
the session, needs no storage and no key of the server, and a session begun by somebody else does not know it.

Every method but GET, HEAD and OPTIONS is checked, on every route, without exceptions: the field `_csrf_token` of
a form, or the header `X-CSRF-Token`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from meetings_app.core.errors import Forbidden
from meetings_app.web.access import signed_in
from meetings_app.web.cookies import Cookies
from meetings_app.web.forms import close_uploads, read_fields

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of one request; a route that takes files may set its own `request_max_body_size`."""

TOKEN_FIELD = "_csrf_token"  # noqa: S105 - the name of a field
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - the name of a header
VISITOR_COOKIE = "visitor"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000"}


class FormTokenRefused(Forbidden):
    """合い言葉の違い: the request does not carry the token of this browser's session."""


def header_hook(*, https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """Return the hook that puts the headers on every response, errors and static files included."""
    wanted = HEADERS | (HTTPS_HEADERS if https else {})

    async def add_headers(message: Message, _scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in wanted.items():
            headers[name] = value
        # Whatever does not say otherwise (static files do) may hold personal data.
        headers.setdefault("Cache-Control", "no-store")

    return add_headers


def form_secret(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Return the secret this browser holds: its session's token, or its visitor cookie."""
    who = signed_in(connection)
    if who is not None:
        return who.token
    cookies: Cookies = connection.app.state.cookies
    visitor = cookies.read(connection, VISITOR_COOKIE)
    return visitor if visitor and _SECRET.fullmatch(visitor) else None


def new_visitor(connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[str, Cookie]:
    """Return a fresh secret for a browser that has none, with the cookie that hands it over."""
    cookies: Cookies = connection.app.state.cookies
    secret = secrets.token_urlsafe(32)
    return secret, cookies.make(VISITOR_COOKIE, secret)


def derive(secret: str, purpose: str) -> str:
    """Return 64 hexadecimal digits that only the holder of `secret` and this server can make."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def form_token(secret: str) -> str:
    """Return the token that forms carry."""
    return derive(secret, "form")


async def require_form_token(
    connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
) -> None:
    """Refuse a change that was not asked for on one of our own pages. Raises Forbidden."""
    if not isinstance(connection, Request) or connection.method in SAFE_METHODS:
        return
    secret = form_secret(connection)
    given = await _given_token(connection)
    from_elsewhere = connection.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    known = secret is not None and hmac.compare_digest(form_token(secret).encode(), given.encode())
    if from_elsewhere or not known:
        await close_uploads(connection)
        raise FormTokenRefused(
            "画面を開いてから時間がたったか、別の画面から送られたため、受け付けませんでした。"
            "前の画面を読み込み直してから、もう一度送ってください。"
        )


async def _given_token(request: Request[Any, Any, Any]) -> str:
    header = request.headers.get(TOKEN_HEADER)
    if header is not None:
        return header
    fields = await read_fields(request)
    return (fields.texts.get(TOKEN_FIELD) or ("",))[0]
