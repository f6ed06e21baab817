-- Two hosts may have the same form open: what a form was made from is known by its version, which rises with every
-- change of a space's details, hours and limits, or of a resource's name and features.
ALTER TABLE space    ADD COLUMN version int NOT NULL DEFAULT 1;
ALTER TABLE resource ADD COLUMN version int NOT NULL DEFAULT 1;
