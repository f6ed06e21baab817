"""What a shared vehicle is, and where it stands now: for its host's form, and for journey planners."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

from landbooking.database import Connection
from landbooking.errors import NotFound
from landbooking.language import mark as N_
from landbooking.spaces.freed import time_freed
from landbooking.spaces.space import lock_for_change

FormFactor = Literal["car", "cargo_bicycle"]
Propulsion = Literal["human", "electric_assist", "electric", "combustion", "hybrid"]
FORM_FACTORS: tuple[FormFactor, ...] = get_args(FormFactor)
PROPULSIONS: tuple[Propulsion, ...] = get_args(Propulsion)
DRIVEN_BY: dict[FormFactor, tuple[Propulsion, ...]] = {
    "car": ("electric", "combustion", "hybrid"),
    "cargo_bicycle": ("human", "electric_assist", "electric"),
}

# GBFS's words for what is inside, and what we call it.
EQUIPMENT = {
    "child_seat_a": N_("Babyschale (bis 10 kg)"),
    "child_seat_b": N_("Kindersitz (9 bis 18 kg)"),
    "child_seat_c": N_("Sitzerhöhung (15 bis 36 kg)"),
    "winter_tires": N_("Winterreifen"),
    "snow_chains": N_("Schneeketten"),
}


class Vehicle(msgspec.Struct, frozen=True):
    """Ranges in metres, None for what drives by muscles alone; `doors` of cars only; `equipment` words of EQUIPMENT.

    One that is `out_of_order` can't be booked.
    """

    form_factor: FormFactor
    propulsion: Propulsion
    max_range_metres: int | None = None
    current_range_metres: int | None = None
    doors: int | None = None
    equipment: tuple[str, ...] = ()
    out_of_order: bool = False


class ParkedVehicle(msgspec.Struct, frozen=True):
    """One at its space. `last_trip` is the id of the last booking that is over.

    `state`: "away" with somebody, "reserved" for somebody who comes, "kept" back by a blackout, else "here".
    """

    resource_id: int
    space_id: int
    vehicle: Vehicle
    last_trip: int | None
    state: Literal["here", "away", "reserved", "kept"]


async def vehicle_of(connection: Connection, resource_id: int) -> Vehicle | None:
    """None where its host has not described it yet."""
    row = await connection.fetchrow(
        """SELECT form_factor, propulsion, max_range_metres, current_range_metres, doors, equipment, out_of_order
           FROM vehicle WHERE resource_id = $1""",
        resource_id,
    )
    return msgspec.convert(dict(row), Vehicle) if row else None


async def save_vehicle(connection: Connection, space_id: int, resource_id: int, vehicle: Vehicle) -> None:
    """Raises NotFound for what is no vehicle of this space."""
    await lock_for_change(connection, space_id)
    found = await connection.fetchval(
        "SELECT 1 FROM resource WHERE id = $1 AND space_id = $2 AND kind = 'vehicle'", resource_id, space_id
    )
    if found is None:
        raise NotFound
    await connection.execute(
        """INSERT INTO vehicle (resource_id, form_factor, propulsion, max_range_metres, current_range_metres, doors,
                                equipment, out_of_order)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (resource_id) DO UPDATE SET
               form_factor = excluded.form_factor, propulsion = excluded.propulsion,
               max_range_metres = excluded.max_range_metres, current_range_metres = excluded.current_range_metres,
               doors = excluded.doors, equipment = excluded.equipment, out_of_order = excluded.out_of_order""",
        resource_id,
        vehicle.form_factor,
        vehicle.propulsion,
        vehicle.max_range_metres,
        vehicle.current_range_metres,
        vehicle.doors,
        vehicle.equipment,
        vehicle.out_of_order,
    )
    await time_freed(connection, space_id)


async def parked_vehicles(connection: Connection, space_ids: list[int], now: datetime) -> list[ParkedVehicle]:
    """Every vehicle of these spaces that its host has described."""
    rows = await connection.fetch(
        """SELECT resource.id AS resource_id, resource.space_id, vehicle.form_factor, vehicle.propulsion,
                  vehicle.max_range_metres, vehicle.current_range_metres, vehicle.doors, vehicle.equipment,
                  vehicle.out_of_order,
                  (SELECT id FROM booking
                   WHERE booking.resource_id = resource.id AND status <> 'cancelled' AND blackout_id IS NULL
                     AND upper(period) <= $2
                   ORDER BY upper(blocked) DESC LIMIT 1) AS last_trip,
                  coalesce((SELECT CASE WHEN blackout_id IS NOT NULL THEN 'kept'
                                        WHEN status = 'confirmed' AND period @> $2::timestamptz THEN 'away'
                                        ELSE 'reserved' END
                            FROM booking
                            WHERE booking.resource_id = resource.id AND status <> 'cancelled'
                              AND blocked @> $2::timestamptz), 'here') AS state
           FROM resource JOIN vehicle ON vehicle.resource_id = resource.id
           WHERE resource.space_id = ANY($1) AND resource.kind = 'vehicle' AND resource.retired_at IS NULL
           ORDER BY resource.id""",
        space_ids,
        now,
    )
    return [
        ParkedVehicle(
            resource_id=row["resource_id"],
            space_id=row["space_id"],
            vehicle=msgspec.convert({name: row[name] for name in Vehicle.__struct_fields__}, Vehicle),
            last_trip=row["last_trip"],
            state=row["state"],
        )
        for row in rows
    ]
