-- The newest version of each resource that was worked, so that a poll knows what is new and a version that cannot be ordered is noticed (P3.2).
CREATE TABLE known_versions (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    version_id TEXT,
    updated_ticks BIGINT,
    content_hash TEXT NOT NULL,
    patient_id TEXT,
    retracted INTEGER NOT NULL,
    PRIMARY KEY (source, reference)
);
CREATE INDEX known_versions_of_patient ON known_versions (source, patient_id);

-- When a patient was last read as a whole.
CREATE TABLE known_patients (
    source TEXT NOT NULL,
    patient_id TEXT NOT NULL,
    read_ticks BIGINT NOT NULL,
    PRIMARY KEY (source, patient_id)
);
CREATE INDEX known_patients_to_read ON known_patients (source, read_ticks);

-- How far each question to a source has been answered, by the stamps of that source.
CREATE TABLE poll_watermarks (
    source TEXT NOT NULL,
    query TEXT NOT NULL,
    watermark_ticks BIGINT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (source, query)
);

-- The polls of a source, by the machine's clock. complete_ticks is the start of the last poll that was answered to its end; wanted_ticks is the newest
-- wish for one before its time, and from_ticks how far back that one shall look.
CREATE TABLE polls (
    source TEXT PRIMARY KEY,
    complete_ticks BIGINT,
    attempt_ticks BIGINT,
    next_ticks BIGINT NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    found BIGINT NOT NULL DEFAULT 0,
    wanted_ticks BIGINT,
    from_ticks BIGINT
);
