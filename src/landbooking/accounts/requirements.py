"""What OpenAPI says of who may call a route. Whether they may is the guards' question."""

from litestar.openapi.spec import SecurityRequirement

OWNER: list[SecurityRequirement] = [{"token": []}]
# A token is welcome everywhere, and a wrong one refused everywhere.
ANYBODY: list[SecurityRequirement] = [{}, {"token": []}]
