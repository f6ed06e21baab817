"""What sharing rides comes to, by municipality, without telling of anybody: nothing that stands for fewer than five."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from landbooking.database import Connection
from landbooking.disclosure import is_enough

# Of a kilometre that nobody had to drive. The average car in Germany emits 166 g for each person in it, of whom there
# are 1.4 (Umweltbundesamt, TREMOD 6.51, 2022); somebody who drives alone, more. Said low rather than high.
GRAMS_PER_KM = 150


class Line(msgspec.Struct, frozen=True):
    """Rides of people who got in at `municipality`, and how far they went; None: several places too small alone."""

    municipality: str | None
    persons: int
    rides: int
    metres: int
    detour_metres: int

    @property
    def kilometres(self) -> int:
        return round(self.metres / 1000)

    @property
    def kilograms(self) -> int:
        """Of CO₂ that was not emitted; what drivers drove more for their riders is taken off."""
        return max(0, round((self.metres - self.detour_metres) / 1000 * GRAMS_PER_KM / 1000))


async def shared_rides(connection: Connection, district_id: int, first: date, after: date) -> list[Line]:
    """Of the days from `first` up to, not including, `after`, as far as they are over.

    Guests, and people whose account is erased, count as one person, since nobody can tell them apart. A detour is
    counted at the road speed by which it was estimated.
    """
    rows = await connection.fetch(
        """SELECT municipality.name AS municipality, coalesce(seat.rider_id, 0) AS rider, seat.places,
                  (upper(seat.leg) - lower(seat.leg)) * seat.places AS metres,
                  seat.detour_s * 50000 / 3600 AS detour_metres
           FROM seat_request seat
                JOIN ride ON ride.id = seat.ride_id
                JOIN municipality ON municipality.id = seat.pick_up_municipality
           WHERE ride.district_id = $1 AND seat.day >= $2 AND seat.day < $3
             AND seat.status = 'accepted' AND upper(seat.period) < now()
             AND NOT EXISTS (SELECT FROM ride_feedback WHERE seat_request_id = seat.id AND NOT ridden)
           ORDER BY municipality.name, seat.id""",
        district_id,
        first,
        after,
    )
    seats: dict[str, list[Seat]] = {}
    for row in rows:
        seats.setdefault(row["municipality"], []).append(
            Seat(row["rider"], row["places"], row["metres"], row["detour_metres"])
        )
    return publishable(seats)


class Seat(msgspec.Struct, frozen=True):
    """Who rode along (0: nobody knows), how many, and how far all of them together."""

    rider: int
    places: int
    metres: int
    detour_metres: int


def publishable(seats: Mapping[str, Sequence[Seat]]) -> list[Line]:
    """A line for each municipality that stands for enough persons, and one for all others together where they do.

    A sum over all lines tells nothing of what was left out, as it is not in it.
    """
    lines: list[Line] = []
    few: list[Seat] = []
    for municipality, those in seats.items():
        if is_enough(_persons(those)):
            lines.append(_line(municipality, those))
        else:
            few += those
    return [*lines, _line(None, few)] if is_enough(_persons(few)) else lines


def total(lines: Sequence[Line]) -> Line:
    """Of what is shown. `persons` may count somebody twice who got in at several places."""
    return Line(
        None,
        sum(line.persons for line in lines),
        sum(line.rides for line in lines),
        sum(line.metres for line in lines),
        sum(line.detour_metres for line in lines),
    )


def _persons(seats: Sequence[Seat]) -> set[int]:
    return {seat.rider for seat in seats}


def _line(municipality: str | None, seats: Sequence[Seat]) -> Line:
    return Line(
        municipality,
        len(_persons(seats)),
        sum(seat.places for seat in seats),
        sum(seat.metres for seat in seats),
        sum(seat.detour_metres for seat in seats),
    )
