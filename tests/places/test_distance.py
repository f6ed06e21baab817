from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landbooking.database import Connection

EARTH_RADIUS_KM = 6371.0088
KUSEL, LAUTERECKEN = (49.538, 7.405), (49.650, 7.593)
Point = tuple[float, float]

# Six decimals are a tenth of a metre. PostgreSQL refuses to compute with the tiniest floats ("underflow").
points = st.tuples(
    st.floats(-90, 90).map(lambda degrees: round(degrees, 6)),
    st.floats(-180, 180).map(lambda degrees: round(degrees, 6)),
)


async def distance_km(connection: Connection, start: Point, end: Point) -> float:
    distance: float = await connection.fetchval("SELECT distance_km($1, $2, $3, $4)", *start, *end)
    return distance


def haversine(start: Point, end: Point) -> float:
    (lat1, lon1), (lat2, lon2) = (map(radians, point) for point in (start, end))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))


@pytest.mark.parametrize(
    ("start", "end", "kilometres"),
    [
        (KUSEL, LAUTERECKEN, 18.4),
        ((52.5200, 13.4050), (48.1374, 11.5755), 504.2),  # Berlin, Munich
        ((0.0, 0.0), (0.0, 1.0), 111.195),
        ((0.0, 179.5), (0.0, -179.5), 111.195),  # over the date line
        ((90.0, 0.0), (90.0, 120.0), 0.0),  # a pole has every longitude
    ],
)
async def test_known_distances_come_out(connection: Connection, start: Point, end: Point, kilometres: float) -> None:
    assert await distance_km(connection, start, end) == pytest.approx(kilometres, rel=0.002, abs=1e-9)


async def test_a_place_is_no_way_from_itself(connection: Connection) -> None:
    assert await distance_km(connection, KUSEL, KUSEL) == 0


@pytest.mark.parametrize("point", [(0.0, 0.0), KUSEL, (90.0, 0.0)])
async def test_antipodes_are_half_the_way_round(connection: Connection, point: Point) -> None:
    antipode = (-point[0], point[1] - 180)
    assert await distance_km(connection, point, antipode) == pytest.approx(20_015.115, abs=0.01)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(start=points, end=points)
async def test_it_is_the_haversine_either_way_round(connection: Connection, start: Point, end: Point) -> None:
    there = await distance_km(connection, start, end)
    assert there == pytest.approx(haversine(start, end), rel=1e-9, abs=1e-6)
    assert there == pytest.approx(await distance_km(connection, end, start), rel=1e-9, abs=1e-6)
    assert 0 <= there <= 20_015.12
