-- What becomes of an application whose placement is cancelled, and what staff let pass before there is a placement.

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
