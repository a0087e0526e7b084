-- Sessions and what OpenID Connect issues. Secrets are stored as keyed hashes only. Everything
-- carries the sign-in generation of its user and is worth nothing once that has changed (I3).

CREATE TABLE sessions (
    tenant_id   {id}    NOT NULL,
    hash        {bytes} NOT NULL,
    id          {id}    NOT NULL,
    user_id     {id}    NOT NULL,
    generation  {int}   NOT NULL,
    method      {key}   NOT NULL,
    sign_in_name TEXT   NOT NULL,
    created_at  {time}  NOT NULL,
    expires_at  {time}  NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) {strict};
CREATE INDEX sessions_by_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_by_expiry ON sessions (tenant_id, expires_at);

-- One browser's way through a sign-in: the stored request of /authorize, or a bare sign-in.
CREATE TABLE sign_in_flows (
    tenant_id       {id}   NOT NULL,
    id              {id}   NOT NULL,
    client_id       {id},
    redirect_uri    TEXT,
    response_mode   {key},
    scope           TEXT   NOT NULL,
    state           TEXT,
    nonce           TEXT,
    code_challenge  TEXT,
    prompt          {key},
    login_hint      TEXT,
    client_info     {flag} NOT NULL,
    address         TEXT,
    return_to       TEXT,
    signed_in_at    {time},
    expires_at      {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX sign_in_flows_by_expiry ON sign_in_flows (tenant_id, expires_at);

CREATE TABLE authorization_codes (
    tenant_id       {id}    NOT NULL,
    hash            {bytes} NOT NULL,
    client_id       {id}    NOT NULL,
    user_id         {id}    NOT NULL,
    generation      {int}   NOT NULL,
    session_id      {id}    NOT NULL,
    redirect_uri    TEXT    NOT NULL,
    scope           TEXT    NOT NULL,
    nonce           TEXT,
    code_challenge  TEXT,
    auth_time       {time}  NOT NULL,
    family          {id}    NOT NULL,
    expires_at      {time}  NOT NULL,
    used            {flag}  NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) {strict};
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (tenant_id, expires_at);

CREATE TABLE refresh_tokens (
    tenant_id    {id}    NOT NULL,
    hash         {bytes} NOT NULL,
    family       {id}    NOT NULL,
    client_id    {id}    NOT NULL,
    user_id      {id}    NOT NULL,
    generation   {int}   NOT NULL,
    session_id   {id}    NOT NULL,
    scope        TEXT    NOT NULL,
    auth_time    {time}  NOT NULL,
    created_at   {time}  NOT NULL,
    expires_at   {time}  NOT NULL,
    used_at      {time},
    revoked      {flag}  NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) {strict};
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (tenant_id, family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (tenant_id, user_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (tenant_id, expires_at);

-- Delegated permissions: granted by an administrator for everybody (user_id is null is written as
-- the nil id) or by one person.
CREATE TABLE delegated_grants (
    tenant_id   {id}   NOT NULL,
    client_id   {id}   NOT NULL,
    user_id     {id}   NOT NULL,
    scope       TEXT   NOT NULL,
    granted_at  {time} NOT NULL,
    PRIMARY KEY (tenant_id, client_id, user_id)
) {strict};
