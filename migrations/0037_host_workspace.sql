-- Roles of those who run a space, who changed what there, and calendars with names for who runs it.

-- "owner" answers for the space and changes everything; "desk" is there day by day. Who was named before is an owner.
ALTER TABLE space_host ADD COLUMN role text NOT NULL DEFAULT 'owner' CHECK (role IN ('owner', 'desk'));

-- What hosts and the district have changed at a space. Triggers write it, in the transaction of the change itself, so no
-- change can be forgotten. `act` is the request that made it: one act may change several rows. `about_id` is who was
-- named or dismissed; of residents nothing stands here. `what` has the columns that matter: as they are, or, where
-- something changed, [before, after].
CREATE TABLE space_change (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id     int NOT NULL REFERENCES space,
    act          uuid NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    person_id    bigint REFERENCES person ON DELETE SET NULL,
    for_district boolean NOT NULL,
    subject      text NOT NULL,
    verb         text NOT NULL,
    about_id     bigint REFERENCES person ON DELETE SET NULL,
    what         jsonb NOT NULL
);
CREATE INDEX ON space_change (space_id, id);
CREATE INDEX ON space_change (at);
CREATE INDEX ON space_change (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX ON space_change (about_id) WHERE about_id IS NOT NULL;

-- Nobody rewrites it: people can be forgotten, and all of it goes after a year.
CREATE FUNCTION keep_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < now() - interval '1 year' THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - '{person_id,about_id}'::text[] = to_jsonb(OLD) - '{person_id,about_id}'::text[]
           AND coalesce(NEW.person_id = OLD.person_id, NEW.person_id IS NULL)
           AND coalesce(NEW.about_id = OLD.about_id, NEW.about_id IS NULL) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was changed at a space is never rewritten' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_changes BEFORE UPDATE OR DELETE ON space_change FOR EACH ROW EXECUTE FUNCTION keep_changes();
CREATE TRIGGER keep_changes_whole BEFORE TRUNCATE ON space_change FOR EACH STATEMENT EXECUTE FUNCTION keep_changes();

-- Whoever is acting is told to the transaction (accounts/acting.py); where nobody is, as in the worker, nothing is noted.
CREATE FUNCTION note_change(space_id int, subject text, verb text, about bigint, what jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    actor bigint := nullif(current_setting('landbooking.actor', true), '')::bigint;
BEGIN
    IF actor IS NOT NULL THEN
        INSERT INTO space_change (space_id, act, person_id, for_district, subject, verb, about_id, what)
        VALUES (space_id, current_setting('landbooking.act')::uuid,
                (SELECT id FROM person WHERE id = actor),  -- not any more where they are just closing their account
                EXISTS (SELECT FROM person WHERE id = actor AND role <> 'resident')
                    AND NOT EXISTS (SELECT FROM space_host AS host
                                    WHERE host.space_id = note_change.space_id AND host.person_id = actor),
                subject, verb, (SELECT id FROM person WHERE id = about), what);
    END IF;
END $$;

-- For a table with `space_id`, with `resource_id`, or the space's own. Its arguments: the subject; the verb where it is
-- always one; the columns that are noted; those without which a changed row can't be told from others.
CREATE FUNCTION note_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after  jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole  jsonb := coalesce(after, before);
    noted  jsonb;
    place  int := CASE WHEN TG_TABLE_NAME = 'space' THEN (whole ->> 'id')::int
                       WHEN whole ? 'space_id' THEN (whole ->> 'space_id')::int
                       ELSE (SELECT space_id FROM resource WHERE id = (whole ->> 'resource_id')::int) END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(name, CASE WHEN before -> name = after -> name THEN after -> name
                                           ELSE jsonb_build_array(before -> name, after -> name) END)
               FILTER (WHERE before -> name <> after -> name OR name = ANY(string_to_array(TG_ARGV[3], ',')))
        INTO noted FROM unnest(string_to_array(TG_ARGV[2], ',')) AS name
        HAVING bool_or(before -> name <> after -> name);
        IF noted IS NULL THEN
            RETURN NULL;
        END IF;
    ELSE
        SELECT coalesce(jsonb_object_agg(name, whole -> name), '{}') INTO noted
        FROM unnest(string_to_array(TG_ARGV[2], ',')) AS name WHERE whole -> name <> 'null';
    END IF;
    PERFORM note_change(
        place, TG_ARGV[0],
        coalesce(nullif(TG_ARGV[1], ''),
                 CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END),
        CASE WHEN TG_TABLE_NAME = 'space_host' THEN (whole ->> 'person_id')::bigint END, noted);
    RETURN NULL;
END $$;

-- Of bookings only what others than their person do: confirm, refuse, call off, move, and all that is done for guests.
CREATE FUNCTION note_booking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    verb text := CASE WHEN TG_OP = 'INSERT' THEN 'added'
                      WHEN OLD.status = 'requested' AND NEW.status = 'confirmed' THEN 'approved'
                      WHEN OLD.status = 'requested' AND NEW.status = 'cancelled' THEN 'refused'
                      WHEN NEW.status = 'cancelled' AND OLD.status <> 'cancelled' THEN 'removed'
                      WHEN NEW.period <> OLD.period OR NEW.resource_id <> OLD.resource_id THEN 'changed' END;
BEGIN
    IF verb IS NOT NULL AND NEW.person_id::text IS DISTINCT FROM current_setting('landbooking.actor') THEN
        PERFORM note_change(
            (SELECT space_id FROM resource WHERE id = NEW.resource_id), 'booking', verb, NULL,
            jsonb_build_object('id', NEW.id, 'resource_id', NEW.resource_id, 'period', NEW.period));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER note_added AFTER INSERT ON booking FOR EACH ROW
    WHEN (NEW.guest_id IS NOT NULL AND NEW.part_of IS NULL AND current_setting('landbooking.actor', true) <> '')
    EXECUTE FUNCTION note_booking();
CREATE TRIGGER note_changed AFTER UPDATE ON booking FOR EACH ROW
    WHEN (NEW.blackout_id IS NULL AND NEW.part_of IS NULL AND current_setting('landbooking.actor', true) <> '')
    EXECUTE FUNCTION note_booking();
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON space FOR EACH ROW EXECUTE FUNCTION note_row(
    'space', '',
    'name,description,street,postal_code,town,lat,lon,features,published,open_on_public_holidays,lead_minutes,'
    'horizon_days,shortest_minutes,longest_minutes,unit,step_minutes,buffer_before_minutes,buffer_after_minutes,'
    'weekly_minutes,cancel_minutes,hold_minutes,audience,approval,around_the_clock,checkin_minutes', '');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON space_host FOR EACH ROW EXECUTE FUNCTION note_row(
    'host', '', 'role', '');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON opening_hours FOR EACH ROW EXECUTE FUNCTION note_row(
    'hours', 'changed', 'weekday,opens,closes', 'weekday');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON closure FOR EACH ROW EXECUTE FUNCTION note_row(
    'closure', '', 'days', '');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON blackout FOR EACH ROW EXECUTE FUNCTION note_row(
    'blackout', '', 'period,whole_space,resource_ids,lifted_at', 'period,whole_space,resource_ids');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON resource FOR EACH ROW EXECUTE FUNCTION note_row(
    'resource', '', 'name,kind,pool,features,retired_at', 'name');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON vehicle FOR EACH ROW EXECUTE FUNCTION note_row(
    'vehicle', 'changed',
    'resource_id,out_of_order,form_factor,propulsion,max_range_metres,doors,equipment', 'resource_id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON rule_override FOR EACH ROW EXECUTE FUNCTION note_row(
    'rules', 'changed', 'kind,resource_id', '');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON tariff FOR EACH ROW EXECUTE FUNCTION note_row(
    'tariff', 'changed', 'kind,resource_id,hour_cents,half_day_cents,day_cents,month_cents', 'kind,resource_id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON space_member FOR EACH ROW EXECUTE FUNCTION note_row(
    'member', '', '', '');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON space_photo FOR EACH ROW EXECUTE FUNCTION note_row(
    'photo', '', 'id', '');
CREATE TRIGGER note_sale AFTER INSERT ON charge FOR EACH ROW WHEN (NEW.what <> 'booking' OR NEW.way = 'waived')
    EXECUTE FUNCTION note_row('charge', '', 'id,what,way,cents,corrects');

-- A host's calendar of a space, with names: a secret address, of which we keep the hash. It ends with being a host.
CREATE TABLE space_feed (
    space_id   int NOT NULL,
    person_id  bigint NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (space_id, person_id),
    FOREIGN KEY (space_id, person_id) REFERENCES space_host (space_id, person_id) ON DELETE CASCADE
);
