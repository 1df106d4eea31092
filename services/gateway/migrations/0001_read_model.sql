-- The newest revision of every patient, as it came over the bus.
CREATE TABLE patients (
    namespace    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    revision     BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    infused_on   TEXT   NULL,
    active_flags TEXT   NOT NULL,
    message      TEXT   NOT NULL,
    PRIMARY KEY (namespace, id)
);

CREATE INDEX patients_by_id ON patients (id);

-- The resources of the facade. last_updated_ticks rises strictly with every write, so it is both meta.lastUpdated and the place in the feed.
CREATE TABLE resources (
    type               TEXT   NOT NULL,
    id                 TEXT   NOT NULL,
    namespace          TEXT   NOT NULL,
    patient_id         TEXT   NOT NULL,
    identifier_system  TEXT   NOT NULL,
    identifier_value   TEXT   NOT NULL,
    version            BIGINT NOT NULL,
    created_ticks      BIGINT NOT NULL,
    last_updated_ticks BIGINT NOT NULL,
    content_hash       TEXT   NOT NULL,
    body               TEXT   NOT NULL,
    PRIMARY KEY (type, id)
);

CREATE UNIQUE INDEX resources_by_last_updated ON resources (last_updated_ticks);
CREATE INDEX resources_by_patient ON resources (patient_id, type);
CREATE INDEX resources_by_identifier ON resources (identifier_value);

-- What happened in the targets.
CREATE TABLE audit (
    namespace  TEXT   NOT NULL,
    patient_id TEXT   NOT NULL,
    target     TEXT   NOT NULL,
    revision   BIGINT NOT NULL,
    identifier TEXT   NOT NULL,
    outcome    TEXT   NOT NULL,
    resource   TEXT   NULL,
    at_ticks   BIGINT NOT NULL,
    PRIMARY KEY (namespace, patient_id, target, revision, identifier, outcome, at_ticks)
);
