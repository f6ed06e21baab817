-- Looking for an internship: ending a saved search by the link in its mail, without signing in; and what is new.

ALTER TABLE saved_search ADD COLUMN end_code uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;

-- What is new since a moment, and what is newest.
CREATE INDEX posting_newest ON posting (published_at, id) WHERE status = 'published';
-- What is to be archived.
CREATE INDEX posting_closed ON posting (changed_at) WHERE status = 'closed';
