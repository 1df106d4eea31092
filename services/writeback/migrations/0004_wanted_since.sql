-- Since when something is still to be written for the patient, by the machine's clock; of no meaning when all is settled. Null for what waited before
-- this was noted.
ALTER TABLE patients ADD COLUMN wanted_ticks BIGINT NULL;
