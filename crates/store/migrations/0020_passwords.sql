-- When a password was set, and whether its owner has to replace it after the next sign-in; both empty for older ones.
ALTER TABLE users ADD COLUMN password_set_at {time};
ALTER TABLE users ADD COLUMN password_change_due {flag};

-- The second factor that was shown beside the first one of a flow, while a new password has to be chosen before going on.
ALTER TABLE sign_in_flows ADD COLUMN first_second TEXT;

-- Passkeys of people (WebAuthn level 3). `value` is the library's own form; what it is made of stands beside it, so
-- that a passkey outlives the library.
CREATE TABLE passkeys (
    tenant_id {id} NOT NULL REFERENCES tenants (id),
    id {id} NOT NULL,
    user_id {id} NOT NULL,
    credential_id {bytes} NOT NULL,
    public_key TEXT NOT NULL,
    counter {int} NOT NULL,
    transports TEXT NOT NULL,
    value TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at {time} NOT NULL,
    last_used_at {time},
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, credential_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) {strict};
CREATE INDEX passkeys_of_user ON passkeys (tenant_id, user_id, created_at);

-- What a browser was asked to sign: used once, by the sign-in flow or session it was made for.
CREATE TABLE passkey_ceremonies (
    tenant_id {id} NOT NULL REFERENCES tenants (id),
    id {id} NOT NULL,
    state TEXT NOT NULL,
    expires_at {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX passkey_ceremonies_ending ON passkey_ceremonies (tenant_id, expires_at);
