"""Routes of this package; the app takes them from `route_handlers`."""

from litestar.types import ControllerRouterHandler

route_handlers: list[ControllerRouterHandler] = []
