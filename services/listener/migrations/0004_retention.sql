-- Bodies hold data of patients and are not kept for ever.
ALTER TABLE notifications ADD COLUMN body_removed_ticks BIGINT;
CREATE INDEX notifications_with_body ON notifications (received_ticks) WHERE status = 'done' AND body_removed_ticks IS NULL;
