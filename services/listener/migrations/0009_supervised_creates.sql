-- Creates that may have been taken: when the last was, and how many were that no look has shown since. What was written of our hook, as a hash; whether the
-- server refuses to delete.
ALTER TABLE supervised ADD COLUMN created_ticks BIGINT;
ALTER TABLE supervised ADD COLUMN unshown BIGINT NOT NULL DEFAULT 0;
ALTER TABLE supervised ADD COLUMN written TEXT;
ALTER TABLE supervised ADD COLUMN deletes_refused BIGINT NOT NULL DEFAULT 0;
