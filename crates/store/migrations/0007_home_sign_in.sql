-- People of one tenant sign in at another through their own: a sign-in under way there, and what a redemption proved.

CREATE TABLE upstream_sign_ins (
    tenant_id   {id}   NOT NULL,
    id          {id}   NOT NULL,
    home        {id}   NOT NULL,
    purpose     {key}  NOT NULL,
    flow        {id}   NOT NULL,
    expires_at  {time} NOT NULL,
    used        {flag} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX upstream_sign_ins_by_expiry ON upstream_sign_ins (tenant_id, expires_at);

-- A subject is text: each issuer has its own kind. Redemptions under way prove again.
ALTER TABLE redemption_flows DROP COLUMN proven_subject;
ALTER TABLE redemption_flows ADD COLUMN proven_subject {key};
ALTER TABLE redemption_flows ADD COLUMN proven_issuer {key};
ALTER TABLE redemption_flows ADD COLUMN proven_by {key};

-- Whoever is deleted keeps the name for a restore, if nobody has taken it by then: an account can be made anew.
DROP INDEX users_by_upn;
CREATE UNIQUE INDEX users_by_upn ON users (tenant_id, upn_key) WHERE deleted_at IS NULL;

-- When another account came with the address of the bound one: the administrator is to see it.
ALTER TABLE bindings ADD COLUMN changed_at {time};
