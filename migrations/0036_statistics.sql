-- Statistics divide what was booked by what could be booked at that time, so what hosts change must not be forgotten:
-- hours and closures keep since when they stand, and go to a table of former ones when they are taken back.
-- What was there before this migration counts as having stood always.

ALTER TABLE opening_hours ADD COLUMN since timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE opening_hours ALTER COLUMN since SET DEFAULT now();
ALTER TABLE closure ADD COLUMN since timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE closure ALTER COLUMN since SET DEFAULT now();

CREATE TABLE former_opening_hours (
    space_id                int NOT NULL REFERENCES space ON DELETE CASCADE,
    weekday                 smallint NOT NULL,
    opens                   smallint NOT NULL,
    closes                  smallint NOT NULL,
    open_on_public_holidays boolean NOT NULL,
    stood                   tstzrange NOT NULL
);
CREATE INDEX ON former_opening_hours (space_id);

CREATE TABLE former_closure (
    space_id int NOT NULL REFERENCES space ON DELETE CASCADE,
    days     daterange NOT NULL,
    stood    tstzrange NOT NULL
);
CREATE INDEX ON former_closure (space_id);

-- By triggers, so that nobody who changes hours has to think of it. A space that is deleted takes all with it: its row
-- is gone by then, and nothing is kept. What came and went in one transaction never stood.
CREATE FUNCTION keep_former_opening_hours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO former_opening_hours (space_id, weekday, opens, closes, open_on_public_holidays, stood)
    SELECT space.id, OLD.weekday, OLD.opens, OLD.closes, space.open_on_public_holidays, tstzrange(OLD.since, now())
    FROM space WHERE space.id = OLD.space_id AND OLD.since < now();
    RETURN NULL;
END $$;
CREATE TRIGGER keep_former AFTER DELETE ON opening_hours FOR EACH ROW EXECUTE FUNCTION keep_former_opening_hours();

CREATE FUNCTION keep_former_closure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO former_closure (space_id, days, stood)
    SELECT space.id, OLD.days, tstzrange(OLD.since, now()) FROM space WHERE space.id = OLD.space_id AND OLD.since < now();
    RETURN NULL;
END $$;
CREATE TRIGGER keep_former AFTER DELETE ON closure FOR EACH ROW EXECUTE FUNCTION keep_former_closure();

-- What was called off, by the time for which it was booked. What stands has `booking_next`.
CREATE INDEX booking_cancelled ON booking (resource_id, lower(period)) WHERE status = 'cancelled';
