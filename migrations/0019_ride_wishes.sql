-- Searches that were left as a wish, and people who stand at a meeting point now.
CREATE TABLE ride_wish (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id          bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    from_municipality  int NOT NULL REFERENCES municipality,
    from_meeting_point int REFERENCES meeting_point,
    to_municipality    int NOT NULL REFERENCES municipality,
    to_meeting_point   int REFERENCES meeting_point,
    from_cell          bigint NOT NULL,  -- H3, resolution 7
    to_cell            bigint NOT NULL,
    days               daterange NOT NULL CHECK (NOT isempty(days) AND lower(days) IS NOT NULL),
    weekdays           smallint[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}' CHECK (weekdays <@ '{1,2,3,4,5,6,7}'),
    by_arrival         boolean NOT NULL,  -- whether `at` is the latest arrival, or the earliest departure
    at                 smallint NOT NULL CHECK (at BETWEEN 0 AND 1439),  -- minutes since local midnight
    places             smallint NOT NULL DEFAULT 1 CHECK (places BETWEEN 1 AND 8),
    needs              text[] NOT NULL DEFAULT '{}'
                       CHECK (needs <@ '{luggage,bicycle,child-seat,wheelchair,pets}'),
    women_only         boolean NOT NULL DEFAULT false,
    created_at         timestamptz NOT NULL DEFAULT now(),
    ended_at           timestamptz
);
CREATE INDEX ON ride_wish (person_id);
CREATE INDEX ON ride_wish (from_cell, to_cell) WHERE ended_at IS NULL;

-- Which rides a wish's person has been told of: each once.
CREATE TABLE ride_wish_answer (
    wish_id bigint NOT NULL REFERENCES ride_wish ON DELETE CASCADE,
    ride_id bigint NOT NULL REFERENCES ride ON DELETE CASCADE,
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (wish_id, ride_id)
);

CREATE TABLE ride_call (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meeting_point_id int NOT NULL REFERENCES meeting_point,
    person_id        bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    to_municipality  int NOT NULL REFERENCES municipality,
    created_at       timestamptz NOT NULL DEFAULT now(),
    until_at         timestamptz NOT NULL,
    ended_at         timestamptz
);
CREATE INDEX ON ride_call (person_id, created_at);
