"""出席と結果: attendance and outcomes of a meeting."""

from litestar.types import ControllerRouterHandler

route_handlers: list[ControllerRouterHandler] = []
