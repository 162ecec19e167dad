"""地域課題: the list of a body and the summary of the region."""

from litestar.types import ControllerRouterHandler

route_handlers: list[ControllerRouterHandler] = []
