"""Floor plans of the first two spaces: one floor with many kinds of places, and two floors of an old school."""

from landbooking.database import Connection
from landbooking.spaces.plans.plan import Element, Floor, Rotation
from landbooking.spaces.plans.plans import save_plan

# Kind, x, y, width, height, what it is called (a place by its resource's name), rotation; in units of 10 cm.
Drawn = tuple[str, int, int, int, int, str, Rotation]

MARKET: list[Drawn] = [
    ("room", 2, 2, 102, 44, "Arbeitsraum", 0),
    ("room", 104, 2, 64, 44, "Saal", 0),
    ("room", 2, 46, 166, 16, "Flur", 0),
    ("room", 2, 62, 42, 36, "", 0),
    ("room", 44, 62, 32, 36, "", 0),
    ("room", 76, 62, 38, 36, "Küche", 0),
    ("room", 114, 62, 24, 36, "WC", 0),
    ("room", 138, 62, 30, 36, "Eingang", 0),
    *[("window", x, 1, 22, 2, "", 0) for x in (10, 40, 74, 112, 140)],
    *[("window", x, 97, 18, 2, "", 0) for x in (14, 51, 86)],
    ("window", 1, 14, 2, 20, "", 90),
    ("door", 50, 37, 9, 10, "", 0),
    ("door", 108, 37, 9, 10, "", 0),
    ("door", 32, 61, 9, 10, "", 180),
    ("door", 64, 61, 9, 10, "", 180),
    ("door", 98, 61, 9, 10, "", 180),
    ("door", 126, 61, 9, 10, "", 180),
    ("door", 153, 61, 12, 10, "", 180),
    ("door", 147, 89, 12, 10, "", 0),
    ("thing", 78, 92, 34, 5, "Theke", 0),
    ("thing", 91, 74, 16, 10, "Esstisch", 0),
    ("thing", 16, 48, 11, 6, "Drucker", 0),
    ("thing", 161, 74, 5, 14, "", 0),
    *[("place", 8 + 14 * n, 12, 14, 12, f"Tisch {n + 1}", 180) for n in range(3)],
    *[("place", 8 + 14 * n, 24, 14, 12, f"Tisch {n + 4}", 0) for n in range(3)],
    *[("place", 57 + 14 * n, 12, 14, 12, f"Tisch {n + 7}", 180) for n in range(3)],
    *[("place", 57 + 14 * n, 24, 14, 12, f"Tisch {n + 10}", 0) for n in range(3)],
    ("place", 120, 12, 36, 20, "Großer Saal", 0),
    ("place", 154, 35, 12, 9, "Beamer", 0),
    ("place", 140, 35, 12, 9, "Flipchart", 0),
    ("place", 10, 73, 26, 18, "Blaues Zimmer", 0),
    ("place", 50, 76, 20, 15, "Raum 3", 0),
    ("place", 76, 48, 17, 12, "Telefonkabine", 0),
]

SCHOOL_BELOW: list[Drawn] = [
    ("room", 2, 2, 64, 62, "Lehrerzimmer", 0),
    ("room", 66, 2, 42, 28, "Flur", 0),
    ("room", 66, 30, 42, 34, "Küche", 0),
    ("window", 10, 1, 20, 2, "", 0),
    ("window", 38, 1, 20, 2, "", 0),
    ("window", 10, 63, 20, 2, "", 0),
    ("window", 38, 63, 20, 2, "", 0),
    ("window", 78, 63, 18, 2, "", 0),
    ("door", 57, 12, 10, 9, "", 270),
    ("door", 99, 10, 10, 10, "", 270),
    ("door", 92, 29, 9, 10, "", 180),
    ("thing", 60, 28, 5, 30, "", 0),
    ("thing", 68, 57, 38, 6, "Theke", 0),
    ("thing", 86, 40, 14, 10, "Esstisch", 0),
    ("place", 10, 10, 16, 13, "Tisch 1", 0),
    ("place", 36, 10, 16, 13, "Tisch 2", 0),
    ("place", 10, 46, 16, 13, "Tisch 3", 180),
    ("place", 36, 46, 16, 13, "Tisch 4", 180),
]

SCHOOL_ABOVE: list[Drawn] = [
    ("room", 2, 2, 66, 62, "", 0),
    ("room", 68, 2, 40, 62, "Turmzimmer", 0),
    *[("window", x, 63, 16, 2, "", 0) for x in (8, 28, 48, 80)],
    ("window", 80, 1, 16, 2, "", 0),
    ("door", 67, 48, 10, 9, "", 90),
    ("thing", 20, 3, 30, 2, "", 0),
    ("thing", 62, 8, 4, 24, "", 0),
    ("place", 15, 18, 38, 26, "Klassenzimmer", 0),
    ("place", 82, 10, 16, 13, "Tisch 5", 0),
    ("place", 82, 40, 16, 13, "Tisch 6", 180),
]


async def add_plans(connection: Connection) -> None:
    first, second = [row["id"] for row in await connection.fetch("SELECT id FROM space ORDER BY id LIMIT 2")]
    await save_plan(connection, first, (await _floor(connection, first, "Erdgeschoss", 170, 100, MARKET),), None)
    floors = [
        await _floor(connection, second, name, 110, 66, drawn)
        for name, drawn in (("Erdgeschoss", SCHOOL_BELOW), ("Obergeschoss", SCHOOL_ABOVE))
    ]
    await save_plan(connection, second, tuple(floors), None)


async def _floor(
    connection: Connection, space_id: int, name: str, width: int, height: int, drawn: list[Drawn]
) -> Floor:
    rows = await connection.fetch("SELECT name, id FROM resource WHERE space_id = $1", space_id)
    ids = {row["name"]: row["id"] for row in rows}
    elements = [
        Element(kind, x, y, wide, high, rotation, *(("", ids[called]) if kind == "place" else (called,)))  # type: ignore[arg-type]
        for kind, x, y, wide, high, called, rotation in drawn
    ]
    return Floor(name, width, height, tuple(elements))
