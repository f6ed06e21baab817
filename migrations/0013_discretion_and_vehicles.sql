-- Two kinds that need more than a name: rooms for talking to a doctor, of which nobody may learn who was in them, and
-- vehicles, which journey planners want to know about.

-- The name is all that mails, calendars and boards say of such a room, so it must not say what it is for.
ALTER TABLE resource ADD CONSTRAINT resource_neutral_name
    CHECK (kind <> 'telemedicine' OR name ~ '^Raum [1-9][0-9]{0,2}$');

-- What somebody tells beside the time. No column takes free text, so that no reason and no diagnosis can be written down.
-- The row is gone 7 days after the booking; where there is none, the person's own address is how to reach them.
CREATE TABLE consultation (
    booking_id bigint PRIMARY KEY REFERENCES booking ON DELETE CASCADE,
    contact    text NOT NULL CHECK (length(contact) <= 100
                                    AND contact ~ '^(\+?[0-9][0-9 ()/-]{4,28}[0-9]|[^\s@]+@[^\s@]+\.[^\s@]+)$'),
    equipment  text[] NOT NULL DEFAULT '{}'
               CHECK (equipment <@ '{large-screen,headset,hearing-loop,document-camera}'::text[]),
    assistant  boolean NOT NULL DEFAULT false
);

-- Who opened those details, and when.
CREATE TABLE access_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id bigint NOT NULL REFERENCES booking ON DELETE CASCADE,
    person_id  bigint REFERENCES person ON DELETE SET NULL,
    opened_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON access_log (booking_id);
CREATE INDEX ON access_log (opened_at);
CREATE INDEX ON access_log (person_id);

-- Whether others may only learn that the time is taken: such a room's bookings, and the equipment that goes with them.
CREATE FUNCTION discreet(booking) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT resource.kind = 'telemedicine' FROM booking AS whole JOIN resource ON resource.id = whole.resource_id
    WHERE whole.id = coalesce($1.part_of, $1.id)
$$;

-- What GBFS says of a vehicle. What drives only by muscles has no range.
CREATE TABLE vehicle (
    resource_id          int PRIMARY KEY REFERENCES resource ON DELETE CASCADE,
    form_factor          text NOT NULL CHECK (form_factor IN ('car', 'cargo_bicycle')),
    propulsion           text NOT NULL CHECK (propulsion IN ('human', 'electric_assist', 'electric', 'combustion', 'hybrid')),
    max_range_metres     int CHECK (max_range_metres BETWEEN 1000 AND 2000000),
    current_range_metres int CHECK (current_range_metres BETWEEN 0 AND max_range_metres),
    doors                smallint CHECK (doors BETWEEN 2 AND 5),
    equipment            text[] NOT NULL DEFAULT '{}'
                         CHECK (equipment <@ '{child_seat_a,child_seat_b,child_seat_c,winter_tires,snow_chains}'::text[]),
    out_of_order         boolean NOT NULL DEFAULT false,  -- in repair: stands in the feed, but nobody can take it
    CHECK ((propulsion = 'human') = (max_range_metres IS NULL)),
    CHECK ((max_range_metres IS NULL) = (current_range_metres IS NULL)),
    CHECK ((form_factor = 'car') = (doors IS NOT NULL)),
    CHECK (form_factor <> 'car' OR propulsion IN ('electric', 'combustion', 'hybrid')),
    CHECK (form_factor <> 'cargo_bicycle' OR propulsion IN ('human', 'electric_assist', 'electric'))
);
