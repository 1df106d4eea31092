-- Resources that their source did not have when it was asked, and whose delete carries no version. What still comes of them may be older than the
-- delete; only the source can tell (P3.2).
CREATE TABLE deleted (
    source TEXT NOT NULL,
    reference TEXT NOT NULL,
    at_ticks BIGINT NOT NULL,
    PRIMARY KEY (source, reference)
);
