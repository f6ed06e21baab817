-- What the law asks about besides, and since when a placement is over.
ALTER TABLE placement
    ADD COLUMN days_elsewhere jsonb NOT NULL DEFAULT '{}',  -- by calendar year: days of holiday work beside this one
    ADD COLUMN ended_at       timestamptz;
CREATE INDEX placement_under_way ON placement (id) WHERE status IN ('confirmed', 'active');
CREATE INDEX placement_ended ON placement (ended_at) WHERE ended_at IS NOT NULL;
