"""What the demo starts with: the 98 municipalities of Landkreis Kusel, five spaces, people named by their role."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

from landbooking.accounts.person import Person, person_by_email
from landbooking.database import Connection
from landbooking.demo.applications import add_applications
from landbooking.demo.calendar import KEPT_FREE
from landbooking.demo.company import add_company
from landbooking.demo.internships import add_internships
from landbooking.demo.past import add_past
from landbooking.demo.placements import add_placements
from landbooking.demo.plans import add_plans
from landbooking.demo.rides import add_rides
from landbooking.demo.team import add_team
from landbooking.demo.till import add_prices, add_sales
from landbooking.errors import Refusal
from landbooking.period import Period
from landbooking.places.importing import import_municipalities
from landbooking.spaces.booking import book_resource
from landbooking.spaces.opening_hours import last_day, open_periods
from landbooking.spaces.space import space_by_id
from landbooking.spaces.vehicles import Vehicle, save_vehicle

# Address, name, what the person may do, role.
PEOPLE = [
    ("anwohnerin@landbooking.example", "Anwohnerin", "resident", "resident"),
    ("anwohner@landbooking.example", "Anwohner", "another resident", "resident"),
    ("gastgeberin@landbooking.example", "Gastgeberin", "host of two co-working spaces, runs a company", "resident"),
    ("kreis@landbooking.example", "Kreisverwaltung", "district staff", "staff"),
    ("betrieb@landbooking.example", "Betrieb", "operator", "operator"),
    ("helferin@landbooking.example", "Helferin", "on-site team of a co-working space", "resident"),
]

WORKDAYS = range(1, 6)

# Municipality's key, name, street, postal code, town, point, features, desks, hours by weekday in minutes, description.
SPACES = [
    ("07336055", "Co-Working am Marktplatz", "Marktplatz 1", "66869", "Kusel", (49.5386, 7.4043),
     ["step-free", "accessible-toilet", "hearing-loop", "wifi", "printer", "kitchen"], 12,
     [(day, 480, 1080) for day in WORKDAYS] + [(6, 540, 780)],
     "Helle Räume mitten in der Stadt, mit Küche und Besprechungsecke. Kaffee gegen eine Spende."),
    ("07336058", "Dorfbüro Alte Schule", "Schulstraße 4", "67742", "Lauterecken", (49.6497, 7.5925),
     ["step-free", "wifi", "quiet", "parking"], 6,
     [(day, *hours) for day in WORKDAYS for hours in ((480, 720), (780, 1020))],
     "In der alten Schule arbeiten Sie ruhig, mittags ist eine Stunde geschlossen."),
    ("07336003", "Arbeitsplatz im Bahnhof", "Bahnhofstraße 12", "66885", "Altenglan", (49.5506, 7.4649),
     ["wifi", "public-transport", "bicycle-parking"], 4,
     [(day, 420, 1140) for day in WORKDAYS], "Direkt am Gleis: aussteigen und loslegen."),
    ("07336092", "Gemeindehaus Schönenberg", "Rathausstraße 8", "66901", "Schönenberg-Kübelberg", (49.4072, 7.3761),
     ["step-free", "wifi", "kitchen", "charging"], 8,
     [(1, 540, 1020), (2, 540, 1020), (4, 540, 1200)], "Dreimal in der Woche geöffnet, donnerstags bis zum Abend."),
    ("07336105", "Schreibstube Wolfstein", "Hauptstraße 20", "67752", "Wolfstein", (49.5836, 7.6053),
     ["quiet", "wifi"], 3, [(day, 540, 960) for day in WORKDAYS], "Drei Tische über der Bücherei."),
]  # fmt: skip

E_CAR = Vehicle("car", "electric", 300_000, 210_000, doors=5, equipment=("child_seat_b", "winter_tires"))
CARGO_BIKE = Vehicle("cargo_bicycle", "electric_assist", 60_000, 45_000)


def who_can_sign_in() -> list[tuple[str, str]]:
    return [(address, what) for address, _name, what, _role in PEOPLE]


async def load_demo_data(connection: Connection) -> bool:
    """Loads the data once, all or nothing; says whether it did."""
    async with connection.transaction():
        if await connection.fetchval("SELECT EXISTS (SELECT FROM district)"):
            return False
        facts = files("landbooking.demo").joinpath("municipalities.csv").read_bytes()
        await import_municipalities(connection, facts, "Landkreis Kusel")
        await _add_people(connection)
        for number, space in enumerate(SPACES):
            await _add_space(connection, space, hosted=number < 2)
        await _add_other_kinds(connection)
        await add_plans(connection)
        await _add_bookings(connection)
        await _add_life(connection)
        await add_rides(connection)
        await add_applications(connection)
        await add_internships(connection)
        await add_placements(connection)
        await add_past(connection)
        await _add_team(connection)
        await connection.execute("DELETE FROM outbox")  # nobody asked for these mails
    return True


async def _add_people(connection: Connection) -> None:
    for address, name, _what, role in PEOPLE:
        await connection.execute(
            """INSERT INTO person (email, name, role, district_id, home_id)
               SELECT $1, $2, $3, CASE WHEN $3 = 'staff' THEN district_id END, id
               FROM municipality WHERE ags = '07336055'""",
            address,
            name,
            role,
        )


async def _add_space(connection: Connection, space: tuple, hosted: bool) -> None:  # type: ignore[type-arg]
    ags, name, street, postal_code, town, (lat, lon), features, desks, hours, description = space
    space_id = await connection.fetchval(
        """INSERT INTO space (municipality_id, name, description, street, postal_code, town, lat, lon, features)
           SELECT id, $2, $3, $4, $5, $6, $7, $8, $9 FROM municipality WHERE ags = $1 RETURNING id""",
        ags, name, description, street, postal_code, town, lat, lon, features,
    )  # fmt: skip
    await connection.executemany(
        "INSERT INTO opening_hours (space_id, weekday, opens, closes) VALUES ($1, $2, $3, $4)",
        [(space_id, *interval) for interval in hours],
    )
    await connection.executemany(
        "INSERT INTO resource (space_id, kind, name, features) VALUES ($1, 'desk', $2, $3)",
        [(space_id, f"Tisch {number}", ["screen"] if number == 1 else []) for number in range(1, desks + 1)],
    )
    if hosted:
        await connection.execute(
            "INSERT INTO space_host SELECT $1, id FROM person WHERE email = 'gastgeberin@landbooking.example'", space_id
        )


async def _add_other_kinds(connection: Connection) -> None:
    """In the first space: rooms, a booth, equipment, a room for talking to a doctor, a car and a cargo bike.

    Its desks are alike. The second has a room that is booked by the half day.
    """
    space_id = await connection.fetchval("SELECT min(id) FROM space")
    await connection.execute("UPDATE resource SET pool = 'Tisch' WHERE space_id = $1", space_id)
    ids = {
        name: await connection.fetchval(
            "INSERT INTO resource (space_id, kind, name, features) VALUES ($1, $2, $3, $4) RETURNING id",
            space_id, kind, name, features,
        )
        for kind, name, features in (
            ("meeting_room", "Großer Saal", ["step-free", "screen", "camera"]),
            ("meeting_room", "Blaues Zimmer", ["whiteboard", "window"]),
            ("phone_booth", "Telefonkabine", ["quiet"]),
            ("equipment", "Beamer", ["portable"]),
            ("equipment", "Flipchart", ["portable"]),
            ("telemedicine", "Raum 3", ["hearing-loop", "camera"]),
            ("vehicle", "E-Auto", []),
            ("vehicle", "Lastenrad", []),
        )
    }  # fmt: skip
    await save_vehicle(connection, space_id, ids["E-Auto"], E_CAR)
    await save_vehicle(connection, space_id, ids["Lastenrad"], CARGO_BIKE)
    await connection.execute(
        """INSERT INTO rule_override (space_id, kind, buffer_after_minutes, longest_minutes, cancel_minutes)
           VALUES ($1, 'meeting_room', 15, NULL, 1440), ($1, 'phone_booth', NULL, 60, NULL)""",
        space_id,
    )
    await connection.execute(
        """WITH room AS (INSERT INTO resource (space_id, kind, name, features)
                         VALUES ($1 + 1, 'meeting_room', 'Klassenzimmer', '{whiteboard}') RETURNING id, space_id)
           INSERT INTO rule_override (space_id, resource_id, unit) SELECT space_id, id, 'half_day' FROM room""",
        space_id,
    )


async def _add_bookings(connection: Connection) -> None:
    """The coming two weeks, so that there is something to see; the first space is nearly full on its next day."""
    person = await _person(connection, "anwohner@landbooking.example")
    now = datetime.now(UTC)
    rows = await connection.fetch("SELECT id, space_id FROM resource ORDER BY id")
    for number, row in enumerate(rows):
        rules = (await space_by_id(connection, row["space_id"])).rules
        for offset in range(1, 15):
            day = now.astimezone(rules.time_zone).date() + timedelta(days=offset)
            opened = open_periods(rules, day)
            if not opened or day > last_day(rules, now) or (number * 7 + offset * 3) % 5 > 1:
                continue
            start = opened[0].start + timedelta(hours=(number + offset) % 3)
            end = start + timedelta(hours=2)
            if end > opened[-1].end - KEPT_FREE:
                continue
            try:
                async with connection.transaction():
                    await book_resource(connection, person, row["id"], Period(start, end))
            except Refusal:
                continue


async def _add_life(connection: Connection) -> None:
    """Prices and what was sold, guests, who waits and who asks: so that every page has something to show."""
    rows = await connection.fetch("SELECT id FROM space ORDER BY id LIMIT 2")
    spaces = [await space_by_id(connection, row["id"]) for row in rows]
    ids = [space.id for space in spaces]
    rows = await connection.fetch("SELECT name, id FROM resource WHERE space_id = ANY($1) AND kind <> 'desk'", ids)
    named = {row["name"]: row["id"] for row in rows}
    she, he, host, staff = [await _person(connection, address) for address, *_rest in PEOPLE[:4]]
    await add_prices(connection, spaces, named)
    spaces = [await space_by_id(connection, space.id) for space in spaces]  # with their prices
    await add_sales(connection, spaces, host, staff, [she, he])
    await add_company(connection, spaces, named, host, [she, he])


async def _add_team(connection: Connection) -> None:
    host, staff, helper = [await _person(connection, PEOPLE[number][0]) for number in (2, 3, 5)]
    await add_team(connection, await connection.fetchval("SELECT min(id) FROM space"), host, helper, staff)


async def _person(connection: Connection, address: str) -> Person:
    person = await person_by_email(connection, address)
    assert person is not None  # noqa: S101 inserted above
    return person
