"""Numbers of rows, as people and programs name them: one that no row can have is refused before the database is asked.

In an address it is one that does not exist, in a form or a body a mistake of its field.
"""

from typing import Annotated

import msgspec
from litestar.params import PathParameter

Id = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
BigId = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]
RowId = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
BigRowId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Version = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]  # of a row, which counts its changes
