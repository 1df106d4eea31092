-- When the revision was stored, by the machine's clock: how long its receipts are overdue. Null for one from before this was noted.
ALTER TABLE published ADD COLUMN published_ticks BIGINT NULL;
