-- Everything a space can be booked for: kinds of resources, rules that a kind or a single resource may have of its own,
-- and bookings that hold their time before they are confirmed.

ALTER TABLE resource
    DROP CONSTRAINT resource_kind_check,
    ADD CHECK (kind IN ('desk', 'meeting_room', 'phone_booth', 'telemedicine', 'vehicle', 'equipment')),
    ADD COLUMN pool text CHECK (pool <> '');  -- the name that numbered, alike units share: "Tisch" of "Tisch 1" …

-- The rules of the whole space. Everything a person does not book by the minute is booked by the half day or the day.
ALTER TABLE space
    ADD COLUMN unit                  text NOT NULL DEFAULT 'time' CHECK (unit IN ('time', 'half_day', 'day')),
    ADD COLUMN step_minutes          int NOT NULL DEFAULT 15 CHECK (step_minutes IN (15, 30, 60)),
    ADD COLUMN buffer_before_minutes int NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 240),
    ADD COLUMN buffer_after_minutes  int NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 240),
    ADD COLUMN weekly_minutes        int NOT NULL DEFAULT 0 CHECK (weekly_minutes BETWEEN 0 AND 10080),  -- 0: no quota
    ADD COLUMN cancel_minutes        int NOT NULL DEFAULT 0 CHECK (cancel_minutes BETWEEN 0 AND 20160),  -- before start
    ADD COLUMN audience              text NOT NULL DEFAULT 'everyone'
                                     CHECK (audience IN ('everyone', 'members', 'staff')),
    ADD COLUMN approval              boolean NOT NULL DEFAULT false;

-- What a kind of a space, or one resource, has otherwise. NULL inherits: a resource from its kind, a kind from the space.
CREATE TABLE rule_override (
    id                    int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id              int NOT NULL REFERENCES space ON DELETE CASCADE,
    kind                  text,
    resource_id           int REFERENCES resource ON DELETE CASCADE,
    unit                  text CHECK (unit IN ('time', 'half_day', 'day')),
    step_minutes          int CHECK (step_minutes IN (15, 30, 60)),
    lead_minutes          int CHECK (lead_minutes BETWEEN 0 AND 20160),
    horizon_days          int CHECK (horizon_days BETWEEN 1 AND 730),
    shortest_minutes      int CHECK (shortest_minutes > 0 AND shortest_minutes % 15 = 0),
    longest_minutes       int CHECK (longest_minutes > 0 AND longest_minutes % 15 = 0),
    buffer_before_minutes int CHECK (buffer_before_minutes BETWEEN 0 AND 240),
    buffer_after_minutes  int CHECK (buffer_after_minutes BETWEEN 0 AND 240),
    weekly_minutes        int CHECK (weekly_minutes BETWEEN 0 AND 10080),
    cancel_minutes        int CHECK (cancel_minutes BETWEEN 0 AND 20160),
    audience              text CHECK (audience IN ('everyone', 'members', 'staff')),
    approval              boolean,
    CHECK ((kind IS NULL) <> (resource_id IS NULL)),
    UNIQUE NULLS NOT DISTINCT (space_id, kind, resource_id)
);
CREATE INDEX ON rule_override (resource_id);

-- Who may book what is for members only.
CREATE TABLE space_member (
    space_id  int NOT NULL REFERENCES space ON DELETE CASCADE,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    PRIMARY KEY (space_id, person_id)
);
CREATE INDEX ON space_member (person_id);

-- A booking holds its resource from the request (by a person who needs approval) or the hold (for the first of a waiting
-- list) on. Both end at `until_at` where nobody answers. `ended_because` says why a booking is cancelled.
ALTER TABLE booking
    DROP CONSTRAINT booking_no_overlap,
    DROP CONSTRAINT booking_status_check,
    ADD CHECK (status IN ('held', 'requested', 'confirmed', 'cancelled')),
    ADD COLUMN until_at      timestamptz,
    ADD COLUMN ended_because text CHECK (ended_because IN ('person', 'host', 'declined', 'expired', 'no_show')),
    ADD COLUMN part_of       bigint REFERENCES booking,  -- equipment that came with a room goes where the room goes
    ADD CHECK ((status IN ('held', 'requested')) = (until_at IS NOT NULL));
ALTER TABLE booking ADD CONSTRAINT booking_no_overlap
    EXCLUDE USING gist (resource_id WITH =, blocked WITH &&) WHERE (status <> 'cancelled');
DROP INDEX booking_next;
CREATE INDEX booking_next ON booking (resource_id, upper(blocked)) INCLUDE (blocked) WHERE status <> 'cancelled';
CREATE INDEX booking_until ON booking (until_at) WHERE until_at IS NOT NULL;
CREATE INDEX booking_parts ON booking (part_of) WHERE part_of IS NOT NULL;
