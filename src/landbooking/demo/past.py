"""Nine months of bookings that are over, so that statistics have a quarter and the one before to tell of."""

from landbooking.database import Connection

VISITORS = 24


async def add_past(connection: Connection) -> None:
    """Of people whom nobody signs in as, in what is not for doctors' appointments; some cancelled, some stayed away.

    Hours and resources are as old as that. Everything follows from numbers alone: two demos of one day are the same.
    """
    await connection.execute("UPDATE opening_hours SET since = '-infinity'")
    await connection.execute("UPDATE resource SET created_at = now() - interval '9 months'")
    await connection.execute(
        """INSERT INTO person (email, name)
           SELECT 'besuch-' || number || '@landbooking.example', 'Besuch ' || number
           FROM generate_series(1, $1::int) AS number""",
        VISITORS,
    )
    await connection.execute(_BOOKINGS, VISITORS)


# Each resource on about two of seven open days, mornings more often than afternoons; people have places they like best.
# `number` stands for chance.
_BOOKINGS = """
    WITH visitor AS (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM person WHERE email LIKE 'besuch-%'
    ), wish AS (
        SELECT resource.id AS resource_id, resource.space_id, day::date AS day, opens,
               ((resource.id::bigint * 31 + (day::date - date '2024-01-01') * 17 + opens) % 10007)::int AS number,
               make_interval(mins => opens) AS opening, make_interval(mins => least(closes - opens, 480)) AS whole
        FROM resource JOIN opening_hours ON opening_hours.space_id = resource.space_id,
             generate_series(current_date - interval '9 months', current_date - 2, interval '1 day') AS day
        WHERE resource.kind <> 'telemedicine' AND extract(isodow FROM day) = opening_hours.weekday
    ), slot AS (
        SELECT wish.*, (number * 7919) % 97 AS chance, district.time_zone,
               day + opening + make_interval(hours => ((number * 13) % 10 / 4)::int) AS starts_at,
               make_interval(hours => (2 + (number * 11) % 4)::int) AS length
        FROM wish JOIN space ON space.id = wish.space_id JOIN municipality ON municipality.id = space.municipality_id
                  JOIN district ON district.id = municipality.district_id
    ), booked AS (
        SELECT resource_id, day, number, chance,
               tstzrange(starts_at AT TIME ZONE time_zone,
                         least(starts_at + length, day + opening + whole) AT TIME ZONE time_zone) AS period
        FROM slot
        WHERE chance < 34 - extract(isodow FROM day) * 2 AND starts_at < day + opening + whole
    )
    INSERT INTO booking (resource_id, person_id, period, blocked, status, cancelled_at, ended_because, created_at,
                         changed_at)
    SELECT resource_id, visitor.id, period, period,
           CASE WHEN chance IN (3, 11) THEN 'cancelled' ELSE 'confirmed' END,
           CASE WHEN chance IN (3, 11) THEN lower(period) - interval '1 day' END,
           CASE chance WHEN 3 THEN 'person' WHEN 11 THEN 'host' WHEN 7 THEN 'no_show' END,
           lower(period) - make_interval(days => ((number * 5) % 40 * ((number * 3) % 7) / 6)::int, hours => 1),
           lower(period)
    FROM booked LEFT JOIN visitor
         ON visitor.place = (resource_id::bigint * 5 + (number * number) % 11) % $1 AND chance <> 5
    ON CONFLICT DO NOTHING
"""
