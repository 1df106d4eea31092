-- How far the fetching of a patient's history is at each source that was asked for it: the highest number started, and the highest done. While the
-- first is above the second, the history is not all here. ended_ticks: when the newest done arrived, by the machine's clock.
CREATE TABLE backfills (
    namespace   TEXT   NOT NULL,
    patient_id  TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    started     BIGINT NOT NULL,
    done        BIGINT NOT NULL,
    ended_ticks BIGINT NOT NULL,
    PRIMARY KEY (namespace, patient_id, source)
);

-- By the machine's clock: when the newest fact came, and until when the first revision with an infusion is held back (null: it is not; the largest
-- number: until the history is here). A patient held back stays marked as due.
ALTER TABLE patients ADD COLUMN last_fact_ticks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE patients ADD COLUMN held_until_ticks BIGINT NULL;
