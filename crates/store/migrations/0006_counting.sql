-- Deleted users are in no list and no count, so the index that serves both leaves them out: it alone then says how many
-- users there are, without a look at each of them.

DROP INDEX users_by_display_name;
CREATE INDEX users_by_display_name ON users (tenant_id, display_name_key) WHERE deleted_at IS NULL;
