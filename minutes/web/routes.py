"""Routes of this package; the app takes them from `route_handlers`."""

from litestar.types import ControllerRouterHandler

from minutes.web import (
    action_pages,
    afterwards_pages,
    amendment_pages,
    anonymised_pages,
    circulation_pages,
    client_notice_pages,
    compare_pages,
    correction_pages,
    extract_pages,
    live_api,
    live_pages,
    minutes_pages,
    panel_pages,
    regional_pages,
    running_pages,
)

route_handlers: list[ControllerRouterHandler] = [
    *running_pages.route_handlers,
    *panel_pages.route_handlers,
    *action_pages.route_handlers,
    *afterwards_pages.route_handlers,
    *live_pages.route_handlers,
    *live_api.route_handlers,
    *correction_pages.route_handlers,
    *minutes_pages.route_handlers,
    *circulation_pages.route_handlers,
    *amendment_pages.route_handlers,
    *extract_pages.route_handlers,
    *anonymised_pages.route_handlers,
    *compare_pages.route_handlers,
    *client_notice_pages.route_handlers,
    *regional_pages.route_handlers,
]
