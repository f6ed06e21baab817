-- How long what came free is held for the first in line: a rule like the others, of the space and of what is otherwise.
-- At night it is held until morning all the same.
ALTER TABLE space
    ADD COLUMN hold_minutes int NOT NULL DEFAULT 30 CHECK (hold_minutes BETWEEN 5 AND 1440);
ALTER TABLE rule_override
    ADD COLUMN hold_minutes int CHECK (hold_minutes BETWEEN 5 AND 1440);
