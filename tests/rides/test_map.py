"""The way on the map: names that can be read, over nothing else, in the real district."""

from importlib.resources import files
from itertools import combinations

import httpx
import pytest

from landbooking.accounts.person import Person
from landbooking.database import Connection
from landbooking.demo.rides import BENCHES
from landbooking.places.importing import import_municipalities
from landbooking.rides.journey import Journey
from landbooking.rides.map import END_RADIUS, END_TEXT, TEXT, Drawing, drawn_ride
from landbooking.rides.place import gazetteer
from landbooking.rides.routing import Beeline
from landbooking.rides.search import search_rides
from support.rides import Road, make_ride, tomorrow

WAYS = [
    ("Ulmet", "Kusel"),
    ("Schönenberg-Kübelberg", "Glan-Münchweiler"),
    ("Kusel", "Lauterecken, Mitfahrbank am Marktplatz"),
    ("Rammelsbach", "Altenglan, Mitfahrbank am Bahnhof"),
    ("Wolfstein", "Rutsweiler an der Lauter"),
]


async def drawing(connection: Connection, driver: Person, start: str, destination: str) -> Drawing:
    await import_municipalities(
        connection, files("landbooking.demo").joinpath("municipalities.csv").read_bytes(), "Landkreis Kusel"
    )
    await connection.executemany(
        """INSERT INTO meeting_point (municipality_id, name, description, lat, lon, lit, step_free)
           SELECT id, $1, $6, lat + $3, lon + $4, $5, true FROM municipality WHERE name = $2""",
        BENCHES,
    )
    places = await gazetteer(connection)
    ride = await make_ride(connection, driver, Road(places, 0), start, destination)
    ends = places.named(start), places.named(destination)
    journey = Journey(origin=ends[0], destination=ends[1], day=tomorrow())
    found = await search_rides(connection, Beeline(), places, journey, None)
    return drawn_ride(places.municipalities, ride, found[0])


def boxes(drawn: Drawing) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of every name, and of the two numbered marks; letters half as wide as high."""
    written = [(one.name, one.x, one.y - one.radius - 3, TEXT) for one in drawn.villages if one.named]
    written += [(f"end {end.village}", end.text_x, end.text_y, END_TEXT) for end in (drawn.pick_up, drawn.drop_off)]
    found = {
        name: (
            x - len(name.removeprefix("end ")) * size / 4,
            y - size,
            x + len(name.removeprefix("end ")) * size / 4,
            y,
        )
        for name, x, y, size in written
    }
    for number, end in enumerate((drawn.pick_up, drawn.drop_off)):
        found[f"mark {number}"] = (end.x - END_RADIUS, end.y - END_RADIUS, end.x + END_RADIUS, end.y + END_RADIUS)
    return found


@pytest.mark.parametrize(("start", "destination"), WAYS)
async def test_no_name_is_written_over_another(
    connection: Connection, resident: Person, start: str, destination: str
) -> None:
    drawn = await drawing(connection, resident, start, destination)
    found = boxes(drawn)
    assert sum(one.named for one in drawn.villages) >= 2
    for (one, a), (other, b) in combinations(found.items(), 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], f"{one} over {other}"
    for name, (left, top, right, bottom) in found.items():
        assert left >= 0, name
        assert top >= 0, name
        assert right <= drawn.width, name
        assert bottom <= drawn.height, name


async def test_the_text_beside_the_map_names_the_bench(
    connection: Connection, client: httpx.AsyncClient, resident: Person
) -> None:
    """On the map itself there is no room for it."""
    drawn = await drawing(connection, resident, "Rammelsbach", "Altenglan, Mitfahrbank am Bahnhof")
    assert (drawn.drop_off.name, drawn.drop_off.village) == ("Altenglan, Mitfahrbank am Bahnhof", "Altenglan")
    ride = await connection.fetchval("SELECT max(id) FROM ride")
    asked = {"day": f"{tomorrow()}", "from": "Rammelsbach", "to": "Altenglan, Mitfahrbank am Bahnhof"}
    page = (await client.get(f"/rides/{ride}", params=asked)).text
    assert "nach Altenglan, Mitfahrbank am Bahnhof. Die Orte stehen im Text daneben." in page
    assert ">Altenglan</text>" in page
