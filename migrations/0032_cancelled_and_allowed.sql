-- What becomes of an application whose placement is cancelled; what staff let pass before there is a placement; desks
-- that are changed where they were arranged; and days on which an intern has said that they don't come.

ALTER TABLE application
    DROP CONSTRAINT application_status_check,
    ADD CONSTRAINT application_status_check CHECK (status IN (
        'draft', 'submitted', 'shortlisted', 'interview', 'offered', 'accepted',
        'declined', 'withdrawn', 'expired', 'lapsed', 'cancelled'));
-- Their places were freed when they were cancelled, and so is the way to apply again.
WITH stale AS (
    UPDATE application SET status = 'cancelled', version = application.version + 1, changed_at = now(),
           ended_at = coalesce(placement.ended_at, now())
    FROM placement WHERE application_id = application.id AND placement.status = 'cancelled'
                     AND application.status = 'accepted'
    RETURNING application.id)
INSERT INTO internship_event (application_id, from_status, to_status, acted_as)
SELECT id, 'accepted', 'cancelled', 'worker' FROM stale;

-- An exception is made for an application: before the offer is accepted, and for the placement that comes of it.
ALTER TABLE law_override ADD COLUMN application_id bigint REFERENCES application ON DELETE CASCADE;
UPDATE law_override SET application_id = placement.application_id FROM placement WHERE placement.id = placement_id;
ALTER TABLE law_override ALTER COLUMN application_id SET NOT NULL, DROP COLUMN placement_id;
CREATE INDEX ON law_override (application_id);
ALTER TABLE application ADD COLUMN exception_asked_at timestamptz;  -- when the applicant asked staff for one

-- A booking that somebody counts on has the path of the page that says so: one checks in whatever the space asks for,
-- and who can't come says it there. Spaces know no more of it.
ALTER TABLE booking ADD COLUMN kept_by text;
UPDATE booking SET kept_by = '/internships/placements/' || placement_id FROM placement_day WHERE booking_id = booking.id;
CREATE OR REPLACE FUNCTION count_on_presence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE booking SET kept_by = '/internships/placements/' || NEW.placement_id WHERE id = NEW.booking_id;
    RETURN NULL;
END $$;
DROP TRIGGER note_presence ON booking;
CREATE TRIGGER note_presence AFTER UPDATE OF checked_in_at ON booking
    FOR EACH ROW WHEN (NEW.kept_by IS NOT NULL AND NEW.checked_in_at IS DISTINCT FROM OLD.checked_in_at)
    EXECUTE FUNCTION note_presence();
ALTER TABLE booking DROP COLUMN records_presence;

ALTER TABLE placement_day ADD COLUMN told_absent_at timestamptz;  -- the intern has said that they don't come
