-- What is typed while an application is a draft, and who was reminded that an answer is owed.
ALTER TABLE application
    ADD COLUMN typed    jsonb NOT NULL DEFAULT '{}',    -- a draft as it was typed, mistakes too; empty once it is sent
    ADD COLUMN reminded smallint NOT NULL DEFAULT 0;    -- after so many days of silence, the last time
