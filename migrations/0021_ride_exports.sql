-- What Amarillo was sent of a ride, where rides are pushed there: the carpools' ids, so that what falls away is deleted.
CREATE TABLE ride_export (
    ride_id   bigint PRIMARY KEY REFERENCES ride ON DELETE CASCADE,
    version   int NOT NULL,
    carpools  text[] NOT NULL,
    sent_at   timestamptz NOT NULL DEFAULT now()
);
