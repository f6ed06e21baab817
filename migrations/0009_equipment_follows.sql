-- Equipment that was booked with a room is rows of its own in `booking`, each with its own buffers, so that the one
-- constraint decides about them too. Whatever becomes of the room's row becomes of them in the same statement, whoever
-- changes it: they move, end, are confirmed or cancelled with it, or nothing of it happens. Buffers stay as long as
-- they were when it was booked.
CREATE FUNCTION take_equipment_along() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE booking SET
        period = NEW.period,
        blocked = tstzrange(lower(blocked) + (lower(NEW.period) - lower(OLD.period)),
                            upper(blocked) + (upper(NEW.period) - upper(OLD.period))),
        status = NEW.status,
        until_at = NEW.until_at,
        version = version + 1,
        changed_at = NEW.changed_at,
        cancelled_at = NEW.cancelled_at,
        cancelled_by = NEW.cancelled_by,
        ended_because = NEW.ended_because
    WHERE part_of = NEW.id AND status <> 'cancelled';
    RETURN NULL;
END
$$;
CREATE TRIGGER booking_takes_equipment_along AFTER UPDATE OF period, status, until_at ON booking
    FOR EACH ROW WHEN (NEW.part_of IS NULL AND NEW.blackout_id IS NULL AND
                       (OLD.period, OLD.status, OLD.until_at) IS DISTINCT FROM (NEW.period, NEW.status, NEW.until_at))
    EXECUTE FUNCTION take_equipment_along();
