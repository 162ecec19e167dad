"""Who may use which route: said on every route, enforced by one guard, checked when the app is made.

    @get("/plans", opt=allow(Role.SECRETARIAT, Role.CHAIR), sync_to_thread=True)

What a role may see within a route is the services' matter: every lookup goes through its owner, so that a
foreign id is 404.
"""

from collections.abc import Iterable
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from meetings_app.core.errors import Forbidden, NotFound
from meetings_app.core.terms import Role
from meetings_app.services.accounts import SignedIn

OPT_KEY = "roles"
NO_ACCOUNT = "PUBLIC"
LARGEST_ID = 2**63 - 1

PUBLIC: dict[str, Any] = {OPT_KEY: NO_ACCOUNT}
"""Open to everybody, signed in or not: such a route shows no data."""


class LoginNeeded(Exception):  # noqa: N818 - a way to the login page, not a fault
    """The route is for people who are signed in, and nobody is."""


def allow(*roles: Role) -> dict[str, Any]:
    """Return the `opt` of a route for these roles."""
    if not roles:
        raise ValueError("a route is for at least one role; PUBLIC says that it is for everybody")
    return {OPT_KEY: frozenset(roles)}


SIGNED_IN = allow(*Role)
"""Open to every role."""


def signed_in(connection: ASGIConnection[Any, Any, Any, Any]) -> SignedIn | None:
    """Return who is signed in, or None."""
    who: SignedIn | None = connection.scope.get("user")
    return who


def require_role(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let a request through to a handler that is for its role.

    Raises LoginNeeded, Forbidden, and NotFound for path values that no database takes.
    """
    roles = declared_roles(handler)
    if roles is not None:
        _check_role(signed_in(connection), roles)
    _check_path_values(connection.path_params.values())


def declared_roles(handler: BaseRouteHandler) -> frozenset[Role] | None:
    """Return the roles a handler is for; None for everybody. Raises KeyError for one that does not say."""
    if _is_options(handler):
        return None
    declared = handler.opt[OPT_KEY]
    return None if declared == NO_ACCOUNT else frozenset(declared)


def check_declarations(app: Litestar) -> None:
    """Refuse an app with a route that does not say whom it is for. Raises TypeError naming all of them."""
    silent = [
        f"{route.path} ({handler.handler_name})"
        for route in app.routes
        for handler in handlers_of(route)
        if not _is_options(handler) and not isinstance(handler.opt.get(OPT_KEY), str | frozenset)
    ]
    if silent:
        raise TypeError(
            f"these routes do not say who may use them (opt=allow(…) or PUBLIC): {', '.join(silent)}"
        )


def handlers_of(route: Any) -> list[BaseRouteHandler]:
    """Return every handler of a route, whatever its kind."""
    return list(route.route_handlers) if hasattr(route, "route_handlers") else [route.route_handler]


def _is_options(handler: BaseRouteHandler) -> bool:
    """Return whether this is the answer to OPTIONS that Litestar adds: it names methods and nothing else."""
    return getattr(handler, "http_methods", None) == {"OPTIONS"}


def _check_role(who: SignedIn | None, roles: frozenset[Role]) -> None:
    if who is None:
        raise LoginNeeded
    if who.actor.role not in roles:
        raise Forbidden(
            f"この画面は{'・'.join(role for role in Role if role in roles)}のためのものです。"
            "必要な場合は、事務局に伝えてください。"
        )


def _check_path_values(values: Iterable[Any]) -> None:
    for value in values:
        too_large = isinstance(value, int) and abs(value) > LARGEST_ID
        if too_large or (isinstance(value, str) and not value.isprintable()):
            raise NotFound("このページはありません。アドレスを確かめてください。")
