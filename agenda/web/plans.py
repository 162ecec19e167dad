"""プラン: what is due, the cases, the register."""

from litestar.types import ControllerRouterHandler

route_handlers: list[ControllerRouterHandler] = []
