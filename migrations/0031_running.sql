-- While an internship runs, and its papers: presence at the desk, confirming once more before it begins, what the
-- agreement needs besides, and asking both sides afterwards.

-- Somebody counts on who comes, so that one checks in even where the space asks nobody to.
ALTER TABLE booking ADD COLUMN records_presence boolean NOT NULL DEFAULT false;

-- Presence is noted once, at the desk, and stands with the placement when the booking is long forgotten. By triggers,
-- since spaces know nothing of internships.
CREATE FUNCTION count_on_presence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE booking SET records_presence = true WHERE id = NEW.booking_id;
    RETURN NULL;
END $$;
CREATE TRIGGER count_on_presence AFTER INSERT OR UPDATE OF booking_id ON placement_day
    FOR EACH ROW WHEN (NEW.booking_id IS NOT NULL) EXECUTE FUNCTION count_on_presence();

CREATE FUNCTION note_presence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE placement_day SET checked_in_at = NEW.checked_in_at WHERE booking_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_presence AFTER UPDATE OF checked_in_at ON booking
    FOR EACH ROW WHEN (NEW.records_presence AND NEW.checked_in_at IS DISTINCT FROM OLD.checked_in_at)
    EXECUTE FUNCTION note_presence();

ALTER TABLE placement
    ADD COLUMN intern_address        text NOT NULL DEFAULT '',  -- of the agreement (NachwG § 2 (1a) no. 1)
    ADD COLUMN collective_agreements text NOT NULL DEFAULT '',  -- no. 7 there, as the company words it
    ADD COLUMN reconfirm_asked       smallint CHECK (reconfirm_asked IN (3, 1, 0)),  -- days before the start, the last
                                                -- time; 0: it began without an answer, and the company was told
    ADD COLUMN reconfirm_hash        bytea UNIQUE,              -- of the link's token, until it is used
    ADD COLUMN feedback_asked_at     timestamptz;
CREATE INDEX placement_to_reconfirm ON placement (lower(days)) WHERE status = 'confirmed' AND reconfirmed_at IS NULL;
CREATE INDEX placement_to_ask ON placement (id) WHERE status IN ('completed', 'discontinued') AND feedback_asked_at IS NULL;
