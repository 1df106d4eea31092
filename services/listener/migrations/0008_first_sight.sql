-- The history of a patient, asked for when an infusion became known. state: requested (to be searched) | fetched (its rows are worked) | done.
-- The number rises with each request. refused: the types of the searches that the source refused; then the history has a gap.
-- Patients whose infusion was known before this table have none: what was to be written of them was written.
CREATE TABLE backfills (
    source TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    infused_on TEXT NOT NULL,
    state TEXT NOT NULL,
    refused TEXT,
    fault TEXT,
    requested_ticks BIGINT NOT NULL,
    notification_id BIGINT NOT NULL REFERENCES notifications (id),
    through_notification_id BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_ticks BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (source, patient_id)
);
CREATE INDEX backfills_open ON backfills (source, state, requested_ticks) WHERE state <> 'done';
CREATE INDEX backfills_incomplete ON backfills (source) WHERE refused IS NOT NULL;

-- The rows that a fetched back-fill waits for.
CREATE TABLE backfill_rows (
    source TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    notification_id BIGINT NOT NULL,
    PRIMARY KEY (source, patient_id, notification_id)
);
CREATE INDEX deliveries_open_of_patient ON deliveries (source, patient_id) WHERE done_ticks IS NULL;
