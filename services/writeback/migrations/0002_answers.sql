-- What an answer said beyond its status: the issues of its OperationOutcome as JSON, for operators.
ALTER TABLE ledger ADD COLUMN issues TEXT NULL;

-- A type that the target answered with "not supported" (405, 501, 404 on create) is not sent for a while.
ALTER TABLE targets ADD COLUMN flag_ruled_out_ticks BIGINT NULL;
ALTER TABLE targets ADD COLUMN care_plan_ruled_out_ticks BIGINT NULL;

-- After a create the target is searched once more, a while later: a search index that lags shows a twin only then.
ALTER TABLE resources ADD COLUMN look_again_ticks BIGINT NULL;
ALTER TABLE patients ADD COLUMN look_again_ticks BIGINT NULL;

CREATE INDEX patients_to_look_at_again ON patients (target, look_again_ticks) WHERE look_again_ticks IS NOT NULL;

CREATE INDEX ledger_by_age ON ledger (at_ticks);
