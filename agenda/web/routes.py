"""Routes of this package; the app takes them from `route_handlers`."""

from litestar.types import ControllerRouterHandler

from agenda.web import agenda_pages, plans

route_handlers: list[ControllerRouterHandler] = [*plans.route_handlers, *agenda_pages.route_handlers]
