"""The pages of hosts, and of the district's staff."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
