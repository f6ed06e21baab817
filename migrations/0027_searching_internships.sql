-- Looking for an internship: by words, what is new, and ending a saved search by the link in its mail.

-- As people type into search engines ("quotes", or, -without). German stems miss some plurals ("Foto", "Fotos") and know
-- no compounds, so each stem of four letters and more also finds what begins with it ("Webseite", "Webseitenbau").
CREATE FUNCTION words_asked(typed text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE RETURN
    regexp_replace(websearch_to_tsquery('german', typed)::text, '''([^'']{4,})''', '''\1'':*', 'g')::tsquery;

ALTER TABLE saved_search ADD COLUMN end_code uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;

-- What is new since a moment, and what is newest.
CREATE INDEX posting_newest ON posting (published_at, id) WHERE status = 'published';
-- What is to be archived.
CREATE INDEX posting_closed ON posting (changed_at) WHERE status = 'closed';
