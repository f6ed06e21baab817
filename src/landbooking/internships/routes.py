"""All addresses of internships but the JSON API."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
