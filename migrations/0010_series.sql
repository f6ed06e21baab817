-- Bookings that belong together: the same desk every Tuesday. Each date is a booking like any other; the series says by
-- which rule they were planned, for the one calendar entry that they share.
CREATE TABLE series (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint REFERENCES person ON DELETE SET NULL,
    repeats    text NOT NULL CHECK (repeats IN ('daily', 'weekly', 'fortnightly', 'monthly', 'monthly_weekday')),
    weekdays   smallint[] NOT NULL DEFAULT '{}',  -- ISO: Monday is 1; of weekly and fortnightly ones
    first      date NOT NULL,
    until      date,
    count      int CHECK (count > 0),             -- of planned dates, with those that were left out
    starts     time NOT NULL,                     -- local clock times in the zone
    ends       time NOT NULL,
    zone       text NOT NULL,
    version    int NOT NULL DEFAULT 1,            -- the shared calendar entry's SEQUENCE is one less
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((until IS NULL) <> (count IS NULL))
);
CREATE INDEX ON series (person_id);

-- `planned_at` is the start by the rule: it names the date within the calendar entry for life, wherever it is moved.
ALTER TABLE booking
    ADD COLUMN series_id  bigint REFERENCES series,
    ADD COLUMN planned_at timestamptz,
    ADD CHECK ((series_id IS NULL) = (planned_at IS NULL));
CREATE UNIQUE INDEX booking_series ON booking (series_id, planned_at) WHERE series_id IS NOT NULL;

-- Calendar programs ignore what is not newer, so whoever changes one date, host or guest or the clock, changes the series.
CREATE FUNCTION count_change_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE series SET version = version + 1 WHERE id = new.series_id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_changes_series AFTER UPDATE OF version ON booking
    FOR EACH ROW WHEN (new.series_id IS NOT NULL AND new.version <> old.version) EXECUTE FUNCTION count_change_of_series();
