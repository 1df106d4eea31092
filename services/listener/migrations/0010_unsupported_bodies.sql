-- Bodies of rows in a form that is not worked are not kept for ever either.
CREATE INDEX notifications_unsupported_with_body ON notifications (received_ticks) WHERE status = 'unsupported' AND body_removed_ticks IS NULL;
