"""What OpenAPI says of who may call a route, and of what must come along. Whether they may is the guards' question."""

from dataclasses import dataclass

from litestar.openapi.spec import Operation, RequestBody, SecurityRequirement

OWNER: list[SecurityRequirement] = [{"token": []}]
# A token is welcome everywhere, and a wrong one refused everywhere.
ANYBODY: list[SecurityRequirement] = [{}, {"token": []}]


@dataclass
class BodyOptional(Operation):
    """Of a route whose body has a default, which Litestar describes as required all the same."""

    def __post_init__(self) -> None:
        if isinstance(self.request_body, RequestBody):
            self.request_body.required = False
