-- Rows that need an answer of their source are worked apart from those that need none.
ALTER TABLE notifications ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;
DROP INDEX notifications_to_work;
CREATE INDEX notifications_to_work ON notifications (source, asks, id) WHERE status = 'received';
