-- What every resource says now: its newest version. A retraction stays as a row, so that it stays known.
CREATE TABLE resources (
    namespace          TEXT   NOT NULL,
    type               TEXT   NOT NULL,
    id                 TEXT   NOT NULL,
    patient_id         TEXT   NULL,
    version_id         TEXT   NULL,
    last_updated_ticks BIGINT NULL,
    content_hash       TEXT   NOT NULL,
    retracted          BIGINT NOT NULL,
    ambiguous          BIGINT NOT NULL,
    body               TEXT   NOT NULL,
    PRIMARY KEY (namespace, type, id)
);

CREATE INDEX resources_of_patient ON resources (namespace, patient_id);

-- Versions that are not the newest, whether they were replaced or came late. No assessment sees them; an arriving version is compared with them,
-- so that one that was superseded cannot come back (P3.2). They also serve the audit.
CREATE TABLE superseded_versions (
    namespace          TEXT   NOT NULL,
    type               TEXT   NOT NULL,
    id                 TEXT   NOT NULL,
    content_hash       TEXT   NOT NULL,
    version_id         TEXT   NOT NULL,
    last_updated_ticks BIGINT NOT NULL,
    patient_id         TEXT   NULL,
    seen_ticks         BIGINT NOT NULL,
    body               TEXT   NOT NULL,
    PRIMARY KEY (namespace, type, id, content_hash, version_id, last_updated_ticks)
);

-- One row per patient, kept small: it is written at every review.
CREATE TABLE patients (
    namespace               TEXT   NOT NULL,
    id                      TEXT   NOT NULL,
    facts_version           BIGINT NOT NULL,
    provides                TEXT   NOT NULL,
    replaced_by             TEXT   NULL,
    corrected               TEXT   NOT NULL,
    definition_hash         TEXT   NOT NULL,
    next_review_ticks       BIGINT NULL,
    due_reason              TEXT   NULL,
    due_received_ticks      BIGINT NULL,
    due_trace_parent        TEXT   NULL,
    revision                BIGINT NOT NULL,
    writeback_done_revision BIGINT NOT NULL,
    gateway_done_revision   BIGINT NOT NULL,
    PRIMARY KEY (namespace, id)
);

-- The newest revision of each patient: the outbox. It is sent until both readers have acknowledged it.
CREATE TABLE published (
    namespace TEXT NOT NULL,
    id        TEXT NOT NULL,
    message   TEXT NOT NULL,
    flags     TEXT NOT NULL,
    PRIMARY KEY (namespace, id)
);

CREATE INDEX patients_by_next_review ON patients (next_review_ticks);
CREATE INDEX patients_by_definition ON patients (definition_hash);
CREATE INDEX patients_marked_due ON patients (due_reason) WHERE due_reason IS NOT NULL;
CREATE INDEX patients_replaced ON patients (namespace, replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX patients_unacknowledged ON patients (namespace, id) WHERE writeback_done_revision < revision OR gateway_done_revision < revision;
