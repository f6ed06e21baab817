-- Co-working spaces, what can be booked in them, when they are open, and the bookings.
CREATE TABLE space (
    id                      int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality_id         int NOT NULL REFERENCES municipality,
    name                    text NOT NULL,
    description             text NOT NULL DEFAULT '',
    street                  text NOT NULL,
    postal_code             text NOT NULL CHECK (postal_code ~ '^\d{5}$'),
    town                    text NOT NULL,
    lat                     double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lon                     double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    features                text[] NOT NULL DEFAULT '{}',  -- access and equipment, words of spaces/features.py
    open_on_public_holidays boolean NOT NULL DEFAULT false,
    lead_minutes            int NOT NULL DEFAULT 0 CHECK (lead_minutes BETWEEN 0 AND 20160),
    horizon_days            int NOT NULL DEFAULT 90 CHECK (horizon_days BETWEEN 1 AND 730),
    shortest_minutes        int NOT NULL DEFAULT 30 CHECK (shortest_minutes > 0 AND shortest_minutes % 15 = 0),
    longest_minutes         int NOT NULL DEFAULT 600 CHECK (longest_minutes >= shortest_minutes AND longest_minutes % 15 = 0),
    published               boolean NOT NULL DEFAULT true,
    created_at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON space (municipality_id);

CREATE TABLE space_host (
    space_id  int NOT NULL REFERENCES space ON DELETE CASCADE,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    PRIMARY KEY (space_id, person_id)
);
CREATE INDEX ON space_host (person_id);

-- Minutes since local midnight: 1440 is the end of the day, which a time of day can't say.
CREATE TABLE opening_hours (
    space_id int NOT NULL REFERENCES space ON DELETE CASCADE,
    weekday  smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),  -- ISO: Monday is 1
    opens    smallint NOT NULL CHECK (opens BETWEEN 0 AND 1425 AND opens % 15 = 0),
    closes   smallint NOT NULL CHECK (closes BETWEEN 15 AND 1440 AND closes % 15 = 0),
    CHECK (opens < closes),
    EXCLUDE USING gist (space_id WITH =, weekday WITH =, int4range(opens, closes) WITH &&)
);

CREATE TABLE closure (
    id       int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id int NOT NULL REFERENCES space ON DELETE CASCADE,
    days     daterange NOT NULL CHECK (NOT isempty(days) AND lower(days) IS NOT NULL AND upper(days) IS NOT NULL),
    reason   text NOT NULL DEFAULT ''
);
CREATE INDEX ON closure (space_id);

CREATE TABLE resource (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id   int NOT NULL REFERENCES space,
    kind       text NOT NULL CHECK (kind IN ('desk')),
    name       text NOT NULL,
    features   text[] NOT NULL DEFAULT '{}',
    retired_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (space_id, name, retired_at)
);

-- A host keeps resources from being booked for a time.
CREATE TABLE blackout (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id   int NOT NULL REFERENCES space,
    period     tstzrange NOT NULL,
    reason     text NOT NULL DEFAULT '',
    created_by bigint REFERENCES person ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    lifted_at  timestamptz
);
CREATE INDEX ON blackout (space_id);

-- Who has a resource when. A blackout's rows stand here too, so that one constraint decides between all of them.
-- A booking whose person was erased keeps its place in the statistics with neither person nor blackout.
CREATE TABLE booking (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource_id  int NOT NULL REFERENCES resource,
    person_id    bigint REFERENCES person ON DELETE SET NULL,
    blackout_id  int REFERENCES blackout,
    period       tstzrange NOT NULL,
    blocked      tstzrange NOT NULL,  -- the period with its buffers before and after
    status       text NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'cancelled')),
    version      int NOT NULL DEFAULT 1,  -- rises with every change; a calendar entry's SEQUENCE is one less
    created_at   timestamptz NOT NULL DEFAULT now(),
    changed_at   timestamptz NOT NULL DEFAULT now(),
    cancelled_at timestamptz,
    cancelled_by bigint REFERENCES person ON DELETE SET NULL,
    CHECK (person_id IS NULL OR blackout_id IS NULL),
    CHECK (NOT isempty(period) AND lower_inc(period) AND NOT upper_inc(period)),
    CHECK (lower(period) IS NOT NULL AND upper(period) IS NOT NULL AND blocked @> period),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)),
    CONSTRAINT booking_no_overlap EXCLUDE USING gist (resource_id WITH =, blocked WITH &&) WHERE (status = 'confirmed')
);
CREATE INDEX ON booking (person_id, upper(period));
CREATE INDEX ON booking (blackout_id) WHERE blackout_id IS NOT NULL;
