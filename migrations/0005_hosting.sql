-- What hosts need beyond 0004: whom a blackout is meant for, and photos.

-- Its rows in `booking` only hold what was free; when something that lay in its way goes, we must know what to fill.
-- A blackout of the whole space also holds desks that are added later.
ALTER TABLE blackout
    ADD COLUMN whole_space  boolean NOT NULL DEFAULT false,
    ADD COLUMN resource_ids int[] NOT NULL DEFAULT '{}';

CREATE TABLE space_photo (
    id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id   int NOT NULL REFERENCES space ON DELETE CASCADE,
    alt        text NOT NULL CHECK (alt <> ''),  -- what it shows, for who does not see it
    width      int NOT NULL CHECK (width > 0),
    height     int NOT NULL CHECK (height > 0),
    jpeg       bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON space_photo (space_id);
ALTER TABLE space_photo ALTER COLUMN jpeg SET STORAGE EXTERNAL;  -- a JPEG does not get smaller by compressing it again
