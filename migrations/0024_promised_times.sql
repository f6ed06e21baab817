-- What was promised to riders counts the detours for those who were accepted before, and holds when others come later.
-- `from_stretch` and `to_stretch` say after how many of the driver's stops (from 0) the rider gets in and out: where a way
-- turns at a stop, the metres alone don't say on which side of it. `planned` is the period that the ride alone would
-- have given, without detours for others: where that moves, it was the driver who moved it. NULL: the same as `period`.
ALTER TABLE seat_request
    ADD COLUMN from_stretch smallint NOT NULL DEFAULT 0 CHECK (from_stretch >= 0),
    ADD COLUMN to_stretch smallint NOT NULL DEFAULT 0 CHECK (to_stretch >= from_stretch),
    ADD COLUMN planned tstzrange;

-- So far every period was that of the ride alone. Nothing is promised anew here, so the guard need not look.
ALTER TABLE seat_request DISABLE TRIGGER guard_seats;
UPDATE seat_request seat
SET planned = period,
    from_stretch = (SELECT count(*) FROM ride_stop stop WHERE stop.ride_id = seat.ride_id AND at_m <= lower(leg)
                        AND position BETWEEN 1 AND (SELECT max(position) - 1 FROM ride_stop WHERE ride_id = seat.ride_id)),
    to_stretch = (SELECT count(*) FROM ride_stop stop WHERE stop.ride_id = seat.ride_id AND at_m < upper(leg)
                      AND position BETWEEN 1 AND (SELECT max(position) - 1 FROM ride_stop WHERE ride_id = seat.ride_id));
ALTER TABLE seat_request ENABLE TRIGGER guard_seats;

-- A wish is found by its places, as a search is: from a meeting point nearby as well, wherever that is moved.
ALTER TABLE ride_wish DROP COLUMN from_cell, DROP COLUMN to_cell;
CREATE INDEX ON ride_wish (from_municipality, to_municipality) WHERE ended_at IS NULL;
