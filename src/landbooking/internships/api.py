"""All addresses of internships in the JSON API."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
