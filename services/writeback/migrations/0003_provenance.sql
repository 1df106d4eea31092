-- One Provenance for each write. At a server without versions every write of a resource has the same reference, so that the revision belongs to the key.
CREATE TABLE provenances_of_writes (
    id          INTEGER PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resources (id),
    reference   TEXT   NOT NULL,
    revision    BIGINT NOT NULL,
    body        TEXT   NOT NULL,
    tries       BIGINT NOT NULL,
    outcome     TEXT   NULL,
    UNIQUE (resource_id, reference, revision)
);

INSERT INTO provenances_of_writes (id, resource_id, reference, revision, body, tries, outcome)
SELECT id, resource_id, reference, 0, body, tries, outcome FROM provenances;

DROP TABLE provenances;
ALTER TABLE provenances_of_writes RENAME TO provenances;
CREATE INDEX provenances_due ON provenances (resource_id) WHERE outcome IS NULL;

-- Like the other types, when the target answers a Provenance with "not supported".
ALTER TABLE targets ADD COLUMN provenance_ruled_out_ticks BIGINT NULL;
