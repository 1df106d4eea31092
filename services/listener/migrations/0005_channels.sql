-- How the notification came: NULL for FHIR itself, else the envelope of a cloud's own event service.
ALTER TABLE notifications ADD COLUMN channel TEXT;
