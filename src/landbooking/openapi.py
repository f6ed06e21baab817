"""The description of the JSON API (OpenAPI 3.1), out of the routes themselves."""

import re
from typing import Any

from litestar import Request, Response, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Server

from landbooking.accounts.guards import public
from landbooking.errors import NotFound

# Litestar names a generic after its module: "Page_landbooking.spaces.availability.FreeResource_".
_LONG_NAME = re.compile(rb"Page_(?:\w+\.)+(\w+)_")


def description(base_url: str) -> OpenAPIConfig:
    """Served at /api/v1/openapi.json, to everybody."""
    return OpenAPIConfig(
        title="landbooking",
        version="1",
        description="The same verbs as the pages. Errors are problem details (RFC 9457), times RFC 3339.",
        openapi_router=Router(
            "/api/v1/openapi.json",
            route_handlers=[],
            guards=[public],
            include_in_schema=False,
            after_request=_or_nothing,
        ),
        servers=[Server(url=base_url)],
        security=[{"token": []}],
        components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
        use_handler_docstrings=True,
        render_plugins=[_Rendered(path="/")],
    )


async def _or_nothing(response: Response[Any]) -> Response[Any]:
    """Below the description there is nothing; Litestar says so with a page of its own."""
    if response.status_code == 404:
        raise NotFound
    return response


class _Rendered(JsonRenderPlugin):
    """JSON that says what is so: without the 400 that Litestar notes beside our 422, with names people can read."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        for operations in openapi_schema["paths"].values():
            for operation in operations.values():
                error = operation["responses"].get("400", {})
                if "application/json" in error.get("content", {}):
                    del operation["responses"]["400"]
        return _LONG_NAME.sub(rb"\1Page", super().render(request, openapi_schema))
