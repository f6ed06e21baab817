"""The district that a company offers in: chosen once, its staff verify the company."""

import re

from landbooking.database import Connection
from landbooking.language import gettext as _


async def districts(connection: Connection) -> list[tuple[int, str]]:
    """Number and name of all, by name."""
    rows = await connection.fetch("SELECT id, name FROM district ORDER BY name, id")
    return [(row["id"], row["name"]) for row in rows]


async def asked_home(connection: Connection, asked: str) -> tuple[int, dict[str, str]]:
    """The one whose number was sent, or the only one there is; else 0 and what is wrong with the field."""
    known = [district_id for district_id, _name in await districts(connection)]
    if not asked and len(known) == 1:
        return known[0], {}
    if re.fullmatch(r"[0-9]{1,9}", asked) and int(asked) in known:
        return int(asked), {}
    return 0, {"district": _("Bitte wählen Sie den Landkreis, in dem Sie Praktika anbieten.")}
