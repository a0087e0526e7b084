-- Guests whose home account was made anew: the portal counts and lists them.
CREATE INDEX bindings_changed ON bindings (tenant_id, user_id) WHERE changed_at IS NOT NULL AND ended_at IS NULL;
