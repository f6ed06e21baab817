-- People and how they sign in. We keep a mail address and, where given, a name; no password exists.
CREATE TABLE person (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email              text NOT NULL UNIQUE CHECK (email = lower(email) AND email LIKE '%_@_%'),
    name               text NOT NULL DEFAULT '',
    language           text NOT NULL DEFAULT 'de' CHECK (language IN ('de', 'en')),
    role               text NOT NULL DEFAULT 'resident' CHECK (role IN ('resident', 'staff', 'operator')),
    district_id        int REFERENCES district,
    home_id            int REFERENCES municipality,
    remind_day_before  boolean NOT NULL DEFAULT true,
    remind_hour_before boolean NOT NULL DEFAULT true,
    feed_token_hash    bytea UNIQUE,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CHECK ((role = 'staff') = (district_id IS NOT NULL))  -- staff act for one district, nobody else does
);

-- A code and a link that redeem the same request to sign in, once. Only hashes are stored.
CREATE TABLE sign_in_code (
    id          uuid PRIMARY KEY,     -- random: the browser that asked shows it with the code, so it must not be guessable
    email       text NOT NULL,
    code_hash   bytea NOT NULL,
    link_hash   bytea NOT NULL UNIQUE,
    asked_from  bytea NOT NULL,       -- hash of the network address that asked, with a key that is not in the database
    next_path   text NOT NULL,
    wrong_tries smallint NOT NULL DEFAULT 0 CHECK (wrong_tries <= 5),
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    redeemed_at timestamptz
);
CREATE INDEX ON sign_in_code (email, created_at);

CREATE TABLE session (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash   bytea NOT NULL UNIQUE,
    person_id    bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    device       text NOT NULL,  -- "Firefox, Android": enough for a person to recognise it, not to track it
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL
);
CREATE INDEX ON session (person_id);

CREATE TABLE api_token (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash   bytea NOT NULL UNIQUE,
    person_id    bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    label        text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
CREATE INDEX ON api_token (person_id);

-- A request that was sent twice acts once: the key a client chose, what it asked, and what came of it.
CREATE TABLE idempotency_key (
    person_id   bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    result_id   bigint,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (person_id, key)
);
CREATE INDEX ON idempotency_key (created_at);
