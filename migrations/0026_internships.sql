-- Digital internships in a co-working space: companies, what they offer, who applies, and what comes of it.

-- Staff of its district have seen that it exists; a company anywhere chooses the district that it offers in.
CREATE TABLE company (
    id               int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district_id      int NOT NULL REFERENCES district,
    name             text NOT NULL,
    about            text NOT NULL DEFAULT '',
    website          text NOT NULL DEFAULT '',
    street           text NOT NULL,
    postal_code      text NOT NULL CHECK (postal_code ~ '^\d{5}$'),
    town             text NOT NULL,
    contact_name     text NOT NULL,
    contact_phone    text NOT NULL DEFAULT '',
    register_number  text NOT NULL DEFAULT '',  -- such as "HRB 1234, Amtsgericht Zweibrücken"
    accident_insurer text NOT NULL DEFAULT '',  -- the Berufsgenossenschaft: carries who works for the company
    status           text NOT NULL DEFAULT 'unverified' CHECK (status IN ('unverified', 'verified', 'suspended')),
    verified_by      text CHECK (verified_by IN ('register', 'letter')),
    verified_at      timestamptz,
    verified_staff   bigint REFERENCES person ON DELETE SET NULL,
    suspended_reason text NOT NULL DEFAULT '',  -- told to the company alone
    version          int NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now(),
    changed_at       timestamptz NOT NULL DEFAULT now(),
    CHECK ((verified_at IS NULL) = (verified_by IS NULL)),
    CHECK (status <> 'verified' OR verified_at IS NOT NULL)
);
CREATE INDEX ON company (district_id, status);

-- A manager runs the company's pages; a mentor sees the interns they look after.
CREATE TABLE company_member (
    company_id int NOT NULL REFERENCES company ON DELETE CASCADE,
    person_id  bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    role       text NOT NULL CHECK (role IN ('manager', 'mentor')),
    PRIMARY KEY (company_id, person_id)
);
CREATE INDEX ON company_member (person_id);

-- One internship, for one or several at once. `days` is when it is, or with `weeks` the window within which so many
-- are to be found. `starts`, `ends` and `break_minutes` are a day's plan by the local clock. `taken` places are those
-- of standing offers and of placements.
CREATE TABLE posting (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company_id     int NOT NULL REFERENCES company,
    mentor_id      bigint REFERENCES person ON DELETE SET NULL,
    status         text NOT NULL DEFAULT 'draft'
                   CHECK (status IN ('draft', 'in_review', 'published', 'paused', 'closed', 'archived')),
    closed_because text CHECK (closed_because IN ('deadline', 'filled', 'withdrawn')),
    kind           text NOT NULL  -- decides about pay (MiLoG § 22) and the young (JArbSchG § 5)
                   CHECK (kind IN ('school', 'voluntary', 'mandatory', 'orientation', 'study', 'qualification')),
    title          text NOT NULL,
    field          text NOT NULL,  -- a word of internships/postings/fields.py
    tasks          text NOT NULL,
    learning_goals text NOT NULL DEFAULT '',
    skills         text NOT NULL DEFAULT '',
    days           daterange NOT NULL CHECK (NOT isempty(days) AND lower(days) IS NOT NULL AND upper(days) IS NOT NULL),
    weeks          smallint CHECK (weeks BETWEEN 1 AND 52),
    weekdays       smallint[] NOT NULL DEFAULT '{1,2,3,4,5}'
                   CHECK (cardinality(weekdays) > 0 AND weekdays <@ '{1,2,3,4,5,6,7}'),  -- ISO: Monday is 1
    starts         time NOT NULL,
    ends           time NOT NULL CHECK (ends > starts),
    break_minutes  smallint NOT NULL DEFAULT 30 CHECK (break_minutes BETWEEN 0 AND 180),
    light_work     boolean NOT NULL DEFAULT true,
    places         smallint NOT NULL CHECK (places BETWEEN 1 AND 50),
    taken          smallint NOT NULL DEFAULT 0 CHECK (taken >= 0),
    deadline       date NOT NULL,  -- until the end of that day, by the clock of the company's district
    pay_cents_hour int CHECK (pay_cents_hour > 0),
    minimum_age    smallint NOT NULL DEFAULT 14 CHECK (minimum_age BETWEEN 14 AND 99),
    adult_on_site  text NOT NULL DEFAULT '',  -- who is there where minors are admitted
    questions      text[] NOT NULL DEFAULT '{}',
    review_note    text NOT NULL DEFAULT '',  -- why staff gave it back
    version        int NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    changed_at     timestamptz NOT NULL DEFAULT now(),
    published_at   timestamptz,
    words          tsvector NOT NULL GENERATED ALWAYS AS (
                       setweight(to_tsvector('german', title), 'A') || setweight(to_tsvector('german', tasks), 'B')
                       || setweight(to_tsvector('german', learning_goals || ' ' || skills), 'C')) STORED,
    CONSTRAINT posting_places CHECK (taken <= places),
    CHECK ((closed_because IS NOT NULL) = (status IN ('closed', 'archived')))
);
CREATE INDEX ON posting (company_id, status);
CREATE INDEX posting_words ON posting USING gin (words) WHERE status = 'published';
CREATE INDEX posting_deadline ON posting (deadline) WHERE status IN ('published', 'paused');

CREATE TABLE posting_space (
    posting_id bigint NOT NULL REFERENCES posting ON DELETE CASCADE,
    space_id   int NOT NULL REFERENCES space,
    PRIMARY KEY (posting_id, space_id)
);
CREATE INDEX ON posting_space (space_id);

CREATE TABLE saved_search (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id  bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    asked      jsonb NOT NULL,  -- as the search form says it
    created_at timestamptz NOT NULL DEFAULT now(),
    told_until timestamptz NOT NULL DEFAULT now()  -- what was published by then has been mailed
);
CREATE INDEX ON saved_search (person_id);

-- `birthday` and `schooling_until` are what the law asks about; companies only ever see what follows from them.
-- `silent_since` is when the company last owed an answer. `space_id`, `days` and `weekdays` are what the applicant
-- wants of what the posting leaves open.
CREATE TABLE application (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    posting_id      bigint NOT NULL REFERENCES posting,
    person_id       bigint REFERENCES person ON DELETE SET NULL,
    status          text NOT NULL DEFAULT 'draft' CHECK (status IN (
                        'draft', 'submitted', 'shortlisted', 'interview', 'offered', 'accepted',
                        'declined', 'withdrawn', 'expired', 'lapsed')),
    holds_place     boolean NOT NULL GENERATED ALWAYS AS (status IN ('offered', 'accepted')) STORED,
    letter          text NOT NULL DEFAULT '',
    answers         text[] NOT NULL DEFAULT '{}',
    space_id        int REFERENCES space,
    days            daterange CHECK (days IS NULL OR NOT (isempty(days) OR lower_inf(days) OR upper_inf(days))),
    birthday        date,
    schooling_until date,     -- the last day of full-time compulsory schooling; NULL: over, or never said
    school          text NOT NULL DEFAULT '',        -- where a school runs it
    school_email    text NOT NULL DEFAULT '',
    submitted_at    timestamptz,
    silent_since    timestamptz,
    offer_until_at  timestamptz,
    declined_by     text CHECK (declined_by IN ('company', 'applicant')),
    decline_reason  text,     -- a word of internships/applications/reasons.py
    declined_from   text,     -- where a company's decline can be taken back to, for 48 hours
    ended_at        timestamptz,
    version         int NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_at      timestamptz NOT NULL DEFAULT now(),
    CHECK ((status = 'offered') = (offer_until_at IS NOT NULL)),
    CHECK (status <> 'declined' OR declined_by IS NOT NULL)
);
CREATE UNIQUE INDEX application_once ON application (posting_id, person_id)
    WHERE person_id IS NOT NULL AND status IN ('draft', 'submitted', 'shortlisted', 'interview', 'offered', 'accepted');
CREATE INDEX ON application (person_id);
CREATE INDEX ON application (posting_id, status);
CREATE INDEX application_silent ON application (silent_since) WHERE status IN ('submitted', 'shortlisted', 'interview');
CREATE INDEX application_offered ON application (offer_until_at) WHERE status = 'offered';

-- A curriculum vitae: never in a folder that a web server shows, streamed to those who may.
CREATE TABLE application_cv (
    application_id bigint PRIMARY KEY REFERENCES application ON DELETE CASCADE,
    pdf            bytea NOT NULL CHECK (octet_length(pdf) BETWEEN 1 AND 5242880),
    pages          int NOT NULL CHECK (pages > 0),
    uploaded_at    timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE application_cv ALTER COLUMN pdf SET STORAGE EXTERNAL;  -- a PDF is compressed already

CREATE TABLE application_message (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES application ON DELETE CASCADE,
    from_company   boolean NOT NULL,
    author_id      bigint REFERENCES person ON DELETE SET NULL,
    text           text NOT NULL CHECK (text <> ''),
    sent_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON application_message (application_id, id);

-- Times that a company proposes; the applicant picks one, and nobody of the company is promised twice at that time.
CREATE TABLE interview_time (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id bigint NOT NULL REFERENCES application ON DELETE CASCADE,
    interviewer_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    period         tstzrange NOT NULL CHECK (NOT isempty(period)),
    place          text NOT NULL DEFAULT '',  -- such as a link, or "by phone"
    picked_at      timestamptz,
    sequence       int NOT NULL DEFAULT 0,    -- of its calendar entry
    withdrawn_at   timestamptz,
    CONSTRAINT interview_no_overlap EXCLUDE USING gist (interviewer_id WITH =, period WITH &&)
        WHERE (picked_at IS NOT NULL AND withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX interview_picked ON interview_time (application_id)
    WHERE picked_at IS NOT NULL AND withdrawn_at IS NULL;
CREATE INDEX ON interview_time (application_id);

-- What comes of an accepted offer. `terms_version` rises with dates, hours, place or tasks: a signature is of one of
-- them. `days` spans the first to the last day, so that nobody is in two placements at once.
CREATE TABLE placement (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application_id  bigint NOT NULL UNIQUE REFERENCES application,
    company_id      int NOT NULL REFERENCES company,
    person_id       bigint REFERENCES person ON DELETE SET NULL,
    mentor_id       bigint REFERENCES person ON DELETE SET NULL,
    space_id        int NOT NULL REFERENCES space,
    status          text NOT NULL DEFAULT 'agreement_draft' CHECK (status IN (
                        'agreement_draft', 'awaiting_signatures', 'school_approval', 'confirmed', 'active',
                        'completed', 'discontinued', 'no_show', 'cancelled')),
    kind            text NOT NULL
                    CHECK (kind IN ('school', 'voluntary', 'mandatory', 'orientation', 'study', 'qualification')),
    title           text NOT NULL,
    tasks           text NOT NULL,
    learning_goals  text NOT NULL DEFAULT '',
    days            daterange NOT NULL CHECK (NOT (isempty(days) OR lower_inf(days) OR upper_inf(days))),
    light_work      boolean NOT NULL,
    pay_cents_hour  int CHECK (pay_cents_hour > 0),
    birthday        date,
    schooling_until date,
    school          text NOT NULL DEFAULT '',
    school_email    text NOT NULL DEFAULT '',
    adult_on_site   text NOT NULL DEFAULT '',
    terms_version   int NOT NULL DEFAULT 1,
    instructed_on   date,            -- JArbSchG § 29: before the first work
    instructed_by   bigint REFERENCES person ON DELETE SET NULL,
    certificate_seen_on date,        -- the medical one of JArbSchG § 32; seen, and nothing else is kept of it
    reconfirmed_at  timestamptz,
    ended_because   text NOT NULL DEFAULT '',
    version         int NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT placement_one_at_a_time EXCLUDE USING gist (person_id WITH =, days WITH &&)
        WHERE (status IN ('agreement_draft', 'awaiting_signatures', 'school_approval', 'confirmed', 'active'))
);
CREATE INDEX ON placement (person_id);
CREATE INDEX ON placement (company_id, status);
CREATE INDEX ON placement (mentor_id);
CREATE INDEX ON placement (space_id);
CREATE INDEX placement_school ON placement (school_email) WHERE school_email <> '';

-- Its days as they are planned: what the law is judged on, what the desk is booked for, and who has come.
CREATE TABLE placement_day (
    placement_id  bigint NOT NULL REFERENCES placement ON DELETE CASCADE,
    day           date NOT NULL,
    period        tstzrange NOT NULL CHECK (NOT isempty(period)),
    breaks        tstzmultirange NOT NULL DEFAULT '{}',
    booking_id    bigint REFERENCES booking,
    checked_in_at timestamptz,
    PRIMARY KEY (placement_id, day)
);
CREATE INDEX ON placement_day (booking_id);

CREATE TABLE placement_signature (
    placement_id  bigint NOT NULL REFERENCES placement ON DELETE CASCADE,
    signatory     text NOT NULL CHECK (signatory IN ('applicant', 'guardian', 'company', 'school')),
    email         text NOT NULL,
    name          text NOT NULL DEFAULT '',
    terms_version int NOT NULL,
    token_hash    bytea UNIQUE,
    asked_at      timestamptz NOT NULL DEFAULT now(),
    signed_at     timestamptz,
    channel       text CHECK (channel IN ('account', 'link', 'paper')),
    seen_by       bigint REFERENCES person ON DELETE SET NULL,
    PRIMARY KEY (placement_id, signatory),
    UNIQUE (placement_id, email),
    CHECK ((signed_at IS NULL) = (channel IS NULL))
);

-- Staff let a plan pass against a rule.
CREATE TABLE law_override (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placement_id bigint NOT NULL REFERENCES placement ON DELETE CASCADE,
    rule         text NOT NULL,
    day          date,             -- NULL: on every day
    reason       text NOT NULL CHECK (reason <> ''),
    made_by      bigint REFERENCES person ON DELETE SET NULL,
    made_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON law_override (placement_id);

CREATE TABLE placement_task (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placement_id bigint NOT NULL REFERENCES placement ON DELETE CASCADE,
    week         smallint NOT NULL CHECK (week > 0),
    text         text NOT NULL CHECK (text <> ''),
    done_at      timestamptz
);
CREATE INDEX ON placement_task (placement_id, week, id);

CREATE TABLE diary_entry (
    placement_id bigint NOT NULL REFERENCES placement ON DELETE CASCADE,
    day          date NOT NULL,
    text         text NOT NULL CHECK (text <> ''),
    changed_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (placement_id, day)
);

-- Its code stands on the paper; what it opens says no more than that the paper is genuine, and of when.
CREATE TABLE certificate (
    placement_id bigint PRIMARY KEY REFERENCES placement,
    code         text NOT NULL UNIQUE CHECK (length(code) >= 12),
    issued_on    date NOT NULL,
    issued_by    bigint REFERENCES person ON DELETE SET NULL,
    stands_on_it jsonb NOT NULL,   -- what was printed, so that it can be printed again
    revoked_at   timestamptz
);

CREATE TABLE placement_feedback (
    placement_id bigint NOT NULL REFERENCES placement ON DELETE CASCADE,
    from_company boolean NOT NULL,
    stars        smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
    text         text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (placement_id, from_company)
);

-- Every change of state of a posting, an application or a placement, with who and when. Only ever added to.
CREATE TABLE internship_event (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    posting_id     bigint REFERENCES posting ON DELETE CASCADE,
    application_id bigint REFERENCES application ON DELETE CASCADE,
    placement_id   bigint REFERENCES placement ON DELETE CASCADE,
    from_status    text NOT NULL,
    to_status      text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    by_id          bigint REFERENCES person ON DELETE SET NULL,
    acted_as       text NOT NULL
                   CHECK (acted_as IN ('applicant', 'guardian', 'company', 'school', 'staff', 'host', 'worker')),
    reason         text NOT NULL DEFAULT '',
    CHECK (num_nonnulls(posting_id, application_id, placement_id) = 1)
);
CREATE INDEX ON internship_event (posting_id) WHERE posting_id IS NOT NULL;
CREATE INDEX ON internship_event (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX ON internship_event (placement_id) WHERE placement_id IS NOT NULL;

CREATE FUNCTION keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' AND NEW.by_id IS NULL THEN
        RETURN NEW;  -- the account of who did it was closed
    END IF;
    RAISE EXCEPTION 'what has happened is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_event BEFORE UPDATE ON internship_event FOR EACH ROW EXECUTE FUNCTION keep_event();

-- A guardian agrees to each purpose by itself.
ALTER TABLE guardian_consent
    DROP CONSTRAINT guardian_consent_purpose_check,
    ADD CONSTRAINT guardian_consent_purpose_check CHECK (purpose IN ('rides', 'internships'));
