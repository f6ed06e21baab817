-- The waiting list: a wish for a resource, for a kind in a space or for a kind near a point, and what became of it.
-- What comes free is held (a booking with the status `held`) for the first in line whose whole wish fits.
CREATE TABLE waiting (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- the order in the line
    person_id   bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    period      tstzrange NOT NULL,
    kind        text NOT NULL,  -- also of a single resource, so that wishes can be compared
    resource_id int REFERENCES resource,
    space_id    int REFERENCES space,  -- also of a single resource; NULL is anywhere near the point
    lat         double precision CHECK (lat BETWEEN -90 AND 90),
    lon         double precision CHECK (lon BETWEEN -180 AND 180),
    radius_km   double precision CHECK (radius_km > 0),
    state       text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'offered', 'accepted', 'expired', 'withdrawn')),
    booking_id  bigint REFERENCES booking,  -- what is or was held for it
    version     int NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (NOT isempty(period) AND lower_inc(period) AND NOT upper_inc(period)),
    CHECK (lower(period) IS NOT NULL AND upper(period) IS NOT NULL),
    CHECK ((space_id IS NULL) = (radius_km IS NOT NULL)),
    CHECK (num_nonnulls(lat, lon, radius_km) IN (0, 3)),
    CHECK (resource_id IS NULL OR space_id IS NOT NULL),
    CHECK (state NOT IN ('offered', 'accepted') OR booking_id IS NOT NULL),
    CHECK (state <> 'waiting' OR booking_id IS NULL)
);
-- Who asks for the same twice stands in the line once.
CREATE UNIQUE INDEX waiting_once
    ON waiting (person_id, period, kind, resource_id, space_id, lat, lon, radius_km) NULLS NOT DISTINCT
    WHERE state IN ('waiting', 'offered');
CREATE INDEX waiting_here ON waiting (space_id, id) WHERE state = 'waiting' AND space_id IS NOT NULL;
CREATE INDEX waiting_near ON waiting (id) WHERE state = 'waiting' AND space_id IS NULL;
CREATE INDEX ON waiting (person_id, id);
CREATE INDEX ON waiting (booking_id) WHERE booking_id IS NOT NULL;
