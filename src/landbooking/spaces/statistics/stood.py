"""The bookings that stand of resources, in a span: what the statements of statistics begin with."""

# Of the resources $1 (sorted), from $2 up to, not including, $3: all that may reach into it, and few besides. Bookings
# of one resource never overlap, so of those that end after the span only the first can reach into it: the index
# `booking_next` has both at once. There is no join, so the plan, which is made once for a host's month and a district's
# year, doesn't hang on what PostgreSQL thinks of how many there are.
STOOD = """
    SELECT * FROM booking
    WHERE resource_id = ANY($1) AND status = 'confirmed' AND upper(blocked) > $2 AND upper(blocked) <= $3
    UNION ALL
    SELECT later.* FROM unnest($1::int[]) AS unit CROSS JOIN LATERAL (
        SELECT * FROM booking WHERE resource_id = unit AND status = 'confirmed' AND upper(blocked) > $3
        ORDER BY upper(blocked) LIMIT 1) AS later
"""
# Of the array `persons` five, each once, and the same ones however they were found: which cell is hidden beside another
# may hang on them, and two pages that hide different ones would tell both.
SOME = "ARRAY(SELECT DISTINCT unnest(persons) ORDER BY 1 LIMIT 5)"
