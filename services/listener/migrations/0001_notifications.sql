-- What the sources sent, as received. A row is kept whatever becomes of it.
-- status: received (to be worked) | sent (facts on their way) | done | refused | unsupported
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    received_ticks BIGINT NOT NULL,
    method TEXT NOT NULL,
    resource_type TEXT,
    resource_id TEXT,
    content_type TEXT,
    headers TEXT NOT NULL,
    traceparent TEXT,
    body BLOB NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    note TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_ticks BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX notifications_to_work ON notifications (source, next_attempt_ticks, id) WHERE status = 'received';
CREATE INDEX notifications_by_status ON notifications (source, status, received_ticks);

-- What one notification says about one patient, until the receipt. The ids are the row ids of FactsRecorded and are never used again.
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notification_id BIGINT NOT NULL REFERENCES notifications (id),
    source TEXT NOT NULL,
    patient_id TEXT,
    body TEXT NOT NULL,
    done_ticks BIGINT
);
CREATE INDEX deliveries_open ON deliveries (id) WHERE done_ticks IS NULL;
CREATE INDEX deliveries_of_notification ON deliveries (notification_id);

-- Typed refusals, open until the notification is worked again (released).
CREATE TABLE refused (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notification_id BIGINT NOT NULL REFERENCES notifications (id),
    source TEXT NOT NULL,
    code TEXT NOT NULL,
    resource TEXT,
    text TEXT NOT NULL,
    at_ticks BIGINT NOT NULL,
    released_ticks BIGINT
);
CREATE INDEX refused_open ON refused (id) WHERE released_ticks IS NULL;
CREATE INDEX refused_of_notification ON refused (notification_id);

-- Subscriptions that we made or heard of; a handshake may come before we know that the subscription exists.
CREATE TABLE subscriptions (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    criteria TEXT,
    status TEXT,
    handshake_ticks BIGINT,
    heard_ticks BIGINT,
    events_since_start BIGINT,
    highest_event BIGINT,
    PRIMARY KEY (source, reference)
);
