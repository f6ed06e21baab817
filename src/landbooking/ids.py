"""Numbers in addresses: one that no row can have is an address that does not exist, not an error of the database."""

from typing import Annotated

from litestar.params import PathParameter

Id = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
BigId = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]
