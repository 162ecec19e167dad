"""議事録: reading, submitting, approving, downloading."""

from litestar.types import ControllerRouterHandler

route_handlers: list[ControllerRouterHandler] = []
