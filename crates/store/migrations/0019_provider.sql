-- What the OpenID provider remembers beside codes and tokens.

-- What kind of program waited at the redirect address; NULL, from before, is what the kind of application says.
ALTER TABLE authorization_codes ADD COLUMN platform {key};
ALTER TABLE refresh_tokens ADD COLUMN platform {key};

-- Client assertions that were accepted, until they have expired, so that none counts twice (RFC 7523 section 3).
CREATE TABLE client_assertions (
    tenant_id   {id}    NOT NULL,
    hash        {bytes} NOT NULL,
    expires_at  {time}  NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) {strict};
CREATE INDEX client_assertions_by_expiry ON client_assertions (tenant_id, expires_at);

-- Devices that wait for somebody to sign in elsewhere (RFC 8628). Under a shared name (`common`) the organisation is
-- not known before somebody signs in: then `tenant_id` is the nil id, and `at_tenant` says whose person accepted.
CREATE TABLE device_codes (
    tenant_id    {id}    NOT NULL,
    hash         {bytes} NOT NULL,
    user_code    {bytes} NOT NULL,
    client_id    {id}    NOT NULL,
    scope        TEXT    NOT NULL,
    source       TEXT,
    state        {key}   NOT NULL,
    poll_seconds {int}   NOT NULL,
    polled_at    {time},
    at_tenant    {id},
    user_id      {id},
    generation   {int},
    session_id   {id},
    auth_time    {time},
    amr          {key},
    created_at   {time}  NOT NULL,
    expires_at   {time}  NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) {strict};
CREATE UNIQUE INDEX device_codes_by_user_code ON device_codes (user_code);
CREATE INDEX device_codes_by_expiry ON device_codes (tenant_id, expires_at);

-- The device a sign-in is for, by its user code.
ALTER TABLE sign_in_flows ADD COLUMN device {bytes};

-- Applications a session has signed somebody in to, to be told when it ends (OIDC Front- and Back-Channel Logout 1.0).
CREATE TABLE session_clients (
    tenant_id   {id}   NOT NULL,
    session_id  {id}   NOT NULL,
    client_id   {id}   NOT NULL,
    user_id     {id}   NOT NULL,
    generation  {int}  NOT NULL,
    expires_at  {time} NOT NULL,
    PRIMARY KEY (tenant_id, session_id, client_id)
) {strict};
CREATE INDEX session_clients_by_user ON session_clients (tenant_id, user_id);
CREATE INDEX session_clients_by_expiry ON session_clients (tenant_id, expires_at);
