"""Two hosts at one form: who saves second is told of the other's change, instead of undoing it unawares."""

import re

from landbooking.errors import Stale


def check_version(seen: str, standing: int) -> None:
    """`seen` is what the form carried; a form that carries none was made by a program, which means what it says.

    Raises Stale.
    """
    if seen and not (re.fullmatch(r"[0-9]{1,9}", seen) and int(seen) == standing):
        raise Stale
