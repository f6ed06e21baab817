-- Floor plans: what hosts draw of their spaces. Everything lies on a grid of 10 cm; x goes right, y down, from the
-- upper left corner of its floor. The version is of the whole plan, so that two hosts don't undo each other's work.

ALTER TABLE resource ADD UNIQUE (id, space_id);  -- so that a plan shows nothing of another space

CREATE TABLE floor_plan (
    space_id int PRIMARY KEY REFERENCES space ON DELETE CASCADE,
    version  int NOT NULL DEFAULT 1
);

CREATE TABLE floor (
    space_id int NOT NULL REFERENCES floor_plan ON DELETE CASCADE,
    number   int NOT NULL CHECK (number BETWEEN 1 AND 5),
    name     text NOT NULL CHECK (name <> ''),
    width    int NOT NULL CHECK (width BETWEEN 20 AND 400),
    height   int NOT NULL CHECK (height BETWEEN 20 AND 400),
    PRIMARY KEY (space_id, number)
);

-- The box around an element as it lies there; `rotation` says which way it faces: how far it was turned clockwise.
CREATE TABLE floor_element (
    space_id    int NOT NULL,
    floor       int NOT NULL,
    position    int NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('room', 'wall', 'door', 'window', 'thing', 'place')),
    x           int NOT NULL CHECK (x >= 0),
    y           int NOT NULL CHECK (y >= 0),
    width       int NOT NULL CHECK (width > 0),
    height      int NOT NULL CHECK (height > 0),
    rotation    int NOT NULL CHECK (rotation IN (0, 90, 180, 270)),
    label       text NOT NULL,
    resource_id int UNIQUE,  -- stands in one spot; what is retired keeps its spot for when it comes back
    PRIMARY KEY (space_id, floor, position),
    FOREIGN KEY (space_id, floor) REFERENCES floor ON DELETE CASCADE,
    FOREIGN KEY (resource_id, space_id) REFERENCES resource (id, space_id) ON DELETE CASCADE,
    CHECK ((kind = 'place') = (resource_id IS NOT NULL))
);
