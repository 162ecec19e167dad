"""Routes of this package; the app takes them from `route_handlers`."""

from litestar.types import ControllerRouterHandler

from agenda.web import (
    agenda_pages,
    case_pages,
    case_records,
    decision_pages,
    due_pages,
    open_case_pages,
    paper_pages,
    plan_pages,
    provider_pages,
    register_pages,
    service_code_pages,
    template_pages,
)

route_handlers: list[ControllerRouterHandler] = [
    *due_pages.route_handlers,
    *decision_pages.route_handlers,
    *open_case_pages.route_handlers,
    *register_pages.route_handlers,
    *case_pages.route_handlers,
    *case_records.route_handlers,
    *plan_pages.route_handlers,
    *provider_pages.route_handlers,
    *service_code_pages.route_handlers,
    *template_pages.route_handlers,
    *agenda_pages.route_handlers,
    *paper_pages.route_handlers,
]
