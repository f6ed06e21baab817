-- Rides: who drives where and when, and who rides along. Nobody's front door is in what others may see: a stop is a
-- municipality or a meeting point, and the exact place beside it is told to those two only, after acceptance.
CREATE TABLE meeting_point (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality_id int NOT NULL REFERENCES municipality,
    name            text NOT NULL,
    description     text NOT NULL DEFAULT '',
    lat             double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    lon             double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lit             boolean NOT NULL DEFAULT false,
    step_free       boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL DEFAULT now(),
    retired_at      timestamptz,
    UNIQUE NULLS NOT DISTINCT (municipality_id, name, retired_at)
);

-- The most that all riders of a run together may pay, in cents for each kilometre driven: PBefG § 1 (2) no. 1 b with
-- BRKG § 5 (2). The rate of the day of the ride counts.
CREATE TABLE cost_rate (
    valid_from   date PRIMARY KEY,
    cents_per_km smallint NOT NULL CHECK (cents_per_km BETWEEN 0 AND 200)
);
INSERT INTO cost_rate VALUES ('2021-08-01', 30);

-- One direction. A return trip is a ride of its own, which names the way there. It runs on `days` at the time of the
-- weekday; one that runs once has one day. Times are minutes since local midnight of the district's time zone.
-- `way` is {lat, lon, metres, seconds} a point, from the first stop on, drawn between public places only; `cells` are the
-- H3 cells of resolution 7 from which one can get on or off: within the driver's detour, or a walk from a stop.
CREATE TABLE ride (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district_id      int NOT NULL REFERENCES district,
    driver_id        bigint REFERENCES person ON DELETE SET NULL,
    outward_id       bigint REFERENCES ride,
    days             daterange NOT NULL CHECK (NOT isempty(days) AND lower(days) IS NOT NULL),
    departs          smallint[] NOT NULL CHECK (array_ndims(departs) = 1 AND cardinality(departs) = 7),  -- NULL: not then
    not_on_holidays  boolean NOT NULL DEFAULT false,
    only_school_days boolean NOT NULL DEFAULT false,
    seats            smallint NOT NULL CHECK (seats BETWEEN 1 AND 8),
    flexible_minutes smallint NOT NULL DEFAULT 0 CHECK (flexible_minutes BETWEEN 0 AND 120),
    detour_minutes   smallint NOT NULL DEFAULT 0 CHECK (detour_minutes BETWEEN 0 AND 60),
    instant          boolean NOT NULL DEFAULT false,
    share_cents      int NOT NULL DEFAULT 0 CHECK (share_cents >= 0),  -- of one rider for the whole way; for a part its part
    carries          text[] NOT NULL DEFAULT '{}'
                     CHECK (carries <@ '{luggage,bicycle,child-seat,wheelchair,pets}'),
    women_only       boolean NOT NULL DEFAULT false,
    note             text NOT NULL DEFAULT '',
    way              double precision[] NOT NULL CHECK (array_ndims(way) = 2 AND array_length(way, 2) = 4),
    way_m            int NOT NULL CHECK (way_m > 0),
    way_s            int NOT NULL CHECK (way_s > 0),
    routed_by        text NOT NULL CHECK (routed_by IN ('beeline', 'valhalla', 'osrm')),
    cells            bigint[] NOT NULL CHECK (cardinality(cells) > 0),
    version          int NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now(),
    changed_at       timestamptz NOT NULL DEFAULT now(),
    ended_at         timestamptz
);
CREATE INDEX ON ride (driver_id);
CREATE INDEX ON ride (outward_id) WHERE outward_id IS NOT NULL;
CREATE INDEX ride_cells ON ride USING gin (cells) WHERE ended_at IS NULL;

CREATE TABLE ride_stop (
    ride_id          bigint NOT NULL REFERENCES ride ON DELETE CASCADE,
    position         smallint NOT NULL CHECK (position >= 0),
    municipality_id  int NOT NULL REFERENCES municipality,
    meeting_point_id int REFERENCES meeting_point,
    exact_place      text NOT NULL DEFAULT '',  -- such as an address: for those who ride along only
    exact_lat        double precision CHECK (exact_lat BETWEEN -90 AND 90),
    exact_lon        double precision CHECK (exact_lon BETWEEN -180 AND 180),
    at_m             int NOT NULL CHECK (at_m >= 0),  -- along the way
    at_s             int NOT NULL CHECK (at_s >= 0),  -- after the departure
    PRIMARY KEY (ride_id, position),
    CHECK ((exact_lat IS NULL) = (exact_lon IS NULL))
);

-- A day on which it does not run (`departs` NULL), or at another time, or on which it would not run otherwise.
CREATE TABLE ride_exception (
    ride_id bigint NOT NULL REFERENCES ride ON DELETE CASCADE,
    day     date NOT NULL,
    departs smallint CHECK (departs BETWEEN 0 AND 1439),
    PRIMARY KEY (ride_id, day)
);
CREATE INDEX ON ride_exception (day);

CREATE TABLE ride_pause (
    ride_id bigint NOT NULL REFERENCES ride ON DELETE CASCADE,
    days    daterange NOT NULL CHECK (NOT isempty(days) AND lower(days) IS NOT NULL AND upper(days) IS NOT NULL),
    EXCLUDE USING gist (ride_id WITH =, days WITH &&)
);

-- Who rides along on one day, or wants to. `leg` is the part of the way in metres, `period` from pick-up to arrival. A
-- guest has no account: staff asked for them by phone. Those of one `asked_with` were asked for together, such as the
-- way there and back. The row stays whatever happens, since what people say of one another hangs on it.
CREATE TABLE seat_request (
    id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ride_id                bigint NOT NULL REFERENCES ride,
    day                    date NOT NULL,  -- the local day of the departure
    rider_id               bigint REFERENCES person ON DELETE SET NULL,
    guest_name             text NOT NULL DEFAULT '',
    guest_phone            text NOT NULL DEFAULT '',
    asked_by               bigint REFERENCES person ON DELETE SET NULL,
    asked_with             uuid NOT NULL DEFAULT gen_random_uuid(),
    places                 smallint NOT NULL DEFAULT 1 CHECK (places BETWEEN 1 AND 8),
    leg                    int4range NOT NULL CHECK (NOT isempty(leg) AND lower(leg) >= 0 AND upper(leg) IS NOT NULL),
    period                 tstzrange NOT NULL CHECK (NOT isempty(period)),
    pick_up_municipality   int NOT NULL REFERENCES municipality,
    pick_up_meeting_point  int REFERENCES meeting_point,
    pick_up_place          text NOT NULL DEFAULT '',  -- exact: for those two only, after acceptance
    drop_off_municipality  int NOT NULL REFERENCES municipality,
    drop_off_meeting_point int REFERENCES meeting_point,
    drop_off_place         text NOT NULL DEFAULT '',
    detour_s               int NOT NULL DEFAULT 0 CHECK (detour_s >= 0),
    share_cents            int NOT NULL CHECK (share_cents >= 0),  -- of all places together
    needs                  text[] NOT NULL DEFAULT '{}'
                           CHECK (needs <@ '{luggage,bicycle,child-seat,wheelchair,pets}'),
    status                 text NOT NULL CHECK (status IN ('requested', 'accepted', 'declined', 'cancelled', 'expired')),
    until_at               timestamptz,  -- when a request runs out
    version                int NOT NULL DEFAULT 1,
    created_at             timestamptz NOT NULL DEFAULT now(),
    changed_at             timestamptz NOT NULL DEFAULT now(),
    ended_at               timestamptz,
    ended_by               bigint REFERENCES person ON DELETE SET NULL,
    CHECK ((status = 'requested') = (until_at IS NOT NULL)),
    CHECK ((status IN ('declined', 'cancelled', 'expired')) = (ended_at IS NOT NULL))
);
CREATE INDEX ON seat_request (ride_id, day);
CREATE INDEX ON seat_request (rider_id, upper(period));
CREATE INDEX ON seat_request (asked_with);
CREATE INDEX ON seat_request (until_at) WHERE status = 'requested';
CREATE UNIQUE INDEX seat_request_once ON seat_request (ride_id, day, rider_id)
    WHERE status IN ('requested', 'accepted') AND rider_id IS NOT NULL;

-- Which promise a run would break, or NULL: at every point of the way no more riders than seats, no more detour than the
-- driver accepts, and no more money from all riders together than the law allows. Two may use one seat one after the
-- other, so what counts is the fullest point, and that is where somebody gets in.
CREATE FUNCTION broken_seat_promise(r ride, on_day date) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    most int;
    paid int;
    detour int;
BEGIN
    SELECT max((SELECT sum(other.places) FROM seat_request other
                WHERE other.ride_id = r.id AND other.day = on_day AND other.status = 'accepted'
                  AND other.leg @> lower(one.leg))),
           sum(one.share_cents), sum(one.detour_s)
    INTO most, paid, detour
    FROM seat_request one WHERE one.ride_id = r.id AND one.day = on_day AND one.status = 'accepted';
    RETURN CASE WHEN most > r.seats THEN 'seat_capacity'
                WHEN detour > r.detour_minutes * 60 THEN 'seat_detour'
                WHEN paid > highest_shares(r, on_day) THEN 'seat_shares' END;
END $$;

-- In cents, of all riders of a run together.
CREATE FUNCTION highest_shares(r ride, on_day date) RETURNS int LANGUAGE sql RETURN coalesce(
    (SELECT cents_per_km FROM cost_rate WHERE valid_from <= on_day ORDER BY valid_from DESC LIMIT 1) * r.way_m / 1000, 0);

-- Seats of a ride are given one after the other: the ride's row is locked, so what is counted is all that there is.
CREATE FUNCTION guard_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r ride;
    broken text;
BEGIN
    SELECT * INTO r FROM ride WHERE id = NEW.ride_id FOR NO KEY UPDATE;
    broken := broken_seat_promise(r, NEW.day);
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'ride % on % can not keep this promise: %', r.id, NEW.day, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guard_seats AFTER INSERT OR UPDATE ON seat_request
    FOR EACH ROW WHEN (NEW.status = 'accepted') EXECUTE FUNCTION guard_seats();

-- What was promised to riders holds when the driver changes the ride.
CREATE FUNCTION guard_ride() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    SELECT promise INTO broken
    FROM (SELECT DISTINCT day FROM seat_request WHERE ride_id = NEW.id AND status = 'accepted' AND upper(period) > now())
         AS run, LATERAL broken_seat_promise(NEW, run.day) AS promise
    WHERE promise IS NOT NULL LIMIT 1;
    IF broken IS NULL AND NEW.seats * NEW.share_cents > highest_shares(NEW, lower(NEW.days)) THEN
        broken := 'ride_shares';
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'ride % can not keep this promise: %', NEW.id, broken
            USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guard_ride AFTER INSERT OR UPDATE OF seats, share_cents, detour_minutes, way_m, days ON ride
    FOR EACH ROW EXECUTE FUNCTION guard_ride();
