"""Districts, spaces, desks and hosts for tests: plain inserts, no random factories."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from landbooking.accounts.person import Person, person_by_id
from landbooking.database import Connection
from landbooking.period import Period

BERLIN = ZoneInfo("Europe/Berlin")

# In Berlin when the tests began: what runs across midnight speaks of the same days to its end.
_TODAY = datetime.now(BERLIN).date()


async def make_district(connection: Connection, key: str = "07336", **columns: Any) -> int:
    """The district's id; one that is there already is taken."""
    existing = await connection.fetchval("SELECT id FROM district WHERE key = $1", key)
    return existing or await insert(
        connection, "district", {"key": key, "name": "Landkreis Kusel", "state": "RP", **columns}
    )


async def make_municipality(connection: Connection, ags: str = "07336055", **columns: Any) -> int:
    """The municipality's id; one that is there already is taken, and its district is made where it is missing."""
    existing = await connection.fetchval("SELECT id FROM municipality WHERE ags = $1", ags)
    if existing is not None:
        return int(existing)
    defaults = {
        "district_id": columns.get("district_id") or await make_district(connection, ags[:5]),
        "ags": ags,
        "name": "Kusel",
        "association": "Kusel-Altenglan",
        "lat": 49.5383,
        "lon": 7.4037,
        "population": 5500,
    }
    return await insert(connection, "municipality", {**defaults, **columns})


async def make_space(connection: Connection, **columns: Any) -> int:
    """A published space's id; without opening hours and desks."""
    defaults = {
        "municipality_id": columns.get("municipality_id") or await make_municipality(connection),
        "name": "Alte Schule",
        "street": "Hauptstraße 1",
        "postal_code": "66869",
        "town": "Kusel",
        "lat": 49.5383,
        "lon": 7.4037,
    }
    return await insert(connection, "space", {**defaults, **columns})


async def make_desk(connection: Connection, space_id: int, name: str = "Tisch 1", **columns: Any) -> int:
    return await insert(connection, "resource", {"space_id": space_id, "kind": "desk", "name": name, **columns})


async def make_override(
    connection: Connection, space_id: int, kind: str | None, resource_id: int | None = None, **rules: Any
) -> int:
    """Rules of their own for a kind, or for one resource."""
    whose = {"space_id": space_id, "kind": kind, "resource_id": resource_id}
    return await insert(connection, "rule_override", {**whose, **rules})


async def open_daily(connection: Connection, space_id: int, opens: int = 8 * 60, closes: int = 18 * 60) -> None:
    """Open every day of the week, public holidays too; in minutes since midnight."""
    await connection.execute(
        """INSERT INTO opening_hours (space_id, weekday, opens, closes)
           SELECT $1, day, $2, $3 FROM generate_series(1, 7) AS day""",
        space_id,
        opens,
        closes,
    )
    await connection.execute("UPDATE space SET open_on_public_holidays = true WHERE id = $1", space_id)


async def make_host(connection: Connection, person: Person, space_id: int, role: str = "owner") -> Person:
    """The person as a host of the space: an owner, or "desk"."""
    await connection.execute(
        "INSERT INTO space_host (space_id, person_id, role) VALUES ($1, $2, $3)", space_id, person.id, role
    )
    return await person_by_id(connection, person.id)


async def make_booking(connection: Connection, person: Person, resource_id: int, period: Period) -> int:
    """A confirmed booking's id, without mails and without asking the rules."""
    return await insert(
        connection,
        "booking",
        {"resource_id": resource_id, "person_id": person.id, "period": period.range, "blocked": period.range},
    )


async def make_series(connection: Connection, person: Person, resource_id: int, period: Period) -> tuple[int, int]:
    """The ids of a weekly series of one date and of that booking, without mails and without asking the rules."""
    local = [moment.astimezone(BERLIN) for moment in period]
    columns = {
        "person_id": person.id,
        "repeats": "weekly",
        "first": local[0].date(),
        "count": 1,
        "zone": "Europe/Berlin",
    }
    clocks = {"starts": local[0].time(), "ends": local[1].time()}
    series_id = await insert(connection, "series", {**columns, **clocks})
    booking_id = await make_booking(connection, person, resource_id, period)
    await connection.execute(
        "UPDATE booking SET series_id = $2, planned_at = lower(period) WHERE id = $1", booking_id, series_id
    )
    return series_id, booking_id


def day_after(days: int) -> date:
    """The day in so many days."""
    return _TODAY + timedelta(days=days)


def period_on(day: date, start: str = "09:00", end: str = "12:00") -> Period:
    """From one clock time to another in Berlin."""
    first, last = (datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=BERLIN) for clock in (start, end))
    return Period(first, last)


async def insert(connection: Connection, table: str, values: dict[str, Any]) -> int:
    names = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    statement = f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id"  # noqa: S608 written by tests
    new_id: int = await connection.fetchval(statement, *values.values())
    return new_id
