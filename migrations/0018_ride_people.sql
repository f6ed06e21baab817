-- What drivers and riders say of themselves, and what others may not see before there is a reason to.
CREATE TABLE ride_profile (
    person_id    bigint PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    phone        text NOT NULL DEFAULT '',   -- told to the other side after acceptance, until the ride is over
    is_woman     boolean NOT NULL DEFAULT false,  -- said by herself, asked for where a ride is for women only
    of_age_on    date,                       -- the eighteenth birthday of who is a minor; NULL for everybody else
    confirmed_at timestamptz,                -- district staff have seen who it is
    confirmed_by bigint REFERENCES person ON DELETE SET NULL
);

CREATE INDEX ON ride_profile (of_age_on) WHERE of_age_on IS NOT NULL;

-- A guardian's consent that a minor uses a part of this: asked for by a link that works once, or on paper seen by staff.
CREATE TABLE guardian_consent (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id      bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    purpose        text NOT NULL CHECK (purpose IN ('rides')),
    guardian_email text NOT NULL DEFAULT '',
    token_hash     bytea UNIQUE,
    text_version   smallint NOT NULL,
    asked_at       timestamptz NOT NULL DEFAULT now(),
    expires_at     timestamptz NOT NULL,
    channel        text CHECK (channel IN ('link', 'paper')),
    granted_at     timestamptz,
    seen_by        bigint REFERENCES person ON DELETE SET NULL,  -- the member of staff who saw the paper
    refused_at     timestamptz,
    revoked_at     timestamptz,
    CHECK ((granted_at IS NOT NULL) = (channel IS NOT NULL)),
    CHECK (granted_at IS NULL OR refused_at IS NULL)
);
CREATE INDEX ON guardian_consent (person_id);

-- Mutual and silent: neither finds, asks or hears of the other.
CREATE TABLE person_block (
    blocker_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    blocked_id bigint NOT NULL REFERENCES person ON DELETE CASCADE CHECK (blocked_id <> blocker_id),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX ON person_block (blocked_id);

-- How it was, said by each of the two once. It hangs on the seat, which no deleted ride takes away.
CREATE TABLE ride_feedback (
    seat_request_id bigint NOT NULL REFERENCES seat_request,
    from_driver     boolean NOT NULL,
    about_id        bigint REFERENCES person ON DELETE CASCADE,
    ridden          boolean NOT NULL,
    thumb_up        boolean,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (seat_request_id, from_driver)
);
CREATE INDEX ON ride_feedback (about_id);

-- Told to the district's staff only.
CREATE TABLE ride_report (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seat_request_id bigint NOT NULL REFERENCES seat_request,
    reporter_id     bigint REFERENCES person ON DELETE SET NULL,
    text            text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    handled_at      timestamptz,
    handled_by      bigint REFERENCES person ON DELETE SET NULL
);
CREATE INDEX ON ride_report (created_at) WHERE handled_at IS NULL;
