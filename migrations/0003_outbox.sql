-- Mails to be sent, written in the transaction of the change they announce; the worker claims, sends and marks them.
CREATE TABLE outbox (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dedupe_key    text NOT NULL UNIQUE,         -- one mail a cause, whatever is retried
    topic         text NOT NULL,                -- what it is about ("booking:7"): leaves in order, withdrawn together
    recipient     text NOT NULL,
    language      text NOT NULL CHECK (language IN ('de', 'en')),
    template      text NOT NULL,                -- folder under templates/, such as spaces/emails/confirmation
    context       jsonb NOT NULL,
    due_at        timestamptz NOT NULL DEFAULT now(),
    useless_after timestamptz,                  -- a reminder is not sent once the time it reminds of has come
    attempt_at    timestamptz NOT NULL,         -- when to try (next)
    attempts      int NOT NULL DEFAULT 0,
    claimed_until timestamptz,                  -- the lease of the worker that is sending it now
    sent_at       timestamptz,
    withdrawn_at  timestamptz,
    failed_at     timestamptz,                  -- given up: the recipient's server refused for good
    last_error    text,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_waiting ON outbox (attempt_at) WHERE sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL;
CREATE INDEX outbox_topic ON outbox (topic) WHERE sent_at IS NULL AND withdrawn_at IS NULL AND failed_at IS NULL;
