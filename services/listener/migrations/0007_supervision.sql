-- The event numbers heard of each topic subscription, at sources that number without gaps. An epoch is one run of the sender's counter.
CREATE TABLE event_numbers (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    highest BIGINT NOT NULL,
    highest_ticks BIGINT NOT NULL,
    latest_event_ticks BIGINT,
    repeats BIGINT NOT NULL DEFAULT 0,
    gaps BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (source, reference)
);

-- Numbers that were not heard, up to the highest of their subscription. A row goes when its numbers came, or when a poll covers them.
CREATE TABLE event_gaps (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    opened_ticks BIGINT NOT NULL,
    good_ticks BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_ticks BIGINT NOT NULL DEFAULT 0,
    poll_wanted_ticks BIGINT,
    PRIMARY KEY (source, reference, first)
);

-- Each Subscription that we want at a source, whether it stands there or not. state: active | requested | error | off | silent | missing
CREATE TABLE supervised (
    source TEXT NOT NULL,
    criteria TEXT NOT NULL,
    reference TEXT,
    state TEXT NOT NULL,
    state_ticks BIGINT NOT NULL,
    made_ticks BIGINT,
    good_ticks BIGINT,
    asked_ticks BIGINT,
    tried_ticks BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    repairs BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (source, criteria)
);

-- A heartbeat is no sign that events come.
ALTER TABLE subscriptions ADD COLUMN event_ticks BIGINT;

-- What was sent last, by type where the path says it, and what a poll found: is a Subscription silent?
CREATE INDEX notifications_sent ON notifications (source, resource_type, received_ticks) WHERE method <> 'GET';
CREATE INDEX notifications_polled ON notifications (source, received_ticks) WHERE kind = 'polled';
