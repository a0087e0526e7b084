-- So that an administrator can look back: at what happened to one user, by whom, and at the mails it caused.

-- The user, group or application that the target was given or lost: of a group the member, of a role the holder.
ALTER TABLE audit ADD COLUMN related_id {id};
CREATE INDEX audit_by_related ON audit (tenant_id, related_id, at) WHERE related_id IS NOT NULL;
CREATE INDEX audit_by_actor ON audit (tenant_id, actor_id, at);
CREATE INDEX audit_by_activity ON audit (tenant_id, activity, at);

-- The address as it is compared.
ALTER TABLE jobs ADD COLUMN recipient_key {key};
UPDATE jobs SET recipient_key = lower(recipient);
CREATE INDEX jobs_by_recipient ON jobs (tenant_id, recipient_key);
CREATE INDEX jobs_by_time ON jobs (tenant_id, created_at, id);
CREATE INDEX jobs_by_state ON jobs (tenant_id, state, created_at, id);
