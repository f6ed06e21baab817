-- A space's log tells who runs it what they and the district have changed. Who hosts another space and ends something
-- here as a guardian, a company or a resident is as little named in it as anybody else. Who is leaving a team is not in
-- it any more when that is noted, so what one does to one's own place in it counts.
CREATE OR REPLACE FUNCTION note_change(space_id int, subject text, verb text, about bigint, what jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('landbooking.actor', true), '')::bigint;
    is_host boolean := subject = 'host' AND about = actor
                       OR EXISTS (SELECT FROM space_host AS host
                                  WHERE host.space_id = note_change.space_id AND host.person_id = actor);
    is_staff boolean := EXISTS (SELECT FROM person WHERE id = actor AND role <> 'resident');
BEGIN
    IF is_host OR is_staff THEN
        INSERT INTO space_change (space_id, act, person_id, for_district, subject, verb, about_id, what)
        VALUES (space_id, current_setting('landbooking.act')::uuid,
                (SELECT id FROM person WHERE id = actor),  -- not any more where they are just closing their account
                is_staff AND NOT is_host, subject, verb, (SELECT id FROM person WHERE id = about), what);
    END IF;
END $$;
