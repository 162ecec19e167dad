"""Routes of this package: payment sheets, what they rest on, and what follows from them."""

from litestar.types import ControllerRouterHandler

from honoraria.web import (
    bank_pages,
    correction_pages,
    declaration_pages,
    line_pages,
    money_settings_pages,
    paper_pages,
    payment_pages,
    rule_pages,
    run_pages,
    step_pages,
    trial,
    yearly_pages,
)

route_handlers: list[ControllerRouterHandler] = [
    *run_pages.route_handlers,
    *line_pages.route_handlers,
    *step_pages.route_handlers,
    *paper_pages.route_handlers,
    *payment_pages.route_handlers,
    *correction_pages.route_handlers,
    *yearly_pages.route_handlers,
    *rule_pages.route_handlers,
    *trial.route_handlers,
    *declaration_pages.route_handlers,
    *bank_pages.route_handlers,
    *money_settings_pages.route_handlers,
]
