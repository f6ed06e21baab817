"""A district's municipalities out of an operator's list: all of it or nothing, and again whenever it changes."""

from collections.abc import Collection, Sequence

import msgspec

from landbooking.database import Connection
from landbooking.places.municipality_file import STATES, ImportRefused, Row, read_municipalities


class Imported(msgspec.Struct, frozen=True):
    """How many municipalities were new, were changed, and stood so already."""

    added: int
    updated: int
    unchanged: int


async def import_municipalities(connection: Connection, content: bytes, district_name: str | None = None) -> Imported:
    """Adds and updates the municipalities of a CSV file (see `read_municipalities`), and their districts.

    A district is the first five digits of the key; its state follows from the first two (Destatis, Amtlicher
    Gemeindeschlüssel). `district_name` names the file's one district, and renames it where it is known. Municipalities
    that the file leaves out stay: something may be booked there. Raises BadRows and ImportRefused.
    """
    rows = read_municipalities(content)
    keys = sorted({row.district_key for row in rows})
    async with connection.transaction():
        if district_name is not None:
            await _name_district(connection, keys, district_name)
        districts = await _known_districts(connection, keys)
        return await _store(connection, rows, districts)


async def _name_district(connection: Connection, keys: Sequence[str], name: str) -> None:
    name = name.strip()
    if len(keys) > 1:
        raise ImportRefused(
            f"The file holds {len(keys)} districts ({_listed(keys)}), so --district can't name them: "
            "import each from a file of its own."
        )
    if not name or len(name) > 200 or not name.isprintable():
        raise ImportRefused("The district's name must be one line of 1 to 200 printable characters.")
    await connection.execute(
        """INSERT INTO district (key, name, state) VALUES ($1, $2, $3)
           ON CONFLICT (key) DO UPDATE SET name = EXCLUDED.name""",
        keys[0],
        name,
        STATES[keys[0][:2]],
    )


async def _known_districts(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    """The districts' ids by key; locked, so that a second import of the same district waits and counts rightly."""
    found = await connection.fetch("SELECT id, key FROM district WHERE key = ANY($1) ORDER BY key FOR UPDATE", keys)
    districts = {row["key"]: row["id"] for row in found}
    unknown = [key for key in keys if key not in districts]
    if len(unknown) == 1 and len(keys) == 1:
        raise ImportRefused(f'The district {unknown[0]} is new: please name it, such as --district "Landkreis Kusel".')
    if unknown:
        raise ImportRefused(
            f"The file holds districts that are new ({_listed(unknown)}): "
            "import each from a file of its own, with --district NAME."
        )
    return districts


async def _store(connection: Connection, rows: Sequence[Row], districts: dict[str, int]) -> Imported:
    keys = [row.ags for row in rows]
    known = await connection.fetchval("SELECT count(*) FROM municipality WHERE ags = ANY($1)", keys)
    changed = await connection.fetch(
        """INSERT INTO municipality AS stored (district_id, ags, name, association, lat, lon, population)
           SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[], $7::int[])
           ON CONFLICT (ags) DO UPDATE SET
               name = EXCLUDED.name, association = EXCLUDED.association,
               lat = EXCLUDED.lat, lon = EXCLUDED.lon, population = EXCLUDED.population
           WHERE (stored.name, stored.association, stored.lat, stored.lon, stored.population)
               IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.association, EXCLUDED.lat, EXCLUDED.lon, EXCLUDED.population)
           RETURNING ags""",
        [districts[row.district_key] for row in rows],
        keys,
        [row.name for row in rows],
        [row.association for row in rows],
        [row.lat for row in rows],
        [row.lon for row in rows],
        [row.population for row in rows],
    )
    added = len(rows) - known
    return Imported(added=added, updated=len(changed) - added, unchanged=len(rows) - len(changed))


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys[:5]) + (", …" if len(keys) > 5 else "")
