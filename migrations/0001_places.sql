-- Districts and their municipalities: everything that can be booked lies in one.
-- btree_gist lets an exclusion constraint combine equality (which resource) with overlap (when).
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE district (
    id        int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key       text NOT NULL UNIQUE CHECK (key ~ '^\d{5}$'),  -- the first five digits of the official key (AGS)
    name      text NOT NULL,
    state     text NOT NULL CHECK (state ~ '^[A-Z]{2}$'),    -- ISO 3166-2:DE without the country, for public holidays
    time_zone text NOT NULL DEFAULT 'Europe/Berlin'
);

CREATE TABLE municipality (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district_id int NOT NULL REFERENCES district,
    ags         text NOT NULL UNIQUE CHECK (ags ~ '^\d{8}$'),
    name        text NOT NULL,
    association text NOT NULL,
    lat         double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lon         double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    population  int NOT NULL CHECK (population >= 0)
);
CREATE INDEX ON municipality (district_id, name);

-- Kilometres between two points on the sphere (haversine, mean earth radius of the IUGG). Rounded to a centimetre on
-- the ground, because PostgreSQL refuses to square what is nearly nothing.
CREATE FUNCTION distance_km(lat1 double precision, lon1 double precision, lat2 double precision, lon2 double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    2 * 6371.0088 * asin(sqrt(least(1.0,
        sin(radians(round((lat2 - lat1)::numeric, 7)) / 2) ^ 2
        + cos(radians(round(lat1::numeric, 7))) * cos(radians(round(lat2::numeric, 7)))
          * sin(radians(round((lon2 - lon1)::numeric, 7)) / 2) ^ 2)));
