-- What can be had when nobody is there: a car that is parked at the door. A rule as the others, inherited from the space.
ALTER TABLE space ADD COLUMN around_the_clock boolean NOT NULL DEFAULT false;
ALTER TABLE rule_override ADD COLUMN around_the_clock boolean;
