-- One row per patient and target: the newest revision, what of it is done, and who works on it until when.
CREATE TABLE patients (
    namespace          TEXT   NOT NULL,
    patient            TEXT   NOT NULL,
    target             TEXT   NOT NULL,
    revision           BIGINT NOT NULL,
    settled_revision   BIGINT NOT NULL,
    settled_mode       TEXT   NOT NULL,
    attempts           BIGINT NOT NULL,
    next_attempt_ticks BIGINT NOT NULL,
    lease_owner        TEXT   NULL,
    lease_until_ticks  BIGINT NOT NULL,
    PRIMARY KEY (namespace, patient, target)
);

CREATE INDEX patients_waiting ON patients (target, next_attempt_ticks) WHERE settled_revision < revision;

-- One row per Flag or CarePlan that should stand in a target: what is wanted, what was sent, what is known of it there.
-- A row is never removed: an interval that is over or withdrawn stays as such.
CREATE TABLE resources (
    id               INTEGER PRIMARY KEY,
    namespace        TEXT   NOT NULL,
    patient          TEXT   NOT NULL,
    target           TEXT   NOT NULL,
    type             TEXT   NOT NULL,
    code             TEXT   NOT NULL,
    episode          BIGINT NOT NULL,
    ordinal          BIGINT NOT NULL,
    wanted           TEXT   NOT NULL,
    received_ticks   BIGINT NULL,
    trace_parent     TEXT   NULL,
    resource_id      TEXT   NULL,
    version_id       TEXT   NULL,
    sent             TEXT   NULL,
    sent_hash        TEXT   NULL,
    written          TEXT   NULL,
    settled_hash     TEXT   NULL,
    settled_revision BIGINT NOT NULL DEFAULT 0,
    outcome          TEXT   NULL,
    UNIQUE (namespace, patient, target, type, code, episode, ordinal)
);

-- Provenance that belongs to a write: kept until the target has it or refuses it.
CREATE TABLE provenances (
    id          INTEGER PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resources (id),
    reference   TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    tries       BIGINT NOT NULL,
    outcome     TEXT   NULL,
    UNIQUE (resource_id, reference)
);

CREATE INDEX provenances_due ON provenances (resource_id) WHERE outcome IS NULL;

-- What happened, one row per attempt that had an outcome. Append only.
CREATE TABLE ledger (
    id          INTEGER PRIMARY KEY,
    namespace   TEXT   NOT NULL,
    patient     TEXT   NOT NULL,
    target      TEXT   NOT NULL,
    type        TEXT   NOT NULL,
    identifier  TEXT   NOT NULL,
    revision    BIGINT NOT NULL,
    attempt     BIGINT NOT NULL,
    outcome     TEXT   NOT NULL,
    status      BIGINT NULL,
    issue_codes TEXT   NOT NULL,
    detail      TEXT   NULL,
    resource    TEXT   NULL,
    version_id  TEXT   NULL,
    at_ticks    BIGINT NOT NULL
);

CREATE INDEX ledger_by_outcome ON ledger (target, outcome, at_ticks);
CREATE INDEX ledger_by_patient ON ledger (namespace, patient, target);

-- What is known of a target as a whole.
CREATE TABLE targets (
    name                TEXT   PRIMARY KEY,
    paused_until_ticks  BIGINT NOT NULL DEFAULT 0,
    pause_reason        TEXT   NULL,
    last_success_ticks  BIGINT NULL,
    probed_ticks        BIGINT NULL,
    probe_outcome       TEXT   NULL,
    can_write_flag      BIGINT NULL,
    can_write_care_plan BIGINT NULL
);
