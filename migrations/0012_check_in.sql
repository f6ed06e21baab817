-- Who has come: a code at every desk, and bookings of people who stay away.

ALTER TABLE space ADD COLUMN checkin_minutes int CHECK (checkin_minutes BETWEEN 5 AND 120);  -- NULL: nobody checks in

-- Stands in the address that the code at the desk shows, so that only who has been there knows it: 48 random bits.
ALTER TABLE resource
    ADD COLUMN code text NOT NULL UNIQUE DEFAULT left(replace(gen_random_uuid()::text, '-', ''), 12);

ALTER TABLE booking
    ADD COLUMN checked_in_at timestamptz,
    ADD COLUMN asked_at      timestamptz;  -- when the absent person was asked whether they will still come
CREATE INDEX booking_absent ON booking (lower(period))
    WHERE status = 'confirmed' AND checked_in_at IS NULL AND person_id IS NOT NULL;
