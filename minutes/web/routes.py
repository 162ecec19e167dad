"""Routes of this package; the app takes them from `route_handlers`."""

from litestar.types import ControllerRouterHandler

from minutes.web import client_notice_pages, correction_pages, minutes_pages, regional_pages, running_pages

route_handlers: list[ControllerRouterHandler] = [
    *running_pages.route_handlers,
    *correction_pages.route_handlers,
    *minutes_pages.route_handlers,
    *client_notice_pages.route_handlers,
    *regional_pages.route_handlers,
]
