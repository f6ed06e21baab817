-- Boards change by themselves: whatever changes what a space's boards show says which space it was, whoever does it and
-- however. It is said in a notice (SQLSTATE LB001, the space's number as its message) to the connection that makes the
-- change, whose pool passes it on once the transaction is over. Not by NOTIFY: that takes one lock for the whole server
-- at each commit, and a process would have to listen beside; a notice comes with the answer that is waited for anyway.
-- What is rolled back was said as well: that costs a look, no more.

-- By statement, for many rows may change at once. "changed" is what the trigger calls the rows.
CREATE FUNCTION tell_booked_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    number int;
BEGIN
    FOR number IN SELECT DISTINCT space_id FROM resource WHERE id IN (SELECT resource_id FROM changed) LOOP
        RAISE NOTICE USING MESSAGE = number::text, ERRCODE = 'LB001';
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER tell_of_new AFTER INSERT ON booking
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_booked_spaces();
CREATE TRIGGER tell_of_change AFTER UPDATE ON booking
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_booked_spaces();
CREATE TRIGGER tell_of_end AFTER DELETE ON booking
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_booked_spaces();

CREATE FUNCTION tell_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE USING MESSAGE = coalesce(NEW.space_id, OLD.space_id)::text, ERRCODE = 'LB001';
    RETURN NULL;
END $$;
CREATE TRIGGER tell_space AFTER INSERT OR UPDATE OR DELETE ON resource FOR EACH ROW EXECUTE FUNCTION tell_space();
CREATE TRIGGER tell_space AFTER INSERT OR UPDATE OR DELETE ON opening_hours FOR EACH ROW EXECUTE FUNCTION tell_space();
CREATE TRIGGER tell_space AFTER INSERT OR UPDATE OR DELETE ON closure FOR EACH ROW EXECUTE FUNCTION tell_space();
CREATE TRIGGER tell_space AFTER INSERT OR UPDATE OR DELETE ON rule_override FOR EACH ROW EXECUTE FUNCTION tell_space();

CREATE FUNCTION tell_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE USING MESSAGE = NEW.id::text, ERRCODE = 'LB001';
    RETURN NULL;
END $$;
CREATE TRIGGER tell_itself AFTER UPDATE ON space FOR EACH ROW EXECUTE FUNCTION tell_itself();

-- Of several spaces, or of those found by another way.
CREATE FUNCTION tell_spaces(numbers int[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    number int;
BEGIN
    FOREACH number IN ARRAY numbers LOOP
        RAISE NOTICE USING MESSAGE = number::text, ERRCODE = 'LB001';
    END LOOP;
END $$;

-- A booking that is moved to another space changes the one that it left as well.
CREATE FUNCTION tell_left_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_spaces(ARRAY(SELECT space_id FROM resource WHERE id = OLD.resource_id));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_left_space AFTER UPDATE OF resource_id ON booking
    FOR EACH ROW WHEN (OLD.resource_id <> NEW.resource_id) EXECUTE FUNCTION tell_left_space();

CREATE FUNCTION tell_space_of_vehicle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_spaces(ARRAY(SELECT space_id FROM resource WHERE id = NEW.resource_id));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_space_of_vehicle AFTER INSERT OR UPDATE ON vehicle
    FOR EACH ROW EXECUTE FUNCTION tell_space_of_vehicle();

-- Hosts see how many wait; for anywhere near a point it is said to all spaces there, whatever kinds they have.
CREATE FUNCTION tell_awaited_spaces() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wish waiting := coalesce(NEW, OLD);
BEGIN
    PERFORM tell_spaces(ARRAY(
        SELECT id FROM space
        WHERE id = wish.space_id
           OR wish.space_id IS NULL AND distance_km(wish.lat, wish.lon, lat, lon) <= wish.radius_km));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_awaited_spaces AFTER INSERT OR UPDATE OF state OR DELETE ON waiting
    FOR EACH ROW EXECUTE FUNCTION tell_awaited_spaces();

-- Hosts see names.
CREATE FUNCTION tell_spaces_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_spaces(ARRAY(
        SELECT DISTINCT space_id FROM booking JOIN resource ON resource.id = booking.resource_id
        WHERE person_id = NEW.id AND status <> 'cancelled'));
    RETURN NULL;
END $$;
CREATE TRIGGER tell_spaces_of_person AFTER UPDATE OF name ON person
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION tell_spaces_of_person();
