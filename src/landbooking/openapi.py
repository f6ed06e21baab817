"""The description of the JSON API (OpenAPI 3.1), out of the routes themselves."""

import re
from datetime import time
from typing import Any

from litestar import Request, Response, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, OpenAPIType, Schema, SecurityScheme, Server
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition

from landbooking.accounts.guards import public
from landbooking.errors import NotFound

# Litestar names a generic after its module: "Page_landbooking.spaces.availability.FreeResource_".
_LONG_NAME = re.compile(rb"Page_(?:\w+\.)+(\w+)_")


class ClockSchema(OpenAPISchemaPlugin):
    """Litestar takes a `time` for a "duration", and the format "time" would want an offset: ours is the local clock."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        return value is time

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:
        return Schema(
            type=OpenAPIType.STRING,
            pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
            description="A time of day by the local clock, such as 09:00.",
        )


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
