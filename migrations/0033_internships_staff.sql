-- What was left open of internships: certificates that are issued again, hours of presence, postings that staff take
-- down, companies that are called something else, what has happened to a company, and a search near a place.

-- A revoked certificate keeps its row, so that its code goes on saying that it does not hold; one at most holds.
ALTER TABLE certificate
    DROP CONSTRAINT certificate_pkey,
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
CREATE UNIQUE INDEX certificate_stands ON certificate (placement_id) WHERE revoked_at IS NULL;
CREATE INDEX ON certificate (placement_id, id);

-- When somebody has left before the end of the day. Noted where they leave, as their coming is.
ALTER TABLE placement_day ADD COLUMN left_at timestamptz;
CREATE OR REPLACE FUNCTION note_presence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE placement_day SET checked_in_at = NEW.checked_in_at, left_at = NULL WHERE booking_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION note_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE placement_day SET left_at = now() WHERE booking_id = NEW.id AND left_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER note_leaving AFTER UPDATE OF period, status ON booking
    FOR EACH ROW WHEN (NEW.kept_by IS NOT NULL AND NEW.checked_in_at IS NOT NULL
                       AND (upper(NEW.period) < upper(OLD.period)
                            OR NEW.status = 'cancelled' AND OLD.status <> 'cancelled'))
    EXECUTE FUNCTION note_leaving();

-- Staff end what should not be shown.
ALTER TABLE posting
    DROP CONSTRAINT posting_closed_because_check,
    ADD CONSTRAINT posting_closed_because_check
        CHECK (closed_because IN ('deadline', 'filled', 'withdrawn', 'taken_down'));

-- What a verified company wants to be called from now on: shown to nobody but itself until staff have looked at it.
ALTER TABLE company
    ADD COLUMN asked_name            text CHECK (asked_name <> ''),
    ADD COLUMN asked_register_number text,
    ADD CHECK ((asked_name IS NULL) = (asked_register_number IS NULL)),
    ADD CHECK (asked_name IS NULL OR verified_at IS NOT NULL);

ALTER TABLE internship_event
    ADD COLUMN company_id int REFERENCES company ON DELETE CASCADE,
    DROP CONSTRAINT internship_event_check,
    ADD CONSTRAINT internship_event_of_one
        CHECK (num_nonnulls(posting_id, application_id, placement_id, company_id) = 1);
CREATE INDEX ON internship_event (company_id) WHERE company_id IS NOT NULL;

-- Which postings are near is read from the index alone.
CREATE INDEX posting_space_near ON posting_space (space_id, posting_id);
DROP INDEX posting_space_space_id_idx;
