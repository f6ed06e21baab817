-- Volunteer drivers ("Bürgerbus"): an organisation offers rides, its drivers take them by rota.
CREATE TABLE ride_organisation (
    id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    district_id int NOT NULL REFERENCES district,
    name        text NOT NULL,
    phone       text NOT NULL DEFAULT '',   -- public: where one books by telephone
    description text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL DEFAULT now(),
    retired_at  timestamptz
);

CREATE TABLE ride_organisation_member (
    organisation_id int NOT NULL REFERENCES ride_organisation ON DELETE CASCADE,
    person_id       bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('manager', 'driver')),
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX ON ride_organisation_member (person_id);

ALTER TABLE ride
    ADD COLUMN organisation_id int REFERENCES ride_organisation,
    ADD CHECK (num_nonnulls(driver_id, organisation_id) <= 1);  -- neither: the driver's account was erased
CREATE INDEX ON ride (organisation_id) WHERE organisation_id IS NOT NULL;

CREATE TABLE ride_duty (
    ride_id   bigint NOT NULL REFERENCES ride ON DELETE CASCADE,
    day       date NOT NULL,
    person_id bigint NOT NULL REFERENCES person ON DELETE CASCADE,
    PRIMARY KEY (ride_id, day)
);
CREATE INDEX ON ride_duty (person_id, day);
