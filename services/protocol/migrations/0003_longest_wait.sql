-- Since when the first revision of a patient is held back, by the machine's clock (null: it is not). However far the history is, it is held back for a
-- while and no longer.
ALTER TABLE patients ADD COLUMN held_since_ticks BIGINT NULL;
