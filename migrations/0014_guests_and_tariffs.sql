-- People without an account, for whom staff book; and what bookings cost: tariffs, cards of ten visits, month passes,
-- vouchers, and the ledger in which every charge stands.

-- Nothing is required but the code. The row goes some weeks after the booking; the booking stays as a number.
CREATE TABLE guest (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL UNIQUE CHECK (code ~ '^\d{6}$'),  -- five random digits and one that checks them
    name       text NOT NULL DEFAULT '',
    phone      text NOT NULL DEFAULT '',
    created_by bigint REFERENCES person ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE booking
    ADD COLUMN guest_id bigint REFERENCES guest ON DELETE SET NULL,
    ADD CHECK (num_nonnulls(person_id, guest_id, blackout_id) <= 1);
CREATE INDEX ON booking (guest_id) WHERE guest_id IS NOT NULL;

-- What a booking costs, in cents: of a whole space, of a kind in it, or of one resource. NULL inherits: a resource from
-- its kind, a kind from the space; what nobody sets is not offered, and where nothing is offered, or 0, it is free.
CREATE TABLE tariff (
    id             int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id       int NOT NULL REFERENCES space ON DELETE CASCADE,
    kind           text,
    resource_id    int REFERENCES resource ON DELETE CASCADE,
    hour_cents     int CHECK (hour_cents BETWEEN 0 AND 100000),
    half_day_cents int CHECK (half_day_cents BETWEEN 0 AND 100000),
    day_cents      int CHECK (day_cents BETWEEN 0 AND 100000),
    month_cents    int CHECK (month_cents BETWEEN 0 AND 1000000),
    CHECK (kind IS NULL OR resource_id IS NULL),
    UNIQUE NULLS NOT DISTINCT (space_id, kind, resource_id)
);
CREATE INDEX ON tariff (resource_id);

-- What a card costs everywhere in a district. Each visit is worth the same, so that municipalities can settle to the cent.
CREATE TABLE card_offer (
    district_id int PRIMARY KEY REFERENCES district,
    visits      smallint NOT NULL DEFAULT 10 CHECK (visits BETWEEN 1 AND 100),
    cents       int NOT NULL CHECK (cents BETWEEN 0 AND 1000000 AND cents % visits = 0)
);

-- A card is worth `visits` visits, in any space of the district; one visit is a day in a space. `sold_in` is NULL for one
-- that came from a voucher of the district.
CREATE TABLE card (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district_id int NOT NULL REFERENCES district,
    person_id   bigint REFERENCES person ON DELETE SET NULL,
    sold_in     int REFERENCES space,
    sold_by     bigint REFERENCES person ON DELETE SET NULL,
    visits      smallint NOT NULL CHECK (visits > 0),
    visits_left smallint NOT NULL CHECK (visits_left BETWEEN 0 AND visits),  -- never overspent
    cents       int NOT NULL CHECK (cents >= 0 AND cents % visits = 0),
    sold_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    CHECK (revoked_at IS NULL OR visits_left = 0)
);
CREATE INDEX ON card (person_id);

-- Covers a person's bookings in a space for a month from `days`' first day on.
CREATE TABLE month_pass (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id  int NOT NULL REFERENCES space,
    person_id bigint REFERENCES person ON DELETE SET NULL,
    days      daterange NOT NULL CHECK (NOT isempty(days)),
    cents     int NOT NULL CHECK (cents >= 0),
    sold_by   bigint REFERENCES person ON DELETE SET NULL,
    sold_at   timestamptz NOT NULL DEFAULT now(),
    EXCLUDE USING gist (space_id WITH =, person_id WITH =, days WITH &&)
);
CREATE INDEX ON month_pass (person_id);

-- Worth visits or an amount, once.
CREATE TABLE voucher (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district_id int NOT NULL REFERENCES district,
    code        text NOT NULL UNIQUE,
    visits      smallint CHECK (visits BETWEEN 1 AND 100),
    cents       int CHECK (cents BETWEEN 1 AND 100000),
    issued_by   bigint REFERENCES person ON DELETE SET NULL,
    issued_at   timestamptz NOT NULL DEFAULT now(),
    redeemed_by bigint REFERENCES person ON DELETE SET NULL,
    redeemed_at timestamptz,
    CHECK ((visits IS NULL) <> (cents IS NULL))
);
CREATE INDEX ON voucher (district_id);

-- The ledger. A row is never changed; what was wrong, cancelled or moved gets a counter-row, which takes all of it back.
-- `cents` is to be paid at the counter of `space_id`. `visits` and `worth_cents` were taken from a card: what the
-- municipality that sold it owes the one that served the visit. `day` is the day that was booked; `counts_on` the one by
-- which months are settled: never before the row was written, so a month that is over does not change any more.
CREATE TABLE charge (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    what        text NOT NULL CHECK (what IN ('booking', 'card', 'pass')),
    way         text NOT NULL CHECK (way IN ('counter', 'card', 'pass', 'voucher', 'waived')),
    space_id    int NOT NULL REFERENCES space,
    person_id   bigint REFERENCES person ON DELETE SET NULL,
    booking_id  bigint REFERENCES booking,
    card_id     bigint REFERENCES card,
    pass_id     bigint REFERENCES month_pass,
    voucher_id  bigint REFERENCES voucher,
    reason      text CHECK (reason IN ('volunteer', 'income', 'training', 'official', 'defect')),  -- of a waiver
    day         date NOT NULL,
    counts_on   date NOT NULL,
    cents       int NOT NULL,
    visits      smallint NOT NULL DEFAULT 0,
    worth_cents int NOT NULL DEFAULT 0,
    corrects    bigint UNIQUE REFERENCES charge,
    made_by     bigint REFERENCES person ON DELETE SET NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((way = 'waived') = (reason IS NOT NULL)),
    CHECK ((way = 'pass') = (pass_id IS NOT NULL AND what = 'booking')),
    CHECK ((way = 'voucher') = (voucher_id IS NOT NULL)),
    CHECK (CASE what WHEN 'booking' THEN booking_id IS NOT NULL
                     WHEN 'card' THEN booking_id IS NULL AND card_id IS NOT NULL
                     ELSE booking_id IS NULL AND pass_id IS NOT NULL END)
);
CREATE INDEX ON charge (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX ON charge (card_id, space_id, day) WHERE card_id IS NOT NULL;
CREATE INDEX ON charge (person_id, id);
CREATE INDEX ON charge (counts_on, space_id);

-- Nobody changes the ledger, whoever they are signed in as; only the people in it can be forgotten.
CREATE FUNCTION keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - '{person_id,made_by}'::text[] = to_jsonb(OLD) - '{person_id,made_by}'::text[]
           AND coalesce(NEW.person_id = OLD.person_id, NEW.person_id IS NULL)
           AND coalesce(NEW.made_by = OLD.made_by, NEW.made_by IS NULL) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a row of the ledger is never changed: write a counter-row' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_ledger BEFORE UPDATE OR DELETE ON charge FOR EACH ROW EXECUTE FUNCTION keep_ledger();
CREATE TRIGGER keep_ledger_whole BEFORE TRUNCATE ON charge FOR EACH STATEMENT EXECUTE FUNCTION keep_ledger();

-- A counter-row takes back exactly what it corrects, and is itself not corrected.
CREATE FUNCTION check_counter_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original charge;
BEGIN
    SELECT * INTO original FROM charge WHERE id = NEW.corrects;
    IF original.corrects IS NOT NULL
       OR (NEW.what, NEW.way, NEW.space_id, NEW.booking_id, NEW.card_id, NEW.pass_id, NEW.voucher_id, NEW.reason, NEW.day)
          IS DISTINCT FROM (original.what, original.way, original.space_id, original.booking_id, original.card_id,
                            original.pass_id, original.voucher_id, original.reason, original.day)
       OR (NEW.cents, NEW.visits, NEW.worth_cents) <> (-original.cents, -original.visits, -original.worth_cents) THEN
        RAISE EXCEPTION 'a counter-row takes back exactly what it corrects' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER check_counter_row BEFORE INSERT ON charge FOR EACH ROW WHEN (NEW.corrects IS NOT NULL)
    EXECUTE FUNCTION check_counter_row();
