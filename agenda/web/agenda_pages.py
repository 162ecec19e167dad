"""議題と参加者: the agenda of a meeting, and who takes part in each item."""

from litestar.types import ControllerRouterHandler

route_handlers: list[ControllerRouterHandler] = []
