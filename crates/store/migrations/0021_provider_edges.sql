-- Grants whose code or refresh token came twice: access tokens issued from them are worth nothing, until the last one has
-- expired.
CREATE TABLE revoked_grants (
    tenant_id   {id}    NOT NULL,
    family      {id}    NOT NULL,
    expires_at  {time}  NOT NULL,
    PRIMARY KEY (tenant_id, family)
) {strict};
CREATE INDEX revoked_grants_by_expiry ON revoked_grants (tenant_id, expires_at);

-- The other organisation of the server whose sign-in comes first, because the app said so (`domain_hint`).
ALTER TABLE sign_in_flows ADD COLUMN hinted_home {id};
